/* What nginx makes impossible to guard, said by `nginx -t`. */

#ifndef NGX_HTTP_DM_WARN_H
#define NGX_HTTP_DM_WARN_H

#include "ngx_http_dm_permission_module.h"


/*
 * To be called while the location that cf points at is merged, with the gate
 * on: warns where a "return" answers with content before any access check.
 */
void ngx_http_dm_warn_return(ngx_conf_t *cf);

#endif
