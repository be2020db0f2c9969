/*
 * A token file is read twice: to count what is in it, and into a table of the
 * size that this takes.
 */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dm_permission.h"
#include "dm_zone.h"


#define DM_SOURCE_BUFFER  (1024 * 1024)

/* A server takes no zone that is smaller. */
#define DM_SOURCE_ZONE  (64 * 1024)


static void
dm_source_report(void *data, dm_load_event_t event, uint64_t line,
    const char *text)
{
    dm_source_t  *source = data;

    if (line == 0) {
        fprintf(stderr, "%s: %s\n", source->name, text);
        return;
    }

    fprintf(stderr, "%s:%" PRIu64 ": %s%s\n", source->name, line,
            event == DM_LOAD_SKIPPED ? "skipped: " : "", text);
}


static int
dm_source_feed(dm_source_t *source, dm_load_t *load, FILE *file)
{
    size_t       filled, n;
    int64_t      taken;
    struct stat  st;

    if (fstat(fileno(file), &st) != 0) {
        return -1;
    }

    filled = 0;

    while ((n = fread(source->buffer + filled, 1, DM_SOURCE_BUFFER - filled,
                      file))
           != 0)
    {
        filled += n;
        taken = dm_load_feed(load, source->buffer, filled);

        if (taken < 0) {
            return -1;
        }

        filled -= (size_t) taken;
        memmove(source->buffer, source->buffer + taken, filled);

        dm_progress(source->progress, dm_load_state(load)->offset, st.st_size);
    }

    return ferror(file) ? -1 : dm_load_finish(load, source->buffer, filled);
}


/*
 * NULL, and errno, unless it is a regular file, as for a server: nothing else
 * can be read twice.  A FIFO without a writer is not waited for.
 */
static FILE *
dm_source_open(const char *name)
{
    int          fd;
    struct stat  st;

    fd = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd == -1) {
        return NULL;
    }

    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        return fdopen(fd, "rb");
    }

    (void) close(fd);
    errno = ESPIPE;

    return NULL;
}


/* The whole file.  0, or -1 where it is refused or cannot be read. */
static int
dm_source_read(dm_source_t *source, dm_load_t *load)
{
    int    rc;
    FILE  *file;

    errno = 0;
    file = dm_source_open(source->name);
    rc = file ? dm_source_feed(source, load, file) : -1;

    if (file == NULL || ferror(file)) {
        fprintf(stderr, "dm-permission: %s: %s\n", source->name,
                errno == ESPIPE ? "not a regular file: it is read twice"
                                : strerror(errno));

    } else if (rc != 0 && dm_load_state(load)->error_line == 0) {
        fprintf(stderr, "%s: refused: %s\n", source->name,
                dm_load_state(load)->error);

    } else if (rc != 0) {
        fprintf(stderr, "%s:%" PRIu64 ": refused: %s\n", source->name,
                dm_load_state(load)->error_line, dm_load_state(load)->error);
    }

    if (file != NULL) {
        fclose(file);
    }

    return rc;
}


static size_t
dm_source_zone(const dm_load_t *load, unsigned users)
{
    size_t  size;

    size = dm_zone_size(dm_load_needs(load, users));

    return size > DM_SOURCE_ZONE ? size : DM_SOURCE_ZONE;
}


/* Returns the number of lines, 0 where the file is no good. */
static uint64_t
dm_source_count(dm_source_t *source)
{
    uint64_t    lines;
    dm_load_t  *load;

    load = dm_load_create(NULL, source->digest, NULL, NULL);
    if (load == NULL) {
        fprintf(stderr, "dm-permission: not enough memory\n");
        return 0;
    }

    lines = 0;
    dm_progress_start(source->progress, "counting");
    dm_load_snapshot(load, 0, 0);

    if (dm_source_read(source, load) == 0) {
        source->zone = dm_source_zone(load, 0);
        source->zone_users = dm_source_zone(load, 1);
        lines = dm_load_state(load)->image + dm_load_state(load)->line + 1;
    }

    dm_load_destroy(load);

    return lines;
}


int
dm_source_load(dm_source_t *source)
{
    uint64_t  lines;

    source->buffer = malloc(DM_SOURCE_BUFFER);
    source->digest = dm_digest_create();

    if (source->buffer == NULL || source->digest == NULL) {
        fprintf(stderr, "dm-permission: not enough memory\n");
        return -1;
    }

    lines = dm_source_count(source);
    if (lines == 0) {
        return -1;
    }

    /* of the state that is not used, no page is ever touched */

    source->memory = calloc(1, source->zone);
    source->table = source->memory
                    ? dm_table_init(source->memory, source->zone) : NULL;

    if (source->table != NULL) {
        source->load = dm_load_create(source->table, source->digest,
                                      dm_source_report,
                                      source);
    }

    if (source->load == NULL) {
        fprintf(stderr, "dm-permission: not enough memory\n");
        return -1;
    }

    dm_progress_start(source->progress, "loading");
    dm_load_snapshot(source->load, lines, 0);

    return dm_source_read(source, source->load);
}


void
dm_source_free(dm_source_t *source)
{
    dm_load_destroy(source->load);
    free(source->memory);
    free(source->buffer);

    if (source->digest != NULL) {
        dm_digest_destroy(source->digest);
    }
}
