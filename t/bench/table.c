/*
 * table FILE [IMAGE]: seconds to load a token file, beside what any reader of
 * it pays (memchr for the newlines), beside jansson alone; and to load an
 * image of it, beside sha256sum of the image.  And what a token takes of the
 * zone.  A load is what the module does: the lines are counted, the memory is
 * shared and new, as at a start, or was in use, as for a replacement.  Each is
 * the median of three, taken in turn.  Seconds are of the processor, the
 * system's included: they are what a start takes where nothing else runs.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#include "dm_intake.h"


#define BUFFER  (1024 * 1024)
#define ROUNDS  3

typedef int64_t (*feed_t)(void *data, const char *text, size_t len);


typedef enum {
    MEMCHR = 0,
    JANSSON,
    SHA256SUM,
    LOAD
} kind_t;


typedef struct {
    const char       *what;
    kind_t            kind;
    unsigned          users;            /* 1: with the index of users */
    unsigned          old;              /* 1: the memory was in use */
    double            took[ROUNDS];
    dm_table_info_t   info;
} case_t;


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


/* Reads a file in large pieces; how long that took. */
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


/* What the module does with a file, until the table has it. */
static void
take_in(int fd, dm_intake_t *intake, unsigned users)
{
    char            *data;
    size_t           len;
    ssize_t          n;
    uint64_t         offset;
    dm_intake_rc_t   rc;

    dm_intake_snapshot(intake, users);

    do {
        rc = DM_INTAKE_AGAIN;

        if (!dm_intake_wants(intake, &data, &len, &offset)) {
            rc = dm_intake_bite(intake);

            if (rc == DM_INTAKE_FULL) {
                dm_intake_snapshot(intake, users);
                rc = DM_INTAKE_AGAIN;
            }

            continue;
        }

        n = pread(fd, data, len, (off_t) offset);

        if (n < 0) {
            fail("cannot read");
        }

        dm_intake_filled(intake, (size_t) n);

    } while (rc == DM_INTAKE_AGAIN);

    if (rc != DM_INTAKE_DONE) {
        fail("refused");
    }
}


static double
load_file(const char *name, uint64_t lines, case_t *c)
{
    int           fd;
    void         *memory;
    double        took;
    size_t        size;
    dm_load_t    *load;
    dm_table_t   *table;
    dm_digest_t  *digest;
    dm_intake_t  *intake;

    size = dm_table_size(lines, lines * 16 + 65536, c->users);
    memory = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS,
                  -1, 0);
    fd = open(name, O_RDONLY);

    if (memory == MAP_FAILED || fd == -1) {
        fail("no memory, or no file");
    }

    if (c->old) {
        memset(memory, 1, size);
    }

    table = dm_table_init(memory, size);
    digest = dm_digest_create();
    load = digest ? dm_load_create(table, digest, NULL, NULL) : NULL;
    intake = load ? dm_intake_create(table, load) : NULL;

    if (intake == NULL) {
        fail("no memory");
    }

    took = used(RUSAGE_SELF);
    take_in(fd, intake, c->users);
    took = used(RUSAGE_SELF) - took;

    dm_table_info(table, &c->info);

    dm_intake_destroy(intake);
    dm_load_destroy(load);
    dm_digest_destroy(digest);
    munmap(memory, size);
    close(fd);

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


static double
once(const char *name, uint64_t lines, case_t *c)
{
    uint64_t  found;

    found = 0;

    switch (c->kind) {

    case MEMCHR:
        return read_file(name, feed_memchr, &found);

    case JANSSON:
        return read_file(name, feed_jansson, NULL);

    case SHA256SUM:
        return sha256sum(name);

    default: /* LOAD */
        return load_file(name, lines, c);
    }
}


static int
compare(const void *a, const void *b)
{
    const double  *one = a, *other = b;

    return (*one > *other) - (*one < *other);
}


/* All of the cases, in turn, beside the first of them. */
static void
measure(const char *what, const char *name, uint64_t lines, case_t *cases,
    size_t n)
{
    size_t  i, round;
    double  took;

    for (round = 0; round < ROUNDS; round++) {
        for (i = 0; i < n; i++) {
            cases[i].took[round] = once(name, lines, &cases[i]);
        }
    }

    printf("%-24s %8s %8s %8s\n", what, "seconds", "ns/line", "times");

    for (i = 0; i < n; i++) {
        qsort(cases[i].took, ROUNDS, sizeof(double), compare);
        took = cases[i].took[ROUNDS / 2];

        printf("%-24s %8.2f %8.0f %8.1f\n", cases[i].what, took,
               took / (double) lines * 1e9,
               took / cases[0].took[ROUNDS / 2]);
    }
}


int
main(int argc, char **argv)
{
    uint64_t  lines;

    static case_t  text[] = {
        { .what = "memchr", .kind = MEMCHR },
        { .what = "jansson", .kind = JANSSON },
        { .what = "load", .kind = LOAD },
        { .what = "load, zone in use", .kind = LOAD, .old = 1 },
        { .what = "load, with users", .kind = LOAD, .users = 1 },
    };

    static case_t  image[] = {
        { .what = "sha256sum", .kind = SHA256SUM },
        { .what = "load", .kind = LOAD },
        { .what = "load, zone in use", .kind = LOAD, .old = 1 },
        { .what = "load, with users", .kind = LOAD, .users = 1 },
    };

    if (argc != 2 && argc != 3) {
        fail("usage: table FILE [IMAGE]");
    }

    lines = 0;
    (void) read_file(argv[1], feed_memchr, &lines);

    measure("text", argv[1], lines, text, sizeof(text) / sizeof(text[0]));

    if (argc == 3) {
        measure("image", argv[2], lines, image,
                sizeof(image) / sizeof(image[0]));
    }

    printf("bytes a token            %8.1f\n"
           "bytes a token, users     %8.1f\n",
           (double) text[2].info.bytes_used / text[2].info.tokens,
           (double) text[4].info.bytes_used / text[4].info.tokens);

    return 0;
}
