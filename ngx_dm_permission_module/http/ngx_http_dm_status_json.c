/*
 * Without memory jansson returns NULL, takes NULL for any value, and fails to
 * put it into an object or an array: one of these failures is enough to know.
 */

#include "ngx_http_dm_status.h"
#include "dm_time.h"

#include <jansson.h>


static json_t *ngx_http_dm_status_json_page(
    const ngx_http_dm_status_page_t *page);
static json_t *ngx_http_dm_status_json_zone(
    const ngx_http_dm_status_zone_t *zone);
static int ngx_http_dm_status_json_counts(json_t *object,
    const dm_counts_sum_t *sum);


ngx_chain_t *
ngx_http_dm_status_json(ngx_http_request_t *r,
    const ngx_http_dm_status_page_t *page)
{
    char         *text;
    size_t        len;
    json_t       *json;
    ngx_buf_t    *b;
    ngx_chain_t  *out;

    out = NULL;
    json = ngx_http_dm_status_json_page(page);
    text = json ? json_dumps(json, JSON_INDENT(2)) : NULL;

    if (text) {
        len = ngx_strlen(text);
        b = ngx_create_temp_buf(r->pool, len + 1);
        out = b ? ngx_alloc_chain_link(r->pool) : NULL;

        if (out) {
            b->last = ngx_cpymem(b->last, text, len);
            *b->last++ = '\n';
            out->buf = b;
            out->next = NULL;
        }
    }

    ngx_free(text);
    json_decref(json);

    return out;
}


/* Unix milliseconds; null where it has not been. */
static json_t *
ngx_http_dm_status_json_time(uint64_t ms)
{
    char  text[DM_TIME_LEN];

    if (ms == 0) {
        return json_null();
    }

    dm_time_format(ms, text);

    return json_stringn(text, DM_TIME_LEN);
}


static json_t *
ngx_http_dm_status_json_number(uint64_t n)
{
    return json_integer((json_int_t) n);
}


static json_t *
ngx_http_dm_status_json_page(const ngx_http_dm_status_page_t *page)
{
    int          failed;
    json_t      *json, *zones;
    ngx_uint_t   i;

    json = json_object();
    zones = json_object();

    failed = json_object_set_new(json, "time",
                                 ngx_http_dm_status_json_time(page->now));

    for (i = 0; i < page->n; i++) {
        failed |= json_object_set_new(zones, (char *) page->zones[i].name.data,
                               ngx_http_dm_status_json_zone(&page->zones[i]));
    }

    failed |= json_object_set_new(json, "zones", zones);

    if (failed) {
        json_decref(json);
        return NULL;
    }

    return json;
}


static json_t *
ngx_http_dm_status_json_error(const ngx_http_dm_status_zone_t *zone)
{
    int      failed;
    json_t  *json;

    if (zone->history.failed == 0) {
        return json_null();
    }

    json = json_object();

    failed = json_object_set_new(json, "time",
                         ngx_http_dm_status_json_time(zone->history.failed));
    failed |= json_object_set_new(json, "line",
                zone->history.error_line
                ? ngx_http_dm_status_json_number(zone->history.error_line)
                : json_null());
    failed |= json_object_set_new(json, "text",
                          json_string((char *) zone->error.data));

    if (failed) {
        json_decref(json);
        return NULL;
    }

    return json;
}


/* Numbers by name; the last name is NULL. */
static json_t *
ngx_http_dm_status_json_numbers(const char *const *names, const uint64_t *n)
{
    json_t  *json;

    json = json_object();

    for ( /* void */ ; *names; names++, n++) {
        if (json_object_set_new(json, *names,
                                ngx_http_dm_status_json_number(*n))
            != 0)
        {
            json_decref(json);
            return NULL;
        }
    }

    return json;
}


static json_t *
ngx_http_dm_status_json_zone(const ngx_http_dm_status_zone_t *zone)
{
    int                        failed;
    json_t                    *json;
    uint64_t                   n[2];
    const dm_history_entry_t  *history;

    static const char *const  journal[] = { "applied", "skipped", NULL };
    static const char *const  bytes[] = { "used", "size", NULL };

    json = json_object();
    history = &zone->history;

    failed = json_object_set_new(json, "file",
                                 json_string((char *) zone->file.data));
    failed |= json_object_set_new(json, "ready", json_boolean(zone->ready));
    failed |= json_object_set_new(json, "revision",
                                  json_string((char *) zone->revision.data));
    failed |= json_object_set_new(json, "generation",
                      ngx_http_dm_status_json_number(zone->info.generation));
    failed |= json_object_set_new(json, "loaded",
                                ngx_http_dm_status_json_time(history->loaded));
    failed |= json_object_set_new(json, "last_check",
                                  ngx_http_dm_status_json_time(zone->looked));
    failed |= json_object_set_new(json, "last_change",
                               ngx_http_dm_status_json_time(history->changed));
    failed |= json_object_set_new(json, "last_error",
                                  ngx_http_dm_status_json_error(zone));
    failed |= json_object_set_new(json, "tokens",
                          ngx_http_dm_status_json_number(zone->info.tokens));
    failed |= json_object_set_new(json, "apps",
                            ngx_http_dm_status_json_number(zone->info.apps));

    n[0] = history->applied;
    n[1] = history->skipped;
    failed |= json_object_set_new(json, "journal",
                                  ngx_http_dm_status_json_numbers(journal, n));

    failed |= json_object_set_new(json, "clamped",
                         ngx_http_dm_status_json_number(zone->info.clamped));

    n[0] = zone->info.bytes_used;
    n[1] = zone->info.bytes_size;
    failed |= json_object_set_new(json, "bytes",
                                  ngx_http_dm_status_json_numbers(bytes, n));

    failed |= json_object_set_new(json, "age",
                                  ngx_http_dm_status_json_number(zone->age));
    failed |= json_object_set_new(json, "sync_seconds",
                                  json_real((double) history->duration / 1e6));
    failed |= ngx_http_dm_status_json_counts(json, zone->sum);

    if (failed) {
        json_decref(json);
        return NULL;
    }

    return json;
}


/* action -> reason -> requests */
static json_t *
ngx_http_dm_status_json_requests(const dm_counts_sum_t *sum,
    dm_count_mode_t mode)
{
    int       failed;
    json_t   *json, *reasons;
    unsigned  action, reason;
    uint64_t  n;

    failed = 0;
    json = json_object();

    for (action = 0; action < DM_ACTIONS; action++) {
        reasons = json_object();

        for (reason = 0; reason < DM_REASONS; reason++) {
            if (ngx_http_dm_status_request(sum, mode, (dm_action_t) action,
                                           (dm_reason_t) reason, &n))
            {
                failed |= json_object_set_new(reasons,
                              dm_reason_info((dm_reason_t) reason)->word.data,
                              ngx_http_dm_status_json_number(n));
            }
        }

        failed |= json_object_set_new(json,
                                dm_action_word((dm_action_t) action).data,
                                reasons);
    }

    if (failed) {
        json_decref(json);
        return NULL;
    }

    return json;
}


static json_t *
ngx_http_dm_status_json_deliveries(const dm_counts_sum_t *sum,
    dm_count_mode_t mode)
{
    int       failed;
    json_t   *json;
    unsigned  reason;
    uint64_t  n;

    failed = 0;
    json = json_object();

    for (reason = 0; reason < DM_REASONS; reason++) {
        if (ngx_http_dm_status_delivery(sum, mode, (dm_reason_t) reason, &n)) {
            failed |= json_object_set_new(json,
                              dm_reason_info((dm_reason_t) reason)->word.data,
                              ngx_http_dm_status_json_number(n));
        }
    }

    if (failed) {
        json_decref(json);
        return NULL;
    }

    return json;
}


static json_t *
ngx_http_dm_status_json_app(const char *id, size_t len, const uint64_t *n)
{
    json_t  *json;

    static const char *const  names[] = {
        "passed", "rejected", "would_reject", NULL
    };

    json = ngx_http_dm_status_json_numbers(names, n);

    if (json_object_set_new(json, "app", json_stringn(id, len)) != 0) {
        json_decref(json);
        return NULL;
    }

    return json;
}


static json_t *
ngx_http_dm_status_json_apps(const dm_counts_sum_t *sum)
{
    int                    failed;
    size_t                 i;
    json_t                *json;
    const dm_count_app_t  *app;

    failed = 0;
    json = json_array();

    for (i = 0; i < sum->n_apps; i++) {
        app = &sum->apps[i];
        failed |= json_array_append_new(json,
                     ngx_http_dm_status_json_app(app->id, app->id_len, app->n));
    }

    if (ngx_http_dm_status_rest(sum)) {
        failed |= json_array_append_new(json,
                     ngx_http_dm_status_json_app("other", 5, sum->other));
    }

    if (failed) {
        json_decref(json);
        return NULL;
    }

    return json;
}


static int
ngx_http_dm_status_json_counts(json_t *object, const dm_counts_sum_t *sum)
{
    int  failed;

    /* in the order of dm_count_t */

    static const char *const  streams[] = {
        "open", "delivered", "withheld", "undecidable", "closed", NULL
    };
    static const char *const  ledger[] = { "records", "gaps", "lost", NULL };

    failed = json_object_set_new(object, "decisions",
                     ngx_http_dm_status_json_requests(sum, DM_COUNT_ENFORCED));
    failed |= json_object_set_new(object, "dry_run",
                      ngx_http_dm_status_json_requests(sum, DM_COUNT_DRY_RUN));
    failed |= json_object_set_new(object, "streams",
                     ngx_http_dm_status_json_numbers(streams,
                                           &sum->n[DM_COUNT_STREAM_OPEN]));
    failed |= json_object_set_new(object, "deliveries",
                   ngx_http_dm_status_json_deliveries(sum, DM_COUNT_ENFORCED));
    failed |= json_object_set_new(object, "deliveries_dry_run",
                    ngx_http_dm_status_json_deliveries(sum, DM_COUNT_DRY_RUN));
    failed |= json_object_set_new(object, "ledger",
                     ngx_http_dm_status_json_numbers(ledger,
                                           &sum->n[DM_COUNT_LEDGER_RECORDS]));
    failed |= json_object_set_new(object, "app_requests",
                                  ngx_http_dm_status_json_apps(sum));

    return failed;
}
