/* A request -> its credential, and the grant that the table has for it. */

#ifndef NGX_HTTP_DM_LOOK_H
#define NGX_HTTP_DM_LOOK_H

#include "ngx_http_dm_permission_module.h"


/*
 * Finds the request's credential and grant, on any route, guarded or not;
 * once per request.  NULL without memory.
 */
ngx_http_dm_ctx_t *ngx_http_dm_look(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf);

/*
 * The same, again, with the form body, empty where there is none.  NGX_ERROR
 * without memory.
 */
ngx_int_t ngx_http_dm_look_form(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_str_t form, ngx_http_dm_ctx_t *ctx);

/* The level of the request's token; NGX_DECLINED where none is known. */
ngx_int_t ngx_http_dm_look_level(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_str_t *word);

/*
 * Once the configuration is read: what looking needs; NGX_ERROR, logged.  A
 * process that ends gives it back.
 */
ngx_int_t ngx_http_dm_look_init(ngx_conf_t *cf);
void ngx_http_dm_look_exit_process(void);

#endif
