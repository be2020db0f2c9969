/*
 * The lines of a ledger -> what is wrong with it, and whether anything may be
 * missing of a time.
 *
 * A line counts if it is the very text of a record and its mac is right, made
 * with the one key that its chain has; nothing else is believed, not even that
 * a line that does not count was of the chain that it names.  What is missing
 * is found by what counts: by the numbers of a chain's lines and the mac of
 * the line before in each, by the chain that an "open" says it follows and the
 * one that a "close" says was opened last, and by how many workers the name of
 * each chain says there were.
 *
 * Files come in any order.  What is kept is for each chain one piece for each
 * run of its lines, so as many as there are files, and more only where lines
 * are missing or moved.
 */

#ifndef DM_LEDGER_VERIFY_H
#define DM_LEDGER_VERIFY_H

#include "dm_ledger_read.h"


/* A record has no such length: what is longer is not kept. */
#define DM_LEDGER_LINE_MAX    ((size_t) 16 * 1024 * 1024)

/* Pieces that are kept of a chain. */
#define DM_LEDGER_PIECES_MAX  4096

/* Keys that a ledger may have had. */
#define DM_LEDGER_KEYS_MAX    32

#define DM_LEDGER_TIME_MIN  INT64_MIN
#define DM_LEDGER_TIME_MAX  INT64_MAX


typedef enum {
    /* of a line, or of several that follow each other */
    DM_LEDGER_NO_RECORD = 0,        /* something else */
    DM_LEDGER_CUT_OFF,              /* the beginning of a record, or all of it
                                       but its newline */
    DM_LEDGER_WRONG_MAC,
    DM_LEDGER_NO_KEY,               /* its mac is right without the key */
    DM_LEDGER_REPEATED,             /* was there already */
    DM_LEDGER_MOVED,                /* behind a later line of its chain */

    /* of a line */
    DM_LEDGER_UNLINKED,             /* the line before it was another one */
    DM_LEDGER_CLOCK,                /* earlier than what was before it */
    DM_LEDGER_LOST,                 /* a gap: `lost` records */
    DM_LEDGER_REFUSED,              /* the same, and nothing has gone out */

    /* of a chain */
    DM_LEDGER_MISSING,              /* its lines `first` to `last` */
    DM_LEDGER_NOT_CLOSED,           /* `last` is its last line */
    DM_LEDGER_GOES_ON,              /* up to line `last` behind its close */
    DM_LEDGER_PIECES,               /* more than are kept */
    DM_LEDGER_ANEW,                 /* another chain that follows none */
    DM_LEDGER_OLD_KEY,              /* its key is older than that of `other`,
                                       which it follows */
    DM_LEDGER_NO_CHAIN,             /* it is missing, `other` names it */
    DM_LEDGER_NO_WORKER,            /* nor is there one of the workers `first`
                                       to `last` of its group */
    DM_LEDGER_NOTHING,              /* no line counts */
    DM_LEDGER_FAULTS
} dm_ledger_fault_t;


typedef struct {
    dm_ledger_fault_t  fault;
    unsigned           file;        /* where line is not 0 */
    uint64_t           line;        /* from 1 */
    uint64_t           line_last;
    dm_ledger_chain_t  chain;       /* where has_chain */
    dm_ledger_chain_t  other;
    uint64_t           first;
    uint64_t           last;
    uint64_t           lost;

    /*
     * Unix milliseconds, both included.  Where there is a hole: when records
     * that may be missing were written, DM_LEDGER_TIME_MIN and _MAX where
     * nothing bounds that.  Of CLOCK: the time before, and the earlier one.
     */
    int64_t            from;
    int64_t            to;

    unsigned           has_chain:1;
    unsigned           hole:1;
} dm_ledger_finding_t;


typedef struct {
    uint64_t  lines;
    uint64_t  records;              /* that count, each once */
    uint64_t  chains;               /* that have lines */
    uint64_t  closed;               /* of them, those with all their lines */
    uint64_t  findings;
    uint64_t  wrong;                /* lines with a wrong mac */

    /*
     * The time that the chains that are there are known to be all of, where
     * no finding says otherwise: from the first one's "open" to the last
     * record that tells which chains there were.  from > to: none.
     */
    int64_t   from;
    int64_t   to;
} dm_ledger_state_t;


/*
 * Called as they are found, or read.  What they point to lives until they
 * return.  A record that counts comes once, not in the order of time.
 */
typedef void (*dm_ledger_find_t)(void *data, const dm_ledger_finding_t *f);
typedef int (*dm_ledger_take_t)(void *data, const dm_ledger_read_t *read);

typedef struct dm_ledger_verify_s  dm_ledger_verify_t;


/*
 * `macs`: of the keys that the ledger had, the oldest first, at most
 * DM_LEDGER_KEYS_MAX, or 0 where it has none.  They and `data` stay the
 * caller's.  `take` may be NULL; what it returns other than 0 is returned by
 * feed and end_file.  NULL without memory.
 */
dm_ledger_verify_t *dm_ledger_verify_create(dm_mac_t *const *macs,
    unsigned n_macs, dm_ledger_find_t find, dm_ledger_take_t take, void *data);
void dm_ledger_verify_destroy(dm_ledger_verify_t *verify);

/*
 * A file, in pieces of any size: begun by its number, fed, and ended.  0; -2
 * without memory or where OpenSSL fails; or what `take` returned.
 */
void dm_ledger_verify_file(dm_ledger_verify_t *verify, unsigned file);
int dm_ledger_verify_feed(dm_ledger_verify_t *verify, dm_str_t text);
int dm_ledger_verify_end_file(dm_ledger_verify_t *verify);

/* After all files, once: what is to be said of the whole.  0, or -2. */
int dm_ledger_verify_end(dm_ledger_verify_t *verify);

/* Complete after dm_ledger_verify_end(). */
const dm_ledger_state_t *dm_ledger_verify_state(
    const dm_ledger_verify_t *verify);

/* The word of a fault, as in JSON. */
dm_str_t dm_ledger_fault_word(dm_ledger_fault_t fault);

#endif
