/*
 * The table: one writer, any number of readers that take no lock.  The
 * protocol and its proof are in dm_table.c.
 */

#ifndef DM_TABLE_H
#define DM_TABLE_H

#include "dm_record.h"


typedef struct dm_table_s  dm_table_t;  /* lives in memory of the caller's */

#define DM_REVISION_MAX  128

/* Why a write was refused. */
typedef enum {
    DM_TABLE_OK = 0,
    DM_TABLE_FULL                       /* the state has no room left */
} dm_table_rc_t;


typedef struct {
    uint64_t   generation;              /* grows with every publish, 0: none */
    char       revision[DM_REVISION_MAX];
    size_t     revision_len;
    uint64_t   tokens;
    uint64_t   apps;
    uint64_t   clamped;
    uint64_t   bytes_used;
    uint64_t   bytes_size;              /* of one state */
} dm_table_info_t;


/* How far the repair of a state is; zeroed at first. */
typedef struct {
    uint64_t   at;                      /* of its lists and slots */
    uint64_t   used;
    uint64_t   tokens;
    uint64_t   apps;
    unsigned   begun:1;
} dm_table_repair_t;


/* What an app holds of a user. */
typedef struct {
    unsigned   app_known:1;
    unsigned   app_suspended:1;
    unsigned   live:1;                  /* a token not revoked, not expired */
    unsigned   dm:1;                    /* one of the level of direct messages,
                                           after lowering by its flow */
} dm_user_grant_t;


/* An app's record; strings are of the memory it was copied into. */
typedef struct {
    unsigned     suspended:1;
    unsigned     has_secret:1;
    dm_str_t     secret;
    size_t       n_webhooks;
    const char  *webhooks;              /* for dm_table_app_webhook() */
    size_t       bytes;                 /* of memory that it takes */
} dm_table_app_t;


/*
 * Lays a table out in `size` bytes at `memory` (8-byte aligned, may be shared
 * and mapped elsewhere in other processes: it holds offsets only).  NULL
 * where size is too small to hold anything.  No other build of this code may
 * take the memory over: nothing in it says how it is laid out.
 */
dm_table_t *dm_table_init(void *memory, size_t size);

/*
 * Bytes of memory that hold two states of a file of so many lines and app
 * bytes and of a tenth more tokens; users: with the index of users.
 */
size_t dm_table_size(uint64_t lines, uint64_t app_bytes, unsigned users);

/* What dm_table_init() was given. */
size_t dm_table_bytes(const dm_table_t *table);

/*
 * Bytes that a record needs in a state for its app; known: a record before it
 * named the same app.
 */
size_t dm_table_app_bytes(const dm_record_t *record, unsigned known);

/*
 * Readers.  Any process, any time.  1 and the grant copied out, 0 unknown,
 * -1 no state published yet.  `consumer` is the consumer key that came with
 * the token; grant->consumer_same says whether it is the app's.
 */
int dm_table_find(const dm_table_t *table, const uint8_t key[DM_KEY_LEN],
    dm_str_t consumer, dm_grant_t *grant);

/*
 * What the app `app` holds of a user at `now` (Unix seconds), its tokens taken
 * together.  1 and *held filled in, whether the app is known or not; -1 where
 * no state is published, or it is without the index of users.
 */
int dm_table_user(const dm_table_t *table, dm_str_t app, uint64_t user,
    int64_t now, dm_user_grant_t *held);

/*
 * An app's record, its strings copied into `buf` of `size` bytes.  1, with
 * *app pointing into buf; 0: unknown app; -1: no state; -2: app->bytes is the
 * size of buf that it takes.  An app that only tokens name is all defaults.
 */
int dm_table_app(const dm_table_t *table, dm_str_t id, char *buf, size_t size,
    dm_table_app_t *app);

/* The n-th webhook of what dm_table_app() filled in; n < app->n_webhooks. */
dm_str_t dm_table_app_webhook(const dm_table_app_t *app, size_t n);

/* Whether the published state has the index of users; -1: no state. */
int dm_table_users(const dm_table_t *table);

/*
 * The id of the app of a grant that dm_table_find() filled in: its length, 0
 * where the state that the grant is of has been replaced.
 */
size_t dm_table_app_id(const dm_table_t *table, const dm_grant_t *grant,
    char out[64]);
size_t dm_table_revision(const dm_table_t *table,
    char out[DM_REVISION_MAX]);
void dm_table_info(const dm_table_t *table, dm_table_info_t *info);

/*
 * The writer; the caller makes sure that there is one.  begin() empties the
 * idle state and makes room for a file of so many lines, with or without the
 * index of users; app_bytes: what dm_table_app_bytes() sums up to, 0 where
 * that is not known.  put() writes a record into the state being built,
 * publish() makes it the live one in one store.  Without a begin(), apply()
 * changes the live state, record by record.
 */
void dm_table_begin(dm_table_t *table, uint64_t lines, uint64_t app_bytes,
    unsigned users);

/*
 * begin() leaves the memory to be emptied: this empties so many bytes of it (a
 * multiple of 8), and returns whether there are more.  What is left to do is
 * done by put() or publish(), however long it takes.
 */
unsigned dm_table_clear(dm_table_t *table, uint64_t bytes);

/*
 * Whether there is room for more tokens than the state that is being built has
 * taken, if begin() is told the bytes of the file's apps.
 */
unsigned dm_table_has_more(const dm_table_t *table, uint64_t lines,
    uint64_t app_bytes, unsigned users);

/*
 * Ask the processor for the memory that put() will need for a token: the
 * first for many tokens in a row, then the second, which needs what the first
 * asked for.
 */
void dm_table_prefetch(const dm_table_t *table, const dm_record_t *token);
void dm_table_prefetch_app(const dm_table_t *table, const dm_record_t *token);

dm_table_rc_t dm_table_put(dm_table_t *table, const dm_record_t *record);
void dm_table_publish(dm_table_t *table);
dm_table_rc_t dm_table_apply(dm_table_t *table, const dm_record_t *record);

/*
 * What a writer that died in apply() left is set right by the next apply(), in
 * the time that a walk through the state takes; or before it, in pieces: this
 * looks at so many slots and apps, and returns whether there are more.
 */
unsigned dm_table_repair(dm_table_t *table, dm_table_repair_t *repair,
    uint64_t steps);

#endif
