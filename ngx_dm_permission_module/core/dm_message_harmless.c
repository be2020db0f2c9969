#include "dm_message.h"
#include "dm_skip.h"


/*
 * The texts that are proved harmless, of the parts of dm_skip.h:
 *
 *     object  = "{" [ name ":" value *( "," name ":" value ) ] "}"
 *     array   = "[" [ value *( "," value ) ] "]"
 *     value   = object / array / string / number / "true" / "false" / "null"
 *
 * within the limits below; in an object that dm_message.c tells apart no name
 * comes twice, nor is one "direct_message".
 */

#define DM_HARMLESS_DEPTH  64
#define DM_HARMLESS_NAMES  64       /* of an object that is told apart */


/* As in dm_message.c. */
typedef enum {
    DM_HARMLESS_TOP = 0,
    DM_HARMLESS_ENVELOPE,
    DM_HARMLESS_DELETE,
    DM_HARMLESS_ANY
} dm_harmless_place_t;


typedef struct {
    const char  *end;
    unsigned     depth;
} dm_harmless_t;


typedef struct {
    size_t    n;
    uint64_t  seen[4];              /* a bit for a number's first byte */
    uint64_t  numbers[DM_HARMLESS_NAMES];
    dm_str_t  names[DM_HARMLESS_NAMES];
} dm_harmless_names_t;


static const char *dm_harmless_value(dm_harmless_t *s, const char *p,
    dm_harmless_place_t place);


/* The same name has the same number; few others have. */
static uint64_t
dm_harmless_name_number(dm_str_t name)
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
dm_harmless_name_new(dm_harmless_names_t *names, dm_str_t name)
{
    size_t    i;
    uint64_t  number, bit;

    number = dm_harmless_name_number(name);
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

    if (names->n == DM_HARMLESS_NAMES) {
        return 0;
    }

    names->seen[number >> 62] |= bit;
    names->numbers[names->n] = number;
    names->names[names->n++] = name;

    return 1;
}


/* The place of what the name names; DM_HARMLESS_TOP where it may do harm. */
static dm_harmless_place_t
dm_harmless_name_place(dm_harmless_names_t *names, dm_str_t name,
    dm_harmless_place_t place)
{
    if (!dm_harmless_name_new(names, name)
        || dm_str_eq(name, DM_STR("direct_message")))
    {
        return DM_HARMLESS_TOP;
    }

    if (place == DM_HARMLESS_TOP && dm_str_eq(name, DM_STR("message"))) {
        return DM_HARMLESS_ENVELOPE;
    }

    if (place <= DM_HARMLESS_ENVELOPE && dm_str_eq(name, DM_STR("delete"))) {
        return DM_HARMLESS_DELETE;
    }

    return DM_HARMLESS_ANY;
}


/*
 * p: at a name, or wrong.  The place of its value; NULL also where the name
 * may do harm.  White space and the colon behind it are passed over.
 */
static inline const char *
dm_harmless_name(const dm_harmless_t *s, const char *p,
    dm_harmless_names_t *names, dm_harmless_place_t *place)
{
    dm_str_t  name;

    p = dm_skip_name(s->end, p, &name);
    if (p == NULL) {
        return NULL;
    }

    if (*place != DM_HARMLESS_ANY) {
        *place = dm_harmless_name_place(names, name, *place);

        if (*place == DM_HARMLESS_TOP) {
            return NULL;
        }
    }

    p = dm_skip_space(s->end, p);

    return p != s->end && *p == ':' ? p + 1 : NULL;
}


/* p: behind the brace.  Any but DM_HARMLESS_ANY: its names are told apart. */
static const char *
dm_harmless_object(dm_harmless_t *s, const char *p, dm_harmless_place_t place)
{
    dm_harmless_names_t  names;
    dm_harmless_place_t  below;

    names.n = 0;
    memset(names.seen, 0, sizeof(names.seen));

    p = dm_skip_space(s->end, p);

    if (p != s->end && *p == '}') {
        return p + 1;
    }

    for ( ;; ) {
        below = place;

        p = dm_harmless_name(s, p, &names, &below);
        if (p == NULL) {
            return NULL;
        }

        p = dm_harmless_value(s, p, below);

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
dm_harmless_array(dm_harmless_t *s, const char *p)
{
    p = dm_skip_space(s->end, p);

    if (p != s->end && *p == ']') {
        return p + 1;
    }

    for ( ;; ) {
        p = dm_harmless_value(s, p, DM_HARMLESS_ANY);

        if (p == NULL || p == s->end || (*p != ',' && *p != ']')) {
            return NULL;
        }

        if (*p++ == ']') {
            return p;
        }
    }
}


/* White space on both sides belongs to it.  place: of an object's names. */
static const char *
dm_harmless_value(dm_harmless_t *s, const char *p, dm_harmless_place_t place)
{
    p = dm_skip_space(s->end, p);

    if (p == s->end || s->depth == DM_HARMLESS_DEPTH) {
        return NULL;
    }

    s->depth++;

    switch (*p) {

    case '"':
        p = dm_skip_string(s->end, p + 1);
        break;

    case '{':
        p = dm_harmless_object(s, p + 1, place);
        break;

    case '[':
        p = dm_harmless_array(s, p + 1);
        break;

    case 't':
        p = dm_skip_word(s->end, p, DM_STR("true"));
        break;

    case 'f':
        p = dm_skip_word(s->end, p, DM_STR("false"));
        break;

    case 'n':
        p = dm_skip_word(s->end, p, DM_STR("null"));
        break;

    default:
        p = dm_skip_number(s->end, p);
        break;
    }

    s->depth--;

    return p ? dm_skip_space(s->end, p) : NULL;
}


int
dm_message_harmless(dm_str_t text)
{
    dm_harmless_t  s = { text.data + text.len, 0 };
    const char    *p;

    p = dm_skip_space(s.end, text.data);

    if (p == s.end || *p != '{') {
        return 0;
    }

    p = dm_harmless_object(&s, p + 1, DM_HARMLESS_TOP);

    return p && dm_skip_space(s.end, p) == s.end;
}
