#include <stdlib.h>

#include "dm_counts.h"


/*
 * Apps of a slot: sets of a few ways, by the hash of the id.  Where a set is
 * full the app with the fewest requests gives its place up, and its numbers to
 * the rest: what is busy stays, and no request is lost from the totals.
 */
#define DM_COUNTS_SETS  64
#define DM_COUNTS_WAYS  4

/* Of the list of a sum: a power of two, twice its length. */
#define DM_COUNTS_INDEX  (2 * DM_COUNT_APPS)

#define dm_load(p)     __atomic_load_n(p, __ATOMIC_RELAXED)
#define dm_store(p, v) __atomic_store_n(p, v, __ATOMIC_RELAXED)


/* seq is odd while another app moves in: a reader then looks elsewhere. */
typedef struct {
    uint32_t  seq;
    uint32_t  id_len;
    char      id[DM_COUNT_APP_ID];
    uint64_t  n[DM_COUNT_APP_KINDS];
} dm_counts_app_t;


struct dm_counts_slot_s {
    uint32_t         pid;               /* 0: never used */
    uint64_t         requests[DM_COUNT_MODES][DM_ACTIONS][DM_REASONS];
    uint64_t         deliveries[DM_COUNT_MODES][DM_REASONS];
    uint64_t         n[DM_COUNTS];
    uint64_t         other[DM_COUNT_APP_KINDS];
    dm_counts_app_t  apps[DM_COUNTS_SETS][DM_COUNTS_WAYS];
} __attribute__((aligned(64)));


struct dm_counts_s {
    dm_counts_slot_t  slots[DM_COUNTS_SLOTS];
};


size_t
dm_counts_size(void)
{
    return sizeof(dm_counts_t);
}


dm_counts_t *
dm_counts_init(void *memory)
{
    return memory;
}


dm_counts_slot_t *
dm_counts_claim(dm_counts_t *counts, uint32_t pid, int (*alive)(uint32_t pid))
{
    size_t             i;
    uint32_t           owner;
    dm_counts_slot_t  *slot;

    for (i = 0; i < DM_COUNTS_SLOTS; i++) {
        slot = &counts->slots[i];
        owner = dm_load(&slot->pid);

        if (owner != 0 && owner != pid && alive(owner)) {
            continue;
        }

        if (__atomic_compare_exchange_n(&slot->pid, &owner, pid, 0,
                                        __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        {
            if (owner != pid) {
                dm_store(&slot->n[DM_COUNT_STREAM_OPEN], 0);
            }

            return slot;
        }
    }

    return NULL;
}


/* The only writer is the slot's process: no other addition can be lost. */
static void
dm_counts_bump(uint64_t *n, uint64_t by)
{
    dm_store(n, dm_load(n) + by);
}


void
dm_counts_request(dm_counts_slot_t *slot, dm_count_mode_t mode,
    dm_action_t action, dm_reason_t reason)
{
    if (slot) {
        dm_counts_bump(&slot->requests[mode][action][reason], 1);
    }
}


void
dm_counts_delivery(dm_counts_slot_t *slot, dm_count_mode_t mode,
    dm_reason_t reason)
{
    if (slot) {
        dm_counts_bump(&slot->deliveries[mode][reason], 1);
    }
}


void
dm_counts_add(dm_counts_slot_t *slot, dm_count_t count, int64_t n)
{
    if (slot) {
        dm_counts_bump(&slot->n[count], (uint64_t) n);
    }
}


static uint64_t
dm_counts_total(const uint64_t n[DM_COUNT_APP_KINDS])
{
    return dm_load(&n[DM_COUNT_APP_PASSED]) + dm_load(&n[DM_COUNT_APP_REJECTED])
           + dm_load(&n[DM_COUNT_APP_WOULD_REJECT]);
}


/* The place of an app that has none: that of the one with least requests. */
static dm_counts_app_t *
dm_counts_move_in(dm_counts_slot_t *slot, dm_counts_app_t *set, dm_str_t id)
{
    size_t            i;
    uint32_t          seq;
    dm_counts_app_t  *place;

    place = &set[0];

    for (i = 1; i < DM_COUNTS_WAYS; i++) {
        if (dm_counts_total(set[i].n) < dm_counts_total(place->n)) {
            place = &set[i];
        }
    }

    seq = place->seq;

    dm_store(&place->seq, seq + 1);
    __atomic_thread_fence(__ATOMIC_RELEASE);

    for (i = 0; i < DM_COUNT_APP_KINDS; i++) {
        dm_counts_bump(&slot->other[i], place->n[i]);
        dm_store(&place->n[i], 0);
    }

    for (i = 0; i < id.len; i++) {
        dm_store(&place->id[i], id.data[i]);
    }

    dm_store(&place->id_len, (uint32_t) id.len);
    __atomic_store_n(&place->seq, seq + 2, __ATOMIC_RELEASE);

    return place;
}


void
dm_counts_app(dm_counts_slot_t *slot, dm_str_t app, dm_count_app_kind_t kind)
{
    size_t            i;
    dm_counts_app_t  *set, *place;

    if (slot == NULL || app.len == 0 || app.len > DM_COUNT_APP_ID) {
        return;
    }

    set = slot->apps[dm_str_hash(app) % DM_COUNTS_SETS];
    place = NULL;

    for (i = 0; i < DM_COUNTS_WAYS; i++) {
        if (set[i].id_len == app.len
            && memcmp(set[i].id, app.data, app.len) == 0)
        {
            place = &set[i];
            break;
        }
    }

    if (place == NULL) {
        place = dm_counts_move_in(slot, set, app);
    }

    dm_counts_bump(&place->n[kind], 1);
}


/* 0 where an app moved in meanwhile. */
static int
dm_counts_copy(const dm_counts_app_t *place, dm_count_app_t *app)
{
    size_t    i;
    uint32_t  seq;

    seq = __atomic_load_n(&place->seq, __ATOMIC_ACQUIRE);

    app->id_len = dm_load(&place->id_len);

    if ((seq & 1) || app->id_len == 0 || app->id_len > DM_COUNT_APP_ID) {
        return 0;
    }

    for (i = 0; i < app->id_len; i++) {
        app->id[i] = dm_load(&place->id[i]);
    }

    for (i = 0; i < DM_COUNT_APP_KINDS; i++) {
        app->n[i] = dm_load(&place->n[i]);
    }

    __atomic_thread_fence(__ATOMIC_ACQUIRE);

    return dm_load(&place->seq) == seq;
}


/* `index` holds places in sum->apps, from 1. */
static void
dm_counts_merge(dm_counts_sum_t *sum, uint16_t index[DM_COUNTS_INDEX],
    const dm_count_app_t *app)
{
    size_t           i, at;
    uint64_t        *n;
    dm_count_app_t  *known;

    at = dm_str_hash((dm_str_t) { app->id, app->id_len });

    for (n = NULL; n == NULL; at++) {
        at %= DM_COUNTS_INDEX;

        if (index[at] == 0) {

            if (sum->n_apps == DM_COUNT_APPS) {
                n = sum->other;
                break;
            }

            sum->apps[sum->n_apps++] = *app;
            index[at] = (uint16_t) sum->n_apps;
            return;
        }

        known = &sum->apps[index[at] - 1];

        if (known->id_len == app->id_len
            && memcmp(known->id, app->id, app->id_len) == 0)
        {
            n = known->n;
        }
    }

    for (i = 0; i < DM_COUNT_APP_KINDS; i++) {
        n[i] += app->n[i];
    }
}


static int
dm_counts_compare(const void *one, const void *two)
{
    static const dm_count_app_kind_t  order[] = {
        DM_COUNT_APP_WOULD_REJECT, DM_COUNT_APP_REJECTED, DM_COUNT_APP_PASSED
    };

    size_t                 i;
    const dm_count_app_t  *a, *b;

    a = one;
    b = two;

    for (i = 0; i < DM_COUNT_APP_KINDS; i++) {
        if (a->n[order[i]] != b->n[order[i]]) {
            return a->n[order[i]] > b->n[order[i]] ? -1 : 1;
        }
    }

    /* equals keep their order from one view to the next */

    if (a->id_len != b->id_len) {
        return a->id_len < b->id_len ? -1 : 1;
    }

    return memcmp(a->id, b->id, a->id_len);
}


static void
dm_counts_sum_array(uint64_t *to, const uint64_t *from, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        to[i] += dm_load(&from[i]);
    }
}


static void
dm_counts_sum_slot(const dm_counts_slot_t *slot, unsigned alive,
    dm_counts_sum_t *sum, uint16_t index[DM_COUNTS_INDEX])
{
    size_t           i;
    uint64_t         open;
    dm_count_app_t   app;

    dm_counts_sum_array(&sum->requests[0][0][0], &slot->requests[0][0][0],
                        DM_COUNT_MODES * DM_ACTIONS * DM_REASONS);
    dm_counts_sum_array(&sum->deliveries[0][0], &slot->deliveries[0][0],
                        DM_COUNT_MODES * DM_REASONS);
    dm_counts_sum_array(sum->other, slot->other, DM_COUNT_APP_KINDS);

    /* nobody closes the streams of a process that was killed */

    open = sum->n[DM_COUNT_STREAM_OPEN];
    dm_counts_sum_array(sum->n, slot->n, DM_COUNTS);

    if (!alive) {
        sum->n[DM_COUNT_STREAM_OPEN] = open;
    }

    for (i = 0; i < DM_COUNTS_SETS * DM_COUNTS_WAYS; i++) {
        if (dm_counts_copy(&slot->apps[0][0] + i, &app)) {
            dm_counts_merge(sum, index, &app);
        }
    }
}


void
dm_counts_sum(const dm_counts_t *counts, int (*alive)(uint32_t pid),
    dm_counts_sum_t *sum)
{
    size_t    i;
    uint16_t  index[DM_COUNTS_INDEX];
    uint32_t  pid;

    memset(sum, 0, sizeof(dm_counts_sum_t));
    memset(index, 0, sizeof(index));

    for (i = 0; i < DM_COUNTS_SLOTS; i++) {
        pid = dm_load(&counts->slots[i].pid);

        if (pid != 0) {
            dm_counts_sum_slot(&counts->slots[i], alive(pid) != 0, sum, index);
        }
    }

    qsort(sum->apps, sum->n_apps, sizeof(dm_count_app_t), dm_counts_compare);
}
