#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "dm_frame.h"
#include "guard.h"


#define MAX  32


/*
 * What becomes of a stream, told in one line: "(text)" for a message, "<text>"
 * for one too long or without a length, "{text}" for one without its end,
 * blanks as they are; CR is "r", LF is "n".
 */
typedef struct {
    char    text[2048];
    size_t  len;
    char    kept[DM_FRAME_HEAD + MAX + 2];
    size_t  n_kept;
} story_t;


static void
tell(story_t *story, const char *data, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        story->text[story->len++] = data[i] == '\r' ? 'r'
                                    : data[i] == '\n' ? 'n' : data[i];
    }

    story->text[story->len] = '\0';
    assert_true(story->len + 1 < sizeof(story->text));
}


static void
tell_message(story_t *story, dm_frame_t *f, dm_str_t piece)
{
    char    all[1024];
    size_t  len;

    len = story->n_kept + piece.len;
    assert_true(len < sizeof(all));
    memcpy(all, story->kept, story->n_kept);
    memcpy(all + story->n_kept, piece.data, piece.len);
    story->n_kept = 0;

    tell(story, all, f->head);
    tell(story, "(", 1);
    tell(story, all + f->head, len - f->head);
    tell(story, ")", 1);
}


static void
feed(story_t *story, dm_frame_t *f, dm_str_t in)
{
    dm_str_t  piece;

    while (in.len != 0) {

        switch (dm_frame_next(f, &in, &piece)) {

        case DM_FRAME_PART:
            assert_int_equal(in.len, 0);
            assert_true(story->n_kept + piece.len <= sizeof(story->kept));
            memcpy(story->kept + story->n_kept, piece.data, piece.len);
            story->n_kept += piece.len;
            continue;

        case DM_FRAME_BLANK:
            assert_int_equal(story->n_kept, 0);
            tell(story, piece.data, piece.len);
            continue;

        case DM_FRAME_MESSAGE:
            tell_message(story, f, piece);
            continue;

        case DM_FRAME_LONG:
            tell(story, "<", 1);
            tell(story, story->kept, story->n_kept);
            story->n_kept = 0;
            break;

        case DM_FRAME_REST:
            break;
        }

        tell(story, piece.data, piece.len);

        if (!dm_frame_skips(f)) {
            tell(story, ">", 1);
        }
    }
}


/* In one piece, in two at every byte, and in pieces of every size. */
static void
framed(const char *stream, unsigned delimited, const char *expect)
{
    char        *copy;
    size_t       i, n, cut, len;
    story_t      story;
    dm_frame_t   f;

    len = strlen(stream);

    for (cut = 0; cut < 2 * len; cut++) {
        memset(&story, 0, sizeof(story));
        dm_frame_init(&f, MAX, delimited);

        for (i = 0; i < len; i += n) {
            n = cut < len ? (i < cut ? cut : len - i) : cut - len + 1;
            n = n < len - i ? n : len - i;
            copy = guard_copy(stream + i, n);
            feed(&story, &f, (dm_str_t) { copy, n });
            guard_free(copy, n);
        }

        if (dm_frame_end(&f) == DM_FRAME_MESSAGE) {
            tell(&story, "{", 1);
            tell(&story, story.kept, story.n_kept);
            tell(&story, "}", 1);
        }

        if (strcmp(story.text, expect) != 0) {
            fail_msg("%s cut at %zu: %s", expect, cut, story.text);
        }
    }
}


static void
test_crlf(void **state)
{
    (void) state;

    framed("a\r\n", 0, "(arn)");
    framed("a\r\nb\r\n", 0, "(arn)(brn)");
    framed("\r\na\r\n\r\n\r\nb\r\n\r\n", 0, "rn(arn)rnrn(brn)rn");
    framed("a\nb\r\n", 0, "(anbrn)");
    framed("a\rb\r\n", 0, "(arbrn)");
    framed("a\r\r\n", 0, "(arrn)");
    framed("a\r\n\n \t\rb\r\n", 0, "(arn)n \tr(brn)");
    framed("a\r\nb", 0, "(arn){b}");
    framed("a\r\nb\r", 0, "(arn){br}");
    framed("a\r\nb\n", 0, "(arn){bn}");
    framed("\r\n", 0, "rn");
}


static void
test_long(void **state)
{
    (void) state;

    framed("12345678901234567890123456789012\r\nb\r\n", 0,
           "(12345678901234567890123456789012rn)(brn)");
    framed("123456789012345678901234567890123\r\nb\r\n", 0,
           "<123456789012345678901234567890123rn>(brn)");
    framed("12345678901234567890123456789012\r\rb\r\nc\r\n", 0,
           "<12345678901234567890123456789012rrbrn>(crn)");
    framed("1234567890123456789012345678901234567890\n1234567890\r\r\nb\r\n",
           0, "<1234567890123456789012345678901234567890n1234567890rrn>(brn)");
    framed("123456789012345678901234567890123", 0,
           "<123456789012345678901234567890123");
}


static void
test_delimited(void **state)
{
    (void) state;

    framed("3\na\r\n", 1, "3n(arn)");
    framed("3\r\na\r\n12\n0123456789\r\n", 1, "3rn(arn)12n(0123456789rn)");
    framed("\r\n3\na\r\n\r\n\n03\nb\r\n", 1, "rn3n(arn)rnn03n(brn)");
    framed("6\na\r\nb\r\n", 1, "6n(arnbrn)");
    framed("1\na\r\n1\nb\r\n", 1, "1n(a)rn1n(b)rn");
    framed("0\n3\nb\r\n", 1, "0n()3n(brn)");
    framed("5\na\r\n", 1, "{5narn}");
    framed("5\n", 1, "{5n}");
    framed("5\r", 1, "{5r}");
    framed("5", 1, "{5}");
}


static void
test_counted(void **state)
{
    (void) state;

    framed("34\n12345678901234567890123456789012\r\n3\nb\r\n", 1,
           "34n(12345678901234567890123456789012rn)3n(brn)");
    framed("35\n1234567890\r\n345678901234567890123\r\n3\nb\r\n", 1,
           "<35n1234567890rn345678901234567890123rn>3n(brn)");
    framed("9999999999999999999\na\r\n", 1, "<9999999999999999999narn");
}


/* Until a length can be read, nothing is a message. */
static void
test_no_length(void **state)
{
    (void) state;

    framed("{}\r\n3\nb\r\n", 1, "<{}rn>3n(brn)");
    framed("{}\r\n{}\r\n3\nb\r\n", 1, "<{}rn><{}rn>3n(brn)");
    framed("3 \na\r\n3\nb\r\n", 1, "<3 narn>3n(brn)");
    framed("-3\na\r\n3\nb\r\n", 1, "<-3narn>3n(brn)");
    framed("3\r\r\n3\nb\r\n", 1, "<3rrn>3n(brn)");
    framed("3\rx\r\n3\nb\r\n", 1, "<3rxrn>3n(brn)");
    framed("3\r3\r\n3\nb\r\n", 1, "<3r3rn>3n(brn)");
    framed("99999999999999999999\na\r\n3\nb\r\n", 1,
           "<99999999999999999999narn>3n(brn)");
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crlf),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_delimited),
        cmocka_unit_test(test_counted),
        cmocka_unit_test(test_no_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
