#include "ngx_http_dm_id.h"

#include <openssl/rand.h>


#define NGX_HTTP_DM_ID_LEN  16      /* random bytes, as nginx takes them */
#define NGX_HTTP_DM_IDS     256


/*
 * For 16 bytes and for 4096 OpenSSL does nearly the same work, some thousand
 * instructions.  A process that answers requests does not fork, so no other
 * has the same bytes.
 */
static u_char      ngx_http_dm_ids[NGX_HTTP_DM_IDS][NGX_HTTP_DM_ID_LEN];
static ngx_uint_t  ngx_http_dm_ids_left;


dm_str_t
ngx_http_dm_id(ngx_http_request_t *r, ngx_int_t index)
{
    u_char                     *id;
    ngx_http_variable_value_t  *value;

    value = &r->variables[index];

    if (value->valid) {
        return (dm_str_t) { (char *) value->data, value->len };
    }

    if (ngx_http_dm_ids_left == 0) {

        if (RAND_bytes(ngx_http_dm_ids[0], sizeof(ngx_http_dm_ids)) != 1) {
            return (dm_str_t) { NULL, 0 };
        }

        ngx_http_dm_ids_left = NGX_HTTP_DM_IDS;
    }

    id = ngx_pnalloc(r->pool, 2 * NGX_HTTP_DM_ID_LEN);
    if (id == NULL) {
        return (dm_str_t) { NULL, 0 };
    }

    dm_hex_put((char *) id, ngx_http_dm_ids[--ngx_http_dm_ids_left],
               NGX_HTTP_DM_ID_LEN);

    value->data = id;
    value->len = 2 * NGX_HTTP_DM_ID_LEN;
    value->valid = 1;
    value->no_cacheable = 0;
    value->not_found = 0;

    return (dm_str_t) { (char *) id, value->len };
}
