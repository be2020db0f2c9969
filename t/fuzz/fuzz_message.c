/*
 * A message of a stream: what is proved of it is what jansson says, and what is
 * judged member by member is what jansson sees in the whole.
 */

#include <stdlib.h>

#include <jansson.h>

#include "dm_message.h"
#include "check.h"


static json_t *
load(const char *data, size_t size, size_t flags, json_error_t *e)
{
    json_t  *root;

    flags |= JSON_ALLOW_NUL | JSON_DECODE_ANY;
    root = json_loadb(data, size, flags, e);

    if (root == NULL && json_error_code(e) == json_error_numeric_overflow) {
        root = json_loadb(data, size, flags | JSON_DECODE_INT_AS_REAL, e);
    }

    return root;
}


static int
direct(json_t *message)
{
    return json_object_get(message, "direct_message")
           || json_object_get(json_object_get(message, "delete"),
                              "direct_message");
}


static void
check_user(const dm_message_t *m, const json_t *user)
{
    char  text[32];

    check(!m->has_user || user != NULL);

    if (m->has_user && json_is_string(user)) {
        snprintf(text, sizeof(text), "%llu", (unsigned long long) m->user);
        check(json_string_length(user) == strlen(text));
        check(strcmp(json_string_value(user), text) == 0);

    } else if (json_is_integer(user)) {
        check(m->has_user == (json_integer_value(user) >= 0)
              || json_integer_value(user) == 0);
        check(!m->has_user
              || m->user == (uint64_t) json_integer_value(user));
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t             *root, *strict;
    dm_str_t            text = { (const char *) data, size };
    json_error_t        e;
    dm_message_t        parsed, judged, kind;
    dm_message_kind_t   proved;

    memset(&parsed, 0xa5, sizeof(parsed));
    memset(&judged, 0xa5, sizeof(judged));
    memset(&kind, 0xa5, sizeof(kind));

    dm_message_parse(text, &parsed);
    dm_message_judge(text, 1, &judged);
    dm_message_judge(text, 0, &kind);

    proved = dm_message_prove(text);

    check(parsed.kind == judged.kind && parsed.kind == kind.kind);
    check(proved == DM_MESSAGE_UNDECIDABLE || proved == parsed.kind);

    if (parsed.kind == DM_MESSAGE_DIRECT) {
        check(parsed.has_user == judged.has_user && parsed.user == judged.user);
        check(parsed.id_len == judged.id_len);
        check(memcmp(parsed.id, judged.id, parsed.id_len) == 0);
    }

    check(parsed.id_len <= DM_MESSAGE_ID);

    root = load(text.data, size, 0, &e);

    if (root == NULL) {
        check(parsed.kind == DM_MESSAGE_UNDECIDABLE
              || json_error_code(&e) == json_error_stack_overflow);
        return 0;
    }

    switch (parsed.kind) {

    case DM_MESSAGE_OTHER:
        check(!direct(root) && !direct(json_object_get(root, "message")));
        check_user(&parsed, json_object_get(root, "for_user"));
        break;

    case DM_MESSAGE_DIRECT:
        check(direct(root) || direct(json_object_get(root, "message")));
        check_user(&parsed, json_object_get(root, "for_user"));
        break;

    case DM_MESSAGE_UNDECIDABLE:
        strict = load(text.data, size, JSON_REJECT_DUPLICATES, &e);
        check(strict == NULL || memchr(data, '\0', size));
        json_decref(strict);
        break;
    }

    json_decref(root);

    return 0;
}
