/* A file on disk: which one it is, and whether it is what was read. */

#ifndef NGX_HTTP_DM_FILE_H
#define NGX_HTTP_DM_FILE_H

#include <ngx_config.h>
#include <ngx_core.h>

#include "dm_digest.h"


/* A file as it was when it was read. */
typedef struct {
    ngx_uint_t     known;               /* the rest is set */
    dev_t          dev;
    ino_t          ino;
    off_t          size;
    time_t         mtime;
    long           mtime_nsec;
    ngx_uint_t     moved;               /* renamed since it was written, say */
    u_char         sample[DM_DIGEST_LEN];
} ngx_http_dm_file_t;


/*
 * Opens a regular file for reading and says which one it is; the sample is
 * not set.  NGX_INVALID_FILE with ngx_errno set.  name ends with a NUL.
 */
ngx_fd_t ngx_http_dm_file_open(ngx_str_t *name, ngx_http_dm_file_t *file);

/* The same of a file that is open.  NGX_ERROR with ngx_errno set. */
ngx_int_t ngx_http_dm_file_info(ngx_fd_t fd, ngx_http_dm_file_t *file);

/* Milliseconds since the file was written to, 0 if that is still to come. */
ngx_msec_t ngx_http_dm_file_age(const ngx_http_dm_file_t *file);

/* 1 if it is one file, and nothing was written to it in between. */
ngx_uint_t ngx_http_dm_file_same(const ngx_http_dm_file_t *a,
    const ngx_http_dm_file_t *b);

/*
 * The digest of the first and the last bytes of the file's first `size`
 * bytes: a file that was rewritten in place and grew differs there, one that
 * was appended to does not.
 */
ngx_int_t ngx_http_dm_file_sample(ngx_fd_t fd, off_t size,
    dm_digest_t *digest, u_char *sample);

#endif
