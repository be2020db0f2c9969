/*
 * The decision on a request by the level of its token: its rows, in their
 * order.
 */

#ifndef DM_GATE_H
#define DM_GATE_H

#include "dm_access.h"
#include "dm_oauth.h"


typedef struct {
    dm_action_t  action;
    dm_reason_t  reason;
    unsigned     connect:1;    /* to a stream, by no route */
} dm_gate_t;


/* What becomes of a request. */
typedef enum {
    DM_STATUS_UNDECIDED = 0,
    DM_STATUS_PASSED,
    DM_STATUS_REJECTED,
    DM_STATUS_REJECTED_DRY_RUN
} dm_status_t;


/*
 * The rows before any credential: not_guarded, ambiguous_uri, not_ready.  In:
 * gate->action, what the routes make of the request; fragment: where its query
 * ends, readers differ; stream: it is where streams are, preflight: a CORS
 * preflight opens none.  1 and gate->reason where one fits, or 0: a credential
 * has to be looked at.
 */
int dm_gate_route(dm_gate_t *gate, unsigned ambiguous, unsigned fragment,
    unsigned stream, unsigned preflight, unsigned ready);

/* Takes what the routes make of the request once its form is known. */
void dm_gate_form(dm_gate_t *gate, dm_action_t action);

/*
 * The request's one credential, of its header (data NULL: none), its query and
 * its form (empty: none).  sources, places and found as of dm_oauth_choose();
 * scratch: the three lengths together and DM_OAUTH_PAD.
 */
dm_oauth_outcome_t dm_gate_credential(const dm_str_t texts[3],
    unsigned sources, char *scratch, dm_oauth_place_t places[3],
    const dm_oauth_place_t **found);

/*
 * The rows from bad_credentials down.  credential: where the outcome is
 * FOUND; grant: what the table has for it, NULL for an unknown token; now:
 * Unix seconds.
 */
dm_reason_t dm_gate_judge(dm_action_t action, dm_oauth_outcome_t outcome,
    const dm_oauth_place_t *credential, const dm_grant_t *grant,
    const dm_policy_t *policy, int64_t now);

/*
 * 1 where the token is a known and valid one, whatever its level: the reason
 * says no more than that it may not read direct messages.
 */
int dm_gate_valid(dm_reason_t reason);

dm_str_t dm_status_word(dm_status_t status);


/* What becomes of a response where streams are. */
typedef enum {
    DM_RESPONSE_PASSES = 0,
    DM_RESPONSE_FILTERED,
    DM_RESPONSE_UNREADABLE
} dm_response_t;


/*
 * HTTP/0.9 has no status, 0.  Behind 1xx there may be anything: the response
 * that it only announces, or another protocol.
 */
static inline dm_response_t
dm_gate_response(unsigned status)
{
    if (status == 0 || status == 200) {
        return DM_RESPONSE_FILTERED;
    }

    return status < 200 || status == 206 ? DM_RESPONSE_UNREADABLE
                                         : DM_RESPONSE_PASSES;
}


/*
 * The reason of a judgement, once it is one on this request: what a stream
 * carries is decided message by message.
 */
static inline dm_reason_t
dm_gate_reason(const dm_gate_t *gate, dm_reason_t reason)
{
    return gate->connect && dm_gate_valid(reason) ? DM_REASON_PASSED : reason;
}


/* dry_run: a refusal is only told of. */
static inline dm_status_t
dm_gate_status(dm_reason_t reason, unsigned dry_run)
{
    if (reason == DM_REASON_NOT_GUARDED) {
        return DM_STATUS_UNDECIDED;
    }

    if (reason == DM_REASON_PASSED) {
        return DM_STATUS_PASSED;
    }

    return dry_run ? DM_STATUS_REJECTED_DRY_RUN : DM_STATUS_REJECTED;
}

#endif
