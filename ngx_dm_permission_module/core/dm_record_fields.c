#include <stdlib.h>

#include "dm_record_fields.h"


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


/*
 * C0, DEL, and C1, which UTF-8 (jansson lets nothing else through) spells
 * C2 80 to C2 9F.
 */
static int
dm_has_control(dm_str_t s)
{
    size_t         i;
    unsigned char  c, last;

    last = 0;

    for (i = 0; i < s.len; i++) {
        c = (unsigned char) s.data[i];

        if (c < 0x20 || c == 0x7f || (last == 0xc2 && c < 0xa0)) {
            return 1;
        }

        last = c;
    }

    return 0;
}


int
dm_read_text(dm_record_ctx_t *ctx, const json_t *value, const char *key,
    size_t min, size_t max, dm_str_t *out)
{
    if (!json_is_string(value)) {
        return dm_record_fail(ctx, "\"%s\" is not a string", key);
    }

    *out = dm_json_str(value);

    if (out->len < min) {
        return dm_record_fail(ctx, "\"%s\" is empty", key);
    }

    if (out->len > max) {
        return dm_record_fail(ctx, "\"%s\" is longer than %zu bytes", key,
                              max);
    }

    if (dm_has_control(*out)) {
        return dm_record_fail(ctx, "\"%s\" has a control character", key);
    }

    return 0;
}


int
dm_read_ascii(dm_record_ctx_t *ctx, const json_t *value, const char *key,
    size_t max, dm_str_t *out)
{
    if (dm_read_text(ctx, value, key, 1, max, out) == -1) {
        return -1;
    }

    if (!dm_is_printable_ascii(*out, ' ')) {
        return dm_record_fail(ctx, "\"%s\" is not printable ascii", key);
    }

    return 0;
}


/* -1 for an error, else 0 or 1. */
int
dm_read_bool(dm_record_ctx_t *ctx, const json_t *value, const char *key)
{
    if (!json_is_boolean(value)) {
        return dm_record_fail(ctx, "\"%s\" is not true or false", key);
    }

    return json_is_true(value);
}


int
dm_read_count(dm_record_ctx_t *ctx, const json_t *value, const char *key,
    uint64_t *out)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0) {
        return dm_record_fail(ctx, "\"%s\" is not a non-negative integer",
                              key);
    }

    *out = (uint64_t) json_integer_value(value);

    return 0;
}


/* The value of the one key that a "table" or "end" object has, or NULL. */
static const json_t *
dm_read_inner(dm_record_ctx_t *ctx, const json_t *value, const char *outer,
    const char *inner)
{
    json_t        *item;
    const char    *key;
    const json_t  *found;

    if (!json_is_object(value)) {
        (void) dm_record_fail(ctx, "\"%s\" is not an object", outer);
        return NULL;
    }

    found = NULL;

    json_object_foreach((json_t *) value, key, item) {

        if (strcmp(key, inner) == 0) {
            found = item;

        } else if (!dm_record_is_extension(key)) {
            (void) dm_record_fail_key(ctx, key, "is unknown");
            return NULL;
        }
    }

    if (found == NULL) {
        (void) dm_record_fail(ctx, "\"%s\" has no \"%s\"", outer, inner);
    }

    return found;
}


static int
dm_read_table(dm_record_ctx_t *ctx, const json_t *value)
{
    value = dm_read_inner(ctx, value, "table", "revision");
    if (value == NULL) {
        return -1;
    }

    return dm_read_text(ctx, value, "revision", 1, DM_REVISION_MAX,
                        &ctx->record->revision);
}


static int
dm_read_end(dm_record_ctx_t *ctx, const json_t *value)
{
    value = dm_read_inner(ctx, value, "end", "records");
    if (value == NULL) {
        return -1;
    }

    return dm_read_count(ctx, value, "records", &ctx->record->records);
}


static int
dm_read_app(dm_record_ctx_t *ctx, const json_t *value)
{
    return dm_read_text(ctx, value, "app", 1, DM_APP_ID_MAX,
                        &ctx->record->app);
}


static int
dm_read_name(dm_record_ctx_t *ctx, const json_t *value)
{
    return dm_read_text(ctx, value, "name", 0, DM_RECORD_LINE_MAX,
                        &ctx->record->name);
}


static int
dm_read_consumer_key(dm_record_ctx_t *ctx, const json_t *value)
{
    ctx->record->has_consumer_key = 1;

    return dm_read_ascii(ctx, value, "consumer_key", DM_RECORD_LINE_MAX,
                         &ctx->record->consumer_key);
}


/* A key of HMAC: any bytes that JSON can spell. */
static int
dm_read_secret(dm_record_ctx_t *ctx, const json_t *value)
{
    if (!json_is_string(value) || json_string_length(value) == 0) {
        return dm_record_fail(ctx, "\"secret\" is not a non-empty string");
    }

    ctx->record->has_secret = 1;
    ctx->record->secret = dm_json_str(value);

    return 0;
}


static int
dm_read_first_party(dm_record_ctx_t *ctx, const json_t *value)
{
    int  on;

    on = dm_read_bool(ctx, value, "first_party");
    ctx->record->first_party = (on == 1);

    return on == -1 ? -1 : 0;
}


static int
dm_read_suspended(dm_record_ctx_t *ctx, const json_t *value)
{
    int  on;

    on = dm_read_bool(ctx, value, "suspended");
    ctx->record->suspended = (on == 1);

    return on == -1 ? -1 : 0;
}


/* RFC 3986 section 3.1: the case of a scheme does not matter. */
static int
dm_is_webhook(dm_str_t url)
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
dm_read_webhooks(dm_record_ctx_t *ctx, const json_t *value)
{
    size_t         i, n;
    dm_record_t   *record;
    const json_t  *item;

    record = ctx->record;

    if (!json_is_array(value)) {
        return dm_record_fail(ctx, "\"webhooks\" is not an array");
    }

    n = json_array_size(value);

    if (n > DM_WEBHOOKS_MAX) {
        return dm_record_fail(ctx, "\"webhooks\" has more than %d urls",
                              DM_WEBHOOKS_MAX);
    }

    if (n == 0) {
        return 0;
    }

    record->webhooks = calloc(n, sizeof(dm_str_t));
    if (record->webhooks == NULL) {
        return dm_record_fail(ctx, "out of memory");
    }

    for (i = 0; i < n; i++) {
        item = json_array_get(value, i);

        if (!json_is_string(item) || !dm_is_webhook(dm_json_str(item))) {
            return dm_record_fail(ctx, "\"webhooks\" item %zu is not an http "
                                  "or https url of at most %d bytes",
                                  i + 1, DM_WEBHOOK_MAX);
        }

        record->webhooks[record->n_webhooks++] = dm_json_str(item);
    }

    return 0;
}


#define DM_KIND(kind)  (1u << DM_RECORD_##kind)

const dm_field_info_t  dm_record_fields[DM_FIELDS] = {
    [DM_FIELD_TABLE] = { "table", DM_KIND(TABLE), dm_read_table },
    [DM_FIELD_END] = { "end", DM_KIND(END), dm_read_end },

    [DM_FIELD_TOKEN] = { "token", DM_KIND(TOKEN), dm_read_token },
    [DM_FIELD_TOKEN_SHA256] =
        { "token_sha256", DM_KIND(TOKEN), dm_read_token_sha256 },
    [DM_FIELD_APP] = { "app", DM_KIND(APP) | DM_KIND(TOKEN), dm_read_app },

    [DM_FIELD_NAME] = { "name", DM_KIND(APP), dm_read_name },
    [DM_FIELD_CONSUMER_KEY] =
        { "consumer_key", DM_KIND(APP), dm_read_consumer_key },
    [DM_FIELD_SECRET] = { "secret", DM_KIND(APP), dm_read_secret },
    [DM_FIELD_FIRST_PARTY] =
        { "first_party", DM_KIND(APP), dm_read_first_party },
    [DM_FIELD_SUSPENDED] = { "suspended", DM_KIND(APP), dm_read_suspended },
    [DM_FIELD_WEBHOOKS] = { "webhooks", DM_KIND(APP), dm_read_webhooks },

    [DM_FIELD_USER] = { "user", DM_KIND(TOKEN), dm_read_user },
    [DM_FIELD_ACCESS] = { "access", DM_KIND(TOKEN), dm_read_access },
    [DM_FIELD_SCOPES] = { "scopes", DM_KIND(TOKEN), dm_read_scopes },
    [DM_FIELD_ISSUED_VIA] =
        { "issued_via", DM_KIND(TOKEN), dm_read_issued_via },
    [DM_FIELD_EXPIRES] = { "expires", DM_KIND(TOKEN), dm_read_expires },
    [DM_FIELD_REVOKED] = { "revoked", DM_KIND(TOKEN), dm_read_revoked },
};
