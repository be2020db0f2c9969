#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <jansson.h>

#include "dm_payload.h"
#include "guard.h"


#define USER  "\"for_user_id\":\"4\""


static dm_payload_t  payload;


static int
parse(const char *body)
{
    dm_str_t  text = { guard_copy(body, strlen(body)), strlen(body) };

    memset(&payload, 0xa5, sizeof(payload));

    return dm_payload_parse(text, &payload);
}


static void
bad(const char *body)
{
    dm_payload_t  empty;

    if (parse(body) != -1) {
        fail_msg("understood: %s", body);
    }

    memset(&empty, 0, sizeof(empty));
    assert_memory_equal(&payload, &empty, sizeof(empty));
}


static void
good(const char *body)
{
    if (parse(body) != 0) {
        fail_msg("not understood: %s", body);
    }
}


static void
test_user(void **state)
{
    size_t  i;
    char    body[128];

    static const struct {
        const char  *json;
        uint64_t     user;
    } users[] = {
        { "0", 0 }, { "\"0\"", 0 }, { "4337869213", 4337869213 },
        { "\"4337869213\"", 4337869213 }, { " \t\r\n7 \t\r\n", 7 },
        { "\"\\u0037\"", 7 },
        { "9223372036854775807", INT64_MAX },
        { "9223372036854775808", 9223372036854775808ull },
        { "18446744073709551615", UINT64_MAX },
        { "\"18446744073709551615\"", UINT64_MAX },
        { "9007199254740993", 9007199254740993 },
    };
    static const char *const  wrong[] = {
        "", "-1", "-0", "+1", "01", "1.0", "1e3", "1E0", "0x1", "null", "true",
        "[]", "[1]", "{}", "\"\"", "\"-1\"", "\"+1\"", "\"01\"", "\" 1\"",
        "\"1 \"", "\"1,2\"", "1,2", "1 2", "\"1\\u0000\"", "\"1.0\"", "\"1e3\"",
        "18446744073709551616", "\"18446744073709551616\"",
        "184467440737095516150", "1e999", "-9223372036854775809",
    };

    (void) state;

    for (i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
        snprintf(body, sizeof(body), "{\"for_user_id\":%s}", users[i].json);
        good(body);
        assert_true(payload.has_user && payload.user == users[i].user);
        assert_false(payload.direct || payload.user_event);
        dm_payload_clear(&payload);

        snprintf(body, sizeof(body), "{\"a\":[],\"for_user_id\":%s,\"b\":1}",
                 users[i].json);
        good(body);
        assert_true(payload.has_user && payload.user == users[i].user);
        dm_payload_clear(&payload);
    }

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        snprintf(body, sizeof(body), "{\"for_user_id\":%s}", wrong[i]);
        bad(body);
    }
}


static void
test_object(void **state)
{
    size_t  i;

    static const char *const  wrong[] = {
        "", " ", "null", "1", "\"for_user_id\"", "[]", "{", "}", "{}", "{,}",
        "[{" USER "}]", "{" USER, "{" USER ",}", "{," USER "}",
        "{" USER "}}", "{" USER "}{}", "{" USER "},", "{" USER "} x",
        "{" USER " \"a\":1}", "{" USER ",\"a\"}", "{" USER ",\"a\":}",
        "{" USER ",\"a\" 1}", "{" USER ",\"a\"::1}", "{" USER ",a:1}",
        "{" USER ",1:1}", "{" USER ",'a':1}", "{" USER ",[]:1}",
        "{" USER ",\"a\":tru}", "{" USER ",\"a\":01}", "{" USER ",\"a\":NaN}",
        "{" USER ",\"a\":\"\xff\"}", "{" USER ",\"a\":\"\n\"}",
        "{" USER ",\"\xc0\x80\":1}", "{" USER ",\"a\\u0000\":1}",
        "{" USER ",\"a\":{\"b\\u0000\":1}}", "{" USER ",\"a\":\"\\ud800\"}",
        "{" USER ",\"a\":[1}", "{" USER ",\"a\":{]}", "{" USER ",\"a\":1e999}",
        "\xef\xbb\xbf{" USER "}", "{" USER "}\v", "//\n{" USER "}",
        "{" USER ",\"a\":1,\"a\":1}", "{\"a\":1," USER ",\"b\":1,\"a\":2}",
        "{" USER "," USER "}", "{" USER ",\"for_user_id\":\"5\"}",
        "{" USER ",\"for_user\\u005fid\":\"5\"}",
        "{\"For_user_id\":\"4\"}", "{\"for_user_id \":\"4\"}",
        "{\"a\":{" USER "}}", "{\"for_user_ids\":[\"4\"]}",
    };
    static const char *const  right[] = {
        "{" USER "}", " \t\r\n{ \t\r\n" USER " \t\r\n, \"a\" : 1 } \t\r\n",
        "{" USER ",\"a\":{\"b\":1,\"b\":2}}", "{" USER ",\"a\":\"\\u0000\"}",
        "{" USER ",\"\":null}", "{" USER ",\"a\":-1.5e+3}",
        "{" USER ",\"a\":18446744073709551616}",
        "{" USER ",\"a\":[{\"id\":99999999999999999999}]}",
        "{" USER ",\"a\":\"\xf0\x9f\x98\x80\\ud83d\\ude00\"}",
        "{" USER ",\"A\":1,\"a\":1}",
    };

    (void) state;

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        bad(wrong[i]);
    }

    assert_int_equal(dm_payload_parse(DM_STR("{\"for_user_id\":4\0}"),
                                      &payload), -1);
    assert_int_equal(dm_payload_parse(DM_STR("{" USER ",\"a\":[1\0]}"),
                                      &payload), -1);
    assert_int_equal(dm_payload_parse(DM_STR("{" USER ",\"a\":{\"b\":1\0}"),
                                      &payload), -1);

    /* memory that somebody else was in want of */

    errno = ENOMEM;
    bad("{" USER ",\"a\":tru}");

    for (i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
        good(right[i]);
        assert_true(payload.has_user && payload.user == 4);
        assert_false(payload.direct);
        dm_payload_clear(&payload);
    }
}


static void
test_kinds(void **state)
{
    size_t  i;
    char    body[160];

    static const char *const  direct[] = {
        "direct_message_events", "direct_message_indicate_typing_events",
        "direct_message_mark_read_events", "direct_message_reaction_events",
        "direct_message", "direct\\u005fmessage_events",
    };
    static const char *const  others[] = {
        "tweet_create_events", "favorite_events", "follow_events", "users",
        "direct_messag", "x_direct_message_events", "Direct_message_events",
    };
    static const char *const  values[] = {
        "null", "[]", "{}", "1", "\"\"", "[{\"type\":\"message_create\"}]"
    };

    (void) state;

    for (i = 0; i < sizeof(direct) / sizeof(direct[0]); i++) {
        snprintf(body, sizeof(body), "{" USER ",\"%s\":%s}", direct[i],
                 values[i]);
        good(body);
        assert_true(payload.direct && payload.other && !payload.user_event);
        dm_payload_clear(&payload);

        snprintf(body, sizeof(body), "{\"%s\":%s," USER ",\"a\":1}", direct[i],
                 values[i]);
        good(body);
        assert_true(payload.direct);
        dm_payload_clear(&payload);

        snprintf(body, sizeof(body), "{\"%s\":%s}", direct[i], values[i]);
        bad(body);
    }

    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        snprintf(body, sizeof(body), "{" USER ",\"%s\":[]}", others[i]);
        good(body);
        assert_false(payload.direct);
        dm_payload_clear(&payload);
    }
}


static void
test_user_event(void **state)
{
    (void) state;

    good("{\"user_event\":{\"revoke\":{\"source\":{\"user_id\":\"4\"}}}}");
    assert_true(payload.user_event && !payload.has_user && !payload.direct);
    dm_payload_clear(&payload);

    /* with a user it is judged by that one */

    good("{\"user_event\":{}," USER "}");
    assert_true(payload.has_user && payload.user == 4);
    dm_payload_clear(&payload);

    bad("{\"user_event\":{},\"for_user_id\":null}");
    bad("{\"user_event\":{},\"user_event\":{}}");
    bad("{\"user_event\":{},\"direct_message_events\":[]}");
    bad("{\"tweet_create_events\":[],\"user_event\":{}}");
    bad("{\"user_event\":{},\"users\":{}}");
    bad("{" USER ",\"user_event\":{},\"direct_message_events\":[]}");
    bad("{\"user_event\":{},\"direct_message_events\":[]," USER "}");
    bad("{\"user_events\":{}}");
}


static void
test_ids(void **state)
{
    size_t    i;
    dm_str_t  id;

    (void) state;

    good("{" USER ",\"direct_message_events\":[{\"id\":\"954491830116155396\"},"
         "{\"id\":12},{},{\"id\":null},1,null,{\"id\":[\"1\"]},{\"id\":\"\"}],"
         "\"tweet_create_events\":[{\"id\":\"7\"}]}");
    assert_int_equal(dm_payload_ids(&payload), 8);

    id = dm_payload_id(&payload, 0);
    assert_true(dm_str_eq(id, DM_STR("954491830116155396")));
    id = dm_payload_id(&payload, 1);
    assert_true(dm_str_eq(id, DM_STR("12")));

    for (i = 2; i < 8; i++) {
        id = dm_payload_id(&payload, i);
        assert_non_null(id.data);
        assert_int_equal(id.len, 0);
    }

    dm_payload_clear(&payload);
    assert_int_equal(dm_payload_ids(&payload), 0);

    good("{" USER ",\"direct_message_events\":{\"id\":\"1\"}}");
    assert_int_equal(dm_payload_ids(&payload), 0);
    dm_payload_clear(&payload);

    good("{" USER "}");
    assert_int_equal(dm_payload_ids(&payload), 0);
    dm_payload_clear(&payload);
}


/* Many names, and deep ones, neither slow nor a crash. */
static void
test_large(void **state)
{
    char    *body;
    size_t   i, n, size;

    (void) state;

    size = 1024 * 1024;
    body = malloc(size);
    assert_non_null(body);

    n = (size_t) sprintf(body, "{" USER);

    for (i = 0; n + 32 < size; i++) {
        n += (size_t) sprintf(body + n, ",\"%zu\":1", i);
    }

    body[n++] = '}';
    body[n] = '\0';
    good(body);
    dm_payload_clear(&payload);

    n = (size_t) sprintf(body, "{" USER ",\"a\":");
    memset(body + n, '[', 500000);
    memset(body + n + 500000, ']', 500000);
    strcpy(body + n + 1000000, "}");
    bad(body);

    free(body);
}


static long      allowed;           /* allocations, or -1: all */
static unsigned  failed;


static void *
fail_alloc(size_t size)
{
    if (allowed == 0) {
        allowed = -1;
        failed = 1;
        errno = ENOMEM;
        return NULL;
    }

    allowed -= allowed > 0;

    return malloc(size);
}


/* For want of memory nothing is told to be wrong that is right. */
static void
test_memory(void **state)
{
    int       rc;
    long      n;
    size_t    i;
    unsigned  without;

    static const char *const  bodies[] = {
        "{" USER ",\"direct_message_events\":[{\"id\":\"954491830116155396\","
        "\"a\":[1,2.5,\"\\u00e9\",{\"b\":null}]},{\"id\":12},{}],\"c\":true}",
        "{\"user_event\":{\"revoke\":{\"source\":{\"user_id\":\"4\"}}}}",
        "{" USER ",\"id\":1234567890123456789,\"e\":1e3}",
        "{" USER ",\"n\":18446744073709551616,\"direct_message_events\":[]}",
    };

    (void) state;

    json_set_alloc_funcs(fail_alloc, free);

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        n = 0;
        without = 0;

        do {
            allowed = n++;
            failed = 0;
            rc = parse(bodies[i]);
            allowed = -1;

            assert_true(rc == 0 || (rc == -2 && failed));
            without += rc == -2;
            dm_payload_clear(&payload);

        } while (failed);

        assert_true(n > 5);
        assert_true(i > 1 || without > 5);
    }

    json_set_alloc_funcs(malloc, free);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_user),
        cmocka_unit_test(test_object),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_user_event),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
