#include "dm_bytes.h"
#include "dm_route_pattern.h"


#define DM_ROUTE_ONES   0x0101010101010101u
#define DM_ROUTE_HIGHS  0x8080808080808080u

/*
 * Whether p[0..7] has "%", what is not ASCII, or an "m" that follows "d" or
 * "_"; p[-1] is readable.  With 0x20 set 'D' and 'd' are one, '_' is 0x7f.
 * Of bytes below 0x80 only a zero borrows when 1 is taken from each, so that
 * a high bit is set exactly if there is a zero; `here` tells of the others.
 */
static inline int
dm_route_suspect(const char *p)
{
    uint64_t  here, before, m, odd;

    memcpy(&here, p, 8);

    m = (here | (DM_ROUTE_ONES * 0x20)) ^ (DM_ROUTE_ONES * 'm');
    odd = ((here ^ (DM_ROUTE_ONES * '%')) - DM_ROUTE_ONES) | here;

    if ((((m - DM_ROUTE_ONES) | odd) & DM_ROUTE_HIGHS) == 0) {
        return 0;
    }

    memcpy(&before, p - 1, 8);
    before |= DM_ROUTE_ONES * 0x20;

    odd |= ((before ^ (DM_ROUTE_ONES * 'd')) | m) - DM_ROUTE_ONES;
    odd |= ((before ^ (DM_ROUTE_ONES * 0x7f)) | m) - DM_ROUTE_ONES;

    return (odd & DM_ROUTE_HIGHS) != 0;
}


/*
 * Every root has "dm" or "_m" in its last segment.  Without an escape or an
 * overlong form the canonical form only leaves things out, and never from
 * the middle of a segment, so it cannot bring the two characters together.
 */
int
dm_route_could_mean(dm_str_t path)
{
    char         few[9];
    const char  *p, *last;

    if (path.len == 0 || path.data[0] != '/') {
        return 1;
    }

    if (path.len < sizeof(few)) {
        memset(few, 0, sizeof(few));
        memcpy(few, path.data, path.len);
        return dm_route_suspect(few + 1);
    }

    last = path.data + path.len - 8;

    for (p = path.data + 1; p < last; p += 8) {
        if (dm_route_suspect(p)) {
            return 1;
        }
    }

    return dm_route_suspect(last);
}


/*
 * p[0..15], p[-1] readable: 0 only if all of them are of %x2D-39 (digits and
 * "-./") or %x5F-7A ("_" and small letters) and no "." or "/" follows one.
 * Either range, moved down to -128, is what is not above its last one there.
 */
static inline unsigned
dm_route_odd(const char *p)
{
    dm_bytes_t  here, before, low, high;

    here = dm_bytes_at(p);
    before = dm_bytes_at(p - 1);

    low = (dm_bytes_t) ((dm_ubytes_t) here - (0x2d + 0x80)) > 0x39 - 0xad;
    high = (dm_bytes_t) ((dm_ubytes_t) here - (0x5f + 0x80)) > 0x7a - 0xdf;

    return dm_bytes_bits((low & high)
                         | (((here | 1) == '/') & ((before | 1) == '/')));
}


/*
 * Not of every path that is its own one reading, but of nearly every one that
 * clients ask for: no capital, escape, parameter or space, no segment that is
 * empty or has a dot at either end.
 */
int
dm_route_plain(dm_str_t path)
{
    char         few[1 + DM_BYTES];
    const char  *p, *last;

    if (path.len == 0 || path.data[0] != '/') {
        return 0;
    }

    last = path.data + path.len - 1;

    if (path.len > 1 && (*last | 1) == '/') {
        return 0;
    }

    if (path.len < sizeof(few)) {
        memset(few, 'a', sizeof(few));
        memcpy(few, path.data, path.len);
        return dm_route_odd(few + 1) == 0;
    }

    last -= DM_BYTES - 1;

    for (p = path.data + 1; p < last; p += DM_BYTES) {
        if (dm_route_odd(p) != 0) {
            return 0;
        }
    }

    return dm_route_odd(last) == 0;
}
