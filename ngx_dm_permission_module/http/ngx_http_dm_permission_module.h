/*
 * What the files of the glue share: configuration (constant once it is
 * read), and the state of a request.
 */

#ifndef NGX_HTTP_DM_PERMISSION_MODULE_H
#define NGX_HTTP_DM_PERMISSION_MODULE_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "dm_gate.h"
#include "dm_ledger.h"
#include "dm_request.h"
#include "dm_table.h"
#include "ngx_http_dm_zone.h"


typedef struct {
    ngx_array_t               zones;    /* of ngx_http_dm_zone_t * */
    ngx_path_t               *path;     /* what the helper is started for */
    ngx_uint_t                on;       /* some location has a zone */
    ngx_uint_t                access_level;  /* some location adds the header */
    ngx_array_t               ledgers;  /* of ngx_http_dm_ledger_t * */
    ngx_int_t                 request_id;  /* its index, with a ledger */
    ngx_uint_t                stream;   /* some location filters streams */
    ngx_uint_t                delivery; /* some location has a guard */
} ngx_http_dm_main_conf_t;


typedef struct ngx_http_dm_delivery_conf_s  ngx_http_dm_delivery_conf_t;
typedef struct ngx_http_dm_ledger_s  ngx_http_dm_ledger_t;


typedef struct {
    ngx_http_dm_zone_t        *zone;    /* NULL: off */
    ngx_flag_t                 dry_run;
    time_t                     enforce_from;
    ngx_uint_t                 sets;    /* DM_ROUTES_* */
    ngx_array_t               *own;     /* of dm_route_t */
    dm_routes_t                routes;  /* the two above, for the core */
    ngx_http_complex_value_t  *action;  /* NULL: auto */
    dm_policy_t                policy;
    ngx_uint_t                 send;
    ngx_uint_t                 sources; /* DM_OAUTH_* */
    ngx_uint_t                 unknown_pass;
    ngx_str_t                  realm;
    ngx_uint_t                 log_level;
    ngx_str_t                  message; /* of code 93, empty: the default */
    ngx_flag_t                 access_level;
    ngx_uint_t                 status;  /* has a status page */

    ngx_http_dm_delivery_conf_t  *delivery;  /* NULL: the gate's */
    size_t                     delivery_body_max;
    ngx_http_dm_ledger_t      *ledger;  /* NULL: off */
    ngx_uint_t                 ledger_refuse;  /* on_error=refuse */
    ngx_uint_t                 stream;  /* NGX_HTTP_DM_STREAM_* */
    size_t                     stream_max;      /* bytes of a message */
    ngx_uint_t                 stream_filter;   /* a revoked one goes on */
} ngx_http_dm_loc_conf_t;


typedef enum {
    NGX_HTTP_DM_STREAM_OFF = 0,
    NGX_HTTP_DM_STREAM_USER,
    NGX_HTTP_DM_STREAM_SITE
} ngx_http_dm_stream_kind_t;


/* What a ledger says of a delivery's body; all of it is the request's. */
typedef struct {
    size_t                         bytes;
    u_char                         sha256[DM_DIGEST_LEN];
    dm_str_t                      *events;   /* ids of direct messages */
    size_t                         n_events;
} ngx_http_dm_cargo_t;


/* Credentials that take more are read in memory of their own. */
#define NGX_HTTP_DM_SCRATCH  512


/* Lives as long as the request, over internal redirects. */
typedef struct {
    ngx_http_request_t            *request;  /* whose ctx it is */
    const ngx_http_dm_loc_conf_t  *conf;     /* that decided */
    ngx_str_t                      uri;      /* that was decided on */
    dm_status_t                    status;
    dm_action_t                    action;
    dm_reason_t                    reason;

    dm_oauth_outcome_t             outcome;
    size_t                         app_len;
    size_t                         revision_len;

    ngx_buf_t                     *body;     /* as far as it has come */
    size_t                         body_max;

    /* of a delivery */
    uint64_t                       user;     /* whose events they are */
    ngx_str_t                      webhook;  /* the app's */
    const ngx_http_dm_cargo_t     *cargo;    /* NULL: not to be told of */

    unsigned                       decided:1;
    unsigned                       looked:1;      /* credential and grant */
    unsigned                       found:1;       /* grant is set */
    unsigned                       has_key:1;     /* there is a token */
    unsigned                       body_read:1;
    unsigned                       body_long:1;
    unsigned                       delivery:1;    /* the guard decides */
    unsigned                       has_user:1;    /* user is set */
    unsigned                       app_known:1;   /* app is in the table */
    unsigned                       connect:1;     /* to a stream, no route */
    unsigned                       prepared:1;    /* for a stream */
    unsigned                       delimited:1;   /* by length, asked for */

    struct ngx_http_dm_stream_s   *stream;        /* that is filtered */

    ngx_pool_cleanup_t             mark;          /* in the pool's list */

    /* from here on no byte is set before what tells of it is */

    dm_oauth_place_t               credential;  /* where outcome is FOUND */
    dm_grant_t                     grant;       /* where found */
    u_char                         key[DM_KEY_LEN];  /* where has_key */
    u_char                         fingerprint[DM_FINGERPRINT_LEN];
    u_char                         app[64];
    u_char                         revision[DM_REVISION_MAX];
    char                           scratch[NGX_HTTP_DM_SCRATCH];
} ngx_http_dm_ctx_t;


extern ngx_module_t  ngx_http_dm_permission_module;


/* 1 where a refusal is only told of. */
static ngx_inline ngx_uint_t
ngx_http_dm_dry_run(const ngx_http_dm_loc_conf_t *conf)
{
    return conf->dry_run
           || (conf->enforce_from && ngx_time() < conf->enforce_from);
}


/* For what follows, where the request does not have the ctx at hand. */
ngx_http_dm_ctx_t *ngx_http_dm_ctx_obtain(ngx_http_request_t *r,
    ngx_uint_t create);


/*
 * The request's ctx, found again after an internal redirect has cleared the
 * module's pointer; created where `create` is set.  NULL without one, or
 * without memory.
 */
static ngx_inline ngx_http_dm_ctx_t *
ngx_http_dm_ctx(ngx_http_request_t *r, ngx_uint_t create)
{
    ngx_http_dm_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_dm_permission_module);

    /* only an internal redirect clears what was set */

    return ctx == NULL && (create || r->internal || r->filter_finalize)
           ? ngx_http_dm_ctx_obtain(r, create) : ctx;
}


/* Of the token; empty without one. */
dm_str_t ngx_http_dm_ctx_fingerprint(ngx_http_dm_ctx_t *ctx);

/* Forgets what a decision found out, but for the body that it has read. */
void ngx_http_dm_ctx_reset(ngx_http_dm_ctx_t *ctx);

#endif
