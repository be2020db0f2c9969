/*
 * Forked readers over a shared table while a writer replaces and applies,
 * is killed, and is followed by another.
 * Every field of a grant follows from its version, so that a torn read shows.
 *
 * The sources are included, with a pause now and then between any two
 * accesses: the windows are a few instructions wide, and without it a build
 * that lacks a check passes as well.
 */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dm_table_layout.h"


static unsigned  slow_seed = 1;


static inline void
slow(void)
{
    volatile unsigned  i;

    slow_seed = slow_seed * 1103515245 + 12345;

    if ((slow_seed >> 16 & 31) == 0) {
        for (i = slow_seed >> 22; i != 0; i--) { /* void */ }
    }
}


#undef dm_get
#undef dm_get_acquire
#undef dm_set
#undef dm_set_release

#define dm_get(p)          (slow(), __atomic_load_n(p, __ATOMIC_RELAXED))
#define dm_get_acquire(p)  (slow(), __atomic_load_n(p, __ATOMIC_ACQUIRE))
#define dm_set(p, v)       (slow(), __atomic_store_n(p, v, __ATOMIC_RELAXED))
#define dm_set_release(p, v)                                                  \
    (slow(), __atomic_store_n(p, v, __ATOMIC_RELEASE))

#include "dm_table.c"
#include "dm_table_apps.c"
#include "dm_table_tokens.c"
#include "dm_table_user.c"
#include "dm_table_write.c"


#define READERS  2
#define LOOKUPS  2000000
#define TOKENS   8
#define ROUNDS   3


static uint64_t
mix(uint64_t n)
{
    n = (n + 1) * 0x9e3779b97f4a7c15ull;

    return (n ^ (n >> 29)) * 0xbf58476d1ce4e5b9ull;
}


static void
make_key(uint64_t n, uint8_t key[DM_KEY_LEN])
{
    uint64_t  k[2];

    k[0] = mix(n);
    k[1] = mix(k[0]);
    memcpy(key, k, DM_KEY_LEN);
}


/* The user of every other token changes with the version. */
static uint64_t
user_of(uint64_t n, uint32_t version)
{
    return n & 1 ? mix(n) : mix(n ^ ((uint64_t) version << 32));
}


static dm_record_t
token(uint64_t n, uint32_t version)
{
    dm_record_t  r;

    memset(&r, 0, sizeof(r));
    r.kind = DM_RECORD_TOKEN;
    r.app = DM_STR("app");
    r.user = user_of(n, version);
    r.expires = version;
    r.may = version & 7;
    r.flow = (version >> 3) & 3;
    r.revoked = (version >> 5) & 1;
    make_key(n, r.key);

    return r;
}


static dm_record_t
app(uint32_t version)
{
    dm_record_t  r;

    memset(&r, 0, sizeof(r));
    r.kind = DM_RECORD_APP;
    r.app = DM_STR("app");
    r.first_party = version & 1;
    r.suspended = (version >> 1) & 1;

    return r;
}


/* An app is written after its tokens: it is as old as they or one older. */
static int
torn(uint64_t n, const dm_grant_t *g)
{
    unsigned  behind;

    behind = (g->expires - (g->app_first_party | g->app_suspended << 1)) & 3;

    return g->user != user_of(n, g->expires)
           || g->may != (g->expires & 7)
           || g->flow != ((g->expires >> 3) & 3)
           || g->revoked != ((g->expires >> 5) & 1)
           || behind > 1;
}


static int
reader(const dm_table_t *table)
{
    int         rc;
    char        id[64], text[DM_REVISION_MAX];
    size_t      i, j, len;
    uint8_t     key[DM_KEY_LEN];
    uint64_t    bad;
    uint32_t    last[TOKENS];
    dm_grant_t  g;

    memset(last, 0, sizeof(last));
    bad = 0;
    slow_seed = getpid();

    for (i = 0; i < LOOKUPS; i++) {
        make_key(i % TOKENS, key);
        rc = dm_table_find(table, key, DM_STR(""), &g);

        bad += rc != 1 || torn(i % TOKENS, &g)
               || g.expires < last[i % TOKENS];
        last[i % TOKENS] = g.expires;

        len = dm_table_app_id(table, g.app, id);
        bad += len != 0 && (len != 3 || memcmp(id, "app", 3) != 0);

        len = dm_table_revision(table, text);
        for (j = 1; j < len; j++) {
            bad += text[j] != text[0];
        }
        bad += len == 0 || len != (size_t) (text[0] & 63);
    }

    if (bad != 0) {
        fprintf(stderr, "%llu torn reads\n", (unsigned long long) bad);
    }

    return bad != 0;
}


static dm_record_t
revision(uint32_t version, char text[DM_REVISION_MAX])
{
    dm_record_t  r;

    memset(&r, 0, sizeof(r));
    r.kind = DM_RECORD_TABLE;
    r.revision.len = 1 + version % 60;
    r.revision.data = text;
    memset(text, 64 | r.revision.len, r.revision.len);

    return r;
}


typedef dm_table_rc_t (*write_t)(dm_table_t *table, const dm_record_t *r);


static int
write_version(dm_table_t *table, uint32_t version, write_t write_one)
{
    int          rc;
    char         text[DM_REVISION_MAX];
    uint64_t     n;
    dm_record_t  r;

    rc = 0;

    for (n = 0; n < TOKENS; n++) {
        r = token(n, version);
        rc |= write_one(table, &r);
    }

    r = app(version);
    rc |= write_one(table, &r);

    /* the second one takes the place of what a reader may be copying */
    for (n = 0; n < 2; n++) {
        r = revision(version + n, text);
        rc |= write_one(table, &r);
    }

    return rc;
}


static int
replace(dm_table_t *table, uint32_t *version)
{
    int  i, rc;

    dm_table_begin(table, TOKENS * (ROUNDS + 3), 0, 0);
    rc = write_version(table, ++*version, dm_table_put);
    dm_table_publish(table);

    for (i = 0; i < ROUNDS; i++) {
        rc |= write_version(table, ++*version, dm_table_apply);
    }

    return rc;
}


/* A writer first does again what the one before it may have died in. */
static int
writer(dm_table_t *table, uint32_t *version)
{
    int  rc;

    slow_seed = *version;
    rc = write_version(table, *version, dm_table_apply);

    while (rc == 0) {
        rc = replace(table, version);
    }

    return rc;
}


/* 0 where the writer lived until it was killed. */
static int
run_writer(dm_table_t *table, uint32_t *version)
{
    int    status;
    pid_t  pid;

    pid = fork();

    if (pid == -1) {
        return 1;
    }

    if (pid == 0) {
        _exit(writer(table, version));
    }

    usleep(500 + random() % 3000);
    kill(pid, SIGKILL);

    return waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status);
}


int
main(void)
{
    int          i, running, failed, status, killed;
    void        *memory;
    pid_t        readers[READERS];
    size_t       size;
    uint32_t    *version;
    dm_table_t  *table;

    size = 256 * 1024;
    memory = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS,
                  -1, 0);
    if (memory == MAP_FAILED) {
        return 1;
    }

    version = memory;
    table = dm_table_init((char *) memory + 64, size - 64);
    failed = replace(table, version);

    for (i = 0; i < READERS; i++) {
        readers[i] = fork();

        if (readers[i] == -1) {
            return 1;
        }

        if (readers[i] == 0) {
            _exit(reader(table));
        }
    }

    killed = 0;

    for (running = READERS; running != 0; killed++) {
        failed |= run_writer(table, version);

        for (i = 0; i < READERS; i++) {
            if (readers[i] != 0
                && waitpid(readers[i], &status, WNOHANG) == readers[i])
            {
                readers[i] = 0;
                running--;
                failed |= status;
            }
        }
    }

    printf("%d look-ups, %u versions, %d writers killed: %s\n",
           READERS * LOOKUPS, *version, killed,
           failed ? "failed" : "none torn");

    return failed != 0;
}
