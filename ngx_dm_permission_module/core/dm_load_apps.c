/*
 * The apps of a file, as far as a report needs them: a hash table that grows.
 */

#include <stdlib.h>

#include "dm_load_state.h"


static dm_load_app_t *
dm_load_slot(dm_load_app_t *apps, size_t size, uint64_t hash)
{
    size_t  i;

    i = hash & (size - 1);

    while (apps[i].hash != 0 && apps[i].hash != hash) {
        i = (i + 1) & (size - 1);
    }

    return &apps[i];
}


static int
dm_load_grow(dm_load_t *load)
{
    size_t          i, size;
    dm_load_app_t  *apps;

    size = load->size ? load->size * 2 : 64;

    apps = calloc(size, sizeof(dm_load_app_t));
    if (apps == NULL) {
        return -1;
    }

    for (i = 0; i < load->size; i++) {
        if (load->apps[i].hash != 0) {
            *dm_load_slot(apps, size, load->apps[i].hash) = load->apps[i];
        }
    }

    free(load->apps);

    load->apps = apps;
    load->size = size;

    return 0;
}


uint64_t
dm_load_app_hash(dm_str_t id)
{
    return dm_str_hash(id) | 1;
}


void
dm_load_app_prefetch(const dm_load_t *load, uint64_t hash)
{
    if (load->size != 0) {
        __builtin_prefetch(&load->apps[hash & (load->size - 1)], 1);
    }
}


dm_load_app_t *
dm_load_app(dm_load_t *load, uint64_t hash)
{
    dm_load_app_t  *app;

    if (load->state.apps * 2 >= load->size && dm_load_grow(load) != 0) {
        return NULL;
    }

    app = dm_load_slot(load->apps, load->size, hash);

    if (app->hash == 0) {
        app->hash = hash;
        load->state.apps++;
    }

    return app;
}
