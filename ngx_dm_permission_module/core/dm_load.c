/*
 * Lines out of pieces.  A file is a snapshot up to its `end`, or as a whole,
 * or an image, and then a journal.
 */

#include <stdlib.h>

#include "dm_load_state.h"


dm_load_t *
dm_load_create(dm_table_t *table, dm_digest_t *digest,
    dm_load_report_t report, void *data)
{
    dm_load_t  *load;

    load = calloc(1, sizeof(dm_load_t));
    if (load == NULL) {
        return NULL;
    }

    load->table = table;
    load->digest = digest;
    load->report = report;
    load->data = data;

    return load;
}


void
dm_load_destroy(dm_load_t *load)
{
    if (load != NULL) {
        dm_image_destroy(load->image);
        dm_load_apps_free(load);
        free(load);
    }
}


static void
dm_load_reset(dm_load_t *load, dm_load_mode_t mode)
{
    dm_image_destroy(load->image);
    dm_load_apps_free(load);

    load->image = NULL;
    load->mode = mode;
    load->records = 0;
    load->full = 0;
    load->skipping = 0;
    load->unended = 0;
    load->waiting = 0;

    memset(&load->state, 0, sizeof(dm_load_state_t));
}


void
dm_load_snapshot(dm_load_t *load, uint64_t lines, unsigned users)
{
    uint64_t  app_bytes;

    app_bytes = load->state.again ? load->state.app_bytes : 0;

    dm_load_reset(load, DM_LOAD_SNAPSHOT);

    load->users = users != 0;
    load->known = app_bytes != 0;
    load->building = 1;

    if (load->table != NULL) {
        dm_table_begin(load->table, lines, app_bytes, users);
    }
}


void
dm_load_journal(dm_load_t *load, const dm_load_state_t *from)
{
    dm_load_reset(load, DM_LOAD_JOURNAL);

    load->state.line = from->line;
    load->state.offset = from->offset;
    load->state.applied = from->applied;
    load->state.skipped = from->skipped;
    load->state.journal = 1;
    load->building = 0;
    load->users = load->table != NULL && dm_table_users(load->table) == 1;
}


size_t
dm_load_needs(const dm_load_t *load, unsigned users)
{
    return dm_table_size(load->state.image + load->state.line + 1,
                         load->state.app_bytes, users);
}


const dm_load_state_t *
dm_load_state(const dm_load_t *load)
{
    return &load->state;
}


static int
dm_load_line(dm_load_t *load, const char *data, size_t len)
{
    dm_str_t  line;

    if (load->unended) {
        load->unended = 0;

        /* the newline of a line that was read without it */
        if (len == 0) {
            return 0;
        }
    }

    load->state.line++;

    line.data = data;
    line.len = len;

    if (load->mode == DM_LOAD_JOURNAL) {
        return dm_load_journal_line(load, line);
    }

    return dm_load_snapshot_line(load, line);
}


/* A line without an end yet: how much of it need not be seen again. */
static int64_t
dm_load_partial(dm_load_t *load, size_t len)
{
    if (!load->skipping && len <= DM_RECORD_LINE_MAX) {
        return 0;
    }

    if (load->mode == DM_LOAD_SNAPSHOT) {
        return dm_load_refuse(load, load->state.line + 1,
                              "the line is longer than 64 KiB");
    }

    load->skipping = 1;
    load->state.offset += len;

    return len;
}


/* The number of bytes taken, -1 where the snapshot is refused. */
static int64_t
dm_load_lines(dm_load_t *load, const char *data, size_t len)
{
    size_t       taken, n;
    int64_t      rest;
    const char  *end;

    taken = 0;

    while (taken < len) {
        end = memchr(data + taken, '\n', len - taken);

        if (end == NULL) {
            rest = dm_load_partial(load, len - taken);
            return rest < 0 ? -1 : (int64_t) taken + rest;
        }

        n = end - (data + taken);

        if (dm_load_line(load, data + taken, n) != 0) {
            return -1;
        }

        taken += n + 1;
        load->state.offset += n + 1;
    }

    return taken;
}


/* The first byte tells. */
static int
dm_load_is_image(const dm_load_t *load, const char *data, size_t len)
{
    return load->mode == DM_LOAD_SNAPSHOT && load->state.offset == 0
           && len != 0 && (uint8_t) data[0] == DM_IMAGE_START;
}


int64_t
dm_load_feed(dm_load_t *load, const char *data, size_t len)
{
    int64_t  taken, n;

    if (dm_load_is_image(load, data, len)) {
        load->mode = DM_LOAD_IMAGE;
    }

    taken = 0;

    if (load->mode == DM_LOAD_IMAGE) {
        taken = dm_load_image(load, data, len);

        if (load->mode == DM_LOAD_IMAGE) {
            return taken;
        }
    }

    if (load->mode != DM_LOAD_SNAPSHOT && load->mode != DM_LOAD_JOURNAL) {
        return -1;
    }

    n = dm_load_lines(load, data + taken, len - taken);

    return n >= 0 && dm_load_flush(load) == 0 ? taken + n : -1;
}


int
dm_load_finish(dm_load_t *load, const char *rest, size_t len)
{
    char  error[DM_RECORD_ERROR];

    if (load->mode == DM_LOAD_JOURNAL) {
        return load->building ? dm_load_publish(load) : 0;
    }

    if (load->mode == DM_LOAD_IMAGE) {
        dm_image_truncated(load->image, len, error);
        return dm_load_refuse(load, 0, error);
    }

    if (load->mode != DM_LOAD_SNAPSHOT) {
        return -1;
    }

    if (len != 0) {
        if (dm_load_line(load, rest, len) != 0 || dm_load_flush(load) != 0) {
            return -1;
        }

        load->state.offset += len;
        load->unended = 1;
    }

    return dm_load_publish(load);
}
