/* The request's body, read before the request goes anywhere. */

#ifndef NGX_HTTP_DM_BODY_H
#define NGX_HTTP_DM_BODY_H

#include "ngx_http_dm_permission_module.h"


/*
 * Reads the body; the phases go on, from the calling one again, when it is
 * there.  To be called once: then ctx->body_read is set.  NGX_DONE, or an
 * HTTP status.
 */
ngx_int_t ngx_http_dm_body_read(ngx_http_request_t *r, ngx_http_dm_ctx_t *ctx);

/*
 * The same, into memory and no further than `max` bytes, in whatever parts
 * the body comes: of a longer one ctx->body_long tells, its rest stays where
 * it is, and the connection ends with the request, which must be refused.
 */
ngx_int_t ngx_http_dm_body_read_max(ngx_http_request_t *r,
    ngx_http_dm_ctx_t *ctx, size_t max);

/*
 * The body that has been read, as one string in memory of the request's:
 * empty where there is none.  NGX_DECLINED where it is longer than `max`;
 * NGX_ERROR.
 */
ngx_int_t ngx_http_dm_body_text(ngx_http_request_t *r, off_t max,
    dm_str_t *text);

#endif
