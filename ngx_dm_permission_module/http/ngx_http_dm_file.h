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
    u_char         sample[DM_DIGEST_LEN];
} ngx_http_dm_file_t;


/*
 * Opens a regular file for reading and says which one it is; the sample is
 * not set.  NGX_INVALID_FILE with ngx_errno set.  name ends with a NUL.
 */
ngx_fd_t ngx_http_dm_file_open(ngx_str_t *name, ngx_http_dm_file_t *file);

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

/*
 * The number of newlines, up to where reading fails, and of the records of an
 * image that the file begins with; through a buffer.
 */
uint64_t ngx_http_dm_file_lines(ngx_fd_t fd, u_char *buffer, size_t size);

#endif
