#include "ngx_http_dm_ledger.h"
#include "dm_ledger_read.h"


#define NGX_HTTP_DM_LEDGER_PAGES  8

/* The end of a file in which the last line is looked for. */
#define NGX_HTTP_DM_LEDGER_TAIL   65536


static ngx_int_t ngx_http_dm_ledger_zone_init(ngx_shm_zone_t *shm_zone,
    void *data);
static void ngx_http_dm_ledger_tail(ngx_http_dm_ledger_t *ledger,
    ngx_log_t *log);


/* No other module's zone: of a name that is taken nginx compares the tags. */
static ngx_uint_t  ngx_http_dm_ledger_tag;


char *
ngx_http_dm_ledger_declare(ngx_conf_t *cf, ngx_http_dm_ledger_t *ledger)
{
    ledger->shm_zone = ngx_http_dm_zone_beside(cf, "dm_permission_ledger:",
                                       &ledger->file->name,
                                       NGX_HTTP_DM_LEDGER_PAGES * ngx_pagesize,
                                       &ngx_http_dm_ledger_tag,
                                       ngx_http_dm_ledger_zone_init, ledger);

    return ledger->shm_zone ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static ngx_int_t
ngx_http_dm_ledger_zone_init(ngx_shm_zone_t *shm_zone, void *data)
{
    ngx_http_dm_ledger_t  *old = data;

    ngx_slab_pool_t       *shpool;
    ngx_http_dm_ledger_t  *ledger;

    ledger = shm_zone->data;
    shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;

    if (old) {
        ledger->shared = old->shared;
        return NGX_OK;
    }

    if (shm_zone->shm.exists) {
        ledger->shared = shpool->data;
        return NGX_OK;
    }

    ledger->shared = ngx_slab_calloc(shpool,
                                     sizeof(ngx_http_dm_ledger_shared_t));
    if (ledger->shared == NULL) {
        return NGX_ERROR;
    }

    shpool->data = ledger->shared;
    ngx_http_dm_ledger_tail(ledger, shm_zone->shm.log);

    return NGX_OK;
}


/*
 * After a start the first chain follows that of the last line in the file.
 * What cannot be read is no reason not to start: the chain then follows none,
 * and who verifies the ledger is told.
 */
static void
ngx_http_dm_ledger_tail(ngx_http_dm_ledger_t *ledger, ngx_log_t *log)
{
    u_char           *buffer;
    size_t            size;
    ssize_t           n;
    dm_str_t          name;
    ngx_file_t        file;
    ngx_file_info_t   fi;

    ngx_memzero(&file, sizeof(ngx_file_t));
    file.name = ledger->file->name;
    file.log = log;

    if (ngx_file_info(file.name.data, &fi) == NGX_FILE_ERROR
        || !ngx_is_file(&fi) || ngx_file_size(&fi) == 0)
    {
        return;
    }

    buffer = ngx_alloc(NGX_HTTP_DM_LEDGER_TAIL, log);
    if (buffer == NULL) {
        return;
    }

    file.fd = ngx_open_file(file.name.data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (file.fd == NGX_INVALID_FILE) {
        ngx_log_error(NGX_LOG_WARN, log, ngx_errno,
                      "could not read the end of ledger \"%V\"", &file.name);
        ngx_free(buffer);
        return;
    }

    size = (size_t) ngx_min(ngx_file_size(&fi), NGX_HTTP_DM_LEDGER_TAIL);
    n = ngx_read_file(&file, buffer, size, ngx_file_size(&fi) - size);

    if (n > 0) {
        name = dm_ledger_read_last((dm_str_t) { (char *) buffer, (size_t) n });
        ngx_memcpy(ledger->shared->name, name.data, name.len);
        ledger->shared->len = name.len;
    }

    (void) ngx_close_file(file.fd);
    ngx_free(buffer);
}


/* The slab mutex is freed by the master where its holder dies. */
size_t
ngx_http_dm_ledger_follow(ngx_http_dm_ledger_t *ledger, dm_str_t name,
    char follows[DM_LEDGER_CHAIN_MAX])
{
    size_t            len;
    ngx_slab_pool_t  *shpool;

    shpool = (ngx_slab_pool_t *) ledger->shm_zone->shm.addr;

    ngx_shmtx_lock(&shpool->mutex);

    len = ngx_min(ledger->shared->len, (size_t) DM_LEDGER_CHAIN_MAX);
    ngx_memcpy(follows, ledger->shared->name, len);

    ngx_memcpy(ledger->shared->name, name.data, name.len);
    ledger->shared->len = name.len;

    ngx_shmtx_unlock(&shpool->mutex);

    return len;
}


dm_str_t
ngx_http_dm_ledger_latest(ngx_http_dm_ledger_t *ledger,
    char name[DM_LEDGER_CHAIN_MAX])
{
    dm_str_t          latest;
    ngx_slab_pool_t  *shpool;

    shpool = (ngx_slab_pool_t *) ledger->shm_zone->shm.addr;

    ngx_shmtx_lock(&shpool->mutex);

    latest.data = name;
    latest.len = ngx_min(ledger->shared->len, (size_t) DM_LEDGER_CHAIN_MAX);
    ngx_memcpy(name, ledger->shared->name, latest.len);

    ngx_shmtx_unlock(&shpool->mutex);

    if (dm_str_eq(latest, (dm_str_t) { ledger->chain.name,
                                       ledger->chain.name_len }))
    {
        latest.len = 0;
    }

    return latest;
}
