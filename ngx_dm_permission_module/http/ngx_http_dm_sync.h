/* The file -> the table, a slice of work at a time. */

#ifndef NGX_HTTP_DM_SYNC_H
#define NGX_HTTP_DM_SYNC_H

#include "ngx_http_dm_zone.h"


typedef struct ngx_http_dm_sync_s  ngx_http_dm_sync_t;


/*
 * Reads the whole file into the zone's table, at start and for `nginx -t`.
 * NGX_ERROR after an [emerg] with the line number.
 */
ngx_int_t ngx_http_dm_sync_load(ngx_http_dm_zone_t *zone, ngx_log_t *log);

/* Keeps a zone in step with its file.  NULL after an [emerg]. */
ngx_http_dm_sync_t *ngx_http_dm_sync_create(ngx_http_dm_zone_t *zone,
    ngx_log_t *log);

/*
 * Looks at the file, or goes on reading it, for `limit` microseconds and the
 * bite (dm_intake.h) that is not done by then.  Returns the milliseconds until
 * it wants to be called again.
 */
ngx_msec_t ngx_http_dm_sync_step(ngx_http_dm_sync_t *sync, uint64_t limit);

#endif
