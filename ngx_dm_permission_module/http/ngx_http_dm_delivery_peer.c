#include "ngx_http_dm_delivery.h"


/*
 * nginx keeps idle connections to an upstream, and TLS sessions, by address
 * alone.  One whose handshake named another host ends where that name leads
 * to: a delivery must not be put into it.  Such a connection is closed and a
 * new one opened, such a session is not resumed.
 */

typedef struct {
    ngx_http_upstream_init_peer_pt   init;       /* the upstream's own */
} ngx_http_dm_srv_conf_t;


#if (NGX_HTTP_SSL)

typedef struct {
    ngx_str_t                       *upstream;
    ngx_str_t                        name;       /* empty: none is said */
    ngx_uint_t                       own;        /* proxy_ssl_name */

    /* what is between here and the addresses of the upstream */
    void                            *data;
    ngx_event_get_peer_pt            get;
    ngx_event_free_peer_pt           free;
    ngx_event_notify_peer_pt         notify;
    ngx_event_set_peer_session_pt    set_session;
    ngx_event_save_peer_session_pt   save_session;
} ngx_http_dm_peer_t;


static ngx_int_t ngx_http_dm_delivery_peer(ngx_http_request_t *r,
    ngx_http_upstream_srv_conf_t *us);
static ngx_int_t ngx_http_dm_peer_name(ngx_http_request_t *r,
    ngx_http_dm_peer_t *peer);
static ngx_int_t ngx_http_dm_peer_get(ngx_peer_connection_t *pc, void *data);
static ngx_uint_t ngx_http_dm_peer_same(const ngx_http_dm_peer_t *peer,
    const char *name);
static void ngx_http_dm_peer_free(ngx_peer_connection_t *pc, void *data,
    ngx_uint_t state);
static void ngx_http_dm_peer_notify(ngx_peer_connection_t *pc, void *data,
    ngx_uint_t type);
static ngx_int_t ngx_http_dm_peer_set_session(ngx_peer_connection_t *pc,
    void *data);
static void ngx_http_dm_peer_save_session(ngx_peer_connection_t *pc,
    void *data);

#endif


void *
ngx_http_dm_delivery_create_srv_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_http_dm_srv_conf_t));
}


#if (NGX_HTTP_SSL)

void
ngx_http_dm_delivery_peers(ngx_conf_t *cf)
{
    ngx_uint_t                        i;
    ngx_http_dm_srv_conf_t           *dscf;
    ngx_http_upstream_srv_conf_t    **uscf;
    ngx_http_upstream_main_conf_t    *umcf;

    umcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_upstream_module);
    uscf = umcf->upstreams.elts;

    for (i = 0; i < umcf->upstreams.nelts; i++) {

        if (uscf[i]->srv_conf == NULL) {
            continue;        /* has no block, and keeps no connections */
        }

        dscf = ngx_http_conf_upstream_srv_conf(uscf[i],
                                               ngx_http_dm_permission_module);

        dscf->init = uscf[i]->peer.init;
        uscf[i]->peer.init = ngx_http_dm_delivery_peer;
    }
}


static ngx_int_t
ngx_http_dm_delivery_peer(ngx_http_request_t *r,
    ngx_http_upstream_srv_conf_t *us)
{
    ngx_http_dm_peer_t            *peer;
    ngx_http_upstream_t           *u;
    ngx_http_dm_srv_conf_t        *dscf;
    const ngx_http_dm_loc_conf_t  *conf;

    dscf = ngx_http_conf_upstream_srv_conf(us, ngx_http_dm_permission_module);
    conf = ngx_http_get_module_loc_conf(r, ngx_http_dm_permission_module);

    if (dscf->init(r, us) != NGX_OK) {
        return NGX_ERROR;
    }

    u = r->upstream;

    if (conf->zone == NULL || conf->delivery == NULL || !u->ssl) {
        return NGX_OK;
    }

    peer = ngx_pcalloc(r->pool, sizeof(ngx_http_dm_peer_t));
    if (peer == NULL || ngx_http_dm_peer_name(r, peer) != NGX_OK) {
        return NGX_ERROR;
    }

    peer->upstream = &us->host;
    peer->data = u->peer.data;
    peer->get = u->peer.get;
    peer->free = u->peer.free;
    peer->notify = u->peer.notify;
    peer->set_session = u->peer.set_session;
    peer->save_session = u->peer.save_session;

    u->peer.data = peer;
    u->peer.get = ngx_http_dm_peer_get;
    u->peer.free = ngx_http_dm_peer_free;
    u->peer.notify = peer->notify ? ngx_http_dm_peer_notify : NULL;
    u->peer.set_session = ngx_http_dm_peer_set_session;
    u->peer.save_session = ngx_http_dm_peer_save_session;

    return NGX_OK;
}


/*
 * What a handshake would say, as nginx makes it of the name: without a port,
 * and not an address (RFC 6066 section 3).
 */
static ngx_int_t
ngx_http_dm_peer_name(ngx_http_request_t *r, ngx_http_dm_peer_t *peer)
{
    u_char               *port, *last;
    ngx_http_upstream_t  *u;

    u = r->upstream;

    peer->own = u->conf->ssl_name != NULL;
    peer->name = u->ssl_name;

    if (peer->own
        && ngx_http_complex_value(r, u->conf->ssl_name, &peer->name) != NGX_OK)
    {
        return NGX_ERROR;
    }

    last = peer->name.data + peer->name.len;
    port = ngx_strlchr(peer->name.data, last, ':');

    if (port) {
        peer->name.len = port - peer->name.data;
    }

    if (!u->conf->ssl_server_name
        || ngx_inet_addr(peer->name.data, peer->name.len) != INADDR_NONE)
    {
        ngx_str_null(&peer->name);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_dm_peer_get(ngx_peer_connection_t *pc, void *data)
{
    ngx_http_dm_peer_t  *peer = data;

    ngx_int_t          rc;
    ngx_connection_t  *c;

    rc = peer->get(pc, peer->data);
    c = pc->connection;

    if (rc != NGX_DONE || c == NULL || c->ssl == NULL
        || ngx_http_dm_peer_same(peer,
                                 SSL_get_servername(c->ssl->connection,
                                                TLSEXT_NAMETYPE_host_name)))
    {
        return rc;
    }

    ngx_log_error(NGX_LOG_INFO, pc->log, 0,
                  "kept connection of upstream \"%V\" is not used for a "
                  "delivery, its handshake did not name \"%V\"",
                  peer->upstream, &peer->name);

    c->ssl->no_wait_shutdown = 1;
    (void) ngx_ssl_shutdown(c);

    ngx_destroy_pool(c->pool);
    ngx_close_connection(c);

    pc->connection = NULL;
    pc->cached = 0;

    return NGX_OK;
}


/*
 * A name that was verified and not said is not known any more: then no other
 * name may be meant, as there may be with proxy_ssl_name.
 */
static ngx_uint_t
ngx_http_dm_peer_same(const ngx_http_dm_peer_t *peer, const char *name)
{
    size_t  len;

    if (name == NULL) {
        return peer->name.len == 0 && !peer->own;
    }

    len = ngx_strlen(name);

    return len == peer->name.len
           && ngx_strncasecmp(peer->name.data, (u_char *) name, len) == 0;
}


static void
ngx_http_dm_peer_free(ngx_peer_connection_t *pc, void *data, ngx_uint_t state)
{
    ngx_http_dm_peer_t  *peer = data;

    peer->free(pc, peer->data, state);
}


static void
ngx_http_dm_peer_notify(ngx_peer_connection_t *pc, void *data, ngx_uint_t type)
{
    ngx_http_dm_peer_t  *peer = data;

    peer->notify(pc, peer->data, type);
}


static ngx_int_t
ngx_http_dm_peer_set_session(ngx_peer_connection_t *pc, void *data)
{
    ngx_http_dm_peer_t  *peer = data;

    SSL          *ssl;
    SSL_SESSION  *session;

    if (peer->set_session(pc, peer->data) != NGX_OK) {
        return NGX_ERROR;
    }

    ssl = pc->connection->ssl->connection;
    session = SSL_get_session(ssl);

    if (session
        && !ngx_http_dm_peer_same(peer, SSL_SESSION_get0_hostname(session)))
    {
        (void) SSL_set_session(ssl, NULL);
    }

    return NGX_OK;
}


static void
ngx_http_dm_peer_save_session(ngx_peer_connection_t *pc, void *data)
{
    ngx_http_dm_peer_t  *peer = data;

    peer->save_session(pc, peer->data);
}

#else

void
ngx_http_dm_delivery_peers(ngx_conf_t *cf)
{
    (void) cf;
}

#endif
