/*
 * What the parts of dm_ledger_verify*.c share.
 */

#ifndef DM_LEDGER_VERIFY_STATE_H
#define DM_LEDGER_VERIFY_STATE_H

#include "dm_ledger_verify.h"
#include "dm_map.h"

/*
 * Milliseconds that the clocks of processes may differ: each has the time of
 * when it looked last, and dm_ledger_line() does not go back by less.
 */
#define DM_LEDGER_CLOCKS  1000


/* Lines of a chain that follow each other. */
typedef struct {
    uint64_t           first;       /* their numbers */
    uint64_t           last;
    int64_t            from;        /* their times */
    int64_t            to;
    uint8_t            prev[DM_DIGEST_LEN];     /* that the first one states */
    uint8_t            mac[DM_DIGEST_LEN];      /* of the last one */
} dm_ledger_piece_t;

typedef struct {
    dm_ledger_chain_t  id;
    dm_ledger_piece_t *pieces;      /* by number; none overlaps another */
    size_t             n;
    size_t             size;

    uint64_t           seen;        /* last in this file, by verify->files */
    uint64_t           at;          /* up to this line of it */
    unsigned           key;         /* of all its lines, where it has some */

    int64_t            open_time;   /* where opened */
    dm_ledger_chain_t  follows;     /* where has_follows */
    uint64_t           close;       /* its number, 0: none */
    int64_t            close_time;
    dm_ledger_chain_t  latest;      /* where has_latest: opened before it */

    unsigned           opened:1;
    unsigned           has_follows:1;
    unsigned           has_latest:1;
    unsigned           full:1;      /* has more pieces than are kept */
} dm_ledger_known_t;

struct dm_ledger_verify_s {
    dm_mac_t *const     *macs;      /* of keys */
    unsigned             n_macs;
    dm_mac_t            *plain;     /* without a key */
    dm_ledger_find_t     find;
    dm_ledger_take_t     take;
    void                *data;

    dm_map_t            *chains;    /* dm_ledger_chain_t -> dm_ledger_known_t */
    dm_ledger_read_t     read;
    unsigned             key;       /* of the line that is read, or the last */
    dm_ledger_state_t    state;
    dm_ledger_finding_t  pending;   /* the next line may prolong it */

    int64_t             *told;      /* at the end: when a record said which
                                       chains there had been, by time */
    size_t               n_told;

    uint64_t             files;
    unsigned             file;      /* the caller's number of the one read */
    uint64_t             line;      /* 0 at the end */

    char                *buffer;    /* the beginning of a line */
    size_t               len;
    size_t               size;
    unsigned             too_long:1;
    unsigned             is_pending:1;
};

/* The chain, a new one where it was not known.  NULL without memory. */
dm_ledger_known_t *dm_ledger_verify_known(dm_ledger_verify_t *verify,
    const dm_ledger_chain_t *id);

/*
 * A finding of the line that is read, of none at the end; of a chain, or of
 * none where that is NULL.
 */
void dm_ledger_verify_tell(dm_ledger_verify_t *verify,
    const dm_ledger_chain_t *chain, const dm_ledger_finding_t *finding);
void dm_ledger_verify_flush(dm_ledger_verify_t *verify);

/* The line that is read has a mac that is wrong. */
void dm_ledger_verify_wrong(dm_ledger_verify_t *verify,
    dm_ledger_fault_t fault);

/*
 * Gives a record that counts its place in its chain: 1 where it is new, 0
 * where it was there already, -1 where its chain has another key, -2 without
 * memory.  It tells what it finds.
 */
int dm_ledger_verify_place(dm_ledger_verify_t *verify);

/* What does not fit between a piece and the one with the next lines. */
void dm_ledger_verify_link(dm_ledger_verify_t *verify,
    const dm_ledger_known_t *known, const dm_ledger_piece_t *piece,
    const dm_ledger_piece_t *next);

/* When the process of a chain had begun. */
int64_t dm_ledger_verify_start(const dm_ledger_chain_t *id);

/*
 * At the end: when the last record was written, before a chain that began at
 * this time, that says which chains there were.
 */
int64_t dm_ledger_verify_told(const dm_ledger_verify_t *verify, int64_t time);

/* The lines of a chain: 1 if all of them are there, its close included. */
int dm_ledger_verify_lines(dm_ledger_verify_t *verify,
    const dm_ledger_known_t *known);

#endif
