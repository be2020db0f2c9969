/* What is found, for programs: docs/ledger.md has the names. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger.h"


#define DM_REPORT_FINDINGS  1000        /* that are kept */


/* `value` is taken over; without memory there is no report. */
static void
dm_report_set(dm_inquiry_t *inquiry, json_t *object, const char *key,
    json_t *value)
{
    if (json_object_set_new(object, key, value) != 0) {
        inquiry->failed = 1;
    }
}


/* null where nothing bounds the time */
static void
dm_report_set_time(dm_inquiry_t *inquiry, json_t *object, const char *key,
    int64_t time)
{
    char  text[DM_REPORT_TIME];

    dm_report_time(time, text);
    dm_report_set(inquiry, object, key, text[0] ? json_string(text)
                                                : json_null());
}


static void
dm_report_set_number(dm_inquiry_t *inquiry, json_t *object, const char *key,
    uint64_t n)
{
    dm_report_set(inquiry, object, key, json_integer((json_int_t) n));
}


static void
dm_report_set_str(dm_inquiry_t *inquiry, json_t *object, const char *key,
    dm_str_t value)
{
    dm_report_set(inquiry, object, key, json_stringn(value.data, value.len));
}


static void
dm_report_set_chain(dm_inquiry_t *inquiry, json_t *object, const char *key,
    const dm_ledger_chain_t *chain)
{
    char  name[DM_LEDGER_CHAIN_MAX];

    dm_report_set_str(inquiry, object, key, (dm_str_t) {
                          name, dm_ledger_chain_name(chain, name)
                      });
}


void
dm_report_json_finding(dm_inquiry_t *inquiry, const dm_ledger_finding_t *f)
{
    char     text[DM_REPORT_TEXT];
    json_t  *object;

    inquiry->n_findings++;

    if (inquiry->findings == NULL) {
        inquiry->findings = json_array();
    }

    if (json_array_size(inquiry->findings) == DM_REPORT_FINDINGS) {
        return;
    }

    object = json_object();
    dm_report_set_str(inquiry, object, "fault", dm_ledger_fault_word(f->fault));

    if (f->line) {
        dm_report_set(inquiry, object, "file",
                      json_string(inquiry->files[f->file]));
        dm_report_set_number(inquiry, object, "line", f->line);
        dm_report_set_number(inquiry, object, "line_last", f->line_last);
    }

    if (f->has_chain) {
        dm_report_set_chain(inquiry, object, "chain", &f->chain);
    }

    if (f->other.workers) {
        dm_report_set_chain(inquiry, object, "other", &f->other);
    }

    if (f->has_chain && (f->first || f->last)) {
        dm_report_set_number(inquiry, object, "first", f->first);
        dm_report_set_number(inquiry, object, "last", f->last);
    }

    if (f->lost) {
        dm_report_set_number(inquiry, object, "lost", f->lost);
    }

    if (f->hole) {
        dm_report_set_time(inquiry, object, "from", f->from);
        dm_report_set_time(inquiry, object, "to", f->to);
    }

    dm_report_sentence(inquiry, f, text);
    dm_report_set(inquiry, object, "text", json_string(text));

    if (json_array_append_new(inquiry->findings, object) != 0) {
        inquiry->failed = 1;
    }
}


static void
dm_report_dump(dm_inquiry_t *inquiry, json_t *object, unsigned continued)
{
    char  *text;

    text = json_dumps(object, JSON_ENSURE_ASCII | JSON_COMPACT);

    if (text == NULL) {
        inquiry->failed = 1;
        return;
    }

    fputs(text + continued, stdout);
    free(text);
}


/* They are written as they are read: "records" comes first. */
void
dm_report_json_record(dm_inquiry_t *inquiry, const dm_ledger_read_t *read)
{
    fputs(inquiry->listed++ ? "," : "{\"records\":[", stdout);
    dm_report_dump(inquiry, read->json, 0);
}


static void
dm_report_set_received(dm_inquiry_t *inquiry, json_t *object,
    const dm_ledger_received_t *r)
{
    dm_report_set_number(inquiry, object, "reads", r->reads);
    dm_report_set_number(inquiry, object, "deletes", r->deletes);
    dm_report_set_number(inquiry, object, "streamed", r->messages);
    dm_report_set_number(inquiry, object, "deliveries", r->deliveries);
    dm_report_set_number(inquiry, object, "messages", r->events);
    dm_report_set_time(inquiry, object, "first", r->first);
    dm_report_set_time(inquiry, object, "last", r->last);
}


static void
dm_report_json_rows(dm_inquiry_t *inquiry, json_t *root)
{
    size_t                       i;
    json_t                      *rows, *row;
    dm_str_t                     id;
    const char                  *name;
    const dm_ledger_received_t  *received;

    name = inquiry->kind == DM_INQUIRY_WHO ? "app" : "user";
    rows = json_array();

    for (i = 0; i < dm_ledger_answer_count(inquiry->answer); i++) {
        received = dm_ledger_answer_at(inquiry->answer, i, &id);
        row = json_object();
        dm_report_set_str(inquiry, row, name, id);
        dm_report_set_received(inquiry, row, received);

        if (json_array_append_new(rows, row) != 0) {
            inquiry->failed = 1;
        }
    }

    dm_report_set(inquiry, root, inquiry->kind == DM_INQUIRY_WHO ? "apps"
                                                                 : "users",
                  rows);
}


static void
dm_report_json_answer(dm_inquiry_t *inquiry, json_t *root, unsigned incomplete,
    int64_t since, int64_t until)
{
    char     user[32];
    size_t   i;
    json_t  *why, *unknown;

    static const char *const  reasons[] = {
        "missing", "before", "after", "unknown", "clock"
    };

    if (inquiry->kind == DM_INQUIRY_WHO) {
        snprintf(user, sizeof(user), "%" PRIu64, inquiry->question.user);
        dm_report_set(inquiry, root, "user", json_string(user));

    } else {
        dm_report_set_str(inquiry, root, "app", inquiry->question.app);
    }

    dm_report_set_time(inquiry, root, "since", since);
    dm_report_set_time(inquiry, root, "until", until);
    dm_report_set(inquiry, root, "complete", json_boolean(incomplete == 0));

    why = json_array();

    for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        if ((incomplete >> i & 1)
            && json_array_append_new(why, json_string(reasons[i])) != 0)
        {
            inquiry->failed = 1;
        }
    }

    dm_report_set(inquiry, root, "incomplete", why);
    dm_report_json_rows(inquiry, root);

    if (incomplete & DM_LEDGER_UNKNOWN) {
        unknown = json_object();
        dm_report_set_received(inquiry, unknown,
                               dm_ledger_answer_unknown(inquiry->answer));
        dm_report_set(inquiry, root, "unknown", unknown);
    }
}


void
dm_report_json_end(dm_inquiry_t *inquiry, const dm_ledger_state_t *state,
    unsigned incomplete, int64_t since, int64_t until)
{
    json_t      *root, *ledger, *findings;
    const char  *key;

    root = json_object();
    ledger = json_object();
    findings = inquiry->findings ? inquiry->findings : json_array();
    inquiry->findings = NULL;
    key = inquiry->n_keys ? "hmac-sha256" : "sha256";

    if (inquiry->answer) {
        dm_report_json_answer(inquiry, root, incomplete, since, until);
    }

    dm_report_set(inquiry, ledger, "intact",
                  json_boolean(state->findings == 0));
    dm_report_set(inquiry, ledger, "mac", json_string(key));
    dm_report_set_time(inquiry, ledger, "from", state->from);
    dm_report_set_time(inquiry, ledger, "to", state->to);
    dm_report_set_number(inquiry, ledger, "files", inquiry->n_files);
    dm_report_set_number(inquiry, ledger, "lines", state->lines);
    dm_report_set_number(inquiry, ledger, "records", state->records);
    dm_report_set_number(inquiry, ledger, "chains", state->chains);
    dm_report_set_number(inquiry, ledger, "closed", state->closed);

    dm_report_set(inquiry, root, "ledger", ledger);
    dm_report_set_number(inquiry, root, "n_findings", inquiry->n_findings);
    dm_report_set(inquiry, root, "findings", findings);

    if (inquiry->list) {
        fputs(inquiry->listed ? "]," : "{\"records\":[],", stdout);
    }

    dm_report_dump(inquiry, root, inquiry->list);
    fputs("\n", stdout);
    json_decref(root);
}
