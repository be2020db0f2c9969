/*
 * All that a table's live state holds, in an order that does not depend on
 * how it came to hold it; for a process that has the table for itself.
 */

#ifndef DM_TABLE_WALK_H
#define DM_TABLE_WALK_H

#include "dm_table.h"


typedef struct dm_table_walk_s  dm_table_walk_t;

/*
 * A record of the walk, the visitor's until it returns.  `app` counts the apps
 * of the walk from 0: an app's own number, or that of a token's app.  Other
 * than 0 ends the walk and is what it returns; -1 is also without memory.
 */
typedef int (*dm_table_visit_pt)(void *data, const dm_record_t *record,
    uint32_t app);


/* NULL without memory or without a live state. */
dm_table_walk_t *dm_table_walk_create(const dm_table_t *table);
void dm_table_walk_destroy(dm_table_walk_t *walk);

/*
 * The apps by id.  One without a record of its own has DM_RECORD_END for its
 * kind, and an id, if a token names it; or is as if it had one.
 */
int dm_table_walk_apps(dm_table_walk_t *walk, dm_table_visit_pt visit,
    void *data);

/* The tokens by key, a key taken for two numbers of the machine's order. */
int dm_table_walk_tokens(dm_table_walk_t *walk, dm_table_visit_pt visit,
    void *data);

#endif
