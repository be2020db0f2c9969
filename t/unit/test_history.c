#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>

#include "dm_history.h"


#define WRITES  300000


/* All fields of an entry follow from one number. */
static void
fill(dm_history_entry_t *entry, uint64_t n)
{
    char  text[DM_HISTORY_ERROR];

    memset(text, (int) ('a' + n % 26), sizeof(text));
    text[sizeof(text) - 1] = '\0';

    entry->loaded = n;
    entry->changed = n;
    entry->duration = n;
    entry->applied = n;
    entry->skipped = n;
    dm_history_error(entry, n, n, text);
}


static int
whole(const dm_history_entry_t *entry)
{
    dm_history_entry_t  same;

    if (entry->loaded == 0) {
        return 1;
    }

    fill(&same, entry->loaded);

    return memcmp(&same, entry, sizeof(same)) == 0;
}


static void *
write_on(void *data)
{
    uint64_t            n;
    dm_history_t       *history = data;
    dm_history_entry_t  entry;

    for (n = 1; n <= WRITES; n++) {
        fill(&entry, n);
        dm_history_write(history, &entry);
    }

    return NULL;
}


static void
test_empty(void **state)
{
    dm_history_t        history;
    dm_history_entry_t  entry;

    (void) state;

    memset(&history, 0, sizeof(history));
    dm_history_read(&history, &entry);

    assert_true(entry.loaded == 0 && entry.failed == 0);
    assert_string_equal(entry.error, "");
}


static void
test_error_text(void **state)
{
    char                text[2 * DM_HISTORY_ERROR];
    dm_history_entry_t  entry;

    (void) state;

    memset(&entry, 0, sizeof(entry));
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';

    dm_history_error(&entry, 7, 3, text);
    assert_int_equal(strlen(entry.error), DM_HISTORY_ERROR - 1);

    dm_history_error(&entry, 8, 0, "short");
    assert_string_equal(entry.error, "short");
    assert_true(entry.failed == 8 && entry.error_line == 0);
}


/* A writer that dies is one that has not stored the number. */
static void
test_dead_writer(void **state)
{
    dm_history_t        history;
    dm_history_entry_t  entry;

    (void) state;

    memset(&history, 0, sizeof(history));
    fill(&entry, 1);
    dm_history_write(&history, &entry);
    history.entry[0][0] = 99;

    dm_history_read(&history, &entry);
    assert_true(entry.loaded == 1 && whole(&entry));
}


static void
test_no_torn_read(void **state)
{
    uint64_t            last;
    pthread_t           writer;
    dm_history_entry_t  entry;

    static dm_history_t  history;

    (void) state;

    assert_int_equal(pthread_create(&writer, NULL, write_on, &history), 0);

    for (last = 0; last < WRITES; last = entry.loaded) {
        dm_history_read(&history, &entry);

        assert_true(whole(&entry));
        assert_true(entry.loaded >= last);
    }

    (void) pthread_join(writer, NULL);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_error_text),
        cmocka_unit_test(test_dead_writer),
        cmocka_unit_test(test_no_torn_read)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
