/*
 * explain: what the gate would decide for a request, and why.
 */

#ifndef DM_EXPLAIN_H
#define DM_EXPLAIN_H

#include "dm_gate.h"
#include "dm_permission.h"
#include "dm_request.h"
#include "dm_route_why.h"
#include "dm_uri.h"


#define DM_EXPLAIN_FIELDS  128
#define DM_EXPLAIN_ROUTES  64


typedef struct {
    dm_str_t  name;
    dm_str_t  value;
} dm_explain_field_t;


/* A request, in memory of whoever read it. */
typedef struct {
    dm_str_t            method;
    dm_str_t            target;
    dm_str_t            body;
    unsigned            form:1;     /* the body is one, whatever is said */
    size_t              n_fields;
    dm_explain_field_t  fields[DM_EXPLAIN_FIELDS];
} dm_explain_request_t;


/* What the directives of the same names say. */
typedef struct {
    dm_routes_t   routes;
    dm_route_t    own[DM_EXPLAIN_ROUTES];
    unsigned      routes_given;
    int           action;           /* dm_action_t, -1: auto */
    dm_policy_t   policy;
    unsigned      sources;
    unsigned      sources_given;
    unsigned      stream;
    unsigned      merge;            /* merge_slashes */
    unsigned      dry_run;
    int64_t       enforce_from;     /* Unix seconds, 0: none */
    int64_t       now;

    unsigned      json;
    const char   *batch;            /* NULL: one request */
    const char   *name;             /* of the token file */
} dm_explain_conf_t;


typedef struct {
    const char              *refused;     /* by nginx itself, and why */
    unsigned                 refused_status;

    dm_uri_t                 uri;
    dm_gate_t                gate;
    dm_status_t              status;

    unsigned                 by_action;   /* dm_permission_action decides */
    unsigned                 why_known;
    dm_route_why_t           why;
    dm_str_t                 paths[1 + 2 * DM_PATH_READINGS];
    size_t                   n_paths;
    unsigned                 unstable;
    unsigned                 method;      /* DM_METHOD_*, the request's own */
    dm_request_t             request;

    unsigned                 looked;      /* for a credential */
    unsigned                 body_unknown;
    dm_oauth_place_t         places[3];
    const dm_oauth_place_t  *credential;  /* or NULL */
    char                     fingerprint[DM_FINGERPRINT_LEN];
    unsigned                 found;
    dm_grant_t               grant;
    char                     app[64];
    size_t                   app_len;
    char                     revision[DM_REVISION_MAX];
    size_t                   revision_len;

    char                    *scratch;     /* what the strings lie in */
    size_t                   size;
} dm_explained_t;


/*
 * The command line.  0, or -1 with a line on stderr; 1 where help was asked
 * for and given.  The strings of the request point into argv, or into memory
 * that lives as long as the process.
 */
int dm_explain_options(int argc, char **argv, dm_explain_conf_t *conf,
    dm_explain_request_t *request);

/* Both: 0, or -1 with a line on stderr; what they read lives on. */
int dm_explain_header(dm_explain_request_t *request, const char *value);
int dm_explain_read(const char *name, dm_str_t *text);

/*
 * A line of a batch, one JSON object.  NULL, or what is wrong with it.  The
 * request is good until dm_explain_line_free().
 */
typedef struct dm_explain_line_s  dm_explain_line_t;

const char *dm_explain_line(const char *text, size_t len,
    dm_explain_request_t *request, dm_explain_line_t **line);
void dm_explain_line_free(dm_explain_line_t *line);

/* The "id" of a line as JSON text, to be freed; NULL: it has none. */
char *dm_explain_line_id(const dm_explain_line_t *line);

/* 0, or -1 without memory.  `e` is zeroed before its first use. */
int dm_explain_judge(const dm_explain_conf_t *conf, const dm_source_t *source,
    const dm_explain_request_t *request, dm_explained_t *e);

/* Of what was refused, 1. */
int dm_explain_refused(const dm_explained_t *e);

/* Words for both ways to print. */
dm_str_t dm_explain_set_word(unsigned set);
const char *dm_explain_path_word(const dm_explained_t *e);
const char *dm_explain_place_word(const dm_explained_t *e);

void dm_explain_text(const dm_explain_request_t *request,
    const dm_explained_t *e);
void dm_explain_text_line(uint64_t line, const dm_explain_request_t *request,
    const dm_explained_t *e);

/* 0, or -1 without memory.  line: 0 where there is but one request. */
int dm_explain_json(uint64_t line, const char *id,
    const dm_explain_request_t *request, const dm_explained_t *e);

/* A regular expression as nginx compiles it; NULL and *error: malformed. */
void *dm_regex_compile(const char *pattern, unsigned caseless,
    const char **error);
int dm_regex_match(void *regex, dm_str_t path);

#endif
