#include "ngx_http_dm_text.h"


#define NGX_HTTP_DM_TEXT_BUFFER  (16 * 1024)


void
ngx_http_dm_text_init(ngx_http_dm_text_t *text, ngx_pool_t *pool)
{
    ngx_memzero(text, sizeof(ngx_http_dm_text_t));

    text->pool = pool;
    text->next = &text->first;
}


static void
ngx_http_dm_text_buffer(ngx_http_dm_text_t *text, size_t size)
{
    ngx_chain_t  *cl;

    cl = ngx_alloc_chain_link(text->pool);
    if (cl == NULL) {
        text->failed = 1;
        return;
    }

    cl->next = NULL;
    cl->buf = ngx_create_temp_buf(text->pool, size);

    if (cl->buf == NULL) {
        text->failed = 1;
        return;
    }

    text->buf = cl->buf;
    *text->next = cl;
    text->next = &cl->next;
}


/*
 * A piece that fills the buffer to its end may have been cut: it goes to the
 * next buffer, twice as large, until it does not.
 */
void
ngx_http_dm_text_add(ngx_http_dm_text_t *text, const char *format, ...)
{
    size_t    size;
    u_char   *last;
    va_list   args;

    size = NGX_HTTP_DM_TEXT_BUFFER;

    while (!text->failed) {

        if (text->buf) {
            va_start(args, format);
            last = ngx_vslprintf(text->buf->last, text->buf->end, format,
                                 args);
            va_end(args);

            if (last < text->buf->end) {
                text->buf->last = last;
                return;
            }
        }

        ngx_http_dm_text_buffer(text, size);
        size *= 2;
    }
}


/* Empty buffers are no part of a chain that is sent. */
ngx_chain_t *
ngx_http_dm_text_done(ngx_http_dm_text_t *text)
{
    ngx_chain_t  **cl;

    if (text->failed) {
        return NULL;
    }

    for (cl = &text->first; *cl; /* void */ ) {
        if (ngx_buf_size((*cl)->buf) == 0) {
            *cl = (*cl)->next;
            continue;
        }

        cl = &(*cl)->next;
    }

    return text->first;
}


ngx_str_t
ngx_http_dm_text_escape(ngx_http_dm_text_t *text, const void *data, size_t len,
    const char *chars, const char *const *by)
{
    size_t        i, size;
    u_char       *p;
    ngx_str_t     out;
    const char   *c, *from;

    from = data;
    size = len + 1;

    for (i = 0; i < len; i++) {
        c = from[i] ? strchr(chars, from[i]) : NULL;
        size += c ? ngx_strlen(by[c - chars]) : 0;
    }

    out.len = 0;
    out.data = ngx_pnalloc(text->pool, size);

    if (out.data == NULL) {
        text->failed = 1;
        return out;
    }

    p = out.data;

    for (i = 0; i < len; i++) {
        c = from[i] ? strchr(chars, from[i]) : NULL;

        if (c) {
            p = ngx_cpymem(p, by[c - chars], ngx_strlen(by[c - chars]));

        } else {
            *p++ = (u_char) from[i];
        }
    }

    out.len = p - out.data;

    return out;
}
