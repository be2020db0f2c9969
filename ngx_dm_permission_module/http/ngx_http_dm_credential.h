/* Where a request's credential may be. */

#ifndef NGX_HTTP_DM_CREDENTIAL_H
#define NGX_HTTP_DM_CREDENTIAL_H

#include "ngx_http_dm_permission_module.h"


/* 1 if the request has a form body, read or not. */
ngx_uint_t ngx_http_dm_credential_has_form(ngx_http_request_t *r);

/* 1 if the form is not the text that it seems. */
ngx_uint_t ngx_http_dm_credential_coded(ngx_http_request_t *r);

#endif
