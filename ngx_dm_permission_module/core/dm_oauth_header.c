#include "dm_bytes.h"
#include "dm_oauth_internal.h"


#define DM_OAUTH_REALM  (DM_OAUTH_NNAMES + 1)


/* White space with RFC 7230 section 3.2.4 obs-fold. */
static inline const char *
dm_oauth_skip(const char *p, const char *end)
{
    const char  *q;

    if (p < end && (unsigned char) *p > ' ') {
        return p;
    }

    for ( ;; ) {

        while (p < end && (*p == ' ' || *p == '\t')) {
            p++;
        }

        q = p;

        if (q < end && *q == '\r') {
            q++;
        }

        if (end - q < 2 || q[0] != '\n' || (q[1] != ' ' && q[1] != '\t')) {
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
static const char *
dm_oauth_quoted_end(const char *p, const char *end)
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
 * The number of the name of the RFC that lies at p with =" behind it, or
 * DM_OAUTH_NNAMES.  A letter or two say which one it can be, and a look at
 * all of it whether it is: overlapping words, no name has less than 8 bytes.
 */
static inline unsigned
dm_oauth_named(const char *p, const char *end)
{
    size_t       len;
    unsigned     i;
    const char  *name;

    if (end - p < DM_BYTES) {
        return DM_OAUTH_NNAMES;
    }

    switch (p[6]) {

    case 'c':
        i = p[7] == 'o' ? DM_OAUTH_P_CONSUMER_KEY : DM_OAUTH_P_CALLBACK;
        break;

    case 'n':
        i = DM_OAUTH_P_NONCE;
        break;

    case 's':
        i = p[15] == '_' ? DM_OAUTH_P_SIGNATURE_METHOD : DM_OAUTH_P_SIGNATURE;
        break;

    case 't':
        i = p[7] == 'o' ? DM_OAUTH_P_TOKEN : DM_OAUTH_P_TIMESTAMP;
        break;

    case 'v':
        i = p[9] == 's' ? DM_OAUTH_P_VERSION : DM_OAUTH_P_VERIFIER;
        break;

    default:
        return DM_OAUTH_NNAMES;
    }

    len = dm_oauth_names[i].len;
    name = dm_oauth_names[i].data;

    if ((size_t) (end - p) < len + 3
        || p[len] != '=' || p[len + 1] != '"'
        || !dm_oauth_word_eq(p, name)
        || !dm_oauth_word_eq(p + len - 8, name + len - 8)
        || (len > 16 && !dm_oauth_word_eq(p + 8, name + 8)))
    {
        return DM_OAUTH_NNAMES;
    }

    return i;
}


/*
 * The closing quote of a value, or NULL where there is none or where the value
 * is not what dm_oauth_value() takes.  *escapes is set to 1 where it has any.
 */
static inline const char *
dm_oauth_value_end(const char *p, const char *end, unsigned *escapes)
{
    int         c;
    unsigned    odd;
    dm_bytes_t  bytes;

    *escapes = 0;

    for ( ;; ) {
        /* whoever comes to the end finds a quote there */
        bytes = dm_bytes_until(p, end, '"');
        odd = dm_bytes_bits(dm_bytes_unclean(bytes) | (bytes == '"')
                            | (bytes == '%'));

        if (odd == 0) {
            p += DM_BYTES;
            continue;
        }

        p += __builtin_ctz(odd);

        if (p >= end) {
            return NULL;
        }

        if (*p == '"') {
            return p;
        }

        c = (*p == '%') ? dm_oauth_escaped(p, end) : -1;

        if (!dm_oauth_is_clean(c)) {
            return NULL;
        }

        *escapes = 1;
        p += 3;
    }
}


/* Takes a value, which ends at q.  0, or -1: bad. */
static inline int
dm_oauth_take(dm_oauth_reader_t *rd, unsigned i, const char *p, const char *q,
    unsigned escapes)
{
    dm_str_t  value;

    if (!dm_oauth_needed(i)) {
        return 0;
    }

    value.data = p;
    value.len = (size_t) (q - p);

    if (escapes && dm_oauth_decode(rd, &value) != 0) {
        return -1;
    }

    return dm_oauth_param_value(rd, i, value);
}


/* The realm alone is a quoted-string that nobody encodes. */
static const char *
dm_oauth_realm(dm_oauth_reader_t *rd, const char *p, const char *end)
{
    dm_str_t     value;
    const char  *q;

    q = dm_oauth_quoted_end(p, end);

    if (q == NULL || rd->realm) {
        return NULL;
    }

    rd->realm = 1;

    value.data = p;
    value.len = (size_t) (q - p);

    return (dm_oauth_scan(value) & DM_OAUTH_UNCLEAN) ? NULL : q + 1;
}


/*
 * A name that is not, byte for byte, one of the RFC's.  Where its value begins,
 * or NULL; *i is the name's number, after all, DM_OAUTH_REALM or neither.
 */
static const char *
dm_oauth_other_name(dm_oauth_reader_t *rd, const char *p, const char *end,
    unsigned *i)
{
    dm_str_t     name;
    const char  *q;

    q = memchr(p, '=', (size_t) (end - p));

    if (q == NULL || end - q < 3 || q[1] != '"') {
        return NULL;
    }

    name.data = p;
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
static const char *
dm_oauth_pair(dm_oauth_reader_t *rd, const char *p, const char *end)
{
    unsigned     i, escapes;
    const char  *q;

    i = dm_oauth_named(p, end);

    if (i == DM_OAUTH_NNAMES) {
        p = dm_oauth_other_name(rd, p, end, &i);

    } else {
        p = dm_oauth_mark(rd, i) == 0 ? p + dm_oauth_names[i].len + 2 : NULL;
    }

    if (p == NULL) {
        return NULL;
    }

    if (i == DM_OAUTH_REALM) {
        return dm_oauth_realm(rd, p, end);
    }

    q = dm_oauth_value_end(p, end, &escapes);

    return q != NULL && dm_oauth_take(rd, i, p, q, escapes) == 0 ? q + 1
                                                                 : NULL;
}


/* RFC 5849 section 3.5.1. */
static void
dm_oauth_pairs(const char *p, const char *end, char *scratch,
    dm_oauth_place_t *place)
{
    dm_oauth_reader_t  rd;

    dm_oauth_start(&rd, place, scratch, 0);

    place->oauth = 1;

    while (p < end) {
        p = dm_oauth_pair(&rd, p, end);

        if (p == NULL) {
            dm_oauth_set_bad(place);
            return;
        }

        /* nearly everybody */
        if (end - p > 2 && p[0] == ',' && p[1] == ' ' && p[2] > ' ') {
            p += 2;
            continue;
        }

        p = dm_oauth_skip(p, end);

        if (p == end) {
            return;
        }

        if (*p != ',') {
            dm_oauth_set_bad(place);
            return;
        }

        p = dm_oauth_skip(p + 1, end);

        if (p == end) {
            dm_oauth_set_bad(place);
            return;
        }
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
    dm_str_t     scheme;
    const char  *p, *end;

    memset(place, 0, sizeof(dm_oauth_place_t));

    if (value.len == 0) {
        return;
    }

    end = value.data + value.len;
    p = dm_oauth_skip(value.data, end);

    scheme.data = p;

    while (p < end && (unsigned char) *p > ' ' && *p != 0x7f) {
        p++;
    }

    scheme.len = p - scheme.data;
    p = dm_oauth_skip(p, end);

    if (dm_str_eq(scheme, DM_STR("OAuth"))
        || dm_str_caseeq(scheme, DM_STR("oauth")))
    {
        dm_oauth_pairs(p, end, scratch, place);

    } else if (dm_str_caseeq(scheme, DM_STR("bearer"))) {
        dm_oauth_bearer(p, end, place);

    } else if (scheme.len || p < end) {
        place->other = 1;
    }
}
