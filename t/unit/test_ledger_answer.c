#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dm_ledger_answer.h"


static dm_ledger_record_t
record(dm_ledger_kind_t kind, dm_action_t action, dm_ledger_decision_t decision)
{
    dm_ledger_record_t  r;

    memset(&r, 0, sizeof(r));
    r.time = 1000;
    r.kind = kind;
    r.action = action;
    r.decision = decision;
    r.app = DM_STR("8840");
    r.user = 3;
    r.has_user = 1;

    return r;
}


static dm_ledger_question_t
all_of(uint64_t user)
{
    dm_ledger_question_t  q;

    memset(&q, 0, sizeof(q));
    q.user = user;
    q.since = DM_LEDGER_TIME_MIN;
    q.until = DM_LEDGER_TIME_MAX;

    return q;
}


static void
same(const dm_ledger_received_t *r, uint64_t reads, uint64_t deletes,
    uint64_t messages, uint64_t deliveries)
{
    assert_int_equal(r->reads, reads);
    assert_int_equal(r->deletes, deletes);
    assert_int_equal(r->messages, messages);
    assert_int_equal(r->deliveries, deliveries);
}


/* What brings messages to an app, and what does not. */
static void
test_received(void **state)
{
    int                    k, a, d, went, delivered;
    dm_str_t               id;
    dm_ledger_answer_t    *answer;
    dm_ledger_record_t     r;
    dm_ledger_state_t      ledger = { .from = 0, .to = 2000 };
    int64_t                since, until;

    const dm_ledger_question_t  q = all_of(3);

    (void) state;

    answer = dm_ledger_answer_create(&q);

    for (k = 0; k < DM_LEDGER_KINDS; k++) {
        for (a = 0; a < DM_ACTIONS; a++) {
            for (d = 0; d < DM_LEDGER_DECISIONS; d++) {
                r = record((dm_ledger_kind_t) k, (dm_action_t) a,
                           (dm_ledger_decision_t) d);
                went = d == DM_LEDGER_PASSED
                       || d == DM_LEDGER_REJECTED_DRY_RUN;
                delivered = d == DM_LEDGER_DELIVERED;

                assert_int_equal(dm_ledger_answer_take(answer, &r),
                    (k == DM_LEDGER_GATE && went
                     && (a == DM_ACTION_READ || a == DM_ACTION_DELETE))
                    || (k == DM_LEDGER_STREAM && delivered)
                    || (k == DM_LEDGER_DELIVERY && went
                        && a == DM_ACTION_READ));
            }
        }
    }

    assert_int_equal(dm_ledger_answer_end(answer, &ledger, &since, &until), 0);
    assert_int_equal(dm_ledger_answer_count(answer), 1);
    same(dm_ledger_answer_at(answer, 0, &id), 2, 2, DM_ACTIONS, 2);
    assert_true(dm_str_eq(id, DM_STR("8840")));
    assert_true(since == 0 && until == 2000);

    dm_ledger_answer_destroy(answer);
}


static void
test_who(void **state)
{
    dm_str_t                     id, events[] = { { "1", 1 }, { "2", 1 } };
    dm_ledger_answer_t          *answer;
    dm_ledger_record_t           r;
    dm_ledger_state_t            ledger = { .from = 0, .to = 2000 };
    int64_t                      since, until;
    const dm_ledger_received_t  *received;

    const dm_ledger_question_t  q = all_of(3);

    (void) state;

    answer = dm_ledger_answer_create(&q);

    r = record(DM_LEDGER_DELIVERY, DM_ACTION_READ, DM_LEDGER_PASSED);
    r.events = events;
    r.n_events = 2;
    assert_int_equal(dm_ledger_answer_take(answer, &r), 1);
    r.time = 500;
    assert_int_equal(dm_ledger_answer_take(answer, &r), 1);
    r.time = 700;
    assert_int_equal(dm_ledger_answer_take(answer, &r), 1);
    r.app = DM_STR("77");
    assert_int_equal(dm_ledger_answer_take(answer, &r), 1);
    r.user = 4;
    assert_int_equal(dm_ledger_answer_take(answer, &r), 0);

    /* whose it was is not known */

    r = record(DM_LEDGER_GATE, DM_ACTION_READ, DM_LEDGER_PASSED);
    r.has_user = 0;
    assert_int_equal(dm_ledger_answer_take(answer, &r), 1);

    assert_int_equal(dm_ledger_answer_end(answer, &ledger, &since, &until),
                     DM_LEDGER_UNKNOWN);
    assert_int_equal(dm_ledger_answer_count(answer), 2);

    received = dm_ledger_answer_at(answer, 0, &id);
    assert_true(dm_str_eq(id, DM_STR("77")));
    same(received, 0, 0, 0, 1);

    received = dm_ledger_answer_at(answer, 1, &id);
    assert_true(dm_str_eq(id, DM_STR("8840")));
    same(received, 0, 0, 0, 3);
    assert_int_equal(received->events, 6);
    assert_true(received->first == 500 && received->last == 1000);

    same(dm_ledger_answer_unknown(answer), 1, 0, 0, 0);

    dm_ledger_answer_destroy(answer);
}


static void
test_affected(void **state)
{
    dm_str_t              id;
    dm_ledger_answer_t   *answer;
    dm_ledger_record_t    r;
    dm_ledger_state_t     ledger = { .from = 0, .to = 2000 };
    int64_t               since, until;
    dm_ledger_question_t  q;

    (void) state;

    q = all_of(0);
    q.by_app = 1;
    q.app = DM_STR("8840");
    answer = dm_ledger_answer_create(&q);

    r = record(DM_LEDGER_STREAM, DM_ACTION_READ, DM_LEDGER_DELIVERED);
    r.user = 12;
    assert_int_equal(dm_ledger_answer_take(answer, &r), 1);
    r.user = 3;
    assert_int_equal(dm_ledger_answer_take(answer, &r), 1);
    r.app = DM_STR("77");
    assert_int_equal(dm_ledger_answer_take(answer, &r), 0);
    assert_int_equal(dm_ledger_answer_end(answer, &ledger, &since, &until), 0);
    assert_int_equal(dm_ledger_answer_count(answer), 2);
    same(dm_ledger_answer_at(answer, 0, &id), 0, 0, 1, 0);
    assert_true(dm_str_eq(id, DM_STR("3")));
    same(dm_ledger_answer_at(answer, 1, &id), 0, 0, 1, 0);
    assert_true(dm_str_eq(id, DM_STR("12")));

    /* a token that the table did not know is any app's */

    r.app = DM_STR("");
    r.has_user = 0;
    assert_int_equal(dm_ledger_answer_take(answer, &r), 1);
    same(dm_ledger_answer_unknown(answer), 0, 0, 1, 0);

    dm_ledger_answer_destroy(answer);
}


/* What may be missing matters where it may be of the time that is asked for. */
static void
test_complete(void **state)
{
    size_t                i;
    dm_ledger_answer_t   *answer;
    dm_ledger_state_t     ledger = { .from = 1000, .to = 9000 };
    dm_ledger_finding_t   f;
    int64_t               since, until;
    dm_ledger_question_t  q;

#define MIN  DM_LEDGER_TIME_MIN
#define MAX  DM_LEDGER_TIME_MAX

    static const struct {
        int64_t            since, until;
        dm_ledger_fault_t  fault;
        int64_t            from, to;
        unsigned           hole;
        int                incomplete;
    } cases[] = {
        { MIN, MAX, DM_LEDGER_MISSING, 2000, 3000, 1, DM_LEDGER_HOLES },
        { MIN, MAX, DM_LEDGER_NO_RECORD, 0, 0, 0, 0 },
        { MIN, MAX, DM_LEDGER_REFUSED, 2000, 3000, 0, 0 },
        { 3000, 4000, DM_LEDGER_MISSING, 2000, 3000, 1, DM_LEDGER_HOLES },
        { 3001, 4000, DM_LEDGER_MISSING, 2000, 3000, 1, 0 },
        { 1000, 2001, DM_LEDGER_MISSING, 2000, 3000, 1, DM_LEDGER_HOLES },
        { 1000, 2000, DM_LEDGER_MISSING, 2000, 3000, 1, 0 },
        { 1000, 8000, DM_LEDGER_NOT_CLOSED, 8000, MAX, 1, 0 },
        { 1000, 8001, DM_LEDGER_NOT_CLOSED, 8000, MAX, 1, DM_LEDGER_HOLES },
        { MIN, MAX, DM_LEDGER_NOT_CLOSED, 9000, MAX, 1, DM_LEDGER_HOLES },
        { MIN, MAX, DM_LEDGER_CLOCK, 3000, 2000, 0, 0 },
        { MIN, 9000, DM_LEDGER_CLOCK, 3000, 2000, 0, DM_LEDGER_UNDATED },
        { 1000, MAX, DM_LEDGER_CLOCK, 3000, 2000, 0, DM_LEDGER_UNDATED },
        { 999, MAX, DM_LEDGER_NO_RECORD, 0, 0, 0, DM_LEDGER_EARLY },
        { 1000, 9001, DM_LEDGER_NO_RECORD, 0, 0, 0, DM_LEDGER_LATE },
        { 1000, 9000, DM_LEDGER_NO_RECORD, 0, 0, 0, 0 },
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        q = all_of(3);
        q.since = cases[i].since;
        q.until = cases[i].until;
        memset(&f, 0, sizeof(f));
        f.fault = cases[i].fault;
        f.from = cases[i].from;
        f.to = cases[i].to;
        f.hole = cases[i].hole;

        answer = dm_ledger_answer_create(&q);

        assert_int_equal(dm_ledger_answer_find(answer, &f),
                         (cases[i].incomplete
                          & (DM_LEDGER_HOLES | DM_LEDGER_UNDATED)) != 0);
        assert_int_equal(dm_ledger_answer_end(answer, &ledger, &since, &until),
                         cases[i].incomplete);
        assert_true(since == (cases[i].since == MIN ? 1000 : cases[i].since));
        assert_true(until == (cases[i].until == MAX ? 9000 : cases[i].until));
        dm_ledger_answer_destroy(answer);
    }
}


static void
test_time(void **state)
{
    dm_ledger_answer_t    *answer;
    dm_ledger_record_t     r;
    dm_ledger_question_t   q;

    (void) state;

    q = all_of(3);
    q.since = 1000;
    q.until = 2000;
    answer = dm_ledger_answer_create(&q);
    r = record(DM_LEDGER_GATE, DM_ACTION_READ, DM_LEDGER_PASSED);

    r.time = 999;
    assert_int_equal(dm_ledger_answer_take(answer, &r), 0);
    r.time = 1000;
    assert_int_equal(dm_ledger_answer_take(answer, &r), 1);
    r.time = 1999;
    assert_int_equal(dm_ledger_answer_take(answer, &r), 1);
    r.time = 2000;
    assert_int_equal(dm_ledger_answer_take(answer, &r), 0);

    dm_ledger_answer_destroy(answer);
    dm_ledger_answer_destroy(NULL);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_received),
        cmocka_unit_test(test_who),
        cmocka_unit_test(test_affected),
        cmocka_unit_test(test_complete),
        cmocka_unit_test(test_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
