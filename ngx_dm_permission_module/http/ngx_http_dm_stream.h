/* A long-lived response, from which direct messages are taken out. */

#ifndef NGX_HTTP_DM_STREAM_H
#define NGX_HTTP_DM_STREAM_H

#include "ngx_http_dm_permission_module.h"


/*
 * Makes of a request that may connect one whose answer can be filtered: the
 * origin is not asked for a compressed one, nor for a part of it.  To be
 * called in any phase before the content is asked for; NGX_DECLINED, or an
 * HTTP status.
 */
ngx_int_t ngx_http_dm_stream_prepare(ngx_http_request_t *r);

/* Merges its directives; NGX_CONF_ERROR where one has no table to ask. */
char *ngx_http_dm_stream_merge(ngx_conf_t *cf,
    const ngx_http_dm_loc_conf_t *prev, ngx_http_dm_loc_conf_t *conf);

/* Installs the filters behind dm_permission_stream. */
void ngx_http_dm_stream_filter_init(void);

#endif
