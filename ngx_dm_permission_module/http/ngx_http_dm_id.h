/*
 * The id of a request: the value of nginx's $request_id, for whoever asks.
 */

#ifndef NGX_HTTP_DM_ID_H
#define NGX_HTTP_DM_ID_H

#include "ngx_http_dm_permission_module.h"


/*
 * `index`: that of $request_id.  An id is made where the request has none yet.
 * Belongs to the request; empty without memory, or where OpenSSL fails.
 */
dm_str_t ngx_http_dm_id(ngx_http_request_t *r, ngx_int_t index);

#endif
