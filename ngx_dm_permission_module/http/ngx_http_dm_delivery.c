#include "ngx_http_dm_delivery.h"
#include "dm_delivery.h"
#include "dm_signature.h"
#include "dm_url.h"
#include "ngx_http_dm_body.h"
#include "ngx_http_dm_decision.h"


/* Bytes for the strings of most apps; longer ones lie in the pool. */
#define NGX_HTTP_DM_DELIVERY_SMALL  1024


/* What a decision rests on; nothing of it outlives the decision. */
typedef struct {
    ngx_http_request_t            *request;
    const ngx_http_dm_loc_conf_t  *conf;
    ngx_http_dm_ctx_t             *ctx;
    dm_str_t                       body;
    dm_table_app_t                 app;
    char                          *record;      /* of the app's strings */
    size_t                         record_size;
    dm_delivery_t                  d;
    char                           small[NGX_HTTP_DM_DELIVERY_SMALL];
} ngx_http_dm_delivery_t;


static ngx_int_t ngx_http_dm_delivery_read(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, ngx_http_dm_ctx_t *ctx);
static ngx_int_t ngx_http_dm_delivery_judge(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, ngx_http_dm_ctx_t *ctx);
static ngx_int_t ngx_http_dm_delivery_collect(ngx_http_dm_delivery_t *j);
static ngx_int_t ngx_http_dm_delivery_payload(ngx_http_dm_delivery_t *j);
static ngx_int_t ngx_http_dm_delivery_events(ngx_http_dm_delivery_t *j);
static ngx_int_t ngx_http_dm_delivery_app(ngx_http_dm_delivery_t *j);
static ngx_int_t ngx_http_dm_delivery_record(ngx_http_dm_delivery_t *j,
    dm_str_t id);
static ngx_int_t ngx_http_dm_delivery_destination(ngx_http_dm_delivery_t *j);
static ngx_int_t ngx_http_dm_delivery_webhook(ngx_http_dm_delivery_t *j,
    const dm_url_t *url);
static ngx_int_t ngx_http_dm_delivery_signature(ngx_http_dm_delivery_t *j);
static void ngx_http_dm_delivery_user(ngx_http_dm_delivery_t *j);


ngx_int_t
ngx_http_dm_delivery(ngx_http_request_t *r, const ngx_http_dm_loc_conf_t *conf)
{
    ngx_http_dm_ctx_t  *ctx;

    ctx = ngx_http_dm_ctx(r, 1);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->decided && ctx->conf == conf
        && ctx->uri.data == r->uri.data && ctx->uri.len == r->uri.len)
    {
        return NGX_DECLINED;
    }

    ngx_http_dm_ctx_reset(ctx);

    ctx->conf = conf;
    ctx->uri = r->uri;
    ctx->delivery = 1;
    ctx->looked = 1;             /* what came as a credential is not one here */

    /* what is not understood may be direct messages for the app to read */

    ctx->action = DM_ACTION_READ;

    if (!ngx_http_dm_zone_ready(conf->zone)) {
        ctx->reason = DM_REASON_NOT_READY;
        return ngx_http_dm_decision(r, conf, ctx);
    }

    ctx->revision_len = dm_table_revision(conf->zone->shared->table,
                                          (char *) ctx->revision);

    if (r == r->main && r->method == NGX_HTTP_POST && !ctx->body_read
        && r->request_body == NULL)
    {
        return ngx_http_dm_delivery_read(r, conf, ctx);
    }

    return ngx_http_dm_delivery_judge(r, conf, ctx);
}


/*
 * In a dry run the origin gets what it would get without the guard, a body
 * that is too long included: then nginx reads it as it is configured to.
 */
static ngx_int_t
ngx_http_dm_delivery_read(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, ngx_http_dm_ctx_t *ctx)
{
    if (r->headers_in.content_length_n > (off_t) conf->delivery_body_max) {
        ctx->reason = DM_REASON_BAD_DELIVERY;
        return ngx_http_dm_decision(r, conf, ctx);
    }

    return ngx_http_dm_dry_run(conf)
           ? ngx_http_dm_body_read(r, ctx)
           : ngx_http_dm_body_read_max(r, ctx, conf->delivery_body_max);
}


static ngx_int_t
ngx_http_dm_delivery_judge(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, ngx_http_dm_ctx_t *ctx)
{
    ngx_int_t               rc;
    ngx_http_dm_delivery_t  j;

    ngx_memzero(&j, offsetof(ngx_http_dm_delivery_t, small));

    j.request = r;
    j.conf = conf;
    j.ctx = ctx;

    rc = ngx_http_dm_delivery_collect(&j);

    /* the secret is in there; the request is not to be touched afterwards */

    ngx_explicit_memzero(j.small, sizeof(j.small));

    if (j.record) {
        ngx_explicit_memzero(j.record, j.record_size);
    }

    if (rc == NGX_OK) {
        ctx->reason = dm_delivery_decide(&j.d);
        rc = ngx_http_dm_decision(r, conf, ctx);

    } else {
        rc = NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    dm_payload_clear(&j.d.payload);

    return rc;
}


static ngx_int_t
ngx_http_dm_delivery_collect(ngx_http_dm_delivery_t *j)
{
    j->d.ready = 1;

    if (ngx_http_dm_delivery_payload(j) != NGX_OK
        || ngx_http_dm_delivery_app(j) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!j->d.app_known) {
        return NGX_OK;
    }

    if (ngx_http_dm_delivery_destination(j) != NGX_OK
        || ngx_http_dm_delivery_signature(j) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_dm_delivery_user(j);

    return NGX_OK;
}


static ngx_int_t
ngx_http_dm_delivery_payload(ngx_http_dm_delivery_t *j)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = j->request;

    if (r->method == NGX_HTTP_GET) {
        j->d.challenge = !ngx_http_dm_delivery_has_body(r);

        if (j->d.challenge) {
            j->ctx->action = DM_ACTION_NONE;
        }

        return NGX_OK;
    }

    if (r->method != NGX_HTTP_POST || j->ctx->body_long) {
        return NGX_OK;
    }

    rc = ngx_http_dm_body_text(r, j->conf->delivery_body_max, &j->body);

    if (rc != NGX_OK) {
        return rc == NGX_DECLINED ? NGX_OK : NGX_ERROR;
    }

    if (ngx_http_dm_delivery_events(j) != NGX_OK) {
        return NGX_ERROR;
    }

    return j->conf->ledger
           ? ngx_http_dm_delivery_cargo(r, j->ctx, j->body, &j->d.payload)
           : NGX_OK;
}


/* A body that is encoded says something else to whoever decodes it. */
static ngx_int_t
ngx_http_dm_delivery_events(ngx_http_dm_delivery_t *j)
{
    int  rc;

    static ngx_str_t  encoding = ngx_string("content_encoding");

    if (ngx_http_dm_delivery_headers(j->request, &encoding) != 0) {
        return NGX_OK;
    }

    rc = dm_payload_parse(j->body, &j->d.payload);

    if (rc == -2) {
        ngx_log_error(NGX_LOG_ALERT, j->request->connection->log, 0,
                      "no memory to read a delivery");
        return NGX_ERROR;
    }

    if (rc != 0) {
        return NGX_OK;
    }

    j->d.payload_ok = 1;
    j->ctx->user = j->d.payload.user;
    j->ctx->has_user = j->d.payload.has_user;

    if (!j->d.payload.direct) {
        j->ctx->action = DM_ACTION_NONE;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_dm_delivery_app(ngx_http_dm_delivery_t *j)
{
    ngx_str_t  id;

    if (ngx_http_complex_value(j->request, j->conf->delivery->app, &id)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!dm_delivery_app_ok(ngx_http_dm_str(&id))
        || !ngx_http_dm_delivery_one_app(j->request, j->conf->delivery))
    {
        return NGX_OK;
    }

    j->d.app_ok = 1;

    if (!ngx_http_dm_delivery_is_id(&id)) {
        return NGX_OK;
    }

    ngx_memcpy(j->ctx->app, id.data, id.len);
    j->ctx->app_len = id.len;

    return ngx_http_dm_delivery_record(j, ngx_http_dm_str(&id));
}


/* What the table has of the app, in memory to be wiped. */
static ngx_int_t
ngx_http_dm_delivery_record(ngx_http_dm_delivery_t *j, dm_str_t id)
{
    int          rc;
    dm_table_t  *table;

    table = j->conf->zone->shared->table;

    rc = dm_table_app(table, id, j->small, sizeof(j->small), &j->app);

    while (rc == -2) {
        /* the record may grow meanwhile, its new size is told again */
        j->record = ngx_pnalloc(j->request->pool, j->app.bytes);
        if (j->record == NULL) {
            return NGX_ERROR;
        }

        j->record_size = j->app.bytes;
        rc = dm_table_app(table, id, j->record, j->record_size, &j->app);
    }

    j->d.ready = rc != -1;
    j->d.app_known = rc == 1;
    j->ctx->app_known = rc == 1;
    j->d.app_suspended = j->app.suspended;

    return NGX_OK;
}


/* One of the app's webhooks: where it goes to, or, not told, the first. */
static ngx_int_t
ngx_http_dm_delivery_destination(ngx_http_dm_delivery_t *j)
{
    size_t      i;
    dm_url_t    url, destination, first;
    unsigned    any, told;
    ngx_str_t   text;

    told = j->conf->delivery->destination != NULL;

    if (told
        && ngx_http_complex_value(j->request, j->conf->delivery->destination,
                                  &text)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (told && dm_url_parse(ngx_http_dm_str(&text), &destination) != 0) {
        /* without a host it is nobody's */
        ngx_memzero(&destination, sizeof(dm_url_t));
    }

    any = 0;

    for (i = 0; i < j->app.n_webhooks; i++) {

        if (dm_url_parse(dm_table_app_webhook(&j->app, i), &url) != 0) {
            continue;
        }

        if (!told || dm_url_same(&url, &destination)) {
            j->d.destination_ok = 1;
            return ngx_http_dm_delivery_webhook(j, &url);
        }

        if (!any) {
            first = url;
            any = 1;
        }
    }

    return any ? ngx_http_dm_delivery_webhook(j, &first) : NGX_OK;
}


/* For "proxy_pass", which would add the client's path where there is none. */
static ngx_int_t
ngx_http_dm_delivery_webhook(ngx_http_dm_delivery_t *j, const dm_url_t *url)
{
    u_char     *p;
    ngx_str_t  *webhook;

    webhook = &j->ctx->webhook;

    p = ngx_pnalloc(j->request->pool, url->site.len + 1 + url->path.len
                                      + url->query.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    webhook->data = p;

    p = ngx_cpymem(p, url->site.data, url->site.len);

    if (url->path.len == 0) {
        *p++ = '/';
    }

    p = ngx_cpymem(p, url->path.data, url->path.len);
    p = ngx_cpymem(p, url->query.data, url->query.len);

    webhook->len = p - webhook->data;

    return NGX_OK;
}


static ngx_int_t
ngx_http_dm_delivery_signature(ngx_http_dm_delivery_t *j)
{
    int        rc;
    ngx_str_t  signature;

    if (!j->app.has_secret || !j->d.payload_ok) {
        j->d.signature_ok = 1;
        return NGX_OK;
    }

    if (ngx_http_complex_value(j->request, j->conf->delivery->signature,
                               &signature)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    rc = dm_signature_check(j->app.secret, j->body,
                            ngx_http_dm_str(&signature));

    if (rc == -1) {
        ngx_log_error(NGX_LOG_ALERT, j->request->connection->log, 0,
                      "HMAC-SHA256 of a delivery failed");
        return NGX_ERROR;
    }

    j->d.signature_ok = rc;

    return NGX_OK;
}


/* Without the index of users nothing can be said of one. */
static void
ngx_http_dm_delivery_user(ngx_http_dm_delivery_t *j)
{
    dm_str_t         app;
    dm_user_grant_t  held;

    if (!j->d.payload_ok || !j->d.payload.has_user) {
        return;
    }

    app.data = (const char *) j->ctx->app;
    app.len = j->ctx->app_len;

    if (dm_table_user(j->conf->zone->shared->table, app, j->d.payload.user,
                      ngx_time(), &held)
        != 1)
    {
        j->d.ready = 0;
        return;
    }

    j->d.live = held.live;
    j->d.dm = held.dm;
}
