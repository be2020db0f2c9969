#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "dm_accept.h"
#include "guard.h"


typedef struct {
    const char  *value;
    size_t       best;
} accept_case_t;


static const dm_str_t  offers[] = {
    { "application/json", 16 }, { "text/plain", 10 }, { "text/html", 9 }
};


static const accept_case_t  cases[] = {
    { "", 0 },
    { "*/*", 0 },
    { "image/png", 0 },
    { "application/json", 0 },
    { "text/html", 2 },
    { "TEXT/Html", 2 },
    { "text/plain", 1 },
    { "text/*", 1 },
    { "text/*;q=0.5, text/html", 2 },
    { "text/html;q=0.5, */*", 0 },
    { "text/html;q=0.5,text/html", 2 },
    { "*/*;q=0.1, application/json;q=0, text/plain;q=0", 2 },
    { "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,"
      "image/webp,*/*;q=0.8", 2 },
    { "application/openmetrics-text;version=1.0.0,"
      "application/openmetrics-text;version=0.0.1;q=0.75,"
      "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", 1 },
    { "application/json;q=0.999,text/html;q=1.000", 2 },
    { "application/json , \ttext/html ; q=0.3", 0 },
    { "text/html;x=\",text/plain;\";q=0.2,text/plain;q=0.1", 2 },
    { "text/html;x=\"\\\",\";q=0.2,text/plain;q=0.1", 2 },
    { "text/html;x=\"", 2 },
    { "text/html;x=\"\\", 2 },

    /* a weight that is none takes its element along */
    { "text/html;q=1.001", 0 },
    { "text/html;q=2", 0 },
    { "text/html;q=", 0 },
    { "text/html;q=.5", 0 },
    { "text/html;q=0.5555", 0 },
    { "text/html;q=0.x", 0 },
    { "text/html;q=-1", 0 },

    { "text/", 0 },
    { "text", 0 },
    { "*", 0 },
    { ",,;,;;", 0 },
    { "/", 0 }
};


static void
test_cases(void **state)
{
    size_t       i;
    dm_str_t     value;
    dm_accept_t  accepted[3];

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        memset(accepted, 0, sizeof(accepted));

        value.len = strlen(cases[i].value);
        value.data = guard_copy(cases[i].value, value.len);
        dm_accept_add(value, offers, accepted, 3);

        if (dm_accept_best(accepted, 3) != cases[i].best) {
            fail_msg("\"%s\"", cases[i].value);
        }
    }
}


static void
test_two_lines(void **state)
{
    dm_accept_t  accepted[3];

    (void) state;

    memset(accepted, 0, sizeof(accepted));
    dm_accept_add(DM_STR("*/*;q=0.3"), offers, accepted, 3);
    dm_accept_add(DM_STR("text/html;q=0.4"), offers, accepted, 3);

    assert_int_equal(dm_accept_best(accepted, 3), 2);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_two_lines)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
