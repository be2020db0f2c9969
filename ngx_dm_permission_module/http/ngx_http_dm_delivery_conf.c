#include "ngx_http_dm_delivery.h"
#include "ngx_http_dm_conf.h"


#define NGX_HTTP_DM_DELIVERY_SIGNATURE  "$http_x_twitter_webhooks_signature"


static char *ngx_http_dm_delivery_param(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_dm_delivery_conf_t *delivery, ngx_str_t *value);
static char *ngx_http_dm_delivery_value(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *value, ngx_str_t *text, ngx_http_complex_value_t **slot);
static ngx_int_t ngx_http_dm_delivery_sources(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_dm_delivery_conf_t *delivery);
static ngx_int_t ngx_http_dm_delivery_source(ngx_str_t *name,
    ngx_http_dm_delivery_conf_t *delivery);


char *
ngx_http_dm_delivery_conf(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_dm_loc_conf_t  *dlcf = conf;

    ngx_str_t                    *value;
    ngx_uint_t                    i;
    ngx_http_dm_delivery_conf_t  *delivery;

    static ngx_str_t  usual = ngx_string(NGX_HTTP_DM_DELIVERY_SIGNATURE);

    if (dlcf->delivery != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    delivery = ngx_pcalloc(cf->pool, sizeof(ngx_http_dm_delivery_conf_t));
    if (delivery == NULL
        || ngx_array_init(&delivery->headers, cf->pool, 1, sizeof(ngx_str_t))
           != NGX_OK
        || ngx_array_init(&delivery->arguments, cf->pool, 1, sizeof(ngx_str_t))
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    delivery->conf_name = cf->conf_file->file.name;
    delivery->conf_line = cf->conf_file->line;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        if (ngx_http_dm_delivery_param(cf, cmd, delivery, &value[i])
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    if (delivery->app == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" must have the \"app\" parameter",
                           &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (delivery->signature == NULL
        && ngx_http_dm_delivery_value(cf, cmd, &usual, &usual,
                                      &delivery->signature)
           != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    dlcf->delivery = delivery;

    return NGX_CONF_OK;
}


static char *
ngx_http_dm_delivery_param(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_dm_delivery_conf_t *delivery, ngx_str_t *value)
{
    ngx_str_t  text;

    if (ngx_http_dm_conf_prefix(value, "app=", &text)) {

        if (ngx_http_dm_delivery_value(cf, cmd, value, &text, &delivery->app)
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }

        return ngx_http_dm_delivery_sources(cf, &text, delivery) == NGX_OK
               ? NGX_CONF_OK : NGX_CONF_ERROR;
    }

    if (ngx_http_dm_conf_prefix(value, "destination=", &text)) {
        return ngx_http_dm_delivery_value(cf, cmd, value, &text,
                                          &delivery->destination);
    }

    if (ngx_http_dm_conf_prefix(value, "signature=", &text)) {
        return ngx_http_dm_delivery_value(cf, cmd, value, &text,
                                          &delivery->signature);
    }

    return ngx_http_dm_conf_invalid(cf, cmd, value,
                                    "\"app=VALUE\", \"destination=VALUE\" or "
                                    "\"signature=VALUE\"");
}


static char *
ngx_http_dm_delivery_value(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *value, ngx_str_t *text, ngx_http_complex_value_t **slot)
{
    ngx_http_compile_complex_value_t  ccv;

    if (*slot) {
        return ngx_http_dm_conf_twice(cf, cmd, value);
    }

    if (text->len == 0) {
        return ngx_http_dm_conf_invalid(cf, cmd, value, "followed by a value");
    }

    *slot = ngx_palloc(cf->pool, sizeof(ngx_http_complex_value_t));
    if (*slot == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = text;
    ccv.complex_value = *slot;

    return ngx_http_compile_complex_value(&ccv) == NGX_OK ? NGX_CONF_OK
                                                          : NGX_CONF_ERROR;
}


/* The text has been compiled: each "$" in it begins a variable or a capture. */
static ngx_int_t
ngx_http_dm_delivery_sources(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_dm_delivery_conf_t *delivery)
{
    u_char     *p, *last;
    ngx_str_t   name;

    p = text->data;
    last = p + text->len;

    while (p < last) {

        if (*p++ != '$') {
            continue;
        }

        if (p < last && *p == '{') {
            p++;
        }

        name.data = p;

        while (p < last
               && ((*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z')
                   || (*p >= '0' && *p <= '9') || *p == '_'))
        {
            p++;
        }

        name.len = p - name.data;
        name.data = ngx_pstrdup(cf->pool, &name);

        if (name.data == NULL) {
            return NGX_ERROR;
        }

        ngx_strlow(name.data, name.data, name.len);

        if (ngx_http_dm_delivery_source(&name, delivery) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_dm_delivery_source(ngx_str_t *name,
    ngx_http_dm_delivery_conf_t *delivery)
{
    ngx_str_t    rest, *source;
    ngx_array_t  *sources;

    if (ngx_http_dm_conf_prefix(name, "http_", &rest)) {
        sources = &delivery->headers;

    } else if (ngx_http_dm_conf_prefix(name, "arg_", &rest)) {
        sources = &delivery->arguments;

    } else {
        return NGX_OK;
    }

    source = ngx_array_push(sources);
    if (source == NULL) {
        return NGX_ERROR;
    }

    *source = rest;

    return NGX_OK;
}


/*
 * What is inherited ends where the zone does: "off" is meant.  The directive
 * itself without a zone would guard nothing, which nobody can mean.
 */
char *
ngx_http_dm_delivery_merge(ngx_conf_t *cf, const ngx_http_dm_loc_conf_t *prev,
    ngx_http_dm_loc_conf_t *conf)
{
    ngx_http_dm_main_conf_t  *dmcf;

    if (conf->delivery != NGX_CONF_UNSET_PTR && conf->zone == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "no \"dm_permission zone=\" in force for "
                      "\"dm_permission_delivery\" directive in %V:%ui",
                      &conf->delivery->conf_name, conf->delivery->conf_line);
        return NGX_CONF_ERROR;
    }

    ngx_conf_merge_ptr_value(conf->delivery, prev->delivery, NULL);

    if (conf->delivery && conf->zone) {
        conf->zone->users = 1;

        dmcf = ngx_http_conf_get_module_main_conf(cf,
                                               ngx_http_dm_permission_module);
        dmcf->delivery = 1;
    }

    return NGX_CONF_OK;
}
