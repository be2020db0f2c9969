/*
 * The compiled image of a table: what a token file becomes once it has been
 * parsed and hashed.  The layout is in docs/file-format.md.
 */

#ifndef DM_IMAGE_H
#define DM_IMAGE_H

#include "dm_table.h"


#define DM_IMAGE_VERSION  1u
#define DM_IMAGE_START    0x89          /* no text in UTF-8 begins with it */
#define DM_IMAGE_HEAD     64            /* bytes that say all about the rest */


typedef struct dm_image_s  dm_image_t;

/* Takes a record over, to be cleared; other than 0 ends. */
typedef int (*dm_image_put_pt)(void *data, dm_record_t *record);

/* Takes `len` bytes of the image's `total`; other than 0 ends. */
typedef int (*dm_image_write_pt)(void *data, const char *bytes, size_t len,
    uint64_t total);


/*
 * What stands in the first bytes of a file: 1 and the image's length with the
 * number of records in it, if they can be believed; 0 for anything else.
 */
int dm_image_begins(const char *data, size_t len, uint64_t *length,
    uint64_t *records);

/* A table's live state.  0, what `write` returned, or -1 without memory. */
int dm_image_write(const dm_table_t *table, dm_image_write_pt write,
    void *data);

/* A reader; NULL without memory. */
dm_image_t *dm_image_create(void);
void dm_image_destroy(dm_image_t *image);

/*
 * Feed what follows.  Gives records to `put`: the table's, the apps', the
 * tokens', whose app's id lives as long as the reader.  Returns the bytes
 * taken, the rest must be fed again with more behind it (some 128 KiB do);
 * or -1 and a reason in `error`, which is empty where `put` has one; -2 with
 * one where memory is wanted.
 */
int64_t dm_image_feed(dm_image_t *image, const char *data, size_t len,
    dm_image_put_pt put, void *put_data, char error[DM_RECORD_ERROR]);

/* 1 if the image was taken whole, and is undamaged. */
int dm_image_complete(const dm_image_t *image);

/* The end of the file, too soon: says so in `error`. */
void dm_image_truncated(const dm_image_t *image, size_t rest,
    char error[DM_RECORD_ERROR]);

#endif
