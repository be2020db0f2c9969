#include "ngx_http_dm_conf.h"


static char *ngx_http_dm_conf_regex(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *op, ngx_str_t *pattern, dm_route_t *route);


char *
ngx_http_dm_conf_route(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_dm_loc_conf_t  *dlcf = conf;

    int           action;
    ngx_str_t    *value;
    dm_route_t   *route;
    const char   *error;

    value = cf->args->elts;

    if (dlcf->own == NULL) {
        dlcf->own = ngx_array_create(cf->pool, 4, sizeof(dm_route_t));
        if (dlcf->own == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    route = ngx_array_push(dlcf->own);
    if (route == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(route, sizeof(dm_route_t));

    action = dm_action_parse(ngx_http_dm_str(&value[1]));
    if (action < 0) {
        return ngx_http_dm_conf_invalid(cf, cmd, &value[1]);
    }

    route->action = (dm_action_t) action;
    route->methods = dm_methods_parse(ngx_http_dm_str(&value[2]));

    if (route->methods == 0) {
        return ngx_http_dm_conf_invalid(cf, cmd, &value[2]);
    }

    if (cf->args->nelts == 5) {
        return ngx_http_dm_conf_regex(cf, cmd, &value[3], &value[4], route);
    }

    route->pattern = ngx_http_dm_str(&value[3]);
    error = dm_route_pattern_error(route->pattern);

    if (error) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid pattern \"%V\" in \"%V\" directive: %s",
                           &value[3], &cmd->name, error);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


#if (NGX_PCRE)

static char *
ngx_http_dm_conf_regex(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *op,
    ngx_str_t *pattern, dm_route_t *route)
{
    u_char               errstr[NGX_MAX_CONF_ERRSTR];
    ngx_regex_compile_t  rc;

    ngx_memzero(&rc, sizeof(ngx_regex_compile_t));

    if (op->len == 2 && ngx_strncmp(op->data, "~*", 2) == 0) {
        rc.options = NGX_REGEX_CASELESS;

    } else if (op->len != 1 || op->data[0] != '~') {
        return ngx_http_dm_conf_invalid(cf, cmd, op);
    }

    rc.pattern = *pattern;
    rc.pool = cf->pool;
    rc.err.len = NGX_MAX_CONF_ERRSTR;
    rc.err.data = errstr;

    if (ngx_regex_compile(&rc) != NGX_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid pattern \"%V\" in \"%V\" directive: %V",
                           pattern, &cmd->name, &rc.err);
        return NGX_CONF_ERROR;
    }

    route->regex = rc.regex;

    return NGX_CONF_OK;
}


int
ngx_http_dm_conf_match(void *regex, dm_str_t path)
{
    ngx_str_t  s;

    s.data = (u_char *) path.data;
    s.len = path.len;

    return ngx_regex_exec((ngx_regex_t *) regex, &s, NULL, 0) >= 0;
}

#else

static char *
ngx_http_dm_conf_regex(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *op,
    ngx_str_t *pattern, dm_route_t *route)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "pattern \"%V\" in \"%V\" directive requires nginx "
                       "with PCRE", pattern, &cmd->name);
    return NGX_CONF_ERROR;
}


int
ngx_http_dm_conf_match(void *regex, dm_str_t path)
{
    return 0;
}

#endif


char *
ngx_http_dm_conf_action(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_dm_loc_conf_t  *dlcf = conf;

    ngx_str_t                         *value;
    ngx_http_compile_complex_value_t   ccv;

    if (dlcf->action != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (value[1].len == 4 && ngx_strncmp(value[1].data, "auto", 4) == 0) {
        dlcf->action = NULL;
        return NGX_CONF_OK;
    }

    if (ngx_http_script_variables_count(&value[1]) == 0
        && dm_action_parse(ngx_http_dm_str(&value[1])) < 0)
    {
        return ngx_http_dm_conf_invalid(cf, cmd, &value[1]);
    }

    dlcf->action = ngx_palloc(cf->pool, sizeof(ngx_http_complex_value_t));
    if (dlcf->action == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = &value[1];
    ccv.complex_value = dlcf->action;

    return ngx_http_compile_complex_value(&ccv) == NGX_OK ? NGX_CONF_OK
                                                          : NGX_CONF_ERROR;
}
