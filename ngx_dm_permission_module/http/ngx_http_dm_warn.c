#include "ngx_http_dm_warn.h"


/*
 * The configuration of ngx_http_rewrite_module is its own, but begins with
 * the array of its codes in every version from 0.1 on.
 */
typedef struct {
    ngx_array_t  *codes;
} ngx_http_dm_rewrite_conf_t;


/* Of a proxied location: how many words after the public part are looked at. */
#define NGX_HTTP_DM_PROXY_WORDS  32


/*
 * By its name: an nginx that was built without the module lacks the symbol,
 * and would not load this one.
 */
static void *
ngx_http_dm_warn_conf(ngx_conf_t *cf, const char *name)
{
    ngx_uint_t            i;
    ngx_module_t         *module;
    ngx_http_conf_ctx_t  *ctx;

    ctx = cf->ctx;

    for (i = 0; cf->cycle->modules[i]; i++) {
        module = cf->cycle->modules[i];

        if (module->type == NGX_HTTP_MODULE
            && ngx_strcmp(module->name, name) == 0)
        {
            return ctx->loc_conf[module->ctx_index];
        }
    }

    return NULL;
}


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
    rlcf = ngx_http_dm_warn_conf(cf, "ngx_http_rewrite_module");

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


/*
 * The configuration of ngx_http_proxy_module is its own after the public part,
 * and differs from version to version.  In all of them the name of the
 * location, the very pointer, comes right before the argument of "proxy_pass".
 */
static ngx_int_t
ngx_http_dm_warn_proxy_url(ngx_http_upstream_conf_t *ucf,
    ngx_http_core_loc_conf_t *clcf, ngx_str_t *url)
{
    size_t      i, n;
    ngx_str_t  *name;
    uintptr_t  *word;

    word = (uintptr_t *) (ucf + 1);
    n = sizeof(ngx_str_t) / sizeof(uintptr_t);

    for (i = 0; i + 2 * n <= NGX_HTTP_DM_PROXY_WORDS; i++) {
        name = (ngx_str_t *) &word[i];

        if (name->len == clcf->name.len && name->data == clcf->name.data) {
            *url = name[1];
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


/* The path of "http://host/path" or of "http://unix:/socket:/path". */
static void
ngx_http_dm_warn_path(ngx_str_t *url, ngx_str_t *path)
{
    u_char  *p, *last, *socket;

    last = url->data + url->len;
    p = (u_char *) ngx_strstr(url->data, "://");
    p = p ? p + sizeof("://") - 1 : last;

    if (last - p > 5 && ngx_strncasecmp(p, (u_char *) "unix:", 5) == 0) {
        socket = ngx_strlchr(p + 5, last, ':');
        p = socket ? socket + 1 : last;
    }

    while (p < last && *p != '/' && *p != '?') {
        p++;
    }

    path->data = p;
    path->len = last - p;
}


void
ngx_http_dm_warn_proxy_pass(ngx_conf_t *cf)
{
    ngx_str_t                  url, path;
    ngx_http_core_loc_conf_t  *clcf;
    ngx_http_upstream_conf_t  *ucf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    ucf = ngx_http_dm_warn_conf(cf, "ngx_http_proxy_module");

    /* nginx lets no other location map a path; one without a name has none */

    if (ucf == NULL || ucf->upstream == NULL || clcf->noname || clcf->named
        || clcf->name.len == 0
        || ngx_http_dm_warn_proxy_url(ucf, clcf, &url) != NGX_OK)
    {
        return;
    }

    ngx_http_dm_warn_path(&url, &path);

    if (path.len == 0
        || (path.len == clcf->name.len
            && ngx_memcmp(path.data, clcf->name.data, path.len) == 0))
    {
        return;
    }

    ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                  "\"proxy_pass\" in location \"%V\" makes \"%V\" of it after "
                  "\"dm_permission\" has decided", &clcf->name, &path);
}
