/* The file -> the table, outside the workers. */

#ifndef NGX_HTTP_DM_SYNC_H
#define NGX_HTTP_DM_SYNC_H

#include "ngx_http_dm_zone.h"


/*
 * Reads the whole file into the zone's table, at start and for `nginx -t`.
 * NGX_ERROR after an [emerg] with the line number.
 */
ngx_int_t ngx_http_dm_sync_load(ngx_http_dm_zone_t *zone, ngx_log_t *log);

/*
 * Makes the master start its helper process and call the sync there.  To be
 * called from init_module: nginx creates and chowns the paths it meets before.
 */
ngx_int_t ngx_http_dm_sync_add_path(ngx_cycle_t *cycle, ngx_array_t *zones);

/* In the process that syncs: the helper, or the single process. */
ngx_int_t ngx_http_dm_sync_init_process(ngx_cycle_t *cycle,
    ngx_array_t *zones);

#endif
