/*
 * What the scanner is sure of, and what it leaves to jansson.  Each line ends
 * at an unreadable page: a read past its end faults.
 */

#include "record.h"

#include "dm_record_fields.h"
#include "dm_scan.h"


static dm_member_t  members[DM_SCAN_MEMBERS];


static size_t
scan_bytes(const char *line, size_t len)
{
    dm_str_t  s = { guard_copy(line, len), len };

    return dm_scan_object(s, members);
}


static size_t
scan(const char *line)
{
    return scan_bytes(line, strlen(line));
}


static void
test_members(void **state)
{
    (void) state;

    assert_int_equal(scan(" {\"token\" : \"t\"\t,\"user\":12,"
                          "\"revoked\":true,\"x_\":false}\r"), 4);

    same(members[0].key, "token");
    assert_int_equal(members[0].value.type, DM_VALUE_STRING);
    same(members[0].value.string, "t");

    same(members[1].key, "user");
    assert_int_equal(members[1].value.type, DM_VALUE_INTEGER);
    assert_int_equal(members[1].value.integer, 12);

    assert_int_equal(members[2].value.type, DM_VALUE_BOOLEAN);
    assert_int_equal(members[2].value.integer, 1);

    same(members[3].key, "x_");
    assert_int_equal(members[3].value.type, DM_VALUE_BOOLEAN);
    assert_int_equal(members[3].value.integer, 0);
}


static void
test_not_plain(void **state)
{
    size_t  i;

    static const char  *lines[] = {
        "", " ", "{", "{}", "[]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,",
        "{\"a\":1,}", "{\"a\":1}}", "{\"a\":1} x", "{\"a\" 1}", "{a:1}",
        "{\"a\":1 \"b\":1}", "{,\"a\":1}", "x{\"a\":1}",
        "{\"a\":\"\\n\"}", "{\"a\\u0062\":1}", "{\"a\":\"\n\"}",
        "{\"a\":\"\x7f\"}", "{\"a\":\"\xc3\xa4\"}", "{\"\xc3\xa4\":1}",
        "{\"a\":\"12345678\x01\"}", "{\"a\":\"12345678\xff\"}",
        "{\"a\":null}", "{\"a\":[]}", "{\"a\":{}}", "{\"a\":tru}",
        "{\"a\":truex}", "{\"a\":True}", "{\"a\":-1}", "{\"a\":01}",
        "{\"a\":1.0}", "{\"a\":1e3}", "{\"a\":+1}", "{\"a\":}",
        "{\"a\":1,\"a\":1}", "{\"a\":1,\"b\":2,\"a\":\"\"}",
    };

    (void) state;

    for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        if (scan(lines[i]) != 0) {
            fail_msg("taken: %s", lines[i]);
        }
    }

    assert_int_equal(scan_bytes("{\"a\":\"\0\"}", 9), 0);
}


/* Every byte, at every place of the eight that are looked at together. */
static void
test_bytes(void **state)
{
    int     c;
    char    line[] = "{\"a\":\"0123456789abcdef\"}";
    char   *text;
    size_t  i, plain;

    (void) state;

    text = strchr(line, '0');

    for (i = 0; i < 16; i++) {
        for (c = 0; c < 256; c++) {
            text[i] = (char) c;
            plain = c >= ' ' && c <= '~' && c != '"' && c != '\\';

            if (scan_bytes(line, sizeof(line) - 1) != plain) {
                fail_msg("byte %d at %zu", c, i);
            }

            text[i] = 'x';
        }
    }
}


static void
test_numbers(void **state)
{
    (void) state;

    assert_int_equal(scan("{\"a\":0}"), 1);
    assert_int_equal(members[0].value.integer, 0);

    assert_int_equal(scan("{\"a\":999999999999999999}"), 1);
    assert_int_equal(members[0].value.integer, 999999999999999999);

    /* an overflow is for jansson to find */
    assert_int_equal(scan("{\"a\":1000000000000000000}"), 0);
}


static void
test_too_many(void **state)
{
    int   i;
    char  line[DM_SCAN_MEMBERS * 16];
    char *p;

    (void) state;

    p = line;

    for (i = 0; i < DM_SCAN_MEMBERS; i++) {
        p += sprintf(p, "%c\"x_%d\":1", i ? ',' : '{', i);
    }

    strcpy(p, "}");
    assert_int_equal(scan(line), DM_SCAN_MEMBERS);

    strcpy(p, ",\"x_\":1}");
    assert_int_equal(scan(line), 0);
}


/* Any line cut short anywhere is not plain, nor read past its cut. */
static void
test_cut(void **state)
{
    size_t  i;

    static const char  line[] = TOKEN ",\"user\":123,\"revoked\":false}";

    (void) state;

    for (i = 0; i < sizeof(line) - 1; i++) {
        assert_int_equal(scan_bytes(line, i), 0);
    }

    assert_int_equal(scan(line), 5);
}


/* A plain line costs no memory; one that is not is jansson's. */
static void
test_owner(void **state)
{
    (void) state;

    good(TOKEN ",\"user\":\"1\"}");
    assert_null(record.owner);
    same(record.app, "1");
    dm_record_clear(&record);

    good(TOKEN ",\"x_\":null}");
    assert_non_null(record.owner);
    dm_record_clear(&record);

    bad("{\"app\":\"1\",\"tokn\":1}", "key \"tokn\" is unknown");
    bad("{\"app\":\"1\",\"app\":\"1\"}", "duplicate key");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_not_plain),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_too_many),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_owner),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
