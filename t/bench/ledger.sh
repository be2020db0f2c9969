#!/bin/sh
# Why: with a ledger each guarded request pays for a line that is chained with
# HMAC-SHA256.  What that adds to the same request without a ledger is counted
# twice: by callgrind, as t/bench/instructions.sh does, and by stepping through
# what the processor executes.  The first knows no SHA instructions, and nearly
# all of what it counts are the blocks of a line; where the processor has none
# either, both come to the same.
#
# Then requests a second, of one client on one connection that waits for each
# answer: with the ledger beside an access log that writes a line of the same
# length, and neither.  They take turns, BENCH_ROUNDS (5) times; medians, the
# least and the most.  These depend on the machine, nothing fails by them.
#
# A line names nginx's $request_id, for which nginx has OpenSSL make random
# bytes.  What that alone costs, whoever asks for it, is shown beside the rest;
# the limits are of what the ledger adds to it.
#
# BENCH_N, BENCH_PORT as in instructions.sh; BENCH_STEPS (20): requests that are
# stepped through; BENCH_REQUESTS (20000): those that are timed.
set -eu

added_callgrind=20000
added_executed=6000

name=bench-ledger
. "$(dirname "$0")/nginx.sh"

path=/1.1/direct_messages.json
gate='dm_permission zone=t;'
steps=${BENCH_STEPS:-20}
rounds=${BENCH_ROUNDS:-5}

"${CC:-cc}" -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror \
    "$top/t/bench/step.c" -o "$dir/step"

(umask 077; echo "the key of the ledger of this bench" > "$dir/key")

# log_conf PAD: the access log
log_conf() {
    conf log "$load" "$table
        log_format line '\$remote_addr [\$time_iso8601] \"\$request\" \$status '
                        '\$body_bytes_sent \$request_id$1';" \
        "$gate access_log $dir/access.log line;"
}

conf gate "$load" "$table" "$gate"
conf id "$load" "$table" "$gate set \$id \$request_id;"
conf ledger "$load" "$table" \
    "$gate dm_permission_ledger $dir/ledger.log key=$dir/key;"
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
    serve "$1"

    taskset -c "$cpu" "$dir/step" "$server" > "$dir/steps" &
    step=$!

    tries=300
    until grep -q ready "$dir/steps"; do
        [ $((tries -= 1)) -gt 0 ] || exit 1
        sleep 0.1
    done

    requests "$2" $path > /dev/null

    until grep -q '^[0-9]' "$dir/steps"; do
        [ $((tries -= 1)) -gt 0 ] || exit 1
        kill "$step" 2>/dev/null || :
        sleep 0.1
    done

    wait "$step"
    quit
    total=$(tail -1 "$dir/steps")
}

# each_executed CONF -> $each
each_executed() {
    executed "$1" "$steps"
    once=$total
    executed "$1" $((2 * steps))
    each=$(((total - once + steps / 2) / steps))
}

failed=0

# row NAME COUNT LIMIT
row() {
    $2 gate $path
    without=$each
    $2 id $path
    id=$each
    $2 ledger $path
    added=$((each - id))
    printf '%-24s %8d %8d %8d %8d %8d\n' "$1" "$without" $((id - without)) \
        "$each" $added "$3"
    [ $added -le "$3" ] || failed=1
}

printf '%-24s %8s %8s %8s %8s %8s\n' 'instructions a request' without id \
    ledger added limit
row callgrind request $added_callgrind
row executed each_executed $added_executed

# a line of each, to make them equally long

for name in ledger log; do
    serve $name
    requests 1 $path > /dev/null
    quit
done

bytes=$(grep '"kind":"gate"' "$dir/ledger.log" | tail -1 | wc -c)
short=$(tail -1 "$dir/access.log" | wc -c)
log_conf "$(printf ' %*s' $((bytes - short - 1)) '' | tr ' ' -)"

for round in $(seq "$rounds"); do
    for name in gate ledger log; do
        serve $name
        requests "${BENCH_REQUESTS:-20000}" $path >> "$dir/rate.$name"
        quit
    done
done

[ "$(tail -1 "$dir/access.log" | wc -c)" = "$bytes" ] || exit 1

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
