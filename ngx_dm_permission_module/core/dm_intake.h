/*
 * A token file into a table, in bites: each is of a bounded size, however long
 * the file and however large the table.  The caller reads the file, and is the
 * table's writer where it is told; between any two bites it may do something
 * else, or stop for good.
 *
 *     dm_intake_snapshot() or dm_intake_journal()
 *     while (rc == DM_INTAKE_AGAIN)
 *         dm_intake_wants()? dm_intake_filled() : rc = dm_intake_bite()
 */

#ifndef DM_INTAKE_H
#define DM_INTAKE_H

#include "dm_load.h"


/* What a bite may be. */
#define DM_INTAKE_READ    (64 * 1024)   /* bytes read, and searched for lines */
#define DM_INTAKE_LINES   (8 * 1024)    /* bytes parsed, or one line */
#define DM_INTAKE_CLEAR   (64 * 1024)   /* bytes of the table emptied */
#define DM_INTAKE_REPAIR  2048          /* slots and apps looked at */

/* Twice what dm_load_feed() may need to have before it. */
#define DM_INTAKE_BUFFER  (256 * 1024)


typedef struct dm_intake_s  dm_intake_t;

typedef enum {
    DM_INTAKE_AGAIN = 0,                /* there is more to do */
    DM_INTAKE_DONE,                     /* in step with the file's end */
    DM_INTAKE_FULL,                     /* no room: begin with a snapshot */
    DM_INTAKE_REFUSED                   /* dm_load_state() says why */
} dm_intake_rc_t;


/* NULL without memory.  The table and the load stay the caller's. */
dm_intake_t *dm_intake_create(dm_table_t *table, dm_load_t *load);
void dm_intake_destroy(dm_intake_t *intake);

/*
 * Begin to read a file from its start, which leaves what is live until its end
 * has come; or what follows what another reading has got to.  Neither touches
 * the table.
 */
void dm_intake_snapshot(dm_intake_t *intake, unsigned users);
void dm_intake_journal(dm_intake_t *intake, const dm_load_state_t *from);

/*
 * 1: bytes are needed first: at most *len at *offset of the file, to be put at
 * *data; then tell how many there were, 0 is the file's end.
 */
int dm_intake_wants(dm_intake_t *intake, char **data, size_t *len,
    uint64_t *offset);
void dm_intake_filled(dm_intake_t *intake, size_t n);

/* 1: the file's end has come, and the bites left to do publish a snapshot. */
int dm_intake_ends(const dm_intake_t *intake);

/* One bite; by the table's writer. */
dm_intake_rc_t dm_intake_bite(dm_intake_t *intake);

#endif
