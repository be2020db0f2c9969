#include "ngx_http_dm_credential.h"


#define NGX_HTTP_DM_FORM_TYPE  "application/x-www-form-urlencoded"


static ngx_int_t ngx_http_dm_credential_copy(ngx_http_request_t *r,
    u_char *p, ngx_buf_t *b);


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
ngx_http_dm_credential_form(ngx_http_request_t *r, dm_str_t *form)
{
    off_t         len;
    u_char       *p;
    ngx_chain_t  *cl;

    form->data = "";
    form->len = 0;

    if (r->request_body == NULL || r->request_body->bufs == NULL) {
        return NGX_OK;
    }

    len = 0;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        len += ngx_buf_size(cl->buf);
    }

    if (len > NGX_HTTP_DM_FORM_MAX) {
        return NGX_DECLINED;
    }

    p = ngx_pnalloc(r->pool, len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    form->data = (const char *) p;
    form->len = len;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {

        if (ngx_http_dm_credential_copy(r, p, cl->buf) != NGX_OK) {
            return NGX_ERROR;
        }

        p += ngx_buf_size(cl->buf);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_dm_credential_copy(ngx_http_request_t *r, u_char *p, ngx_buf_t *b)
{
    ssize_t  n;
    size_t   size;

    if (ngx_buf_in_memory(b)) {
        ngx_memcpy(p, b->pos, b->last - b->pos);
        return NGX_OK;
    }

    if (!b->in_file) {
        return NGX_OK;
    }

    size = b->file_last - b->file_pos;

    n = ngx_read_file(b->file, p, size, b->file_pos);

    if (n == NGX_ERROR || (size_t) n != size) {
        ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                      "could not read the request body back from \"%V\"",
                      &b->file->name);
        return NGX_ERROR;
    }

    return NGX_OK;
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
