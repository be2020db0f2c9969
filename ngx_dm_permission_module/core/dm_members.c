#include "dm_members.h"


/* RFC 8259 section 2 */
char
dm_members_peek(dm_str_t *rest)
{
    while (rest->len != 0 && memchr(" \t\r\n", rest->data[0], 4)) {
        rest->data++;
        rest->len--;
    }

    return rest->len != 0 ? rest->data[0] : '\0';
}


/* 1, and past it, if the next token is this one. */
static int
dm_members_token(dm_str_t *rest, char token)
{
    if (dm_members_peek(rest) != token) {
        return 0;
    }

    rest->data++;
    rest->len--;

    return 1;
}


static json_t *
dm_members_load(dm_str_t *rest, size_t flags, dm_str_t *text)
{
    json_t        *value;
    json_error_t   e;

    (void) dm_members_peek(rest);

    flags |= JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK;

    value = json_loadb(rest->data, rest->len, flags, &e);

    if (value == NULL && json_error_code(&e) == json_error_numeric_overflow) {
        value = json_loadb(rest->data, rest->len,
                           flags | JSON_DECODE_INT_AS_REAL, &e);
    }

    if (value) {
        text->data = rest->data;
        text->len = (size_t) e.position;

        rest->data += text->len;
        rest->len -= text->len;
    }

    return value;
}


int
dm_members_begin(dm_members_t *members, dm_str_t text)
{
    memset(members, 0, sizeof(dm_members_t));

    members->rest = text;
    members->names = json_object();

    if (members->names == NULL) {
        return -2;
    }

    return dm_members_token(&members->rest, '{') ? 0 : -1;
}


void
dm_members_done(dm_members_t *members)
{
    json_decref(members->string);
    json_decref(members->names);
}


int
dm_members_next(dm_members_t *members)
{
    dm_str_t     text;
    const char  *p;

    if (dm_members_token(&members->rest, '}')) {
        return 0;
    }

    if (members->string && !dm_members_token(&members->rest, ',')) {
        return -1;
    }

    json_decref(members->string);

    /* as in all objects of jansson's, no name has a NUL */

    members->string = dm_members_load(&members->rest, 0, &text);

    if (members->string == NULL) {
        return -2;
    }

    p = json_string_value(members->string);

    if (p == NULL || json_object_get(members->names, p)) {
        return -1;
    }

    if (json_object_set_new(members->names, p, json_true()) != 0) {
        return -2;
    }

    members->name.data = p;
    members->name.len = json_string_length(members->string);

    return dm_members_token(&members->rest, ':') ? 1 : -1;
}


json_t *
dm_members_value(dm_str_t *rest, dm_str_t *text)
{
    return dm_members_load(rest, JSON_ALLOW_NUL, text);
}


int
dm_members_u64(const json_t *value, dm_str_t text, uint64_t *n)
{
    if (json_is_string(value)) {
        text.data = json_string_value(value);
        text.len = json_string_length(value);

    } else if (!json_is_number(value)) {
        return -1;
    }

    return dm_str_u64(text, n);
}
