#include "dm_bytes.h"
#include "dm_route.h"
#include "dm_route_pattern.h"


/* An "m" that follows "d" or "_", in small letters. */
static inline dm_bytes_t
dm_route_root(dm_bytes_t here, dm_bytes_t before)
{
    return (here == 'm') & ((before == 'd') | (before == '_'));
}


/*
 * Not %x2D-39 (digits and "-./") and not %x5F-7A ("_" and small letters), or a
 * "." or "/" that follows one.  Either range, moved up to 127, is what is above
 * the last one before it there.
 */
static inline dm_bytes_t
dm_route_odd(dm_bytes_t here, dm_bytes_t before)
{
    dm_bytes_t  low, high;

    low = (dm_bytes_t) ((dm_ubytes_t) here + (0x7f - 0x39)) < 0x7f - 12;
    high = (dm_bytes_t) ((dm_ubytes_t) here + (0x7f - 0x7a)) < 0x7f - 27;

    return (low & high) | (((here | 1) == '/') & ((before | 1) == '/'));
}


/*
 * "%", a control character, what is not ASCII, or an "m" that follows "d" or
 * "_".  With 0x20 set 'D' and 'd' are one, and '_' is 0x7f, which is what may
 * be left out before an "m".
 */
static inline dm_bytes_t
dm_route_suspect(dm_bytes_t here, dm_bytes_t before)
{
    before |= 0x20;

    return (((here | 0x20) == 'm') & ((before == 'd') | (before == 0x7f)))
           | (here == '%') | (here < ' ');
}


/* One pass over a path; `odd`, a constant: it is known to be. */
static inline unsigned
dm_route_pass(dm_str_t path, const unsigned odd)
{
    char         few[1 + DM_BYTES];
    unsigned     suspect, found;
    const char  *p, *last;
    dm_bytes_t   here, before;

    if (path.len < sizeof(few)) {
        memset(few, 'a', sizeof(few));
        memcpy(few, path.data, path.len);
        p = last = few + 1;

    } else {
        p = path.data + 1;
        last = path.data + path.len - DM_BYTES;
    }

    suspect = 0;
    found = odd;

    for ( ;; p += DM_BYTES) {

        if (p > last) {
            p = last;
        }

        here = dm_bytes_at(p);
        before = dm_bytes_at(p - 1);

        if (odd) {
            suspect |= dm_bytes_bits(dm_route_suspect(here, before));

        } else {
            suspect |= dm_bytes_bits(dm_route_root(here, before));
            found |= dm_bytes_bits(dm_route_odd(here, before));
        }

        if (p == last) {
            break;
        }
    }

    return (suspect ? DM_ROUTE_SUSPECT : 0) | (found ? DM_ROUTE_ODD : 0);
}


/*
 * Every root has "dm" or "_m" in its last segment.  Without an escape, an
 * overlong form or what some leave out for no text, a reading never leaves
 * anything out in the middle of a segment, so it cannot bring the two
 * characters together.
 *
 * Odd is not only what has another reading, but little else that clients ask
 * for: a capital, an escape, a parameter, a space, a segment that is empty or
 * has a dot at either end.  What is not has no more than small letters.
 */
static inline unsigned
dm_route_seen(dm_str_t path)
{
    unsigned  seen;

    if (path.len == 0 || path.data[0] != '/') {
        return DM_ROUTE_SUSPECT | DM_ROUTE_ODD;
    }

    seen = dm_route_pass(path, 0);

    if (seen & DM_ROUTE_ODD) {
        return dm_route_pass(path, 1);
    }

    if (path.len > 1 && (path.data[path.len - 1] | 1) == '/') {
        seen |= DM_ROUTE_ODD;
    }

    return seen;
}


unsigned
dm_route_scan(dm_str_t path)
{
    return dm_route_seen(path);
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

    seen = dm_route_seen(uri);

    if (!(seen & DM_ROUTE_SUSPECT) && routes->n_own == 0) {
        return DM_ROUTE_HARMLESS;
    }

    return (seen & DM_ROUTE_ODD) ? DM_ROUTE_OTHER : DM_ROUTE_PLAIN;
}
