/*
 * Canonical form of a raw request target: how an origin behind the gate might
 * read it, whatever nginx made of it.
 */

#ifndef DM_PATH_H
#define DM_PATH_H

#include "dm_str.h"


/* A decoded '?' is read as a character and as the end of the path. */
#define DM_PATH_READINGS  2

/* Of a target that cannot be decoded: four layers, in two ways each. */
#define DM_PATH_LOOSE     8

typedef struct {
    dm_str_t  reading[DM_PATH_READINGS];
    unsigned  readings;        /* 1 or 2 */

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

/*
 * Reading `n`, less than DM_PATH_LOOSE, of a target that cannot be decoded: the
 * text of a layer as the loosest of readers have it, in lower case.  What is no
 * text separates segments for some of them and is left out by others.  Dot
 * segments are not resolved.  scratch: target.len bytes, for the reading.
 */
dm_str_t dm_path_loose(dm_str_t target, unsigned n, char *scratch);

/* A segment without its parameters, trailing dots and white space. */
dm_str_t dm_path_word(dm_str_t segment);

#endif
