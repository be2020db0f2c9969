#include "ngx_http_dm_variables.h"
#include "ngx_http_dm_look.h"
#include "ngx_http_dm_request.h"


static ngx_int_t ngx_http_dm_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


typedef enum {
    NGX_HTTP_DM_VAR_STATUS = 0,
    NGX_HTTP_DM_VAR_REASON,
    NGX_HTTP_DM_VAR_ACTION,
    NGX_HTTP_DM_VAR_ACCESS,
    NGX_HTTP_DM_VAR_APP,
    NGX_HTTP_DM_VAR_USER,
    NGX_HTTP_DM_VAR_TOKEN,
    NGX_HTTP_DM_VAR_REVISION,
    NGX_HTTP_DM_VAR_WEBHOOK
} ngx_http_dm_var_t;


/* Not cacheable: an internal redirect can bring a new decision. */
static const ngx_http_variable_t  ngx_http_dm_variables[] = {

    { ngx_string("dm_permission_status"), NULL, ngx_http_dm_variable,
      NGX_HTTP_DM_VAR_STATUS, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("dm_permission_reason"), NULL, ngx_http_dm_variable,
      NGX_HTTP_DM_VAR_REASON, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("dm_permission_action"), NULL, ngx_http_dm_variable,
      NGX_HTTP_DM_VAR_ACTION, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("dm_permission_access"), NULL, ngx_http_dm_variable,
      NGX_HTTP_DM_VAR_ACCESS, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("dm_permission_app"), NULL, ngx_http_dm_variable,
      NGX_HTTP_DM_VAR_APP, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("dm_permission_user"), NULL, ngx_http_dm_variable,
      NGX_HTTP_DM_VAR_USER, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("dm_permission_token"), NULL, ngx_http_dm_variable,
      NGX_HTTP_DM_VAR_TOKEN, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("dm_permission_revision"), NULL, ngx_http_dm_variable,
      NGX_HTTP_DM_VAR_REVISION, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("dm_permission_webhook"), NULL, ngx_http_dm_variable,
      NGX_HTTP_DM_VAR_WEBHOOK, NGX_HTTP_VAR_NOCACHEABLE, 0 }
};


ngx_int_t
ngx_http_dm_variables_add(ngx_conf_t *cf)
{
    size_t                i;
    ngx_str_t             name;
    ngx_http_variable_t  *var;

    for (i = 0; i < sizeof(ngx_http_dm_variables)
                    / sizeof(ngx_http_dm_variables[0]); i++)
    {
        name = ngx_http_dm_variables[i].name;

        var = ngx_http_add_variable(cf, &name, ngx_http_dm_variables[i].flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = ngx_http_dm_variables[i].get_handler;
        var->data = ngx_http_dm_variables[i].data;
    }

    return NGX_OK;
}


/*
 * What the decision says, which is known or not known by now; a request that
 * is not guarded may do without a ctx.
 */
static dm_str_t
ngx_http_dm_variable_decision(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, uintptr_t data)
{
    dm_action_t               action;
    dm_reason_t               reason;
    const ngx_http_dm_ctx_t  *ctx;

    ctx = ngx_http_dm_ctx(r, 0);

    if (data == NGX_HTTP_DM_VAR_STATUS) {
        return dm_status_word(ctx ? ctx->status : DM_STATUS_UNDECIDED);
    }

    if (ctx && ctx->decided) {
        action = ctx->action;
        reason = ctx->reason;

    } else if (conf->zone && conf->delivery == NULL && !conf->stream
               && ngx_http_dm_request_glance(r, conf) == DM_ROUTE_HARMLESS)
    {
        action = DM_ACTION_NONE;
        reason = DM_REASON_NOT_GUARDED;

    } else {
        return DM_STR("");
    }

    return data == NGX_HTTP_DM_VAR_REASON ? dm_reason_info(reason)->word
                                          : dm_action_word(action);
}


static ngx_int_t
ngx_http_dm_variable_user(ngx_http_request_t *r, uint64_t user,
    dm_str_t *value)
{
    u_char  *p;

    p = ngx_pnalloc(r->pool, NGX_INT64_LEN + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    value->data = (const char *) p;
    value->len = ngx_sprintf(p, "%uL", user) - p;

    return NGX_OK;
}


/* What the decision on a delivery says: there is no credential. */
static ngx_int_t
ngx_http_dm_variable_delivery(ngx_http_request_t *r, uintptr_t data,
    dm_str_t *value)
{
    ngx_http_dm_ctx_t  *ctx;

    ctx = ngx_http_dm_ctx(r, 0);

    if (ctx == NULL || !ctx->decided || !ctx->delivery) {
        return NGX_OK;
    }

    switch (data) {

    case NGX_HTTP_DM_VAR_APP:
        value->data = (const char *) ctx->app;
        value->len = ctx->app_len;
        break;

    case NGX_HTTP_DM_VAR_REVISION:
        value->data = (const char *) ctx->revision;
        value->len = ctx->revision_len;
        break;

    case NGX_HTTP_DM_VAR_WEBHOOK:
        *value = ngx_http_dm_str(&ctx->webhook);
        break;

    case NGX_HTTP_DM_VAR_USER:
        return ctx->has_user ? ngx_http_dm_variable_user(r, ctx->user, value)
                             : NGX_OK;
    }

    return NGX_OK;
}


/* What the credential says, looked up here where no decision needed it. */
static ngx_int_t
ngx_http_dm_variable_grant(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, uintptr_t data, dm_str_t *value)
{
    ngx_http_dm_ctx_t  *ctx;

    ctx = ngx_http_dm_look(r, conf);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    switch (data) {

    case NGX_HTTP_DM_VAR_ACCESS:
        (void) ngx_http_dm_look_level(r, conf, value);
        break;

    case NGX_HTTP_DM_VAR_APP:
        value->data = (const char *) ctx->app;
        value->len = ctx->app_len;
        break;

    case NGX_HTTP_DM_VAR_TOKEN:
        *value = ngx_http_dm_ctx_fingerprint(ctx);
        break;

    case NGX_HTTP_DM_VAR_REVISION:
        value->data = (const char *) ctx->revision;
        value->len = ctx->revision_len;
        break;

    case NGX_HTTP_DM_VAR_USER:
        return ctx->found && !ctx->grant.app_only
               ? ngx_http_dm_variable_user(r, ctx->grant.user, value) : NGX_OK;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_dm_variable(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    dm_str_t                 value;
    ngx_int_t                rc;
    ngx_http_dm_loc_conf_t  *conf;

    conf = ngx_http_get_module_loc_conf(r, ngx_http_dm_permission_module);

    value.data = "";
    value.len = 0;

    rc = NGX_OK;

    if (data <= NGX_HTTP_DM_VAR_ACTION) {
        value = ngx_http_dm_variable_decision(r, conf, data);

    } else if (conf->zone && conf->delivery) {
        rc = ngx_http_dm_variable_delivery(r, data, &value);

    } else if (conf->zone) {
        rc = ngx_http_dm_variable_grant(r, conf, data, &value);
    }

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->data = (u_char *) value.data;
    v->len = value.len;

    return NGX_OK;
}
