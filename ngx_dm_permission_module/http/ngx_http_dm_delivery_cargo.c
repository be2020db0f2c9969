#include "ngx_http_dm_delivery.h"


static ngx_int_t ngx_http_dm_delivery_ids(ngx_http_request_t *r,
    const dm_payload_t *payload, ngx_http_dm_cargo_t *cargo);


ngx_int_t
ngx_http_dm_delivery_cargo(ngx_http_request_t *r, ngx_http_dm_ctx_t *ctx,
    dm_str_t body, const dm_payload_t *payload)
{
    ngx_http_dm_cargo_t  *cargo;

    cargo = ngx_pcalloc(r->pool, sizeof(ngx_http_dm_cargo_t));
    if (cargo == NULL) {
        return NGX_ERROR;
    }

    cargo->bytes = body.len;

    if (dm_digest_once(body, cargo->sha256) != 0) {
        ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                      "SHA-256 of a delivery failed");
        return NGX_ERROR;
    }

    ctx->cargo = cargo;

    return ngx_http_dm_delivery_ids(r, payload, cargo);
}


/* All of them: the body, which is bounded, is longer than they are. */
static ngx_int_t
ngx_http_dm_delivery_ids(ngx_http_request_t *r, const dm_payload_t *payload,
    ngx_http_dm_cargo_t *cargo)
{
    char      *p;
    size_t     i, n, size;
    dm_str_t   id;

    n = dm_payload_ids(payload);

    if (n == 0) {
        return NGX_OK;
    }

    size = 0;

    for (i = 0; i < n; i++) {
        size += dm_payload_id(payload, i).len;
    }

    cargo->events = ngx_palloc(r->pool, n * sizeof(dm_str_t) + size);
    if (cargo->events == NULL) {
        return NGX_ERROR;
    }

    cargo->n_events = n;
    p = (char *) &cargo->events[n];

    for (i = 0; i < n; i++) {
        id = dm_payload_id(payload, i);

        cargo->events[i].data = p;
        cargo->events[i].len = id.len;
        p = (char *) ngx_cpymem(p, id.data, id.len);
    }

    return NGX_OK;
}
