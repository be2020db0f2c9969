#!/bin/sh
# nginx for a module that was built with sanitizers.  A report ends the process:
# the request that it served then fails in the suite.  nginx's pools go with
# the process, so that what is left at its end is no leak.
LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so) $LD_PRELOAD" \
ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:detect_odr_violation=0 \
UBSAN_OPTIONS=print_stacktrace=1:abort_on_error=1 \
    exec "${DM_NGINX:-nginx}" "$@"
