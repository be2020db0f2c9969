#include "ngx_http_dm_conf.h"
#include "ngx_http_dm_count.h"


#define NGX_HTTP_DM_INTERVAL_MIN  10    /* milliseconds */
#define NGX_HTTP_DM_ZONE_PAGES    16


static char *ngx_http_dm_conf_table_param(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_dm_zone_t *param, ngx_str_t *value);
static char *ngx_http_dm_conf_table_zone(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_dm_zone_t *param, ngx_str_t *value, ngx_str_t *rest);


char *
ngx_http_dm_conf_table(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_dm_main_conf_t  *dmcf = conf;

    ngx_str_t           *value;
    ngx_uint_t           i;
    ngx_http_dm_zone_t   param, *zone;

    value = cf->args->elts;

    ngx_memzero(&param, sizeof(ngx_http_dm_zone_t));
    param.interval = NGX_CONF_UNSET_MSEC;
    param.max_stale = NGX_CONF_UNSET;
    param.file = value[1];

    if (param.file.len == 0) {
        return ngx_http_dm_conf_invalid(cf, cmd, &value[1],
                                        "the name of a file");
    }

    if (ngx_conf_full_name(cf->cycle, &param.file, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    for (i = 2; i < cf->args->nelts; i++) {
        if (ngx_http_dm_conf_table_param(cf, cmd, &param, &value[i])
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    if (param.name.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" must have the \"zone\" parameter",
                           &cmd->name);
        return NGX_CONF_ERROR;
    }

    zone = ngx_http_dm_zone_get(cf, &dmcf->zones, &param.name);
    if (zone == NULL) {
        return NGX_CONF_ERROR;
    }

    if (zone->file.len) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "zone \"%V\" of \"%V\" is duplicate",
                           &param.name, &cmd->name);
        return NGX_CONF_ERROR;
    }

    *zone = param;

    if (zone->interval == NGX_CONF_UNSET_MSEC) {
        zone->interval = 1000;
    }

    if (zone->max_stale == NGX_CONF_UNSET) {
        zone->max_stale = 0;
    }

    if (ngx_http_dm_zone_declare(cf, zone, &ngx_http_dm_permission_module)
        != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    return ngx_http_dm_count_declare(cf, zone);
}


static char *
ngx_http_dm_conf_table_param(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_dm_zone_t *param, ngx_str_t *value)
{
    ngx_int_t  n;
    ngx_str_t  rest;

    if (ngx_http_dm_conf_prefix(value, "zone=", &rest)) {

        if (param->name.len) {
            return ngx_http_dm_conf_twice(cf, cmd, value);
        }

        return ngx_http_dm_conf_table_zone(cf, cmd, param, value, &rest);
    }

    if (ngx_http_dm_conf_prefix(value, "interval=", &rest)) {

        if (param->interval != NGX_CONF_UNSET_MSEC) {
            return ngx_http_dm_conf_twice(cf, cmd, value);
        }

        n = ngx_parse_time(&rest, 0);

        if (n == NGX_ERROR || n < NGX_HTTP_DM_INTERVAL_MIN) {
            return ngx_http_dm_conf_invalid(cf, cmd, value,
                                            "a time of at least 10ms");
        }

        param->interval = n;
        return NGX_CONF_OK;
    }

    if (ngx_http_dm_conf_prefix(value, "max_stale=", &rest)) {

        if (param->max_stale != NGX_CONF_UNSET) {
            return ngx_http_dm_conf_twice(cf, cmd, value);
        }

        n = ngx_parse_time(&rest, 1);

        if (n == NGX_ERROR || n == 0) {
            return ngx_http_dm_conf_invalid(cf, cmd, value,
                                            "a time of at least 1s");
        }

        param->max_stale = n;
        return NGX_CONF_OK;
    }

    return ngx_http_dm_conf_invalid(cf, cmd, value,
                                    "\"zone=NAME:SIZE\", \"interval=TIME\" "
                                    "or \"max_stale=TIME\"");
}


static char *
ngx_http_dm_conf_table_zone(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_dm_zone_t *param, ngx_str_t *value, ngx_str_t *rest)
{
    u_char     *p;
    ssize_t     size;
    ngx_str_t   s;

    p = ngx_strlchr(rest->data, rest->data + rest->len, ':');

    if (p == NULL || p == rest->data) {
        return ngx_http_dm_conf_invalid(cf, cmd, value, "\"zone=NAME:SIZE\"");
    }

    s.data = p + 1;
    s.len = rest->data + rest->len - s.data;
    size = ngx_parse_size(&s);

    if (size == NGX_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid zone size \"%V\" in \"%V\" directive",
                           value, &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (size < (ssize_t) (NGX_HTTP_DM_ZONE_PAGES * ngx_pagesize)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid zone size \"%V\" in \"%V\" directive, "
                           "it must be at least %uz bytes", value, &cmd->name,
                           NGX_HTTP_DM_ZONE_PAGES * ngx_pagesize);
        return NGX_CONF_ERROR;
    }

    param->size = size;
    param->name.data = rest->data;
    param->name.len = p - rest->data;

    return NGX_CONF_OK;
}
