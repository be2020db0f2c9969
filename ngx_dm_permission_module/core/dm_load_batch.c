/*
 * The records of a snapshot on their way into the table.  A token goes to a
 * place in memory that no cache holds, nor the page tables for it: tokens
 * wait for each other, and the processor is asked for all their places at
 * once.  (Asked for one at a time, between the lines, it stalls as long for
 * each as if it had not been asked.)
 */

#include "dm_load_state.h"


int
dm_load_note(dm_load_t *load, const dm_record_t *record, uint64_t line)
{
    uint64_t        apps;
    unsigned        known;
    dm_load_app_t  *app;

    if (record->kind != DM_RECORD_APP && record->kind != DM_RECORD_TOKEN) {
        return 0;
    }

    apps = load->state.apps;

    app = dm_load_app(load, dm_load_app_hash(record->app));
    if (app == NULL) {
        return -1;
    }

    known = load->state.apps == apps;

    if (record->kind == DM_RECORD_TOKEN) {
        dm_load_note_token(load, record, app, known, line);
        return 0;
    }

    load->state.app_bytes += dm_table_app_bytes(record, known);
    app->first_party = record->first_party;

    return 0;
}


void
dm_load_note_token(dm_load_t *load, const dm_record_t *record,
    dm_load_app_t *app, unsigned known, uint64_t line)
{
    load->state.app_bytes += dm_table_app_bytes(record, known);
    load->state.tokens++;

    if (line != 0 && app->line == 0
        && dm_access_effective(record->may, record->flow, 0) != record->may)
    {
        dm_load_app_lowered(load, app, line);
    }
}


/* A record of the snapshot that was noted. */
static void
dm_load_write(dm_load_t *load, const dm_record_t *record)
{
    load->records += record->kind != DM_RECORD_TABLE;

    if (load->table != NULL && !load->full) {
        load->full = dm_table_put(load->table, record) == DM_TABLE_FULL;
    }
}


/* The apps of what waits.  -1 without memory. */
static int
dm_load_find_apps(dm_load_t *load, size_t n)
{
    size_t            i;
    uint64_t          apps;
    dm_found_t       *found;
    dm_load_token_t  *token;

    for (i = 0; i < n; i++) {
        if (load->batch[i].app == NULL) {
            dm_load_app_prefetch(load, load->batch[i].hash);
        }
    }

    for (i = 0; i < n; i++) {
        if (load->batch[i].app == NULL) {
            dm_load_app_prefetch_first(load, load->batch[i].hash);
        }
    }

    for (i = 0; i < n; i++) {
        token = &load->batch[i];
        token->known = 1;

        if (token->app != NULL) {
            continue;
        }

        apps = load->state.apps;

        token->app = dm_load_app(load, token->hash);
        if (token->app == NULL) {
            return dm_load_no_memory(load, token->line);
        }

        token->known = load->state.apps == apps;
        found = token->record.found;

        if (found != NULL) {
            found->app = token->app;

        } else {
            token->record.found = &token->app->found;
        }
    }

    return 0;
}


int
dm_load_flush(dm_load_t *load)
{
    size_t            i, n;
    dm_load_token_t  *token;

    n = load->waiting;
    load->waiting = 0;

    if (dm_load_find_apps(load, n) != 0) {
        return -1;
    }

    if (load->table != NULL) {
        for (i = 0; i < n; i++) {
            dm_table_prefetch(load->table, &load->batch[i].record);
        }

        for (i = 0; i < n; i++) {
            dm_table_prefetch_app(load->table, &load->batch[i].record);
        }
    }

    for (i = 0; i < n; i++) {
        token = &load->batch[i];

        dm_load_note_token(load, &token->record, token->app, token->known,
                           token->line);
        dm_load_write(load, &token->record);
    }

    return 0;
}


/* A scanned token needs no dm_record_clear(): it owns nothing. */
static int
dm_load_wait(dm_load_t *load, const dm_record_t *record)
{
    dm_load_token_t  *token;

    token = &load->batch[load->waiting++];
    token->record = *record;
    token->line = load->state.line;
    token->app = record->found ? record->found->app : NULL;

    if (token->app == NULL) {
        token->hash = dm_load_app_hash(record->app);
    }

    return load->waiting == DM_LOAD_BATCH ? dm_load_flush(load) : 0;
}


int
dm_load_put(dm_load_t *load, dm_record_t *record)
{
    int  rc;

    if (record->kind == DM_RECORD_TOKEN && record->owner == NULL) {
        return dm_load_wait(load, record);
    }

    rc = dm_load_flush(load);

    if (rc == 0 && record->kind == DM_RECORD_TABLE && load->state.line > 1) {
        rc = dm_load_refuse(load, load->state.line,
                            "a table record can only be the first line");

    } else if (rc == 0 && dm_load_note(load, record, load->state.line) != 0) {
        rc = dm_load_no_memory(load, load->state.line);

    } else if (rc == 0) {
        dm_load_write(load, record);
    }

    dm_record_clear(record);

    return rc;
}
