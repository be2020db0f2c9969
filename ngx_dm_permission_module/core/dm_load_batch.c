/*
 * The records of a snapshot on their way into the table.  A token goes to a
 * place in memory that no cache holds, nor the page tables for it: tokens
 * wait for each other, and the processor is asked for all their places at
 * once.  (Asked for one at a time, between the lines, it stalls as long for
 * each as if it had not been asked.)
 */

#include "dm_load_state.h"


int
dm_load_note(dm_load_t *load, const dm_record_t *record, uint64_t hash,
    uint64_t line)
{
    uint64_t        known;
    dm_load_app_t  *app;

    if (record->kind != DM_RECORD_APP && record->kind != DM_RECORD_TOKEN) {
        return 0;
    }

    known = load->state.apps;

    app = dm_load_app(load, hash);
    if (app == NULL) {
        return -1;
    }

    load->state.app_bytes += dm_table_app_bytes(record,
                                                load->state.apps == known);

    if (record->kind == DM_RECORD_APP) {
        app->first_party = record->first_party;
        return 0;
    }

    load->state.tokens++;

    if (line != 0 && app->line == 0
        && dm_access_effective(record->may, record->flow, 0) != record->may)
    {
        dm_load_app_lowered(load, app, line);
    }

    return 0;
}


/* A record of the snapshot: NULL, or what is wrong with it. */
static const char *
dm_load_write(dm_load_t *load, const dm_record_t *record, uint64_t hash,
    uint64_t line)
{
    if (record->kind == DM_RECORD_TABLE && line > 1) {
        return "a table record can only be the first line";
    }

    if (dm_load_note(load, record, hash, line) != 0) {
        load->state.no_memory = 1;
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
        load->state.no_memory = 1;
        return "no memory";
    }
}


int
dm_load_flush(dm_load_t *load)
{
    size_t            i, n;
    const char       *wrong;
    dm_load_token_t  *token;

    n = load->waiting;
    load->waiting = 0;

    for (i = 0; i < n; i++) {
        dm_load_app_prefetch(load, load->batch[i].app);
    }

    for (i = 0; i < n; i++) {
        dm_load_app_prefetch_first(load, load->batch[i].app);
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

        wrong = dm_load_write(load, &token->record, token->app, token->line);
        if (wrong != NULL) {
            return dm_load_refuse(load, token->line, wrong);
        }
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

    if (record->found == NULL || record->found->hash == 0) {
        token->app = dm_load_app_hash(record->app);

    } else {
        token->app = record->found->hash;
    }

    if (record->found != NULL) {
        record->found->hash = token->app;
    }

    return load->waiting == DM_LOAD_BATCH ? dm_load_flush(load) : 0;
}


int
dm_load_put(dm_load_t *load, dm_record_t *record)
{
    const char  *wrong;

    if (record->kind == DM_RECORD_TOKEN && record->owner == NULL) {
        return dm_load_wait(load, record);
    }

    if (dm_load_flush(load) != 0) {
        dm_record_clear(record);
        return -1;
    }

    wrong = dm_load_write(load, record, dm_load_app_hash(record->app),
                          load->state.line);

    dm_record_clear(record);

    return wrong ? dm_load_refuse(load, load->state.line, wrong) : 0;
}
