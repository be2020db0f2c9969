#include <stdlib.h>

#include "dm_route.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/* An own route that no path matches keeps the judge from its prefilter. */
static const dm_route_t  never = {
    DM_ACTION_DELETE, DM_METHOD_ANY, { "/a/b/c/d/e/f/g/h/i/never", 24 }, NULL
};


static dm_action_t
judge(const dm_routes_t *routes, unsigned method, dm_str_t uri,
    dm_str_t target, unsigned *ambiguous)
{
    char                *scratch;
    dm_action_t          action;
    dm_route_request_t   request;

    memset(&request, 0, sizeof(request));
    request.methods = method;
    request.uri = uri;
    request.target = target;

    scratch = malloc(DM_PATH_SCRATCH(target.len));
    action = dm_route_judge(routes, &request, scratch, ambiguous);
    free(scratch);

    return action;
}


/* The first byte: sets; the second: method; the rest: target, pattern. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char         *copy;
    unsigned      method, quick_ambiguous, full_ambiguous;
    dm_str_t      uri, target;
    dm_action_t   quick, full;
    dm_routes_t   routes;

    if (size < 2) {
        return 0;
    }

    copy = malloc(size - 2 ? size - 2 : 1);
    memcpy(copy, data + 2, size - 2);
    target.data = copy;
    target.len = size - 2;

    memset(&routes, 0, sizeof(routes));
    routes.sets = DM_ROUTES_1 | DM_ROUTES_1_1 | DM_ROUTES_2;
    method = 1u << (data[1] & 7);

    quick = judge(&routes, method, DM_STR("/"), target, &quick_ambiguous);

    routes.own = &never;
    routes.n_own = 1;
    full = judge(&routes, method, DM_STR("/"), target, &full_ambiguous);

    if (quick_ambiguous != full_ambiguous || quick != full
        || quick >= DM_ACTIONS)
    {
        __builtin_trap();
    }

    routes.n_own = 0;

    /* a server that hands on what came: as strict, with a prefilter or not */

    if (judge(&routes, method, target, target, &full_ambiguous) < quick
        || full_ambiguous != quick_ambiguous)
    {
        __builtin_trap();
    }

    uri = target;

    if (memchr(copy, '?', target.len) != NULL) {
        uri.len = (size_t) ((char *) memchr(copy, '?', target.len) - copy);
    }

    if (judge(&routes, method, uri, target, &full_ambiguous) < quick
        || full_ambiguous != quick_ambiguous)
    {
        __builtin_trap();
    }

    routes.sets = data[0] & 7;

    if (judge(&routes, method, DM_STR("/"), target, &full_ambiguous) > quick
        || (full_ambiguous && !quick_ambiguous))
    {
        __builtin_trap();
    }

    if (dm_route_pattern_error(target) == NULL
        && memchr(copy, '*', target.len) == NULL
        && !dm_route_match(target, target))
    {
        __builtin_trap();
    }

    (void) dm_methods_parse(target);

    free(copy);

    return 0;
}
