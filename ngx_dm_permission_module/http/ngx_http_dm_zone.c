#include "ngx_http_dm_zone.h"
#include "ngx_http_dm_sync.h"
#include "dm_zone.h"


/* An array of -1 elements is an error: sizes to configure were too small. */
typedef char  ngx_http_dm_zone_sizes_t[
    sizeof(ngx_slab_pool_t) <= DM_ZONE_POOL
    && sizeof(ngx_slab_page_t) + sizeof(ngx_slab_stat_t) <= DM_ZONE_SLOT
    && sizeof(ngx_slab_page_t) <= DM_ZONE_PAGE
    && sizeof(ngx_http_dm_shared_t) <= DM_ZONE_SHARED * 4096 ? 1 : -1];


static ngx_shm_zone_t *ngx_http_dm_zone_before(ngx_conf_t *cf,
    ngx_http_dm_zone_t *zone);
static ngx_int_t ngx_http_dm_zone_init(ngx_shm_zone_t *shm_zone, void *data);
static ngx_int_t ngx_http_dm_zone_alloc(ngx_http_dm_zone_t *zone);


ngx_http_dm_zone_t *
ngx_http_dm_zone_get(ngx_conf_t *cf, ngx_array_t *zones, ngx_str_t *name)
{
    ngx_uint_t            i;
    ngx_http_dm_zone_t  **zone;

    zone = zones->elts;

    for (i = 0; i < zones->nelts; i++) {
        if (ngx_http_dm_str_eq(&zone[i]->name, name)) {
            return zone[i];
        }
    }

    zone = ngx_array_push(zones);
    if (zone == NULL) {
        return NULL;
    }

    *zone = ngx_pcalloc(cf->pool, sizeof(ngx_http_dm_zone_t));
    if (*zone == NULL) {
        return NULL;
    }

    (*zone)->name = *name;
    (*zone)->conf_name = cf->conf_file->file.name;
    (*zone)->conf_line = cf->conf_file->line;

    return *zone;
}


char *
ngx_http_dm_zone_declare(ngx_conf_t *cf, ngx_http_dm_zone_t *zone, void *tag)
{
    zone->shm_zone = ngx_shared_memory_add(cf, &zone->name, zone->size, tag);
    if (zone->shm_zone == NULL) {
        return NGX_CONF_ERROR;
    }

    zone->shm_zone->init = ngx_http_dm_zone_init;
    zone->shm_zone->data = zone;

    return NGX_CONF_OK;
}


ngx_shm_zone_t *
ngx_http_dm_zone_beside(ngx_conf_t *cf, const char *prefix,
    const ngx_str_t *name, size_t size, void *tag, ngx_shm_zone_init_pt init,
    void *data)
{
    size_t           len;
    ngx_str_t        full;
    ngx_shm_zone_t  *shm_zone;

    len = ngx_strlen(prefix);

    full.len = len + name->len;
    full.data = ngx_pnalloc(cf->pool, full.len);
    if (full.data == NULL) {
        return NULL;
    }

    ngx_memcpy(ngx_cpymem(full.data, prefix, len), name->data, name->len);

    shm_zone = ngx_shared_memory_add(cf, &full, size, tag);
    if (shm_zone == NULL) {
        return NULL;
    }

    shm_zone->init = init;
    shm_zone->data = data;

    return shm_zone;
}


/* nginx asks the old zone whether to free its memory, the new one to reuse. */
void
ngx_http_dm_zone_settle(ngx_conf_t *cf, ngx_http_dm_zone_t *zone)
{
    ngx_shm_zone_t      *before;
    ngx_http_dm_zone_t  *old;

    before = ngx_http_dm_zone_before(cf, zone);

    if (before == NULL) {
        return;
    }

    old = before->data;

    zone->shm_zone->noreuse = !ngx_http_dm_str_eq(&old->file, &zone->file)
                              || (zone->users
                                  && dm_table_users(old->shared->table) != 1);
    before->noreuse = zone->shm_zone->noreuse;
}


/* The zone as the configuration that is to be replaced has it, or NULL. */
static ngx_shm_zone_t *
ngx_http_dm_zone_before(ngx_conf_t *cf, ngx_http_dm_zone_t *zone)
{
    ngx_uint_t        i;
    ngx_shm_zone_t   *shm_zone;
    ngx_list_part_t  *part;

    part = &cf->cycle->old_cycle->shared_memory.part;

    for ( /* void */ ; part; part = part->next) {
        shm_zone = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (shm_zone[i].tag == zone->shm_zone->tag
                && ngx_http_dm_str_eq(&shm_zone[i].shm.name, &zone->name))
            {
                return &shm_zone[i];
            }
        }
    }

    return NULL;
}


/*
 * At a reload a zone keeps its table, or else is read here, before a request
 * can meet it.  What nginx hands over was laid out by this very code: a binary
 * that takes over maps memory of its own, and another build of the module that
 * a reload loads (under another name, or it is not loaded) brings tags of its
 * own, which are addresses in it, while this one is still there.
 */
static ngx_int_t
ngx_http_dm_zone_init(ngx_shm_zone_t *shm_zone, void *data)
{
    ngx_http_dm_zone_t  *old = data;

    ngx_http_dm_zone_t  *zone;

    zone = shm_zone->data;
    zone->shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;

    if (old && !shm_zone->noreuse) {
        zone->shared = old->shared;
        zone->turn = ngx_atomic_fetch_add(&zone->shared->turns, 1) + 1;
        return NGX_OK;
    }

    if (ngx_http_dm_zone_alloc(zone) != NGX_OK) {
        ngx_log_error(NGX_LOG_EMERG, shm_zone->shm.log, 0,
                      "zone \"%V\" of \"dm_permission_table\" is too small: "
                      "%uz bytes", &zone->name, shm_zone->shm.size);
        return NGX_ERROR;
    }

    return ngx_http_dm_sync_load(zone, shm_zone->shm.log);
}


void
ngx_http_dm_zone_own(ngx_http_dm_zone_t *zone)
{
    ngx_shmtx_lock(&zone->shpool->mutex);

    if (zone->turn > zone->shared->owner) {
        zone->shared->owner = zone->turn;
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);
}


/* One piece for both arenas, never freed: it cannot fragment. */
static ngx_int_t
ngx_http_dm_zone_alloc(ngx_http_dm_zone_t *zone)
{
    void             *memory;
    size_t            size;
    ngx_slab_pool_t  *shpool;

    shpool = zone->shpool;

    zone->shared = ngx_slab_calloc(shpool, sizeof(ngx_http_dm_shared_t));
    if (zone->shared == NULL) {
        return NGX_ERROR;
    }

    shpool->data = zone->shared;
    shpool->log_nomem = 0;

    size = shpool->pfree * ngx_pagesize;

    memory = ngx_slab_alloc(shpool, size);
    if (memory == NULL) {
        return NGX_ERROR;
    }

    zone->shared->table = dm_table_init(memory, size);

    return zone->shared->table ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_http_dm_zone_lock(ngx_http_dm_zone_t *zone)
{
    ngx_shmtx_lock(&zone->shpool->mutex);

    if (zone->shared->owner != zone->turn) {
        ngx_shmtx_unlock(&zone->shpool->mutex);
        return NGX_DECLINED;
    }

    return NGX_OK;
}


void
ngx_http_dm_zone_unlock(ngx_http_dm_zone_t *zone)
{
    ngx_shmtx_unlock(&zone->shpool->mutex);
}
