/* The guard of what leaves for a developer's webhook. */

#ifndef NGX_HTTP_DM_DELIVERY_H
#define NGX_HTTP_DM_DELIVERY_H

#include "ngx_http_dm_permission_module.h"
#include "dm_payload.h"


struct ngx_http_dm_delivery_conf_s {
    ngx_http_complex_value_t  *app;
    ngx_http_complex_value_t  *destination;  /* NULL: the table's */
    ngx_http_complex_value_t  *signature;

    /*
     * Of ngx_str_t: the names after "http_" and "arg_" in `app`.  Of several
     * headers or arguments of one name such a variable shows one, or, of
     * headers from nginx 1.23.0 on, all with commas.
     */
    ngx_array_t                headers;
    ngx_array_t                arguments;

    ngx_str_t                  conf_name;    /* where it is */
    ngx_uint_t                 conf_line;
};


/* Decides a delivery; declines or answers, never allows. */
ngx_int_t ngx_http_dm_delivery(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf);

/* How many headers the variable $http_NAME could be. */
ngx_uint_t ngx_http_dm_delivery_headers(ngx_http_request_t *r,
    ngx_str_t *name);

/* 0 where a header or an argument that `app` is made of comes twice. */
ngx_uint_t ngx_http_dm_delivery_one_app(ngx_http_request_t *r,
    const ngx_http_dm_delivery_conf_t *conf);

/* 1 for what an app may be called, and a log or a header may hold. */
ngx_uint_t ngx_http_dm_delivery_is_id(ngx_str_t *id);

/* 1 where "proxy_pass" would send a body. */
ngx_uint_t ngx_http_dm_delivery_has_body(ngx_http_request_t *r);

/* What a ledger is to say of the body; NGX_ERROR where it cannot be told. */
ngx_int_t ngx_http_dm_delivery_cargo(ngx_http_request_t *r,
    ngx_http_dm_ctx_t *ctx, dm_str_t body, const dm_payload_t *payload);

/*
 * Puts the guard between a delivery and the connections that an upstream
 * keeps.  To be called once all upstreams are as they are to be.
 */
void ngx_http_dm_delivery_peers(ngx_conf_t *cf);

/* What that needs to know of an upstream. */
void *ngx_http_dm_delivery_create_srv_conf(ngx_conf_t *cf);

/* The directive, and its inheritance. */
char *ngx_http_dm_delivery_conf(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_dm_delivery_merge(ngx_conf_t *cf,
    const ngx_http_dm_loc_conf_t *prev, ngx_http_dm_loc_conf_t *conf);

#endif
