/* The sync's reading of a file: in slices, into the table. */

#ifndef NGX_HTTP_DM_SYNC_READ_H
#define NGX_HTTP_DM_SYNC_READ_H

#include "ngx_http_dm_sync.h"
#include "dm_intake.h"


#define NGX_HTTP_DM_SYNC_LINE  (sizeof(" in line ") + NGX_INT64_LEN)


/* One reading of a file, from its start or from where the last one ended. */
struct ngx_http_dm_sync_s {
    ngx_http_dm_zone_t  *zone;
    ngx_log_t           *log;
    dm_load_t           *load;
    dm_intake_t         *intake;
    dm_digest_t         *digest;
    ngx_fd_t             fd;
    ngx_uint_t           snapshot;     /* the idle state is being built */
    ngx_http_dm_file_t   file;         /* what is being read */
    ngx_http_dm_file_t   refused;      /* not tried again until it changes */
    ngx_http_dm_file_t   unsettled;    /* seen while it is written, perhaps */
    uint64_t             seen;         /* when, microseconds */
    ngx_err_t            failed;       /* errno that was logged */
    uint64_t             began;        /* dm_history_t's microseconds */
    ngx_msec_t           wait;         /* until the next look */
    u_char               error[DM_RECORD_ERROR + NGX_HTTP_DM_SYNC_LINE];
};


/* What ngx_http_dm_sync_create() made, with what it has open. */
void ngx_http_dm_sync_destroy(ngx_http_dm_sync_t *sync);
void ngx_http_dm_sync_close(ngx_http_dm_sync_t *sync);

/* Begins a snapshot of the file that is open, or to read on in it. */
void ngx_http_dm_sync_start(ngx_http_dm_sync_t *sync);
void ngx_http_dm_sync_journal(ngx_http_dm_sync_t *sync);

/*
 * Reads on for `limit` microseconds.  NGX_OK: in step with the file; NGX_AGAIN:
 * there is more; NGX_BUSY: there was no room, to be started anew; NGX_ERROR:
 * refused; NGX_ABORT: the file is being changed; NGX_DECLINED: not ours.
 */
ngx_int_t ngx_http_dm_sync_slice(ngx_http_dm_sync_t *sync, uint64_t limit);

/* What the history tells: under the writer's lock. */
void ngx_http_dm_sync_tell_error(ngx_http_dm_sync_t *sync, uint64_t line,
    const char *text);
void ngx_http_dm_sync_tell_done(ngx_http_dm_sync_t *sync,
    ngx_uint_t snapshot);

/* A clock that nobody sets, microseconds. */
uint64_t ngx_http_dm_sync_clock(void);

/* Why the file was refused, and in which line if it is the fault of one. */
u_char *ngx_http_dm_sync_error(ngx_http_dm_sync_t *sync, ngx_int_t rc);

#endif
