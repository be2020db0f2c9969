/*
 * Keys -> values of one size, kept in the order in which they came.  A value
 * stays where it is until the map is destroyed.
 */

#ifndef DM_MAP_H
#define DM_MAP_H

#include "dm_str.h"


typedef struct dm_map_s  dm_map_t;


/* `size`: of a value, in bytes.  NULL without memory. */
dm_map_t *dm_map_create(size_t size);

/* What the values point to is the caller's. */
void dm_map_destroy(dm_map_t *map);

/* The value of the key, or NULL. */
void *dm_map_find(const dm_map_t *map, dm_str_t key);

/* The same; a key that is new gets a value of zeroes.  NULL without memory. */
void *dm_map_get(dm_map_t *map, dm_str_t key);

size_t dm_map_count(const dm_map_t *map);

/* By order, from 0; `key`, where it is not NULL, is set to the map's own. */
void *dm_map_at(const dm_map_t *map, size_t i, dm_str_t *key);

#endif
