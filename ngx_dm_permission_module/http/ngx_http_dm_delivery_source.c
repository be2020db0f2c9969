#include "ngx_http_dm_delivery.h"


ngx_uint_t
ngx_http_dm_delivery_headers(ngx_http_request_t *r, ngx_str_t *name)
{
    u_char            c;
    size_t            n;
    ngx_uint_t        i, found;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    found = 0;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].key.len != name->len) {
                continue;
            }

            for (n = 0; n < name->len; n++) {
                c = h[i].lowcase_key[n];

                if ((c == '-' ? '_' : c) != name->data[n]) {
                    break;
                }
            }

            found += n == name->len;
        }
    }

    return found;
}


/* How many arguments the variable $arg_NAME could be. */
static ngx_uint_t
ngx_http_dm_delivery_arguments(ngx_http_request_t *r, ngx_str_t *name)
{
    u_char      *p, *last, *end;
    ngx_uint_t   found;

    found = 0;
    last = r->args.data + r->args.len;

    for (p = r->args.data; p < last; p = end + 1) {

        end = ngx_strlchr(p, last, '&');
        if (end == NULL) {
            end = last;
        }

        found += (size_t) (end - p) > name->len && p[name->len] == '='
                 && ngx_strncasecmp(p, name->data, name->len) == 0;
    }

    return found;
}


ngx_uint_t
ngx_http_dm_delivery_one_app(ngx_http_request_t *r,
    const ngx_http_dm_delivery_conf_t *conf)
{
    ngx_str_t   *name;
    ngx_uint_t   i;

    name = conf->headers.elts;

    for (i = 0; i < conf->headers.nelts; i++) {
        if (ngx_http_dm_delivery_headers(r, &name[i]) > 1) {
            return 0;
        }
    }

    name = conf->arguments.elts;

    for (i = 0; i < conf->arguments.nelts; i++) {
        if (ngx_http_dm_delivery_arguments(r, &name[i]) > 1) {
            return 0;
        }
    }

    return 1;
}


ngx_uint_t
ngx_http_dm_delivery_is_id(ngx_str_t *id)
{
    size_t  i;

    for (i = 0; i < id->len; i++) {
        if (id->data[i] < 0x20 || id->data[i] == 0x7f || id->data[i] == '"') {
            return 0;
        }
    }

    return id->len <= sizeof(((ngx_http_dm_ctx_t *) 0)->app);
}


ngx_uint_t
ngx_http_dm_delivery_has_body(ngx_http_request_t *r)
{
    ngx_chain_t  *cl;

    if (r == r->main
        && (r->headers_in.content_length_n > 0 || r->headers_in.chunked))
    {
        return 1;
    }

    cl = r->request_body ? r->request_body->bufs : NULL;

    for ( /* void */ ; cl; cl = cl->next) {
        if (ngx_buf_size(cl->buf) != 0) {
            return 1;
        }
    }

    return 0;
}
