/*
 * What takes longer the larger the table is, is done in pieces of a size that
 * is asked for: a process that is told to leave, or has requests to answer,
 * gets round to it between them.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "dm_table_layout.h"


#define SIZE    (1024 * 1024)
#define TOKENS  5000
#define PIECE   4096


static dm_record_t
token(uint64_t i)
{
    uint64_t     key[2] = { i * 0x9e3779b97f4a7c15ull, i };
    dm_record_t  r;

    memset(&r, 0, sizeof(r));
    memcpy(r.key, key, DM_KEY_LEN);
    r.kind = DM_RECORD_TOKEN;
    r.app = i % 3 ? DM_STR("a") : DM_STR("b");
    r.user = i;
    r.may = DM_LEVEL_DM;
    r.flow = i % 10 ? DM_FLOW_AUTHORIZE : DM_FLOW_XAUTH;

    return r;
}


static int
find(const dm_table_t *t, uint64_t i)
{
    dm_grant_t   g;
    dm_record_t  r;

    r = token(i);

    return dm_table_find(t, r.key, DM_STR(""), &g);
}


static void
apply(dm_table_t *t, uint64_t i)
{
    dm_record_t  r;

    r = token(i);
    assert_int_equal(dm_table_apply(t, &r), DM_TABLE_OK);
}


/* Memory that held something else, and a state begun in it. */
static dm_table_t *
begun(unsigned users)
{
    dm_table_t  *t;

    t = malloc(SIZE);
    memset(t, 0xa5, SIZE);
    assert_ptr_equal(dm_table_init(t, SIZE), t);
    dm_table_begin(t, TOKENS, 0, users);

    return t;
}


static size_t
changed(const void *one, const void *two)
{
    size_t          i, n;
    const uint64_t  *a = one;
    const uint64_t  *b = two;

    n = 0;

    for (i = 0; i < SIZE / 8; i++) {
        n += a[i] != b[i];
    }

    return n * 8;
}


static void
test_clear(void **state)
{
    char        *before;
    unsigned     users, more, n;
    dm_table_t  *t;

    (void) state;

    before = malloc(SIZE);

    for (users = 0; users < 2; users++) {
        t = malloc(SIZE);
        memset(t, 0xa5, SIZE);
        (void) dm_table_init(t, SIZE);

        memcpy(before, t, SIZE);
        dm_table_begin(t, TOKENS, 0, users);
        assert_true(changed(before, t) <= sizeof(dm_state_t));

        n = 0;

        do {
            memcpy(before, t, SIZE);
            more = dm_table_clear(t, PIECE);
            assert_true(changed(before, t) <= PIECE + sizeof(uint64_t));
            n++;
        } while (more);

        assert_true(n >= TOKENS * sizeof(dm_slot_t) / PIECE);
        assert_int_equal(dm_table_clear(t, PIECE), 0);

        dm_table_publish(t);
        assert_int_equal(find(t, 1), 0);
        apply(t, 1);
        assert_int_equal(find(t, 1), 1);
        free(t);
    }

    free(before);
}


static void
test_clear_rest(void **state)
{
    unsigned     i, pieces;
    dm_table_t  *t;
    dm_record_t  r;

    (void) state;

    for (pieces = 0; pieces < 80; pieces += 13) {
        t = begun(pieces & 1);

        for (i = 0; i < pieces; i++) {
            (void) dm_table_clear(t, PIECE);
        }

        if (pieces % 3) {
            for (i = 0; i < TOKENS; i++) {
                r = token(i);
                assert_int_equal(dm_table_put(t, &r), DM_TABLE_OK);
            }
        }

        dm_table_publish(t);

        for (i = 0; i < TOKENS; i++) {
            assert_int_equal(find(t, i), pieces % 3 != 0);
        }

        assert_int_equal(find(t, TOKENS), 0);
        free(t);
    }
}


/* As a writer left it that died with the counters not yet written. */
static dm_table_t *
broken(dm_table_info_t *info)
{
    unsigned     i;
    dm_table_t  *t;
    dm_state_t  *live;

    t = begun(1);

    dm_table_publish(t);

    for (i = 0; i < TOKENS; i++) {
        apply(t, i);
    }

    dm_table_info(t, info);
    live = dm_table_state(t, 1);
    live->changes++;
    live->used -= 7;
    live->tokens -= 3;
    live->apps--;
    live->clamped += 5;

    return t;
}


static void
test_repair(void **state)
{
    uint64_t           n, all, used;
    dm_table_t        *t;
    dm_state_t        *live;
    dm_table_info_t    want, info;
    dm_table_repair_t  repair;

    (void) state;

    t = broken(&want);
    live = dm_table_state(t, 1);
    used = live->used + 7;
    all = live->heads + live->slots;
    memset(&repair, 0, sizeof(repair));

    for (n = 1; dm_table_repair(t, &repair, 10); n++) {
        assert_int_equal(live->changes & 1, 1);
        assert_true(repair.at <= n * 10);
    }

    assert_true(n >= all / 10);
    assert_int_equal(live->changes & 1, 0);

    dm_table_info(t, &info);
    assert_int_equal(info.tokens, want.tokens);
    assert_int_equal(info.apps, want.apps);
    assert_int_equal(info.clamped, want.clamped);
    assert_int_equal(live->used, used);

    assert_int_equal(dm_table_repair(t, &repair, 10), 0);
    free(t);
}


/* A repair that ends with its process, and what nobody has repaired. */
static void
test_repair_again(void **state)
{
    unsigned           i, steps;
    dm_table_t        *t;
    dm_table_info_t    want, info;
    dm_table_repair_t  repair;

    (void) state;

    for (steps = 0; steps < 9000; steps += 1500) {
        t = broken(&want);
        memset(&repair, 0, sizeof(repair));

        for (i = 0; i < steps; i += 100) {
            (void) dm_table_repair(t, &repair, 100);
        }

        apply(t, 1);

        dm_table_info(t, &info);
        assert_int_equal(info.tokens, want.tokens);
        assert_int_equal(info.apps, want.apps);
        assert_int_equal(info.clamped, want.clamped);
        free(t);
    }

    t = malloc(SIZE);
    (void) dm_table_init(t, SIZE);
    memset(&repair, 0, sizeof(repair));
    assert_int_equal(dm_table_repair(t, &repair, 100), 0);
    free(t);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_clear),
        cmocka_unit_test(test_clear_rest),
        cmocka_unit_test(test_repair),
        cmocka_unit_test(test_repair_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
