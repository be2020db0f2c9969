/*
 * Two entries; `number` says which one is in force.  A writer fills the other
 * one and then stores the next number.
 *
 * Proof.  A reader that loads number n reads entry n & 1.  That entry is
 * written again only after n + 1 was stored, and the fence of the writer puts
 * that store before the first word: a reader that saw any such word sees, by
 * its own fence, a number other than n, and reads again.
 */

#include "dm_history.h"


void
dm_history_read(const dm_history_t *history, dm_history_entry_t *entry)
{
    size_t           i;
    uint64_t         number, word;
    const uint64_t  *from;

    do {
        number = __atomic_load_n(&history->number, __ATOMIC_ACQUIRE);
        from = history->entry[number & 1];

        for (i = 0; i < DM_HISTORY_WORDS; i++) {
            word = __atomic_load_n(&from[i], __ATOMIC_RELAXED);
            memcpy((char *) entry + i * sizeof(word), &word, sizeof(word));
        }

        __atomic_thread_fence(__ATOMIC_ACQUIRE);

    } while (__atomic_load_n(&history->number, __ATOMIC_RELAXED) != number);
}


void
dm_history_write(dm_history_t *history, const dm_history_entry_t *entry)
{
    size_t     i;
    uint64_t   number, word, *to;

    number = history->number;
    to = history->entry[(number + 1) & 1];

    __atomic_thread_fence(__ATOMIC_RELEASE);

    for (i = 0; i < DM_HISTORY_WORDS; i++) {
        memcpy(&word, (const char *) entry + i * sizeof(word), sizeof(word));
        __atomic_store_n(&to[i], word, __ATOMIC_RELAXED);
    }

    __atomic_store_n(&history->number, number + 1, __ATOMIC_RELEASE);
}


void
dm_history_error(dm_history_entry_t *entry, uint64_t now, uint64_t line,
    const char *text)
{
    size_t  len;

    len = strlen(text);
    len = len < DM_HISTORY_ERROR ? len : DM_HISTORY_ERROR - 1;

    memset(entry->error, 0, sizeof(entry->error));
    memcpy(entry->error, text, len);

    entry->failed = now;
    entry->error_line = line;
}
