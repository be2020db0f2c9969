#include "ngx_http_dm_request.h"
#include "ngx_http_dm_credential.h"
#include "dm_form.h"


/* Longer targets are read in memory from the request's pool. */
#define NGX_HTTP_DM_TARGET_SMALL  512


static ngx_uint_t ngx_http_dm_request_headers(ngx_http_request_t *r,
    ngx_http_dm_classify_t *c);
static ngx_int_t ngx_http_dm_request_judge(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, ngx_http_dm_classify_t *c,
    dm_action_t *action, unsigned *ambiguous);


dm_route_glance_t
ngx_http_dm_request_glance(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf)
{
    ngx_str_t  *target;

    if (conf->action) {
        return DM_ROUTE_OTHER;
    }

    target = r == r->main ? &r->unparsed_uri : &r->uri;

    return dm_route_glance(&conf->routes, ngx_http_dm_str(&r->uri),
                           ngx_http_dm_str(target));
}


void
ngx_http_dm_request_init(ngx_http_request_t *r, dm_route_glance_t glance,
    ngx_http_dm_classify_t *c)
{
    ngx_uint_t  cors;

    c->route.glance = glance;
    c->route.uri = ngx_http_dm_str(&r->uri);
    c->route.methods = dm_method(ngx_http_dm_str(&r->method_name));

    /* what overrides the client's method goes out with a subrequest, too */

    cors = ngx_http_dm_request_headers(r, c);

    c->route.methods |= dm_form_methods(ngx_http_dm_str(&r->args));

    /* a preflight has no body (Fetch, CORS-preflight fetch) */

    c->route.preflight = cors && r == r->main && r->method == NGX_HTTP_OPTIONS
                         && !ngx_http_dm_credential_has_form(r);
}


/* Returns 1 where the header is that of a CORS preflight. */
static ngx_uint_t
ngx_http_dm_request_headers(ngx_http_request_t *r, ngx_http_dm_classify_t *c)
{
    dm_str_t          name;
    ngx_uint_t        i, origin, asked;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    origin = 0;
    asked = 0;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            name.data = (const char *) h[i].lowcase_key;
            name.len = h[i].key.len;

            switch (name.len) {

            case sizeof("origin") - 1:
                origin |= dm_str_eq(name, DM_STR("origin"));
                break;

            case sizeof("access-control-request-method") - 1:
                asked |= dm_str_eq(name,
                                   DM_STR("access-control-request-method"));
                break;

            case sizeof("x-http-method-override") - 1:
            case sizeof("x-http-method") - 1:
            case sizeof("x-method-override") - 1:

                if (dm_method_header(name)) {
                    c->route.methods |= dm_methods_named(
                                                ngx_http_dm_str(&h[i].value));
                }

                break;
            }
        }
    }

    return origin && asked;
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

    c->route.glance = DM_ROUTE_UNSEEN;
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
    ngx_http_dm_classify_t  c;

    ngx_http_dm_request_init(r, DM_ROUTE_UNSEEN, &c);

    c.route.methods |= dm_form_methods(form);

    return ngx_http_dm_request_action(r, conf, &c, action, &ambiguous);
}
