#include "ngx_http_dm_file.h"
#include "dm_image.h"


#define NGX_HTTP_DM_FILE_SAMPLE  4096


ngx_fd_t
ngx_http_dm_file_open(ngx_str_t *name, ngx_http_dm_file_t *file)
{
    ngx_fd_t         fd;
    ngx_err_t        err;
    ngx_file_info_t  fi;

    /* a FIFO in the file's place must not stop the process */

    fd = ngx_open_file(name->data, NGX_FILE_RDONLY|NGX_FILE_NONBLOCK,
                       NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        return NGX_INVALID_FILE;
    }

    err = 0;

    if (ngx_fd_info(fd, &fi) == NGX_FILE_ERROR) {
        err = ngx_errno;

    } else if (!ngx_is_file(&fi)) {
        err = ngx_is_dir(&fi) ? NGX_EISDIR : NGX_EINVAL;
    }

    if (err) {
        (void) ngx_close_file(fd);
        ngx_set_errno(err);
        return NGX_INVALID_FILE;
    }

    ngx_memzero(file, sizeof(ngx_http_dm_file_t));

    file->known = 1;
    file->dev = fi.st_dev;
    file->ino = ngx_file_uniq(&fi);
    file->size = ngx_file_size(&fi);
    file->mtime = ngx_file_mtime(&fi);
#if (NGX_LINUX)
    file->mtime_nsec = fi.st_mtim.tv_nsec;
#endif

    return fd;
}


ngx_uint_t
ngx_http_dm_file_same(const ngx_http_dm_file_t *a, const ngx_http_dm_file_t *b)
{
    return a->known && b->known && a->dev == b->dev && a->ino == b->ino
           && a->size == b->size && a->mtime == b->mtime
           && a->mtime_nsec == b->mtime_nsec;
}


ngx_int_t
ngx_http_dm_file_sample(ngx_fd_t fd, off_t size, dm_digest_t *digest,
    u_char *sample)
{
    size_t    n;
    dm_str_t  text;
    u_char    buf[2 * NGX_HTTP_DM_FILE_SAMPLE];

    n = ngx_min(size, NGX_HTTP_DM_FILE_SAMPLE);

    if (pread(fd, buf, n, 0) != (ssize_t) n
        || pread(fd, buf + n, n, size - n) != (ssize_t) n)
    {
        return NGX_ERROR;
    }

    text.data = (const char *) buf;
    text.len = 2 * n;

    return dm_digest_sha256(digest, text, sample) == 0 ? NGX_OK : NGX_ERROR;
}


uint64_t
ngx_http_dm_file_lines(ngx_fd_t fd, u_char *buffer, size_t size)
{
    off_t      offset;
    u_char    *p, *last;
    ssize_t    n;
    uint64_t   lines, length;

    lines = 0;
    length = 0;

    n = pread(fd, buffer, DM_IMAGE_HEAD, 0);

    if (n == DM_IMAGE_HEAD) {
        (void) dm_image_begins((char *) buffer, n, &length, &lines);
    }

    for (offset = length; ; offset += n) {
        n = pread(fd, buffer, size, offset);

        if (n <= 0) {
            return lines;
        }

        last = buffer + n;

        for (p = buffer; p < last; p++) {
            p = memchr(p, '\n', last - p);
            if (p == NULL) {
                break;
            }

            lines++;
        }
    }
}
