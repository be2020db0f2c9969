#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dm_ledger_read.h"
#include "dm_ledger_text.h"
#include "guard.h"


#define CHAIN  "0000002a-1-2-4711-1321013640123"

static const dm_ledger_chain_t  chain = { 42, 1, 2, 4711, 1321013640123 };


static dm_str_t
text(const char *s)
{
    return (dm_str_t) { s, strlen(s) };
}


/* All fields, in their order. */
static void
full(dm_ledger_record_t *r)
{
    static const uint8_t   sha256[DM_DIGEST_LEN] = { 0xab, 0x01 };
    static const dm_str_t  events[] = { { "110", 3 }, { "a\"b", 3 } };

    memset(r, 0, sizeof(dm_ledger_record_t));

    r->time = 1321013640999;
    r->kind = DM_LEDGER_DELIVERY;
    r->action = DM_ACTION_READ;
    r->decision = DM_LEDGER_PASSED;
    r->reason = text("passed");
    r->app = text("8840");
    r->user = UINT64_MAX;
    r->has_user = 1;
    r->token = text("5efcf49b641b5df5");
    r->revision = text("2011-06-30/42");
    r->request = text("0123456789abcdef0123456789abcdef");
    r->status = 403;
    r->bytes = 0;
    r->has_bytes = 1;
    r->events = events;
    r->n_events = 2;
    r->body_sha256 = sha256;
    r->message = text("\xc3\xa9\x01\\");
    r->lost = 7;
}


/* One line in memory of its own, without its newline. */
static dm_str_t
line(dm_ledger_t *ledger, const dm_ledger_record_t *r)
{
    size_t   len, size;
    char    *out;

    size = dm_ledger_size(r);
    out = malloc(size);
    assert_non_null(out);

    len = dm_ledger_line(ledger, r, out);
    assert_true(len > 0 && len <= size);
    assert_int_equal(out[len - 1], '\n');
    dm_ledger_commit(ledger);

    return (dm_str_t) { realloc(out, len), len - 1 };
}


static void
test_fields(void **state)
{
    dm_mac_t            *mac;
    dm_str_t             s;
    dm_ledger_t          ledger;
    dm_ledger_read_t     read;
    dm_ledger_record_t   r;

    static const char  expected[] =
        "{\"v\":1,\"chain\":\"" CHAIN "\",\"seq\":1,"
        "\"time\":\"2011-11-11T12:14:00.999Z\",\"kind\":\"delivery\","
        "\"action\":\"read\",\"decision\":\"passed\",\"reason\":\"passed\","
        "\"app\":\"8840\",\"user\":\"18446744073709551615\","
        "\"token\":\"5efcf49b641b5df5\",\"revision\":\"2011-06-30/42\","
        "\"request\":\"0123456789abcdef0123456789abcdef\",\"status\":403,"
        "\"bytes\":0,\"events\":[\"110\",\"a\\\"b\"],\"body_sha256\":\"ab01"
        "000000000000000000000000000000000000000000000000000000000000\","
        "\"message\":\"\xc3\xa9\\u0001\\\\\",\"lost\":7,"
        "\"prev\":\"0000002a-0-2-4710-1321013640000\",\"mac\":\"";

    (void) state;

    mac = dm_mac_create(DM_STR("key"));
    dm_ledger_init(&ledger, mac, &chain,
                   DM_STR("0000002a-0-2-4710-1321013640000"));
    full(&r);
    s = line(&ledger, &r);

    assert_int_equal(s.len, sizeof(expected) - 1 + 64 + 2);
    assert_memory_equal(s.data, expected, sizeof(expected) - 1);

    /* and back */

    memset(&read, 0, sizeof(read));
    assert_int_equal(dm_ledger_read(&read, s), 0);
    assert_true(dm_str_eq(read.link.chain, DM_STR(CHAIN)));
    assert_int_equal(read.link.seq, 1);
    assert_int_equal(read.record.time, r.time);
    assert_int_equal(read.record.kind, r.kind);
    assert_int_equal(read.record.action, r.action);
    assert_int_equal(read.record.decision, r.decision);
    assert_true(read.record.user == UINT64_MAX);
    assert_int_equal(read.record.status, 403);
    assert_true(read.record.has_bytes);
    assert_int_equal(read.record.n_events, 2);
    assert_true(dm_str_eq(read.record.events[1], r.events[1]));
    assert_memory_equal(read.record.body_sha256, r.body_sha256, DM_DIGEST_LEN);
    assert_true(dm_str_eq(read.record.message, r.message));
    assert_int_equal(read.record.lost, 7);

    dm_ledger_read_free(&read);
    dm_mac_destroy(mac);
    free((void *) s.data);
}


/* What does not apply is absent. */
static void
test_absent(void **state)
{
    dm_mac_t            *mac;
    dm_str_t             s;
    dm_ledger_t          ledger;
    dm_ledger_record_t   r;

    static const char  expected[] =
        "{\"v\":1,\"chain\":\"" CHAIN "\",\"seq\":1,"
        "\"time\":\"1970-01-01T00:00:00.000Z\",\"kind\":\"open\",\"mac\":\"";

    (void) state;

    mac = dm_mac_create(DM_STR(""));
    dm_ledger_init(&ledger, mac, &chain, DM_STR(""));
    memset(&r, 0, sizeof(r));
    s = line(&ledger, &r);

    assert_int_equal(s.len, sizeof(expected) - 1 + 64 + 2);
    assert_memory_equal(s.data, expected, sizeof(expected) - 1);

    free((void *) s.data);
    dm_mac_destroy(mac);
}


/* The mac is of the line up to it, the line before is in it. */
static void
test_mac(void **state)
{
    int                  i;
    char                 hex[2 * DM_DIGEST_LEN];
    size_t               n, len;
    uint8_t              out[DM_DIGEST_LEN];
    dm_mac_t            *mac;
    dm_str_t             s;
    dm_ledger_t          ledger;
    dm_ledger_record_t   r;

    (void) state;

    mac = dm_mac_create(DM_STR("key"));
    dm_ledger_init(&ledger, mac, &chain, DM_STR(""));
    full(&r);

    for (i = 0; i < 3; i++) {
        s = line(&ledger, &r);
        len = s.len - 64 - 2 - sizeof(",\"mac\":\"") + 1;

        if (i > 0) {
            assert_memory_equal(s.data + len - 65, hex, 64);
        }

        assert_int_equal(dm_mac(mac, (dm_str_t) { s.data, len }, out), 0);

        for (n = 0; n < DM_DIGEST_LEN; n++) {
            hex[2 * n] = "0123456789abcdef"[out[n] >> 4];
            hex[2 * n + 1] = "0123456789abcdef"[out[n] & 0xf];
        }

        assert_memory_equal(s.data + s.len - 66, hex, 64);
        free((void *) s.data);
    }

    dm_mac_destroy(mac);
}


/* A line that could not be kept leaves the chain where it was. */
static void
test_commit(void **state)
{
    char                 one[2048], two[2048];
    size_t               len;
    dm_mac_t            *mac;
    dm_ledger_t          ledger;
    dm_ledger_record_t   r;

    (void) state;

    mac = dm_mac_create(DM_STR("key"));
    dm_ledger_init(&ledger, mac, &chain, DM_STR(""));
    full(&r);

    len = dm_ledger_line(&ledger, &r, one);
    assert_int_equal(dm_ledger_line(&ledger, &r, two), len);
    assert_memory_equal(one, two, len);

    dm_ledger_commit(&ledger);
    assert_true(dm_ledger_line(&ledger, &r, two) > len);
    assert_non_null(strstr(two, "\"seq\":2,"));

    dm_mac_destroy(mac);
}


/* Time stands still over a small step back, and shows a greater one. */
static void
test_clock(void **state)
{
    size_t               i;
    dm_mac_t            *mac;
    dm_str_t             s;
    dm_ledger_t          ledger;
    dm_ledger_record_t   r;

    static const struct {
        int64_t      time;
        const char  *text;
    } steps[] = {
        { 1321013640999, "12:14:00.999Z" },
        { 1321013640000, "12:14:00.999Z" },
        { 1321013641000, "12:14:01.000Z" },
        { 1321013640001, "12:14:01.000Z" },
        { 1321013640000, "12:14:00.000Z" },
        { 1321013700000, "12:15:00.000Z" },
    };

    (void) state;

    mac = dm_mac_create(DM_STR("key"));
    dm_ledger_init(&ledger, mac, &chain, DM_STR(""));
    memset(&r, 0, sizeof(r));
    r.kind = DM_LEDGER_GATE;

    for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        r.time = steps[i].time;
        s = line(&ledger, &r);
        assert_non_null(memmem(s.data, s.len, steps[i].text, 13));
        free((void *) s.data);
    }

    dm_mac_destroy(mac);
}


/* Whatever is in a text, what is written can be read, and ends in time. */
static void
test_texts(void **state)
{
    char                 cut[2 * DM_LEDGER_TEXT_MAX];
    size_t               i, n;
    dm_mac_t            *mac;
    dm_str_t             s, texts[300];
    dm_ledger_t          ledger;
    dm_ledger_read_t     read;
    dm_ledger_record_t   r;

    static const struct {
        const char  *in, *out;
    } same[] = {
        { "\xff", "\xef\xbf\xbd" },
        { "a\xc3", "a\xef\xbf\xbd" },
        { "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd" },
        { "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
        { "\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
                              "\xef\xbf\xbd" },
        { "\xe0\x9f\xbf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
        { "\xf0\x8f\xbf\xbf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
                              "\xef\xbf\xbd" },
        { "\xf5\x80", "\xef\xbf\xbd\xef\xbf\xbd" },
        { "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
        { "\x7f\r\n\t\"\\/", "\x7f\r\n\t\"\\/" },
    };

    (void) state;

    mac = dm_mac_create(DM_STR("key"));
    dm_ledger_init(&ledger, mac, &chain, DM_STR(""));
    memset(&read, 0, sizeof(read));
    memset(&r, 0, sizeof(r));

    for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        r.app.len = strlen(same[i].in);
        r.app.data = guard_copy(same[i].in, r.app.len);
        s = line(&ledger, &r);
        assert_int_equal(dm_ledger_read(&read, s), 0);
        assert_true(dm_str_eq(read.record.app, text(same[i].out)));
        free((void *) s.data);
    }

    /* cut between characters, of each length */

    for (n = 1; n < 5; n++) {
        memset(cut, 'x', sizeof(cut));

        for (i = DM_LEDGER_TEXT_MAX - n; i + 4 <= sizeof(cut); i += 4) {
            memcpy(cut + i, "\xf0\x9f\x98\x80", 4);
        }

        r.app = (dm_str_t) { cut, sizeof(cut) };
        s = line(&ledger, &r);
        assert_int_equal(dm_ledger_read(&read, s), 0);
        assert_int_equal(read.record.app.len, DM_LEDGER_TEXT_MAX - n % 4);
        free((void *) s.data);
    }

    /* every byte, many times: the bound holds */

    for (i = 0; i < 300; i++) {
        memset(cut, (int) i, sizeof(cut));
        texts[i] = (dm_str_t) { guard_copy(cut, sizeof(cut)), i + 1 };
    }

    r.events = texts;
    r.n_events = 300;
    r.app = r.reason = r.token = r.revision = r.request = r.message =
        (dm_str_t) { guard_copy("\0\0\0\0", 4), 4 };
    s = line(&ledger, &r);
    assert_int_equal(dm_ledger_read(&read, s), 0);
    assert_int_equal(read.record.n_events, 300);
    assert_true(dm_str_eq(read.record.events[7], texts[7]));
    free((void *) s.data);

    dm_ledger_read_free(&read);
    dm_mac_destroy(mac);
}


/* No line, or one whose mac is another. */
static void
refused(dm_ledger_read_t *read, const dm_mac_t *mac, const char *data,
    size_t len)
{
    int       rc;
    uint8_t   out[DM_DIGEST_LEN];
    dm_str_t  s = { guard_copy(data, len), len };

    rc = dm_ledger_read(read, s);

    if (rc == 0) {
        assert_int_equal(dm_mac(mac, read->signed_part, out), 0);
        assert_false(dm_ledger_read_mac(read, out));

    } else {
        assert_int_equal(rc, -1);
    }
}


/* One byte more, less, or other, anywhere. */
static void
test_strict(void **state)
{
    char                 copy[2048];
    size_t               i;
    uint8_t              out[DM_DIGEST_LEN];
    dm_mac_t            *mac;
    dm_str_t             s;
    dm_ledger_t          ledger;
    dm_ledger_read_t     read;
    dm_ledger_record_t   r;

    (void) state;

    mac = dm_mac_create(DM_STR("key"));
    dm_ledger_init(&ledger, mac, &chain, DM_STR(""));
    memset(&read, 0, sizeof(read));
    full(&r);
    s = line(&ledger, &r);

    for (i = 0; i < s.len; i++) {
        memcpy(copy, s.data, s.len);
        copy[i] ^= 0x20;
        refused(&read, mac, copy, s.len);
        copy[i] ^= 0x21;
        refused(&read, mac, copy, s.len);

        refused(&read, mac, s.data, i);

        memcpy(copy + i, s.data + i + 1, s.len - i - 1);
        refused(&read, mac, copy, s.len - 1);

        memcpy(copy + i + 1, s.data + i, s.len - i);
        copy[i] = ' ';
        refused(&read, mac, copy, s.len + 1);
    }

    assert_int_equal(dm_ledger_read(&read, s), 0);
    assert_int_equal(dm_mac(mac, read.signed_part, out), 0);
    assert_true(dm_ledger_read_mac(&read, out));

    dm_ledger_read_free(&read);
    dm_mac_destroy(mac);
    free((void *) s.data);
}


#define HEAD  "{\"v\":1,\"chain\":\"" CHAIN "\",\"seq\":1,"                    \
              "\"time\":\"2011-11-11T12:14:00.999Z\",\"kind\":\"gate\""
#define MAC   "\"mac\":\"0000000000000000000000000000000000000000000000000000" \
              "000000000000\"}"


#define FOUR      "\\u0001\\u0001\\u0001\\u0001"
#define SIXTEEN   FOUR FOUR FOUR FOUR
#define CONTROLS  SIXTEEN SIXTEEN SIXTEEN SIXTEEN


/* Other texts of the same record, and what is no record. */
static void
test_other(void **state)
{
    size_t            i;
    dm_ledger_read_t  read;

    static const char *const  good[] = {
        HEAD "," MAC,
        HEAD ",\"user\":\"0\"," MAC,
        HEAD ",\"events\":[\"\"]," MAC,
    };

    static const char *const  bad[] = {
        "",
        "{}",
        "[]",
        "{\"v\":1}",
        HEAD "}",
        HEAD ", " MAC,
        HEAD ",\"x\":1," MAC,
        HEAD ",\"app\":\"\"," MAC,
        HEAD ",\"app\":\"\\u0061\"," MAC,
        HEAD ",\"app\":\"\\/\"," MAC,
        HEAD ",\"app\":\"a\",\"app\":\"a\"," MAC,
        HEAD ",\"app\":null," MAC,
        HEAD ",\"app\":1," MAC,
        HEAD ",\"user\":\"\"," MAC,
        HEAD ",\"user\":\"01\"," MAC,
        HEAD ",\"user\":\"18446744073709551616\"," MAC,
        HEAD ",\"user\":1," MAC,
        HEAD ",\"user\":\"1\",\"app\":\"a\"," MAC,
        HEAD ",\"action\":\"none\"," MAC,
        HEAD ",\"action\":\"\"," MAC,
        HEAD ",\"decision\":\"maybe\"," MAC,
        HEAD ",\"status\":0," MAC,
        HEAD ",\"status\":1000," MAC,
        HEAD ",\"status\":-1," MAC,
        HEAD ",\"status\":403.0," MAC,
        HEAD ",\"bytes\":\"1\"," MAC,
        HEAD ",\"events\":[]," MAC,
        HEAD ",\"events\":[1]," MAC,
        HEAD ",\"events\":\"1\"," MAC,
        HEAD ",\"body_sha256\":\"00\"," MAC,
        HEAD ",\"prev\":\"\"," MAC,
        HEAD ",\"prev\":\"" CONTROLS CONTROLS CONTROLS CONTROLS "\"," MAC,
        HEAD ",\"prev\":\"x\"," MAC,
        HEAD "," MAC " ",
        HEAD "," MAC MAC,
        "{\"v\":2,\"chain\":\"" CHAIN "\",\"seq\":1,"
        "\"time\":\"2011-11-11T12:14:00.999Z\",\"kind\":\"gate\"," MAC,
        "{\"v\":1,\"chain\":\"x\",\"seq\":1,"
        "\"time\":\"2011-11-11T12:14:00.999Z\",\"kind\":\"gate\"," MAC,
        "{\"v\":1,\"chain\":\"" CHAIN "\",\"seq\":0,"
        "\"time\":\"2011-11-11T12:14:00.999Z\",\"kind\":\"gate\"," MAC,
        "{\"v\":1,\"chain\":\"" CHAIN "\",\"seq\":1,"
        "\"time\":\"2011-11-11T12:14:60.999Z\",\"kind\":\"gate\"," MAC,
        "{\"v\":1,\"chain\":\"" CHAIN "\",\"seq\":1,"
        "\"time\":\"2011-11-11T12:14:00.9990Z\",\"kind\":\"gate\"," MAC,
        "{\"v\":1,\"chain\":\"" CHAIN "\",\"seq\":1,"
        "\"time\":\"2011-11-11T12:14:00.999Z\",\"kind\":\"gates\"," MAC,
    };

    (void) state;

    memset(&read, 0, sizeof(read));

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(dm_ledger_read(&read, text(good[i])), 0);
    }

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (dm_ledger_read(&read, text(bad[i])) != -1) {
            fail_msg("taken: %s", bad[i]);
        }
    }

    dm_ledger_read_free(&read);
}


static void
test_chain(void **state)
{
    char               name[DM_LEDGER_CHAIN_MAX];
    size_t             i, len;
    dm_ledger_chain_t  c;

    static const dm_ledger_chain_t  longest = {
        UINT32_MAX, UINT32_MAX - 1, UINT32_MAX, UINT32_MAX, UINT64_MAX
    };

    static const char *const  bad[] = {
        "", "0000002a", "0000002a-0-1-1", "0000002a-0-1-1-", "0000002A-0-1-1-1",
        "0000002a-0-1-1-1-", "0000002a-0-1-1-1-1", "0000002a-1-1-1-1",
        "0000002a-00-1-1-1", "0000002a-0-1--1", "0000002a 0-1-1-1",
        "0000002-0-1-1-1", "0000002a-0-4294967296-1-1",
        "0000002a-0-1-1-18446744073709551616", "0000002g-0-1-1-1",
    };

    (void) state;

    len = dm_ledger_chain_name(&chain, name);
    assert_true(dm_str_eq((dm_str_t) { name, len }, DM_STR(CHAIN)));

    len = dm_ledger_chain_name(&longest, name);
    assert_int_equal(len, DM_LEDGER_CHAIN_MAX);
    assert_int_equal(dm_ledger_chain_parse((dm_str_t) { name, len }, &c), 0);
    assert_memory_equal(&c, &longest, sizeof(c));

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        len = strlen(bad[i]);
        assert_int_equal(dm_ledger_chain_parse((dm_str_t)
                                               { guard_copy(bad[i], len), len },
                                               &c), -1);
    }
}


/* What is found in what others, and cut off writes, have left. */
static void
test_pieces(void **state)
{
    dm_str_t  s;

    (void) state;

    s = text("x\n" HEAD "," MAC "\n" HEAD ",\"app\":\"a");
    assert_true(dm_str_eq(dm_ledger_read_last(s), DM_STR(CHAIN)));
    assert_int_equal(dm_ledger_read_next(s), 2);

    s = text("{\"v\":1,\"chain\":\"0000002a-0-1-1-1\",\"seq\":{\"v\":1,\"chai");
    assert_true(dm_str_eq(dm_ledger_read_last(s), DM_STR("0000002a-0-1-1-1")));
    assert_int_equal(dm_ledger_read_next(s), s.len);

    assert_int_equal(dm_ledger_read_last(text("no")).len, 0);
    assert_int_equal(dm_ledger_read_last(text("")).len, 0);
    assert_int_equal(dm_ledger_read_last(text("{\"v\":1,\"chain\":\"")).len,
                     0);
    assert_int_equal(dm_ledger_read_next(text("")), 0);
}


/* Any byte at any place of a text is written as it is on its own. */
static void
test_bytes(void **state)
{
    char    in[41], out[DM_LEDGER_TEXT_MAX], one[16], want[64], *p, *end;
    int     c;
    size_t  i, n;

    (void) state;

    for (i = 0; i < sizeof(in); i++) {

        for (c = 0; c < 256; c++) {
            memset(in, 'a', sizeof(in));
            in[i] = (char) c;

            end = dm_ledger_string(one, (dm_str_t) { in + i, 1 });
            n = (size_t) (end - one) - 2;

            memset(want, 'a', sizeof(want));
            want[0] = '"';
            memcpy(want + 1 + i, one + 1, n);
            want[sizeof(in) + n] = '"';

            p = guard_copy(in, sizeof(in));
            end = dm_ledger_string(out, (dm_str_t) { p, sizeof(in) });
            guard_free(p, sizeof(in));

            assert_int_equal(end - out, sizeof(in) + n + 1);
            assert_memory_equal(out, want, sizeof(in) + n + 1);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_absent),
        cmocka_unit_test(test_mac),
        cmocka_unit_test(test_commit),
        cmocka_unit_test(test_clock),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_strict),
        cmocka_unit_test(test_other),
        cmocka_unit_test(test_chain),
        cmocka_unit_test(test_pieces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
