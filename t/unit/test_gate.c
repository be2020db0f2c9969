#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "dm_gate.h"
#include "dm_request.h"
#include "dm_route_why.h"


static dm_gate_t
route_of(dm_action_t action, unsigned ambiguous, unsigned fragment,
    unsigned stream, unsigned preflight, unsigned ready, int decided)
{
    dm_gate_t  gate;

    gate.action = action;
    assert_int_equal(dm_gate_route(&gate, ambiguous, fragment, stream,
                                   preflight, ready), decided);

    return gate;
}


static dm_gate_t
route(dm_action_t action, unsigned ambiguous, unsigned stream,
    unsigned preflight, unsigned ready, int decided)
{
    return route_of(action, ambiguous, 0, stream, preflight, ready, decided);
}


static void
test_order(void **state)
{
    dm_gate_t  gate;

    (void) state;

    gate = route(DM_ACTION_NONE, 0, 0, 0, 0, 1);
    assert_int_equal(gate.reason, DM_REASON_NOT_GUARDED);
    assert_int_equal(gate.action, DM_ACTION_NONE);

    gate = route(DM_ACTION_DELETE, 1, 1, 0, 0, 1);
    assert_int_equal(gate.reason, DM_REASON_AMBIGUOUS_URI);
    assert_int_equal(gate.action, DM_ACTION_READ);

    gate = route_of(DM_ACTION_NONE, 0, 1, 0, 0, 1, 1);
    assert_int_equal(gate.reason, DM_REASON_NOT_GUARDED);

    gate = route_of(DM_ACTION_DELETE, 0, 1, 0, 0, 0, 1);
    assert_int_equal(gate.reason, DM_REASON_AMBIGUOUS_URI);
    assert_int_equal(gate.action, DM_ACTION_READ);

    gate = route(DM_ACTION_SEND, 0, 0, 0, 0, 1);
    assert_int_equal(gate.reason, DM_REASON_NOT_READY);
    assert_int_equal(gate.action, DM_ACTION_SEND);

    gate = route(DM_ACTION_SEND, 0, 0, 0, 1, 0);
    assert_int_equal(gate.action, DM_ACTION_SEND);
    assert_false(gate.connect);
}


static void
test_stream(void **state)
{
    dm_gate_t  gate;

    (void) state;

    gate = route(DM_ACTION_NONE, 0, 1, 1, 1, 1);
    assert_int_equal(gate.reason, DM_REASON_NOT_GUARDED);
    assert_false(gate.connect);

    gate = route(DM_ACTION_NONE, 0, 1, 0, 0, 1);
    assert_int_equal(gate.reason, DM_REASON_NOT_READY);

    gate = route_of(DM_ACTION_NONE, 0, 1, 1, 0, 1, 1);
    assert_int_equal(gate.reason, DM_REASON_AMBIGUOUS_URI);

    gate = route(DM_ACTION_NONE, 0, 1, 0, 1, 0);
    assert_true(gate.connect);
    assert_int_equal(gate.action, DM_ACTION_READ);

    assert_int_equal(dm_gate_reason(&gate, DM_REASON_NO_DM_ACCESS),
                     DM_REASON_PASSED);
    assert_int_equal(dm_gate_reason(&gate, DM_REASON_APP_ONLY),
                     DM_REASON_PASSED);
    assert_int_equal(dm_gate_reason(&gate, DM_REASON_UNKNOWN_TOKEN),
                     DM_REASON_UNKNOWN_TOKEN);

    dm_gate_form(&gate, DM_ACTION_NONE);
    assert_true(gate.connect);
    assert_int_equal(gate.action, DM_ACTION_READ);

    dm_gate_form(&gate, DM_ACTION_DELETE);
    assert_false(gate.connect);
    assert_int_equal(gate.action, DM_ACTION_DELETE);
    assert_int_equal(dm_gate_reason(&gate, DM_REASON_NO_DM_ACCESS),
                     DM_REASON_NO_DM_ACCESS);
}


static void
test_judge(void **state)
{
    dm_grant_t        grant;
    dm_policy_t       policy;
    dm_oauth_place_t  place;

    (void) state;

    memset(&grant, 0, sizeof(grant));
    memset(&policy, 0, sizeof(policy));
    memset(&place, 0, sizeof(place));

    assert_int_equal(dm_gate_judge(DM_ACTION_READ, DM_OAUTH_BAD, NULL, &grant,
                                   &policy, 0), DM_REASON_BAD_CREDENTIALS);
    assert_int_equal(dm_gate_judge(DM_ACTION_READ, DM_OAUTH_AMBIGUOUS, NULL,
                                   &grant, &policy, 0),
                     DM_REASON_AMBIGUOUS_CREDENTIALS);
    assert_int_equal(dm_gate_judge(DM_ACTION_READ, DM_OAUTH_NONE, NULL, &grant,
                                   &policy, 0), DM_REASON_NO_CREDENTIALS);
    assert_int_equal(dm_gate_judge(DM_ACTION_READ, DM_OAUTH_FOUND, &place,
                                   NULL, &policy, 0), DM_REASON_UNKNOWN_TOKEN);

    policy.unknown_pass = 1;
    assert_int_equal(dm_gate_judge(DM_ACTION_READ, DM_OAUTH_FOUND, &place,
                                   NULL, &policy, 0), DM_REASON_PASSED);

    /* a bearer token has no consumer key, an OAuth request has to have one */

    grant.app_has_key = 1;
    grant.may = DM_LEVEL_DM;
    assert_int_equal(dm_gate_judge(DM_ACTION_READ, DM_OAUTH_FOUND, &place,
                                   &grant, &policy, 0), DM_REASON_PASSED);

    place.oauth = 1;
    assert_int_equal(dm_gate_judge(DM_ACTION_READ, DM_OAUTH_FOUND, &place,
                                   &grant, &policy, 0),
                     DM_REASON_CONSUMER_MISMATCH);

    place.has_consumer_key = 1;
    assert_int_equal(dm_gate_judge(DM_ACTION_READ, DM_OAUTH_FOUND, &place,
                                   &grant, &policy, 0),
                     DM_REASON_CONSUMER_MISMATCH);

    grant.consumer_same = 1;
    assert_int_equal(dm_gate_judge(DM_ACTION_READ, DM_OAUTH_FOUND, &place,
                                   &grant, &policy, 0), DM_REASON_PASSED);
}


static void
test_status(void **state)
{
    (void) state;

    assert_int_equal(dm_gate_status(DM_REASON_NOT_GUARDED, 1),
                     DM_STATUS_UNDECIDED);
    assert_int_equal(dm_gate_status(DM_REASON_PASSED, 1), DM_STATUS_PASSED);
    assert_int_equal(dm_gate_status(DM_REASON_APP_ONLY, 0),
                     DM_STATUS_REJECTED);
    assert_int_equal(dm_gate_status(DM_REASON_APP_ONLY, 1),
                     DM_STATUS_REJECTED_DRY_RUN);
    assert_true(dm_str_eq(dm_status_word(DM_STATUS_REJECTED_DRY_RUN),
                          DM_STR("REJECTED_DRY_RUN")));
}


static void
test_credential(void **state)
{
    char                     scratch[64 + DM_OAUTH_PAD];
    dm_str_t                 texts[3];
    dm_oauth_place_t         places[3];
    const dm_oauth_place_t  *found;

    (void) state;

    texts[0] = (dm_str_t) { NULL, 0 };
    texts[1] = DM_STR("a=b");
    texts[2] = DM_STR("access_token=t%2d1");

    assert_int_equal(dm_gate_credential(texts, DM_OAUTH_HEADER
                                        | DM_OAUTH_BODY, scratch, places,
                                        &found), DM_OAUTH_FOUND);
    assert_ptr_equal(found, &places[2]);
    assert_true(dm_str_eq(found->token, DM_STR("t-1")));

    texts[0] = DM_STR("Bearer x");
    assert_int_equal(dm_gate_credential(texts, DM_OAUTH_BODY, scratch, places,
                                        &found), DM_OAUTH_AMBIGUOUS);
    texts[2] = DM_STR("");
    assert_int_equal(dm_gate_credential(texts, DM_OAUTH_BODY, scratch, places,
                                        &found), DM_OAUTH_NONE);
}


static void
field(dm_request_t *request, const char *name, const char *value)
{
    if (dm_request_asks(request, name)) {
        dm_request_field(request, (dm_str_t) { name, strlen(name) },
                         (dm_str_t) { value, strlen(value) });
    }
}


static void
test_overrides(void **state)
{
    dm_request_t  request;

    (void) state;

    dm_request_init(&request, DM_STR("GET"), DM_STR("/"));
    field(&request, "x-http-method", "put");
    field(&request, "x-method-override", "POST");
    field(&request, "x-http-methox", "DELETE");
    field(&request, "origin", "a");
    assert_int_equal(request.route.methods,
                     DM_METHOD_GET | DM_METHOD_PUT | DM_METHOD_POST);

    field(&request, "x-http-method-override", "PATCH");
    dm_request_argument(&request, DM_STR("a=b&_method=delete"));
    assert_int_equal(request.route.methods,
                     DM_METHOD_GET | DM_METHOD_PUT | DM_METHOD_POST
                     | DM_METHOD_PATCH | DM_METHOD_DELETE);
}


static void
test_fragment(void **state)
{
    dm_request_t  request;

    (void) state;

    dm_request_init(&request, DM_STR("GET"), DM_STR("/"));
    dm_request_target(&request, DM_STR(""));
    dm_request_target(&request, DM_STR("/?_method=PUT"));
    assert_false(request.fragment);
    assert_int_equal(request.route.methods, DM_METHOD_GET);

    dm_request_target(&request, DM_STR("/#"));
    assert_true(request.fragment);
    assert_int_equal(request.route.methods, DM_METHOD_GET);

    dm_request_target(&request, DM_STR("/?a#&_method=PUT"));
    dm_request_target(&request, DM_STR("/#?_method=DELETE"));
    assert_int_equal(request.route.methods,
                     DM_METHOD_GET | DM_METHOD_PUT | DM_METHOD_DELETE);
}


static void
test_preflight(void **state)
{
    dm_request_t  request;

    (void) state;

    dm_request_init(&request, DM_STR("OPTIONS"), DM_STR("/"));
    field(&request, "origin", "a");
    dm_request_preflight(&request, 0);
    assert_false(request.route.preflight);

    field(&request, "access-control-request-method", "GET");
    dm_request_preflight(&request, 0);
    assert_true(request.route.preflight);

    dm_request_preflight(&request, 1);
    assert_false(request.route.preflight);

    dm_request_init(&request, DM_STR("GET"), DM_STR("/"));
    field(&request, "origin", "a");
    field(&request, "access-control-request-method", "GET");
    dm_request_preflight(&request, 0);
    assert_false(request.route.preflight);
}


static void
test_targets(void **state)
{
    char          scratch[DM_PATH_SCRATCH(64)];
    unsigned      ambiguous;
    dm_str_t      targets[2];
    dm_routes_t   routes;
    dm_request_t  request;

    (void) state;

    memset(&routes, 0, sizeof(routes));
    routes.sets = DM_ROUTES_2;

    targets[0] = DM_STR("/2/dm_events%zz");
    targets[1] = DM_STR("/2/dm_events/1");

    dm_request_init(&request, DM_STR("DELETE"), DM_STR("/x"));

    assert_int_equal(dm_request_judge(&routes, &request, targets + 1, 1,
                                      scratch, &ambiguous), DM_ACTION_DELETE);
    assert_false(ambiguous);

    assert_int_equal(dm_request_judge(&routes, &request, targets, 2, scratch,
                                      &ambiguous), DM_ACTION_DELETE);
    assert_true(ambiguous);

    /* what was seen at a glance was the first of them */

    targets[0] = DM_STR("/x");
    request.route.glance = DM_ROUTE_HARMLESS;

    assert_int_equal(dm_request_judge(&routes, &request, targets, 2, scratch,
                                      &ambiguous), DM_ACTION_DELETE);

    targets[0] = targets[1];
    targets[1] = DM_STR("/x");

    assert_int_equal(dm_request_judge(&routes, &request, targets, 2, scratch,
                                      &ambiguous), DM_ACTION_DELETE);
}


static void
why(const dm_routes_t *routes, const char *method, dm_str_t one, dm_str_t two,
    dm_action_t action, dm_route_why_t *found)
{
    dm_str_t      paths[2] = { one, two };
    dm_request_t  request;

    dm_request_init(&request, (dm_str_t) { method, strlen(method) }, one);
    dm_request_argument(&request, DM_STR("_method=GET"));

    assert_int_equal(dm_route_why(routes, &request.route,
                                  dm_method((dm_str_t) { method,
                                                         strlen(method) }),
                                  paths, 2, action, found), 1);
}


static void
test_why(void **state)
{
    dm_routes_t     routes;
    dm_route_t      own;
    dm_route_why_t  found;

    (void) state;

    memset(&routes, 0, sizeof(routes));
    memset(&own, 0, sizeof(own));

    own.action = DM_ACTION_DELETE;
    own.methods = DM_METHOD_ANY;
    own.pattern = DM_STR("/own/:id");

    routes.sets = DM_ROUTES_1 | DM_ROUTES_1_1 | DM_ROUTES_2;
    routes.own = &own;
    routes.n_own = 1;

    why(&routes, "POST", DM_STR("/own/1"), DM_STR("/x"), DM_ACTION_DELETE,
        &found);
    assert_ptr_equal(found.own, &own);
    assert_int_equal(found.path, 0);

    why(&routes, "POST", DM_STR("/x"),
        DM_STR("/1.1/direct_messages/destroy.json"), DM_ACTION_DELETE, &found);
    assert_null(found.own);
    assert_int_equal(found.set, DM_ROUTES_1_1);
    assert_int_equal(found.path, 1);
    assert_int_equal(found.method, DM_METHOD_POST);
    assert_true(found.row);
    assert_true(dm_str_eq(found.pattern, DM_STR("/direct_messages/destroy")));

    why(&routes, "PUT", DM_STR("/1.1/ton/data/dm/x"), DM_STR("/"),
        DM_ACTION_READ, &found);
    assert_false(found.row);
    assert_true(dm_str_eq(found.pattern, DM_STR("ton")));
    assert_true(dm_str_eq(found.rest, DM_STR("/data/dm")));

    why(&routes, "DELETE", DM_STR("/2/dm_conversations"), DM_STR("/"),
        DM_ACTION_READ, &found);
    assert_int_equal(found.set, DM_ROUTES_2);
    assert_int_equal(found.method, DM_METHOD_DELETE);

    why(&routes, "POST", DM_STR("/2/dm_conversations"), DM_STR("/"),
        DM_ACTION_READ, &found);
    assert_int_equal(found.method, DM_METHOD_GET);
}


/* What is decoded of one place lies beside what is found in another. */
static void
test_places(void **state)
{
    char                     scratch[256];
    size_t                   i;
    dm_oauth_place_t         places[3];
    const dm_oauth_place_t  *found;

    static const dm_str_t  none = { NULL, 0 };
    static const dm_str_t  header = { "OAuth oauth_token=\"%74\"", 23 };
    static const dm_str_t  query = { "oauth%5ftoken=%74", 17 };
    static const dm_str_t  odd = { "%61%61%61%61%61%61%61%61%61%61%61%61%61"
                                   "%61%61%61%61%61%61%61%61%61%61%61%61%61"
                                   "%61%61%61%61%61%61%61%61%61%61%61%61%61",
                                   117 };

    const dm_str_t  texts[][3] = {
        { header, odd, odd }, { none, query, odd }, { none, odd, query },
        { header, none, none }, { none, query, none }, { none, none, query }
    };

    (void) state;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        memset(places, 0xff, sizeof(places));

        assert_int_equal(dm_gate_credential(texts[i], 7, scratch, places,
                                            &found), DM_OAUTH_FOUND);
        assert_true(dm_str_eq(found->token, DM_STR("t")));
    }

    /* one letter that says nothing is no place */

    assert_int_equal(dm_gate_credential((dm_str_t[]) { none, DM_STR("a"),
                                                       DM_STR("b") },
                                        7, scratch, places, &found),
                     DM_OAUTH_NONE);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_stream),
        cmocka_unit_test(test_judge),
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_credential),
        cmocka_unit_test(test_overrides),
        cmocka_unit_test(test_fragment),
        cmocka_unit_test(test_preflight),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_why),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
