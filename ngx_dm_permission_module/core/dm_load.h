/*
 * A token file, fed in pieces of any size, into a table.  The caller does the
 * reading; this decides what is a snapshot, what is journal, and what is
 * wrong.
 */

#ifndef DM_LOAD_H
#define DM_LOAD_H

#include "dm_table.h"


typedef struct dm_load_s  dm_load_t;

/* Everything worth a log line, as it happens.  line counts from 1. */
typedef enum {
    DM_LOAD_SKIPPED,           /* a bad journal line, `text` says why */
    DM_LOAD_CLAMPED            /* the first lowered token of a snapshot, of an
                                  image without a line: 0 */
} dm_load_event_t;

typedef void (*dm_load_report_t)(void *data, dm_load_event_t event,
    uint64_t line, const char *text);

typedef struct {
    uint64_t  line;            /* lines read whole, those of an image not */
    uint64_t  offset;          /* bytes read whole: the next line starts here */
    uint64_t  applied;         /* journal lines */
    uint64_t  skipped;
    uint64_t  error_line;      /* where the snapshot was refused, 0: no line */
    char      error[DM_RECORD_ERROR];

    /* of all lines since the snapshot began, replaced ones included */
    uint64_t  tokens;
    uint64_t  apps;            /* distinct ids, named by tokens alone or not */
    uint64_t  app_bytes;

    uint64_t  image;           /* records of the image that it began with */

    unsigned  journal:1;       /* the snapshot is published */
    unsigned  no_memory:1;     /* is why it was refused: to be tried again */
    unsigned  full:1;          /* a later line had no room: read anew */
    unsigned  again:1;         /* a snapshot was refused that fits, as is known
                                  now, if the next dm_load_snapshot() is fed
                                  the same file */
} dm_load_state_t;


/*
 * NULL without memory.  The table, digest and report data stay the caller's.
 * Without a table (NULL) lines are only checked and counted.
 */
dm_load_t *dm_load_create(dm_table_t *table, dm_digest_t *digest,
    dm_load_report_t report, void *data);
void dm_load_destroy(dm_load_t *load);

/*
 * Start a snapshot of so many lines, with or without the index of users; an
 * image's records count as lines.  Too small a number wastes the room that the
 * file would need, too great a number the room for apps.
 */
void dm_load_snapshot(dm_load_t *load, uint64_t lines, unsigned users);

/*
 * Go on with the journal of what is live, behind the lines and bytes that
 * another reading has got to.
 */
void dm_load_journal(dm_load_t *load, const dm_load_state_t *from);

/* What dm_table_size() says of the lines seen since the snapshot began. */
size_t dm_load_needs(const dm_load_t *load, unsigned users);

/*
 * Feed what follows.  Returns the number of bytes taken: whole lines only (or
 * parts of an image, for which 128 KiB is room enough), so the rest must be fed
 * again with more behind it; or -1 where the snapshot is refused (state->error
 * says why; what is live stays live), or where memory was wanted, which stops a
 * journal, too: no line is passed over for that.
 */
int64_t dm_load_feed(dm_load_t *load, const char *data, size_t len);

/*
 * The end of the file as it stands.  A snapshot without `end` is complete
 * here (a last line without a newline included), and it is published with the
 * journal that came with it: what that revokes was never in force.  Returns 0,
 * or -1 as above.  After it, what is fed is journal.
 */
int dm_load_finish(dm_load_t *load, const char *rest, size_t len);

const dm_load_state_t *dm_load_state(const dm_load_t *load);

#endif
