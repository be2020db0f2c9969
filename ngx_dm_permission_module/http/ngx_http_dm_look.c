#include "ngx_http_dm_look.h"
#include "ngx_http_dm_credential.h"


/*
 * The master's, and so each process's own after fork(): no request has to
 * allocate one, and no worker can fail for want of it, which nginx would not
 * start again.
 */
static dm_digest_t  *ngx_http_dm_digest;


/* The credential of header, query and form: ctx->outcome. */
static ngx_int_t
ngx_http_dm_look_credential(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_str_t form, ngx_http_dm_ctx_t *ctx)
{
    char                    *scratch;
    size_t                   len;
    dm_str_t                 texts[3];
    dm_oauth_place_t         places[3];
    const dm_oauth_place_t  *found;

    texts[0].data = NULL;
    texts[0].len = 0;
    texts[1] = ngx_http_dm_str(&r->args);
    texts[2] = form;

    len = r->args.len + form.len;

    if (r->headers_in.authorization) {
        texts[0] = ngx_http_dm_str(&r->headers_in.authorization->value);
        len += texts[0].len + DM_OAUTH_PAD;
    }

    scratch = ctx->scratch;

    if (len > NGX_HTTP_DM_SCRATCH) {
        scratch = ngx_pnalloc(r->pool, len);
        if (scratch == NULL) {
            return NGX_ERROR;
        }
    }

    ctx->outcome = dm_gate_credential(texts, conf->sources, scratch, places,
                                      &found);

    if (ctx->outcome == DM_OAUTH_FOUND) {
        ctx->credential = *found;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_dm_look_form(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_str_t form, ngx_http_dm_ctx_t *ctx)
{
    ctx->looked = 1;
    ctx->found = 0;
    ctx->has_key = 0;
    ctx->app_len = 0;

    ctx->revision_len = dm_table_revision(conf->zone->shared->table,
                                          (char *) ctx->revision);

    if (ngx_http_dm_look_credential(r, conf, form, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ctx->outcome != DM_OAUTH_FOUND) {
        return NGX_OK;
    }

    if (dm_digest_key(ngx_http_dm_digest, ctx->credential.token, ctx->key)
        != 0)
    {
        ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                      "SHA-256 of a token failed");
        return NGX_ERROR;
    }

    ctx->has_key = 1;

    if (dm_table_find(conf->zone->shared->table, ctx->key,
                      ctx->credential.consumer_key, &ctx->grant)
        == 1)
    {
        ctx->found = 1;
        ctx->app_len = dm_table_app_id(conf->zone->shared->table,
                                       &ctx->grant, (char *) ctx->app);
    }

    return NGX_OK;
}


ngx_http_dm_ctx_t *
ngx_http_dm_look(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf)
{
    dm_str_t            form;
    ngx_http_dm_ctx_t  *ctx;

    ctx = ngx_http_dm_ctx(r, 1);
    if (ctx == NULL) {
        return NULL;
    }

    if (ctx->looked) {
        return ctx;
    }

    form.data = "";
    form.len = 0;

    return ngx_http_dm_look_form(r, conf, form, ctx) == NGX_OK ? ctx : NULL;
}


ngx_int_t
ngx_http_dm_look_level(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_str_t *word)
{
    ngx_http_dm_ctx_t  *ctx;

    ctx = ngx_http_dm_look(r, conf);

    if (ctx == NULL || !ctx->found) {
        return NGX_DECLINED;
    }

    *word = dm_level_word(dm_access_effective(ctx->grant.may,
                                              (dm_flow_t) ctx->grant.flow,
                                              ctx->grant.app_first_party));

    return NGX_OK;
}


ngx_int_t
ngx_http_dm_look_init(ngx_conf_t *cf)
{
    if (ngx_http_dm_digest) {
        return NGX_OK;
    }

    ngx_http_dm_digest = dm_digest_create();

    if (ngx_http_dm_digest == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "SHA-256 is not available");
        return NGX_ERROR;
    }

    return NGX_OK;
}


void
ngx_http_dm_look_exit_process(void)
{
    dm_digest_destroy(ngx_http_dm_digest);
    ngx_http_dm_digest = NULL;
}
