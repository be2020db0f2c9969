/*
 * changes load PORT RATE TOKEN: so many requests a second, each due at its time
 * whether the one before it took longer or not, until SIGTERM.  Prints how many
 * there were, and the median, the 99th percentile and the longest of their
 * latencies, in microseconds.
 *
 * changes revoke PORT RATE TOKEN FILE COUNT: under that load, revokes the
 * tokens TOKEN-0, TOKEN-1, ... by a line appended to FILE, and asks for each
 * until it is refused.  Prints the same of the time from write() to the first
 * refusal.
 */

#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>


#define ANSWER    8192
#define TIMEOUT   10000000              /* microseconds, of a revocation */
#define PAUSE     20000                 /* between two of them */


typedef struct {
    const char  *token;
    uint16_t     port;
    uint64_t     rate;
    uint32_t    *times;
    uint64_t     n;
    uint64_t     size;
} load_t;

static volatile sig_atomic_t  stopped;


static void
fail(const char *what)
{
    fprintf(stderr, "changes: %s\n", what);
    exit(1);
}


static void
stop(int signo)
{
    (void) signo;

    stopped = 1;
}


static uint64_t
now(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return ts.tv_sec * 1000000ull + ts.tv_nsec / 1000;
}


static void
wait_until(uint64_t due)
{
    struct timespec  ts = { due / 1000000, due % 1000000 * 1000 };

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) != 0
           && !stopped)
    {
        /* a signal */
    }
}


static int
connect_to(uint16_t port)
{
    int                 fd;
    struct sockaddr_in  sin;

    memset(&sin, 0, sizeof(sin));
    sin.sin_family = AF_INET;
    sin.sin_port = htons(port);
    sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd == -1 || connect(fd, (struct sockaddr *) &sin, sizeof(sin)) != 0) {
        fail("cannot connect");
    }

    return fd;
}


/* The status of the answer. */
static int
ask(int fd, const char *token)
{
    int      n;
    char     buf[ANSWER], *body, *length;
    size_t   filled;
    ssize_t  got;

    n = snprintf(buf, sizeof(buf),
                 "GET /1.1/direct_messages.json HTTP/1.1\r\n"
                 "Host: api.example.com\r\n"
                 "Authorization: Bearer %s\r\n\r\n", token);

    if (write(fd, buf, n) != n) {
        fail("cannot write");
    }

    for (filled = 0; /* void */ ; filled += got) {
        got = read(fd, buf + filled, sizeof(buf) - 1 - filled);

        if (got <= 0) {
            fail("closed");
        }

        buf[filled + got] = '\0';
        body = strstr(buf, "\r\n\r\n");
        length = strstr(buf, "Content-Length: ");

        if (body && length
            && buf + filled + got - (body + 4) >= atol(length + 16))
        {
            return atoi(buf + 9);
        }
    }
}


static void
note(load_t *load, uint64_t time)
{
    if (load->n == load->size) {
        load->size = load->size ? load->size * 2 : 65536;
        load->times = realloc(load->times, load->size * sizeof(uint32_t));

        if (load->times == NULL) {
            fail("no memory");
        }
    }

    load->times[load->n++] = time;
}


static void *
run_load(void *data)
{
    int       fd;
    load_t   *load = data;
    uint64_t  due;

    /* a sleep ends when it should, not 50 microseconds later */
    prctl(PR_SET_TIMERSLACK, 1);

    fd = connect_to(load->port);

    for (due = now(); !stopped; due += 1000000 / load->rate) {
        wait_until(due);

        if (stopped) {
            break;
        }

        if (ask(fd, load->token) != 200) {
            fail("refused");
        }

        note(load, now() - due);
    }

    close(fd);

    return NULL;
}


static int
compare(const void *one, const void *two)
{
    uint32_t  a = *(const uint32_t *) one;
    uint32_t  b = *(const uint32_t *) two;

    return (a > b) - (a < b);
}


static void
print(load_t *load)
{
    if (load->n == 0) {
        fail("nothing measured");
    }

    qsort(load->times, load->n, sizeof(uint32_t), compare);

    printf("%lu %u %u %u\n", (unsigned long) load->n,
           load->times[load->n / 2], load->times[load->n - 1 - load->n / 100],
           load->times[load->n - 1]);
}


/* Microseconds from the line in the file to the refusal. */
static uint64_t
revoke_one(int fd, int file, const char *token)
{
    int       n;
    char      line[256];
    uint64_t  written;

    if (ask(fd, token) != 200) {
        fail("refused before it is revoked");
    }

    n = snprintf(line, sizeof(line), "{\"token\":\"%s\",\"app\":\"1000\","
                 "\"user\":1,\"access\":\"read\",\"revoked\":true}\n", token);

    if (write(file, line, n) != n) {
        fail("cannot append");
    }

    written = now();

    while (ask(fd, token) == 200) {
        if (now() - written > TIMEOUT) {
            fail("never refused");
        }
    }

    return now() - written;
}


static void
revoke_all(load_t *load, const char *name, uint64_t count)
{
    int        fd, file;
    char       token[128];
    load_t     revoked;
    uint64_t   i;
    pthread_t  thread;

    memset(&revoked, 0, sizeof(revoked));
    fd = connect_to(load->port);
    file = open(name, O_WRONLY|O_APPEND);

    if (file == -1 || pthread_create(&thread, NULL, run_load, load) != 0) {
        fail("cannot begin");
    }

    for (i = 0; i < count; i++) {
        snprintf(token, sizeof(token), "%s-%lu", load->token,
                 (unsigned long) i);
        note(&revoked, revoke_one(fd, file, token));
        usleep(PAUSE);
    }

    stopped = 1;
    pthread_join(thread, NULL);
    print(&revoked);
}


int
main(int argc, char **argv)
{
    load_t  load;

    if (argc < 5) {
        fail("usage");
    }

    memset(&load, 0, sizeof(load));
    load.port = atoi(argv[2]);
    load.rate = atoi(argv[3]);
    load.token = argv[4];

    signal(SIGTERM, stop);

    if (strcmp(argv[1], "revoke") == 0 && argc == 7) {
        revoke_all(&load, argv[5], atoi(argv[6]));
        return 0;
    }

    run_load(&load);
    print(&load);

    return 0;
}
