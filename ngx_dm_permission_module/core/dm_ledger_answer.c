#include <stdlib.h>

#include "dm_ledger_answer.h"
#include "dm_ledger_text.h"
#include "dm_map.h"


typedef struct {
    dm_str_t               id;
    dm_ledger_received_t  *received;
} dm_ledger_row_t;


struct dm_ledger_answer_s {
    const dm_ledger_question_t  *question;
    dm_map_t                    *found;      /* id -> dm_ledger_received_t */
    dm_ledger_row_t             *rows;       /* the same in order, at the end */
    dm_ledger_received_t         unknown;
    unsigned                     incomplete;
};


dm_ledger_answer_t *
dm_ledger_answer_create(const dm_ledger_question_t *question)
{
    dm_ledger_answer_t  *answer;

    answer = calloc(1, sizeof(dm_ledger_answer_t));
    if (answer == NULL) {
        return NULL;
    }

    answer->question = question;
    answer->found = dm_map_create(sizeof(dm_ledger_received_t));

    if (answer->found == NULL) {
        free(answer);
        return NULL;
    }

    return answer;
}


void
dm_ledger_answer_destroy(dm_ledger_answer_t *answer)
{
    if (answer != NULL) {
        dm_map_destroy(answer->found);
        free(answer->rows);
        free(answer);
    }
}


static unsigned
dm_ledger_went_out(const dm_ledger_record_t *record)
{
    if (record->kind == DM_LEDGER_STREAM) {
        return record->decision == DM_LEDGER_DELIVERED;
    }

    if (record->decision != DM_LEDGER_PASSED
        && record->decision != DM_LEDGER_REJECTED_DRY_RUN)
    {
        return 0;
    }

    return (record->kind == DM_LEDGER_GATE
            && (record->action == DM_ACTION_READ
                || record->action == DM_ACTION_DELETE))
           || (record->kind == DM_LEDGER_DELIVERY
               && record->action == DM_ACTION_READ);
}


static void
dm_ledger_received_add(dm_ledger_received_t *received,
    const dm_ledger_record_t *record)
{
    unsigned  none;

    none = received->reads + received->deletes + received->messages
           + received->deliveries == 0;

    if (none || record->time < received->first) {
        received->first = record->time;
    }

    if (none || record->time > received->last) {
        received->last = record->time;
    }

    if (record->kind == DM_LEDGER_STREAM) {
        received->messages++;

    } else if (record->kind == DM_LEDGER_DELIVERY) {
        received->deliveries++;
        received->events += record->n_events;

    } else if (record->action == DM_ACTION_DELETE) {
        received->deletes++;

    } else {
        received->reads++;
    }
}


/*
 * Whose row it belongs to: `id` is empty where that is not known.  0 where it
 * is of somebody else.
 */
static int
dm_ledger_answer_whose(const dm_ledger_question_t *question,
    const dm_ledger_record_t *record, char number[24], dm_str_t *id)
{
    *id = DM_STR("");

    if (question->by_app) {
        if (record->app.len && !dm_str_eq(record->app, question->app)) {
            return 0;
        }

        if (record->app.len && record->has_user) {
            id->data = number;
            id->len = (size_t) (dm_ledger_number(number, record->user)
                                - number);
        }

        return 1;
    }

    if (record->has_user && record->user != question->user) {
        return 0;
    }

    if (record->has_user) {
        *id = record->app;
    }

    return 1;
}


int
dm_ledger_answer_take(dm_ledger_answer_t *answer,
    const dm_ledger_record_t *record)
{
    char                         number[24];
    dm_str_t                     id;
    dm_ledger_received_t        *received;
    const dm_ledger_question_t  *question;

    question = answer->question;

    if (record->time < question->since || record->time >= question->until
        || !dm_ledger_went_out(record)
        || !dm_ledger_answer_whose(question, record, number, &id))
    {
        return 0;
    }

    received = id.len ? dm_map_get(answer->found, id) : &answer->unknown;

    if (received == NULL) {
        return -2;
    }

    dm_ledger_received_add(received, record);

    if (id.len == 0) {
        answer->incomplete |= DM_LEDGER_UNKNOWN;
    }

    return 1;
}


/* Where a clock went back no time says when: it matters where one is asked. */
int
dm_ledger_answer_find(dm_ledger_answer_t *answer, const dm_ledger_finding_t *f)
{
    const dm_ledger_question_t  *question;

    question = answer->question;

    if (f->fault == DM_LEDGER_CLOCK
        && (question->since != DM_LEDGER_TIME_MIN
            || question->until != DM_LEDGER_TIME_MAX))
    {
        answer->incomplete |= DM_LEDGER_UNDATED;
        return 1;
    }

    if (f->hole && f->from < question->until && f->to >= question->since) {
        answer->incomplete |= DM_LEDGER_HOLES;
        return 1;
    }

    return 0;
}


static int
dm_ledger_answer_order(const void *one, const void *two)
{
    const dm_ledger_row_t  *a = one, *b = two;

    if (a->id.len != b->id.len) {
        return a->id.len < b->id.len ? -1 : 1;
    }

    return memcmp(a->id.data, b->id.data, a->id.len);
}


int
dm_ledger_answer_end(dm_ledger_answer_t *answer,
    const dm_ledger_state_t *state, int64_t *since, int64_t *until)
{
    size_t  i, n;

    *since = answer->question->since;
    *until = answer->question->until;

    if (*since == DM_LEDGER_TIME_MIN) {
        *since = state->from;
    }

    if (*until == DM_LEDGER_TIME_MAX) {
        *until = state->to;
    }

    if (*since < state->from) {
        answer->incomplete |= DM_LEDGER_EARLY;
    }

    if (*until > state->to) {
        answer->incomplete |= DM_LEDGER_LATE;
    }

    n = dm_map_count(answer->found);

    answer->rows = malloc((n + 1) * sizeof(dm_ledger_row_t));
    if (answer->rows == NULL) {
        return -2;
    }

    for (i = 0; i < n; i++) {
        answer->rows[i].received = dm_map_at(answer->found, i,
                                             &answer->rows[i].id);
    }

    qsort(answer->rows, n, sizeof(dm_ledger_row_t), dm_ledger_answer_order);

    return (int) answer->incomplete;
}


size_t
dm_ledger_answer_count(const dm_ledger_answer_t *answer)
{
    return dm_map_count(answer->found);
}


const dm_ledger_received_t *
dm_ledger_answer_at(const dm_ledger_answer_t *answer, size_t i, dm_str_t *id)
{
    *id = answer->rows[i].id;

    return answer->rows[i].received;
}


const dm_ledger_received_t *
dm_ledger_answer_unknown(const dm_ledger_answer_t *answer)
{
    return &answer->unknown;
}
