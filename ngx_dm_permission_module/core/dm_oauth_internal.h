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


/* What dm_oauth_start() sets; others[] counts only below nothers. */
typedef struct {
    dm_oauth_place_t  *place;
    char              *scratch;    /* what is left of it */
    unsigned           plus;       /* '+' is a space: a form */
    unsigned           realm;      /* seen */
    unsigned           known;      /* a bit per known name that was seen */
    unsigned           nothers;
    dm_str_t           others[DM_OAUTH_MAX_PARAMS];
} dm_oauth_reader_t;


/* Where a name of the RFC is in dm_oauth_names. */
enum {
    DM_OAUTH_P_TOKEN = 0,
    DM_OAUTH_P_NONCE,
    DM_OAUTH_P_VERSION,
    DM_OAUTH_P_CALLBACK,
    DM_OAUTH_P_VERIFIER,
    DM_OAUTH_P_SIGNATURE,
    DM_OAUTH_P_TIMESTAMP,
    DM_OAUTH_P_CONSUMER_KEY,
    DM_OAUTH_P_SIGNATURE_METHOD
};

/* RFC 5849 sections 2 and 3.1, by length, which is 11 to 22. */
extern const dm_str_t  dm_oauth_names[DM_OAUTH_NNAMES];


unsigned dm_oauth_scan(dm_str_t s);

/* Percent-decodes *s, into the scratch if need be.  0, or -1: bad escape. */
int dm_oauth_decode(dm_oauth_reader_t *rd, dm_str_t *s);

/* As above, and -1 for a control or non-ASCII character, decoded or not. */
int dm_oauth_value(dm_oauth_reader_t *rd, dm_str_t *s);

/* What dm_oauth_value() would return, of a value that nobody needs. */
int dm_oauth_check(dm_str_t s);

/* 1 if the name begins with "oauth_", in any case. */
int dm_oauth_is_param(dm_str_t name);

/* The number of a name of the RFC, or DM_OAUTH_NNAMES. */
unsigned dm_oauth_known(dm_str_t name);

/*
 * Takes a parameter's name, which is decoded and begins with "oauth_", and
 * its number.  0, or -1: bad.
 */
int dm_oauth_param(dm_oauth_reader_t *rd, unsigned i, dm_str_t name);

/*
 * 1 if a value of the header, as it was sent, holds a parameter to those who
 * look for names and for what dm_oauth_splits(), and not for quotes.
 */
int dm_oauth_hides(dm_str_t value);

/* 1 if it is an RFC 6750 section 2.1 b64token. */
int dm_oauth_b64token(dm_str_t s);

/* A bad place holds no credential that anybody could use by mistake. */
void dm_oauth_set_bad(dm_oauth_place_t *place);



static inline void
dm_oauth_start(dm_oauth_reader_t *rd, dm_oauth_place_t *place, char *scratch,
    unsigned plus)
{
    rd->place = place;
    rd->scratch = scratch;
    rd->plus = plus;
    rd->realm = 0;
    rd->known = 0;
    rd->nothers = 0;
}


/* 1 for the number of a name whose value anybody needs. */
static inline unsigned
dm_oauth_needed(unsigned i)
{
    return ((1u << DM_OAUTH_P_TOKEN | 1u << DM_OAUTH_P_VERSION
             | 1u << DM_OAUTH_P_CONSUMER_KEY) >> i) & 1;
}


static inline int
dm_oauth_is_clean(int c)
{
    return c >= ' ' && c < 0x7f;
}


static inline unsigned
dm_oauth_splits(char c)
{
    return c == ',' || c == '=' || c == '&';
}


/* The byte that the "%" at p stands for, or -1. */
static inline int
dm_oauth_escaped(const char *p, const char *end)
{
    int  hi, lo;

    if (end - p < 3) {
        return -1;
    }

    hi = dm_hex((unsigned char) p[1]);
    lo = dm_hex((unsigned char) p[2]);

    return (hi < 0 || lo < 0) ? -1 : (hi << 4 | lo);
}


/* Takes a name of the RFC by its number.  1 for one that is known by now. */
static inline unsigned
dm_oauth_seen(unsigned *known, unsigned i)
{
    unsigned  before;

    before = *known;
    *known |= 1u << i;

    return before >> i & 1;
}


/*
 * Takes the decoded value of a parameter that dm_oauth_needed() names.  0, or
 * -1: bad.
 */
static inline int
dm_oauth_param_value(dm_oauth_reader_t *rd, unsigned i, dm_str_t value)
{
    if (i == DM_OAUTH_P_VERSION) {
        return dm_str_eq(value, DM_STR("1.0")) ? 0 : -1;
    }

    if (i == DM_OAUTH_P_TOKEN) {
        rd->place->token = value;

    } else {
        rd->place->consumer_key = value;
        rd->place->has_consumer_key = 1;
    }

    return 0;
}

#endif
