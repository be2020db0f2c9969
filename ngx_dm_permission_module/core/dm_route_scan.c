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


int
dm_route_plain(dm_str_t path)
{
    size_t         i;
    unsigned char  c, before;

    if (path.len == 0 || path.data[0] != '/') {
        return 0;
    }

    for (i = 1, before = '/'; i < path.len; i++) {
        c = (unsigned char) path.data[i];

        if ((c >= 'a' && c <= 'z') || c == '_') {
            before = c;
            continue;
        }

        if (c <= ' ' || c > '~' || c == '%' || c == '\\' || c == ';'
            || c == '#' || (c >= 'A' && c <= 'Z')
            || (c == '/' && (before == '/' || before == '.'))
            || (c == '.' && before == '/'))
        {
            return 0;
        }

        before = c;
    }

    return path.len == 1 || (before != '/' && before != '.');
}
