#include "ngx_http_dm_sync_read.h"


static ngx_int_t ngx_http_dm_sync_read(ngx_http_dm_sync_t *sync);
static ngx_int_t ngx_http_dm_sync_refused(ngx_http_dm_sync_t *sync);
static ngx_int_t ngx_http_dm_sync_end(ngx_http_dm_sync_t *sync);
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
    sync->buffer = ngx_alloc(NGX_HTTP_DM_SYNC_BUFFER, log);
    sync->digest = dm_digest_create();

    if (sync->buffer && sync->digest) {
        sync->load = dm_load_create(zone->shared->table, sync->digest,
                                    ngx_http_dm_sync_report, sync);
    }

    if (sync->load == NULL) {
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

    if (sync->load) {
        dm_load_destroy(sync->load);
    }

    if (sync->digest) {
        dm_digest_destroy(sync->digest);
    }

    if (sync->buffer) {
        ngx_free(sync->buffer);
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


/* The number of lines tells how much room the state needs. */
ngx_int_t
ngx_http_dm_sync_start(ngx_http_dm_sync_t *sync)
{
    uint64_t    lines;
    ngx_uint_t  users;

    lines = ngx_http_dm_file_lines(sync->fd, sync->buffer,
                                   NGX_HTTP_DM_SYNC_BUFFER);

    if (ngx_http_dm_zone_lock(sync->zone) != NGX_OK) {
        return NGX_DECLINED;
    }

    /* processes that serve by a former configuration may still need it */
    users = sync->zone->users || dm_table_users(sync->zone->shared->table) == 1;

    dm_load_snapshot(sync->load, lines + 1, users);

    ngx_http_dm_zone_unlock(sync->zone);

    sync->snapshot = 1;
    sync->offset = 0;
    sync->filled = 0;

    return NGX_OK;
}


ngx_int_t
ngx_http_dm_sync_slice(ngx_http_dm_sync_t *sync, ngx_msec_t limit)
{
    ngx_int_t   rc;
    ngx_msec_t  start;

    ngx_time_update();
    start = ngx_current_msec;

    do {
        if (ngx_http_dm_zone_lock(sync->zone) != NGX_OK) {
            return NGX_DECLINED;
        }

        rc = ngx_http_dm_sync_read(sync);

        ngx_http_dm_zone_unlock(sync->zone);

        ngx_time_update();

    } while (rc == NGX_AGAIN && ngx_current_msec - start < limit);

    return rc;
}


/* Small bites, so that a slice ends near its limit. */
static ngx_int_t
ngx_http_dm_sync_read(ngx_http_dm_sync_t *sync)
{
    size_t   want;
    ssize_t  n;
    int64_t  taken;

    want = ngx_min((size_t) NGX_HTTP_DM_SYNC_BUFFER - sync->filled,
                   (size_t) 64 * 1024);

    n = pread(sync->fd, sync->buffer + sync->filled, want,
              sync->offset + sync->filled);

    if (n < 0) {
        ngx_log_error(NGX_LOG_ERR, sync->log, ngx_errno,
                      "could not read \"%V\"", &sync->zone->file);
        return NGX_ERROR;
    }

    if (n == 0) {
        return ngx_http_dm_sync_end(sync);
    }

    sync->filled += n;

    taken = dm_load_feed(sync->load, (char *) sync->buffer, sync->filled);
    if (taken < 0) {
        return ngx_http_dm_sync_refused(sync);
    }

    sync->filled -= taken;
    sync->offset += taken;

    ngx_memmove(sync->buffer, sync->buffer + taken, sync->filled);

    return NGX_AGAIN;
}


/* It may fit all the same, now that it is known what there is of what. */
static ngx_int_t
ngx_http_dm_sync_refused(ngx_http_dm_sync_t *sync)
{
    return dm_load_state(sync->load)->again ? NGX_BUSY : NGX_ERROR;
}


static ngx_int_t
ngx_http_dm_sync_end(ngx_http_dm_sync_t *sync)
{
    ngx_uint_t              snapshot;
    const dm_load_state_t  *state;

    snapshot = sync->snapshot;

    if (snapshot) {

        if (dm_load_finish(sync->load, (char *) sync->buffer, sync->filled)
            != 0)
        {
            return ngx_http_dm_sync_refused(sync);
        }

        state = dm_load_state(sync->load);
        sync->offset = state->offset;
        sync->filled = 0;
        sync->snapshot = 0;

    } else if (dm_load_state(sync->load)->full) {
        return NGX_BUSY;
    }

    ngx_http_dm_sync_record(sync);
    ngx_http_dm_sync_tell_done(sync, snapshot);

    return NGX_OK;
}


u_char *
ngx_http_dm_sync_error(ngx_http_dm_sync_t *sync)
{
    const dm_load_state_t  *state;

    state = dm_load_state(sync->load);

    if (state->error[0] == '\0') {
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
    ngx_http_dm_shared_t  *shared;

    shared = sync->zone->shared;

    sync->file.known = 0;

    if (ngx_http_dm_file_sample(sync->fd, sync->offset, sync->digest,
                                sync->file.sample)
        == NGX_OK)
    {
        sync->file.known = 1;
    }

    shared->file = sync->file;
    shared->load = *dm_load_state(sync->load);
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
