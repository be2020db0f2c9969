/* What is found, for people. */

#include <inttypes.h>
#include <stdio.h>

#include "ledger.h"


/* A text of the ledger: none of its bytes may be a command to a terminal. */
static void
dm_report_put(dm_str_t s)
{
    size_t         i;
    unsigned char  c;

    for (i = 0; i < s.len; i++) {
        c = (unsigned char) s.data[i];

        if (c >= 0x20 && c < 0x7f && c != '\\') {
            putchar(c);

        } else {
            printf("\\x%02x", c);
        }
    }
}


static void
dm_report_put_padded(dm_str_t s, size_t width)
{
    dm_report_put(s);

    do {
        putchar(' ');
    } while (s.len++ < width);
}


void
dm_report_text_finding(const dm_inquiry_t *inquiry,
    const dm_ledger_finding_t *f)
{
    char  text[DM_REPORT_TEXT];

    dm_report_sentence(inquiry, f, text);

    if (f->line) {
        printf("%s:%" PRIu64, inquiry->files[f->file], f->line);

        if (f->line_last != f->line) {
            printf("-%" PRIu64, f->line_last);
        }

        printf(": ");
    }

    printf("%s\n", text);
}


void
dm_report_text_record(const dm_inquiry_t *inquiry, const dm_ledger_read_t *read)
{
    char                       time[DM_REPORT_TIME];
    size_t                     i;
    const dm_ledger_record_t  *record;

    record = &read->record;
    dm_report_time(record->time, time);
    printf("%s ", time);

    if (inquiry->kind == DM_INQUIRY_WHO) {
        printf("app ");
        dm_report_put(record->app.len ? record->app : DM_STR("unknown"));

    } else if (record->has_user) {
        printf("user %" PRIu64, record->user);

    } else {
        printf("user unknown");
    }

    putchar(' ');
    dm_report_put(dm_ledger_kind_word(record->kind));
    putchar(' ');
    dm_report_put(dm_action_word(record->action));
    printf(" request ");
    dm_report_put(record->request);

    if (record->message.len) {
        printf(" message ");
        dm_report_put(record->message);
    }

    for (i = 0; i < record->n_events; i++) {
        printf(i ? "," : " messages ");
        dm_report_put(record->events[i]);
    }

    putchar('\n');
}


static void
dm_report_text_row(dm_str_t id, const dm_ledger_received_t *r)
{
    char  first[DM_REPORT_TIME], last[DM_REPORT_TIME];

    dm_report_time(r->first, first);
    dm_report_time(r->last, last);

    dm_report_put_padded(id, 20);
    printf("%8" PRIu64 " %8" PRIu64 " %9" PRIu64 " %11" PRIu64 " %9" PRIu64
           "  %s  %s\n", r->reads, r->deletes, r->messages,
           r->deliveries, r->events, first, last);
}


static void
dm_report_text_answer(const dm_inquiry_t *inquiry, unsigned incomplete)
{
    size_t                       i, n;
    dm_str_t                     id;
    const dm_ledger_received_t  *received;

    n = dm_ledger_answer_count(inquiry->answer);

    if (n == 0 && !(incomplete & DM_LEDGER_UNKNOWN)) {
        printf("none\n");
        return;
    }

    printf("%-20s %8s %8s %9s %11s %9s  %-24s  %s\n",
           inquiry->kind == DM_INQUIRY_WHO ? "app" : "user", "reads",
           "deletes", "streamed", "deliveries", "messages", "first", "last");

    for (i = 0; i < n; i++) {
        received = dm_ledger_answer_at(inquiry->answer, i, &id);
        dm_report_text_row(id, received);
    }

    if (incomplete & DM_LEDGER_UNKNOWN) {
        dm_report_text_row(DM_STR("unknown"),
                           dm_ledger_answer_unknown(inquiry->answer));
    }
}


static void
dm_report_text_complete(const dm_inquiry_t *inquiry,
    const dm_ledger_state_t *state, unsigned incomplete, int64_t since,
    int64_t until)
{
    char  from[DM_REPORT_TIME], to[DM_REPORT_TIME];

    dm_report_time(since, from);
    dm_report_time(until, to);

    if (incomplete == 0) {
        printf("complete: from %s to %s nothing is missing\n", from, to);
        return;
    }

    dm_report_time(state->from, from);
    dm_report_time(state->to, to);

    printf("not complete:");

    if (incomplete & DM_LEDGER_HOLES) {
        printf(" records may be missing, see above;");
    }

    if (incomplete & DM_LEDGER_UNDATED) {
        printf(" a clock went back, see above;");
    }

    if (incomplete & DM_LEDGER_UNKNOWN) {
        printf(" some of it went to an app, or is of a user, not known;");
    }

    if (state->from <= state->to) {
        printf(" the ledger tells of %s to %s", from, to);
    }

    if (incomplete & (DM_LEDGER_EARLY | DM_LEDGER_LATE)) {
        printf(" only");
    }

    printf("%s\n", inquiry->n_keys ? "" : "; it was read without a key");
}


void
dm_report_text_end(const dm_inquiry_t *inquiry, const dm_ledger_state_t *state,
    unsigned incomplete, int64_t since, int64_t until)
{
    char  from[DM_REPORT_TIME], to[DM_REPORT_TIME];

    if (state->records == 0 && state->wrong) {
        printf(inquiry->n_keys ? "no mac is right: is it the key of this ledger?\n"
                            : "no mac is right: a ledger that has a key is "
                              "verified with --key\n");
    }

    if (inquiry->answer) {
        dm_report_text_answer(inquiry, incomplete);
        dm_report_text_complete(inquiry, state, incomplete, since, until);
        return;
    }

    dm_report_time(state->from, from);
    dm_report_time(state->to, to);

    printf("%" PRIu64 " lines, %" PRIu64 " records, %" PRIu64 " chains, %"
           PRIu64 " of them closed and whole", state->lines, state->records,
           state->chains, state->closed);

    if (state->from <= state->to) {
        printf(", from %s to %s", from, to);
    }

    printf("\n");

    if (state->findings) {
        printf("not intact: %" PRIu64 " findings\n", state->findings);

    } else {
        printf("intact: all chains are closed, nothing is missing%s\n",
               inquiry->n_keys ? "" : "; without a key that is no proof against "
                                   "who can write the file");
    }
}
