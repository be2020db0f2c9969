#include "dm_access.h"


static const dm_str_t  dm_action_words[DM_ACTIONS] = {
    [DM_ACTION_NONE]   = { "none", 4 },
    [DM_ACTION_SEND]   = { "send", 4 },
    [DM_ACTION_READ]   = { "read", 4 },
    [DM_ACTION_DELETE] = { "delete", 6 },
};


dm_str_t
dm_action_word(dm_action_t action)
{
    return dm_action_words[action];
}


int
dm_action_parse(dm_str_t word)
{
    int  i;

    for (i = 0; i < DM_ACTIONS; i++) {
        if (dm_str_eq(word, dm_action_words[i])) {
            return i;
        }
    }

    return -1;
}


static unsigned
dm_access_is_dm(unsigned may)
{
    return (may & (DM_MAY_DM_READ | DM_MAY_DM_WRITE))
           == (DM_MAY_DM_READ | DM_MAY_DM_WRITE);
}


dm_str_t
dm_level_word(unsigned may)
{
    if (dm_access_is_dm(may)) {
        return DM_STR("read-write-directmessages");
    }

    if (may & (DM_MAY_WRITE | DM_MAY_DM_WRITE)) {
        return DM_STR("read-write");
    }

    return DM_STR("read");
}


int
dm_level_parse(dm_str_t word)
{
    if (dm_str_eq(word, DM_STR("read"))) {
        return DM_LEVEL_READ;
    }

    if (dm_str_eq(word, DM_STR("read-write"))) {
        return DM_LEVEL_READ_WRITE;
    }

    if (dm_str_eq(word, DM_STR("read-write-directmessages"))) {
        return DM_LEVEL_DM;
    }

    return -1;
}


dm_reason_t
dm_access_level(dm_action_t action, unsigned may, const dm_policy_t *policy)
{
    switch (action) {

    case DM_ACTION_READ:
        return (may & DM_MAY_DM_READ) ? DM_REASON_PASSED
                                      : DM_REASON_NO_DM_ACCESS;

    case DM_ACTION_DELETE:
        return dm_access_is_dm(may) ? DM_REASON_PASSED
                                    : DM_REASON_NO_DM_ACCESS;

    case DM_ACTION_SEND:
        if (policy->send_needs_dm) {
            return dm_access_is_dm(may) ? DM_REASON_PASSED
                                        : DM_REASON_NO_DM_ACCESS;
        }

        return (may & (DM_MAY_WRITE | DM_MAY_DM_WRITE))
               ? DM_REASON_PASSED : DM_REASON_NO_WRITE_ACCESS;

    default:
        return DM_REASON_NOT_GUARDED;
    }
}


dm_reason_t
dm_access_decide(dm_action_t action, const dm_grant_t *grant,
    unsigned consumer_ok, const dm_policy_t *policy, int64_t now)
{
    if (grant->revoked) {
        return DM_REASON_REVOKED_TOKEN;
    }

    if (grant->expires != 0 && now >= (int64_t) grant->expires) {
        return DM_REASON_EXPIRED_TOKEN;
    }

    if (!consumer_ok) {
        return DM_REASON_CONSUMER_MISMATCH;
    }

    if (grant->app_suspended) {
        return DM_REASON_APP_SUSPENDED;
    }

    if (grant->app_only) {
        return DM_REASON_APP_ONLY;
    }

    return dm_access_level(action,
                           dm_access_effective(grant->may,
                                               (dm_flow_t) grant->flow,
                                               grant->app_first_party),
                           policy);
}
