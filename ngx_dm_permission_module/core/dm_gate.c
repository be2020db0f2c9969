#include "dm_gate.h"


int
dm_gate_route(dm_gate_t *gate, unsigned ambiguous, unsigned fragment,
    unsigned stream, unsigned preflight, unsigned ready)
{
    gate->connect = 0;
    gate->reason = DM_REASON_NOT_GUARDED;

    if (ambiguous) {
        /* what is not understood is guarded as a read */
        gate->action = DM_ACTION_READ;
        gate->reason = DM_REASON_AMBIGUOUS_URI;
        return 1;
    }

    if (gate->action == DM_ACTION_NONE) {

        if (!stream || preflight) {
            return 1;
        }

        gate->connect = 1;
        gate->action = DM_ACTION_READ;
    }

    if (fragment) {
        /* a credential behind it would be another one to some */
        gate->action = DM_ACTION_READ;
        gate->reason = DM_REASON_AMBIGUOUS_URI;
        return 1;
    }

    if (!ready) {
        gate->reason = DM_REASON_NOT_READY;
        return 1;
    }

    return 0;
}


void
dm_gate_form(dm_gate_t *gate, dm_action_t action)
{
    if (action != DM_ACTION_NONE) {
        gate->action = action;
        gate->connect = 0;
    }
}


dm_oauth_outcome_t
dm_gate_credential(const dm_str_t texts[3], unsigned sources, char *scratch,
    dm_oauth_place_t places[3], const dm_oauth_place_t **found)
{
    unsigned  present;

    present = 0;

    if (texts[0].data != NULL) {
        present |= DM_OAUTH_HEADER;
        dm_oauth_header(texts[0], scratch, &places[0]);
        scratch += texts[0].len + DM_OAUTH_PAD;
    }

    if (texts[1].len != 0) {
        present |= DM_OAUTH_QUERY;
        dm_oauth_form(texts[1], scratch, &places[1]);
        scratch += texts[1].len;
    }

    if (texts[2].len != 0) {
        present |= DM_OAUTH_BODY;
        dm_oauth_form(texts[2], scratch, &places[2]);
    }

    return dm_oauth_choose(places, present, sources, found);
}


/* RFC 5849 section 3.1: the client's identifier goes with its token. */
static unsigned
dm_gate_consumer(const dm_oauth_place_t *credential, const dm_grant_t *grant)
{
    return !grant->app_has_key || !credential->oauth
           || (credential->has_consumer_key && grant->consumer_same);
}


dm_reason_t
dm_gate_judge(dm_action_t action, dm_oauth_outcome_t outcome,
    const dm_oauth_place_t *credential, const dm_grant_t *grant,
    const dm_policy_t *policy, int64_t now)
{
    switch (outcome) {

    case DM_OAUTH_BAD:
        return DM_REASON_BAD_CREDENTIALS;

    case DM_OAUTH_AMBIGUOUS:
        return DM_REASON_AMBIGUOUS_CREDENTIALS;

    case DM_OAUTH_NONE:
        return DM_REASON_NO_CREDENTIALS;

    default:
        break;
    }

    if (grant == NULL) {
        return policy->unknown_pass ? DM_REASON_PASSED
                                    : DM_REASON_UNKNOWN_TOKEN;
    }

    return dm_access_decide(action, grant, dm_gate_consumer(credential, grant),
                            policy, now);
}


int
dm_gate_valid(dm_reason_t reason)
{
    return reason == DM_REASON_PASSED || reason == DM_REASON_NO_DM_ACCESS
           || reason == DM_REASON_APP_ONLY;
}


dm_str_t
dm_status_word(dm_status_t status)
{
    static const dm_str_t  words[] = {
        [DM_STATUS_UNDECIDED] = { "", 0 },
        [DM_STATUS_PASSED] = { "PASSED", 6 },
        [DM_STATUS_REJECTED] = { "REJECTED", 8 },
        [DM_STATUS_REJECTED_DRY_RUN] = { "REJECTED_DRY_RUN", 16 }
    };

    return words[status];
}
