/*
 * UTF-8, a character at a time.
 */

#ifndef DM_UTF8_H
#define DM_UTF8_H

#include "dm_str.h"


/*
 * Bytes of the character at data, of which len > 0 are left; 0 if it is none:
 * well-formed is what Unicode's table 3-7 and RFC 3629 section 4 say.
 */
static inline size_t
dm_utf8(const char *data, size_t len)
{
    size_t                i, n;
    unsigned char         low, high;
    const unsigned char  *c;

    c = (const unsigned char *) data;

    if (c[0] < 0x80) {
        return 1;
    }

    if (c[0] < 0xc2 || c[0] > 0xf4) {
        return 0;
    }

    n = c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : 4;
    low = c[0] == 0xe0 ? 0xa0 : c[0] == 0xf0 ? 0x90 : 0x80;
    high = c[0] == 0xed ? 0x9f : c[0] == 0xf4 ? 0x8f : 0xbf;

    if (len < n || c[1] < low || c[1] > high) {
        return 0;
    }

    for (i = 2; i < n; i++) {
        if ((c[i] & 0xc0) != 0x80) {
            return 0;
        }
    }

    return n;
}


/*
 * 1 for UTF-8 without C0, DEL and C1 (which it spells C2 80 to C2 9F): what a
 * header, a log and a terminal may be given.
 */
static inline int
dm_utf8_is_text(dm_str_t s)
{
    size_t         i, n;
    unsigned char  c;

    for (i = 0; i < s.len; i += n) {
        n = dm_utf8(s.data + i, s.len - i);
        c = (unsigned char) s.data[i];

        if (n == 0 || c < 0x20 || c == 0x7f
            || (c == 0xc2 && (unsigned char) s.data[i + 1] < 0xa0))
        {
            return 0;
        }
    }

    return 1;
}

#endif
