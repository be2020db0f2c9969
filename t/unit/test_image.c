/*
 * Why: an image has to give the table that its file gives, whatever its pieces,
 * and nothing else: not half of one, nor a damaged, nor somebody else's.
 */

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "dm_image.h"
#include "dm_load.h"
#include "guard.h"


#define ZONE  (4 * 1024 * 1024)

#define FILE_LINES                                                            \
    "{\"table\":{\"revision\":\"r/1\"}}\n"                                    \
    "{\"token\":\"early\",\"app\":\"fp\",\"user\":7,"                         \
        "\"access\":\"read-write-directmessages\",\"issued_via\":\"xauth\"}\n"\
    "{\"app\":\"fp\",\"first_party\":true}\n"                                \
    "{\"app\":\"8840\",\"consumer_key\":\"old\"}\n"                           \
    "{\"app\":\"8840\",\"consumer_key\":\"ck\",\"secret\":\"s\","             \
        "\"webhooks\":[\"https://a.example/x\",\"http://b.example\"]}\n"      \
    "{\"app\":\"66\",\"suspended\":true}\n"                                   \
    "{\"token\":\"low\",\"app\":\"8840\",\"user\":1,"                         \
        "\"access\":\"read-write-directmessages\",\"issued_via\":\"xauth\"}\n"\
    "{\"token\":\"moved\",\"app\":\"gone\",\"user\":2,\"access\":\"read\"}\n" \
    "{\"token\":\"moved\",\"app\":\"66\",\"user\":3,\"access\":\"read\"}\n"   \
    "{\"token\":\"bare\",\"app\":\"bare\",\"user\":\"18446744073709551615\"," \
        "\"scopes\":\"dm.read\",\"expires\":4000000000}\n"                    \
    "{\"token\":\"only\",\"app\":\"8840\",\"access\":\"read-write\","         \
        "\"issued_via\":\"client_credentials\"}\n"                            \
    "{\"end\":{\"records\":10}}\n"                                            \
    "{\"token\":\"low\",\"app\":\"8840\",\"user\":1,\"revoked\":true,"        \
        "\"access\":\"read-write-directmessages\",\"issued_via\":\"xauth\"}\n"

#define JOURNAL                                                               \
    "{\"token\":\"bare\",\"app\":\"bare\",\"user\":4,\"access\":\"read\"}\n"  \
    "junk\n"


typedef struct {
    dm_load_t    *load;
    dm_table_t   *table;
    dm_digest_t  *digest;
    unsigned      users;                /* with the index of them */
    uint64_t      clamped;              /* line + 1 of the report */
    uint64_t      skipped;
} env_t;


typedef struct {
    char    *data;
    size_t   len;
} image_t;


static void
report(void *data, dm_load_event_t event, uint64_t line, const char *text)
{
    env_t  *env = data;

    (void) text;

    if (event == DM_LOAD_CLAMPED) {
        env->clamped = line + 1;

    } else {
        env->skipped = line;
    }
}


static void
env_open(env_t *env, size_t size)
{
    memset(env, 0, sizeof(env_t));

    env->table = dm_table_init(calloc(1, size), size);
    env->digest = dm_digest_create();
    env->load = dm_load_create(env->table, env->digest, report, env);
    assert_non_null(env->load);
}


static void
env_close(env_t *env)
{
    dm_load_destroy(env->load);
    dm_digest_destroy(env->digest);
    free(env->table);
}


/* In pieces of so many bytes, each flush against a page that cannot be read. */
static int
load_pieces(env_t *env, const char *data, size_t len, size_t piece)
{
    char     *held;
    size_t    filled, n;
    int64_t   taken;

    held = malloc(len + 1);
    filled = 0;
    dm_load_snapshot(env->load, 100, env->users);

    while (len != 0) {
        n = piece < len ? piece : len;
        memcpy(held + filled, data, n);
        filled += n;
        data += n;
        len -= n;

        taken = dm_load_feed(env->load, guard_copy(held, filled), filled);

        if (taken < 0) {
            free(held);
            return -1;
        }

        filled -= taken;
        memmove(held, held + taken, filled);
    }

    n = dm_load_finish(env->load, held, filled);
    free(held);

    return n;
}


static int
load_all(env_t *env, const char *data, size_t len)
{
    return load_pieces(env, data, len, len ? len : 1);
}


static int
keep(void *data, const char *bytes, size_t len, uint64_t total)
{
    image_t  *image = data;

    if (image->data == NULL) {
        image->data = malloc(total + 1);
    }

    assert_true(image->len + len <= total);
    memcpy(image->data + image->len, bytes, len);
    image->len += len;

    return 0;
}


static image_t
compile_table(const dm_table_t *table)
{
    image_t   image = { NULL, 0 };
    uint64_t  length, records;

    assert_int_equal(dm_image_write(table, keep, &image), 0);
    assert_int_equal(dm_image_begins(image.data, image.len, &length, &records),
                     1);
    assert_int_equal(length, image.len);

    return image;
}


/* What the index of users says of an app and a user. */
static void
same_user(const env_t *a, const env_t *b, const char *app, uint64_t user)
{
    int              found;
    dm_str_t         id = { app, strlen(app) };
    dm_user_grant_t  held[2];

    memset(held, 0, sizeof(held));
    found = dm_table_user(a->table, id, user, 100, &held[0]);
    assert_int_equal(dm_table_user(b->table, id, user, 100, &held[1]), found);
    assert_memory_equal(&held[0], &held[1], sizeof(dm_user_grant_t));
}


static image_t
compile_text(const char *text)
{
    env_t    env;
    image_t  image;

    env_open(&env, ZONE);
    assert_int_equal(load_all(&env, text, strlen(text)), 0);
    image = compile_table(env.table);
    env_close(&env);

    return image;
}


/* As a writer would have made it, but for what the caller has changed. */
static void
sign(image_t *image)
{
    dm_str_t      text = { image->data, image->len - DM_DIGEST_LEN };
    dm_digest_t  *digest;

    digest = dm_digest_create();
    assert_int_equal(dm_digest_sha256(digest, text,
                                      (uint8_t *) image->data + text.len), 0);
    dm_digest_destroy(digest);
}


static void
same_answer(const env_t *a, const env_t *b, const char *token)
{
    int         found;
    char        id[2][64];
    size_t      len;
    uint8_t     key[DM_DIGEST_LEN];
    dm_str_t    text = { token, strlen(token) };
    dm_grant_t  g[2];

    assert_int_equal(dm_digest_sha256(a->digest, text, key), 0);

    memset(g, 0, sizeof(g));
    found = dm_table_find(a->table, key, DM_STR("ck"), &g[0]);
    assert_int_equal(dm_table_find(b->table, key, DM_STR("ck"), &g[1]), found);

    if (found != 1) {
        return;
    }

    len = dm_table_app_id(a->table, &g[0], id[0]);
    assert_true(len != 0);
    assert_int_equal(dm_table_app_id(b->table, &g[1], id[1]), len);
    assert_memory_equal(id[0], id[1], len);

    g[0].app = 0;
    g[1].app = 0;
    g[0].generation = 0;
    g[1].generation = 0;
    assert_memory_equal(&g[0], &g[1], sizeof(dm_grant_t));
}


static void
same_table(const env_t *a, const env_t *b)
{
    size_t           i;
    image_t          image[2];
    dm_table_info_t  info[2];

    static const char  *tokens[] = {
        "early", "low", "moved", "bare", "only", "nobody"
    };

    for (i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
        same_answer(a, b, tokens[i]);
    }

    same_user(a, b, "fp", 7);
    same_user(a, b, "66", 3);
    same_user(a, b, "8840", 1);
    same_user(a, b, "gone", 2);

    dm_table_info(a->table, &info[0]);
    dm_table_info(b->table, &info[1]);
    assert_int_equal(info[0].apps, info[1].apps);
    assert_int_equal(info[0].tokens, info[1].tokens);
    assert_int_equal(info[0].clamped, info[1].clamped);
    assert_int_equal(info[0].revision_len, info[1].revision_len);
    assert_memory_equal(info[0].revision, info[1].revision,
                        info[0].revision_len);

    image[0] = compile_table(a->table);
    image[1] = compile_table(b->table);
    assert_int_equal(image[0].len, image[1].len);
    assert_memory_equal(image[0].data, image[1].data, image[0].len);
    free(image[0].data);
    free(image[1].data);
}


static void
test_same_as_file(void **state)
{
    env_t                   a, b;
    size_t                  piece;
    image_t                 image;
    const dm_load_state_t  *s;

    (void) state;

    image = compile_text(FILE_LINES);
    env_open(&a, ZONE);
    a.users = 1;
    assert_int_equal(load_all(&a, FILE_LINES, strlen(FILE_LINES)), 0);

    for (piece = 1; piece <= image.len; piece++) {
        env_open(&b, ZONE);
        b.users = 1;
        assert_int_equal(load_pieces(&b, image.data, image.len, piece), 0);
        same_table(&a, &b);

        s = dm_load_state(b.load);
        assert_true(s->journal);
        assert_int_equal(s->line, 0);
        assert_int_equal(s->offset, image.len);
        assert_int_equal(s->image, 9);
        assert_int_equal(s->tokens, 5);
        assert_int_equal(b.clamped, 1);         /* a report, without a line */
        env_close(&b);
    }

    env_close(&a);
    free(image.data);
}


static void
test_journal(void **state)
{
    env_t                   a, b;
    size_t                  len;
    image_t                 image;
    const dm_load_state_t  *s;

    (void) state;

    image = compile_text(FILE_LINES);
    len = image.len + strlen(JOURNAL);
    image.data = realloc(image.data, len);
    memcpy(image.data + image.len, JOURNAL, strlen(JOURNAL));

    env_open(&a, ZONE);
    env_open(&b, ZONE);
    assert_int_equal(load_all(&a, FILE_LINES JOURNAL,
                              strlen(FILE_LINES JOURNAL)), 0);
    assert_int_equal(load_pieces(&b, image.data, len, 7), 0);
    same_table(&a, &b);

    s = dm_load_state(b.load);
    assert_int_equal(s->line, 2);
    assert_int_equal(s->applied, 1);
    assert_int_equal(s->skipped, 1);
    assert_int_equal(b.skipped, 2);
    assert_int_equal(s->offset, len);

    env_close(&a);
    env_close(&b);
    free(image.data);
}


/* Refused for what begins with `reason`, and the table is the last one. */
static void
refused(const char *data, size_t len, const char *reason)
{
    env_t                   env;
    uint8_t                 key[DM_DIGEST_LEN];
    dm_grant_t              g;
    const dm_load_state_t  *s;

    env_open(&env, ZONE);
    assert_int_equal(load_all(&env, JOURNAL, strlen(JOURNAL) - 5), 0);
    assert_int_equal(load_all(&env, data, len), -1);

    s = dm_load_state(env.load);
    assert_false(s->journal);
    assert_int_equal(s->error_line, 0);

    if (strncmp(s->error, reason, strlen(reason)) != 0) {
        fail_msg("\"%s\" instead of \"%s\"", s->error, reason);
    }

    assert_int_equal(dm_digest_sha256(env.digest, DM_STR("bare"), key), 0);
    assert_int_equal(dm_table_find(env.table, key, DM_STR(""), &g), 1);
    assert_int_equal(dm_load_feed(env.load, "x", 1), -1);
    env_close(&env);
}


static void
test_truncated(void **state)
{
    size_t   len;
    image_t  image;

    (void) state;

    image = compile_text(FILE_LINES);

    for (len = 1; len < image.len; len++) {
        refused(image.data, len, "the image is truncated: it has ");
    }

    /* what was appended to half of an image does not make it whole */
    image.data = realloc(image.data, image.len + strlen(JOURNAL) * 10);

    for (len = 0; len < 10; len++) {
        memcpy(image.data + 200 + len * strlen(JOURNAL), JOURNAL,
               strlen(JOURNAL));
    }

    refused(image.data, 200 + len * strlen(JOURNAL), "the image is damaged: ");
    free(image.data);
}


static void
test_damaged(void **state)
{
    size_t   i;
    env_t    env;
    image_t  image;

    (void) state;

    image = compile_text(FILE_LINES);

    for (i = 0; i < image.len * 8; i++) {
        image.data[i / 8] ^= 1 << i % 8;

        env_open(&env, ZONE);
        assert_int_equal(load_all(&env, image.data, image.len), -1);
        assert_false(dm_load_state(env.load)->journal);
        env_close(&env);

        image.data[i / 8] ^= 1 << i % 8;
    }

    image.data[image.len - 1] ^= 1;
    refused(image.data, image.len, "the image is damaged: its checksum is");
    free(image.data);
}


static void
put32(image_t *image, size_t at, uint32_t value)
{
    memcpy(image->data + at, &value, sizeof(value));
    sign(image);
}


static void
put64(image_t *image, size_t at, uint64_t value)
{
    memcpy(image->data + at, &value, sizeof(value));
    sign(image);
}


/* By its own checksum each of these is whole. */
static void
test_foreign(void **state)
{
    uint32_t  order;
    uint64_t  apps;
    image_t   image;

    (void) state;

    image = compile_text(FILE_LINES);
    memcpy(&order, image.data + 8, sizeof(order));
    memcpy(&apps, image.data + 32, sizeof(apps));

    put32(&image, 8, __builtin_bswap32(order));
    refused(image.data, image.len,
            "the image was made by a machine of another byte order");
    put32(&image, 8, 7);
    refused(image.data, image.len, "the image is damaged: no byte order");
    put32(&image, 8, order);

    put32(&image, 12, 2);
    refused(image.data, image.len, "the image is of version 2, not 1");
    put32(&image, 12, 1);

    put64(&image, 16, image.len + 32);
    refused(image.data, image.len,
            "the image is damaged: its head contradicts itself");
    put64(&image, 16, image.len);

    put64(&image, 32, apps + 1);
    refused(image.data, image.len, "the image is damaged: not ");
    put64(&image, 32, apps - 1);
    refused(image.data, image.len, "the image is damaged: not ");
    put64(&image, 32, UINT64_MAX);
    refused(image.data, image.len, "the image is damaged: impossible numbers");
    put64(&image, 32, apps);

    put64(&image, 56, 8);
    refused(image.data, image.len, "the image is damaged: not the end");
    put64(&image, 56, 4);
    refused(image.data, image.len,
            "the image is damaged: its head contradicts itself");

    /* carried as text */
    memmove(image.data + 4, image.data + 5, image.len - 5);
    refused(image.data, image.len - 1, "neither text nor an image");
    free(image.data);
}


static void
test_order(void **state)
{
    char     token[32], next[32], *first;
    image_t  image;

    (void) state;

    image = compile_text(FILE_LINES);
    first = image.data + image.len - DM_DIGEST_LEN - 5 * 32;

    memcpy(token, first, 32);
    memcpy(next, first + 32, 32);
    memcpy(first, next, 32);
    sign(&image);
    refused(image.data, image.len, "the image is damaged: not a token");

    memcpy(first + 32, token, 32);
    sign(&image);
    refused(image.data, image.len, "the image is damaged: not a token");

    memcpy(first, token, 32);
    memcpy(first + 32, next, 32);
    first[27] |= (char) 0x80;                          /* a bit without a meaning */
    sign(&image);
    refused(image.data, image.len, "the image is damaged: not a token");

    memcpy(first, token, 32);
    memcpy(first + 24, "\xff\xff\xff", 3);      /* its app */
    sign(&image);
    refused(image.data, image.len, "the image is damaged: not a token");
    free(image.data);
}


/* In a line each of these is an error: they go to headers and terminals. */
static void
test_text(void **state)
{
    char     *at;
    size_t    i, len;
    image_t   image;

    static const struct {
        const char  *text;
        const char  *by;
        const char  *reason;
    } rows[] = {
        { "r/1", "\x1b[m", "the image is damaged: not a revision" },
        { "r/1", "r\r\n", "the image is damaged: not a revision" },
        { "r/1", "\xc2\x9bm", "the image is damaged: not a revision" },
        { "r/1", "\xff/1", "the image is damaged: not a revision" },
        { "8840", "88\n0", "the image is damaged: not an app" },
        { "ck", "c\x7f", "the image is damaged: not an app" },
        { "https://a.example/x", "httpx:", "the image is damaged: not an app" },
        { "/b.example", "/ \r\n", "the image is damaged: not an app" },
    };

    (void) state;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        image = compile_text(FILE_LINES);
        at = memmem(image.data, image.len, rows[i].text,
                    strlen(rows[i].text));
        assert_non_null(at);
        len = strlen(rows[i].by);
        assert_true(len <= strlen(rows[i].text));

        memcpy(at, rows[i].by, len);
        sign(&image);
        refused(image.data, image.len, rows[i].reason);
        free(image.data);
    }
}


/* Slots that are full up to the last one, and go on at the first. */
static void
test_many(void **state)
{
    int       i, n, round;
    char      text[200];
    env_t     a, b;
    image_t   image;

    (void) state;

    for (round = 0; round < 40; round++) {
        env_open(&a, 16384);
        n = 40 + round;
        dm_load_snapshot(a.load, n - 17, 0);

        for (i = 0; i < n - 15; i++) {
            snprintf(text, sizeof(text), "{\"token\":\"t%d-%d\",\"app\":"
                     "\"a%d\",\"user\":%d,\"access\":\"read\"}\n", round, i,
                     i % 7, i);
            assert_true(dm_load_feed(a.load, text, strlen(text)) > 0);
        }

        assert_int_equal(dm_load_finish(a.load, "", 0), 0);
        assert_int_equal(dm_load_state(a.load)->tokens, n - 15);

        image = compile_table(a.table);
        env_open(&b, ZONE);
        assert_int_equal(load_all(&b, image.data, image.len), 0);
        assert_int_equal(dm_load_state(b.load)->tokens, n - 15);
        same_table(&a, &b);

        env_close(&a);
        env_close(&b);
        free(image.data);
    }
}


static void
test_empty(void **state)
{
    env_t    env;
    image_t  image;

    (void) state;

    image = compile_text("");
    env_open(&env, ZONE);
    assert_int_equal(load_all(&env, image.data, image.len), 0);
    assert_int_equal(dm_load_state(env.load)->image, 0);
    env_close(&env);
    free(image.data);

    /* a table that holds nothing yet has no image */
    env_open(&env, ZONE);
    image.data = NULL;
    assert_int_equal(dm_image_write(env.table, keep, &image), -1);
    env_close(&env);
}


static void
test_no_room(void **state)
{
    int      i, at;
    char     text[30000];
    env_t    env;
    image_t  image;
    size_t   size;

    (void) state;

    for (i = at = 0; i < 300; i++) {
        at += snprintf(text + at, sizeof(text) - at, "{\"token\":\"%d\","
                       "\"app\":\"1\",\"user\":1,\"access\":\"read\"}\n", i);
    }

    image = compile_text(text);
    env_open(&env, 8192);
    assert_int_equal(load_all(&env, image.data, image.len), -1);
    assert_non_null(strstr(dm_load_state(env.load)->error, "does not fit"));
    size = dm_load_needs(env.load, 0);
    env_close(&env);

    env_open(&env, size);
    dm_load_snapshot(env.load, 301, 0);
    assert_int_equal(dm_load_feed(env.load, image.data, image.len), image.len);
    assert_int_equal(dm_load_finish(env.load, "", 0), 0);
    assert_true(dm_load_state(env.load)->journal);
    env_close(&env);
    free(image.data);
}


static int
stop(void *data, const char *bytes, size_t len, uint64_t total)
{
    (void) bytes;
    (void) len;
    (void) total;

    return --*(int *) data == 0 ? 42 : 0;
}


static void
test_write_stops(void **state)
{
    int      n;
    env_t    env;

    (void) state;

    env_open(&env, ZONE);
    assert_int_equal(load_all(&env, FILE_LINES, strlen(FILE_LINES)), 0);

    for (n = 1; n <= 2; n++) {
        assert_int_equal(dm_image_write(env.table, stop, &(int) { n }), 42);
    }

    assert_int_equal(dm_image_write(env.table, stop, &(int) { n }), 0);
    env_close(&env);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_same_as_file),
        cmocka_unit_test(test_journal),
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_foreign),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_write_stops),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
