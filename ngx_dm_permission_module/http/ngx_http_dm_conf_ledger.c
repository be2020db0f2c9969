#include "ngx_http_dm_conf.h"
#include "ngx_http_dm_ledger.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>


typedef struct {
    ngx_str_t    file;
    ngx_str_t    key;
    ngx_uint_t   on_error;          /* NGX_CONF_UNSET_UINT, 0: pass */
} ngx_http_dm_ledger_param_t;


static char *ngx_http_dm_ledger_param(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_dm_ledger_param_t *param, ngx_str_t *value);
static ngx_http_dm_ledger_t *ngx_http_dm_ledger_get(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_http_dm_ledger_param_t *param);
static char *ngx_http_dm_ledger_opens(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *name);
static char *ngx_http_dm_ledger_mac(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_dm_ledger_t *ledger);
static void ngx_http_dm_ledger_cleanup(void *data);


char *
ngx_http_dm_conf_ledger(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_dm_loc_conf_t  *dlcf = conf;

    ngx_str_t                   *value;
    ngx_uint_t                   i;
    ngx_http_dm_ledger_param_t   param;

    if (dlcf->ledger != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (value[1].len == 3 && ngx_strncmp(value[1].data, "off", 3) == 0) {

        if (cf->args->nelts > 2) {
            return ngx_http_dm_conf_invalid(cf, cmd, &value[2],
                                            "\"off\" alone");
        }

        dlcf->ledger = NULL;
        return NGX_CONF_OK;
    }

    if (value[1].len == 0) {
        return ngx_http_dm_conf_invalid(cf, cmd, &value[1],
                                        "the name of a file");
    }

    ngx_memzero(&param, sizeof(ngx_http_dm_ledger_param_t));
    param.file = value[1];
    param.on_error = NGX_CONF_UNSET_UINT;

    for (i = 2; i < cf->args->nelts; i++) {
        if (ngx_http_dm_ledger_param(cf, cmd, &param, &value[i])
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    dlcf->ledger = ngx_http_dm_ledger_get(cf, cmd, &param);
    dlcf->ledger_refuse = param.on_error == 1;

    return dlcf->ledger ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static char *
ngx_http_dm_ledger_param(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_dm_ledger_param_t *param, ngx_str_t *value)
{
    ngx_str_t  rest;

    if (ngx_http_dm_conf_prefix(value, "key=", &rest) && rest.len) {

        if (param->key.len) {
            return ngx_http_dm_conf_twice(cf, cmd, value);
        }

        param->key = rest;

        return ngx_conf_full_name(cf->cycle, &param->key, 1) == NGX_OK
               ? NGX_CONF_OK : NGX_CONF_ERROR;
    }

    if (ngx_http_dm_conf_prefix(value, "on_error=", &rest)) {

        if (param->on_error != NGX_CONF_UNSET_UINT) {
            return ngx_http_dm_conf_twice(cf, cmd, value);
        }

        if (dm_str_eq(ngx_http_dm_str(&rest), DM_STR("pass"))) {
            param->on_error = 0;
            return NGX_CONF_OK;
        }

        if (dm_str_eq(ngx_http_dm_str(&rest), DM_STR("refuse"))) {
            param->on_error = 1;
            return NGX_CONF_OK;
        }
    }

    return ngx_http_dm_conf_invalid(cf, cmd, value,
                                    "\"key=FILE\", \"on_error=pass\" "
                                    "or \"on_error=refuse\"");
}


/* The ledger of a file, made on first mention. */
static ngx_http_dm_ledger_t *
ngx_http_dm_ledger_get(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_dm_ledger_param_t *param)
{
    ngx_uint_t                 i;
    ngx_open_file_t           *file;
    ngx_http_dm_ledger_t     **ledger;
    ngx_http_dm_main_conf_t   *dmcf;

    dmcf = ngx_http_conf_get_module_main_conf(cf,
                                              ngx_http_dm_permission_module);

    file = ngx_conf_open_file(cf->cycle, &param->file);
    if (file == NULL) {
        return NULL;
    }

    ledger = dmcf->ledgers.elts;

    for (i = 0; i < dmcf->ledgers.nelts; i++) {

        if (ledger[i]->file != file) {
            continue;
        }

        if (dm_str_eq(ngx_http_dm_str(&ledger[i]->key),
                      ngx_http_dm_str(&param->key)))
        {
            return ledger[i];
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "ledger \"%V\" in \"%V\" directive has key \"%V\" "
                           "here and \"%V\" before", &file->name, &cmd->name,
                           &param->key, &ledger[i]->key);
        return NULL;
    }

    ledger = ngx_array_push(&dmcf->ledgers);
    if (ledger == NULL) {
        return NULL;
    }

    *ledger = ngx_pcalloc(cf->pool, sizeof(ngx_http_dm_ledger_t));
    if (*ledger == NULL) {
        return NULL;
    }

    (*ledger)->file = file;
    (*ledger)->key = param->key;

    if (ngx_http_dm_ledger_opens(cf, cmd, &file->name) != NGX_CONF_OK
        || ngx_http_dm_ledger_mac(cf, cmd, *ledger) != NGX_CONF_OK
        || ngx_http_dm_ledger_declare(cf, *ledger) != NGX_CONF_OK)
    {
        return NULL;
    }

    dmcf->request_id = ngx_http_get_variable_index(cf, &(ngx_str_t)
                                                   ngx_string("request_id"));

    return dmcf->request_id == NGX_ERROR ? NULL : *ledger;
}


/*
 * nginx opens the file when all is read, and names no directive where it
 * cannot.  A pipe that nobody reads would be waited for.
 */
static char *
ngx_http_dm_ledger_opens(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *name)
{
    ngx_fd_t  fd;

    fd = ngx_open_file(name->data, NGX_FILE_APPEND|NGX_FILE_NONBLOCK,
                       NGX_FILE_CREATE_OR_OPEN, NGX_FILE_DEFAULT_ACCESS);

    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           "could not open ledger \"%V\" in \"%V\" directive",
                           name, &cmd->name);
        return NGX_CONF_ERROR;
    }

    (void) ngx_close_file(fd);

    return NGX_CONF_OK;
}


static ssize_t
ngx_http_dm_ledger_key(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *name,
    u_char *key)
{
    ssize_t           n;
    dm_str_t          text;
    ngx_file_t        file;
    ngx_file_info_t   fi;

    ngx_memzero(&file, sizeof(ngx_file_t));
    file.name = *name;
    file.log = cf->log;

    /* a pipe that nobody writes to would be waited for */

    file.fd = ngx_open_file(name->data, NGX_FILE_RDONLY|NGX_FILE_NONBLOCK,
                            NGX_FILE_OPEN, 0);

    if (file.fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           "could not open ledger key \"%V\" in \"%V\" directive",
                           name, &cmd->name);
        return NGX_ERROR;
    }

    n = NGX_ERROR;

    if (ngx_fd_info(file.fd, &fi) == NGX_FILE_ERROR || !ngx_is_file(&fi)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "ledger key \"%V\" in \"%V\" directive is not a file",
                           name, &cmd->name);

    } else if (!dm_ledger_key_private(ngx_file_access(&fi))) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "ledger key \"%V\" in \"%V\" directive is open to "
                           "others, its mode must be 0600 or 0640", name,
                           &cmd->name);

    } else {
        n = ngx_read_file(&file, key, DM_LEDGER_KEY_MAX + 2, 0);

        text.data = (char *) key;
        text.len = n > 0 ? (size_t) n : 0;

        if (dm_ledger_key(&text) != 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "ledger key \"%V\" in \"%V\" directive must have "
                               "1 to %d bytes", name, &cmd->name,
                               DM_LEDGER_KEY_MAX);
            n = NGX_ERROR;

        } else {
            n = (ssize_t) text.len;
        }
    }

    (void) ngx_close_file(file.fd);

    return n;
}


static char *
ngx_http_dm_ledger_mac(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_http_dm_ledger_t *ledger)
{
    u_char               key[DM_LEDGER_KEY_MAX + 2];
    ssize_t              n;
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_CONF_ERROR;
    }

    n = 0;

    if (ledger->key.len) {
        n = ngx_http_dm_ledger_key(cf, cmd, &ledger->key, key);
        if (n == NGX_ERROR) {
            return NGX_CONF_ERROR;
        }
    }

    ledger->mac = dm_mac_create((dm_str_t) { (char *) key, (size_t) n });
    OPENSSL_cleanse(key, sizeof(key));

    cln->handler = ngx_http_dm_ledger_cleanup;
    cln->data = ledger;

    if (ledger->mac == NULL
        || RAND_bytes((u_char *) &ledger->group, sizeof(uint32_t)) != 1)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "SHA-256 for \"%V\" is not available", &cmd->name);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static void
ngx_http_dm_ledger_cleanup(void *data)
{
    ngx_http_dm_ledger_t  *ledger = data;

    /* without a master a reload leaves the process, and its timers, be */

    if (ledger->retry.timer_set) {
        ngx_del_timer(&ledger->retry);
    }

    dm_mac_destroy(ledger->mac);
    ledger->mac = NULL;
}
