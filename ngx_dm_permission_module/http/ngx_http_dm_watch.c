/*
 * Every directory that a name on the way to a file is looked up in is watched,
 * through symbolic links too: where one is switched, or a directory renamed,
 * the file is another one, though nothing has happened to it.
 */

#include "ngx_http_dm_watch.h"

#include <ngx_event.h>


#if (NGX_LINUX)

#include <sys/inotify.h>


#define NGX_HTTP_DM_WATCH_LINKS  40    /* as many as Linux follows */

/* The name is another thing now. */
#define NGX_HTTP_DM_WATCH_NAME                                                \
    (IN_CREATE|IN_DELETE|IN_MOVED_FROM|IN_MOVED_TO)

/* The directory is gone, or events are lost. */
#define NGX_HTTP_DM_WATCH_SELF                                                \
    (IN_DELETE_SELF|IN_MOVE_SELF|IN_IGNORED|IN_Q_OVERFLOW)


/* A name in a directory: a collision costs a look for nothing. */
typedef struct {
    int                    wd;
    uint32_t               name;        /* crc32 */
} ngx_http_dm_watch_name_t;


typedef struct {
    ngx_http_dm_watch_pt   handler;
    ngx_array_t           *data;
    ngx_array_t           *zones;
    ngx_log_t             *log;
    ngx_fd_t               fd;
    ngx_pool_t            *pool;        /* of names, new with them */
    ngx_array_t           *names;
    ngx_uint_t             failed;      /* directories, the most so far */
    ngx_uint_t             failing;     /* those of this walk */
} ngx_http_dm_watch_t;


/* The way to a file: where it has got to, and what is still to be gone. */
typedef struct {
    u_char                 dir[NGX_MAX_PATH + 1];
    u_char                 rest[NGX_MAX_PATH + 1];
    u_char                 full[NGX_MAX_PATH + 1];
    ngx_uint_t             links;
} ngx_http_dm_watch_way_t;


static ngx_int_t
ngx_http_dm_watch_add(ngx_http_dm_watch_t *watch, u_char *dir, u_char *name,
    uint32_t mask)
{
    int                        wd;
    ngx_uint_t                 i;
    ngx_http_dm_watch_name_t  *entry, add;

    wd = inotify_add_watch(watch->fd, (char *) dir, mask|IN_MASK_ADD);

    if (wd == -1) {
        if (++watch->failing > watch->failed) {
            watch->failed = watch->failing;
            ngx_log_error(NGX_LOG_NOTICE, watch->log, ngx_errno,
                          "could not watch \"%s\", changes are seen at "
                          "intervals", dir);
        }

        return NGX_OK;
    }

    add.wd = wd;
    add.name = ngx_crc32_short(name, ngx_strlen(name));

    entry = watch->names->elts;

    for (i = 0; i < watch->names->nelts; i++) {
        if (entry[i].wd == add.wd && entry[i].name == add.name) {
            return NGX_OK;
        }
    }

    entry = ngx_array_push(watch->names);
    if (entry == NULL) {
        return NGX_ERROR;
    }

    *entry = add;

    return NGX_OK;
}


/* Takes the next name off the way; NULL at its end. */
static u_char *
ngx_http_dm_watch_next(ngx_http_dm_watch_way_t *way, u_char *name)
{
    u_char  *p, *last;

    for (p = way->rest; *p == '/'; p++) { /* void */ }

    for (last = p; *last != '\0' && *last != '/'; last++) { /* void */ }

    if (last == p) {
        return NULL;
    }

    ngx_cpystrn(name, p, last - p + 1);
    ngx_memmove(way->rest, last, ngx_strlen(last) + 1);

    return name;
}


/* Where a link leads to goes before the rest; NGX_DECLINED: it is too long. */
static ngx_int_t
ngx_http_dm_watch_follow(ngx_http_dm_watch_way_t *way, size_t len)
{
    size_t  rest;

    rest = ngx_strlen(way->rest) + 1;

    if (++way->links > NGX_HTTP_DM_WATCH_LINKS
        || len + rest > NGX_MAX_PATH)
    {
        return NGX_DECLINED;
    }

    ngx_memmove(way->rest + len, way->rest, rest);
    ngx_memcpy(way->rest, way->full, len);

    if (way->rest[0] == '/') {
        way->dir[0] = '\0';
    }

    return NGX_OK;
}


/* One name further: NGX_OK, NGX_DONE at the end, NGX_ERROR without memory. */
static ngx_int_t
ngx_http_dm_watch_step(ngx_http_dm_watch_t *watch, ngx_http_dm_watch_way_t *way)
{
    u_char   *dir, *p, name[NGX_MAX_PATH + 1], link[NGX_MAX_PATH + 1];
    ssize_t   n;

    if (ngx_http_dm_watch_next(way, name) == NULL) {
        return NGX_DONE;
    }

    if (ngx_strcmp(name, ".") == 0) {
        return NGX_OK;
    }

    if (ngx_strcmp(name, "..") == 0) {
        p = (u_char *) strrchr((char *) way->dir, '/');

        if (p) {
            *p = '\0';
        }

        return NGX_OK;
    }

    dir = way->dir[0] ? way->dir : (u_char *) "/";

    /* a link that is switched after it is read here is an event */

    if (ngx_http_dm_watch_add(watch, dir, name, NGX_HTTP_DM_WATCH_NAME
                              |IN_ATTRIB|IN_DELETE_SELF|IN_MOVE_SELF|IN_ONLYDIR)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    p = ngx_snprintf(way->full, NGX_MAX_PATH, "%s/%s", way->dir, name);
    *p = '\0';

    n = readlink((char *) way->full, (char *) link, NGX_MAX_PATH);

    if (n >= 0) {
        ngx_memcpy(way->full, link, n);
        return ngx_http_dm_watch_follow(way, n) == NGX_OK ? NGX_OK : NGX_DONE;
    }

    if (ngx_errno != NGX_EINVAL) {
        return NGX_DONE;
    }

    if (way->rest[0] != '\0') {
        ngx_cpystrn(way->dir, way->full, sizeof(way->dir));
        return NGX_OK;
    }

    if (ngx_http_dm_watch_add(watch, dir, name, IN_MODIFY|IN_CLOSE_WRITE)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_DONE;
}


/* Stops to watch the directories that no file's way is through any more. */
static void
ngx_http_dm_watch_forget(ngx_http_dm_watch_t *watch, ngx_array_t *old)
{
    ngx_uint_t                 i, j;
    ngx_http_dm_watch_name_t  *was, *is;

    was = old->elts;
    is = watch->names->elts;

    for (i = 0; i < old->nelts; i++) {
        for (j = 0; j < watch->names->nelts; j++) {
            if (was[i].wd == is[j].wd) {
                break;
            }
        }

        if (j == watch->names->nelts) {
            (void) inotify_rm_watch(watch->fd, was[i].wd);
        }
    }
}


/* Walks to all files.  Without memory, what was watched still is. */
static ngx_int_t
ngx_http_dm_watch_walk(ngx_http_dm_watch_t *watch)
{
    ngx_int_t                 rc;
    ngx_uint_t                i;
    ngx_pool_t               *pool;
    ngx_array_t              *names;
    ngx_http_dm_zone_t      **zone;
    ngx_http_dm_watch_way_t   way;

    pool = watch->pool;
    names = watch->names;

    watch->pool = ngx_create_pool(1024, watch->log);
    if (watch->pool == NULL) {
        watch->pool = pool;
        return NGX_ERROR;
    }

    watch->names = ngx_array_create(watch->pool, 16,
                                    sizeof(ngx_http_dm_watch_name_t));
    rc = watch->names ? NGX_OK : NGX_ERROR;

    zone = watch->zones->elts;
    watch->failing = 0;

    for (i = 0; rc != NGX_ERROR && i < watch->zones->nelts; i++) {
        way.dir[0] = '\0';
        way.links = 0;
        ngx_cpystrn(way.rest, zone[i]->file.data, sizeof(way.rest));

        do {
            rc = ngx_http_dm_watch_step(watch, &way);
        } while (rc == NGX_OK);
    }

    if (rc == NGX_ERROR) {
        ngx_destroy_pool(watch->pool);
        watch->pool = pool;
        watch->names = names;
        return NGX_ERROR;
    }

    if (pool) {
        ngx_http_dm_watch_forget(watch, names);
        ngx_destroy_pool(pool);
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_http_dm_watch_concerns(ngx_http_dm_watch_t *watch,
    const struct inotify_event *event, const u_char *name)
{
    uint32_t                   crc;
    ngx_uint_t                 i, any;
    ngx_http_dm_watch_name_t  *entry;

    if (event->mask & IN_Q_OVERFLOW) {
        return 1;
    }

    any = (event->mask & NGX_HTTP_DM_WATCH_SELF) != 0;
    crc = event->len ? ngx_crc32_short((u_char *) name, ngx_strlen(name)) : 0;
    entry = watch->names->elts;

    for (i = 0; i < watch->names->nelts; i++) {
        if (entry[i].wd == event->wd
            && (any || (event->len && entry[i].name == crc)))
        {
            return 1;
        }
    }

    return 0;
}


/* What happened does not matter: the file itself is looked at again. */
static void
ngx_http_dm_watch_read(ngx_event_t *ev)
{
    u_char               *p, buf[8192];
    ssize_t               n;
    uint32_t              seen;
    ngx_connection_t     *c;
    ngx_http_dm_watch_t  *watch;
    struct inotify_event  event;

    c = ev->data;
    watch = c->data;
    seen = 0;

    /* once: there is another event where more is left */

    n = read(c->fd, buf, sizeof(buf));

    for (p = buf; n > 0; p += event.len, n -= event.len) {
        ngx_memcpy(&event, p, sizeof(struct inotify_event));
        p += sizeof(struct inotify_event);
        n -= sizeof(struct inotify_event);

        if (ngx_http_dm_watch_concerns(watch, &event, p)) {
            seen |= event.mask;
        }
    }

    if (seen & (NGX_HTTP_DM_WATCH_NAME|NGX_HTTP_DM_WATCH_SELF)) {
        (void) ngx_http_dm_watch_walk(watch);
    }

    if (seen) {
        watch->handler(watch->data);
    }
}


ngx_int_t
ngx_http_dm_watch(ngx_cycle_t *cycle, ngx_array_t *zones,
    ngx_http_dm_watch_pt handler, ngx_array_t *data)
{
    ngx_connection_t     *c;
    ngx_http_dm_watch_t  *watch;

    watch = ngx_pcalloc(cycle->pool, sizeof(ngx_http_dm_watch_t));
    if (watch == NULL) {
        return NGX_ERROR;
    }

    watch->handler = handler;
    watch->data = data;
    watch->zones = zones;
    watch->log = cycle->log;
    watch->fd = inotify_init1(IN_NONBLOCK|IN_CLOEXEC);

    if (watch->fd == -1) {
        ngx_log_error(NGX_LOG_NOTICE, cycle->log, ngx_errno,
                      "no file notification, changes are seen at intervals");
        return NGX_OK;
    }

    if (ngx_http_dm_watch_walk(watch) != NGX_OK) {
        (void) close(watch->fd);
        return NGX_ERROR;
    }

    c = ngx_get_connection(watch->fd, cycle->log);
    if (c == NULL) {
        (void) close(watch->fd);
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
