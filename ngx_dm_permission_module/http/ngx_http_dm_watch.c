#include "ngx_http_dm_watch.h"

#include <ngx_event.h>


#if (NGX_LINUX)

#include <sys/inotify.h>


typedef struct {
    ngx_http_dm_watch_pt   handler;
    ngx_array_t           *data;
} ngx_http_dm_watch_t;


/* What happened does not matter: the file itself is looked at again. */
static void
ngx_http_dm_watch_read(ngx_event_t *ev)
{
    ssize_t               n;
    ngx_connection_t     *c;
    ngx_http_dm_watch_t  *watch;
    u_char                buf[4096];

    c = ev->data;
    watch = c->data;

    do {
        n = read(c->fd, buf, sizeof(buf));
    } while (n > 0 || (n == -1 && ngx_errno == NGX_EINTR));

    watch->handler(watch->data);
}


/* The directory is watched: a file that is replaced is another file. */
static ngx_int_t
ngx_http_dm_watch_dir(ngx_fd_t fd, ngx_str_t *file, ngx_log_t *log)
{
    u_char  *p, *dir;
    int      rc;

    for (p = file->data + file->len; p > file->data && p[-1] != '/'; p--) {
        /* void */
    }

    dir = ngx_alloc(p - file->data + 1, log);
    if (dir == NULL) {
        return NGX_ERROR;
    }

    ngx_cpystrn(dir, file->data, p - file->data + 1);

    rc = inotify_add_watch(fd, (char *) dir,
                           IN_MODIFY|IN_CLOSE_WRITE|IN_MOVED_TO|IN_CREATE
                           |IN_DELETE|IN_ATTRIB);

    if (rc == -1) {
        ngx_log_error(NGX_LOG_NOTICE, log, ngx_errno,
                      "could not watch \"%s\", changes are seen at intervals",
                      dir);
    }

    ngx_free(dir);

    return NGX_OK;
}


ngx_int_t
ngx_http_dm_watch(ngx_cycle_t *cycle, ngx_array_t *zones,
    ngx_http_dm_watch_pt handler, ngx_array_t *data)
{
    ngx_fd_t              fd;
    ngx_uint_t            i;
    ngx_connection_t     *c;
    ngx_http_dm_zone_t  **zone;
    ngx_http_dm_watch_t  *watch;

    watch = ngx_palloc(cycle->pool, sizeof(ngx_http_dm_watch_t));
    if (watch == NULL) {
        return NGX_ERROR;
    }

    watch->handler = handler;
    watch->data = data;

    fd = inotify_init1(IN_NONBLOCK|IN_CLOEXEC);

    if (fd == -1) {
        ngx_log_error(NGX_LOG_NOTICE, cycle->log, ngx_errno,
                      "no file notification, changes are seen at intervals");
        return NGX_OK;
    }

    zone = zones->elts;

    for (i = 0; i < zones->nelts; i++) {
        if (ngx_http_dm_watch_dir(fd, &zone[i]->file, cycle->log)
            != NGX_OK)
        {
            (void) close(fd);
            return NGX_ERROR;
        }
    }

    c = ngx_get_connection(fd, cycle->log);
    if (c == NULL) {
        (void) close(fd);
        return NGX_ERROR;
    }

    c->data = watch;
    c->log = cycle->log;
    c->read->log = cycle->log;
    c->read->handler = ngx_http_dm_watch_read;

    return ngx_add_event(c->read, NGX_READ_EVENT, 0);
}

#else

ngx_int_t
ngx_http_dm_watch(ngx_cycle_t *cycle, ngx_array_t *zones,
    ngx_http_dm_watch_pt handler, ngx_array_t *data)
{
    (void) cycle;
    (void) zones;
    (void) handler;
    (void) data;

    return NGX_OK;
}

#endif
