/*
 * A stream's bytes -> its messages, wherever the bytes are cut.
 *
 *     stream    = *( blank / message )
 *     message   = text CRLF                  ; ends at the first CRLF
 *     message   = length newline text        ; delimited
 *     length    = 1*19DIGIT                  ; bytes of text, its CRLF with it
 *     newline   = [ CR ] LF
 *     blank     = SP / HTAB / CR / LF        ; keeps the connection alive
 *
 * Nothing is copied: whoever asks is told of pieces of what it passed, and
 * keeps those of a message that goes on.
 */

#ifndef DM_FRAME_H
#define DM_FRAME_H

#include "dm_str.h"


/* What a piece is. */
typedef enum {
    DM_FRAME_PART = 0,       /* of a message that goes on, to be kept */
    DM_FRAME_BLANK,          /* of no message */
    DM_FRAME_MESSAGE,        /* a message, or with what was kept, one */
    DM_FRAME_LONG,           /* of one that is too long to keep, or has no
                                length: with what was kept, its beginning */
    DM_FRAME_REST            /* of such a message */
} dm_frame_event_t;


typedef enum {
    DM_FRAME_BETWEEN = 0,
    DM_FRAME_IN_TEXT,
    DM_FRAME_IN_LENGTH,
    DM_FRAME_IN_COUNTED,
    DM_FRAME_SKIP_TEXT,      /* to a CRLF */
    DM_FRAME_SKIP_COUNTED
} dm_frame_state_t;


/* Bytes that a length and its newline have at most. */
#define DM_FRAME_HEAD  21


typedef struct {
    size_t            max;
    dm_frame_state_t  state;
    unsigned          delimited:1;
    unsigned          cr:1;  /* the last byte was one */
    size_t            len;   /* of the message so far, its length with it */
    size_t            head;  /* of that, bytes before the text */
    uint64_t          left;  /* bytes to come, where they are counted */
} dm_frame_t;


/* max: of a message's text without its CRLF, below SIZE_MAX / 2. */
void dm_frame_init(dm_frame_t *frame, size_t max, unsigned delimited);

/*
 * Takes the next piece off `in`, which is not empty.  What has to be kept of
 * a message never exceeds DM_FRAME_HEAD + max + 2 bytes.  After MESSAGE the
 * text, with what ends it, begins behind `head` bytes.
 */
dm_frame_event_t dm_frame_next(dm_frame_t *frame, dm_str_t *in,
    dm_str_t *piece);

/* The stream ends: MESSAGE where what was kept is one without its end. */
dm_frame_event_t dm_frame_end(dm_frame_t *frame);

/* 1 behind a LONG or REST that the message does not end with. */
static inline unsigned
dm_frame_skips(const dm_frame_t *frame)
{
    return frame->state == DM_FRAME_SKIP_TEXT
           || frame->state == DM_FRAME_SKIP_COUNTED;
}

#endif
