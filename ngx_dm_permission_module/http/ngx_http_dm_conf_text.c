#include "ngx_http_dm_conf.h"


static ngx_uint_t
ngx_http_dm_conf_has_control(ngx_str_t *text)
{
    size_t  i;

    for (i = 0; i < text->len; i++) {
        if (text->data[i] < 0x20 || text->data[i] == 0x7f) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_dm_conf_is_utf8(ngx_str_t *text)
{
    u_char  *p, *last;

    p = text->data;
    last = p + text->len;

    while (p < last) {
        if (*p < 0x80) {
            p++;

        } else if (ngx_utf8_decode(&p, last - p) > 0x10ffff) {
            return 0;
        }
    }

    return 1;
}


static char *
ngx_http_dm_conf_text(ngx_conf_t *cf, ngx_command_t *cmd, void *conf,
    ngx_str_t **text)
{
    *text = (ngx_str_t *) ((char *) conf + cmd->offset);

    if ((*text)->data) {
        return "is duplicate";
    }

    **text = ((ngx_str_t *) cf->args->elts)[1];

    return NGX_CONF_OK;
}


/* RFC 9110 section 5.6.4: nothing that would have to be escaped. */
char *
ngx_http_dm_conf_realm(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char       *rv;
    ngx_str_t  *text;

    rv = ngx_http_dm_conf_text(cf, cmd, conf, &text);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (ngx_http_dm_conf_has_control(text)
        || ngx_strlchr(text->data, text->data + text->len, '"')
        || ngx_strlchr(text->data, text->data + text->len, '\\'))
    {
        return ngx_http_dm_conf_invalid(cf, cmd, text,
                                        "without control characters, quotes "
                                        "and backslashes");
    }

    return NGX_CONF_OK;
}


/* JSON and XML are UTF-8; their own characters are escaped in the answer. */
char *
ngx_http_dm_conf_message(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char       *rv;
    ngx_str_t  *text;

    rv = ngx_http_dm_conf_text(cf, cmd, conf, &text);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (text->len == 0 || ngx_http_dm_conf_has_control(text)
        || !ngx_http_dm_conf_is_utf8(text))
    {
        return ngx_http_dm_conf_invalid(cf, cmd, text,
                                        "UTF-8 text without control "
                                        "characters");
    }

    return NGX_CONF_OK;
}
