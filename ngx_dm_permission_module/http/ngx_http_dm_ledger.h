/*
 * The ledger: a line for every decision.  A file of nginx's cycle, reopened as
 * any log; the chain in it is the process's own, so no process waits for
 * another.
 */

#ifndef NGX_HTTP_DM_LEDGER_H
#define NGX_HTTP_DM_LEDGER_H

#include "ngx_http_dm_permission_module.h"
#include "dm_ledger.h"


/* Of all processes, of this configuration and the next. */
typedef struct {
    size_t            len;
    char              name[DM_LEDGER_CHAIN_MAX];  /* the last chain opened */
} ngx_http_dm_ledger_shared_t;


struct ngx_http_dm_ledger_s {
    ngx_open_file_t              *file;
    ngx_str_t                     key;        /* its file, empty: none */
    dm_mac_t                     *mac;
    uint32_t                      group;      /* of chains, random */
    ngx_shm_zone_t               *shm_zone;
    ngx_http_dm_ledger_shared_t  *shared;

    /* this process's */
    dm_ledger_t                   chain;
    ngx_event_t                   retry;
    ngx_http_dm_zone_t           *zone;       /* that counts what was lost */
    uint64_t                      lost;       /* and the request passed */
    uint64_t                      refused;    /* instead of being recorded */
    unsigned                      begun:1;    /* chain is initialised */
    unsigned                      torn:1;     /* the file ends within a line */
    unsigned                      failing:1;  /* that has been logged */
};


/*
 * A record that says no more than whose request it is: app, token and user as
 * ctx has them, and the revision that answered.  Points into ctx.
 */
void ngx_http_dm_ledger_of(ngx_http_dm_ctx_t *ctx,
    dm_ledger_record_t *record);

/*
 * Writes a record, of which the caller fills in all but time and request; what
 * it points to is not needed afterwards.  Nothing where there is no ledger in
 * force.  NGX_DECLINED where the record could not be written, and therefore
 * nothing must go out ("on_error=refuse", and no dry run); else NGX_OK.
 */
ngx_int_t ngx_http_dm_ledger(ngx_http_request_t *r,
    const ngx_http_dm_loc_conf_t *conf, dm_ledger_record_t *record);

/* The directive. */
char *ngx_http_dm_conf_ledger(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* Shared memory for a ledger.  NGX_CONF_OK, or logged. */
char *ngx_http_dm_ledger_declare(ngx_conf_t *cf, ngx_http_dm_ledger_t *ledger);

/* Makes `name` the last chain opened; which one was before goes to follows. */
size_t ngx_http_dm_ledger_follow(ngx_http_dm_ledger_t *ledger, dm_str_t name,
    char follows[DM_LEDGER_CHAIN_MAX]);

/* The last chain opened, by whichever process; empty where it is its own. */
dm_str_t ngx_http_dm_ledger_latest(ngx_http_dm_ledger_t *ledger,
    char name[DM_LEDGER_CHAIN_MAX]);

/* Opens and closes the chains of a process. */
void ngx_http_dm_ledger_init_process(const ngx_http_dm_main_conf_t *dmcf);
void ngx_http_dm_ledger_exit_process(const ngx_http_dm_main_conf_t *dmcf);

#endif
