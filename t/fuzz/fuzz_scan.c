/*
 * The scanner beside jansson: for every line the same record or the same
 * refusal.  What the scanner takes to be an object must be one, with the same
 * members.
 */

#include <stdlib.h>

#include "dm_record_fields.h"
#include "dm_scan.h"
#include "check.h"


static void
check_member(const dm_member_t *scanned, json_t *root)
{
    char        key[DM_RECORD_LINE_MAX + 1];
    dm_value_t  value;

    memcpy(key, scanned->key.data, scanned->key.len);
    key[scanned->key.len] = '\0';

    value = dm_json_value(json_object_get(root, key));

    check(value.json != NULL);
    check(value.type == scanned->value.type);

    if (value.type == DM_VALUE_STRING) {
        check(dm_str_eq(value.string, scanned->value.string));

    } else {
        check(value.integer == scanned->value.integer);
    }
}


static void
check_members(dm_str_t line)
{
    size_t       i, n;
    json_t      *root;
    dm_member_t  members[DM_SCAN_MEMBERS];

    n = dm_scan_object(line, members);
    if (n == 0) {
        return;
    }

    root = json_loadb(line.data, line.len, JSON_REJECT_DUPLICATES, NULL);

    check(json_is_object(root));
    check(json_object_size(root) == n);

    for (i = 0; i < n; i++) {
        check_member(&members[i], root);
    }

    json_decref(root);
}


static void
check_same(const dm_record_t *a, const dm_record_t *b)
{
    size_t  i;

    check(a->kind == b->kind);
    check(dm_str_eq(a->revision, b->revision));
    check(a->records == b->records);
    check(dm_str_eq(a->app, b->app));
    check(dm_str_eq(a->name, b->name));
    check(dm_str_eq(a->consumer_key, b->consumer_key));
    check(dm_str_eq(a->secret, b->secret));
    check(a->n_webhooks == b->n_webhooks);

    for (i = 0; i < a->n_webhooks; i++) {
        check(dm_str_eq(a->webhooks[i], b->webhooks[i]));
    }

    check(a->has_consumer_key == b->has_consumer_key);
    check(a->has_secret == b->has_secret);
    check(a->first_party == b->first_party);
    check(a->suspended == b->suspended);
    check(memcmp(a->key, b->key, DM_KEY_LEN) == 0);
    check(a->user == b->user);
    check(a->expires == b->expires);
    check(a->may == b->may);
    check(a->flow == b->flow);
    check(a->app_only == b->app_only);
    check(a->revoked == b->revoked);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int          a, b;
    char         error[2][DM_RECORD_ERROR];
    dm_str_t     line = { (const char *) data, size };
    dm_record_t  record[2];

    static dm_digest_t  *digest;

    if (digest == NULL) {
        digest = dm_digest_create();
        check(digest != NULL);
    }

    if (size <= DM_RECORD_LINE_MAX) {
        check_members(line);
    }

    a = dm_record_parse(line, digest, &record[0], error[0]);
    b = dm_record_parse_json(line, digest, &record[1], error[1]);

    check(a == b);

    if (a == 0) {
        check_same(&record[0], &record[1]);
        dm_record_clear(&record[0]);
        dm_record_clear(&record[1]);

    } else {
        check(strcmp(error[0], error[1]) == 0);
    }

    return 0;
}
