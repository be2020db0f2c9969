/*
 * A stream is framed alike wherever it is cut, no byte is lost, nothing is
 * kept beyond the bound, and the framing is that of a naive reading.  The
 * first byte of the input says how, the second where it is cut.
 */

#include <stdlib.h>

#include "dm_frame.h"
#include "check.h"


#define BLANK    'b'
#define MESSAGE  'm'
#define LONG     'l'
#define KEPT     'k'         /* without its end */


/* The kind of each byte; that of the last one of a message is in capitals. */
static void
frame(char *kind, const char *data, size_t size, size_t cut, size_t max,
    unsigned delimited)
{
    char             *copy;
    size_t            n, at, from, kept;
    dm_str_t          in, piece;
    dm_frame_t        f;
    dm_frame_event_t  event;

    dm_frame_init(&f, max, delimited);
    kept = 0;

    for (at = 0; at < size; at += n) {
        n = cut ? 1 + (at * cut) % 5 : size;
        n = n < size - at ? n : size - at;

        copy = malloc(n);
        check(copy != NULL);
        memcpy(copy, data + at, n);
        in.data = copy;
        in.len = n;

        while (in.len != 0) {
            event = dm_frame_next(&f, &in, &piece);
            from = at + (size_t) (piece.data - copy);
            check(in.data == piece.data + piece.len);

            if (event == DM_FRAME_PART) {
                memset(kind + from, KEPT, piece.len);
                kept += piece.len;
                check(in.len == 0 && kept <= DM_FRAME_HEAD + max + 2);
                continue;
            }

            check(event != DM_FRAME_BLANK || kept == 0);
            check(event != DM_FRAME_MESSAGE || f.head <= kept + piece.len);

            from -= kept;
            piece.len += kept;
            kept = 0;

            memset(kind + from, event == DM_FRAME_BLANK ? BLANK
                                : event == DM_FRAME_MESSAGE ? MESSAGE
                                                            : LONG, piece.len);

            if (piece.len && event != DM_FRAME_BLANK && !dm_frame_skips(&f)) {
                kind[from + piece.len - 1] &= ~0x20;
            }
        }

        free(copy);
    }

    check((dm_frame_end(&f) == DM_FRAME_MESSAGE) == (kept != 0));
}


static size_t
crlf(const char *data, size_t from, size_t size)
{
    for ( /* void */ ; from + 1 < size; from++) {
        if (data[from] == '\r' && data[from + 1] == '\n') {
            return from + 2;
        }
    }

    return 0;
}


/* The same, of all at once. */
static void
naive(char *kind, const char *data, size_t size, size_t max,
    unsigned delimited)
{
    char      mark;
    size_t    at, text, end;
    uint64_t  n;

    for (at = 0; at < size; at = end) {

        if (strchr("\r\n \t", data[at]) && data[at]) {
            end = at + 1;
            kind[at] = BLANK;
            continue;
        }

        mark = MESSAGE;

        if (!delimited) {
            end = crlf(data, at, size);
            text = end ? end - at - 2
                       : size - at - (data[size - 1] == '\r');
            mark = text > max ? LONG : MESSAGE;

        } else {
            n = 0;

            for (text = at; text < size && text - at < 19
                            && data[text] >= '0' && data[text] <= '9'; text++)
            {
                n = n * 10 + (uint64_t) (data[text] - '0');
            }

            end = 0;

            if (text == size
                || (text != at && text + 1 == size && data[text] == '\r'))
            {
                /* it may go on */

            } else if (text != at
                       && (data[text] == '\n'
                           || (data[text] == '\r' && data[text + 1] == '\n')))
            {
                text += data[text] == '\n' ? 1 : 2;
                mark = n > max + 2 ? LONG : MESSAGE;
                end = n <= size - text ? text + (size_t) n : 0;

            } else {
                mark = LONG;
                end = crlf(data, text, size);
            }
        }

        if (end == 0) {
            memset(kind + at, mark == LONG ? LONG : KEPT, size - at);
            return;
        }

        memset(kind + at, mark, end - at);
        kind[end - 1] &= ~0x20;
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char      *whole, *cut, *simple;
    size_t     max;
    unsigned   delimited;

    if (size < 3) {
        return 0;
    }

    max = data[0] >> 1;
    delimited = data[0] & 1;

    whole = calloc(3, size - 2);
    check(whole != NULL);
    cut = whole + size - 2;
    simple = cut + size - 2;

    frame(whole, (const char *) data + 2, size - 2, 0, max, delimited);
    frame(cut, (const char *) data + 2, size - 2, 1 + data[1] % 7, max,
          delimited);
    naive(simple, (const char *) data + 2, size - 2, max, delimited);

    check(memcmp(whole, cut, size - 2) == 0);
    check(memcmp(whole, simple, size - 2) == 0);

    free(whole);

    return 0;
}
