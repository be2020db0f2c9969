/*
 * What dm_load*.c share.
 */

#ifndef DM_LOAD_STATE_H
#define DM_LOAD_STATE_H

#include "dm_image.h"
#include "dm_load.h"


typedef enum {
    DM_LOAD_IDLE = 0,
    DM_LOAD_SNAPSHOT,
    DM_LOAD_IMAGE,                      /* within one */
    DM_LOAD_REFUSED,
    DM_LOAD_JOURNAL
} dm_load_mode_t;


/* An app by the hash of its id: a collision costs a wrong line in a log. */
typedef struct dm_load_app_s  dm_load_app_t;

struct dm_load_app_s {
    uint64_t        hash;
    dm_found_t      found;
    uint64_t        line;               /* its first token to be lowered */
    dm_load_app_t  *lowered;            /* whose first such token is the next */
    uint32_t        next;               /* of its list, from 1 */
    unsigned        first_party:1;
};


/* More have no room in a table, nor in a list. */
#define DM_LOAD_APPS_MAX  0xfffff000u

/* Zeroed at first. */
typedef struct {
    dm_load_app_t  **apps;              /* pieces of memory */
    uint32_t       **lists;
    size_t           pieces;            /* of each */
    dm_load_app_t   *first;             /* with a token to be lowered */
    dm_load_app_t   *last;
} dm_load_apps_t;


#define DM_LOAD_BATCH  64

/* A token that waits for the memory it goes to. */
typedef struct {
    dm_record_t       record;
    uint64_t          line;
    uint64_t          hash;             /* dm_load_app_hash() of its app, */
    dm_load_app_t    *app;              /* where that is not known yet */
    unsigned          known:1;          /* not the first of its app */
} dm_load_token_t;


struct dm_load_s {
    dm_load_state_t   state;
    dm_table_t       *table;
    dm_digest_t      *digest;
    dm_load_report_t  report;
    void             *data;

    dm_load_mode_t    mode;
    dm_image_t       *image;
    uint64_t          records;

    unsigned          users:1;          /* with the index of users */
    unsigned          known:1;          /* begun with what its apps need */
    unsigned          building:1;       /* nothing of it is published yet */
    unsigned          full:1;           /* only counting what it needs */
    unsigned          skipping:1;       /* inside an endless journal line */
    unsigned          unended:1;        /* finished within a last line */

    dm_load_apps_t    apps;

    size_t            waiting;
    dm_load_token_t   batch[DM_LOAD_BATCH];
};


/* The app of a hash; NULL without memory. */
uint64_t dm_load_app_hash(dm_str_t id);
dm_load_app_t *dm_load_app(dm_load_t *load, uint64_t hash);
void dm_load_apps_free(dm_load_t *load);

/*
 * Ask the processor for the memory that dm_load_app() will need: the first for
 * many apps in a row, then the second.
 */
void dm_load_app_prefetch(const dm_load_t *load, uint64_t hash);
void dm_load_app_prefetch_first(const dm_load_t *load, uint64_t hash);

/*
 * Takes note of the first token of an app that is to be lowered, if the app is
 * not first-party, in its line; lines only grow.  The first of all such lines
 * as the apps are by now, 0: none.
 */
void dm_load_app_lowered(dm_load_t *load, dm_load_app_t *app, uint64_t line);
uint64_t dm_load_lowered_line(const dm_load_t *load);

/*
 * A snapshot's records, each with its line: in their order, but tokens may
 * wait (dm_load_batch.c).  Takes the record over.  0, or -1 where the snapshot
 * is refused.
 */
int dm_load_put(dm_load_t *load, dm_record_t *record);

/* Puts what waits; before the text is gone that its strings are in. */
int dm_load_flush(dm_load_t *load);

/*
 * Takes note of a record for what a report may need; -1 without memory.  The
 * second of a token whose app is found; known: by a record before it.
 */
int dm_load_note(dm_load_t *load, const dm_record_t *record, uint64_t line);
void dm_load_note_token(dm_load_t *load, const dm_record_t *record,
    dm_load_app_t *app, unsigned known, uint64_t line);

/* Always -1. */
int dm_load_refuse(dm_load_t *load, uint64_t line, const char *error);

/* The same where memory is wanted, for a journal, too: it is begun anew. */
int dm_load_no_memory(dm_load_t *load, uint64_t line);

/* The end of the file: 0, or -1 where it is refused. */
int dm_load_publish(dm_load_t *load);

/*
 * What follows of an image: the bytes taken, or -1 where it is refused.  After
 * the last of them it is published.
 */
int64_t dm_load_image(dm_load_t *load, const char *data, size_t len);

/* A line, which load->state.line counts already.  0, or -1: read no more. */
int dm_load_snapshot_line(dm_load_t *load, dm_str_t line);
int dm_load_journal_line(dm_load_t *load, dm_str_t line);

#endif
