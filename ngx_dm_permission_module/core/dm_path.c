#include "dm_path.h"


#define DM_PATH_ROUNDS  3


/*
 * The character at p, n > 0 bytes left; *len is how many bytes it takes.
 * RFC 3629 section 3, but overlong forms and surrogates are let through with
 * *valid set to 0.  A byte that starts nothing is itself, with *valid 0.
 */
static uint32_t
dm_path_char(const unsigned char *p, size_t n, size_t *len, unsigned *valid)
{
    size_t                 i, need;
    uint32_t               c;
    static const uint32_t  least[] = { 0, 0, 0x80, 0x800, 0x10000 };

    *len = 1;
    *valid = p[0] < 0x80;

    need = (p[0] >= 0xf8) ? 0 : (p[0] >= 0xf0) ? 4 : (p[0] >= 0xe0) ? 3
           : (p[0] >= 0xc0) ? 2 : 0;

    if (need == 0 || need > n) {
        return p[0];
    }

    c = p[0] & (0x7fu >> need);

    for (i = 1; i < need; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return p[0];
        }

        c = (c << 6) | (p[i] & 0x3f);
    }

    *len = need;
    *valid = c >= least[need] && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);

    return c;
}


static int
dm_path_escape(const char *p, size_t n)
{
    return n >= 3 && p[0] == '%' && dm_hex((unsigned char) p[1]) >= 0
           && dm_hex((unsigned char) p[2]) >= 0;
}


/*
 * Whether one layer holds anything that no two readers need agree on.
 * RFC 3986 section 2.1: a '%' is always followed by two hexadecimal digits.
 */
static int
dm_path_layer_bad(const char *text, size_t len)
{
    size_t         i, n;
    unsigned       valid;
    unsigned char  c;

    for (i = 0; i < len; i += n) {
        c = (unsigned char) text[i];
        n = 1;

        if (c < 0x20 || c == 0x7f || c == '#') {
            return 1;
        }

        if (c == '%' && !dm_path_escape(text + i, len - i)) {
            return 1;
        }

        if (c >= 0x80) {
            (void) dm_path_char((const unsigned char *) text + i, len - i, &n,
                                &valid);
            if (!valid) {
                return 1;
            }
        }
    }

    return 0;
}


/* One round, in place; a bad escape stays as it is. */
static size_t
dm_path_decode(char *text, size_t len)
{
    size_t  i, n;

    for (i = 0, n = 0; i < len; n++) {
        if (dm_path_escape(text + i, len - i)) {
            text[n] = (char) (dm_hex((unsigned char) text[i + 1]) * 16
                              + dm_hex((unsigned char) text[i + 2]));
            i += 3;

        } else {
            text[n] = text[i++];
        }
    }

    return n;
}


/* RFC 9112 section 3.2: what is left of a target without its query. */
static dm_str_t
dm_path_only(dm_str_t target)
{
    size_t       i;
    const char  *query;

    query = target.len ? memchr(target.data, '?', target.len) : NULL;
    if (query != NULL) {
        target.len = (size_t) (query - target.data);
    }

    /* RFC 3986 section 3.1: no scheme starts with a slash or holds one */

    for (i = 0; i < target.len && target.data[i] != ':'; i++) {
        if (target.data[i] == '/' || target.data[i] == '\\') {
            return target;
        }
    }

    if (i == 0 || target.len - i < 3
        || memcmp(target.data + i, "://", 3) != 0)
    {
        return target;
    }

    for (i += 3; i < target.len; i++) {
        if (target.data[i] == '/' || target.data[i] == '\\'
            || target.data[i] == '#')
        {
            break;
        }
    }

    target.data += i;
    target.len -= i;

    return target;
}


static int
dm_path_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}


static int
dm_path_dotdot(const char *s, size_t len)
{
    return len == 2 && s[0] == '.' && s[1] == '.';
}


/*
 * The length of a segment after all cuts; *up is 1 where it stands for "..".
 * A "." is cut to nothing, which the caller drops like an empty segment.
 */
static size_t
dm_path_cut(const char *s, size_t len, unsigned *up)
{
    const char  *params;

    *up = 0;

    params = len ? memchr(s, ';', len) : NULL;
    if (params != NULL) {
        len = (size_t) (params - s);
    }

    while (len > 0 && dm_path_space(s[len - 1])) {
        len--;
    }

    if (dm_path_dotdot(s, len)) {
        *up = 1;
        return 0;
    }

    while (len > 0 && (s[len - 1] == '.' || dm_path_space(s[len - 1]))) {
        len--;
    }

    return len;
}


/*
 * RFC 3986 section 5.2.4 over segments that were cut; returns 1 where the
 * path climbs above the root.  Writes at most len + 1 bytes to `out`: every
 * segment is preceded by a slash in `text` too, but perhaps the first one.
 */
static unsigned
dm_path_resolve(const char *text, size_t len, char *out, dm_str_t *reading)
{
    size_t    i, start, n, cut;
    unsigned  up, above;

    n = 0;
    above = 0;

    for (i = 0; i < len; i++) {
        start = i;

        while (i < len && text[i] != '/') {
            i++;
        }

        cut = dm_path_cut(text + start, i - start, &up);

        if (up) {
            above |= (n == 0);

            while (n > 0 && out[--n] != '/') { /* void */ }

            continue;
        }

        if (cut > 0) {
            out[n++] = '/';
            memcpy(out + n, text + start, cut);
            n += cut;
        }
    }

    if (n == 0) {
        out[n++] = '/';
    }

    reading->data = out;
    reading->len = n;

    return above;
}


/*
 * The character at p, n > 0 bytes left, as the loosest reader has it: "%uXXXX"
 * and overlong forms are what they stand for.  *text is 0 where it is nothing
 * that a path can hold.
 */
static uint32_t
dm_path_loose_char(const unsigned char *p, size_t n, size_t *len,
    unsigned *text)
{
    size_t    i;
    uint32_t  c;

    c = dm_path_char(p, n, len, text);

    if (c == '%' && n >= 6 && dm_lower(p[1]) == 'u' && dm_hex(p[2]) >= 0
        && dm_hex(p[3]) >= 0 && dm_hex(p[4]) >= 0 && dm_hex(p[5]) >= 0)
    {
        for (c = 0, i = 2; i < 6; i++) {
            c = c * 16 + (uint32_t) dm_hex(p[i]);
        }

        *len = 6;
        *text = 0;

    } else if (c == '%') {
        *text = dm_path_escape((const char *) p, n);
        return c;
    }

    if (c < 0x80) {
        *text = c >= 0x20 && c != 0x7f;
    }

    return c;
}


/* In place: a character never becomes longer. */
static size_t
dm_path_loosen(char *text, size_t len, unsigned drop)
{
    size_t    i, n, size;
    uint32_t  c;
    unsigned  valid;

    for (i = 0, n = 0; i < len; i += size) {
        c = dm_path_loose_char((const unsigned char *) text + i, len - i,
                               &size, &valid);

        if (!valid) {
            if (!drop) {
                text[n++] = '/';
            }

        } else if (c >= 0x80) {
            memmove(text + n, text + i, size);
            n += size;

        } else if (c == '#' || c == '?' || c == '\\') {
            text[n++] = '/';

        } else {
            text[n++] = (char) dm_lower((unsigned char) c);
        }
    }

    return n;
}


/* Every layer is looked at, the last one for what a further round would do. */
static size_t
dm_path_layers(char *text, size_t len, dm_path_t *path)
{
    size_t  n;
    int     round;

    for (round = 0; ; round++) {
        path->undecodable |= dm_path_layer_bad(text, len) ? 1 : 0;

        if (round == DM_PATH_ROUNDS) {
            break;
        }

        n = dm_path_decode(text, len);
        if (n == len) {
            return len;
        }

        len = n;
    }

    for (n = 0; n < len; n++) {
        if (dm_path_escape(text + n, len - n)) {
            path->unstable = 1;
            path->undecodable = 1;
            break;
        }
    }

    return len;
}


void
dm_path_canonical(dm_str_t target, char *scratch, dm_path_t *path)
{
    size_t       i, len;
    const char  *end;

    memset(path, 0, sizeof(dm_path_t));

    target = dm_path_only(target);

    if (target.len > 0) {
        memcpy(scratch, target.data, target.len);
    }

    len = dm_path_layers(scratch, target.len, path);

    for (i = 0; i < len; i++) {
        scratch[i] = (scratch[i] == '\\')
                     ? '/' : (char) dm_lower((unsigned char) scratch[i]);
    }

    path->readings = 1;
    path->undecodable |= dm_path_resolve(scratch, len, scratch + len,
                                         &path->reading[0]);

    end = len ? memchr(scratch, '?', len) : NULL;

    if (end != NULL) {
        path->readings = 2;
        path->undecodable |= dm_path_resolve(scratch, (size_t) (end - scratch),
                                             scratch + 2 * len + 1,
                                             &path->reading[1]);
    }
}


dm_str_t
dm_path_loose(dm_str_t target, unsigned n, char *scratch)
{
    size_t    len;
    unsigned  round;

    target = dm_path_only(target);
    len = target.len;

    if (len > 0) {
        memcpy(scratch, target.data, len);
    }

    for (round = 0; round < n / 2; round++) {
        len = dm_path_decode(scratch, len);
    }

    return (dm_str_t) { scratch, dm_path_loosen(scratch, len, n % 2) };
}


dm_str_t
dm_path_word(dm_str_t segment)
{
    unsigned  up;

    segment.len = dm_path_cut(segment.data, segment.len, &up);

    return segment;
}
