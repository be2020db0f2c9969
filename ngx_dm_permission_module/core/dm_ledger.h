/*
 * The ledger: a record -> one line of JSON, chained to the line before it.
 *
 * A chain is one process's.  Each of its lines has a number, the mac of the
 * line before it in "prev", and last its own "mac": HMAC-SHA256 with the key,
 * or SHA-256 without one, of the line's bytes up to, and without, the comma
 * before "mac".  A record has one text only: what reads a line writes it again
 * and compares.
 */

#ifndef DM_LEDGER_H
#define DM_LEDGER_H

#include "dm_access.h"
#include "dm_mac.h"
#include "dm_time.h"


typedef enum {
    DM_LEDGER_OPEN = 0,
    DM_LEDGER_GATE,
    DM_LEDGER_STREAM,
    DM_LEDGER_DELIVERY,
    DM_LEDGER_GAP,
    DM_LEDGER_CLOSE,
    DM_LEDGER_KINDS
} dm_ledger_kind_t;


typedef enum {
    DM_LEDGER_UNDECIDED = 0,        /* absent */
    DM_LEDGER_PASSED,
    DM_LEDGER_REJECTED,
    DM_LEDGER_REJECTED_DRY_RUN,
    DM_LEDGER_DELIVERED,
    DM_LEDGER_WITHHELD,
    DM_LEDGER_DECISIONS
} dm_ledger_decision_t;


/* Longer texts are cut, between characters; so no id of the table ever is. */
#define DM_LEDGER_TEXT_MAX  256

/* All that is zero, or an empty string, is absent from the line. */
typedef struct {
    int64_t               time;         /* Unix milliseconds */
    dm_ledger_kind_t      kind;
    dm_action_t           action;
    dm_ledger_decision_t  decision;
    dm_str_t              reason;       /* its word */
    dm_str_t              app;
    uint64_t              user;         /* where has_user */
    dm_str_t              token;        /* its fingerprint */
    dm_str_t              revision;
    dm_str_t              request;      /* the request's id */
    unsigned              status;       /* of the answer */
    uint64_t              bytes;        /* where has_bytes */
    const dm_str_t       *events;       /* ids of direct messages */
    size_t                n_events;
    const uint8_t        *body_sha256;  /* DM_DIGEST_LEN bytes */
    dm_str_t              message;      /* id of a streamed message */
    uint64_t              lost;         /* records, in a gap */

    unsigned              has_user:1;
    unsigned              has_bytes:1;
} dm_ledger_record_t;


/*
 * The name of a chain: group "-" worker "-" workers "-" pid "-" start.  All
 * processes that start together have one group, 8 hex digits, and each says
 * how many they are: a chain that is taken away as a whole is missed.
 */
typedef struct {
    uint32_t  group;
    uint32_t  worker;               /* from 0 */
    uint32_t  workers;
    uint32_t  pid;
    uint64_t  start;                /* Unix milliseconds */
} dm_ledger_chain_t;

#define DM_LEDGER_CHAIN_MAX  (8 + 3 * 11 + 21)

/* Writes the name; the bytes it has. */
size_t dm_ledger_chain_name(const dm_ledger_chain_t *chain,
    char out[DM_LEDGER_CHAIN_MAX]);

/* 0, or -1 for a text that is no such name. */
int dm_ledger_chain_parse(dm_str_t name, dm_ledger_chain_t *chain);


#define DM_LEDGER_KEY_MAX  4096     /* bytes */

/*
 * What a key's file holds -> the key: all of it but a newline at the end.  -1
 * where that is nothing, or more than DM_LEDGER_KEY_MAX; else 0.
 */
int dm_ledger_key(dm_str_t *text);

/*
 * 1 if a key's file of this mode (POSIX) is nobody else's to read or change:
 * whoever has the key can write what looks like the ledger.
 */
int dm_ledger_key_private(unsigned mode);


/* A chain that is being written. */
typedef struct {
    const dm_mac_t  *mac;
    char             name[DM_LEDGER_CHAIN_MAX];
    size_t           name_len;
    uint64_t         seq;                         /* of the last line, or 0 */
    int64_t          time;                        /* of that line */
    char             prev[2 * DM_DIGEST_LEN];     /* hex, or a chain's name */
    size_t           prev_len;
    char             next[2 * DM_DIGEST_LEN];     /* prev, after a commit */
    int64_t          next_time;
    int64_t          second;                      /* that the text is of */
    char             text[DM_TIME_LEN];
} dm_ledger_t;


/* `follows`: the name of the chain before this one, empty if there is none. */
void dm_ledger_init(dm_ledger_t *ledger, const dm_mac_t *mac,
    const dm_ledger_chain_t *chain, dm_str_t follows);

/* Bytes that dm_ledger_line() may need for the record. */
size_t dm_ledger_size(const dm_ledger_record_t *record);

/*
 * Writes the record as the next line of the chain, with its newline, and
 * returns the bytes it has, 0 where OpenSSL fails.  The chain goes on with
 * dm_ledger_commit() alone: a line that could not be kept was never there.  A
 * clock that goes back by less than a second stands still, so that time goes
 * back in a chain only where somebody has set it.
 */
size_t dm_ledger_line(dm_ledger_t *ledger, const dm_ledger_record_t *record,
    char *out);
void dm_ledger_commit(dm_ledger_t *ledger);


#define DM_LEDGER_SECOND_LEN  (sizeof("0000-00-00T00:00:00") - 1)

/* What a line says beside its record; for who reads it. */
typedef struct {
    dm_str_t  chain;
    uint64_t  seq;
    dm_str_t  time;                 /* as text, up to its second */
    dm_str_t  prev;
} dm_ledger_link_t;

/* The line up to its mac, of at most dm_ledger_size() bytes; its length. */
size_t dm_ledger_render(const dm_ledger_link_t *link,
    const dm_ledger_record_t *record, char *out);

/* Words, and back; -1 for an unknown one. */
dm_str_t dm_ledger_kind_word(dm_ledger_kind_t kind);
int dm_ledger_kind_parse(dm_str_t word);
dm_str_t dm_ledger_decision_word(dm_ledger_decision_t decision);
int dm_ledger_decision_parse(dm_str_t word);

#endif
