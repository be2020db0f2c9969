#include <unistd.h>

#include "dm_zone.h"


static size_t
dm_zone_page(void)
{
    return (size_t) sysconf(_SC_PAGESIZE);
}


static size_t
dm_zone_head(size_t page)
{
    size_t  head, slot;

    head = DM_ZONE_POOL;

    for (slot = 8; slot < page; slot *= 2) {
        head += DM_ZONE_SLOT;
    }

    return head;
}


/* As the allocator counts: notes for what there is, whole pages behind them. */
size_t
dm_zone_table(size_t size)
{
    size_t  page, head, pages, start;

    page = dm_zone_page();
    head = dm_zone_head(page);

    if (size < head) {
        return 0;
    }

    pages = (size - head) / (page + DM_ZONE_PAGE);
    start = (head + pages * DM_ZONE_PAGE + page - 1) / page * page;

    if (start > size) {
        return 0;
    }

    if (pages > (size - start) / page) {
        pages = (size - start) / page;
    }

    return pages > DM_ZONE_SHARED ? (pages - DM_ZONE_SHARED) * page : 0;
}


/* It is this or a little more: pages that are lost have notes as well. */
size_t
dm_zone_size(size_t table)
{
    size_t  page, pages, size;

    page = dm_zone_page();
    pages = (table + page - 1) / page + DM_ZONE_SHARED;
    size = (dm_zone_head(page) + pages * DM_ZONE_PAGE) / page * page
           + pages * page;

    while (dm_zone_table(size) < table) {
        size += page;
    }

    return size;
}
