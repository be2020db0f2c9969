#include "ngx_http_dm_permission_module.h"
#include "ngx_http_dm_answer.h"
#include "ngx_http_dm_conf.h"
#include "ngx_http_dm_delivery.h"
#include "ngx_http_dm_helper.h"
#include "ngx_http_dm_ledger.h"
#include "ngx_http_dm_look.h"
#include "ngx_http_dm_phase.h"
#include "ngx_http_dm_stream.h"
#include "ngx_http_dm_variables.h"
#include "ngx_http_dm_warn.h"


#define NGX_HTTP_DM_ALL                                                       \
    (NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF)


static ngx_int_t ngx_http_dm_init(ngx_conf_t *cf);
static void *ngx_http_dm_create_main_conf(ngx_conf_t *cf);
static void *ngx_http_dm_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_dm_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);
static ngx_int_t ngx_http_dm_init_module(ngx_cycle_t *cycle);
static ngx_int_t ngx_http_dm_init_process(ngx_cycle_t *cycle);
static void ngx_http_dm_exit_process(ngx_cycle_t *cycle);


static ngx_command_t  ngx_http_dm_commands[] = {

    { ngx_string("dm_permission_table"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_2MORE,
      ngx_http_dm_conf_table,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("dm_permission"),
      NGX_HTTP_DM_ALL|NGX_CONF_TAKE1,
      ngx_http_dm_conf_zone,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("dm_permission_dry_run"),
      NGX_HTTP_DM_ALL|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_dm_loc_conf_t, dry_run),
      NULL },

    { ngx_string("dm_permission_enforce_from"),
      NGX_HTTP_DM_ALL|NGX_CONF_TAKE1,
      ngx_http_dm_conf_from,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("dm_permission_routes"),
      NGX_HTTP_DM_ALL|NGX_CONF_1MORE,
      ngx_http_dm_conf_routes,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_dm_loc_conf_t, sets),
      ngx_http_dm_conf_set_words },

    { ngx_string("dm_permission_route"),
      NGX_HTTP_DM_ALL|NGX_CONF_TAKE3|NGX_CONF_TAKE4,
      ngx_http_dm_conf_route,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("dm_permission_action"),
      NGX_HTTP_DM_ALL|NGX_CONF_TAKE1,
      ngx_http_dm_conf_action,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("dm_permission_send"),
      NGX_HTTP_DM_ALL|NGX_CONF_TAKE1,
      ngx_http_dm_conf_word,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_dm_loc_conf_t, send),
      ngx_http_dm_conf_send_words },

    { ngx_string("dm_permission_credentials"),
      NGX_HTTP_DM_ALL|NGX_CONF_1MORE,
      ngx_http_dm_conf_words,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_dm_loc_conf_t, sources),
      ngx_http_dm_conf_source_words },

    { ngx_string("dm_permission_unknown_token"),
      NGX_HTTP_DM_ALL|NGX_CONF_TAKE1,
      ngx_http_dm_conf_word,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_dm_loc_conf_t, unknown_pass),
      ngx_http_dm_conf_unknown_words },

    { ngx_string("dm_permission_realm"),
      NGX_HTTP_DM_ALL|NGX_CONF_TAKE1,
      ngx_http_dm_conf_realm,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_dm_loc_conf_t, realm),
      NULL },

    { ngx_string("dm_permission_log_level"),
      NGX_HTTP_DM_ALL|NGX_CONF_TAKE1,
      ngx_http_dm_conf_word,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_dm_loc_conf_t, log_level),
      ngx_http_dm_conf_log_words },

    { ngx_string("dm_permission_message"),
      NGX_HTTP_DM_ALL|NGX_CONF_TAKE1,
      ngx_http_dm_conf_message,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_dm_loc_conf_t, message),
      NULL },

    { ngx_string("dm_permission_access_level"),
      NGX_HTTP_DM_ALL|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_dm_loc_conf_t, access_level),
      NULL },

    { ngx_string("dm_permission_delivery"),
      NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_dm_delivery_conf,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("dm_permission_delivery_body_max"),
      NGX_HTTP_DM_ALL|NGX_CONF_TAKE1,
      ngx_http_dm_conf_size,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_dm_loc_conf_t, delivery_body_max),
      NULL },

    { ngx_string("dm_permission_stream"),
      NGX_HTTP_DM_ALL|NGX_CONF_TAKE1,
      ngx_http_dm_conf_word,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_dm_loc_conf_t, stream),
      ngx_http_dm_conf_stream_words },

    { ngx_string("dm_permission_stream_message_max"),
      NGX_HTTP_DM_ALL|NGX_CONF_TAKE1,
      ngx_http_dm_conf_size,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_dm_loc_conf_t, stream_max),
      NULL },

    { ngx_string("dm_permission_stream_revoked"),
      NGX_HTTP_DM_ALL|NGX_CONF_TAKE1,
      ngx_http_dm_conf_word,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_dm_loc_conf_t, stream_filter),
      ngx_http_dm_conf_revoked_words },

    { ngx_string("dm_permission_status"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_dm_conf_status,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("dm_permission_ledger"),
      NGX_HTTP_DM_ALL|NGX_CONF_1MORE,
      ngx_http_dm_conf_ledger,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_dm_permission_module_ctx = {
    ngx_http_dm_variables_add,             /* preconfiguration */
    ngx_http_dm_init,                      /* postconfiguration */

    ngx_http_dm_create_main_conf,          /* create main configuration */
    NULL,                                  /* init main configuration */

    ngx_http_dm_delivery_create_srv_conf,  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_dm_create_loc_conf,           /* create location configuration */
    ngx_http_dm_merge_loc_conf             /* merge location configuration */
};


ngx_module_t  ngx_http_dm_permission_module = {
    NGX_MODULE_V1,
    &ngx_http_dm_permission_module_ctx,    /* module context */
    ngx_http_dm_commands,                  /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    ngx_http_dm_init_module,               /* init module */
    ngx_http_dm_init_process,              /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_http_dm_exit_process,              /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_http_dm_init(ngx_conf_t *cf)
{
    ngx_uint_t                i;
    ngx_http_dm_zone_t      **zone;
    ngx_http_dm_main_conf_t  *dmcf;

    dmcf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_dm_permission_module);
    zone = dmcf->zones.elts;

    for (i = 0; i < dmcf->zones.nelts; i++) {
        if (zone[i]->file.len == 0) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "unknown zone \"%V\" in \"dm_permission\" directive "
                          "in %V:%ui", &zone[i]->name, &zone[i]->conf_name,
                          zone[i]->conf_line);
            return NGX_ERROR;
        }

        ngx_http_dm_zone_settle(cf, zone[i]);
    }

    if (dmcf->zones.nelts != 0) {
        dmcf->path = ngx_http_dm_helper_path(cf);
        if (dmcf->path == NULL) {
            return NGX_ERROR;
        }

        if (ngx_http_dm_look_init(cf) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (dmcf->access_level) {
        ngx_http_dm_answer_filter_init();
    }

    if (dmcf->stream) {
        ngx_http_dm_stream_filter_init();
    }

    if (dmcf->delivery) {
        ngx_http_dm_delivery_peers(cf);
    }

    return dmcf->on ? ngx_http_dm_phase_init(cf) : NGX_OK;
}


static void *
ngx_http_dm_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_dm_main_conf_t  *dmcf;

    dmcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_dm_main_conf_t));
    if (dmcf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&dmcf->zones, cf->pool, 1,
                       sizeof(ngx_http_dm_zone_t *))
        != NGX_OK)
    {
        return NULL;
    }

    if (ngx_array_init(&dmcf->ledgers, cf->pool, 1,
                       sizeof(ngx_http_dm_ledger_t *))
        != NGX_OK)
    {
        return NULL;
    }

    return dmcf;
}


static void *
ngx_http_dm_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_dm_loc_conf_t  *dlcf;

    dlcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_dm_loc_conf_t));
    if (dlcf == NULL) {
        return NULL;
    }

    dlcf->zone = NGX_CONF_UNSET_PTR;
    dlcf->dry_run = NGX_CONF_UNSET;
    dlcf->enforce_from = NGX_CONF_UNSET;
    dlcf->sets = NGX_CONF_UNSET_UINT;
    dlcf->action = NGX_CONF_UNSET_PTR;
    dlcf->send = NGX_CONF_UNSET_UINT;
    dlcf->sources = NGX_CONF_UNSET_UINT;
    dlcf->unknown_pass = NGX_CONF_UNSET_UINT;
    dlcf->log_level = NGX_CONF_UNSET_UINT;
    dlcf->access_level = NGX_CONF_UNSET;
    dlcf->delivery = NGX_CONF_UNSET_PTR;
    dlcf->delivery_body_max = NGX_CONF_UNSET_SIZE;
    dlcf->ledger = NGX_CONF_UNSET_PTR;
    dlcf->stream = NGX_CONF_UNSET_UINT;
    dlcf->stream_max = NGX_CONF_UNSET_SIZE;
    dlcf->stream_filter = NGX_CONF_UNSET_UINT;

    return dlcf;
}


static char *
ngx_http_dm_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_dm_loc_conf_t   *prev = parent;
    ngx_http_dm_loc_conf_t   *conf = child;
    ngx_http_dm_main_conf_t  *dmcf;

    ngx_conf_merge_ptr_value(conf->zone, prev->zone, NULL);
    ngx_conf_merge_value(conf->dry_run, prev->dry_run, 0);
    ngx_conf_merge_value(conf->enforce_from, prev->enforce_from, 0);
    ngx_conf_merge_uint_value(conf->sets, prev->sets,
                              DM_ROUTES_1|DM_ROUTES_1_1|DM_ROUTES_2);
    ngx_conf_merge_ptr_value(conf->action, prev->action, NULL);
    ngx_conf_merge_uint_value(conf->send, prev->send, 0);
    ngx_conf_merge_uint_value(conf->sources, prev->sources,
                              DM_OAUTH_HEADER|DM_OAUTH_QUERY|DM_OAUTH_BODY);
    ngx_conf_merge_uint_value(conf->unknown_pass, prev->unknown_pass, 0);
    ngx_conf_merge_str_value(conf->realm, prev->realm, "api");
    ngx_conf_merge_uint_value(conf->log_level, prev->log_level, NGX_LOG_WARN);
    ngx_conf_merge_str_value(conf->message, prev->message, "");
    ngx_conf_merge_value(conf->access_level, prev->access_level, 0);
    ngx_conf_merge_size_value(conf->delivery_body_max, prev->delivery_body_max,
                              1024 * 1024);

    if (ngx_http_dm_delivery_merge(cf, prev, conf) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    if (conf->ledger == NGX_CONF_UNSET_PTR) {
        conf->ledger_refuse = prev->ledger_refuse;
    }

    ngx_conf_merge_ptr_value(conf->ledger, prev->ledger, NULL);

    if (conf->own == NULL) {
        conf->own = prev->own;
    }

    conf->policy.send_needs_dm = conf->send ? 1 : 0;
    conf->policy.unknown_pass = conf->unknown_pass ? 1 : 0;
    conf->routes.sets = conf->sets;
    conf->routes.own = conf->own ? conf->own->elts : NULL;
    conf->routes.n_own = conf->own ? conf->own->nelts : 0;
    conf->routes.match = ngx_http_dm_conf_match;

    if (conf->zone) {
        ngx_http_dm_warn_return(cf);

        /* what does not look at the path, no path can mislead */

        if (conf->delivery == NULL && conf->action == NULL
            && (conf->sets || conf->own))
        {
            ngx_http_dm_warn_proxy_pass(cf);
        }
    }

    dmcf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_dm_permission_module);

    if (conf->access_level && conf->zone) {
        dmcf->access_level = 1;
    }

    return ngx_http_dm_stream_merge(cf, prev, conf);
}


static ngx_http_dm_main_conf_t *
ngx_http_dm_cycle_conf(ngx_cycle_t *cycle)
{
    return ngx_get_conf(cycle->conf_ctx, ngx_http_module)
           ? ngx_http_cycle_get_module_main_conf(cycle,
                                                ngx_http_dm_permission_module)
           : NULL;
}


static ngx_int_t
ngx_http_dm_init_module(ngx_cycle_t *cycle)
{
    ngx_http_dm_main_conf_t  *dmcf;

    dmcf = ngx_http_dm_cycle_conf(cycle);

    if (dmcf && dmcf->path) {
        ngx_http_dm_helper_add_path(cycle, dmcf->path);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_dm_init_process(ngx_cycle_t *cycle)
{
    ngx_http_dm_main_conf_t  *dmcf;

    dmcf = ngx_http_dm_cycle_conf(cycle);

    if (dmcf == NULL || dmcf->zones.nelts == 0) {
        return NGX_OK;
    }

    if (ngx_http_dm_helper_init_process(cycle, &dmcf->zones) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_dm_ledger_init_process(dmcf);

    return NGX_OK;
}


static void
ngx_http_dm_exit_process(ngx_cycle_t *cycle)
{
    ngx_http_dm_main_conf_t  *dmcf;

    dmcf = ngx_http_dm_cycle_conf(cycle);

    if (dmcf) {
        ngx_http_dm_ledger_exit_process(dmcf);
    }

    ngx_http_dm_look_exit_process();
}
