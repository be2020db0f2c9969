/*
 * Why: what there is no memory to read is not wrong. A revocation that was
 * passed over for that would never be in force.
 */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <jansson.h>

#include "dm_intake.h"
#include "dm_ledger_read.h"


#define SIZE     65536

/* escaped, so that jansson reads it */
#define APP      "{\"app\":\"1\",\"x_\":\"\\n\"}\n"
#define GRANT    "{\"token\":\"\\u0061\",\"app\":\"1\",\"user\":1,"           \
                 "\"access\":\"read-write\"}\n"
#define REVOKED  "{\"token\":\"\\u0061\",\"app\":\"1\",\"user\":1,"           \
                 "\"access\":\"read-write\",\"revoked\":true}\n"


static long      left;              /* allocations before one fails, or -1 */
static unsigned  failed;


static void *
scarce(size_t n)
{
    if (left == 0) {
        failed = 1;
        errno = ENOMEM;
        return NULL;
    }

    left -= left > 0;

    return malloc(n);
}


static void
report(void *data, dm_load_event_t event, uint64_t line, const char *text)
{
    (void) data;
    (void) event;

    fail_msg("line %u: %s", (unsigned) line, text);
}


static int
is_revoked(dm_table_t *table, dm_digest_t *digest)
{
    uint8_t     key[DM_DIGEST_LEN];
    dm_grant_t  grant;

    assert_int_equal(dm_digest_sha256(digest, DM_STR("a"), key), 0);
    assert_int_equal(dm_table_find(table, key, DM_STR(""), &grant), 1);

    return grant.revoked;
}


static void
test_tried_again(void **state)
{
    long                    n, failures;
    void                   *memory;
    int64_t                 taken;
    dm_load_t              *load;
    dm_table_t             *table;
    dm_digest_t            *digest;
    dm_load_state_t         before;
    const dm_load_state_t  *s;

    (void) state;

    memory = malloc(SIZE);
    table = dm_table_init(memory, SIZE);
    digest = dm_digest_create();
    load = dm_load_create(table, digest, report, NULL);
    s = dm_load_state(load);
    failures = 0;

    for (n = 0, failed = 1; failed; n++) {
        left = n;
        failed = 0;
        dm_load_snapshot(load, 4, 0);
        taken = dm_load_feed(load, APP GRANT, strlen(APP GRANT));
        assert_int_equal(taken, failed ? -1 : (int64_t) strlen(APP GRANT));
        assert_int_equal(s->no_memory, failed);
        assert_int_equal(s->error[0] != '\0', failed);
    }

    left = -1;
    assert_int_equal(dm_load_finish(load, "", 0), 0);
    before = *s;

    for (n = 0, failed = 1; failed; n++) {
        assert_false(is_revoked(table, digest));
        dm_load_journal(load, &before);
        left = n;
        failed = 0;
        taken = dm_load_feed(load, REVOKED, strlen(REVOKED));
        failures += failed;
        assert_int_equal(taken, failed ? -1 : (int64_t) strlen(REVOKED));
        assert_int_equal(s->no_memory, failed);
        assert_int_equal(s->skipped, 0);
    }

    left = -1;
    assert_true(failures > 3);
    assert_int_equal(s->applied, 1);
    assert_true(is_revoked(table, digest));

    dm_load_destroy(load);
    dm_digest_destroy(digest);
    free(memory);
}


/* What is appended, from where the reading before this one has got to. */
static dm_intake_rc_t
append(dm_intake_t *intake, const dm_load_state_t *from)
{
    char            *data;
    size_t           len;
    uint64_t         offset;
    dm_intake_rc_t   rc;

    dm_intake_journal(intake, from);

    do {
        rc = DM_INTAKE_AGAIN;

        if (dm_intake_wants(intake, &data, &len, &offset)) {
            len = offset == from->offset ? strlen(REVOKED) : 0;
            memcpy(data, REVOKED, len);
            dm_intake_filled(intake, len);
            continue;
        }

        rc = dm_intake_bite(intake);
    } while (rc == DM_INTAKE_AGAIN);

    return rc;
}


/* The next reading begins where this one did, by the same process. */
static void
test_appended_again(void **state)
{
    long              n;
    void             *memory;
    dm_load_t        *load;
    dm_table_t       *table;
    dm_digest_t      *digest;
    dm_intake_t      *intake;
    dm_intake_rc_t    rc;
    dm_load_state_t   from;

    (void) state;

    memory = malloc(SIZE);
    table = dm_table_init(memory, SIZE);
    digest = dm_digest_create();
    load = dm_load_create(table, digest, report, NULL);
    intake = dm_intake_create(table, load);

    dm_load_snapshot(load, 2, 0);
    assert_true(dm_load_feed(load, GRANT, strlen(GRANT)) > 0);
    assert_int_equal(dm_load_finish(load, "", 0), 0);
    from = *dm_load_state(load);

    for (n = 0, failed = 1; failed; n++) {
        assert_false(is_revoked(table, digest));
        left = n;
        failed = 0;
        rc = append(intake, &from);
        assert_int_equal(rc, failed ? DM_INTAKE_REFUSED : DM_INTAKE_DONE);
    }

    left = -1;
    assert_true(n > 3);
    assert_true(is_revoked(table, digest));

    dm_intake_destroy(intake);
    dm_load_destroy(load);
    dm_digest_destroy(digest);
    free(memory);
}


/* A line of a ledger that is called wrong would be one that somebody changed. */
static void
test_ledger_line(void **state)
{
    int               rc;
    long              n;
    dm_str_t          line;
    dm_ledger_read_t  read;

    (void) state;

    memset(&read, 0, sizeof(read));
    line = DM_STR("{\"v\":1,\"chain\":\"no name of \\u0061 chain\",\"seq\":1}");

    for (n = 0, failed = 1; failed; n++) {
        left = n;
        failed = 0;
        rc = dm_ledger_read(&read, line);
        assert_int_equal(rc, failed ? -2 : -1);
    }

    left = -1;
    assert_true(n > 3);
    dm_ledger_read_free(&read);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_tried_again),
        cmocka_unit_test(test_appended_again),
        cmocka_unit_test(test_ledger_line),
    };

    json_set_alloc_funcs(scarce, free);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
