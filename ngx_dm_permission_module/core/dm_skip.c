#include "dm_skip.h"
#include "dm_utf8.h"


#define DM_SKIP_DIGITS  18          /* as many as always fit in an int64_t */


/* Past the character at p < end, NULL if it is none. */
static const char *
dm_skip_utf8(const char *end, const char *p)
{
    size_t  n;

    n = dm_utf8(p, (size_t) (end - p));

    return n ? p + n : NULL;
}


/* The number of "XXXX"; -1 where there is none. */
static int
dm_skip_hex(const char *end, const char *p)
{
    int  i, n, digit;

    if (end - p < 4) {
        return -1;
    }

    n = 0;

    for (i = 0; i < 4; i++) {
        digit = dm_hex((unsigned char) p[i]);

        if (digit < 0) {
            return -1;
        }

        n = n * 16 + digit;
    }

    return n;
}


/* p: behind the backslash */
static const char *
dm_skip_escape(const char *end, const char *p)
{
    int  n;

    if (p == end) {
        return NULL;
    }

    if (*p != 'u') {
        return memchr("\"\\/bfnrt", *p, 8) ? p + 1 : NULL;
    }

    n = dm_skip_hex(end, p + 1);

    if (n < 0) {
        return NULL;
    }

    p += 5;

    if (n < 0xd800 || n > 0xdfff) {
        return p;
    }

    if (n > 0xdbff || end - p < 6 || p[0] != '\\' || p[1] != 'u') {
        return NULL;
    }

    n = dm_skip_hex(end, p + 2);

    return n >= 0xdc00 && n <= 0xdfff ? p + 6 : NULL;
}


const char *
dm_skip_string(const char *end, const char *p)
{
    while (p) {
        p = dm_skip_ascii(end, p);

        if (p == end) {
            return NULL;
        }

        if (*p == '"') {
            return p + 1;
        }

        if (*p == '\\') {
            p = dm_skip_escape(end, p + 1);

        } else {
            p = (*p & 0x80) ? dm_skip_utf8(end, p) : NULL;
        }
    }

    return NULL;
}


static const char *
dm_skip_digits(const char *end, const char *p)
{
    while (p < end && *p >= '0' && *p <= '9') {
        p++;
    }

    return p;
}


const char *
dm_skip_number(const char *end, const char *p)
{
    const char  *from;

    if (*p == '-') {
        p++;
    }

    from = p;
    p = dm_skip_digits(end, p);

    if (p == from || p - from > DM_SKIP_DIGITS
        || (*from == '0' && p - from > 1))
    {
        return NULL;
    }

    if (p < end && *p == '.') {
        from = p + 1;
        p = dm_skip_digits(end, from);

        if (p == from) {
            return NULL;
        }
    }

    return p;
}


const char *
dm_skip_name(const char *end, const char *p, dm_str_t *name)
{
    const char  *close;

    if (p == end || *p != '"') {
        return NULL;
    }

    p++;
    close = dm_skip_ascii(end, p);

    while (close != end && (*close & 0x80)) {
        close = dm_skip_utf8(end, close);

        if (close == NULL) {
            return NULL;
        }

        close = dm_skip_ascii(end, close);
    }

    if (close == end || *close != '"') {
        return NULL;
    }

    name->data = p;
    name->len = (size_t) (close - p);

    return close + 1;
}
