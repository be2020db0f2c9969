#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <openssl/sha.h>

#include "dm_table_layout.h"


static void
make_key(uint64_t n, uint8_t key[DM_KEY_LEN])
{
    uint8_t  digest[32];

    SHA256((uint8_t *) &n, sizeof(n), digest);
    memcpy(key, digest, DM_KEY_LEN);
}


static dm_record_t
token(uint64_t n, dm_str_t app, uint64_t user, unsigned may, dm_flow_t flow)
{
    dm_record_t  r;

    memset(&r, 0, sizeof(r));
    r.kind = DM_RECORD_TOKEN;
    r.app = app;
    r.user = user;
    r.may = may;
    r.flow = flow;
    make_key(n, r.key);

    return r;
}


static dm_record_t
app(dm_str_t id, unsigned first_party, unsigned suspended)
{
    dm_record_t  r;

    memset(&r, 0, sizeof(r));
    r.kind = DM_RECORD_APP;
    r.app = id;
    r.first_party = first_party;
    r.suspended = suspended;

    return r;
}


static dm_record_t
revision(dm_str_t text)
{
    dm_record_t  r;

    memset(&r, 0, sizeof(r));
    r.kind = DM_RECORD_TABLE;
    r.revision = text;

    return r;
}


static int
find_by(dm_table_t *t, uint64_t n, dm_str_t consumer, dm_grant_t *g)
{
    uint8_t  key[DM_KEY_LEN];

    make_key(n, key);

    return dm_table_find(t, key, consumer, g);
}


static int
find(dm_table_t *t, uint64_t n, dm_grant_t *g)
{
    return find_by(t, n, DM_STR("ck"), g);
}


static dm_table_t *
make(size_t size)
{
    void  *p;

    p = malloc(size);
    assert_non_null(p);
    memset(p, 0xa5, size);

    return dm_table_init(p, size);
}


#define PUT(t, r)    do { dm_record_t r_ = (r);                               \
        assert_int_equal(dm_table_put(t, &r_), DM_TABLE_OK); } while (0)
#define APPLY(t, r)  do { dm_record_t r_ = (r);                               \
        assert_int_equal(dm_table_apply(t, &r_), DM_TABLE_OK); } while (0)


static void
test_layout(void **state)
{
    char         *p;
    dm_grant_t    g;
    dm_table_t   *t;
    dm_record_t   r;

    (void) state;

    p = malloc(65536);

    assert_null(dm_table_init(p, 0));
    assert_null(dm_table_init(p, 4000));

    t = dm_table_init(p, 65536);
    assert_non_null(t);
    assert_int_equal(dm_table_bytes(t), 65536);

    assert_int_equal(find(t, 1, &g), -1);

    r = token(1, DM_STR("a"), 1, 0, 0);
    assert_int_equal(dm_table_put(t, &r), DM_TABLE_FULL);
    assert_int_equal(dm_table_apply(t, &r), DM_TABLE_FULL);

    free(p);
}


static void
test_states(void **state)
{
    char              text[DM_REVISION_MAX], id[64];
    dm_grant_t        g;
    dm_table_t       *t;
    dm_record_t       r;
    dm_table_info_t   info;

    (void) state;

    t = make(65536);

    dm_table_begin(t, 3, 0, 0);
    PUT(t, revision(DM_STR("one")));
    r = token(1, DM_STR("8840"), 77, DM_LEVEL_DM, DM_FLOW_AUTHORIZE);
    r.expires = 0xfffffffe;
    r.revoked = 1;
    PUT(t, r);
    r = token(2, DM_STR("8840"), 0, 1, DM_FLOW_CLIENT_CREDENTIALS);
    r.app_only = 1;
    PUT(t, r);
    r = app(DM_STR("8840"), 0, 1);
    r.has_consumer_key = 1;
    r.consumer_key = DM_STR("ck");
    PUT(t, r);

    assert_int_equal(find(t, 1, &g), -1);
    dm_table_publish(t);

    assert_int_equal(find(t, 1, &g), 1);
    assert_int_equal(g.user, 77);
    assert_int_equal(g.expires, 0xfffffffe);
    assert_int_equal(g.may, DM_LEVEL_DM);
    assert_int_equal(g.flow, DM_FLOW_AUTHORIZE);
    assert_int_equal(g.revoked, 1);
    assert_int_equal(g.app_only, 0);
    assert_int_equal(g.app_suspended, 1);
    assert_int_equal(g.app_first_party, 0);
    assert_int_equal(g.app_has_key, 1);
    assert_int_equal(g.consumer_same, 1);
    assert_int_equal(find_by(t, 1, DM_STR("cK"), &g), 1);
    assert_int_equal(g.consumer_same, 0);
    assert_int_equal(find_by(t, 1, DM_STR("c"), &g), 1);
    assert_int_equal(g.consumer_same, 0);
    assert_int_equal(find_by(t, 1, DM_STR(""), &g), 1);
    assert_int_equal(g.consumer_same, 0);
    assert_int_equal(dm_table_app_id(t, &g, id), 4);
    assert_memory_equal(id, "8840", 4);
    assert_int_equal(g.generation, 1);

    assert_int_equal(find(t, 3, &g), 0);
    assert_int_equal(find(t, 2, &g), 1);
    assert_int_equal(g.app_only, 1);

    assert_int_equal(dm_table_revision(t, text), 3);
    assert_memory_equal(text, "one", 3);

    dm_table_begin(t, 1, 0, 0);
    PUT(t, token(3, DM_STR("x"), 5, 0, 0));
    assert_int_equal(find(t, 1, &g), 1);
    assert_int_equal(find(t, 3, &g), 0);
    dm_table_publish(t);

    assert_int_equal(dm_table_app_id(t, &g, id), 0);
    assert_int_equal(find(t, 1, &g), 0);
    assert_int_equal(find(t, 3, &g), 1);
    assert_int_equal(g.app_has_key, 0);
    assert_int_equal(dm_table_revision(t, text), 0);

    dm_table_info(t, &info);
    assert_int_equal(info.generation, 2);
    assert_int_equal(info.tokens, 1);
    assert_int_equal(info.apps, 1);
    assert_true(info.bytes_used < info.bytes_size);

    free(t);
}


static void
test_apply(void **state)
{
    int               i;
    char              text[DM_REVISION_MAX];
    dm_grant_t        g;
    dm_table_t       *t;
    dm_record_t       r;
    dm_table_info_t   info;

    (void) state;

    t = make(65536);
    dm_table_begin(t, 100, 0, 0);

    for (i = 0; i < 100; i++) {
        PUT(t, token(i, DM_STR("a"), i, DM_LEVEL_DM, DM_FLOW_AUTHORIZE));
    }

    dm_table_publish(t);

    r = token(7, DM_STR("b"), 7, 1, DM_FLOW_XAUTH);
    r.revoked = 1;
    APPLY(t, r);
    APPLY(t, token(8, DM_STR("a"), 800, 1, DM_FLOW_XAUTH));
    APPLY(t, token(8, DM_STR("a"), 8, 2, DM_FLOW_XAUTH));
    APPLY(t, token(1000, DM_STR("c"), 9, 3, DM_FLOW_XAUTH));
    APPLY(t, app(DM_STR("b"), 0, 1));
    APPLY(t, revision(DM_STR("r1")));
    APPLY(t, revision(DM_STR("second")));

    assert_int_equal(find(t, 7, &g), 1);
    assert_true(g.revoked && g.app_suspended && g.user == 7);
    assert_int_equal(find(t, 8, &g), 1);
    assert_true(g.user == 8 && g.may == 2);
    assert_int_equal(find(t, 1000, &g), 1);
    assert_int_equal(dm_table_revision(t, text), 6);
    assert_memory_equal(text, "second", 6);

    dm_table_info(t, &info);
    assert_int_equal(info.generation, 1);
    assert_int_equal(info.tokens, 101);
    assert_int_equal(info.apps, 3);
    assert_int_equal(info.clamped, 2);

    for (i = 0; i < 100; i++) {
        assert_int_equal(find(t, i, &g), 1);
    }

    free(t);
}


/* All that there is of a key tells tokens apart, to its last bit. */
static void
test_keys(void **state)
{
    unsigned      i, end;
    uint8_t       key[DM_KEY_LEN];
    dm_grant_t    g;
    dm_table_t   *t;
    dm_record_t   r;

    static const unsigned  ends[] = { 0, 7, 8, 15 };

    (void) state;

    t = make(65536);
    dm_table_begin(t, 10, 0, 0);
    PUT(t, token(1, DM_STR("a"), 100, 0, 0));
    r = token(1, DM_STR("a"), 101, 0, 0);
    r.key[15] ^= 1;
    PUT(t, r);
    dm_table_publish(t);

    for (i = 1; i < 4; i++) {
        r = token(1, DM_STR("a"), i, 0, 0);
        r.key[ends[i]] ^= 0x80;
        APPLY(t, r);
    }

    assert_int_equal(find(t, 1, &g), 1);
    assert_int_equal(g.user, 100);

    for (i = 0; i < 4; i++) {
        end = ends[i];
        make_key(1, key);
        key[end] ^= 0x80;
        assert_int_equal(dm_table_find(t, key, DM_STR(""), &g), i != 0);
        assert_true(i == 0 || g.user == i);
        key[end] ^= 0x81;
        assert_int_equal(dm_table_find(t, key, DM_STR(""), &g), end == 15);
    }

    assert_int_equal(g.user, 101);

    free(t);
}


static uint64_t
clamped(dm_table_t *t)
{
    dm_table_info_t  info;

    dm_table_info(t, &info);

    return info.clamped;
}


static void
test_clamped(void **state)
{
    dm_table_t  *t;

    (void) state;

    t = make(65536);
    dm_table_begin(t, 10, 0, 0);
    PUT(t, token(1, DM_STR("a"), 1, DM_LEVEL_DM, DM_FLOW_XAUTH));
    PUT(t, token(2, DM_STR("a"), 1, DM_MAY_DM_READ, DM_FLOW_AUTHENTICATE));
    PUT(t, token(3, DM_STR("b"), 1, DM_LEVEL_DM, DM_FLOW_XAUTH));
    PUT(t, token(4, DM_STR("b"), 1, DM_LEVEL_READ_WRITE, DM_FLOW_XAUTH));
    PUT(t, app(DM_STR("a"), 1, 0));
    PUT(t, token(5, DM_STR("a"), 1, DM_LEVEL_DM, DM_FLOW_XAUTH));
    dm_table_publish(t);

    assert_int_equal(clamped(t), 1);
    APPLY(t, app(DM_STR("a"), 0, 0));
    assert_int_equal(clamped(t), 4);
    APPLY(t, token(1, DM_STR("b"), 1, DM_LEVEL_DM, DM_FLOW_XAUTH));
    APPLY(t, app(DM_STR("a"), 1, 0));
    assert_int_equal(clamped(t), 2);
    APPLY(t, token(1, DM_STR("b"), 2, DM_LEVEL_DM, DM_FLOW_AUTHORIZE));
    assert_int_equal(clamped(t), 1);

    free(t);
}


/* As SIGKILL between two stores would leave it. */
static void
test_killed(void **state)
{
    uint8_t           key[DM_KEY_LEN];
    uint64_t          k[2];
    dm_slot_t        *slot;
    dm_grant_t        g;
    dm_state_t       *live;
    dm_table_t       *t;
    dm_table_info_t   info;

    (void) state;

    t = make(65536);
    dm_table_begin(t, 10, 0, 0);
    PUT(t, token(1, DM_STR("a"), 1, DM_LEVEL_DM, DM_FLOW_XAUTH));
    dm_table_publish(t);

    live = dm_table_state(t, t->generation);

    make_key(2, key);
    memcpy(k, key, 16);
    slot = dm_state_slots(live) + dm_range(k[0], live->slots);
    memcpy(slot->key, k, 16);
    slot->user = 99;
    assert_int_equal(find(t, 2, &g), 0);

    /* token 1 on its way to another user: the second slot is not yet seen */
    make_key(1, key);
    memcpy(k, key, 16);
    slot = dm_state_slots(live) + dm_range(k[0], live->slots);
    slot[1] = slot[0];
    slot[1].user = 2;
    live->changes = 1;
    live->tokens = 12;
    live->clamped = 12;

    assert_int_equal(find(t, 1, &g), 1);
    assert_int_equal(g.user, 1);

    APPLY(t, token(2, DM_STR("a"), 5, 0, 0));

    assert_int_equal(find(t, 2, &g), 1);
    assert_int_equal(g.user, 5);
    assert_int_equal(slot[1].word, DM_WORD_MOVED);

    dm_table_info(t, &info);
    assert_int_equal(info.tokens, 2);
    assert_int_equal(info.apps, 1);
    assert_int_equal(info.clamped, 1);
    assert_int_equal(live->changes, 6);

    APPLY(t, token(1, DM_STR("a"), 3, 0, 0));
    assert_int_equal(find(t, 1, &g), 1);
    assert_int_equal(g.user, 3);

    free(t);
}


static void
test_full(void **state)
{
    char           id[16];
    uint64_t       i, n;
    dm_grant_t     g;
    dm_table_t    *t;
    dm_record_t    r;
    dm_table_rc_t  rc;

    (void) state;

    t = make(16384);
    dm_table_begin(t, 100, 0, 0);

    for (n = 0; n < 100000; n++) {
        r = token(n, DM_STR("a"), n, 0, 0);
        rc = dm_table_put(t, &r);
        if (rc != DM_TABLE_OK) {
            break;
        }
    }

    assert_int_equal(rc, DM_TABLE_FULL);
    assert_true(n > 110);
    dm_table_publish(t);

    assert_int_equal(dm_table_apply(t, &r), DM_TABLE_FULL);

    for (i = 0; i < n; i++) {
        assert_int_equal(find(t, i, &g), 1);
        assert_int_equal(g.user, i);
    }

    assert_int_equal(find(t, n, &g), 0);

    /* what needs no room is applied all the same */
    r = token(5, DM_STR("a"), 5, 0, 0);
    r.revoked = 1;
    APPLY(t, r);
    assert_int_equal(find(t, 5, &g), 1);
    assert_int_equal(g.revoked, 1);

    for (i = 0; i < 100000; i++) {
        r = app(((dm_str_t) { id, snprintf(id, 16, "x%d", (int) i) }), 0, 0);
        if (dm_table_apply(t, &r) != DM_TABLE_OK) {
            break;
        }
    }

    assert_true(i > 1 && i < 1000);
    assert_int_equal(find(t, 6, &g), 1);

    free(t);
}


/* A file of `tokens` and `apps` and a tenth more tokens fits. */
static void
check_fit(uint64_t tokens, uint64_t apps, unsigned users)
{
    char          id[16];
    size_t        size;
    uint64_t      i, bytes;
    dm_grant_t    g;
    dm_table_t   *t;
    dm_record_t   r;

    r = app(DM_STR("01234567"), 0, 0);
    bytes = apps * dm_table_app_bytes(&r, 0);
    size = dm_table_size(tokens + apps, bytes, users);

    assert_true(size <= 2 * ((tokens + apps) * (users ? 64 : 40)
                             + bytes + bytes / 8 + 2560));

    t = make(size);
    assert_non_null(t);
    dm_table_begin(t, tokens + apps, 0, users);

    for (i = 0; i < apps; i++) {
        snprintf(id, 16, "%08d", (int) i);
        PUT(t, app(((dm_str_t) { id, 8 }), 0, 0));
    }

    for (i = 0; i < tokens; i++) {
        snprintf(id, 16, "%08d", (int) (i % apps));
        PUT(t, token(i, ((dm_str_t) { id, 8 }), i, 0, 0));
    }

    dm_table_publish(t);

    for ( /* void */ ; i < tokens + tokens / 10; i++) {
        snprintf(id, 16, "%08d", (int) (i % apps));
        APPLY(t, token(i, ((dm_str_t) { id, 8 }), i, 0, 0));
    }

    while (i--) {
        assert_int_equal(find(t, i, &g), 1);
        assert_int_equal(g.user, i);
    }

    free(t);
}


static void
test_size(void **state)
{
    unsigned  users;

    (void) state;

    for (users = 0; users < 2; users++) {
        check_fit(1, 1, users);
        check_fit(10, 3, users);
        check_fit(1000, 10, users);
        check_fit(1000, 2000, users);
        check_fit(50000, 100, users);
        check_fit(50000, 60000, users);
    }
}


/* An arena that is being built anew may hold anything to a late reader. */
static void
test_garbage(void **state)
{
    char             id[64];
    uint64_t         i, j, *words;
    dm_grant_t       g;
    dm_table_t      *t;
    dm_state_t      *live;
    dm_table_info_t  info;

    (void) state;

    t = make(16384);
    dm_table_begin(t, 10, 0, 0);
    dm_table_publish(t);
    live = dm_table_state(t, 1);
    srandom(1);

    for (j = 0; j < 300; j++) {
        words = (uint64_t *) dm_state_slots(live);

        for (i = 0; i < (t->arena - DM_STATE_SIZE) / 8; i++) {
            words[i] = ((uint64_t) random() << 33) ^ random();
            if (random() & 1) {
                words[i] &= 0x3fff;
            }
        }

        make_key(j, (uint8_t *) dm_state_slots(live)[
            dm_range(0, live->slots)].key);

        for (i = 0; i < live->slots; i++) {
            (void) dm_table_find(t, (uint8_t *) dm_state_slots(live)[i].key,
                                 DM_STR("consumer"), &g);
        }

        for (i = 0; i < 400; i++) {
            g.app = i;
            (void) dm_table_app_id(t, &g, id);
        }

        live->revision[0][0] = random();
        dm_table_info(t, &info);
    }

    free(t);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_apply),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_clamped),
        cmocka_unit_test(test_killed),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_size),
        cmocka_unit_test(test_garbage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
