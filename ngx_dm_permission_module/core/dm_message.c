#include "dm_members.h"
#include "dm_message.h"


/* Objects whose members are told apart. */
typedef enum {
    DM_MESSAGE_TOP = 0,
    DM_MESSAGE_IN_ENVELOPE,
    DM_MESSAGE_IN_DELETE,
    DM_MESSAGE_NOWHERE
} dm_message_place_t;


static int dm_message_object(dm_message_t *message, dm_str_t *rest,
    dm_message_place_t place);


/* Where the members of this one are told apart, too. */
static dm_message_place_t
dm_message_below(dm_message_place_t place, dm_str_t name)
{
    if (place == DM_MESSAGE_TOP && dm_str_eq(name, DM_STR("message"))) {
        return DM_MESSAGE_IN_ENVELOPE;
    }

    if (place <= DM_MESSAGE_IN_ENVELOPE && dm_str_eq(name, DM_STR("delete"))) {
        return DM_MESSAGE_IN_DELETE;
    }

    return DM_MESSAGE_NOWHERE;
}


/* Both forms are known: id_str is there for who cannot hold a large number. */
static void
dm_message_id(dm_message_t *message, const json_t *direct)
{
    json_t      *id;
    dm_str_t     s;
    json_int_t   n;

    id = json_object_get(direct, "id_str");

    if (!json_is_string(id)) {
        id = json_object_get(direct, "id");
    }

    if (json_is_integer(id) && json_integer_value(id) >= 0) {
        n = json_integer_value(id);
        s.data = message->id + sizeof(message->id);
        s.len = 0;

        do {
            s.data--;
            s.len++;
            *(char *) s.data = (char) ('0' + n % 10);
            n /= 10;
        } while (n != 0);

    } else {
        s.data = json_string_value(id);
        s.len = json_string_length(id);
    }

    if (s.len <= sizeof(message->id)) {
        memmove(message->id, s.data ? s.data : "", s.len);
        message->id_len = s.len;
    }
}


static int
dm_message_member(dm_message_t *message, dm_members_t *members,
    dm_message_place_t place)
{
    json_t              *value;
    dm_str_t             text;
    dm_message_place_t   below;

    below = dm_message_below(place, members->name);

    if (below != DM_MESSAGE_NOWHERE
        && dm_members_peek(&members->rest) == '{')
    {
        return dm_message_object(message, &members->rest, below);
    }

    value = dm_members_value(&members->rest, &text);
    if (value == NULL) {
        return -1;
    }

    if (dm_str_eq(members->name, DM_STR("direct_message"))) {
        message->kind = DM_MESSAGE_DIRECT;
        dm_message_id(message, value);

    } else if (place == DM_MESSAGE_TOP
               && dm_str_eq(members->name, DM_STR("for_user")))
    {
        message->has_user = dm_members_u64(value, text, &message->user) == 0;
    }

    json_decref(value);

    return 0;
}


static int
dm_message_object(dm_message_t *message, dm_str_t *rest,
    dm_message_place_t place)
{
    int           rc;
    dm_members_t  members;

    rc = dm_members_begin(&members, *rest);

    while (rc == 0) {
        rc = dm_members_next(&members);

        if (rc != 1) {
            break;
        }

        rc = dm_message_member(message, &members, place);
    }

    *rest = members.rest;
    dm_members_done(&members);

    return rc;
}


static int
dm_message_scalar(dm_str_t *rest)
{
    json_t    *value;
    dm_str_t   text;

    value = dm_members_value(rest, &text);
    json_decref(value);

    return value ? 0 : -1;
}


void
dm_message_parse(dm_str_t text, dm_message_t *message)
{
    int  rc;

    memset(message, 0, sizeof(dm_message_t));

    rc = -1;

    /* jansson passes over a NUL behind a number */

    if (text.len != 0 && memchr(text.data, '\0', text.len) == NULL) {
        rc = dm_members_peek(&text) == '{'
             ? dm_message_object(message, &text, DM_MESSAGE_TOP)
             : dm_message_scalar(&text);
    }

    if (rc != 0 || dm_members_peek(&text) != '\0') {
        memset(message, 0, sizeof(dm_message_t));
        message->kind = DM_MESSAGE_UNDECIDABLE;
    }
}


void
dm_message_judge(dm_str_t text, unsigned whole, dm_message_t *message)
{
    dm_message_kind_t  kind;

    kind = dm_message_prove(text);

    if (kind == DM_MESSAGE_UNDECIDABLE || (kind == DM_MESSAGE_DIRECT && whole))
    {
        dm_message_parse(text, message);
        return;
    }

    memset(message, 0, sizeof(dm_message_t));
    message->kind = kind;
}
