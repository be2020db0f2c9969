#include <jansson.h>

#include "dm_payload.h"


typedef struct {
    dm_str_t       rest;          /* of the body */
    json_t        *names;         /* a set: those that came already */
    dm_payload_t  *payload;
} dm_payload_ctx_t;


/* RFC 8259 section 2 */
static void
dm_payload_space(dm_payload_ctx_t *ctx)
{
    while (ctx->rest.len != 0 && memchr(" \t\r\n", ctx->rest.data[0], 4)) {
        ctx->rest.data++;
        ctx->rest.len--;
    }
}


/* 1, and past it, if the next token is this one. */
static int
dm_payload_next(dm_payload_ctx_t *ctx, char token)
{
    dm_payload_space(ctx);

    if (ctx->rest.len == 0 || ctx->rest.data[0] != token) {
        return 0;
    }

    ctx->rest.data++;
    ctx->rest.len--;

    return 1;
}


/* The next value, and its text. */
static json_t *
dm_payload_value(dm_payload_ctx_t *ctx, size_t flags, dm_str_t *text)
{
    json_t        *value;
    json_error_t   e;

    dm_payload_space(ctx);

    flags |= JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK;

    value = json_loadb(ctx->rest.data, ctx->rest.len, flags, &e);

    /* an integer of more than 63 bits is a number all the same */

    if (value == NULL && json_error_code(&e) == json_error_numeric_overflow) {
        value = json_loadb(ctx->rest.data, ctx->rest.len,
                           flags | JSON_DECODE_INT_AS_REAL, &e);
    }

    if (value) {
        text->data = ctx->rest.data;
        text->len = (size_t) e.position;

        ctx->rest.data += text->len;
        ctx->rest.len -= text->len;
    }

    return value;
}


static int
dm_payload_user(dm_payload_t *payload, const json_t *value, dm_str_t text)
{
    if (json_is_string(value)) {
        text.data = json_string_value(value);
        text.len = json_string_length(value);

    } else if (!json_is_number(value)) {
        return -1;
    }

    payload->has_user = 1;

    return dm_str_u64(text, &payload->user);
}


static int
dm_payload_messages(dm_payload_t *payload, const json_t *messages)
{
    size_t   i;
    json_t  *id, *ids;

    ids = json_array();
    payload->ids = ids;

    if (ids == NULL) {
        return -1;
    }

    for (i = 0; i < json_array_size(messages); i++) {
        id = json_object_get(json_array_get(messages, i), "id");

        if (json_is_integer(id)) {
            id = json_sprintf("%" JSON_INTEGER_FORMAT, json_integer_value(id));

        } else if (json_is_string(id)) {
            id = json_incref(id);

        } else {
            continue;
        }

        if (json_array_append_new(ids, id) != 0) {
            return -1;
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
dm_payload_member(dm_payload_ctx_t *ctx, dm_str_t name, const json_t *value,
    dm_str_t text)
{
    dm_payload_t  *payload;

    payload = ctx->payload;

    if (dm_str_eq(name, DM_STR("for_user_id"))) {
        return dm_payload_user(payload, value, text);
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


/* RFC 8259 section 4: string name-separator value */
static int
dm_payload_read_member(dm_payload_ctx_t *ctx)
{
    int          rc;
    json_t      *name, *value;
    dm_str_t     key, text;
    const char  *p;

    rc = -1;
    value = NULL;

    /* as in all objects of jansson's, no name has a NUL */

    name = dm_payload_value(ctx, 0, &text);
    p = json_string_value(name);

    if (p == NULL || json_object_get(ctx->names, p)
        || json_object_set_new(ctx->names, p, json_true()) != 0)
    {
        goto done;
    }

    if (!dm_payload_next(ctx, ':')) {
        goto done;
    }

    value = dm_payload_value(ctx, JSON_ALLOW_NUL, &text);
    if (value == NULL) {
        goto done;
    }

    key.data = p;
    key.len = json_string_length(name);

    rc = dm_payload_member(ctx, key, value, text);

done:

    json_decref(value);
    json_decref(name);

    return rc;
}


/* RFC 8259 section 4, and nothing behind it */
static int
dm_payload_read(dm_payload_ctx_t *ctx)
{
    if (!dm_payload_next(ctx, '{')) {
        return -1;
    }

    if (dm_payload_next(ctx, '}')) {
        return -1;                /* no for_user_id */
    }

    do {
        if (dm_payload_read_member(ctx) != 0) {
            return -1;
        }

    } while (dm_payload_next(ctx, ','));

    if (!dm_payload_next(ctx, '}')) {
        return -1;
    }

    dm_payload_space(ctx);

    return ctx->rest.len == 0 ? 0 : -1;
}


int
dm_payload_parse(dm_str_t body, dm_payload_t *payload)
{
    int               rc;
    dm_payload_ctx_t  ctx;

    memset(payload, 0, sizeof(dm_payload_t));

    ctx.rest = body;
    ctx.payload = payload;
    ctx.names = json_object();

    /* jansson passes over a NUL behind a number */

    if (ctx.names == NULL
        || (body.len != 0 && memchr(body.data, '\0', body.len)))
    {
        rc = -1;

    } else {
        rc = dm_payload_read(&ctx);
    }

    json_decref(ctx.names);

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
