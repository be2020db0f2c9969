#include "ngx_http_dm_credential.h"
#include "dm_form.h"


/* In any of the fields: which one of several counts, readers do not agree. */
ngx_uint_t
ngx_http_dm_credential_has_form(ngx_http_request_t *r)
{
    dm_str_t          name;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    if (r->headers_in.content_type == NULL
        || (r->headers_in.content_length_n <= 0 && !r->headers_in.chunked))
    {
        return 0;
    }

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            name.data = (const char *) h[i].lowcase_key;
            name.len = h[i].key.len;

            if (dm_str_eq(name, DM_STR("content-type"))
                && dm_form_type(ngx_http_dm_str(&h[i].value)))
            {
                return 1;
            }
        }
    }

    return 0;
}


ngx_int_t
ngx_http_dm_credential_read(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_str_t form, ngx_http_dm_ctx_t *ctx)
{
    char                    *scratch;
    size_t                   len;
    dm_str_t                 texts[3];
    dm_oauth_place_t         places[3];
    const dm_oauth_place_t  *found;

    texts[0].data = NULL;
    texts[0].len = 0;

    len = r->args.len + form.len;

    if (r->headers_in.authorization) {
        texts[0] = ngx_http_dm_str(&r->headers_in.authorization->value);
        len += texts[0].len + DM_OAUTH_PAD;

    } else if (len == 0) {
        ctx->outcome = DM_OAUTH_NONE;
        return NGX_OK;
    }

    scratch = ngx_pnalloc(r->pool, len);
    if (scratch == NULL) {
        return NGX_ERROR;
    }

    texts[1] = ngx_http_dm_str(&r->args);
    texts[2] = form;

    ctx->outcome = dm_gate_credential(texts, conf->sources, scratch, places,
                                      &found);

    if (ctx->outcome == DM_OAUTH_FOUND) {
        ctx->credential = *found;
    }

    return NGX_OK;
}
