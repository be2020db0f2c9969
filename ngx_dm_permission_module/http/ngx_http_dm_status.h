/*
 * The status page: one snapshot of all zones, in the view that the client
 * asks for.
 */

#ifndef NGX_HTTP_DM_STATUS_H
#define NGX_HTTP_DM_STATUS_H

#include "ngx_http_dm_permission_module.h"


/* Apps that are named; those that would break, and busy ones, come first. */
#define NGX_HTTP_DM_STATUS_APPS  100


/*
 * Text is valid UTF-8, whatever bytes a name in the configuration has, and
 * ends with a NUL.
 */
typedef struct {
    ngx_str_t            name;
    ngx_str_t            file;
    ngx_str_t            revision;
    ngx_str_t            error;
    uint64_t             ready;       /* 1: may answer */
    uint64_t             age;         /* seconds since it was in step */
    uint64_t             looked;      /* Unix milliseconds */
    dm_table_info_t      info;
    dm_history_entry_t   history;
    dm_counts_sum_t     *sum;         /* n_apps named ones, other: the rest */
} ngx_http_dm_status_zone_t;


typedef struct {
    uint64_t                    now;  /* Unix milliseconds */
    ngx_uint_t                  n;
    ngx_http_dm_status_zone_t  *zones;
} ngx_http_dm_status_page_t;


ngx_int_t ngx_http_dm_status_handler(ngx_http_request_t *r);

/* The snapshot.  NULL without memory. */
ngx_http_dm_status_page_t *ngx_http_dm_status_read(ngx_http_request_t *r);

/*
 * What a view shows: the counters that can be other than zero.  1 and the
 * number, or 0.
 */
ngx_uint_t ngx_http_dm_status_request(const dm_counts_sum_t *sum,
    dm_count_mode_t mode, dm_action_t action, dm_reason_t reason, uint64_t *n);
ngx_uint_t ngx_http_dm_status_delivery(const dm_counts_sum_t *sum,
    dm_count_mode_t mode, dm_reason_t reason, uint64_t *n);

/* 1 if there are requests of apps that are not named. */
ngx_uint_t ngx_http_dm_status_rest(const dm_counts_sum_t *sum);

/* The views.  NULL without memory. */
ngx_chain_t *ngx_http_dm_status_json(ngx_http_request_t *r,
    const ngx_http_dm_status_page_t *page);
ngx_chain_t *ngx_http_dm_status_prometheus(ngx_http_request_t *r,
    const ngx_http_dm_status_page_t *page);
ngx_chain_t *ngx_http_dm_status_html(ngx_http_request_t *r,
    const ngx_http_dm_status_page_t *page);


/* The HTML page before and after what differs. */
extern const char  ngx_http_dm_status_head[];
extern const char  ngx_http_dm_status_tail[];

#endif
