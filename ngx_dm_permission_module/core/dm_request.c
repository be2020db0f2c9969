#include "dm_form.h"
#include "dm_request.h"


void
dm_request_field(dm_request_t *request, dm_str_t name, dm_str_t value)
{
    if (dm_str_eq(name, DM_STR("origin"))) {
        request->origin = 1;

    } else if (dm_str_eq(name, DM_STR("access-control-request-method"))) {
        request->asked = 1;

    } else if (dm_method_header(name)) {
        request->route.methods |= dm_methods_named(value);
    }
}


void
dm_request_target(dm_request_t *request, dm_str_t target)
{
    const char  *query;

    if (target.len == 0 || memchr(target.data, '#', target.len) == NULL) {
        return;
    }

    request->fragment = 1;

    query = memchr(target.data, '?', target.len);

    if (query != NULL) {
        query++;
        dm_request_argument(request,
                            (dm_str_t) { query, (size_t) (target.data
                                                          + target.len
                                                          - query) });
    }
}


void
dm_request_argument(dm_request_t *request, dm_str_t text)
{
    request->route.methods |= dm_form_methods(text);
}


void
dm_request_preflight(dm_request_t *request, unsigned has_form)
{
    request->route.preflight = request->options && request->origin
                               && request->asked && !has_form;
}


dm_action_t
dm_request_judge(const dm_routes_t *routes, dm_request_t *request,
    const dm_str_t *targets, size_t n, char *scratch, unsigned *ambiguous)
{
    size_t       i;
    unsigned     odd;
    dm_action_t  action, strictest;

    *ambiguous = 0;
    strictest = DM_ACTION_NONE;

    for (i = 0; i < n; i++) {
        request->route.target = targets[i];
        action = dm_route_judge(routes, &request->route, scratch, &odd);
        request->route.glance = DM_ROUTE_UNSEEN;

        *ambiguous |= odd;

        if (action > strictest) {
            strictest = action;
        }
    }

    return strictest;
}
