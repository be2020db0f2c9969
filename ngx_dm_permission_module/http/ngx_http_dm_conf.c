#include "ngx_http_dm_conf.h"
#include "ngx_http_dm_status.h"
#include "dm_time.h"


#define NGX_HTTP_DM_CONF_MUST  256    /* bytes of "it must be" */


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

ngx_conf_enum_t  ngx_http_dm_conf_stream_words[] = {
    { ngx_string("user"), NGX_HTTP_DM_STREAM_USER },
    { ngx_string("site"), NGX_HTTP_DM_STREAM_SITE },
    { ngx_string("off"), NGX_HTTP_DM_STREAM_OFF },
    { ngx_null_string, 0 }
};

ngx_conf_enum_t  ngx_http_dm_conf_revoked_words[] = {
    { ngx_string("close"), 0 },
    { ngx_string("filter"), 1 },
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


char *
ngx_http_dm_conf_invalid(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *value,
    const char *must)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" in \"%V\" directive, "
                       "it must be %s", value, &cmd->name, must);

    return NGX_CONF_ERROR;
}


char *
ngx_http_dm_conf_twice(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *value)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "duplicate parameter \"%V\" in \"%V\" directive",
                       value, &cmd->name);

    return NGX_CONF_ERROR;
}


ngx_uint_t
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
        return ngx_http_dm_conf_invalid(cf, cmd, &value[1],
                                        "\"zone=NAME\" or \"off\"");
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

    int64_t     t;
    ngx_str_t  *value;

    if (dlcf->enforce_from != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (dm_time_parse(ngx_http_dm_str(&value[1]), &t) != 0) {
        return ngx_http_dm_conf_invalid(cf, cmd, &value[1],
                                        "a time of RFC 3339, such as "
                                        "2011-07-14T00:00:00Z");
    }

    dlcf->enforce_from = (time_t) t;

    return NGX_CONF_OK;
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


static char *
ngx_http_dm_conf_unlisted(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *value,
    ngx_conf_enum_t *e, const char *more)
{
    u_char  *p, *last, must[NGX_HTTP_DM_CONF_MUST];

    p = must;
    last = must + NGX_HTTP_DM_CONF_MUST - 1;

    for ( /* void */ ; e->name.len; e++) {
        p = ngx_slprintf(p, last, "%s\"%V\"",
                         p == must ? "" : e[1].name.len ? ", " : " or ",
                         &e->name);
    }

    p = ngx_slprintf(p, last, "%s", more);
    *p = '\0';

    return ngx_http_dm_conf_invalid(cf, cmd, value, (char *) must);
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
        return ngx_http_dm_conf_unlisted(cf, cmd, &value[1], cmd->post, "");
    }

    *np = e->value;

    return NGX_CONF_OK;
}


static char *
ngx_http_dm_conf_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf,
    const char *more)
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
        if (e == NULL) {
            return ngx_http_dm_conf_unlisted(cf, cmd, &value[i], cmd->post,
                                             more);
        }

        if (*np & e->value) {
            return ngx_http_dm_conf_twice(cf, cmd, &value[i]);
        }

        *np |= e->value;
    }

    return NGX_CONF_OK;
}


/* A set of words, each once. */
char *
ngx_http_dm_conf_words(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    return ngx_http_dm_conf_set(cf, cmd, conf, "");
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

    return ngx_http_dm_conf_set(cf, cmd, conf, ", or \"none\" alone");
}


/* ngx_conf_set_size_slot() with an error that names the value; not zero. */
char *
ngx_http_dm_conf_size(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    size_t     *np;
    ssize_t     size;
    ngx_str_t  *value;

    np = (size_t *) ((char *) conf + cmd->offset);

    if (*np != NGX_CONF_UNSET_SIZE) {
        return "is duplicate";
    }

    value = cf->args->elts;
    size = ngx_parse_size(&value[1]);

    if (size == NGX_ERROR || size == 0) {
        return ngx_http_dm_conf_invalid(cf, cmd, &value[1],
                                        "a size of at least 1 byte");
    }

    *np = size;

    return NGX_CONF_OK;
}


char *
ngx_http_dm_conf_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_dm_loc_conf_t  *dlcf = conf;

    ngx_http_core_loc_conf_t  *clcf;

    (void) cmd;

    if (dlcf->status) {
        return "is duplicate";
    }

    dlcf->status = 1;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_dm_status_handler;

    return NGX_CONF_OK;
}
