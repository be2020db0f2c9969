/* check FILE: what nginx would make of a token file. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "dm_permission.h"


static void
dm_check_print(const dm_source_t *source)
{
    dm_table_info_t  info;

    dm_table_info(source->table, &info);

    printf("revision:  %.*s\n", (int) info.revision_len, info.revision);
    printf("tokens:    %" PRIu64 "\n", info.tokens);
    printf("apps:      %" PRIu64 "\n", info.apps);
    printf("clamped:   %" PRIu64 "\n", info.clamped);
    printf("skipped:   %" PRIu64 "\n", dm_load_state(source->load)->skipped);
    printf("zone size: %zuk, with users %zuk\n", source->zone / 1024,
           source->zone_users / 1024);
}


int
dm_check(int argc, char **argv)
{
    int          rc;
    const char  *name;
    dm_source_t  source;

    rc = dm_file_argument(argc, argv, &name);
    if (name == NULL) {
        return rc;
    }

    memset(&source, 0, sizeof(dm_source_t));
    source.name = name;

    rc = dm_source_load(&source);

    if (rc == 0) {
        dm_check_print(&source);
    }

    dm_source_free(&source);

    return rc == 0 ? EXIT_SUCCESS : DM_EXIT_REFUSED;
}
