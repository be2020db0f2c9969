/* A request's credential and its grant -> a reason. */

#ifndef NGX_HTTP_DM_JUDGE_H
#define NGX_HTTP_DM_JUDGE_H

#include "ngx_http_dm_permission_module.h"


/*
 * The rows of the decision from bad_credentials down, for the credential in
 * ctx.  grant: what the table has for it, NULL for an unknown token.
 */
static ngx_inline dm_reason_t
ngx_http_dm_judge(const ngx_http_dm_loc_conf_t *conf,
    const ngx_http_dm_ctx_t *ctx, const dm_grant_t *grant, dm_action_t action)
{
    return dm_gate_judge(action, ctx->outcome, &ctx->credential, grant,
                         &conf->policy, ngx_time());
}

#endif
