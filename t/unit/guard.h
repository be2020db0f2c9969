/*
 * Foreign bytes, placed so that reading one past their end faults.
 */

#ifndef GUARD_H
#define GUARD_H

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>


/*
 * Memory of `len` bytes whose end abuts a PROT_NONE page; unmapped only by
 * guard_free().
 */
static inline char *
guard_copy(const void *data, size_t len)
{
    char    *base;
    size_t   page, size;

    page = (size_t) sysconf(_SC_PAGESIZE);
    size = (len + page - 1) / page * page;

    base = mmap(NULL, size + page, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED || mprotect(base + size, page, PROT_NONE) != 0) {
        abort();
    }

    if (len != 0) {
        memcpy(base + size - len, data, len);
    }

    return base + size - len;
}


static inline void
guard_free(char *data, size_t len)
{
    size_t  page, size;

    page = (size_t) sysconf(_SC_PAGESIZE);
    size = (len + page - 1) / page * page;

    munmap(data + len - size, size + page);
}

#endif
