/* Text of any length, put together piece by piece. */

#ifndef NGX_HTTP_DM_TEXT_H
#define NGX_HTTP_DM_TEXT_H

#include <ngx_config.h>
#include <ngx_core.h>


typedef struct {
    ngx_pool_t    *pool;
    ngx_chain_t   *first;
    ngx_chain_t  **next;
    ngx_buf_t     *buf;               /* the last one, NULL: none yet */
    ngx_uint_t     failed;            /* there was no memory */
} ngx_http_dm_text_t;


void ngx_http_dm_text_init(ngx_http_dm_text_t *text, ngx_pool_t *pool);

/* Adds what the format of ngx_sprintf() makes. */
void ngx_http_dm_text_add(ngx_http_dm_text_t *text, const char *format, ...);

/* The whole, in memory of the pool; NULL where memory was missing. */
ngx_chain_t *ngx_http_dm_text_done(ngx_http_dm_text_t *text);

/*
 * A copy of `s` in which each of `chars` is replaced by the one of `by` at its
 * place; empty, and text->failed, without memory.
 */
ngx_str_t ngx_http_dm_text_escape(ngx_http_dm_text_t *text, const void *data,
    size_t len, const char *chars, const char *const *by);

#endif
