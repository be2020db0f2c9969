#include "ngx_http_dm_sync_read.h"


static ngx_int_t ngx_http_dm_sync_check(ngx_http_dm_sync_t *sync);
static void ngx_http_dm_sync_failed(ngx_http_dm_sync_t *sync, uint64_t line,
    const char *text);


ngx_int_t
ngx_http_dm_sync_load(ngx_http_dm_zone_t *zone, ngx_log_t *log)
{
    ngx_int_t            rc;
    ngx_http_dm_sync_t  *sync;

    sync = ngx_http_dm_sync_create(zone, log);
    if (sync == NULL) {
        return NGX_ERROR;
    }

    sync->began = ngx_http_dm_sync_clock();
    sync->fd = ngx_http_dm_file_open(&sync->zone->file, &sync->file);

    if (sync->fd == NGX_INVALID_FILE) {
        ngx_log_error(NGX_LOG_EMERG, log, ngx_errno,
                      "\"dm_permission_table\" cannot read \"%V\"",
                      &zone->file);
        ngx_http_dm_sync_destroy(sync);
        return NGX_ERROR;
    }

    do {
        rc = ngx_http_dm_sync_start(sync);

        if (rc == NGX_OK) {
            rc = ngx_http_dm_sync_slice(sync, NGX_MAX_INT32_VALUE);
        }

    } while (rc == NGX_BUSY);

    if (rc == NGX_ERROR) {
        ngx_log_error(NGX_LOG_EMERG, log, 0,
                      "\"dm_permission_table\" refused \"%V\": %s",
                      &zone->file, ngx_http_dm_sync_error(sync));
    }

    ngx_http_dm_sync_destroy(sync);

    return rc == NGX_OK ? NGX_OK : NGX_ERROR;
}


/*
 * Compares the file with what the table holds.  NGX_OK: in step; NGX_AGAIN: a
 * reading has begun; NGX_DECLINED: nothing to be done now.
 */
static ngx_int_t
ngx_http_dm_sync_check(ngx_http_dm_sync_t *sync)
{
    u_char                  sample[DM_DIGEST_LEN];
    ngx_err_t               err;
    ngx_uint_t              inplace;
    ngx_http_dm_shared_t   *shared;
    const dm_load_state_t  *state;

    shared = sync->zone->shared;
    shared->looked = ngx_time();

    sync->began = ngx_http_dm_sync_clock();
    sync->fd = ngx_http_dm_file_open(&sync->zone->file, &sync->file);

    if (sync->fd == NGX_INVALID_FILE) {
        err = ngx_errno;

        if (sync->failed != err) {
            sync->failed = err;
            ngx_log_error(NGX_LOG_ERR, sync->log, err,
                          "could not open \"%V\", the last table stays",
                          &sync->zone->file);
            ngx_snprintf(sync->error, sizeof(sync->error),
                         "could not open it: %s%Z", strerror(err));
            ngx_http_dm_sync_failed(sync, 0, (char *) sync->error);
        }

        return NGX_DECLINED;
    }

    sync->failed = 0;

    if (ngx_http_dm_file_same(&sync->file, &shared->file)) {
        shared->checked = ngx_time();
        return NGX_OK;
    }

    if (ngx_http_dm_file_same(&sync->file, &sync->refused)) {
        return NGX_DECLINED;
    }

    inplace = shared->file.known && sync->file.dev == shared->file.dev
              && sync->file.ino == shared->file.ino;

    if (inplace && (uint64_t) sync->file.size >= shared->load.offset
        && ngx_http_dm_file_sample(sync->fd, shared->load.offset, sync->digest,
                                   sample)
           == NGX_OK
        && ngx_memcmp(sample, shared->file.sample, DM_DIGEST_LEN) == 0)
    {
        state = dm_load_state(sync->load);

        if (!state->journal || state->offset != shared->load.offset) {
            dm_load_journal(sync->load, &shared->load);
        }

        sync->offset = shared->load.offset;
        sync->filled = 0;
        sync->snapshot = 0;
        return NGX_AGAIN;
    }

    /* a rewrite in place is read when it has not moved for an interval */

    if (inplace && !ngx_http_dm_file_same(&sync->file, &sync->unsettled)) {
        sync->unsettled = sync->file;
        return NGX_DECLINED;
    }

    return ngx_http_dm_sync_start(sync) == NGX_OK ? NGX_AGAIN : NGX_DECLINED;
}


static void
ngx_http_dm_sync_failed(ngx_http_dm_sync_t *sync, uint64_t line,
    const char *text)
{
    if (ngx_http_dm_zone_lock(sync->zone) == NGX_OK) {
        ngx_http_dm_sync_tell_error(sync, line, text);
        ngx_http_dm_zone_unlock(sync->zone);
    }
}


static void
ngx_http_dm_sync_done(ngx_http_dm_sync_t *sync, ngx_int_t rc)
{
    const dm_load_state_t  *state;

    if (rc == NGX_ERROR) {
        state = dm_load_state(sync->load);
        sync->refused = sync->file;

        ngx_log_error(NGX_LOG_ERR, sync->log, 0,
                      "\"%V\" refused: %s, the last table stays",
                      &sync->zone->file, ngx_http_dm_sync_error(sync));
        ngx_http_dm_sync_failed(sync, state->error_line,
                                state->error[0] ? state->error
                                                : "it could not be read");
    }

    ngx_http_dm_sync_close(sync);
}


ngx_msec_t
ngx_http_dm_sync_step(ngx_http_dm_sync_t *sync, ngx_msec_t limit)
{
    ngx_int_t  rc;

    if (sync->zone->shared->owner != sync->zone->turn) {
        ngx_http_dm_sync_close(sync);
        return sync->zone->interval;
    }

    if (sync->fd == NGX_INVALID_FILE) {
        rc = ngx_http_dm_sync_check(sync);

        if (rc != NGX_AGAIN) {
            ngx_http_dm_sync_close(sync);
            return sync->zone->interval;
        }
    }

    rc = ngx_http_dm_sync_slice(sync, limit);

    if (rc == NGX_BUSY) {
        /* the other state has the room that the file needs, or says so */
        rc = ngx_http_dm_sync_start(sync) == NGX_OK ? NGX_AGAIN
                                                    : NGX_DECLINED;
    }

    if (rc == NGX_AGAIN) {
        return 1;
    }

    ngx_http_dm_sync_done(sync, rc);

    return sync->zone->interval;
}
