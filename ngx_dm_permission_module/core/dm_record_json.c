/*
 * A line by jansson: the lines that are not plain, and those that are wrong.
 */

#include <errno.h>
#include <stdlib.h>

#include <jansson.h>

#include "dm_record_fields.h"


/*
 * jansson's own texts are not used: they quote what they stumble over.  Nor is
 * its code where memory was wanted, which malloc() says in errno: to jansson a
 * string that it could not keep is an invalid one.
 */
static int
dm_record_fail_json(dm_record_ctx_t *ctx, const json_error_t *e)
{
    const char  *what;

    if (errno == ENOMEM) {
        return dm_record_no_memory(ctx);
    }

    switch (json_error_code(e)) {

    case json_error_duplicate_key:
        what = "duplicate key";
        break;

    case json_error_invalid_utf8:
        what = "invalid utf-8";
        break;

    case json_error_numeric_overflow:
        what = "number out of range";
        break;

    case json_error_end_of_input_expected:
        what = "garbage after the object";
        break;

    case json_error_stack_overflow:
        what = "nested too deeply";
        break;

    case json_error_premature_end_of_input:
        what = "json ends too early";
        break;

    case json_error_null_byte_in_key:
        what = "nul in a key";
        break;

    default:
        what = "not json";
    }

    return dm_record_fail(ctx, "%s, at byte %d", what, e->position);
}


static json_t *
dm_record_load(dm_record_ctx_t *ctx, dm_str_t line)
{
    json_t        *root;
    size_t         i;
    json_error_t   e;

    if (line.len > DM_RECORD_LINE_MAX) {
        (void) dm_record_fail(ctx, "longer than %d bytes", DM_RECORD_LINE_MAX);
        return NULL;
    }

    for (i = 0; i < line.len; i++) {
        if (memchr(" \t\r\n", line.data[i], 4) == NULL) {
            break;
        }
    }

    if (i == line.len) {
        (void) dm_record_fail(ctx, "empty line");
        return NULL;
    }

    /* RFC 8259 section 8.1: a byte order mark must not be added */

    if (line.len >= 3 && memcmp(line.data, "\xef\xbb\xbf", 3) == 0) {
        (void) dm_record_fail(ctx, "byte order mark");
        return NULL;
    }

    if (line.data[i] != '{') {
        (void) dm_record_fail(ctx, "not a json object");
        return NULL;
    }

    errno = 0;

    /* U+0000 is let through for x_ keys; the others judge it themselves */

    root = json_loadb(line.data, line.len,
                      JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &e);
    if (root == NULL) {
        (void) dm_record_fail_json(ctx, &e);
    }

    return root;
}


dm_value_t
dm_json_value(const json_t *json)
{
    dm_value_t  value = { DM_VALUE_OTHER, { NULL, 0 }, 0, json };

    if (json_is_string(json)) {
        value.type = DM_VALUE_STRING;
        value.string.data = json_string_value(json);
        value.string.len = json_string_length(json);

    } else if (json_is_integer(json)) {
        value.type = DM_VALUE_INTEGER;
        value.integer = json_integer_value(json);

    } else if (json_is_boolean(json)) {
        value.type = DM_VALUE_BOOLEAN;
        value.integer = json_is_true(json);
    }

    return value;
}


/* The members of an object, to be freed; NULL with the error set. */
static dm_member_t *
dm_json_members(dm_record_ctx_t *ctx, json_t *root, size_t *n)
{
    json_t       *value;
    const char   *key;
    dm_member_t  *members;

    members = calloc(json_object_size(root) + 1, sizeof(dm_member_t));
    if (members == NULL) {
        (void) dm_record_no_memory(ctx);
        return NULL;
    }

    *n = 0;

    json_object_foreach(root, key, value) {
        members[*n].key.data = key;
        members[*n].key.len = strlen(key);
        members[*n].value = dm_json_value(value);
        (*n)++;
    }

    return members;
}


int
dm_record_parse_json(dm_str_t line, dm_digest_t *digest, dm_record_t *record,
    char error[DM_RECORD_ERROR])
{
    int               rc;
    size_t            n;
    json_t           *root;
    dm_member_t      *members;
    dm_record_ctx_t   ctx = { record, digest, error, 0 };

    memset(record, 0, sizeof(dm_record_t));
    error[0] = '\0';

    root = dm_record_load(&ctx, line);
    if (root == NULL) {
        return ctx.no_memory ? -2 : -1;
    }

    record->owner = root;

    members = dm_json_members(&ctx, root, &n);
    rc = members != NULL ? dm_record_fill(&ctx, members, n) : -1;

    free(members);

    if (rc == -1) {
        dm_record_clear(record);
    }

    return ctx.no_memory ? -2 : rc;
}


void
dm_record_free_json(void *owner)
{
    json_decref(owner);
}
