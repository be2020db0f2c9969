/*
 * An image in the place of a snapshot's lines: its records go the same way.
 */

#include "dm_load_state.h"


static int
dm_load_image_record(void *data, dm_record_t *record)
{
    dm_load_t  *load = data;

    return dm_load_put(load, record);
}


static int
dm_load_image_begin(dm_load_t *load)
{
    load->image = dm_image_create();

    return load->image ? 0 : dm_load_no_memory(load, 0);
}


int64_t
dm_load_image(dm_load_t *load, const char *data, size_t len)
{
    char     error[DM_RECORD_ERROR];
    int64_t  taken;

    if (load->image == NULL && dm_load_image_begin(load) != 0) {
        return -1;
    }

    taken = dm_image_feed(load->image, data, len, dm_load_image_record, load,
                          error);

    if (taken == -2) {
        return dm_load_no_memory(load, 0);
    }

    if (taken < 0) {
        return error[0] ? dm_load_refuse(load, 0, error) : -1;
    }

    load->state.offset += taken;

    if (!dm_image_complete(load->image)) {
        return taken;
    }

    if (dm_load_flush(load) != 0) {
        return -1;
    }

    load->state.image = load->records;
    load->mode = DM_LOAD_JOURNAL;

    dm_image_destroy(load->image);
    load->image = NULL;

    return taken;
}
