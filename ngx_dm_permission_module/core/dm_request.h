/*
 * What of a request says what it asks for: its method and what overrides it,
 * its target, its form.
 */

#ifndef DM_REQUEST_H
#define DM_REQUEST_H

#include "dm_route.h"


/* A longer form is refused, not searched in part. */
#define DM_FORM_MAX  (1024 * 1024)


typedef struct {
    dm_route_request_t  route;
    unsigned            options:1;   /* the request's own method is OPTIONS */
    unsigned            origin:1;    /* the two fields of a CORS preflight */
    unsigned            asked:1;
    unsigned            fragment:1;  /* the target has a "#" */
} dm_request_t;


/* Takes a field of the header, its name in lower case. */
void dm_request_field(dm_request_t *request, dm_str_t name, dm_str_t value);

/*
 * Takes the client's target.  RFC 9112 section 3.2 leaves no room for a
 * fragment: who finds a "#" there may end the query at it, or read on.
 */
void dm_request_target(dm_request_t *request, dm_str_t target);

/* Takes every _method of a query or a form. */
void dm_request_argument(dm_request_t *request, dm_str_t text);

/*
 * Once the header is in; has_form: a preflight has no body (Fetch,
 * CORS-preflight fetch).
 */
void dm_request_preflight(dm_request_t *request, unsigned has_form);

/*
 * The strictest action over the targets that an origin may be sent, of which
 * one is the client's.  *ambiguous as of dm_route_judge(), for any of them;
 * scratch: DM_PATH_SCRATCH() bytes of the longest.
 */
dm_action_t dm_request_judge(const dm_routes_t *routes, dm_request_t *request,
    const dm_str_t *targets, size_t n, char *scratch, unsigned *ambiguous);


/* `uri`: as normalised by the server, no query. */
static inline void
dm_request_init(dm_request_t *request, dm_str_t method, dm_str_t uri)
{
    request->route.uri = uri;
    request->route.methods = dm_method(method);
    request->route.preflight = 0;
    request->route.glance = DM_ROUTE_UNSEEN;

    request->options = request->route.methods == DM_METHOD_OPTIONS;
    request->origin = 0;
    request->asked = 0;
    request->fragment = 0;
}


/*
 * 0 for a field that dm_request_field() makes nothing of, its name, of one
 * letter at least, in lower case: only OPTIONS has more than overrides.
 */
static inline unsigned
dm_request_asks(const dm_request_t *request, const char *name)
{
    return name[0] == 'x' || request->options;
}

#endif
