/* What a finding says, for people and for programs alike. */

#include <inttypes.h>
#include <stdio.h>

#include "ledger.h"


/* The last time that a date of four digits has. */
#define DM_REPORT_LAST  253402300799999


/* What sentences are made of. */
typedef struct {
    char         chain[DM_LEDGER_CHAIN_MAX + 1];
    char         other[DM_LEDGER_CHAIN_MAX + 1];
    char         from[DM_REPORT_TIME];
    char         to[DM_REPORT_TIME];
    char         when[sizeof(", from  to ") + 2 * DM_TIME_LEN];
    const char  *key;                   /* whose it is otherwise */
} dm_report_words_t;


void
dm_report_time(int64_t time, char out[DM_REPORT_TIME])
{
    out[0] = '\0';

    if (time != DM_LEDGER_TIME_MIN && time != DM_LEDGER_TIME_MAX) {
        time = time < 0 ? 0 : time > DM_REPORT_LAST ? DM_REPORT_LAST : time;
        dm_time_format((uint64_t) time, out);
        out[DM_TIME_LEN] = '\0';
    }
}


/* When what is missing was written. */
static void
dm_report_when(dm_report_words_t *w)
{
    if (w->from[0] && w->to[0]) {
        snprintf(w->when, sizeof(w->when), ", from %s to %s", w->from, w->to);

    } else if (w->from[0]) {
        snprintf(w->when, sizeof(w->when), ", from %s on", w->from);

    } else if (w->to[0]) {
        snprintf(w->when, sizeof(w->when), ", up to %s", w->to);

    } else {
        snprintf(w->when, sizeof(w->when), ", of any time");
    }
}


static void
dm_report_words(const dm_inquiry_t *inquiry, const dm_ledger_finding_t *f,
    dm_report_words_t *w)
{
    w->chain[dm_ledger_chain_name(&f->chain, w->chain)] = '\0';
    w->other[dm_ledger_chain_name(&f->other, w->other)] = '\0';
    dm_report_time(f->from, w->from);
    dm_report_time(f->to, w->to);
    dm_report_when(w);
    w->key = inquiry->n_keys ? "another" : "a";
}


/* Of lines, wherever they are from. */
static int
dm_report_line(const dm_ledger_finding_t *f, const dm_report_words_t *w,
    char out[DM_REPORT_TEXT])
{
    switch (f->fault) {

    case DM_LEDGER_NO_RECORD:
        return snprintf(out, DM_REPORT_TEXT, "no record of a ledger");

    case DM_LEDGER_CUT_OFF:
        return snprintf(out, DM_REPORT_TEXT, "a write was cut off here");

    case DM_LEDGER_WRONG_MAC:
        return snprintf(out, DM_REPORT_TEXT, "the mac is wrong: changed, or "
                        "written with %s key", w->key);

    case DM_LEDGER_NO_KEY:
        return snprintf(out, DM_REPORT_TEXT, "written without the key");

    case DM_LEDGER_REPEATED:
        return f->line == f->line_last
               ? snprintf(out, DM_REPORT_TEXT, "line %" PRIu64 " of chain %s "
                          "was there already", f->first, w->chain)
               : snprintf(out, DM_REPORT_TEXT, "they were there already");

    default:
        return f->line == f->line_last
               ? snprintf(out, DM_REPORT_TEXT, "line %" PRIu64 " of chain %s "
                          "is behind its line %" PRIu64, f->first, w->chain,
                          f->last)
               : snprintf(out, DM_REPORT_TEXT, "they are behind later lines "
                          "of their chains");
    }
}


/* Lines of a chain that are not there, or not to be believed. */
static int
dm_report_lines(const dm_ledger_finding_t *f, const dm_report_words_t *w,
    char out[DM_REPORT_TEXT])
{
    switch (f->fault) {

    case DM_LEDGER_UNLINKED:
        return snprintf(out, DM_REPORT_TEXT, "line %" PRIu64 " of chain %s "
                        "followed another line than the one before it%s",
                        f->first, w->chain, w->when);

    case DM_LEDGER_LOST:
        return snprintf(out, DM_REPORT_TEXT, "%" PRIu64 " records of chain %s "
                        "could not be written%s", f->lost, w->chain, w->when);

    case DM_LEDGER_REFUSED:
        return snprintf(out, DM_REPORT_TEXT, "%" PRIu64 " requests were "
                        "refused because chain %s could not be written%s",
                        f->lost, w->chain, w->when);

    case DM_LEDGER_MISSING:
        return f->first == f->last
               ? snprintf(out, DM_REPORT_TEXT, "line %" PRIu64 " of chain %s "
                          "is missing%s", f->first, w->chain, w->when)
               : snprintf(out, DM_REPORT_TEXT, "lines %" PRIu64 " to %" PRIu64
                          " of chain %s are missing%s", f->first, f->last,
                          w->chain, w->when);

    case DM_LEDGER_NOT_CLOSED:
        return snprintf(out, DM_REPORT_TEXT, "chain %s is open: what followed "
                        "its line %" PRIu64 " is not known%s", w->chain,
                        f->last, w->when);

    case DM_LEDGER_GOES_ON:
        return snprintf(out, DM_REPORT_TEXT, "chain %s is closed in line %"
                        PRIu64 " and goes on to line %" PRIu64, w->chain,
                        f->first, f->last);

    default:
        return snprintf(out, DM_REPORT_TEXT, "chain %s is in more than %d "
                        "pieces", w->chain, DM_LEDGER_PIECES_MAX);
    }
}


void
dm_report_sentence(const dm_inquiry_t *inquiry, const dm_ledger_finding_t *f,
    char out[DM_REPORT_TEXT])
{
    dm_report_words_t  w;

    dm_report_words(inquiry, f, &w);

    switch (f->fault) {

    case DM_LEDGER_CLOCK:
        snprintf(out, DM_REPORT_TEXT, "the clock went back from %s to %s "
                 "before line %" PRIu64 " of chain %s", w.from, w.to, f->first,
                 w.chain);
        break;

    case DM_LEDGER_ANEW:
        snprintf(out, DM_REPORT_TEXT, "chain %s follows none, nor does chain "
                 "%s: nothing tells what was between them", w.chain, w.other);
        break;

    case DM_LEDGER_OLD_KEY:
        snprintf(out, DM_REPORT_TEXT, "chain %s has an older key than chain "
                 "%s, which it follows", w.chain, w.other);
        break;

    case DM_LEDGER_NO_CHAIN:
        snprintf(out, DM_REPORT_TEXT, "chain %s is missing, of which chain %s "
                 "tells%s", w.chain, w.other, w.when);
        break;

    case DM_LEDGER_NO_WORKER:
        snprintf(out, DM_REPORT_TEXT, "of the %" PRIu32 " workers that started "
                 "with chain %s numbers %" PRIu64 " to %" PRIu64
                 " have no chain%s", f->chain.workers, w.chain, f->first,
                 f->last, w.when);
        break;

    case DM_LEDGER_NOTHING:
        snprintf(out, DM_REPORT_TEXT, "there is no record that counts");
        break;

    default:
        if (f->fault <= DM_LEDGER_MOVED) {
            (void) dm_report_line(f, &w, out);

        } else {
            (void) dm_report_lines(f, &w, out);
        }
    }
}
