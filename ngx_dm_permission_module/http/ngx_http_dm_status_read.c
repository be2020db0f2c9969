#include "ngx_http_dm_status.h"
#include "ngx_http_dm_count.h"


static ngx_int_t ngx_http_dm_status_zone(ngx_http_request_t *r,
    const ngx_http_dm_zone_t *zone, ngx_http_dm_status_zone_t *to);
static void ngx_http_dm_status_bound(dm_counts_sum_t *sum);
static ngx_int_t ngx_http_dm_status_text(ngx_pool_t *pool, ngx_str_t *to,
    const void *data, size_t len);


ngx_http_dm_status_page_t *
ngx_http_dm_status_read(ngx_http_request_t *r)
{
    ngx_uint_t                   i;
    ngx_http_dm_zone_t         **zone;
    ngx_http_dm_main_conf_t     *dmcf;
    ngx_http_dm_status_page_t   *page;

    dmcf = ngx_http_get_module_main_conf(r, ngx_http_dm_permission_module);
    zone = dmcf->zones.elts;

    page = ngx_palloc(r->pool, sizeof(ngx_http_dm_status_page_t));
    if (page == NULL) {
        return NULL;
    }

    page->now = ngx_http_dm_msec();
    page->n = dmcf->zones.nelts;
    page->zones = ngx_pcalloc(r->pool, page->n
                                       * sizeof(ngx_http_dm_status_zone_t)
                                       + 1);
    if (page->zones == NULL) {
        return NULL;
    }

    for (i = 0; i < page->n; i++) {
        if (ngx_http_dm_status_zone(r, zone[i], &page->zones[i]) != NGX_OK) {
            return NULL;
        }
    }

    return page;
}


static ngx_int_t
ngx_http_dm_status_zone(ngx_http_request_t *r, const ngx_http_dm_zone_t *zone,
    ngx_http_dm_status_zone_t *to)
{
    time_t                 checked;
    ngx_http_dm_shared_t  *shared;

    shared = zone->shared;
    checked = (time_t) shared->checked;

    to->ready = ngx_http_dm_zone_ready(zone);
    to->age = ngx_time() > checked ? (uint64_t) (ngx_time() - checked) : 0;
    to->looked = (uint64_t) shared->looked * 1000;

    dm_table_info(shared->table, &to->info);
    dm_history_read(&shared->history, &to->history);

    to->sum = ngx_palloc(r->pool, sizeof(dm_counts_sum_t));
    if (to->sum == NULL) {
        return NGX_ERROR;
    }

    ngx_http_dm_count_sum(zone, to->sum);
    ngx_http_dm_status_bound(to->sum);

    if (ngx_http_dm_status_text(r->pool, &to->name, zone->name.data,
                                zone->name.len)
        != NGX_OK
        || ngx_http_dm_status_text(r->pool, &to->file, zone->file.data,
                                   zone->file.len)
           != NGX_OK
        || ngx_http_dm_status_text(r->pool, &to->revision, to->info.revision,
                                   to->info.revision_len)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_dm_status_text(r->pool, &to->error, to->history.error,
                                   ngx_strlen(to->history.error));
}


/* An app whose id is the word for the rest would be the rest twice. */
static void
ngx_http_dm_status_bound(dm_counts_sum_t *sum)
{
    size_t           i, k, named;
    dm_count_app_t  *app;

    named = 0;

    for (i = 0; i < sum->n_apps; i++) {
        app = &sum->apps[i];

        if (named < NGX_HTTP_DM_STATUS_APPS
            && !dm_str_eq((dm_str_t) { app->id, app->id_len },
                          DM_STR("other")))
        {
            sum->apps[named++] = *app;
            continue;
        }

        for (k = 0; k < DM_COUNT_APP_KINDS; k++) {
            sum->other[k] += app->n[k];
        }
    }

    sum->n_apps = named;
}


/* What is no UTF-8 becomes '?'; a NUL follows. */
static ngx_int_t
ngx_http_dm_status_text(ngx_pool_t *pool, ngx_str_t *to, const void *data,
    size_t len)
{
    u_char    *p, *last, *start, *out;
    uint32_t   c;

    out = ngx_pnalloc(pool, len + 1);
    if (out == NULL) {
        return NGX_ERROR;
    }

    to->data = out;
    p = (u_char *) data;
    last = p + len;

    while (p < last) {

        if (*p < 0x80) {
            *out++ = *p++;
            continue;
        }

        start = p;
        c = ngx_utf8_decode(&p, last - p);

        if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) {
            *out++ = '?';
            p = start + 1;
            continue;
        }

        out = ngx_cpymem(out, start, p - start);
    }

    to->len = out - to->data;
    *out = '\0';

    return NGX_OK;
}


ngx_uint_t
ngx_http_dm_status_request(const dm_counts_sum_t *sum, dm_count_mode_t mode,
    dm_action_t action, dm_reason_t reason, uint64_t *n)
{
    *n = sum->requests[mode][action][reason];

    if (*n != 0) {
        return 1;
    }

    if (action == DM_ACTION_NONE || reason == DM_REASON_NOT_GUARDED) {
        return action == DM_ACTION_NONE && reason == DM_REASON_NOT_GUARDED
               && mode == DM_COUNT_ENFORCED;
    }

    switch (reason) {

    case DM_REASON_BAD_DELIVERY:
    case DM_REASON_UNKNOWN_APP:
    case DM_REASON_WRONG_DESTINATION:
    case DM_REASON_WRONG_SIGNATURE:
    case DM_REASON_NOT_SUBSCRIBED:
        return 0;

    case DM_REASON_NO_WRITE_ACCESS:
        return action == DM_ACTION_SEND;

    case DM_REASON_PASSED:
        return mode == DM_COUNT_ENFORCED;

    default:
        return 1;
    }
}


ngx_uint_t
ngx_http_dm_status_delivery(const dm_counts_sum_t *sum, dm_count_mode_t mode,
    dm_reason_t reason, uint64_t *n)
{
    *n = sum->deliveries[mode][reason];

    if (*n != 0) {
        return 1;
    }

    switch (reason) {

    case DM_REASON_NOT_READY:
    case DM_REASON_APP_SUSPENDED:
    case DM_REASON_NO_DM_ACCESS:
    case DM_REASON_BAD_DELIVERY:
    case DM_REASON_UNKNOWN_APP:
    case DM_REASON_WRONG_DESTINATION:
    case DM_REASON_WRONG_SIGNATURE:
    case DM_REASON_NOT_SUBSCRIBED:
        return 1;

    case DM_REASON_PASSED:
        return mode == DM_COUNT_ENFORCED;

    default:
        return 0;
    }
}


ngx_uint_t
ngx_http_dm_status_rest(const dm_counts_sum_t *sum)
{
    size_t  i;

    for (i = 0; i < DM_COUNT_APP_KINDS; i++) {
        if (sum->other[i] != 0) {
            return 1;
        }
    }

    return 0;
}
