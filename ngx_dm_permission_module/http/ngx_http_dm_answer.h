/* A reason -> the response. */

#ifndef NGX_HTTP_DM_ANSWER_H
#define NGX_HTTP_DM_ANSWER_H

#include "ngx_http_dm_permission_module.h"


/*
 * Sends the refusal and finalizes the request, which must not be touched
 * afterwards.  Always NGX_DONE.
 */
ngx_int_t ngx_http_dm_answer(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_reason_t reason);

/* Installs the filter behind dm_permission_access_level. */
void ngx_http_dm_answer_filter_init(void);

#endif
