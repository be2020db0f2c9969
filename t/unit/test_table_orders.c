/*
 * The table's protocol under the memory model of C11: see orders.h.  Every
 * answer that the model lets a reader come to is one that the records made at
 * some moment, and each order, fence and second look is needed for it: if one
 * is taken out, some answer is not.  No processor that the tests run on need
 * be weak for that, and nothing is left to chance.
 */

#include <inttypes.h>

#include "orders.h"
#include "dm_table.c"
#include "dm_table_apps.c"
#include "dm_table_tokens.c"
#include "dm_table_user.c"
#include "dm_table_write.c"


#define ANSWERS  64
#define NOW      1000
#define RUNS     20000000


/* Whatever a reader comes to, without padding. */
typedef struct {
    uint64_t  n[40];
} answer_t;


/* An answer that is right at any time: what was asked for is gone. */
#define GONE  0xffff


typedef struct {
    const char  *name;
    void       (*write)(void);
    void       (*read)(const dm_table_t *t, answer_t *a);
    unsigned     killed;                /* the writer, at each store in turn */
} case_t;


static const case_t  *current;
static answer_t       answers[ANSWERS];
static unsigned       n_answers;
static int            reading;          /* from this moment on */
static unsigned       kill_at;          /* of the stores from there on */


static dm_table_t *
table(void)
{
    return (dm_table_t *) orders_memory;
}


/* Between two records: what is answered now may be answered. */
static void
moment(void)
{
    if (!reading) {
        return;
    }

    assert_true(n_answers < ANSWERS);
    memset(&answers[n_answers], 0, sizeof(answer_t));
    current->read(table(), &answers[n_answers++]);
}


/* A reader that begins now or later. */
static void
read_from_here(void)
{
    reading = 1;
    orders_from = orders_last;
    moment();
    orders_left = kill_at;
}


static void
begin(unsigned lines, unsigned users)
{
    dm_table_begin(table(), lines, 0, users);
    moment();
}


static void
publish(void)
{
    dm_table_publish(table());
    moment();
}


static void
put(const dm_record_t *r)
{
    assert_int_equal(dm_table_put(table(), r), DM_TABLE_OK);
    moment();
}


/* If the writer dies in it, the next one does it again. */
static void
apply(const dm_record_t *r)
{
    if (setjmp(orders_dies) != 0) {
        moment();
    }

    assert_int_equal(dm_table_apply(table(), r), DM_TABLE_OK);
    moment();
}


typedef void (*write_t)(const dm_record_t *r);


/* Keys of one slot: whichever is first in a state, the others probe on. */
static void
token(write_t write, unsigned key, unsigned user, unsigned level,
    unsigned revoked)
{
    uint64_t     k[2] = { 1 + (key & 15), key };
    dm_record_t  r;

    memset(&r, 0, sizeof(r));
    r.kind = DM_RECORD_TOKEN;
    r.app = DM_STR("app");
    r.user = user;
    r.may = level;
    r.flow = DM_FLOW_XAUTH;
    r.revoked = revoked;
    memcpy(r.key, k, DM_KEY_LEN);
    write(&r);
}


static void
app(write_t write, const char *id, unsigned first_party, unsigned suspended,
    const char *key)
{
    dm_record_t  r;

    memset(&r, 0, sizeof(r));
    r.kind = DM_RECORD_APP;
    r.app.data = id;
    r.app.len = strlen(id);
    r.first_party = first_party;
    r.suspended = suspended;
    r.has_consumer_key = 1;
    r.consumer_key.data = key;
    r.consumer_key.len = strlen(key);
    write(&r);
}


static void
revision(write_t write, const char *text)
{
    dm_record_t  r;

    memset(&r, 0, sizeof(r));
    r.kind = DM_RECORD_TABLE;
    r.revision.data = text;
    r.revision.len = strlen(text);
    write(&r);
}


static int
find(const dm_table_t *t, unsigned key, dm_grant_t *g)
{
    uint64_t  k[2] = { 1 + (key & 15), key };

    memset(g, 0, sizeof(*g));

    return dm_table_find(t, (uint8_t *) k, DM_STR("key"), g);
}


static void
read_token(const dm_table_t *t, answer_t *a)
{
    dm_grant_t  g;

    a->n[0] = find(t, 1, &g);

    if (a->n[0] == 1) {
        a->n[1] = g.user;
        a->n[2] = g.expires;
        a->n[3] = g.may << 4 | g.flow << 1 | g.revoked;
        a->n[4] = g.app_suspended | g.app_first_party << 1 | g.app_has_key << 2
                  | g.consumer_same << 3;
    }
}


/* Two replacements: the second is built where the reader may be. */
static void
write_token_replaced(void)
{
    begin(1, 0);
    app(put, "app", 0, 0, "key");
    token(put, 1, 1, DM_LEVEL_DM, 0);
    publish();

    read_from_here();

    begin(1, 0);
    app(put, "app", 1, 0, "kez");
    token(put, 1, 2, DM_LEVEL_READ_WRITE, 0);
    publish();

    begin(1, 0);
    token(put, 2, 7, DM_LEVEL_READ, 1);
    app(put, "app", 0, 1, "other");
    token(put, 1, 3, DM_LEVEL_READ, 0);
    publish();
}


/* A token in one state and not in the next. */
static void
write_token_gone(void)
{
    begin(1, 0);
    token(put, 2, 7, DM_LEVEL_READ, 0);
    token(put, 1, 1, DM_LEVEL_DM, 0);
    publish();

    read_from_here();

    begin(1, 0);
    token(put, 2, 7, DM_LEVEL_READ, 0);
    token(put, 1, 2, DM_LEVEL_DM, 0);
    publish();

    begin(1, 0);
    token(put, 2, 7, DM_LEVEL_READ, 0);
    publish();
}


/* A token comes back to what it was, while its app goes on. */
static void
write_token_changed(void)
{
    begin(1, 0);
    app(put, "app", 0, 0, "key");
    token(put, 1, 1, DM_LEVEL_DM, 0);
    publish();

    read_from_here();

    token(apply, 1, 1, DM_LEVEL_READ, 1);
    app(apply, "app", 1, 0, "other");
    app(apply, "app", 0, 1, "key");
    token(apply, 1, 1, DM_LEVEL_DM, 0);
    app(apply, "app", 1, 1, "key");
}


/* And one that never was an app of a record until now. */
static void
write_token_app(void)
{
    begin(1, 0);
    token(put, 1, 1, DM_LEVEL_DM, 0);
    publish();

    read_from_here();

    token(apply, 1, 1, DM_LEVEL_DM, 1);
    app(apply, "app", 1, 0, "key");
    token(apply, 1, 1, DM_LEVEL_DM, 0);
    app(apply, "app", 0, 0, "key");
}


/* A token whose user changes moves from slot to slot. */
static void
write_token_moved(void)
{
    begin(4, 0);
    app(put, "app", 1, 0, "key");
    token(put, 1, 1, DM_LEVEL_DM, 0);
    publish();

    read_from_here();

    token(apply, 1, 2, DM_LEVEL_READ, 0);
    token(apply, 2, 9, DM_LEVEL_DM, 0);
    token(apply, 1, 3, DM_LEVEL_DM, 1);
}


/* A token that is new takes a slot that another may have died over. */
static void
write_token_new(void)
{
    begin(4, 0);
    app(put, "app", 1, 0, "key");
    publish();

    read_from_here();

    token(apply, 2, 9, DM_LEVEL_DM, 0);
    token(apply, 1, 1, DM_LEVEL_DM, 0);
}


static void
read_user(const dm_table_t *t, answer_t *a)
{
    dm_user_grant_t  g;

    a->n[0] = dm_table_user(t, DM_STR("app"), 1, NOW, &g);
    a->n[1] = g.app_known | g.app_suspended << 1 | g.live << 2 | g.dm << 3;
}


/* Always one of the two is live. */
static void
write_user_changed(void)
{
    begin(2, 1);
    app(put, "app", 1, 0, "key");
    token(put, 1, 1, DM_LEVEL_DM, 0);
    token(put, 2, 1, DM_LEVEL_DM, 1);
    publish();

    read_from_here();

    token(apply, 2, 1, DM_LEVEL_DM, 0);
    token(apply, 1, 1, DM_LEVEL_DM, 1);
}


/* The live one is always another slot, in the end one of another list. */
static void
write_user_moved(void)
{
    begin(4, 1);
    app(put, "app", 1, 0, "key");
    token(put, 1, 1, DM_LEVEL_READ, 0);
    publish();

    read_from_here();

    token(apply, 2, 1, DM_LEVEL_DM, 0);
    token(apply, 1, 5, DM_LEVEL_READ, 0);
}


/* What its tokens are worth follows from the app. */
static void
write_user_app(void)
{
    begin(1, 1);
    app(put, "app", 1, 0, "key");
    token(put, 1, 1, DM_LEVEL_READ, 0);
    publish();

    read_from_here();

    app(apply, "app", 0, 0, "key");
    token(apply, 1, 1, DM_LEVEL_DM, 0);
    app(apply, "app", 0, 1, "key");
    token(apply, 1, 1, DM_LEVEL_DM, 1);
    app(apply, "app", 1, 0, "key");
}


static void
write_user_replaced(void)
{
    begin(1, 1);
    app(put, "app", 1, 0, "key");
    token(put, 1, 1, DM_LEVEL_DM, 0);
    publish();

    read_from_here();

    begin(1, 1);
    app(put, "app", 1, 0, "key");
    token(put, 3, 1, DM_LEVEL_DM, 0);
    publish();

    begin(1, 1);
    app(put, "b", 0, 0, "key");
    app(put, "app", 0, 0, "key");
    token(put, 2, 1, DM_LEVEL_DM, 0);
    publish();
}


/* An app that is new where there was another one of its name before. */
static void
write_user_new_app(void)
{
    begin(1, 1);
    app(put, "app", 1, 1, "key");
    token(put, 1, 1, DM_LEVEL_DM, 0);
    publish();
    begin(1, 1);
    publish();
    begin(1, 1);
    publish();

    read_from_here();

    token(apply, 3, 3, DM_LEVEL_READ, 0);
    token(apply, 1, 1, DM_LEVEL_READ, 0);
}


static void
read_users(const dm_table_t *t, answer_t *a)
{
    a->n[0] = dm_table_users(t);
}


/* The two that readers can see have it. */
static void
write_users(void)
{
    begin(1, 1);
    publish();

    read_from_here();

    begin(1, 1);
    publish();
    begin(1, 1);
    publish();
}


static void
read_app_id(const dm_table_t *t, answer_t *a)
{
    size_t      len;
    dm_grant_t  g;

    if (find(t, 1, &g) != 1) {
        return;
    }

    a->n[0] = 1;
    len = dm_table_app_id(t, &g, (char *) &a->n[1]);

    if (len == 0) {
        memset(a, 0, sizeof(*a));
        a->n[0] = GONE;
    }
}


static void
write_app_id(void)
{
    begin(1, 0);
    app(put, "app", 0, 0, "key");
    token(put, 1, 1, DM_LEVEL_DM, 0);
    publish();

    read_from_here();

    begin(1, 0);
    publish();
    begin(1, 0);
    app(put, "one of more than eight bytes", 0, 0, "key");
    publish();
}


static void
read_revision(const dm_table_t *t, answer_t *a)
{
    char    text[DM_REVISION_MAX];
    size_t  len;

    len = dm_table_revision(t, text);
    a->n[0] = len;
    memcpy(&a->n[1], text, len);
}


static void
write_revision(void)
{
    begin(1, 0);
    revision(put, "one of 17 bytes .");
    publish();

    read_from_here();

    revision(apply, "two");
    revision(apply, "and a third, longer");
    revision(apply, "fourth");
}


static void
write_revision_replaced(void)
{
    begin(1, 0);
    revision(put, "one of 17 bytes .");
    publish();

    read_from_here();

    begin(1, 0);
    revision(put, "two");
    publish();
    begin(1, 0);
    revision(put, "and a third, longer");
    publish();
}


static void
read_app(const dm_table_t *t, answer_t *a)
{
    int             rc;
    char            buf[128];
    dm_table_app_t  app;

    rc = dm_table_app(t, DM_STR("app"), buf, sizeof(buf), &app);

    a->n[0] = rc;

    if (rc == 1) {
        a->n[1] = app.suspended;
        a->n[2] = app.bytes;
        memcpy(&a->n[3], buf, app.bytes);
    }
}


static void
write_app(void)
{
    begin(1, 0);
    token(put, 1, 1, DM_LEVEL_READ, 0);
    publish();

    read_from_here();

    app(apply, "app", 0, 0, "key");
    app(apply, "app", 0, 1, "");
    app(apply, "b", 0, 0, "other");
    app(apply, "app", 0, 0, "a key of more than 8 bytes");
}


static void
write_app_replaced(void)
{
    begin(1, 0);
    app(put, "app", 0, 0, "key");
    publish();

    read_from_here();

    begin(1, 0);
    app(put, "app", 0, 1, "kez");
    publish();

    begin(1, 0);
    app(put, "b", 0, 0, "key2");
    app(put, "app", 0, 0, "key3");
    publish();
}


static const case_t  cases[] = {
    { "token, replaced", write_token_replaced, read_token, 0 },
    { "token, gone", write_token_gone, read_token, 0 },
    { "token, changed", write_token_changed, read_token, 1 },
    { "token, its app", write_token_app, read_token, 1 },
    { "token, moved", write_token_moved, read_token, 1 },
    { "token, new", write_token_new, read_token, 1 },
    { "user, changed", write_user_changed, read_user, 1 },
    { "user, moved", write_user_moved, read_user, 1 },
    { "user, its app", write_user_app, read_user, 1 },
    { "user, replaced", write_user_replaced, read_user, 0 },
    { "user, new app", write_user_new_app, read_user, 1 },
    { "users", write_users, read_users, 0 },
    { "app id", write_app_id, read_app_id, 0 },
    { "revision", write_revision, read_revision, 1 },
    { "revision, replaced", write_revision_replaced, read_revision, 0 },
    { "app", write_app, read_app, 1 },
    { "app, replaced", write_app_replaced, read_app, 0 }
};

#define CASES  (sizeof(cases) / sizeof(cases[0]))


/* Whether the writer died. */
static int
run_writer(const case_t *c, unsigned at)
{
    int  died;

    orders_reset();
    n_answers = 0;
    reading = 0;
    current = c;
    kill_at = at;

    assert_non_null(dm_table_init(orders_memory, ORDERS_MEMORY));
    c->write();

    died = at != 0 && orders_left == 0;
    orders_left = 0;

    return died;
}


static int
right(const answer_t *a)
{
    unsigned  i;

    for (i = 0; i < n_answers; i++) {
        if (memcmp(a, &answers[i], sizeof(*a)) == 0) {
            return 1;
        }
    }

    return a->n[0] == GONE;
}


/* All that a reader can come to, until that is wrong. */
static int
run_reader(const case_t *c, uint64_t *runs)
{
    volatile int  rc;
    answer_t      a;

    rc = 1;
    orders_mode = ORDERS_READING;
    orders_first();

    do {
        assert_true(++*runs < RUNS);
        orders_begin();
        memset(&a, 0, sizeof(a));

        if (setjmp(orders_looks_again) == 0) {
            c->read(table(), &a);
            rc = right(&a);
        }

    } while (rc && orders_next());

    orders_mode = ORDERS_PLAIN;

    return rc;
}


static int
run_case(const case_t *c, uint64_t *runs)
{
    unsigned  at;

    (void) run_writer(c, 0);

    if (!run_reader(c, runs)) {
        return 0;
    }

    for (at = 1; c->killed && run_writer(c, at); at++) {
        if (!run_reader(c, runs)) {
            return 0;
        }
    }

    return 1;
}


static void
test_right(void **state)
{
    size_t    i;
    uint64_t  runs;

    (void) state;

    for (i = 0; i < CASES; i++) {
        runs = 0;

        if (!run_case(&cases[i], &runs)) {
            fail_msg("%s: wrong in run %" PRIu64, cases[i].name, runs);
        }

        print_message("%s: %" PRIu64 " runs\n", cases[i].name, runs);
    }
}


static int
caught(void)
{
    size_t    i;
    uint64_t  runs;

    runs = 0;

    for (i = 0; i < CASES; i++) {
        if (!run_case(&cases[i], &runs)) {
            return 1;
        }
    }

    return 0;
}


/*
 * Orders that nothing comes of when they alone are missing: what they do is
 * done by another one as well, without which both are missed.
 */
typedef struct {
    const char  *function;
    const char  *what;
    const char  *other_function;        /* or NULL: see the comment */
    const char  *other_what;
} spare_t;

static const spare_t  spare[] = {

    /* each store of a record has the fence before it, or is a release */
    { "dm_changes_begin", "fence", "dm_token_put", "&found->word" },
    { "dm_token_put", "&found->word", "dm_changes_begin", "fence" },
    { "dm_revision_put", "fence", "dm_changes_begin", "fence" },

    /* the record before it may be seen in part, it is one store that counts */
    { "dm_changes_end", "&state->changes", NULL, NULL },

    /* a slot before this one answers for the key */
    { "dm_token_recount", "&slot->word", NULL, NULL },

    /* the list that led here has made the slot visible */
    { "dm_user_slot", "&slot->word", NULL, NULL },

    /* behind the last step of the list there is dm_view_same() */
    { "dm_view_unchanged", "fence", NULL, NULL }
};

#define SPARES  (sizeof(spare) / sizeof(spare[0]))


static orders_site_t *
find_site(const char *function, const char *what)
{
    unsigned        i;
    orders_site_t  *s;

    for (i = 1; i < orders_n_sites; i++) {
        s = &orders_sites[i];

        if (s->kind != ORDERS_LOAD && s->kind != ORDERS_STORE
            && strcmp(s->function, function) == 0
            && strcmp(s->what, what) == 0)
        {
            return s;
        }
    }

    fail_msg("no %s in %s", what, function);

    return NULL;
}


static int
is_spare(const orders_site_t *s)
{
    size_t  i;

    for (i = 0; i < SPARES; i++) {
        if (find_site(spare[i].function, spare[i].what) == s) {
            return 1;
        }
    }

    return 0;
}


/*
 * A writer's acquires order it behind another process that wrote before, and
 * dm_table_init() knows no reader yet: there is neither here.
 */
static int
is_tried(const orders_site_t *s)
{
    return s->kind != ORDERS_LOAD && s->kind != ORDERS_STORE
           && (s->read || s->kind != ORDERS_ACQUIRE)
           && strcmp(s->function, "dm_table_init") != 0;
}


static void
test_needed(void **state)
{
    int             needed;
    unsigned        i, tried;
    orders_site_t  *s;

    (void) state;

    tried = 0;

    for (i = 1; i < orders_n_sites; i++) {
        s = &orders_sites[i];

        if (!is_tried(s)) {
            continue;
        }

        tried++;
        s->weak = 1;
        needed = caught();
        s->weak = 0;

        if (needed == is_spare(s)) {
            fail_msg("%s of %s: %s", s->function, s->what,
                     needed ? "is needed" : "nobody misses it");
        }
    }

    print_message("%u orders and fences\n", tried);
    assert_true(tried > 20);
}


static void
test_spare(void **state)
{
    size_t          i;
    orders_site_t  *one, *two;

    (void) state;

    for (i = 0; i < SPARES; i++) {
        if (spare[i].other_function == NULL) {
            continue;
        }

        one = find_site(spare[i].function, spare[i].what);
        two = find_site(spare[i].other_function, spare[i].other_what);

        one->weak = 1;
        two->weak = 1;
        assert_true(caught());
        one->weak = 0;
        two->weak = 0;
    }
}


static void
test_second_looks(void **state)
{
    unsigned        i, tried;
    orders_site_t  *s;

    (void) state;

    tried = 0;

    for (i = 1; i < orders_n_sites; i++) {
        s = &orders_sites[i];

        if (!s->again) {
            continue;
        }

        tried++;
        s->forgotten = 1;

        if (!caught()) {
            fail_msg("%s: nobody misses the second look at %s", s->function,
                     s->what);
        }

        s->forgotten = 0;
    }

    print_message("%u second looks\n", tried);
    assert_true(tried > 5);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_right),
        cmocka_unit_test(test_needed),
        cmocka_unit_test(test_spare),
        cmocka_unit_test(test_second_looks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
