/*
 * The writer's part that has to do with tokens: slots, and the lists of the
 * index of users.  A slot's key, user, app and list are for its state's life:
 * a token whose record says otherwise moves into another slot.
 */

#include "dm_table_layout.h"


#define DM_WORD_PLACE                                                         \
    ((uint64_t) DM_APP_INDEX_MAX << DM_WORD_APP | 1u << DM_WORD_APP_ONLY)


/* Counts a token's word in (1) or out (-1). */
static void
dm_word_count(dm_writer_t *w, uint64_t word, int by)
{
    dm_app_t  *app;

    if (!dm_word_lowered(word)) {
        return;
    }

    app = dm_state_app(w->state, w->arena, dm_word_app(word));

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


/* Where the list begins that a slot belongs to. */
static uint32_t *
dm_slot_list(dm_state_t *state, const dm_slot_t *slot)
{
    uint64_t  list;

    list = dm_user_list(dm_word_app(slot->word), slot->user, state->slots);

    return &dm_state_links(state, state->slots)[list].head;
}


/* A token without a user is in no list: all of an app would be in one. */
static void
dm_slot_link(dm_state_t *state, const dm_slot_t *slot)
{
    uint32_t    *head;
    uint64_t     i;
    dm_link_t   *link;

    if (!state->users || (slot->word >> DM_WORD_APP_ONLY & 1)) {
        return;
    }

    i = slot - dm_state_slots(state);
    head = dm_slot_list(state, slot);
    link = &dm_state_links(state, state->slots)[i];

    dm_set(&link->next, *head);
    dm_set_release(head, (uint32_t) (i + 1));
}


/* Links the slot taken last if the writer that took it did not live to. */
void
dm_slot_relink(dm_state_t *state)
{
    uint64_t    i;
    dm_slot_t  *slot;
    dm_link_t  *links;

    if (!state->users || state->last == 0) {
        return;
    }

    slot = &dm_state_slots(state)[state->last - 1];

    if (!(slot->word & DM_WORD_PRESENT)) {
        return;
    }

    links = dm_state_links(state, state->slots);

    for (i = *dm_slot_list(state, slot); i != 0; i = links[i - 1].next) {
        if (i == state->last) {
            return;
        }
    }

    dm_slot_link(state, slot);
}


/* The order of the stores is the proof's, in dm_table.c. */
static void
dm_slot_take(dm_state_t *state, dm_slot_t *found, const dm_record_t *record,
    uint64_t word)
{
    uint64_t    key[2];
    dm_slot_t  *slot;

    memcpy(key, record->key, DM_KEY_LEN);

    slot = dm_slot_free(state, found);

    dm_set(&state->last, slot - dm_state_slots(state) + 1);
    dm_set(&slot->key[0], key[0]);
    dm_set(&slot->key[1], key[1]);
    dm_set(&slot->user, record->user);
    dm_set_release(&slot->word, word);

    dm_set(&state->used, state->used + 1);

    if (found != slot) {
        dm_set_release(&found->word, DM_WORD_MOVED);
    }

    dm_slot_link(state, slot);
}


dm_table_rc_t
dm_token_put(dm_writer_t *w, const dm_record_t *record)
{
    uint64_t     app, word, old, key[2];
    dm_slot_t   *found;
    dm_state_t  *state;

    state = w->state;

    app = dm_app_of(w, record);
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

    if (old != 0 && found->user == record->user
        && ((old ^ word) & DM_WORD_PLACE) == 0)
    {
        dm_set_release(&found->word, word);

    } else if (state->used < state->limit) {
        dm_slot_take(state, found, record, word);

    } else {
        return DM_TABLE_FULL;
    }

    dm_set(&state->tokens, state->tokens + (old == 0));
    dm_word_count(w, old, -1);
    dm_word_count(w, word, 1);

    return DM_TABLE_OK;
}


/*
 * A writer that died while a token moved may have left two slots of one key,
 * of which the latter is not yet seen: it must not come to light later.
 */
void
dm_token_recount(dm_writer_t *w, uint64_t index, dm_table_repair_t *repair)
{
    dm_slot_t  *slot;

    slot = &dm_state_slots(w->state)[index];

    if (slot->word == 0) {
        return;
    }

    repair->used++;

    if (!(slot->word & DM_WORD_PRESENT)) {
        return;
    }

    if (dm_slot_probe(w->state, slot->key) != slot) {
        dm_set_release(&slot->word, DM_WORD_MOVED);
        return;
    }

    repair->tokens++;
    dm_word_count(w, slot->word, 1);
}
