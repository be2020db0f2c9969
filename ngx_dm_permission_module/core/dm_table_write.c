/*
 * The writer.  It may be killed between any two instructions: begin() builds
 * in the idle arena from nothing, and every step of apply() leaves the live
 * state as it was or as it shall be.  What such a writer leaves behind is room
 * taken for nothing, counters that are off, and a token that its user's list
 * does not have yet; an odd number of changes tells, and the next apply() sets
 * it right.
 */

#include "dm_table_layout.h"


/* The proof is at dm_table_revision(). */
static void
dm_revision_put(dm_state_t *state, dm_str_t revision)
{
    size_t     len;
    uint64_t   next, *text;

    len = revision.len < DM_REVISION_MAX ? revision.len : DM_REVISION_MAX;
    next = dm_get_acquire(&state->revisions) + 1;
    text = state->revision[next & 1];

    dm_fence_release();

    dm_set(&text[0], len);
    dm_words_set(&text[1], revision.data, len);

    dm_set_release(&state->revisions, next);
}


static dm_table_rc_t
dm_write(dm_writer_t *w, const dm_record_t *record)
{
    switch (record->kind) {

    case DM_RECORD_APP:
        return dm_app_put(w, record);

    case DM_RECORD_TOKEN:
        return dm_token_put(w, record);

    case DM_RECORD_TABLE:
        dm_revision_put(w->state, record->revision);
        return DM_TABLE_OK;

    default:
        return DM_TABLE_OK;
    }
}


/* What the arrays of a state take of its arena. */
typedef struct {
    uint64_t  slots;
    uint64_t  heads;
} dm_begin_t;


/*
 * No more than needed where that is a sixteenth of the room or more: a zone
 * of just the size that dm_table_size() says has the rest for its apps.  A
 * state that fills up is built anew for what its file has by then, a tenth
 * more at least.
 */
static uint64_t
dm_slots_choose(uint64_t room, uint64_t lines, uint64_t bytes)
{
    uint64_t  need, all;

    need = dm_slots_for(lines);
    all = room / bytes;

    if (need > all) {
        return all / 8 * 7;
    }

    if (need > all / 16) {
        return need;
    }

    return 2 * need > all / 64 ? 2 * need : all / 64;
}


static void
dm_begin_choose(const dm_table_t *table, uint64_t lines, uint64_t app_bytes,
    unsigned users, dm_begin_t *begin)
{
    uint64_t  room, bytes, need;

    room = table->arena - DM_STATE_SIZE;
    bytes = dm_slot_bytes(users);

    /* an estimate beyond the arena only makes it full, or overflow here */
    if (lines > table->arena) {
        lines = table->arena;
    }

    begin->heads = dm_heads_for(lines);

    if (begin->heads > room / 64) {
        begin->heads = room / 64;
    }

    begin->heads &= ~(uint64_t) 1;
    room -= begin->heads * sizeof(uint32_t);

    if (app_bytes == 0) {
        begin->slots = dm_slots_choose(room, lines, bytes);

    } else {
        need = dm_slots_for(lines);
        room -= room < app_bytes ? room : app_bytes;
        begin->slots = need < room / bytes ? need : room / bytes;
    }

    /* a link counts to 2^32 - 1 */
    if (users && begin->slots > UINT32_MAX) {
        begin->slots = UINT32_MAX;
    }
}


unsigned
dm_table_has_more(const dm_table_t *table, uint64_t lines, uint64_t app_bytes,
    unsigned users)
{
    dm_begin_t  begin;

    dm_begin_choose(table, lines, app_bytes, users, &begin);

    return dm_slots_limit(begin.slots)
           > dm_table_state(table, dm_get_acquire(&table->generation) + 1)
             ->used;
}


/* A stale reader may look on: words, not memset(). */
static void
dm_words_clear(uint64_t *words, uint64_t n)
{
    uint64_t  i;

    for (i = 0; i < n; i++) {
        dm_set(&words[i], 0);
    }
}


void
dm_table_begin(dm_table_t *table, uint64_t lines, uint64_t app_bytes,
    unsigned users)
{
    dm_begin_t   begin;
    dm_state_t  *state;

    state = dm_table_state(table, dm_get_acquire(&table->generation) + 1);

    dm_begin_choose(table, lines, app_bytes, users, &begin);

    dm_fence_release();

    dm_words_clear((uint64_t *) state, sizeof(dm_state_t) / 8);

    dm_set(&state->slots, begin.slots);
    dm_set(&state->limit, dm_slots_limit(begin.slots));
    dm_set(&state->heads, begin.heads);
    dm_set(&state->users, users != 0);
    dm_set(&state->heap, table->arena);
    dm_set(&state->unclear, begin.slots * dm_slot_bytes(users)
                            + begin.heads * sizeof(uint32_t));
}


/* From the end of the arrays to their start; all are of whole words. */
static unsigned
dm_state_clear(dm_state_t *state, uint64_t bytes)
{
    uint64_t  left;

    left = state->unclear - (bytes < state->unclear ? bytes : state->unclear);

    dm_words_clear((uint64_t *) dm_state_slots(state) + left / 8,
                   (state->unclear - left) / 8);

    dm_set(&state->unclear, left);

    return left != 0;
}


unsigned
dm_table_clear(dm_table_t *table, uint64_t bytes)
{
    dm_state_t  *state;

    state = dm_table_state(table, dm_get_acquire(&table->generation) + 1);

    return dm_state_clear(state, bytes);
}


static uint32_t
dm_found_place(const dm_record_t *token)
{
    return token->found ? token->found->place : 0;
}


void
dm_table_prefetch(const dm_table_t *table, const dm_record_t *token)
{
    uint64_t     hash, slot;
    dm_state_t  *state;

    state = dm_table_state(table, dm_get_acquire(&table->generation) + 1);

    memcpy(&hash, token->key, sizeof(hash));
    slot = dm_range(hash, state->slots);

    __builtin_prefetch(&dm_state_slots(state)[slot], 1);

    if (state->users) {
        __builtin_prefetch(&dm_state_links(state, state->slots)[slot], 1);
    }

    if (state->heads != 0 && dm_found_place(token) == 0) {
        __builtin_prefetch(dm_app_head(state, token->app));
    }
}


void
dm_table_prefetch_app(const dm_table_t *table, const dm_record_t *token)
{
    uint32_t     index;
    uint64_t     list;
    dm_state_t  *state;

    state = dm_table_state(table, dm_get_acquire(&table->generation) + 1);

    index = dm_found_place(token);

    if (index == 0 && state->heads != 0) {
        index = *dm_app_head(state, token->app);
    }

    if (index == 0) {
        return;
    }

    __builtin_prefetch(dm_state_app(state, table->arena, index));

    if (state->users) {
        list = dm_user_list(index, token->user, state->slots);
        __builtin_prefetch(&dm_state_links(state, state->slots)[list], 1);
    }
}


dm_table_rc_t
dm_table_put(dm_table_t *table, const dm_record_t *record)
{
    dm_writer_t  w;

    w.state = dm_table_state(table, dm_get_acquire(&table->generation) + 1);
    w.arena = table->arena;

    if (w.state->unclear != 0) {
        (void) dm_state_clear(w.state, UINT64_MAX);
    }

    return dm_write(&w, record);
}


void
dm_table_publish(dm_table_t *table)
{
    (void) dm_table_clear(table, UINT64_MAX);

    dm_set_release(&table->generation,
                   dm_get_acquire(&table->generation) + 1);
}


/* Why the numbers: see the proof in dm_table.c. */
static void
dm_changes_begin(dm_state_t *state)
{
    dm_set_release(&state->changes, (state->changes + 1) | 1);
    dm_fence_release();
}


static void
dm_changes_end(dm_state_t *state)
{
    dm_set_release(&state->changes, state->changes + 1);
}


/* Whether there is a live state. */
static unsigned
dm_writer_live(dm_table_t *table, dm_writer_t *w)
{
    uint64_t  generation;

    generation = dm_get_acquire(&table->generation);

    w->state = dm_table_state(table, generation);
    w->arena = table->arena;

    return generation != 0;
}


static void
dm_repair_begin(dm_writer_t *w, dm_table_repair_t *repair)
{
    memset(repair, 0, sizeof(dm_table_repair_t));
    repair->begun = 1;

    dm_changes_begin(w->state);
    dm_set(&w->state->clamped, 0);
}


static void
dm_repair_end(dm_writer_t *w, dm_table_repair_t *repair)
{
    repair->begun = 0;

    dm_slot_relink(w->state);

    dm_set(&w->state->apps, repair->apps);
    dm_set(&w->state->used, repair->used);
    dm_set(&w->state->tokens, repair->tokens);

    dm_changes_end(w->state);
}


unsigned
dm_table_repair(dm_table_t *table, dm_table_repair_t *repair, uint64_t steps)
{
    uint64_t     n, apps, heads;
    dm_writer_t  w;

    if (!dm_writer_live(table, &w)
        || (dm_get_acquire(&w.state->changes) & 1) == 0)
    {
        return 0;
    }

    if (!repair->begun) {
        dm_repair_begin(&w, repair);
    }

    heads = w.state->heads;

    for (n = 0; n < steps && repair->at < heads + w.state->slots; n++) {

        if (repair->at < heads) {
            apps = dm_app_recount(&w, repair->at);
            repair->apps += apps;
            n += apps;

        } else {
            dm_token_recount(&w, repair->at - heads, repair);
        }

        repair->at++;
    }

    if (repair->at < heads + w.state->slots) {
        return 1;
    }

    dm_repair_end(&w, repair);

    return 0;
}


dm_table_rc_t
dm_table_apply(dm_table_t *table, const dm_record_t *record)
{
    dm_writer_t        w;
    dm_table_rc_t      rc;
    dm_table_repair_t  repair;

    if (!dm_writer_live(table, &w)) {
        return DM_TABLE_FULL;
    }

    if (dm_get_acquire(&w.state->changes) & 1) {
        repair.begun = 0;
        (void) dm_table_repair(table, &repair, UINT64_MAX);
    }

    dm_changes_begin(w.state);
    rc = dm_write(&w, record);
    dm_changes_end(w.state);

    return rc;
}
