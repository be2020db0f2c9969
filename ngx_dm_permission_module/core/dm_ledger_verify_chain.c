#include <stdlib.h>

#include "dm_ledger_verify_state.h"


/* Chains are found by the bytes of their names' values. */
_Static_assert(sizeof(dm_ledger_chain_t)
               == 4 * sizeof(uint32_t) + sizeof(uint64_t), "no padding");


dm_ledger_known_t *
dm_ledger_verify_known(dm_ledger_verify_t *verify, const dm_ledger_chain_t *id)
{
    dm_str_t            key;
    dm_ledger_known_t  *known;

    key.data = (const char *) id;
    key.len = sizeof(dm_ledger_chain_t);
    known = dm_map_get(verify->chains, key);

    if (known != NULL) {
        known->id = *id;
    }

    return known;
}


int64_t
dm_ledger_verify_start(const dm_ledger_chain_t *id)
{
    return id->start < INT64_MAX ? (int64_t) id->start : INT64_MAX;
}


/* Pieces that begin at the line or before it. */
static size_t
dm_ledger_piece_before(const dm_ledger_known_t *known, uint64_t seq)
{
    size_t  low, high, middle;

    low = 0;
    high = known->n;

    while (low < high) {
        middle = low + (high - low) / 2;

        if (known->pieces[middle].first <= seq) {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    return low;
}


/* Makes room for a piece.  0; -1 where no more are kept; -2 without memory. */
static int
dm_ledger_piece_room(dm_ledger_known_t *known, size_t at)
{
    size_t              size;
    dm_ledger_piece_t  *pieces;

    if (known->n == DM_LEDGER_PIECES_MAX) {
        known->full = 1;
        return -1;
    }

    if (known->pieces == NULL || known->n == known->size) {
        size = known->size ? 2 * known->size : 1;
        pieces = realloc(known->pieces, size * sizeof(dm_ledger_piece_t));
        if (pieces == NULL) {
            return -2;
        }

        known->pieces = pieces;
        known->size = size;
    }

    memmove(&known->pieces[at + 1], &known->pieces[at],
            (known->n - at) * sizeof(dm_ledger_piece_t));
    known->n++;

    return 0;
}


void
dm_ledger_verify_link(dm_ledger_verify_t *verify,
    const dm_ledger_known_t *known, const dm_ledger_piece_t *piece,
    const dm_ledger_piece_t *next)
{
    if (memcmp(piece->mac, next->prev, DM_DIGEST_LEN) != 0) {
        dm_ledger_verify_tell(verify, &known->id, &(dm_ledger_finding_t) {
            .fault = DM_LEDGER_UNLINKED, .first = next->first,
            .last = next->first, .from = dm_ledger_verify_start(&known->id),
            .to = next->from, .hole = 1
        });
    }

    if (next->from < piece->to) {
        dm_ledger_verify_tell(verify, &known->id, &(dm_ledger_finding_t) {
            .fault = DM_LEDGER_CLOCK, .first = next->first,
            .last = next->first, .from = piece->to, .to = next->from
        });
    }
}


/* Records were lost since the line before it, or since the process began. */
static void
dm_ledger_verify_gap(dm_ledger_verify_t *verify,
    const dm_ledger_known_t *known, const dm_ledger_piece_t *before)
{
    int64_t                    from;
    uint64_t                   seq;
    unsigned                   refused;
    const dm_ledger_record_t  *record;

    record = &verify->read.record;
    refused = record->decision == DM_LEDGER_REJECTED;
    seq = verify->read.link.seq;
    from = dm_ledger_verify_start(&known->id);

    if (before && before->last > 1 && before->last + 1 == seq) {
        from = before->to;
    }

    dm_ledger_verify_tell(verify, &known->id, &(dm_ledger_finding_t) {
        .fault = refused ? DM_LEDGER_REFUSED : DM_LEDGER_LOST,
        .first = seq, .last = seq, .lost = record->lost, .from = from,
        .to = record->time, .hole = !refused
    });
}


/* What the first and the last line of a chain say beside. */
static void
dm_ledger_verify_ends(dm_ledger_verify_t *verify, dm_ledger_known_t *known)
{
    const dm_ledger_read_t  *read;

    read = &verify->read;

    if (read->record.kind == DM_LEDGER_OPEN) {
        known->opened = 1;
        known->open_time = read->record.time;
        known->has_follows = dm_ledger_chain_parse(read->link.prev,
                                                   &known->follows)
                             == 0;
    }

    if (read->record.kind == DM_LEDGER_CLOSE
        && (known->close == 0 || read->link.seq < known->close))
    {
        known->close = read->link.seq;
        known->close_time = read->record.time;
        known->has_latest = dm_ledger_chain_parse(read->record.reason,
                                                  &known->latest)
                            == 0;
    }
}


/* Whether it is behind a later line in this file. */
static void
dm_ledger_verify_behind(dm_ledger_verify_t *verify, dm_ledger_known_t *known)
{
    uint64_t  seq;

    seq = verify->read.link.seq;

    if (known->seen == verify->files && seq < known->at) {
        dm_ledger_verify_tell(verify, &known->id, &(dm_ledger_finding_t) {
            .fault = DM_LEDGER_MOVED, .first = seq, .last = known->at
        });
        return;
    }

    known->seen = verify->files;
    known->at = seq;
}


/* As the next line of the piece before it, if there is one, or a new piece. */
static int
dm_ledger_verify_add(dm_ledger_verify_t *verify, dm_ledger_known_t *known,
    size_t at, dm_ledger_piece_t *piece)
{
    int                rc;
    dm_ledger_piece_t  line;

    line.first = line.last = verify->read.link.seq;
    line.from = line.to = verify->read.record.time;
    memset(line.prev, 0, DM_DIGEST_LEN);
    (void) dm_ledger_read_hex(verify->read.link.prev, line.prev);
    (void) dm_ledger_read_hex(verify->read.mac, line.mac);

    if (piece && line.first == piece->last + 1) {
        dm_ledger_verify_link(verify, known, piece, &line);

        piece->last = line.last;
        piece->to = line.to;
        memcpy(piece->mac, line.mac, DM_DIGEST_LEN);

        return 0;
    }

    rc = dm_ledger_piece_room(known, at);

    if (rc == 0) {
        known->pieces[at] = line;
    }

    return rc;
}


int
dm_ledger_verify_place(dm_ledger_verify_t *verify)
{
    int                 rc;
    size_t              i;
    uint64_t            seq;
    dm_ledger_chain_t   id;
    dm_ledger_known_t  *known;
    dm_ledger_piece_t  *piece;

    (void) dm_ledger_chain_parse(verify->read.link.chain, &id);

    known = dm_ledger_verify_known(verify, &id);
    if (known == NULL) {
        return -2;
    }

    seq = verify->read.link.seq;
    i = dm_ledger_piece_before(known, seq);
    piece = i ? &known->pieces[i - 1] : NULL;

    /* else who has an old key could write the end of a new chain */

    if (known->n && known->key != verify->key) {
        dm_ledger_verify_wrong(verify, DM_LEDGER_WRONG_MAC);
        return -1;
    }

    known->key = verify->key;

    if (piece && seq <= piece->last) {
        dm_ledger_verify_tell(verify, &id, &(dm_ledger_finding_t) {
            .fault = DM_LEDGER_REPEATED, .first = seq, .last = seq
        });
        return 0;
    }

    dm_ledger_verify_behind(verify, known);

    if (verify->read.record.kind == DM_LEDGER_GAP) {
        dm_ledger_verify_gap(verify, known, piece);
    }

    rc = dm_ledger_verify_add(verify, known, i, piece);

    if (rc != 0) {
        return rc == -1 ? 0 : rc;
    }

    dm_ledger_verify_ends(verify, known);

    return 1;
}
