/*
 * A table -> an image.  What it is does not depend on the history of the
 * table: two of them hold the same if their images are equal.
 */

#include <stdlib.h>

#include "dm_image_layout.h"
#include "dm_table_walk.h"


#define DM_IMAGE_BUFFER  (256 * 1024)


typedef struct {
    dm_image_head_t    head;
    dm_digest_t       *digest;
    dm_table_walk_t   *walk;
    dm_image_write_pt  write;
    void              *data;
    size_t             filled;
    char              *buffer;
} dm_image_writer_t;


static size_t
dm_image_app_size(const dm_record_t *app)
{
    size_t  i, size;

    size = sizeof(dm_image_app_t) + app->app.len + app->consumer_key.len
           + app->secret.len;

    for (i = 0; i < app->n_webhooks; i++) {
        size += sizeof(uint16_t) + app->webhooks[i].len;
    }

    return dm_image_pad(size);
}


static int
dm_image_count(void *data, const dm_record_t *app, uint32_t number)
{
    dm_image_head_t  *head = data;

    head->apps = number + 1;
    head->app_bytes += dm_image_app_size(app);
    head->records += app->kind == DM_RECORD_APP;

    return 0;
}


static int
dm_image_flush(dm_image_writer_t *w)
{
    dm_str_t  piece = { w->buffer, w->filled };

    w->filled = 0;

    if (dm_digest_add(w->digest, piece) != 0) {
        return -1;
    }

    return w->write(w->data, piece.data, piece.len, w->head.length);
}


/* Zeroed room for a part, in *out. */
static int
dm_image_room(dm_image_writer_t *w, size_t size, char **out)
{
    int  rc;

    if (w->filled + size > DM_IMAGE_BUFFER) {
        rc = dm_image_flush(w);
        if (rc != 0) {
            return rc;
        }
    }

    *out = w->buffer + w->filled;
    memset(*out, 0, size);
    w->filled += size;

    return 0;
}


static char *
dm_image_copy(char *p, dm_str_t s)
{
    if (s.len != 0) {
        memcpy(p, s.data, s.len);
    }

    return p + s.len;
}


static int
dm_image_app(void *data, const dm_record_t *record, uint32_t number)
{
    int                 rc;
    char               *p, *start;
    size_t              i;
    uint16_t            len;
    dm_image_app_t      app;
    dm_image_writer_t  *w = data;

    (void) number;

    rc = dm_image_room(w, dm_image_app_size(record), &start);
    if (rc != 0) {
        return rc;
    }

    memset(&app, 0, sizeof(dm_image_app_t));

    app.size = dm_image_app_size(record);
    app.flags = (record->kind == DM_RECORD_APP ? DM_IMAGE_RECORD : 0)
                | (record->first_party ? DM_IMAGE_FIRST_PARTY : 0)
                | (record->suspended ? DM_IMAGE_SUSPENDED : 0)
                | (record->has_consumer_key ? DM_IMAGE_HAS_KEY : 0);
    app.id = record->app.len;
    app.consumer_key = record->consumer_key.len;
    app.secret = record->secret.len;
    app.webhooks = record->n_webhooks;

    memcpy(start, &app, sizeof(dm_image_app_t));
    p = start + sizeof(dm_image_app_t);

    for (i = 0; i < record->n_webhooks; i++) {
        len = record->webhooks[i].len;
        memcpy(p, &len, sizeof(uint16_t));
        p += sizeof(uint16_t);
    }

    p = dm_image_copy(p, record->app);
    p = dm_image_copy(p, record->consumer_key);
    p = dm_image_copy(p, record->secret);

    for (i = 0; i < record->n_webhooks; i++) {
        p = dm_image_copy(p, record->webhooks[i]);
    }

    return 0;
}


static int
dm_image_token(void *data, const dm_record_t *record, uint32_t number)
{
    int                 rc;
    char               *start;
    dm_image_token_t    token;
    dm_image_writer_t  *w = data;

    rc = dm_image_room(w, sizeof(dm_image_token_t), &start);
    if (rc != 0) {
        return rc;
    }

    memcpy(token.key, record->key, DM_KEY_LEN);
    token.user = record->user;
    token.app = number
                | (uint32_t) record->flow << DM_IMAGE_FLOW
                | (uint32_t) record->app_only << DM_IMAGE_APP_ONLY
                | (uint32_t) record->revoked << DM_IMAGE_REVOKED
                | (uint32_t) record->may << DM_IMAGE_MAY;
    token.expires = record->expires;

    memcpy(start, &token, sizeof(dm_image_token_t));

    return 0;
}


/* How many of everything there are, and so how long it will be. */
static int
dm_image_head(dm_image_writer_t *w, const dm_table_info_t *info)
{
    int    rc;
    char  *start;

    memcpy(w->head.magic, DM_IMAGE_MAGIC, sizeof(w->head.magic));
    w->head.order = DM_IMAGE_ORDER;
    w->head.version = DM_IMAGE_VERSION;
    w->head.revision = info->revision_len;
    w->head.tokens = info->tokens;
    w->head.records = info->tokens;

    (void) dm_table_walk_apps(w->walk, dm_image_count, &w->head);

    w->head.length = sizeof(dm_image_head_t) + dm_image_pad(w->head.revision)
                     + w->head.app_bytes
                     + w->head.tokens * sizeof(dm_image_token_t)
                     + DM_DIGEST_LEN;

    rc = dm_image_room(w, sizeof(dm_image_head_t)
                          + dm_image_pad(w->head.revision), &start);
    if (rc != 0) {
        return rc;
    }

    memcpy(start, &w->head, sizeof(dm_image_head_t));
    memcpy(start + sizeof(dm_image_head_t), info->revision,
           info->revision_len);

    return 0;
}


static int
dm_image_parts(dm_image_writer_t *w, const dm_table_info_t *info)
{
    int   rc;
    char  sum[DM_DIGEST_LEN];

    rc = dm_digest_begin(w->digest);

    if (rc == 0) {
        rc = dm_image_head(w, info);
    }

    if (rc == 0) {
        rc = dm_table_walk_apps(w->walk, dm_image_app, w);
    }

    if (rc == 0) {
        rc = dm_table_walk_tokens(w->walk, dm_image_token, w);
    }

    if (rc == 0) {
        rc = dm_image_flush(w);
    }

    if (rc == 0) {
        rc = dm_digest_end(w->digest, (uint8_t *) sum);
    }

    return rc ? rc : w->write(w->data, sum, DM_DIGEST_LEN, w->head.length);
}


int
dm_image_write(const dm_table_t *table, dm_image_write_pt write, void *data)
{
    int                rc;
    dm_table_info_t    info;
    dm_image_writer_t  w;

    memset(&w, 0, sizeof(dm_image_writer_t));

    w.write = write;
    w.data = data;
    w.digest = dm_digest_create();
    w.walk = dm_table_walk_create(table);
    w.buffer = malloc(DM_IMAGE_BUFFER);

    rc = -1;

    if (w.digest != NULL && w.walk != NULL && w.buffer != NULL) {
        dm_table_info(table, &info);
        rc = dm_image_parts(&w, &info);
    }

    if (w.walk != NULL) {
        dm_table_walk_destroy(w.walk);
    }

    free(w.buffer);
    dm_digest_destroy(w.digest);

    return rc;
}
