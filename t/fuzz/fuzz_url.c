/*
 * Two URLs, apart by a newline: what is parsed is pieces of the text in their
 * order, and sameness is a relation of equivalence that is never wider than
 * the host.
 */

#include <stdlib.h>

#include "dm_url.h"
#include "check.h"


static void
check_url(dm_str_t text, const dm_url_t *url)
{
    size_t    i;
    dm_url_t  again;

    check(url->port >= 1 && url->port <= 65535);
    check(url->host.len != 0 && url->path.data != NULL);
    check(url->site.data == text.data);
    check(url->host.data >= url->site.data + 7);
    check(url->site.data + url->site.len == url->path.data);
    check(url->path.data + url->path.len == url->query.data);
    check(url->query.data + url->query.len <= text.data + text.len);
    check(url->query.len == 0 || url->query.data[0] == '?');

    for (i = 0; i < url->host.len; i++) {
        check(memchr("@/\\?# %", url->host.data[i], 7) == NULL);
    }

    check(dm_url_same(url, url));

    text.len = (size_t) (url->path.data + url->path.len - text.data);
    check(dm_url_parse(text, &again) == 0);
    check(dm_url_same(url, &again));
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int          one, two;
    dm_str_t     a, b;
    dm_url_t     url[2];
    const char  *newline;

    a.data = (const char *) data;
    a.len = size;
    b.data = a.data + size;
    b.len = 0;

    newline = size != 0 ? memchr(a.data, '\n', size) : NULL;

    if (newline) {
        a.len = (size_t) (newline - a.data);
        b.data = newline + 1;
        b.len = size - a.len - 1;
    }

    one = dm_url_parse(a, &url[0]);
    two = dm_url_parse(b, &url[1]);

    check(one == 0 || one == -1);

    if (one == 0) {
        check_url(a, &url[0]);
    }

    if (two == 0) {
        check_url(b, &url[1]);
    }

    if (one == 0 && two == 0) {
        check(dm_url_same(&url[0], &url[1]) == dm_url_same(&url[1], &url[0]));
        check(!dm_url_same(&url[0], &url[1])
              || dm_str_caseeq(url[0].host, url[1].host));
    }

    return 0;
}
