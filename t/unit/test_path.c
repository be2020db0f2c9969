#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "dm_path.h"
#include "guard.h"


#define TEXT(literal)  { (literal), sizeof(literal) - 1 }

typedef struct {
    const char  *target;
    const char  *reading[2];
    unsigned     undecodable;
    unsigned     unstable;
} path_case_t;


static const path_case_t  cases[] = {
    { "/", { "/", NULL }, 0, 0 },
    { "", { "/", NULL }, 0, 0 },
    { "/A/b", { "/a/b", NULL }, 0, 0 },
    { "/a//b/", { "/a/b", NULL }, 0, 0 },
    { "/a/./b/../c", { "/a/c", NULL }, 0, 0 },
    { "/a/..", { "/", NULL }, 0, 0 },
    { "/a/.b", { "/a/.b", NULL }, 0, 0 },
    { "/a?b=/../../%zz", { "/a", NULL }, 0, 0 },
    { "/a\\b", { "/a/b", NULL }, 0, 0 },
    { "/a%5cb", { "/a/b", NULL }, 0, 0 },
    { "/a;x=1/b;y", { "/a/b", NULL }, 0, 0 },
    { "/a./b%20/c. .", { "/a/b/c", NULL }, 0, 0 },
    { "/x/..;/a", { "/a", NULL }, 0, 0 },
    { "/x/..%20/a", { "/a", NULL }, 0, 0 },
    { "/x/%2e%2E/a", { "/a", NULL }, 0, 0 },
    { "/x/.;/.%20/a", { "/x/a", NULL }, 0, 0 },
    { "/x/.../a", { "/x/a", NULL }, 0, 0 },
    { "/a+b", { "/a+b", NULL }, 0, 0 },
    { "/a%2fb", { "/a/b", NULL }, 0, 0 },
    { "/%64%6D", { "/dm", NULL }, 0, 0 },
    { "/%2564m", { "/dm", NULL }, 0, 0 },
    { "/%252564m", { "/dm", NULL }, 0, 0 },
    { "/%25252564m", { "/%64m", NULL }, 1, 1 },
    { "/a%3fb", { "/a?b", "/a" }, 0, 0 },
    { "/a%3f/../b", { "/b", "/a" }, 0, 0 },
    { "/a%253F", { "/a?", "/a" }, 0, 0 },
    { "/%C3%A9", { "/\xc3\xa9", NULL }, 0, 0 },
    { "http://host/A", { "/a", NULL }, 0, 0 },
    { "HTTPS://u@host:80", { "/", NULL }, 0, 0 },
    { "http://host?/a", { "/", NULL }, 0, 0 },
    { "http://host\\a", { "/a", NULL }, 0, 0 },
    { "/http://host/a", { "/http:/host/a", NULL }, 0, 0 },
    { "\\http://host/a", { "/http:/host/a", NULL }, 0, 0 },
    { "://host/a", { "/:/host/a", NULL }, 0, 0 },
    { "http:host/a", { "/http:host/a", NULL }, 0, 0 },
    { "*", { "/*", NULL }, 0, 0 },

    { "/a%zz", { "/a%zz", NULL }, 1, 0 },
    { "/a%", { "/a%", NULL }, 1, 0 },
    { "/a%4", { "/a%4", NULL }, 1, 0 },
    { "/a%4z", { "/a%4z", NULL }, 1, 0 },
    { "/a%09/b", { "/a/b", NULL }, 1, 0 },
    { "/a%25", { "/a%", NULL }, 1, 0 },
    { "/%64m/%zz", { "/dm/%zz", NULL }, 1, 0 },
    { "/a#b", { "/a#b", NULL }, 1, 0 },
    { "http://host#/a", { "/#/a", NULL }, 1, 0 },
    { "/a%23b", { "/a#b", NULL }, 1, 0 },
    { "/a%2523b", { "/a#b", NULL }, 1, 0 },
    { "/a%01", { "/a\x01", NULL }, 1, 0 },
    { "/a%7f", { "/a\x7f", NULL }, 1, 0 },
    { "/a%c0%af", { "/a\xc0\xaf", NULL }, 1, 0 },
    { "/a%e0%80%af", { "/a\xe0\x80\xaf", NULL }, 1, 0 },
    { "/a%ed%a0%80", { "/a\xed\xa0\x80", NULL }, 1, 0 },
    { "/a%f4%90%80%80", { "/a\xf4\x90\x80\x80", NULL }, 1, 0 },
    { "/a%ff", { "/a\xff", NULL }, 1, 0 },
    { "/a%c3", { "/a\xc3", NULL }, 1, 0 },
    { "/a%c3b", { "/a\xc3" "b", NULL }, 1, 0 },
    { "/a%e2%82b", { "/a\xe2\x82" "b", NULL }, 1, 0 },

    /* what is left of the layer before is no part of the last character */
    { "/%61/\xc3\xa9%c3", { "/a/\xc3\xa9\xc3", NULL }, 1, 0 },
    { "/../a", { "/a", NULL }, 1, 0 },
    { "/a/../../b", { "/b", NULL }, 1, 0 },
    { "/a%3f/../../b", { "/b", "/a" }, 1, 0 },
    { "/../x/../a", { "/a", NULL }, 1, 0 },

    /* bad in one layer, and not in the next */
    { "/%%341", { "/a", NULL }, 1, 0 },

    { "a%3fb", { "/a?b", "/a" }, 0, 0 },
    { "http:///a/b", { "/a/b", NULL }, 0, 0 },
    { "http://", { "/", NULL }, 0, 0 },
    { "/a%1f", { "/a\x1f", NULL }, 1, 0 },
    { "/a%7e%20b", { "/a~ b", NULL }, 0, 0 },
};


/* RFC 3629 section 4: the first and the last of each kind, and beside them. */
static const struct {
    const char  *text;
    unsigned     bad;
} characters[] = {
    { "/\x7e", 0 },
    { "/\x80", 1 },
    { "/\xbf\x80", 1 },
    { "/\xc0\x80", 1 },
    { "/\xc1\xbf", 1 },
    { "/\xc2\x80", 0 },
    { "/\xdf\xbf", 0 },
    { "/\xe0\x9f\xbf", 1 },
    { "/\xe0\xa0\x80", 0 },
    { "/\xed\x9f\xbf", 0 },
    { "/\xed\xa0\x80", 1 },
    { "/\xed\xbf\xbf", 1 },
    { "/\xee\x80\x80", 0 },
    { "/\xef\xbf\xbf", 0 },
    { "/\xf0\x8f\xbf\xbf", 1 },
    { "/\xf0\x90\x80\x80", 0 },
    { "/\xf1\x80\x80\x80", 0 },
    { "/\xf4\x8f\xbf\xbf", 0 },
    { "/\xf4\x90\x80\x80", 1 },
    { "/\xf7\xbf\xbf\xbf", 1 },
    { "/\xf8\x90\x80\x80", 1 },
    { "/\xf8\x88\x80\x80\x80", 1 },
    { "/\xf0\x90\x80", 1 },
    { "/\xf0\x90\x80z", 1 },
};


static void
test_characters(void **state)
{
    char       *scratch, *guarded;
    size_t      i, len;
    dm_path_t   path;

    (void) state;

    for (i = 0; i < sizeof(characters) / sizeof(characters[0]); i++) {
        len = strlen(characters[i].text);
        guarded = guard_copy(characters[i].text, len);
        scratch = malloc(DM_PATH_SCRATCH(len));
        assert_non_null(scratch);

        dm_path_canonical((dm_str_t) { guarded, len }, scratch, &path);

        if (path.undecodable != characters[i].bad) {
            fail_msg("character %d: %u", (int) i, path.undecodable);
        }

        free(scratch);
        guard_free(guarded, len);
    }
}


static void
test_cases(void **state)
{
    size_t              i, k, len;
    char               *scratch, *guarded;
    dm_str_t            target;
    dm_path_t           path;
    const path_case_t  *c;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        c = &cases[i];
        len = strlen(c->target);
        guarded = guard_copy(c->target, len);
        target.data = guarded;
        target.len = len;
        scratch = malloc(DM_PATH_SCRATCH(len));
        assert_non_null(scratch);

        dm_path_canonical(target, scratch, &path);

        if (path.undecodable != c->undecodable
            || path.unstable != c->unstable)
        {
            fail_msg("%s: undecodable %u, unstable %u", c->target,
                     path.undecodable, path.unstable);
        }

        assert_int_equal(path.readings, c->reading[1] ? 2 : 1);

        for (k = 0; k < path.readings; k++) {
            if (path.reading[k].len != strlen(c->reading[k])
                || memcmp(path.reading[k].data, c->reading[k],
                          path.reading[k].len) != 0)
            {
                fail_msg("%s: reading %zu is %.*s", c->target, k,
                         (int) path.reading[k].len, path.reading[k].data);
            }
        }

        free(scratch);
    }
}


static void
test_nul(void **state)
{
    char       scratch[DM_PATH_SCRATCH(8)];
    dm_path_t  path;

    (void) state;

    dm_path_canonical(DM_STR("/dm%00x"), scratch, &path);
    assert_true(path.undecodable);

    dm_path_canonical(DM_STR("/a\0b"), scratch, &path);
    assert_true(path.undecodable);
}


/* Every layer, with what is no text as a separator, and without it. */
static void
test_loose(void **state)
{
    char      *scratch, *guarded;
    size_t     i;
    dm_str_t   loose;

    static const struct {
        unsigned  n;
        dm_str_t  target, loose;
    } c[] = {
        { 0, TEXT("/A%zz"), TEXT("/a/zz") },
        { 0, TEXT("/a%41"), TEXT("/a%41") },
        { 0, TEXT("/a?b"), TEXT("/a") },
        { 0, TEXT("http://h/A\\b"), TEXT("/a/b") },
        { 2, TEXT("/a%2541"), TEXT("/a%41") },
        { 4, TEXT("/a%2541"), TEXT("/aa") },
        { 6, TEXT("/a%2541"), TEXT("/aa") },
        { 6, TEXT("/a%25252541"), TEXT("/a%41") },
        { 2, TEXT("/dm%25%2537a"), TEXT("/dm/%37a") },
        { 3, TEXT("/dm%25%2537a"), TEXT("/dm%37a") },
        { 6, TEXT("/x%c1%a4m%c0%afy"), TEXT("/xdm/y") },
        { 7, TEXT("/x%c1%a4m%c0%afy"), TEXT("/xdm/y") },
        { 6, TEXT("/a%23dm"), TEXT("/a/dm") },
        { 7, TEXT("/a%23dm"), TEXT("/a/dm") },
        { 6, TEXT("/a%3fdm%zz"), TEXT("/a/dm/zz") },
        { 7, TEXT("/a%3fdm%zz"), TEXT("/a/dmzz") },
        { 6, TEXT("/a%%zdm"), TEXT("/a//zdm") },
        { 7, TEXT("/d%%m%"), TEXT("/dm") },
        { 6, TEXT("/a%01dm%7f"), TEXT("/a/dm/") },
        { 7, TEXT("/a%01dm%7f%20"), TEXT("/adm ") },
        { 6, TEXT("/a%00dm"), TEXT("/a/dm") },
        { 6, TEXT("/a%c1%9cdm"), TEXT("/a/dm") },
        { 7, TEXT("/a%c0%85b%c1%bfc"), TEXT("/abc") },
        { 6, TEXT("/a\\dm%ff"), TEXT("/a/dm/") },
        { 7, TEXT("/a\\d%ffm"), TEXT("/a/dm") },

        /* text of its own is none of what it stands beside */
        { 6, TEXT("/%c3%a9dm%zz"), TEXT("/\xc3\xa9" "dm/zz") },
        { 7, TEXT("/%zz%c3%a9dm"), TEXT("/zz\xc3\xa9" "dm") },
        { 6, TEXT("/dm%e0%83%a9"), TEXT("/dm/") },
        { 6, TEXT("/dm%ed%a0%80"), TEXT("/dm/") },
        { 7, TEXT("/d%ed%a0%80m"), TEXT("/dm") },

        /* a character by its number */
        { 2, TEXT("/%25u0064m%25U002fx"), TEXT("/dm/x") },
        { 0, TEXT("/%u0064m"), TEXT("/dm") },
        { 0, TEXT("/%u005Fm%u0025"), TEXT("/_m%") },
        { 1, TEXT("/d%u0000m%u00E9%u007F"), TEXT("/dm") },
        { 0, TEXT("/d%u00e9m"), TEXT("/d/m") },
        { 0, TEXT("/%u006"), TEXT("//u006") },
        { 0, TEXT("/%u006g%ug064%u0g64%u00g4"),
          TEXT("//u006g/ug064/u0g64/u00g4") },
        { 0, TEXT(""), TEXT("") }
    };

    (void) state;

    for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
        guarded = guard_copy(c[i].target.data, c[i].target.len);
        scratch = malloc(c[i].target.len ? c[i].target.len : 1);
        assert_non_null(scratch);

        loose = dm_path_loose((dm_str_t) { guarded, c[i].target.len }, c[i].n,
                              scratch);

        if (!dm_str_eq(loose, c[i].loose)) {
            fail_msg("%s: %.*s", c[i].target.data, (int) loose.len,
                     loose.data);
        }

        free(scratch);
        guard_free(guarded, c[i].target.len);
    }
}


static void
test_word(void **state)
{
    (void) state;

    assert_true(dm_str_eq(dm_path_word(DM_STR("dm")), DM_STR("dm")));
    assert_true(dm_str_eq(dm_path_word(DM_STR("dm.a. .;b=c")),
                          DM_STR("dm.a")));
    assert_int_equal(dm_path_word(DM_STR("..")).len, 0);
    assert_int_equal(dm_path_word(DM_STR(";dm")).len, 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_characters),
        cmocka_unit_test(test_nul),
        cmocka_unit_test(test_loose),
        cmocka_unit_test(test_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
