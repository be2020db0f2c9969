#include "ngx_http_dm_stream_state.h"


static void ngx_http_dm_stream_free_spent(ngx_http_dm_stream_t *s);


ngx_int_t
ngx_http_dm_stream_keep(ngx_http_dm_stream_t *s, dm_str_t piece)
{
    size_t                      need, size;
    ngx_http_dm_stream_kept_t  *kept;

    kept = s->kept;
    need = sizeof(ngx_http_dm_stream_kept_t) + piece.len
           + (kept ? kept->len : 0);

    if (kept == NULL || kept->size < need) {
        size = kept ? kept->size * 2 : 0;
        size = ngx_max(size, need);

        kept = ngx_alloc(size, s->request->connection->log);
        if (kept == NULL) {
            return NGX_ERROR;
        }

        kept->next = NULL;
        kept->len = 0;
        kept->size = size;

        if (s->kept) {
            ngx_memcpy(kept + 1, s->kept + 1, s->kept->len);
            kept->len = s->kept->len;
            ngx_free(s->kept);
        }

        s->kept = kept;
    }

    ngx_memcpy((u_char *) (kept + 1) + kept->len, piece.data, piece.len);
    kept->len += piece.len;

    return NGX_OK;
}


ngx_int_t
ngx_http_dm_stream_spend(ngx_http_dm_stream_t *s, ngx_uint_t passes)
{
    ngx_buf_t  *b;

    if (!passes) {
        ngx_free(s->kept);
        s->kept = NULL;
        return NGX_OK;
    }

    b = ngx_http_dm_stream_buf(s);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->pos = (u_char *) (s->kept + 1);
    b->last = b->pos + s->kept->len;
    b->start = b->pos;
    b->memory = 1;

    *s->last_spent = s->kept;
    s->last_spent = &s->kept->next;
    s->kept = NULL;

    return NGX_OK;
}


/* Slices that follow each other in a buffer are one. */
ngx_int_t
ngx_http_dm_stream_slice(ngx_http_dm_stream_t *s, dm_str_t piece)
{
    ngx_buf_t  *b;

    if (piece.len == 0) {
        return NGX_OK;
    }

    b = s->last;

    if (b == NULL || b->last != (u_char *) piece.data || b->start || b->flush
        || b->sync)
    {
        b = ngx_http_dm_stream_buf(s);
        if (b == NULL) {
            return NGX_ERROR;
        }

        b->pos = (u_char *) piece.data;
        b->memory = 1;
    }

    b->last = (u_char *) piece.data + piece.len;

    return NGX_OK;
}


ngx_buf_t *
ngx_http_dm_stream_buf(ngx_http_dm_stream_t *s)
{
    ngx_chain_t  *cl;

    cl = ngx_chain_get_free_buf(s->request->pool, &s->free);
    if (cl == NULL) {
        return NULL;
    }

    ngx_memzero(cl->buf, sizeof(ngx_buf_t));

    cl->buf->tag = (ngx_buf_tag_t) &ngx_http_dm_permission_module;
    cl->next = NULL;

    *s->last_out = cl;
    s->last_out = &cl->next;
    s->last = cl->buf;
    s->n_out++;
    s->pushed = 0;

    return s->last;
}


/*
 * More slices than that are let go before there are new ones: nginx may hold
 * them back until there is more to send.
 */
ngx_int_t
ngx_http_dm_stream_push(ngx_http_dm_stream_t *s)
{
    ngx_buf_t  *b;

    b = ngx_http_dm_stream_buf(s);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->flush = 1;
    s->pushed = 1;

    return NGX_OK;
}


ngx_int_t
ngx_http_dm_stream_next(ngx_http_dm_stream_t *s)
{
    ngx_int_t     rc;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    rc = ngx_http_dm_stream_next_body(s->request, s->out);

    for (cl = s->busy; cl && cl->next; cl = cl->next) { /* void */ }

    if (cl) {
        cl->next = s->out;

    } else {
        s->busy = s->out;
    }

    s->out = NULL;
    s->last_out = &s->out;
    s->last = NULL;

    while (s->busy && ngx_buf_size(s->busy->buf) == 0) {
        cl = s->busy;
        b = cl->buf;
        s->busy = cl->next;
        s->n_out--;

        if (b->start) {
            ngx_http_dm_stream_free_spent(s);
        }

        if (b->shadow) {
            ngx_http_dm_stream_release(s, b->shadow);
        }

        cl->next = s->free;
        s->free = cl;
    }

    return rc;
}


/* The copies go out in their order. */
static void
ngx_http_dm_stream_free_spent(ngx_http_dm_stream_t *s)
{
    ngx_http_dm_stream_kept_t  *kept;

    kept = s->spent;
    s->spent = kept->next;

    if (s->spent == NULL) {
        s->last_spent = &s->spent;
    }

    ngx_free(kept);
}


void
ngx_http_dm_stream_release(ngx_http_dm_stream_t *s, const ngx_buf_t *last)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    if (last == NULL && s->busy) {
        return;
    }

    while (s->in != s->walked) {
        cl = s->in;
        b = cl->buf;
        s->in = cl->next;

        b->pos = b->last;
        b->file_pos = b->file_last;
        ngx_free_chain(s->request->pool, cl);

        if (b == last) {
            break;
        }
    }
}
