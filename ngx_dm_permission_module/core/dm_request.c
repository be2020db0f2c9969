#include "dm_form.h"
#include "dm_request.h"


void
dm_request_init(dm_request_t *request, dm_str_t method, dm_str_t uri)
{
    request->route.uri = uri;
    request->route.methods = dm_method(method);
    request->route.preflight = 0;
    request->route.glance = DM_ROUTE_UNSEEN;

    request->options = request->route.methods == DM_METHOD_OPTIONS;
    request->origin = 0;
    request->asked = 0;
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
