#!/bin/sh
# Why: a line that no test meets can be wrong unseen.  The unit tests and the
# suites, once more, with counters in the code; fails below the shares given.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
build=$top/build/coverage

cd "$top"
find "$build" -name '*.gcda' -delete 2> /dev/null || :

# not -O2: a line that is moved or merged is not counted as itself
for part in unit suite; do
    make -j"$(nproc)" --no-print-directory BUILD="$build" \
        OPT='-O0 --coverage' SAN='-g --coverage' \
        "$part"
done

# share NAME LINES BRANCHES: of ngx_dm_permission_module/NAME, in percent
share() {
    echo "$1: at least $2 percent of lines, $3 of branches"
    gcovr --root "$top" --object-directory "$build" \
        --filter "$top/ngx_dm_permission_module/$1/" \
        --exclude-unreachable-branches --print-summary \
        --html-details "$build/$1.html" --txt "$build/$1.txt" \
        --fail-under-line "$2" --fail-under-branch "$3" "$build"
}

share core 95 90
share http 85 0
