/*
 * A file of any length is taken in bites that are no longer for a longer one,
 * and comes to the same.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "dm_image.h"
#include "dm_intake.h"
#include "dm_table_layout.h"


#define SIZE    (8 * 1024 * 1024)
#define TOKENS  30000


typedef struct {
    char    *data;
    size_t   len;
    size_t   size;
} file_t;


typedef struct {
    dm_load_t    *load;
    dm_table_t   *table;
    dm_digest_t  *digest;
    dm_intake_t  *intake;
    file_t        file;
    unsigned      reads;
    unsigned      clears;
    unsigned      lines;                /* bites of them */
    unsigned      others;
    unsigned      ends;                 /* of a snapshot, foreseen */
} env_t;


static int
setup(void **state)
{
    env_t  *env;

    env = calloc(1, sizeof(env_t));
    env->table = malloc(SIZE);
    memset(env->table, 0xa5, SIZE);
    assert_non_null(dm_table_init(env->table, SIZE));
    env->digest = dm_digest_create();
    env->load = dm_load_create(env->table, env->digest, NULL, NULL);
    env->intake = dm_intake_create(env->table, env->load);
    assert_non_null(env->intake);
    *state = env;

    return 0;
}


static int
teardown(void **state)
{
    env_t  *env = *state;

    dm_intake_destroy(env->intake);
    dm_load_destroy(env->load);
    dm_digest_destroy(env->digest);
    free(env->table);
    free(env->file.data);
    free(env);

    return 0;
}


static int
add(void *data, const char *bytes, size_t len, uint64_t total)
{
    file_t  *file = data;

    (void) total;

    if (file->len + len > file->size) {
        file->size = (file->len + len) * 2;
        file->data = realloc(file->data, file->size);
        assert_non_null(file->data);
    }

    memcpy(file->data + file->len, bytes, len);
    file->len += len;

    return 0;
}


static void
add_text(env_t *env, const char *text)
{
    (void) add(&env->file, text, strlen(text), 0);
}


static void
add_tokens(env_t *env, unsigned n)
{
    char      line[128];
    unsigned  i;

    for (i = 0; i < n; i++) {
        snprintf(line, sizeof(line), "{\"token\":\"t%u\",\"app\":\"a%u\","
                 "\"user\":%u,\"access\":\"read\"}\n", i, i % 100, i);
        add_text(env, line);
    }
}


static int
find(env_t *env, const char *token, dm_grant_t *grant)
{
    uint8_t   digest[DM_DIGEST_LEN];
    dm_str_t  text = { token, strlen(token) };

    assert_int_equal(dm_digest_sha256(env->digest, text, digest), 0);

    return dm_table_find(env->table, digest, DM_STR(""), grant);
}


/* What one bite may do, seen from outside. */
static dm_intake_rc_t
bite(env_t *env, size_t longest)
{
    uint64_t                was, unclear;
    dm_state_t             *idle;
    dm_intake_rc_t          rc;
    const dm_load_state_t  *state;

    state = dm_load_state(env->load);
    idle = dm_table_state(env->table, env->table->generation + 1);
    was = state->offset;
    unclear = idle->unclear;

    rc = dm_intake_bite(env->intake);

    if (rc == DM_INTAKE_AGAIN && state->offset > was) {
        assert_true(state->offset - was <= longest);
        env->lines++;

    } else if (rc == DM_INTAKE_AGAIN && unclear != 0 && idle->unclear < unclear) {
        assert_true(unclear - idle->unclear <= DM_INTAKE_CLEAR);
        env->clears++;

    } else {
        env->others++;
    }

    return rc;
}


/* Reads short at times, as a system may. */
static dm_intake_rc_t
run(env_t *env, size_t longest)
{
    char            *data;
    size_t           len;
    uint64_t         offset;
    dm_intake_rc_t   rc;

    env->reads = env->clears = env->lines = env->others = env->ends = 0;

    do {
        rc = DM_INTAKE_AGAIN;

        if (!dm_intake_wants(env->intake, &data, &len, &offset)) {
            rc = bite(env, longest);
            continue;
        }

        assert_true(len > 0 && len <= DM_INTAKE_READ);
        if (env->reads++ % 3 == 2 && len > 1000) {
            len -= 777;
        }

        if (offset > env->file.len) {
            offset = env->file.len;
        }

        if (len > env->file.len - offset) {
            len = env->file.len - offset;
        }

        memcpy(data, env->file.data + offset, len);
        dm_intake_filled(env->intake, len);
        env->ends += dm_intake_ends(env->intake);

    } while (rc == DM_INTAKE_AGAIN);

    return rc;
}


static void
test_snapshot(void **state)
{
    char         name[16];
    env_t       *env = *state;
    unsigned     i;
    dm_grant_t   g;

    add_text(env, "{\"table\":{\"revision\":\"r\"}}\n");
    add_tokens(env, TOKENS);

    for (i = 0; i < 2; i++) {
        dm_intake_snapshot(env->intake, i);
        assert_int_equal(find(env, "t1", &g), i ? 1 : -1);
        assert_int_equal(run(env, DM_INTAKE_LINES), DM_INTAKE_DONE);

        assert_true(env->reads >= 2 * env->file.len / DM_INTAKE_READ);
        assert_true(env->lines >= env->file.len / DM_INTAKE_LINES);
        assert_true(env->clears >= TOKENS * dm_slot_bytes(i) / DM_INTAKE_CLEAR);
        assert_true(env->others <= 6);
        assert_int_equal(env->ends, 1);
        assert_int_equal(dm_table_users(env->table), i);
    }

    for (i = 0; i < TOKENS; i++) {
        snprintf(name, sizeof(name), "t%u", i);
        assert_int_equal(find(env, name, &g), 1);
        assert_int_equal(g.user, i);
    }

    /* room as for a file of so many lines, not more */
    assert_true(dm_table_state(env->table, 2)->slots
                == dm_slots_for(TOKENS + 2));
}


static void
test_journal(void **state)
{
    env_t            *env = *state;
    uint64_t          all;
    dm_state_t       *live;
    dm_grant_t        g;
    dm_load_state_t   from;

    add_tokens(env, TOKENS);
    dm_intake_snapshot(env->intake, 0);
    assert_int_equal(run(env, DM_INTAKE_LINES), DM_INTAKE_DONE);
    from = *dm_load_state(env->load);

    add_text(env, "bad\n{\"token\":\"new\",\"app\":\"a\",\"access\":\"read\"}\n"
                  "{\"token\":\"later\",");
    dm_intake_journal(env->intake, &from);
    assert_int_equal(run(env, DM_INTAKE_LINES), DM_INTAKE_DONE);
    assert_int_equal(env->lines, 1);
    assert_true(env->others <= 8);
    assert_int_equal(env->ends, 0);
    assert_int_equal(dm_load_state(env->load)->applied, 1);
    assert_int_equal(dm_load_state(env->load)->skipped, 1);
    assert_int_equal(find(env, "new", &g), 1);
    from = *dm_load_state(env->load);

    add_text(env, "\"app\":\"a\",\"access\":\"read\"}\n");
    dm_intake_journal(env->intake, &from);
    assert_int_equal(run(env, DM_INTAKE_LINES), DM_INTAKE_DONE);
    assert_int_equal(find(env, "later", &g), 1);
    assert_int_equal(dm_load_state(env->load)->applied, 2);

    /* what a writer left that died takes bites, too; another process reads */
    from = *dm_load_state(env->load);
    live = dm_table_state(env->table, env->table->generation);
    all = live->slots + live->heads;
    live->changes++;
    live->tokens--;
    dm_load_snapshot(env->load, 0, 0);
    add_text(env, "{\"token\":\"t1\",\"app\":\"a1\",\"access\":\"read\"}\n");
    dm_intake_journal(env->intake, &from);
    assert_int_equal(run(env, DM_INTAKE_LINES), DM_INTAKE_DONE);
    assert_true(env->others >= all / DM_INTAKE_REPAIR);
    assert_int_equal(live->tokens, TOKENS + 2);
    assert_int_equal(dm_load_state(env->load)->applied, 3);

    /* what was read and then given up is read once more, not counted twice */
    dm_intake_journal(env->intake, &from);
    assert_int_equal(run(env, DM_INTAKE_LINES), DM_INTAKE_DONE);
    assert_int_equal(dm_load_state(env->load)->applied, 3);
    assert_int_equal(dm_load_state(env->load)->line, from.line + 1);
    assert_int_equal(dm_load_state(env->load)->offset, env->file.len);
}


/* Lines longer than a bite, to the longest that there may be. */
static void
test_long(void **state)
{
    int          i;
    char        *line;
    env_t       *env = *state;
    size_t       len;
    dm_grant_t   g;

    /* what was read before, and was an image, is another file's */
    add_tokens(env, 1000);
    dm_intake_snapshot(env->intake, 0);
    assert_int_equal(run(env, DM_INTAKE_LINES), DM_INTAKE_DONE);
    env->file.len = 0;
    assert_int_equal(dm_image_write(env->table, add, &env->file), 0);
    dm_intake_snapshot(env->intake, 0);
    assert_int_equal(run(env, DM_INTAKE_LINES), DM_INTAKE_DONE);
    env->file.len = 0;

    line = malloc(DM_RECORD_LINE_MAX + 2);

    for (i = 0; i < 40; i++) {
        len = i % 4 ? 100 + i * 1000 : DM_RECORD_LINE_MAX;
        memset(line, ' ', len);
        memcpy(line, "{\"token\":\"a\",\"app\":\"1\",", 23);
        memcpy(line + len - 16, "\"access\":\"read\"}", 16);
        line[len] = '\n';
        line[len + 1] = '\0';
        add_text(env, line);
    }

    add_text(env, "{\"token\":\"b\",\"app\":\"1\",\"access\":\"read\"}");
    dm_intake_snapshot(env->intake, 0);
    assert_int_equal(run(env, DM_RECORD_LINE_MAX + 1), DM_INTAKE_DONE);
    assert_true(env->lines >= 25);
    assert_int_equal(dm_load_state(env->load)->line, 41);
    assert_int_equal(dm_load_state(env->load)->offset, env->file.len);
    assert_int_equal(find(env, "b", &g), 1);

    /* one longer refuses a snapshot, and is passed over in a journal */
    memset(line, 'x', DM_RECORD_LINE_MAX + 1);
    line[DM_RECORD_LINE_MAX + 1] = '\0';
    add_text(env, "\n");
    add_text(env, line);
    add_text(env, "\n{\"token\":\"c\",\"app\":\"1\",\"access\":\"read\"}\n");
    dm_intake_journal(env->intake, dm_load_state(env->load));
    assert_int_equal(run(env, DM_INTAKE_BUFFER), DM_INTAKE_DONE);
    assert_int_equal(dm_load_state(env->load)->skipped, 1);
    assert_int_equal(find(env, "c", &g), 1);

    dm_intake_snapshot(env->intake, 0);
    assert_int_equal(run(env, DM_RECORD_LINE_MAX + 1), DM_INTAKE_REFUSED);
    assert_int_equal(dm_load_state(env->load)->error_line, 42);
    assert_int_equal(find(env, "c", &g), 1);

    free(line);
}


static void
test_image(void **state)
{
    env_t                  *env = *state;
    dm_grant_t              g;
    const dm_load_state_t  *s = dm_load_state(env->load);

    add_tokens(env, TOKENS);
    dm_intake_snapshot(env->intake, 0);
    assert_int_equal(run(env, DM_INTAKE_LINES), DM_INTAKE_DONE);

    env->file.len = 0;
    assert_int_equal(dm_image_write(env->table, add, &env->file), 0);
    add_text(env, "{\"token\":\"new\",\"app\":\"a\",\"access\":\"read\"}\n");
    dm_intake_snapshot(env->intake, 0);
    assert_int_equal(run(env, DM_INTAKE_LINES), DM_INTAKE_DONE);
    assert_true(env->lines >= env->file.len / DM_INTAKE_LINES);
    assert_int_equal(s->image, TOKENS);
    assert_int_equal(s->line, 1);
    assert_int_equal(find(env, "t7", &g), 1);
    assert_int_equal(find(env, "new", &g), 1);
    assert_true(dm_table_state(env->table, 2)->slots
                == dm_slots_for(TOKENS + 2));

    env->file.len /= 2;
    dm_intake_snapshot(env->intake, 0);
    assert_int_equal(run(env, DM_INTAKE_LINES), DM_INTAKE_REFUSED);
    assert_non_null(strstr(s->error, "truncated"));
    assert_int_equal(find(env, "new", &g), 1);
}


/* No room: the file is read to its end, and once more where that may help. */
static void
test_full(void **state)
{
    env_t            *env = *state;
    dm_grant_t        g;
    dm_load_state_t   from;

    add_tokens(env, 10);
    dm_intake_snapshot(env->intake, 0);
    assert_int_equal(run(env, DM_INTAKE_LINES), DM_INTAKE_DONE);
    from = *dm_load_state(env->load);

    add_tokens(env, 110000);
    dm_intake_journal(env->intake, &from);
    assert_int_equal(run(env, DM_INTAKE_LINES), DM_INTAKE_FULL);
    dm_intake_snapshot(env->intake, 0);
    assert_int_equal(run(env, DM_INTAKE_LINES), DM_INTAKE_FULL);
    dm_intake_snapshot(env->intake, 0);
    assert_int_equal(run(env, DM_INTAKE_LINES), DM_INTAKE_DONE);
    assert_int_equal(find(env, "t109999", &g), 1);

    add_tokens(env, 150000);
    dm_intake_snapshot(env->intake, 0);
    assert_int_equal(run(env, DM_INTAKE_LINES), DM_INTAKE_FULL);
    dm_intake_snapshot(env->intake, 0);
    assert_int_equal(run(env, DM_INTAKE_LINES), DM_INTAKE_REFUSED);
    assert_int_equal(find(env, "t109999", &g), 1);
    assert_int_equal(find(env, "t149999", &g), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(test_snapshot, setup, teardown),
        cmocka_unit_test_setup_teardown(test_journal, setup, teardown),
        cmocka_unit_test_setup_teardown(test_long, setup, teardown),
        cmocka_unit_test_setup_teardown(test_image, setup, teardown),
        cmocka_unit_test_setup_teardown(test_full, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
