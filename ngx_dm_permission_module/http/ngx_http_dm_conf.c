#include "ngx_http_dm_conf.h"


static char *ngx_http_dm_conf_invalid(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *value);
static char *ngx_http_dm_conf_table_param(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_dm_zone_t *param, ngx_str_t *value);
static time_t ngx_http_dm_conf_time(ngx_str_t *value);
static char *ngx_http_dm_conf_regex(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *op, ngx_str_t *pattern, dm_route_t *route);


ngx_conf_enum_t  ngx_http_dm_conf_send_words[] = {
    { ngx_string("read-write"), 0 },
    { ngx_string("read-write-directmessages"), 1 },
    { ngx_null_string, 0 }
};

ngx_conf_enum_t  ngx_http_dm_conf_unknown_words[] = {
    { ngx_string("deny"), 0 },
    { ngx_string("pass"), 1 },
    { ngx_null_string, 0 }
};

ngx_conf_enum_t  ngx_http_dm_conf_log_words[] = {
    { ngx_string("info"), NGX_LOG_INFO },
    { ngx_string("notice"), NGX_LOG_NOTICE },
    { ngx_string("warn"), NGX_LOG_WARN },
    { ngx_string("error"), NGX_LOG_ERR },
    { ngx_null_string, 0 }
};

ngx_conf_enum_t  ngx_http_dm_conf_source_words[] = {
    { ngx_string("header"), DM_OAUTH_HEADER },
    { ngx_string("query"), DM_OAUTH_QUERY },
    { ngx_string("body"), DM_OAUTH_BODY },
    { ngx_null_string, 0 }
};

ngx_conf_enum_t  ngx_http_dm_conf_set_words[] = {
    { ngx_string("twitter_1"), DM_ROUTES_1 },
    { ngx_string("twitter_1.1"), DM_ROUTES_1_1 },
    { ngx_string("twitter_2"), DM_ROUTES_2 },
    { ngx_null_string, 0 }
};


static char *
ngx_http_dm_conf_invalid(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *value)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" in \"%V\" directive",
                       value, &cmd->name);

    return NGX_CONF_ERROR;
}


static ngx_uint_t
ngx_http_dm_conf_prefix(ngx_str_t *value, const char *prefix, ngx_str_t *rest)
{
    size_t  len;

    len = ngx_strlen(prefix);

    if (value->len < len || ngx_strncmp(value->data, prefix, len) != 0) {
        return 0;
    }

    rest->data = value->data + len;
    rest->len = value->len - len;

    return 1;
}


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
        return ngx_http_dm_conf_invalid(cf, cmd, &value[1]);
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

    return ngx_http_dm_zone_declare(cf, zone, &ngx_http_dm_permission_module);
}


static char *
ngx_http_dm_conf_table_param(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_dm_zone_t *param, ngx_str_t *value)
{
    u_char     *p;
    ssize_t     size;
    ngx_int_t   n;
    ngx_str_t   rest, s;

    if (param->name.len == 0
        && ngx_http_dm_conf_prefix(value, "zone=", &rest))
    {
        p = (u_char *) ngx_strlchr(rest.data, rest.data + rest.len, ':');

        if (p == NULL || p == rest.data) {
            return ngx_http_dm_conf_invalid(cf, cmd, value);
        }

        s.data = p + 1;
        s.len = rest.data + rest.len - s.data;
        size = ngx_parse_size(&s);

        if (size == NGX_ERROR || size < (ssize_t) (16 * ngx_pagesize)) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "zone size \"%V\" in \"%V\" directive is "
                               "invalid or below %uz bytes",
                               value, &cmd->name, 16 * ngx_pagesize);
            return NGX_CONF_ERROR;
        }

        param->size = size;
        param->name.data = rest.data;
        param->name.len = p - rest.data;

        return NGX_CONF_OK;
    }

    if (param->interval == NGX_CONF_UNSET_MSEC
        && ngx_http_dm_conf_prefix(value, "interval=", &rest))
    {
        n = ngx_parse_time(&rest, 0);

        if (n == NGX_ERROR || n < 10) {
            return ngx_http_dm_conf_invalid(cf, cmd, value);
        }

        param->interval = n;
        return NGX_CONF_OK;
    }

    if (param->max_stale == NGX_CONF_UNSET
        && ngx_http_dm_conf_prefix(value, "max_stale=", &rest))
    {
        n = ngx_parse_time(&rest, 1);

        if (n == NGX_ERROR || n == 0) {
            return ngx_http_dm_conf_invalid(cf, cmd, value);
        }

        param->max_stale = n;
        return NGX_CONF_OK;
    }

    return ngx_http_dm_conf_invalid(cf, cmd, value);
}


char *
ngx_http_dm_conf_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_dm_loc_conf_t  *dlcf = conf;

    ngx_str_t                *value, name;
    ngx_http_dm_main_conf_t  *dmcf;

    if (dlcf->zone != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (value[1].len == 3 && ngx_strncmp(value[1].data, "off", 3) == 0) {
        dlcf->zone = NULL;
        return NGX_CONF_OK;
    }

    if (!ngx_http_dm_conf_prefix(&value[1], "zone=", &name) || name.len == 0) {
        return ngx_http_dm_conf_invalid(cf, cmd, &value[1]);
    }

    dmcf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_dm_permission_module);
    dmcf->on = 1;

    dlcf->zone = ngx_http_dm_zone_get(cf, &dmcf->zones, &name);

    return dlcf->zone ? NGX_CONF_OK : NGX_CONF_ERROR;
}


char *
ngx_http_dm_conf_from(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_dm_loc_conf_t  *dlcf = conf;

    time_t      t;
    ngx_str_t  *value;

    if (dlcf->enforce_from != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    value = cf->args->elts;

    t = ngx_http_dm_conf_time(&value[1]);
    if (t == (time_t) NGX_ERROR) {
        return ngx_http_dm_conf_invalid(cf, cmd, &value[1]);
    }

    dlcf->enforce_from = t;

    return NGX_CONF_OK;
}


static ngx_uint_t
ngx_http_dm_conf_shape(const char *text, size_t len, const char *shape)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        if (shape[i] == '0' ? (text[i] < '0' || text[i] > '9')
                            : dm_lower((unsigned char) text[i])
                              != (unsigned char) shape[i])
        {
            return 0;
        }
    }

    return 1;
}


static int
ngx_http_dm_conf_two(const char *text)
{
    return (text[0] - '0') * 10 + text[1] - '0';
}


/* RFC 3339 section 5.6; seconds, fractions are cut. */
static time_t
ngx_http_dm_conf_time(ngx_str_t *value)
{
    int          offset;
    time_t       t;
    size_t       len;
    const char  *p;
    struct tm    tm, back;

    p = (const char *) value->data;
    len = value->len;

    if (len < sizeof("0000-00-00t00:00:00z") - 1
        || !ngx_http_dm_conf_shape(p, 19, "0000-00-00t00:00:00"))
    {
        return NGX_ERROR;
    }

    ngx_memzero(&tm, sizeof(struct tm));

    tm.tm_year = ngx_http_dm_conf_two(p) * 100 + ngx_http_dm_conf_two(p + 2)
                 - 1900;
    tm.tm_mon = ngx_http_dm_conf_two(p + 5) - 1;
    tm.tm_mday = ngx_http_dm_conf_two(p + 8);
    tm.tm_hour = ngx_http_dm_conf_two(p + 11);
    tm.tm_min = ngx_http_dm_conf_two(p + 14);
    tm.tm_sec = ngx_http_dm_conf_two(p + 17);

    back = tm;
    t = timegm(&back);

    /* timegm() carries over what RFC 3339 forbids: the 31st of June */

    if (back.tm_mon != tm.tm_mon || back.tm_mday != tm.tm_mday
        || back.tm_hour != tm.tm_hour || back.tm_min != tm.tm_min
        || t < 0)
    {
        return NGX_ERROR;
    }

    p += 19;
    len -= 19;

    if (*p == '.') {
        for (p++, len--; len && *p >= '0' && *p <= '9'; p++, len--) {
            /* void */
        }

        if (p[-1] == '.') {
            return NGX_ERROR;
        }
    }

    if (len == 1 && (*p == 'Z' || *p == 'z')) {
        return t;
    }

    if (len != 6 || (*p != '+' && *p != '-')
        || !ngx_http_dm_conf_shape(p + 1, 5, "00:00")
        || ngx_http_dm_conf_two(p + 1) > 23 || ngx_http_dm_conf_two(p + 4) > 59)
    {
        return NGX_ERROR;
    }

    offset = ngx_http_dm_conf_two(p + 1) * 3600
             + ngx_http_dm_conf_two(p + 4) * 60;

    return *p == '+' ? t - offset : t + offset;
}


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


static ngx_conf_enum_t *
ngx_http_dm_conf_find(ngx_conf_enum_t *e, ngx_str_t *value)
{
    for ( /* void */ ; e->name.len; e++) {
        if (e->name.len == value->len
            && ngx_strncmp(e->name.data, value->data, value->len) == 0)
        {
            return e;
        }
    }

    return NULL;
}


/* ngx_conf_set_enum_slot() with an error that names the directive. */
char *
ngx_http_dm_conf_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t        *value;
    ngx_uint_t       *np;
    ngx_conf_enum_t  *e;

    np = (ngx_uint_t *) ((char *) conf + cmd->offset);

    if (*np != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    e = ngx_http_dm_conf_find(cmd->post, &value[1]);
    if (e == NULL) {
        return ngx_http_dm_conf_invalid(cf, cmd, &value[1]);
    }

    *np = e->value;

    return NGX_CONF_OK;
}


/* A set of words, each once. */
char *
ngx_http_dm_conf_words(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t        *value;
    ngx_uint_t        i, *np;
    ngx_conf_enum_t  *e;

    np = (ngx_uint_t *) ((char *) conf + cmd->offset);

    if (*np != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    *np = 0;
    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        e = ngx_http_dm_conf_find(cmd->post, &value[i]);
        if (e == NULL || (*np & e->value)) {
            return ngx_http_dm_conf_invalid(cf, cmd, &value[i]);
        }

        *np |= e->value;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_dm_conf_routes(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_dm_loc_conf_t  *dlcf = conf;

    ngx_str_t  *value;

    value = cf->args->elts;

    if (cf->args->nelts == 2 && value[1].len == 4
        && ngx_strncmp(value[1].data, "none", 4) == 0)
    {
        if (dlcf->sets != NGX_CONF_UNSET_UINT) {
            return "is duplicate";
        }

        dlcf->sets = 0;
        return NGX_CONF_OK;
    }

    return ngx_http_dm_conf_words(cf, cmd, conf);
}


/*
 * A text that goes into a header or a body: printable, and for the realm
 * (RFC 9110 section 5.6.4) nothing that would have to be escaped.
 */
char *
ngx_http_dm_conf_text(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    size_t       i;
    ngx_str_t   *value, *text;
    ngx_uint_t   quoted;

    text = (ngx_str_t *) ((char *) conf + cmd->offset);

    if (text->data) {
        return "is duplicate";
    }

    value = cf->args->elts;
    quoted = cmd->post != NULL;

    for (i = 0; i < value[1].len; i++) {
        if (value[1].data[i] < 0x20 || value[1].data[i] == 0x7f
            || (quoted && (value[1].data[i] == '"'
                           || value[1].data[i] == '\\')))
        {
            return ngx_http_dm_conf_invalid(cf, cmd, &value[1]);
        }
    }

    if (value[1].len == 0 && !quoted) {
        return ngx_http_dm_conf_invalid(cf, cmd, &value[1]);
    }

    *text = value[1];

    return NGX_CONF_OK;
}
