/*
 * Access levels, actions, and the decision: (action, grant, policy) -> reason.
 */

#ifndef DM_ACCESS_H
#define DM_ACCESS_H

#include "dm_reason.h"


/* What a request wants of direct messages; a greater value is stricter. */
typedef enum {
    DM_ACTION_NONE = 0,
    DM_ACTION_SEND,
    DM_ACTION_READ,
    DM_ACTION_DELETE,
    DM_ACTIONS
} dm_action_t;


/*
 * What a grant holds.  An access level is a set of these: read is none,
 * read-write is WRITE, read-write-directmessages is all three.  The OAuth 2
 * scopes tweet.write, dm.read and dm.write are one each.
 */
#define DM_MAY_WRITE     0x1u
#define DM_MAY_DM_READ   0x2u
#define DM_MAY_DM_WRITE  0x4u

#define DM_LEVEL_READ        0u
#define DM_LEVEL_READ_WRITE  DM_MAY_WRITE
#define DM_LEVEL_DM          (DM_MAY_WRITE | DM_MAY_DM_READ | DM_MAY_DM_WRITE)


/* How a token was issued.  Only AUTHORIZE can grant direct messages. */
typedef enum {
    DM_FLOW_AUTHORIZE = 0,
    DM_FLOW_AUTHENTICATE,
    DM_FLOW_XAUTH,
    DM_FLOW_CLIENT_CREDENTIALS
} dm_flow_t;


/* What the table knows of a token, with what its app adds. */
typedef struct {
    uint64_t   user;             /* 0 and app_only set: a token without user */
    uint32_t   expires;          /* Unix seconds, 0: never */
    uint32_t   app;              /* the app's place in the state, no count */
    uint64_t   generation;       /* of the state that it is of */
    uint8_t    may;              /* DM_MAY_*, as in the record */
    uint8_t    flow;             /* dm_flow_t */
    unsigned   revoked:1;
    unsigned   app_only:1;
    unsigned   app_suspended:1;
    unsigned   app_first_party:1;
    unsigned   app_has_key:1;    /* its record has a consumer_key */
    unsigned   consumer_same:1;  /* equal to the one looked up with */
} dm_grant_t;


typedef struct {
    unsigned  send_needs_dm:1;   /* the 2019 rule */
    unsigned  unknown_pass:1;    /* a token that the table does not have */
} dm_policy_t;


/* The word of an action, and back; -1 for an unknown word. */
dm_str_t dm_action_word(dm_action_t action);
int dm_action_parse(dm_str_t word);

/*
 * The level that `may` amounts to, as spelled on the wire: read, read-write,
 * read-write-directmessages.  dm.read with dm.write is the highest one.
 */
dm_str_t dm_level_word(unsigned may);

/* DM_LEVEL_* of a level's word; -1 for an unknown word. */
int dm_level_parse(dm_str_t word);

/*
 * Whether a token with the permissions `may` may do `action`: PASSED,
 * NO_DM_ACCESS or NO_WRITE_ACCESS.  NOT_GUARDED for DM_ACTION_NONE.
 */
dm_reason_t dm_access_level(dm_action_t action, unsigned may,
    const dm_policy_t *policy);

/*
 * The rows of the decision table from revoked_token down, in their order.
 * consumer_ok: 0 where the request's consumer key is not the app's.
 * now: Unix seconds.
 */
dm_reason_t dm_access_decide(dm_action_t action, const dm_grant_t *grant,
    unsigned consumer_ok, const dm_policy_t *policy, int64_t now);


/*
 * What a grant is worth: a direct-message grant of any flow but authorize is
 * lowered unless the app is first-party.  Dropping dm.read does it for levels
 * and scopes alike: what is left of the highest level is read-write.
 */
static inline unsigned
dm_access_effective(unsigned may, dm_flow_t flow, unsigned first_party)
{
    return flow == DM_FLOW_AUTHORIZE || first_party ? may
                                                    : may & ~DM_MAY_DM_READ;
}

#endif
