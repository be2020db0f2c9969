/*
 * The apps of a file, as far as a report needs them, and their places in the
 * table, which looks whether it is they: as many lists as apps, by linear
 * hashing.  Each new app brings one list, which takes its share of one other,
 * so that no line has to wait until all apps have moved.
 */

#include <stdlib.h>

#include "dm_load_state.h"


/* Apps, and lists, in one piece of memory. */
#define DM_LOAD_PIECE  4096


static dm_load_app_t *
dm_load_app_at(const dm_load_apps_t *apps, uint64_t index)
{
    return &apps->apps[index / DM_LOAD_PIECE][index % DM_LOAD_PIECE];
}


static uint32_t *
dm_load_list_at(const dm_load_apps_t *apps, uint64_t index)
{
    return &apps->lists[index / DM_LOAD_PIECE][index % DM_LOAD_PIECE];
}


/* Of two powers of two about the number of lists, n, the one above. */
static uint64_t
dm_load_above(uint64_t n)
{
    return 2ull << (63 - __builtin_clzll(n));
}


/* There are n lists, not 0. */
static uint32_t *
dm_load_list(const dm_load_apps_t *apps, uint64_t n, uint64_t hash)
{
    uint64_t  above, index;

    above = dm_load_above(n);
    index = hash & (above - 1);

    return dm_load_list_at(apps, index < n ? index : index - above / 2);
}


/* Room in an array of pointers for one more; NULL without memory. */
static void *
dm_load_pieces(void *pieces, size_t n)
{
    return n & (n - 1) ? pieces
                       : realloc(pieces, (n ? 2 * n : 1) * sizeof(void *));
}


/* A piece more of both; 0, or -1 without memory. */
static int
dm_load_grow(dm_load_apps_t *apps)
{
    size_t  n;
    void   *app, *list;

    n = apps->pieces;

    app = dm_load_pieces(apps->apps, n);
    apps->apps = app ? app : apps->apps;

    list = dm_load_pieces(apps->lists, n);
    apps->lists = list ? list : apps->lists;

    if (app == NULL || list == NULL) {
        return -1;
    }

    apps->apps[n] = malloc(DM_LOAD_PIECE * sizeof(dm_load_app_t));
    apps->lists[n] = malloc(DM_LOAD_PIECE * sizeof(uint32_t));

    if (apps->apps[n] == NULL || apps->lists[n] == NULL) {
        free(apps->apps[n]);
        free(apps->lists[n]);
        return -1;
    }

    apps->pieces = n + 1;

    return 0;
}


/* The list behind n others, with what it takes from one of them. */
static void
dm_load_split(dm_load_apps_t *apps, uint64_t n)
{
    uint32_t        index, next, *from, *to;
    uint64_t        above;
    dm_load_app_t  *app;

    to = dm_load_list_at(apps, n);
    *to = 0;

    if (n == 0) {
        return;
    }

    above = dm_load_above(n);
    from = dm_load_list_at(apps, n - above / 2);
    index = *from;
    *from = 0;

    while (index != 0) {
        app = dm_load_app_at(apps, index - 1);
        next = app->next;

        if ((app->hash & (above - 1)) == n) {
            app->next = *to;
            *to = index;

        } else {
            app->next = *from;
            *from = index;
        }

        index = next;
    }
}


uint64_t
dm_load_app_hash(dm_str_t id)
{
    return dm_str_hash(id);
}


void
dm_load_app_prefetch(const dm_load_t *load, uint64_t hash)
{
    if (load->state.apps != 0) {
        __builtin_prefetch(dm_load_list(&load->apps, load->state.apps, hash));
    }
}


void
dm_load_app_prefetch_first(const dm_load_t *load, uint64_t hash)
{
    uint32_t  first;

    if (load->state.apps != 0) {
        first = *dm_load_list(&load->apps, load->state.apps, hash);

        if (first != 0) {
            __builtin_prefetch(dm_load_app_at(&load->apps, first - 1), 1);
        }
    }
}


dm_load_app_t *
dm_load_app(dm_load_t *load, uint64_t hash)
{
    uint32_t        i, *list;
    uint64_t        n;
    dm_load_app_t  *app;

    n = load->state.apps;

    if (n != 0) {
        for (i = *dm_load_list(&load->apps, n, hash); i != 0; i = app->next) {
            app = dm_load_app_at(&load->apps, i - 1);
            if (app->hash == hash) {
                return app;
            }
        }
    }

    if (n == load->apps.pieces * DM_LOAD_PIECE
        && (n == DM_LOAD_APPS_MAX || dm_load_grow(&load->apps) != 0))
    {
        return NULL;
    }

    dm_load_split(&load->apps, n);

    app = dm_load_app_at(&load->apps, n);
    list = dm_load_list(&load->apps, n + 1, hash);

    memset(app, 0, sizeof(dm_load_app_t));
    app->hash = hash;
    app->next = *list;
    *list = n + 1;

    load->state.apps = n + 1;

    return app;
}


void
dm_load_app_lowered(dm_load_t *load, dm_load_app_t *app, uint64_t line)
{
    app->line = line;

    if (load->apps.last != NULL) {
        load->apps.last->lowered = app;

    } else {
        load->apps.first = app;
    }

    load->apps.last = app;
}


/* An operator has few apps of its own, which are what is passed over. */
uint64_t
dm_load_lowered_line(const dm_load_t *load)
{
    const dm_load_app_t  *app;

    for (app = load->apps.first; app != NULL; app = app->lowered) {
        if (!app->first_party) {
            return app->line;
        }
    }

    return 0;
}


void
dm_load_apps_free(dm_load_t *load)
{
    size_t  i;

    for (i = 0; i < load->apps.pieces; i++) {
        free(load->apps.apps[i]);
        free(load->apps.lists[i]);
    }

    free(load->apps.apps);
    free(load->apps.lists);

    memset(&load->apps, 0, sizeof(dm_load_apps_t));
}
