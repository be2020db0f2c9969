#include <stdlib.h>

#include "dm_path.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
check(dm_str_t reading)
{
    size_t  i;

    if (reading.len == 0 || reading.data[0] != '/'
        || (reading.len > 1 && reading.data[reading.len - 1] == '/'))
    {
        __builtin_trap();
    }

    for (i = 0; i < reading.len; i++) {
        if ((reading.data[i] >= 'A' && reading.data[i] <= 'Z')
            || reading.data[i] == '\\' || reading.data[i] == ';'
            || (i > 0 && reading.data[i] == '/'
                && (reading.data[i - 1] == '/' || reading.data[i - 1] == '.')))
        {
            __builtin_trap();
        }
    }
}


/* A decodable reading without a '?' is its own canonical form. */
static void
again(const dm_path_t *path)
{
    char       *scratch;
    dm_path_t   second;

    scratch = malloc(DM_PATH_SCRATCH(path->reading[0].len));
    dm_path_canonical(path->reading[0], scratch, &second);

    if (second.undecodable || second.readings != 1
        || !dm_str_eq(second.reading[0], path->reading[0]))
    {
        __builtin_trap();
    }

    free(scratch);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char       *copy, *scratch;
    unsigned    i;
    dm_str_t    target;
    dm_path_t   path;

    copy = malloc(size ? size : 1);
    if (size) {
        memcpy(copy, data, size);
    }

    scratch = malloc(DM_PATH_SCRATCH(size));
    target.data = copy;
    target.len = size;

    dm_path_canonical(target, scratch, &path);

    if (path.readings < 1 || path.readings > DM_PATH_READINGS
        || (path.unstable && !path.undecodable))
    {
        __builtin_trap();
    }

    for (i = 0; i < path.readings; i++) {
        check(path.reading[i]);
    }

    if (!path.undecodable && path.readings == 1) {
        again(&path);
    }

    free(scratch);

    scratch = malloc(size ? size : 1);

    for (i = 0; i < DM_PATH_LOOSE; i++) {
        if (dm_path_loose(target, i, scratch).len > size) {
            __builtin_trap();
        }
    }

    free(scratch);
    free(copy);

    return 0;
}
