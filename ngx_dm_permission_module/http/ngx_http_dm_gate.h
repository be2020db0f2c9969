/* The decision on a request by the level of its token. */

#ifndef NGX_HTTP_DM_GATE_H
#define NGX_HTTP_DM_GATE_H

#include "ngx_http_dm_permission_module.h"


/* Decides a request; declines or answers, never allows. */
ngx_int_t ngx_http_dm_gate(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf);

#endif
