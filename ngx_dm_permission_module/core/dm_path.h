/*
 * Canonical form of a raw request target: how an origin behind the gate might
 * read it, whatever nginx made of it.
 */

#ifndef DM_PATH_H
#define DM_PATH_H

#include "dm_str.h"


/* A decoded '?' is read as a character and as the end of the path. */
#define DM_PATH_READINGS  2

typedef struct {
    dm_str_t  reading[DM_PATH_READINGS];
    unsigned  readings;        /* 1 or 2 */

    /*
     * Of an undecodable target only, else empty: its decoded text in the
     * loosest reading.  Dot segments are not resolved, overlong forms are
     * read as what they stand for, all that is no text separates segments.
     */
    dm_str_t  loose;

    /*
     * Bad percent-encoding in any layer, still changing after three rounds,
     * overlong or invalid UTF-8, a control character, NUL or '#' in any
     * layer, or climbing above the root.
     */
    unsigned  undecodable:1;
    unsigned  unstable:1;      /* still changing after three rounds */
} dm_path_t;


/* What dm_path_canonical() needs of scratch for a target of `len` bytes. */
#define DM_PATH_SCRATCH(len)  (4 * (len) + 16)

/*
 * target: as on the request line, with or without its query, in origin form
 * or (RFC 9112 section 3.2.2) absolute form.  The readings point into
 * `scratch`, start with '/', are ASCII lower case, hold no empty and no dot
 * segment and no trailing slash.  They are filled in as far as decoding got
 * where the target is undecodable, so that a guarded tree can be looked for.
 */
void dm_path_canonical(dm_str_t target, char *scratch, dm_path_t *path);

#endif
