#include "ngx_http_dm_body.h"


/* Bytes to begin with where the length is not known. */
#define NGX_HTTP_DM_BODY_FIRST  16384


static void ngx_http_dm_body_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_dm_body_start(ngx_http_request_t *r,
    ngx_http_dm_ctx_t *ctx, ngx_http_client_body_handler_pt handler);
static void ngx_http_dm_body_begin(ngx_http_request_t *r);
static void ngx_http_dm_body_more(ngx_http_request_t *r);
static ngx_int_t ngx_http_dm_body_parts(ngx_http_request_t *r,
    ngx_http_dm_ctx_t *ctx);
static ngx_int_t ngx_http_dm_body_take(ngx_http_request_t *r,
    ngx_http_dm_ctx_t *ctx);
static ngx_int_t ngx_http_dm_body_room(ngx_http_request_t *r,
    ngx_http_dm_ctx_t *ctx, size_t size);
static ngx_int_t ngx_http_dm_body_put(ngx_http_request_t *r,
    ngx_http_dm_ctx_t *ctx);
static ngx_int_t ngx_http_dm_body_copy(ngx_http_request_t *r, u_char *p,
    ngx_buf_t *b);


ngx_int_t
ngx_http_dm_body_read(ngx_http_request_t *r, ngx_http_dm_ctx_t *ctx)
{
    r->request_body_in_single_buf = 1;

    return ngx_http_dm_body_start(r, ctx, ngx_http_dm_body_handler);
}


static ngx_int_t
ngx_http_dm_body_start(ngx_http_request_t *r, ngx_http_dm_ctx_t *ctx,
    ngx_http_client_body_handler_pt handler)
{
    ngx_int_t  rc;

    ctx->body_read = 1;

    rc = ngx_http_read_client_request_body(r, handler);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    ngx_http_finalize_request(r, NGX_DONE);

    return NGX_DONE;
}


static void
ngx_http_dm_body_handler(ngx_http_request_t *r)
{
    r->preserve_body = 1;
    r->write_event_handler = ngx_http_core_run_phases;

    ngx_http_core_run_phases(r);
}


/*
 * As where "proxy_request_buffering" is off: nginx hands over what has come
 * and waits.  With its own buffers it would write to a file, and read all that
 * client_max_body_size lets in.
 */
ngx_int_t
ngx_http_dm_body_read_max(ngx_http_request_t *r, ngx_http_dm_ctx_t *ctx,
    size_t max)
{
    ctx->body_max = max;
    r->request_body_no_buffering = 1;

    return ngx_http_dm_body_start(r, ctx, ngx_http_dm_body_begin);
}


static void
ngx_http_dm_body_begin(ngx_http_request_t *r)
{
    if (!r->reading_body) {
        /* there already, in memory */
        ngx_http_dm_body_handler(r);
        return;
    }

    r->read_event_handler = ngx_http_dm_body_more;
    r->write_event_handler = ngx_http_request_empty_handler;

    ngx_http_dm_body_more(r);
}


static void
ngx_http_dm_body_more(ngx_http_request_t *r)
{
    ngx_int_t           rc;
    ngx_http_dm_ctx_t  *ctx;

    ctx = ngx_http_dm_ctx(r, 0);
    rc = ngx_http_dm_body_parts(r, ctx);

    if (rc == NGX_AGAIN) {
        return;
    }

    if (rc == NGX_OK) {
        rc = ngx_http_dm_body_put(r, ctx);

    } else if (rc == NGX_DECLINED) {
        ctx->body_long = 1;
        r->keepalive = 0;
        rc = NGX_OK;
    }

    if (rc != NGX_OK) {
        ngx_http_finalize_request(r, rc == NGX_ERROR
                                     ? NGX_HTTP_INTERNAL_SERVER_ERROR : rc);
        return;
    }

    r->read_event_handler = ngx_http_block_reading;

    ngx_http_dm_body_handler(r);
}


/*
 * NGX_OK with all of the body, NGX_AGAIN before that, NGX_DECLINED where it
 * is too long; NGX_ERROR, or an HTTP status.
 */
static ngx_int_t
ngx_http_dm_body_parts(ngx_http_request_t *r, ngx_http_dm_ctx_t *ctx)
{
    ngx_int_t  rc;

    for ( ;; ) {
        rc = ngx_http_dm_body_take(r, ctx);

        if (rc != NGX_OK || !r->reading_body) {
            return rc;
        }

        rc = ngx_http_read_unbuffered_request_body(r);

        if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
            return rc;
        }

        if (rc == NGX_AGAIN && r->request_body->bufs == NULL) {
            return NGX_AGAIN;
        }
    }
}


static ngx_int_t
ngx_http_dm_body_take(ngx_http_request_t *r, ngx_http_dm_ctx_t *ctx)
{
    size_t        size;
    ngx_int_t     rc;
    ngx_buf_t    *b;
    ngx_chain_t  *cl, *next;

    cl = r->request_body->bufs;
    r->request_body->bufs = NULL;

    for ( /* void */ ; cl; cl = next) {
        b = cl->buf;
        size = b->last - b->pos;

        rc = ngx_http_dm_body_room(r, ctx, size);
        if (rc != NGX_OK) {
            return rc;
        }

        if (size) {
            ctx->body->last = ngx_cpymem(ctx->body->last, b->pos, size);
            b->pos = b->last;
        }

        next = cl->next;
        ngx_free_chain(r->pool, cl);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_dm_body_room(ngx_http_request_t *r, ngx_http_dm_ctx_t *ctx,
    size_t size)
{
    off_t       want;
    size_t      used;
    ngx_buf_t  *b, *old;

    old = ctx->body;
    used = old ? old->last - old->pos : 0;

    if (size > ctx->body_max - used) {
        return NGX_DECLINED;
    }

    if (size == 0 || (old && size <= (size_t) (old->end - old->last))) {
        return NGX_OK;
    }

    want = r->headers_in.chunked ? (off_t) ngx_max(2 * used,
                                                   NGX_HTTP_DM_BODY_FIRST)
                                 : r->headers_in.content_length_n;
    want = ngx_max(want, (off_t) (used + size));
    want = ngx_min(want, (off_t) ctx->body_max);

    b = ngx_create_temp_buf(r->pool, want);
    if (b == NULL) {
        return NGX_ERROR;
    }

    if (old) {
        b->last = ngx_cpymem(b->last, old->pos, used);
        (void) ngx_pfree(r->pool, old->start);
    }

    ctx->body = b;

    return NGX_OK;
}


/* To be found where nginx itself would have put it. */
static ngx_int_t
ngx_http_dm_body_put(ngx_http_request_t *r, ngx_http_dm_ctx_t *ctx)
{
    ngx_chain_t  *cl;

    r->request_body_no_buffering = 0;

    if (r->headers_in.chunked) {
        /* HTTP/2 leaves the sum to whoever reads unbuffered */
        r->headers_in.content_length_n = ctx->body
                                         ? ctx->body->last - ctx->body->pos
                                         : 0;
    }

    if (ctx->body == NULL) {
        return NGX_OK;
    }

    cl = ngx_alloc_chain_link(r->pool);
    if (cl == NULL) {
        return NGX_ERROR;
    }

    ctx->body->last_buf = 1;
    cl->buf = ctx->body;
    cl->next = NULL;
    r->request_body->bufs = cl;

    return NGX_OK;
}


ngx_int_t
ngx_http_dm_body_text(ngx_http_request_t *r, off_t max, dm_str_t *text)
{
    off_t         len;
    u_char       *p;
    ngx_chain_t  *cl;

    text->data = "";
    text->len = 0;

    if (r->request_body == NULL || r->request_body->bufs == NULL) {
        return NGX_OK;
    }

    len = 0;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        len += ngx_buf_size(cl->buf);
    }

    if (len > max) {
        return NGX_DECLINED;
    }

    cl = r->request_body->bufs;

    if (cl->next == NULL && ngx_buf_in_memory(cl->buf)) {
        text->data = (const char *) cl->buf->pos;
        text->len = len;
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = (const char *) p;
    text->len = len;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {

        if (ngx_http_dm_body_copy(r, p, cl->buf) != NGX_OK) {
            return NGX_ERROR;
        }

        p += ngx_buf_size(cl->buf);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_dm_body_copy(ngx_http_request_t *r, u_char *p, ngx_buf_t *b)
{
    ssize_t  n;
    size_t   size;

    if (ngx_buf_in_memory(b)) {
        ngx_memcpy(p, b->pos, b->last - b->pos);
        return NGX_OK;
    }

    if (!b->in_file) {
        return NGX_OK;
    }

    size = b->file_last - b->file_pos;

    n = ngx_read_file(b->file, p, size, b->file_pos);

    if (n == NGX_ERROR || (size_t) n != size) {
        ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                      "could not read the request body back from \"%V\"",
                      &b->file->name);
        return NGX_ERROR;
    }

    return NGX_OK;
}
