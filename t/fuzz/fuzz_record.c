/*
 * A line of a token file: whatever it holds, an accepted record is within
 * the bounds that the table is laid out for, and an error is fit for a log.
 */

#include <stdlib.h>

#include "dm_record.h"
#include "check.h"


static void
check_record(const dm_record_t *r)
{
    size_t  i;

    switch (r->kind) {

    case DM_RECORD_TABLE:
        check(r->revision.len >= 1 && r->revision.len <= 127);
        break;

    case DM_RECORD_END:
        check(r->records <= INT64_MAX);
        break;

    case DM_RECORD_APP:
        check(r->app.len >= 1 && r->app.len <= 64);
        check(r->n_webhooks <= 64);
        check(r->has_secret == (r->secret.len != 0));
        check(r->has_consumer_key == (r->consumer_key.len != 0));

        for (i = 0; i < r->n_webhooks; i++) {
            check(r->webhooks[i].len > 7 && r->webhooks[i].len <= 2048);
        }

        break;

    case DM_RECORD_TOKEN:
        check(r->app.len >= 1 && r->app.len <= 64);
        check(r->may <= DM_LEVEL_DM);
        check(r->flow <= DM_FLOW_CLIENT_CREDENTIALS);
        check(!r->app_only || r->user == 0);
        check(!r->has_secret && r->n_webhooks == 0);
        break;

    default:
        check(0);
    }
}


static void
check_error(const char *error)
{
    const char  *p;

    check(memchr(error, '\0', DM_RECORD_ERROR) != NULL);
    check(error[0] != '\0');

    for (p = error; *p != '\0'; p++) {
        check(*p >= ' ' && *p <= '~');
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char         error[DM_RECORD_ERROR];
    dm_str_t     line = { (const char *) data, size };
    dm_record_t  record;

    static dm_digest_t  *digest;

    if (digest == NULL) {
        digest = dm_digest_create();
        check(digest != NULL);
    }

    memset(&record, 0xa5, sizeof(record));
    memset(error, 0xa5, sizeof(error));

    if (dm_record_parse(line, digest, &record, error) == 0) {
        check(size <= DM_RECORD_LINE_MAX);
        check_record(&record);
        dm_record_clear(&record);
        check(record.owner == NULL && record.webhooks == NULL);

    } else {
        check_error(error);
    }

    return 0;
}
