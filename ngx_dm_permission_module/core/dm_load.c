/*
 * A file is a snapshot up to its `end`, or as a whole, and then a journal.  A
 * snapshot that does not fit is read on to its end, to say what it needs.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "dm_load.h"


typedef enum {
    DM_LOAD_IDLE = 0,
    DM_LOAD_SNAPSHOT,
    DM_LOAD_REFUSED,
    DM_LOAD_JOURNAL
} dm_load_mode_t;


/* An app by the hash of its id: a collision costs a wrong line in a log. */
typedef struct {
    uint64_t  hash;                     /* 0: free */
    uint64_t  line;                     /* its first token to be lowered */
    unsigned  first_party:1;
} dm_load_app_t;


struct dm_load_s {
    dm_load_state_t   state;
    dm_table_t       *table;
    dm_digest_t      *digest;
    dm_load_report_t  report;
    void             *data;

    dm_load_mode_t    mode;
    uint64_t          records;

    unsigned          full:1;           /* only counting what it needs */
    unsigned          skipping:1;       /* inside an endless journal line */
    unsigned          unended:1;        /* finished within a last line */

    dm_load_app_t    *apps;
    size_t            size;             /* a power of two */
};


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
        free(load->apps);
        free(load);
    }
}


static void
dm_load_reset(dm_load_t *load, dm_load_mode_t mode)
{
    free(load->apps);

    load->apps = NULL;
    load->size = 0;
    load->mode = mode;
    load->records = 0;
    load->full = 0;
    load->skipping = 0;
    load->unended = 0;

    memset(&load->state, 0, sizeof(dm_load_state_t));
}


void
dm_load_snapshot(dm_load_t *load, uint64_t lines)
{
    dm_load_reset(load, DM_LOAD_SNAPSHOT);

    if (load->table != NULL) {
        dm_table_begin(load->table, lines);
    }
}


void
dm_load_journal(dm_load_t *load, uint64_t line, uint64_t offset)
{
    dm_load_reset(load, DM_LOAD_JOURNAL);

    load->state.line = line;
    load->state.offset = offset;
    load->state.journal = 1;
}


size_t
dm_load_needs(const dm_load_t *load)
{
    return dm_table_size(load->state.tokens, load->state.app_bytes);
}


const dm_load_state_t *
dm_load_state(const dm_load_t *load)
{
    return &load->state;
}


static int
dm_load_refuse(dm_load_t *load, uint64_t line, const char *error)
{
    load->mode = DM_LOAD_REFUSED;
    load->state.error_line = line;

    snprintf(load->state.error, DM_RECORD_ERROR, "%s", error);

    return -1;
}


static void
dm_load_report(dm_load_t *load, dm_load_event_t event, uint64_t line,
    const char *text)
{
    if (load->report != NULL) {
        load->report(load->data, event, line, text);
    }
}


static void
dm_load_no_room(dm_load_t *load, char error[DM_RECORD_ERROR])
{
    snprintf(error, DM_RECORD_ERROR,
             "the table does not fit: it needs %zu bytes, the zone has %zu",
             dm_load_needs(load), dm_table_bytes(load->table));
}


static dm_load_app_t *
dm_load_slot(dm_load_app_t *apps, size_t size, uint64_t hash)
{
    size_t  i;

    i = hash & (size - 1);

    while (apps[i].hash != 0 && apps[i].hash != hash) {
        i = (i + 1) & (size - 1);
    }

    return &apps[i];
}


static int
dm_load_grow(dm_load_t *load)
{
    size_t          i, size;
    dm_load_app_t  *apps;

    size = load->size ? load->size * 2 : 64;

    apps = calloc(size, sizeof(dm_load_app_t));
    if (apps == NULL) {
        return -1;
    }

    for (i = 0; i < load->size; i++) {
        if (load->apps[i].hash != 0) {
            *dm_load_slot(apps, size, load->apps[i].hash) = load->apps[i];
        }
    }

    free(load->apps);

    load->apps = apps;
    load->size = size;

    return 0;
}


/* NULL without memory. */
static dm_load_app_t *
dm_load_app(dm_load_t *load, dm_str_t id)
{
    size_t          i;
    uint64_t        hash;
    dm_load_app_t  *app;

    hash = 0xcbf29ce484222325ull;       /* FNV-1a */

    for (i = 0; i < id.len; i++) {
        hash = (hash ^ (uint8_t) id.data[i]) * 0x100000001b3ull;
    }

    hash = (hash ^ (hash >> 32)) | 1;

    if (load->state.apps * 2 >= load->size && dm_load_grow(load) != 0) {
        return NULL;
    }

    app = dm_load_slot(load->apps, load->size, hash);

    if (app->hash == 0) {
        app->hash = hash;
        load->state.apps++;
    }

    return app;
}


/* Takes note of a record for what a report may need; -1 without memory. */
static int
dm_load_note(dm_load_t *load, const dm_record_t *record)
{
    uint64_t        known;
    dm_record_t     bare;
    dm_load_app_t  *app;

    if (record->kind != DM_RECORD_APP && record->kind != DM_RECORD_TOKEN) {
        return 0;
    }

    known = load->state.apps;

    app = dm_load_app(load, record->app);
    if (app == NULL) {
        return -1;
    }

    if (record->kind == DM_RECORD_APP) {
        app->first_party = record->first_party;
        load->state.app_bytes += dm_table_app_bytes(record);
        return 0;
    }

    if (load->state.apps != known) {
        memset(&bare, 0, sizeof(dm_record_t));
        bare.app = record->app;
        load->state.app_bytes += dm_table_app_bytes(&bare);
    }

    load->state.tokens++;

    if (app->line == 0
        && dm_access_effective(record->may, record->flow, 0) != record->may)
    {
        app->line = load->state.line;
    }

    return 0;
}


static void
dm_load_clamped(dm_load_t *load)
{
    char             text[DM_RECORD_ERROR];
    size_t           i;
    uint64_t         line;
    dm_table_info_t  info;

    dm_table_info(load->table, &info);

    if (info.clamped == 0) {
        return;
    }

    line = 0;

    for (i = 0; i < load->size; i++) {
        if (load->apps[i].line != 0 && !load->apps[i].first_party
            && (line == 0 || load->apps[i].line < line))
        {
            line = load->apps[i].line;
        }
    }

    snprintf(text, sizeof(text), "%" PRIu64 " token%s lowered: direct messages "
             "are granted by the authorize flow only, the first is in this "
             "line", info.clamped, info.clamped == 1 ? "" : "s");

    dm_load_report(load, DM_LOAD_CLAMPED, line, text);
}


static int
dm_load_publish(dm_load_t *load)
{
    char  error[DM_RECORD_ERROR];

    if (load->full) {
        dm_load_no_room(load, error);
        return dm_load_refuse(load, 0, error);
    }

    load->mode = DM_LOAD_JOURNAL;
    load->state.journal = 1;

    if (load->table != NULL) {
        dm_table_publish(load->table);
        dm_load_clamped(load);
    }

    return 0;
}


/* A record of the snapshot: NULL, or what is wrong with it. */
static const char *
dm_load_put(dm_load_t *load, const dm_record_t *record)
{
    if (record->kind == DM_RECORD_TABLE && load->state.line != 1) {
        return "a table record can only be the first line";
    }

    if (dm_load_note(load, record) != 0) {
        return "no memory";
    }

    load->records += record->kind != DM_RECORD_TABLE;

    if (load->table == NULL || load->full) {
        return NULL;
    }

    switch (dm_table_put(load->table, record)) {

    case DM_TABLE_OK:
        return NULL;

    case DM_TABLE_FULL:
        load->full = 1;
        return NULL;

    default:
        return "SHA-256 failed";
    }
}


static int
dm_load_snapshot_line(dm_load_t *load, dm_str_t line)
{
    int          rc;
    char         error[DM_RECORD_ERROR];
    uint64_t     records;
    const char  *wrong;
    dm_record_t  record;

    if (line.len > DM_RECORD_LINE_MAX) {
        return dm_load_refuse(load, load->state.line,
                              "the line is longer than 64 KiB");
    }

    if (dm_record_parse(line, load->digest, &record, error) != 0) {
        return dm_load_refuse(load, load->state.line, error);
    }

    if (record.kind != DM_RECORD_END) {
        wrong = dm_load_put(load, &record);
        rc = wrong ? dm_load_refuse(load, load->state.line, wrong) : 0;

        dm_record_clear(&record);

        return rc;
    }

    records = record.records;
    dm_record_clear(&record);

    if (records != load->records) {
        snprintf(error, sizeof(error), "the end says %" PRIu64 " records, "
                 "there are %" PRIu64, records, load->records);
        return dm_load_refuse(load, load->state.line, error);
    }

    return dm_load_publish(load);
}


static void
dm_load_skip(dm_load_t *load, const char *text)
{
    load->state.skipped++;
    dm_load_report(load, DM_LOAD_SKIPPED, load->state.line, text);
}


/* Sets `error` and returns -1 where the record cannot be applied. */
static int
dm_load_apply(dm_load_t *load, const dm_record_t *record,
    char error[DM_RECORD_ERROR])
{
    if (record->kind == DM_RECORD_END) {
        snprintf(error, DM_RECORD_ERROR, "an end record in the journal");
        return -1;
    }

    if (dm_load_note(load, record) != 0) {
        snprintf(error, DM_RECORD_ERROR, "no memory");
        return -1;
    }

    if (load->table == NULL) {
        return 0;
    }

    switch (dm_table_apply(load->table, record)) {

    case DM_TABLE_OK:
        return 0;

    case DM_TABLE_FULL:
        load->state.full = 1;
        dm_load_no_room(load, error);
        return -1;

    default:
        snprintf(error, DM_RECORD_ERROR, "SHA-256 failed");
        return -1;
    }
}


/* A full table does not stop what follows: a revocation needs no room. */
static void
dm_load_journal_line(dm_load_t *load, dm_str_t line)
{
    char         error[DM_RECORD_ERROR];
    dm_record_t  record;

    if (load->skipping || line.len > DM_RECORD_LINE_MAX) {
        load->skipping = 0;
        dm_load_skip(load, "the line is longer than 64 KiB");
        return;
    }

    if (dm_record_parse(line, load->digest, &record, error) != 0) {
        dm_load_skip(load, error);
        return;
    }

    if (dm_load_apply(load, &record, error) == 0) {
        load->state.applied++;

    } else {
        dm_load_skip(load, error);
    }

    dm_record_clear(&record);
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
        dm_load_journal_line(load, line);
        return 0;
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


int64_t
dm_load_feed(dm_load_t *load, const char *data, size_t len)
{
    size_t       taken, n;
    int64_t      rest;
    const char  *end;

    taken = 0;

    while (taken < len) {
        if (load->mode != DM_LOAD_SNAPSHOT && load->mode != DM_LOAD_JOURNAL) {
            return -1;
        }

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


int
dm_load_finish(dm_load_t *load, const char *rest, size_t len)
{
    if (load->mode == DM_LOAD_JOURNAL) {
        return 0;
    }

    if (load->mode != DM_LOAD_SNAPSHOT) {
        return -1;
    }

    if (len != 0) {
        if (dm_load_line(load, rest, len) != 0) {
            return -1;
        }

        load->state.offset += len;
        load->unended = 1;
    }

    /* the last line may have been the end */
    return load->mode == DM_LOAD_JOURNAL ? 0 : dm_load_publish(load);
}
