#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "dm_uri.h"
#include "guard.h"


/* uri NULL: nginx answers 400 */
typedef struct {
    const char  *target;
    const char  *uri;
    const char  *args;
    const char  *kept;         /* the target, NULL: all of it */
} uri_case_t;


static const uri_case_t  cases[] = {
    { "/", "/", "", NULL },
    { "/a/b", "/a/b", "", NULL },
    { "/a/", "/a/", "", NULL },
    { "/A%2fb", "/A/b", "", NULL },
    { "/a?b=c", "/a", "b=c", NULL },
    { "/a?b#c", "/a", "b", NULL },
    { "/a?", "/a", "", NULL },
    { "/a?#", "/a", "", NULL },
    { "/a#b?c", "/a", "", NULL },
    { "/a#", "/a", "", NULL },
    { "/a?b?c", "/a", "b?c", NULL },
    { "/a//b", "/a/b", "", NULL },
    { "//a", "/a", "", NULL },
    { "/a/%2fb", "/a/b", "", NULL },
    { "/a/./b", "/a/b", "", NULL },
    { "/a/.", "/a/", "", NULL },
    { "/.", "/", "", NULL },
    { "/a/..", "/", "", NULL },
    { "/a/../b", "/b", "", NULL },
    { "/a/b/%2e%2E/c", "/a/c", "", NULL },
    { "/a/..?x", "/", "x", NULL },
    { "/a/.#x", "/a/", "", NULL },
    { "/a//../b", "/b", "", NULL },
    { "/a/...", "/a/...", "", NULL },
    { "/a/.b/..c", "/a/.b/..c", "", NULL },
    { "/a/..;/b", "/a/..;/b", "", NULL },
    { "/a.b", "/a.b", "", NULL },
    { "/a/%2e", "/a/", "", NULL },
    { "/a%23b", "/a#b", "", NULL },
    { "/a%3fb", "/a?b", "", NULL },
    { "/a%2541", "/a%41", "", NULL },
    { "/.%23/b", "/.#/b", "", NULL },
    { "/a%0d%01", "/a\r\x01", "", NULL },
    { "/a%20b", "/a b", "", NULL },
    { "/a+b", "/a+b", "", NULL },
    { "/\xc3\xa4", "/\xc3\xa4", "", NULL },
    { "/a\\b", "/a\\b", "", NULL },

    { "http://h/a?b", "/a", "b", "/a?b" },
    { "http://h", "/", "", "/" },
    { "HTTP://h.x-1:80/a", "/a", "", "/a" },
    { "http://h:/a", "/a", "", "/a" },
    { "a+b.1-x://h/", "/", "", "/" },
    { "http://[::1]:8/a", "/a", "", "/a" },
    { "http://h?x", "/", "x", "?x" },
    { "http://h./a", "/a", "", "/a" },

    { "", NULL, NULL, NULL },
    { "a", NULL, NULL, NULL },
    { "*", NULL, NULL, NULL },
    { "?x", NULL, NULL, NULL },
    { "1x://h/", NULL, NULL, NULL },
    { "http:/h/a", NULL, NULL, NULL },
    { "http:///a", NULL, NULL, NULL },
    { "http://", NULL, NULL, NULL },
    { "http://./a", NULL, NULL, NULL },
    { "http://a..b/", NULL, NULL, NULL },
    { "http://h#a", NULL, NULL, NULL },
    { "http://h:8x/a", NULL, NULL, NULL },
    { "http://u@h/a", NULL, NULL, NULL },
    { "http://[::1/a", NULL, NULL, NULL },
    { "http://[::1]x/a", NULL, NULL, NULL },
    { "/..", NULL, NULL, NULL },
    { "/../a", NULL, NULL, NULL },
    { "/a/../../b", NULL, NULL, NULL },
    { "/%2e%2e/a", NULL, NULL, NULL },
    { "/a%00", NULL, NULL, NULL },
    { "/a%", NULL, NULL, NULL },
    { "/a%4", NULL, NULL, NULL },
    { "/a%4g", NULL, NULL, NULL },
    { "/a b", NULL, NULL, NULL },
    { "/a\tb", NULL, NULL, NULL },
    { "/a\x7f", NULL, NULL, NULL },
};


static void
assert_text(const char *target, dm_str_t have, const char *want)
{
    if (have.len != strlen(want) || memcmp(have.data, want, have.len) != 0) {
        fail_msg("%s: \"%.*s\" is not \"%s\"", target, (int) have.len,
                 have.data, want);
    }
}


static void
test_cases(void **state)
{
    int                rc;
    char              *scratch, *guarded;
    size_t             i, len;
    dm_uri_t           uri;
    const uri_case_t  *c;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        c = &cases[i];
        len = strlen(c->target);
        guarded = guard_copy(c->target, len);
        scratch = malloc(len + 1);
        assert_non_null(scratch);

        rc = dm_uri_parse((dm_str_t) { guarded, len }, 1, scratch, &uri);

        if (rc != (c->uri ? 0 : -1)) {
            fail_msg("%s: %d", c->target, rc);
        }

        if (rc == 0) {
            assert_text(c->target, uri.uri, c->uri);
            assert_text(c->target, uri.args, c->args);
            assert_text(c->target, uri.target, c->kept ? c->kept : c->target);
            assert_int_equal(uri.kept, uri.target.data[0] == '/');
        }

        free(scratch);
        guard_free(guarded, len);
    }
}


static void
test_slashes(void **state)
{
    char      scratch[32];
    dm_uri_t  uri;

    (void) state;

    assert_int_equal(dm_uri_parse(DM_STR("//a///b%2f%2f"), 0, scratch, &uri),
                     0);
    assert_text("slashes", uri.uri, "//a///b//");

    assert_int_equal(dm_uri_parse(DM_STR("/a//../b"), 0, scratch, &uri), 0);
    assert_text("slashes", uri.uri, "/a/b");

    assert_int_equal(dm_uri_parse(DM_STR("//.."), 0, scratch, &uri), 0);
    assert_text("slashes", uri.uri, "/");
}


static void
test_method(void **state)
{
    (void) state;

    assert_int_equal(dm_uri_method(DM_STR("GET")), 0);
    assert_int_equal(dm_uri_method(DM_STR("M-SEARCH")), 0);
    assert_int_equal(dm_uri_method(DM_STR("X_Y")), 0);
    assert_int_equal(dm_uri_method(DM_STR("get")), -1);
    assert_int_equal(dm_uri_method(DM_STR("GE T")), -1);
    assert_int_equal(dm_uri_method(DM_STR("")), -1);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_slashes),
        cmocka_unit_test(test_method),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
