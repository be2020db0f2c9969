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


ngx_uint_t
ngx_http_dm_credential_coded(ngx_http_request_t *r)
{
    dm_str_t          name;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            name.data = (const char *) h[i].lowcase_key;
            name.len = h[i].key.len;

            if (dm_form_coded(name, ngx_http_dm_str(&h[i].value))) {
                return 1;
            }
        }
    }

    return 0;
}
