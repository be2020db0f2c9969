#include "ngx_http_dm_count.h"
#include "ngx_http_dm_judge.h"
#include "ngx_http_dm_ledger.h"
#include "ngx_http_dm_stream_state.h"


static void ngx_http_dm_stream_end(ngx_http_dm_stream_t *s,
    dm_reason_t reason);
static void ngx_http_dm_stream_would(ngx_http_dm_stream_t *s);
static ngx_uint_t ngx_http_dm_stream_granted(ngx_http_dm_stream_t *s,
    dm_reason_t *reason, const dm_message_t *message);
static ngx_uint_t ngx_http_dm_stream_record(ngx_http_dm_stream_t *s,
    dm_str_t text, dm_reason_t reason, const dm_message_t *message,
    ngx_uint_t passes);
static void ngx_http_dm_stream_undecidable(ngx_http_dm_stream_t *s,
    dm_str_t text);


dm_reason_t
ngx_http_dm_stream_look(ngx_http_dm_stream_t *s)
{
    dm_reason_t               reason;
    const dm_grant_t         *grant;
    const ngx_http_dm_ctx_t  *ctx;

    ctx = s->ctx;

    if (!ngx_http_dm_zone_ready(s->conf->zone)) {
        return DM_REASON_NOT_READY;
    }

    grant = NULL;

    if (ctx->outcome == DM_OAUTH_FOUND
        && dm_table_find(s->conf->zone->shared->table, ctx->key,
                         ctx->credential.consumer_key, &s->grant)
           == 1)
    {
        grant = &s->grant;
        s->known = 1;
    }

    reason = ngx_http_dm_judge(s->conf, ctx, grant, DM_ACTION_READ);

    /* dm_permission_unknown_token lets it in, nobody has granted it anything */

    if (grant == NULL && reason == DM_REASON_PASSED) {
        reason = DM_REASON_UNKNOWN_TOKEN;
    }

    if (s->known && !dm_gate_valid(reason) && !s->conf->stream_filter) {
        ngx_http_dm_stream_end(s, reason);
    }

    return reason;
}


static void
ngx_http_dm_stream_end(ngx_http_dm_stream_t *s, dm_reason_t reason)
{
    ngx_str_t           app;
    dm_str_t            word, token;
    ngx_uint_t          dry;
    ngx_http_dm_ctx_t  *ctx;

    dry = ngx_http_dm_dry_run(s->conf);

    if (s->ending || (dry && s->warned)) {
        return;
    }

    ctx = s->ctx;
    ctx->reason = reason;
    ctx->status = dm_gate_status(reason, dry);

    if (dry) {
        s->warned = 1;
        ngx_http_dm_stream_would(s);

    } else {
        s->ending = 1;
        dm_counts_add(ngx_http_dm_count_slot(s->conf->zone),
                      DM_COUNT_STREAM_CLOSED, 1);
    }

    word = dm_reason_info(reason)->word;
    app.data = ctx->app;
    app.len = ctx->app_len;
    token = ngx_http_dm_ctx_fingerprint(ctx);

    ngx_log_error(s->conf->log_level, s->request->connection->log, 0,
                  "stream ended, reason: %*s, app: \"%V\", token: \"%*s\"%s",
                  word.len, word.data, &app, token.len, token.data,
                  dry ? ", dry run" : "");
}


/* A stream that enforcement would take something from counts once. */
static void
ngx_http_dm_stream_would(ngx_http_dm_stream_t *s)
{
    if (s->would) {
        return;
    }

    s->would = 1;

    dm_counts_app(ngx_http_dm_count_slot(s->conf->zone),
                  (dm_str_t) { (const char *) s->ctx->app, s->ctx->app_len },
                  DM_COUNT_APP_WOULD_REJECT);
}


/*
 * Where the token may see everything nothing is withheld, whatever it is; a
 * ledger asks all the same what it was.
 */
ngx_uint_t
ngx_http_dm_stream_passes(ngx_http_dm_stream_t *s, dm_str_t text)
{
    ngx_uint_t    all, passes;
    dm_count_t    count;
    dm_reason_t   reason;
    dm_message_t  message;

    reason = ngx_http_dm_stream_look(s);

    if (s->ending) {
        return 0;
    }

    all = s->conf->stream == NGX_HTTP_DM_STREAM_USER
          && reason == DM_REASON_PASSED;

    ngx_memzero(&message, sizeof(dm_message_t));

    if (!all || s->conf->ledger) {

        if (text.data) {
            dm_message_judge(text, s->conf->ledger || s->conf->stream
                                              == NGX_HTTP_DM_STREAM_SITE,
                             &message);

        } else {
            message.kind = DM_MESSAGE_UNDECIDABLE;
        }
    }

    passes = all || message.kind == DM_MESSAGE_OTHER
             || (message.kind == DM_MESSAGE_DIRECT
                 && ngx_http_dm_stream_granted(s, &reason, &message));

    count = passes ? DM_COUNT_STREAM_DELIVERED
            : message.kind == DM_MESSAGE_DIRECT ? DM_COUNT_STREAM_WITHHELD
                                                : DM_COUNT_STREAM_UNDECIDABLE;

    if (count == DM_COUNT_STREAM_UNDECIDABLE) {
        ngx_http_dm_stream_undecidable(s, text);
    }

    dm_counts_add(ngx_http_dm_count_slot(s->conf->zone), count, 1);

    if (!passes && ngx_http_dm_dry_run(s->conf)) {
        ngx_http_dm_stream_would(s);
        passes = 1;
    }

    return s->conf->ledger && message.kind != DM_MESSAGE_OTHER
           ? ngx_http_dm_stream_record(s, text, reason, &message, passes)
           : passes;
}


/* Of a site stream: the user's grant to the app decides, and is the reason. */
static ngx_uint_t
ngx_http_dm_stream_granted(ngx_http_dm_stream_t *s, dm_reason_t *reason,
    const dm_message_t *message)
{
    char               id[64];
    dm_str_t           app;
    dm_user_grant_t    held;
    const dm_table_t  *table;

    if (s->conf->stream != NGX_HTTP_DM_STREAM_SITE
        || !dm_gate_valid(*reason))
    {
        return 0;
    }

    *reason = DM_REASON_NO_DM_ACCESS;

    if (!message->has_user) {
        return 0;
    }

    table = s->conf->zone->shared->table;

    app.data = id;
    app.len = dm_table_app_id(table, &s->grant, id);

    if (app.len == 0
        || dm_table_user(table, app, message->user, ngx_time(), &held) != 1
        || !held.dm || held.app_suspended)
    {
        return 0;
    }

    *reason = DM_REASON_PASSED;

    return 1;
}


/* 1 if the message may go out, which it may not where it must be recorded. */
static ngx_uint_t
ngx_http_dm_stream_record(ngx_http_dm_stream_t *s, dm_str_t text,
    dm_reason_t reason, const dm_message_t *message, ngx_uint_t passes)
{
    ngx_http_dm_ctx_t   *ctx;
    dm_ledger_record_t   record;

    ctx = s->ctx;

    ctx->revision_len = dm_table_revision(s->conf->zone->shared->table,
                                          (char *) ctx->revision);

    ngx_http_dm_ledger_of(ctx, &record);

    record.kind = DM_LEDGER_STREAM;
    record.action = DM_ACTION_READ;
    record.decision = passes ? DM_LEDGER_DELIVERED : DM_LEDGER_WITHHELD;
    record.reason = dm_reason_info(reason)->word;
    record.bytes = text.len;
    record.has_bytes = text.data != NULL;
    record.message.data = message->id;
    record.message.len = message->id_len;

    if (s->conf->stream == NGX_HTTP_DM_STREAM_SITE) {
        record.user = message->user;
        record.has_user = message->has_user;
    }

    return ngx_http_dm_ledger(s->request, s->conf, &record) == NGX_OK
           && passes;
}


static void
ngx_http_dm_stream_undecidable(ngx_http_dm_stream_t *s, dm_str_t text)
{
    const char        *dry;
    ngx_connection_t  *c;

    c = s->request->connection;
    dry = ngx_http_dm_dry_run(s->conf) ? ", dry run" : "";

    if (text.data) {
        ngx_log_error(NGX_LOG_INFO, c->log, 0,
                      "message of a stream cannot be judged, %uz bytes%s",
                      text.len, dry);

    } else {
        ngx_log_error(NGX_LOG_INFO, c->log, 0,
                      "message of a stream cannot be judged, longer than %uz "
                      "bytes or without its length%s", s->conf->stream_max,
                      dry);
    }
}
