/*
 * A webhook's body: it is understood where jansson, which reads it as one
 * document, understands it, and then both see the same.
 */

#include <stdlib.h>

#include <jansson.h>

#include "dm_payload.h"
#include "check.h"


static void
check_user(const dm_payload_t *payload, const json_t *user)
{
    char  text[32];

    check(payload->has_user == (user != NULL));

    if (json_is_string(user)) {
        snprintf(text, sizeof(text), "%llu", (unsigned long long)
                 payload->user);
        check(json_string_length(user) == strlen(text));
        check(strcmp(json_string_value(user), text) == 0);

    } else if (json_is_integer(user)) {
        check(json_integer_value(user) >= 0);
        check(payload->user == (uint64_t) json_integer_value(user));

    } else {
        check(user == NULL || json_is_real(user));
    }
}


static void
check_same(const dm_payload_t *payload, json_t *root)
{
    unsigned     direct, other;
    json_t      *value;
    const char  *key;

    direct = 0;
    other = 0;

    json_object_foreach (root, key, value) {
        direct |= strncmp(key, "direct_message", 14) == 0;
        other |= strcmp(key, "for_user_id") != 0
                 && strcmp(key, "user_event") != 0;
    }

    check(payload->direct == direct);
    check(payload->other == other);
    check(payload->user_event == (json_object_get(root, "user_event")
                                  != NULL));
    check(!payload->user_event || !other);
    check(payload->has_user || payload->user_event);
    check(dm_payload_ids(payload)
          == json_array_size(json_object_get(root, "direct_message_events")));

    check_user(payload, json_object_get(root, "for_user_id"));
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int            rc;
    size_t         i;
    json_t        *root, *user;
    dm_str_t       body = { (const char *) data, size };
    json_error_t   e;
    dm_payload_t   payload;

    memset(&payload, 0xa5, sizeof(payload));
    rc = dm_payload_parse(body, &payload);
    check(rc == 0 || rc == -1);

    root = json_loadb(body.data, size, JSON_ALLOW_NUL, &e);

    if (root == NULL
        && json_error_code(&e) == json_error_numeric_overflow)
    {
        root = json_loadb(body.data, size,
                          JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &e);
    }

    if (rc == 0) {
        check(root != NULL || json_error_code(&e) == json_error_stack_overflow);

        if (root != NULL) {
            check_same(&payload, root);
        }

        for (i = 0; i < dm_payload_ids(&payload); i++) {
            check(dm_payload_id(&payload, i).data != NULL);
        }

        dm_payload_clear(&payload);

    } else if (root != NULL && memchr(data, '\0', size) == NULL) {
        json_decref(root);
        root = json_loadb(body.data, size,
                          JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &e);
        user = json_object_get(root, "for_user_id");

        check(!json_is_integer(user) || json_integer_value(user) <= 0
              || json_object_get(root, "user_event"));
    }

    json_decref(root);

    check(!payload.has_user && payload.ids == NULL);

    return 0;
}
