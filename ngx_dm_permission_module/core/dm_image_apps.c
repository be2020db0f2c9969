/*
 * The apps of an image; their ids are kept for the tokens.
 */

#include <stdlib.h>

#include "dm_image_layout.h"
#include "dm_utf8.h"


/* Room for an array to grow by; 0, or -1 without memory. */
static int
dm_image_grow(void **array, size_t *size, size_t need, size_t item)
{
    void    *grown;
    size_t   n;

    if (need <= *size) {
        return 0;
    }

    n = need * 2 + 64;

    grown = realloc(*array, n * item);
    if (grown == NULL) {
        return -1;
    }

    *array = grown;
    *size = n;

    return 0;
}


dm_str_t
dm_image_id(const dm_image_t *image, uint64_t app)
{
    dm_str_t  id;

    id.data = image->ids + image->names[app].end;
    id.len = image->names[app + 1].end - image->names[app].end;

    return id;
}


/* Keeps the id: 1, 0 where it is not after the last one, -1 without memory. */
static int
dm_image_keep(dm_image_t *image, dm_str_t id)
{
    int       order;
    size_t    end;
    uint64_t  n;
    dm_str_t  last;

    n = image->done;

    if (dm_image_grow((void **) &image->names, &image->names_size, n + 2,
                      sizeof(dm_image_name_t))
        != 0)
    {
        return -1;
    }

    memset(&image->names[n + 1], 0, sizeof(dm_image_name_t));

    if (n == 0) {
        memset(image->names, 0, sizeof(dm_image_name_t));

    } else {
        last = dm_image_id(image, n - 1);
        order = memcmp(last.data, id.data,
                       last.len < id.len ? last.len : id.len);

        if (order > 0 || (order == 0 && last.len >= id.len)) {
            return 0;
        }
    }

    end = image->names[n].end;

    if (dm_image_grow((void **) &image->ids, &image->ids_size, end + id.len, 1)
        != 0)
    {
        return -1;
    }

    memcpy(image->ids + end, id.data, id.len);
    image->names[n + 1].end = end + id.len;

    return 1;
}


static dm_str_t
dm_image_text(const char **p, size_t len)
{
    dm_str_t  s;

    s.data = *p;
    s.len = len;
    *p += len;

    return s;
}


/* The size of what the app holds, unpadded, or 0 where that cannot be. */
static size_t
dm_image_app_sum(const dm_image_app_t *app, const char *webhooks)
{
    size_t    i, sum;
    uint16_t  len;

    if (app->id == 0 || app->id > DM_IMAGE_ID_MAX || app->zero != 0
        || app->webhooks > DM_IMAGE_WEBHOOKS
        || app->flags & ~DM_IMAGE_FLAGS
        || app->size > DM_IMAGE_APP_MAX
        || app->size < sizeof(dm_image_app_t) + app->webhooks * 2)
    {
        return 0;
    }

    sum = sizeof(dm_image_app_t) + app->id + app->consumer_key + app->secret;

    for (i = 0; i < app->webhooks; i++) {
        memcpy(&len, webhooks + i * sizeof(uint16_t), sizeof(uint16_t));
        sum += sizeof(uint16_t) + len;
    }

    if (dm_image_pad(sum) != app->size
        || (app->consumer_key != 0 && !(app->flags & DM_IMAGE_HAS_KEY))
        || (!(app->flags & DM_IMAGE_RECORD)
            && (app->flags | app->secret | app->webhooks) != 0))
    {
        return 0;
    }

    return sum;
}


static int
dm_image_webhooks(const dm_image_app_t *app, const char *lengths,
    const char *p, dm_record_t *record)
{
    size_t    i;
    uint16_t  len;

    if (app->webhooks == 0) {
        return 0;
    }

    record->webhooks = calloc(app->webhooks, sizeof(dm_str_t));
    if (record->webhooks == NULL) {
        return -1;
    }

    record->n_webhooks = app->webhooks;

    for (i = 0; i < app->webhooks; i++) {
        memcpy(&len, lengths + i * sizeof(uint16_t), sizeof(uint16_t));
        record->webhooks[i] = dm_image_text(&p, len);
    }

    return 0;
}


/* What a line may not say an image may not say either. */
static int
dm_image_app_is_text(const dm_record_t *record)
{
    size_t  i;

    for (i = 0; i < record->n_webhooks; i++) {
        if (!dm_record_is_webhook(record->webhooks[i])) {
            return 0;
        }
    }

    return dm_utf8_is_text(record->app)
           && dm_utf8_is_text(record->consumer_key);
}


static int
dm_image_put_app(dm_image_t *image, dm_image_input_t *in,
    const dm_image_app_t *app, dm_record_t *record)
{
    int  kept;

    kept = dm_image_keep(image, record->app);

    if (kept == 1 && (app->flags & DM_IMAGE_RECORD)) {
        image->records++;
        return in->put(in->put_data, record);
    }

    dm_record_clear(record);

    switch (kept) {

    case 1:
        return 0;

    case 0:
        return (int) dm_image_damaged(image, in, "an app in its place");

    default:
        return dm_image_no_memory(in);
    }
}


/* `data` holds all of the app.  0, or -1 with the reason in `in`. */
static int
dm_image_app(dm_image_t *image, dm_image_input_t *in,
    const dm_image_app_t *app, const char *data)
{
    size_t        sum;
    const char   *p;
    dm_record_t   record;

    p = data + sizeof(dm_image_app_t);
    sum = dm_image_app_sum(app, p);

    while (sum != 0 && sum < app->size && data[sum] == 0) {
        sum++;
    }

    if (sum != app->size) {
        return (int) dm_image_damaged(image, in, "an app");
    }

    p += app->webhooks * sizeof(uint16_t);

    memset(&record, 0, sizeof(dm_record_t));
    record.kind = DM_RECORD_APP;
    record.app = dm_image_text(&p, app->id);
    record.consumer_key = dm_image_text(&p, app->consumer_key);
    record.secret = dm_image_text(&p, app->secret);
    record.has_consumer_key = (app->flags & DM_IMAGE_HAS_KEY) != 0;
    record.has_secret = app->secret != 0;
    record.first_party = (app->flags & DM_IMAGE_FIRST_PARTY) != 0;
    record.suspended = (app->flags & DM_IMAGE_SUSPENDED) != 0;

    if (dm_image_webhooks(app, data + sizeof(dm_image_app_t), p, &record)
        != 0)
    {
        return dm_image_no_memory(in);
    }

    if (!dm_image_app_is_text(&record)) {
        dm_record_clear(&record);
        return (int) dm_image_damaged(image, in, "an app");
    }

    return dm_image_put_app(image, in, app, &record);
}


int64_t
dm_image_apps(dm_image_t *image, dm_image_input_t *in)
{
    dm_image_app_t  app;

    for ( /* void */ ; image->done < image->head.apps; image->done++) {

        if (in->len - in->taken < sizeof(dm_image_app_t)) {
            return in->taken;
        }

        memcpy(&app, in->data + in->taken, sizeof(dm_image_app_t));

        if (app.size > image->app_bytes || app.size > DM_IMAGE_APP_MAX
            || app.size < sizeof(dm_image_app_t))
        {
            return dm_image_damaged(image, in, "an app");
        }

        if (in->len - in->taken < app.size) {
            return in->taken;
        }

        if (dm_image_app(image, in, &app, in->data + in->taken) != 0) {
            return -1;
        }

        in->taken += app.size;
        image->app_bytes -= app.size;
    }

    if (image->app_bytes != 0
        || image->records != image->head.records - image->head.tokens)
    {
        return dm_image_damaged(image, in, "the end of the apps");
    }

    image->part = DM_IMAGE_IN_TOKENS;
    image->done = 0;

    return in->taken;
}
