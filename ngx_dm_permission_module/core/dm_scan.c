#include "dm_scan.h"
#include "dm_skip.h"


/* What is left of the line; a NULL `p` says that it is not plain. */
typedef struct {
    const char  *p;
    const char  *end;
} dm_scan_t;


/* The first byte that is not plain text. */
static inline const char *
dm_scan_text(const char *p, const char *end)
{
    unsigned    bits;
    dm_bytes_t  bytes;

    while (end - p >= DM_BYTES) {
        bytes = dm_bytes_at(p);
        bits = dm_bytes_bits(dm_bytes_beyond(bytes, ' ') | (bytes == '"')
                             | (bytes == '\\'));

        if (bits) {
            return p + __builtin_ctz(bits);
        }

        p += DM_BYTES;
    }

    while (p < end && *p >= ' ' && *p <= '~' && *p != '"' && *p != '\\') {
        p++;
    }

    return p;
}


/* White space, the byte `c`, white space. */
static inline int
dm_scan_mark(dm_scan_t *s, char c)
{
    s->p = dm_skip_space(s->end, s->p);

    if (s->p == s->end || *s->p != c) {
        return 0;
    }

    s->p = dm_skip_space(s->end, s->p + 1);

    return 1;
}


static inline int
dm_scan_string(dm_scan_t *s, dm_str_t *out)
{
    const char  *close;

    if (s->p == s->end || *s->p != '"') {
        return 0;
    }

    close = dm_scan_text(s->p + 1, s->end);

    if (close == s->end || *close != '"') {
        return 0;
    }

    out->data = s->p + 1;
    out->len = close - out->data;
    s->p = close + 1;

    return 1;
}


static inline int
dm_scan_word(dm_scan_t *s, dm_str_t word)
{
    if ((size_t) (s->end - s->p) < word.len
        || memcmp(s->p, word.data, word.len) != 0)
    {
        return 0;
    }

    s->p += word.len;

    return 1;
}


/* A number that goes on (a fraction, a digit behind 0) fails at the comma. */
static int
dm_scan_number(dm_scan_t *s, int64_t *out)
{
    int64_t      n;
    const char  *start;

    if (dm_scan_word(s, DM_STR("0"))) {
        *out = 0;
        return 1;
    }

    n = 0;

    for (start = s->p; s->p < s->end; s->p++) {

        if (*s->p < '0' || *s->p > '9') {
            break;
        }

        if (s->p - start == DM_SKIP_DIGITS) {
            return 0;
        }

        n = n * 10 + (*s->p - '0');
    }

    *out = n;

    return s->p != start;
}


static inline int
dm_scan_value(dm_scan_t *s, dm_value_t *value)
{
    value->json = NULL;

    if (dm_scan_string(s, &value->string)) {
        value->type = DM_VALUE_STRING;
        return 1;
    }

    value->type = DM_VALUE_BOOLEAN;

    if (dm_scan_word(s, DM_STR("true"))) {
        value->integer = 1;
        return 1;
    }

    if (dm_scan_word(s, DM_STR("false"))) {
        value->integer = 0;
        return 1;
    }

    value->type = DM_VALUE_INTEGER;

    return dm_scan_number(s, &value->integer);
}


static int
dm_scan_has(const dm_member_t *members, size_t n, dm_str_t key)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (dm_str_eq(members[i].key, key)) {
            return 1;
        }
    }

    return 0;
}


size_t
dm_scan_object(dm_str_t line, dm_member_t members[DM_SCAN_MEMBERS])
{
    size_t        n;
    dm_scan_t     s = { line.data, line.data + line.len };
    dm_member_t  *member;

    if (!dm_scan_mark(&s, '{')) {
        return 0;
    }

    for (n = 0; n < DM_SCAN_MEMBERS; /* void */ ) {
        member = &members[n];

        if (!dm_scan_string(&s, &member->key)
            || dm_scan_has(members, n, member->key)
            || !dm_scan_mark(&s, ':')
            || !dm_scan_value(&s, &member->value))
        {
            return 0;
        }

        n++;

        if (!dm_scan_mark(&s, ',')) {
            return dm_scan_mark(&s, '}') && s.p == s.end ? n : 0;
        }
    }

    return 0;
}
