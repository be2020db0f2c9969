/* A request -> its credential: header, query, form body. */

#ifndef NGX_HTTP_DM_CREDENTIAL_H
#define NGX_HTTP_DM_CREDENTIAL_H

#include "ngx_http_dm_permission_module.h"


/* 1 if the request has a form body, read or not. */
ngx_uint_t ngx_http_dm_credential_has_form(ngx_http_request_t *r);

/*
 * Sets outcome and credential in ctx.  `form`: the form body, empty where
 * there is none.  NGX_ERROR without memory.  Decoded values live in the
 * request's pool.
 */
ngx_int_t ngx_http_dm_credential_read(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_str_t form, ngx_http_dm_ctx_t *ctx);

#endif
