/*
 * stream PID PORT ORIGIN PATH ALL PASSED STREAMS AT_ONCE TIMES: both ends of
 * proxied streams.  As their origin it listens on ORIGIN and writes the
 * messages of the file ALL, in lines; as their client it asks PORT for PATH and
 * compares what it gets with the file PASSED, which lacks some of them.  Each
 * stream carries the whole file TIMES times, AT_ONCE messages at once: the
 * next ones go out when these have come in everywhere.
 *
 * Prints the messages in a second, the microseconds of the processor that the
 * process PID spent on one, and the kilobytes by which its memory (Pss, then
 * VmData) has grown since before the first stream was opened; all are still
 * open, and idle.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <netinet/tcp.h>


#define MOST      1000       /* streams */
#define PIECE     (256 * 1024)
#define PATIENCE  120        /* seconds */


typedef struct {
    char    *data;
    size_t   len;
} text_t;

typedef struct {
    int     origin;
    int     client;
    size_t  sent;            /* bytes of all messages, of all times */
    size_t  got;
} stream_t;


static stream_t       streams[MOST];
static struct pollfd  fds[2 * MOST];
static size_t         n;


static void
fail(const char *what)
{
    fprintf(stderr, "stream: %s: %s\n", what, strerror(errno));
    exit(1);
}


static double
seconds(void)
{
    struct timespec  now;

    clock_gettime(CLOCK_MONOTONIC, &now);

    return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}


static text_t
load(const char *path)
{
    FILE    *file;
    text_t   text;

    file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        fail(path);
    }

    text.len = (size_t) ftell(file);
    text.data = malloc(text.len + 1);
    rewind(file);

    if (text.data == NULL || fread(text.data, 1, text.len, file) != text.len) {
        fail(path);
    }

    text.data[text.len] = '\n';
    fclose(file);

    return text;
}


static struct sockaddr_in
address(const char *port)
{
    struct sockaddr_in  addr = { 0 };

    addr.sin_family = AF_INET;
    addr.sin_port = htons((uint16_t) atoi(port));
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    return addr;
}


/* Up to the blank line, and not a byte more. */
static void
read_head(int fd)
{
    char    head[4096];
    size_t  len;

    for (len = 0; len < 4 || memcmp(head + len - 4, "\r\n\r\n", 4) != 0; len++)
    {
        if (len == sizeof(head) || recv(fd, head + len, 1, 0) != 1) {
            fail("no head");
        }
    }

    if (memcmp(head, "HTTP/1.1 ", 9) == 0 && memcmp(head + 9, "200", 3) != 0) {
        fprintf(stderr, "%.*s", (int) len, head);
        exit(1);
    }
}


static void
connect_stream(stream_t *s, int listening, const char *port, const char *path)
{
    int                 len, on = 1;
    char                request[1024];
    struct sockaddr_in  addr = address(port);

    static const char  head[] = "HTTP/1.1 200 OK\r\n\r\n";

    s->client = socket(AF_INET, SOCK_STREAM, 0);

    if (connect(s->client, (struct sockaddr *) &addr, sizeof(addr)) != 0) {
        fail("connect()");
    }

    len = snprintf(request, sizeof(request), "GET %s HTTP/1.0\r\n"
                   "Authorization: Bearer token\r\n\r\n", path);

    if (send(s->client, request, (size_t) len, 0) != len) {
        fail("send()");
    }

    s->origin = accept(listening, NULL, NULL);
    if (s->origin == -1) {
        fail("accept()");
    }

    read_head(s->origin);
    setsockopt(s->origin, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));

    if (send(s->origin, head, sizeof(head) - 1, 0) != sizeof(head) - 1) {
        fail("send()");
    }

    read_head(s->client);
}


static void
write_some(stream_t *s, const text_t *all, size_t upto)
{
    size_t   at, len;
    ssize_t  sent;

    at = s->sent % all->len;
    len = upto - s->sent;
    len = len < all->len - at ? len : all->len - at;
    len = len < PIECE ? len : PIECE;

    sent = send(s->origin, all->data + at, len, MSG_DONTWAIT);

    if (sent > 0) {
        s->sent += (size_t) sent;

    } else if (errno != EAGAIN) {
        fail("send()");
    }
}


static void
read_some(stream_t *s, const text_t *passed)
{
    size_t       at, len, done;
    ssize_t      got;
    static char  buf[PIECE];

    got = recv(s->client, buf, sizeof(buf), MSG_DONTWAIT);

    if (got <= 0) {
        fail("recv()");
    }

    for (done = 0; done < (size_t) got; done += len) {
        at = s->got % passed->len;
        len = (size_t) got - done;
        len = len < passed->len - at ? len : passed->len - at;

        if (memcmp(buf + done, passed->data + at, len) != 0) {
            errno = 0;
            fail("other bytes than those expected");
        }

        s->got += len;
    }
}


/*
 * Until all is sent up to there, and has come in up to there.  Never sleeps:
 * to be woken would be paid for by nginx, and the more so the slower it is.
 */
static void
carry(const text_t *all, const text_t *passed, size_t send_to, size_t get_to)
{
    double  until;
    size_t  i, left;

    until = seconds() + PATIENCE;

    for ( ;; ) {
        left = 0;

        for (i = 0; i < n; i++) {
            fds[i].fd = streams[i].sent < send_to ? streams[i].origin : -1;
            fds[n + i].fd = streams[i].got < get_to ? streams[i].client : -1;
            left += fds[i].fd != -1 || fds[n + i].fd != -1;
        }

        if (left == 0) {
            return;
        }

        if (poll(fds, 2 * n, 0) < 0) {
            fail("poll()");
        }

        if (seconds() > until) {
            errno = ETIMEDOUT;
            fail("some bytes do not come");
        }

        for (i = 0; i < n; i++) {
            if (fds[i].revents) {
                write_some(&streams[i], all, send_to);
            }

            if (fds[n + i].revents) {
                read_some(&streams[i], passed);
            }
        }
    }
}


/* Behind the next messages: where that is in ALL, and in PASSED. */
static void
step(const text_t *all, const text_t *passed, size_t count, size_t *send_to,
    size_t *get_to)
{
    size_t  at, len, out;

    for ( /* void */ ; count; count--) {
        at = *send_to % all->len;
        len = (size_t) ((char *) memchr(all->data + at, '\n', all->len - at)
                        + 1 - (all->data + at));
        out = *get_to % passed->len;

        if (len <= passed->len - out
            && memcmp(all->data + at, passed->data + out, len) == 0)
        {
            *get_to += len;
        }

        *send_to += len;
    }
}


/* Of both kinds, user and system. */
static double
processor_seconds(const char *pid)
{
    char    path[64], line[1024], *p;
    int     i;
    FILE   *file;
    long    user, system;

    snprintf(path, sizeof(path), "/proc/%s/stat", pid);
    file = fopen(path, "r");

    if (file == NULL || fgets(line, sizeof(line), file) == NULL) {
        fail(path);
    }

    fclose(file);

    p = strrchr(line, ')');

    for (i = 2; p && i < 14; i++) {
        p = strchr(p + 1, ' ');
    }

    if (p == NULL || sscanf(p, "%ld %ld", &user, &system) != 2) {
        fail(path);
    }

    return (double) (user + system) / (double) sysconf(_SC_CLK_TCK);
}


static long
kilobytes(const char *pid, const char *name, const char *key)
{
    char    path[64], line[256];
    long    n;
    FILE   *file;

    snprintf(path, sizeof(path), "/proc/%s/%s", pid, name);
    file = fopen(path, "r");
    n = -1;

    while (file && n == -1 && fgets(line, sizeof(line), file)) {
        if (strncmp(line, key, strlen(key)) == 0) {
            n = atol(line + strlen(key));
        }
    }

    if (n == -1) {
        fail(path);
    }

    fclose(file);

    return n;
}


int
main(int argc, char **argv)
{
    int                 listening, on = 1;
    long                pss, data;
    double              began, spent, each;
    size_t              i, at_once, times, count, send_to, get_to;
    text_t              all, passed;
    struct sockaddr_in  addr;

    if (argc != 10) {
        fprintf(stderr, "usage: stream PID PORT ORIGIN PATH ALL PASSED "
                        "STREAMS AT_ONCE TIMES\n");
        return 2;
    }

    all = load(argv[5]);
    passed = load(argv[6]);
    n = (size_t) atoi(argv[7]);
    at_once = (size_t) atoi(argv[8]);
    times = (size_t) atoi(argv[9]);
    addr = address(argv[3]);

    listening = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));

    if (n == 0 || n > MOST
        || bind(listening, (struct sockaddr *) &addr, sizeof(addr)) != 0
        || listen(listening, MOST) != 0)
    {
        fail("listen()");
    }

    pss = kilobytes(argv[1], "smaps_rollup", "Pss:");
    data = kilobytes(argv[1], "status", "VmData:");

    for (i = 0; i < n; i++) {
        connect_stream(&streams[i], listening, argv[2], argv[4]);
        fds[i].events = POLLOUT;
        fds[n + i].events = POLLIN;
    }

    spent = processor_seconds(argv[1]);
    began = seconds();
    send_to = 0;
    get_to = 0;

    for (count = 0; send_to < times * all.len; count += at_once) {
        step(&all, &passed, at_once, &send_to, &get_to);
        carry(&all, &passed, send_to, get_to);
    }

    each = (double) (count * n);
    printf("%.0f %.3f %ld %ld\n", each / (seconds() - began),
           (processor_seconds(argv[1]) - spent) / each * 1e6,
           kilobytes(argv[1], "smaps_rollup", "Pss:") - pss,
           kilobytes(argv[1], "status", "VmData:") - data);

    return 0;
}
