/*
 * Readers and the layout.
 *
 * This proof is tried as well: t/unit/test_table_orders.c runs each reader
 * once for every way that C11 lets its loads return what a writer stored, and
 * again with each order, fence and second look named here taken out, to see
 * that it is needed.
 *
 * A reader loads the generation G (acquire), reads from arena G & 1 with
 * atomic loads, passes an acquire fence and loads the generation again.  If it
 * is still G, all that was read belongs to one state:
 *
 *  - What the state held when it was published is visible: publish() stores G
 *    with release, the reader loaded it with acquire.
 *  - Nothing of a later state of the same arena was read.  begin() runs after
 *    G + 1 was stored (it loads it with acquire, whoever stored it), and
 *    passes a release fence before its first store to the arena.  Had one of
 *    the reader's loads seen a store of begin() or of clear() or put(), which
 *    the same process calls after it, that fence and the reader's would
 *    synchronize (C11 7.17.4), G + 1 would happen before the reader's second
 *    load, and that load could not return G.
 *  - It cannot be G again after having been something else: it only grows,
 *    and 64 bits do not overflow.  So the reader may have slept for as long as
 *    it likes, and through any number of replacements.
 *
 * A reader that slept through a replacement reads garbage until it looks
 * again.  Every offset it takes from memory is therefore checked against the
 * arena, which never changes; the number of slots is one that fits in every
 * state, and a probe ends after as many steps.
 *
 * Changes to the live state (apply()) do not move the generation:
 *
 *  - The key and the user of a slot are written while its word is 0, which
 *    ends every probe, and never again: whoever loads a word other than 0
 *    with acquire sees both.  A later record of the token with the same user
 *    and app is one store of the word.  With others it goes into a new slot,
 *    and then the word of the old one becomes DM_WORD_MOVED: before that the
 *    old slot answers, for it comes first, after it the new one does.
 *  - A writer that dies before it stored the word leaves a free slot; the next
 *    token that probes there takes it, and nobody read the key left behind.
 *  - An app's blob is immutable and complete before its offset is stored with
 *    release, and its memory is not used again: an offset never comes back.
 *  - A grant is of one moment: there was one when the slot had that word and
 *    the app that blob.  Word (acquire), offset (acquire), blob, word again
 *    (acquire), offset again; any that is another than before, and the reader
 *    begins anew.  Let W be the store that the second load of the word saw
 *    and B that of the offset, the same both times.  Had the offset changed
 *    after B and before W, the second load of it would have seen that, for W
 *    is a release.  Had the word changed after W and before B, the second load
 *    of it would have, for B is one.  So both were in force together.  (The
 *    word alone is not enough: it may go and come back with the app changing
 *    twice meanwhile, of which the reader saw the first.)
 *  - That a key has no slot is true when the probe sees the word 0 at its end:
 *    a key that was there is in a slot before that one, or moved to one that
 *    the acquire load of DM_WORD_MOVED makes visible.
 *
 * An answer about a user of an app (dm_table_user()) is of many slots, which
 * are read one after the other:
 *
 *  - `changes` gets a new odd number, and a release fence, before a record's
 *    first store, and a new even one with release after its last.  A reader
 *    loads it with acquire before it reads, passes an acquire fence and loads
 *    it again.  If it is the same, all records before that number were seen
 *    whole, and none after it at all, by the argument of begin() above.
 *  - So one record at most was seen in part.  Of its stores one alone bears
 *    on an app and a user: that of the word where the token stays in its slot
 *    or leaves them, that of the list's head where it comes to them (the link
 *    follows the word and DM_WORD_MOVED: no token is ever in two lists), that
 *    of the blob's offset if it is an app's.  In part is before it or after.
 *    (An app that was not known is, before the first token that names it.)
 *  - A writer that died leaves an odd number and the state before or after
 *    that one store; no reader waits for an even one.  The next writer sets
 *    right what it left under a number of its own, then it goes on.
 *  - Lists grow at their heads only, and a slot never leaves its list: a walk
 *    comes to the end that it had when it began.  In a state that is being
 *    built anew it may not: after each step the generation is loaded again,
 *    behind an acquire fence, and the walk ends once it has moved.
 */

#include "dm_table_layout.h"


#define DM_ARENA_MIN  2048


dm_table_t *
dm_table_init(void *memory, size_t size)
{
    uint64_t     arena;
    dm_table_t  *table;

    if (size < sizeof(dm_table_t) + 2 * DM_ARENA_MIN) {
        return NULL;
    }

    arena = (size - sizeof(dm_table_t)) / 2 / DM_APP_UNIT * DM_APP_UNIT;

    table = memory;

    dm_set_release(&table->generation, 0);

    table->size = size;
    table->arena = arena;

    memset(dm_table_state(table, 0), 0, DM_STATE_SIZE);
    memset(dm_table_state(table, 1), 0, DM_STATE_SIZE);

    return table;
}


/*
 * The room for apps grows by an eighth, as the room for tokens by a tenth: a
 * replaced app record leaves its old blob behind.
 */
size_t
dm_table_size(uint64_t lines, uint64_t app_bytes, unsigned users)
{
    uint64_t  arena;

    arena = DM_STATE_SIZE + dm_slots_for(lines) * dm_slot_bytes(users)
            + dm_heads_for(lines + lines / 10) * sizeof(uint32_t)
            + app_bytes + app_bytes / 8;

    if (arena < DM_ARENA_MIN) {
        arena = DM_ARENA_MIN;
    }

    arena = dm_align(arena, DM_APP_UNIT);

    return sizeof(dm_table_t) + 2 * arena;
}


size_t
dm_table_bytes(const dm_table_t *table)
{
    return table->size;
}


/* Whether the consumer key of the blob at `offset` is `key`. */
static unsigned
dm_grant_consumer(dm_state_t *state, uint64_t arena, uint64_t offset,
    dm_str_t key)
{
    dm_blob_t  *blob;

    blob = (dm_blob_t *) ((char *) state + offset);

    return dm_get(&blob->strings[0]) == key.len
           && offset + sizeof(dm_blob_t) + 8 + dm_align(key.len, 8) <= arena
           && dm_words_are(&blob->strings[1], key);
}


/* What the app adds.  0 where the offset is not one of this state's. */
static int
dm_grant_app(dm_state_t *state, uint64_t arena, uint64_t offset,
    dm_str_t consumer, dm_grant_t *grant)
{
    uint64_t    flags;
    dm_blob_t  *blob;

    if (offset == 0) {
        grant->app_suspended = 0;
        grant->app_first_party = 0;
        grant->app_has_key = 0;
        grant->consumer_same = 0;
        return 1;
    }

    if (offset % 8 != 0 || offset > arena - sizeof(dm_blob_t) - 8) {
        return 0;
    }

    blob = (dm_blob_t *) ((char *) state + offset);
    flags = dm_get(&blob->flags);

    grant->app_suspended = (flags & DM_APP_SUSPENDED) != 0;
    grant->app_first_party = (flags & DM_APP_FIRST_PARTY) != 0;
    grant->app_has_key = (flags & DM_APP_HAS_KEY) != 0;

    grant->consumer_same = dm_grant_consumer(state, arena, offset, consumer);

    return 1;
}


static void
dm_grant_word(uint64_t word, dm_grant_t *grant)
{
    grant->expires = (uint32_t) (word >> DM_WORD_EXPIRES);
    grant->app = dm_word_app(word);
    grant->may = (word >> DM_WORD_MAY) & 7;
    grant->flow = (word >> DM_WORD_FLOW) & 3;
    grant->revoked = (word >> DM_WORD_REVOKED) & 1;
    grant->app_only = (word >> DM_WORD_APP_ONLY) & 1;
}


/*
 * The grant of a slot that had `word`.  1; 0 where the word or its app is not
 * one of this state's; -1 where the token or its app changed meanwhile.
 */
static int
dm_grant_read(dm_state_t *state, uint64_t arena, const dm_slot_t *slot,
    uint64_t word, dm_str_t consumer, dm_grant_t *grant)
{
    uint64_t   offset;
    dm_app_t  *app;

    grant->user = dm_get(&slot->user);
    dm_grant_word(word, grant);

    if (grant->app == 0
        || grant->app > (arena - DM_STATE_SIZE) / DM_APP_UNIT)
    {
        return 0;
    }

    app = dm_state_app(state, arena, grant->app);
    offset = dm_get_acquire(&app->blob);

    if (!dm_grant_app(state, arena, offset, consumer, grant)) {
        return 0;
    }

    return dm_get_acquire(&slot->word) == word && dm_get(&app->blob) == offset
           ? 1 : -1;
}


/* The key's slot and the word it had, or NULL. */
static dm_slot_t *
dm_slot_find(dm_state_t *state, const uint64_t key[2], uint64_t *word)
{
    uint64_t    i, n, slots;
    dm_slot_t  *slot, *first;

    slots = dm_get(&state->slots);
    first = dm_state_slots(state);
    i = dm_range(key[0], slots);
    *word = 0;

    for (n = 0; n < slots; n++) {
        slot = &first[i];
        *word = dm_get_acquire(&slot->word);

        if (*word == 0) {
            return NULL;
        }

        if ((*word & DM_WORD_PRESENT)
            && dm_get(&slot->key[0]) == key[0]
            && dm_get(&slot->key[1]) == key[1])
        {
            return slot;
        }

        if (++i == slots) {
            i = 0;
        }
    }

    return NULL;
}


int
dm_table_find(const dm_table_t *table, const uint8_t key[DM_KEY_LEN],
    dm_str_t consumer, dm_grant_t *grant)
{
    int          found;
    uint64_t     word, k[2];
    dm_slot_t   *slot;
    dm_state_t  *state;

    memcpy(k, key, DM_KEY_LEN);

    for ( ;; ) {
        grant->generation = dm_get_acquire(&table->generation);
        if (grant->generation == 0) {
            return -1;
        }

        state = dm_table_state(table, grant->generation);
        slot = dm_slot_find(state, k, &word);

        found = slot ? dm_grant_read(state, table->arena, slot, word, consumer,
                                     grant)
                     : 0;

        dm_fence_acquire();

        if (dm_get(&table->generation) == grant->generation && found >= 0) {
            return found;
        }
    }
}


size_t
dm_table_app_id(const dm_table_t *table, const dm_grant_t *grant,
    char out[64])
{
    size_t     len;
    dm_app_t  *app;

    if (grant->app == 0
        || grant->app > (table->arena - DM_STATE_SIZE) / DM_APP_UNIT)
    {
        return 0;
    }

    app = dm_state_app(dm_table_state(table, grant->generation), table->arena,
                       grant->app);
    len = dm_get(&app->id_len);

    /* an app of more than 32 bytes has a second unit */
    if (len > DM_APP_ID_MAX || (len > 32 && grant->app < 2)) {
        return 0;
    }

    dm_words_get(out, app->id, len);

    dm_fence_acquire();

    return dm_get(&table->generation) == grant->generation ? len : 0;
}


/*
 * revisions is a generation of its own: its next value but one overwrites the
 * text that this one selects, after a release fence, so that the argument at
 * the top of this file holds for it as well.
 */
size_t
dm_table_revision(const dm_table_t *table, char out[DM_REVISION_MAX])
{
    size_t       len;
    uint64_t     generation, revisions, *text;
    dm_state_t  *state;

    for ( ;; ) {
        generation = dm_get_acquire(&table->generation);
        if (generation == 0) {
            return 0;
        }

        state = dm_table_state(table, generation);
        revisions = dm_get_acquire(&state->revisions);
        text = state->revision[revisions & 1];
        len = dm_get(&text[0]);

        if (len > DM_REVISION_MAX) {
            len = 0;
        }

        dm_words_get(out, &text[1], len);

        dm_fence_acquire();

        if (dm_get(&state->revisions) == revisions
            && dm_get(&table->generation) == generation)
        {
            return len;
        }
    }
}


void
dm_table_info(const dm_table_t *table, dm_table_info_t *info)
{
    dm_state_t  *state;

    do {
        memset(info, 0, sizeof(dm_table_info_t));
        info->bytes_size = table->arena;
        info->generation = dm_get_acquire(&table->generation);

        if (info->generation == 0) {
            return;
        }

        state = dm_table_state(table, info->generation);

        info->tokens = dm_get(&state->tokens);
        info->apps = dm_get(&state->apps);
        info->clamped = dm_get(&state->clamped);
        info->bytes_used = DM_STATE_SIZE
                           + dm_get(&state->used)
                             * dm_slot_bytes(dm_get(&state->users))
                           + dm_get(&state->heads) * sizeof(uint32_t)
                           + table->arena - dm_get(&state->heap);
        info->revision_len = dm_table_revision(table, info->revision);

        dm_fence_acquire();

    } while (dm_get(&table->generation) != info->generation);
}
