/*
 * A table of just the size that a file is said to need: the file and a tenth
 * more tokens fit, appended or read anew; in less they do not.
 */

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "dm_load.h"
#include "dm_zone.h"


#define LINE  128


typedef struct {
    unsigned      users;
    unsigned      apps;                 /* that tokens are of */
    unsigned      records;              /* apps with a record */
    dm_digest_t  *digest;
    dm_load_t    *load;
    dm_table_t   *table;
} env_t;


static void
feed(env_t *env, const char *text)
{
    assert_int_equal(dm_load_feed(env->load, text, strlen(text)),
                     strlen(text));
}


static void
feed_tokens(env_t *env, unsigned from, unsigned to)
{
    char  line[LINE];

    for ( /* void */ ; from < to; from++) {
        snprintf(line, LINE, "{\"token\":\"t%u\",\"app\":\"app-%u\","
                 "\"user\":%u,\"access\":\"read\"}\n", from,
                 from % env->apps, from);
        feed(env, line);
    }
}


static void
feed_file(env_t *env, unsigned tokens)
{
    char      line[LINE];
    unsigned  i;

    for (i = 0; i < env->records; i++) {
        snprintf(line, LINE, "{\"app\":\"app-%u\",\"secret\":\"s\","
                 "\"webhooks\":[\"https://h.example/%u\"]}\n", i, i);
        feed(env, line);
    }

    feed_tokens(env, 0, tokens);
}


static size_t
needs(env_t *env, unsigned tokens)
{
    size_t  size;

    env->load = dm_load_create(NULL, env->digest, NULL, NULL);
    dm_load_snapshot(env->load, 0, 0);
    feed_file(env, tokens);
    size = dm_load_needs(env->load, env->users);
    dm_load_destroy(env->load);

    return size;
}


/* As the sync does: once more where it says that it fits after all. */
static int
read_file(env_t *env, unsigned tokens)
{
    int  rc;

    do {
        dm_load_snapshot(env->load, tokens + env->records + 1, env->users);
        feed_file(env, tokens);
        rc = dm_load_finish(env->load, "", 0);
    } while (rc != 0 && dm_load_state(env->load)->again);

    return rc;
}


/* Returns how many tokens could be appended, at most `more`; -1: refused. */
static int
fill(env_t *env, size_t size, unsigned tokens, unsigned more)
{
    int         n;
    uint8_t     key[DM_DIGEST_LEN];
    dm_str_t    text;
    dm_grant_t  g;

    env->table = dm_table_init(malloc(size), size);
    env->load = dm_load_create(env->table, env->digest, NULL, NULL);
    assert_non_null(env->table);
    n = -1;

    if (read_file(env, tokens) == 0) {
        for (n = 0; n < (int) more; n++) {
            feed_tokens(env, tokens + n, tokens + n + 1);

            if (dm_load_state(env->load)->full) {
                break;
            }
        }

        text = DM_STR("t0");
        assert_int_equal(dm_digest_sha256(env->digest, text, key), 0);
        assert_int_equal(dm_table_find(env->table, key, DM_STR(""), &g), 1);
        assert_int_equal(dm_table_users(env->table), env->users);
    }

    dm_load_destroy(env->load);
    free(env->table);

    return n;
}


static void
check(env_t *env, unsigned tokens, unsigned apps, unsigned records)
{
    size_t    size;
    unsigned  tenth;

    for (env->users = 0; env->users < 2; env->users++) {
        env->apps = apps;
        env->records = records;
        tenth = tokens / 10;
        size = needs(env, tokens);

        assert_true(size <= 2 * ((tokens + records) * (env->users ? 64 : 40)
                                 + apps * 72 + records * 216 + 2048));

        assert_true(fill(env, size, tokens, tenth) == (int) tenth);
        assert_true(fill(env, size, tokens + tenth, 0) == 0);
    }
}


static void
test_fits(void **state)
{
    unsigned  i;

    for (i = 0; i < 200; i++) {
        check(*state, i + 1, 1 + i % 7, i % 5 ? 0 : 1 + i % 7);
    }

    check(*state, 1000, 1, 0);
    check(*state, 1000, 2000, 0);
    check(*state, 1000, 1000, 1000);
    check(*state, 20000, 300, 300);
}


/* The room for apps to grow by an eighth of theirs is no room for tokens. */
static void
test_edge(void **state)
{
    env_t   *env = *state;
    size_t   size;

    env->apps = 1;
    env->records = 0;

    for (env->users = 0; env->users < 2; env->users++) {
        size = needs(env, 1000);

        assert_in_range(fill(env, size, 1000, 200), 100, 102);
        assert_in_range(fill(env, size - 256, 1000, 200), 90, 99);
        assert_int_equal(fill(env, size / 10 * 8, 1000, 200), -1);
    }
}


/* A journal that says something of the same tokens again needs no room. */
static void
test_repeated(void **state)
{
    env_t            *env = *state;
    size_t            size;
    unsigned          i, tries;
    dm_table_info_t   info;

    env->apps = 1;
    env->records = 0;

    for (env->users = 0; env->users < 2; env->users++) {
        size = needs(env, 1000);
        env->table = dm_table_init(malloc(size), size);
        env->load = dm_load_create(env->table, env->digest, NULL, NULL);
        tries = 0;

        do {
            dm_load_snapshot(env->load, 5001, env->users);

            for (i = 0; i < 5; i++) {
                feed_tokens(env, 0, 1000);
            }

            tries++;
        } while (dm_load_finish(env->load, "", 0) != 0
                 && dm_load_state(env->load)->again);

        dm_table_info(env->table, &info);
        assert_int_equal(info.tokens, 1000);
        assert_int_equal(tries, 2);

        dm_load_destroy(env->load);
        free(env->table);
    }
}


static void
test_zone(void **state)
{
    size_t  page, size, table, last;

    (void) state;

    page = sysconf(_SC_PAGESIZE);
    last = 0;
    assert_int_equal(dm_zone_table(0), 0);
    assert_int_equal(dm_zone_table(page), 0);

    for (size = page; size < 2000 * page; size += page) {
        table = dm_zone_table(size);
        assert_true(table >= last && table < size);

        if (table > last) {
            assert_int_equal(dm_zone_size(table), size);
            assert_int_equal(dm_zone_size(last + 1), size);
        }

        last = table;
    }

    size = dm_zone_size((size_t) 1 << 34);
    assert_true(dm_zone_table(size) >= (size_t) 1 << 34);
    assert_true(dm_zone_table(size - page) < (size_t) 1 << 34);
    assert_true(dm_zone_size(SIZE_MAX / 4) > SIZE_MAX / 4);
}


static int
setup(void **state)
{
    env_t  *env;

    env = calloc(1, sizeof(env_t));
    env->digest = dm_digest_create();
    *state = env;

    return env->digest == NULL;
}


static int
teardown(void **state)
{
    env_t  *env = *state;

    dm_digest_destroy(env->digest);
    free(env);

    return 0;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_fits),
        cmocka_unit_test(test_edge),
        cmocka_unit_test(test_repeated),
        cmocka_unit_test(test_zone),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
