#include <errno.h>

#include "dm_members.h"
#include "dm_payload.h"


static int
dm_payload_messages(dm_payload_t *payload, const json_t *messages)
{
    size_t   i;
    json_t  *id, *ids;

    ids = json_array();
    payload->ids = ids;

    if (ids == NULL) {
        return -2;
    }

    for (i = 0; i < json_array_size(messages); i++) {
        id = json_object_get(json_array_get(messages, i), "id");

        if (json_is_integer(id)) {
            id = json_sprintf("%" JSON_INTEGER_FORMAT, json_integer_value(id));

        } else if (json_is_string(id)) {
            id = json_incref(id);

        } else {
            id = json_string("");
        }

        if (json_array_append_new(ids, id) != 0) {
            return -2;
        }
    }

    return 0;
}


/* A kind of event that is not known yet may be one of direct messages. */
static int
dm_payload_is_direct(dm_str_t name)
{
    return name.len >= sizeof("direct_message") - 1
           && memcmp(name.data, "direct_message",
                     sizeof("direct_message") - 1) == 0;
}


static int
dm_payload_member(dm_payload_t *payload, dm_str_t name, const json_t *value,
    dm_str_t text)
{
    if (dm_str_eq(name, DM_STR("for_user_id"))) {
        payload->has_user = 1;
        return dm_members_u64(value, text, &payload->user);
    }

    if (dm_str_eq(name, DM_STR("user_event"))) {
        payload->user_event = 1;
        return 0;
    }

    payload->other = 1;
    payload->direct |= dm_payload_is_direct(name);

    return dm_str_eq(name, DM_STR("direct_message_events"))
           ? dm_payload_messages(payload, value) : 0;
}


/* The whole body: an object, and nothing behind it. */
static int
dm_payload_read(dm_str_t body, dm_payload_t *payload)
{
    int            rc;
    json_t        *value;
    dm_str_t       text;
    dm_members_t   members;

    rc = dm_members_begin(&members, body);

    while (rc == 0) {
        rc = dm_members_next(&members);

        if (rc != 1) {
            break;
        }

        value = dm_members_value(&members.rest, &text);

        rc = value ? dm_payload_member(payload, members.name, value, text)
                   : -2;

        json_decref(value);
    }

    dm_members_peek(&members.rest);

    if (rc == 0 && members.rest.len != 0) {
        rc = -1;
    }

    dm_members_done(&members);

    return rc;
}


int
dm_payload_parse(dm_str_t body, dm_payload_t *payload)
{
    int  rc;

    memset(payload, 0, sizeof(dm_payload_t));

    /* jansson passes over a NUL behind a number */

    if (body.len == 0 || memchr(body.data, '\0', body.len)) {
        return -1;
    }

    /* malloc() says in errno what jansson does not tell apart */

    errno = 0;
    rc = dm_payload_read(body, payload);

    if (rc == -2 && errno != ENOMEM) {
        rc = -1;
    }

    if (rc == 0 && payload->user_event) {
        rc = payload->other ? -1 : 0;

    } else if (rc == 0 && !payload->has_user) {
        rc = -1;
    }

    if (rc != 0) {
        dm_payload_clear(payload);
    }

    return rc;
}


void
dm_payload_clear(dm_payload_t *payload)
{
    json_decref(payload->ids);
    memset(payload, 0, sizeof(dm_payload_t));
}


size_t
dm_payload_ids(const dm_payload_t *payload)
{
    return json_array_size(payload->ids);
}


dm_str_t
dm_payload_id(const dm_payload_t *payload, size_t n)
{
    const json_t  *id;

    id = json_array_get(payload->ids, n);

    return (dm_str_t) { json_string_value(id), json_string_length(id) };
}
