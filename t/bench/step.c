/*
 * step PID: counts the instructions that a process executes, by stepping
 * through them one at a time, until SIGTERM; then prints how many there were,
 * and ends with the process.  Slow (a few microseconds each) and exact: what the
 * processor has, like its instructions for SHA-256, is used, unlike in
 * valgrind.  A system call is one, each turn of a repeated one counts.
 */

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>


static volatile sig_atomic_t  done;


static void
stop(int signo)
{
    (void) signo;

    done = 1;
}


static void
fail(const char *what)
{
    perror(what);
    exit(1);
}


int
main(int argc, char **argv)
{
    int               status;
    long              sig;
    pid_t             pid;
    uint64_t          n;
    struct sigaction  sa = { .sa_handler = stop };

    if (argc != 2) {
        fprintf(stderr, "usage: step PID\n");
        return 2;
    }

    pid = (pid_t) atoi(argv[1]);

    /* without SA_RESTART: a process that waits for events does not step */

    sigaction(SIGTERM, &sa, NULL);

    if (ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_EXITKILL) != 0
        || ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) != 0
        || waitpid(pid, &status, 0) == -1)
    {
        fail("step: ptrace()");
    }

    printf("ready\n");
    fflush(stdout);

    sig = 0;

    for (n = 0; !done; n++) {

        if (ptrace(PTRACE_SINGLESTEP, pid, NULL, sig) != 0) {
            fail("step: ptrace()");
        }

        /* fails by SIGTERM alone */

        if (waitpid(pid, &status, 0) == -1) {
            break;
        }

        if (!WIFSTOPPED(status)) {
            fprintf(stderr, "step: the process is gone\n");
            return 1;
        }

        sig = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
    }

    printf("%llu\n", (unsigned long long) n);

    return 0;
}
