/*
 * What the sync of a table did last, for others to see: one writer, any
 * number of readers that take no lock, in shared memory.
 */

#ifndef DM_HISTORY_H
#define DM_HISTORY_H

#include "dm_record.h"


#define DM_HISTORY_ERROR  256           /* longer texts are cut */

/* Times are Unix milliseconds, 0: never. */
typedef struct {
    uint64_t  loaded;                   /* the snapshot that is in force */
    uint64_t  changed;                  /* that, or the last line after it */
    uint64_t  duration;                 /* of the last sync, microseconds */
    uint64_t  applied;                  /* journal lines since loaded */
    uint64_t  skipped;
    uint64_t  failed;                   /* the last error */
    uint64_t  error_line;               /* 0: no line is to blame */
    char      error[DM_HISTORY_ERROR];  /* ends with a NUL */
} dm_history_entry_t;

#define DM_HISTORY_WORDS  (sizeof(dm_history_entry_t) / sizeof(uint64_t))

typedef struct {
    uint64_t  number;                   /* bit 0: the entry in force */
    uint64_t  entry[2][DM_HISTORY_WORDS];
} dm_history_t;


/* Any process, any time, of a history that was zeroed at first. */
void dm_history_read(const dm_history_t *history, dm_history_entry_t *entry);

/*
 * The caller makes sure that there is one writer.  A writer that dies in the
 * middle leaves the entry before.
 */
void dm_history_write(dm_history_t *history, const dm_history_entry_t *entry);

/* Notes an error; line 0: no line is to blame. */
void dm_history_error(dm_history_entry_t *entry, uint64_t now, uint64_t line,
    const char *text);

#endif
