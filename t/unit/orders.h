/*
 * The memory model of C11 for one writer and a reader, in place of
 * dm_table_access.h: a load may return whatever the model lets it, and all of
 * that is tried, one run of the reader for each combination.
 *
 * The writer is one thread and reads nothing of the reader's, so that it runs
 * once, to its end, and each location has a history: the modification order.
 * What a store publishes is then one number, the stores of the writer that
 * happen before whoever acquires it: all up to itself if it is a release, all
 * up to the writer's last release fence if not.  (A relaxed store does not go
 * on with the release sequence of an earlier one, as C++20 has it: C11 orders
 * more.)  A reader may see any store that is not hidden from it:
 *
 *  - by a later one of the same location that happens before the load;
 *  - by one of the same location that it has seen already (coherence).
 *
 * It knows of what an acquire load has seen at once, and of what a relaxed one
 * has seen from its next acquire fence on.  It stores nothing, so that no load
 * can depend on what comes after it, and this is all that the model allows.
 *
 * Memory that is accessed in words of 8 bytes and of 4 at different times is
 * beyond C11 (begin() clears the links of 4 bytes two at a time); here, and in
 * processors, an access of 8 bytes is one of its two halves at one moment.
 *
 * Each access and each fence of the sources is a site.  A site can be weak:
 * its order becomes relaxed, the fence nothing; or forgotten: its load returns
 * what the reader has seen there before, as if the second look were missing.
 */

#ifndef ORDERS_H
#define ORDERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>


#define DM_TABLE_ACCESS_H               /* these are its accesses */

#define ORDERS_MEMORY    (64 + 2 * 2048)
#define ORDERS_GRANULES  (ORDERS_MEMORY / 4)
#define ORDERS_STORES    64             /* of one location */
#define ORDERS_SITES     128
#define ORDERS_LOADS     256            /* of one run of the reader */

typedef enum {
    ORDERS_LOAD = 0,
    ORDERS_ACQUIRE,
    ORDERS_STORE,
    ORDERS_RELEASE,
    ORDERS_FENCE_ACQUIRE,
    ORDERS_FENCE_RELEASE
} orders_kind_t;

typedef enum {
    ORDERS_PLAIN = 0,                   /* a load is of what was stored last */
    ORDERS_READING                      /* of whatever the model allows */
} orders_mode_t;

typedef struct {
    const char     *function;
    const char     *what;
    orders_kind_t   kind;
    unsigned        visits;             /* of one run of the reader */
    unsigned        read:1;             /* it is a reader's */
    unsigned        again:1;            /* it loads what was loaded before */
    unsigned        weak:1;
    unsigned        forgotten:1;
} orders_site_t;

typedef struct {
    uint32_t  at;                       /* the number of the store */
    uint32_t  publishes;
    uint32_t  half;
} orders_store_t;

typedef struct {
    uint32_t  at;
    uint32_t  publishes;
    uint64_t  value;
} orders_choice_t;

/* What the reader has seen of a location in one run. */
typedef struct {
    uint64_t  run;
    uint64_t  value;
    uint32_t  at;
    unsigned  site;
} orders_seen_t;


static uint64_t        orders_memory[ORDERS_MEMORY / 8];
static orders_mode_t   orders_mode;

static orders_site_t   orders_sites[ORDERS_SITES];
static unsigned        orders_n_sites = 1;

static orders_store_t  orders_history[ORDERS_GRANULES][ORDERS_STORES];
static unsigned        orders_stores[ORDERS_GRANULES];
static uint32_t        orders_last;     /* the writer's store */
static unsigned        orders_left;     /* stores until it dies; 0: it lives */
static jmp_buf         orders_dies;
static uint32_t        orders_fenced;   /* those before its release fence */

static uint32_t        orders_from;     /* what the reader knows at first */
static uint32_t        orders_knows;
static uint32_t        orders_heard;    /* what it will, behind a fence */
static orders_seen_t   orders_seen[ORDERS_GRANULES];
static uint64_t        orders_run;
static unsigned        orders_choice[ORDERS_LOADS];
static unsigned        orders_options[ORDERS_LOADS];
static unsigned        orders_loads;
static jmp_buf         orders_looks_again;


static inline unsigned
orders_site(const char *function, const char *what, orders_kind_t kind)
{
    orders_site_t  *site;

    assert_true(orders_n_sites < ORDERS_SITES);

    site = &orders_sites[orders_n_sites];
    site->function = function;
    site->what = what;
    site->kind = kind;

    return orders_n_sites++;
}


static inline unsigned
orders_granule(const void *p, size_t size)
{
    size_t  offset;

    offset = (const char *) p - (const char *) orders_memory;

    assert_true(offset <= ORDERS_MEMORY - size && offset % size == 0);

    return offset / 4;
}


static inline void
orders_store(void *p, size_t size, uint64_t value, unsigned site)
{
    size_t           i;
    unsigned         g;
    orders_store_t  *store;

    if (orders_left != 0 && --orders_left == 0) {
        longjmp(orders_dies, 1);
    }

    memcpy(p, &value, size);

    g = orders_granule(p, size);
    orders_last++;

    for (i = 0; i < size / 4; i++) {
        assert_true(orders_stores[g + i] < ORDERS_STORES);

        store = &orders_history[g + i][orders_stores[g + i]++];
        store->at = orders_last;
        store->half = (uint32_t) (value >> 32 * i);
        store->publishes = orders_sites[site].kind == ORDERS_RELEASE
                           && !orders_sites[site].weak
                           ? orders_last : orders_fenced;
    }
}


/* The store whose value a granule had at a moment. */
static inline const orders_store_t *
orders_at(unsigned g, uint32_t at)
{
    unsigned  i;

    for (i = orders_stores[g] - 1; orders_history[g][i].at > at; i--) {
        /* void */
    }

    return &orders_history[g][i];
}


/* The oldest moment of a granule that is not hidden from the reader. */
static inline uint32_t
orders_oldest(unsigned g)
{
    uint32_t  at;

    at = orders_at(g, orders_knows)->at;

    return orders_seen[g].run == orders_run && orders_seen[g].at > at
           ? orders_seen[g].at : at;
}


/*
 * One more choice, unless there is one of the same value that hides nothing
 * that this one does not: all that can follow this one can follow that.
 */
static inline unsigned
orders_choose(orders_choice_t *choices, unsigned n, unsigned g, size_t size,
    uint32_t at)
{
    size_t                 i;
    unsigned               j;
    orders_choice_t        choice = { at, 0, 0 };
    const orders_store_t  *store;

    for (i = 0; i < size / 4; i++) {
        store = orders_at(g + i, at);
        choice.value |= (uint64_t) store->half << 32 * i;

        if (store->publishes > choice.publishes) {
            choice.publishes = store->publishes;
        }
    }

    for (j = 0; j < n; j++) {
        if (choices[j].value == choice.value && choices[j].at <= at
            && choices[j].publishes <= choice.publishes)
        {
            return n;
        }
    }

    choices[n] = choice;

    return n + 1;
}


static inline orders_choice_t
orders_pick(unsigned g, size_t size)
{
    size_t           i;
    unsigned         j, n;
    uint32_t         from, at;
    orders_choice_t  choices[1 + 2 * ORDERS_STORES];

    from = 0;

    for (i = 0; i < size / 4; i++) {
        at = orders_oldest(g + i);
        from = at > from ? at : from;
    }

    n = orders_choose(choices, 0, g, size, from);

    for (i = 0; i < size / 4; i++) {
        for (j = 1; j < orders_stores[g + i]; j++) {
            at = orders_history[g + i][j].at;

            if (at > from) {
                n = orders_choose(choices, n, g, size, at);
            }
        }
    }

    assert_true(orders_loads < ORDERS_LOADS);

    orders_options[orders_loads] = n;

    return choices[orders_choice[orders_loads++]];
}


static inline uint64_t
orders_load(const void *p, size_t size, unsigned site)
{
    size_t           i;
    unsigned         g;
    uint64_t         value;
    orders_site_t   *s;
    orders_seen_t   *seen;
    orders_choice_t  choice;

    value = 0;
    memcpy(&value, p, size);

    if (orders_mode != ORDERS_READING) {
        return value;
    }

    s = &orders_sites[site];
    s->read = 1;
    g = orders_granule(p, size);
    seen = &orders_seen[g];

    /*
     * A reader that looks again knows more than one that begins, and can see
     * nothing that the other could not.
     */
    if (s->visits++ != 0 && strcmp(s->what, "&table->generation") == 0
        && s->kind == ORDERS_ACQUIRE)
    {
        longjmp(orders_looks_again, 1);
    }

    if (seen->run == orders_run && seen->site != site) {
        s->again = 1;

        if (s->forgotten) {
            return seen->value;
        }
    }

    choice = orders_pick(g, size);

    for (i = 0; i < size / 4; i++) {
        seen[i].run = orders_run;
        seen[i].at = orders_at(g + i, choice.at)->at;
    }

    seen->site = site;
    seen->value = choice.value;

    if (choice.publishes > orders_heard) {
        orders_heard = choice.publishes;
    }

    if (s->kind == ORDERS_ACQUIRE && !s->weak
        && choice.publishes > orders_knows)
    {
        orders_knows = choice.publishes;
    }

    return choice.value;
}


static inline void
orders_fence(unsigned site)
{
    orders_site_t  *s;

    s = &orders_sites[site];
    s->read |= orders_mode == ORDERS_READING;

    if (s->weak) {
        return;
    }

    if (s->kind == ORDERS_FENCE_RELEASE) {
        orders_fenced = orders_last;

    } else if (orders_mode == ORDERS_READING && orders_heard > orders_knows) {
        orders_knows = orders_heard;
    }
}


static inline void
orders_reset(void)
{
    unsigned  g;

    memset(orders_memory, 0, sizeof(orders_memory));
    memset(orders_history, 0, sizeof(orders_history));
    orders_last = 0;
    orders_fenced = 0;
    orders_from = 0;

    for (g = 0; g < ORDERS_GRANULES; g++) {
        orders_stores[g] = 1;           /* of zero, before all others */
    }
}


/* The first of all runs. */
static inline void
orders_first(void)
{
    memset(orders_choice, 0, sizeof(orders_choice));
}


/* Begins a run; then the reader is called. */
static inline void
orders_begin(void)
{
    unsigned  i;

    orders_run++;
    orders_loads = 0;
    orders_knows = orders_from;
    orders_heard = orders_from;

    for (i = 1; i < orders_n_sites; i++) {
        orders_sites[i].visits = 0;
    }
}


/* Whether there is another run, with other choices. */
static inline int
orders_next(void)
{
    while (orders_loads != 0
           && orders_choice[orders_loads - 1] + 1
              == orders_options[orders_loads - 1])
    {
        orders_choice[--orders_loads] = 0;
    }

    if (orders_loads == 0) {
        return 0;
    }

    orders_choice[orders_loads - 1]++;

    return 1;
}


#define orders_here(what, kind)                                               \
    ({                                                                        \
        static unsigned  site_;                                               \
        site_ ? site_ : (site_ = orders_site(__func__, what, kind));          \
    })

#define dm_get(p)                                                             \
    orders_load(p, sizeof(*(p)), orders_here(#p, ORDERS_LOAD))
#define dm_get_acquire(p)                                                     \
    orders_load(p, sizeof(*(p)), orders_here(#p, ORDERS_ACQUIRE))
#define dm_set(p, v)                                                          \
    orders_store(p, sizeof(*(p)), v, orders_here(#p, ORDERS_STORE))
#define dm_set_release(p, v)                                                  \
    orders_store(p, sizeof(*(p)), v, orders_here(#p, ORDERS_RELEASE))
#define dm_fence_acquire()                                                    \
    orders_fence(orders_here("fence", ORDERS_FENCE_ACQUIRE))
#define dm_fence_release()                                                    \
    orders_fence(orders_here("fence", ORDERS_FENCE_RELEASE))

#endif
