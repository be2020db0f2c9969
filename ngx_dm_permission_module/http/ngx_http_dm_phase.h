/* Where in nginx's phases a request is decided. */

#ifndef NGX_HTTP_DM_PHASE_H
#define NGX_HTTP_DM_PHASE_H

#include "ngx_http_dm_permission_module.h"


/*
 * Installs both handlers.  Access is where a request is decided, so that it
 * composes with other checks.  Preaccess decides subrequests, for which nginx
 * skips the access phase, and locations with "satisfy any", where another
 * module's "allowed" would skip the rest of it.
 */
ngx_int_t ngx_http_dm_phase_init(ngx_conf_t *cf);

#endif
