/*
 * Forked readers over a shared table while a writer replaces and applies, is
 * killed at random moments, and is followed by another: a hundred million
 * look-ups, of tokens and of the index of users, none of them torn.  What is
 * written follows from a version, so that a torn answer shows.
 *
 * The sources are included, with a pause now and then between two accesses:
 * the windows are a few instructions wide.  The same test with one of the
 * second looks forgotten has to fail, each in its turn: its load returns what
 * the first one did.  What a missing fence or order does cannot be shown here:
 * x86 keeps loads in order without, and compilers do not move atomic accesses.
 * test_table_orders.c shows that.
 */

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>


#define DM_TABLE_ACCESS_H               /* these are its accesses */

typedef struct {
    const char  *name;
    const char  *function;              /* of the look that is forgotten */
    const char  *what;
    unsigned     acquire;
    unsigned     read;                  /* the look-up that misses it */
} mutant_t;

enum { READ_USER = 0, READ_BACK, READ_TOKEN, READS };

static const mutant_t  mutants[] = {
    { "the generation", NULL, "&table->generation", 0,
      READ_TOKEN },
    { "the word of a slot", "dm_grant_read", "&slot->word", 1,
      READ_TOKEN },
    { "the record of an app", "dm_grant_read", "&app->blob", 0,
      READ_BACK },
    { "the number of changes", "dm_view_unchanged", "&view->state->changes",
      0, READ_USER }
};

#define MUTANTS  (sizeof(mutants) / sizeof(mutants[0]))

static const mutant_t     *mutant;
static volatile uint64_t  *records;     /* written, by all writers */
static uint64_t            remembered;
static unsigned            slow_seed = 1;
static unsigned            slow_now;


/* While others go on by a few accesses; of a mutant, by a few records. */
static inline void
slow(void)
{
    uint64_t           from;
    volatile unsigned  i;

    if (!slow_now) {
        return;
    }

    slow_seed = slow_seed * 1103515245 + 12345;

    if (mutant == NULL && (slow_seed >> 16 & 31) == 0) {
        for (i = slow_seed >> 22; i != 0; i--) { /* void */ }
    }

    if (mutant != NULL && (slow_seed >> 16 & 7) == 0) {
        from = *records;

        for (i = 100000; i != 0; i--) {
            if (*records - from > (slow_seed >> 22 & 3)) {
                break;
            }
        }
    }
}


static inline uint64_t
look(uint64_t value, const char *function, const char *what, unsigned acquire)
{
    if (mutant == NULL || strcmp(what, mutant->what) != 0) {
        return value;
    }

    if (acquire == mutant->acquire
        && (mutant->function == NULL
            || strcmp(function, mutant->function) == 0))
    {
        return remembered;
    }

    return remembered = value;
}


#define dm_get(p)                                                             \
    (slow(), look(__atomic_load_n(p, __ATOMIC_RELAXED), __func__, #p, 0))
#define dm_get_acquire(p)                                                     \
    (slow(), look(__atomic_load_n(p, __ATOMIC_ACQUIRE), __func__, #p, 1))
#define dm_set(p, v)       (slow(), __atomic_store_n(p, v, __ATOMIC_RELAXED))
#define dm_set_release(p, v)                                                  \
    (slow(), __atomic_store_n(p, v, __ATOMIC_RELEASE))
#define dm_fence_acquire() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define dm_fence_release() __atomic_thread_fence(__ATOMIC_RELEASE)

#include "dm_table.c"
#include "dm_table_apps.c"
#include "dm_table_tokens.c"
#include "dm_table_user.c"
#include "dm_table_write.c"


#define READERS  2
#define LOOKUPS  50000000               /* of each */
#define SLOW     256                    /* one look-up of so many has pauses */
#define CAUGHT   20000000               /* a mutant, after so many at most */

#define TOKENS   8
#define ROUNDS   3
#define LINES    (ROUNDS * 2 * (TOKENS + 8))

#define PAIR     TOKENS                 /* two tokens, one of them live */
#define BACK     (TOKENS + 2)           /* a token that comes back */
#define USER     77
#define NOW      1000


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


static uint64_t
read_token(const dm_table_t *table, uint64_t n, uint32_t last[TOKENS])
{
    int         rc;
    uint8_t     key[DM_KEY_LEN];
    uint64_t    bad;
    dm_grant_t  g;

    make_key(n, key);
    rc = dm_table_find(table, key, DM_STR(""), &g);
    bad = rc != 1 || torn(n, &g) || g.expires < last[n];
    last[n] = g.expires;

    return bad;
}


/* The app is first-party only while the token is revoked. */
static uint64_t
read_back(const dm_table_t *table)
{
    int         rc;
    uint8_t     key[DM_KEY_LEN];
    dm_grant_t  g;

    make_key(BACK, key);
    rc = dm_table_find(table, key, DM_STR(""), &g);

    return rc != 1 || (!g.revoked && g.app_first_party);
}


/* Always one of the two. */
static uint64_t
read_user(const dm_table_t *table)
{
    int              rc;
    dm_user_grant_t  held;

    rc = dm_table_user(table, DM_STR("app"), USER, NOW, &held);

    return rc != 1 || !held.app_known || !held.live || !held.dm;
}


static uint64_t
read_texts(const dm_table_t *table)
{
    char        id[64], text[DM_REVISION_MAX];
    size_t      i, len;
    uint8_t     key[DM_KEY_LEN];
    uint64_t    bad;
    dm_grant_t  g;

    make_key(0, key);
    bad = dm_table_find(table, key, DM_STR(""), &g) != 1;
    len = dm_table_app_id(table, &g, id);
    bad += len != 0 && (len != 3 || memcmp(id, "app", 3) != 0);

    len = dm_table_revision(table, text);
    bad += len == 0 || len != (size_t) (text[0] & 63);

    for (i = 1; i < len; i++) {
        bad += text[i] != text[0];
    }

    return bad;
}


static int
reader(const dm_table_t *table, uint64_t lookups)
{
    uint64_t  i, bad;
    uint32_t  last[TOKENS];

    memset(last, 0, sizeof(last));
    bad = 0;
    slow_seed = getpid();

    for (i = 0; i < lookups && bad == 0; i++) {
        slow_now = i % SLOW == 0 || mutant != NULL;

        switch (mutant ? mutant->read : i / SLOW % READS) {

        case READ_USER:
            bad += read_user(table);
            break;

        case READ_BACK:
            bad += i % SLOW < 2 ? read_texts(table) : read_back(table);
            break;

        default:
            bad += read_token(table, i % TOKENS, last);
        }
    }

    if (bad != 0 && mutant == NULL) {
        fprintf(stderr, "torn in look-up %llu\n", (unsigned long long) i);
    }

    return bad != 0;
}


typedef dm_table_rc_t (*write_t)(dm_table_t *table, const dm_record_t *r);


static dm_table_rc_t
put(dm_table_t *table, const dm_record_t *r)
{
    ++*records;

    return dm_table_put(table, r);
}


static dm_table_rc_t
apply(dm_table_t *table, const dm_record_t *r)
{
    ++*records;

    return dm_table_apply(table, r);
}


static int
write_token(dm_table_t *table, uint64_t n, unsigned revoked, write_t write_one)
{
    dm_record_t  r;

    memset(&r, 0, sizeof(r));
    r.kind = DM_RECORD_TOKEN;
    r.app = n == BACK ? DM_STR("back") : DM_STR("app");
    r.user = USER;
    r.may = DM_LEVEL_DM;
    r.revoked = revoked;
    make_key(n, r.key);

    return write_one(table, &r);
}


/* What is the same before and after, but never between. */
static int
write_turns(dm_table_t *table, write_t write_one)
{
    int          rc;
    dm_record_t  r;

    rc = write_token(table, PAIR + 1, 0, write_one);
    rc |= write_token(table, PAIR, 1, write_one);
    rc |= write_token(table, PAIR, 0, write_one);
    rc |= write_token(table, PAIR + 1, 1, write_one);

    rc |= write_token(table, BACK, 1, write_one);
    r = app(DM_STR("back"), 1, 0);
    rc |= write_one(table, &r);
    r = app(DM_STR("back"), 0, 0);
    rc |= write_one(table, &r);
    rc |= write_token(table, BACK, 0, write_one);

    return rc;
}


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

    r = app(DM_STR("app"), version & 1, version >> 1 & 1);
    rc |= write_one(table, &r);

    /* the second one takes the place of what a reader may be copying */
    for (n = 0; n < 2; n++) {
        r = revision(version + n, text);
        rc |= write_one(table, &r);
    }

    return rc | write_turns(table, write_one);
}


static int
replace(dm_table_t *table, uint32_t *version)
{
    int  i, rc;

    dm_table_begin(table, LINES, 0, 1);
    rc = write_version(table, ++*version, put);
    dm_table_publish(table);

    for (i = 0; i < ROUNDS; i++) {
        rc |= write_version(table, ++*version, apply);
    }

    return rc;
}


/* A writer first does again what the one before it may have died in. */
static int
writer(dm_table_t *table, uint32_t *version)
{
    int  rc;

    slow_seed = *version;
    slow_now = 1;
    rc = write_version(table, *version, apply);

    while (rc == 0) {
        slow_now = *version & 1;
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
        mutant = NULL;
        _exit(writer(table, version));
    }

    usleep(500 + random() % 3000);
    kill(pid, SIGKILL);

    return waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status);
}


/* What of the test has failed: 1 a look-up, 2 all else. */
static int
run(void *memory, size_t size, uint64_t lookups)
{
    int          i, running, failed, status, killed;
    pid_t        readers[READERS];
    uint32_t    *version;
    dm_table_t  *table;

    version = memory;
    *version = 0;
    records = (uint64_t *) memory + 1;
    table = dm_table_init((char *) memory + 64, size - 64);
    failed = replace(table, version) ? 2 : 0;

    for (i = 0; i < READERS; i++) {
        readers[i] = fork();

        if (readers[i] == -1) {
            return 2;
        }

        if (readers[i] == 0) {
            _exit(reader(table, lookups));
        }
    }

    killed = 0;

    for (running = READERS; running != 0; killed++) {
        failed |= run_writer(table, version) ? 2 : 0;

        for (i = 0; i < READERS; i++) {
            if (readers[i] != 0
                && waitpid(readers[i], &status, WNOHANG) == readers[i])
            {
                readers[i] = 0;
                running--;
                failed |= !WIFEXITED(status) ? 2 : WEXITSTATUS(status) ? 1 : 0;
            }
        }
    }

    printf("%u versions, %d writers killed: ", *version, killed);

    return failed;
}


int
main(void)
{
    int      rc, failed;
    void    *memory;
    size_t   i, size;

    size = 256 * 1024;
    memory = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS,
                  -1, 0);
    if (memory == MAP_FAILED) {
        return 1;
    }

    failed = 0;

    for (i = 0; i < MUTANTS; i++) {
        mutant = &mutants[i];
        rc = run(memory, size, CAUGHT);
        printf("without a second look at %s: %s\n", mutant->name,
               rc == 1 ? "torn" : "not seen");
        fflush(stdout);
        failed |= rc != 1;
    }

    mutant = NULL;
    rc = run(memory, size, LOOKUPS);
    printf("%d look-ups: %s\n", READERS * LOOKUPS,
           rc == 0 ? "none torn" : "failed");

    return failed || rc != 0;
}
