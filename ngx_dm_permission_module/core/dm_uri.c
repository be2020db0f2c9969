#include "dm_uri.h"


typedef enum {
    DM_URI_USUAL = 0,
    DM_URI_SLASH,
    DM_URI_DOT,
    DM_URI_DOT_DOT
} dm_uri_state_t;


typedef struct {
    char            *out;
    size_t           len;
    dm_uri_state_t   state;
    unsigned         merge;
} dm_uri_writer_t;


static int
dm_uri_alpha(char c)
{
    return dm_lower((unsigned char) c) >= 'a'
           && dm_lower((unsigned char) c) <= 'z';
}


static int
dm_uri_alnum(char c)
{
    return dm_uri_alpha(c) || (c >= '0' && c <= '9');
}


/* Where the host ends that begins at i, its port left out; 0: none. */
static size_t
dm_uri_host(dm_str_t text, size_t i)
{
    size_t  start;

    if (i < text.len && text.data[i] == '[') {

        /* RFC 3986 section 3.2.2: unreserved and sub-delims, and ":" */

        for (i++; i < text.len && (dm_uri_alnum(text.data[i])
                                   || (text.data[i] != '\0'
                                       && strchr(":-._~!$&'()*+,;=",
                                                 text.data[i]))); i++)
        {
            /* void */
        }

        return i < text.len && text.data[i] == ']' ? i + 1 : 0;
    }

    for (start = i; i < text.len && (dm_uri_alnum(text.data[i])
                                     || text.data[i] == '.'
                                     || text.data[i] == '-'); i++)
    {
        if (i > start && text.data[i] == '.' && text.data[i - 1] == '.') {
            return 0;
        }
    }

    /* a dot at the end is the root of all names, and no name alone */

    return i == start || (i == start + 1 && text.data[start] == '.') ? 0 : i;
}


/* RFC 9112 section 3.2.2.  What follows the host; 0, or -1: malformed. */
static int
dm_uri_absolute(dm_str_t *target)
{
    size_t    i;
    dm_str_t  text;

    text = *target;

    if (text.len == 0 || !dm_uri_alpha(text.data[0])) {
        return -1;
    }

    for (i = 1; i < text.len && (dm_uri_alnum(text.data[i])
                                 || text.data[i] == '+' || text.data[i] == '-'
                                 || text.data[i] == '.'); i++)
    {
        /* void */
    }

    if (text.len - i < 3 || memcmp(text.data + i, "://", 3) != 0) {
        return -1;
    }

    i = dm_uri_host(text, i + 3);

    if (i == 0) {
        return -1;
    }

    if (i < text.len && text.data[i] == ':') {
        for (i++; i < text.len && text.data[i] >= '0' && text.data[i] <= '9';
             i++)
        {
            /* void */
        }
    }

    if (i < text.len && text.data[i] != '/' && text.data[i] != '?') {
        return -1;
    }

    target->data += i;
    target->len -= i;

    return 0;
}


/* Takes the segment before it away: 0, or -1 above the root. */
static int
dm_uri_up(dm_uri_writer_t *w)
{
    /* what is written ends in "/..", of which the first byte may be the root */

    if (w->len < 4) {
        return -1;
    }

    w->len -= 3;

    while (w->out[w->len - 1] != '/') {
        w->len--;
    }

    return 0;
}


/* At the end of a segment: 0, or -1 above the root. */
static int
dm_uri_segment(dm_uri_writer_t *w)
{
    if (w->state == DM_URI_DOT) {
        w->len--;
    }

    return w->state == DM_URI_DOT_DOT ? dm_uri_up(w) : 0;
}


/* A character that may be part of what is resolved.  0, or -1. */
static int
dm_uri_char(dm_uri_writer_t *w, char c)
{
    dm_uri_state_t  state;

    if (c == '/') {

        if (dm_uri_segment(w) != 0) {
            return -1;
        }

        if (w->state == DM_URI_USUAL
            || (w->state == DM_URI_SLASH && !w->merge))
        {
            w->out[w->len++] = c;
        }

        w->state = DM_URI_SLASH;

        return 0;
    }

    state = DM_URI_USUAL;

    if (c == '.' && w->state == DM_URI_SLASH) {
        state = DM_URI_DOT;

    } else if (c == '.' && w->state == DM_URI_DOT) {
        state = DM_URI_DOT_DOT;
    }

    w->out[w->len++] = c;
    w->state = state;

    return 0;
}


/* Up to the query or the fragment.  Returns where that is, or -1. */
static int64_t
dm_uri_path(dm_str_t text, dm_uri_writer_t *w)
{
    int     hi, lo;
    char    c;
    size_t  i;

    for (i = 0; i < text.len; i++) {
        c = text.data[i];

        if (c == '?' || c == '#') {
            break;
        }

        if (c == '%') {

            if (text.len - i < 3
                || (hi = dm_hex((unsigned char) text.data[i + 1])) < 0
                || (lo = dm_hex((unsigned char) text.data[i + 2])) < 0)
            {
                return -1;
            }

            c = (char) (hi * 16 + lo);
            i += 2;

            if (c == '\0') {
                return -1;
            }

            if (c == '%' || c == '#' || c == '?') {
                w->out[w->len++] = c;
                w->state = DM_URI_USUAL;
                continue;
            }
        }

        if (dm_uri_char(w, c) != 0) {
            return -1;
        }
    }

    return dm_uri_segment(w) == 0 ? (int64_t) i : -1;
}


int
dm_uri_parse(dm_str_t target, unsigned merge, char *scratch, dm_uri_t *uri)
{
    size_t            i;
    int64_t           end;
    const char       *fragment;
    dm_uri_writer_t   w = { scratch, 0, DM_URI_USUAL, merge };

    for (i = 0; i < target.len; i++) {
        if ((unsigned char) target.data[i] <= 0x20 || target.data[i] == 0x7f) {
            return -1;
        }
    }

    if ((target.len == 0 || target.data[0] != '/')
        && dm_uri_absolute(&target) != 0)
    {
        return -1;
    }

    uri->target = target.len ? target : DM_STR("/");
    uri->kept = uri->target.data[0] == '/';

    if (!uri->kept) {
        w.out[w.len++] = '/';
    }

    end = dm_uri_path(uri->target, &w);
    if (end < 0) {
        return -1;
    }

    uri->uri.data = w.out;
    uri->uri.len = w.len;

    uri->args.data = uri->target.data + end;
    uri->args.len = uri->target.len - (size_t) end;

    if (uri->args.len == 0 || uri->args.data[0] == '#') {
        uri->args.len = 0;
        return 0;
    }

    uri->args.data++;
    uri->args.len--;

    fragment = uri->args.len ? memchr(uri->args.data, '#', uri->args.len)
                             : NULL;
    if (fragment != NULL) {
        uri->args.len = (size_t) (fragment - uri->args.data);
    }

    return 0;
}


int
dm_uri_method(dm_str_t method)
{
    size_t  i;

    for (i = 0; i < method.len; i++) {
        if ((method.data[i] < 'A' || method.data[i] > 'Z')
            && method.data[i] != '_' && method.data[i] != '-')
        {
            return -1;
        }
    }

    return method.len ? 0 : -1;
}
