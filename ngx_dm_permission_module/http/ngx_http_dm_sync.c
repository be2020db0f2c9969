#include "ngx_http_dm_sync_read.h"


/*
 * How long a file has to rest before it counts as written whole, milliseconds:
 * one that is rewritten in place, and one that has come under the name and was
 * not moved there.
 */
#define NGX_HTTP_DM_SYNC_REST      1000
#define NGX_HTTP_DM_SYNC_REST_NEW  100


static ngx_int_t ngx_http_dm_sync_check(ngx_http_dm_sync_t *sync);
static ngx_int_t ngx_http_dm_sync_rests(ngx_http_dm_sync_t *sync,
    ngx_uint_t inplace);
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
        ngx_http_dm_sync_start(sync);
        rc = ngx_http_dm_sync_slice(sync, UINT64_MAX);

    } while (rc == NGX_BUSY);

    if (rc != NGX_OK) {
        ngx_log_error(NGX_LOG_EMERG, log, 0,
                      "\"dm_permission_table\" refused \"%V\": %s",
                      &zone->file, ngx_http_dm_sync_error(sync, rc));
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

    /* what did not grow was written to elsewhere than at its end */

    if (inplace && sync->file.size > shared->file.size
        && (uint64_t) sync->file.size >= shared->load.offset
        && ngx_http_dm_file_sample(sync->fd, shared->load.offset, sync->digest,
                                   sample)
           == NGX_OK
        && ngx_memcmp(sample, shared->file.sample, DM_DIGEST_LEN) == 0)
    {
        ngx_http_dm_sync_journal(sync);
        return NGX_AGAIN;
    }

    if (ngx_http_dm_sync_rests(sync, inplace) != NGX_OK) {
        return NGX_DECLINED;
    }

    ngx_http_dm_sync_start(sync);

    return NGX_AGAIN;
}


/* Where the clocks of a file and of this machine differ, looks tell. */
static ngx_int_t
ngx_http_dm_sync_rests(ngx_http_dm_sync_t *sync, ngx_uint_t inplace)
{
    uint64_t    now;
    ngx_msec_t  rest;

    if (!inplace && sync->file.moved) {
        return NGX_OK;
    }

    rest = inplace ? NGX_HTTP_DM_SYNC_REST : NGX_HTTP_DM_SYNC_REST_NEW;
    rest = ngx_min(rest, sync->zone->interval);
    now = ngx_http_dm_sync_clock();

    if (ngx_http_dm_file_age(&sync->file) >= rest) {
        return NGX_OK;
    }

    if (!ngx_http_dm_file_same(&sync->file, &sync->unsettled)) {
        sync->unsettled = sync->file;
        sync->seen = now;

    } else if (now - sync->seen >= (uint64_t) rest * 1000) {
        return NGX_OK;
    }

    sync->wait = rest;

    return NGX_AGAIN;
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

        if (state->error[0] && !state->no_memory) {
            sync->refused = sync->file;
        }

        ngx_log_error(NGX_LOG_ERR, sync->log, 0,
                      "\"%V\" refused: %s, the last table stays",
                      &sync->zone->file, ngx_http_dm_sync_error(sync, rc));
        ngx_http_dm_sync_failed(sync, state->error_line,
                                state->error[0] ? state->error
                                                : "it could not be read");
    }

    ngx_http_dm_sync_close(sync);
}


ngx_msec_t
ngx_http_dm_sync_step(ngx_http_dm_sync_t *sync, uint64_t limit)
{
    ngx_int_t  rc;

    if (sync->zone->shared->owner != sync->zone->turn) {
        ngx_http_dm_sync_close(sync);
        return sync->zone->interval;
    }

    if (sync->fd == NGX_INVALID_FILE) {
        sync->wait = sync->zone->interval;
        rc = ngx_http_dm_sync_check(sync);

        if (rc != NGX_AGAIN) {
            ngx_http_dm_sync_close(sync);
            return sync->wait;
        }
    }

    rc = ngx_http_dm_sync_slice(sync, limit);

    if (rc == NGX_BUSY) {
        /* the other state has the room that the file needs, or says so */
        ngx_http_dm_sync_start(sync);
        rc = NGX_AGAIN;
    }

    if (rc == NGX_AGAIN) {
        return 1;
    }

    ngx_http_dm_sync_done(sync, rc);

    /* what has happened meanwhile was told while nobody looked */

    return rc == NGX_OK || rc == NGX_ABORT
           || ngx_http_dm_file_same(&sync->file, &sync->refused)
           ? 1 : sync->wait;
}
