/*
 * dm-permission: what nginx would make of a token file.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "dm_load.h"


#define DM_CHECK_BUFFER  (1024 * 1024)

/* What nginx's slab allocator takes of a zone for itself, and more. */
#define DM_CHECK_SLAB(size)  ((size) / 100 + 64 * 1024)

#define DM_EXIT_REFUSED  1
#define DM_EXIT_USAGE    2


static void
dm_check_report(void *data, dm_load_event_t event, uint64_t line,
    const char *text)
{
    const char  *file = data;

    if (event == DM_LOAD_CLAMPED) {
        fprintf(stderr, "%s:%" PRIu64 ": %s\n", file, line, text);
        return;
    }

    fprintf(stderr, "%s:%" PRIu64 ": skipped: %s\n", file, line, text);
}


/* Feeds the whole file.  0, or -1 where it is refused or cannot be read. */
static int
dm_check_feed(dm_load_t *load, const char *name, char *buffer)
{
    int      rc;
    FILE    *file;
    size_t   filled, n;
    int64_t  taken;

    file = fopen(name, "rb");
    if (file == NULL) {
        fprintf(stderr, "dm-permission: %s: %s\n", name, strerror(errno));
        return -1;
    }

    filled = 0;
    taken = 0;

    for ( ;; ) {
        n = fread(buffer + filled, 1, DM_CHECK_BUFFER - filled, file);
        if (n == 0) {
            break;
        }

        filled += n;
        taken = dm_load_feed(load, buffer, filled);

        if (taken < 0) {
            break;
        }

        filled -= (size_t) taken;
        memmove(buffer, buffer + taken, filled);
    }

    rc = taken < 0 ? -1 : dm_load_finish(load, buffer, filled);

    if (ferror(file)) {
        fprintf(stderr, "dm-permission: %s: %s\n", name, strerror(errno));
        rc = -1;

    } else if (rc != 0) {
        fprintf(stderr, "%s:%" PRIu64 ": refused: %s\n", name,
                dm_load_state(load)->error_line, dm_load_state(load)->error);
    }

    fclose(file);

    return rc;
}


/* The second reading, into a table of the size that the first one found. */
static int
dm_check_print(const char *name, dm_digest_t *digest, char *buffer,
    const dm_load_t *counted)
{
    int               rc;
    void             *memory;
    size_t            size;
    dm_load_t        *load;
    dm_table_t       *table;
    dm_table_info_t   info;

    rc = -1;
    size = dm_load_needs(counted);
    size += DM_CHECK_SLAB(size);
    size = (size + 4095) & ~(size_t) 4095;

    memory = calloc(1, size);
    table = memory ? dm_table_init(memory, size) : NULL;
    load = table ? dm_load_create(table, digest, dm_check_report,
                                  (void *) name)
                 : NULL;

    if (load == NULL) {
        fprintf(stderr, "dm-permission: not enough memory\n");
        free(memory);
        return -1;
    }

    dm_load_snapshot(load, dm_load_state(counted)->line);

    if (dm_check_feed(load, name, buffer) == 0) {
        dm_table_info(table, &info);

        printf("revision:  %.*s\n", (int) info.revision_len, info.revision);
        printf("tokens:    %" PRIu64 "\n", info.tokens);
        printf("apps:      %" PRIu64 "\n", info.apps);
        printf("clamped:   %" PRIu64 "\n", info.clamped);
        printf("skipped:   %" PRIu64 "\n", dm_load_state(load)->skipped);
        printf("zone size: %zuk\n", size / 1024);

        rc = 0;
    }

    dm_load_destroy(load);
    free(memory);

    return rc;
}


static int
dm_check(const char *name)
{
    int           rc;
    char         *buffer;
    dm_load_t    *load;
    dm_digest_t  *digest;

    rc = -1;
    buffer = malloc(DM_CHECK_BUFFER);
    digest = dm_digest_create();
    load = digest ? dm_load_create(NULL, digest, NULL, NULL) : NULL;

    if (load == NULL || buffer == NULL) {
        fprintf(stderr, "dm-permission: not enough memory\n");

    } else {
        dm_load_snapshot(load, 0);

        if (dm_check_feed(load, name, buffer) == 0) {
            rc = dm_check_print(name, digest, buffer, load);
        }
    }

    if (load != NULL) {
        dm_load_destroy(load);
    }

    if (digest != NULL) {
        dm_digest_destroy(digest);
    }

    free(buffer);

    return rc == 0 ? EXIT_SUCCESS : DM_EXIT_REFUSED;
}


int
main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "check") == 0) {
        return dm_check(argv[2]);
    }

    fprintf(stderr, "usage: dm-permission check FILE\n");

    return DM_EXIT_USAGE;
}
