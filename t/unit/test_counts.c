#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "dm_counts.h"


static uint32_t         dead;
static dm_counts_sum_t  sum;


static int
alive(uint32_t pid)
{
    return pid != dead;
}


static dm_counts_t *
create(void)
{
    void  *memory;

    memory = aligned_alloc(64, dm_counts_size());
    assert_non_null(memory);
    memset(memory, 0, dm_counts_size());
    dead = 0;

    return dm_counts_init(memory);
}


static void
count_app(dm_counts_slot_t *slot, unsigned id, dm_count_app_kind_t kind,
    unsigned times)
{
    char  name[16];
    int   len;

    len = snprintf(name, sizeof(name), "%u", id);

    while (times--) {
        dm_counts_app(slot, (dm_str_t) { name, (size_t) len }, kind);
    }
}


static void
test_slots_add_up(void **state)
{
    dm_counts_t       *counts;
    dm_counts_slot_t  *one, *two;

    (void) state;
    counts = create();
    one = dm_counts_claim(counts, 10, alive);
    two = dm_counts_claim(counts, 11, alive);
    assert_ptr_not_equal(one, two);
    assert_ptr_equal(dm_counts_claim(counts, 10, alive), one);

    dm_counts_request(one, DM_COUNT_ENFORCED, DM_ACTION_READ,
                      DM_REASON_NO_DM_ACCESS);
    dm_counts_request(two, DM_COUNT_ENFORCED, DM_ACTION_READ,
                      DM_REASON_NO_DM_ACCESS);
    dm_counts_request(two, DM_COUNT_DRY_RUN, DM_ACTION_DELETE,
                      DM_REASON_UNKNOWN_TOKEN);
    dm_counts_delivery(one, DM_COUNT_ENFORCED, DM_REASON_PASSED);
    dm_counts_add(one, DM_COUNT_LEDGER_LOST, 7);
    dm_counts_add(two, DM_COUNT_LEDGER_LOST, 2);

    dm_counts_sum(counts, alive, &sum);
    assert_int_equal(sum.requests[DM_COUNT_ENFORCED][DM_ACTION_READ]
                     [DM_REASON_NO_DM_ACCESS], 2);
    assert_int_equal(sum.requests[DM_COUNT_DRY_RUN][DM_ACTION_DELETE]
                     [DM_REASON_UNKNOWN_TOKEN], 1);
    assert_int_equal(sum.deliveries[DM_COUNT_ENFORCED][DM_REASON_PASSED], 1);
    assert_int_equal(sum.n[DM_COUNT_LEDGER_LOST], 9);
    free(counts);
}


static void
test_dead_process_leaves_its_counts(void **state)
{
    dm_counts_t       *counts;
    dm_counts_slot_t  *slot;

    (void) state;
    counts = create();
    slot = dm_counts_claim(counts, 10, alive);
    dm_counts_add(slot, DM_COUNT_STREAM_OPEN, 5);
    dm_counts_add(slot, DM_COUNT_STREAM_OPEN, -2);
    dm_counts_add(slot, DM_COUNT_STREAM_DELIVERED, 4);

    dm_counts_sum(counts, alive, &sum);
    assert_int_equal(sum.n[DM_COUNT_STREAM_OPEN], 3);

    dead = 10;
    dm_counts_sum(counts, alive, &sum);
    assert_int_equal(sum.n[DM_COUNT_STREAM_OPEN], 0);
    assert_int_equal(sum.n[DM_COUNT_STREAM_DELIVERED], 4);

    assert_ptr_equal(dm_counts_claim(counts, 12, alive), slot);
    dm_counts_add(slot, DM_COUNT_STREAM_DELIVERED, 1);
    dm_counts_sum(counts, alive, &sum);
    assert_int_equal(sum.n[DM_COUNT_STREAM_OPEN], 0);
    assert_int_equal(sum.n[DM_COUNT_STREAM_DELIVERED], 5);
    free(counts);
}


static void
test_no_slot_counts_nothing(void **state)
{
    uint32_t      pid;
    dm_counts_t  *counts;

    (void) state;
    counts = create();

    for (pid = 1; pid <= DM_COUNTS_SLOTS; pid++) {
        assert_non_null(dm_counts_claim(counts, pid, alive));
    }

    assert_null(dm_counts_claim(counts, pid, alive));
    dm_counts_request(NULL, DM_COUNT_ENFORCED, DM_ACTION_READ,
                      DM_REASON_PASSED);
    dm_counts_delivery(NULL, DM_COUNT_ENFORCED, DM_REASON_PASSED);
    dm_counts_add(NULL, DM_COUNT_LEDGER_GAPS, 1);
    count_app(NULL, 1, DM_COUNT_APP_PASSED, 1);

    dead = 77;
    assert_non_null(dm_counts_claim(counts, pid, alive));
    free(counts);
}


static void
test_apps_in_the_order_of_what_breaks(void **state)
{
    dm_counts_t       *counts;
    dm_counts_slot_t  *one, *two;

    (void) state;
    counts = create();
    one = dm_counts_claim(counts, 10, alive);
    two = dm_counts_claim(counts, 11, alive);

    count_app(one, 1, DM_COUNT_APP_PASSED, 100);
    count_app(one, 2, DM_COUNT_APP_WOULD_REJECT, 2);
    count_app(two, 2, DM_COUNT_APP_WOULD_REJECT, 2);
    count_app(two, 3, DM_COUNT_APP_WOULD_REJECT, 3);
    count_app(two, 4, DM_COUNT_APP_REJECTED, 1);

    dm_counts_sum(counts, alive, &sum);
    assert_int_equal(sum.n_apps, 4);
    assert_memory_equal(sum.apps[0].id, "2", 1);
    assert_int_equal(sum.apps[0].n[DM_COUNT_APP_WOULD_REJECT], 4);
    assert_memory_equal(sum.apps[1].id, "3", 1);
    assert_memory_equal(sum.apps[2].id, "4", 1);
    assert_memory_equal(sum.apps[3].id, "1", 1);
    assert_int_equal(sum.apps[3].n[DM_COUNT_APP_PASSED], 100);
    free(counts);
}


/* Twenty busy apps among ten thousand that come once or twice. */
static void
test_busy_apps_stay_and_nothing_is_lost(void **state)
{
    size_t             i, busy;
    uint64_t           total;
    unsigned           id;
    dm_counts_t       *counts;
    dm_counts_slot_t  *slot;

    (void) state;
    counts = create();
    slot = dm_counts_claim(counts, 10, alive);

    for (id = 1; id <= 20; id++) {
        count_app(slot, id, DM_COUNT_APP_PASSED, 1000);
    }

    for (id = 1000; id < 11000; id++) {
        count_app(slot, id, DM_COUNT_APP_PASSED, 1 + id % 2);
    }

    dm_counts_sum(counts, alive, &sum);
    total = sum.other[DM_COUNT_APP_PASSED];
    busy = 0;

    for (i = 0; i < sum.n_apps; i++) {
        total += sum.apps[i].n[DM_COUNT_APP_PASSED];
        busy += sum.apps[i].n[DM_COUNT_APP_PASSED] == 1000;
    }

    assert_int_equal(busy, 20);
    assert_int_equal(total, 20 * 1000 + 15000);
    free(counts);
}


static void
test_list_of_a_sum_is_bounded(void **state)
{
    size_t             i;
    uint32_t           pid;
    uint64_t           total;
    unsigned           id;
    dm_counts_t       *counts;
    dm_counts_slot_t  *slot;

    (void) state;
    counts = create();

    for (pid = 1; pid <= 16; pid++) {
        slot = dm_counts_claim(counts, pid, alive);

        for (id = 0; id < 200; id++) {
            count_app(slot, pid * 1000 + id, DM_COUNT_APP_REJECTED, 1);
        }
    }

    dm_counts_sum(counts, alive, &sum);
    assert_int_equal(sum.n_apps, DM_COUNT_APPS);
    total = sum.other[DM_COUNT_APP_REJECTED];

    for (i = 0; i < sum.n_apps; i++) {
        total += sum.apps[i].n[DM_COUNT_APP_REJECTED];
    }

    assert_int_equal(total, 16 * 200);
    free(counts);
}


static void
test_app_id_of_any_length(void **state)
{
    char               id[DM_COUNT_APP_ID + 1];
    dm_counts_t       *counts;
    dm_counts_slot_t  *slot;

    (void) state;
    memset(id, 'a', sizeof(id));
    counts = create();
    slot = dm_counts_claim(counts, 10, alive);

    dm_counts_app(slot, (dm_str_t) { id, 0 }, DM_COUNT_APP_PASSED);
    dm_counts_app(slot, (dm_str_t) { id, sizeof(id) }, DM_COUNT_APP_PASSED);
    dm_counts_app(slot, (dm_str_t) { id, DM_COUNT_APP_ID },
                  DM_COUNT_APP_PASSED);

    dm_counts_sum(counts, alive, &sum);
    assert_int_equal(sum.n_apps, 1);
    assert_int_equal(sum.apps[0].id_len, DM_COUNT_APP_ID);
    free(counts);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_slots_add_up),
        cmocka_unit_test(test_dead_process_leaves_its_counts),
        cmocka_unit_test(test_no_slot_counts_nothing),
        cmocka_unit_test(test_apps_in_the_order_of_what_breaks),
        cmocka_unit_test(test_busy_apps_stay_and_nothing_is_lost),
        cmocka_unit_test(test_list_of_a_sum_is_bounded),
        cmocka_unit_test(test_app_id_of_any_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
