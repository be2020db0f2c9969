/*
 * What the header and the form share: decoding and the account of the
 * oauth_ parameters of one place.
 */

#ifndef DM_OAUTH_INTERNAL_H
#define DM_OAUTH_INTERNAL_H

#include "dm_oauth.h"


/* Bounds the search for duplicates: RFC 5849 itself knows nine names. */
#define DM_OAUTH_MAX_PARAMS  64
#define DM_OAUTH_NNAMES      9


/* Bits of dm_oauth_scan(). */
#define DM_OAUTH_UNCLEAN  0x1u     /* a control or non-ASCII character */
#define DM_OAUTH_ESCAPE   0x2u     /* a '%' */


/* Left uninitialised but for the scalars: others[] counts only below n. */
typedef struct {
    dm_oauth_place_t  *place;
    char              *scratch;    /* what is left of it */
    unsigned           plus;       /* '+' is a space: a form */
    unsigned           known;      /* a bit per known name that was seen */
    unsigned           nothers;
    dm_str_t           others[DM_OAUTH_MAX_PARAMS];
} dm_oauth_reader_t;


unsigned dm_oauth_scan(dm_str_t s);

/* Percent-decodes *s, into the scratch if need be.  0, or -1: bad escape. */
int dm_oauth_decode(dm_oauth_reader_t *rd, dm_str_t *s);

/* As above, and -1 for a decoded control or non-ASCII character. */
int dm_oauth_value(dm_oauth_reader_t *rd, dm_str_t *s);

/* What dm_oauth_value() would return, of a value that nobody needs. */
int dm_oauth_check(dm_str_t s);

/* 1 if the name begins with "oauth_", in any case. */
int dm_oauth_is_param(dm_str_t name);

/* The number of a name of the RFC, or DM_OAUTH_NNAMES. */
unsigned dm_oauth_known(dm_str_t name);

/*
 * Takes a parameter: the number of its name, the decoded oauth_ name, the raw
 * value.  0, or -1: bad.
 */
int dm_oauth_param(dm_oauth_reader_t *rd, unsigned i, dm_str_t name,
    dm_str_t value);

/* 1 if it is an RFC 6750 section 2.1 b64token. */
int dm_oauth_b64token(dm_str_t s);

/* A bad place holds no credential that anybody could use by mistake. */
void dm_oauth_set_bad(dm_oauth_place_t *place);

#endif
