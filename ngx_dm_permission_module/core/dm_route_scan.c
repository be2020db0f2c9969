#include "dm_bytes.h"
#include "dm_route.h"
#include "dm_route_pattern.h"


/*
 * "%", what is not ASCII, or an "m" that follows "d" or "_".  With 0x20 set
 * 'D' and 'd' are one, and '_' is 0x7f.
 */
static inline dm_bytes_t
dm_route_suspect(dm_bytes_t here, dm_bytes_t before)
{
    before |= 0x20;

    return (((here | 0x20) == 'm') & ((before == 'd') | (before == 0x7f)))
           | (here == '%') | (here < 0);
}


/*
 * %x2D-39 (digits and "-./") and %x5F-7A ("_" and small letters), but no "."
 * or "/" that follows one.  Either range, moved down to -128, is what is below
 * the first one behind it there.
 */
static inline dm_bytes_t
dm_route_plain(dm_bytes_t here, dm_bytes_t before)
{
    dm_bytes_t  low, high;

    low = (dm_bytes_t) ((dm_ubytes_t) here - (0x2d + 0x80)) < 0x3a - 0xad;
    high = (dm_bytes_t) ((dm_ubytes_t) here - (0x5f + 0x80)) < 0x7b - 0xdf;

    return (low | high) & ~(((here | 1) == '/') & ((before | 1) == '/'));
}


/*
 * Every root has "dm" or "_m" in its last segment.  Without an escape or an
 * overlong form the canonical form only leaves things out, and never from
 * the middle of a segment, so it cannot bring the two characters together.
 *
 * Odd is not only what has another reading, but little else that clients ask
 * for: a capital, an escape, a parameter, a space, a segment that is empty or
 * has a dot at either end.
 */
unsigned
dm_route_scan(dm_str_t path)
{
    char         few[1 + DM_BYTES];
    unsigned     suspect, plain;
    const char  *p, *last;
    dm_bytes_t   here, before;

    if (path.len == 0 || path.data[0] != '/') {
        return DM_ROUTE_SUSPECT | DM_ROUTE_ODD;
    }

    if (path.len < sizeof(few)) {
        memset(few, 'a', sizeof(few));
        memcpy(few, path.data, path.len);
        p = last = few + 1;

    } else {
        p = path.data + 1;
        last = path.data + path.len - DM_BYTES;
    }

    suspect = 0;
    plain = DM_BYTES_ALL;

    for ( ;; p += DM_BYTES) {

        if (p > last) {
            p = last;
        }

        here = dm_bytes_at(p);
        before = dm_bytes_at(p - 1);

        suspect |= dm_bytes_bits(dm_route_suspect(here, before));
        plain &= dm_bytes_bits(dm_route_plain(here, before));

        if (p == last) {
            break;
        }
    }

    if (path.len > 1 && (path.data[path.len - 1] | 1) == '/') {
        plain = 0;
    }

    return (suspect ? DM_ROUTE_SUSPECT : 0)
           | (plain == DM_BYTES_ALL ? 0 : DM_ROUTE_ODD);
}


dm_str_t
dm_route_without_query(dm_str_t target)
{
    const char  *query;

    query = target.len ? memchr(target.data, '?', target.len) : NULL;

    if (query != NULL) {
        target.len = (size_t) (query - target.data);
    }

    return target;
}


/*
 * A target whose query is not cut off, since it is the uri as a whole, is not
 * plain: "?" is odd.  It is harmless where nothing in it is suspect, behind
 * the "?" or before it.
 */
dm_route_glance_t
dm_route_glance(const dm_routes_t *routes, dm_str_t uri, dm_str_t target)
{
    unsigned  seen;

    if (!dm_str_eq(target, uri)
        && !dm_str_eq(dm_route_without_query(target), uri))
    {
        return DM_ROUTE_OTHER;
    }

    seen = dm_route_scan(uri);

    if (!(seen & DM_ROUTE_SUSPECT) && routes->n_own == 0) {
        return DM_ROUTE_HARMLESS;
    }

    return (seen & DM_ROUTE_ODD) ? DM_ROUTE_OTHER : DM_ROUTE_PLAIN;
}
