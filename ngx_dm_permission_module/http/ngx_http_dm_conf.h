/* Directive setters.  Each error names the directive and the value. */

#ifndef NGX_HTTP_DM_CONF_H
#define NGX_HTTP_DM_CONF_H

#include "ngx_http_dm_permission_module.h"


char *ngx_http_dm_conf_table(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_dm_conf_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_dm_conf_from(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_dm_conf_routes(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_dm_conf_route(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_dm_conf_action(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_dm_conf_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_dm_conf_words(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_dm_conf_size(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_dm_conf_realm(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_dm_conf_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_dm_conf_message(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/*
 * Logs [emerg] that `value` is invalid in the directive, and what it must be
 * instead; NGX_CONF_ERROR.
 */
char *ngx_http_dm_conf_invalid(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *value, const char *must);

/* The same of a parameter that the directive has already. */
char *ngx_http_dm_conf_twice(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *value);

/* 1, and what follows the prefix, if value begins with it. */
ngx_uint_t ngx_http_dm_conf_prefix(ngx_str_t *value, const char *prefix,
    ngx_str_t *rest);

/* dm_routes_t's match: a regular expression of dm_permission_route. */
int ngx_http_dm_conf_match(void *regex, dm_str_t path);


extern ngx_conf_enum_t  ngx_http_dm_conf_send_words[];
extern ngx_conf_enum_t  ngx_http_dm_conf_unknown_words[];
extern ngx_conf_enum_t  ngx_http_dm_conf_log_words[];
extern ngx_conf_enum_t  ngx_http_dm_conf_stream_words[];
extern ngx_conf_enum_t  ngx_http_dm_conf_revoked_words[];
extern ngx_conf_enum_t  ngx_http_dm_conf_source_words[];
extern ngx_conf_enum_t  ngx_http_dm_conf_set_words[];

#endif
