/*
 * Readers by app id.  The proof is in dm_table.c.
 */

#include "dm_table_layout.h"


/* Whether nothing that was read so far is of a later state. */
static int
dm_view_same(const dm_table_t *table, const dm_view_t *view)
{
    dm_fence_acquire();

    return dm_get(&table->generation) == view->generation;
}


static int
dm_view_unchanged(const dm_table_t *table, const dm_view_t *view)
{
    dm_fence_acquire();

    return dm_get(&view->state->changes) == view->changes
           && dm_view_same(table, view);
}


/* 1; 0 where the numbers are none of a state's; -1 where there is none. */
static int
dm_view_open(const dm_table_t *table, dm_view_t *view)
{
    uint64_t  room;

    view->generation = dm_get_acquire(&table->generation);
    if (view->generation == 0) {
        return -1;
    }

    view->state = dm_table_state(table, view->generation);
    view->arena = table->arena;
    view->changes = dm_get_acquire(&view->state->changes);
    view->slots = dm_get(&view->state->slots);
    view->heads = dm_get(&view->state->heads);
    view->users = dm_get(&view->state->users);

    /* each is one that some state had: no overflow */
    room = view->arena - DM_STATE_SIZE;

    return view->slots * dm_slot_bytes(view->users)
           + view->heads * sizeof(uint32_t) <= room;
}


/* The app that an index names, NULL where it is none of this state's. */
static dm_app_t *
dm_view_app(const dm_view_t *view, uint64_t index)
{
    if (index == 0 || index > (view->arena - DM_STATE_SIZE) / DM_APP_UNIT) {
        return NULL;
    }

    return dm_state_app(view->state, view->arena, index);
}


/* The index of an app, 0 where there is none of that id. */
static uint64_t
dm_view_find(const dm_table_t *table, const dm_view_t *view, dm_str_t id)
{
    uint32_t  *heads;
    uint64_t   index;
    dm_app_t  *app;

    if (view->heads == 0 || id.len > DM_APP_ID_MAX) {
        return 0;
    }

    heads = dm_state_heads(view->state, view->slots, view->users);
    index = dm_get_acquire(&heads[dm_range(dm_app_hash(id), view->heads)]);

    for ( ;; ) {
        app = dm_view_app(view, index);

        if (app == NULL) {
            return 0;
        }

        /* an app of more than 32 bytes has a second unit */
        if (dm_get(&app->id_len) == id.len
            && (id.len <= 32 || index > 1)
            && dm_words_are(app->id, id))
        {
            return index;
        }

        index = dm_get(&app->next);

        if (!dm_view_same(table, view)) {
            return 0;
        }
    }
}


/* NULL where the app has no record, or the offset is none of this state's. */
static dm_blob_t *
dm_view_blob(const dm_view_t *view, uint64_t index)
{
    uint64_t  offset;

    offset = dm_get_acquire(&dm_view_app(view, index)->blob);

    if (offset == 0 || offset % 8 != 0
        || offset > view->arena - sizeof(dm_blob_t) - 16)
    {
        return NULL;
    }

    return (dm_blob_t *) ((char *) view->state + offset);
}


/* What a slot adds to what the app holds of the user. */
static void
dm_user_slot(const dm_slot_t *slot, uint64_t index, uint64_t user,
    unsigned first_party, int64_t now, dm_user_grant_t *out)
{
    unsigned  may;
    uint64_t  word, expires;

    word = dm_get_acquire(&slot->word);

    if (!(word & DM_WORD_PRESENT)
        || (word >> DM_WORD_REVOKED & 1)
        || (word >> DM_WORD_APP_ONLY & 1)
        || dm_word_app(word) != index
        || dm_get(&slot->user) != user)
    {
        return;
    }

    expires = word >> DM_WORD_EXPIRES;

    if (expires != 0 && now >= (int64_t) expires) {
        return;
    }

    may = dm_access_effective(word >> DM_WORD_MAY & 7,
                              (dm_flow_t) (word >> DM_WORD_FLOW & 3),
                              first_party);

    out->live = 1;
    out->dm |= (may & DM_MAY_DM_READ) && (may & DM_MAY_DM_WRITE);
}


static void
dm_user_list_read(const dm_table_t *table, const dm_view_t *view,
    uint64_t index, uint64_t user, int64_t now, dm_user_grant_t *out)
{
    uint64_t    n, flags;
    dm_blob_t  *blob;
    dm_link_t  *links;

    blob = dm_view_blob(view, index);
    flags = blob ? dm_get(&blob->flags) : 0;

    out->app_known = 1;
    out->app_suspended = (flags & DM_APP_SUSPENDED) != 0;

    links = dm_state_links(view->state, view->slots);

    n = dm_get_acquire(&links[dm_user_list(index, user, view->slots)].head);

    while (n != 0 && n <= view->slots) {
        dm_user_slot(&dm_state_slots(view->state)[n - 1], index, user,
                     (flags & DM_APP_FIRST_PARTY) != 0, now, out);

        n = dm_get(&links[n - 1].next);

        if (!dm_view_same(table, view)) {
            return;
        }
    }
}


int
dm_table_user(const dm_table_t *table, dm_str_t app, uint64_t user,
    int64_t now, dm_user_grant_t *out)
{
    int        rc;
    uint64_t   index;
    dm_view_t  view;

    do {
        memset(out, 0, sizeof(dm_user_grant_t));

        rc = dm_view_open(table, &view);
        if (rc < 0) {
            return -1;
        }

        if (rc == 1 && (!view.users || view.slots == 0)) {
            rc = -1;
        }

        index = rc == 1 ? dm_view_find(table, &view, app) : 0;

        if (index != 0) {
            dm_user_list_read(table, &view, index, user, now, out);
        }

    } while (rc == 0 || !dm_view_unchanged(table, &view));

    return rc;
}


int
dm_table_users(const dm_table_t *table)
{
    int        rc;
    dm_view_t  view;

    do {
        rc = dm_view_open(table, &view);
        if (rc < 0) {
            return -1;
        }

    } while (rc == 0 || !dm_view_same(table, &view));

    return view.users != 0;
}


/* A string as dm_blob_write() leaves it, and what follows. */
static const char *
dm_blob_next(const char *p, dm_str_t *s)
{
    uint64_t  len;

    memcpy(&len, p, sizeof(len));

    s->data = p + sizeof(len);
    s->len = len;

    return s->data + dm_align(len, 8);
}


static void
dm_app_strings(const char *buf, dm_table_app_t *app)
{
    dm_str_t     s;
    const char  *p, *end;

    if (app->bytes == 0) {
        return;
    }

    end = buf + app->bytes;

    p = dm_blob_next(buf, &s);          /* the consumer key */
    p = dm_blob_next(p, &app->secret);

    app->webhooks = p;

    while (p < end) {
        p = dm_blob_next(p, &s);
        app->n_webhooks++;
    }
}


/* 1: copied; -2: too large for buf; 0: none of this state's. */
static int
dm_app_copy(const dm_view_t *view, uint64_t index, char *buf, size_t size,
    dm_table_app_t *app)
{
    uint64_t    flags, room;
    dm_blob_t  *blob;

    blob = dm_view_blob(view, index);
    if (blob == NULL) {
        return 1;
    }

    flags = dm_get(&blob->flags);
    room = (char *) view->state + view->arena - (char *) blob->strings;

    app->suspended = (flags & DM_APP_SUSPENDED) != 0;
    app->has_secret = (flags & DM_APP_HAS_SECRET) != 0;
    app->bytes = flags >> 32;

    if (app->bytes > room || app->bytes % 8 != 0) {
        return 0;
    }

    if (app->bytes > size) {
        return -2;
    }

    dm_words_get(buf, blob->strings, app->bytes);

    return 1;
}


int
dm_table_app(const dm_table_t *table, dm_str_t id, char *buf, size_t size,
    dm_table_app_t *app)
{
    int        rc, opened;
    uint64_t   index;
    dm_view_t  view;

    do {
        memset(app, 0, sizeof(dm_table_app_t));

        opened = dm_view_open(table, &view);
        if (opened < 0) {
            return -1;
        }

        index = opened ? dm_view_find(table, &view, id) : 0;
        rc = index ? dm_app_copy(&view, index, buf, size, app) : 0;

    } while (opened == 0 || !dm_view_same(table, &view));

    if (rc == 1) {
        dm_app_strings(buf, app);
    }

    return rc;
}


dm_str_t
dm_table_app_webhook(const dm_table_app_t *app, size_t n)
{
    dm_str_t     s;
    const char  *p;

    p = app->webhooks;

    do {
        p = dm_blob_next(p, &s);
    } while (n-- != 0);

    return s;
}
