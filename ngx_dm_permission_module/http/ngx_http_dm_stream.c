#include "ngx_http_dm_body.h"
#include "ngx_http_dm_credential.h"
#include "ngx_http_dm_look.h"
#include "ngx_http_dm_stream_state.h"


static ngx_int_t ngx_http_dm_stream_delimited(ngx_http_request_t *r,
    ngx_http_dm_ctx_t *ctx);
static ngx_int_t ngx_http_dm_stream_hide(ngx_http_request_t *r);
static ngx_uint_t ngx_http_dm_stream_hidden(const ngx_table_elt_t *h);
static ngx_int_t ngx_http_dm_stream_readable(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf);


ngx_http_output_header_filter_pt  ngx_http_dm_stream_next_header;
ngx_http_output_body_filter_pt    ngx_http_dm_stream_next_body;


char *
ngx_http_dm_stream_merge(ngx_conf_t *cf, const ngx_http_dm_loc_conf_t *prev,
    ngx_http_dm_loc_conf_t *conf)
{
    ngx_http_dm_main_conf_t   *dmcf;
    ngx_http_core_loc_conf_t  *clcf;

    ngx_conf_merge_uint_value(conf->stream, prev->stream,
                              NGX_HTTP_DM_STREAM_OFF);
    ngx_conf_merge_size_value(conf->stream_max, prev->stream_max, 256 * 1024);
    ngx_conf_merge_uint_value(conf->stream_filter, prev->stream_filter, 0);

    if (conf->stream == NGX_HTTP_DM_STREAM_OFF) {
        return NGX_CONF_OK;
    }

    if (conf->zone == NULL) {
        clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"dm_permission_stream\" in location \"%V\" requires "
                      "\"dm_permission\" with a zone", &clcf->name);
        return NGX_CONF_ERROR;
    }

    dmcf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_dm_permission_module);
    dmcf->stream = 1;

    if (conf->stream == NGX_HTTP_DM_STREAM_SITE) {
        conf->zone->users = 1;
    }

    return NGX_CONF_OK;
}


void
ngx_http_dm_stream_filter_init(void)
{
    ngx_http_dm_stream_next_header = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_dm_stream_header_filter;

    ngx_http_dm_stream_next_body = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_http_dm_stream_body_filter;
}


ngx_int_t
ngx_http_dm_stream_prepare(ngx_http_request_t *r)
{
    ngx_http_dm_ctx_t  *ctx;

    ctx = ngx_http_dm_ctx(r, 1);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->prepared) {
        return NGX_DECLINED;
    }

    ctx->prepared = 1;

    if (ngx_http_dm_stream_delimited(r, ctx) != NGX_OK
        || ngx_http_dm_stream_hide(r) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return NGX_DECLINED;
}


/* Whether the client wants messages behind their lengths. */
static ngx_int_t
ngx_http_dm_stream_delimited(ngx_http_request_t *r, ngx_http_dm_ctx_t *ctx)
{
    char        *scratch;
    dm_str_t     text, value;
    ngx_int_t    rc;
    ngx_uint_t   i;

    for (i = 0; i < 2; i++) {
        text = ngx_http_dm_str(&r->args);

        if (i == 1) {
            if (r != r->main || !ctx->body_read
                || !ngx_http_dm_credential_has_form(r))
            {
                break;
            }

            rc = ngx_http_dm_body_text(r, DM_FORM_MAX, &text);

            if (rc != NGX_OK) {
                return rc == NGX_DECLINED ? NGX_OK : NGX_ERROR;
            }
        }

        scratch = ngx_pnalloc(r->pool, text.len + 1);
        if (scratch == NULL) {
            return NGX_ERROR;
        }

        if (dm_oauth_form_field(text, DM_STR("delimited"), scratch, &value)) {
            ctx->delimited = dm_str_eq(value, DM_STR("length"));
            break;
        }
    }

    return NGX_OK;
}


/*
 * A new list: others may point at the elements of the old one, nginx's gzip
 * at the Accept-Encoding that stays in headers_in.
 */
static ngx_int_t
ngx_http_dm_stream_hide(ngx_http_request_t *r)
{
    ngx_list_t        list;
    ngx_uint_t        i, n, hidden;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h, *copy;

    n = 1;
    hidden = 0;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;
        n += part->nelts;

        for (i = 0; i < part->nelts; i++) {
            hidden += ngx_http_dm_stream_hidden(&h[i]);
        }
    }

    if (hidden == 0) {
        return NGX_OK;
    }

    if (ngx_list_init(&list, r->pool, n, sizeof(ngx_table_elt_t)) != NGX_OK) {
        return NGX_ERROR;
    }

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (ngx_http_dm_stream_hidden(&h[i])) {
                continue;
            }

            copy = ngx_list_push(&list);
            if (copy == NULL) {
                return NGX_ERROR;
            }

            *copy = h[i];
        }
    }

    /* all fits into the first part */

    r->headers_in.headers = list;
    r->headers_in.headers.last = &r->headers_in.headers.part;

    return NGX_OK;
}


static ngx_uint_t
ngx_http_dm_stream_hidden(const ngx_table_elt_t *h)
{
    ngx_uint_t  i;

    static const ngx_str_t  names[] = {
        ngx_string("accept-encoding"),
        ngx_string("range"),
        ngx_string("if-range")
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (h->key.len == names[i].len
            && ngx_memcmp(h->lowcase_key, names[i].data, names[i].len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_http_dm_stream_header_filter(ngx_http_request_t *r)
{
    ngx_http_dm_ctx_t       *ctx;
    ngx_http_dm_loc_conf_t  *conf;

    conf = ngx_http_get_module_loc_conf(r, ngx_http_dm_permission_module);

    if (conf->stream == NGX_HTTP_DM_STREAM_OFF
        || dm_gate_response(r->headers_out.status) == DM_RESPONSE_PASSES)
    {
        return ngx_http_dm_stream_next_header(r);
    }

    if (ngx_http_dm_stream_readable(r, conf) != NGX_OK) {

        if (!ngx_http_dm_dry_run(conf)) {
            return ngx_http_filter_finalize_request(r,
                                               &ngx_http_dm_permission_module,
                                               NGX_HTTP_BAD_GATEWAY);
        }

        return ngx_http_dm_stream_next_header(r);
    }

    ctx = ngx_http_dm_look(r, conf);

    if (ctx == NULL
        || (!r->header_only
            && ngx_http_dm_stream_open(r, conf, ctx) == NULL))
    {
        return NGX_ERROR;
    }

    r->filter_need_in_memory = 1;

    ngx_http_clear_content_length(r);
    ngx_http_clear_accept_ranges(r);
    ngx_http_clear_last_modified(r);
    ngx_http_clear_etag(r);

    return ngx_http_dm_stream_next_header(r);
}


/* What the origin was not asked for it may send all the same. */
static ngx_int_t
ngx_http_dm_stream_readable(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf)
{
    const char       *dry;
    ngx_table_elt_t  *h;

    dry = ngx_http_dm_dry_run(conf) ? ", dry run" : "";

    if (r->headers_out.status == NGX_HTTP_PARTIAL_CONTENT) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "stream comes in a part, it cannot be filtered%s", dry);
        return NGX_DECLINED;
    }

    if (dm_gate_response(r->headers_out.status) == DM_RESPONSE_UNREADABLE) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "stream comes with status %ui, it cannot be filtered%s",
                      r->headers_out.status, dry);
        return NGX_DECLINED;
    }

    h = r->headers_out.content_encoding;

    if (h && h->hash && h->value.len != 0
        && (h->value.len != sizeof("identity") - 1
            || ngx_strncasecmp(h->value.data, (u_char *) "identity",
                               sizeof("identity") - 1)
               != 0))
    {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "stream comes encoded as \"%V\", it cannot be "
                      "filtered%s", &h->value, dry);
        return NGX_DECLINED;
    }

    return NGX_OK;
}
