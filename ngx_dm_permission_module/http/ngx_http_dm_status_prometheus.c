/*
 * The text format of Prometheus, version 0.0.4:
 *
 *     # HELP name text
 *     # TYPE name counter
 *     name{label="value",...} number
 *
 * A label's value has \, " and newlines escaped by \.  Labels take their
 * values from the configuration, from the words of the module, and from the
 * bounded list of apps.
 */

#include "ngx_http_dm_status.h"
#include "ngx_http_dm_text.h"


#define NGX_HTTP_DM_METRIC  "dm_permission_"

/* Units of a number, and the digits that its fraction has. */
typedef enum {
    NGX_HTTP_DM_METRIC_PLAIN = 0,
    NGX_HTTP_DM_METRIC_MSEC = 3,
    NGX_HTTP_DM_METRIC_USEC = 6
} ngx_http_dm_metric_unit_t;


/* One number of a zone; `labels` come after the zone's. */
typedef struct {
    const char                 *name;
    const char                 *type;
    const char                 *help;     /* NULL: more of the one before */
    const char                 *labels;
    size_t                      offset;   /* in a zone or in its sum */
    unsigned                    sum:1;
    ngx_http_dm_metric_unit_t   unit;
} ngx_http_dm_metric_t;


static ngx_str_t ngx_http_dm_metric_label(ngx_http_dm_text_t *text,
    const void *data, size_t len);
static void ngx_http_dm_metric_help(ngx_http_dm_text_t *text,
    const char *name, const char *type, const char *help);
static void ngx_http_dm_metric_plain(ngx_http_dm_text_t *text,
    const ngx_http_dm_status_page_t *page, const ngx_str_t *zones);
static void ngx_http_dm_metric_requests(ngx_http_dm_text_t *text,
    const ngx_http_dm_status_page_t *page, const ngx_str_t *zones);
static void ngx_http_dm_metric_deliveries(ngx_http_dm_text_t *text,
    const ngx_http_dm_status_page_t *page, const ngx_str_t *zones);
static void ngx_http_dm_metric_apps(ngx_http_dm_text_t *text,
    const ngx_http_dm_status_page_t *page, const ngx_str_t *zones);


#define ngx_http_dm_metric_of(field)                                          \
    offsetof(ngx_http_dm_status_zone_t, field), 0

#define ngx_http_dm_metric_count(count)                                       \
    offsetof(dm_counts_sum_t, n) + (count) * sizeof(uint64_t), 1


static const ngx_http_dm_metric_t  ngx_http_dm_metrics[] = {

    { "table_ready", "gauge",
      "Whether the table may answer: 0 if it is older than max_stale.",
      "", ngx_http_dm_metric_of(ready), NGX_HTTP_DM_METRIC_PLAIN },

    { "table_generation", "gauge",
      "Grows with every snapshot that is loaded.",
      "", ngx_http_dm_metric_of(info.generation), NGX_HTTP_DM_METRIC_PLAIN },

    { "table_tokens", "gauge",
      "Tokens in the table.",
      "", ngx_http_dm_metric_of(info.tokens), NGX_HTTP_DM_METRIC_PLAIN },

    { "table_apps", "gauge",
      "Apps in the table.",
      "", ngx_http_dm_metric_of(info.apps), NGX_HTTP_DM_METRIC_PLAIN },

    { "table_clamped_tokens", "gauge",
      "Tokens in the table that are worth less than the file says.",
      "", ngx_http_dm_metric_of(info.clamped), NGX_HTTP_DM_METRIC_PLAIN },

    { "table_used_bytes", "gauge",
      "Memory that the state in force takes.",
      "", ngx_http_dm_metric_of(info.bytes_used), NGX_HTTP_DM_METRIC_PLAIN },

    { "table_size_bytes", "gauge",
      "Memory that there is for one state.",
      "", ngx_http_dm_metric_of(info.bytes_size), NGX_HTTP_DM_METRIC_PLAIN },

    { "table_age_seconds", "gauge",
      "Time since the table was in step with its file.",
      "", ngx_http_dm_metric_of(age), NGX_HTTP_DM_METRIC_PLAIN },

    { "table_loaded_timestamp_seconds", "gauge",
      "When the snapshot in force was loaded.",
      "", ngx_http_dm_metric_of(history.loaded), NGX_HTTP_DM_METRIC_MSEC },

    { "table_checked_timestamp_seconds", "gauge",
      "When the file was last looked at.",
      "", ngx_http_dm_metric_of(looked), NGX_HTTP_DM_METRIC_MSEC },

    { "table_changed_timestamp_seconds", "gauge",
      "When the table last changed.",
      "", ngx_http_dm_metric_of(history.changed), NGX_HTTP_DM_METRIC_MSEC },

    { "table_failed_timestamp_seconds", "gauge",
      "When a file or a line was last refused, 0 if none was.",
      "", ngx_http_dm_metric_of(history.failed), NGX_HTTP_DM_METRIC_MSEC },

    { "table_sync_duration_seconds", "gauge",
      "How long the last sync with the file took.",
      "", ngx_http_dm_metric_of(history.duration), NGX_HTTP_DM_METRIC_USEC },

    { "journal_lines_total", "counter",
      "Lines that followed the snapshot in force.",
      ",result=\"applied\"", ngx_http_dm_metric_of(history.applied),
      NGX_HTTP_DM_METRIC_PLAIN },

    { "journal_lines_total", NULL, NULL,
      ",result=\"skipped\"", ngx_http_dm_metric_of(history.skipped),
      NGX_HTTP_DM_METRIC_PLAIN },

    { "streams_open", "gauge",
      "Filtered streams that are open.",
      "", ngx_http_dm_metric_count(DM_COUNT_STREAM_OPEN),
      NGX_HTTP_DM_METRIC_PLAIN },

    { "streams_closed_total", "counter",
      "Streams ended since their grant ended.",
      "", ngx_http_dm_metric_count(DM_COUNT_STREAM_CLOSED),
      NGX_HTTP_DM_METRIC_PLAIN },

    { "stream_messages_total", "counter",
      "Streamed messages that were judged.",
      ",result=\"delivered\"",
      ngx_http_dm_metric_count(DM_COUNT_STREAM_DELIVERED),
      NGX_HTTP_DM_METRIC_PLAIN },

    { "stream_messages_total", NULL, NULL,
      ",result=\"withheld\"",
      ngx_http_dm_metric_count(DM_COUNT_STREAM_WITHHELD),
      NGX_HTTP_DM_METRIC_PLAIN },

    { "stream_messages_total", NULL, NULL,
      ",result=\"undecidable\"",
      ngx_http_dm_metric_count(DM_COUNT_STREAM_UNDECIDABLE),
      NGX_HTTP_DM_METRIC_PLAIN },

    { "ledger_records_total", "counter",
      "Lines written to the ledger.",
      "", ngx_http_dm_metric_count(DM_COUNT_LEDGER_RECORDS),
      NGX_HTTP_DM_METRIC_PLAIN },

    { "ledger_gaps_total", "counter",
      "Records of the ledger that tell of lost ones.",
      "", ngx_http_dm_metric_count(DM_COUNT_LEDGER_GAPS),
      NGX_HTTP_DM_METRIC_PLAIN },

    { "ledger_lost_total", "counter",
      "Records that the ledger could not take.",
      "", ngx_http_dm_metric_count(DM_COUNT_LEDGER_LOST),
      NGX_HTTP_DM_METRIC_PLAIN }
};

#define NGX_HTTP_DM_METRICS                                                   \
    (sizeof(ngx_http_dm_metrics) / sizeof(ngx_http_dm_metrics[0]))


static const char *const  ngx_http_dm_metric_modes[] = {
    "enforced", "dry_run"
};


ngx_chain_t *
ngx_http_dm_status_prometheus(ngx_http_request_t *r,
    const ngx_http_dm_status_page_t *page)
{
    ngx_str_t           *zones;
    ngx_uint_t           i;
    ngx_http_dm_text_t   text;

    ngx_http_dm_text_init(&text, r->pool);

    zones = ngx_palloc(r->pool, page->n * sizeof(ngx_str_t) + 1);
    if (zones == NULL) {
        return NULL;
    }

    for (i = 0; i < page->n; i++) {
        zones[i] = ngx_http_dm_metric_label(&text, page->zones[i].name.data,
                                            page->zones[i].name.len);
    }

    ngx_http_dm_metric_plain(&text, page, zones);
    ngx_http_dm_metric_requests(&text, page, zones);
    ngx_http_dm_metric_deliveries(&text, page, zones);
    ngx_http_dm_metric_apps(&text, page, zones);

    return ngx_http_dm_text_done(&text);
}


static ngx_str_t
ngx_http_dm_metric_label(ngx_http_dm_text_t *text, const void *data,
    size_t len)
{
    static const char *const  by[] = { "\\\\", "\\\"", "\\n" };

    return ngx_http_dm_text_escape(text, data, len, "\\\"\n", by);
}


static void
ngx_http_dm_metric_help(ngx_http_dm_text_t *text, const char *name,
    const char *type, const char *help)
{
    ngx_http_dm_text_add(text, "# HELP " NGX_HTTP_DM_METRIC "%s %s\n"
                         "# TYPE " NGX_HTTP_DM_METRIC "%s %s\n",
                         name, help, name, type);
}


static void
ngx_http_dm_metric_number(ngx_http_dm_text_t *text, uint64_t n,
    ngx_http_dm_metric_unit_t unit)
{
    switch (unit) {

    case NGX_HTTP_DM_METRIC_MSEC:
        ngx_http_dm_text_add(text, " %uL.%03uL\n", n / 1000, n % 1000);
        break;

    case NGX_HTTP_DM_METRIC_USEC:
        ngx_http_dm_text_add(text, " %uL.%06uL\n", n / 1000000, n % 1000000);
        break;

    default:
        ngx_http_dm_text_add(text, " %uL\n", n);
    }
}


static void
ngx_http_dm_metric_plain(ngx_http_dm_text_t *text,
    const ngx_http_dm_status_page_t *page, const ngx_str_t *zones)
{
    const char                  *base;
    ngx_uint_t                   i, k, from, to;
    const ngx_http_dm_metric_t  *m;

    /* what belongs to one name stays together, whatever the zone */

    for (from = 0; from < NGX_HTTP_DM_METRICS; from = to) {
        m = &ngx_http_dm_metrics[from];

        for (to = from + 1; to < NGX_HTTP_DM_METRICS; to++) {
            if (ngx_http_dm_metrics[to].help) {
                break;
            }
        }

        ngx_http_dm_metric_help(text, m->name, m->type, m->help);

        for (i = 0; i < page->n; i++) {
            for (k = from; k < to; k++) {
                m = &ngx_http_dm_metrics[k];
                base = m->sum ? (const char *) page->zones[i].sum
                              : (const char *) &page->zones[i];

                ngx_http_dm_text_add(text, NGX_HTTP_DM_METRIC
                                     "%s{zone=\"%V\"%s}", m->name, &zones[i],
                                     m->labels);
                ngx_http_dm_metric_number(text,
                                          *(uint64_t *) (base + m->offset),
                                          m->unit);
            }
        }
    }
}


static void
ngx_http_dm_metric_requests(ngx_http_dm_text_t *text,
    const ngx_http_dm_status_page_t *page, const ngx_str_t *zones)
{
    unsigned    mode, action, reason;
    uint64_t    n;
    ngx_uint_t  i;

    ngx_http_dm_metric_help(text, "requests_total", "counter",
                            "Decisions on requests.");

    for (i = 0; i < page->n; i++) {
        for (mode = 0; mode < DM_COUNT_MODES; mode++) {
            for (action = 0; action < DM_ACTIONS; action++) {
                for (reason = 0; reason < DM_REASONS; reason++) {

                    if (!ngx_http_dm_status_request(page->zones[i].sum,
                                                    mode, action, reason, &n))
                    {
                        continue;
                    }

                    ngx_http_dm_text_add(text, NGX_HTTP_DM_METRIC
                                 "requests_total{zone=\"%V\",action=\"%s\","
                                 "reason=\"%s\",mode=\"%s\"} %uL\n",
                                 &zones[i], dm_action_word(action).data,
                                 dm_reason_info(reason)->word.data,
                                 ngx_http_dm_metric_modes[mode], n);
                }
            }
        }
    }
}


static void
ngx_http_dm_metric_deliveries(ngx_http_dm_text_t *text,
    const ngx_http_dm_status_page_t *page, const ngx_str_t *zones)
{
    unsigned    mode, reason;
    uint64_t    n;
    ngx_uint_t  i;

    ngx_http_dm_metric_help(text, "deliveries_total", "counter",
                            "Decisions on deliveries.");

    for (i = 0; i < page->n; i++) {
        for (mode = 0; mode < DM_COUNT_MODES; mode++) {
            for (reason = 0; reason < DM_REASONS; reason++) {

                if (ngx_http_dm_status_delivery(page->zones[i].sum, mode,
                                                reason, &n))
                {
                    ngx_http_dm_text_add(text, NGX_HTTP_DM_METRIC
                                 "deliveries_total{zone=\"%V\",reason=\"%s\","
                                 "mode=\"%s\"} %uL\n", &zones[i],
                                 dm_reason_info(reason)->word.data,
                                 ngx_http_dm_metric_modes[mode], n);
                }
            }
        }
    }
}


static void
ngx_http_dm_metric_app(ngx_http_dm_text_t *text, const ngx_str_t *zone,
    const ngx_str_t *app, const uint64_t n[DM_COUNT_APP_KINDS])
{
    unsigned  kind;

    static const char *const  results[] = {
        "passed", "rejected", "would_reject"
    };

    for (kind = 0; kind < DM_COUNT_APP_KINDS; kind++) {
        ngx_http_dm_text_add(text, NGX_HTTP_DM_METRIC
                             "app_requests{zone=\"%V\",app=\"%V\","
                             "result=\"%s\"} %uL\n", zone, app, results[kind],
                             n[kind]);
    }
}


/* No counters: an app that others have outrun takes its numbers along. */
static void
ngx_http_dm_metric_apps(ngx_http_dm_text_t *text,
    const ngx_http_dm_status_page_t *page, const ngx_str_t *zones)
{
    size_t                  k;
    ngx_str_t               app;
    ngx_uint_t              i;
    const dm_counts_sum_t  *sum;

    static const ngx_str_t  other = ngx_string("other");

    ngx_http_dm_metric_help(text, "app_requests", "gauge",
                            "Guarded requests of the busiest apps.");

    for (i = 0; i < page->n; i++) {
        sum = page->zones[i].sum;

        for (k = 0; k < sum->n_apps; k++) {
            app = ngx_http_dm_metric_label(text, sum->apps[k].id,
                                           sum->apps[k].id_len);
            ngx_http_dm_metric_app(text, &zones[i], &app, sum->apps[k].n);
        }

        ngx_http_dm_metric_app(text, &zones[i], &other, sum->other);
    }
}
