#include "ngx_http_dm_gate.h"
#include "ngx_http_dm_body.h"
#include "ngx_http_dm_count.h"
#include "ngx_http_dm_credential.h"
#include "ngx_http_dm_decision.h"
#include "ngx_http_dm_judge.h"
#include "ngx_http_dm_look.h"
#include "ngx_http_dm_request.h"


static ngx_int_t ngx_http_dm_gate_guarded(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_gate_t *gate,
    ngx_http_dm_ctx_t *ctx);


ngx_int_t
ngx_http_dm_gate(ngx_http_request_t *r, const ngx_http_dm_loc_conf_t *conf)
{
    dm_gate_t           gate;
    unsigned            ambiguous;
    ngx_uint_t          decided;
    dm_request_t        request;
    dm_route_glance_t   glance;
    ngx_http_dm_ctx_t  *ctx;

    ctx = ngx_http_dm_ctx(r, 0);

    if (ctx && ctx->decided && ctx->conf == conf
        && ctx->uri.data == r->uri.data && ctx->uri.len == r->uri.len)
    {
        return NGX_DECLINED;
    }

    glance = ngx_http_dm_request_glance(r, conf);

    if (glance == DM_ROUTE_HARMLESS && ctx == NULL && !conf->stream) {
        dm_counts_request(ngx_http_dm_count_slot(conf->zone),
                          DM_COUNT_ENFORCED, DM_ACTION_NONE,
                          DM_REASON_NOT_GUARDED);
        return NGX_DECLINED;
    }

    ngx_http_dm_request_init(r, glance, &request);

    ambiguous = 0;

    if (glance == DM_ROUTE_PLAIN) {

        /* whichever it is that the origin is sent */
        gate.action = dm_route_plain(&conf->routes, &request.route);

    } else if (ngx_http_dm_request_action(r, conf, &request, &gate.action,
                                          &ambiguous)
               != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    decided = dm_gate_route(&gate, ambiguous, request.fragment, conf->stream,
                            request.route.preflight,
                            ngx_http_dm_zone_ready(conf->zone));

    ctx = ngx_http_dm_ctx(r, 1);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->delivery) {
        ngx_http_dm_ctx_reset(ctx);
    }

    ctx->conf = conf;
    ctx->uri = r->uri;
    ctx->decided = 0;
    ctx->connect = gate.connect;
    ctx->action = gate.action;
    ctx->status = DM_STATUS_UNDECIDED;
    ctx->reason = gate.reason;

    if (!decided) {
        return ngx_http_dm_gate_guarded(r, conf, &gate, ctx);
    }

    if (gate.reason != DM_REASON_NOT_GUARDED) {
        return ngx_http_dm_decision(r, conf, ctx);
    }

    ctx->decided = 1;
    ngx_http_dm_decision_count(conf, ctx);

    return NGX_DECLINED;
}


static ngx_int_t
ngx_http_dm_gate_guarded(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_gate_t *gate,
    ngx_http_dm_ctx_t *ctx)
{
    dm_str_t     form;
    ngx_int_t    rc;
    dm_action_t  action;

    form.data = "";
    form.len = 0;

    /* a subrequest carries the body of its main request, once it is read */

    if (ngx_http_dm_credential_has_form(r)) {

        if (ngx_http_dm_credential_coded(r)) {
            ctx->reason = DM_REASON_BAD_CREDENTIALS;
            return ngx_http_dm_decision(r, conf, ctx);
        }

        if (r == r->main && !ctx->body_read) {
            return ngx_http_dm_body_read(r, ctx);
        }

        rc = ngx_http_dm_body_text(r, DM_FORM_MAX, &form);

        if (rc == NGX_ERROR) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        if (rc == NGX_DECLINED) {
            ctx->reason = DM_REASON_BAD_CREDENTIALS;
            return ngx_http_dm_decision(r, conf, ctx);
        }

        if (ngx_http_dm_request_form_action(r, conf, form, &action) != NGX_OK)
        {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        dm_gate_form(gate, action);

        ctx->action = gate->action;
        ctx->connect = gate->connect;
    }

    if (ngx_http_dm_look_form(r, conf, form, ctx) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->reason = dm_gate_reason(gate,
                                 ngx_http_dm_judge(conf, ctx,
                                                   ctx->found ? &ctx->grant
                                                              : NULL,
                                                   gate->action));

    return ngx_http_dm_decision(r, conf, ctx);
}
