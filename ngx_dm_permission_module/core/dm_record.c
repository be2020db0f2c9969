#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "dm_record_fields.h"
#include "dm_scan.h"


#define DM_KEY_SHOWN  20            /* bytes of a foreign key in an error */

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
dm_record_no_memory(dm_record_ctx_t *ctx)
{
    ctx->no_memory = 1;

    return dm_record_fail(ctx, "no memory");
}


/* Whether a foreign key can only be a name, and not a token out of place. */
static int
dm_record_is_name(dm_str_t key)
{
    size_t         i;
    unsigned char  c;

    for (i = 0; i < key.len; i++) {
        c = dm_lower((unsigned char) key.data[i]);

        if (c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z')) {
            return 0;
        }
    }

    return key.len <= DM_KEY_SHOWN;
}


int
dm_record_fail_key(dm_record_ctx_t *ctx, dm_str_t key, const char *what)
{
    if (!dm_record_is_name(key)) {
        return dm_record_fail(ctx, "a key of %zu bytes %s", key.len, what);
    }

    return dm_record_fail(ctx, "key \"%.*s\" %s", (int) key.len, key.data,
                          what);
}


/* Of two keys of records none have the same. */
#define dm_field_hash(first, last, len)                                       \
    ((4u * (unsigned char) (first) + 8u * (unsigned char) (last) + (len)) % 32)


static dm_field_t
dm_record_field(dm_str_t key)
{
    unsigned  field;

    static const uint8_t  fields[32] = {
        [dm_field_hash('t', 'e', 5)] = 1 + DM_FIELD_TABLE,
        [dm_field_hash('e', 'd', 3)] = 1 + DM_FIELD_END,
        [dm_field_hash('t', 'n', 5)] = 1 + DM_FIELD_TOKEN,
        [dm_field_hash('t', '6', 12)] = 1 + DM_FIELD_TOKEN_SHA256,
        [dm_field_hash('a', 'p', 3)] = 1 + DM_FIELD_APP,
        [dm_field_hash('n', 'e', 4)] = 1 + DM_FIELD_NAME,
        [dm_field_hash('c', 'y', 12)] = 1 + DM_FIELD_CONSUMER_KEY,
        [dm_field_hash('s', 't', 6)] = 1 + DM_FIELD_SECRET,
        [dm_field_hash('f', 'y', 11)] = 1 + DM_FIELD_FIRST_PARTY,
        [dm_field_hash('s', 'd', 9)] = 1 + DM_FIELD_SUSPENDED,
        [dm_field_hash('w', 's', 8)] = 1 + DM_FIELD_WEBHOOKS,
        [dm_field_hash('u', 'r', 4)] = 1 + DM_FIELD_USER,
        [dm_field_hash('a', 's', 6)] = 1 + DM_FIELD_ACCESS,
        [dm_field_hash('s', 's', 6)] = 1 + DM_FIELD_SCOPES,
        [dm_field_hash('i', 'a', 10)] = 1 + DM_FIELD_ISSUED_VIA,
        [dm_field_hash('e', 's', 7)] = 1 + DM_FIELD_EXPIRES,
        [dm_field_hash('r', 'd', 7)] = 1 + DM_FIELD_REVOKED,
    };

    if (key.len == 0) {
        return DM_FIELDS;
    }

    field = fields[dm_field_hash(key.data[0], key.data[key.len - 1],
                                 key.len)];

    return field != 0 && dm_str_eq(key, dm_record_fields[field - 1].key)
           ? (dm_field_t) (field - 1) : DM_FIELDS;
}


int
dm_record_is_extension(dm_str_t key)
{
    return key.len >= 2 && key.data[0] == 'x' && key.data[1] == '_';
}


/* The bits of the fields that are there; 0 with the error set. */
static unsigned
dm_record_present(dm_record_ctx_t *ctx, const dm_member_t *members, size_t n,
    const dm_value_t *values[DM_FIELDS])
{
    size_t      i;
    unsigned    present;
    dm_field_t  field;

    present = 0;

    for (i = 0; i < n; i++) {
        field = dm_record_field(members[i].key);

        if (field != DM_FIELDS) {
            present |= dm_bit(field);
            values[field] = &members[i].value;

        } else if (!dm_record_is_extension(members[i].key)) {
            (void) dm_record_fail_key(ctx, members[i].key, "is unknown");
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
dm_record_read(dm_record_ctx_t *ctx, unsigned present,
    const dm_value_t *const values[DM_FIELDS])
{
    int                     i;
    const dm_field_info_t  *field;

    static const char *const  misplaced[] = {
        [DM_RECORD_TABLE] = "does not belong in a table record",
        [DM_RECORD_APP]   = "does not belong in an app record",
        [DM_RECORD_TOKEN] = "does not belong in a token record",
        [DM_RECORD_END]   = "does not belong in an end record",
    };

    for ( /* void */ ; present != 0; present &= present - 1) {
        i = __builtin_ctz(present);
        field = &dm_record_fields[i];

        if (!(field->kinds & (1u << ctx->record->kind))) {
            return dm_record_fail_key(ctx, field->key,
                                      misplaced[ctx->record->kind]);
        }

        if (field->read(ctx, values[i]) == -1) {
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


int
dm_record_fill(dm_record_ctx_t *ctx, const dm_member_t *members, size_t n)
{
    unsigned           present;
    const dm_value_t  *values[DM_FIELDS];

    present = dm_record_present(ctx, members, n, values);
    if (present == 0) {
        return -1;
    }

    ctx->record->kind = dm_record_kind(present);

    if (dm_record_read(ctx, present, values) == -1) {
        return -1;
    }

    return ctx->record->kind == DM_RECORD_TOKEN
           ? dm_record_check_token(ctx, present) : 0;
}


int
dm_record_parse(dm_str_t line, dm_digest_t *digest, dm_record_t *record,
    char error[DM_RECORD_ERROR])
{
    size_t           n;
    dm_member_t      members[DM_SCAN_MEMBERS];
    dm_record_ctx_t  ctx = { record, digest, error, 0 };

    n = line.len <= DM_RECORD_LINE_MAX ? dm_scan_object(line, members) : 0;

    if (n == 0) {
        return dm_record_parse_json(line, digest, record, error);
    }

    memset(record, 0, sizeof(dm_record_t));
    error[0] = '\0';

    if (dm_record_fill(&ctx, members, n) != 0) {
        return ctx.no_memory ? -2 : -1;
    }

    return 0;
}


void
dm_record_clear(dm_record_t *record)
{
    free(record->webhooks);
    dm_record_free_json(record->owner);

    memset(record, 0, sizeof(dm_record_t));
}
