/*
 * What becomes of a line.  A snapshot that does not fit is read on to its end,
 * to say what it needs.
 */

#include <inttypes.h>
#include <stdio.h>

#include "dm_load_state.h"
#include "dm_zone.h"


int
dm_load_refuse(dm_load_t *load, uint64_t line, const char *error)
{
    load->mode = DM_LOAD_REFUSED;
    load->state.error_line = line;

    snprintf(load->state.error, DM_RECORD_ERROR, "%s", error);

    return -1;
}


int
dm_load_no_memory(dm_load_t *load, uint64_t line)
{
    load->state.no_memory = 1;

    return dm_load_refuse(load, line, "no memory");
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
             dm_zone_size(dm_load_needs(load, load->users)),
             dm_zone_size(dm_table_bytes(load->table)));
}


static void
dm_load_clamped(dm_load_t *load)
{
    char             text[DM_RECORD_ERROR];
    uint64_t         line;
    dm_table_info_t  info;

    dm_table_info(load->table, &info);

    if (info.clamped == 0) {
        return;
    }

    line = dm_load_lowered_line(load);

    snprintf(text, sizeof(text), "%" PRIu64 " token%s lowered: direct messages "
             "are granted by the authorize flow only%s", info.clamped,
             info.clamped == 1 ? "" : "s",
             line ? ", the first is in this line" : "");

    dm_load_report(load, DM_LOAD_CLAMPED, line, text);
}


int
dm_load_publish(dm_load_t *load)
{
    char      error[DM_RECORD_ERROR];
    uint64_t  lines;

    if (load->full) {
        lines = load->state.image + load->state.line + 1;
        dm_load_no_room(load, error);

        /* of the lines any may be of one token */

        load->state.again = load->state.app_bytes != 0 && !load->known
                            && dm_table_has_more(load->table, lines,
                                                 load->state.app_bytes,
                                                 load->users);
        return dm_load_refuse(load, 0, error);
    }

    load->mode = DM_LOAD_JOURNAL;
    load->building = 0;
    load->state.journal = 1;

    if (load->table != NULL) {
        dm_table_publish(load->table);
        dm_load_clamped(load);
    }

    return 0;
}


int
dm_load_snapshot_line(dm_load_t *load, dm_str_t line)
{
    int          rc;
    char         error[DM_RECORD_ERROR];
    uint64_t     records;
    dm_record_t  record;

    if (line.len > DM_RECORD_LINE_MAX) {
        return dm_load_refuse(load, load->state.line,
                              "the line is longer than 64 KiB");
    }

    rc = dm_record_parse(line, load->digest, &record, error);

    if (rc != 0) {
        return rc == -2 ? dm_load_no_memory(load, load->state.line)
                        : dm_load_refuse(load, load->state.line, error);
    }

    if (record.kind != DM_RECORD_END) {
        return dm_load_put(load, &record);
    }

    records = record.records;
    dm_record_clear(&record);

    if (dm_load_flush(load) != 0) {
        return -1;
    }

    if (records != load->records) {
        snprintf(error, sizeof(error), "the end says %" PRIu64 " records, "
                 "there are %" PRIu64, records, load->records);
        return dm_load_refuse(load, load->state.line, error);
    }

    load->mode = DM_LOAD_JOURNAL;

    return 0;
}


static void
dm_load_skip(dm_load_t *load, const char *text)
{
    load->state.skipped++;
    dm_load_report(load, DM_LOAD_SKIPPED, load->state.line, text);
}


/* Into the state that is being built, or the live one. */
static dm_table_rc_t
dm_load_change(dm_load_t *load, const dm_record_t *record)
{
    dm_table_rc_t  rc;

    if (!load->building) {
        rc = dm_table_apply(load->table, record);
        load->state.full |= rc == DM_TABLE_FULL;
        return rc;
    }

    rc = load->full ? DM_TABLE_OK : dm_table_put(load->table, record);
    load->full |= rc == DM_TABLE_FULL;

    return rc;
}


/*
 * 0: applied; 1: it has no room, of which more is said at the end of the file;
 * -1: it cannot be applied, with `error` set; -2: no memory.
 */
static int
dm_load_apply(dm_load_t *load, const dm_record_t *record,
    char error[DM_RECORD_ERROR])
{
    if (record->kind == DM_RECORD_END) {
        snprintf(error, DM_RECORD_ERROR, "an end record in the journal");
        return -1;
    }

    if (dm_load_note(load, record, load->state.line) != 0) {
        return -2;
    }

    if (load->table == NULL) {
        return 0;
    }

    return dm_load_change(load, record) == DM_TABLE_FULL;
}


/*
 * A full table does not stop what follows: a revocation needs no room.  Want of
 * memory does: what is not read now is read again.
 */
int
dm_load_journal_line(dm_load_t *load, dm_str_t line)
{
    int          rc;
    char         error[DM_RECORD_ERROR];
    dm_record_t  record;

    if (load->skipping || line.len > DM_RECORD_LINE_MAX) {
        load->skipping = 0;
        dm_load_skip(load, "the line is longer than 64 KiB");
        return 0;
    }

    rc = dm_record_parse(line, load->digest, &record, error);

    if (rc == 0) {
        rc = dm_load_apply(load, &record, error);
        dm_record_clear(&record);
    }

    if (rc == -2) {
        return dm_load_no_memory(load, load->state.line);
    }

    if (rc < 0) {
        dm_load_skip(load, error);

    } else {
        load->state.applied += rc == 0;
    }

    return 0;
}
