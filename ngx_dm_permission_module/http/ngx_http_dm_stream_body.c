#include "ngx_http_dm_stream_state.h"


/* In r->buffered: some of the response is still here. */
#define NGX_HTTP_DM_STREAM_BUFFERED  0x08

#define NGX_HTTP_DM_STREAM_DISCONNECT                                         \
    "{\"disconnect\":{\"code\":6,\"stream_name\":\"\","                       \
    "\"reason\":\"token revoked\"}}\r\n"
#define NGX_HTTP_DM_STREAM_LENGTH  "69\r\n"

_Static_assert(sizeof(NGX_HTTP_DM_STREAM_DISCONNECT) - 1 == 69,
               "not the length");


static ngx_int_t ngx_http_dm_stream_walk(ngx_http_dm_stream_t *s);
static ngx_int_t ngx_http_dm_stream_read(ngx_http_dm_stream_t *s,
    ngx_buf_t *b);
static ngx_int_t ngx_http_dm_stream_piece(ngx_http_dm_stream_t *s,
    dm_frame_event_t event, dm_str_t piece);
static ngx_int_t ngx_http_dm_stream_message(ngx_http_dm_stream_t *s,
    dm_str_t piece);
static ngx_int_t ngx_http_dm_stream_long(ngx_http_dm_stream_t *s,
    dm_str_t piece);
static ngx_int_t ngx_http_dm_stream_flags(ngx_http_dm_stream_t *s,
    ngx_buf_t *b);
static ngx_int_t ngx_http_dm_stream_tell(ngx_http_dm_stream_t *s);


ngx_int_t
ngx_http_dm_stream_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_int_t              rc;
    ngx_chain_t           *cl;
    ngx_http_dm_ctx_t     *ctx;
    ngx_http_dm_stream_t  *s;

    ctx = ngx_http_get_module_ctx(r, ngx_http_dm_permission_module);
    s = ctx ? ctx->stream : NULL;

    if (s == NULL || s->request != r) {
        return ngx_http_dm_stream_next_body(r, in);
    }

    for (cl = s->in; cl && cl->next; cl = cl->next) { /* void */ }

    if (ngx_chain_add_copy(r->pool, cl ? &cl->next : &s->in, in) != NGX_OK) {
        return NGX_ERROR;
    }

    if (s->walked == NULL) {
        s->walked = cl ? cl->next : s->in;
    }

    rc = in == NULL ? ngx_http_dm_stream_next(s) : NGX_OK;

    while (rc != NGX_ERROR && (s->walked || (s->ending && !s->told))) {

        if (s->n_out < NGX_HTTP_DM_STREAM_SLICES) {
            rc = ngx_http_dm_stream_walk(s);

        } else if (!s->pushed) {
            rc = ngx_http_dm_stream_push(s);

        } else {
            break;
        }

        if (rc == NGX_OK && s->out) {
            rc = ngx_http_dm_stream_next(s);
        }
    }

    ngx_http_dm_stream_release(s, NULL);

    if (s->walked) {
        r->buffered |= NGX_HTTP_DM_STREAM_BUFFERED;

    } else {
        r->buffered &= ~NGX_HTTP_DM_STREAM_BUFFERED;
    }

    if (s->ending && s->open) {
        (void) ngx_http_dm_stream_stop(s);
    }

    return rc;
}


/* Judges what has come, until there is enough to send. */
static ngx_int_t
ngx_http_dm_stream_walk(ngx_http_dm_stream_t *s)
{
    ngx_buf_t  *b;

    while (s->walked && s->n_out < NGX_HTTP_DM_STREAM_SLICES) {
        b = s->walked->buf;

        if (ngx_http_dm_stream_read(s, b) != NGX_OK) {
            return NGX_ERROR;
        }

        if (s->pos) {
            break;
        }

        if (ngx_http_dm_stream_flags(s, b) != NGX_OK) {
            return NGX_ERROR;
        }

        if (s->last) {
            s->last->shadow = b;
        }

        s->walked = s->walked->next;
    }

    return s->ending && !s->told ? ngx_http_dm_stream_tell(s) : NGX_OK;
}


/* Leaves s->pos where it went no further, NULL at the end of the buffer. */
static ngx_int_t
ngx_http_dm_stream_read(ngx_http_dm_stream_t *s, ngx_buf_t *b)
{
    dm_str_t          rest, piece;
    dm_frame_event_t  event;

    if (!ngx_buf_in_memory(b) || s->ending) {
        s->pos = NULL;
        return NGX_OK;
    }

    rest.data = (const char *) (s->pos ? s->pos : b->pos);
    rest.len = (const char *) b->last - rest.data;
    s->pos = NULL;

    while (rest.len != 0 && !s->ending) {

        if (s->n_out >= NGX_HTTP_DM_STREAM_SLICES) {
            s->pos = (u_char *) rest.data;
            break;
        }

        event = dm_frame_next(&s->frame, &rest, &piece);

        if (ngx_http_dm_stream_piece(s, event, piece) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_dm_stream_piece(ngx_http_dm_stream_t *s, dm_frame_event_t event,
    dm_str_t piece)
{
    switch (event) {

    case DM_FRAME_PART:
        return ngx_http_dm_stream_keep(s, piece);

    case DM_FRAME_MESSAGE:
        return ngx_http_dm_stream_message(s, piece);

    case DM_FRAME_LONG:
        return ngx_http_dm_stream_long(s, piece);

    case DM_FRAME_REST:
        return s->passing ? ngx_http_dm_stream_slice(s, piece) : NGX_OK;

    default:
        return ngx_http_dm_stream_slice(s, piece);
    }
}


static ngx_int_t
ngx_http_dm_stream_message(ngx_http_dm_stream_t *s, dm_str_t piece)
{
    dm_str_t    text;
    ngx_uint_t  passes;

    text = piece;

    if (s->kept) {

        if (ngx_http_dm_stream_keep(s, piece) != NGX_OK) {
            return NGX_ERROR;
        }

        text.data = (const char *) (s->kept + 1);
        text.len = s->kept->len;
    }

    text.data += s->frame.head;
    text.len -= s->frame.head;

    passes = ngx_http_dm_stream_passes(s, text);

    if (s->kept) {
        return ngx_http_dm_stream_spend(s, passes);
    }

    return passes ? ngx_http_dm_stream_slice(s, piece) : NGX_OK;
}


static ngx_int_t
ngx_http_dm_stream_long(ngx_http_dm_stream_t *s, dm_str_t piece)
{
    dm_str_t  text;

    text.data = NULL;
    text.len = 0;

    s->passing = ngx_http_dm_stream_passes(s, text);

    if (s->kept && ngx_http_dm_stream_spend(s, s->passing) != NGX_OK) {
        return NGX_ERROR;
    }

    return s->passing ? ngx_http_dm_stream_slice(s, piece) : NGX_OK;
}


/* What an emptied buffer says goes on with the last one that is sent. */
static ngx_int_t
ngx_http_dm_stream_flags(ngx_http_dm_stream_t *s, ngx_buf_t *b)
{
    dm_str_t    none;
    ngx_buf_t  *out;

    if (s->done) {
        return NGX_OK;
    }

    if (b->last_buf || b->last_in_chain) {

        if (!s->ending && dm_frame_end(&s->frame) == DM_FRAME_MESSAGE) {
            none.data = "";
            none.len = 0;

            if (ngx_http_dm_stream_message(s, none) != NGX_OK) {
                return NGX_ERROR;
            }
        }

        if (s->ending && !s->told && ngx_http_dm_stream_tell(s) != NGX_OK) {
            return NGX_ERROR;
        }

        ngx_http_dm_stream_closed(s);

        if (s->done) {
            return NGX_OK;
        }
    }

    if (!b->flush && !b->sync && !b->last_buf && !b->last_in_chain) {

        if (s->last) {
            s->last->recycled |= b->recycled;
        }

        return NGX_OK;
    }

    out = s->last ? s->last : ngx_http_dm_stream_buf(s);
    if (out == NULL) {
        return NGX_ERROR;
    }

    out->flush |= b->flush;
    out->last_buf |= b->last_buf;
    out->last_in_chain |= b->last_in_chain;
    out->recycled |= b->recycled;
    out->sync |= b->sync || out->pos == NULL;

    return NGX_OK;
}


/* Within a message that has been sent in part, nothing can be said. */
static ngx_int_t
ngx_http_dm_stream_tell(ngx_http_dm_stream_t *s)
{
    ngx_buf_t  *b;

    static u_char  text[] =
                 NGX_HTTP_DM_STREAM_LENGTH NGX_HTTP_DM_STREAM_DISCONNECT;

    s->told = 1;

    b = ngx_http_dm_stream_buf(s);
    if (b == NULL) {
        return NGX_ERROR;
    }

    if (s->passing && dm_frame_skips(&s->frame)) {
        b->sync = 1;

    } else {
        b->pos = text;
        b->last = text + sizeof(text) - 1;
        b->memory = 1;

        if (!s->frame.delimited) {
            b->pos += sizeof(NGX_HTTP_DM_STREAM_LENGTH) - 1;
        }
    }

    b->flush = 1;

    /* without an origin to be cut off, the end is told here */

    if (ngx_http_dm_stream_stop(s) != NGX_OK) {
        s->done = 1;
        b->last_buf = s->request == s->request->main;
        b->last_in_chain = 1;
    }

    return NGX_OK;
}
