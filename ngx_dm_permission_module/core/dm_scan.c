#include "dm_scan.h"


#define DM_SCAN_DIGITS  18          /* as many as always fit in an int64_t */


/* What is left of the line; a NULL `p` says that it is not plain. */
typedef struct {
    const char  *p;
    const char  *end;
} dm_scan_t;


/* 8 bytes at once: 0x80 in each byte (others: any) that ends plain text. */
static inline uint64_t
dm_scan_special(uint64_t word)
{
    uint64_t  ones, high, quote, escape, control, del;

    ones = 0x0101010101010101ull;
    high = ones * 0x80;

    quote = (word ^ (ones * '"')) - ones;
    escape = (word ^ (ones * '\\')) - ones;
    del = (word ^ (ones * 0x7f)) - ones;
    control = word - ones * ' ';

    return (quote | escape | del | control | word) & high;
}


/* The first byte that is not plain text. */
static const char *
dm_scan_text(const char *p, const char *end)
{
    uint64_t  word;

    while (end - p >= 8) {
        memcpy(&word, p, 8);

        if (dm_scan_special(word) != 0) {
            break;
        }

        p += 8;
    }

    while (p < end && *p >= ' ' && *p <= '~' && *p != '"' && *p != '\\') {
        p++;
    }

    return p;
}


static void
dm_scan_space(dm_scan_t *s)
{
    while (s->p < s->end
           && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n'
               || *s->p == '\r'))
    {
        s->p++;
    }
}


/* White space, the byte `c`, white space. */
static int
dm_scan_mark(dm_scan_t *s, char c)
{
    dm_scan_space(s);

    if (s->p == s->end || *s->p != c) {
        return 0;
    }

    s->p++;
    dm_scan_space(s);

    return 1;
}


static int
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


static int
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

        if (s->p - start == DM_SCAN_DIGITS) {
            return 0;
        }

        n = n * 10 + (*s->p - '0');
    }

    *out = n;

    return s->p != start;
}


static int
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
