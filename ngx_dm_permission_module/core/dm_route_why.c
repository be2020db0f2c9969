#include "dm_route_why.h"


static int
dm_route_why_own(const dm_routes_t *routes, unsigned method, dm_str_t path,
    dm_action_t action, dm_route_why_t *why)
{
    size_t             i;
    const dm_route_t  *own;

    for (i = 0; i < routes->n_own; i++) {
        own = &routes->own[i];

        if (own->action != action || !(own->methods & method)) {
            continue;
        }

        if (own->regex == NULL ? dm_route_match(own->pattern, path)
                               : (routes->match != NULL
                                  && routes->match(own->regex, path)))
        {
            why->set = 0;
            why->own = own;
            why->pattern = own->pattern;
            return 1;
        }
    }

    return 0;
}


/* Asks for one set and one reading: "/" is what no set has a route for. */
static int
dm_route_why_set(const dm_routes_t *routes, unsigned method, dm_str_t path,
    dm_action_t action, dm_route_why_t *why)
{
    char                scratch[DM_PATH_SCRATCH(1)];
    unsigned            set, ambiguous;
    dm_routes_t         one;
    dm_route_request_t  request;

    memset(&one, 0, sizeof(dm_routes_t));
    memset(&request, 0, sizeof(dm_route_request_t));

    request.uri = path;
    request.target = DM_STR("/");
    request.methods = method;

    for (set = DM_ROUTES_1; set <= DM_ROUTES_2; set <<= 1) {
        one.sets = routes->sets & set;

        if (one.sets != 0
            && dm_route_judge(&one, &request, scratch, &ambiguous) == action)
        {
            why->set = set;
            why->own = NULL;
            why->row = dm_route_row(set, method, path, action, &why->pattern,
                                    &why->rest);
            return 1;
        }
    }

    return 0;
}


static int
dm_route_why_method(const dm_routes_t *routes, unsigned method, dm_str_t path,
    dm_action_t action, dm_route_why_t *why)
{
    if (method == 0) {
        return 0;
    }

    why->method = method;

    return dm_route_why_own(routes, method, path, action, why)
           || dm_route_why_set(routes, method, path, action, why);
}


int
dm_route_why(const dm_routes_t *routes, const dm_route_request_t *request,
    unsigned own, const dm_str_t *paths, size_t n, dm_action_t action,
    dm_route_why_t *why)
{
    size_t    i;
    unsigned  methods, method;

    memset(why, 0, sizeof(dm_route_why_t));

    methods = request->preflight ? request->methods & ~DM_METHOD_OPTIONS
                                 : request->methods;

    for (i = 0; i < n; i++) {

        if (dm_route_why_method(routes, methods & own, paths[i], action, why))
        {
            why->path = i;
            return 1;
        }

        for (method = 1; method < DM_METHOD_ANY; method <<= 1) {
            if (dm_route_why_method(routes, methods & method, paths[i], action,
                                    why))
            {
                why->path = i;
                return 1;
            }
        }
    }

    return 0;
}
