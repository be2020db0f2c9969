/*
 * Content negotiation: RFC 9110 section 12.5.1.
 */

#ifndef DM_ACCEPT_H
#define DM_ACCEPT_H

#include "dm_str.h"


/* What the field says of one offered type; zeroed at first. */
typedef struct {
    unsigned  q;               /* thousandths */
    unsigned  specific;        /* 3: type/subtype, 2: type alone, 1: any */
} dm_accept_t;


/*
 * Reads a line of the Accept field for the types offered ("text/html", in
 * lower case), into an entry each.  A malformed element counts for nothing;
 * parameters other than q are not compared.
 */
void dm_accept_add(dm_str_t value, const dm_str_t *offers,
    dm_accept_t *accepted, size_t n);

/* The type that is wanted most; the first one of equals, or of none. */
size_t dm_accept_best(const dm_accept_t *accepted, size_t n);

#endif
