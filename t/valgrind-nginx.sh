#!/bin/sh
# nginx under memcheck.  What it finds is written to a file of each process;
# nginx's pools go with the process, so that what is left at its end is no leak.
exec valgrind -q --leak-check=no --log-file="$VALGRIND_LOGS/%p" \
    "${DM_NGINX:-nginx}" "$@"
