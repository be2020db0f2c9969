#include "ngx_http_dm_request.h"
#include "ngx_http_dm_credential.h"


/* Longer targets are read in memory from the request's pool. */
#define NGX_HTTP_DM_TARGET_SMALL  512


static void ngx_http_dm_request_headers(ngx_http_request_t *r,
    dm_request_t *request);
static ngx_int_t ngx_http_dm_request_judge(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_request_t *request,
    dm_action_t *action, unsigned *ambiguous);


void
ngx_http_dm_request_init(ngx_http_request_t *r, dm_route_glance_t glance,
    dm_request_t *request)
{
    dm_request_init(request, ngx_http_dm_str(&r->method_name),
                    ngx_http_dm_str(&r->uri));
    request->route.glance = glance;

    /* what overrides the client's method goes out with a subrequest, too */

    ngx_http_dm_request_headers(r, request);

    if (r == r->main) {
        dm_request_target(request, ngx_http_dm_str(&r->unparsed_uri));
    }

    if (r->args.len) {
        dm_request_argument(request, ngx_http_dm_str(&r->args));
    }

    if (r == r->main && request->options) {
        dm_request_preflight(request, ngx_http_dm_credential_has_form(r));
    }
}


static void
ngx_http_dm_request_headers(ngx_http_request_t *r, dm_request_t *request)
{
    dm_str_t          name;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            name.data = (const char *) h[i].lowcase_key;

            if (dm_request_asks(request, name.data)) {
                name.len = h[i].key.len;
                dm_request_field(request, name, ngx_http_dm_str(&h[i].value));
            }
        }
    }
}


ngx_int_t
ngx_http_dm_request_action(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_request_t *request,
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

    return ngx_http_dm_request_judge(r, conf, request, action, ambiguous);
}


/*
 * Of a subrequest, and after a rewrite or an internal redirect, the origin is
 * sent the URI: then it is a target like the client's, to be read in every
 * way.  What the client asked for counts all the same.
 */
static ngx_int_t
ngx_http_dm_request_judge(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_request_t *request,
    dm_action_t *action, unsigned *ambiguous)
{
    char       *scratch, small[DM_PATH_SCRATCH(NGX_HTTP_DM_TARGET_SMALL)];
    size_t      size;
    dm_str_t    targets[2];
    ngx_uint_t  n;

    scratch = small;
    size = ngx_max(r->unparsed_uri.len, r->uri.len);

    if (size > NGX_HTTP_DM_TARGET_SMALL) {
        scratch = ngx_pnalloc(r->pool, DM_PATH_SCRATCH(size));
        if (scratch == NULL) {
            return NGX_ERROR;
        }
    }

    n = 0;

    if (r == r->main) {
        targets[n++] = ngx_http_dm_str(&r->unparsed_uri);
    }

    if (r != r->main || !r->valid_unparsed_uri) {
        targets[n++] = ngx_http_dm_str(&r->uri);
    }

    *action = dm_request_judge(&conf->routes, request, targets, n, scratch,
                               ambiguous);

    return NGX_OK;
}


ngx_int_t
ngx_http_dm_request_form_action(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_str_t form, dm_action_t *action)
{
    unsigned      ambiguous;
    dm_request_t  request;

    ngx_http_dm_request_init(r, DM_ROUTE_UNSEEN, &request);

    dm_request_argument(&request, form);

    return ngx_http_dm_request_action(r, conf, &request, action, &ambiguous);
}
