/* explain FILE: what the gate would decide for a request, or for many. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "explain.h"


/* Not what a refused request exits with. */
#define DM_EXIT_FILE  3


static int
dm_explain_memory(void)
{
    fprintf(stderr, "dm-permission: not enough memory\n");

    return DM_EXIT_FILE;
}


static int
dm_explain_one(const dm_explain_conf_t *conf, const dm_source_t *source,
    const dm_explain_request_t *request)
{
    int             rc;
    dm_explained_t  e;

    memset(&e, 0, sizeof(dm_explained_t));

    rc = dm_explain_judge(conf, source, request, &e);

    if (rc == 0 && conf->json) {
        rc = dm_explain_json(0, NULL, request, &e);

    } else if (rc == 0) {
        dm_explain_text(request, &e);
    }

    free(e.scratch);

    return rc != 0 ? dm_explain_memory()
           : dm_explain_refused(&e) ? DM_EXIT_REFUSED : EXIT_SUCCESS;
}


/* 0, 1 for a line that is none, or -1 without memory. */
static int
dm_explain_batch_line(const dm_explain_conf_t *conf, const dm_source_t *source,
    uint64_t number, const char *text, size_t len, dm_explained_t *e)
{
    int                    rc;
    char                  *id;
    const char            *error;
    dm_explain_line_t     *line;
    dm_explain_request_t   request;

    error = dm_explain_line(text, len, &request, &line);

    if (error) {
        fprintf(stderr, "%s:%" PRIu64 ": %s\n", conf->batch, number, error);
        dm_explain_line_free(line);
        return 1;
    }

    rc = dm_explain_judge(conf, source, &request, e);

    if (rc == 0 && conf->json) {
        id = dm_explain_line_id(line);
        rc = dm_explain_json(number, id, &request, e);
        free(id);

    } else if (rc == 0) {
        dm_explain_text_line(number, &request, e);
    }

    dm_explain_line_free(line);

    return rc;
}


static int
dm_explain_batch(const dm_explain_conf_t *conf, const dm_source_t *source)
{
    int              rc, bad;
    char            *text;
    FILE            *file;
    size_t           size;
    ssize_t          len;
    uint64_t         number;
    dm_explained_t   e;

    file = strcmp(conf->batch, "-") == 0 ? stdin : fopen(conf->batch, "rb");

    if (file == NULL) {
        fprintf(stderr, "dm-permission: %s: %s\n", conf->batch,
                strerror(errno));
        return DM_EXIT_FILE;
    }

    memset(&e, 0, sizeof(dm_explained_t));

    rc = 0;
    bad = 0;
    text = NULL;
    size = 0;

    for (number = 1; rc >= 0 && (len = getline(&text, &size, file)) >= 0;
         number++)
    {
        rc = dm_explain_batch_line(conf, source, number, text, (size_t) len,
                                   &e);
        bad |= rc;
    }

    free(text);
    free(e.scratch);

    if (rc < 0) {
        rc = dm_explain_memory();

    } else {
        rc = bad || ferror(file) ? DM_EXIT_REFUSED : EXIT_SUCCESS;
    }

    if (file != stdin) {
        fclose(file);
    }

    return rc;
}


int
dm_explain(int argc, char **argv)
{
    int                          rc;
    dm_source_t                  source;
    static dm_explain_conf_t     conf;
    static dm_explain_request_t  request;

    rc = dm_explain_options(argc, argv, &conf, &request);

    if (rc != 0) {
        return rc > 0 ? dm_help("explain") : DM_EXIT_USAGE;
    }

    memset(&source, 0, sizeof(dm_source_t));
    source.name = conf.name;

    if (dm_source_load(&source) != 0) {
        rc = DM_EXIT_FILE;

    } else {
        rc = conf.batch ? dm_explain_batch(&conf, &source)
                        : dm_explain_one(&conf, &source, &request);
    }

    dm_source_free(&source);

    return rc;
}
