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


/* The mark is part of the ctx: one allocation is enough. */
static ngx_http_dm_ctx_t *
ngx_http_dm_ctx_create(ngx_http_request_t *r)
{
    ngx_http_dm_ctx_t  *ctx;

    ctx = ngx_palloc(r->pool, sizeof(ngx_http_dm_ctx_t));
    if (ctx == NULL) {
        return NULL;
    }

    ngx_memzero(ctx, offsetof(ngx_http_dm_ctx_t, mark));

    ctx->request = r;
    ctx->mark.handler = ngx_http_dm_ctx_cleanup;
    ctx->mark.data = ctx;
    ctx->mark.next = r->pool->cleanup;

    r->pool->cleanup = &ctx->mark;

    return ctx;
}


ngx_http_dm_ctx_t *
ngx_http_dm_ctx_obtain(ngx_http_request_t *r, ngx_uint_t create)
{
    ngx_http_dm_ctx_t  *ctx;

    ctx = r->internal || r->filter_finalize ? ngx_http_dm_ctx_find(r) : NULL;

    if (ctx == NULL && create) {
        ctx = ngx_http_dm_ctx_create(r);
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
