#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "dm_delivery.h"
#include "dm_signature.h"
#include "dm_url.h"
#include "guard.h"


#define A64  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SIGNED  "sha256=W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="


static dm_str_t
guarded(const char *text)
{
    return (dm_str_t) { guard_copy(text, strlen(text)), strlen(text) };
}


/*
 * All combinations of what a delivery may have wrong: the first row of the
 * table that fits names the reason.
 */
static void
test_order(void **state)
{
    unsigned       bits;
    dm_reason_t    expected;
    dm_delivery_t  d;

    (void) state;

    for (bits = 0; bits < 1u << 12; bits++) {
        memset(&d, 0, sizeof(d));
        d.ready = !(bits & 1);
        d.app_ok = !(bits & 2);
        d.payload_ok = !(bits & 4);
        d.challenge = (bits & 8) != 0;
        d.app_known = !(bits & 16);
        d.app_suspended = (bits & 32) != 0;
        d.destination_ok = !(bits & 64);
        d.signature_ok = !(bits & 128);
        d.live = !(bits & 256);
        d.dm = !(bits & 512);
        d.payload.direct = (bits & 1024) != 0;
        d.payload.has_user = !(bits & 2048);

        expected = (bits & 1) ? DM_REASON_NOT_READY
                   : (bits & 2) ? DM_REASON_BAD_DELIVERY
                   : ((bits & 12) == 4) ? DM_REASON_BAD_DELIVERY
                   : (bits & 16) ? DM_REASON_UNKNOWN_APP
                   : (bits & 32) ? DM_REASON_APP_SUSPENDED
                   : (bits & 64) ? DM_REASON_WRONG_DESTINATION
                   : (bits & 8) ? DM_REASON_PASSED
                   : (bits & 128) ? DM_REASON_WRONG_SIGNATURE
                   : (bits & 2048) ? DM_REASON_PASSED
                   : (bits & 256) ? DM_REASON_NOT_SUBSCRIBED
                   : ((bits & 1536) == 1536) ? DM_REASON_NO_DM_ACCESS
                   : DM_REASON_PASSED;

        assert_int_equal(dm_delivery_decide(&d), expected);
    }
}


static void
test_app(void **state)
{
    (void) state;

    assert_false(dm_delivery_app_ok(guarded("")));
    assert_false(dm_delivery_app_ok(guarded(",")));
    assert_false(dm_delivery_app_ok(guarded("1,2")));
    assert_false(dm_delivery_app_ok(guarded("1, 1")));
    assert_false(dm_delivery_app_ok(guarded("1,")));
    assert_true(dm_delivery_app_ok(guarded("1")));
    assert_true(dm_delivery_app_ok(guarded("an app; its/id")));
}


/* The HMAC is that of RFC 4231 section 4.3. */
static void
test_signature(void **state)
{
    size_t    i;
    char      wrong[sizeof(SIGNED)];
    dm_str_t  secret = DM_STR("Jefe");
    dm_str_t  body = DM_STR("what do ya want for nothing?");

    static const char *const  bad[] = {
        "", "sha256=", "sha256", SIGNED "=", SIGNED " ", " " SIGNED,
        SIGNED ", " SIGNED, "sha1=W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWT=",
        "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    };

    (void) state;

    secret = (dm_str_t) { guard_copy(secret.data, secret.len), secret.len };
    body = (dm_str_t) { guard_copy(body.data, body.len), body.len };

    assert_int_equal(dm_signature_check(secret, body, guarded(SIGNED)), 1);

    for (i = 0; i < sizeof(SIGNED) - 1; i++) {
        memcpy(wrong, SIGNED, sizeof(SIGNED));
        wrong[i] ^= 0x20;
        assert_int_equal(dm_signature_check(secret, body, guarded(wrong)), 0);
        wrong[i] = '\0';
        assert_int_equal(dm_signature_check(secret, body, guarded(wrong)), 0);
    }

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(dm_signature_check(secret, body, guarded(bad[i])), 0);
    }

    assert_int_equal(dm_signature_check(DM_STR("jefe"), body,
                                        guarded(SIGNED)), 0);
    body.len--;
    assert_int_equal(dm_signature_check(secret, body, guarded(SIGNED)), 0);
    assert_int_equal(dm_signature_check(secret, DM_STR(""), guarded(SIGNED)),
                     0);

    /* a secret is any bytes: longer than a block, and with a NUL */

    assert_int_equal(dm_signature_check(DM_STR("a\0b"), DM_STR("x"), DM_STR(
        "sha256=dYrPhdAQ29ZyYjiPgR/lrJI7du0TASZaZvzjl1hikbQ=")), 1);
    assert_int_equal(dm_signature_check(DM_STR(A64 A64), DM_STR(""), DM_STR(
        "sha256=a9bjdrd/6ytAyTFdsx8A8w3DGu1i79cF6I5dVK42R04=")), 1);
}


static int
same(const char *a, const char *b)
{
    dm_url_t  one, two;

    assert_int_equal(dm_url_parse(guarded(a), &one), 0);
    assert_int_equal(dm_url_parse(guarded(b), &two), 0);
    assert_int_equal(dm_url_same(&one, &two), dm_url_same(&two, &one));

    return dm_url_same(&one, &two);
}


static void
test_url_parse(void **state)
{
    size_t    i;
    dm_url_t  url;

    static const struct {
        const char  *url;
        unsigned     https, port;
        const char  *host, *site, *path, *query;
    } urls[] = {
        { "http://a", 0, 80, "a", "http://a", "", "" },
        { "HTTPS://A.b-c.1:/", 1, 443, "A.b-c.1", "HTTPS://A.b-c.1:", "/",
          "" },
        { "https://h:8443/a/b;c?d=/e?#f?", 1, 8443, "h", "https://h:8443",
          "/a/b;c", "?d=/e?" },
        { "http://h?x", 0, 80, "h", "http://h", "", "?x" },
        { "http://h#/x?y", 0, 80, "h", "http://h", "", "" },
        { "http://h/p#?y", 0, 80, "h", "http://h", "/p", "" },
        { "http://[::1]:00080/", 0, 80, "[::1]", "http://[::1]:00080", "/",
          "" },
        { "http://[::ffff:127.0.0.1]", 0, 80, "[::ffff:127.0.0.1]",
          "http://[::ffff:127.0.0.1]", "", "" },
        { "http://h:65535/", 0, 65535, "h", "http://h:65535", "/", "" },
        { "http://h:8090", 0, 8090, "h", "http://h:8090", "", "" },
        { "http://azAZ09-._~", 0, 80, "azAZ09-._~", "http://azAZ09-._~", "",
          "" },
    };
    static const char *const  bad[] = {
        "", "h", "/h", "//h/", "http", "http:", "http:/", "http://",
        "https://", "http:///a", "http://:80/", "http://?a", "http://#",
        "ftp://h/", "httpss://h/", "http//h/", " http://h/", "http://h /",
        "http://u@h/", "http://u:p@h/", "http://u:80@h/", "http://@h/",
        "http://h@", "http://h\\@i/", "http://h\\/", "http://h,i/",
        "http://h%2e/", "http://\xc3\xa9/", "http://h:80a/", "http://h:-1/",
        "http://h:65536/", "http://h:4294967376/", "http://h:0/",
        "http://h:99999999999999999999/", "http://h::80/", "http://[]/",
        "http://h:80@i/", "http://h:80\\@i/", "http://h:@i/", "http://[::1]@i/",
        "http://[", "http://[::1", "http://[::1]a/", "http://[::g]/",
        "http://[::1]]/", "http://::1/", "http://h:80:80/", "http://$host/"
    };

    (void) state;

    for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        assert_int_equal(dm_url_parse(guarded(urls[i].url), &url), 0);
        assert_int_equal(url.https, urls[i].https);
        assert_int_equal(url.port, urls[i].port);
        assert_true(dm_str_eq(url.host, guarded(urls[i].host)));
        assert_true(dm_str_eq(url.site, guarded(urls[i].site)));
        assert_true(dm_str_eq(url.path, guarded(urls[i].path)));
        assert_true(dm_str_eq(url.query, guarded(urls[i].query)));
    }

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (dm_url_parse(guarded(bad[i]), &url) != -1) {
            fail_msg("taken for a url: %s", bad[i]);
        }
    }
}


static void
test_url_same(void **state)
{
    size_t  i;

    static const char *const  equal[][2] = {
        { "http://h/a", "HTTP://H:80/a" },
        { "https://h/a", "https://h:443/a" },
        { "https://h/a", "https://h:0443/a?b#c" },
        { "https://h", "https://h/" },
        { "https://h?x", "https://h:/?y" },
        { "https://h/%7eu/%41-%2e_", "https://h/~u/A-._" },
        { "https://h/%c3%A9", "https://h/%C3%a9" },
        { "https://h/%C3%A9 {", "https://h/\xc3\xa9%20%7b" },
        { "https://h/%", "https://h/%25" },
        { "https://h/%4", "https://h/%254" },
        { "https://h/%4z", "https://h/%254z" },
        { "https://h/%z4", "https://h/%25z4" },
        { "https://h/%zz", "https://h/%25zz" },
    };
    static const char *const  other[][2] = {
        { "http://h/a", "https://h/a" },
        { "http://h:443/a", "https://h:443/a" },
        { "https://h/a", "https://h:80/a" },
        { "https://h/a", "https://i/a" },
        { "https://h/a", "https://h./a" },
        { "https://h/a", "https://ha/" },
        { "https://h/a", "https://h/A" },
        { "https://h/a", "https://h/a/" },
        { "https://h/a", "https://h/a/b" },
        { "https://h/a", "https://h" },
        { "https://h/a", "https://h//a" },
        { "https://h/a", "https://h/x/../a" },
        { "https://h/a", "https://h/./a" },
        { "https://h/a/b", "https://h/a%2Fb" },
        { "https://h/a;b", "https://h/a%3bb" },
        { "https://h/a", "https://h/a%00" },
        { "https://h/%2561", "https://h/a" },
        { "https://h/%2561", "https://h/%61" },
        { "https://h/a?b", "https://h/a%3fb" },
    };

    (void) state;

    for (i = 0; i < sizeof(equal) / sizeof(equal[0]); i++) {
        if (!same(equal[i][0], equal[i][1])) {
            fail_msg("%s is not %s", equal[i][0], equal[i][1]);
        }
    }

    for (i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
        if (same(other[i][0], other[i][1])) {
            fail_msg("%s is %s", other[i][0], other[i][1]);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_app),
        cmocka_unit_test(test_signature),
        cmocka_unit_test(test_url_parse),
        cmocka_unit_test(test_url_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
