#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "dm_record_fields.h"


#define DM_KEY_SHOWN  40            /* bytes of a foreign key in an error */

#define dm_bit(field)  (1u << (field))


int
dm_record_fail(dm_record_ctx_t *ctx, const char *format, ...)
{
    va_list  args;

    va_start(args, format);
    (void) vsnprintf(ctx->error, DM_RECORD_ERROR, format, args);
    va_end(args);

    return -1;
}


int
dm_record_fail_key(dm_record_ctx_t *ctx, const char *key, const char *what)
{
    char    shown[DM_KEY_SHOWN + 1];
    size_t  i;

    for (i = 0; i < DM_KEY_SHOWN && key[i] != '\0'; i++) {
        shown[i] = (key[i] < ' ' || key[i] > '~') ? '?' : key[i];
    }

    shown[i] = '\0';

    return dm_record_fail(ctx, "key \"%s\"%s %s", shown,
                          key[i] != '\0' ? "..." : "", what);
}


dm_field_t
dm_record_field(const char *key)
{
    int  i;

    for (i = 0; i < DM_FIELDS; i++) {
        if (strcmp(key, dm_record_fields[i].key) == 0) {
            break;
        }
    }

    return (dm_field_t) i;
}


int
dm_record_is_extension(const char *key)
{
    return key[0] == 'x' && key[1] == '_';
}


/* The bits of the fields that are there; 0 with the error set. */
static unsigned
dm_record_present(dm_record_ctx_t *ctx, json_t *root)
{
    json_t      *value;
    unsigned     present;
    const char  *key;
    dm_field_t   field;

    present = 0;

    json_object_foreach(root, key, value) {

        field = dm_record_field(key);

        if (field != DM_FIELDS) {
            present |= dm_bit(field);

        } else if (!dm_record_is_extension(key)) {
            (void) dm_record_fail_key(ctx, key, "is unknown");
            return 0;
        }
    }

    if ((present & (dm_bit(DM_FIELD_NAME) - 1)) == 0) {
        (void) dm_record_fail(ctx, "none of \"table\", \"app\", \"token\", "
                              "\"token_sha256\", \"end\"");
        return 0;
    }

    return present;
}


static dm_record_kind_t
dm_record_kind(unsigned present)
{
    if (present & dm_bit(DM_FIELD_TABLE)) {
        return DM_RECORD_TABLE;
    }

    if (present & dm_bit(DM_FIELD_END)) {
        return DM_RECORD_END;
    }

    if (present & (dm_bit(DM_FIELD_TOKEN) | dm_bit(DM_FIELD_TOKEN_SHA256))) {
        return DM_RECORD_TOKEN;
    }

    return DM_RECORD_APP;
}


static int
dm_record_read(dm_record_ctx_t *ctx, json_t *root)
{
    json_t      *value;
    const char  *key;
    dm_field_t   field;

    static const char  *misplaced[] = {
        [DM_RECORD_TABLE] = "does not belong in a table record",
        [DM_RECORD_APP]   = "does not belong in an app record",
        [DM_RECORD_TOKEN] = "does not belong in a token record",
        [DM_RECORD_END]   = "does not belong in an end record",
    };

    json_object_foreach(root, key, value) {

        field = dm_record_field(key);

        if (field == DM_FIELDS) {
            continue;
        }

        if (!(dm_record_fields[field].kinds & (1u << ctx->record->kind))) {
            return dm_record_fail_key(ctx, key, misplaced[ctx->record->kind]);
        }

        if (dm_record_fields[field].read(ctx, value) == -1) {
            return -1;
        }
    }

    return 0;
}


/* What a token record must have, once. */
static int
dm_record_check_token(dm_record_ctx_t *ctx, unsigned present)
{
    unsigned  both;

    both = dm_bit(DM_FIELD_TOKEN) | dm_bit(DM_FIELD_TOKEN_SHA256);

    if ((present & both) == both) {
        return dm_record_fail(ctx, "both \"token\" and \"token_sha256\"");
    }

    if (!(present & dm_bit(DM_FIELD_APP))) {
        return dm_record_fail(ctx, "a token without \"app\"");
    }

    both = dm_bit(DM_FIELD_ACCESS) | dm_bit(DM_FIELD_SCOPES);

    if ((present & both) == both) {
        return dm_record_fail(ctx, "both \"access\" and \"scopes\"");
    }

    if (!(present & both)) {
        return dm_record_fail(ctx, "a token without \"access\" or \"scopes\"");
    }

    ctx->record->app_only = !(present & dm_bit(DM_FIELD_USER));

    return 0;
}


/* jansson's own texts are not used: they quote what they stumble over. */
static int
dm_record_fail_json(dm_record_ctx_t *ctx, const json_error_t *e)
{
    const char  *what;

    switch (json_error_code(e)) {

    case json_error_out_of_memory:
        return dm_record_fail(ctx, "out of memory");

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

    /* U+0000 is let through for x_ keys; the others judge it themselves */

    root = json_loadb(line.data, line.len,
                      JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &e);
    if (root == NULL) {
        (void) dm_record_fail_json(ctx, &e);
    }

    return root;
}


int
dm_record_parse(dm_str_t line, dm_digest_t *digest, dm_record_t *record,
    char error[DM_RECORD_ERROR])
{
    json_t           *root;
    unsigned          present;
    dm_record_ctx_t   ctx = { record, digest, error };

    memset(record, 0, sizeof(dm_record_t));
    error[0] = '\0';

    root = dm_record_load(&ctx, line);
    if (root == NULL) {
        return -1;
    }

    record->owner = root;

    present = dm_record_present(&ctx, root);
    if (present == 0) {
        goto failed;
    }

    record->kind = dm_record_kind(present);

    if (dm_record_read(&ctx, root) == -1) {
        goto failed;
    }

    if (record->kind == DM_RECORD_TOKEN
        && dm_record_check_token(&ctx, present) == -1)
    {
        goto failed;
    }

    return 0;

failed:

    dm_record_clear(record);

    return -1;
}


void
dm_record_clear(dm_record_t *record)
{
    free(record->webhooks);
    json_decref(record->owner);

    memset(record, 0, sizeof(dm_record_t));
}
