#include "ngx_http_dm_helper.h"
#include "ngx_http_dm_sync.h"
#include "ngx_http_dm_watch.h"

#include <ngx_event.h>


/*
 * Microseconds that all zones together may work before the process looks at
 * what else there is: in the helper, which has only to notice that it is told
 * to quit; and where requests wait, half of what they may have to.
 */
#define NGX_HTTP_DM_HELPER_SLICE  20000
#define NGX_HTTP_DM_SINGLE_SLICE  1000

#define NGX_HTTP_DM_HELPER_IDLE   (3600 * 1000)
#define NGX_HTTP_DM_HELPER_AGAIN  200       /* milliseconds */


typedef struct {
    ngx_http_dm_sync_t  *sync;
    ngx_event_t          timer;
    uint64_t             slice;        /* microseconds */
} ngx_http_dm_helper_t;


static ngx_msec_t ngx_http_dm_helper_manager(void *data);
static ngx_int_t ngx_http_dm_helper_start(ngx_cycle_t *cycle,
    ngx_array_t *zones);
static void ngx_http_dm_helper_timer(ngx_event_t *ev);
static void ngx_http_dm_helper_notified(ngx_array_t *helpers);


ngx_path_t *
ngx_http_dm_helper_path(ngx_conf_t *cf)
{
    ngx_path_t  *path;

    path = ngx_pcalloc(cf->cycle->pool, sizeof(ngx_path_t));

    if (path == NULL || ngx_array_push(&cf->cycle->paths) == NULL) {
        return NULL;
    }

    cf->cycle->paths.nelts--;

    ngx_str_set(&path->name, "dm_permission");
    path->manager = ngx_http_dm_helper_manager;

    return path;
}


void
ngx_http_dm_helper_add_path(ngx_cycle_t *cycle, ngx_path_t *path)
{
    ngx_path_t  **slot;

    slot = ngx_array_push(&cycle->paths);

    if (slot == NULL) {
        ngx_log_error(NGX_LOG_ALERT, cycle->log, 0,
                      "no memory to start the process that keeps the tables "
                      "in step with their files");
        return;
    }

    *slot = path;
}


/* A manager is what the helper is started for; the work hangs on timers. */
static ngx_msec_t
ngx_http_dm_helper_manager(void *data)
{
    (void) data;

    return NGX_HTTP_DM_HELPER_IDLE;
}


ngx_int_t
ngx_http_dm_helper_init_process(ngx_cycle_t *cycle, ngx_array_t *zones)
{
    if (ngx_process != NGX_PROCESS_HELPER && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    if (ngx_http_dm_helper_start(cycle, zones) == NGX_OK) {
        return NGX_OK;
    }

    if (ngx_process == NGX_PROCESS_SINGLE) {
        return NGX_ERROR;
    }

    /*
     * With an error nginx ends the process by a code that tells the master to
     * start no other: what is revoked from then on would stay granted.
     */

    ngx_log_error(NGX_LOG_ALERT, cycle->log, 0,
                  "no memory to keep the tables in step with their files, "
                  "the process starts again");

    ngx_msleep(NGX_HTTP_DM_HELPER_AGAIN);

    exit(1);
}


static ngx_int_t
ngx_http_dm_helper_start(ngx_cycle_t *cycle, ngx_array_t *zones)
{
    ngx_uint_t             i;
    ngx_array_t           *helpers;
    ngx_http_dm_zone_t   **zone;
    ngx_http_dm_helper_t  *helper;

    helpers = ngx_array_create(cycle->pool, zones->nelts,
                               sizeof(ngx_http_dm_helper_t));
    if (helpers == NULL) {
        return NGX_ERROR;
    }

    zone = zones->elts;

    for (i = 0; i < zones->nelts; i++) {

        /* never moved: there is room for all of them */

        helper = ngx_array_push(helpers);

        ngx_memzero(helper, sizeof(ngx_http_dm_helper_t));

        helper->sync = ngx_http_dm_sync_create(zone[i], cycle->log);
        if (helper->sync == NULL) {
            return NGX_ERROR;
        }

        ngx_http_dm_zone_own(zone[i]);

        helper->slice = (ngx_process == NGX_PROCESS_SINGLE
                         ? NGX_HTTP_DM_SINGLE_SLICE : NGX_HTTP_DM_HELPER_SLICE)
                        / zones->nelts;

        helper->timer.data = helper;
        helper->timer.log = cycle->log;
        helper->timer.handler = ngx_http_dm_helper_timer;
        helper->timer.cancelable = 1;

        ngx_add_timer(&helper->timer, 1);
    }

    return ngx_http_dm_watch(cycle, zones, ngx_http_dm_helper_notified,
                             helpers);
}


static void
ngx_http_dm_helper_timer(ngx_event_t *ev)
{
    ngx_msec_t             wait;
    ngx_http_dm_helper_t  *helper;

    helper = ev->data;

    wait = ngx_http_dm_sync_step(helper->sync, helper->slice);

    /* nginx would keep a timer that is set and expires about then */

    if (ev->timer_set) {
        ngx_del_timer(ev);
    }

    ngx_add_timer(ev, wait);
}


static void
ngx_http_dm_helper_notified(ngx_array_t *helpers)
{
    ngx_uint_t             i;
    ngx_http_dm_helper_t  *helper;

    helper = helpers->elts;

    for (i = 0; i < helpers->nelts; i++) {
        ngx_http_dm_helper_timer(&helper[i].timer);
    }
}
