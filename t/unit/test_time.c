#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "dm_time.h"
#include "guard.h"


typedef struct {
    const char  *text;
    int64_t      seconds;              /* -1: refused */
} dm_time_case_t;


static const dm_time_case_t  cases[] = {
    { "1970-01-01T00:00:00Z", 0 },
    { "1970-01-01t00:00:01z", 1 },
    { "2011-06-30T00:00:00Z", 1309392000 },
    { "2011-06-30T02:00:00+02:00", 1309392000 },
    { "2011-06-29T18:30:00-05:30", 1309392000 },
    { "2011-06-30T00:00:00.999Z", 1309392000 },
    { "2000-02-29T00:00:00Z", 951782400 },
    { "2016-12-31T23:59:60Z", 1483228800 },
    { "9999-12-31T23:59:59Z", 253402300799 },
    { "1969-12-31T23:59:59Z", -1 },
    { "1970-01-01T00:00:00+00:01", -1 },
    { "2011-06-31T00:00:00Z", -1 },
    { "2011-02-29T00:00:00Z", -1 },
    { "1900-02-29T00:00:00Z", -1 },
    { "2011-13-01T00:00:00Z", -1 },
    { "2011-00-01T00:00:00Z", -1 },
    { "2011-06-00T00:00:00Z", -1 },
    { "2011-06-30T24:00:00Z", -1 },
    { "2011-06-30T00:60:00Z", -1 },
    { "2011-06-30T00:00:61Z", -1 },
    { "2011-06-30T00:00:00", -1 },
    { "2011-06-30T00:00:00.Z", -1 },
    { "2011-06-30T00:00:00.5", -1 },
    { "2011-06-30T00:00:00+0200", -1 },
    { "2011-06-30T00:00:00+24:00", -1 },
    { "2011-06-30T00:00:00Zx", -1 },
    { "2011-06-30 00:00:00Z", -1 },
    { "2011-06-30", -1 },
    { "tomorrow", -1 },
    { "", -1 }
};


static void
test_date_time(void **state)
{
    int        rc;
    size_t     i;
    int64_t    seconds;
    dm_str_t   text;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text.len = strlen(cases[i].text);
        text.data = guard_copy(cases[i].text, text.len);

        rc = dm_time_parse(text, &seconds);

        if (cases[i].seconds < 0 ? rc != -1
                                 : rc != 0 || seconds != cases[i].seconds)
        {
            fail_msg("\"%s\"", cases[i].text);
        }
    }
}


static void
test_format(void **state)
{
    char       out[DM_TIME_LEN];
    int64_t    seconds;
    uint64_t   ms, step;
    dm_str_t   text;

    (void) state;

    dm_time_format(0, out);
    assert_memory_equal(out, "1970-01-01T00:00:00.000Z", DM_TIME_LEN);
    dm_time_format(951782400999, out);
    assert_memory_equal(out, "2000-02-29T00:00:00.999Z", DM_TIME_LEN);
    dm_time_format(253402300799000, out);
    assert_memory_equal(out, "9999-12-31T23:59:59.000Z", DM_TIME_LEN);

    /* each day of 800 years, and a time of it, the other way round */

    step = 86400000;

    for (ms = 12345; ms < 800 * 366 * step; ms += step + 1000) {
        dm_time_format(ms, out);
        text.data = out;
        text.len = DM_TIME_LEN;

        if (dm_time_parse(text, &seconds) != 0
            || (uint64_t) seconds != ms / 1000)
        {
            fail_msg("%.*s", (int) DM_TIME_LEN, out);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_date_time),
        cmocka_unit_test(test_format)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
