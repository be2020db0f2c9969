#include "ngx_http_dm_count.h"
#include "ngx_http_dm_stream_state.h"


/*
 * How often all streams of a process are looked at: twice within the second
 * that a stream may go on after its grant has ended.
 */
#define NGX_HTTP_DM_STREAM_INTERVAL  400


static void ngx_http_dm_stream_watch(void);
static void ngx_http_dm_stream_timer(ngx_event_t *ev);
static void ngx_http_dm_stream_cleanup(void *data);
static void ngx_http_dm_stream_free(ngx_http_dm_stream_kept_t *kept);


/* Of the process, and its timer, which a debug log takes for a connection's. */
static ngx_queue_t       ngx_http_dm_streams;
static ngx_event_t       ngx_http_dm_stream_event;
static ngx_connection_t  ngx_http_dm_stream_nobody;


ngx_http_dm_stream_t *
ngx_http_dm_stream_open(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, ngx_http_dm_ctx_t *ctx)
{
    ngx_pool_cleanup_t    *cln;
    ngx_http_dm_stream_t  *s;

    cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_http_dm_stream_t));
    if (cln == NULL) {
        return NULL;
    }

    s = cln->data;
    ngx_memzero(s, sizeof(ngx_http_dm_stream_t));

    s->request = r;
    s->conf = conf;
    s->ctx = ctx;
    s->known = ctx->found;
    s->warned = ctx->status == DM_STATUS_REJECTED_DRY_RUN;
    s->would = s->warned;
    s->last_out = &s->out;
    s->last_spent = &s->spent;

    dm_frame_init(&s->frame, conf->stream_max, ctx->delimited);

    ngx_http_dm_stream_watch();
    ngx_queue_insert_tail(&ngx_http_dm_streams, &s->queue);
    s->open = 1;
    dm_counts_add(ngx_http_dm_count_slot(conf->zone), DM_COUNT_STREAM_OPEN, 1);

    cln->handler = ngx_http_dm_stream_cleanup;
    ctx->stream = s;

    return s;
}


static void
ngx_http_dm_stream_cleanup(void *data)
{
    ngx_http_dm_stream_t  *s = data;

    ngx_http_dm_stream_closed(s);
    ngx_http_dm_stream_free(s->kept);
    ngx_http_dm_stream_free(s->spent);
}


static void
ngx_http_dm_stream_free(ngx_http_dm_stream_kept_t *kept)
{
    ngx_http_dm_stream_kept_t  *next;

    for ( /* void */ ; kept; kept = next) {
        next = kept->next;
        ngx_free(kept);
    }
}


void
ngx_http_dm_stream_closed(ngx_http_dm_stream_t *s)
{
    if (!s->open) {
        return;
    }

    s->open = 0;
    ngx_queue_remove(&s->queue);
    dm_counts_add(ngx_http_dm_count_slot(s->conf->zone), DM_COUNT_STREAM_OPEN,
                  -1);
}


/* The timer runs as long as there are streams. */
static void
ngx_http_dm_stream_watch(void)
{
    ngx_event_t  *ev;

    ev = &ngx_http_dm_stream_event;

    if (ngx_http_dm_streams.next == NULL) {
        ngx_queue_init(&ngx_http_dm_streams);

        ngx_http_dm_stream_nobody.fd = (ngx_socket_t) -1;
        ev->data = &ngx_http_dm_stream_nobody;
        ev->handler = ngx_http_dm_stream_timer;
        ev->cancelable = 1;
    }

    if (!ev->timer_set) {
        ev->log = ngx_cycle->log;
        ngx_add_timer(ev, NGX_HTTP_DM_STREAM_INTERVAL);
    }
}


/*
 * After an output anything may have become of the streams, so the list is begun
 * anew, from its sentinel: those that are ending are passed over.
 */
static void
ngx_http_dm_stream_timer(ngx_event_t *ev)
{
    ngx_queue_t           *q;
    ngx_connection_t      *c;
    ngx_http_dm_stream_t  *s;

    if (ngx_queue_empty(&ngx_http_dm_streams)) {
        return;
    }

    ngx_add_timer(ev, NGX_HTTP_DM_STREAM_INTERVAL);

    for (q = ngx_queue_head(&ngx_http_dm_streams);
         q != ngx_queue_sentinel(&ngx_http_dm_streams);
         q = ngx_queue_next(q))
    {
        s = ngx_queue_data(q, ngx_http_dm_stream_t, queue);

        if (s->ending) {
            continue;
        }

        (void) ngx_http_dm_stream_look(s);

        if (s->ending && ngx_http_dm_stream_stop(s) != NGX_OK) {
            c = s->request->connection;

            (void) ngx_http_output_filter(s->request, NULL);
            ngx_http_run_posted_requests(c);

            q = ngx_queue_sentinel(&ngx_http_dm_streams);
        }
    }
}


ngx_int_t
ngx_http_dm_stream_stop(ngx_http_dm_stream_t *s)
{
    ngx_event_t          *rev;
    ngx_http_request_t   *r;
    ngx_http_upstream_t  *u;

    r = s->request;
    u = r->upstream;

    if (u == NULL || u->peer.connection == NULL) {
        return NGX_DECLINED;
    }

    /*
     * As if this had been the end of the response: nginx sends what is to be
     * sent, then the end.  The origin's connection is good for nothing else.
     */

    u->length = 0;
    u->keepalive = 0;
    u->cacheable = 0;
    u->store = 0;

    if (u->pipe) {
        u->pipe->upstream_done = 1;
    }

    rev = u->peer.connection->read;
    rev->delayed = 0;
    rev->ready = 0;

    /* from then on nginx sees it whenever the client has taken some more */

    if (!s->stopped) {
        s->stopped = 1;
        ngx_post_event(rev, &ngx_posted_events);
    }

    return NGX_OK;
}
