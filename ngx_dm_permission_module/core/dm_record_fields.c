#include <stdlib.h>

#include "dm_record_fields.h"
#include "dm_utf8.h"


#define DM_APP_ID_MAX     64
#define DM_REVISION_MAX   127
#define DM_WEBHOOKS_MAX   64
#define DM_WEBHOOK_MAX    2048


int
dm_is_printable_ascii(dm_str_t s, char least)
{
    size_t  i;

    for (i = 0; i < s.len; i++) {
        if (s.data[i] < least || s.data[i] > '~') {
            return 0;
        }
    }

    return 1;
}


int
dm_read_text(dm_record_ctx_t *ctx, const dm_value_t *value,
    const char *key, size_t min, size_t max, dm_str_t *out)
{
    if (value->type != DM_VALUE_STRING) {
        return dm_record_fail(ctx, "\"%s\" is not a string", key);
    }

    *out = value->string;

    if (out->len < min) {
        return dm_record_fail(ctx, "\"%s\" is empty", key);
    }

    if (out->len > max) {
        return dm_record_fail(ctx, "\"%s\" is longer than %zu bytes", key,
                              max);
    }

    /* what was scanned has none */

    if (value->json != NULL && !dm_utf8_is_text(*out)) {
        return dm_record_fail(ctx, "\"%s\" has a control character", key);
    }

    return 0;
}


int
dm_read_ascii(dm_record_ctx_t *ctx, const dm_value_t *value,
    const char *key, size_t max, dm_str_t *out)
{
    if (dm_read_text(ctx, value, key, 1, max, out) == -1) {
        return -1;
    }

    if (value->json != NULL && !dm_is_printable_ascii(*out, ' ')) {
        return dm_record_fail(ctx, "\"%s\" is not printable ascii", key);
    }

    return 0;
}


/* -1 for an error, else 0 or 1. */
int
dm_read_bool(dm_record_ctx_t *ctx, const dm_value_t *value, const char *key)
{
    if (value->type != DM_VALUE_BOOLEAN) {
        return dm_record_fail(ctx, "\"%s\" is not true or false", key);
    }

    return value->integer != 0;
}


int
dm_read_count(dm_record_ctx_t *ctx, const dm_value_t *value,
    const char *key, uint64_t *out)
{
    if (value->type != DM_VALUE_INTEGER || value->integer < 0) {
        return dm_record_fail(ctx, "\"%s\" is not a non-negative integer",
                              key);
    }

    *out = (uint64_t) value->integer;

    return 0;
}


/* The value of the one key that a "table" or "end" object has; 0 or -1. */
static int
dm_read_inner(dm_record_ctx_t *ctx, const dm_value_t *value, const char *outer,
    dm_str_t inner, dm_value_t *found)
{
    json_t      *item;
    dm_str_t     key;
    const char  *name;

    memset(found, 0, sizeof(dm_value_t));

    if (!json_is_object((const json_t *) value->json)) {
        return dm_record_fail(ctx, "\"%s\" is not an object", outer);
    }

    json_object_foreach((json_t *) (uintptr_t) value->json, name, item) {
        key.data = name;
        key.len = strlen(name);

        if (dm_str_eq(key, inner)) {
            *found = dm_json_value(item);

        } else if (!dm_record_is_extension(key)) {
            return dm_record_fail_key(ctx, key, "is unknown");
        }
    }

    if (found->json == NULL) {
        return dm_record_fail(ctx, "\"%s\" has no \"%s\"", outer,
                              inner.data);
    }

    return 0;
}


static int
dm_read_table(dm_record_ctx_t *ctx, const dm_value_t *value)
{
    dm_value_t  revision;

    if (dm_read_inner(ctx, value, "table", DM_STR("revision"), &revision)
        == -1)
    {
        return -1;
    }

    return dm_read_text(ctx, &revision, "revision", 1, DM_REVISION_MAX,
                        &ctx->record->revision);
}


static int
dm_read_end(dm_record_ctx_t *ctx, const dm_value_t *value)
{
    dm_value_t  records;

    if (dm_read_inner(ctx, value, "end", DM_STR("records"), &records) == -1) {
        return -1;
    }

    return dm_read_count(ctx, &records, "records", &ctx->record->records);
}


static int
dm_read_app(dm_record_ctx_t *ctx, const dm_value_t *value)
{
    return dm_read_text(ctx, value, "app", 1, DM_APP_ID_MAX,
                        &ctx->record->app);
}


static int
dm_read_name(dm_record_ctx_t *ctx, const dm_value_t *value)
{
    return dm_read_text(ctx, value, "name", 0, DM_RECORD_LINE_MAX,
                        &ctx->record->name);
}


static int
dm_read_consumer_key(dm_record_ctx_t *ctx, const dm_value_t *value)
{
    ctx->record->has_consumer_key = 1;

    return dm_read_ascii(ctx, value, "consumer_key", DM_RECORD_LINE_MAX,
                         &ctx->record->consumer_key);
}


/* A key of HMAC: any bytes that JSON can spell. */
static int
dm_read_secret(dm_record_ctx_t *ctx, const dm_value_t *value)
{
    if (value->type != DM_VALUE_STRING || value->string.len == 0) {
        return dm_record_fail(ctx, "\"secret\" is not a non-empty string");
    }

    ctx->record->has_secret = 1;
    ctx->record->secret = value->string;

    return 0;
}


static int
dm_read_first_party(dm_record_ctx_t *ctx, const dm_value_t *value)
{
    int  on;

    on = dm_read_bool(ctx, value, "first_party");
    ctx->record->first_party = (on == 1);

    return on == -1 ? -1 : 0;
}


static int
dm_read_suspended(dm_record_ctx_t *ctx, const dm_value_t *value)
{
    int  on;

    on = dm_read_bool(ctx, value, "suspended");
    ctx->record->suspended = (on == 1);

    return on == -1 ? -1 : 0;
}


/* RFC 3986 section 3.1: the case of a scheme does not matter. */
int
dm_record_is_webhook(dm_str_t url)
{
    size_t    i;
    dm_str_t  head;

    static const dm_str_t  schemes[] = { { "http://", 7 }, { "https://", 8 } };

    if (url.len > DM_WEBHOOK_MAX || !dm_is_printable_ascii(url, '!')) {
        return 0;
    }

    for (i = 0; i < 2; i++) {
        head.data = url.data;
        head.len = schemes[i].len;

        if (url.len > head.len && dm_str_caseeq(head, schemes[i])) {
            return memchr("/?#:@", url.data[head.len], 5) == NULL;
        }
    }

    return 0;
}


static int
dm_read_webhooks(dm_record_ctx_t *ctx, const dm_value_t *value)
{
    size_t         i, n;
    dm_value_t     item;
    dm_record_t   *record;
    const json_t  *array;

    record = ctx->record;
    array = value->json;

    if (!json_is_array(array)) {
        return dm_record_fail(ctx, "\"webhooks\" is not an array");
    }

    n = json_array_size(array);

    if (n > DM_WEBHOOKS_MAX) {
        return dm_record_fail(ctx, "\"webhooks\" has more than %d urls",
                              DM_WEBHOOKS_MAX);
    }

    if (n == 0) {
        return 0;
    }

    record->webhooks = calloc(n, sizeof(dm_str_t));
    if (record->webhooks == NULL) {
        return dm_record_no_memory(ctx);
    }

    for (i = 0; i < n; i++) {
        item = dm_json_value(json_array_get(array, i));

        if (item.type != DM_VALUE_STRING || !dm_record_is_webhook(item.string))
        {
            return dm_record_fail(ctx, "\"webhooks\" item %zu is not an http "
                                  "or https url of at most %d bytes",
                                  i + 1, DM_WEBHOOK_MAX);
        }

        record->webhooks[record->n_webhooks++] = item.string;
    }

    return 0;
}


#define dm_kind(kind)  (1u << DM_RECORD_##kind)
#define dm_key(word)   { word, sizeof(word) - 1 }

const dm_field_info_t  dm_record_fields[DM_FIELDS] = {
    [DM_FIELD_TABLE] = { dm_key("table"), dm_kind(TABLE), dm_read_table },
    [DM_FIELD_END] = { dm_key("end"), dm_kind(END), dm_read_end },

    [DM_FIELD_TOKEN] = { dm_key("token"), dm_kind(TOKEN), dm_read_token },
    [DM_FIELD_TOKEN_SHA256] =
        { dm_key("token_sha256"), dm_kind(TOKEN), dm_read_token_sha256 },
    [DM_FIELD_APP] =
        { dm_key("app"), dm_kind(APP) | dm_kind(TOKEN), dm_read_app },

    [DM_FIELD_NAME] = { dm_key("name"), dm_kind(APP), dm_read_name },
    [DM_FIELD_CONSUMER_KEY] =
        { dm_key("consumer_key"), dm_kind(APP), dm_read_consumer_key },
    [DM_FIELD_SECRET] = { dm_key("secret"), dm_kind(APP), dm_read_secret },
    [DM_FIELD_FIRST_PARTY] =
        { dm_key("first_party"), dm_kind(APP), dm_read_first_party },
    [DM_FIELD_SUSPENDED] =
        { dm_key("suspended"), dm_kind(APP), dm_read_suspended },
    [DM_FIELD_WEBHOOKS] =
        { dm_key("webhooks"), dm_kind(APP), dm_read_webhooks },

    [DM_FIELD_USER] = { dm_key("user"), dm_kind(TOKEN), dm_read_user },
    [DM_FIELD_ACCESS] = { dm_key("access"), dm_kind(TOKEN), dm_read_access },
    [DM_FIELD_SCOPES] = { dm_key("scopes"), dm_kind(TOKEN), dm_read_scopes },
    [DM_FIELD_ISSUED_VIA] =
        { dm_key("issued_via"), dm_kind(TOKEN), dm_read_issued_via },
    [DM_FIELD_EXPIRES] =
        { dm_key("expires"), dm_kind(TOKEN), dm_read_expires },
    [DM_FIELD_REVOKED] =
        { dm_key("revoked"), dm_kind(TOKEN), dm_read_revoked },
};
