/*
 * A table in nginx's shared memory.  Only this pair of files knows that the
 * memory is nginx's.
 */

#ifndef NGX_HTTP_DM_ZONE_H
#define NGX_HTTP_DM_ZONE_H

#include <ngx_config.h>
#include <ngx_core.h>

#include "dm_counts.h"
#include "dm_history.h"
#include "dm_load.h"
#include "ngx_http_dm_core.h"
#include "ngx_http_dm_file.h"


/* In shared memory, before the table.  Written under the slab mutex. */
typedef struct {
    ngx_atomic_t        turns;          /* configurations that had the zone */
    ngx_atomic_t        owner;          /* the turn of the writer in charge */
    ngx_atomic_t        checked;        /* Unix seconds: last in step */
    ngx_atomic_t        looked;         /* Unix seconds: last look at it */
    dm_history_t        history;
    ngx_http_dm_file_t  file;
    dm_load_state_t     load;
    dm_table_t         *table;
} ngx_http_dm_shared_t;


typedef struct {
    ngx_str_t              name;
    ngx_str_t              conf_name;   /* where it is mentioned first */
    ngx_uint_t             conf_line;
    ngx_str_t              file;        /* with NUL; empty: not declared */
    size_t                 size;
    ngx_msec_t             interval;
    time_t                 max_stale;   /* 0: none */
    ngx_uint_t             users;       /* somebody asks for dm_table_user() */
    ngx_shm_zone_t        *shm_zone;
    ngx_slab_pool_t       *shpool;
    ngx_http_dm_shared_t  *shared;
    ngx_atomic_uint_t      turn;        /* this configuration's */
    dm_counts_t           *counts;      /* in shared memory */
    dm_counts_slot_t      *slot;        /* of counts, this process's */
    unsigned               counting:1;  /* slot has been asked for */
} ngx_http_dm_zone_t;


/* The zone of a name, made on first mention.  NULL without memory. */
ngx_http_dm_zone_t *ngx_http_dm_zone_get(ngx_conf_t *cf, ngx_array_t *zones,
    ngx_str_t *name);

/* Gives a zone its memory.  NGX_CONF_OK or an error already logged. */
char *ngx_http_dm_zone_declare(ngx_conf_t *cf, ngx_http_dm_zone_t *zone,
    void *tag);

/*
 * Memory beside a zone, or beside whatever has a name: `name` after a prefix
 * that ends with a NUL.  The other arguments as of ngx_shared_memory_add() and
 * ngx_shm_zone_t.  NULL after an error that is logged.
 */
ngx_shm_zone_t *ngx_http_dm_zone_beside(ngx_conf_t *cf, const char *prefix,
    const ngx_str_t *name, size_t size, void *tag, ngx_shm_zone_init_pt init,
    void *data);

/*
 * Decides, once all of the configuration is read, whether the zone goes on
 * with the memory that it has from before a reload: another file gets memory
 * of its own, so that a reload that fails has touched nothing, and so does a
 * table without the index of users if it is needed now.
 */
void ngx_http_dm_zone_settle(ngx_conf_t *cf, ngx_http_dm_zone_t *zone);

/*
 * Puts the calling process in charge of the zone's table, unless one of a
 * later configuration already is; whoever was before writes no more.
 */
void ngx_http_dm_zone_own(ngx_http_dm_zone_t *zone);

/*
 * The writer's lock: the slab mutex, which the master frees where its holder
 * dies.  NGX_DECLINED, without the lock, where another process is in charge.
 */
ngx_int_t ngx_http_dm_zone_lock(ngx_http_dm_zone_t *zone);
void ngx_http_dm_zone_unlock(ngx_http_dm_zone_t *zone);


/* 1 if the zone's table may answer: loaded, and not older than max_stale. */
static ngx_inline ngx_uint_t
ngx_http_dm_zone_ready(const ngx_http_dm_zone_t *zone)
{
    return zone->max_stale == 0
           || ngx_time() - (time_t) zone->shared->checked <= zone->max_stale;
}

#endif
