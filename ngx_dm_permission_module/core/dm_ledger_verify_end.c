/*
 * What is to be said of a ledger when all of it has been read.
 *
 * That a chain is missing as a whole is found three ways.  Chains that are
 * opened one after the other name each the one before it.  A chain that is
 * closed names the last one that was opened by then.  And all workers that
 * start together are counted in their names.
 *
 * Proof that nothing else is missing.  Chains have one order, that of their
 * names in shared memory; let U be one that is not there and told of by none of
 * the three.  The chain behind U, if one was opened, names U, so that one is
 * not there or has lost its "open", and so on: behind U none has its "open" up
 * to one that is told to be missing, or to the end.  A record that was written
 * after U was opened, and says which chain was the last by then, names U or
 * one behind it.  So U was opened after the last such record before the next
 * chain that is told to be missing, and that is where its hole begins; with no
 * such chain, after the last such record of all, and that is where the time
 * ends that the ledger answers for.
 */

#include <stdlib.h>

#include "dm_ledger_verify_state.h"


static int
dm_ledger_end_order(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}


static int
dm_ledger_end_by_time(const void *one, const void *two)
{
    const int64_t  *a = one, *b = two;

    return dm_ledger_end_order(*a, *b);
}


static void
dm_ledger_end_clock(dm_ledger_verify_t *verify, const dm_ledger_known_t *known,
    int64_t before, int64_t after)
{
    if (after < before && before - after > DM_LEDGER_CLOCKS) {
        dm_ledger_verify_tell(verify, &known->id, &(dm_ledger_finding_t) {
            .fault = DM_LEDGER_CLOCK, .first = 1, .last = 1, .from = before,
            .to = after
        });
    }
}


/* A chain that is named: told of once, where it is not there. */
static int
dm_ledger_end_named(dm_ledger_verify_t *verify, const dm_ledger_known_t *known,
    const dm_ledger_chain_t *id)
{
    size_t  count;

    count = dm_map_count(verify->chains);

    if (dm_ledger_verify_known(verify, id) == NULL) {
        return -2;
    }

    if (dm_map_count(verify->chains) == count) {
        return 0;
    }

    dm_ledger_verify_tell(verify, id, &(dm_ledger_finding_t) {
        .fault = DM_LEDGER_NO_CHAIN, .other = known->id,
        .from = dm_ledger_verify_told(verify, dm_ledger_verify_start(id)),
        .to = DM_LEDGER_TIME_MAX, .hole = 1
    });

    return 0;
}


/*
 * Who has an old key could go on with the ledger from anywhere, were it not
 * that no chain behind a new one has it.
 */
static void
dm_ledger_end_key(dm_ledger_verify_t *verify, const dm_ledger_known_t *known)
{
    const dm_ledger_known_t  *before;

    before = dm_ledger_verify_known(verify, &known->follows);

    if (before && before->n && before->key > known->key) {
        dm_ledger_verify_tell(verify, &known->id, &(dm_ledger_finding_t) {
            .fault = DM_LEDGER_OLD_KEY, .other = before->id,
            .from = DM_LEDGER_TIME_MIN, .to = DM_LEDGER_TIME_MAX, .hole = 1
        });
    }
}


/* The chains that a chain names. */
static int
dm_ledger_end_names(dm_ledger_verify_t *verify, const dm_ledger_known_t *known)
{
    if (known->opened) {
        dm_ledger_end_clock(verify, known, dm_ledger_verify_start(&known->id),
                            known->open_time);
    }

    if (known->has_follows) {
        dm_ledger_end_clock(verify, known,
                            dm_ledger_verify_start(&known->follows),
                            known->open_time);

        if (dm_ledger_end_named(verify, known, &known->follows) != 0) {
            return -2;
        }

        dm_ledger_end_key(verify, known);
    }

    return known->has_latest
           ? dm_ledger_end_named(verify, known, &known->latest) : 0;
}


/* When it is said which chains there are: by each "open", and each "close". */
static int
dm_ledger_end_times(dm_ledger_verify_t *verify)
{
    size_t              i, count;
    dm_ledger_known_t  *known;
    dm_ledger_state_t  *state;

    state = &verify->state;
    state->from = DM_LEDGER_TIME_MAX;
    state->to = DM_LEDGER_TIME_MIN;
    count = dm_map_count(verify->chains);

    verify->told = malloc((2 * count + 1) * sizeof(int64_t));
    if (verify->told == NULL) {
        return -2;
    }

    for (i = 0; i < count; i++) {
        known = dm_map_at(verify->chains, i, NULL);

        if (known->opened) {
            verify->told[verify->n_told++] = known->open_time;
            state->from = known->open_time < state->from ? known->open_time
                                                         : state->from;
        }

        if (known->close) {
            verify->told[verify->n_told++] = known->close_time;
        }
    }

    if (verify->n_told) {
        qsort(verify->told, verify->n_told, sizeof(int64_t),
              dm_ledger_end_by_time);
        state->to = verify->told[verify->n_told - 1];
    }

    return 0;
}


/* Of chains that follow none, all but the first one opened. */
static void
dm_ledger_end_anew(dm_ledger_verify_t *verify)
{
    size_t              i;
    dm_ledger_known_t  *known, *first;

    first = NULL;

    for (i = 0; i < dm_map_count(verify->chains); i++) {
        known = dm_map_at(verify->chains, i, NULL);

        if (known->opened && !known->has_follows
            && (first == NULL || known->open_time < first->open_time))
        {
            first = known;
        }
    }

    for (i = 0; i < dm_map_count(verify->chains); i++) {
        known = dm_map_at(verify->chains, i, NULL);

        if (first != NULL && known->opened && !known->has_follows
            && known != first)
        {
            dm_ledger_verify_tell(verify, &known->id, &(dm_ledger_finding_t) {
                .fault = DM_LEDGER_ANEW, .other = first->id,
                .from = DM_LEDGER_TIME_MIN, .to = DM_LEDGER_TIME_MAX, .hole = 1
            });
        }
    }
}


static int
dm_ledger_end_by_worker(const void *one, const void *two)
{
    int                             order;
    const dm_ledger_known_t *const  *a = one, *const *b = two;

    order = dm_ledger_end_order((*a)->id.group, (*b)->id.group);

    if (order == 0) {
        order = dm_ledger_end_order((*a)->id.workers, (*b)->id.workers);
    }

    return order ? order : dm_ledger_end_order((*a)->id.worker,
                                                  (*b)->id.worker);
}


static void
dm_ledger_end_no_worker(dm_ledger_verify_t *verify,
    const dm_ledger_known_t *known, uint64_t first, uint64_t end, int64_t start)
{
    if (first < end) {
        dm_ledger_verify_tell(verify, &known->id, &(dm_ledger_finding_t) {
            .fault = DM_LEDGER_NO_WORKER, .first = first, .last = end - 1,
            .from = start, .to = DM_LEDGER_TIME_MAX, .hole = 1
        });
    }
}


/* The chains of one group: n of them, by worker. */
static void
dm_ledger_end_group(dm_ledger_verify_t *verify,
    dm_ledger_known_t *const *known, size_t n)
{
    size_t    i;
    int64_t   start, time;
    uint64_t  next;

    start = DM_LEDGER_TIME_MAX;

    for (i = 0; i < n; i++) {
        time = dm_ledger_verify_start(&known[i]->id);
        start = time < start ? time : start;
    }

    start = dm_ledger_verify_told(verify, start);
    next = 0;

    for (i = 0; i < n; i++) {
        dm_ledger_end_no_worker(verify, known[0], next, known[i]->id.worker,
                                start);
        next = (uint64_t) known[i]->id.worker + 1;
    }

    dm_ledger_end_no_worker(verify, known[0], next, known[0]->id.workers,
                            start);
}


static int
dm_ledger_end_groups(dm_ledger_verify_t *verify)
{
    size_t              i, n, count;
    dm_ledger_known_t **known;

    count = dm_map_count(verify->chains);

    known = malloc((count + 1) * sizeof(dm_ledger_known_t *));
    if (known == NULL) {
        return -2;
    }

    for (i = 0; i < count; i++) {
        known[i] = dm_map_at(verify->chains, i, NULL);
    }

    qsort(known, count, sizeof(dm_ledger_known_t *), dm_ledger_end_by_worker);

    for (i = 0; i < count; i += n) {

        n = 1;

        while (i + n < count
               && known[i + n]->id.group == known[i]->id.group
               && known[i + n]->id.workers == known[i]->id.workers)
        {
            n++;
        }

        dm_ledger_end_group(verify, known + i, n);
    }

    free(known);

    return 0;
}


int
dm_ledger_verify_end(dm_ledger_verify_t *verify)
{
    size_t              i, count;
    dm_ledger_known_t  *known;

    dm_ledger_verify_flush(verify);
    verify->line = 0;

    if (dm_ledger_end_times(verify) != 0) {
        return -2;
    }

    count = dm_map_count(verify->chains);

    for (i = 0; i < count; i++) {
        known = dm_map_at(verify->chains, i, NULL);

        if (known->n) {
            verify->state.chains++;
            verify->state.closed += dm_ledger_verify_lines(verify, known);
        }
    }

    /* what is named and missing is added behind these */

    for (i = 0; i < count; i++) {
        if (dm_ledger_end_names(verify, dm_map_at(verify->chains, i, NULL))
            != 0)
        {
            return -2;
        }
    }

    dm_ledger_end_anew(verify);

    if (count == 0) {
        dm_ledger_verify_tell(verify, NULL, &(dm_ledger_finding_t) {
            .fault = DM_LEDGER_NOTHING, .from = DM_LEDGER_TIME_MIN,
            .to = DM_LEDGER_TIME_MAX, .hole = 1
        });
    }

    return dm_ledger_end_groups(verify);
}
