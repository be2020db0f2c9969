#include "ngx_http_dm_sync_read.h"


uint64_t
ngx_http_dm_sync_clock(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    return (uint64_t) ts.tv_sec * 1000000 + (uint64_t) ts.tv_nsec / 1000;
}


void
ngx_http_dm_sync_tell_error(ngx_http_dm_sync_t *sync, uint64_t line,
    const char *text)
{
    dm_history_t        *history;
    dm_history_entry_t   entry;

    history = &sync->zone->shared->history;

    dm_history_read(history, &entry);
    dm_history_error(&entry, ngx_http_dm_msec(), line, text);
    dm_history_write(history, &entry);
}


void
ngx_http_dm_sync_tell_done(ngx_http_dm_sync_t *sync, ngx_uint_t snapshot)
{
    uint64_t                now;
    dm_history_t           *history;
    dm_history_entry_t      entry;
    const dm_load_state_t  *state;

    history = &sync->zone->shared->history;
    state = dm_load_state(sync->load);
    now = ngx_http_dm_msec();

    dm_history_read(history, &entry);

    if (snapshot) {
        entry.loaded = now;
    }

    if (snapshot || state->applied != entry.applied) {
        entry.changed = now;
    }

    entry.applied = state->applied;
    entry.skipped = state->skipped;
    entry.duration = ngx_http_dm_sync_clock() - sync->began;

    dm_history_write(history, &entry);
}
