/*
 * dm-permission COMMAND ...
 */

#include <stdio.h>

#include "dm_permission.h"


int
main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "check") == 0) {
        return dm_check(argv[2]);
    }

    if (argc == 3 && strcmp(argv[1], "compile") == 0) {
        return dm_compile(argv[2]);
    }

    fprintf(stderr, "usage: dm-permission check FILE\n"
                    "       dm-permission compile FILE > IMAGE\n");

    return DM_EXIT_USAGE;
}
