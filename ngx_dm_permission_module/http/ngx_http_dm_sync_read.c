#include "ngx_http_dm_sync_read.h"


static ngx_int_t ngx_http_dm_sync_bite(ngx_http_dm_sync_t *sync);
static ngx_int_t ngx_http_dm_sync_read(ngx_http_dm_sync_t *sync, char *data,
    size_t len, uint64_t offset);
static ngx_int_t ngx_http_dm_sync_unchanged(ngx_http_dm_sync_t *sync);
static ngx_int_t ngx_http_dm_sync_work(ngx_http_dm_sync_t *sync);
static void ngx_http_dm_sync_record(ngx_http_dm_sync_t *sync);
static void ngx_http_dm_sync_report(void *data, dm_load_event_t event,
    uint64_t line, const char *text);


ngx_http_dm_sync_t *
ngx_http_dm_sync_create(ngx_http_dm_zone_t *zone, ngx_log_t *log)
{
    ngx_http_dm_sync_t  *sync;

    sync = ngx_calloc(sizeof(ngx_http_dm_sync_t), log);
    if (sync == NULL) {
        return NULL;
    }

    sync->zone = zone;
    sync->log = log;
    sync->fd = NGX_INVALID_FILE;
    sync->digest = dm_digest_create();

    if (sync->digest) {
        sync->load = dm_load_create(zone->shared->table, sync->digest,
                                    ngx_http_dm_sync_report, sync);
    }

    if (sync->load) {
        sync->intake = dm_intake_create(zone->shared->table, sync->load);
    }

    if (sync->intake == NULL) {
        ngx_log_error(NGX_LOG_EMERG, log, 0,
                      "no memory to read \"%V\"", &zone->file);
        ngx_http_dm_sync_destroy(sync);
        return NULL;
    }

    return sync;
}


void
ngx_http_dm_sync_destroy(ngx_http_dm_sync_t *sync)
{
    ngx_http_dm_sync_close(sync);

    if (sync->intake) {
        dm_intake_destroy(sync->intake);
    }

    if (sync->load) {
        dm_load_destroy(sync->load);
    }

    if (sync->digest) {
        dm_digest_destroy(sync->digest);
    }

    ngx_free(sync);
}


void
ngx_http_dm_sync_close(ngx_http_dm_sync_t *sync)
{
    if (sync->fd != NGX_INVALID_FILE) {
        (void) ngx_close_file(sync->fd);
        sync->fd = NGX_INVALID_FILE;
    }
}


void
ngx_http_dm_sync_start(ngx_http_dm_sync_t *sync)
{
    ngx_uint_t  users;

    /* processes that serve by a former configuration may still need it */
    users = sync->zone->users || dm_table_users(sync->zone->shared->table) == 1;

    sync->snapshot = 1;
    sync->file.known = ngx_http_dm_file_sample(sync->fd, sync->file.size,
                                               sync->digest, sync->file.sample)
                       == NGX_OK;

    dm_intake_snapshot(sync->intake, users);
}


void
ngx_http_dm_sync_journal(ngx_http_dm_sync_t *sync)
{
    sync->snapshot = 0;

    dm_intake_journal(sync->intake, &sync->zone->shared->load);
}


ngx_int_t
ngx_http_dm_sync_slice(ngx_http_dm_sync_t *sync, uint64_t limit)
{
    uint64_t   start;
    ngx_int_t  rc;

    start = ngx_http_dm_sync_clock();

    do {
        rc = ngx_http_dm_sync_bite(sync);

    } while (rc == NGX_AGAIN && ngx_http_dm_sync_clock() - start < limit);

    return rc;
}


static ngx_int_t
ngx_http_dm_sync_bite(ngx_http_dm_sync_t *sync)
{
    char      *data;
    size_t     len;
    uint64_t   offset;

    if (dm_intake_wants(sync->intake, &data, &len, &offset)) {
        return ngx_http_dm_sync_read(sync, data, len, offset);
    }

    return ngx_http_dm_sync_work(sync);
}


static ngx_int_t
ngx_http_dm_sync_read(ngx_http_dm_sync_t *sync, char *data, size_t len,
    uint64_t offset)
{
    ssize_t  n;

    n = pread(sync->fd, data, len, offset);

    if (n < 0) {
        ngx_log_error(NGX_LOG_ERR, sync->log, ngx_errno,
                      "could not read \"%V\"", &sync->zone->file);
        return NGX_ERROR;
    }

    dm_intake_filled(sync->intake, n);

    return dm_intake_ends(sync->intake) ? ngx_http_dm_sync_unchanged(sync)
                                        : NGX_AGAIN;
}


/*
 * A file that was rewritten while it was read may have been read in parts of
 * both: NGX_ABORT.  One that only grew has its start as it was: NGX_AGAIN.
 */
static ngx_int_t
ngx_http_dm_sync_unchanged(ngx_http_dm_sync_t *sync)
{
    u_char              sample[DM_DIGEST_LEN];
    ngx_http_dm_file_t  file;

    if (ngx_http_dm_file_info(sync->fd, &file) != NGX_OK) {
        return NGX_ABORT;
    }

    if (ngx_http_dm_file_same(&file, &sync->file)) {
        return NGX_AGAIN;
    }

    if (sync->file.known
        && file.size > sync->file.size
        && ngx_http_dm_file_sample(sync->fd, sync->file.size, sync->digest,
                                   sample)
           == NGX_OK
        && ngx_memcmp(sample, sync->file.sample, DM_DIGEST_LEN) == 0)
    {
        return NGX_AGAIN;
    }

    ngx_log_error(NGX_LOG_NOTICE, sync->log, 0,
                  "\"%V\" changed while it was read", &sync->zone->file);

    return NGX_ABORT;
}


static ngx_int_t
ngx_http_dm_sync_work(ngx_http_dm_sync_t *sync)
{
    dm_intake_rc_t  rc;

    if (ngx_http_dm_zone_lock(sync->zone) != NGX_OK) {
        return NGX_DECLINED;
    }

    rc = dm_intake_bite(sync->intake);

    if (rc == DM_INTAKE_DONE) {
        ngx_http_dm_sync_record(sync);
        ngx_http_dm_sync_tell_done(sync, sync->snapshot);
    }

    ngx_http_dm_zone_unlock(sync->zone);

    switch (rc) {

    case DM_INTAKE_AGAIN:
        return NGX_AGAIN;

    case DM_INTAKE_DONE:
        return NGX_OK;

    case DM_INTAKE_FULL:
        return NGX_BUSY;

    default: /* DM_INTAKE_REFUSED */
        return NGX_ERROR;
    }
}


u_char *
ngx_http_dm_sync_error(ngx_http_dm_sync_t *sync, ngx_int_t rc)
{
    const dm_load_state_t  *state;

    state = dm_load_state(sync->load);

    if (rc == NGX_ABORT) {
        ngx_cpystrn(sync->error, (u_char *) "it changed while it was read",
                    sizeof(sync->error));

    } else if (state->error[0] == '\0') {
        ngx_cpystrn(sync->error, (u_char *) "it could not be read",
                    sizeof(sync->error));

    } else if (state->error_line == 0) {
        ngx_cpystrn(sync->error, (u_char *) state->error,
                    sizeof(sync->error));

    } else {
        ngx_snprintf(sync->error, sizeof(sync->error), "%s in line %uL%Z",
                     state->error, state->error_line);
    }

    return sync->error;
}


/* What the next look at the file, by whatever process, is compared with. */
static void
ngx_http_dm_sync_record(ngx_http_dm_sync_t *sync)
{
    ngx_http_dm_shared_t   *shared;
    const dm_load_state_t  *state;

    ngx_time_update();

    shared = sync->zone->shared;
    state = dm_load_state(sync->load);

    sync->file.known = ngx_http_dm_file_sample(sync->fd, state->offset,
                                               sync->digest, sync->file.sample)
                       == NGX_OK;

    shared->file = sync->file;
    shared->load = *state;
    shared->checked = ngx_time();
    shared->looked = shared->checked;
}


static void
ngx_http_dm_sync_report(void *data, dm_load_event_t event, uint64_t line,
    const char *text)
{
    ngx_http_dm_sync_t  *sync = data;

    if (event == DM_LOAD_CLAMPED && line == 0) {
        ngx_log_error(NGX_LOG_WARN, sync->log, 0, "\"%V\": %s",
                      &sync->zone->file, text);
        return;
    }

    if (event == DM_LOAD_CLAMPED) {
        ngx_log_error(NGX_LOG_WARN, sync->log, 0,
                      "line %uL of \"%V\": %s", line, &sync->zone->file,
                      text);
        return;
    }

    ngx_log_error(NGX_LOG_ERR, sync->log, 0,
                  "line %uL of \"%V\" skipped: %s", line, &sync->zone->file,
                  text);

    ngx_http_dm_sync_tell_error(sync, line, text);
}
