/*
 * Which requests are guarded: (methods, path) -> action.
 */

#ifndef DM_ROUTE_H
#define DM_ROUTE_H

#include "dm_access.h"
#include "dm_path.h"


/* The built-in sets. */
#define DM_ROUTES_1    0x1u
#define DM_ROUTES_1_1  0x2u
#define DM_ROUTES_2    0x4u

/* An own route's methods; ANY also covers verbs that have no bit. */
#define DM_METHOD_GET      0x001u
#define DM_METHOD_HEAD     0x002u
#define DM_METHOD_POST     0x004u
#define DM_METHOD_PUT      0x008u
#define DM_METHOD_DELETE   0x010u
#define DM_METHOD_PATCH    0x020u
#define DM_METHOD_OPTIONS  0x040u
#define DM_METHOD_OTHER    0x080u
#define DM_METHOD_ANY      0x0ffu


/* One own route: a pattern, or a regular expression of the caller's. */
typedef struct {
    dm_action_t   action;
    unsigned      methods;
    dm_str_t      pattern;
    void         *regex;       /* NULL: `pattern` decides */
} dm_route_t;


typedef struct {
    unsigned           sets;   /* DM_ROUTES_* */
    const dm_route_t  *own;
    size_t             n_own;

    /* 1 if the regular expression matches the path; may be NULL */
    int              (*match)(void *regex, dm_str_t path);
} dm_routes_t;


/*
 * What the path alone says, before anything else of a request is looked at.
 * All that is not HARMLESS or PLAIN is judged in the general way.
 */
typedef enum {
    DM_ROUTE_UNSEEN = 0,       /* nobody has looked */
    DM_ROUTE_HARMLESS,         /* no method makes more of it than NONE */
    DM_ROUTE_PLAIN,            /* the target has one reading, and it is uri */
    DM_ROUTE_OTHER
} dm_route_glance_t;


typedef struct {
    unsigned   methods;        /* DM_METHOD_*: the real one, all overrides */
    dm_str_t   uri;            /* as normalised by the server, no query */
    dm_str_t   target;         /* as on the request line */
    unsigned   preflight:1;    /* CORS preflight: nothing is guarded */

    dm_route_glance_t  glance; /* at uri and target */
} dm_route_request_t;


/* For what follows. */
unsigned dm_method_any(dm_str_t name);


/* DM_METHOD_* of a method's name, in any case; OTHER for one without a bit. */
static inline unsigned
dm_method(dm_str_t name)
{
    /* what most requests are */

    return dm_str_eq(name, DM_STR("GET")) ? DM_METHOD_GET
                                          : dm_method_any(name);
}


/*
 * The bits of what a request says beside its method that it is: a name, or
 * several with commas, of which some readers take the first, some the last.
 * The white space around them does not count.
 */
unsigned dm_methods_named(dm_str_t value);

/* 1 if a header of this name overrides the method; '_' as '-', any case. */
int dm_method_header(dm_str_t name);

/*
 * "GET,POST" or "*" to a set of DM_METHOD_* bits (GET brings HEAD); 0 where
 * it is malformed.  A method without a bit of its own is malformed.
 */
unsigned dm_methods_parse(dm_str_t list);

/*
 * NULL if `pattern` is well-formed, else what is wrong with it.  A pattern
 * starts with '/'; its segments are literals, ":name" (any one segment) and
 * as the last one "*" (the rest, at least one segment).
 */
const char *dm_route_pattern_error(dm_str_t pattern);

/* 1 if `path` matches, case and a trailing slash aside. */
int dm_route_match(dm_str_t pattern, dm_str_t path);

/* 1 if two well-formed patterns match the same paths. */
int dm_route_same(dm_str_t a, dm_str_t b);

/* `uri` and `target` as in dm_route_request_t; never UNSEEN. */
dm_route_glance_t dm_route_glance(const dm_routes_t *routes, dm_str_t uri,
    dm_str_t target);

/* The action of a request whose glance is PLAIN, under any of its methods. */
dm_action_t dm_route_plain(const dm_routes_t *routes,
    const dm_route_request_t *request);

/*
 * The strictest action over both readings of the path and all methods.
 * *ambiguous is set to 1 where the target cannot be read in one way and
 * mentions a guarded tree in any reading; the action is then meaningless.
 * scratch: DM_PATH_SCRATCH(target.len) bytes, used only for a target that
 * could mean something guarded.
 */
dm_action_t dm_route_judge(const dm_routes_t *routes,
    const dm_route_request_t *request, char *scratch, unsigned *ambiguous);

/*
 * Of a path in one of the built-in sets: 1 and the pattern of the row that
 * makes `action`, without the prefix; or 0 and the root of the tree that it
 * lies in, first segment and rest.
 */
int dm_route_row(unsigned set, unsigned method, dm_str_t path,
    dm_action_t action, dm_str_t *pattern, dm_str_t *rest);

#endif
