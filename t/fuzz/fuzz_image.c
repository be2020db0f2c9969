/*
 * Any image, and any with the right checksum and length, is refused or is a
 * table; whatever its pieces.  The image of that table gives it once more.
 */

#include <stdlib.h>
#include <string.h>

#include "dm_image.h"
#include "dm_load.h"
#include "check.h"


#define ZONE  (128 * 1024)


typedef struct {
    char    *data;
    size_t   len;
} image_t;


static dm_digest_t  *digest;


static int
keep(void *data, const char *bytes, size_t len, uint64_t total)
{
    image_t  *image = data;

    if (image->data == NULL) {
        image->data = malloc(total);
    }

    check(image->len + len <= total);
    memcpy(image->data + image->len, bytes, len);
    image->len += len;

    return 0;
}


/* In pieces; 0 and the image of the table, or -1. */
static int
load(const image_t *from, size_t piece, image_t *to, char *error)
{
    int          rc;
    void        *memory;
    size_t       at, end;
    int64_t      taken;
    dm_load_t   *load;
    dm_table_t  *table;

    memory = calloc(1, ZONE);
    table = dm_table_init(memory, ZONE);
    load = dm_load_create(table, digest, NULL, NULL);
    check(load != NULL);

    dm_load_snapshot(load, 100, from->len & 1);

    at = 0;
    end = 0;
    taken = 0;

    while (end < from->len && taken >= 0) {
        end = from->len - end > piece ? end + piece : from->len;
        taken = dm_load_feed(load, from->data + at, end - at);
        check(taken <= (int64_t) (end - at));
        at += taken > 0 ? taken : 0;
    }

    rc = taken < 0 ? -1 : dm_load_finish(load, from->data + at, end - at);

    check(rc == 0 || dm_load_state(load)->error[0] != '\0');
    memcpy(error, dm_load_state(load)->error, DM_RECORD_ERROR);

    if (rc == 0) {
        check(dm_load_state(load)->journal);
        check(dm_image_write(table, keep, to) == 0);
    }

    dm_load_destroy(load);
    free(memory);

    return rc;
}


static void
judge(const image_t *image)
{
    int      rc;
    char     error[2][DM_RECORD_ERROR];
    image_t  again[3] = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };

    rc = load(image, image->len, &again[0], error[0]);

    check(load(image, 13, &again[1], error[1]) == rc);
    check(strcmp(error[0], error[1]) == 0);
    check(again[0].len == again[1].len);

    if (rc == 0) {
        check(memcmp(again[0].data, again[1].data, again[0].len) == 0);
        check(load(&again[0], 4096, &again[2], error[0]) == 0);
        check(again[2].len == again[0].len);
        check(memcmp(again[0].data, again[2].data, again[0].len) == 0);
    }

    free(again[0].data);
    free(again[1].data);
    free(again[2].data);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    image_t   image;
    uint64_t  length;
    dm_str_t  text;

    if (digest == NULL) {
        digest = dm_digest_create();
        check(digest != NULL);
    }

    if (size == 0) {
        return 0;
    }

    image.len = size;
    image.data = malloc(size);
    memcpy(image.data, data, size);
    image.data[0] = (char) DM_IMAGE_START;

    judge(&image);

    if (size > DM_IMAGE_HEAD + DM_DIGEST_LEN) {
        length = size;
        memcpy(image.data + 16, &length, sizeof(length));

        text.data = image.data;
        text.len = size - DM_DIGEST_LEN;
        check(dm_digest_sha256(digest, text,
                               (uint8_t *) image.data + text.len) == 0);

        judge(&image);
    }

    free(image.data);

    return 0;
}
