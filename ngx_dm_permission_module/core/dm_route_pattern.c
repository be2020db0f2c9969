#include "dm_route.h"
#include "dm_route_pattern.h"


typedef struct {
    dm_str_t  name;
    unsigned  bit;
    unsigned  brings;
} dm_route_method_t;


static const dm_route_method_t  dm_route_methods[] = {
    { { "GET", 3 }, DM_METHOD_GET, DM_METHOD_HEAD },
    { { "HEAD", 4 }, DM_METHOD_HEAD, 0 },
    { { "POST", 4 }, DM_METHOD_POST, 0 },
    { { "PUT", 3 }, DM_METHOD_PUT, 0 },
    { { "DELETE", 6 }, DM_METHOD_DELETE, 0 },
    { { "PATCH", 5 }, DM_METHOD_PATCH, 0 },
    { { "OPTIONS", 7 }, DM_METHOD_OPTIONS, 0 },
};

#define DM_ROUTE_METHODS                                                      \
    (sizeof(dm_route_methods) / sizeof(dm_route_methods[0]))


static const dm_route_method_t *
dm_route_method(dm_str_t name)
{
    size_t  i;

    for (i = 0; i < DM_ROUTE_METHODS; i++) {
        if (dm_str_caseeq(name, dm_route_methods[i].name)) {
            return &dm_route_methods[i];
        }
    }

    return NULL;
}


unsigned
dm_method_any(dm_str_t name)
{
    const dm_route_method_t  *method;

    method = dm_route_method(name);

    return method ? method->bit : DM_METHOD_OTHER;
}


static dm_str_t
dm_route_trim(dm_str_t name)
{
    while (name.len && (unsigned char) name.data[0] <= ' ') {
        name.data++;
        name.len--;
    }

    while (name.len && (unsigned char) name.data[name.len - 1] <= ' ') {
        name.len--;
    }

    return name;
}


unsigned
dm_methods_named(dm_str_t value)
{
    size_t    i, start;
    unsigned  methods;

    methods = 0;
    start = 0;

    for (i = 0; i <= value.len; i++) {
        if (i < value.len && value.data[i] != ',') {
            continue;
        }

        methods |= dm_method(dm_route_trim((dm_str_t) { value.data + start,
                                                        i - start }));
        start = i + 1;
    }

    return methods;
}


int
dm_method_header(dm_str_t name)
{
    size_t                 i, k;
    unsigned char          c;
    static const dm_str_t  names[] = {
        { "x-http-method-override", 22 },
        { "x-http-method", 13 },
        { "x-method-override", 17 }
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {

        if (name.len != names[i].len) {
            continue;
        }

        for (k = 0; k < name.len; k++) {
            c = dm_lower((unsigned char) name.data[k]);

            if ((c == '_' ? '-' : c) != (unsigned char) names[i].data[k]) {
                break;
            }
        }

        if (k == name.len) {
            return 1;
        }
    }

    return 0;
}


unsigned
dm_methods_parse(dm_str_t list)
{
    size_t                    i, start;
    unsigned                  methods;
    const dm_route_method_t  *method;

    if (dm_str_eq(list, DM_STR("*"))) {
        return DM_METHOD_ANY;
    }

    methods = 0;
    start = 0;

    for (i = 0; i <= list.len; i++) {
        if (i < list.len && list.data[i] != ',') {
            continue;
        }

        method = (i == start) ? NULL
                 : dm_route_method((dm_str_t) { list.data + start, i - start });
        if (method == NULL) {
            return 0;
        }

        methods |= method->bit | method->brings;
        start = i + 1;
    }

    return methods;
}


int
dm_route_segment(dm_str_t *path, dm_str_t *segment)
{
    const char  *p, *end, *slash;

    p = path->data;
    end = p + path->len;

    while (p < end && *p == '/') {
        p++;
    }

    if (p == end) {
        path->len = 0;
        return 0;
    }

    slash = memchr(p, '/', (size_t) (end - p));
    if (slash == NULL) {
        slash = end;
    }

    segment->data = p;
    segment->len = (size_t) (slash - p);

    path->data = slash;
    path->len = (size_t) (end - slash);

    return 1;
}


int
dm_route_format(dm_str_t word, dm_str_t segment)
{
    size_t    i;
    dm_str_t  head;

    if (segment.len < word.len + 2 || segment.data[word.len] != '.') {
        return 0;
    }

    for (i = word.len + 1; i < segment.len; i++) {
        if (!dm_route_alnum((unsigned char) segment.data[i])) {
            return 0;
        }
    }

    head.data = segment.data;
    head.len = word.len;

    return dm_str_caseeq(head, word);
}


int
dm_route_match_format(dm_str_t pattern, dm_str_t path, unsigned format)
{
    dm_str_t  want, have;

    while (dm_route_segment(&pattern, &want)) {

        if (!dm_route_segment(&path, &have)) {
            return 0;
        }

        if (want.len == 1 && want.data[0] == '*') {
            return 1;
        }

        if (want.data[0] == ':' || dm_str_caseeq(want, have)) {
            continue;
        }

        if (!format || !dm_route_format(want, have)) {
            return 0;
        }

        /* a format ends the pattern and the path */

        return !dm_route_segment(&pattern, &want)
               && !dm_route_segment(&path, &have);
    }

    return !dm_route_segment(&path, &have);
}


int
dm_route_match(dm_str_t pattern, dm_str_t path)
{
    return dm_route_match_format(pattern, path, 0);
}


static int
dm_route_segment_same(dm_str_t a, dm_str_t b)
{
    return (a.data[0] == ':' && b.data[0] == ':') || dm_str_caseeq(a, b);
}


int
dm_route_same(dm_str_t a, dm_str_t b)
{
    dm_str_t  one, other;

    while (dm_route_segment(&a, &one)) {
        if (!dm_route_segment(&b, &other)
            || !dm_route_segment_same(one, other))
        {
            return 0;
        }
    }

    return !dm_route_segment(&b, &other);
}


static const char *
dm_route_segment_error(dm_str_t segment, unsigned last)
{
    size_t  i;

    if (dm_str_eq(segment, DM_STR("*"))) {
        return last ? NULL : "\"*\" is not the last segment";
    }

    if (dm_str_eq(segment, DM_STR(".")) || dm_str_eq(segment, DM_STR(".."))) {
        return "dot segments never match";
    }

    if (segment.data[0] == ':' && segment.len == 1) {
        return "\":\" without a name";
    }

    for (i = 0; i < segment.len; i++) {
        if (segment.data[i] == '*') {
            return "\"*\" is not a segment of its own";
        }

        if (segment.data[i] == '?' || segment.data[i] == '#') {
            return "a query or a fragment is no part of a path";
        }

        if (segment.data[i] == '%') {
            return "a path is decoded before it is compared";
        }

        if (segment.data[0] == ':' && i > 0 && segment.data[i] != '_'
            && !dm_route_alnum((unsigned char) segment.data[i]))
        {
            return "a name is letters, digits and \"_\"";
        }
    }

    return NULL;
}


const char *
dm_route_pattern_error(dm_str_t pattern)
{
    size_t       i;
    dm_str_t     segment;
    const char  *error;

    if (pattern.len == 0 || pattern.data[0] != '/') {
        return "does not start with \"/\"";
    }

    for (i = 1; i < pattern.len; i++) {
        if (pattern.data[i] == '/' && pattern.data[i - 1] == '/') {
            return "empty segment";
        }
    }

    while (dm_route_segment(&pattern, &segment)) {
        error = dm_route_segment_error(segment, pattern.len == 0);
        if (error != NULL) {
            return error;
        }
    }

    return NULL;
}
