#include "ngx_http_dm_body.h"


static void ngx_http_dm_body_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_dm_body_copy(ngx_http_request_t *r, u_char *p,
    ngx_buf_t *b);


ngx_int_t
ngx_http_dm_body_read(ngx_http_request_t *r, ngx_http_dm_ctx_t *ctx)
{
    ngx_int_t  rc;

    ctx->body_read = 1;
    r->request_body_in_single_buf = 1;

    rc = ngx_http_read_client_request_body(r, ngx_http_dm_body_handler);

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
