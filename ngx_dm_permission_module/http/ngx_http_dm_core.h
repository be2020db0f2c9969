/* nginx's strings and its time as the core takes them. */

#ifndef NGX_HTTP_DM_CORE_H
#define NGX_HTTP_DM_CORE_H

#include <ngx_config.h>
#include <ngx_core.h>

#include "dm_str.h"


/* The same bytes. */
static ngx_inline dm_str_t
ngx_http_dm_str(const ngx_str_t *s)
{
    return (dm_str_t) { (const char *) s->data, s->len };
}


static ngx_inline ngx_uint_t
ngx_http_dm_str_eq(const ngx_str_t *a, const ngx_str_t *b)
{
    return dm_str_eq(ngx_http_dm_str(a), ngx_http_dm_str(b));
}


/* Unix milliseconds, as of this turn of the event loop. */
static ngx_inline uint64_t
ngx_http_dm_msec(void)
{
    ngx_time_t  *tp;

    tp = ngx_timeofday();

    return (uint64_t) tp->sec * 1000 + tp->msec;
}

#endif
