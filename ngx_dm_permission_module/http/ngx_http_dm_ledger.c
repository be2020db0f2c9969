#include "ngx_http_dm_ledger.h"
#include "ngx_http_dm_count.h"
#include "ngx_http_dm_id.h"

#include <ngx_event.h>


#define NGX_HTTP_DM_LEDGER_RETRY  1000     /* milliseconds */

/* Longer lines, those of many events, are made in memory of their own. */
#define NGX_HTTP_DM_LEDGER_LINE   4096


static ngx_int_t ngx_http_dm_ledger_write(ngx_http_dm_ledger_t *ledger,
    dm_ledger_record_t *record);
static ngx_int_t ngx_http_dm_ledger_put(ngx_http_dm_ledger_t *ledger,
    u_char *line, size_t len);
static ngx_int_t ngx_http_dm_ledger_catch_up(ngx_http_dm_ledger_t *ledger);
static ngx_int_t ngx_http_dm_ledger_gap(ngx_http_dm_ledger_t *ledger,
    dm_ledger_decision_t decision, uint64_t *lost);
static void ngx_http_dm_ledger_begin(ngx_http_dm_ledger_t *ledger);
static void ngx_http_dm_ledger_lose(ngx_http_dm_ledger_t *ledger,
    const ngx_http_dm_loc_conf_t *conf, ngx_uint_t refused);
static void ngx_http_dm_ledger_retry(ngx_event_t *ev);


void
ngx_http_dm_ledger_of(ngx_http_dm_ctx_t *ctx, dm_ledger_record_t *record)
{
    ngx_memzero(record, sizeof(dm_ledger_record_t));

    record->app.data = (const char *) ctx->app;
    record->app.len = ctx->app_len;
    record->token = ngx_http_dm_ctx_fingerprint(ctx);
    record->revision.data = (const char *) ctx->revision;
    record->revision.len = ctx->revision_len;

    if (ctx->found && !ctx->grant.app_only) {
        record->user = ctx->grant.user;
        record->has_user = 1;
    }
}


ngx_int_t
ngx_http_dm_ledger(ngx_http_request_t *r, const ngx_http_dm_loc_conf_t *conf,
    dm_ledger_record_t *record)
{
    ngx_uint_t                refuse;
    ngx_http_dm_ledger_t     *ledger;
    ngx_http_dm_main_conf_t  *dmcf;

    ledger = conf->ledger;

    if (ledger == NULL) {
        return NGX_OK;
    }

    dmcf = ngx_http_get_module_main_conf(r, ngx_http_dm_permission_module);
    record->request = ngx_http_dm_id(r, dmcf->request_id);

    if (ngx_http_dm_ledger_catch_up(ledger) == NGX_OK
        && ngx_http_dm_ledger_write(ledger, record) == NGX_OK)
    {
        dm_counts_add(ngx_http_dm_count_slot(conf->zone),
                      DM_COUNT_LEDGER_RECORDS, 1);
        return NGX_OK;
    }

    refuse = conf->ledger_refuse && !ngx_http_dm_dry_run(conf);

    ngx_http_dm_ledger_lose(ledger, conf, refuse);

    return refuse ? NGX_DECLINED : NGX_OK;
}


static void
ngx_http_dm_ledger_lose(ngx_http_dm_ledger_t *ledger,
    const ngx_http_dm_loc_conf_t *conf, ngx_uint_t refused)
{
    if (refused) {
        ledger->refused++;

    } else {
        ledger->lost++;
    }

    ledger->zone = conf->zone;
    dm_counts_add(ngx_http_dm_count_slot(conf->zone), DM_COUNT_LEDGER_LOST, 1);

    if (ledger->retry.timer_set) {
        return;
    }

    ledger->retry.data = ledger;
    ledger->retry.log = ngx_cycle->log;
    ledger->retry.handler = ngx_http_dm_ledger_retry;
    ledger->retry.cancelable = 1;

    ngx_add_timer(&ledger->retry, NGX_HTTP_DM_LEDGER_RETRY);
}


/* A gap is told of as soon as writing works, request or none. */
static void
ngx_http_dm_ledger_retry(ngx_event_t *ev)
{
    if (ngx_http_dm_ledger_catch_up(ev->data) != NGX_OK) {
        ngx_add_timer(ev, NGX_HTTP_DM_LEDGER_RETRY);
    }
}


/* All that has to stand before the next record: the beginning, and gaps. */
static ngx_int_t
ngx_http_dm_ledger_catch_up(ngx_http_dm_ledger_t *ledger)
{
    dm_ledger_record_t  record;

    if (!ledger->begun) {
        ngx_http_dm_ledger_begin(ledger);
    }

    if (ledger->chain.seq == 0) {
        ngx_memzero(&record, sizeof(dm_ledger_record_t));
        record.kind = DM_LEDGER_OPEN;

        if (ngx_http_dm_ledger_write(ledger, &record) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (ledger->lost == 0 && ledger->refused == 0) {
        return NGX_OK;
    }

    if (ngx_http_dm_ledger_gap(ledger, DM_LEDGER_UNDECIDED, &ledger->lost)
        != NGX_OK
        || ngx_http_dm_ledger_gap(ledger, DM_LEDGER_REJECTED, &ledger->refused)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ledger->retry.timer_set) {
        ngx_del_timer(&ledger->retry);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_dm_ledger_gap(ngx_http_dm_ledger_t *ledger,
    dm_ledger_decision_t decision, uint64_t *lost)
{
    dm_ledger_record_t  record;

    if (*lost == 0) {
        return NGX_OK;
    }

    ngx_memzero(&record, sizeof(dm_ledger_record_t));
    record.kind = DM_LEDGER_GAP;
    record.decision = decision;
    record.lost = *lost;

    if (decision == DM_LEDGER_REJECTED) {
        record.reason = dm_reason_info(DM_REASON_NOT_READY)->word;
    }

    if (ngx_http_dm_ledger_write(ledger, &record) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                  "ledger \"%V\" is written again, it lacks %uL records",
                  &ledger->file->name, *lost);

    *lost = 0;
    dm_counts_add(ngx_http_dm_count_slot(ledger->zone), DM_COUNT_LEDGER_GAPS,
                  1);

    return NGX_OK;
}


/* A chain has its name, and its place after another, before its first line. */
static void
ngx_http_dm_ledger_begin(ngx_http_dm_ledger_t *ledger)
{
    char                follows[DM_LEDGER_CHAIN_MAX];
    char                name[DM_LEDGER_CHAIN_MAX];
    size_t              len;
    dm_str_t            text;
    ngx_core_conf_t    *ccf;
    dm_ledger_chain_t   chain;

    ccf = (ngx_core_conf_t *) ngx_get_conf(ngx_cycle->conf_ctx,
                                           ngx_core_module);

    chain.group = ledger->group;
    chain.worker = 0;
    chain.workers = 1;
    chain.pid = (uint32_t) ngx_pid;
    chain.start = ngx_http_dm_msec();

    if (ngx_process == NGX_PROCESS_WORKER) {
        chain.worker = (uint32_t) ngx_worker;
        chain.workers = (uint32_t) ccf->worker_processes;
    }

    text.data = name;
    text.len = dm_ledger_chain_name(&chain, name);

    len = ngx_http_dm_ledger_follow(ledger, text, follows);

    dm_ledger_init(&ledger->chain, ledger->mac, &chain,
                   (dm_str_t) { follows, len });
    ledger->begun = 1;
}


static ngx_int_t
ngx_http_dm_ledger_write(ngx_http_dm_ledger_t *ledger,
    dm_ledger_record_t *record)
{
    u_char      small[NGX_HTTP_DM_LEDGER_LINE], *line, *p;
    size_t      size, len;
    ngx_int_t   rc;

    record->time = (int64_t) ngx_http_dm_msec();

    line = small;
    size = dm_ledger_size(record) + 1;

    if (size > NGX_HTTP_DM_LEDGER_LINE) {
        line = ngx_alloc(size, ngx_cycle->log);
        if (line == NULL) {
            return NGX_ERROR;
        }
    }

    p = line;

    if (ledger->torn) {
        *p++ = LF;
    }

    len = dm_ledger_line(&ledger->chain, record, (char *) p);
    rc = NGX_ERROR;

    if (len == 0) {
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                      "SHA-256 of a record failed");

    } else {
        rc = ngx_http_dm_ledger_put(ledger, line, len + (p - line));
    }

    if (line != small) {
        ngx_free(line);
    }

    return rc;
}


/*
 * One write: with O_APPEND no other process's line begins within it.  Of a
 * line that was cut off what is in the file stays, since others may have
 * written behind it already; the next record then begins with a newline.  A
 * line that lacks but its newline is a record.
 */
static ngx_int_t
ngx_http_dm_ledger_put(ngx_http_dm_ledger_t *ledger, u_char *line, size_t len)
{
    ssize_t     n;
    ngx_err_t   err;

    do {
        n = write(ledger->file->fd, line, len);
        err = n == -1 ? ngx_errno : 0;
    } while (err == NGX_EINTR);

    if (n == (ssize_t) len || n == (ssize_t) len - 1) {
        ledger->torn = n != (ssize_t) len;
        ledger->failing = 0;
        dm_ledger_commit(&ledger->chain);
        return NGX_OK;
    }

    if (n > 0) {
        ledger->torn = n > 1 || *line != LF;
        err = NGX_ENOSPC;
    }

    if (!ledger->failing) {
        ledger->failing = 1;
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, err,
                      "could not write to ledger \"%V\"", &ledger->file->name);
    }

    return NGX_ERROR;
}


void
ngx_http_dm_ledger_init_process(const ngx_http_dm_main_conf_t *dmcf)
{
    ngx_uint_t              i;
    ngx_http_dm_ledger_t  **ledger;

    if (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE)
    {
        return;
    }

    ledger = dmcf->ledgers.elts;

    for (i = 0; i < dmcf->ledgers.nelts; i++) {
        (void) ngx_http_dm_ledger_catch_up(ledger[i]);
    }
}


void
ngx_http_dm_ledger_exit_process(const ngx_http_dm_main_conf_t *dmcf)
{
    char                    latest[DM_LEDGER_CHAIN_MAX];
    ngx_uint_t              i;
    dm_ledger_record_t      record;
    ngx_http_dm_ledger_t  **ledger;

    ledger = dmcf->ledgers.elts;

    for (i = 0; i < dmcf->ledgers.nelts; i++) {

        if (!ledger[i]->begun
            || ngx_http_dm_ledger_catch_up(ledger[i]) != NGX_OK)
        {
            continue;
        }

        ngx_memzero(&record, sizeof(dm_ledger_record_t));
        record.kind = DM_LEDGER_CLOSE;

        /* which chains there were by now: none of them can be taken away */

        record.reason = ngx_http_dm_ledger_latest(ledger[i], latest);

        (void) ngx_http_dm_ledger_write(ledger[i], &record);
    }
}
