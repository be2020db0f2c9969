#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "dm_access.h"
#include "guard.h"


#define R  DM_MAY_DM_READ
#define D  DM_MAY_DM_WRITE
#define W  DM_MAY_WRITE

#define CODE348_TEXT                                                          \
    "Client application is not permitted to access this user's webhook "      \
    "subscriptions"

#define CODE93_TEXT                                                           \
    "This application is not allowed to access or delete your direct messages"

static const dm_policy_t  rule_2011 = { 0, 0 };
static const dm_policy_t  rule_2019 = { 1, 0 };


static void
same(dm_str_t s, const char *text)
{
    assert_int_equal(s.len, strlen(text));
    assert_memory_equal(s.data, text, s.len);
}


static dm_str_t
guarded(const char *text)
{
    return (dm_str_t) { guard_copy(text, strlen(text)), strlen(text) };
}


/* The decision table of the specification, row by row. */
static void
test_reasons(void **state)
{
    size_t                   i;
    const dm_reason_info_t  *info;

    static const struct {
        dm_reason_t  reason;
        const char  *word;
        unsigned     status;
        unsigned     code;
        const char  *message;
        unsigned     known, challenge, retry;
    } rows[] = {
        { DM_REASON_NOT_GUARDED, "not_guarded", 0, 0, "", 0, 0, 0 },
        { DM_REASON_AMBIGUOUS_URI, "ambiguous_uri", 400, 215,
          "Bad Authentication data", 0, 0, 0 },
        { DM_REASON_NOT_READY, "not_ready", 503, 130, "Over capacity",
          0, 0, 1 },
        { DM_REASON_BAD_CREDENTIALS, "bad_credentials", 400, 215,
          "Bad Authentication data", 0, 0, 0 },
        { DM_REASON_AMBIGUOUS_CREDENTIALS, "ambiguous_credentials", 400, 215,
          "Bad Authentication data", 0, 0, 0 },
        { DM_REASON_NO_CREDENTIALS, "no_credentials", 401, 32,
          "Could not authenticate you", 0, 1, 0 },
        { DM_REASON_UNKNOWN_TOKEN, "unknown_token", 403, 93, CODE93_TEXT,
          0, 0, 0 },
        { DM_REASON_REVOKED_TOKEN, "revoked_token", 401, 89,
          "Invalid or expired token", 1, 1, 0 },
        { DM_REASON_EXPIRED_TOKEN, "expired_token", 401, 89,
          "Invalid or expired token", 1, 1, 0 },
        { DM_REASON_CONSUMER_MISMATCH, "consumer_mismatch", 401, 89,
          "Invalid or expired token", 1, 1, 0 },
        { DM_REASON_APP_SUSPENDED, "app_suspended", 403, 87,
          "Client is not permitted to perform this action", 1, 0, 0 },
        { DM_REASON_APP_ONLY, "app_only", 403, 220,
          "Your credentials do not allow access to this resource", 1, 0, 0 },
        { DM_REASON_NO_DM_ACCESS, "no_dm_access", 403, 93, CODE93_TEXT,
          1, 0, 0 },
        { DM_REASON_NO_WRITE_ACCESS, "no_write_access", 403, 261,
          "Application cannot perform write actions", 1, 0, 0 },
        { DM_REASON_BAD_DELIVERY, "bad_delivery", 400, 214, "Bad request",
          0, 0, 0 },
        { DM_REASON_UNKNOWN_APP, "unknown_app", 403, 87,
          "Client is not permitted to perform this action", 0, 0, 0 },
        { DM_REASON_WRONG_DESTINATION, "wrong_destination", 403, 348,
          CODE348_TEXT, 1, 0, 0 },
        { DM_REASON_WRONG_SIGNATURE, "wrong_signature", 403, 348,
          CODE348_TEXT, 1, 0, 0 },
        { DM_REASON_NOT_SUBSCRIBED, "not_subscribed", 403, 348, CODE348_TEXT,
          1, 0, 0 },
        { DM_REASON_PASSED, "passed", 0, 0, "", 1, 0, 0 },
    };

    (void) state;

    assert_int_equal(sizeof(rows) / sizeof(rows[0]), DM_REASONS);

    for (i = 0; i < DM_REASONS; i++) {
        assert_int_equal(rows[i].reason, i);

        info = dm_reason_info(rows[i].reason);
        same(info->word, rows[i].word);
        same(info->message, rows[i].message);
        assert_int_equal(info->status, rows[i].status);
        assert_int_equal(info->code, rows[i].code);
        assert_int_equal(info->known, rows[i].known);
        assert_int_equal(info->challenge, rows[i].challenge);
        assert_int_equal(info->retry, rows[i].retry);
    }
}


static void
test_body(void **state)
{
    char    out[512];
    size_t  len, size;

    static const char  json[] =
        "{\"errors\":[{\"code\":93,\"message\":\"" CODE93_TEXT "\"}]}";
    static const char  xml[] =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><errors>"
        "<error code=\"93\">" CODE93_TEXT "</error></errors>";

    (void) state;

    assert_int_equal(sizeof(json) - 1, 109);

    for (size = 0; size <= 112; size++) {
        memset(out, '!', sizeof(out));
        len = dm_reason_body(out, size, DM_REASON_NO_DM_ACCESS,
                             guarded(CODE93_TEXT), DM_BODY_JSON);
        assert_int_equal(len, 109);
        assert_memory_equal(out, json, size < 109 ? size : 109);
        assert_int_equal(out[size < 109 ? size : 109], '!');
    }

    assert_int_equal(dm_reason_body(NULL, 0, DM_REASON_UNKNOWN_TOKEN,
                                    DM_STR(CODE93_TEXT), DM_BODY_XML),
                     sizeof(xml) - 1);
    len = dm_reason_body(out, sizeof(out), DM_REASON_UNKNOWN_TOKEN,
                         DM_STR(CODE93_TEXT), DM_BODY_XML);
    same((dm_str_t) { out, len }, xml);

    len = dm_reason_body(out, sizeof(out), DM_REASON_NO_WRITE_ACCESS,
                         DM_STR("\"\\\n\x01<&>'"), DM_BODY_JSON);
    same((dm_str_t) { out, len }, "{\"errors\":[{\"code\":261,\"message\":"
         "\"\\\"\\\\\\u000a\\u0001<&>'\"}]}");

    len = dm_reason_body(out, sizeof(out), DM_REASON_NO_CREDENTIALS,
                         DM_STR("a<b>&\"c\""), DM_BODY_XML);
    same((dm_str_t) { out, len },
         "<?xml version=\"1.0\" encoding=\"UTF-8\"?><errors>"
         "<error code=\"32\">a&lt;b&gt;&amp;\"c\"</error></errors>");
}


static void
test_body_type(void **state)
{
    size_t  i;

    static const struct {
        const char  *path;
        dm_body_t    type;
    } paths[] = {
        { "/1/direct_messages.xml", DM_BODY_XML },
        { "/1/direct_messages.RSS", DM_BODY_XML },
        { "/1/direct_messages.Atom//", DM_BODY_XML },
        { "/1/direct_messages.json", DM_BODY_JSON },
        { "/1/direct_messages", DM_BODY_JSON },
        { "/1/direct_messages.xml/show", DM_BODY_JSON },
        { "/1/direct_messagesxml", DM_BODY_JSON },
        { "/1/direct_messages.xmlx", DM_BODY_JSON },
        { "", DM_BODY_JSON }, { "/", DM_BODY_JSON }, { "//", DM_BODY_JSON },
        { ".xml", DM_BODY_JSON }, { "xml", DM_BODY_JSON },
    };

    (void) state;

    for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        assert_int_equal(dm_reason_body_type(guarded(paths[i].path)),
                         paths[i].type);
    }
}


static void
test_words(void **state)
{
    int     i;
    size_t  n;

    static const char *const  actions[] = { "none", "send", "read", "delete" };
    static const char *const  unknown[] = { "", "Read", "write", "reads" };
    static const char *const  levels[] = {
        "read", "read-write", "read", "read-write", "read-write", "read-write",
        "read-write-directmessages", "read-write-directmessages"
    };

    (void) state;

    for (i = 0; i < DM_ACTIONS; i++) {
        same(dm_action_word((dm_action_t) i), actions[i]);
        assert_int_equal(dm_action_parse(guarded(actions[i])), i);
    }

    for (n = 0; n < 4; n++) {
        assert_int_equal(dm_action_parse(guarded(unknown[n])), -1);
    }

    /* the bits: W 1, dm.read 2, dm.write 4 */

    for (i = 0; i < 8; i++) {
        same(dm_level_word((unsigned) i), levels[i]);
    }

    assert_int_equal(dm_level_parse(guarded("read")), 0);
    assert_int_equal(dm_level_parse(guarded("read-write")), W);
    assert_int_equal(dm_level_parse(guarded("read-write-directmessages")),
                     W | R | D);
    assert_int_equal(dm_level_parse(guarded("")), -1);
    assert_int_equal(dm_level_parse(guarded("READ")), -1);
    assert_int_equal(dm_level_parse(guarded("read-write-direct")), -1);
}


/* Every set of permissions with every action and rule. */
static void
test_levels(void **state)
{
    unsigned  may, full, write;

    (void) state;

    for (may = 0; may < 8; may++) {
        full = (may & R) && (may & D);
        write = (may & W) || (may & D);

        assert_int_equal(dm_access_level(DM_ACTION_NONE, may, &rule_2011),
                         DM_REASON_NOT_GUARDED);
        assert_int_equal(dm_access_level(DM_ACTION_READ, may, &rule_2011),
                         (may & R) ? DM_REASON_PASSED : DM_REASON_NO_DM_ACCESS);
        assert_int_equal(dm_access_level(DM_ACTION_READ, may, &rule_2019),
                         (may & R) ? DM_REASON_PASSED : DM_REASON_NO_DM_ACCESS);
        assert_int_equal(dm_access_level(DM_ACTION_DELETE, may, &rule_2011),
                         full ? DM_REASON_PASSED : DM_REASON_NO_DM_ACCESS);
        assert_int_equal(dm_access_level(DM_ACTION_DELETE, may, &rule_2019),
                         full ? DM_REASON_PASSED : DM_REASON_NO_DM_ACCESS);
        assert_int_equal(dm_access_level(DM_ACTION_SEND, may, &rule_2011),
                         write ? DM_REASON_PASSED : DM_REASON_NO_WRITE_ACCESS);
        assert_int_equal(dm_access_level(DM_ACTION_SEND, may, &rule_2019),
                         full ? DM_REASON_PASSED : DM_REASON_NO_DM_ACCESS);
    }
}


static void
test_effective(void **state)
{
    unsigned  may, flow;

    (void) state;

    for (may = 0; may < 8; may++) {
        for (flow = 0; flow <= DM_FLOW_CLIENT_CREDENTIALS; flow++) {
            assert_int_equal(dm_access_effective(may, (dm_flow_t) flow, 1),
                             may);
            assert_int_equal(dm_access_effective(may, (dm_flow_t) flow, 0),
                             flow == DM_FLOW_AUTHORIZE ? may : (may & ~R));
        }
    }

    same(dm_level_word(dm_access_effective(DM_LEVEL_DM, DM_FLOW_XAUTH, 0)),
         "read-write");
}


/*
 * All combinations of what a grant may have wrong: the first row of the
 * table that fits names the reason.
 */
static void
test_order(void **state)
{
    unsigned     bits;
    dm_grant_t   grant;
    dm_reason_t  expected;

    (void) state;

    for (bits = 0; bits < 64; bits++) {
        memset(&grant, 0, sizeof(grant));
        grant.revoked = bits & 1;
        grant.expires = (bits & 2) ? 1000 : 1001;
        grant.app_suspended = (bits & 8) != 0;
        grant.app_only = (bits & 16) != 0;
        grant.may = (bits & 32) ? DM_LEVEL_READ : DM_LEVEL_DM;

        expected = (bits & 1) ? DM_REASON_REVOKED_TOKEN
                   : (bits & 2) ? DM_REASON_EXPIRED_TOKEN
                   : (bits & 4) ? DM_REASON_CONSUMER_MISMATCH
                   : (bits & 8) ? DM_REASON_APP_SUSPENDED
                   : (bits & 16) ? DM_REASON_APP_ONLY
                   : (bits & 32) ? DM_REASON_NO_DM_ACCESS
                   : DM_REASON_PASSED;

        assert_int_equal(dm_access_decide(DM_ACTION_READ, &grant, !(bits & 4),
                                          &rule_2011, 1000),
                         expected);
    }
}


static void
test_decide(void **state)
{
    dm_grant_t  grant;

    (void) state;

    memset(&grant, 0, sizeof(grant));
    grant.may = DM_LEVEL_DM;

    /* 0 is never, and the greatest time does not wrap */

    assert_int_equal(dm_access_decide(DM_ACTION_READ, &grant, 1, &rule_2011,
                                      INT64_MAX),
                     DM_REASON_PASSED);
    grant.expires = UINT32_MAX;
    assert_int_equal(dm_access_decide(DM_ACTION_READ, &grant, 1, &rule_2011,
                                      (int64_t) UINT32_MAX - 1),
                     DM_REASON_PASSED);
    assert_int_equal(dm_access_decide(DM_ACTION_READ, &grant, 1, &rule_2011,
                                      UINT32_MAX),
                     DM_REASON_EXPIRED_TOKEN);
    grant.expires = 0;

    /* a flow that cannot grant direct messages may still send by 2011 */

    grant.flow = DM_FLOW_XAUTH;
    assert_int_equal(dm_access_decide(DM_ACTION_READ, &grant, 1, &rule_2011,
                                      0),
                     DM_REASON_NO_DM_ACCESS);
    assert_int_equal(dm_access_decide(DM_ACTION_SEND, &grant, 1, &rule_2011,
                                      0),
                     DM_REASON_PASSED);
    assert_int_equal(dm_access_decide(DM_ACTION_SEND, &grant, 1, &rule_2019,
                                      0),
                     DM_REASON_NO_DM_ACCESS);
    grant.app_first_party = 1;
    assert_int_equal(dm_access_decide(DM_ACTION_DELETE, &grant, 1, &rule_2019,
                                      0),
                     DM_REASON_PASSED);

    grant.may = DM_LEVEL_READ;
    assert_int_equal(dm_access_decide(DM_ACTION_SEND, &grant, 1, &rule_2011,
                                      0),
                     DM_REASON_NO_WRITE_ACCESS);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_body),
        cmocka_unit_test(test_body_type),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_effective),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_decide),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
