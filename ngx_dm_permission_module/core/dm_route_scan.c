#include "dm_bytes.h"
#include "dm_route_pattern.h"


/* Of which bytes of a path something was found. */
typedef struct {
    dm_bytes_t  suspect;
    dm_bytes_t  odd;
} dm_route_found_t;


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
 * All but %x2D-39 (digits and "-./") and %x5F-7A ("_" and small letters), and
 * a "." or "/" that follows one.  Either range, moved down to -128, is what is
 * not above its last one there.
 */
static inline dm_bytes_t
dm_route_odd(dm_bytes_t here, dm_bytes_t before)
{
    dm_bytes_t  low, high;

    low = (dm_bytes_t) ((dm_ubytes_t) here - (0x2d + 0x80)) > 0x39 - 0xad;
    high = (dm_bytes_t) ((dm_ubytes_t) here - (0x5f + 0x80)) > 0x7a - 0xdf;

    return (low & high) | (((here | 1) == '/') & ((before | 1) == '/'));
}


/* p[0..15]; p[-1] is readable. */
static inline void
dm_route_look(dm_route_found_t *found, const char *p)
{
    dm_bytes_t  here, before;

    here = dm_bytes_at(p);
    before = dm_bytes_at(p - 1);

    found->suspect |= dm_route_suspect(here, before);
    found->odd |= dm_route_odd(here, before);
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
    char               few[1 + DM_BYTES];
    unsigned           seen;
    const char        *p, *last;
    dm_route_found_t   found;

    if (path.len == 0 || path.data[0] != '/') {
        return DM_ROUTE_SUSPECT | DM_ROUTE_ODD;
    }

    memset(&found, 0, sizeof(found));

    if (path.len < sizeof(few)) {
        memset(few, 'a', sizeof(few));
        memcpy(few, path.data, path.len);
        last = few + 1;

    } else {
        last = path.data + path.len - DM_BYTES;

        for (p = path.data + 1; p < last; p += DM_BYTES) {
            dm_route_look(&found, p);
        }
    }

    dm_route_look(&found, last);

    seen = dm_bytes_bits(found.suspect) ? DM_ROUTE_SUSPECT : 0;

    if (dm_bytes_bits(found.odd)
        || (path.len > 1 && (path.data[path.len - 1] | 1) == '/'))
    {
        seen |= DM_ROUTE_ODD;
    }

    return seen;
}
