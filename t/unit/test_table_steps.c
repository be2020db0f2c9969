/*
 * The table's writer, killed before each of its stores in turn: whoever reads
 * then, and whoever writes next, finds a state that the records make.  And
 * its readers in memory that holds no state at all.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>


#define DM_TABLE_ACCESS_H               /* these are its accesses */

static jmp_buf   killed;
static unsigned  stores_left;           /* 0: the writer lives */


static inline void
step(void)
{
    if (stores_left != 0 && --stores_left == 0) {
        longjmp(killed, 1);
    }
}


#define dm_get(p)             __atomic_load_n(p, __ATOMIC_RELAXED)
#define dm_get_acquire(p)     __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define dm_fence_acquire()    __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define dm_fence_release()    __atomic_thread_fence(__ATOMIC_RELEASE)
#define dm_set(p, v)          (step(), __atomic_store_n(p, v, __ATOMIC_RELAXED))
#define dm_set_release(p, v)  (step(), __atomic_store_n(p, v, __ATOMIC_RELEASE))

#include "dm_table.c"
#include "dm_table_apps.c"
#include "dm_table_tokens.c"
#include "dm_table_user.c"
#include "dm_table_write.c"


#define SIZE    16384
#define TOKENS  5
#define APPS    2
#define USERS   2
#define NOW     1000


static const dm_str_t  ids[APPS] = { { "a", 1 }, { "b", 1 } };


/* All that can be asked of the tokens and apps of this test. */
typedef struct {
    dm_grant_t       grants[TOKENS];
    int              found[TOKENS];
    dm_user_grant_t  users[APPS][USERS];
} answers_t;


static dm_record_t
random_record(void)
{
    uint64_t     key[2];
    dm_record_t  r;

    memset(&r, 0, sizeof(r));
    r.app = ids[random() % APPS];

    if (random() % 4 == 0) {
        r.kind = DM_RECORD_APP;
        r.first_party = random() & 1;
        r.suspended = random() & 1;
        return r;
    }

    key[1] = random() % TOKENS;
    key[0] = key[1] << 50;
    memcpy(r.key, key, DM_KEY_LEN);
    r.kind = DM_RECORD_TOKEN;
    r.user = random() % USERS;
    r.may = DM_LEVEL_DM;
    r.flow = random() & 1;
    r.revoked = random() % 3 == 0;

    return r;
}


static void
ask(const dm_table_t *t, answers_t *a)
{
    unsigned  i, j;
    uint64_t  key[2];

    memset(a, 0, sizeof(*a));

    for (i = 0; i < TOKENS; i++) {
        key[0] = (uint64_t) i << 50;
        key[1] = i;
        a->found[i] = dm_table_find(t, (uint8_t *) key, ids[0], &a->grants[i]);
        a->grants[i].app = 0;           /* where its record happens to lie */
    }

    for (i = 0; i < APPS; i++) {
        for (j = 0; j < USERS; j++) {
            assert_int_equal(dm_table_user(t, ids[i], j, NOW, &a->users[i][j]),
                             1);
        }
    }
}


/* Each answer is one of the two, but not all need be of the same. */
static void
check_between(const answers_t *is, answers_t old, const answers_t *new)
{
    unsigned  i, j;

#define CHECK(x)                                                              \
    assert_true(memcmp(&is->x, &old.x, sizeof(is->x)) == 0                   \
                || memcmp(&is->x, &new->x, sizeof(is->x)) == 0)

    for (i = 0; i < TOKENS; i++) {
        CHECK(found[i]);
        CHECK(grants[i]);
    }

    /* an app is known before the first token that names it */
    for (i = 0; i < APPS; i++) {
        for (j = 0; j < USERS; j++) {
            old.users[i][j].app_known |= is->users[i][j].app_known
                                         & new->users[i][j].app_known;
            CHECK(users[i][j]);
        }
    }
}


/* The number of stores that the record takes at least, 0: it was written. */
static int
apply_killed(dm_table_t *t, const dm_record_t *r, unsigned at)
{
    if (setjmp(killed) != 0) {
        return 1;
    }

    stores_left = at;
    assert_int_equal(dm_table_apply(t, r), DM_TABLE_OK);
    stores_left = 0;

    return 0;
}


static void
check_info(const dm_table_t *t, const dm_table_t *want)
{
    dm_table_info_t  a, b;

    dm_table_info(t, &a);
    dm_table_info(want, &b);
    assert_int_equal(a.tokens, b.tokens);
    assert_int_equal(a.apps, b.apps);
    assert_int_equal(a.clamped, b.clamped);
}


/*
 * Killed in `first`, and in writing it again, at whatever store of recovery
 * that may be; then `second` is written.
 */
static void
check_record(const char *memory, const dm_record_t *first,
    const dm_record_t *second)
{
    unsigned     at, again;
    answers_t    is, old, new, last;
    dm_table_t  *t, *whole;

    t = malloc(SIZE);
    whole = malloc(SIZE);

    memcpy(whole, memory, SIZE);
    ask(whole, &old);
    assert_int_equal(dm_table_apply(whole, first), DM_TABLE_OK);
    ask(whole, &new);
    assert_int_equal(dm_table_apply(whole, second), DM_TABLE_OK);
    ask(whole, &last);

    for (at = 1; /* void */ ; at++) {
        memcpy(t, memory, SIZE);

        if (!apply_killed(t, first, at)) {
            break;
        }

        ask(t, &is);
        check_between(&is, old, &new);

        again = 1 + random() % 60;
        (void) apply_killed(t, first, again);
        ask(t, &is);
        check_between(&is, old, &new);

        assert_int_equal(dm_table_apply(t, first), DM_TABLE_OK);
        ask(t, &is);
        assert_memory_equal(&is, &new, sizeof(is));

        assert_int_equal(dm_table_apply(t, second), DM_TABLE_OK);
        ask(t, &is);
        assert_memory_equal(&is, &last, sizeof(is));
        check_info(t, whole);
    }

    assert_true(at > 3);
    free(t);
    free(whole);
}


static void
test_killed(void **state)
{
    char         *memory;
    unsigned      i, j;
    dm_table_t   *t;
    dm_record_t   r, second;

    (void) state;

    memory = malloc(SIZE);
    srandom(1);

    for (i = 0; i < 400; i++) {
        t = dm_table_init(memory, SIZE);
        dm_table_begin(t, 20, 0, 1);
        dm_table_publish(t);

        for (j = random() % 12; j != 0; j--) {
            r = random_record();
            assert_int_equal(dm_table_apply(t, &r), DM_TABLE_OK);
        }

        r = random_record();
        second = random_record();
        check_record(memory, &r, &second);
    }

    free(memory);
}


static void
test_killed_build(void **state)
{
    unsigned              at, n;
    volatile unsigned     writing;
    answers_t             is, old;
    dm_table_t           *t;
    dm_record_t           r;

    (void) state;

    t = dm_table_init(malloc(SIZE), SIZE);
    dm_table_begin(t, 20, 0, 1);
    srandom(2);

    for (n = 0; n < 10; n++) {
        r = random_record();
        assert_int_equal(dm_table_put(t, &r), DM_TABLE_OK);
    }

    dm_table_publish(t);
    ask(t, &old);

    for (at = 1, writing = 1; writing; at += 1 + random() % 40) {

        if (setjmp(killed) == 0) {
            stores_left = at;
            dm_table_begin(t, 20, 0, 1);

            for (n = 0; n < 10; n++) {
                r = random_record();
                assert_int_equal(dm_table_put(t, &r), DM_TABLE_OK);
            }

            stores_left = 0;
            writing = 0;
        }

        ask(t, &is);
        assert_memory_equal(&is, &old, sizeof(is));
    }

    free(t);
}


/* What a late reader may meet of a later state, and of a former index. */
static void
test_garbage(void **state)
{
    char             buf[256];
    uint64_t         i, j, *words;
    dm_view_t        view;
    dm_table_t      *t;
    dm_state_t      *live;
    dm_table_app_t   app;
    dm_user_grant_t  g;

    (void) state;

    t = dm_table_init(malloc(SIZE), SIZE);
    dm_table_begin(t, 10, 0, 1);
    dm_table_publish(t);
    live = dm_table_state(t, 1);

    for (j = 0; j < 3000; j++) {
        words = (uint64_t *) dm_state_slots(live);

        for (i = 0; i < (t->arena - DM_STATE_SIZE) / 8; i++) {
            words[i] = ((uint64_t) random() << 33) ^ random();
            if (random() & 1) {
                words[i] &= 0x00003fff00003fff;
            }
        }

        assert_int_equal(dm_view_open(t, &view), 1);
        t->generation = 3;
        i = 1 + random() % ((t->arena - DM_STATE_SIZE) / DM_APP_UNIT);

        (void) dm_view_find(t, &view, ids[j % APPS]);
        dm_user_list_read(t, &view, i, j % USERS, NOW, &g);
        (void) dm_app_copy(&view, i, buf, sizeof(buf), &app);
        t->generation = 1;
    }

    live->slots = (t->arena - DM_STATE_SIZE) / sizeof(dm_slot_t);
    assert_int_equal(dm_view_open(t, &view), 0);
    live->users = 0;
    live->heads = 0;
    assert_int_equal(dm_view_open(t, &view), 1);

    free(t);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_killed),
        cmocka_unit_test(test_killed_build),
        cmocka_unit_test(test_garbage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
