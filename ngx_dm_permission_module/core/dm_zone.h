/*
 * What a server's shared memory zone has to be for a table to fit: the slab
 * allocator keeps a head in it and a note for each of its pages.
 */

#ifndef DM_ZONE_H
#define DM_ZONE_H

#include <stddef.h>


/* The most that a server may take, held to the truth where its sizes show. */
#define DM_ZONE_POOL   200              /* bytes of the allocator's head */
#define DM_ZONE_SLOT   56               /* for each power of two from 8 on */
#define DM_ZONE_PAGE   24               /* for each page */
#define DM_ZONE_SHARED 1                /* pages beside the table */


/*
 * The zone size to configure, a multiple of the page size, for a table of
 * `table` bytes; and the bytes that a zone of `size` bytes has for a table.
 */
size_t dm_zone_size(size_t table);
size_t dm_zone_table(size_t size);

#endif
