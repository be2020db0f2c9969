#!/bin/sh
# Why: what the gate costs is what every request pays.  Instructions repeat
# from run to run as seconds do not.  They are counted by callgrind.
#
# What the gate adds is the difference to the same configuration, table and all,
# without the directive "dm_permission".  Not to bare nginx, shown beside it:
# a table leaves other holes in the heap, and how long malloc() looks for a
# request's memory depends on them, by a hundred instructions up or down.
#
# BENCH_N: requests (1000), BENCH_PORT (8195).  Fails above a limit below.
# The answer is an image from memory: the cheapest there is, so that a share
# is an upper bound.  Valgrind knows no SHA instructions of the processor: the
# digests in the numbers are dearer than they are outside.
set -eu

added_not_guarded=500
added_passed=4500

name=bench
. "$(dirname "$0")/nginx.sh"

conf bare '' '' ''
conf without "$load" "$table" ''
conf gate "$load" "$table" 'dm_permission zone=t;'

failed=0

# row NAME PATH LIMIT
row() {
    request bare "$2"
    bare=$each
    request without "$2"
    without=$each
    request gate "$2"
    added=$((each - without))
    printf '%-24s %8d %8d %8d %8d %7d%% %8d\n' "$1" "$bare" "$without" \
        "$each" "$added" $((added * 100 / without)) "$3"
    [ $added -le "$3" ] || failed=1
}

printf '%-24s %8s %8s %8s %8s %8s %8s\n' 'instructions a request' bare \
    without gate added share limit
row 'not guarded' /1.1/statuses/home_timeline.json $added_not_guarded
row 'guarded and passed' /1.1/direct_messages.json $added_passed

exit $failed
