#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "dm_route.h"
#include "guard.h"


#define ALL  (DM_ROUTES_1 | DM_ROUTES_1_1 | DM_ROUTES_2)

#define NONE  DM_ACTION_NONE
#define SEND  DM_ACTION_SEND
#define READ  DM_ACTION_READ
#define DEL   DM_ACTION_DELETE
#define AMB   DM_ACTIONS


typedef struct {
    const char   *method;
    const char   *path;
    dm_action_t   action;
} route_case_t;


static dm_str_t
str(const char *s)
{
    dm_str_t  v;

    v.data = s;
    v.len = strlen(s);

    return v;
}


static dm_action_t
judge(const dm_routes_t *routes, unsigned methods[2], const char *uri,
    const char *target, unsigned preflight)
{
    char                *scratch, *guarded;
    unsigned             ambiguous;
    dm_action_t          action;
    dm_route_request_t   request;

    memset(&request, 0, sizeof(request));

    request.methods = methods[0] | methods[1];
    request.preflight = preflight & 1;
    guarded = guard_copy(uri, strlen(uri));
    request.uri.data = guarded;
    request.uri.len = strlen(uri);
    guarded = guard_copy(target, strlen(target));
    request.target.data = guarded;
    request.target.len = strlen(target);

    scratch = malloc(DM_PATH_SCRATCH(request.target.len));
    assert_non_null(scratch);

    action = dm_route_judge(routes, &request, scratch, &ambiguous);
    free(scratch);

    return ambiguous ? AMB : action;
}


static dm_action_t
one(const dm_routes_t *routes, const char *method, const char *uri,
    const char *target)
{
    unsigned  methods[2] = { dm_method(str(method)), 0 };

    return judge(routes, methods, uri, target, 0);
}


static const route_case_t  rows[] = {
    { "GET", "/direct_messages", READ },
    { "GET", "/direct_messages.json", READ },
    { "GET", "/1/Direct_Messages.xml/", READ },
    { "HEAD", "/1.1/direct_messages/sent.rss", READ },
    { "GET", "/1.1/direct_messages/show/123.json", READ },
    { "POST", "/1.1/direct_messages/destroy.json", DEL },
    { "DELETE", "/direct_messages/destroy/1.xml", DEL },
    { "GET", "/1/direct_messages/destroy/1", READ },
    { "POST", "/1/direct_messages/new", SEND },
    { "POST", "/direct_messages/new.json", SEND },
    { "GET", "/1.1/direct_messages/new.json", READ },
    { "PUT", "/1.1/direct_messages/new.json", READ },
    { "POST", "/1.1/direct_messages/new.json.xml", READ },
    { "POST", "/1.1/direct_messages/new.", READ },
    { "POST", "/1.1/direct_messages.json/new", READ },
    { "GET", "/1.1/direct_messages.json/sent", READ },
    { "GET", "/1.1/direct_messages/events/list.json", READ },
    { "POST", "/1.1/direct_messages/events/new.json", SEND },
    { "PUT", "/1.1/direct_messages/events/new.json", SEND },
    { "POST", "/1/direct_messages/events/new.json", READ },
    { "DELETE", "/1.1/direct_messages/events/destroy.json", DEL },
    { "POST", "/1.1/direct_messages/welcome_messages/rules/destroy", DEL },
    { "POST", "/1.1/direct_messages/welcome_messages/destroy.json", DEL },
    { "PUT", "/1.1/direct_messages/welcome_messages/update", SEND },
    { "POST", "/1.1/direct_messages/welcome_messages/new", SEND },
    { "POST", "/1.1/direct_messages/welcome_messages/rules/new", SEND },
    { "POST", "/1.1/direct_messages/indicate_typing.json", SEND },
    { "POST", "/1.1/direct_messages/mark_read.json", READ },
    { "FOO", "/1.1/direct_messages/x/y/z", READ },
    { "OPTIONS", "/1.1/direct_messages/new.json", READ },
    { "GET", "/1.1/ton/data/dm/1/2/x.jpg", READ },
    { "GET", "/1.1/ton/data/dm", READ },
    { "GET", "/1.1/ton/data/dmx/1", NONE },
    { "GET", "/1.1/ton/data", NONE },
    { "GET", "/ton/data/dm/1", NONE },
    { "GET", "/1.1/dm", READ },
    { "GET", "/1.1/dm.json", READ },
    { "GET", "/1.1/dm/x", READ },
    { "POST", "/1.1/dm/new.json", SEND },
    { "POST", "/1.1/dm/new2", SEND },
    { "GET", "/1.1/dm/new", READ },
    { "GET", "/dm/new", NONE },
    { "GET", "/1/dm/new", NONE },
    { "GET", "/2/dm_events", READ },
    { "GET", "/2/dm_events.json", READ },
    { "DELETE", "/2/dm_events/12", DEL },
    { "POST", "/2/dm_events/12", READ },
    { "DELETE", "/2/dm_events/12/x", READ },
    { "POST", "/2/dm_conversations", SEND },
    { "POST", "/2/dm_conversations/with/1/messages", SEND },
    { "POST", "/2/dm_conversations/1-2/messages/", SEND },
    { "GET", "/2/dm_conversations/with/1/dm_events", READ },
    { "GET", "/2/dm_conversations/media/a/b", READ },
    { "GET", "/2/direct_messages", NONE },
    { "GET", "/1.1/dm_events", NONE },
    { "GET", "/dm_events", NONE },
    { "GET", "/1.1/direct_messages_x", NONE },
    { "GET", "/1.1/direct_messages.j-n", NONE },
    { "GET", "/1.1/statuses/home_timeline.json", NONE },
    { "GET", "/", NONE },
    { "GET", "/1/1/direct_messages", NONE },
    { "GET", "/1.10/dm", NONE },
    { "GET", "/1.1.1/dm", NONE },
    { "GET", "/22/dm_events", NONE },
    { "GET", "/11/direct_messages", NONE },
    { "GET", "/1.1dm", NONE },
    { "GET", "/1direct_messages", NONE },
    { "GET", "/2dm_events", NONE },

    /* a format ends a row and the path */
    { "POST", "/1.1/direct_messages.json", READ },
    { "POST", "/1.1/direct_messages.json/destroy", READ },
    { "POST", "/1.1/direct_messages/new.json/x", READ },

    /* a segment that is empty is one where the server keeps it */
    { "POST", "/1.1/direct_messages//welcome_messages/rules/new", READ },
    { "POST", "/1.1/dm//new", READ },
    { "POST", "/1.1/dm/new//", READ },
    { "POST", "/1.1/dm/new/", SEND },
    { "POST", "//1.1//dm/new", SEND },
    { "POST", "/1.1/direct_messages//destroy", DEL },
    { "POST", "/2/dm_conversations//messages", READ },
};


static void
test_rows(void **state)
{
    size_t       i;
    dm_action_t  action;
    dm_routes_t  routes = { ALL, NULL, 0, NULL };

    (void) state;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        action = one(&routes, rows[i].method, rows[i].path, rows[i].path);
        if (action != rows[i].action) {
            fail_msg("%s %s: %d", rows[i].method, rows[i].path, action);
        }
    }
}


/* the server saw something harmless: the raw target decides */
static const route_case_t  targets[] = {
    { "GET", "/1.1/dm", READ },
    { "POST", "/1.1/direct_messages/destroy.json", DEL },
    { "GET", "%31.1/dm", READ },
    { "GET", "/foo/dm;x/%zz", AMB },
    { "GET", "/foo/dm;x.;/%zz", AMB },
    { "GET", "/foo/%c3%a9dm/%zz", NONE },
    { "GET", "/foo/dm%c3b", AMB },
    { "GET", "/1.1/%64m", READ },
    { "GET", "/1.1/x/..;/direct%5fmessages", READ },
    { "GET", "/1.1;v=1/dm;x", READ },
    { "GET", "\\1.1\\dm", READ },
    { "GET", "/1.1/dm%3fx", READ },
    { "POST", "/1.1/direct_messages/destroy%3f/new", DEL },
    { "GET", "http://h/1.1/DM/new?x=%zz", READ },
    { "GET", "/x?/1.1/dm/%zz", NONE },
    { "GET", "/1.1/dm/%zz", AMB },
    { "GET", "/foo/dm.json/%zz", AMB },
    { "GET", "/foo/dm./%zz", AMB },
    { "GET", "/foo/dm%1fx", AMB },
    { "GET", "/foo/dm~/%zz", NONE },
    { "GET", "/foo/dm%20/%zz", AMB },
    { "GET", "/foo/dm%20.%20/%zz", AMB },
    { "GET", "/foo/direct_messages%00", AMB },
    { "GET", "/1.1%c0%afdm", AMB },
    { "GET", "/%c1%a4m", AMB },
    { "GET", "/data;dm/%zz", NONE },
    { "GET", "/foo/dmx/%zz", NONE },
    { "GET", "/foo/%zz", NONE },
    { "GET", "/%25252541", AMB },
    { "GET", "/../1.1/dm", AMB },
    { "GET", "/../x", NONE },
    { "GET", "/foo/dm_events/%23", AMB },
    { "GET", "/foo/100%25%20x", NONE },

    /* bad in one layer only, and cut off there */
    { "GET", "/1.1/dm%25%2537aa", AMB },
    { "GET", "/1.1/dm%254aa%2525", NONE },
    { "GET", "/1.1/dm%255fx%252525y", NONE },
    { "GET", "/1.1/dm%2525c3%a4#_events/17", NONE },

    /* what is no text is left out */
    { "GET", "/foo/d%00m", AMB },
    { "GET", "/foo/d%09m", AMB },
    { "GET", "/foo/d%25m", AMB },
    { "GET", "/dm%255fe%252525vents", AMB },
    { "GET", "/foo/d%80m", AMB },
    { "GET", "/foo/direct_%2500messages.json", AMB },
    { "GET", "/foo/d\001m", AMB },
    { "GET", "/foo/d\037m", AMB },
    { "GET", "/foo/d\177m", AMB },
    { "GET", "/foo/%25u0064m", AMB },
    { "GET", "/foo/d%23m", NONE },
    { "GET", "/foo/d%3fm%00", NONE },
    { "GET", "/foo/d%c3%a9m%00", NONE },
};


static void
test_targets(void **state)
{
    size_t       i;
    dm_action_t  action;
    dm_routes_t  routes = { ALL, NULL, 0, NULL };
    dm_routes_t  off = { 0, NULL, 0, NULL };

    (void) state;

    for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        action = one(&routes, targets[i].method, "/x", targets[i].path);
        if (action != targets[i].action) {
            fail_msg("%s %s: %d", targets[i].method, targets[i].path, action);
        }

        assert_int_equal(one(&off, "GET", "/x", targets[i].path), NONE);
    }

    assert_int_equal(one(&routes, "GET", "/1.1/dm", "/x"), READ);

    routes.sets = DM_ROUTES_2;
    assert_int_equal(one(&routes, "GET", "/x", "/1.1/dm/%zz"), NONE);
    assert_int_equal(one(&routes, "GET", "/x", "/%25252541"), AMB);
}


static void
test_methods(void **state)
{
    unsigned     two[2] = { DM_METHOD_POST, DM_METHOD_DELETE };
    unsigned     cors[2] = { DM_METHOD_OPTIONS, 0 };
    dm_routes_t  routes = { ALL, NULL, 0, NULL };

    (void) state;

    assert_int_equal(judge(&routes, two, "/2/dm_events/1", "/2/dm_events/1",
                           0), DEL);
    assert_int_equal(judge(&routes, two, "/1.1/dm/new", "/1.1/dm/new", 0),
                     READ);
    assert_int_equal(judge(&routes, cors, "/1.1/dm", "/1.1/dm/%zz", 1), NONE);
    cors[1] = DM_METHOD_GET;
    assert_int_equal(judge(&routes, cors, "/1.1/dm", "/1.1/dm", 1), READ);

    assert_int_equal(dm_method(DM_STR("get")), DM_METHOD_GET);
    assert_int_equal(dm_method(DM_STR("")), DM_METHOD_OTHER);
    assert_int_equal(dm_methods_parse(DM_STR("*")), DM_METHOD_ANY);
    assert_int_equal(dm_methods_parse(DM_STR("GET,post")),
                     DM_METHOD_GET | DM_METHOD_HEAD | DM_METHOD_POST);
    assert_int_equal(dm_methods_parse(DM_STR("")), 0);
    assert_int_equal(dm_methods_parse(DM_STR("GET,")), 0);
    assert_int_equal(dm_methods_parse(DM_STR(",GET")), 0);
    assert_int_equal(dm_methods_parse(DM_STR("GET, POST")), 0);
    assert_int_equal(dm_methods_parse(DM_STR("PURGE")), 0);
    assert_int_equal(dm_methods_parse(DM_STR("*,GET")), 0);
}


/* Harmless is only what no method and no reading could guard. */
static void
test_glance(void **state)
{
    dm_routes_t  routes = { ALL, NULL, 0, NULL };
    dm_route_t   own = { READ, DM_METHOD_ANY, { "/own", 4 }, NULL };
    dm_routes_t  with = { ALL, &own, 1, NULL };

    (void) state;

    assert_int_equal(dm_route_glance(&routes, DM_STR("/x/y.json"),
                                     DM_STR("/x/y.json?q=/1.1/dm")),
                     DM_ROUTE_HARMLESS);
    assert_int_equal(dm_route_glance(&routes, DM_STR("/1.1/dm"),
                                     DM_STR("/1.1/dm?a=b")),
                     DM_ROUTE_PLAIN);
    assert_int_equal(dm_route_glance(&with, DM_STR("/x"), DM_STR("/x")),
                     DM_ROUTE_PLAIN);
    assert_int_equal(dm_route_glance(&routes, DM_STR("/x"),
                                     DM_STR("/1.1/dm")),
                     DM_ROUTE_OTHER);
    assert_int_equal(dm_route_glance(&routes, DM_STR("/1.1/dm;x"),
                                     DM_STR("/1.1/dm;x")),
                     DM_ROUTE_OTHER);
    assert_int_equal(dm_route_glance(&with, DM_STR("/own/."),
                                     DM_STR("/own/.")),
                     DM_ROUTE_OTHER);
    assert_int_equal(dm_route_glance(&with, DM_STR("/."), DM_STR("/.")),
                     DM_ROUTE_OTHER);
    assert_int_equal(dm_route_glance(&with, (dm_str_t) { guard_copy("", 0), 0 },
                                     DM_STR("")), DM_ROUTE_OTHER);
}


/* What is plain is judged by its path, and a preflight not at all. */
static void
test_plain_methods(void **state)
{
    dm_routes_t         routes = { ALL, NULL, 0, NULL };
    dm_route_request_t  request;

    (void) state;

    memset(&request, 0, sizeof(request));
    request.uri = request.target = DM_STR("/2/dm_events/1");
    request.methods = DM_METHOD_OPTIONS;

    assert_int_equal(dm_route_plain(&routes, &request), READ);

    request.preflight = 1;
    assert_int_equal(dm_route_plain(&routes, &request), NONE);

    request.methods |= DM_METHOD_DELETE;
    assert_int_equal(dm_route_plain(&routes, &request), DEL);
}


/* What overrides a method, in the words of those who read it. */
static void
test_overrides(void **state)
{
    (void) state;

    assert_int_equal(dm_methods_named(DM_STR("delete")), DM_METHOD_DELETE);
    assert_int_equal(dm_methods_named(DM_STR("\tDELETE ")), DM_METHOD_DELETE);
    assert_int_equal(dm_methods_named(DM_STR("GET, DELETE")),
                     DM_METHOD_GET | DM_METHOD_DELETE);
    assert_int_equal(dm_methods_named(DM_STR("DELETE,GET")),
                     DM_METHOD_GET | DM_METHOD_DELETE);
    assert_int_equal(dm_methods_named(DM_STR("DELETE,")),
                     DM_METHOD_OTHER | DM_METHOD_DELETE);
    assert_int_equal(dm_methods_named(DM_STR("")), DM_METHOD_OTHER);
    assert_int_equal(dm_methods_named(DM_STR("DEL ETE")), DM_METHOD_OTHER);

    assert_true(dm_method_header(DM_STR("x-http-method-override")));
    assert_true(dm_method_header(DM_STR("X-HTTP-Method")));
    assert_true(dm_method_header(DM_STR("x_method-override")));
    assert_true(dm_method_header(DM_STR("X_HTTP_METHOD_OVERRIDE")));
    assert_false(dm_method_header(DM_STR("x-http-methods")));
    assert_false(dm_method_header(DM_STR("x-http-method-overrids")));
    assert_false(dm_method_header(DM_STR("")));
}


static int
match_prefix(void *regex, dm_str_t path)
{
    size_t  len;

    len = strlen(regex);

    return path.len >= len && memcmp(path.data, regex, len) == 0;
}


static void
test_own(void **state)
{
    char         prefix[] = "/re/";
    dm_route_t   own[] = {
        { SEND, DM_METHOD_POST, DM_STR("/api/:id/Send"), NULL },
        { READ, DM_METHOD_ANY, DM_STR("/api/*"), NULL },
        { DEL, DM_METHOD_DELETE, DM_STR(""), NULL },
        { NONE, DM_METHOD_ANY, DM_STR("/1.1/dm/*"), NULL },
    };
    dm_routes_t  routes = { ALL, own, 4, match_prefix };

    (void) state;

    own[2].regex = prefix;

    assert_int_equal(one(&routes, "POST", "/api/1/send", "/api/1/send"), READ);
    assert_int_equal(one(&routes, "FOO", "/x", "/%61pi/1"), READ);
    assert_int_equal(one(&routes, "GET", "/api", "/api"), NONE);
    assert_int_equal(one(&routes, "GET", "/1", "/1"), NONE);
    assert_int_equal(one(&routes, "GET", "/1.1", "/1.1"), NONE);
    assert_int_equal(one(&routes, "GET", "/2", "/2"), NONE);
    assert_int_equal(one(&routes, "DELETE", "/re/x", "/re/x"), DEL);
    assert_int_equal(one(&routes, "DELETE", "/x", "/RE/x"), DEL);
    assert_int_equal(one(&routes, "DELETE", "/r/x", "/r/x"), NONE);
    assert_int_equal(one(&routes, "GET", "/re/x", "/re/x"), NONE);

    routes.match = NULL;
    assert_int_equal(one(&routes, "DELETE", "/re/x", "/re/x"), NONE);
    routes.match = match_prefix;

    assert_int_equal(one(&routes, "GET", "/1.1/dm/x", "/1.1/dm/x"), READ);

    routes.sets = 0;
    assert_int_equal(one(&routes, "GET", "/1.1/dm/x", "/1.1/dm/x"), NONE);
    assert_int_equal(one(&routes, "GET", "/x", "/a/dm/%zz"), AMB);

    routes.n_own = 1;
    assert_int_equal(one(&routes, "POST", "/API/1/send/", "/x"), SEND);
    assert_int_equal(one(&routes, "POST", "/x", "/api/1/s%65nd"), SEND);
    assert_int_equal(one(&routes, "GET", "/api/1/send", "/x"), NONE);
}


static void
test_patterns(void **state)
{
    size_t              i;
    static const char  *good[] = { "/", "/a", "/a/", "/:id", "/a/:a_1/*", "/*",
                                   "/a:b" };
    static const char  *bad[] = { "", "a", "//", "/a//b", "/*/a", "/a*", "/:",
                                  "/:a.b", "/./a", "/a/..", "/a?b", "/a#",
                                  "/%61" };

    (void) state;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_null(dm_route_pattern_error(str(good[i])));
    }

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_non_null(dm_route_pattern_error(str(bad[i])));
    }

    assert_true(dm_route_match(DM_STR("/"), DM_STR("/")));
    assert_false(dm_route_match(DM_STR("/"), DM_STR("/a")));
    assert_false(dm_route_match(DM_STR("/a/*"), DM_STR("/a/")));
    assert_true(dm_route_match(DM_STR("/a/:b/c"), DM_STR("/A/x/C/")));
    assert_false(dm_route_match(DM_STR("/a"), DM_STR("/a.json")));
}


/* the prefilter has to find a root wherever it stands */
static void
test_offsets(void **state)
{
    char         target[80];
    size_t       i;
    dm_routes_t  routes = { ALL, NULL, 0, NULL };

    (void) state;

    for (i = 0; i < 40; i++) {
        memset(target, 'x', sizeof(target));
        target[0] = '/';
        strcpy(target + 1 + i, "/../1.1/DM");
        if (i > 0) {
            assert_int_equal(one(&routes, "GET", "/x", target), READ);
        }

        strcpy(target + 1 + i, "x/../1/direct_Messages");
        assert_int_equal(one(&routes, "GET", "/x", target), READ);
    }
}


/*
 * A server that hands the target on as it came must not be judged more mildly
 * than one whose reading says nothing.
 */
static void
check_plain(const char *target, size_t len)
{
    char                *scratch;
    unsigned             plain_ambiguous, ambiguous;
    dm_routes_t          routes = { ALL, NULL, 0, NULL };
    dm_action_t          plain, action;
    dm_route_request_t   request;

    memset(&request, 0, sizeof(request));
    request.methods = DM_METHOD_GET;
    request.target = (dm_str_t) { target, len };

    scratch = malloc(DM_PATH_SCRATCH(len));

    request.uri = DM_STR("/");
    action = dm_route_judge(&routes, &request, scratch, &ambiguous);

    request.uri = request.target;
    plain = dm_route_judge(&routes, &request, scratch, &plain_ambiguous);

    free(scratch);

    if (ambiguous != plain_ambiguous || plain < action) {
        fail_msg("%.*s: %d %u, as it came %d %u", (int) len, target, action,
                 ambiguous, plain, plain_ambiguous);
    }
}


/* What only the last byte gives away, or an escape where no digit is. */
static void
test_plain(void **state)
{
    char    *target;
    size_t   i;

    static const char  *targets[] = {
        "/1.1/direct_messages.", "/1/direct_messages/", "/2/dm_events.",
        "/direct_messages.", "/dm/", "/direct_messages/%zz",
        "/direct_messages/%", "/direct_messages/sent%2fshow"
    };

    (void) state;

    for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        target = guard_copy(targets[i], strlen(targets[i]));
        check_plain(target, strlen(targets[i]));
        guard_free(target, strlen(targets[i]));
    }
}


/* Any two bytes at any place. */
static void
test_plain_bytes(void **state)
{
    char    *target;
    size_t   i, k, len;

    static const char  bytes[] = "\0\t #%&-./059:;AZ\\_`adz{~\177\200\377";
    static const char  path[] = "/1.1/direct_messages/show/123.json";

    (void) state;

    for (len = 4; len < sizeof(path); len += (len < 23) ? 1 : 3) {
        target = guard_copy(path, len);

        for (i = 0; i < (len - 1) * sizeof(bytes) * sizeof(bytes); i++) {
            k = i / sizeof(bytes) / sizeof(bytes);
            target[k] = bytes[i % sizeof(bytes)];
            target[k + 1] = bytes[i / sizeof(bytes) % sizeof(bytes)];

            check_plain(target, len);

            memcpy(target + k, path + k, 2);
        }

        guard_free(target, len);
    }
}


static const struct {
    const char  *a, *b;
    int          same;
} pairs[] = {
    { "/", "/", 1 },
    { "/x", "/x", 1 },
    { "/x", "/X/", 1 },
    { "/x/y", "/x", 0 },
    { "/x", "/y", 0 },
    { "/x/:id", "/x/:user/", 1 },
    { "/x/:id", "/x/id", 0 },
    { "/x/:id", "/x/:id/:id", 0 },
    { "/x/:id", "/x/*", 0 },
    { "/x/*", "/X/*", 1 },
    { "/x", "/", 0 },
};


static void
test_same(void **state)
{
    size_t    i;
    dm_str_t  a, b;

    (void) state;

    for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        a = str(pairs[i].a);
        b = str(pairs[i].b);
        a.data = guard_copy(a.data, a.len);
        b.data = guard_copy(b.data, b.len);

        if (dm_route_same(a, b) != pairs[i].same
            || dm_route_same(b, a) != pairs[i].same)
        {
            fail_msg("%s %s: not %d", pairs[i].a, pairs[i].b, pairs[i].same);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_glance),
        cmocka_unit_test(test_plain_methods),
        cmocka_unit_test(test_overrides),
        cmocka_unit_test(test_own),
        cmocka_unit_test(test_same),
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_offsets),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_plain_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
