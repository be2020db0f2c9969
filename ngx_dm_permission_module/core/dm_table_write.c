/*
 * The writer.  It may be killed between any two instructions: begin() builds
 * in the idle arena from nothing, and every step of apply() leaves the live
 * state as it was or as it shall be.  What such a writer leaves behind is room
 * taken for nothing and counters that are off; `dirty` tells, and the next
 * apply() counts anew.
 */

#include "dm_table_layout.h"


/* Counts a token's word in (1) or out (-1). */
static void
dm_word_count(dm_writer_t *w, uint64_t word, int by)
{
    dm_app_t  *app;

    if (!dm_word_lowered(word)) {
        return;
    }

    app = dm_state_app(w->state, w->arena,
                       (word >> DM_WORD_APP) & DM_APP_INDEX_MAX);

    dm_set(&app->lowered, app->lowered + by);

    if (!dm_app_first_party(w, app)) {
        dm_set(&w->state->clamped, w->state->clamped + by);
    }
}


/* The key's slot, or the free one where its probe sequence ends. */
static dm_slot_t *
dm_slot_probe(dm_state_t *state, const uint64_t key[2])
{
    uint64_t    i;
    dm_slot_t  *slot;

    for (i = dm_range(key[0], state->slots); /* void */ ; i++) {
        slot = &dm_state_slots(state)[i == state->slots ? i = 0 : i];

        if (slot->word == 0
            || ((slot->word & DM_WORD_PRESENT)
                && slot->key[0] == key[0] && slot->key[1] == key[1]))
        {
            return slot;
        }
    }
}


static dm_slot_t *
dm_slot_free(dm_state_t *state, dm_slot_t *slot)
{
    while (slot->word != 0) {
        if (++slot == dm_state_slots(state) + state->slots) {
            slot = dm_state_slots(state);
        }
    }

    return slot;
}


static dm_table_rc_t
dm_token_put(dm_writer_t *w, const dm_record_t *record)
{
    uint64_t     app, word, old, key[2];
    dm_slot_t   *slot, *found;
    dm_state_t  *state;

    state = w->state;

    app = dm_app_obtain(w, record->app);
    if (app == 0) {
        return DM_TABLE_FULL;
    }

    word = DM_WORD_PRESENT
           | (uint64_t) (record->flow & 3) << DM_WORD_FLOW
           | (uint64_t) record->app_only << DM_WORD_APP_ONLY
           | (uint64_t) record->revoked << DM_WORD_REVOKED
           | (uint64_t) (record->may & 7) << DM_WORD_MAY
           | app << DM_WORD_APP
           | (uint64_t) record->expires << DM_WORD_EXPIRES;

    memcpy(key, record->key, DM_KEY_LEN);

    found = dm_slot_probe(state, key);
    old = found->word;

    if (old != 0 && found->user == record->user) {
        dm_set_release(&found->word, word);

    } else {
        if (state->used >= state->limit) {
            return DM_TABLE_FULL;
        }

        slot = dm_slot_free(state, found);

        dm_set(&slot->key[0], key[0]);
        dm_set(&slot->key[1], key[1]);
        dm_set(&slot->user, record->user);
        dm_set_release(&slot->word, word);

        dm_set(&state->used, state->used + 1);

        if (old != 0) {
            dm_set_release(&found->word, DM_WORD_MOVED);
        }
    }

    dm_set(&state->tokens, state->tokens + (old == 0));
    dm_word_count(w, old, -1);
    dm_word_count(w, word, 1);

    return DM_TABLE_OK;
}


/* The proof is at dm_table_revision(). */
static void
dm_revision_put(dm_state_t *state, dm_str_t revision)
{
    size_t     len;
    uint64_t   next, *text;

    len = revision.len < DM_REVISION_MAX ? revision.len : DM_REVISION_MAX;
    next = dm_get_acquire(&state->revisions) + 1;
    text = state->revision[next & 1];

    __atomic_thread_fence(__ATOMIC_RELEASE);

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


/*
 * No more than needed where that is a sixteenth of the room or more: a zone
 * of just the size that dm_table_size() says has the rest for its apps, and
 * the lines of those are counted in `tokens`.  A state that fills up is built
 * anew for what its file has by then, a tenth more at least.
 */
static uint64_t
dm_slots_choose(uint64_t room, uint64_t tokens)
{
    uint64_t  need, all;

    need = dm_slots_for(tokens);
    all = room / sizeof(dm_slot_t);

    if (need > all) {
        return all / 8 * 7;
    }

    if (need > all / 16) {
        return need;
    }

    return 2 * need > all / 64 ? 2 * need : all / 64;
}


void
dm_table_begin(dm_table_t *table, uint64_t tokens)
{
    uint64_t     i, n, room, slots, heads, *p;
    dm_state_t  *state;

    state = dm_table_state(table, dm_get_acquire(&table->generation) + 1);

    /* an estimate beyond the arena only makes it full, or overflow here */
    if (tokens > table->arena) {
        tokens = table->arena;
    }

    room = table->arena - DM_STATE_SIZE;
    heads = dm_heads_for(tokens);

    if (heads > room / 64) {
        heads = room / 64;
    }

    heads &= ~(uint64_t) 1;
    slots = dm_slots_choose(room - heads * sizeof(uint32_t), tokens);

    __atomic_thread_fence(__ATOMIC_RELEASE);

    p = (uint64_t *) state;

    for (i = 0; i < sizeof(dm_state_t) / 8; i++) {
        dm_set(&p[i], 0);
    }

    p = (uint64_t *) dm_state_slots(state);
    n = (slots * sizeof(dm_slot_t) + heads * sizeof(uint32_t)) / 8;

    for (i = 0; i < n; i++) {
        dm_set(&p[i], 0);
    }

    dm_set(&state->slots, slots);
    dm_set(&state->limit, slots - slots / 10 - 1);
    dm_set(&state->heads, heads);
    dm_set(&state->heap, table->arena);
}


void
dm_table_prefetch(const dm_table_t *table, const dm_record_t *token)
{
    uint64_t     hash;
    dm_state_t  *state;

    state = dm_table_state(table, dm_get_acquire(&table->generation) + 1);

    memcpy(&hash, token->key, sizeof(hash));

    __builtin_prefetch(&dm_state_slots(state)[dm_range(hash, state->slots)],
                       1);

    if (state->heads != 0) {
        __builtin_prefetch(dm_app_head(state, token->app));
    }
}


void
dm_table_prefetch_app(const dm_table_t *table, const dm_record_t *token)
{
    uint32_t     index;
    dm_state_t  *state;

    state = dm_table_state(table, dm_get_acquire(&table->generation) + 1);

    index = state->heads != 0 ? *dm_app_head(state, token->app) : 0;

    if (index != 0) {
        __builtin_prefetch(dm_state_app(state, table->arena, index));
    }
}


dm_table_rc_t
dm_table_put(dm_table_t *table, const dm_record_t *record)
{
    dm_writer_t  w;

    w.state = dm_table_state(table, dm_get_acquire(&table->generation) + 1);
    w.arena = table->arena;

    return dm_write(&w, record);
}


void
dm_table_publish(dm_table_t *table)
{
    dm_set_release(&table->generation,
                   dm_get_acquire(&table->generation) + 1);
}


/*
 * A writer that died while a token moved may have left two slots of one key,
 * of which the latter is not yet seen: it must not come to light later.
 */
static void
dm_recount(dm_writer_t *w)
{
    uint64_t     i, used, tokens;
    dm_slot_t   *slot;
    dm_state_t  *state;

    state = w->state;
    used = 0;
    tokens = 0;

    dm_app_recount(w);
    dm_set(&state->clamped, 0);

    for (i = 0; i < state->slots; i++) {
        slot = &dm_state_slots(state)[i];

        if (slot->word == 0) {
            continue;
        }

        used++;

        if (!(slot->word & DM_WORD_PRESENT)) {
            continue;
        }

        if (dm_slot_probe(state, slot->key) != slot) {
            dm_set_release(&slot->word, DM_WORD_MOVED);
            continue;
        }

        tokens++;
        dm_word_count(w, slot->word, 1);
    }

    dm_set(&state->used, used);
    dm_set(&state->tokens, tokens);
}


dm_table_rc_t
dm_table_apply(dm_table_t *table, const dm_record_t *record)
{
    uint64_t       generation;
    dm_writer_t    w;
    dm_table_rc_t  rc;

    generation = dm_get_acquire(&table->generation);
    if (generation == 0) {
        return DM_TABLE_FULL;
    }

    w.state = dm_table_state(table, generation);
    w.arena = table->arena;

    if (dm_get_acquire(&w.state->dirty)) {
        dm_recount(&w);
    }

    dm_set(&w.state->dirty, 1);
    __atomic_thread_fence(__ATOMIC_RELEASE);

    rc = dm_write(&w, record);

    dm_set_release(&w.state->dirty, 0);

    return rc;
}
