/*
 * dm-permission COMMAND ...
 */

#include <stdio.h>

#include "dm_permission.h"


int
main(int argc, char **argv)
{
    int  rc;

    if (argc == 3 && strcmp(argv[1], "check") == 0) {
        return dm_check(argv[2]);
    }

    if (argc == 3 && strcmp(argv[1], "compile") == 0) {
        return dm_compile(argv[2]);
    }

    if (argc > 1 && strcmp(argv[1], "ledger") == 0) {
        rc = dm_ledger(argc - 1, argv + 1);

        if (rc >= 0) {
            return rc;
        }
    }

    fprintf(stderr, "usage: dm-permission check FILE\n"
                    "       dm-permission compile FILE > IMAGE\n"
                    "       dm-permission ledger verify [--key FILE] [--json] "
                    "FILE...\n"
                    "       dm-permission ledger who --user ID [--since T] "
                    "[--until T]\n"
                    "                     [--key FILE] [--list] [--json] "
                    "FILE...\n"
                    "       dm-permission ledger affected --app ID [--since T] "
                    "[--until T]\n"
                    "                     [--key FILE] [--list] [--json] "
                    "FILE...\n"
                    "       T: as in 2011-11-11T12:14:00Z; FILE: - is standard "
                    "input\n");

    return DM_EXIT_USAGE;
}
