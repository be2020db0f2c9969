/* What nginx makes impossible to guard, said by `nginx -t`. */

#ifndef NGX_HTTP_DM_WARN_H
#define NGX_HTTP_DM_WARN_H

#include "ngx_http_dm_permission_module.h"


/*
 * Both are to be called while the location that cf points at is merged, with
 * the gate on.  They read what other modules keep to themselves, as far as it
 * tells by itself what it is, and say nothing of what they do not recognise.
 */

/* Warns where a "return" answers with content before any access check. */
void ngx_http_dm_warn_return(ngx_conf_t *cf);

/* Warns where the origin gets another path than the one that was decided on. */
void ngx_http_dm_warn_proxy_pass(ngx_conf_t *cf);

#endif
