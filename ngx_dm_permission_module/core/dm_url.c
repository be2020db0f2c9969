#include "dm_url.h"


/* What a percent-encoded character is, beside those that it may stand for. */
#define DM_URL_ENCODED  0x100u


static int
dm_url_is_unreserved(unsigned char c)
{
    return (dm_lower(c) >= 'a' && dm_lower(c) <= 'z')
           || (c >= '0' && c <= '9')
           || c == '-' || c == '.' || c == '_' || c == '~';
}


static dm_str_t
dm_url_cut(dm_str_t *text, size_t n)
{
    dm_str_t  cut = { text->data, n };

    text->data += n;
    text->len -= n;

    return cut;
}


static int
dm_url_scheme(dm_str_t *rest, dm_url_t *url)
{
    size_t    i;
    dm_str_t  head;

    static const dm_str_t  schemes[] = { { "http://", 7 }, { "https://", 8 } };

    for (i = 0; i < 2; i++) {
        head.data = rest->data;
        head.len = schemes[i].len;

        if (rest->len >= head.len && dm_str_caseeq(head, schemes[i])) {
            url->https = i;
            url->port = i ? 443 : 80;

            (void) dm_url_cut(rest, head.len);
            return 0;
        }
    }

    return -1;
}


/* RFC 3986 section 3.2.2: a name, an IPv4 address, or one in brackets */
static int
dm_url_host(dm_str_t *rest, dm_url_t *url)
{
    size_t  n;

    n = 0;

    if (rest->len != 0 && rest->data[0] == '[') {
        n++;

        while (n < rest->len
               && (dm_hex((unsigned char) rest->data[n]) != -1
                   || rest->data[n] == ':' || rest->data[n] == '.'))
        {
            n++;
        }

        if (n == 1 || n == rest->len || rest->data[n] != ']') {
            return -1;
        }

        n++;

    } else {
        while (n < rest->len
               && dm_url_is_unreserved((unsigned char) rest->data[n]))
        {
            n++;
        }
    }

    url->host = dm_url_cut(rest, n);

    return n == 0 ? -1 : 0;
}


/* RFC 3986 section 3.2.3: digits, or none */
static int
dm_url_port(dm_str_t *rest, dm_url_t *url)
{
    size_t    n;
    unsigned  port;

    if (rest->len == 0 || rest->data[0] != ':') {
        return 0;
    }

    port = 0;

    for (n = 1; n < rest->len && rest->data[n] >= '0' && rest->data[n] <= '9';
         n++)
    {
        port = port * 10 + (unsigned) (rest->data[n] - '0');

        if (port > 65535) {
            return -1;
        }
    }

    if (n > 1) {
        url->port = port;
    }

    (void) dm_url_cut(rest, n);

    return url->port == 0 ? -1 : 0;
}


static size_t
dm_url_span(dm_str_t text, char a, char b)
{
    size_t  n;

    n = 0;

    while (n < text.len && text.data[n] != a && text.data[n] != b) {
        n++;
    }

    return n;
}


int
dm_url_parse(dm_str_t text, dm_url_t *url)
{
    dm_str_t  rest;

    rest = text;

    if (dm_url_scheme(&rest, url) != 0 || dm_url_host(&rest, url) != 0
        || dm_url_port(&rest, url) != 0)
    {
        return -1;
    }

    url->site.data = text.data;
    url->site.len = text.len - rest.len;

    /* anything else belongs to no host, user information least of all */

    if (rest.len != 0 && memchr("/?#", rest.data[0], 3) == NULL) {
        return -1;
    }

    url->path = dm_url_cut(&rest, dm_url_span(rest, '?', '#'));
    url->query = dm_url_cut(&rest, dm_url_span(rest, '#', '#'));

    return 0;
}


/* RFC 3986 section 3.3: pchar, and the slash */
static int
dm_url_is_path(unsigned char c)
{
    return dm_url_is_unreserved(c)
           || (c != '\0' && strchr("/!$&'()*+,;=:@", c) != NULL);
}


/* The next character, and whether it is percent-encoded or ought to be. */
static unsigned
dm_url_next(dm_str_t *path)
{
    int            high, low;
    unsigned char  c;

    c = (unsigned char) path->data[0];

    if (c == '%' && path->len >= 3) {
        high = dm_hex((unsigned char) path->data[1]);
        low = dm_hex((unsigned char) path->data[2]);

        if (high != -1 && low != -1) {
            c = (unsigned char) (high << 4 | low);
            (void) dm_url_cut(path, 3);

            return dm_url_is_unreserved(c) ? c : c | DM_URL_ENCODED;
        }
    }

    (void) dm_url_cut(path, 1);

    return dm_url_is_path(c) ? c : c | DM_URL_ENCODED;
}


static dm_str_t
dm_url_path(const dm_url_t *url)
{
    return url->path.len == 0 ? DM_STR("/") : url->path;
}


int
dm_url_same(const dm_url_t *a, const dm_url_t *b)
{
    dm_str_t  one, two;

    if (a->https != b->https || a->port != b->port
        || !dm_str_caseeq(a->host, b->host))
    {
        return 0;
    }

    one = dm_url_path(a);
    two = dm_url_path(b);

    while (one.len != 0 && two.len != 0) {
        if (dm_url_next(&one) != dm_url_next(&two)) {
            return 0;
        }
    }

    return one.len == two.len;
}
