/*
 * table FILE [IMAGE]: seconds to load a token file, beside what any reader of
 * it pays (memchr for the newlines), beside jansson alone; and to load an
 * image of it, beside sha256sum of the image.  And what a token takes of the
 * zone.  Seconds are of the processor, the system's included: they are what a
 * start takes where nothing else runs.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#include "dm_load.h"


#define BUFFER  (1024 * 1024)

typedef int64_t (*feed_t)(void *data, const char *text, size_t len);


static double
used(int who)
{
    struct rusage  usage;

    getrusage(who, &usage);

    return usage.ru_utime.tv_sec + usage.ru_utime.tv_usec / 1e6
           + usage.ru_stime.tv_sec + usage.ru_stime.tv_usec / 1e6;
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

    start = used(RUSAGE_SELF);
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

    return used(RUSAGE_SELF) - start;
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


/*
 * Into a new zone, whose memory the system has yet to find, as at a start; or
 * `old`, as by a replacement.  1 in `users`: with the index of users.
 */
static double
load_file(const char *name, uint64_t lines, unsigned users, unsigned old,
    dm_table_info_t *info)
{
    void         *memory;
    double        took;
    size_t        size;
    dm_load_t    *load;
    dm_table_t   *table;
    dm_digest_t  *digest;

    size = dm_table_size(lines, lines * 16 + 65536, users);
    memory = calloc(1, size);
    digest = dm_digest_create();

    if (memory != NULL && old) {
        memset(memory, 1, size);
    }

    table = memory ? dm_table_init(memory, size) : NULL;
    load = table && digest ? dm_load_create(table, digest, NULL, NULL) : NULL;

    if (load == NULL) {
        fail("no memory");
    }

    took = used(RUSAGE_SELF);
    dm_load_snapshot(load, lines, users);
    took = used(RUSAGE_SELF) - took + read_file(name, feed_load, load);

    if (dm_load_finish(load, NULL, 0) != 0) {
        fail(dm_load_state(load)->error);
    }

    dm_table_info(table, info);

    dm_load_destroy(load);
    dm_digest_destroy(digest);
    free(memory);

    return took;
}


static double
sha256sum(const char *name)
{
    int     status;
    pid_t   pid;
    double  start;

    start = used(RUSAGE_CHILDREN);
    fflush(stdout);
    pid = fork();

    if (pid == 0) {
        if (freopen("/dev/null", "w", stdout) != NULL) {
            execlp("sha256sum", "sha256sum", name, NULL);
        }

        _exit(1);
    }

    if (pid == -1 || waitpid(pid, &status, 0) != pid || status != 0) {
        fail("no sha256sum");
    }

    return used(RUSAGE_CHILDREN) - start;
}


static void
row(const char *what, double took, double base, uint64_t lines)
{
    printf("%-24s %8.2f %8.0f %8.1f\n", what, took, took / lines * 1e9,
           took / base);
}


static void
head(const char *what)
{
    printf("%-24s %8s %8s %8s\n", what, "seconds", "ns/line", "times");
}


int
main(int argc, char **argv)
{
    double           base, with_users;
    uint64_t         lines;
    dm_table_info_t  info, users;

    if (argc != 2 && argc != 3) {
        fail("usage: table FILE [IMAGE]");
    }

    lines = 0;
    (void) read_file(argv[1], feed_memchr, &lines);

    lines = 0;
    base = read_file(argv[1], feed_memchr, &lines);

    head("text");
    row("memchr", base, base, lines);
    row("jansson", read_file(argv[1], feed_jansson, NULL), base, lines);
    row("load", load_file(argv[1], lines, 0, 0, &info), base, lines);
    with_users = load_file(argv[1], lines, 1, 0, &users);
    row("load, with users", with_users, base, lines);

    if (argc == 3) {
        head("image");
        base = sha256sum(argv[2]);
        row("sha256sum", base, base, lines);
        row("load", load_file(argv[2], lines, 0, 0, &info), base, lines);
        row("load, zone in use", load_file(argv[2], lines, 0, 1, &info), base,
            lines);
        with_users = load_file(argv[2], lines, 1, 0, &users);
        row("load, with users", with_users, base, lines);
    }

    printf("bytes a token            %8.1f\n"
           "bytes a token, users     %8.1f\n",
           (double) info.bytes_used / info.tokens,
           (double) users.bytes_used / users.tokens);

    return 0;
}
