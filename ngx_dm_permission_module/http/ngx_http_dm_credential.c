#include "ngx_http_dm_credential.h"


#define NGX_HTTP_DM_FORM_TYPE  "application/x-www-form-urlencoded"


ngx_uint_t
ngx_http_dm_credential_has_form(ngx_http_request_t *r)
{
    size_t      len;
    ngx_str_t  *type;

    if (r->headers_in.content_type == NULL
        || (r->headers_in.content_length_n <= 0 && !r->headers_in.chunked))
    {
        return 0;
    }

    type = &r->headers_in.content_type->value;
    len = sizeof(NGX_HTTP_DM_FORM_TYPE) - 1;

    return type->len >= len
           && ngx_strncasecmp(type->data, (u_char *) NGX_HTTP_DM_FORM_TYPE,
                              len)
              == 0
           && (type->len == len || type->data[len] == ';'
               || type->data[len] == ' ' || type->data[len] == '\t');
}


ngx_int_t
ngx_http_dm_credential_read(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_str_t form, ngx_http_dm_ctx_t *ctx)
{
    char                    *scratch;
    size_t                   len;
    dm_str_t                 value;
    dm_oauth_place_t         places[3];
    const dm_oauth_place_t  *found;

    ngx_memzero(places, sizeof(places));

    value.data = NULL;
    value.len = 0;

    if (r->headers_in.authorization) {
        value = ngx_http_dm_str(&r->headers_in.authorization->value);
    }

    len = value.len + r->args.len + form.len;

    if (len == 0) {
        ctx->outcome = DM_OAUTH_NONE;
        return NGX_OK;
    }

    scratch = ngx_pnalloc(r->pool, len);
    if (scratch == NULL) {
        return NGX_ERROR;
    }

    if (value.len) {
        dm_oauth_header(value, scratch, &places[0]);
        scratch += value.len;
    }

    if (r->args.len) {
        dm_oauth_form(ngx_http_dm_str(&r->args), scratch, &places[1]);
        scratch += r->args.len;
    }

    if (form.len) {
        dm_oauth_form(form, scratch, &places[2]);
    }

    ctx->outcome = dm_oauth_choose(places, conf->sources, &found);

    if (ctx->outcome == DM_OAUTH_FOUND) {
        ctx->credential = *found;
    }

    return NGX_OK;
}
