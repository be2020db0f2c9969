/*
 * Slots are in the order of their keys but for collisions: a key lies between
 * its own place and the next free slot.  So it is the runs between free slots
 * that are sorted, one by one, and the last of them goes on at the start.
 */

#include <stdlib.h>

#include "dm_table_layout.h"
#include "dm_table_walk.h"


#define DM_WALK_WEBHOOKS  64
#define DM_WALK_NAMED     0x80000000u   /* by a token: apps count to 2^24 */


/* Slots that wait to be sorted. */
typedef struct {
    dm_slot_t  *slots;
    size_t      n;
    size_t      size;
} dm_walk_run_t;


struct dm_table_walk_s {
    dm_state_t     *state;
    uint64_t        arena;

    dm_app_t      **apps;
    uint32_t        n_apps;
    uint32_t       *numbers;            /* of the app at an index */

    dm_walk_run_t   run;
    dm_walk_run_t   last;               /* of the run that goes on at 0 */

    dm_str_t        webhooks[DM_WALK_WEBHOOKS];
};


static int
dm_walk_app_order(const void *one, const void *two)
{
    int              order;
    size_t           a_len, b_len;
    const dm_app_t  *a = *(dm_app_t *const *) one;
    const dm_app_t  *b = *(dm_app_t *const *) two;

    a_len = a->id_len;
    b_len = b->id_len;
    order = memcmp(a->id, b->id, a_len < b_len ? a_len : b_len);

    return order ? order : (a_len > b_len) - (a_len < b_len);
}


static int
dm_walk_slot_order(const void *one, const void *two)
{
    const dm_slot_t  *a = one;
    const dm_slot_t  *b = two;

    if (a->key[0] != b->key[0]) {
        return a->key[0] < b->key[0] ? -1 : 1;
    }

    return (a->key[1] > b->key[1]) - (a->key[1] < b->key[1]);
}


static void
dm_walk_mark(dm_table_walk_t *walk)
{
    uint64_t    i;
    dm_slot_t  *slot;

    slot = dm_state_slots(walk->state);

    for (i = 0; i < walk->state->slots; i++) {
        if (slot[i].word & DM_WORD_PRESENT) {
            walk->numbers[dm_word_app(slot[i].word)] = DM_WALK_NAMED;
        }
    }
}


static void
dm_walk_collect(dm_table_walk_t *walk)
{
    uint32_t  *heads;
    uint64_t   i, index;
    dm_app_t  *app;

    heads = dm_state_heads(walk->state, walk->state->slots, walk->state->users);

    for (i = 0; i < walk->state->heads; i++) {
        for (index = heads[i]; index != 0; index = app->next) {
            app = dm_state_app(walk->state, walk->arena, index);
            walk->apps[walk->n_apps++] = app;
        }
    }
}


static uint64_t
dm_walk_index(const dm_table_walk_t *walk, const dm_app_t *app)
{
    const char  *end;

    end = (const char *) walk->state + walk->arena;

    return (end - (const char *) app) / DM_APP_UNIT;
}


static int
dm_walk_apps(dm_table_walk_t *walk)
{
    uint32_t  i;
    uint64_t  units;

    units = (walk->arena - walk->state->heap) / DM_APP_UNIT;

    walk->numbers = calloc(units + 1, sizeof(uint32_t));
    walk->apps = malloc((walk->state->apps + 1) * sizeof(dm_app_t *));

    if (walk->numbers == NULL || walk->apps == NULL) {
        return -1;
    }

    dm_walk_mark(walk);
    dm_walk_collect(walk);

    qsort(walk->apps, walk->n_apps, sizeof(dm_app_t *), dm_walk_app_order);

    for (i = 0; i < walk->n_apps; i++) {
        walk->numbers[dm_walk_index(walk, walk->apps[i])] |= i;
    }

    return 0;
}


dm_table_walk_t *
dm_table_walk_create(const dm_table_t *table)
{
    uint64_t          generation;
    dm_table_walk_t  *walk;

    generation = dm_get_acquire(&table->generation);

    walk = generation ? calloc(1, sizeof(dm_table_walk_t)) : NULL;
    if (walk == NULL) {
        return NULL;
    }

    walk->state = dm_table_state(table, generation);
    walk->arena = table->arena;

    if (dm_walk_apps(walk) != 0) {
        dm_table_walk_destroy(walk);
        return NULL;
    }

    return walk;
}


void
dm_table_walk_destroy(dm_table_walk_t *walk)
{
    free(walk->apps);
    free(walk->numbers);
    free(walk->run.slots);
    free(walk->last.slots);
    free(walk);
}


/* The string at *p, which then is behind it. */
static dm_str_t
dm_walk_string(const uint64_t **p)
{
    dm_str_t  s;

    s.len = **p;
    s.data = (const char *) (*p + 1);

    *p += 1 + dm_align(s.len, 8) / 8;

    return s;
}


static void
dm_walk_blob(dm_table_walk_t *walk, const dm_blob_t *blob, dm_record_t *record)
{
    const uint64_t  *p, *end;

    p = blob->strings;
    end = p + (blob->flags >> 32) / 8;

    record->kind = DM_RECORD_APP;
    record->consumer_key = dm_walk_string(&p);
    record->secret = dm_walk_string(&p);
    record->webhooks = walk->webhooks;

    while (p < end) {
        walk->webhooks[record->n_webhooks++] = dm_walk_string(&p);
    }

    record->has_consumer_key = (blob->flags & DM_APP_HAS_KEY) != 0;
    record->has_secret = (blob->flags & DM_APP_HAS_SECRET) != 0;
    record->first_party = (blob->flags & DM_APP_FIRST_PARTY) != 0;
    record->suspended = (blob->flags & DM_APP_SUSPENDED) != 0;
}


int
dm_table_walk_apps(dm_table_walk_t *walk, dm_table_visit_pt visit, void *data)
{
    int          rc;
    uint32_t     i;
    dm_app_t    *app;
    dm_record_t  record;

    for (i = 0; i < walk->n_apps; i++) {
        app = walk->apps[i];

        memset(&record, 0, sizeof(dm_record_t));
        record.kind = walk->numbers[dm_walk_index(walk, app)] & DM_WALK_NAMED
                      ? DM_RECORD_END : DM_RECORD_APP;
        record.app.data = (const char *) app->id;
        record.app.len = app->id_len;

        if (app->blob != 0) {
            dm_walk_blob(walk, (dm_blob_t *) ((char *) walk->state + app->blob),
                         &record);
        }

        rc = visit(data, &record, i);
        if (rc != 0) {
            return rc;
        }
    }

    return 0;
}


static int
dm_walk_push(dm_walk_run_t *run, const dm_slot_t *slot)
{
    size_t      size;
    dm_slot_t  *slots;

    if (run->n == run->size) {
        size = run->size ? run->size * 2 : 256;

        slots = realloc(run->slots, size * sizeof(dm_slot_t));
        if (slots == NULL) {
            return -1;
        }

        run->slots = slots;
        run->size = size;
    }

    run->slots[run->n++] = *slot;

    return 0;
}


/* Visits the run and empties it. */
static int
dm_walk_visit(dm_table_walk_t *walk, dm_table_visit_pt visit, void *data)
{
    int          rc;
    size_t       i, n;
    uint32_t     app;
    dm_slot_t   *slot;
    dm_record_t  record;

    n = walk->run.n;
    walk->run.n = 0;

    if (n > 1) {
        qsort(walk->run.slots, n, sizeof(dm_slot_t), dm_walk_slot_order);
    }

    memset(&record, 0, sizeof(dm_record_t));
    record.kind = DM_RECORD_TOKEN;

    for (i = 0; i < n; i++) {
        slot = &walk->run.slots[i];
        app = walk->numbers[dm_word_app(slot->word)] & ~DM_WALK_NAMED;

        memcpy(record.key, slot->key, DM_KEY_LEN);
        record.app.data = (const char *) walk->apps[app]->id;
        record.app.len = walk->apps[app]->id_len;
        record.user = slot->user;
        record.expires = (uint32_t) (slot->word >> DM_WORD_EXPIRES);
        record.may = (slot->word >> DM_WORD_MAY) & 7;
        record.flow = (slot->word >> DM_WORD_FLOW) & 3;
        record.app_only = (slot->word >> DM_WORD_APP_ONLY) & 1;
        record.revoked = (slot->word >> DM_WORD_REVOKED) & 1;

        rc = visit(data, &record, app);
        if (rc != 0) {
            return rc;
        }
    }

    return 0;
}


int
dm_table_walk_tokens(dm_table_walk_t *walk, dm_table_visit_pt visit,
    void *data)
{
    int             rc;
    uint64_t        i, slots;
    dm_slot_t      *slot;
    dm_walk_run_t  *run;

    slots = walk->state->slots;
    walk->run.n = 0;
    walk->last.n = 0;

    for (i = 0; i < slots; i++) {
        slot = &dm_state_slots(walk->state)[i];

        if (slot->word & DM_WORD_PRESENT) {
            run = dm_range(slot->key[0], slots) > i ? &walk->last : &walk->run;

            if (dm_walk_push(run, slot) != 0) {
                return -1;
            }

        } else if (slot->word == 0) {
            rc = dm_walk_visit(walk, visit, data);
            if (rc != 0) {
                return rc;
            }
        }
    }

    for (i = 0; i < walk->last.n; i++) {
        if (dm_walk_push(&walk->run, &walk->last.slots[i]) != 0) {
            return -1;
        }
    }

    return dm_walk_visit(walk, visit, data);
}
