/* What the files of the stream filter share: the state of one stream. */

#ifndef NGX_HTTP_DM_STREAM_STATE_H
#define NGX_HTTP_DM_STREAM_STATE_H

#include "ngx_http_dm_stream.h"
#include "dm_frame.h"
#include "dm_message.h"


typedef struct ngx_http_dm_stream_s  ngx_http_dm_stream_t;

/* Bytes of a message that spans buffers; they follow, in memory of its own. */
typedef struct ngx_http_dm_stream_kept_s  ngx_http_dm_stream_kept_t;

struct ngx_http_dm_stream_kept_s {
    ngx_http_dm_stream_kept_t  *next;
    size_t                      size;
    size_t                      len;
};


/*
 * Buffers of `in` before `walked` are judged, `pos` is in that of `walked`.
 * What of them is delivered is in `out`, then `busy`: slices of them, where
 * the last one of a buffer has it as its shadow, and of `spent`, which start
 * where that does.
 */
struct ngx_http_dm_stream_s {
    ngx_http_request_t            *request;
    const ngx_http_dm_loc_conf_t  *conf;
    ngx_http_dm_ctx_t             *ctx;
    ngx_queue_t                    queue;      /* of the open streams */

    dm_frame_t                     frame;
    dm_grant_t                     grant;      /* looked up last */
    ngx_http_dm_stream_kept_t     *kept;       /* of the message that goes on */
    ngx_http_dm_stream_kept_t     *spent;      /* of those that are sent */
    ngx_http_dm_stream_kept_t    **last_spent;

    ngx_chain_t                   *in;
    ngx_chain_t                   *walked;     /* NULL: all of `in` */
    u_char                        *pos;        /* NULL: at its beginning */
    ngx_chain_t                   *out;
    ngx_chain_t                  **last_out;
    ngx_buf_t                     *last;       /* of out */
    ngx_uint_t                     n_out;      /* in out and busy */
    ngx_chain_t                   *busy;
    ngx_chain_t                   *free;

    unsigned                       known:1;    /* the token was, once */
    unsigned                       pushed:1;   /* nothing came behind that */
    unsigned                       passing:1;  /* a long message is */
    unsigned                       ending:1;   /* the grant is gone */
    unsigned                       warned:1;   /* so it is, in a dry run */
    unsigned                       would:1;    /* the app's count has it */
    unsigned                       stopped:1;  /* its origin is cut off */
    unsigned                       told:1;     /* so is the client */
    unsigned                       done:1;     /* the end is sent */
    unsigned                       open:1;     /* is in the queue */
};


/* Whose 200 is about to be sent.  NULL without memory. */
ngx_http_dm_stream_t *ngx_http_dm_stream_open(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, ngx_http_dm_ctx_t *ctx);

/* Off the list of those that are looked at; may be called again. */
void ngx_http_dm_stream_closed(ngx_http_dm_stream_t *s);

/*
 * Ends the response as if the origin had, from the event loop.  NGX_DECLINED
 * where no origin is connected: another module makes it, or it is all there.
 */
ngx_int_t ngx_http_dm_stream_stop(ngx_http_dm_stream_t *s);

/*
 * What is known of the token now: a reason; ends the stream where it has to.
 */
dm_reason_t ngx_http_dm_stream_look(ngx_http_dm_stream_t *s);

/*
 * 1 if the message is delivered; counts it.  text.data is NULL where it is
 * too long to be judged.  To be called again for each message, since it may
 * end the stream.
 */
ngx_uint_t ngx_http_dm_stream_passes(ngx_http_dm_stream_t *s, dm_str_t text);

/* Adds to what is kept of the message. */
ngx_int_t ngx_http_dm_stream_keep(ngx_http_dm_stream_t *s, dm_str_t piece);

/* What was kept goes out, or away. */
ngx_int_t ngx_http_dm_stream_spend(ngx_http_dm_stream_t *s,
    ngx_uint_t passes);

/* A piece of the buffer in work goes out. */
ngx_int_t ngx_http_dm_stream_slice(ngx_http_dm_stream_t *s, dm_str_t piece);

/* A new buffer at the end of what goes out, all zero.  NULL without memory. */
ngx_buf_t *ngx_http_dm_stream_buf(ngx_http_dm_stream_t *s);

/* One that makes nginx send what it holds back to send more at once. */
ngx_int_t ngx_http_dm_stream_push(ngx_http_dm_stream_t *s);

/* Hands out to the next filter, and lets go of what that has sent. */
ngx_int_t ngx_http_dm_stream_next(ngx_http_dm_stream_t *s);

/*
 * Lets go of the buffers up to the one whose last slice is sent, or of all
 * that are judged where nothing is on its way.
 */
void ngx_http_dm_stream_release(ngx_http_dm_stream_t *s,
    const ngx_buf_t *last);

ngx_int_t ngx_http_dm_stream_header_filter(ngx_http_request_t *r);
ngx_int_t ngx_http_dm_stream_body_filter(ngx_http_request_t *r,
    ngx_chain_t *in);


/* Slices on their way, more are left for later. */
#define NGX_HTTP_DM_STREAM_SLICES  64


extern ngx_http_output_header_filter_pt  ngx_http_dm_stream_next_header;
extern ngx_http_output_body_filter_pt    ngx_http_dm_stream_next_body;

#endif
