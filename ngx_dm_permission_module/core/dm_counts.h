/*
 * Counters of a zone in shared memory.  Each process counts in a slot of its
 * own, so that counting is an addition to memory nobody else writes: no lock,
 * no shared read-modify-write.  Whoever wants the sums adds the slots up.
 */

#ifndef DM_COUNTS_H
#define DM_COUNTS_H

#include "dm_access.h"


typedef struct dm_counts_s       dm_counts_t;
typedef struct dm_counts_slot_s  dm_counts_slot_t;

/* Workers of two configurations, on a machine of 256 processors. */
#define DM_COUNTS_SLOTS  512

/* What becomes of a request or a delivery. */
typedef enum {
    DM_COUNT_ENFORCED = 0,
    DM_COUNT_DRY_RUN,
    DM_COUNT_MODES
} dm_count_mode_t;

/* What is counted of streams and the ledger. */
typedef enum {
    DM_COUNT_STREAM_OPEN = 0,        /* goes down, too */
    DM_COUNT_STREAM_DELIVERED,
    DM_COUNT_STREAM_WITHHELD,
    DM_COUNT_STREAM_UNDECIDABLE,
    DM_COUNT_STREAM_CLOSED,          /* by the module: the grant has ended */
    DM_COUNT_LEDGER_RECORDS,
    DM_COUNT_LEDGER_GAPS,
    DM_COUNT_LEDGER_LOST,
    DM_COUNTS
} dm_count_t;

/* Requests of an app: enforced and passed, refused, refused in a dry run. */
typedef enum {
    DM_COUNT_APP_PASSED = 0,
    DM_COUNT_APP_REJECTED,
    DM_COUNT_APP_WOULD_REJECT,
    DM_COUNT_APP_KINDS
} dm_count_app_kind_t;

#define DM_COUNT_APP_ID  64

typedef struct {
    char      id[DM_COUNT_APP_ID];
    size_t    id_len;
    uint64_t  n[DM_COUNT_APP_KINDS];
} dm_count_app_t;

/* Apps that a sum tells apart. */
#define DM_COUNT_APPS  1024

typedef struct {
    uint64_t        requests[DM_COUNT_MODES][DM_ACTIONS][DM_REASONS];
    uint64_t        deliveries[DM_COUNT_MODES][DM_REASONS];
    uint64_t        n[DM_COUNTS];
    uint64_t        other[DM_COUNT_APP_KINDS];  /* apps not in the list */
    size_t          n_apps;
    dm_count_app_t  apps[DM_COUNT_APPS];
} dm_counts_sum_t;


/* Bytes of memory that dm_counts_init() needs. */
size_t dm_counts_size(void);

/* The counters at `memory`: zeroed, 64-byte aligned, may be shared. */
dm_counts_t *dm_counts_init(void *memory);

/*
 * The slot of the process `pid`: its own, a free one, or that of a process
 * that alive() denies; what was counted there stays, but for open streams.
 * NULL if none is to be had.  There is no release: a process may be killed.
 */
dm_counts_slot_t *dm_counts_claim(dm_counts_t *counts, uint32_t pid,
    int (*alive)(uint32_t pid));

/* All of these do nothing where slot is NULL. */
void dm_counts_request(dm_counts_slot_t *slot, dm_count_mode_t mode,
    dm_action_t action, dm_reason_t reason);
void dm_counts_delivery(dm_counts_slot_t *slot, dm_count_mode_t mode,
    dm_reason_t reason);
void dm_counts_add(dm_counts_slot_t *slot, dm_count_t count, int64_t n);

/* app is empty where it is not known: nothing is counted then. */
void dm_counts_app(dm_counts_slot_t *slot, dm_str_t app,
    dm_count_app_kind_t kind);

/*
 * Adds all slots up; apps come with the most would-be refusals first, then
 * the most refusals, then the most requests.  Processes go on counting
 * meanwhile: each number is right, their moments differ by microseconds.
 */
void dm_counts_sum(const dm_counts_t *counts, int (*alive)(uint32_t pid),
    dm_counts_sum_t *sum);

#endif
