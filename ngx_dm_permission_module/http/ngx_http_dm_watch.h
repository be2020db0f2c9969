/* File-change notification, where the system has it. */

#ifndef NGX_HTTP_DM_WATCH_H
#define NGX_HTTP_DM_WATCH_H

#include "ngx_http_dm_zone.h"


typedef void (*ngx_http_dm_watch_pt)(ngx_array_t *data);

/*
 * Calls `handler` with `data` from the event loop when something has happened
 * to any zone's file, or to a directory or a link on the way to it.  NGX_OK
 * also where the system cannot: zones are looked at in their intervals all the
 * same.
 */
ngx_int_t ngx_http_dm_watch(ngx_cycle_t *cycle, ngx_array_t *zones,
    ngx_http_dm_watch_pt handler, ngx_array_t *data);

#endif
