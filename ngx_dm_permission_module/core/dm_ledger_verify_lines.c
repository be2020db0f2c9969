/* What is to be said of the lines of one chain when all have been read. */

#include "dm_ledger_verify_state.h"


int64_t
dm_ledger_verify_told(const dm_ledger_verify_t *verify, int64_t time)
{
    size_t  low, high, middle;

    low = 0;
    high = verify->n_told;
    time -= DM_LEDGER_CLOCKS;

    while (low < high) {
        middle = low + (high - low) / 2;

        if (verify->told[middle] < time) {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    return low ? verify->told[low - 1] : DM_LEDGER_TIME_MIN;
}


/* A hole in a chain, where its lines first..last are or should be. */
static void
dm_ledger_lines_hole(dm_ledger_verify_t *verify, const dm_ledger_known_t *known,
    dm_ledger_fault_t fault, const uint64_t seq[2], const int64_t time[2])
{
    dm_ledger_verify_tell(verify, &known->id, &(dm_ledger_finding_t) {
        .fault = fault, .first = seq[0], .last = seq[1],
        .from = time[0], .to = time[1], .hole = 1
    });
}


/* Between one piece and the next. */
static void
dm_ledger_lines_between(dm_ledger_verify_t *verify,
    const dm_ledger_known_t *known, const dm_ledger_piece_t *piece)
{
    const dm_ledger_piece_t  *next;

    next = piece + 1;

    if (piece->last + 1 != next->first) {
        dm_ledger_lines_hole(verify, known, DM_LEDGER_MISSING,
                             (uint64_t[]) { piece->last + 1, next->first - 1 },
                             (int64_t[]) { piece->to, next->from });

    } else {
        dm_ledger_verify_link(verify, known, piece, next);
    }
}


int
dm_ledger_verify_lines(dm_ledger_verify_t *verify,
    const dm_ledger_known_t *known)
{
    size_t                    i;
    int64_t                   start;
    uint64_t                  findings;
    const dm_ledger_piece_t  *first, *last;

    findings = verify->state.findings;
    first = &known->pieces[0];
    last = &known->pieces[known->n - 1];
    start = dm_ledger_verify_start(&known->id);

    if (known->full) {
        dm_ledger_lines_hole(verify, known, DM_LEDGER_PIECES,
                             (uint64_t[]) { first->first, last->last },
                             (int64_t[]) { DM_LEDGER_TIME_MIN,
                                           DM_LEDGER_TIME_MAX });
    }

    if (first->first != 1) {
        dm_ledger_lines_hole(verify, known, DM_LEDGER_MISSING,
                             (uint64_t[]) { 1, first->first - 1 },
                             (int64_t[]) {
                                 dm_ledger_verify_told(verify, start),
                                 first->from
                             });
    }

    for (i = 0; i + 1 < known->n; i++) {
        dm_ledger_lines_between(verify, known, &known->pieces[i]);
    }

    if (known->close == 0) {
        dm_ledger_lines_hole(verify, known, DM_LEDGER_NOT_CLOSED,
                             (uint64_t[]) { last->last, last->last },
                             (int64_t[]) { last->to, DM_LEDGER_TIME_MAX });

    } else if (known->close < last->last) {
        dm_ledger_lines_hole(verify, known, DM_LEDGER_GOES_ON,
                             (uint64_t[]) { known->close, last->last },
                             (int64_t[]) { start, DM_LEDGER_TIME_MAX });
    }

    return findings == verify->state.findings;
}
