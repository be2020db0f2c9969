#include "dm_skip.h"
#include "dm_utf8.h"


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


/* p: at the u of an escape */
static const char *
dm_skip_unit(const char *end, const char *p)
{
    int  n;

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


/* p: behind the backslash */
static const char *
dm_skip_escape(const char *end, const char *p)
{
    if (p == end) {
        return NULL;
    }

    switch (*p) {

    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return p + 1;

    case 'u':
        return dm_skip_unit(end, p);

    default:
        return NULL;
    }
}


const char *
dm_skip_space_rest(const char *end, const char *p)
{
    while (p < end
           && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
    {
        p++;
    }

    return p;
}


const char *
dm_skip_string_rest(const char *end, const char *p)
{
    while (p && p < end) {

        if (*p == '"') {
            return p + 1;
        }

        if (*p == '\\') {
            p = dm_skip_escape(end, p + 1);

        } else {
            p = (*p & 0x80) ? dm_skip_utf8(end, p) : NULL;
        }

        if (p) {
            p = dm_skip_ascii(end, p);
        }
    }

    return NULL;
}


const char *
dm_skip_name_rest(const char *end, const char *p)
{
    while (p < end && (*p & 0x80)) {
        p = dm_skip_utf8(end, p);

        if (p == NULL) {
            return NULL;
        }

        p = dm_skip_ascii(end, p);
    }

    return p < end && *p == '"' ? p : NULL;
}
