/*
 * A target of a request line: what comes out is a path without the segments
 * that are to be resolved, pieces of the target, and the same once more.
 */

#include <stdlib.h>

#include "dm_uri.h"
#include "check.h"


static int
within(dm_str_t inner, const char *data, size_t len)
{
    return inner.len == 0
           || (inner.data >= data && inner.data + inner.len <= data + len);
}


static void
check_uri(dm_str_t target, unsigned merge, const char *scratch,
    const dm_uri_t *uri)
{
    size_t  i;

    check(uri->uri.len != 0 && uri->uri.data[0] == '/');
    check(uri->uri.data == scratch && uri->uri.len <= target.len + 1);
    check(within(uri->args, target.data, target.len));
    check(uri->kept == (uri->target.data[0] == '/'));

    for (i = 0; i < uri->uri.len; i++) {
        check(uri->uri.data[i] != '\0');
        check(!merge || i == 0 || uri->uri.data[i] != '/'
              || uri->uri.data[i - 1] != '/');
    }

    for (i = 0; i < uri->args.len; i++) {
        check(uri->args.data[i] != '#');
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int        rc;
    char      *scratch, *second;
    unsigned   merge;
    dm_str_t   target;
    dm_uri_t   uri, again;

    if (size == 0) {
        return 0;
    }

    merge = data[0] & 1;
    target.data = (const char *) data + 1;
    target.len = size - 1;

    (void) dm_uri_method(target);

    scratch = malloc(target.len + 1);
    second = malloc(target.len + 1);
    check(scratch && second);

    rc = dm_uri_parse(target, merge, scratch, &uri);
    check(rc == 0 || rc == -1);

    if (rc == 0) {
        check_uri(target, merge, scratch, &uri);

        /* a target that is kept is one, and is read alike */

        if (uri.kept && uri.target.len > 1) {
            check(dm_uri_parse(uri.target, merge, second, &again) == 0);
            check(dm_str_eq(uri.uri, again.uri));
            check(dm_str_eq(uri.args, again.args));
        }
    }

    free(second);
    free(scratch);

    return 0;
}
