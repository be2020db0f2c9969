#include "ngx_http_dm_request.h"


#define NGX_HTTP_DM_METHODS                                                   \
    (sizeof(((dm_route_request_t *) 0)->methods) / sizeof(unsigned))

/* Longer targets are read in memory from the request's pool. */
#define NGX_HTTP_DM_TARGET_SMALL  512


static void ngx_http_dm_request_add(ngx_http_dm_classify_t *c, dm_str_t name);
static ngx_uint_t ngx_http_dm_request_headers(ngx_http_request_t *r,
    ngx_http_dm_classify_t *c);
static ngx_int_t ngx_http_dm_request_judge(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, ngx_http_dm_classify_t *c,
    dm_action_t *action, unsigned *ambiguous);
static ngx_int_t ngx_http_dm_request_argument(ngx_http_request_t *r,
    dm_str_t text, ngx_http_dm_classify_t *c);


ngx_uint_t
ngx_http_dm_request_harmless(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf)
{
    ngx_str_t  *target;

    target = r == r->main ? &r->unparsed_uri : &r->uri;

    return conf->action == NULL
           && dm_route_harmless(&conf->routes, ngx_http_dm_str(&r->uri),
                                ngx_http_dm_str(target));
}


ngx_int_t
ngx_http_dm_request_init(ngx_http_request_t *r,
    ngx_http_dm_classify_t *c)
{
    ngx_uint_t  cors;

    c->route.n_methods = 0;
    c->route.preflight = 0;
    c->route.uri = ngx_http_dm_str(&r->uri);

    ngx_http_dm_request_add(c, ngx_http_dm_str(&r->method_name));

    if (r != r->main) {
        return NGX_OK;
    }

    cors = ngx_http_dm_request_headers(r, c);

    if (r->args.len
        && ngx_http_dm_request_argument(r, ngx_http_dm_str(&r->args), c)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    c->route.preflight = cors && r->method == NGX_HTTP_OPTIONS
                         && c->route.n_methods == 1;

    return NGX_OK;
}


/* More overrides than there is room for: the last place stands for any. */
static void
ngx_http_dm_request_add(ngx_http_dm_classify_t *c, dm_str_t name)
{
    if (c->route.n_methods == NGX_HTTP_DM_METHODS) {
        c->route.methods[NGX_HTTP_DM_METHODS - 1] = DM_METHOD_DELETE;
        return;
    }

    c->route.methods[c->route.n_methods++] = dm_method(name);
}


/* Returns 1 where the header is that of a CORS preflight. */
static ngx_uint_t
ngx_http_dm_request_headers(ngx_http_request_t *r, ngx_http_dm_classify_t *c)
{
    ngx_uint_t        i, n, origin, asked;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    static const ngx_str_t  override[] = {
        ngx_string("x-http-method-override"),
        ngx_string("x-http-method"),
        ngx_string("x-method-override")
    };

    origin = 0;
    asked = 0;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            switch (h[i].key.len) {

            case sizeof("origin") - 1:
                origin |= ngx_memcmp(h[i].lowcase_key, "origin", 6) == 0;
                break;

            case sizeof("access-control-request-method") - 1:
                asked |= ngx_memcmp(h[i].lowcase_key,
                                    "access-control-request-method", 29)
                         == 0;
                break;

            case sizeof("x-http-method-override") - 1:
            case sizeof("x-http-method") - 1:
            case sizeof("x-method-override") - 1:

                for (n = 0; n < 3; n++) {
                    if (h[i].key.len == override[n].len
                        && ngx_memcmp(h[i].lowcase_key, override[n].data,
                                      override[n].len)
                           == 0)
                    {
                        ngx_http_dm_request_add(c,
                                                ngx_http_dm_str(&h[i].value));
                    }
                }

                break;
            }
        }
    }

    return origin && asked;
}


static ngx_int_t
ngx_http_dm_request_argument(ngx_http_request_t *r, dm_str_t text,
    ngx_http_dm_classify_t *c)
{
    char      *scratch;
    dm_str_t   value;

    scratch = ngx_pnalloc(r->pool, text.len + 1);
    if (scratch == NULL) {
        return NGX_ERROR;
    }

    if (dm_oauth_form_field(text, DM_STR("_method"), scratch, &value)) {
        ngx_http_dm_request_add(c, value);
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_dm_request_action(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, ngx_http_dm_classify_t *c,
    dm_action_t *action, unsigned *ambiguous)
{
    int        n;
    ngx_str_t  value;

    *ambiguous = 0;

    if (conf->action) {

        if (ngx_http_complex_value(r, conf->action, &value) != NGX_OK) {
            return NGX_ERROR;
        }

        n = dm_action_parse(ngx_http_dm_str(&value));

        if (n >= 0) {
            *action = (dm_action_t) n;
            return NGX_OK;
        }

        if (value.len != 0
            && !dm_str_eq(ngx_http_dm_str(&value), DM_STR("auto")))
        {
            ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                          "value \"%V\" of \"dm_permission_action\" is not an "
                          "action, the routes decide", &value);
        }
    }

    return ngx_http_dm_request_judge(r, conf, c, action, ambiguous);
}


/*
 * Of a subrequest, and after a rewrite or an internal redirect, the origin is
 * sent the URI: then it is a target like the client's, to be read in every
 * way.  What the client asked for counts all the same.
 */
static ngx_int_t
ngx_http_dm_request_judge(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, ngx_http_dm_classify_t *c,
    dm_action_t *action, unsigned *ambiguous)
{
    size_t       size;
    char        *scratch, small[DM_PATH_SCRATCH(NGX_HTTP_DM_TARGET_SMALL)];
    unsigned     odd;
    dm_action_t  sent;

    scratch = small;
    size = ngx_max(r->unparsed_uri.len, r->uri.len);

    if (size > NGX_HTTP_DM_TARGET_SMALL) {
        scratch = ngx_pnalloc(r->pool, DM_PATH_SCRATCH(size));
        if (scratch == NULL) {
            return NGX_ERROR;
        }
    }

    *action = DM_ACTION_NONE;

    if (r == r->main) {
        c->route.target = ngx_http_dm_str(&r->unparsed_uri);
        *action = dm_route_judge(&conf->routes, &c->route, scratch, ambiguous);

        if (r->valid_unparsed_uri) {
            return NGX_OK;
        }
    }

    c->route.target = ngx_http_dm_str(&r->uri);
    sent = dm_route_judge(&conf->routes, &c->route, scratch, &odd);

    *action = ngx_max(*action, sent);
    *ambiguous |= odd;

    return NGX_OK;
}


ngx_int_t
ngx_http_dm_request_form_action(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_str_t form, dm_action_t *action)
{
    unsigned                ambiguous;
    dm_action_t             stricter;
    ngx_http_dm_classify_t  c;

    if (ngx_http_dm_request_init(r, &c) != NGX_OK
        || ngx_http_dm_request_argument(r, form, &c) != NGX_OK
        || ngx_http_dm_request_action(r, conf, &c, &stricter, &ambiguous)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    *action = stricter;

    return NGX_OK;
}
