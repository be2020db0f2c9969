/*
 * How the memory of a table is accessed; for dm_table*.c only.  Whatever
 * another process may read or write at the same time goes through these, and
 * the orders are the ones that the proof in dm_table.c names.  Tests put
 * accesses of their own in the place of this file.
 */

#ifndef DM_TABLE_ACCESS_H
#define DM_TABLE_ACCESS_H

#define dm_get(p)          __atomic_load_n(p, __ATOMIC_RELAXED)
#define dm_get_acquire(p)  __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define dm_set(p, v)       __atomic_store_n(p, v, __ATOMIC_RELAXED)
#define dm_set_release(p, v)                                                  \
    __atomic_store_n(p, v, __ATOMIC_RELEASE)

#define dm_fence_acquire() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define dm_fence_release() __atomic_thread_fence(__ATOMIC_RELEASE)

#endif
