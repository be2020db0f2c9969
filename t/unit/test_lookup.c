/*
 * A look-up waits for nobody: in memory that cannot be written, by a process
 * that the kernel kills at its first system call, without an allocation.  Each
 * of the three is seen to be noticed.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <unistd.h>
#include <cmocka.h>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "dm_load.h"


#define SIZE    (256 * 1024)
#define TOKENS  100


typedef struct {
    dm_table_t   *table;
    dm_digest_t  *digest;
} env_t;


/* The sanitizer's, for whose header not every compiler has a place. */
int __sanitizer_install_malloc_and_free_hooks(
    void (*allocated)(const volatile void *p, size_t size),
    void (*freed)(const volatile void *p));

static volatile unsigned  allocations;


static void
allocated(const volatile void *p, size_t size)
{
    (void) p;
    (void) size;

    allocations++;
}


static void
freed(const volatile void *p)
{
    (void) p;
}


/* All that a worker asks of a table; what it says is tested elsewhere. */
static unsigned
look_up(env_t *env)
{
    char             text[DM_REVISION_MAX], id[64], blob[1024];
    uint8_t          digest[DM_DIGEST_LEN];
    unsigned         found;
    dm_grant_t       grant;
    dm_table_app_t   app;
    dm_table_info_t  info;
    dm_user_grant_t  user;

    found = 0;

    if (dm_digest_sha256(env->digest, DM_STR("t7"), digest) == 0) {
        found += dm_table_find(env->table, digest, DM_STR("ck"), &grant) == 1;
        found += dm_table_app_id(env->table, &grant, id) == 2;
    }

    found += dm_digest_sha256(env->digest, DM_STR("x"), digest) == 0
             && dm_table_find(env->table, digest, DM_STR(""), &grant) == 0;
    found += dm_table_user(env->table, DM_STR("a1"), 1, 1, &user) == 1;
    found += dm_table_app(env->table, DM_STR("a0"), blob, sizeof(blob), &app)
             == 1;
    found += dm_table_users(env->table) == 1;
    found += dm_table_revision(env->table, text) == 2;

    dm_table_info(env->table, &info);
    found += info.tokens == TOKENS;

    return found;
}


typedef unsigned (*act_pt)(env_t *env);


static unsigned
write_table(env_t *env)
{
    return __atomic_fetch_add((uint64_t *) env->table, 1, __ATOMIC_SEQ_CST)
           != 0;
}


static unsigned
call_system(env_t *env)
{
    (void) env;

    return syscall(SYS_getpid) > 0;
}


static unsigned
allocate(env_t *env)
{
    char *volatile  p;

    (void) env;

    p = malloc(100);
    free(p);

    return 1;
}


/* From here on a process may end, and nothing else. */
static int
forbid(void)
{
    struct sock_filter  filter[] = {
        BPF_STMT(BPF_LD|BPF_W|BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP|BPF_JEQ|BPF_K, SYS_exit, 0, 1),
        BPF_STMT(BPF_RET|BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET|BPF_K, SECCOMP_RET_KILL)
    };
    struct sock_fprog   program = { 4, filter };

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
           && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0 ? 0 : -1;
}


/* Its exit status, or minus the signal that ended it. */
static int
alone(env_t *env, act_pt act)
{
    int       status;
    pid_t     pid;
    unsigned  found;

    pid = fork();
    assert_true(pid >= 0);

    if (pid == 0) {
        signal(SIGSEGV, SIG_DFL);
        (void) act(env);

        if (mprotect(env->table, SIZE, PROT_READ) != 0 || forbid() != 0) {
            syscall(SYS_exit, 100);
        }

        allocations = 0;
        found = act(env);
        syscall(SYS_exit, allocations ? 101 : found);
    }

    assert_int_equal(waitpid(pid, &status, 0), pid);

    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}


static void
test_lookup(void **state)
{
    env_t  *env = *state;

    assert_int_equal(alone(env, look_up), 8);
}


static void
test_noticed(void **state)
{
    env_t  *env = *state;

    assert_int_equal(alone(env, write_table), -SIGSEGV);
    assert_int_equal(alone(env, call_system), -SIGSYS);
    assert_int_equal(alone(env, allocate), 101);
}


static int
setup(void **state)
{
    char           line[128];
    env_t         *env;
    unsigned       i;
    dm_load_t     *load;

    env = calloc(1, sizeof(env_t));
    env->table = mmap(NULL, SIZE, PROT_READ|PROT_WRITE,
                      MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);
    assert_true(env->table != MAP_FAILED);
    assert_non_null(dm_table_init(env->table, SIZE));
    env->digest = dm_digest_create();
    load = dm_load_create(env->table, env->digest, NULL, NULL);

    dm_load_snapshot(load, TOKENS + 2, 1);
    snprintf(line, sizeof(line), "{\"table\":{\"revision\":\"r1\"}}\n"
             "{\"app\":\"a0\",\"secret\":\"s\",\"consumer_key\":\"ck\","
             "\"webhooks\":[\"http://h/\"]}\n");
    assert_true(dm_load_feed(load, line, strlen(line)) > 0);

    for (i = 0; i < TOKENS; i++) {
        snprintf(line, sizeof(line), "{\"token\":\"t%u\",\"app\":\"a%u\","
                 "\"user\":%u,\"access\":\"read\"}\n", i, i % 10, i);
        assert_true(dm_load_feed(load, line, strlen(line)) > 0);
    }

    assert_int_equal(dm_load_finish(load, "", 0), 0);
    dm_load_destroy(load);
    *state = env;

    return !__sanitizer_install_malloc_and_free_hooks(allocated, freed);
}


static int
teardown(void **state)
{
    env_t  *env = *state;

    dm_digest_destroy(env->digest);
    munmap(env->table, SIZE);
    free(env);

    return 0;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_lookup),
        cmocka_unit_test(test_noticed),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
