/* The decision on a request by the level of its token. */

#ifndef NGX_HTTP_DM_GATE_H
#define NGX_HTTP_DM_GATE_H

#include "ngx_http_dm_permission_module.h"


/* Decides a request; declines or answers, never allows. */
ngx_int_t ngx_http_dm_gate(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf);

/*
 * Finds the request's credential and grant, on any route, guarded or not;
 * once per request.  NULL without memory.
 */
ngx_http_dm_ctx_t *ngx_http_dm_gate_look(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf);

/* The level of the request's token; NGX_DECLINED where none is known. */
ngx_int_t ngx_http_dm_gate_level(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_str_t *word);

/* Per process. */
ngx_int_t ngx_http_dm_gate_init_process(ngx_cycle_t *cycle);
void ngx_http_dm_gate_exit_process(void);

#endif
