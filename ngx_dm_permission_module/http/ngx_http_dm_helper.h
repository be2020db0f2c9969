/* Where the sync runs: nginx's helper process, or the single process. */

#ifndef NGX_HTTP_DM_HELPER_H
#define NGX_HTTP_DM_HELPER_H

#include "ngx_http_dm_zone.h"


/*
 * What makes the master start its helper process, and room for it among the
 * paths of the cycle: an error of init_module would end the master.  NULL
 * without memory.
 */
ngx_path_t *ngx_http_dm_helper_path(ngx_conf_t *cf);

/*
 * To be called from init_module: nginx creates and chowns the paths that it
 * meets before.
 */
void ngx_http_dm_helper_add_path(ngx_cycle_t *cycle, ngx_path_t *path);

/*
 * Starts to sync the zones where the calling process is the one that does.
 * NGX_ERROR without memory in a single process; the helper ends then, and the
 * master starts it again.
 */
ngx_int_t ngx_http_dm_helper_init_process(ngx_cycle_t *cycle,
    ngx_array_t *zones);

#endif
