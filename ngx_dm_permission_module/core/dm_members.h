/*
 * The members of one JSON object (RFC 8259 section 4), in their order, each
 * name and value read by jansson.  Telling them apart here shows what a tree
 * of values does not: a name that comes twice, all the digits of a number.
 */

#ifndef DM_MEMBERS_H
#define DM_MEMBERS_H

#include <jansson.h>

#include "dm_str.h"


typedef struct {
    dm_str_t   rest;              /* of the text */
    json_t    *names;             /* a set: those that came already */
    dm_str_t   name;              /* of the member whose value comes next */
    json_t    *string;            /* holds it */
} dm_members_t;


/* Past white space; the first byte of what comes then, or NUL. */
char dm_members_peek(dm_str_t *rest);

/*
 * Begins an object at `text`.  0; -1 where there is none; -2 without memory.
 * dm_members_done() is due in any case.
 */
int dm_members_begin(dm_members_t *members, dm_str_t text);
void dm_members_done(dm_members_t *members);

/*
 * Reads the next name.  1; 0 at the object's end, `rest` is then behind it;
 * -1 for a name that came already, and where one of "," and ":" is missing; -2
 * for what jansson does not read, which it does not read without memory either,
 * and does not tell apart.  The value has to be taken off `rest` before the
 * next call.
 */
int dm_members_next(dm_members_t *members);

/*
 * Takes a value off `rest`: it, to be released, and its text; or NULL.  An
 * integer of more than 63 bits comes as a real, its text has all of it.
 */
json_t *dm_members_value(dm_str_t *rest, dm_str_t *text);

/* The value as an unsigned 64-bit number, given as such or as a string. */
int dm_members_u64(const json_t *value, dm_str_t text, uint64_t *n);

#endif
