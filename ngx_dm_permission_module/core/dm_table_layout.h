/*
 * How a table lies in memory; for dm_table*.c only.
 *
 *     header | arena 0 | arena 1
 *
 *     arena: state | token slots | links | app heads | free | apps and blobs
 *
 * Everything is found by offset.  The slots begin at a fixed place and the
 * apps are counted from the arena's end, so that a reader of a token needs one
 * number of the state, and a wrong one (see the proof in dm_table.c) stays in
 * bounds.  The links are there where the state has the index of users.
 */

#ifndef DM_TABLE_LAYOUT_H
#define DM_TABLE_LAYOUT_H

#include <string.h>

#include "dm_table.h"
#include "dm_table_access.h"


#define DM_APP_UNIT       64            /* an app's index counts these */
#define DM_APP_INDEX_MAX  0xffffffu
#define DM_APP_ID_MAX     64

#define DM_APP_FIRST_PARTY  0x1u
#define DM_APP_SUSPENDED    0x2u
#define DM_APP_HAS_KEY      0x4u
#define DM_APP_HAS_SECRET   0x8u

/*
 * The word of a slot.  0: free.  DM_WORD_MOVED: the key goes on further down
 * the probe sequence.  Otherwise, from bit 0: present, flow (2), app_only,
 * revoked, may (3), app (24), expires (32).
 */
#define DM_WORD_PRESENT   0x1u
#define DM_WORD_MOVED     0x2u
#define DM_WORD_FLOW      1
#define DM_WORD_APP_ONLY  3
#define DM_WORD_REVOKED   4
#define DM_WORD_MAY       5
#define DM_WORD_APP       8
#define DM_WORD_EXPIRES   32

#define dm_align(n, to)   (((n) + (to) - 1) & ~((uint64_t) (to) - 1))


struct dm_table_s {
    uint64_t  size;
    uint64_t  arena;                    /* bytes of one */
    uint64_t  generation;               /* bit 0: the live arena; 0: none */
    uint64_t  reserved[5];
};


typedef struct {
    uint64_t  slots;
    uint64_t  limit;                    /* slots that may be taken */
    uint64_t  used;
    uint64_t  tokens;
    uint64_t  apps;
    uint64_t  clamped;
    uint64_t  heads;
    uint64_t  users;                    /* 1: there are links */
    uint64_t  heap;                     /* offset of the lowest app or blob */
    uint64_t  changes;                  /* odd: a writer is, or died, in one */
    uint64_t  last;                     /* the slot taken last, from 1 */
    uint64_t  unclear;                  /* bytes of arrays not yet emptied */
    uint64_t  revisions;                /* bit 0: the current one below */
    uint64_t  revision[2][1 + DM_REVISION_MAX / 8];
} dm_state_t;


typedef struct {
    uint64_t  key[DM_KEY_LEN / 8];
    uint64_t  user;
    uint64_t  word;
} dm_slot_t;


/*
 * The index of users: as many lists as slots.  The list of an app and a user
 * begins at the head of the link that both select; the next of a link is that
 * of its slot.  Slots count from 1, 0 ends a list.
 */
typedef struct {
    uint32_t  head;
    uint32_t  next;
} dm_link_t;


typedef struct {
    uint64_t  blob;                     /* offset of a dm_blob_t, 0: defaults */
    uint64_t  id_len;
    uint64_t  next;
    uint64_t  lowered;                  /* tokens lowered if not first-party */
    uint64_t  id[];
} dm_app_t;


/*
 * Then the consumer key, the secret and the webhooks: each a word for its
 * length and padded.
 */
typedef struct {
    uint64_t  flags;                    /* and the bytes of strings << 32 */
    uint64_t  strings[];
} dm_blob_t;


/* What a reader by app id needs of a state; checked against the arena. */
typedef struct {
    dm_state_t  *state;
    uint64_t     arena;
    uint64_t     generation;
    uint64_t     changes;
    uint64_t     slots;
    uint64_t     heads;
    uint64_t     users;
} dm_view_t;


/* A state that a writer builds or changes. */
typedef struct {
    dm_state_t  *state;
    uint64_t     arena;
} dm_writer_t;


/* dm_table_apps.c; the first two are 0 where there is no room. */
uint64_t dm_app_obtain(dm_writer_t *w, dm_str_t id);
uint64_t dm_app_of(dm_writer_t *w, const dm_record_t *token);
uint32_t *dm_app_head(dm_state_t *state, dm_str_t id);
uint64_t dm_app_hash(dm_str_t id);
unsigned dm_app_first_party(dm_writer_t *w, const dm_app_t *app);
dm_table_rc_t dm_app_put(dm_writer_t *w, const dm_record_t *record);

/* dm_table_tokens.c */
dm_table_rc_t dm_token_put(dm_writer_t *w, const dm_record_t *record);

/*
 * What sets right what a writer that died left: all lists of apps, with the
 * number of apps in each, then all slots, then the list of the last of them.
 */
uint64_t dm_app_recount(dm_writer_t *w, uint64_t head);
void dm_token_recount(dm_writer_t *w, uint64_t index,
    dm_table_repair_t *repair);
void dm_slot_relink(dm_state_t *state);


#define DM_STATE_SIZE  dm_align(sizeof(dm_state_t), DM_APP_UNIT)


static inline dm_state_t *
dm_table_state(const dm_table_t *table, uint64_t generation)
{
    return (dm_state_t *) ((char *) (uintptr_t) table + sizeof(dm_table_t)
                           + (generation & 1) * table->arena);
}


static inline dm_slot_t *
dm_state_slots(dm_state_t *state)
{
    return (dm_slot_t *) ((char *) state + DM_STATE_SIZE);
}


static inline dm_app_t *
dm_state_app(dm_state_t *state, uint64_t arena, uint64_t index)
{
    return (dm_app_t *) ((char *) state + arena - index * DM_APP_UNIT);
}


static inline uint64_t
dm_slot_bytes(uint64_t users)
{
    return sizeof(dm_slot_t) + (users ? sizeof(dm_link_t) : 0);
}


static inline dm_link_t *
dm_state_links(dm_state_t *state, uint64_t slots)
{
    return (dm_link_t *) (dm_state_slots(state) + slots);
}


static inline uint32_t *
dm_state_heads(dm_state_t *state, uint64_t slots, uint64_t users)
{
    return (uint32_t *) ((char *) dm_state_slots(state)
                         + slots * dm_slot_bytes(users));
}


/*
 * Half a SHA-256 is as even as a hash gets: the upper bits of the product
 * with the range are a slot (or a head), without a division.
 */
static inline uint64_t
dm_range(uint64_t hash, uint64_t range)
{
    return (uint64_t) (((unsigned __int128) hash * range) >> 64);
}


/* Which list a user of an app is in; app: its index in the state. */
static inline uint64_t
dm_user_list(uint64_t app, uint64_t user, uint64_t slots)
{
    uint64_t  hash;

    hash = (user ^ app * 0xbf58476d1ce4e5b9ull) * 0x9e3779b97f4a7c15ull;
    hash = (hash ^ (hash >> 32)) * 0x94d049bb133111ebull;

    return dm_range(hash ^ (hash >> 29), slots);
}


static inline uint64_t
dm_word_app(uint64_t word)
{
    return (word >> DM_WORD_APP) & DM_APP_INDEX_MAX;
}


static inline unsigned
dm_word_lowered(uint64_t word)
{
    return (word & DM_WORD_PRESENT)
           && ((word >> DM_WORD_FLOW) & 3) != DM_FLOW_AUTHORIZE
           && ((word >> DM_WORD_MAY) & DM_MAY_DM_READ);
}


/* Of so many slots nine in ten may be taken, and one is always free. */
static inline uint64_t
dm_slots_limit(uint64_t slots)
{
    return slots == 0 ? 0 : slots - slots / 10 - 1;
}


/* The fewest slots that hold so many tokens and a tenth more. */
static inline uint64_t
dm_slots_for(uint64_t tokens)
{
    return ((tokens + tokens / 10 + 1) * 10 + 8) / 9;
}


static inline uint64_t
dm_heads_for(uint64_t tokens)
{
    uint64_t  heads;

    heads = tokens / 16 + 16;

    return heads < 65536 ? heads : 65536;
}


/* Fewer than 8 bytes. */
static inline void
dm_bytes_few(char *to, const char *from, size_t len)
{
    if (len & 4) {
        memcpy(to, from, 4);
        to += 4;
        from += 4;
    }

    if (len & 2) {
        memcpy(to, from, 2);
        to += 2;
        from += 2;
    }

    if (len & 1) {
        *to = *from;
    }
}


/* The last word of a text, padded with zeros; len: 1 to 7. */
static inline uint64_t
dm_word_last(const char *data, size_t len)
{
    uint64_t  word;

    word = 0;
    dm_bytes_few((char *) &word, data, len);

    return word;
}


/* Text in words, since a stale reader may look while it is written. */
static inline void
dm_words_set(uint64_t *words, const char *data, size_t len)
{
    uint64_t  word;

    for ( /* void */ ; len >= 8; len -= 8, data += 8) {
        memcpy(&word, data, 8);
        dm_set(words++, word);
    }

    if (len != 0) {
        dm_set(words, dm_word_last(data, len));
    }
}


static inline int
dm_words_are(const uint64_t *words, dm_str_t s)
{
    uint64_t  word;

    for ( /* void */ ; s.len >= 8; s.len -= 8, s.data += 8) {
        memcpy(&word, s.data, 8);

        if (dm_get(words++) != word) {
            return 0;
        }
    }

    return s.len == 0 || dm_get(words) == dm_word_last(s.data, s.len);
}


/* Whole words: `out` has room for a multiple of 8 bytes. */
static inline void
dm_words_get(char *out, const uint64_t *words, size_t len)
{
    size_t    i;
    uint64_t  word;

    for (i = 0; i < len; i += 8) {
        word = dm_get(words++);
        memcpy(out + i, &word, 8);
    }
}

#endif
