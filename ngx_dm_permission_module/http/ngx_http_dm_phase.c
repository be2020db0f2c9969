#include "ngx_http_dm_phase.h"
#include "ngx_http_dm_delivery.h"
#include "ngx_http_dm_gate.h"
#include "ngx_http_dm_stream.h"


static ngx_int_t ngx_http_dm_phase_add(ngx_conf_t *cf, ngx_uint_t phase,
    ngx_http_handler_pt handler);
static ngx_int_t ngx_http_dm_phase_preaccess(ngx_http_request_t *r);
static ngx_int_t ngx_http_dm_phase_access(ngx_http_request_t *r);
static ngx_int_t ngx_http_dm_phase_decide(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf);


ngx_int_t
ngx_http_dm_phase_init(ngx_conf_t *cf)
{
    if (ngx_http_dm_phase_add(cf, NGX_HTTP_PREACCESS_PHASE,
                              ngx_http_dm_phase_preaccess)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_dm_phase_add(cf, NGX_HTTP_ACCESS_PHASE,
                                 ngx_http_dm_phase_access);
}


static ngx_int_t
ngx_http_dm_phase_add(ngx_conf_t *cf, ngx_uint_t phase,
    ngx_http_handler_pt handler)
{
    ngx_http_handler_pt        *slot;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    slot = ngx_array_push(&cmcf->phases[phase].handlers);
    if (slot == NULL) {
        return NGX_ERROR;
    }

    *slot = handler;

    return NGX_OK;
}


static ngx_int_t
ngx_http_dm_phase_preaccess(ngx_http_request_t *r)
{
    ngx_http_dm_loc_conf_t    *conf;
    ngx_http_core_loc_conf_t  *clcf;

    conf = ngx_http_get_module_loc_conf(r, ngx_http_dm_permission_module);

    if (conf->zone == NULL) {
        return NGX_DECLINED;
    }

    if (r == r->main) {
        clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

        if (clcf->satisfy != NGX_HTTP_SATISFY_ANY) {
            return NGX_DECLINED;
        }
    }

    return ngx_http_dm_phase_decide(r, conf);
}


static ngx_int_t
ngx_http_dm_phase_access(ngx_http_request_t *r)
{
    ngx_http_dm_loc_conf_t  *conf;

    conf = ngx_http_get_module_loc_conf(r, ngx_http_dm_permission_module);

    if (conf->zone == NULL) {
        return NGX_DECLINED;
    }

    return ngx_http_dm_phase_decide(r, conf);
}


/* The path of a delivery is the developer's, the routes have no say in it. */
static ngx_int_t
ngx_http_dm_phase_decide(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf)
{
    ngx_int_t  rc;

    if (conf->delivery) {
        return ngx_http_dm_delivery(r, conf);
    }

    rc = ngx_http_dm_gate(r, conf);

    return rc == NGX_DECLINED && conf->stream
           ? ngx_http_dm_stream_prepare(r) : rc;
}
