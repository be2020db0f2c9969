/* Where the sync runs: nginx's helper process, or the single process. */

#ifndef NGX_HTTP_DM_HELPER_H
#define NGX_HTTP_DM_HELPER_H

#include "ngx_http_dm_zone.h"


/*
 * Makes the master start its helper process.  To be called from init_module:
 * nginx creates and chowns the paths that it meets before.
 */
ngx_int_t ngx_http_dm_helper_add_path(ngx_cycle_t *cycle);

/* Starts to sync the zones where the calling process is the one that does. */
ngx_int_t ngx_http_dm_helper_init_process(ngx_cycle_t *cycle,
    ngx_array_t *zones);

#endif
