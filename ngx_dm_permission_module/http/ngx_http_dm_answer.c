#include "ngx_http_dm_answer.h"
#include "ngx_http_dm_look.h"


#define NGX_HTTP_DM_RETRY_AFTER  "1"


static ngx_int_t ngx_http_dm_answer_send(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_reason_t reason);
static ngx_int_t ngx_http_dm_answer_headers(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, const dm_reason_info_t *info);
static ngx_table_elt_t *ngx_http_dm_answer_header(ngx_http_request_t *r,
    const char *name, ngx_str_t value);
static ngx_int_t ngx_http_dm_answer_filter(ngx_http_request_t *r);


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;

static ngx_str_t  ngx_http_dm_json = ngx_string("application/json;charset=utf-8");
static ngx_str_t  ngx_http_dm_xml = ngx_string("application/xml;charset=utf-8");


ngx_int_t
ngx_http_dm_answer(ngx_http_request_t *r, const ngx_http_dm_loc_conf_t *conf,
    dm_reason_t reason)
{
    ngx_int_t  rc;

    rc = ngx_http_discard_request_body(r);

    if (rc == NGX_OK) {
        rc = ngx_http_dm_answer_send(r, conf, reason);
    }

    ngx_http_finalize_request(r, rc);

    return NGX_DONE;
}


static ngx_int_t
ngx_http_dm_answer_send(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_reason_t reason)
{
    size_t                   len;
    dm_str_t                 message;
    ngx_int_t                rc;
    ngx_buf_t               *b;
    dm_body_t                type;
    ngx_chain_t              out;
    const dm_reason_info_t  *info;

    info = dm_reason_info(reason);

    message = dm_reason_message(reason, ngx_http_dm_str(&conf->message));
    type = dm_reason_body_type(ngx_http_dm_str(&r->uri));
    len = dm_reason_body(NULL, 0, reason, message, type);

    b = ngx_create_temp_buf(r->pool, len);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    (void) dm_reason_body((char *) b->pos, len, reason, message, type);

    b->last += len;
    b->last_buf = (r == r->main) ? 1 : 0;
    b->last_in_chain = 1;

    r->headers_out.status = info->status;
    r->headers_out.content_length_n = len;
    r->headers_out.content_type = type == DM_BODY_XML ? ngx_http_dm_xml
                                                      : ngx_http_dm_json;
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    if (ngx_http_dm_answer_headers(r, conf, info) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


static ngx_int_t
ngx_http_dm_answer_headers(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, const dm_reason_info_t *info)
{
    u_char     *p;
    ngx_str_t   value;

    static ngx_str_t  no_store = ngx_string("no-store");
    static ngx_str_t  retry_after = ngx_string(NGX_HTTP_DM_RETRY_AFTER);

    if (ngx_http_dm_answer_header(r, "Cache-Control", no_store) == NULL) {
        return NGX_ERROR;
    }

    if (info->retry
        && ngx_http_dm_answer_header(r, "Retry-After", retry_after) == NULL)
    {
        return NGX_ERROR;
    }

    if (!info->challenge) {
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, sizeof("OAuth realm=\"\"") - 1 + conf->realm.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    value.data = p;
    p = ngx_sprintf(p, "OAuth realm=\"%V\"", &conf->realm);
    value.len = p - value.data;

    r->headers_out.www_authenticate =
                     ngx_http_dm_answer_header(r, "WWW-Authenticate", value);

    return r->headers_out.www_authenticate ? NGX_OK : NGX_ERROR;
}


static ngx_table_elt_t *
ngx_http_dm_answer_header(ngx_http_request_t *r, const char *name,
    ngx_str_t value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NULL;
    }

    /* the element is a linked list from nginx 1.23.0 on: no stray next */
    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    h->key.data = (u_char *) name;
    h->key.len = ngx_strlen(name);
    h->value = value;

    return h;
}


void
ngx_http_dm_answer_filter_init(void)
{
    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_dm_answer_filter;
}


/*
 * An origin's own X-Access-Level goes in any case: where nothing is known of
 * the token, its word is not the edge's.
 */
static ngx_int_t
ngx_http_dm_answer_filter(ngx_http_request_t *r)
{
    dm_str_t                 word;
    ngx_str_t                value;
    ngx_uint_t               i;
    ngx_list_part_t         *part;
    ngx_table_elt_t         *h;
    ngx_http_dm_loc_conf_t  *conf;

    conf = ngx_http_get_module_loc_conf(r, ngx_http_dm_permission_module);

    if (!conf->access_level || conf->zone == NULL || r != r->main) {
        return ngx_http_next_header_filter(r);
    }

    for (part = &r->headers_out.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].key.len == sizeof("X-Access-Level") - 1
                && ngx_strncasecmp(h[i].key.data, (u_char *) "X-Access-Level",
                                   sizeof("X-Access-Level") - 1)
                   == 0)
            {
                h[i].hash = 0;
            }
        }
    }

    if (ngx_http_dm_look_level(r, conf, &word) == NGX_OK) {
        value.data = (u_char *) word.data;
        value.len = word.len;

        if (ngx_http_dm_answer_header(r, "X-Access-Level", value) == NULL) {
            return NGX_ERROR;
        }
    }

    return ngx_http_next_header_filter(r);
}
