#include "ngx_http_dm_count.h"


static ngx_int_t ngx_http_dm_count_init(ngx_shm_zone_t *shm_zone, void *data);


/* No other module's zone: of a name that is taken nginx compares the tags. */
static ngx_uint_t  ngx_http_dm_count_tag;


char *
ngx_http_dm_count_declare(ngx_conf_t *cf, ngx_http_dm_zone_t *zone)
{
    size_t  pages;

    /* the slab pool's own pages: a head, and a page_t for each page */

    pages = dm_counts_size() / ngx_pagesize + 1;
    pages += 8 + pages * sizeof(ngx_slab_page_t) / ngx_pagesize;

    return ngx_http_dm_zone_beside(cf, "dm_permission_counts:", &zone->name,
                                   pages * ngx_pagesize,
                                   &ngx_http_dm_count_tag,
                                   ngx_http_dm_count_init, zone)
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static ngx_int_t
ngx_http_dm_count_init(ngx_shm_zone_t *shm_zone, void *data)
{
    ngx_http_dm_zone_t  *old = data;

    void                *memory;
    ngx_slab_pool_t     *shpool;
    ngx_http_dm_zone_t  *zone;

    zone = shm_zone->data;
    shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;

    if (old) {
        zone->counts = old->counts;
        return NGX_OK;
    }

    if (shm_zone->shm.exists) {
        zone->counts = shpool->data;
        return NGX_OK;
    }

    memory = ngx_slab_calloc(shpool, dm_counts_size());
    if (memory == NULL) {
        return NGX_ERROR;
    }

    zone->counts = dm_counts_init(memory);
    shpool->data = zone->counts;

    return NGX_OK;
}


static int
ngx_http_dm_count_alive(uint32_t pid)
{
    return kill((ngx_pid_t) pid, 0) == 0 || ngx_errno != ESRCH;
}


dm_counts_slot_t *
ngx_http_dm_count_claim(ngx_http_dm_zone_t *zone)
{
    zone->counting = 1;
    zone->slot = dm_counts_claim(zone->counts, (uint32_t) ngx_pid,
                                 ngx_http_dm_count_alive);

    if (zone->slot == NULL) {
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "more than %d processes count for zone \"%V\", "
                      "this one does not", DM_COUNTS_SLOTS, &zone->name);
    }

    return zone->slot;
}


void
ngx_http_dm_count_sum(const ngx_http_dm_zone_t *zone, dm_counts_sum_t *sum)
{
    dm_counts_sum(zone->counts, ngx_http_dm_count_alive, sum);
}
