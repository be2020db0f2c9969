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
} dm_request_t;


/* `uri`: as normalised by the server, no query. */
void dm_request_init(dm_request_t *request, dm_str_t method, dm_str_t uri);

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


/*
 * Takes a field of the header, its name in lower case: the usual one is told
 * by its length.
 */
static inline void
dm_request_field(dm_request_t *request, const char *name, size_t len,
    dm_str_t value)
{
    dm_str_t  field = { name, len };

    switch (len) {

    case sizeof("origin") - 1:
        request->origin |= dm_str_eq(field, DM_STR("origin"));
        break;

    case sizeof("access-control-request-method") - 1:
        request->asked |= dm_str_eq(field,
                                    DM_STR("access-control-request-method"));
        break;

    case sizeof("x-http-method-override") - 1:
    case sizeof("x-http-method") - 1:
    case sizeof("x-method-override") - 1:

        if (dm_method_header(field)) {
            request->route.methods |= dm_methods_named(value);
        }

        break;
    }
}

#endif
