#!/bin/sh
# Why: a table is only worth as much as it is current, and must not be in the
# way while it becomes so.  With BENCH_TOKENS (10000000) tokens loaded:
#
# - how long from a revocation appended to the file until the first refusal,
#   BENCH_APPENDS (200) of them, under load (the aim: a median of 5 ms, 25 ms
#   for 99 in 100);
# - what requests wait for while all tokens are replaced, by an image and by
#   text, in turn with idle times and with checks of the same file (the aim: 99
#   in 100, and the longest, within 1.25 times of idle).
#
# Nothing fails by its figures.  The load is BENCH_RATE (1000) requests a
# second on a connection of their own, a latency counts from when its request
# was due.  The one worker and who asks it share a processor, the helper has
# another, if there is one.  Each time of a round is as long as its replacement
# took: the longest of more requests is longer.  A check does the same work
# there as the helper, in memory of its own: what a replacement has beyond it
# is due to the table; what both have beyond idle, to two processors that share
# caches, memory and a host.  Each round has two idle times, and idle is the
# median of both: what they differ by is what the machine itself does, and
# nothing below it can be told.
#
# BENCH_SEED (1), BENCH_PORT (8195).  BENCH_ROUNDS (15): the figures are
# medians of so many, with their range.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$top/build/bench-changes
tokens=${BENCH_TOKENS:-10000000}
appends=${BENCH_APPENDS:-200}
rate=${BENCH_RATE:-1000}
rounds=${BENCH_ROUNDS:-15}
port=${BENCH_PORT:-8195}
server=
load=

rm -rf "$dir"
mkdir -p "$dir/tmp"

for program in generate changes; do
    "${CC:-cc}" -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -pthread \
        "$top/t/bench/$program.c" -o "$dir/$program"
done

stop() {
    [ -z "$load" ] || kill "$load" 2>/dev/null || :
    [ -z "$server" ] || kill "$server" 2>/dev/null || :
    [ -z "$server" ] || wait "$server" || :
    rm -f "$dir"/*.jsonl "$dir"/*.img "$dir/tokens"
}

trap stop EXIT
trap 'exit 1' INT TERM

# the tokens that are asked for, in the journal of each file
journal() {
    awk -v n="$appends" 'BEGIN {
        form = "{\"token\":\"bench%s\",\"app\":\"1000\",\"user\":1," \
               "\"access\":\"read-write-directmessages\"}\n"
        printf form, ""
        for (i = 0; i < n; i++) printf form, "-" i
    }'
}

"$dir/generate" "$tokens" "${BENCH_SEED:-1}" > "$dir/text.jsonl"
"$top/build/dm-permission" compile "$dir/text.jsonl" > "$dir/image.img" \
    2> "$dir/compile.log"
journal >> "$dir/text.jsonl"
journal >> "$dir/image.img"
cp "$dir/image.img" "$dir/tokens"

# or the system writes all that while something is timed
sync "$dir"/*.jsonl "$dir"/*.img "$dir/tokens"

cat > "$dir/nginx.conf" <<END
load_module $top/build/ngx_http_dm_permission_module.so;
daemon off;
worker_processes 1;
pid $dir/nginx.pid;
error_log $dir/error.log warn;
events { }
http {
    access_log off;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
    client_body_temp_path $dir/tmp/b;
    proxy_temp_path $dir/tmp/p;
    fastcgi_temp_path $dir/tmp/f;
    uwsgi_temp_path $dir/tmp/u;
    scgi_temp_path $dir/tmp/s;
    dm_permission_table $dir/tokens zone=t:$((tokens * 90 / 1024 + 2048))k;
    server {
        listen 127.0.0.1:$port;
        location / { dm_permission zone=t; empty_gif; }
        location = /status { dm_permission_status; }
    }
}
END

# what the status page says of the zone: field NAME
field() {
    curl -s "http://127.0.0.1:$port/status" \
        | sed -n "s/.*\"$1\": \([0-9.]*\).*/\1/p"
}

cpus=$(taskset -cp $$ | sed 's/.*: //; s/-/,/')
here=${cpus%%,*}
there=${cpus##*,}

# what this script starts to look at the status is not to be in the worker's way
taskset -cp "$there" $$ > /dev/null

nginx -e "$dir/error.log" -p "$dir/" -c "$dir/nginx.conf" \
    2> "$dir/start.log" &
server=$!

tries=1200
until [ -n "$(field generation)" ]; do
    kill -0 $server && [ $((tries -= 1)) -gt 0 ] || {
        cat "$dir/error.log"
        exit 1
    }
    sleep 0.1
done

ps -o pid=,args= --ppid "$server" | while read -r pid name; do
    case $name in
        *worker*) taskset -cp "$here" "$pid" ;;
        *)        taskset -cp "$there" "$pid" ;;
    esac
done > /dev/null

echo "$tokens tokens, $rate requests a second; milliseconds"
printf '%-28s %8s %8s %8s %8s\n' '' times median '99%' longest

# row WHAT N MEDIAN P99 LONGEST
row() {
    echo "$1|$2|$3|$4|$5" | awk -F '|' '{
        printf "%-28s %8d %8.2f %8.2f %8.2f\n", $1, $2, $3 / 1000, $4 / 1000,
               $5 / 1000 }'
}

# shellcheck disable=SC2046
row 'appended line to refusal' $(taskset -c "$here" "$dir/changes" revoke \
    "$port" "$rate" bench "$dir/tokens" "$appends")

# during WHAT COMMAND...: the latencies while it runs, to the rows of WHAT
during() {
    taskset -c "$here" "$dir/changes" load "$port" "$rate" bench \
        > "$dir/load" &
    load=$!
    rows=$dir/$1.rows
    shift
    "$@"
    kill "$load"
    wait "$load"
    load=
    cat "$dir/load" >> "$rows"
}

# How many changes the helper has told of: each lowers some tokens.  The status
# page would be a request more that those of the load have to wait for.
told() {
    grep -c ' tokens lowered: ' "$dir/error.log" || :
}

# The file stays, for the next round: under another name it is another.
replaced() {
    before=$(told)
    ln "$dir/$1" "$dir/next"
    mv "$dir/next" "$dir/tokens"

    tries=3000
    until [ "$(told)" != "$before" ]; do
        [ $((tries -= 1)) -gt 0 ] || exit 1
        sleep 0.1
    done
}

# for SECONDS, however often that is
checked() {
    # shellcheck disable=SC2016
    timeout "$2" sh -c 'while "$0" check "$1"; do :; done' \
        "$top/build/dm-permission" "$dir/$1" > "$dir/check.log" 2>&1 || :
}

for _ in $(seq "$rounds"); do
    for file in image.img text.jsonl; do
        start=$(date +%s%N)
        during "replaced-$file" replaced "$file"
        took=$(awk "BEGIN { print ($(date +%s%N) - $start) / 1e9 }")
        during "idle-$file" sleep "$took"
        during "checked-$file" checked "$file" "$took"
        during "again-$file" sleep "$took"
    done
done

# of each kind of time the medians, and what they are by those of idle
python3 - "$dir" <<'END'
import statistics
import sys

KINDS = {'idle': 'idle', 'again': 'idle again', 'checked': 'checked',
         'replaced': 'replaced'}


def read(kind, name):
    with open(f'{sys.argv[1]}/{kind}-{name}.rows') as f:
        return [[int(word) / 1000 for word in line.split()] for line in f]


for name in ('image.img', 'text.jsonl'):
    rows = {kind: read(kind, name) for kind in KINDS}
    n = statistics.median(row[0] for row in rows['idle']) * 1000

    print(f'\n{"by " + name.split(".")[0] + f", {n:.0f} requests each":28} '
          f'{"median":>8} {"99%":>8} {"least":>7} {"most":>7} {"times":>6} '
          f'{"longest":>8} {"least":>7} {"most":>7} {"times":>6}')

    def middle(column, *kinds):
        return statistics.median(row[column] for kind in kinds
                                 for row in rows[kind])

    for kind, what in KINDS.items():
        line = f'{what:28} {middle(1, kind):8.2f}'

        for column in 2, 3:
            times = [row[column] for row in rows[kind]]
            ratio = middle(column, kind) / middle(column, 'idle', 'again')
            line += (f' {middle(column, kind):8.2f} {min(times):7.2f} '
                     f'{max(times):7.2f} {ratio:6.2f}')

        print(line)
END
