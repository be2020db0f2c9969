/* compile FILE: the image of a token file, on standard output. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "dm_image.h"
#include "dm_permission.h"


typedef struct {
    dm_progress_t  *progress;
    uint64_t        written;
    unsigned        failed:1;
} dm_output_t;


static int
dm_compile_write(void *data, const char *bytes, size_t len, uint64_t total)
{
    dm_output_t  *output = data;

    if (fwrite(bytes, 1, len, stdout) != len) {
        output->failed = 1;
        return -1;
    }

    output->written += len;
    dm_progress(output->progress, output->written, total);

    return 0;
}


static int
dm_compile_table(const dm_table_t *table, dm_progress_t *progress)
{
    dm_output_t  output;

    memset(&output, 0, sizeof(dm_output_t));
    output.progress = progress;

    dm_progress_start(progress, "writing");

    if (dm_image_write(table, dm_compile_write, &output) == 0
        && fflush(stdout) == 0)
    {
        return 0;
    }

    if (output.failed || ferror(stdout)) {
        fprintf(stderr, "dm-permission: cannot write: %s\n", strerror(errno));

    } else {
        fprintf(stderr, "dm-permission: not enough memory\n");
    }

    return -1;
}


int
dm_compile(int argc, char **argv)
{
    int            rc;
    const char    *name;
    dm_source_t    source;
    dm_progress_t  progress;

    rc = dm_file_argument(argc, argv, &name);
    if (name == NULL) {
        return rc;
    }

    if (isatty(STDOUT_FILENO)) {
        fprintf(stderr, "dm-permission: an image is not for a terminal, "
                "write it to a file\n");
        return DM_EXIT_USAGE;
    }

    memset(&progress, 0, sizeof(dm_progress_t));
    memset(&source, 0, sizeof(dm_source_t));
    source.name = name;
    source.progress = isatty(STDERR_FILENO) ? &progress : NULL;

    rc = dm_source_load(&source);

    if (rc == 0) {
        rc = dm_compile_table(source.table, source.progress);
    }

    dm_source_free(&source);

    return rc == 0 ? EXIT_SUCCESS : DM_EXIT_REFUSED;
}
