#include "dm_frame.h"


#define DM_FRAME_DIGITS  19         /* as many as always fit in a uint64_t */


static dm_frame_event_t dm_frame_between(dm_frame_t *frame, dm_str_t *in);
static dm_frame_event_t dm_frame_text(dm_frame_t *frame, dm_str_t *in);
static dm_frame_event_t dm_frame_length(dm_frame_t *frame, dm_str_t *in);
static dm_frame_event_t dm_frame_counted(dm_frame_t *frame, dm_str_t *in);
static dm_frame_event_t dm_frame_skip_text(dm_frame_t *frame, dm_str_t *in);
static dm_frame_event_t dm_frame_skip_counted(dm_frame_t *frame,
    dm_str_t *in);


void
dm_frame_init(dm_frame_t *frame, size_t max, unsigned delimited)
{
    memset(frame, 0, sizeof(dm_frame_t));

    frame->max = max;
    frame->delimited = delimited;
}


dm_frame_event_t
dm_frame_next(dm_frame_t *frame, dm_str_t *in, dm_str_t *piece)
{
    dm_frame_event_t  event;

    static dm_frame_event_t (*const  step[])(dm_frame_t *, dm_str_t *) = {
        dm_frame_between,
        dm_frame_text,
        dm_frame_length,
        dm_frame_counted,
        dm_frame_skip_text,
        dm_frame_skip_counted
    };

    piece->data = in->data;

    /* a PART that leaves something has only entered another state */

    do {
        event = step[frame->state](frame, in);
    } while (event == DM_FRAME_PART && in->len != 0);

    piece->len = (size_t) (in->data - piece->data);

    return event;
}


dm_frame_event_t
dm_frame_end(dm_frame_t *frame)
{
    dm_frame_state_t  state;

    state = frame->state;
    frame->state = DM_FRAME_BETWEEN;

    switch (state) {

    case DM_FRAME_IN_LENGTH:
        frame->head = frame->len;
        return DM_FRAME_MESSAGE;

    case DM_FRAME_IN_TEXT:
    case DM_FRAME_IN_COUNTED:
        return DM_FRAME_MESSAGE;

    default:
        return DM_FRAME_BLANK;
    }
}


static void
dm_frame_take(dm_str_t *in, size_t n)
{
    in->data += n;
    in->len -= n;
}


/* White space before a message is none of it: it may be all that comes. */
static dm_frame_event_t
dm_frame_between(dm_frame_t *frame, dm_str_t *in)
{
    size_t  n;

    for (n = 0; n < in->len; n++) {
        if (in->data[n] != '\r' && in->data[n] != '\n'
            && in->data[n] != ' ' && in->data[n] != '\t')
        {
            break;
        }
    }

    dm_frame_take(in, n);

    if (n != 0) {
        return DM_FRAME_BLANK;
    }

    frame->state = frame->delimited ? DM_FRAME_IN_LENGTH : DM_FRAME_IN_TEXT;
    frame->cr = 0;
    frame->len = 0;
    frame->head = 0;
    frame->left = 0;

    return DM_FRAME_PART;
}


/* Takes all up to the next CRLF; 1 where there is one. */
static int
dm_frame_crlf(dm_frame_t *frame, dm_str_t *in)
{
    unsigned     cr;
    const char  *p, *lf, *end;

    p = in->data;
    end = p + in->len;

    for ( ;; ) {
        lf = memchr(p, '\n', (size_t) (end - p));
        if (lf == NULL) {
            break;
        }

        cr = lf == in->data ? frame->cr : lf[-1] == '\r';
        p = lf + 1;

        if (cr) {
            dm_frame_take(in, (size_t) (p - in->data));
            return 1;
        }

        if (p == end) {
            break;
        }
    }

    frame->cr = end[-1] == '\r';
    dm_frame_take(in, in->len);

    return 0;
}


/*
 * A CR at the end may be half of what ends the message, so it does not count
 * until it is known not to be.
 */
static dm_frame_event_t
dm_frame_text(dm_frame_t *frame, dm_str_t *in)
{
    int     ended;
    size_t  text;

    frame->len += in->len;
    ended = dm_frame_crlf(frame, in);
    frame->len -= in->len;

    text = frame->len - (ended ? 2 : frame->cr);

    if (ended) {
        frame->state = DM_FRAME_BETWEEN;
        return text > frame->max ? DM_FRAME_LONG : DM_FRAME_MESSAGE;
    }

    if (text > frame->max) {
        frame->state = DM_FRAME_SKIP_TEXT;
        return DM_FRAME_LONG;
    }

    return DM_FRAME_PART;
}


/*
 * Behind a length that cannot be read nothing is framed until a length can be
 * again: a CRLF inside such a message would make a message of a part of it.
 */
static dm_frame_event_t
dm_frame_length(dm_frame_t *frame, dm_str_t *in)
{
    char  c;

    while (in->len != 0) {
        c = in->data[0];

        if (c >= '0' && c <= '9' && !frame->cr
            && frame->len < DM_FRAME_DIGITS)
        {
            frame->left = frame->left * 10 + (uint64_t) (c - '0');

        } else if (c == '\r' && !frame->cr && frame->len != 0) {
            frame->cr = 1;

        } else if (c == '\n' && frame->len != 0) {
            dm_frame_take(in, 1);
            frame->len++;
            frame->head = frame->len;
            frame->state = DM_FRAME_IN_COUNTED;

            if (frame->left > frame->max + 2) {
                frame->state = DM_FRAME_SKIP_COUNTED;
                return DM_FRAME_LONG;
            }

            return frame->left ? DM_FRAME_PART : dm_frame_counted(frame, in);

        } else {
            frame->state = DM_FRAME_SKIP_TEXT;
            return DM_FRAME_LONG;
        }

        dm_frame_take(in, 1);
        frame->len++;
    }

    return DM_FRAME_PART;
}


/* Takes what is left of the message; 1 where that is all of it. */
static int
dm_frame_count(dm_frame_t *frame, dm_str_t *in)
{
    size_t  n;

    n = frame->left < in->len ? (size_t) frame->left : in->len;

    dm_frame_take(in, n);
    frame->len += n;
    frame->left -= n;

    return frame->left == 0;
}


static dm_frame_event_t
dm_frame_counted(dm_frame_t *frame, dm_str_t *in)
{
    if (!dm_frame_count(frame, in)) {
        return DM_FRAME_PART;
    }

    frame->state = DM_FRAME_BETWEEN;

    return DM_FRAME_MESSAGE;
}


static dm_frame_event_t
dm_frame_skip_text(dm_frame_t *frame, dm_str_t *in)
{
    if (dm_frame_crlf(frame, in)) {
        frame->state = DM_FRAME_BETWEEN;
    }

    return DM_FRAME_REST;
}


static dm_frame_event_t
dm_frame_skip_counted(dm_frame_t *frame, dm_str_t *in)
{
    if (dm_frame_count(frame, in)) {
        frame->state = DM_FRAME_BETWEEN;
    }

    return DM_FRAME_REST;
}
