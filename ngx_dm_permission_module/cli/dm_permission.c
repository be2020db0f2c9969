/*
 * dm-permission COMMAND ...
 */

#include <stdio.h>
#include <stdlib.h>

#include "dm_permission.h"


typedef struct {
    const char  *name;
    int        (*run)(int argc, char **argv);
} dm_command_t;


static int dm_ledger_command(int argc, char **argv);


static const dm_command_t  dm_commands[] = {
    { "check", dm_check },
    { "compile", dm_compile },
    { "explain", dm_explain },
    { "ledger", dm_ledger_command },
    { NULL, NULL }
};


int
dm_file_argument(int argc, char **argv, const char **name)
{
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        *name = NULL;
        return dm_help(argv[0]);
    }

    if (argc != 2 || (argv[1][0] == '-' && argv[1][1] == '-')) {
        *name = NULL;
        dm_usage(stderr);
        return DM_EXIT_USAGE;
    }

    *name = argv[1];

    return EXIT_SUCCESS;
}


/* Any of its commands may be asked for help. */
static int
dm_ledger_command(int argc, char **argv)
{
    return argc > 1 && strcmp(argv[argc - 1], "--help") == 0
           ? dm_help(argv[0]) : dm_ledger(argc, argv);
}


int
main(int argc, char **argv)
{
    int                  rc;
    const dm_command_t  *command;

    if (argc > 1) {

        for (command = dm_commands; command->name; command++) {

            if (strcmp(command->name, argv[1]) != 0) {
                continue;
            }

            rc = command->run(argc - 1, argv + 1);
            if (rc >= 0) {
                return rc;
            }
        }

        if (strcmp(argv[1], "--help") == 0) {
            return dm_help(NULL);
        }

        if (strcmp(argv[1], "--version") == 0) {
            printf("dm-permission %s\n", DM_VERSION);
            return EXIT_SUCCESS;
        }
    }

    dm_usage(stderr);

    return DM_EXIT_USAGE;
}
