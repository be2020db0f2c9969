#include "ngx_http_dm_status.h"
#include "ngx_http_dm_text.h"
#include "dm_time.h"


/* A page that is being written. */
typedef struct {
    ngx_http_dm_text_t                text;
    const ngx_http_dm_status_zone_t  *zone;
    ngx_str_t                         name;   /* of the zone, escaped */
} ngx_http_dm_html_t;


static void ngx_http_dm_html_when(ngx_http_dm_html_t *h, uint64_t ms);
static ngx_str_t ngx_http_dm_html_escape(ngx_http_dm_html_t *h,
    const void *data, size_t len);
static void ngx_http_dm_html_zone(ngx_http_dm_html_t *h);
static void ngx_http_dm_html_state(ngx_http_dm_html_t *h);
static void ngx_http_dm_html_totals(ngx_http_dm_html_t *h);
static void ngx_http_dm_html_facts(ngx_http_dm_html_t *h);
static void ngx_http_dm_html_apps(ngx_http_dm_html_t *h);
static void ngx_http_dm_html_requests(ngx_http_dm_html_t *h);
static void ngx_http_dm_html_deliveries(ngx_http_dm_html_t *h);
static void ngx_http_dm_html_counts(ngx_http_dm_html_t *h);


ngx_chain_t *
ngx_http_dm_status_html(ngx_http_request_t *r,
    const ngx_http_dm_status_page_t *page)
{
    ngx_uint_t          i;
    ngx_http_dm_html_t  h;

    ngx_http_dm_text_init(&h.text, r->pool);

    ngx_http_dm_text_add(&h.text, "%s<main>\n"
                         "<h1>Direct-message permission</h1>\n"
                         "<p class=\"dim\">as of ", ngx_http_dm_status_head);
    ngx_http_dm_html_when(&h, page->now);
    ngx_http_dm_text_add(&h.text, "</p>\n");

    for (i = 0; i < page->n; i++) {
        h.zone = &page->zones[i];
        h.name = ngx_http_dm_html_escape(&h, h.zone->name.data,
                                         h.zone->name.len);
        ngx_http_dm_html_zone(&h);
    }

    if (page->n == 0) {
        ngx_http_dm_text_add(&h.text, "<p>No <code>dm_permission_table</code> "
                             "is configured.</p>\n");
    }

    ngx_http_dm_text_add(&h.text, "</main>\n%s", ngx_http_dm_status_tail);

    return ngx_http_dm_text_done(&h.text);
}


/* For text and for attributes in double quotes. */
static ngx_str_t
ngx_http_dm_html_escape(ngx_http_dm_html_t *h, const void *data, size_t len)
{
    static const char *const  by[] = {
        "&amp;", "&lt;", "&gt;", "&quot;", "&#39;"
    };

    return ngx_http_dm_text_escape(&h->text, data, len, "&<>\"'", by);
}


/* A number that the script tells the rate of; the key is its name there. */
static void
ngx_http_dm_html_number(ngx_http_dm_html_t *h, const char *tag,
    const ngx_str_t *key, uint64_t n)
{
    ngx_http_dm_text_add(&h->text, "<%s><span data-n=\"%V.%V\">%uL</span> "
                         "<small data-r=\"%V.%V\"></small></%s>", tag,
                         &h->name, key, n, &h->name, key, tag);
}


/* The same with a key of up to three words. */
static void
ngx_http_dm_html_cell(ngx_http_dm_html_t *h, const char *tag, const char *one,
    const char *two, const char *three, uint64_t n)
{
    u_char     buf[128];
    ngx_str_t  key;

    key.data = buf;
    key.len = ngx_snprintf(buf, sizeof(buf), "%s.%s.%s", one, two, three)
              - buf;

    ngx_http_dm_html_number(h, tag, &key, n);
}


/* To the second, as people read it. */
static void
ngx_http_dm_html_when(ngx_http_dm_html_t *h, uint64_t ms)
{
    char    text[DM_TIME_LEN];
    size_t  date, time;

    if (ms == 0) {
        ngx_http_dm_text_add(&h->text, "never");
        return;
    }

    dm_time_format(ms, text);

    date = sizeof("0000-00-00") - 1;
    time = sizeof("00:00:00") - 1;

    ngx_http_dm_text_add(&h->text, "<time datetime=\"%*s\">%*s %*s UTC</time>",
                         DM_TIME_LEN, text, date, text, time,
                         text + date + 1);
}


static void
ngx_http_dm_html_time(ngx_http_dm_html_t *h, const char *what, uint64_t ms)
{
    ngx_http_dm_text_add(&h->text, "<div><dt>%s</dt><dd>", what);
    ngx_http_dm_html_when(h, ms);
    ngx_http_dm_text_add(&h->text, "</dd></div>\n");
}


static void
ngx_http_dm_html_zone(ngx_http_dm_html_t *h)
{
    ngx_http_dm_text_add(&h->text, "<section>\n");
    ngx_http_dm_html_state(h);
    ngx_http_dm_html_totals(h);
    ngx_http_dm_html_facts(h);
    ngx_http_dm_html_apps(h);
    ngx_http_dm_html_requests(h);
    ngx_http_dm_html_deliveries(h);
    ngx_http_dm_html_counts(h);
    ngx_http_dm_text_add(&h->text, "</section>\n");
}


/* An error that a later change has mended is no news. */
static void
ngx_http_dm_html_state(ngx_http_dm_html_t *h)
{
    ngx_str_t                  error;
    ngx_uint_t                 failed;
    const dm_history_entry_t  *history;

    history = &h->zone->history;
    failed = history->failed != 0 && history->failed >= history->changed;

    ngx_http_dm_text_add(&h->text, "<h2>Zone %V %s</h2>\n", &h->name,
                         !h->zone->ready
                         ? "<span class=\"badge bad\">not ready</span>"
                         : failed
                           ? "<span class=\"badge warn\">error</span>"
                           : "<span class=\"badge good\">ready</span>");

    if (!h->zone->ready) {
        ngx_http_dm_text_add(&h->text, "<p class=\"note bad\">The table has "
                             "not been in step with its file for %uL s: "
                             "guarded requests are answered 503.</p>\n",
                             h->zone->age);
    }

    if (!failed) {
        return;
    }

    error = ngx_http_dm_html_escape(h, h->zone->error.data, h->zone->error.len);

    ngx_http_dm_text_add(&h->text, "<p class=\"note warn\">");
    ngx_http_dm_html_when(h, history->failed);

    if (history->error_line) {
        ngx_http_dm_text_add(&h->text, ", line %uL", history->error_line);
    }

    ngx_http_dm_text_add(&h->text, ": %V</p>\n", &error);
}


/* All guarded requests, by what became of them. */
static void
ngx_http_dm_html_totals(ngx_http_dm_html_t *h)
{
    uint64_t                n, passed, rejected, would;
    unsigned                action, reason;
    const dm_counts_sum_t  *sum;

    sum = h->zone->sum;
    passed = 0;
    rejected = 0;
    would = 0;

    for (action = DM_ACTION_NONE + 1; action < DM_ACTIONS; action++) {
        for (reason = 0; reason < DM_REASONS; reason++) {
            n = sum->requests[DM_COUNT_ENFORCED][action][reason];

            passed += reason == DM_REASON_PASSED ? n : 0;
            rejected += reason == DM_REASON_PASSED ? 0 : n;
            would += sum->requests[DM_COUNT_DRY_RUN][action][reason];
        }
    }

    ngx_http_dm_text_add(&h->text, "<dl class=\"tiles\"><div><dt>passed</dt>");
    ngx_http_dm_html_cell(h, "dd", "all", "passed", "", passed);
    ngx_http_dm_text_add(&h->text, "</div><div><dt>rejected</dt>");
    ngx_http_dm_html_cell(h, "dd", "all", "rejected", "", rejected);
    ngx_http_dm_text_add(&h->text, "</div><div><dt>would be rejected</dt>");
    ngx_http_dm_html_cell(h, "dd", "all", "would", "", would);
    ngx_http_dm_text_add(&h->text, "</div><div><dt>tokens</dt><dd>%uL</dd>"
                         "</div></dl>\n", h->zone->info.tokens);
}


static void
ngx_http_dm_html_facts(ngx_http_dm_html_t *h)
{
    ngx_str_t                  file, revision;
    const dm_table_info_t     *info;
    const dm_history_entry_t  *history;

    info = &h->zone->info;
    history = &h->zone->history;

    file = ngx_http_dm_html_escape(h, h->zone->file.data, h->zone->file.len);
    revision = ngx_http_dm_html_escape(h, h->zone->revision.data,
                                       h->zone->revision.len);

    ngx_http_dm_text_add(&h->text, "<dl class=\"facts\">\n"
                         "<div><dt>file</dt><dd>%V</dd></div>\n"
                         "<div><dt>revision</dt><dd>%V</dd></div>\n"
                         "<div><dt>generation</dt><dd>%uL</dd></div>\n"
                         "<div><dt>apps</dt><dd>%uL</dd></div>\n"
                         "<div><dt>age</dt><dd>%uL s</dd></div>\n",
                         &file, &revision, info->generation, info->apps,
                         h->zone->age);

    ngx_http_dm_html_time(h, "loaded", history->loaded);
    ngx_http_dm_html_time(h, "last change", history->changed);
    ngx_http_dm_html_time(h, "last check", h->zone->looked);
    ngx_http_dm_html_time(h, "last error", history->failed);

    ngx_http_dm_text_add(&h->text, "<div><dt>journal lines</dt><dd>%uL applied, "
                         "%uL skipped</dd></div>\n"
                         "<div><dt>lowered tokens</dt><dd>%uL</dd></div>\n"
                         "<div><dt>last sync</dt><dd>%uL.%06uL s</dd></div>\n"
                         "<div><dt>memory</dt><dd>%uL of %uL KiB<br>"
                         "<meter value=\"%uL\" max=\"%uL\" high=\"%uL\" "
                         "optimum=\"0\"></meter></dd></div>\n</dl>\n",
                         history->applied, history->skipped, info->clamped,
                         history->duration / 1000000,
                         history->duration % 1000000,
                         (info->bytes_used + 1023) / 1024,
                         info->bytes_size / 1024, info->bytes_used,
                         info->bytes_size, info->bytes_size / 10 * 9);
}


static void
ngx_http_dm_html_app(ngx_http_dm_html_t *h, const char *id, size_t len,
    const uint64_t n[DM_COUNT_APP_KINDS])
{
    u_char     *p;
    size_t      i;
    ngx_str_t   app, key;

    static const char *const  kinds[] = { "would", "rejected", "passed" };

    static const dm_count_app_kind_t  order[] = {
        DM_COUNT_APP_WOULD_REJECT, DM_COUNT_APP_REJECTED, DM_COUNT_APP_PASSED
    };

    app = ngx_http_dm_html_escape(h, id, len);
    ngx_http_dm_text_add(&h->text, "<tr><td>%V</td>", &app);

    for (i = 0; i < DM_COUNT_APP_KINDS; i++) {
        p = ngx_pnalloc(h->text.pool, app.len + sizeof("app.rejected."));

        if (p == NULL) {
            h->text.failed = 1;
            return;
        }

        key.data = p;
        key.len = ngx_sprintf(p, "app.%s.%V", kinds[i], &app) - p;

        ngx_http_dm_html_number(h, "td", &key, n[order[i]]);
    }

    ngx_http_dm_text_add(&h->text, "</tr>\n");
}


static void
ngx_http_dm_html_apps(ngx_http_dm_html_t *h)
{
    size_t                  i;
    const dm_counts_sum_t  *sum;

    sum = h->zone->sum;

    ngx_http_dm_text_add(&h->text, "<h3>Apps, those that would break first"
                         "</h3>\n");

    if (sum->n_apps == 0 && !ngx_http_dm_status_rest(sum)) {
        ngx_http_dm_text_add(&h->text,
                             "<p class=\"dim\">No app has asked yet.</p>\n");
        return;
    }

    ngx_http_dm_text_add(&h->text, "<div class=\"wide\"><table class=\"apps\">"
                         "<thead><tr><th>app</th><th>would be rejected</th>"
                         "<th>rejected</th><th>passed</th></tr></thead>"
                         "<tbody>\n");

    for (i = 0; i < sum->n_apps; i++) {
        ngx_http_dm_html_app(h, sum->apps[i].id, sum->apps[i].id_len,
                             sum->apps[i].n);
    }

    if (ngx_http_dm_status_rest(sum)) {
        ngx_http_dm_html_app(h, "other", sizeof("other") - 1, sum->other);
    }

    ngx_http_dm_text_add(&h->text, "</tbody></table></div>\n");
}


/* A row only for what has happened; the head before the first one. */
static void
ngx_http_dm_html_row(ngx_http_dm_html_t *h, ngx_uint_t *rows,
    const char *action, dm_reason_t reason, uint64_t enforced,
    uint64_t dry_run)
{
    const char  *word;

    if (enforced == 0 && dry_run == 0) {
        return;
    }

    if ((*rows)++ == 0) {
        ngx_http_dm_text_add(&h->text, "<div class=\"wide\"><table><thead>"
                             "<tr><th>action</th><th>reason</th>"
                             "<th>enforced</th><th>dry run</th></tr></thead>"
                             "<tbody>\n");
    }

    word = dm_reason_info(reason)->word.data;

    ngx_http_dm_text_add(&h->text, "<tr><td>%s</td><td>%s</td>", action, word);
    ngx_http_dm_html_cell(h, "td", action, word, "enforced", enforced);
    ngx_http_dm_html_cell(h, "td", action, word, "dry_run", dry_run);
    ngx_http_dm_text_add(&h->text, "</tr>\n");
}


static void
ngx_http_dm_html_rows(ngx_http_dm_html_t *h, ngx_uint_t rows)
{
    ngx_http_dm_text_add(&h->text, rows ? "</tbody></table></div>\n"
                                        : "<p class=\"dim\">None yet.</p>\n");
}


static void
ngx_http_dm_html_requests(ngx_http_dm_html_t *h)
{
    unsigned                action, reason;
    ngx_uint_t              rows;
    const dm_counts_sum_t  *sum;

    rows = 0;
    sum = h->zone->sum;

    ngx_http_dm_text_add(&h->text, "<h3>Requests</h3>\n");

    for (action = 0; action < DM_ACTIONS; action++) {
        for (reason = 0; reason < DM_REASONS; reason++) {
            ngx_http_dm_html_row(h, &rows, dm_action_word(action).data, reason,
                          sum->requests[DM_COUNT_ENFORCED][action][reason],
                          sum->requests[DM_COUNT_DRY_RUN][action][reason]);
        }
    }

    ngx_http_dm_html_rows(h, rows);
}


static void
ngx_http_dm_html_deliveries(ngx_http_dm_html_t *h)
{
    unsigned                reason;
    ngx_uint_t              rows;
    const dm_counts_sum_t  *sum;

    rows = 0;
    sum = h->zone->sum;

    ngx_http_dm_text_add(&h->text, "<h3>Deliveries</h3>\n");

    for (reason = 0; reason < DM_REASONS; reason++) {
        ngx_http_dm_html_row(h, &rows, "deliver", reason,
                             sum->deliveries[DM_COUNT_ENFORCED][reason],
                             sum->deliveries[DM_COUNT_DRY_RUN][reason]);
    }

    ngx_http_dm_html_rows(h, rows);
}


static void
ngx_http_dm_html_counts(ngx_http_dm_html_t *h)
{
    unsigned  i;

    static const char *const  names[DM_COUNTS] = {
        "open streams", "messages delivered", "messages withheld",
        "messages undecidable", "streams closed", "ledger records",
        "ledger gaps", "ledger records lost"
    };

    ngx_http_dm_text_add(&h->text, "<h3>Streams and ledger</h3>\n"
                         "<dl class=\"tiles\">");

    for (i = 0; i < DM_COUNTS; i++) {
        ngx_http_dm_text_add(&h->text, "<div%s><dt>%s</dt>",
                             i >= DM_COUNT_LEDGER_GAPS && h->zone->sum->n[i]
                             ? " class=\"bad\"" : "", names[i]);

        if (i == DM_COUNT_STREAM_OPEN) {
            ngx_http_dm_text_add(&h->text, "<dd>%uL</dd>", h->zone->sum->n[i]);

        } else {
            ngx_http_dm_html_cell(h, "dd", "count", names[i], "",
                                  h->zone->sum->n[i]);
        }

        ngx_http_dm_text_add(&h->text, "</div>\n");
    }

    ngx_http_dm_text_add(&h->text, "</dl>\n");
}
