/* What becomes of a request that is decided, whoever has decided it. */

#ifndef NGX_HTTP_DM_DECISION_H
#define NGX_HTTP_DM_DECISION_H

#include "ngx_http_dm_permission_module.h"


/*
 * Carries ctx->reason out: counts and logs it, and answers where it refuses
 * and is enforced.  NGX_DECLINED, or NGX_DONE once the request is answered,
 * which then must not be touched.
 */
ngx_int_t ngx_http_dm_decision(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, ngx_http_dm_ctx_t *ctx);

/* Counts a decision that concerns nobody: the request is not guarded. */
void ngx_http_dm_decision_count(const ngx_http_dm_loc_conf_t *conf,
    const ngx_http_dm_ctx_t *ctx);

#endif
