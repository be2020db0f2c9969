/*
 * A webhook's body -> what it tells, and of whom.  jansson reads every name
 * and value; the members of the outermost object are told apart here, so that
 * a name that comes twice shows there, and a number has all of its digits.
 */

#ifndef DM_PAYLOAD_H
#define DM_PAYLOAD_H

#include "dm_str.h"


typedef struct {
    uint64_t   user;              /* for_user_id */
    unsigned   has_user:1;
    unsigned   direct:1;          /* direct messages, typing or reading */
    unsigned   user_event:1;      /* the user has left the app */
    unsigned   other:1;           /* anything beside for_user_id and that */
    void      *ids;               /* of direct_message_events */
} dm_payload_t;


/*
 * 0, or -1 for what nobody can judge: no JSON object (RFC 8259), a name that
 * comes twice in it, a for_user_id that is not one unsigned 64-bit number (as
 * a number or a decimal string) or, but for a user_event alone, none; or a
 * user_event beside anything else.  -2 without memory.  `payload` must be
 * cleared after 0 and is empty otherwise.
 */
int dm_payload_parse(dm_str_t body, dm_payload_t *payload);
void dm_payload_clear(dm_payload_t *payload);

/*
 * The ids of the direct messages that it carries, in their order: an empty one
 * for what has no string and no integer as its "id".  Each takes more bytes of
 * the body than it has.
 */
size_t dm_payload_ids(const dm_payload_t *payload);
dm_str_t dm_payload_id(const dm_payload_t *payload, size_t n);

#endif
