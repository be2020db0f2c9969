#include "ngx_http_dm_judge.h"


static unsigned ngx_http_dm_judge_consumer(const ngx_http_dm_ctx_t *ctx,
    const dm_grant_t *grant);


dm_reason_t
ngx_http_dm_judge(const ngx_http_dm_loc_conf_t *conf,
    const ngx_http_dm_ctx_t *ctx, const dm_grant_t *grant, dm_action_t action)
{
    switch (ctx->outcome) {

    case DM_OAUTH_BAD:
        return DM_REASON_BAD_CREDENTIALS;

    case DM_OAUTH_AMBIGUOUS:
        return DM_REASON_AMBIGUOUS_CREDENTIALS;

    case DM_OAUTH_NONE:
        return DM_REASON_NO_CREDENTIALS;

    default:
        break;
    }

    if (grant == NULL) {
        return conf->unknown_pass ? DM_REASON_PASSED : DM_REASON_UNKNOWN_TOKEN;
    }

    return dm_access_decide(action, grant,
                            ngx_http_dm_judge_consumer(ctx, grant),
                            &conf->policy, ngx_time());
}


/* RFC 5849 section 3.1: the client's identifier goes with its token. */
static unsigned
ngx_http_dm_judge_consumer(const ngx_http_dm_ctx_t *ctx,
    const dm_grant_t *grant)
{
    return !grant->app_has_key || !ctx->credential.oauth
           || (ctx->credential.has_consumer_key && grant->consumer_same);
}


ngx_uint_t
ngx_http_dm_judge_valid(dm_reason_t reason)
{
    return reason == DM_REASON_PASSED || reason == DM_REASON_NO_DM_ACCESS
           || reason == DM_REASON_APP_ONLY;
}
