#include "dm_route.h"
#include "dm_route_pattern.h"


#define DM_ROUTE_DELETE  (DM_METHOD_POST | DM_METHOD_DELETE)
#define DM_ROUTE_SEND    (DM_METHOD_POST | DM_METHOD_PUT)

/* Whatever else is done in a tree is a read: no row has another method. */
#define DM_ROUTE_ROW_METHODS  (DM_ROUTE_DELETE | DM_ROUTE_SEND)

#define DM_ROUTES_OLD    (DM_ROUTES_1 | DM_ROUTES_1_1)

#define DM_ROW(path)     { (path), sizeof(path) - 1 }


typedef struct {
    unsigned     sets;
    unsigned     methods;
    dm_action_t  action;
    dm_str_t     pattern;      /* after the prefix of the set */
} dm_route_row_t;


typedef struct {
    unsigned     sets;
    dm_str_t     first;        /* segment of the root */
    dm_str_t     rest;         /* of the root, or nothing */
    dm_str_t     word;         /* the last segment of the root */
} dm_route_tree_t;


/* Rows that read by GET and HEAD alone are what a tree is anyway. */
static const dm_route_row_t  dm_route_rows[] = {
    { DM_ROUTES_OLD, DM_ROUTE_DELETE, DM_ACTION_DELETE,
      DM_ROW("/direct_messages/destroy") },
    { DM_ROUTES_OLD, DM_ROUTE_DELETE, DM_ACTION_DELETE,
      DM_ROW("/direct_messages/destroy/:id") },
    { DM_ROUTES_OLD, DM_METHOD_POST, DM_ACTION_SEND,
      DM_ROW("/direct_messages/new") },

    { DM_ROUTES_1_1, DM_ROUTE_DELETE, DM_ACTION_DELETE,
      DM_ROW("/direct_messages/events/destroy") },
    { DM_ROUTES_1_1, DM_ROUTE_DELETE, DM_ACTION_DELETE,
      DM_ROW("/direct_messages/welcome_messages/destroy") },
    { DM_ROUTES_1_1, DM_ROUTE_DELETE, DM_ACTION_DELETE,
      DM_ROW("/direct_messages/welcome_messages/rules/destroy") },
    { DM_ROUTES_1_1, DM_ROUTE_SEND, DM_ACTION_SEND,
      DM_ROW("/direct_messages/events/new") },
    { DM_ROUTES_1_1, DM_ROUTE_SEND, DM_ACTION_SEND,
      DM_ROW("/direct_messages/indicate_typing") },
    { DM_ROUTES_1_1, DM_ROUTE_SEND, DM_ACTION_SEND,
      DM_ROW("/direct_messages/welcome_messages/new") },
    { DM_ROUTES_1_1, DM_ROUTE_SEND, DM_ACTION_SEND,
      DM_ROW("/direct_messages/welcome_messages/update") },
    { DM_ROUTES_1_1, DM_ROUTE_SEND, DM_ACTION_SEND,
      DM_ROW("/direct_messages/welcome_messages/rules/new") },
    { DM_ROUTES_1_1, DM_METHOD_POST, DM_ACTION_SEND, DM_ROW("/dm/new") },
    { DM_ROUTES_1_1, DM_METHOD_POST, DM_ACTION_SEND, DM_ROW("/dm/new2") },

    { DM_ROUTES_2, DM_METHOD_DELETE, DM_ACTION_DELETE,
      DM_ROW("/dm_events/:id") },
    { DM_ROUTES_2, DM_METHOD_POST, DM_ACTION_SEND,
      DM_ROW("/dm_conversations") },
    { DM_ROUTES_2, DM_METHOD_POST, DM_ACTION_SEND,
      DM_ROW("/dm_conversations/with/:id/messages") },
    { DM_ROUTES_2, DM_METHOD_POST, DM_ACTION_SEND,
      DM_ROW("/dm_conversations/:id/messages") },
};

static const dm_route_tree_t  dm_route_trees[] = {
    { DM_ROUTES_OLD, DM_ROW("direct_messages"), DM_ROW(""),
      DM_ROW("direct_messages") },
    { DM_ROUTES_1_1, DM_ROW("dm"), DM_ROW(""), DM_ROW("dm") },
    { DM_ROUTES_1_1, DM_ROW("ton"), DM_ROW("/data/dm"), DM_ROW("dm") },
    { DM_ROUTES_2, DM_ROW("dm_events"), DM_ROW(""), DM_ROW("dm_events") },
    { DM_ROUTES_2, DM_ROW("dm_conversations"), DM_ROW(""),
      DM_ROW("dm_conversations") },
};

#define DM_ROUTE_ROWS   (sizeof(dm_route_rows) / sizeof(dm_route_rows[0]))
#define DM_ROUTE_TREES  (sizeof(dm_route_trees) / sizeof(dm_route_trees[0]))


static dm_action_t
dm_route_stricter(dm_action_t a, dm_action_t b)
{
    return (a > b) ? a : b;
}


/* 1 if the first segment of `path`, which does not begin with a slash. */
static inline int
dm_route_begins(dm_str_t path, dm_str_t segment)
{
    return path.len >= segment.len
           && memcmp(path.data, segment.data, segment.len) == 0
           && (path.len == segment.len || path.data[segment.len] == '/');
}


/* The set whose prefix `path` has; the prefix is cut off. */
static inline unsigned
dm_route_set(dm_str_t *path)
{
    size_t    len;
    unsigned  set;

    dm_route_slashes(path);

    len = 0;
    set = DM_ROUTES_1;

    if (dm_route_begins(*path, DM_STR("1.1"))) {
        len = 3;
        set = DM_ROUTES_1_1;

    } else if (dm_route_begins(*path, DM_STR("2"))) {
        len = 1;
        set = DM_ROUTES_2;

    } else if (dm_route_begins(*path, DM_STR("1"))) {
        len = 1;
    }

    path->data += len;
    path->len -= len;

    return set;
}


/*
 * What is left of `path` behind its first segment, if that is `word`, with or
 * without a format; NULL if it is another.
 */
static inline const char *
dm_route_behind(dm_str_t path, dm_str_t word, unsigned format)
{
    dm_str_t     head;
    const char  *p, *dot, *end;

    dm_route_slashes(&path);

    head.data = path.data;
    head.len = word.len;

    if (path.len < word.len || !dm_str_caseeq(head, word)) {
        return NULL;
    }

    p = path.data + word.len;
    end = path.data + path.len;

    if (format && p < end && *p == '.') {
        dot = p++;

        while (p < end && dm_route_alnum((unsigned char) *p)) {
            p++;
        }

        if (p == dot + 1) {
            return NULL;
        }
    }

    return p == end || *p == '/' ? p : NULL;
}


/* What is behind the first segment against the rest of a root. */
static dm_rare int
dm_route_in_rest(dm_str_t root, const char *behind, const char *end)
{
    dm_str_t  want;

    while (behind != NULL && dm_route_segment(&root, &want)) {
        behind = dm_route_behind((dm_str_t) { behind, (size_t) (end - behind) },
                                 want, root.len == 0);
    }

    return behind != NULL;
}


/* `path` against a root, whose last segment may have a format. */
static inline int
dm_route_in_tree(const dm_route_tree_t *tree, dm_str_t path)
{
    const char  *behind;

    behind = dm_route_behind(path, tree->first, tree->rest.len == 0);

    return behind != NULL
           && (tree->rest.len == 0
               || dm_route_in_rest(tree->rest, behind, path.data + path.len));
}


/*
 * An origin that keeps empty segments has no row for a path with one inside:
 * it is what else lies in the tree.  Canonical forms have none.
 */
static inline int
dm_route_gap(dm_str_t path)
{
    size_t  i;

    for (i = 1; i < path.len; i++) {
        if (path.data[i] == '/' && path.data[i - 1] == '/') {
            return 1;
        }
    }

    return 0;
}


static dm_action_t
dm_route_rows_judge(unsigned set, unsigned methods, dm_str_t path)
{
    size_t                 i;
    unsigned               left;
    dm_action_t            action;
    const dm_route_row_t  *row;

    if (!(methods & DM_ROUTE_ROW_METHODS) || dm_route_gap(path)) {
        return DM_ACTION_READ;
    }

    left = methods;
    action = DM_ACTION_NONE;

    for (i = 0; i < DM_ROUTE_ROWS; i++) {
        row = &dm_route_rows[i];

        if ((row->sets & set) && (row->methods & methods)
            && dm_route_match_format(row->pattern, path, set != DM_ROUTES_2))
        {
            action = dm_route_stricter(action, row->action);
            left &= ~row->methods;
        }
    }

    return left ? dm_route_stricter(action, DM_ACTION_READ) : action;
}


static dm_action_t
dm_route_sets_judge(unsigned sets, unsigned methods, dm_str_t path)
{
    size_t    i;
    unsigned  set;

    set = dm_route_set(&path) & sets;
    dm_route_slashes(&path);

    if (set == 0 || path.len == 0) {
        return DM_ACTION_NONE;
    }

    for (i = 0; i < DM_ROUTE_TREES; i++) {
        if ((dm_route_trees[i].sets & set)
            && dm_route_in_tree(&dm_route_trees[i], path))
        {
            return dm_route_rows_judge(set, methods, path);
        }
    }

    return DM_ACTION_NONE;
}


static dm_action_t
dm_route_path_judge(const dm_routes_t *routes, unsigned methods, dm_str_t path)
{
    size_t             i;
    dm_action_t        action;
    const dm_route_t  *own;

    action = dm_route_sets_judge(routes->sets, methods, path);

    for (i = 0; i < routes->n_own; i++) {
        own = &routes->own[i];

        if (own->action <= action || !(own->methods & methods)) {
            continue;
        }

        if (own->regex == NULL ? dm_route_match(own->pattern, path)
                               : (routes->match != NULL
                                  && routes->match(own->regex, path)))
        {
            action = own->action;
        }
    }

    return action;
}


/* 1 if `path` has the root of a guarded tree as a segment. */
static int
dm_route_named(unsigned sets, dm_str_t path)
{
    size_t    i;
    dm_str_t  segment;

    while (dm_route_segment(&path, &segment)) {
        segment = dm_path_word(segment);

        for (i = 0; i < DM_ROUTE_TREES; i++) {
            if ((dm_route_trees[i].sets & sets)
                && dm_route_behind(segment, dm_route_trees[i].word, 1))
            {
                return 1;
            }
        }
    }

    return 0;
}


/* An origin may stop at any layer; an own route may guard any of the trees. */
static dm_rare int
dm_route_mentions(const dm_routes_t *routes, dm_str_t target, char *scratch)
{
    unsigned  n, sets;

    sets = routes->n_own ? ~0u : routes->sets;

    for (n = 0; n < DM_PATH_LOOSE; n++) {
        if (dm_route_named(sets, dm_path_loose(target, n, scratch))) {
            return 1;
        }
    }

    return 0;
}


/* An override beside the preflight's own method is judged all the same. */
static unsigned
dm_route_methods_of(const dm_route_request_t *request)
{
    return request->preflight ? request->methods & ~DM_METHOD_OPTIONS
                              : request->methods;
}


dm_action_t
dm_route_plain(const dm_routes_t *routes, const dm_route_request_t *request)
{
    unsigned  methods;

    methods = dm_route_methods_of(request);

    return methods ? dm_route_path_judge(routes, methods, request->uri)
                   : DM_ACTION_NONE;
}


dm_action_t
dm_route_judge(const dm_routes_t *routes, const dm_route_request_t *request,
    char *scratch, unsigned *ambiguous)
{
    unsigned           i, methods;
    dm_str_t           target;
    dm_path_t          path;
    dm_action_t        action, found;
    dm_route_glance_t  glance;

    *ambiguous = 0;

    methods = dm_route_methods_of(request);

    if (methods == 0 || (routes->sets == 0 && routes->n_own == 0)) {
        return DM_ACTION_NONE;
    }

    glance = request->glance ? request->glance
             : dm_route_glance(routes, request->uri, request->target);

    if (glance == DM_ROUTE_HARMLESS) {
        return DM_ACTION_NONE;
    }

    action = dm_route_path_judge(routes, methods, request->uri);

    if (glance == DM_ROUTE_PLAIN) {
        return action;
    }

    target = dm_route_without_query(request->target);

    if (routes->n_own == 0 && !(dm_route_scan(target) & DM_ROUTE_SUSPECT)) {
        return action;
    }

    dm_path_canonical(target, scratch, &path);

    for (i = 0; i < path.readings; i++) {
        found = dm_route_path_judge(routes, methods, path.reading[i]);
        action = dm_route_stricter(action, found);
    }

    *ambiguous = path.unstable
                 || (path.undecodable
                     && dm_route_mentions(routes, target, scratch));

    return action;
}


int
dm_route_row(unsigned set, unsigned method, dm_str_t path, dm_action_t action,
    dm_str_t *pattern, dm_str_t *rest)
{
    size_t  i;

    pattern->len = 0;
    rest->len = 0;

    (void) dm_route_set(&path);

    for (i = 0; i < DM_ROUTE_ROWS; i++) {
        if ((dm_route_rows[i].sets & set) && dm_route_rows[i].action == action
            && (dm_route_rows[i].methods & method)
            && dm_route_match_format(dm_route_rows[i].pattern, path,
                                     set != DM_ROUTES_2))
        {
            *pattern = dm_route_rows[i].pattern;
            return 1;
        }
    }

    for (i = 0; i < DM_ROUTE_TREES; i++) {

        if ((dm_route_trees[i].sets & set)
            && dm_route_in_tree(&dm_route_trees[i], path))
        {
            *pattern = dm_route_trees[i].first;
            *rest = dm_route_trees[i].rest;
        }
    }

    return 0;
}
