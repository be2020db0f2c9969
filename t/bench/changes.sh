#!/bin/sh
# Why: a table is only worth as much as it is current, and must not be in the
# way while it becomes so.  With BENCH_TOKENS (10000000) tokens loaded:
#
# - how long from a revocation appended to the file until the first refusal,
#   BENCH_APPENDS (200) of them, under load (the aim: a median of 5 ms, 25 ms
#   for 99 in 100);
# - what requests wait for while all tokens are replaced, by text and by an
#   image, beside an idle time before each (the aim: 99 in 100, and the
#   longest, within 1.25 times of idle).
#
# Nothing fails by its figures.  The load is BENCH_RATE (1000) requests a
# second on a connection of their own, a latency counts from when its request
# was due.  The one worker and who asks it share a processor, the helper has
# another, if there is one: what is seen is what the helper does to a worker by
# the table, caches and memory.  On a machine with two processors that has
# other work to do, the longest latencies are those of that work; a ratio near
# 1 can be told from one of 2, not from 1.25.
#
# BENCH_SEED (1), BENCH_PORT (8195).  BENCH_SECONDS (10): of an idle time.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$top/build/bench-changes
tokens=${BENCH_TOKENS:-10000000}
appends=${BENCH_APPENDS:-200}
rate=${BENCH_RATE:-1000}
seconds=${BENCH_SECONDS:-10}
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

# replaced NAME FILE
replaced() {
    # shellcheck disable=SC2046
    set -- "$1" "$2" $(taskset -c "$here" "$dir/changes" load "$port" "$rate" \
        bench "$seconds")
    row "idle" "$3" "$4" "$5" "$6"

    generation=$(field generation)
    taskset -c "$here" "$dir/changes" load "$port" "$rate" bench \
        > "$dir/load" &
    load=$!
    mv "$2" "$dir/tokens"

    tries=3000
    until [ "$(field generation)" != "$generation" ]; do
        [ $((tries -= 1)) -gt 0 ] || exit 1
        sleep 0.1
    done

    kill "$load"
    wait "$load"
    load=
    idle_99=$5
    idle_longest=$6
    # shellcheck disable=SC2046
    set -- "$1" $(cat "$dir/load")
    row "replaced by $1, $(field sync_seconds | cut -c -4) s" "$2" "$3" "$4" "$5"
    awk "BEGIN { printf \"%-28s %8s %8s %8.2f %8.2f\n\", \"  times idle\", \
        \"\", \"\", $4 / $idle_99, $5 / $idle_longest }"
}

replaced 'an image' "$dir/image.img"
replaced text "$dir/text.jsonl"
