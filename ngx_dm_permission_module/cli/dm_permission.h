/*
 * dm-permission: a file of the source is a command, or what several of them
 * need.  A command returns what the process exits with.
 */

#ifndef DM_PERMISSION_H
#define DM_PERMISSION_H

#include <stdio.h>

#include "dm_load.h"


#define DM_VERSION  "0.1.0"

#define DM_EXIT_REFUSED  1
#define DM_EXIT_USAGE    2


/* How far something is, on stderr; where that is NULL nothing is said. */
typedef struct {
    const char  *what;
    unsigned     percent;
} dm_progress_t;


/* A token file, and the table that nginx would make of it. */
typedef struct {
    const char     *name;
    dm_progress_t  *progress;           /* or NULL */

    dm_digest_t    *digest;
    char           *buffer;
    dm_load_t      *load;
    void           *memory;
    dm_table_t     *table;
    size_t          zone;               /* bytes of the zone to configure */
    size_t          zone_users;         /* with the index of users */
} dm_source_t;


/*
 * Reads the file that `source` names.  0, or -1 with a line on stderr; to be
 * freed after both.
 */
int dm_source_load(dm_source_t *source);
void dm_source_free(dm_source_t *source);

void dm_progress_start(dm_progress_t *progress, const char *what);
void dm_progress(dm_progress_t *progress, uint64_t done, uint64_t total);

/* Makes room for a line of output: what was said is said again, later. */
void dm_progress_clear(dm_progress_t *progress);

/* argv[0] is the command's name. */
int dm_check(int argc, char **argv);
int dm_compile(int argc, char **argv);
int dm_explain(int argc, char **argv);

/*
 * For a command that takes a file and nothing else: its name, or NULL and
 * what to exit with.
 */
int dm_file_argument(int argc, char **argv, const char **name);

/* A command's own, or that of all; EXIT_SUCCESS. */
int dm_help(const char *name);
void dm_usage(FILE *out);

/* `argv` from "ledger" on.  -1 where it is no command. */
int dm_ledger(int argc, char **argv);

#endif
