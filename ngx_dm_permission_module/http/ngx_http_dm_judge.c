#include "ngx_http_dm_judge.h"


dm_reason_t
ngx_http_dm_judge(const ngx_http_dm_loc_conf_t *conf,
    const ngx_http_dm_ctx_t *ctx, const dm_grant_t *grant, dm_action_t action)
{
    return dm_gate_judge(action, ctx->outcome, &ctx->credential, grant,
                         &conf->policy, ngx_time());
}
