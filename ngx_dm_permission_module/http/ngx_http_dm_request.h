/* What a request asks for: its methods and its path -> action. */

#ifndef NGX_HTTP_DM_REQUEST_H
#define NGX_HTTP_DM_REQUEST_H

#include "ngx_http_dm_permission_module.h"


/* `glance`: what follows below, or UNSEEN. */
void ngx_http_dm_request_init(ngx_http_request_t *r,
    dm_route_glance_t glance, dm_request_t *request);

/*
 * The action of dm_permission_action, or of the routes.  NGX_ERROR where the
 * directive's value cannot be evaluated.
 */
ngx_int_t ngx_http_dm_request_action(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_request_t *request,
    dm_action_t *action, unsigned *ambiguous);

/* The action once the form, and a _method of it, is known. */
ngx_int_t ngx_http_dm_request_form_action(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_str_t form, dm_action_t *action);


/* What the path alone says of the request, HARMLESS: it is not guarded. */
static ngx_inline dm_route_glance_t
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

#endif
