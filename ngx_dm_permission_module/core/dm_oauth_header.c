#include "dm_bytes.h"
#include "dm_oauth_internal.h"


#define DM_OAUTH_REALM  (DM_OAUTH_NNAMES + 1)


/*
 * All that is read here is a copy with DM_OAUTH_PAD zeros behind its end.  No
 * white space, name or value goes on there, so that nobody who reads on while
 * they do has to look for the end; nobody looks further ahead than the longest
 * name with its =" takes.
 */


/* White space with RFC 7230 section 3.2.4 obs-fold. */
static inline char *
dm_oauth_skip(char *p)
{
    char  *q;

    if ((unsigned char) *p > ' ') {
        return p;
    }

    for ( ;; ) {

        while (*p == ' ' || *p == '\t') {
            p++;
        }

        q = p;

        if (*q == '\r') {
            q++;
        }

        if (q[0] != '\n' || (q[1] != ' ' && q[1] != '\t')) {
            return p;
        }

        p = q + 2;
    }
}


/* RFC 7230 section 3.2.6: token = 1*tchar, '%' among them. */
static int
dm_oauth_is_name(dm_str_t s)
{
    size_t         i;
    unsigned char  c;

    for (i = 0; i < s.len; i++) {
        c = (unsigned char) s.data[i];

        if (c <= ' ' || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c)) {
            return 0;
        }
    }

    return s.len != 0;
}


/* The closing quote of a quoted-string with its quoted-pairs, or NULL. */
static char *
dm_oauth_quoted_end(char *p, char *end)
{
    for ( /* void */ ; p < end; p++) {

        if (*p == '"') {
            return p;
        }

        if (*p == '\\') {
            p++;
        }
    }

    return NULL;
}


static inline int
dm_oauth_word_eq(const char *a, const char *b)
{
    return memcmp(a, b, sizeof(uint64_t)) == 0;
}


/*
 * 1 and the number of the name of the RFC that lies at p with =" behind it, or
 * 0.  The eleventh letter says which one it can be, and a look at all of it
 * whether it is: overlapping words, no name has less than 8 bytes.
 */
static inline int
dm_oauth_named(const char *p, unsigned *number)
{
    size_t       len;
    unsigned     i;
    const char  *name;

    static const unsigned char  by_letter[32] = {
        ['n' & 31] = DM_OAUTH_P_TOKEN,      ['e' & 31] = DM_OAUTH_P_NONCE,
        ['i' & 31] = DM_OAUTH_P_VERSION,    ['b' & 31] = DM_OAUTH_P_CALLBACK,
        ['f' & 31] = DM_OAUTH_P_VERIFIER,   ['a' & 31] = DM_OAUTH_P_SIGNATURE,
        ['s' & 31] = DM_OAUTH_P_TIMESTAMP,
        ['u' & 31] = DM_OAUTH_P_CONSUMER_KEY
    };

    i = by_letter[p[10] & 31];

    if (i == DM_OAUTH_P_SIGNATURE && p[15] == '_') {
        i = DM_OAUTH_P_SIGNATURE_METHOD;
    }

    *number = i;

    len = dm_oauth_names[i].len;
    name = dm_oauth_names[i].data;

    return dm_oauth_word_eq(p, name)
           && dm_oauth_word_eq(p + len - 8, name + len - 8)
           && (len <= 16 || dm_oauth_word_eq(p + 8, name + 8))
           && memcmp(p + len, "=\"", 2) == 0;
}


/*
 * The closing quote of a value, or NULL where there is none or where the value
 * is not what dm_oauth_value() takes.  *escapes is set to 1 where it has any,
 * *splits where it has what only some take for a part of it.  All that is
 * below "-" and in a value, but '"' and '%', is a rare sight, as "=" is.
 */
static inline char *
dm_oauth_value_end(char *p, const char *end, unsigned *escapes,
    unsigned *splits)
{
    unsigned    odd;
    dm_bytes_t  bytes;

    *escapes = 0;
    *splits = 0;

    for ( ;; ) {

        do {
            bytes = dm_bytes_at(p);
            odd = dm_bytes_bits(dm_bytes_beyond(bytes, '-') | (bytes == '='));
            p += DM_BYTES;
        } while (odd == 0);

        p -= DM_BYTES;
        p += (unsigned) __builtin_ctz(odd);

        if (*p == '"') {
            return p;
        }

        if (*p == '%' && dm_oauth_is_clean(dm_oauth_escaped(p, end))) {
            *escapes = 1;
            p += 3;

        } else if (*p != '%' && dm_oauth_is_clean(*p)) {
            *splits |= dm_oauth_splits(*p);
            p++;

        } else {
            return NULL;
        }
    }
}


/* Takes a value, which ends at q.  0, or -1: bad. */
static inline int
dm_oauth_take(dm_oauth_reader_t *rd, unsigned i, char *p, const char *q,
    unsigned escapes)
{
    dm_str_t  value;

    if (!dm_oauth_needed(i)) {
        return 0;
    }

    value.data = p;
    value.len = (size_t) (q - p);

    if (escapes) {
        rd->scratch = p;

        if (dm_oauth_decode(rd, &value) != 0) {
            return -1;
        }
    }

    return dm_oauth_param_value(rd, i, value);
}


/* The realm alone is a quoted-string that nobody encodes. */
static char *
dm_oauth_realm(dm_oauth_reader_t *rd, char *p, char *end)
{
    char      *q;
    dm_str_t   value;

    q = dm_oauth_quoted_end(p, end);

    if (q == NULL || rd->realm) {
        return NULL;
    }

    rd->realm = 1;

    value.data = p;
    value.len = (size_t) (q - p);

    return (dm_oauth_scan(value) & DM_OAUTH_UNCLEAN) || dm_oauth_hides(value)
           ? NULL : q + 1;
}


/*
 * A name that is not, byte for byte, one of the RFC's.  Where its value begins,
 * or NULL; *i is the name's number, after all, DM_OAUTH_REALM or neither.
 */
static char *
dm_oauth_other_name(dm_oauth_reader_t *rd, char *p, char *end, unsigned *i)
{
    char      *q;
    dm_str_t   name;

    q = memchr(p, '=', (size_t) (end - p));

    if (q == NULL || end - q < 3 || q[1] != '"') {
        return NULL;
    }

    name.data = rd->scratch = p;
    name.len = (size_t) (q - p);

    if (!dm_oauth_is_name(name) || dm_oauth_value(rd, &name) != 0) {
        return NULL;
    }

    if (dm_str_caseeq(name, DM_STR("realm"))) {
        *i = DM_OAUTH_REALM;
        return q + 2;
    }

    *i = dm_oauth_known(name);

    if (dm_oauth_is_param(name) && dm_oauth_param(rd, *i, name) != 0) {
        return NULL;
    }

    return q + 2;
}


/*
 * name="value".  What follows it, or NULL for a pair that is none.  All values
 * but the realm's are percent-encoded (RFC 5849 section 3.5.1).
 */
static inline char *
dm_oauth_pair(dm_oauth_reader_t *rd, unsigned *known, char *p, char *end)
{
    char      *q;
    unsigned   i, escapes, splits;

    if (dm_oauth_named(p, &i)) {

        if (dm_oauth_seen(known, i)) {
            return NULL;
        }

        p += dm_oauth_names[i].len + 2;

    } else {
        rd->known = *known;
        p = dm_oauth_other_name(rd, p, end, &i);
        *known = rd->known;

        if (p == NULL) {
            return NULL;
        }

        if (i == DM_OAUTH_REALM) {
            return dm_oauth_realm(rd, p, end);
        }
    }

    q = dm_oauth_value_end(p, end, &escapes, &splits);

    if (q != NULL && splits
        && dm_oauth_hides((dm_str_t) { p, (size_t) (q - p) }))
    {
        return NULL;
    }

    return q != NULL && dm_oauth_take(rd, i, p, q, escapes) == 0 ? q + 1
                                                                 : NULL;
}


/* 0, or -1: bad. */
static inline int
dm_oauth_each(dm_oauth_reader_t *rd, unsigned *known, char *p, char *end)
{
    while (p < end) {
        p = dm_oauth_pair(rd, known, p, end);

        if (p == NULL) {
            return -1;
        }

        /* nearly everybody */
        if (memcmp(p, ", ", 2) == 0 && p[2] > ' ') {
            p += 2;
            continue;
        }

        p = dm_oauth_skip(p);

        if (p == end) {
            return 0;
        }

        if (*p != ',') {
            return -1;
        }

        p = dm_oauth_skip(p + 1);

        if (p == end) {
            return -1;
        }
    }

    return 0;
}


/*
 * RFC 5849 section 3.5.1.  What is known is asked for with each pair, so it is
 * in the reader only while others look at it.
 */
static void
dm_oauth_pairs(char *p, char *end, dm_oauth_place_t *place)
{
    int                rc;
    unsigned           known;
    dm_oauth_reader_t  rd;

    dm_oauth_start(&rd, place, NULL, 0);
    known = 0;

    rc = dm_oauth_each(&rd, &known, p, end);

    place->oauth = 1;
    place->params |= known != 0;

    if (rc != 0) {
        dm_oauth_set_bad(place);
    }
}


/* RFC 6750 section 2.1. */
static void
dm_oauth_bearer(const char *p, const char *end, dm_oauth_place_t *place)
{
    dm_str_t  token;

    while (end > p && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }

    if (p == end) {
        return;
    }

    token.data = p;
    token.len = end - p;

    if (!dm_oauth_b64token(token)) {
        dm_oauth_set_bad(place);
        return;
    }

    place->token = token;
    place->bearer = 1;
}


void
dm_oauth_header(dm_str_t value, char *scratch, dm_oauth_place_t *place)
{
    char      *p, *end;
    dm_str_t   scheme;

    memset(place, 0, sizeof(dm_oauth_place_t));

    if (value.len == 0) {
        return;
    }

    memcpy(scratch, value.data, value.len);
    end = scratch + value.len;
    memset(end, 0, DM_OAUTH_PAD);

    /* nearly everybody; what follows comes to the same */

    if (memcmp(scratch, "OAuth ", 6) == 0 && scratch[6] > ' ') {
        dm_oauth_pairs(scratch + 6, end, place);
        return;
    }

    p = dm_oauth_skip(scratch);

    scheme.data = p;

    while ((unsigned char) *p > ' ' && *p != 0x7f) {
        p++;
    }

    scheme.len = p - scheme.data;
    p = dm_oauth_skip(p);

    if (dm_str_caseeq(scheme, DM_STR("oauth"))) {
        dm_oauth_pairs(p, end, place);

    } else if (dm_str_caseeq(scheme, DM_STR("bearer"))) {
        dm_oauth_bearer(p, end, place);

    } else if (scheme.len || p < end) {
        place->other = 1;
    }
}
