/*
 * What dm_load*.c share.
 */

#ifndef DM_LOAD_STATE_H
#define DM_LOAD_STATE_H

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


/* NULL without memory. */
dm_load_app_t *dm_load_app(dm_load_t *load, dm_str_t id);

/* Always -1. */
int dm_load_refuse(dm_load_t *load, uint64_t line, const char *error);

/* The end of the snapshot: 0, or -1 where it is refused. */
int dm_load_publish(dm_load_t *load);

/* A line, which load->state.line counts already. */
int dm_load_snapshot_line(dm_load_t *load, dm_str_t line);
void dm_load_journal_line(dm_load_t *load, dm_str_t line);

#endif
