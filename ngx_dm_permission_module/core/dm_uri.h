/*
 * What nginx makes of the target of a request line: the URI that it
 * normalises, the target that it keeps.  The model is its parser
 * of 1.21.1 and newer.
 */

#ifndef DM_URI_H
#define DM_URI_H

#include "dm_str.h"


typedef struct {
    dm_str_t  uri;             /* $uri */
    dm_str_t  args;            /* $args */
    dm_str_t  target;          /* $request_uri: no scheme, no host */
    unsigned  kept:1;          /* an origin can be sent the target as it is */
} dm_uri_t;


/*
 * merge: "merge_slashes" is on.  scratch: target.len + 1 bytes, for the URI.
 * 0, or -1 where nginx itself answers 400; the strings point into `target`
 * and `scratch`.
 */
int dm_uri_parse(dm_str_t target, unsigned merge, char *scratch,
    dm_uri_t *uri);

/* 0, or -1 where nginx takes the word for no method at all. */
int dm_uri_method(dm_str_t method);

#endif
