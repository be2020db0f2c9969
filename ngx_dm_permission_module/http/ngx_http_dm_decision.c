#include "ngx_http_dm_decision.h"
#include "ngx_http_dm_answer.h"
#include "ngx_http_dm_count.h"
#include "ngx_http_dm_ledger.h"


static dm_rare ngx_int_t ngx_http_dm_decision_record(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, ngx_http_dm_ctx_t *ctx);
static dm_rare void ngx_http_dm_decision_log(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, ngx_http_dm_ctx_t *ctx);


ngx_int_t
ngx_http_dm_decision(ngx_http_request_t *r, const ngx_http_dm_loc_conf_t *conf,
    ngx_http_dm_ctx_t *ctx)
{
    ctx->decided = 1;
    ctx->status = dm_gate_status(ctx->reason, ngx_http_dm_dry_run(conf));

    if (conf->ledger && ngx_http_dm_decision_record(r, conf, ctx) != NGX_OK) {
        ctx->reason = DM_REASON_NOT_READY;
        ctx->status = DM_STATUS_REJECTED;
    }

    ngx_http_dm_decision_count(conf, ctx);

    if (ctx->status == DM_STATUS_PASSED) {
        return NGX_DECLINED;
    }

    ngx_http_dm_decision_log(r, conf, ctx);

    if (ctx->status == DM_STATUS_REJECTED_DRY_RUN) {
        return NGX_DECLINED;
    }

    return ngx_http_dm_answer(r, conf, ctx->reason);
}


/* What comes of a request that passes is not known before it has gone out. */
static ngx_int_t
ngx_http_dm_decision_record(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, ngx_http_dm_ctx_t *ctx)
{
    dm_ledger_record_t       record;
    const dm_reason_info_t  *info;

    static const dm_ledger_decision_t  decisions[] = {
        [DM_STATUS_UNDECIDED] = DM_LEDGER_UNDECIDED,
        [DM_STATUS_PASSED] = DM_LEDGER_PASSED,
        [DM_STATUS_REJECTED] = DM_LEDGER_REJECTED,
        [DM_STATUS_REJECTED_DRY_RUN] = DM_LEDGER_REJECTED_DRY_RUN
    };

    info = dm_reason_info(ctx->reason);

    ngx_http_dm_ledger_of(ctx, &record);

    record.kind = ctx->delivery ? DM_LEDGER_DELIVERY : DM_LEDGER_GATE;
    record.action = ctx->connect ? DM_ACTION_NONE : ctx->action;
    record.decision = decisions[ctx->status];
    record.reason = info->word;

    if (ctx->delivery) {
        record.user = ctx->user;
        record.has_user = ctx->has_user;
    }

    if (ctx->cargo) {
        record.bytes = ctx->cargo->bytes;
        record.has_bytes = 1;
        record.events = ctx->cargo->events;
        record.n_events = ctx->cargo->n_events;
        record.body_sha256 = ctx->cargo->sha256;
    }

    if (ctx->status == DM_STATUS_REJECTED) {
        record.status = info->status;
    }

    return ngx_http_dm_ledger(r, conf, &record);
}


/* An app that the table does not know has the name that a sender gave it. */
static ngx_uint_t
ngx_http_dm_decision_of_app(const ngx_http_dm_ctx_t *ctx)
{
    return ctx->delivery ? ctx->app_known : ctx->action != DM_ACTION_NONE;
}


void
ngx_http_dm_decision_count(const ngx_http_dm_loc_conf_t *conf,
    const ngx_http_dm_ctx_t *ctx)
{
    dm_counts_slot_t     *slot;
    dm_count_mode_t       mode;
    dm_count_app_kind_t   kind;

    mode = DM_COUNT_ENFORCED;
    kind = DM_COUNT_APP_PASSED;

    if (ctx->status == DM_STATUS_REJECTED) {
        kind = DM_COUNT_APP_REJECTED;

    } else if (ctx->status == DM_STATUS_REJECTED_DRY_RUN) {
        mode = DM_COUNT_DRY_RUN;
        kind = DM_COUNT_APP_WOULD_REJECT;
    }

    slot = ngx_http_dm_count_slot(conf->zone);

    if (ctx->delivery) {
        dm_counts_delivery(slot, mode, ctx->reason);

    } else {
        dm_counts_request(slot, mode, ctx->action, ctx->reason);
    }

    if (ngx_http_dm_decision_of_app(ctx)) {
        dm_counts_app(slot, (dm_str_t) { (const char *) ctx->app,
                                         ctx->app_len }, kind);
    }
}


static void
ngx_http_dm_decision_log(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, ngx_http_dm_ctx_t *ctx)
{
    ngx_str_t                app;
    dm_str_t                 action, token;
    ngx_uint_t               level;
    const char              *dry;
    const dm_reason_info_t  *info;

    info = dm_reason_info(ctx->reason);
    action = dm_action_word(ctx->action);

    app.data = ctx->app;
    app.len = ctx->app_len;
    token = ngx_http_dm_ctx_fingerprint(ctx);

    dry = ctx->status == DM_STATUS_REJECTED_DRY_RUN ? ", dry run" : "";
    level = info->known ? conf->log_level : NGX_LOG_INFO;

    if (ctx->delivery) {
        ngx_log_error(level, r->connection->log, 0,
                      "delivery refused, reason: %*s, action: %*s, "
                      "app: \"%V\"%s", info->word.len, info->word.data,
                      action.len, action.data, &app, dry);
        return;
    }

    ngx_log_error(level, r->connection->log, 0,
                  "access to direct messages refused, reason: %*s, "
                  "action: %*s, app: \"%V\", token: \"%*s\"%s",
                  info->word.len, info->word.data, action.len, action.data,
                  &app, token.len, token.data, dry);
}
