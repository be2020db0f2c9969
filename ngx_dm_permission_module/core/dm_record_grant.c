#include "dm_record_fields.h"


#define DM_TOKEN_MAX  4096


int
dm_read_token(dm_record_ctx_t *ctx, const dm_value_t *value)
{
    dm_str_t  token;

    if (dm_read_ascii(ctx, value, "token", DM_TOKEN_MAX, &token) == -1) {
        return -1;
    }

    return dm_digest_key(ctx->digest, token, ctx->record->key) == 0
           ? 0 : dm_record_no_memory(ctx);
}


int
dm_read_token_sha256(dm_record_ctx_t *ctx, const dm_value_t *value)
{
    int       digit;
    size_t    i;
    dm_str_t  hex;
    uint8_t   hash[DM_DIGEST_LEN] = { 0 };

    hex = value->type == DM_VALUE_STRING ? value->string : DM_STR("");

    if (hex.len != 2 * DM_DIGEST_LEN) {
        return dm_record_fail(ctx, "\"token_sha256\" is not 64 hex digits");
    }

    for (i = 0; i < hex.len; i++) {
        digit = dm_hex((unsigned char) hex.data[i]);
        if (digit == -1) {
            return dm_record_fail(ctx,
                                  "\"token_sha256\" is not 64 hex digits");
        }

        hash[i / 2] = (uint8_t) (hash[i / 2] << 4 | digit);
    }

    memcpy(ctx->record->key, hash, DM_KEY_LEN);

    return 0;
}


int
dm_read_user(dm_record_ctx_t *ctx, const dm_value_t *value)
{
    if (value->type == DM_VALUE_INTEGER && value->integer >= 0) {
        ctx->record->user = (uint64_t) value->integer;
        return 0;
    }

    if (value->type == DM_VALUE_STRING
        && dm_str_u64(value->string, &ctx->record->user) == 0)
    {
        return 0;
    }

    return dm_record_fail(ctx, "\"user\" is not an unsigned 64-bit number");
}


int
dm_read_access(dm_record_ctx_t *ctx, const dm_value_t *value)
{
    int  level;

    level = value->type == DM_VALUE_STRING ? dm_level_parse(value->string)
                                           : -1;

    if (level == -1) {
        return dm_record_fail(ctx, "\"access\" is not read, read-write or "
                              "read-write-directmessages");
    }

    ctx->record->may = (uint8_t) level;

    return 0;
}


/*
 * RFC 6749 section 3.3: names are compared with their case.  Names of no
 * concern here (users.read, offline.access) grant nothing here.
 */
static int
dm_read_scope(dm_record_ctx_t *ctx, dm_str_t name)
{
    size_t  i;

    static const struct {
        dm_str_t  name;
        uint8_t   may;
    } scopes[] = {
        { { "tweet.write", 11 }, DM_MAY_WRITE },
        { { "dm.read", 7 }, DM_MAY_DM_READ },
        { { "dm.write", 8 }, DM_MAY_DM_WRITE },
    };

    if (name.len == 0 || !dm_is_printable_ascii(name, '!')) {
        return dm_record_fail(ctx, "\"scopes\" has a name that is empty or "
                              "not printable ascii without spaces");
    }

    for (i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
        if (dm_str_eq(name, scopes[i].name)) {
            ctx->record->may |= scopes[i].may;
        }
    }

    return 0;
}


static int
dm_read_scopes_string(dm_record_ctx_t *ctx, dm_str_t s)
{
    size_t    i;
    dm_str_t  name;

    i = 0;

    while (i < s.len) {

        if (s.data[i] == ' ') {
            i++;
            continue;
        }

        name.data = s.data + i;

        while (i < s.len && s.data[i] != ' ') {
            i++;
        }

        name.len = (size_t) (s.data + i - name.data);

        if (dm_read_scope(ctx, name) == -1) {
            return -1;
        }
    }

    return 0;
}


int
dm_read_scopes(dm_record_ctx_t *ctx, const dm_value_t *value)
{
    size_t         i;
    dm_value_t     item;
    const json_t  *array;

    if (value->type == DM_VALUE_STRING) {
        return dm_read_scopes_string(ctx, value->string);
    }

    array = value->json;

    if (!json_is_array(array)) {
        return dm_record_fail(ctx, "\"scopes\" is not a string or an array");
    }

    for (i = 0; i < json_array_size(array); i++) {
        item = dm_json_value(json_array_get(array, i));

        if (item.type != DM_VALUE_STRING) {
            return dm_record_fail(ctx, "\"scopes\" has an item that is not a "
                                  "string");
        }

        if (dm_read_scope(ctx, item.string) == -1) {
            return -1;
        }
    }

    return 0;
}


int
dm_read_issued_via(dm_record_ctx_t *ctx, const dm_value_t *value)
{
    size_t    i;
    dm_str_t  word;

    static const dm_str_t  flows[] = {
        [DM_FLOW_AUTHORIZE]          = { "authorize", 9 },
        [DM_FLOW_AUTHENTICATE]       = { "authenticate", 12 },
        [DM_FLOW_XAUTH]              = { "xauth", 5 },
        [DM_FLOW_CLIENT_CREDENTIALS] = { "client_credentials", 18 },
    };

    word = value->type == DM_VALUE_STRING ? value->string : DM_STR("");

    for (i = 0; i < sizeof(flows) / sizeof(flows[0]); i++) {
        if (dm_str_eq(word, flows[i])) {
            ctx->record->flow = (uint8_t) i;
            return 0;
        }
    }

    return dm_record_fail(ctx, "\"issued_via\" is not authorize, "
                          "authenticate, xauth or client_credentials");
}


/*
 * A record's 0 stands for "never", so a token that expired at the epoch is
 * stored as one that expired a second later.
 */
int
dm_read_expires(dm_record_ctx_t *ctx, const dm_value_t *value)
{
    uint64_t  when;

    if (dm_read_count(ctx, value, "expires", &when) == -1) {
        return -1;
    }

    if (when == 0) {
        when = 1;
    }

    ctx->record->expires = when < UINT32_MAX ? (uint32_t) when : UINT32_MAX;

    return 0;
}


int
dm_read_revoked(dm_record_ctx_t *ctx, const dm_value_t *value)
{
    int  on;

    on = dm_read_bool(ctx, value, "revoked");
    ctx->record->revoked = (on == 1);

    return on == -1 ? -1 : 0;
}
