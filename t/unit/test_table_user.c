/*
 * What an app holds of a user, after random writes, against a list of all
 * records, and against a table that is loaded afresh with these; and an app's
 * record.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "dm_table_layout.h"


#define SIZE       (64 * 1024)
#define TOKENS     12
#define APPS       4
#define USERS      4
#define NOW        1000
#define SEQUENCES  3000
#define STEPS      60


typedef struct {
    dm_table_t   *table;
    unsigned      users;
    dm_record_t   tokens[TOKENS];       /* no kind: not there */
    unsigned      there[TOKENS];
    dm_record_t   apps[APPS];
    unsigned      known[APPS];          /* 1: named by a token, 2: a record */
    unsigned      several;              /* with two live tokens, or more */
    unsigned      lost;                 /* by a record: the last grant */
    unsigned      kept;                 /* all the same, by another token */
    unsigned      back;                 /* granted again */
} model_t;


static const dm_str_t  ids[APPS] = {
    { "a", 1 }, { "0123456789012345678901234567890123456789", 40 },
    { "8840", 4 }, { "8841", 4 },
};


static uint64_t
user_of(unsigned n)
{
    return n == 0 ? 0 : n == 1 ? 7 : n == 2 ? UINT64_MAX : 1ull << 32;
}


static dm_record_t
random_token(unsigned n)
{
    uint64_t     key[2];
    dm_record_t  r;

    memset(&r, 0, sizeof(r));

    /* in a row, so that they get in each other's way */
    key[0] = (uint64_t) n << 50;
    key[1] = n;
    memcpy(r.key, key, DM_KEY_LEN);

    r.kind = DM_RECORD_TOKEN;
    r.app = ids[random() % APPS];
    r.app_only = random() % 8 == 0;
    r.user = r.app_only ? 0 : user_of(random() % USERS);
    r.may = random() & 1 ? DM_LEVEL_DM : random() & 7;
    r.flow = random() & 1 ? 0 : random() & 3;
    r.revoked = random() % 4 == 0;
    r.expires = random() & 1 ? 0 : NOW - 1 + random() % 3;

    return r;
}


static dm_record_t
random_app(unsigned n)
{
    dm_record_t  r;

    memset(&r, 0, sizeof(r));
    r.kind = DM_RECORD_APP;
    r.app = ids[n];
    r.first_party = random() & 1;
    r.suspended = random() & 1;

    return r;
}


static void
expected(const model_t *m, unsigned app, uint64_t user, dm_user_grant_t *g)
{
    unsigned            i, may;
    const dm_record_t  *r;

    memset(g, 0, sizeof(*g));
    g->app_known = m->known[app] != 0;
    g->app_suspended = m->known[app] == 2 && m->apps[app].suspended;

    for (i = 0; i < TOKENS; i++) {
        r = &m->tokens[i];

        if (!m->there[i] || !dm_str_eq(r->app, ids[app]) || r->app_only
            || r->user != user || r->revoked
            || (r->expires != 0 && r->expires <= NOW))
        {
            continue;
        }

        may = r->may;

        if (r->flow != DM_FLOW_AUTHORIZE
            && !(m->known[app] == 2 && m->apps[app].first_party))
        {
            may &= ~DM_MAY_DM_READ;
        }

        g->live = 1;
        g->dm |= (may & 6) == 6;
    }
}


static void
check(const model_t *m, const dm_table_t *table)
{
    unsigned         a, u;
    dm_user_grant_t  is, want;

    for (a = 0; a < APPS; a++) {
        for (u = 0; u < USERS; u++) {
            assert_int_equal(dm_table_user(table, ids[a], user_of(u), NOW,
                                           &is), 1);
            expected(m, a, user_of(u), &want);
            assert_int_equal(is.app_known, want.app_known);
            assert_int_equal(is.app_suspended, want.app_suspended);
            assert_int_equal(is.live, want.live);
            assert_int_equal(is.dm, want.dm);
        }
    }
}


static void
note(model_t *m, const dm_record_t *r)
{
    unsigned  a;
    uint64_t  key[2];

    for (a = 0; !dm_str_eq(ids[a], r->app); a++) { /* void */ }

    if (r->kind == DM_RECORD_APP) {
        m->apps[a] = *r;
        m->known[a] = 2;
        return;
    }

    memcpy(key, r->key, DM_KEY_LEN);
    m->tokens[key[1]] = *r;
    m->there[key[1]] = 1;
    m->known[a] = m->known[a] ? m->known[a] : 1;
}


/* Which of what is to be tested comes with a record. */
static void
count(model_t *m, const dm_record_t *r)
{
    unsigned               i, a, others;
    uint64_t               key[2];
    dm_user_grant_t        old, new;
    const dm_record_t     *t;

    if (r->kind != DM_RECORD_TOKEN || r->app_only) {
        note(m, r);
        return;
    }

    for (a = 0; !dm_str_eq(ids[a], r->app); a++) { /* void */ }

    memcpy(key, r->key, DM_KEY_LEN);
    others = 0;

    for (i = 0; i < TOKENS; i++) {
        t = &m->tokens[i];
        others += m->there[i] && i != key[1] && !t->app_only
                  && dm_str_eq(t->app, r->app) && t->user == r->user;
    }

    expected(m, a, r->user, &old);
    note(m, r);
    expected(m, a, r->user, &new);

    m->several += others > 0 && old.dm && new.dm;
    m->lost += old.dm && !new.dm;
    m->kept += others > 0 && r->revoked && old.dm && new.dm;
    m->back += others > 0 && !old.dm && new.dm;
}


static dm_record_t
random_record(void)
{
    return random() % 5 == 0 ? random_app(random() % APPS)
                             : random_token(random() % TOKENS);
}


/* As a file of all the records that are in force, in some order. */
static void
rebuild(const model_t *m, dm_table_t *table)
{
    unsigned     i;
    dm_record_t  r;

    dm_table_begin(table, TOKENS, 0, 1);

    for (i = 0; i < APPS; i++) {
        if (m->known[i] == 2) {
            assert_int_equal(dm_table_put(table, &m->apps[i]), 0);
        }
    }

    for (i = TOKENS; i-- != 0; /* void */ ) {
        if (m->there[i]) {
            assert_int_equal(dm_table_put(table, &m->tokens[i]), 0);
        }
    }

    for (i = 0; i < APPS; i++) {
        if (m->known[i] == 1) {
            r = random_token(0);
            memset(r.key, 0xff, sizeof(r.key));
            r.app = ids[i];
            r.revoked = 1;
            assert_int_equal(dm_table_put(table, &r), 0);
        }
    }

    dm_table_publish(table);
}


/* A snapshot of other records, later ones for the same token among them. */
static void
replace(model_t *m)
{
    unsigned     i, n;
    dm_record_t  r;

    memset(m->there, 0, sizeof(m->there));
    memset(m->known, 0, sizeof(m->known));

    n = random() % (2 * TOKENS);
    dm_table_begin(m->table, TOKENS, 0, 1);

    for (i = 0; i < n; i++) {
        r = random_record();
        note(m, &r);
        assert_int_equal(dm_table_put(m->table, &r), DM_TABLE_OK);
    }

    dm_table_publish(m->table);
}


static void
test_random(void **state)
{
    unsigned     i, j, full;
    model_t      m;
    dm_table_t  *fresh;
    dm_record_t  r;

    (void) state;

    memset(&m, 0, sizeof(m));
    m.table = dm_table_init(calloc(1, SIZE), SIZE);
    fresh = dm_table_init(calloc(1, SIZE), SIZE);
    assert_non_null(m.table);
    assert_non_null(fresh);
    srandom(1);
    full = 0;

    for (i = 0; i < SEQUENCES; i++) {
        replace(&m);
        check(&m, m.table);

        for (j = 0; j < STEPS; j++) {
            r = random_record();
            count(&m, &r);

            if (dm_table_apply(m.table, &r) != DM_TABLE_OK) {
                full++;
                rebuild(&m, m.table);
            }

            check(&m, m.table);
        }

        rebuild(&m, fresh);
        check(&m, fresh);
    }

    assert_true(full > 1000);
    assert_true(m.several > 500);
    assert_true(m.lost > 500);
    assert_true(m.kept > 500);
    assert_true(m.back > 500);

    free(m.table);
    free(fresh);
}


/* So many that several are in each list, with ids of one length. */
static void
test_apps(void **state)
{
    char              id[8];
    unsigned          i, j;
    dm_table_t       *t;
    dm_record_t       r;
    dm_user_grant_t   g;

    (void) state;

    t = dm_table_init(calloc(1, 16 * SIZE), 16 * SIZE);
    dm_table_begin(t, 300, 0, 1);

    for (i = 0; i < 300; i++) {
        r = random_token(i);
        r.app.data = id;
        r.app.len = (size_t) snprintf(id, sizeof(id), "%u", 1000 + i);
        r.app_only = 0;
        r.user = i;
        r.may = DM_LEVEL_DM;
        r.flow = DM_FLOW_AUTHORIZE;
        r.revoked = i & 1;
        r.expires = 0;
        assert_int_equal(dm_table_put(t, &r), DM_TABLE_OK);
    }

    dm_table_publish(t);

    for (i = 0; i < 300; i++) {
        snprintf(id, sizeof(id), "%u", 1000 + i);

        for (j = 0; j < 300; j++) {
            assert_int_equal(dm_table_user(t, (dm_str_t) { id, 4 }, j, NOW, &g), 1);
            assert_int_equal(g.app_known, 1);
            assert_int_equal(g.dm, i == j && !(i & 1));
        }
    }

    assert_int_equal(dm_table_user(t, DM_STR("9999"), 7, NOW, &g), 1);
    assert_int_equal(g.app_known, 0);

    free(t);
}


static void
test_without(void **state)
{
    char             buf[64];
    dm_table_t      *t;
    dm_table_app_t   app;
    dm_user_grant_t  g;
    dm_record_t      r;

    (void) state;

    t = dm_table_init(calloc(1, SIZE), SIZE);
    assert_int_equal(dm_table_user(t, ids[0], 7, NOW, &g), -1);
    assert_int_equal(dm_table_app(t, ids[0], buf, 64, &app), -1);
    assert_int_equal(dm_table_users(t), -1);

    dm_table_begin(t, 10, 0, 0);
    r = random_token(1);
    r.app = ids[0];
    assert_int_equal(dm_table_put(t, &r), DM_TABLE_OK);
    dm_table_publish(t);

    assert_int_equal(dm_table_user(t, ids[0], 7, NOW, &g), -1);
    assert_int_equal(dm_table_users(t), 0);
    assert_int_equal(dm_table_app(t, ids[0], NULL, 0, &app), 1);
    assert_true(!app.suspended && !app.has_secret && app.n_webhooks == 0);
    assert_int_equal(dm_table_app(t, ids[1], NULL, 0, &app), 0);

    dm_table_begin(t, 10, 0, 1);
    dm_table_publish(t);
    assert_int_equal(dm_table_users(t), 1);
    assert_int_equal(dm_table_user(t, ids[0], 7, NOW, &g), 1);
    assert_int_equal(g.app_known, 0);
    assert_int_equal(dm_table_app(t, ids[0], buf, 64, &app), 0);

    free(t);
}


static void
test_app(void **state)
{
    char            *buf;
    size_t           bytes;
    dm_str_t         hooks[3], s;
    dm_table_t      *t;
    dm_record_t      r;
    dm_table_app_t   app;

    (void) state;

    t = dm_table_init(calloc(1, SIZE), SIZE);
    dm_table_begin(t, 10, 0, 0);

    hooks[0] = DM_STR("https://a.example/hook");
    hooks[1] = DM_STR("http://b.example/");
    hooks[2] = DM_STR("12345678");
    memset(&r, 0, sizeof(r));
    r.kind = DM_RECORD_APP;
    r.app = ids[1];
    r.has_consumer_key = 1;
    r.consumer_key = DM_STR("consumer");
    r.has_secret = 1;
    r.secret = DM_STR("the secret of it");
    r.webhooks = hooks;
    r.n_webhooks = 3;
    r.suspended = 1;
    assert_int_equal(dm_table_put(t, &r), DM_TABLE_OK);

    r.app = ids[0];
    r.n_webhooks = 0;
    r.suspended = 0;
    r.has_consumer_key = 0;
    r.consumer_key.len = 0;
    r.secret.len = 0;
    assert_int_equal(dm_table_put(t, &r), DM_TABLE_OK);
    dm_table_publish(t);

    assert_int_equal(dm_table_app(t, ids[1], NULL, 0, &app), -2);
    bytes = app.bytes;
    buf = malloc(bytes);
    assert_int_equal(dm_table_app(t, ids[1], buf, bytes - 1, &app), -2);
    assert_int_equal(dm_table_app(t, ids[1], buf, bytes, &app), 1);
    assert_int_equal(app.bytes, bytes);
    assert_true(app.suspended && app.has_secret);
    assert_true(dm_str_eq(app.secret, DM_STR("the secret of it")));
    assert_int_equal(app.n_webhooks, 3);

    for (bytes = 0; bytes < 3; bytes++) {
        s = dm_table_app_webhook(&app, bytes);
        assert_true(dm_str_eq(s, hooks[bytes]));
    }

    assert_int_equal(dm_table_app(t, ids[0], buf, 64, &app), 1);
    assert_true(!app.suspended && app.has_secret && app.secret.len == 0);
    assert_int_equal(app.n_webhooks, 0);

    /* a record without one takes the place of all */
    r.has_secret = 0;
    assert_int_equal(dm_table_apply(t, &r), DM_TABLE_OK);
    assert_int_equal(dm_table_app(t, ids[0], buf, 64, &app), 1);
    assert_true(!app.has_secret && app.n_webhooks == 0);

    free(buf);
    free(t);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_apps),
        cmocka_unit_test(test_without),
        cmocka_unit_test(test_app),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
