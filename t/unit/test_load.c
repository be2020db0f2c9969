#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "dm_load.h"
#include "dm_zone.h"


#define TOKEN(name, more)                                                     \
    "{\"token\":\"" name "\",\"app\":\"8840\"," more "}\n"
#define RW(name)   TOKEN(name, "\"user\":\"12\",\"access\":\"read-write\"")
#define LOW(name)                                                             \
    TOKEN(name, "\"user\":1,\"access\":\"read-write-directmessages\","        \
                "\"issued_via\":\"xauth\"")
#define APP        "{\"app\":\"8840\",\"suspended\":true}\n"
#define HEAD       "{\"table\":{\"revision\":\"r1\"}}\n"
#define END(n)     "{\"end\":{\"records\":" #n "}}\n"


typedef struct {
    dm_load_t    *load;
    dm_table_t   *table;
    dm_digest_t  *digest;
    uint64_t      skipped;              /* lines of the last of each */
    uint64_t      clamped;
} env_t;


static void
report(void *data, dm_load_event_t event, uint64_t line, const char *text)
{
    env_t  *env = data;

    assert_true(text[0] != '\0');

    if (event == DM_LOAD_SKIPPED) {
        env->skipped = line;

    } else {
        env->clamped = line;
    }
}


static int
setup_size(void **state, size_t size)
{
    env_t  *env;

    env = calloc(1, sizeof(env_t));
    env->table = dm_table_init(malloc(size), size);
    env->digest = dm_digest_create();
    env->load = dm_load_create(env->table, env->digest, report, env);
    assert_non_null(env->load);
    *state = env;

    return 0;
}


static int
setup(void **state)
{
    return setup_size(state, 65536);
}


static int
setup_small(void **state)
{
    return setup_size(state, 8192);
}


static int
setup_large(void **state)
{
    return setup_size(state, 8 * 1024 * 1024);
}


static int
teardown(void **state)
{
    env_t  *env = *state;

    dm_load_destroy(env->load);
    dm_digest_destroy(env->digest);
    free(env->table);
    free(env);

    return 0;
}


static int
find(env_t *env, const char *token, dm_grant_t *grant)
{
    uint8_t   digest[DM_DIGEST_LEN];
    dm_str_t  text = { token, strlen(token) };

    assert_int_equal(dm_digest_sha256(env->digest, text, digest), 0);

    return dm_table_find(env->table, digest, DM_STR(""), grant);
}


static int64_t
feed(env_t *env, const char *text)
{
    return dm_load_feed(env->load, text, strlen(text));
}


static int
snapshot(env_t *env, const char *text)
{
    int64_t  n;

    dm_load_snapshot(env->load, 20, 0);
    n = feed(env, text);

    return n < 0 ? -1 : dm_load_finish(env->load, text + n, strlen(text) - n);
}


static void
test_whole(void **state)
{
    env_t                  *env = *state;
    char                    text[DM_REVISION_MAX];
    dm_grant_t              g;
    const dm_load_state_t  *s = dm_load_state(env->load);

    assert_int_equal(snapshot(env, HEAD RW("a") APP RW("b") END(3)
                                   RW("c") "junk\n" RW("d")), 0);
    assert_true(s->journal);
    assert_int_equal(s->applied, 2);
    assert_int_equal(s->skipped, 1);
    assert_int_equal(env->skipped, 7);
    assert_int_equal(s->line, 8);
    assert_int_equal(s->tokens, 4);
    assert_int_equal(s->apps, 1);
    assert_int_equal(find(env, "a", &g), 1);
    assert_int_equal(g.user, 12);
    assert_true(g.app_suspended);
    assert_int_equal(find(env, "c", &g), 1);
    assert_int_equal(find(env, "d", &g), 1);
    assert_int_equal(find(env, "e", &g), 0);
    assert_int_equal(dm_table_revision(env->table, text), 2);

    assert_int_equal(feed(env, END(1)), strlen(END(1)));
    assert_int_equal(s->skipped, 2);
    assert_true(feed(env, HEAD) > 0);
    assert_int_equal(s->applied, 3);

    assert_int_equal(feed(env, "{\"token\":\"z\""), 0);
    assert_int_equal(dm_load_finish(env->load, "{", 1), 0);
    assert_int_equal(s->skipped, 2);
}


/* Two ids of one dm_str_hash(): what is known of one is not the other's. */
static void
test_same_hash(void **state)
{
    env_t       *env = *state;
    dm_str_t     a = DM_STR("7mohtcOFVz"), b = DM_STR("c1E51sSEyx");
    dm_grant_t   g;

    assert_true(dm_str_hash(a) == dm_str_hash(b));

    assert_int_equal(snapshot(env,
        "{\"app\":\"7mohtcOFVz\",\"suspended\":true}\n"
        "{\"token\":\"a\",\"app\":\"7mohtcOFVz\",\"access\":\"read\"}\n"
        "{\"token\":\"b\",\"app\":\"c1E51sSEyx\",\"access\":\"read\"}\n"
        "{\"token\":\"c\",\"app\":\"7mohtcOFVz\",\"access\":\"read\"}\n"), 0);

    assert_int_equal(find(env, "a", &g), 1);
    assert_true(g.app_suspended);
    assert_int_equal(find(env, "b", &g), 1);
    assert_false(g.app_suspended);
    assert_int_equal(find(env, "c", &g), 1);
    assert_true(g.app_suspended);
}


static void
test_refused(void **state)
{
    env_t                  *env = *state;
    dm_grant_t              g;
    const dm_load_state_t  *s = dm_load_state(env->load);

    assert_int_equal(snapshot(env, RW("a") "junk\n" RW("b")), -1);
    assert_int_equal(s->error_line, 2);
    assert_true(s->error[0] != '\0');
    assert_int_equal(find(env, "a", &g), -1);
    assert_int_equal(feed(env, RW("b")), -1);
    assert_int_equal(dm_load_finish(env->load, "", 0), -1);

    assert_int_equal(snapshot(env, RW("a")), 0);

    assert_int_equal(snapshot(env, RW("b") END(2)), -1);
    assert_int_equal(s->error_line, 2);
    assert_int_equal(snapshot(env, HEAD RW("b") END(2)), -1);
    assert_int_equal(snapshot(env, RW("b") HEAD), -1);
    assert_int_equal(s->error_line, 2);
    assert_int_equal(snapshot(env, RW("b") "{\"token\":"), -1);
    assert_int_equal(s->error_line, 2);

    assert_int_equal(find(env, "a", &g), 1);
    assert_int_equal(find(env, "b", &g), 0);
}


static void
test_unended(void **state)
{
    env_t                  *env = *state;
    size_t                  len = strlen(RW("b")) - 1;
    dm_grant_t              g;
    const dm_load_state_t  *s = dm_load_state(env->load);

    dm_load_snapshot(env->load, 2, 0);
    assert_true(feed(env, RW("a")) > 0);
    assert_int_equal(dm_load_feed(env->load, RW("b"), len), 0);
    assert_int_equal(dm_load_finish(env->load, RW("b"), len), 0);
    assert_int_equal(s->line, 2);
    assert_int_equal(s->offset, 2 * len + 1);
    assert_int_equal(find(env, "b", &g), 1);

    assert_int_equal(feed(env, "\n" RW("c")), len + 2);
    assert_int_equal(s->skipped, 0);
    assert_int_equal(s->line, 3);
    assert_int_equal(find(env, "c", &g), 1);

    assert_int_equal(snapshot(env, "{\"end\":{\"records\":0}}"), 0);
    assert_int_equal(find(env, "c", &g), 0);
    assert_int_equal(snapshot(env, ""), 0);
}


static void
test_clamped(void **state)
{
    env_t            *env = *state;
    dm_table_info_t   info;

    assert_int_equal(snapshot(env, RW("a") LOW("b") LOW("c")), 0);
    assert_int_equal(env->clamped, 2);
    dm_table_info(env->table, &info);
    assert_int_equal(info.clamped, 2);

    env->clamped = 0;
    assert_int_equal(snapshot(env, LOW("b")
                     "{\"app\":\"8840\",\"first_party\":true}\n"), 0);
    assert_int_equal(env->clamped, 0);
    dm_table_info(env->table, &info);
    assert_int_equal(info.clamped, 0);
}


/* The same file, cut in two pieces at every byte. */
static void
test_pieces(void **state)
{
    env_t       *env = *state;
    size_t       cut, len;
    int64_t      n;
    dm_grant_t   g;
    static char  text[] = HEAD RW("a") APP END(2) RW("c") "bad\n" RW("d");

    len = sizeof(text) - 1;

    for (cut = 0; cut <= len; cut++) {
        dm_load_snapshot(env->load, 6, 0);
        n = dm_load_feed(env->load, text, cut);
        assert_true(n >= 0 && n <= (int64_t) cut);
        n += dm_load_feed(env->load, text + n, len - n);
        assert_int_equal(n, len);
        assert_int_equal(dm_load_finish(env->load, "", 0), 0);
        assert_int_equal(dm_load_state(env->load)->offset, len);
        assert_int_equal(dm_load_state(env->load)->applied, 2);
        assert_int_equal(dm_load_state(env->load)->skipped, 1);
        assert_int_equal(find(env, "a", &g), 1);
        assert_int_equal(find(env, "d", &g), 1);
    }
}


/*
 * More tokens than wait for each other, each piece of text gone once it was
 * fed, with lines between them that do not wait.
 */
static void
test_batch(void **state)
{
    int         i, len;
    env_t      *env = *state;
    char        line[128], *piece;
    dm_grant_t  g;

    dm_load_snapshot(env->load, 420, 0);

    for (i = 0; i < 400; i++) {
        len = snprintf(line, sizeof(line), "{\"token\":\"t%d\",\"app\":\"a%d\","
                       "\"user\":%d,\"access\":\"read\"%s}\n", i % 200, i % 7,
                       i % 200 + 1, i % 50 == 49 ? ",\"x_\":null" : "");
        piece = malloc(len);
        memcpy(piece, line, len);
        assert_int_equal(dm_load_feed(env->load, piece, len), len);
        free(piece);
    }

    assert_true(feed(env, "{\"app\":\"a0\",\"suspended\":true}\n") > 0);
    assert_int_equal(dm_load_state(env->load)->tokens, 400);
    assert_true(feed(env, END(401)) > 0);
    assert_int_equal(dm_load_finish(env->load, "", 0), 0);
    assert_true(dm_load_state(env->load)->journal);
    assert_int_equal(dm_load_state(env->load)->apps, 7);

    for (i = 0; i < 200; i++) {
        snprintf(line, sizeof(line), "t%d", i);
        assert_int_equal(find(env, line, &g), 1);
        assert_int_equal(g.user, i + 1);
        assert_int_equal(g.app_suspended, (i + 200) % 7 == 0);
    }
}


/* One piece: what waits is written in the order of the lines. */
static void
test_batch_order(void **state)
{
    env_t       *env = *state;
    dm_grant_t   g;

    assert_int_equal(snapshot(env, RW("a") LOW("a") RW("b")
                                   TOKEN("b", "\"access\":\"read\","
                                              "\"x_\":[]") LOW("c")), 0);
    assert_int_equal(find(env, "a", &g), 1);
    assert_int_equal(g.user, 1);
    assert_int_equal(find(env, "b", &g), 1);
    assert_int_equal(g.may, 0);
    assert_int_equal(env->clamped, 2);

    assert_int_equal(snapshot(env, RW("a") RW("b") END(2)), 0);
    assert_int_equal(snapshot(env, RW("a") RW("b") END(1)), -1);
}


/*
 * So many apps that what is kept of them has grown, and which token is the
 * first to be lowered is known only once all their records are read.
 */
static void
test_many_apps(void **state)
{
    int                     i, first;
    char                    line[128];
    env_t                  *env = *state;
    const dm_load_state_t  *s = dm_load_state(env->load);

    dm_load_snapshot(env->load, 21000, 0);

    for (i = 0; i < 20000; i++) {
        snprintf(line, sizeof(line), "{\"token\":\"t%d\",\"app\":\"a%d\","
                 "\"user\":1,\"access\":\"read-write-directmessages\","
                 "\"issued_via\":\"%s\"}\n", i, i % 10000,
                 i % 100 == 99 ? "xauth" : "authorize");
        assert_true(feed(env, line) > 0);
        assert_int_equal(s->apps, i < 10000 ? i + 1 : 10000);
    }

    for (i = 0, first = 7099; i < first; i += 100) {
        snprintf(line, sizeof(line), "{\"app\":\"a%d\",\"first_party\":true}\n",
                 i + 99);
        assert_true(feed(env, line) > 0);
    }

    assert_true(feed(env, "{\"app\":\"a99\"}\n") > 0);
    assert_true(feed(env, "{\"app\":\"a99\",\"first_party\":true}\n") > 0);
    assert_int_equal(s->apps, 10000);
    assert_int_equal(dm_load_finish(env->load, "", 0), 0);
    assert_int_equal(env->clamped, first + 101);
}


static void
test_long(void **state)
{
    env_t                  *env = *state;
    char                   *big;
    size_t                  len = 70000;
    dm_grant_t              g;
    const dm_load_state_t  *s = dm_load_state(env->load);

    big = malloc(len + 1);
    memset(big, ' ', len);
    big[len] = '\n';

    dm_load_snapshot(env->load, 1, 0);
    assert_int_equal(dm_load_feed(env->load, big, len), -1);
    assert_int_equal(s->error_line, 1);
    dm_load_snapshot(env->load, 1, 0);
    assert_int_equal(dm_load_feed(env->load, big, len + 1), -1);

    assert_int_equal(snapshot(env, RW("a")), 0);
    assert_int_equal(dm_load_feed(env->load, big, DM_RECORD_LINE_MAX), 0);
    assert_int_equal(dm_load_feed(env->load, big, len), len);
    assert_int_equal(dm_load_feed(env->load, big, 10), 10);
    assert_int_equal(s->skipped, 0);
    assert_int_equal(feed(env, "x\n" RW("b")), 2 + strlen(RW("b")));
    assert_int_equal(s->skipped, 1);
    assert_int_equal(env->skipped, 2);
    assert_int_equal(s->line, 3);
    assert_int_equal(find(env, "b", &g), 1);

    assert_int_equal(dm_load_feed(env->load, big, len + 1), len + 1);
    assert_int_equal(s->skipped, 2);

    free(big);
}


static void
feed_many(env_t *env, int n)
{
    int   i;
    char  line[256];

    for (i = 0; i < n; i++) {
        snprintf(line, sizeof(line), "{\"token\":\"t%d\",\"app\":\"a%d\","
                 "\"user\":1,\"access\":\"read\"}\n", i, i % 10);
        assert_true(feed(env, line) > 0);
    }
}


static void
test_overflow(void **state)
{
    env_t                  *env = *state;
    char                    needs[64];
    size_t                  size;
    dm_grant_t              g;
    const dm_load_state_t  *s = dm_load_state(env->load);

    assert_int_equal(snapshot(env, RW("a")), 0);

    dm_load_snapshot(env->load, 500, 0);
    feed_many(env, 500);
    assert_int_equal(dm_load_finish(env->load, "", 0), -1);
    assert_int_equal(s->error_line, 0);
    size = dm_load_needs(env->load, 0);
    snprintf(needs, sizeof(needs), "%zu bytes, the zone has %zu",
             dm_zone_size(size), dm_zone_size(8192));
    assert_non_null(strstr(s->error, needs));
    assert_int_equal(find(env, "a", &g), 1);

    /* with what it says it needs, it fits */
    teardown(state);
    setup_size(state, size);
    env = *state;
    dm_load_snapshot(env->load, 500, 0);
    feed_many(env, 500);
    assert_int_equal(dm_load_finish(env->load, "", 0), 0);
    assert_int_equal(find(env, "t499", &g), 1);
}


static void
test_journal_full(void **state)
{
    env_t                  *env = *state;
    dm_grant_t              g;
    dm_load_state_t         from;
    const dm_load_state_t  *s = dm_load_state(env->load);

    assert_int_equal(snapshot(env, RW("a")), 0);

    memset(&from, 0, sizeof(from));
    from.line = 41;
    from.offset = 1000;
    from.applied = 2;
    from.skipped = 1;

    dm_load_journal(env->load, &from);
    feed_many(env, 500);
    assert_true(s->full);
    assert_int_equal(s->skipped, 1);
    assert_true(s->applied > 2 && s->applied < 502);
    assert_int_equal(env->skipped, 0);
    assert_true(feed(env, TOKEN("a", "\"user\":12,\"access\":\"read\","
                                "\"revoked\":true")) > 0);
    assert_int_equal(find(env, "a", &g), 1);
    assert_true(g.revoked);
}


static void
test_no_table(void **state)
{
    env_t      *env = *state;
    dm_load_t  *load;

    load = dm_load_create(NULL, env->digest, NULL, NULL);
    dm_load_snapshot(load, 0, 0);
    assert_true(dm_load_feed(load, RW("a") END(1) RW("b"),
                             strlen(RW("a") END(1) RW("b"))) > 0);
    assert_int_equal(dm_load_state(load)->tokens, 2);
    assert_int_equal(dm_load_state(load)->applied, 1);
    assert_true(dm_load_needs(load, 0) > 4096);
    dm_load_destroy(load);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(test_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(test_same_hash, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unended, setup, teardown),
        cmocka_unit_test_setup_teardown(test_clamped, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pieces, setup, teardown),
        cmocka_unit_test_setup_teardown(test_batch, setup, teardown),
        cmocka_unit_test_setup_teardown(test_batch_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many_apps, setup_large, teardown),
        cmocka_unit_test_setup_teardown(test_long, setup, teardown),
        cmocka_unit_test_setup_teardown(test_overflow, setup_small, teardown),
        cmocka_unit_test_setup_teardown(test_journal_full, setup_small,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_no_table, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
