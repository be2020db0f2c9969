#include "ngx_http_dm_status.h"
#include "dm_accept.h"


/* Whatever a name may smuggle into the page, it can load and send nothing. */
#define NGX_HTTP_DM_STATUS_POLICY                                             \
    "default-src 'none'; style-src 'unsafe-inline'; "                         \
    "script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; "       \
    "form-action 'none'; frame-ancestors 'none'"


typedef ngx_chain_t *(*ngx_http_dm_status_view_pt)(ngx_http_request_t *r,
    const ngx_http_dm_status_page_t *page);


typedef struct {
    ngx_str_t                   format;
    dm_str_t                    offer;
    ngx_str_t                   type;
    ngx_http_dm_status_view_pt  handler;
} ngx_http_dm_status_view_t;


static const ngx_http_dm_status_view_t *ngx_http_dm_status_view(
    ngx_http_request_t *r);
static ngx_int_t ngx_http_dm_status_header(ngx_http_request_t *r,
    const char *name, const char *value);
static ngx_int_t ngx_http_dm_status_send(ngx_http_request_t *r,
    const ngx_http_dm_status_view_t *view, ngx_chain_t *out);


/* The first one is the default. */
static const ngx_http_dm_status_view_t  ngx_http_dm_status_views[] = {

    { ngx_string("json"),
      { "application/json", sizeof("application/json") - 1 },
      ngx_string("application/json"),
      ngx_http_dm_status_json },

    { ngx_string("prometheus"),
      { "text/plain", sizeof("text/plain") - 1 },
      ngx_string("text/plain; version=0.0.4; charset=utf-8"),
      ngx_http_dm_status_prometheus },

    { ngx_string("html"),
      { "text/html", sizeof("text/html") - 1 },
      ngx_string("text/html; charset=utf-8"),
      ngx_http_dm_status_html }
};

#define NGX_HTTP_DM_STATUS_VIEWS                                              \
    (sizeof(ngx_http_dm_status_views) / sizeof(ngx_http_dm_status_views[0]))


ngx_int_t
ngx_http_dm_status_handler(ngx_http_request_t *r)
{
    ngx_int_t                         rc;
    ngx_chain_t                      *out;
    ngx_http_dm_status_page_t        *page;
    const ngx_http_dm_status_view_t  *view;

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    view = ngx_http_dm_status_view(r);
    if (view == NULL) {
        return NGX_HTTP_BAD_REQUEST;
    }

    page = ngx_http_dm_status_read(r);
    out = page ? view->handler(r, page) : NULL;

    if (out == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_dm_status_send(r, view, out);
}


/* The view that "format" or Accept names; NULL: no such format. */
static const ngx_http_dm_status_view_t *
ngx_http_dm_status_view(ngx_http_request_t *r)
{
    dm_str_t          offers[NGX_HTTP_DM_STATUS_VIEWS];
    ngx_str_t         format;
    ngx_uint_t        i;
    dm_accept_t       accepted[NGX_HTTP_DM_STATUS_VIEWS];
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    if (ngx_http_arg(r, (u_char *) "format", 6, &format) == NGX_OK) {

        for (i = 0; i < NGX_HTTP_DM_STATUS_VIEWS; i++) {
            if (ngx_http_dm_status_views[i].format.len == format.len
                && ngx_memcmp(ngx_http_dm_status_views[i].format.data,
                              format.data, format.len)
                   == 0)
            {
                return &ngx_http_dm_status_views[i];
            }
        }

        return NULL;
    }

    ngx_memzero(accepted, sizeof(accepted));

    for (i = 0; i < NGX_HTTP_DM_STATUS_VIEWS; i++) {
        offers[i] = ngx_http_dm_status_views[i].offer;
    }

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].key.len == sizeof("accept") - 1
                && ngx_memcmp(h[i].lowcase_key, "accept", 6) == 0)
            {
                dm_accept_add(ngx_http_dm_str(&h[i].value), offers, accepted,
                              NGX_HTTP_DM_STATUS_VIEWS);
            }
        }
    }

    return &ngx_http_dm_status_views[dm_accept_best(accepted,
                                                    NGX_HTTP_DM_STATUS_VIEWS)];
}


static ngx_int_t
ngx_http_dm_status_header(ngx_http_request_t *r, const char *name,
    const char *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    /* the element is a linked list from nginx 1.23.0 on: no stray next */
    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    h->key.data = (u_char *) name;
    h->key.len = ngx_strlen(name);
    h->value.data = (u_char *) value;
    h->value.len = ngx_strlen(value);

    return NGX_OK;
}


static ngx_int_t
ngx_http_dm_status_send(ngx_http_request_t *r,
    const ngx_http_dm_status_view_t *view, ngx_chain_t *out)
{
    ngx_int_t     rc;
    ngx_chain_t  *cl;

    if (ngx_http_dm_status_header(r, "Cache-Control", "no-store") != NGX_OK
        || ngx_http_dm_status_header(r, "Vary", "Accept") != NGX_OK
        || ngx_http_dm_status_header(r, "X-Content-Type-Options", "nosniff")
           != NGX_OK
        || ngx_http_dm_status_header(r, "Content-Security-Policy",
                                     NGX_HTTP_DM_STATUS_POLICY)
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_type = view->type;
    r->headers_out.content_type_len = view->type.len;
    r->headers_out.content_type_lowcase = NULL;
    r->headers_out.content_length_n = 0;

    for (cl = out; cl; cl = cl->next) {
        r->headers_out.content_length_n += ngx_buf_size(cl->buf);

        if (cl->next == NULL) {
            cl->buf->last_buf = r == r->main;
            cl->buf->last_in_chain = 1;
        }
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    return ngx_http_output_filter(r, out);
}
