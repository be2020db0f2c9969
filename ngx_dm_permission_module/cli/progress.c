#include <stdio.h>

#include "dm_permission.h"


void
dm_progress_start(dm_progress_t *progress, const char *what)
{
    if (progress != NULL) {
        progress->what = what;
        progress->percent = 101;
    }
}


void
dm_progress_clear(dm_progress_t *progress)
{
    if (progress != NULL && progress->percent < 100) {
        fprintf(stderr, "\r%*s\r", 16, "");
        progress->percent = 101;
    }
}


void
dm_progress(dm_progress_t *progress, uint64_t done, uint64_t total)
{
    unsigned  percent;

    if (progress == NULL) {
        return;
    }

    percent = done < total ? done * 100 / total : 100;

    if (percent != progress->percent) {
        progress->percent = percent;
        fprintf(stderr, "\r%-8s %3u%%%s", progress->what, percent,
                percent == 100 ? "\n" : "");
    }
}
