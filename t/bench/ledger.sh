#!/bin/sh
# Why: with a ledger each guarded request pays for a line that is chained with
# HMAC-SHA256.  What that adds to the same request without a ledger is counted
# twice: as the processor executes it, by t/bench/step.c, and by callgrind, as
# in t/bench/instructions.sh.  The second knows no SHA instructions, and nearly
# all of what it counts are the blocks of a line, about 1,900 each; where the
# processor has none either, both come to the same.
#
# The clock of nginx stands still meanwhile (timer_resolution): so slow as it is
# then, the texts of a new second would else be counted with every request.
#
# Then requests a second, of one client on one connection that waits for each
# answer: with the ledger beside an access log that writes a line of the same
# length, and neither.  They take turns, BENCH_ROUNDS (5) times; medians, the
# least and the most.  These depend on the machine, nothing fails by them.
#
# BENCH_N, BENCH_PORT as in instructions.sh; BENCH_STEPS (4): requests that are
# stepped through; BENCH_REQUESTS (10000): those that are timed.
set -eu

added_executed=6000
added_counted=18000

name=bench-ledger
. "$(dirname "$0")/nginx.sh"

path=/1.1/direct_messages.json
gate='dm_permission zone=t;'
steps=${BENCH_STEPS:-4}
rounds=${BENCH_ROUNDS:-5}

# a connection of the server that is open, or that the client has closed
connected=": 0100007F:$(printf %04X "$port") [0-9A-F:]* 0[18] "

# apart from the table, whose directory is watched
mkdir "$dir/log"
(umask 077; echo "the key of the ledger of this bench" > "$dir/key")

# log_conf PAD: the access log
log_conf() {
    conf log "$load" "$table
        log_format line '\$remote_addr [\$time_iso8601] \"\$request\" \$status '
                        '\$body_bytes_sent \$request_id$1';" \
        "$gate access_log $dir/log/access.log line;"
}

ledger="$gate dm_permission_ledger $dir/log/ledger.log key=$dir/key;"
still="$load timer_resolution 1h;"

conf gate "$load" "$table" "$gate"
conf gate-still "$still" "$table" "$gate"
conf ledger "$load" "$table" "$ledger"
conf ledger-still "$still" "$table" "$ledger"
log_conf ''

# serve CONF
serve() {
    rm -f "$dir/nginx.pid"
    taskset -c "$cpu" nginx -p "$dir/" -c "$dir/$1.conf" \
        > "$dir/nginx.log" 2>&1 &
    server=$!

    tries=300
    until grep -q . "$dir/nginx.pid" 2>/dev/null; do
        [ $((tries -= 1)) -gt 0 ] || exit 1
        sleep 0.1
    done
}

quit() {
    kill -KILL "$server" 2>/dev/null || :
    wait "$server" 2>/dev/null || :
    server=
}

# executed CONF COUNT -> $total
executed() {
    export STEP_FILE="$dir/steps.$1.$2" LD_PRELOAD="$dir/step.so"
    serve "$1"
    unset STEP_FILE LD_PRELOAD

    kill -PROF "$server"
    requests "$2" $path > /dev/null

    # until it has closed the connection, or some of that were counted
    tries=300
    while grep -q "$connected" /proc/net/tcp; do
        [ $((tries -= 1)) -gt 0 ] || exit 1
        sleep 0.1
    done

    kill -PROF "$server"

    until grep -q . "$dir/steps.$1.$2" 2>/dev/null; do
        [ $((tries -= 1)) -gt 0 ] || exit 1
        sleep 0.1
    done

    quit
    total=$(cat "$dir/steps.$1.$2")
}

counted() {
    instructions "$1" "$2" $path
}

# each CONF COUNTER COUNT -> $each: a ledger that is there is read at a start
each() {
    rm -f "$dir/log/ledger.log"
    $2 "$1" "$3"
    once=$total
    rm -f "$dir/log/ledger.log"
    $2 "$1" $((2 * $3))
    each=$(((total - once + $3 / 2) / $3))
}

failed=0

# row NAME COUNTER COUNT LIMIT
row() {
    each gate-still "$2" "$3"
    without=$each
    each ledger-still "$2" "$3"
    added=$((each - without))
    printf '%-24s %8d %8d %8d %8d\n' "$1" "$without" "$each" $added "$4"
    [ $added -le "$4" ] || failed=1
}

printf '%-24s %8s %8s %8s %8s\n' 'instructions a request' without ledger \
    added limit

if [ "$(uname -m)" = x86_64 ]; then
    "${CC:-cc}" -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -shared -fPIC \
        "$top/t/bench/step.c" -o "$dir/step.so"
    grep -q sha_ni /proc/cpuinfo || added_executed=$added_counted
    row executed executed "$steps" $added_executed
fi

row "by callgrind" counted "$n" $added_counted

# a line of each, to make them equally long

for name in ledger log; do
    serve $name
    requests 1 $path > /dev/null
    quit
done

bytes=$(grep '"kind":"gate"' "$dir/log/ledger.log" | tail -1 | wc -c)

# what is hashed ends before "mac"; HMAC adds a block, its key's two are kept
printf 'blocks of SHA-256 a line: %d, of %d bytes\n' \
    $(((bytes - 75 + 9 + 63) / 64 + 1)) "$bytes"
short=$(tail -1 "$dir/log/access.log" | wc -c)
log_conf "$(printf ' %*s' $((bytes - short - 1)) '' | tr ' ' -)"

for round in $(seq "$rounds"); do
    for name in gate ledger log; do
        serve $name
        requests "${BENCH_REQUESTS:-10000}" $path >> "$dir/rate.$name"
        quit
    done
done

[ "$(tail -1 "$dir/log/access.log" | wc -c)" = "$bytes" ] || exit 1

printf '\n%-24s %8s %8s %8s\n' "requests a second" median least most

for name in gate ledger log; do
    case $name in
        gate) what=neither ;;
        ledger) what="ledger, $bytes bytes" ;;
        log) what="access_log, as many" ;;
    esac

    sort -n "$dir/rate.$name" | awk -v what="$what" '
        { rate[NR] = $1 }
        END { printf "%-24s %8d %8d %8d\n", what, rate[int((NR + 1) / 2)],
                     rate[1], rate[NR] }'
done

exit $failed
