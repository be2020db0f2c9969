/*
 * The one table of outcomes: reason -> word, status, code, message.  The word
 * is the same in logs, variables, metrics, the status page and the ledger.
 */

#ifndef DM_REASON_H
#define DM_REASON_H

#include "dm_str.h"


typedef enum {
    DM_REASON_NOT_GUARDED = 0,
    DM_REASON_AMBIGUOUS_URI,
    DM_REASON_NOT_READY,
    DM_REASON_BAD_CREDENTIALS,
    DM_REASON_AMBIGUOUS_CREDENTIALS,
    DM_REASON_NO_CREDENTIALS,
    DM_REASON_UNKNOWN_TOKEN,
    DM_REASON_REVOKED_TOKEN,
    DM_REASON_EXPIRED_TOKEN,
    DM_REASON_CONSUMER_MISMATCH,
    DM_REASON_APP_SUSPENDED,
    DM_REASON_APP_ONLY,
    DM_REASON_NO_DM_ACCESS,
    DM_REASON_NO_WRITE_ACCESS,
    DM_REASON_BAD_DELIVERY,
    DM_REASON_UNKNOWN_APP,
    DM_REASON_WRONG_DESTINATION,
    DM_REASON_WRONG_SIGNATURE,
    DM_REASON_NOT_SUBSCRIBED,
    DM_REASON_PASSED,
    DM_REASONS
} dm_reason_t;


/* status is 0 where the request passes; code and message are then unset. */
typedef struct {
    dm_str_t  word;
    unsigned  status;
    unsigned  code;
    dm_str_t  message;

    /* the refused token or app is in the table: log at the operator's level */
    unsigned  known:1;

    /* the answer carries WWW-Authenticate */
    unsigned  challenge:1;

    /* the answer carries Retry-After */
    unsigned  retry:1;
} dm_reason_info_t;


/* Never NULL for a reason below DM_REASONS. */
const dm_reason_info_t *dm_reason_info(dm_reason_t reason);


/* The text of an answer; own: that of code 93, empty where it has its own. */
dm_str_t dm_reason_message(dm_reason_t reason, dm_str_t own);


typedef enum {
    DM_BODY_JSON = 0,
    DM_BODY_XML
} dm_body_t;


/*
 * XML for a path that ends in .xml, .rss or .atom (in any case, a trailing
 * slash aside), JSON otherwise.
 */
dm_body_t dm_reason_body_type(dm_str_t path);


/*
 * Writes the body of a refusal with the code of `reason`; `message` is the
 * text to use, escaped here as the format requires.  Returns the number of
 * bytes the body has; nothing is written beyond `size`, so a call with size 0
 * asks for the length.
 */
size_t dm_reason_body(char *out, size_t size, dm_reason_t reason,
    dm_str_t message, dm_body_t type);

#endif
