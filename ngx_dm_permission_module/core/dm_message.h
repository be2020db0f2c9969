/*
 * One message of a stream -> is it a direct message, for whom.
 *
 *     message  = bare / { "for_user": ID, "message": bare }
 *     bare     = { "direct_message": any }
 *              / { "delete": { "direct_message": any } }
 *
 * with any other members, in any order.
 */

#ifndef DM_MESSAGE_H
#define DM_MESSAGE_H

#include "dm_str.h"


typedef enum {
    DM_MESSAGE_OTHER = 0,
    DM_MESSAGE_DIRECT,
    DM_MESSAGE_UNDECIDABLE      /* no JSON that jansson can read; or a name
                                   twice in an object shown above */
} dm_message_kind_t;


#define DM_MESSAGE_ID  32


typedef struct {
    dm_message_kind_t  kind;
    unsigned           has_user:1;
    uint64_t           user;    /* for_user: a number or a decimal string */
    char               id[DM_MESSAGE_ID];
    size_t             id_len;  /* of the direct message; 0 where unknown */
} dm_message_t;


/*
 * jansson decides.  A scalar or an array is DM_MESSAGE_OTHER, nothing at all,
 * and a byte that is NUL, undecidable.
 */
void dm_message_parse(dm_str_t text, dm_message_t *message);

/*
 * The same kind, twenty times faster; or DM_MESSAGE_UNDECIDABLE, which proves
 * nothing here.  A message has to be odd for that, or wrong.
 */
dm_message_kind_t dm_message_prove(dm_str_t text);

/*
 * The first only where the second proves nothing, or what is known of a direct
 * message is asked for, too: its user and its id.
 */
void dm_message_judge(dm_str_t text, unsigned whole, dm_message_t *message);

#endif
