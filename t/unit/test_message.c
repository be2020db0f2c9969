#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "dm_message.h"
#include "guard.h"


/* A message as an origin sends most of them. */
static const char  post[] =
    "{\"created_at\":\"Thu Jun 22 21:00:00 +0000 2017\","
    "\"id\":877994604561387520,\"id_str\":\"877994604561387520\","
    "\"text\":\"\\\"direct_message\\\": caf\xc3\xa9 \xe2\x98\x83 \\ud83d\\ude00"
    " \xf0\x9f\x98\x80 \\u0000 http:\\/\\/t.co\\/1\\n\",\"truncated\":false,"
    "\"entities\":{\"hashtags\":[{\"text\":\"a\",\"indices\":[103,111]}],"
    "\"symbols\":[],\"direct_message\":{}},\"in_reply_to_status_id\":null,"
    "\"in_reply_to_status_id_str\":null,\"in_reply_to_user_id\":null,"
    "\"in_reply_to_user_id_str\":null,\"in_reply_to_screen_name\":null,"
    "\"user\":{\"id\":6253282,\"utc_offset\":-25200,\"verified\":true},"
    "\"coordinates\":[-122.41937,0.5]}\r\n";


static dm_message_t  message;


static dm_message_kind_t
judge(const char *data, size_t len)
{
    char          *copy;
    dm_str_t       text;
    dm_message_t   judged, kind;

    copy = guard_copy(data, len);
    text.data = copy;
    text.len = len;

    memset(&message, 0xa5, sizeof(message));
    memset(&judged, 0xa5, sizeof(judged));
    memset(&kind, 0xa5, sizeof(kind));

    dm_message_parse(text, &message);
    dm_message_judge(text, 1, &judged);
    dm_message_judge(text, 0, &kind);

    if (judged.kind != message.kind || kind.kind != message.kind) {
        fail_msg("parsed %d, judged %d, %d: %.*s", message.kind, judged.kind,
                 kind.kind, (int) len, data);
    }

    if (message.kind == DM_MESSAGE_DIRECT) {
        assert_int_equal(judged.has_user, message.has_user);
        assert_int_equal(judged.user, message.user);
        assert_int_equal(judged.id_len, message.id_len);
        assert_memory_equal(judged.id, message.id, message.id_len);
    }

    guard_free(copy, len);

    return message.kind;
}


/* Without jansson. */
static int
proved(const char *data)
{
    char               *copy;
    dm_message_kind_t   kind;

    copy = guard_copy(data, strlen(data));
    kind = dm_message_prove((dm_str_t) { copy, strlen(data) });
    guard_free(copy, strlen(data));

    return kind != DM_MESSAGE_UNDECIDABLE;
}


static void
is(dm_message_kind_t kind, const char *data)
{
    if (judge(data, strlen(data)) != kind) {
        fail_msg("%d, not %d: %s", message.kind, kind, data);
    }
}


static void
test_post(void **state)
{
    size_t  i;

    (void) state;

    is(DM_MESSAGE_OTHER, post);
    assert_true(proved(post));

    for (i = 0; i < sizeof(post) - sizeof("}\r\n"); i++) {
        assert_int_equal(judge(post, i), DM_MESSAGE_UNDECIDABLE);
    }
}


static void
test_direct(void **state)
{
    size_t  i;

    static const struct {
        const char  *json;
        int          plain;
    } direct[] = {
        { "{\"direct_message\":{\"id\":1}}\r\n", 1 },
        { " \t{ \"a\" : 1 ,\n\"direct_message\" : null }", 1 },
        { "{\"direct\\u005fmessage\":{}}", 0 },
        { "{\"\\u0064\\u0069rect_message\":{}}", 0 },
        { "{\"\\u0064irect_messag\\u0065\":[]}", 0 },
        { "{\"a\":{\"b\":[1,2,{}]},\"direct_message\":0}", 1 },
        { "{\"delete\":{\"direct_message\":{\"id\":1}}}", 1 },
        { "{\"del\\u0065te\":{\"a\":1,\"direct_messag\\u0065\":{\"id\":1}}}", 0 },
        { "{\"for_user\":1,\"message\":{\"direct_message\":{}}}", 1 },
        { "{\"m\\u0065ssage\":{\"direct_message\":{}},\"for_user\":1}", 0 },
        { "{\"for_user\":1,\"message\":{\"delete\":{\"direct_message\":{}}}}", 1 },
        { "{\"message\":{\"direct_message\":{}}}", 1 },
        { "{\"for_user\":[],\"message\":{\"direct_message\":{}}}", 1 },
        { "{\"direct_message\":{\"text\":\"\\u0000\",\"a\":1,\"a\":2}}", 1 },
        { "{\"id\":99999999999999999999999,\"direct_message\":{}}", 0 },
    };

    (void) state;

    for (i = 0; i < sizeof(direct) / sizeof(direct[0]); i++) {
        is(DM_MESSAGE_DIRECT, direct[i].json);

        if (proved(direct[i].json) != direct[i].plain) {
            fail_msg("proved, or not: %s", direct[i].json);
        }
    }
}


static void
test_other(void **state)
{
    size_t  i;

    static const struct {
        const char  *json;
        int          plain;
    } other[] = {
        { "{}", 1 },
        { " { } \r\n", 1 },
        { "{\"text\":\"\\\"direct_message\\\":{}\"}", 1 },
        { "{\"text\":\"{\\\"direct_message\\\":{}}\",\"a\":[]}", 1 },
        { "{\"a\":{\"direct_message\":{}}}", 1 },
        { "{\"a\":{\"message\":{\"direct_message\":{}}}}", 1 },
        { "{\"delete\":{\"status\":{\"direct_message\":1}}}", 1 },
        { "{\"delete\":[{\"direct_message\":1}]}", 1 },
        { "{\"delete\":\"direct_message\"}", 1 },
        { "{\"message\":{\"message\":{\"direct_message\":1}}}", 1 },
        { "{\"direct_message_\":1,\"direct_messag\":1,\"xdirect_message\":1}",
          1 },
        { "{\"Direct_Message\":1}", 1 },
        { "{\"direct\\\\u005fmessage\":1}", 0 },
        { "{\"a\":{\"b\":1,\"b\":2}}", 1 },
        { "{\"a\":\"\\u0000\"}", 1 },
        { "{\"\xc3\xa9\":\"\xef\xbf\xbf \xf4\x8f\xbf\xbf \xed\x9f\xbf\"}", 1 },
        { "{\"a\":1e5,\"b\":1.5E-7}", 0 },
        { "{\"a\":12345678901234567890}", 0 },
        { "{\"a\":0,\"b\":-0,\"c\":-0.0,\"d\":0.00}", 1 },
        { "{\"disconnect\":{\"code\":6}}", 1 },
        { "[{\"direct_message\":1}]", 0 },
        { "\"direct_message\"", 0 },
        { "1", 0 },
    };

    (void) state;

    for (i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
        is(DM_MESSAGE_OTHER, other[i].json);

        if (proved(other[i].json) != other[i].plain) {
            fail_msg("proved, or not: %s", other[i].json);
        }
    }
}


static void
test_undecidable(void **state)
{
    size_t  i;

    static const char *const  undecidable[] = {
        "", " \r\n", "{", "}", "{]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
        "{,\"a\":1}", "{\"a\":1 \"b\":2}", "{a:1}", "{'a':1}", "{\"a\":01}",
        "{\"a\":.5}", "{\"a\":1.}", "{\"a\":-}", "{\"a\":+1}", "{\"a\":1e}",
        "{\"a\":truE}", "{\"a\":truex}", "{\"a\":nul", "{\"a\":[1,]}",
        "{\"a\":[1 2]}", "{\"a\":[}", "{\"a\":\"\n\"}", "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\"}",
        "{\"a\":\"\\ud800\\u0041\"}", "{\"a\":\"\\udc00\\udc00\"}",
        "{\"a\":\"\xff\"}", "{\"a\":\"\xc0\xaf\"}",
        "{\"a\":\"\xed\xa0\x80\"}", "{\"a\":\"\xf4\x90\x80\x80\"}",
        "{\"a\":\"\xe2\x98\"}", "{\"\xe2\x98\":1}", "{\"a\":1e400}",
        "{\"a\":1}{\"direct_message\":1}", "{}\n{}", "{} x", "\xef\xbb\xbf{}",
        "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":1}",
        "{\"direct_message\":{},\"direct_message\":{}}",
        "{\"delete\":{\"a\":1,\"a\":1}}", "{\"delete\":{},\"delete\":{}}",
        "{\"message\":{\"a\":1,\"a\":1}}",
        "{\"message\":{\"delete\":{\"a\":1,\"a\":1}}}",
        "{\"for_user\":1,\"for_user\":2,\"message\":{}}",
        "{\"a\\u0000\":1}", "{\"direct_message\\u0000\":1}",
        "{\"a\":{\"b\\u0000\":1}}", "{\"direct_message\":{}",
    };

    (void) state;

    for (i = 0; i < sizeof(undecidable) / sizeof(undecidable[0]); i++) {
        is(DM_MESSAGE_UNDECIDABLE, undecidable[i]);
        assert_false(message.has_user || message.id_len);
    }

    assert_int_equal(judge("1\0", 2), DM_MESSAGE_UNDECIDABLE);
    assert_int_equal(judge("{\"a\":\"\0\"}", 9), DM_MESSAGE_UNDECIDABLE);
}


static void
test_user(void **state)
{
    size_t  i;
    char    json[128];

    static const struct {
        const char  *id;
        int          has;
        uint64_t     user;
    } users[] = {
        { "1", 1, 1 }, { "\"1\"", 1, 1 }, { "0", 1, 0 },
        { "18446744073709551615", 1, UINT64_MAX },
        { "\"18446744073709551615\"", 1, UINT64_MAX },
        { "9007199254740993", 1, 9007199254740993 },
        { "18446744073709551616", 0, 0 }, { "-1", 0, 0 }, { "1.0", 0, 0 },
        { "null", 0, 0 }, { "[1]", 0, 0 }, { "\"\"", 0, 0 }, { "\"01\"", 0, 0 },
        { "{\"id\":1}", 0, 0 },
    };

    (void) state;

    for (i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
        snprintf(json, sizeof(json),
                 "{\"for_user\":%s,\"message\":{\"direct_message\":1}}",
                 users[i].id);
        is(DM_MESSAGE_DIRECT, json);
        assert_int_equal(message.has_user, users[i].has);
        assert_true(!users[i].has || message.user == users[i].user);
    }

    is(DM_MESSAGE_DIRECT, "{\"message\":{\"for_user\":1,\"direct_message\":1}}");
    assert_false(message.has_user);
}


static void
test_id(void **state)
{
    size_t  i;

    static const struct {
        const char  *json;
        const char  *id;
    } ids[] = {
        { "{\"direct_message\":{\"id\":12}}", "12" },
        { "{\"direct_message\":{\"id\":0}}", "0" },
        { "{\"direct_message\":{\"id\":9223372036854775807}}",
          "9223372036854775807" },
        { "{\"direct_message\":{\"id\":12,\"id_str\":\"13\"}}", "13" },
        { "{\"direct_message\":{\"id\":\"14\"}}", "14" },
        { "{\"delete\":{\"direct_message\":{\"id\":15,\"user_id\":3}}}", "15" },
        { "{\"message\":{\"direct_message\":{\"id_str\":\"16\"}}}", "16" },
        { "{\"direct_message\":{\"id_str\":\"12345678901234567890123456789012"
          "\"}}", "12345678901234567890123456789012" },
        { "{\"direct_message\":{\"id_str\":\"123456789012345678901234567890123"
          "\"}}", "" },
        { "{\"direct_message\":{\"id\":-1}}", "" },
        { "{\"direct_message\":{}}", "" },
        { "{\"direct_message\":[1]}", "" },
    };

    (void) state;

    for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        is(DM_MESSAGE_DIRECT, ids[i].json);
        assert_int_equal(message.id_len, strlen(ids[i].id));
        assert_memory_equal(message.id, ids[i].id, message.id_len);
    }
}


/* More names, or deeper, than there is room for: jansson decides. */
static void
test_limits(void **state)
{
    int     n, deep, many;
    char   *p;
    size_t  i;

    static char  json[4096];

    (void) state;

    for (n = 1; n < 100; n++) {
        p = json;

        for (i = 0; i < (size_t) n; i++) {
            p += sprintf(p, "%c\"in_reply_to_%zu_id_str\":1",
                         i ? ',' : '{', i);
        }

        strcpy(p, "}");
        is(DM_MESSAGE_OTHER, json);
        many = proved(json);
        assert_int_equal(many, n <= 64);

        strcpy(p, ",\"in_reply_to_0_id_str\":1}");
        is(DM_MESSAGE_UNDECIDABLE, json);

        strcpy(json, "{\"a\":");
        memset(json + 5, '[', (size_t) n);
        memset(json + 5 + n, ']', (size_t) n);
        strcpy(json + 5 + 2 * n, "}");
        is(DM_MESSAGE_OTHER, json);
        deep = proved(json);
        assert_int_equal(deep, n <= 64);
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_post),
        cmocka_unit_test(test_direct),
        cmocka_unit_test(test_other),
        cmocka_unit_test(test_undecidable),
        cmocka_unit_test(test_user),
        cmocka_unit_test(test_id),
        cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
