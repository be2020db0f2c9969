#include "ngx_http_dm_warn.h"


extern ngx_module_t  ngx_http_rewrite_module;


/*
 * The configuration of ngx_http_rewrite_module is its own, but begins with
 * the array of its codes in every version from 0.1 on.
 */
typedef struct {
    ngx_array_t  *codes;
} ngx_http_dm_rewrite_conf_t;


/*
 * The codes are of many sizes, known to their own functions only; all are
 * aligned to a pointer and begin with one.  A redirect or an error carries
 * nobody's messages.
 */
static ngx_uint_t
ngx_http_dm_warn_answers(ngx_array_t *codes)
{
    u_char                          *p, *last;
    ngx_http_script_code_pt          code;
    ngx_http_script_return_code_t    answer;

    p = codes->elts;
    last = p + codes->nelts;

    for ( /* void */ ;
         (size_t) (last - p) >= sizeof(ngx_http_script_return_code_t);
         p += sizeof(uintptr_t))
    {
        ngx_memcpy(&code, p, sizeof(ngx_http_script_code_pt));

        if (code != ngx_http_script_return_code) {
            continue;
        }

        ngx_memcpy(&answer, p, sizeof(ngx_http_script_return_code_t));

        if (answer.status >= NGX_HTTP_OK
            && answer.status < NGX_HTTP_SPECIAL_RESPONSE)
        {
            return 1;
        }
    }

    return 0;
}


void
ngx_http_dm_warn_return(ngx_conf_t *cf)
{
    ngx_http_core_loc_conf_t    *clcf;
    ngx_http_dm_rewrite_conf_t  *rlcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    rlcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_rewrite_module);

    /* an "if" shares the codes of its location */

    if (clcf->noname || rlcf == NULL || rlcf->codes == NULL
        || !ngx_http_dm_warn_answers(rlcf->codes))
    {
        return;
    }

    ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                  "\"return\" in location \"%V\" answers before "
                  "\"dm_permission\" can decide", &clcf->name);
}
