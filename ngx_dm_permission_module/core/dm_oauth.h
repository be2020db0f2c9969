/*
 * Credentials of a request: Authorization value, query, form body.
 * RFC 5849 section 3.5 (OAuth 1.0), RFC 6750 section 2 (bearer tokens).
 */

#ifndef DM_OAUTH_H
#define DM_OAUTH_H

#include "dm_str.h"


#define DM_OAUTH_HEADER  0x1u
#define DM_OAUTH_QUERY   0x2u
#define DM_OAUTH_BODY    0x4u


/* What one place (the header, the query, the body) holds. */
typedef struct {
    dm_str_t  token;           /* decoded; len 0: no token here */
    dm_str_t  consumer_key;    /* decoded oauth_consumer_key */
    unsigned  has_consumer_key:1;
    unsigned  oauth:1;         /* any oauth_ parameter, or the OAuth scheme */
    unsigned  params:1;        /* at least one oauth_ parameter */
    unsigned  bearer:1;        /* a bearer credential, token is set */
    unsigned  other:1;         /* another scheme (header only) */
    unsigned  bad:1;           /* breaks the grammar */
    unsigned  ambiguous:1;     /* two credentials in this very place */
} dm_oauth_place_t;


typedef enum {
    DM_OAUTH_NONE = 0,         /* no credential in a named place */
    DM_OAUTH_FOUND,
    DM_OAUTH_BAD,
    DM_OAUTH_AMBIGUOUS
} dm_oauth_outcome_t;


/* More than the longest name that is known, and than is read at once. */
#define DM_OAUTH_PAD  32

/*
 * Reads an Authorization field value into `place`.  `scratch` has at least
 * value.len + DM_OAUTH_PAD bytes, the strings of `place` point into it.
 * Nothing is allocated.
 */
void dm_oauth_header(dm_str_t value, char *scratch, dm_oauth_place_t *place);

/*
 * Reads application/x-www-form-urlencoded text (a query or a body), likewise:
 * `scratch` has at least text.len bytes and takes what had to be percent-
 * decoded; the strings of `place` point into `text` or `scratch`.
 */
void dm_oauth_form(dm_str_t text, char *scratch, dm_oauth_place_t *place);

/*
 * One and only one place (RFC 5849 section 3.5).  `places` are header, query,
 * body; `present` is the set of DM_OAUTH_* bits of those that were read, the
 * others are not looked at, as if they were empty.  `sources` is the set in
 * which a credential counts.  On FOUND, *found is the place that holds it.
 */
dm_oauth_outcome_t dm_oauth_choose(const dm_oauth_place_t places[3],
    unsigned present, unsigned sources, const dm_oauth_place_t **found);

/*
 * The value of a form's field (RFC-decoded into scratch, at least text.len
 * bytes), name compared exactly.  Returns 1 and the first one's value, or 0.
 */
int dm_oauth_form_field(dm_str_t text, dm_str_t name, char *scratch,
    dm_str_t *value);

#endif
