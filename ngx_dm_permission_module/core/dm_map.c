#include <stdlib.h>

#include "dm_map.h"


#define DM_MAP_SLOTS  64            /* at first; a power of two */


typedef struct {
    uint64_t     hash;
    dm_str_t     key;                 /* behind the value */
    max_align_t  value[];
} dm_map_entry_t;


struct dm_map_s {
    size_t            size;         /* of a value */
    size_t            count;
    size_t            n_slots;      /* more than count, a power of two */
    size_t           *slots;        /* entries from 1 on, 0: free */
    dm_map_entry_t  **entries;
};


/* The entries by order have room for as many as there are slots. */
static int
dm_map_grow(dm_map_t *map, size_t n_slots)
{
    size_t            i, at, *slots;
    dm_map_entry_t  **entries;

    slots = calloc(n_slots, sizeof(size_t));
    entries = realloc(map->entries, n_slots * sizeof(dm_map_entry_t *));

    if (entries != NULL) {
        map->entries = entries;
    }

    if (slots == NULL || entries == NULL) {
        free(slots);
        return -1;
    }

    for (i = 0; i < map->count; i++) {
        at = entries[i]->hash & (n_slots - 1);

        while (slots[at] != 0) {
            at = (at + 1) & (n_slots - 1);
        }

        slots[at] = i + 1;
    }

    free(map->slots);
    map->slots = slots;
    map->n_slots = n_slots;

    return 0;
}


dm_map_t *
dm_map_create(size_t size)
{
    dm_map_t  *map;

    map = calloc(1, sizeof(dm_map_t));
    if (map == NULL) {
        return NULL;
    }

    map->size = size;

    if (dm_map_grow(map, DM_MAP_SLOTS) != 0) {
        dm_map_destroy(map);
        return NULL;
    }

    return map;
}


void
dm_map_destroy(dm_map_t *map)
{
    size_t  i;

    if (map == NULL) {
        return;
    }

    for (i = 0; i < map->count; i++) {
        free(map->entries[i]);
    }

    free(map->entries);
    free(map->slots);
    free(map);
}


/* The slot of the key, or the free one where it would be. */
static size_t
dm_map_slot(const dm_map_t *map, dm_str_t key, uint64_t hash)
{
    size_t                 at;
    const dm_map_entry_t  *entry;

    at = hash & (map->n_slots - 1);

    while (map->slots[at] != 0) {
        entry = map->entries[map->slots[at] - 1];

        if (entry->hash == hash && dm_str_eq(entry->key, key)) {
            break;
        }

        at = (at + 1) & (map->n_slots - 1);
    }

    return at;
}


void *
dm_map_find(const dm_map_t *map, dm_str_t key)
{
    size_t  n;

    n = map->slots[dm_map_slot(map, key, dm_str_hash(key))];

    return n ? map->entries[n - 1]->value : NULL;
}


void *
dm_map_get(dm_map_t *map, dm_str_t key)
{
    char            *bytes;
    size_t           at;
    uint64_t         hash;
    dm_map_entry_t  *entry;

    hash = dm_str_hash(key);
    at = dm_map_slot(map, key, hash);

    if (map->slots[at] != 0) {
        return map->entries[map->slots[at] - 1]->value;
    }

    if ((map->count + 1) * 2 > map->n_slots) {

        if (dm_map_grow(map, map->n_slots * 2) != 0) {
            return NULL;
        }

        at = dm_map_slot(map, key, hash);
    }

    entry = calloc(1, sizeof(dm_map_entry_t) + map->size + key.len);
    if (entry == NULL) {
        return NULL;
    }

    bytes = (char *) entry->value + map->size;

    if (key.len) {
        memcpy(bytes, key.data, key.len);
    }

    entry->hash = hash;
    entry->key.data = bytes;
    entry->key.len = key.len;

    map->entries[map->count++] = entry;
    map->slots[at] = map->count;

    return entry->value;
}


size_t
dm_map_count(const dm_map_t *map)
{
    return map->count;
}


void *
dm_map_at(const dm_map_t *map, size_t i, dm_str_t *key)
{
    if (key != NULL) {
        *key = map->entries[i]->key;
    }

    return map->entries[i]->value;
}
