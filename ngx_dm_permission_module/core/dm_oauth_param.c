#include "dm_bytes.h"
#include "dm_form.h"
#include "dm_oauth_internal.h"


const dm_str_t  dm_oauth_names[] = {
    [DM_OAUTH_P_TOKEN]            = { "oauth_token", 11 },
    [DM_OAUTH_P_NONCE]            = { "oauth_nonce", 11 },
    [DM_OAUTH_P_VERSION]          = { "oauth_version", 13 },
    [DM_OAUTH_P_CALLBACK]         = { "oauth_callback", 14 },
    [DM_OAUTH_P_VERIFIER]         = { "oauth_verifier", 14 },
    [DM_OAUTH_P_SIGNATURE]        = { "oauth_signature", 15 },
    [DM_OAUTH_P_TIMESTAMP]        = { "oauth_timestamp", 15 },
    [DM_OAUTH_P_CONSUMER_KEY]     = { "oauth_consumer_key", 18 },
    [DM_OAUTH_P_SIGNATURE_METHOD] = { "oauth_signature_method", 22 }
};

/* The first of the names of a length. */
static const unsigned char  dm_oauth_by_len[] = {
    9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 0, 9, 2, 3, 5, 9, 9, 7, 9, 9, 9, 8
};

_Static_assert(sizeof(dm_oauth_names) / sizeof(dm_oauth_names[0])
               == DM_OAUTH_NNAMES, "a name without its number");


unsigned
dm_oauth_scan(dm_str_t s)
{
    unsigned     unclean, escape;
    dm_bytes_t   bytes;
    const char  *p, *end;

    end = s.data + s.len;
    unclean = 0;
    escape = 0;

    for (p = s.data; p < end; p += DM_BYTES) {
        bytes = dm_bytes_until(p, end, ' ');
        unclean |= dm_bytes_bits(dm_bytes_beyond(bytes, ' '));
        escape |= dm_bytes_bits(bytes == '%');
    }

    return (unclean != 0 ? DM_OAUTH_UNCLEAN : 0)
           | (escape != 0 ? DM_OAUTH_ESCAPE : 0);
}


int
dm_oauth_decode(dm_oauth_reader_t *rd, dm_str_t *s)
{
    int          c;
    char        *out;
    const char  *p, *end;

    out = rd->scratch;
    end = s->data + s->len;

    for (p = s->data; p < end; p++) {

        if (*p == '%') {
            c = dm_oauth_escaped(p, end);

            if (c < 0) {
                return -1;
            }

            *out++ = (char) c;
            p += 2;

        } else {
            *out++ = (*p == '+' && rd->plus) ? ' ' : *p;
        }
    }

    s->data = rd->scratch;
    s->len = out - rd->scratch;
    rd->scratch = out;

    return 0;
}


int
dm_oauth_value(dm_oauth_reader_t *rd, dm_str_t *s)
{
    unsigned  bits;

    bits = dm_oauth_scan(*s);

    if (bits & DM_OAUTH_UNCLEAN) {
        return -1;
    }

    if (!(bits & DM_OAUTH_ESCAPE)
        && !(rd->plus && s->len && memchr(s->data, '+', s->len)))
    {
        return 0;
    }

    if (dm_oauth_decode(rd, s) != 0) {
        return -1;
    }

    return (dm_oauth_scan(*s) & DM_OAUTH_UNCLEAN) ? -1 : 0;
}


int
dm_oauth_check(dm_str_t s)
{
    unsigned     bits;
    const char  *p, *end;

    bits = dm_oauth_scan(s);

    if (bits & DM_OAUTH_UNCLEAN) {
        return -1;
    }

    if (!(bits & DM_OAUTH_ESCAPE)) {
        return 0;
    }

    end = s.data + s.len;

    for (p = s.data;
         (p = memchr(p, '%', (size_t) (end - p))) != NULL;
         p += 3)
    {
        if (!dm_oauth_is_clean(dm_oauth_escaped(p, end))) {
            return -1;
        }
    }

    return 0;
}


int
dm_oauth_is_param(dm_str_t name)
{
    if (name.len < 6) {
        return 0;
    }

    if (memcmp(name.data, "oauth_", 6) == 0) {
        return 1;
    }

    name.len = 6;

    return dm_str_caseeq(name, DM_STR("oauth_"));
}


/* A name outside the RFC: 0, or -1 for one in another case or seen before. */
static int
dm_oauth_other(dm_oauth_reader_t *rd, dm_str_t name)
{
    size_t  i;

    if (memcmp(name.data, "oauth_", 6) != 0
        || (dm_oauth_scan(name) & DM_OAUTH_UNCLEAN)
        || rd->nothers == DM_OAUTH_MAX_PARAMS)
    {
        return -1;
    }

    for (i = 0; i < DM_OAUTH_NNAMES; i++) {
        if (dm_str_caseeq(name, dm_oauth_names[i])) {
            return -1;
        }
    }

    for (i = 0; i < rd->nothers; i++) {
        if (dm_str_eq(name, rd->others[i])) {
            return -1;
        }
    }

    rd->others[rd->nothers++] = name;

    return 0;
}


unsigned
dm_oauth_known(dm_str_t name)
{
    unsigned  i;

    if (name.len >= sizeof(dm_oauth_by_len)) {
        return DM_OAUTH_NNAMES;
    }

    for (i = dm_oauth_by_len[name.len];
         i < DM_OAUTH_NNAMES && dm_oauth_names[i].len == name.len;
         i++)
    {
        if (memcmp(name.data, dm_oauth_names[i].data, name.len) == 0) {
            return i;
        }
    }

    return DM_OAUTH_NNAMES;
}


int
dm_oauth_param(dm_oauth_reader_t *rd, unsigned i, dm_str_t name)
{
    rd->place->oauth = 1;
    rd->place->params = 1;

    return i != DM_OAUTH_NNAMES ? -(int) dm_oauth_seen(&rd->known, i)
                                : dm_oauth_other(rd, name);
}


int
dm_oauth_hides(dm_str_t value)
{
    char         c;
    size_t       matched;
    unsigned     splits, named;
    const char  *p, *end;

    static const dm_str_t  name = { "oauth_", 6 };

    end = value.data + value.len;
    matched = 0;
    splits = 0;
    named = 0;

    for (p = value.data; p < end; /* void */ ) {
        splits |= dm_oauth_splits(*p);
        c = (char) dm_lower(dm_form_char(&p, end));

        /* the name has but one "o" */
        matched = c == name.data[matched] ? matched + 1 : c == 'o';

        if (matched == name.len) {
            named = 1;
            matched = 0;
        }
    }

    return splits && named;
}


/* b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"=" */
int
dm_oauth_b64token(dm_str_t s)
{
    size_t         i;
    unsigned char  c;

    while (s.len && s.data[s.len - 1] == '=') {
        s.len--;
    }

    for (i = 0; i < s.len; i++) {
        c = dm_lower((unsigned char) s.data[i]);

        if (!((c >= 'a' && c <= 'z') || (c >= '-' && c <= '9') || c == '_'
              || c == '~' || c == '+'))
        {
            return 0;
        }
    }

    return s.len != 0;
}


void
dm_oauth_set_bad(dm_oauth_place_t *place)
{
    place->bad = 1;
    place->bearer = 0;
    place->token.len = 0;
    place->consumer_key.len = 0;
    place->has_consumer_key = 0;
}
