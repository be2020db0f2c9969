#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger.h"


typedef struct {
    dm_mac_t       *mac, *other, *plain;
    dm_ledger_t     a, b, c, d;
    ledger_file_t   file;           /* the file as it was written */
    ledger_said_t   said;
} fixture_t;


/*
 * Two workers, a and b, and after a reload, with a key of its own, two more, c
 * and d; all closed.
 *
 *     0 a1  1 b1  2-4 a2-a4  5-6 b2-b3  7 c1  8 d1  9 a5 close  10 c2
 *     11 b4 close  12-14 d2-d4  15 c3 close  16 d5 close
 */
static void
written(fixture_t *f, const dm_mac_t *mac, const dm_mac_t *reloaded)
{
    ledger_file_t      *file;
    dm_ledger_chain_t   a, b, c, d;

    a = ledger_chain(1, 0, 2, 0);
    b = ledger_chain(1, 1, 2, 0);
    c = ledger_chain(2, 0, 2, 10);
    d = ledger_chain(2, 1, 2, 10);
    file = &f->file;

    ledger_open(file, &f->a, mac, &a, NULL);
    ledger_open(file, &f->b, mac, &b, &f->a);
    ledger_put(file, &f->a, DM_LEDGER_GATE, 1);
    ledger_put(file, &f->a, DM_LEDGER_GATE, 2);
    ledger_put(file, &f->a, DM_LEDGER_GATE, 3);
    ledger_put(file, &f->b, DM_LEDGER_GATE, 4);
    ledger_put(file, &f->b, DM_LEDGER_GATE, 5);
    ledger_open(file, &f->c, reloaded, &c, &f->b);
    ledger_open(file, &f->d, reloaded, &d, &f->c);
    ledger_close(file, &f->a, 11, &f->d);
    ledger_put(file, &f->c, DM_LEDGER_GATE, 12);
    ledger_close(file, &f->b, 13, &f->d);
    ledger_put(file, &f->d, DM_LEDGER_GATE, 14);
    ledger_put(file, &f->d, DM_LEDGER_GATE, 15);
    ledger_put(file, &f->d, DM_LEDGER_GATE, 16);
    ledger_close(file, &f->c, 17, &f->d);
    ledger_close(file, &f->d, 18, NULL);
}


static int
setup(void **state)
{
    fixture_t  *f;

    f = calloc(1, sizeof(fixture_t));
    f->mac = dm_mac_create(DM_STR("key"));
    f->other = dm_mac_create(DM_STR("other"));
    f->plain = dm_mac_create(DM_STR(""));
    written(f, f->mac, f->mac);
    *state = f;

    return 0;
}


static int
teardown(void **state)
{
    fixture_t  *f = *state;

    ledger_free(&f->file);
    dm_mac_destroy(f->mac);
    dm_mac_destroy(f->other);
    dm_mac_destroy(f->plain);
    free(f);

    return 0;
}


/* The lines first..last of the file, where a line may be left out. */
static dm_str_t
lines(const fixture_t *f, size_t first, size_t last)
{
    ledger_file_t  part;

    memcpy(part.lines, f->file.lines + first,
           (last - first + 1) * sizeof(dm_str_t));
    part.n = last - first + 1;

    return ledger_text(&part);
}


static void
says(fixture_t *f, const dm_str_t *texts, size_t n, const char *expected)
{
    assert_int_equal(ledger_verify_texts(f->mac, 1, texts, n, 4096, &f->said),
                     0);
    assert_string_equal(f->said.text, expected);
}


/* What is said of the file with some of its lines. */
static void
says_of(fixture_t *f, const ledger_file_t *file, const char *expected)
{
    dm_str_t  text;

    text = ledger_text(file);
    says(f, &text, 1, expected);
    free((void *) text.data);
}


static void
without(ledger_file_t *file, size_t i)
{
    memmove(&file->lines[i], &file->lines[i + 1],
            (file->n - i - 1) * sizeof(dm_str_t));
    file->n--;
}


static void
with(ledger_file_t *file, size_t i, dm_str_t line)
{
    memmove(&file->lines[i + 1], &file->lines[i],
            (file->n - i) * sizeof(dm_str_t));
    file->lines[i] = line;
    file->n++;
}


/* However it comes in pieces. */
static void
test_intact(void **state)
{
    size_t      piece;
    dm_str_t    text;
    fixture_t  *f = *state;

    text = ledger_text(&f->file);

    for (piece = 1; piece < 1000; piece += piece < 10 ? 1 : 97) {
        assert_int_equal(ledger_verify_texts(f->mac, 1, &text, 1, piece,
                                             &f->said), 0);
        assert_string_equal(f->said.text, "");
        assert_int_equal(f->said.state.findings, 0);
        assert_int_equal(f->said.state.lines, 17);
        assert_int_equal(f->said.state.records, 17);
        assert_int_equal(f->said.taken, 17);
        assert_int_equal(f->said.state.chains, 4);
        assert_int_equal(f->said.state.closed, 4);
        assert_true(f->said.state.from == LEDGER_START);
        assert_true(f->said.state.to == LEDGER_START + 18000);
    }

    free((void *) text.data);
}


/* Files in any order, wherever they are cut between lines. */
static void
test_files(void **state)
{
    size_t      one, two;
    dm_str_t    texts[3], turned[3];
    fixture_t  *f = *state;

    for (one = 1; one < 16; one++) {
        for (two = one + 1; two < 17; two++) {
            texts[0] = lines(f, 0, one - 1);
            texts[1] = lines(f, one, two - 1);
            texts[2] = lines(f, two, 16);
            says(f, texts, 3, "");
            assert_int_equal(f->said.taken, 17);

            turned[0] = texts[2];
            turned[1] = texts[0];
            turned[2] = texts[1];
            says(f, turned, 3, "");

            turned[1] = texts[1];
            turned[2] = texts[0];
            says(f, turned, 3, "");
            assert_int_equal(f->said.taken, 17);

            free((void *) texts[0].data);
            free((void *) texts[1].data);
            free((void *) texts[2].data);
        }
    }
}


static void
test_whole_file_dropped(void **state)
{
    dm_str_t    texts[2];
    fixture_t  *f = *state;

    /* the middle one */

    texts[0] = lines(f, 0, 3);
    texts[1] = lines(f, 9, 16);
    says(f, texts, 2, "missing 1/0:4-4\n"
                      "missing 1/1:2-3\n"
                      "missing 2/0:1-1\n"
                      "missing 2/1:1-1\n");

    /* the last one, as when nginx still runs */

    says(f, texts, 1, "not_closed 1/0:3-3\nnot_closed 1/1:1-1\n");

    /* the first one */

    says(f, texts + 1, 1, "missing 1/0:1-4\n"
                          "missing 2/0:1-1\n"
                          "missing 1/1:1-3\n"
                          "missing 2/1:1-1\n");

    free((void *) texts[0].data);
    free((void *) texts[1].data);
}


static void
drop(ledger_file_t *file, const char *part)
{
    size_t  i;

    for (i = file->n; i-- > 0; ) {
        if (memmem(file->lines[i].data, 50, part, strlen(part))) {
            without(file, i);
        }
    }
}


static void
test_whole_chain_dropped(void **state)
{
    fixture_t     *f = *state;
    ledger_file_t  file;

    /* whom a later one follows */

    file = f->file;
    drop(&file, "\"00000001-0-2");
    says_of(f, &file, "no_chain 1/0:0-0\n");
    assert_true(f->said.from == DM_LEDGER_TIME_MIN);
    assert_true(f->said.to == DM_LEDGER_TIME_MAX);

    file = f->file;
    drop(&file, "\"00000002-0-2");
    says_of(f, &file, "no_chain 2/0:0-0\n");
    assert_true(f->said.from == LEDGER_START);

    /* the last of its group, named by those that were closed after it */

    file = f->file;
    drop(&file, "\"00000002-1-2");
    says_of(f, &file, "no_chain 2/1:0-0\n");

    /* all that a reload has started */

    file = f->file;
    drop(&file, "\"00000002-");
    says_of(f, &file, "no_chain 2/1:0-0\nno_worker 2/1:0-0\n");
}


/* One that was told of by the count of workers alone. */
static void
test_no_worker(void **state)
{
    size_t         i;
    fixture_t     *f = *state;
    dm_ledger_t    ledger;
    ledger_file_t  file;

    const dm_ledger_chain_t  chain = ledger_chain(9, 3, 1000000, 0);

    file.n = 0;
    ledger_open(&file, &ledger, f->mac, &chain, NULL);
    ledger_close(&file, &ledger, 1, NULL);
    says_of(f, &file, "no_worker 9/3:0-2\nno_worker 9/3:4-999999\n");

    for (i = 0; i < file.n; i++) {
        free((void *) file.lines[i].data);
    }
}


static void
test_deleted(void **state)
{
    fixture_t     *f = *state;
    ledger_file_t  file;

    file = f->file;
    without(&file, 3);
    says_of(f, &file, "missing 1/0:3-3\n");
    assert_true(f->said.from == LEDGER_START + 1000);
    assert_true(f->said.to == LEDGER_START + 3000);

    file = f->file;
    without(&file, 3);
    without(&file, 3);
    says_of(f, &file, "missing 1/0:3-4\n");

    /* the first line of a chain: whom it followed is not known any more */

    file = f->file;
    without(&file, 7);
    says_of(f, &file, "missing 2/0:1-1\n");
    assert_true(f->said.from == LEDGER_START);
    assert_true(f->said.to == LEDGER_START + 12000);

    file = f->file;
    without(&file, 0);
    says_of(f, &file, "missing 1/0:1-1\n");
    assert_true(f->said.from == DM_LEDGER_TIME_MIN);
    assert_true(f->said.to == LEDGER_START + 1000);
}


static void
test_cut(void **state)
{
    size_t         n;
    fixture_t     *f = *state;
    dm_str_t       text;
    ledger_file_t  file;

    /* the end of a chain that was closed */

    file = f->file;
    file.n = 16;
    says_of(f, &file, "not_closed 2/1:4-4\n");
    assert_true(f->said.from == LEDGER_START + 16000);
    assert_true(f->said.to == DM_LEDGER_TIME_MAX);

    /* within a line */

    text = ledger_text(&f->file);

    for (n = 1; n < f->file.lines[16].len; n++) {
        text.len--;

        says(f, &text, 1, n == 1 ? "cut_off 0:17\n"
                                 : "cut_off 0:17\nnot_closed 2/1:4-4\n");
        assert_int_equal(f->said.taken, n == 1 ? 17 : 16);
    }

    free((void *) text.data);
}


/* A write that was cut off, and what others have written behind it. */
static void
test_torn(void **state)
{
    size_t         n;
    fixture_t     *f = *state;
    ledger_file_t  file;

    for (n = 1; n < f->file.lines[3].len - 1; n++) {
        file = f->file;
        with(&file, 12, (dm_str_t) { f->file.lines[3].data, n });
        says_of(f, &file, "cut_off 0:13\n");
        assert_int_equal(f->said.taken, 17);
    }

    /* all of it but the newline: it counts */

    file = f->file;
    file.lines[3].len--;
    says_of(f, &file, "cut_off 0:4\n");
    assert_int_equal(f->said.taken, 17);
}


static void
test_no_record(void **state)
{
    char          *data;
    fixture_t     *f = *state;
    dm_str_t       text;
    ledger_file_t  file;

    file = f->file;
    with(&file, 3, DM_STR("hello\n"));
    with(&file, 3, DM_STR("\n"));
    with(&file, 9, DM_STR("{}\n"));
    says_of(f, &file, "no_record 0:4-5\nno_record 0:10\n");
    assert_int_equal(f->said.taken, 17);

    /* longer than any record */

    data = malloc(DM_LEDGER_LINE_MAX + 3);
    memset(data, 'x', DM_LEDGER_LINE_MAX + 3);
    data[DM_LEDGER_LINE_MAX + 2] = '\n';
    file = f->file;
    with(&file, 3, (dm_str_t) { data, DM_LEDGER_LINE_MAX + 3 });
    says_of(f, &file, "no_record 0:4\n");
    assert_int_equal(f->said.taken, 17);

    text = (dm_str_t) { data, DM_LEDGER_LINE_MAX + 2 };
    says(f, &text, 1, "no_record 0:1\nnothing\n");
    free(data);

    text = DM_STR("");
    says(f, &text, 1, "nothing\n");
}


static void
test_moved(void **state)
{
    fixture_t     *f = *state;
    dm_str_t       line;
    ledger_file_t  file;

    file = f->file;
    line = file.lines[3];
    without(&file, 3);
    with(&file, 4, line);
    says_of(f, &file, "moved 0:5 1/0:3-4\n");
    assert_int_equal(f->said.taken, 17);

    /* of different chains: nothing says which of them was first */

    file = f->file;
    line = file.lines[4];
    without(&file, 4);
    with(&file, 5, line);
    says_of(f, &file, "");

    /* the first behind the last */

    file = f->file;
    line = file.lines[12];
    without(&file, 12);
    with(&file, 16, line);
    says_of(f, &file, "moved 0:17 2/1:2-5\n");
}


static void
test_repeated(void **state)
{
    dm_str_t       texts[2];
    fixture_t     *f = *state;
    ledger_file_t  file;

    file = f->file;
    with(&file, 6, file.lines[3]);
    says_of(f, &file, "repeated 0:7 1/0:3-3\n");
    assert_int_equal(f->said.taken, 17);

    /* a file that is named twice, and one that overlaps */

    texts[0] = texts[1] = lines(f, 0, 16);
    says(f, texts, 2, "repeated 1:1-17\n");
    assert_int_equal(f->said.taken, 17);
    free((void *) texts[1].data);

    texts[0] = lines(f, 3, 16);
    texts[1] = lines(f, 0, 4);
    says(f, texts, 2, "repeated 1:4-5 1/0:3-3\n");
    assert_int_equal(f->said.taken, 17);

    free((void *) texts[0].data);
    free((void *) texts[1].data);
}


/* A line that was changed and is a record is not the one that is missing. */
static void
test_changed(void **state)
{
    char          *copy;
    fixture_t     *f = *state;
    ledger_file_t  file;

    file = f->file;
    copy = guard_copy(file.lines[3].data, file.lines[3].len);
    *(char *) memmem(copy, file.lines[3].len, "8840", 4) = '9';
    file.lines[3].data = copy;
    says_of(f, &file, "wrong_mac 0:4\nmissing 1/0:3-3\n");
    assert_int_equal(f->said.taken, 16);
}


static void
test_keys(void **state)
{
    dm_str_t       text, plain;
    fixture_t     *f = *state;
    ledger_file_t  file;

    text = ledger_text(&f->file);

    assert_int_equal(ledger_verify_texts(f->other, 1, &text, 1, 99, &f->said),
                     0);
    assert_string_equal(f->said.text, "wrong_mac 0:1-17\nnothing\n");
    assert_int_equal(f->said.state.wrong, 17);

    assert_int_equal(ledger_verify_texts(f->plain, 0, &text, 1, 99, &f->said),
                     0);
    assert_string_equal(f->said.text, "wrong_mac 0:1-17\nnothing\n");

    /* all made anew by somebody who does not have the key */

    file = f->file;
    f->file.n = 0;
    written(f, f->plain, f->plain);
    plain = ledger_text(&f->file);
    ledger_free(&f->file);
    f->file = file;

    says(f, &plain, 1, "no_key 0:1-17\nnothing\n");
    assert_int_equal(f->said.taken, 0);

    assert_int_equal(ledger_verify_texts(f->plain, 0, &plain, 1, 99, &f->said),
                     0);
    assert_string_equal(f->said.text, "");

    free((void *) text.data);
    free((void *) plain.data);
}


/* Of a ledger with these keys, and some of its lines or more. */
static void
says_with(fixture_t *f, dm_mac_t *one, dm_mac_t *two, const char *expected)
{
    dm_str_t  text;
    dm_mac_t *macs[] = { one, two };

    text = ledger_text(&f->file);
    assert_int_equal(ledger_verify_keys(macs, two ? 2 : 1, &text, 1, 99,
                                        &f->said), 0);
    assert_string_equal(f->said.text, expected);
    free((void *) text.data);
}


/* A reload with another key: it takes both to tell that nothing is missing. */
static void
test_new_key(void **state)
{
    fixture_t  *f = *state;

    ledger_free(&f->file);
    written(f, f->mac, f->other);

    says_with(f, f->mac, f->other, "");
    assert_int_equal(f->said.taken, 17);
    assert_int_equal(f->said.state.closed, 4);
    assert_int_equal(f->said.state.wrong, 0);

    says_with(f, f->mac, NULL,
              "wrong_mac 0:8-9\nwrong_mac 0:11\nwrong_mac 0:13-17\n"
              "no_chain 2/1:0-0\nno_worker 2/1:0-0\n");
    assert_int_equal(f->said.taken, 9);
    assert_int_equal(f->said.state.wrong, 8);

    says_with(f, f->other, NULL,
              "wrong_mac 0:1-7\nwrong_mac 0:10\nwrong_mac 0:12\n"
              "no_chain 1/1:0-0\nno_worker 1/1:0-0\n");
    assert_int_equal(f->said.taken, 8);
    assert_true(f->said.from == DM_LEDGER_TIME_MIN);

    /* the order in which they were in use matters, one more does not */

    says_with(f, f->other, f->mac, "old_key 2/0:0-0\n");
    assert_true(f->said.from == DM_LEDGER_TIME_MIN
                && f->said.to == DM_LEDGER_TIME_MAX);

    ledger_free(&f->file);
    written(f, f->other, f->other);
    says_with(f, f->mac, f->other, "");
    says_with(f, f->other, f->mac, "");
}


/* Who has the old key writes nothing into what has the new one. */
static void
test_old_key(void **state)
{
    dm_str_t            last;
    fixture_t          *f = *state;
    dm_ledger_t         e;
    dm_ledger_chain_t   chain;

    ledger_free(&f->file);
    written(f, f->mac, f->other);

    /* a chain that was never closed */

    free((void *) f->file.lines[--f->file.n].data);
    last = f->file.lines[14];
    memcpy(f->d.prev, last.data + last.len - sizeof("\"}\n") + 1
                      - sizeof(f->d.prev), sizeof(f->d.prev));
    f->d.seq--;
    f->d.mac = f->mac;
    ledger_close(&f->file, &f->d, 18, NULL);
    says_with(f, f->mac, f->other, "wrong_mac 0:17\nnot_closed 2/1:4-4\n");
    assert_int_equal(f->said.taken, 16);

    /* a chain of his own behind it, up to which nothing would be missing */

    ledger_free(&f->file);
    written(f, f->mac, f->other);
    chain = ledger_chain(3, 0, 1, 20);
    ledger_open(&f->file, &e, f->mac, &chain, &f->d);
    ledger_close(&f->file, &e, 21, NULL);
    says_with(f, f->mac, f->other, "old_key 3/0:0-0\n");
    assert_true(f->said.from == DM_LEDGER_TIME_MIN
                && f->said.to == DM_LEDGER_TIME_MAX);
}


/* Without a key: a line that was made anew, and those behind it were not. */
static void
test_unlinked(void **state)
{
    size_t         i, cut;
    dm_str_t       texts[2];
    fixture_t     *f = *state;
    dm_ledger_t    ledger;
    ledger_file_t  file, forged;

    ledger_free(&f->file);
    written(f, f->plain, f->plain);

    forged.n = 0;
    ledger = (dm_ledger_t) { 0 };
    ledger_open(&forged, &ledger, f->plain,
                &(dm_ledger_chain_t) { 1, 0, 2, 4711, LEDGER_START }, NULL);
    ledger_put(&forged, &ledger, DM_LEDGER_GATE, 2);

    file = f->file;
    file.lines[2] = forged.lines[1];
    texts[0] = ledger_text(&file);
    assert_int_equal(ledger_verify_texts(f->plain, 0, texts, 1, 99, &f->said),
                     0);
    assert_string_equal(f->said.text, "unlinked 0:4 1/0:3-3\n");
    assert_true(f->said.from == LEDGER_START);
    free((void *) texts[0].data);

    /* the same between files, in either order */

    for (i = 0; i < 2; i++) {
        for (cut = 0; cut < 2; cut++) {
            ledger_file_t  part = file;

            part.n = cut == i ? 3 : file.n - 3;
            memmove(part.lines, file.lines + (cut == i ? 0 : 3),
                    part.n * sizeof(dm_str_t));
            texts[cut] = ledger_text(&part);
        }

        assert_int_equal(ledger_verify_texts(f->plain, 0, texts, 2, 99,
                                             &f->said), 0);
        assert_string_equal(f->said.text, i ? "unlinked 1/0:3-3\n"
                                            : "unlinked 1:1 1/0:3-3\n");
        free((void *) texts[0].data);
        free((void *) texts[1].data);
    }

    ledger_free(&forged);
}


/* What nobody writes, though he may have the key. */
static void
test_shapes(void **state)
{
    size_t              i;
    fixture_t          *f = *state;
    dm_ledger_t         ledger;
    ledger_file_t       file;
    dm_ledger_record_t  r;

    const dm_ledger_chain_t  chain = ledger_chain(9, 0, 1, 0);

    static const struct {
        dm_ledger_kind_t  kinds[4];
        const char       *said;
    } shapes[] = {
        { { DM_LEDGER_OPEN, DM_LEDGER_GATE, DM_LEDGER_CLOSE,
            DM_LEDGER_GATE }, "goes_on 9/0:3-4\n" },
        { { DM_LEDGER_OPEN, DM_LEDGER_OPEN, DM_LEDGER_GATE,
            DM_LEDGER_CLOSE }, "no_record 0:2\nmissing 9/0:2-2\n" },
        { { DM_LEDGER_GATE, DM_LEDGER_GATE, DM_LEDGER_GATE,
            DM_LEDGER_CLOSE }, "no_record 0:1\nmissing 9/0:1-1\n" },
    };

    for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        file.n = 0;
        dm_ledger_init(&ledger, f->mac, &chain, DM_STR(""));
        ledger_put(&file, &ledger, shapes[i].kinds[0], 0);
        ledger_put(&file, &ledger, shapes[i].kinds[1], 1);
        ledger_put(&file, &ledger, shapes[i].kinds[2], 2);
        ledger_put(&file, &ledger, shapes[i].kinds[3], 3);
        says_of(f, &file, shapes[i].said);
        ledger_free(&file);
    }

    /* a gap of nothing, a close that names no chain, an open that follows one */

    for (i = 0; i < 3; i++) {
        file.n = 0;
        dm_ledger_init(&ledger, f->mac, &chain, DM_STR(""));

        if (i == 2) {
            ledger.prev_len = 2 * DM_DIGEST_LEN;
            memset(ledger.prev, '0', ledger.prev_len);
        }

        ledger_put(&file, &ledger, DM_LEDGER_OPEN, 0);
        memset(&r, 0, sizeof(r));
        r.kind = i ? DM_LEDGER_CLOSE : DM_LEDGER_GAP;
        r.reason = i == 1 ? DM_STR("passed") : DM_STR("");
        r.time = LEDGER_START + 1000;
        ledger_write(&file, &ledger, &r);
        says_of(f, &file, i == 2 ? "no_record 0:1\nmissing 9/0:1-1\n"
                                 : "no_record 0:2\nnot_closed 9/0:1-1\n");
        ledger_free(&file);
    }
}


static void
test_gaps(void **state)
{
    fixture_t          *f = *state;
    dm_ledger_t         ledger;
    ledger_file_t       file;
    dm_ledger_record_t  r;

    const dm_ledger_chain_t  chain = ledger_chain(9, 0, 1, 0);

    /* since the line before it */

    file.n = 0;
    dm_ledger_init(&ledger, f->mac, &chain, DM_STR(""));
    ledger_put(&file, &ledger, DM_LEDGER_OPEN, 5);
    ledger_put(&file, &ledger, DM_LEDGER_GATE, 6);
    ledger_put(&file, &ledger, DM_LEDGER_GAP, 8);
    ledger_close(&file, &ledger, 9, NULL);
    says_of(f, &file, "lost 0:3 9/0:3-3\n");
    assert_int_equal(f->said.lost, 7);
    assert_true(f->said.from == LEDGER_START + 6000);
    assert_true(f->said.to == LEDGER_START + 8000);
    ledger_free(&file);

    /* since the process began, which could not open its chain before */

    dm_ledger_init(&ledger, f->mac, &chain, DM_STR(""));
    ledger_put(&file, &ledger, DM_LEDGER_OPEN, 5);
    ledger_put(&file, &ledger, DM_LEDGER_GAP, 8);
    memset(&r, 0, sizeof(r));
    r.kind = DM_LEDGER_GAP;
    r.time = LEDGER_START + 9000;
    r.lost = 2;
    r.decision = DM_LEDGER_REJECTED;
    r.reason = DM_STR("not_ready");
    ledger_write(&file, &ledger, &r);
    ledger_close(&file, &ledger, 9, NULL);
    says_of(f, &file, "lost 0:2 9/0:2-2\nrefused 0:3 9/0:3-3\n");
    assert_int_equal(f->said.lost, 9);
    assert_true(f->said.from == LEDGER_START + 8000);
    ledger_free(&file);
}


static void
test_clock(void **state)
{
    size_t              i;
    fixture_t          *f = *state;
    dm_str_t            texts[2];
    dm_ledger_t         a, b;
    ledger_file_t       file, part;
    dm_ledger_chain_t   chain;

    file.n = 0;
    chain = ledger_chain(9, 0, 1, 100);
    ledger_open(&file, &a, f->mac, &chain, NULL);
    ledger_put(&file, &a, DM_LEDGER_GATE, 102);
    ledger_put(&file, &a, DM_LEDGER_GATE, 50);
    ledger_close(&file, &a, 103, NULL);
    says_of(f, &file, "clock 0:3 9/0:3-3\n");
    assert_true(f->said.from == LEDGER_START + 102000);
    assert_true(f->said.to == LEDGER_START + 50000);

    for (i = 0; i < 2; i++) {
        part.n = 2;
        memcpy(part.lines, file.lines, 2 * sizeof(dm_str_t));
        texts[i] = ledger_text(&part);
        memcpy(part.lines, file.lines + 2, 2 * sizeof(dm_str_t));
        texts[1 - i] = ledger_text(&part);
        says(f, texts, 2, i ? "clock 9/0:3-3\n" : "clock 1:1 9/0:3-3\n");
        free((void *) texts[0].data);
        free((void *) texts[1].data);
    }

    ledger_free(&file);

    /* from one process to the next */

    chain = ledger_chain(9, 0, 1, 100);
    ledger_open(&file, &a, f->mac, &chain, NULL);
    ledger_close(&file, &a, 101, NULL);
    chain = ledger_chain(10, 0, 1, 50);
    ledger_open(&file, &b, f->mac, &chain, &a);
    ledger_close(&file, &b, 51, NULL);
    says_of(f, &file, "clock a/0:1-1\n");
    ledger_free(&file);

    chain = ledger_chain(9, 0, 1, 100);
    dm_ledger_init(&a, f->mac, &chain, DM_STR(""));
    ledger_put(&file, &a, DM_LEDGER_OPEN, 90);
    ledger_close(&file, &a, 101, NULL);
    says_of(f, &file, "clock 9/0:1-1\n");
    ledger_free(&file);
}


/* Another ledger, or one that was begun again. */
static void
test_anew(void **state)
{
    fixture_t          *f = *state;
    dm_ledger_t         a;
    ledger_file_t       file;
    dm_ledger_chain_t   chain;

    file = f->file;
    chain = ledger_chain(9, 0, 1, 100);
    ledger_open(&file, &a, f->mac, &chain, NULL);
    ledger_close(&file, &a, 101, NULL);
    says_of(f, &file, "anew 9/0:0-0\n");
    assert_true(f->said.from == DM_LEDGER_TIME_MIN);
    assert_true(f->said.to == DM_LEDGER_TIME_MAX);

    free((void *) file.lines[17].data);
    free((void *) file.lines[18].data);
}


/* A worker that was killed, and the one that was started in its place. */
static void
test_killed(void **state)
{
    fixture_t          *f = *state;
    dm_ledger_t         a, b;
    ledger_file_t       file;
    dm_ledger_chain_t   chain;

    file.n = 0;
    chain = ledger_chain(9, 0, 1, 0);
    ledger_open(&file, &a, f->mac, &chain, NULL);
    ledger_put(&file, &a, DM_LEDGER_GATE, 1);
    chain = ledger_chain(9, 0, 1, 2);
    chain.pid++;
    ledger_open(&file, &b, f->mac, &chain, &a);
    ledger_close(&file, &b, 3, NULL);
    says_of(f, &file, "not_closed 9/0:2-2\n");
    assert_int_equal(f->said.state.closed, 1);
    ledger_free(&file);
}


/* Memory for a chain is bounded, whatever is done to its lines. */
static void
test_pieces(void **state)
{
    char                line[1024];
    size_t              i, len;
    fixture_t          *f = *state;
    dm_ledger_t         a;
    dm_ledger_verify_t *verify;
    dm_ledger_record_t  r;

    const dm_ledger_chain_t  chain = ledger_chain(9, 0, 1, 0);

    memset(&f->said, 0, sizeof(f->said));
    verify = dm_ledger_verify_create(&f->mac, 1, ledger_found, NULL, &f->said);
    dm_ledger_verify_file(verify, 0);
    dm_ledger_init(&a, f->mac, &chain, DM_STR(""));
    memset(&r, 0, sizeof(r));
    r.time = LEDGER_START;

    for (i = 0; i < 2 * DM_LEDGER_PIECES_MAX + 3; i++) {
        r.kind = i ? DM_LEDGER_GATE : DM_LEDGER_OPEN;
        len = dm_ledger_line(&a, &r, line);
        dm_ledger_commit(&a);

        if (i % 2 == 0) {
            f->said.len = 0;
            assert_int_equal(dm_ledger_verify_feed(verify, (dm_str_t)
                                                   { line, len }), 0);
        }
    }

    f->said.len = 0;
    assert_int_equal(dm_ledger_verify_state(verify)->records,
                     DM_LEDGER_PIECES_MAX);
    dm_ledger_verify_destroy(verify);
}


/* Any byte of a ledger with a key, whatever it is changed to. */
static void
test_any_byte(void **state)
{
    char       *data, byte;
    size_t      i;
    uint32_t    random;
    dm_str_t    text;
    fixture_t  *f = *state;

    text = ledger_text(&f->file);
    data = (char *) text.data;
    random = 4711;

    for (i = 0; i < text.len; i++) {
        random = random * 1103515245 + 12345;
        byte = data[i];
        data[i] ^= (char) (1 + (random >> 16) % 255);

        assert_int_equal(ledger_verify_texts(f->mac, 1, &text, 1, text.len,
                                             &f->said), 0);

        if (f->said.state.findings == 0) {
            fail_msg("byte %zu changed unseen", i);
        }

        data[i] = byte;
    }

    free(data);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(test_intact, setup, teardown),
        cmocka_unit_test_setup_teardown(test_files, setup, teardown),
        cmocka_unit_test_setup_teardown(test_whole_file_dropped, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_whole_chain_dropped, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_no_worker, setup, teardown),
        cmocka_unit_test_setup_teardown(test_deleted, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(test_torn, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_record, setup, teardown),
        cmocka_unit_test_setup_teardown(test_moved, setup, teardown),
        cmocka_unit_test_setup_teardown(test_repeated, setup, teardown),
        cmocka_unit_test_setup_teardown(test_changed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_keys, setup, teardown),
        cmocka_unit_test_setup_teardown(test_new_key, setup, teardown),
        cmocka_unit_test_setup_teardown(test_old_key, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unlinked, setup, teardown),
        cmocka_unit_test_setup_teardown(test_shapes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_gaps, setup, teardown),
        cmocka_unit_test_setup_teardown(test_clock, setup, teardown),
        cmocka_unit_test_setup_teardown(test_anew, setup, teardown),
        cmocka_unit_test_setup_teardown(test_killed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pieces, setup, teardown),
        cmocka_unit_test_setup_teardown(test_any_byte, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
