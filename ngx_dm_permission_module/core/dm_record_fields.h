/*
 * The keys of a record: which kinds of record may have each, and its reader.
 * Internal to dm_record*.c.
 */

#ifndef DM_RECORD_FIELDS_H
#define DM_RECORD_FIELDS_H

#include <jansson.h>

#include "dm_record.h"
#include "dm_value.h"


typedef struct {
    dm_record_t  *record;
    dm_digest_t  *digest;
    char         *error;
    unsigned      no_memory:1;      /* that is why it failed */
} dm_record_ctx_t;


/* The kind keys come first, in the order in which they tell the kind. */
typedef enum {
    DM_FIELD_TABLE = 0,
    DM_FIELD_END,
    DM_FIELD_TOKEN,
    DM_FIELD_TOKEN_SHA256,
    DM_FIELD_APP,
    DM_FIELD_NAME,
    DM_FIELD_CONSUMER_KEY,
    DM_FIELD_SECRET,
    DM_FIELD_FIRST_PARTY,
    DM_FIELD_SUSPENDED,
    DM_FIELD_WEBHOOKS,
    DM_FIELD_USER,
    DM_FIELD_ACCESS,
    DM_FIELD_SCOPES,
    DM_FIELD_ISSUED_VIA,
    DM_FIELD_EXPIRES,
    DM_FIELD_REVOKED,
    DM_FIELDS
} dm_field_t;


typedef struct {
    dm_str_t   key;
    unsigned   kinds;               /* a bit (1 << dm_record_kind_t) each */
    int      (*read)(dm_record_ctx_t *ctx, const dm_value_t *value);
} dm_field_info_t;


extern const dm_field_info_t  dm_record_fields[DM_FIELDS];


/* What the members of an object amount to; 0, or -1 with the error set. */
int dm_record_fill(dm_record_ctx_t *ctx, const dm_member_t *members,
    size_t n);

/*
 * dm_record_parse() by jansson alone (dm_record_json.c): the same record and
 * the same error for every line.
 */
int dm_record_parse_json(dm_str_t line, dm_digest_t *digest,
    dm_record_t *record, char error[DM_RECORD_ERROR]);
void dm_record_free_json(void *owner);

/* An array, an object, a real or null is only its `json`. */
dm_value_t dm_json_value(const json_t *json);

/* 1 for a key of the operator's own. */
int dm_record_is_extension(dm_str_t key);

/* Sets the error text; always -1. */
int dm_record_fail(dm_record_ctx_t *ctx, const char *format, ...)
    __attribute__ ((format (printf, 2, 3)));

/* The same for want of memory, which is no fault of the line. */
int dm_record_no_memory(dm_record_ctx_t *ctx);

/* dm_record_fail() with a foreign key, made fit for a log, and `what`. */
int dm_record_fail_key(dm_record_ctx_t *ctx, dm_str_t key, const char *what);


/*
 * Values.  What is read is 0 for success; -1 and the error text set for a
 * value of another type or form (dm_read_bool: else 0 or 1).
 */
int dm_is_printable_ascii(dm_str_t s, char least);
int dm_read_text(dm_record_ctx_t *ctx, const dm_value_t *value,
    const char *key, size_t min, size_t max, dm_str_t *out);
int dm_read_ascii(dm_record_ctx_t *ctx, const dm_value_t *value,
    const char *key, size_t max, dm_str_t *out);
int dm_read_bool(dm_record_ctx_t *ctx, const dm_value_t *value,
    const char *key);
int dm_read_count(dm_record_ctx_t *ctx, const dm_value_t *value,
    const char *key, uint64_t *out);

/* The keys of a token record (dm_record_grant.c). */
int dm_read_token(dm_record_ctx_t *ctx, const dm_value_t *value);
int dm_read_token_sha256(dm_record_ctx_t *ctx, const dm_value_t *value);
int dm_read_user(dm_record_ctx_t *ctx, const dm_value_t *value);
int dm_read_access(dm_record_ctx_t *ctx, const dm_value_t *value);
int dm_read_scopes(dm_record_ctx_t *ctx, const dm_value_t *value);
int dm_read_issued_via(dm_record_ctx_t *ctx, const dm_value_t *value);
int dm_read_expires(dm_record_ctx_t *ctx, const dm_value_t *value);
int dm_read_revoked(dm_record_ctx_t *ctx, const dm_value_t *value);

#endif
