/* $dm_permission_*. */

#ifndef NGX_HTTP_DM_VARIABLES_H
#define NGX_HTTP_DM_VARIABLES_H

#include "ngx_http_dm_permission_module.h"


ngx_int_t ngx_http_dm_variables_add(ngx_conf_t *cf);

#endif
