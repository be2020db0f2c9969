/*
 * The writer's part that has to do with apps: the heap at an arena's end.
 */

#include "dm_table_layout.h"


/* FNV-1a, its bits spread upwards: dm_range() takes the upper ones. */
uint64_t
dm_app_hash(dm_str_t id)
{
    size_t    i;
    uint64_t  hash;

    hash = 0xcbf29ce484222325ull;

    for (i = 0; i < id.len; i++) {
        hash = (hash ^ (uint8_t) id.data[i]) * 0x100000001b3ull;
    }

    return (hash ^ (hash >> 32)) * 0x9e3779b97f4a7c15ull;
}


/* Where the list of the app begins; the state has heads. */
uint32_t *
dm_app_head(dm_state_t *state, dm_str_t id)
{
    return dm_state_heads(state, state->slots, state->users)
           + dm_range(dm_app_hash(id), state->heads);
}


static size_t
dm_app_size(size_t id_len)
{
    return dm_align(sizeof(dm_app_t) + id_len, DM_APP_UNIT);
}


static size_t
dm_blob_size(const dm_record_t *app)
{
    size_t  i, size;

    size = sizeof(dm_blob_t) + 8 + dm_align(app->consumer_key.len, 8)
           + 8 + dm_align(app->secret.len, 8);

    for (i = 0; i < app->n_webhooks; i++) {
        size += 8 + dm_align(app->webhooks[i].len, 8);
    }

    return size;
}


/* The alignment of the app behind a blob is counted in. */
size_t
dm_table_app_bytes(const dm_record_t *record, unsigned known)
{
    size_t  size;

    size = known ? 0 : dm_app_size(record->app.len);

    if (record->kind == DM_RECORD_APP) {
        size += dm_align(dm_blob_size(record), DM_APP_UNIT);
    }

    return size;
}


/*
 * The offset of `size` bytes, 0 where they do not fit.  They are taken before
 * anything refers to them: a writer that dies loses them, nobody shares them.
 */
static uint64_t
dm_heap_take(dm_writer_t *w, uint64_t size, uint64_t align)
{
    uint64_t  low, offset;

    low = DM_STATE_SIZE + w->state->slots * dm_slot_bytes(w->state->users)
          + w->state->heads * sizeof(uint32_t);

    if (w->state->heap < low + size) {
        return 0;
    }

    offset = (w->state->heap - size) & ~(align - 1);

    if (offset < low) {
        return 0;
    }

    dm_set(&w->state->heap, offset);

    return offset;
}


static int
dm_app_is(const dm_app_t *app, dm_str_t id)
{
    return app->id_len == id.len && dm_words_are(app->id, id);
}


/* Created with defaults if need be. */
uint64_t
dm_app_obtain(dm_writer_t *w, dm_str_t id)
{
    uint32_t    *head;
    dm_app_t    *app;
    uint64_t     index, offset;

    if (w->state->heads == 0 || id.len > DM_APP_ID_MAX) {
        return 0;
    }

    head = dm_app_head(w->state, id);

    for (index = *head; index != 0; index = app->next) {
        app = dm_state_app(w->state, w->arena, index);
        if (dm_app_is(app, id)) {
            return index;
        }
    }

    offset = dm_heap_take(w, dm_app_size(id.len), DM_APP_UNIT);
    index = (w->arena - offset) / DM_APP_UNIT;

    if (offset == 0 || index > DM_APP_INDEX_MAX) {
        return 0;
    }

    app = dm_state_app(w->state, w->arena, index);

    dm_set(&app->blob, 0);
    dm_set(&app->id_len, id.len);
    dm_set(&app->next, *head);
    dm_set(&app->lowered, 0);
    dm_words_set(app->id, id.data, id.len);

    dm_set_release(head, (uint32_t) index);
    dm_set(&w->state->apps, w->state->apps + 1);

    return index;
}


/* Where it was found the last time, if it is there. */
uint64_t
dm_app_of(dm_writer_t *w, const dm_record_t *token)
{
    uint64_t     index;
    dm_found_t  *found;

    found = token->found;

    if (found != NULL && found->place != 0
        && found->place <= (w->arena - w->state->heap) / DM_APP_UNIT
        && dm_app_is(dm_state_app(w->state, w->arena, found->place),
                     token->app))
    {
        return found->place;
    }

    index = dm_app_obtain(w, token->app);

    if (found != NULL) {
        found->place = index;
    }

    return index;
}


unsigned
dm_app_first_party(dm_writer_t *w, const dm_app_t *app)
{
    dm_blob_t  *blob;

    if (app->blob == 0) {
        return 0;
    }

    blob = (dm_blob_t *) ((char *) w->state + app->blob);

    return (blob->flags & DM_APP_FIRST_PARTY) != 0;
}


static uint64_t *
dm_blob_string(uint64_t *p, dm_str_t s)
{
    dm_set(p++, s.len);
    dm_words_set(p, s.data, s.len);

    return p + dm_align(s.len, 8) / 8;
}


static void
dm_blob_write(dm_blob_t *blob, const dm_record_t *record)
{
    size_t     i;
    uint64_t  *p, flags;

    flags = (record->first_party ? DM_APP_FIRST_PARTY : 0)
            | (record->suspended ? DM_APP_SUSPENDED : 0)
            | (record->has_consumer_key ? DM_APP_HAS_KEY : 0)
            | (record->has_secret ? DM_APP_HAS_SECRET : 0)
            | (dm_blob_size(record) - sizeof(dm_blob_t)) << 32;

    dm_set(&blob->flags, flags);

    p = dm_blob_string(blob->strings, record->consumer_key);
    p = dm_blob_string(p, record->secret);

    for (i = 0; i < record->n_webhooks; i++) {
        p = dm_blob_string(p, record->webhooks[i]);
    }
}


dm_table_rc_t
dm_app_put(dm_writer_t *w, const dm_record_t *record)
{
    uint64_t    index, offset;
    unsigned    was;
    dm_app_t   *app;

    index = dm_app_obtain(w, record->app);
    if (index == 0) {
        return DM_TABLE_FULL;
    }

    offset = dm_heap_take(w, dm_blob_size(record), 8);
    if (offset == 0) {
        return DM_TABLE_FULL;
    }

    dm_blob_write((dm_blob_t *) ((char *) w->state + offset), record);

    app = dm_state_app(w->state, w->arena, index);
    was = dm_app_first_party(w, app);

    dm_set_release(&app->blob, offset);

    if (was && !record->first_party) {
        dm_set(&w->state->clamped, w->state->clamped + app->lowered);

    } else if (!was && record->first_party) {
        dm_set(&w->state->clamped, w->state->clamped - app->lowered);
    }

    return DM_TABLE_OK;
}


uint64_t
dm_app_recount(dm_writer_t *w, uint64_t head)
{
    uint64_t   index, n;
    dm_app_t  *app;

    index = dm_state_heads(w->state, w->state->slots, w->state->users)[head];

    for (n = 0; index != 0; n++) {
        app = dm_state_app(w->state, w->arena, index);
        dm_set(&app->lowered, 0);
        index = app->next;
    }

    return n;
}
