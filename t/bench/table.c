/*
 * table FILE [IMAGE]: seconds to load a token file, beside what any reader of
 * it pays (memchr for the newlines), beside jansson alone; and to load an
 * image of it, beside sha256sum of the image.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "dm_load.h"


#define BUFFER  (1024 * 1024)

typedef int64_t (*feed_t)(void *data, const char *text, size_t len);


static double
now(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return ts.tv_sec + ts.tv_nsec / 1e9;
}


static void
fail(const char *what)
{
    fprintf(stderr, "table: %s\n", what);
    exit(1);
}


/* Reads a file as the module does; how long that took. */
static double
read_file(const char *name, feed_t feed, void *data)
{
    int       fd;
    double    start;
    size_t    filled;
    int64_t   taken;
    ssize_t   n;

    static char  buffer[BUFFER];

    start = now();
    filled = 0;

    fd = open(name, O_RDONLY);
    if (fd == -1) {
        fail("cannot open");
    }

    while ((n = read(fd, buffer + filled, BUFFER - filled)) > 0) {
        filled += n;
        taken = feed(data, buffer, filled);

        if (taken < 0) {
            fail("refused");
        }

        filled -= taken;
        memmove(buffer, buffer + taken, filled);
    }

    close(fd);

    return now() - start;
}


static int64_t
feed_memchr(void *data, const char *text, size_t len)
{
    const char  *p, *end;

    for (p = text; ; p = end + 1) {
        end = memchr(p, '\n', text + len - p);
        if (end == NULL) {
            return p - text;
        }

        ++*(uint64_t *) data;
    }
}


static int64_t
feed_jansson(void *data, const char *text, size_t len)
{
    json_t      *json;
    const char  *p, *end;

    (void) data;

    for (p = text; ; p = end + 1) {
        end = memchr(p, '\n', text + len - p);
        if (end == NULL) {
            return p - text;
        }

        json = json_loadb(p, end - p, JSON_REJECT_DUPLICATES, NULL);
        if (json == NULL) {
            fail("not json");
        }

        json_decref(json);
    }
}


static int64_t
feed_load(void *data, const char *text, size_t len)
{
    return dm_load_feed(data, text, len);
}


static double
load_file(const char *name, uint64_t lines, size_t size)
{
    void         *memory;
    double        took;
    dm_load_t    *load;
    dm_table_t   *table;
    dm_digest_t  *digest;

    memory = calloc(1, size);
    digest = dm_digest_create();
    table = memory ? dm_table_init(memory, size) : NULL;
    load = table && digest ? dm_load_create(table, digest, NULL, NULL) : NULL;

    if (load == NULL) {
        fail("no memory");
    }

    took = now();
    dm_load_snapshot(load, lines, 0);
    took = now() - took + read_file(name, feed_load, load);

    if (!dm_load_state(load)->journal) {
        fail("not the whole");
    }

    dm_load_destroy(load);
    dm_digest_destroy(digest);
    free(memory);

    return took;
}


static void
row(const char *what, double took, double base, uint64_t lines)
{
    printf("%-24s %8.2f %8.0f %8.1f\n", what, took, took / lines * 1e9,
           took / base);
}


int
main(int argc, char **argv)
{
    size_t    size;
    double    base;
    uint64_t  lines;

    if (argc != 2) {
        fail("usage: table FILE");
    }

    lines = 0;
    (void) read_file(argv[1], feed_memchr, &lines);

    lines = 0;
    base = read_file(argv[1], feed_memchr, &lines);
    size = dm_table_size(lines, lines * 16 + 65536, 0);

    printf("%-24s %8s %8s %8s\n", "", "seconds", "ns/line", "times");
    row("memchr", base, base, lines);
    row("jansson", read_file(argv[1], feed_jansson, NULL), base, lines);
    row("load", load_file(argv[1], lines, size), base, lines);

    return 0;
}
