#include "dm_message.h"
#include "dm_skip.h"


/*
 * The texts that are proved to be what they are, of the parts of dm_skip.h:
 *
 *     object  = "{" [ name ":" value *( "," name ":" value ) ] "}"
 *     array   = "[" [ value *( "," value ) ] "]"
 *     value   = object / array / string / number / "true" / "false" / "null"
 *
 * within the limits below, where no name comes twice in an object that
 * dm_message.c tells apart.  Latency, not work, is what bounds this: each
 * position depends on the one before it.
 */

#define DM_PROVE_DEPTH  64
#define DM_PROVE_NAMES  64       /* of an object that is told apart */


/* As in dm_message.c. */
typedef enum {
    DM_PROVE_TOP = 0,
    DM_PROVE_ENVELOPE,
    DM_PROVE_DELETE,
    DM_PROVE_ANY
} dm_prove_place_t;


typedef struct {
    const char  *end;
    unsigned     depth;
    unsigned     direct;            /* it has such a name */
} dm_prove_t;


typedef struct {
    size_t    n;
    uint64_t  seen[4];              /* a bit for a number's first byte */
    uint64_t  numbers[DM_PROVE_NAMES];
    dm_str_t  names[DM_PROVE_NAMES];
} dm_prove_names_t;


static const char *dm_prove_nested(dm_prove_t *s, const char *p,
    dm_prove_place_t place);


/* The same name has the same number; few others have. */
static uint64_t
dm_prove_name_number(dm_str_t name)
{
    uint64_t  head, tail;

    head = 0;
    tail = 0;

    if (name.len >= 8) {
        memcpy(&head, name.data, 8);
        memcpy(&tail, name.data + name.len - 8, 8);

    } else {
        memcpy(&head, name.data, name.len);
    }

    return (head * 0x9e3779b97f4a7c15ull) ^ (tail * 0xc2b2ae3d27d4eb4full)
           ^ (name.len * 0x165667b19e3779f9ull);
}


static int
dm_prove_name_new(dm_prove_names_t *names, dm_str_t name)
{
    size_t    i;
    uint64_t  number, bit;

    number = dm_prove_name_number(name);
    bit = 1ull << (number >> 56 & 63);

    if (names->seen[number >> 62] & bit) {
        for (i = 0; i < names->n; i++) {
            if (names->numbers[i] == number
                && dm_str_eq(names->names[i], name))
            {
                return 0;
            }
        }
    }

    if (names->n == DM_PROVE_NAMES) {
        return 0;
    }

    names->seen[number >> 62] |= bit;
    names->numbers[names->n] = number;
    names->names[names->n++] = name;

    return 1;
}


/* The place of what the name names; DM_PROVE_TOP where it comes twice. */
static dm_prove_place_t
dm_prove_name_place(dm_prove_t *s, dm_prove_names_t *names, dm_str_t name,
    dm_prove_place_t place)
{
    if (!dm_prove_name_new(names, name)) {
        return DM_PROVE_TOP;
    }

    if (dm_str_eq(name, DM_STR("direct_message"))) {
        s->direct = 1;
        return DM_PROVE_ANY;
    }

    if (place == DM_PROVE_TOP && dm_str_eq(name, DM_STR("message"))) {
        return DM_PROVE_ENVELOPE;
    }

    if (place <= DM_PROVE_ENVELOPE && dm_str_eq(name, DM_STR("delete"))) {
        return DM_PROVE_DELETE;
    }

    return DM_PROVE_ANY;
}


/*
 * p: at a name, or wrong.  The place of its value; NULL also where the name
 * came already.  White space and the colon behind it are passed over.
 */
static inline const char *
dm_prove_name(dm_prove_t *s, const char *p,
    dm_prove_names_t *names, dm_prove_place_t *place)
{
    dm_str_t  name;

    p = dm_skip_name(s->end, p, &name);
    if (p == NULL) {
        return NULL;
    }

    if (*place != DM_PROVE_ANY) {
        *place = dm_prove_name_place(s, names, name, *place);

        if (*place == DM_PROVE_TOP) {
            return NULL;
        }
    }

    p = dm_skip_space(s->end, p);

    return p != s->end && *p == ':' ? p + 1 : NULL;
}


/* White space on both sides belongs to it.  place: of an object's names. */
static inline __attribute__((always_inline)) const char *
dm_prove_value(dm_prove_t *s, const char *p, dm_prove_place_t place)
{
    p = dm_skip_space(s->end, p);

    if (p == s->end) {
        return NULL;
    }

    if (*p == '"') {
        p = dm_skip_string(s->end, p + 1);

    } else if (*p <= '9') {
        p = dm_skip_number(s->end, p);

    } else if (*p == '{' || *p == '[') {
        p = dm_prove_nested(s, p, place);

    } else {
        p = dm_skip_word(s->end, p);
    }

    return p ? dm_skip_space(s->end, p) : NULL;
}


/* p: behind the brace.  Any but DM_PROVE_ANY: its names are told apart. */
static const char *
dm_prove_object(dm_prove_t *s, const char *p, dm_prove_place_t place)
{
    dm_prove_names_t  names;
    dm_prove_place_t  below;

    names.n = 0;
    memset(names.seen, 0, sizeof(names.seen));

    p = dm_skip_space(s->end, p);

    if (p != s->end && *p == '}') {
        return p + 1;
    }

    for ( ;; ) {
        below = place;

        p = dm_prove_name(s, p, &names, &below);
        if (p == NULL) {
            return NULL;
        }

        p = dm_prove_value(s, p, below);

        if (p == NULL || p == s->end || (*p != ',' && *p != '}')) {
            return NULL;
        }

        if (*p++ == '}') {
            return p;
        }

        p = dm_skip_space(s->end, p);
    }
}


/* p: behind the bracket */
static const char *
dm_prove_array(dm_prove_t *s, const char *p)
{
    p = dm_skip_space(s->end, p);

    if (p != s->end && *p == ']') {
        return p + 1;
    }

    for ( ;; ) {
        p = dm_prove_value(s, p, DM_PROVE_ANY);

        if (p == NULL || p == s->end || (*p != ',' && *p != ']')) {
            return NULL;
        }

        if (*p++ == ']') {
            return p;
        }
    }
}


/* p: at a bracket or brace */
static const char *
dm_prove_nested(dm_prove_t *s, const char *p, dm_prove_place_t place)
{
    if (s->depth == DM_PROVE_DEPTH) {
        return NULL;
    }

    s->depth++;

    p = *p == '{' ? dm_prove_object(s, p + 1, place)
                  : dm_prove_array(s, p + 1);

    s->depth--;

    return p;
}


dm_message_kind_t
dm_message_prove(dm_str_t text)
{
    dm_prove_t   s = { text.data + text.len, 0, 0 };
    const char  *p;

    p = dm_skip_space(s.end, text.data);

    if (p == s.end || *p != '{') {
        return DM_MESSAGE_UNDECIDABLE;
    }

    p = dm_prove_object(&s, p + 1, DM_PROVE_TOP);

    if (p == NULL || dm_skip_space(s.end, p) != s.end) {
        return DM_MESSAGE_UNDECIDABLE;
    }

    return s.direct ? DM_MESSAGE_DIRECT : DM_MESSAGE_OTHER;
}
