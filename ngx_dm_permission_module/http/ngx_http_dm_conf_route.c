#include "ngx_http_dm_conf.h"


#define NGX_HTTP_DM_ACTIONS  "\"read\", \"delete\", \"send\""


static char *ngx_http_dm_conf_pattern(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *pattern, dm_route_t *route);
static char *ngx_http_dm_conf_regex(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *op, ngx_str_t *pattern, dm_route_t *route);
static ngx_uint_t ngx_http_dm_conf_same(const dm_route_t *a,
    const dm_route_t *b);
static char *ngx_http_dm_conf_unique(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_array_t *own, ngx_str_t *methods);


char *
ngx_http_dm_conf_route(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_dm_loc_conf_t  *dlcf = conf;

    int          action;
    char        *rv;
    ngx_str_t   *value;
    dm_route_t  *route;

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
        return ngx_http_dm_conf_invalid(cf, cmd, &value[1],
                                        NGX_HTTP_DM_ACTIONS " or \"none\"");
    }

    if (action == DM_ACTION_NONE) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "action \"none\" in \"%V\" directive has no "
                           "effect, a route only adds", &cmd->name);
    }

    route->action = (dm_action_t) action;
    route->methods = dm_methods_parse(ngx_http_dm_str(&value[2]));

    if (route->methods == 0) {
        return ngx_http_dm_conf_invalid(cf, cmd, &value[2],
                                        "\"*\" or methods such as "
                                        "\"GET,POST\"");
    }

    rv = cf->args->nelts == 5
         ? ngx_http_dm_conf_regex(cf, cmd, &value[3], &value[4], route)
         : ngx_http_dm_conf_pattern(cf, cmd, &value[3], route);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    return ngx_http_dm_conf_unique(cf, cmd, dlcf->own, &value[2]);
}


static char *
ngx_http_dm_conf_pattern(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *pattern, dm_route_t *route)
{
    const char  *error;

    route->pattern = ngx_http_dm_str(pattern);
    error = dm_route_pattern_error(route->pattern);

    if (error) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid pattern \"%V\" in \"%V\" directive: %s",
                           pattern, &cmd->name, error);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* A pattern begins with a slash, the text of an expression with "~". */
static ngx_uint_t
ngx_http_dm_conf_same(const dm_route_t *a, const dm_route_t *b)
{
    return a->regex || b->regex ? dm_str_eq(a->pattern, b->pattern)
                                : dm_route_same(a->pattern, b->pattern);
}


/*
 * The last route against those before it.  Routes that overlap are in order,
 * the strictest wins; of two that are equal one is a slip of the pen.
 */
static char *
ngx_http_dm_conf_unique(ngx_conf_t *cf, ngx_command_t *cmd, ngx_array_t *own,
    ngx_str_t *methods)
{
    dm_str_t     before, now;
    dm_route_t  *route, *last;

    last = (dm_route_t *) own->elts + own->nelts - 1;

    for (route = own->elts; route < last; route++) {

        if (route->methods != last->methods
            || !ngx_http_dm_conf_same(route, last))
        {
            continue;
        }

        if (route->action == last->action) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "route \"%V %*s\" in \"%V\" directive is "
                               "duplicate", methods, last->pattern.len,
                               last->pattern.data, &cmd->name);
            return NGX_CONF_ERROR;
        }

        before = dm_action_word(route->action);
        now = dm_action_word(last->action);

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "route \"%V %*s\" in \"%V\" directive is \"%*s\" "
                           "here and \"%*s\" before", methods,
                           last->pattern.len, last->pattern.data, &cmd->name,
                           now.len, now.data, before.len, before.data);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


#if (NGX_PCRE)

static char *
ngx_http_dm_conf_regex(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *op,
    ngx_str_t *pattern, dm_route_t *route)
{
    u_char               errstr[NGX_MAX_CONF_ERRSTR], *text;
    ngx_regex_compile_t  rc;

    ngx_memzero(&rc, sizeof(ngx_regex_compile_t));

    if (op->len == 2 && ngx_strncmp(op->data, "~*", 2) == 0) {
        rc.options = NGX_REGEX_CASELESS;

    } else if (op->len != 1 || op->data[0] != '~') {
        return ngx_http_dm_conf_invalid(cf, cmd, op, "\"~\" or \"~*\"");
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

    /* what tells it from another route, and is shown */

    text = ngx_pnalloc(cf->pool, op->len + 1 + pattern->len);
    if (text == NULL) {
        return NGX_CONF_ERROR;
    }

    route->pattern.data = (char *) text;
    route->pattern.len = ngx_sprintf(text, "%V %V", op, pattern) - text;

    return NGX_CONF_OK;
}


int
ngx_http_dm_conf_match(void *regex, dm_str_t path)
{
    ngx_str_t     s;
    ngx_regex_t  *re;

    /* a macro until 1.21.5, which takes what it is given apart */

    re = regex;

    s.data = (u_char *) path.data;
    s.len = path.len;

    return ngx_regex_exec(re, &s, NULL, 0) >= 0;
}

#else

static char *
ngx_http_dm_conf_regex(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *op,
    ngx_str_t *pattern, dm_route_t *route)
{
    (void) op;
    (void) route;

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "pattern \"%V\" in \"%V\" directive requires nginx "
                       "with PCRE", pattern, &cmd->name);
    return NGX_CONF_ERROR;
}


int
ngx_http_dm_conf_match(void *regex, dm_str_t path)
{
    (void) regex;
    (void) path;

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
        return ngx_http_dm_conf_invalid(cf, cmd, &value[1],
                                        NGX_HTTP_DM_ACTIONS
                                        ", \"none\" or \"auto\"");
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
