/*
 * An image -> records.  The checksum keeps damage out; all the rest is checked
 * here, so that no image can do more than a token file.
 */

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "dm_image_layout.h"
#include "dm_utf8.h"


#define DM_IMAGE_AHEAD  16


dm_image_t *
dm_image_create(void)
{
    dm_image_t  *image;

    image = calloc(1, sizeof(dm_image_t));
    if (image == NULL) {
        return NULL;
    }

    image->digest = dm_digest_create();

    if (image->digest == NULL || dm_digest_begin(image->digest) != 0) {
        dm_image_destroy(image);
        return NULL;
    }

    return image;
}


void
dm_image_destroy(dm_image_t *image)
{
    if (image != NULL) {
        dm_digest_destroy(image->digest);
        free(image->ids);
        free(image->names);
        free(image);
    }
}


/* NULL, or what is wrong with the numbers of a head of this version. */
static const char *
dm_image_numbers(const dm_image_head_t *head)
{
    uint64_t  length;

    /* what these bounds let through cannot overflow the sum */

    if (head->revision >= DM_REVISION_MAX
        || head->apps > DM_IMAGE_APP + 1
        || head->app_bytes > head->length
        || head->tokens > head->length / sizeof(dm_image_token_t)
        || head->length > INT64_MAX / 2
        || head->app_bytes % 8 != 0)
    {
        return "the image is damaged: impossible numbers in its head";
    }

    length = sizeof(dm_image_head_t) + dm_image_pad(head->revision)
             + head->app_bytes + head->tokens * sizeof(dm_image_token_t)
             + DM_DIGEST_LEN;

    if (head->length != length
        || head->records < head->tokens
        || head->records - head->tokens > head->apps)
    {
        return "the image is damaged: its head contradicts itself";
    }

    return NULL;
}


int
dm_image_begins(const char *data, size_t len, uint64_t *length,
    uint64_t *records)
{
    dm_image_head_t  head;

    if (len < sizeof(dm_image_head_t)) {
        return 0;
    }

    memcpy(&head, data, sizeof(dm_image_head_t));

    if (memcmp(head.magic, DM_IMAGE_MAGIC, sizeof(head.magic)) != 0
        || head.order != DM_IMAGE_ORDER
        || head.version != DM_IMAGE_VERSION
        || dm_image_numbers(&head) != NULL)
    {
        return 0;
    }

    *length = head.length;
    *records = head.records;

    return 1;
}


int64_t
dm_image_damaged(const dm_image_t *image, dm_image_input_t *in,
    const char *what)
{
    snprintf(in->error, DM_RECORD_ERROR,
             "the image is damaged: not %s, at byte %" PRIu64, what,
             image->taken + in->taken);

    return -1;
}


int64_t
dm_image_refuse(dm_image_input_t *in, const char *error)
{
    snprintf(in->error, DM_RECORD_ERROR, "%s", error);

    return -1;
}


int
dm_image_no_memory(dm_image_input_t *in)
{
    in->no_memory = 1;

    return (int) dm_image_refuse(in, "no memory");
}


static int64_t
dm_image_head(dm_image_t *image, dm_image_input_t *in)
{
    const char       *wrong;
    dm_image_head_t  *head;

    head = &image->head;

    if (in->len < sizeof(dm_image_head_t)) {
        return 0;
    }

    memcpy(head, in->data, sizeof(dm_image_head_t));

    if (memcmp(head->magic, DM_IMAGE_MAGIC, sizeof(head->magic)) != 0) {
        return dm_image_refuse(in, "neither text nor an image");
    }

    if (head->order == DM_IMAGE_FOREIGN) {
        return dm_image_refuse(in, "the image was made by a machine of another "
                               "byte order");
    }

    if (head->order != DM_IMAGE_ORDER) {
        return dm_image_refuse(in, "the image is damaged: no byte order");
    }

    if (head->version != DM_IMAGE_VERSION) {
        snprintf(in->error, DM_RECORD_ERROR,
                 "the image is of version %u, not %u",
                 (unsigned) head->version, DM_IMAGE_VERSION);
        return -1;
    }

    wrong = dm_image_numbers(head);
    if (wrong != NULL) {
        return dm_image_refuse(in, wrong);
    }

    image->part = DM_IMAGE_IN_REVISION;
    image->app_bytes = head->app_bytes;

    return sizeof(dm_image_head_t);
}


static int
dm_image_zeros(const char *data, size_t len)
{
    while (len != 0) {
        if (data[--len] != 0) {
            return 0;
        }
    }

    return 1;
}


static int64_t
dm_image_revision(dm_image_t *image, dm_image_input_t *in)
{
    size_t       len, size;
    dm_str_t     revision;
    dm_record_t  record;

    len = image->head.revision;
    size = dm_image_pad(len);

    if (in->len < size) {
        return 0;
    }

    revision.data = in->data;
    revision.len = len;

    if (!dm_image_zeros(in->data + len, size - len)
        || !dm_utf8_is_text(revision))
    {
        return dm_image_damaged(image, in, "a revision");
    }

    if (len != 0) {
        memset(&record, 0, sizeof(dm_record_t));
        record.kind = DM_RECORD_TABLE;
        record.revision = revision;

        if (in->put(in->put_data, &record) != 0) {
            return -1;
        }
    }

    image->part = DM_IMAGE_IN_APPS;

    return size;
}


/* Into `record`, which may be what another token has left. */
static int64_t
dm_image_token(dm_image_t *image, dm_image_input_t *in, dm_record_t *record)
{
    uint32_t          app;
    dm_image_token_t  token;

    memcpy(&token, in->data + in->taken, sizeof(dm_image_token_t));

    record->user = token.user;
    record->expires = token.expires;
    record->flow = (token.app >> DM_IMAGE_FLOW) & 3;
    record->app_only = (token.app >> DM_IMAGE_APP_ONLY) & 1;
    record->revoked = (token.app >> DM_IMAGE_REVOKED) & 1;
    record->may = (token.app >> DM_IMAGE_MAY) & 7;
    memcpy(record->key, token.key, DM_KEY_LEN);

    if ((token.app & DM_IMAGE_APP) >= image->head.apps
        || token.app >> DM_IMAGE_ZERO != 0
        || (record->app_only && record->user != 0)
        || (image->done != 0
            && (token.key[0] < image->key[0]
                || (token.key[0] == image->key[0]
                    && token.key[1] <= image->key[1]))))
    {
        return dm_image_damaged(image, in, "a token");
    }

    memcpy(image->key, token.key, sizeof(image->key));
    app = token.app & DM_IMAGE_APP;
    record->app = dm_image_id(image, app);
    record->found = &image->names[app + 1].found;

    return in->put(in->put_data, record);
}


/* Asks the processor for the app of a token that is some tokens ahead. */
static void
dm_image_ahead(const dm_image_t *image, const dm_image_input_t *in)
{
    uint32_t  app;
    uint64_t  offset;

    offset = in->taken + DM_IMAGE_AHEAD * sizeof(dm_image_token_t);

    if (in->len - in->taken < (DM_IMAGE_AHEAD + 1) * sizeof(dm_image_token_t))
    {
        return;
    }

    memcpy(&app, in->data + offset + offsetof(dm_image_token_t, app),
           sizeof(app));
    app &= DM_IMAGE_APP;

    if (app < image->head.apps) {
        __builtin_prefetch(&image->names[app], 1);
    }
}


/* As many of them as there are. */
static int64_t
dm_image_tokens(dm_image_t *image, dm_image_input_t *in)
{
    dm_record_t  record;

    memset(&record, 0, sizeof(dm_record_t));
    record.kind = DM_RECORD_TOKEN;

    for ( /* void */ ; image->done < image->head.tokens; image->done++) {

        if (in->len - in->taken < sizeof(dm_image_token_t)) {
            return in->taken;
        }

        dm_image_ahead(image, in);

        if (dm_image_token(image, in, &record) != 0) {
            return -1;
        }

        in->taken += sizeof(dm_image_token_t);
    }

    image->part = DM_IMAGE_IN_SUM;

    return in->taken;
}


static int64_t
dm_image_sum(dm_image_t *image, dm_image_input_t *in)
{
    uint8_t  sum[DM_DIGEST_LEN];

    if (in->len < DM_DIGEST_LEN) {
        return 0;
    }

    if (dm_digest_end(image->digest, sum) != 0) {
        return dm_image_no_memory(in);
    }

    if (memcmp(sum, in->data, DM_DIGEST_LEN) != 0) {
        return dm_image_refuse(in, "the image is damaged: its checksum is "
                               "another");
    }

    image->part = DM_IMAGE_COMPLETE;

    return DM_DIGEST_LEN;
}


static int64_t
dm_image_part(dm_image_t *image, dm_image_input_t *in)
{
    switch (image->part) {

    case DM_IMAGE_IN_HEAD:
        return dm_image_head(image, in);

    case DM_IMAGE_IN_REVISION:
        return dm_image_revision(image, in);

    case DM_IMAGE_IN_APPS:
        return dm_image_apps(image, in);

    case DM_IMAGE_IN_TOKENS:
        return dm_image_tokens(image, in);

    case DM_IMAGE_IN_SUM:
        return dm_image_sum(image, in);

    default:
        return 0;
    }
}


int64_t
dm_image_feed(dm_image_t *image, const char *data, size_t len,
    dm_image_put_pt put, void *put_data, char error[DM_RECORD_ERROR])
{
    int64_t           n;
    size_t            taken;
    dm_str_t          piece;
    dm_image_part_t   part;
    dm_image_input_t  in = { data, len, 0, put, put_data, error, 0 };

    error[0] = '\0';
    taken = 0;

    do {
        part = image->part;
        in.data = data + taken;
        in.len = len - taken;
        in.taken = 0;

        n = dm_image_part(image, &in);
        if (n < 0) {
            return in.no_memory ? -2 : -1;
        }

        piece.data = in.data;
        piece.len = n;

        if (part != DM_IMAGE_IN_SUM
            && dm_digest_add(image->digest, piece) != 0)
        {
            (void) dm_image_no_memory(&in);
            return -2;
        }

        taken += n;
        image->taken += n;

    } while (image->part != part);

    return taken;
}


int
dm_image_complete(const dm_image_t *image)
{
    return image->part == DM_IMAGE_COMPLETE;
}


void
dm_image_truncated(const dm_image_t *image, size_t rest,
    char error[DM_RECORD_ERROR])
{
    if (image->part == DM_IMAGE_IN_HEAD) {
        snprintf(error, DM_RECORD_ERROR,
                 "the image is truncated: it has %zu bytes", rest);
        return;
    }

    snprintf(error, DM_RECORD_ERROR, "the image is truncated: it has %" PRIu64
             " bytes of %" PRIu64, image->taken + rest, image->head.length);
}
