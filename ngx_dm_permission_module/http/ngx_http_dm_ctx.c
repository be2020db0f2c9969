#include "ngx_http_dm_permission_module.h"


/* Only marks the ctx in the list of the pool's cleanups. */
static void
ngx_http_dm_ctx_cleanup(void *data)
{
    (void) data;
}


/* A subrequest shares its parent's pool, not its ctx. */
static ngx_http_dm_ctx_t *
ngx_http_dm_ctx_find(ngx_http_request_t *r)
{
    ngx_http_dm_ctx_t   *ctx;
    ngx_pool_cleanup_t  *cln;

    for (cln = r->pool->cleanup; cln; cln = cln->next) {
        ctx = cln->data;

        if (cln->handler == ngx_http_dm_ctx_cleanup && ctx->request == r) {
            return ctx;
        }
    }

    return NULL;
}


ngx_http_dm_ctx_t *
ngx_http_dm_ctx(ngx_http_request_t *r, ngx_uint_t create)
{
    ngx_http_dm_ctx_t   *ctx;
    ngx_pool_cleanup_t  *cln;

    ctx = ngx_http_get_module_ctx(r, ngx_http_dm_permission_module);

    if (ctx) {
        return ctx;
    }

    /* only an internal redirect clears what was set */

    if (r->internal || r->filter_finalize) {
        ctx = ngx_http_dm_ctx_find(r);
    }

    if (ctx == NULL && create) {
        cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_http_dm_ctx_t));
        if (cln == NULL) {
            return NULL;
        }

        cln->handler = ngx_http_dm_ctx_cleanup;
        ctx = cln->data;
        ngx_memzero(ctx, offsetof(ngx_http_dm_ctx_t, key));
        ctx->request = r;
    }

    if (ctx) {
        ngx_http_set_ctx(r, ctx, ngx_http_dm_permission_module);
    }

    return ctx;
}


/* Few requests need it: it is written where it is asked for. */
dm_str_t
ngx_http_dm_ctx_fingerprint(ngx_http_dm_ctx_t *ctx)
{
    if (!ctx->has_key) {
        return DM_STR("");
    }

    dm_digest_fingerprint(ctx->key, (char *) ctx->fingerprint);

    return (dm_str_t) { (const char *) ctx->fingerprint, DM_FINGERPRINT_LEN };
}


void
ngx_http_dm_ctx_reset(ngx_http_dm_ctx_t *ctx)
{
    ctx->decided = 0;
    ctx->status = DM_STATUS_UNDECIDED;
    ctx->looked = 0;
    ctx->found = 0;
    ctx->has_key = 0;
    ctx->app_len = 0;
    ctx->revision_len = 0;

    ctx->delivery = 0;
    ctx->has_user = 0;
    ctx->app_known = 0;
    ngx_str_null(&ctx->webhook);
    ctx->cargo = NULL;
}
