/*
 * Segments of a path, and patterns over them.
 */

#ifndef DM_ROUTE_PATTERN_H
#define DM_ROUTE_PATTERN_H

#include "dm_str.h"


static inline int
dm_route_alnum(unsigned char c)
{
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9');
}


/* Cuts leading slashes off. */
static inline void
dm_route_slashes(dm_str_t *path)
{
    while (path->len > 0 && path->data[0] == '/') {
        path->data++;
        path->len--;
    }
}


/* The next non-empty segment, cut off `path`; 0 where there is none left. */
int dm_route_segment(dm_str_t *path, dm_str_t *segment);

/* 1 if `segment` is `word` and a dot with letters and digits. */
int dm_route_format(dm_str_t word, dm_str_t segment);

/* dm_route_match(); with `format` the last segment may have a format. */
int dm_route_match_format(dm_str_t pattern, dm_str_t path, unsigned format);

/* Bits of dm_route_scan(). */
#define DM_ROUTE_SUSPECT  0x1u     /* may have or mention the root of a tree */
#define DM_ROUTE_ODD      0x2u     /* may have readings beside itself */

unsigned dm_route_scan(dm_str_t path);

/* What of a target is path (RFC 9112 section 3.2). */
dm_str_t dm_route_without_query(dm_str_t target);

#endif
