#include "ngx_http_dm_file.h"


#define NGX_HTTP_DM_FILE_SAMPLE  4096


ngx_int_t
ngx_http_dm_file_info(ngx_fd_t fd, ngx_http_dm_file_t *file)
{
    ngx_file_info_t  fi;

    if (ngx_fd_info(fd, &fi) == NGX_FILE_ERROR) {
        return NGX_ERROR;
    }

    if (!ngx_is_file(&fi)) {
        ngx_set_errno(ngx_is_dir(&fi) ? NGX_EISDIR : NGX_EINVAL);
        return NGX_ERROR;
    }

    ngx_memzero(file, sizeof(ngx_http_dm_file_t));

    file->known = 1;
    file->dev = fi.st_dev;
    file->ino = ngx_file_uniq(&fi);
    file->size = ngx_file_size(&fi);
    file->mtime = ngx_file_mtime(&fi);
    file->moved = fi.st_ctime > fi.st_mtime;
#if (NGX_LINUX)
    file->mtime_nsec = fi.st_mtim.tv_nsec;
    file->moved |= fi.st_ctime == fi.st_mtime
                   && fi.st_ctim.tv_nsec > fi.st_mtim.tv_nsec;
#endif

    return NGX_OK;
}


ngx_fd_t
ngx_http_dm_file_open(ngx_str_t *name, ngx_http_dm_file_t *file)
{
    ngx_fd_t   fd;
    ngx_err_t  err;

    /* a FIFO in the file's place must not stop the process */

    fd = ngx_open_file(name->data, NGX_FILE_RDONLY|NGX_FILE_NONBLOCK,
                       NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        return NGX_INVALID_FILE;
    }

    if (ngx_http_dm_file_info(fd, file) != NGX_OK) {
        err = ngx_errno;
        (void) ngx_close_file(fd);
        ngx_set_errno(err);
        return NGX_INVALID_FILE;
    }

    return fd;
}


ngx_msec_t
ngx_http_dm_file_age(const ngx_http_dm_file_t *file)
{
    int64_t          age;
    struct timespec  now;

    (void) clock_gettime(CLOCK_REALTIME, &now);

    age = (int64_t) (now.tv_sec - file->mtime) * 1000
          + (now.tv_nsec - file->mtime_nsec) / 1000000;

    return age < 0 ? 0 : (ngx_msec_t) age;
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
