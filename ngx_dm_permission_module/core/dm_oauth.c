#include "dm_oauth_internal.h"


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


/* A name that is not, byte for byte, one of the RFC's.  Decodes it. */
static int
dm_oauth_name(dm_oauth_reader_t *rd, dm_str_t *name)
{
    if (!dm_oauth_is_name(*name)) {
        return -1;
    }

    return memchr(name->data, '%', name->len) ? dm_oauth_value(rd, name) : 0;
}


/*
 * name="value".  What follows it, or NULL for a pair that is none.  All values
 * but the realm's are percent-encoded (RFC 5849 section 3.5.1).
 */
static const char *
dm_oauth_pair(dm_oauth_reader_t *rd, const char *p, const char *end,
    unsigned *realm)
{
    int          rc, is_realm;
    unsigned     known;
    dm_str_t     name, value;
    const char  *q;

    q = memchr(p, '=', end - p);

    if (q == NULL || end - q < 3 || q[1] != '"') {
        return NULL;
    }

    name.data = p;
    name.len = q - p;
    value.data = q + 2;

    known = dm_oauth_known(name);

    if (known == DM_OAUTH_NNAMES) {

        if (dm_oauth_name(rd, &name) != 0) {
            return NULL;
        }

        known = dm_oauth_known(name);
    }

    is_realm = name.len == 5 && dm_str_caseeq(name, DM_STR("realm"));

    q = is_realm ? dm_oauth_quoted_end(value.data, end)
                 : memchr(value.data, '"', end - value.data);

    if (q == NULL) {
        return NULL;
    }

    value.len = q - value.data;

    if (is_realm) {
        rc = (*realm)++ || (dm_oauth_scan(value) & DM_OAUTH_UNCLEAN);

    } else if (known != DM_OAUTH_NNAMES || dm_oauth_is_param(name)) {
        rc = dm_oauth_param(rd, known, name, value);

    } else {
        rc = dm_oauth_check(value);
    }

    return rc == 0 ? q + 1 : NULL;
}


/* RFC 5849 section 3.5.1. */
static void
dm_oauth_pairs(const char *p, const char *end, char *scratch,
    dm_oauth_place_t *place)
{
    unsigned           realm;
    dm_oauth_reader_t  rd;

    rd.place = place;
    rd.scratch = scratch;
    rd.plus = 0;
    rd.known = 0;
    rd.nothers = 0;
    realm = 0;

    place->oauth = 1;

    while (p < end) {
        p = dm_oauth_pair(&rd, p, end, &realm);

        if (p == NULL) {
            dm_oauth_set_bad(place);
            return;
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

    if (dm_str_caseeq(scheme, DM_STR("oauth"))) {
        dm_oauth_pairs(p, end, scratch, place);

    } else if (dm_str_caseeq(scheme, DM_STR("bearer"))) {
        dm_oauth_bearer(p, end, place);

    } else if (scheme.len || p < end) {
        place->other = 1;
    }
}


/*
 * RFC 5849 section 3.5.  A place outside `sources` is looked at only to find
 * that it contradicts what a named one holds.
 */
dm_oauth_outcome_t
dm_oauth_choose(const dm_oauth_place_t places[3], unsigned sources,
    const dm_oauth_place_t **found)
{
    int                      i, claims, bad, ambiguous, named, other;
    const dm_oauth_place_t  *p, *holder;

    claims = bad = ambiguous = named = other = 0;
    holder = NULL;

    for (i = 0; i < 3; i++) {
        p = &places[i];

        bad |= p->bad;
        ambiguous |= p->ambiguous;
        other |= p->other;

        if (p->params || p->bearer) {
            claims++;
        }

        if (!(sources & (1u << i))) {
            continue;
        }

        named |= p->params | p->bearer | p->bad | p->other;

        if (p->token.len) {
            holder = p;
        }
    }

    if (!named) {
        return DM_OAUTH_NONE;
    }

    if (bad) {
        return DM_OAUTH_BAD;
    }

    if (ambiguous || claims > 1 || (other && claims)) {
        return DM_OAUTH_AMBIGUOUS;
    }

    if (holder == NULL) {
        return DM_OAUTH_NONE;
    }

    *found = holder;

    return DM_OAUTH_FOUND;
}
