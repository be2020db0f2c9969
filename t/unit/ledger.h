/*
 * Ledgers made by the writer itself, and what the verifier says of them.
 */

#ifndef LEDGER_H
#define LEDGER_H

#include <inttypes.h>
#include <stdio.h>

#include "dm_ledger_verify.h"
#include "guard.h"


#define LEDGER_START  1321013640000ll       /* 2011-11-11T12:14:00.000Z */
#define LEDGER_LINES  512


/* Lines in the order of the file, each with its newline. */
typedef struct {
    dm_str_t    lines[LEDGER_LINES];
    size_t      n;
} ledger_file_t;


typedef struct {
    char        text[16384];                /* "fault file:line first-last" */
    size_t      len;
    uint64_t    taken;
    uint64_t    lost;
    int64_t     from, to;                   /* of the last finding's hole */
    dm_ledger_state_t  state;
} ledger_said_t;


static inline dm_ledger_chain_t
ledger_chain(uint32_t group, uint32_t worker, uint32_t workers, int64_t second)
{
    return (dm_ledger_chain_t) { group, worker, workers, 4711 + worker,
                                 (uint64_t) (LEDGER_START + second * 1000) };
}


/* The next line of the chain, to be written at the end of the file. */
static inline void
ledger_write(ledger_file_t *file, dm_ledger_t *ledger, dm_ledger_record_t *r)
{
    char    *out;
    size_t   len;

    out = malloc(dm_ledger_size(r));

    if (out == NULL || file->n == LEDGER_LINES) {
        abort();
    }

    len = dm_ledger_line(ledger, r, out);
    dm_ledger_commit(ledger);
    file->lines[file->n++] = (dm_str_t) { out, len };
}


/* Of a kind, at a second; a gate passes a read of user 3 by app 8840. */
static inline void
ledger_put(ledger_file_t *file, dm_ledger_t *ledger, dm_ledger_kind_t kind,
    int64_t second)
{
    dm_ledger_record_t  r;

    memset(&r, 0, sizeof(r));
    r.kind = kind;
    r.time = LEDGER_START + second * 1000;

    if (kind == DM_LEDGER_GATE) {
        r.action = DM_ACTION_READ;
        r.decision = DM_LEDGER_PASSED;
        r.reason = DM_STR("passed");
        r.app = DM_STR("8840");
        r.user = 3;
        r.has_user = 1;
    }

    if (kind == DM_LEDGER_GAP) {
        r.lost = 7;
    }

    ledger_write(file, ledger, &r);
}


/* Ends the chain; `latest` may be NULL. */
static inline void
ledger_close(ledger_file_t *file, dm_ledger_t *ledger, int64_t second,
    const dm_ledger_t *latest)
{
    dm_ledger_record_t  r;

    memset(&r, 0, sizeof(r));
    r.kind = DM_LEDGER_CLOSE;
    r.time = LEDGER_START + second * 1000;

    if (latest) {
        r.reason = (dm_str_t) { latest->name, latest->name_len };
    }

    ledger_write(file, ledger, &r);
}


static inline void
ledger_open(ledger_file_t *file, dm_ledger_t *ledger, const dm_mac_t *mac,
    const dm_ledger_chain_t *chain, const dm_ledger_t *follows)
{
    dm_ledger_init(ledger, mac, chain,
                   follows ? (dm_str_t) { follows->name, follows->name_len }
                           : (dm_str_t) { "", 0 });
    ledger_put(file, ledger, DM_LEDGER_OPEN,
               ((int64_t) chain->start - LEDGER_START) / 1000);
}


static inline void
ledger_free(ledger_file_t *file)
{
    while (file->n) {
        free((void *) file->lines[--file->n].data);
    }
}


static inline void
ledger_found(void *data, const dm_ledger_finding_t *f)
{
    dm_str_t        word;
    ledger_said_t  *said = data;

    word = dm_ledger_fault_word(f->fault);

    said->len += (size_t) snprintf(said->text + said->len,
                                   sizeof(said->text) - said->len,
                                   "%.*s", (int) word.len, word.data);

    if (f->line) {
        said->len += (size_t) snprintf(said->text + said->len,
                                       sizeof(said->text) - said->len,
                                       " %u:%" PRIu64, f->file, f->line);
    }

    if (f->line != f->line_last) {
        said->len += (size_t) snprintf(said->text + said->len,
                                       sizeof(said->text) - said->len,
                                       "-%" PRIu64, f->line_last);
    }

    if (f->has_chain) {
        said->len += (size_t) snprintf(said->text + said->len,
                                       sizeof(said->text) - said->len,
                                       " %x/%u:%" PRIu64 "-%" PRIu64,
                                       f->chain.group, f->chain.worker,
                                       f->first, f->last);
    }

    said->len += (size_t) snprintf(said->text + said->len,
                                   sizeof(said->text) - said->len, "\n");

    said->lost += f->lost;
    said->from = f->from;
    said->to = f->to;
}


static inline int
ledger_taken(void *data, const dm_ledger_read_t *read)
{
    ledger_said_t  *said = data;

    (void) read;
    said->taken++;

    return 0;
}


/* A verifier of several files, each a text; fed in pieces of so many bytes. */
static inline int
ledger_verify_keys(dm_mac_t *const *macs, unsigned n_macs,
    const dm_str_t *files, size_t n_files, size_t piece, ledger_said_t *said)
{
    int                  rc;
    char                *copy;
    size_t               i, at, n;
    dm_ledger_verify_t  *verify;

    memset(said, 0, sizeof(ledger_said_t));
    verify = dm_ledger_verify_create(macs, n_macs, ledger_found, ledger_taken,
                                     said);
    rc = verify ? 0 : -2;

    for (i = 0; rc == 0 && i < n_files; i++) {
        dm_ledger_verify_file(verify, (unsigned) i);

        for (at = 0; rc == 0 && at < files[i].len; at += n) {
            n = piece < files[i].len - at ? piece : files[i].len - at;
            copy = malloc(n);
            memcpy(copy, files[i].data + at, n);
            rc = dm_ledger_verify_feed(verify, (dm_str_t) { copy, n });
            free(copy);
        }

        rc = rc ? rc : dm_ledger_verify_end_file(verify);
    }

    rc = rc ? rc : dm_ledger_verify_end(verify);

    if (verify) {
        said->state = *dm_ledger_verify_state(verify);
    }

    dm_ledger_verify_destroy(verify);

    return rc;
}


/* The same with one key, or none. */
static inline int
ledger_verify_texts(dm_mac_t *mac, unsigned keyed, const dm_str_t *files,
    size_t n_files, size_t piece, ledger_said_t *said)
{
    return ledger_verify_keys(&mac, keyed, files, n_files, piece, said);
}


/* All lines of a file as one text, to be freed. */
static inline dm_str_t
ledger_text(const ledger_file_t *file)
{
    char    *out;
    size_t   i, len;

    for (i = 0, len = 0; i < file->n; i++) {
        len += file->lines[i].len;
    }

    out = malloc(len + 1);

    for (i = 0, len = 0; i < file->n; i++) {
        memcpy(out + len, file->lines[i].data, file->lines[i].len);
        len += file->lines[i].len;
    }

    return (dm_str_t) { out, len };
}

#endif
