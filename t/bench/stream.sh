#!/bin/sh
# Why: in front of a stream the filter looks at every byte that is sent.  Side
# by side in one worker: proxying alone, with the filter, and the same job in
# Lua with cjson, which parses every message, as it has to if it is to withhold
# what is no JSON and find a name that is written with "\u".
#
# Messages come as fast as they are taken (bulk), where what the kernel takes
# for a message is least, and what is added the largest share; and one by one
# over many streams (live), where nginx is woken for each.
#
# The ends speak HTTP/1.0, so that neither side pays for chunks.  All bytes are
# compared.  Each figure is the median of BENCH_ROUNDS (5), which take turns.
# Fails if the worker spends more than twice what it spends on proxying, or
# Lua does not add three times what the filter adds.
#
# Then the memory, each time of a new worker: what a thousand streams hold that
# are open and have carried two messages, and one stream after 6 megabytes and
# after 2 gigabytes.  Fails if a stream holds more than 16 KB beyond what nginx
# holds for it, or the worker after gigabytes so much more than after a few.
#
# BENCH_SEED (1), BENCH_PORT (8195); the port behind that is used, too.
set -eu

most_of_plain=2
least_of_lua=3
most_each=16

top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$top/build/bench-stream
port=${BENCH_PORT:-8195}
rounds=${BENCH_ROUNDS:-5}
modules=/usr/lib/nginx/modules
server=

rm -rf "$dir"
mkdir -p "$dir/tmp"

"${CC:-cc}" -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror \
    "$top/t/bench/stream.c" -o "$dir/stream"
"$top/t/bench/posts.py" 2000 "${BENCH_SEED:-1}" "$dir/all" "$dir/passed"

echo '{"app":"1"}
{"token":"token","app":"1","user":1,"access":"read-write"}' \
    > "$dir/tokens.jsonl"

cat > "$dir/nginx.conf" <<END
load_module $modules/ndk_http_module.so;
load_module $modules/ngx_http_lua_module.so;
load_module $top/build/ngx_http_dm_permission_module.so;
daemon off;
master_process off;
worker_rlimit_nofile 4096;
pid $dir/nginx.pid;
error_log $dir/error.log warn;
events { worker_connections 4096; }
http {
    access_log off;
    client_body_temp_path $dir/tmp/b;
    proxy_temp_path $dir/tmp/p;
    fastcgi_temp_path $dir/tmp/f;
    uwsgi_temp_path $dir/tmp/u;
    scgi_temp_path $dir/tmp/s;

    dm_permission_table $dir/tokens.jsonl zone=t:1m interval=1h;

    lua_package_path "$top/t/bench/?.lua;;";
    lua_shared_dict levels 1m;
    init_by_lua_block {
        ngx.shared.levels:set("token", 2)
        stream = require("stream")
    }

    proxy_buffering off;
    proxy_buffer_size 16k;
    proxy_buffers 8 16k;
    proxy_http_version 1.1;

    server {
        listen 127.0.0.1:$port;

        location /plain {
            proxy_pass http://127.0.0.1:$((port + 1));
        }

        location /filter {
            dm_permission zone=t;
            dm_permission_stream user;
            proxy_pass http://127.0.0.1:$((port + 1));
        }

        location /lua {
            header_filter_by_lua_block { ngx.header.content_length = nil }
            body_filter_by_lua_block { stream() }
            proxy_pass http://127.0.0.1:$((port + 1));
        }
    }
}
END

stop() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || :
    [ -z "$server" ] || wait "$server" || :
    server=
}

trap stop EXIT
trap 'exit 1' INT TERM

cpus=$(taskset -cp $$ | sed 's/.*: //; s/-/,/')
here=${cpus%%,*}
there=${cpus##*,}
ulimit -n 4096

start() {
    stop
    rm -f "$dir/nginx.pid"

    taskset -c "$here" nginx -e "$dir/error.log" -p "$dir/" \
        -c "$dir/nginx.conf" &
    server=$!

    tries=100
    until grep -q . "$dir/nginx.pid" 2>/dev/null; do
        [ $((tries -= 1)) -gt 0 ] || exit 1
        sleep 0.1
    done
}

# run NAME STREAMS AT_ONCE TIMES
run() {
    passed=$dir/passed
    [ "$1" != plain ] || passed=$dir/all

    taskset -c "$there" "$dir/stream" "$server" "$port" $((port + 1)) "/$1" \
        "$dir/all" "$passed" "$2" "$3" "$4" >> "$dir/times.$1"
}

# median NAME FIELD
median() {
    sort -g -k "$2" "$dir/times.$1" | awk -v field="$2" '
        { value[NR] = $field }
        END { print value[int((NR + 1) / 2)] }'
}

failed=0

# row NAME STREAMS AT_ONCE TIMES
row() {
    mode=$1
    shift
    rm -f "$dir"/times.*

    for round in $(seq "$rounds"); do
        for name in plain filter lua; do
            run $name "$@"
        done
    done

    for name in plain filter lua; do
        echo "$mode $name $(median $name 1) $(median $name 2)"
    done | awk -v most=$most_of_plain -v least=$least_of_lua '
        { each[$2] = $4; added = $4 - each["plain"]
          printf "%-5s %-7s %9d %8.2f %8.2f %6.2f\n", $1, $2, $3, $4, added,
                 $4 / each["plain"] }
        END {
            added = each["filter"] - each["plain"]
            if (each["filter"] > most * each["plain"])
                exit 1
            if (each["lua"] - each["plain"] < least * added)
                exit 1
        }' || failed=1
}

# growth NAME ALL PASSED STREAMS AT_ONCE TIMES -> $pss and $data, in KB
growth() {
    start
    # shellcheck disable=SC2046
    set -- $(taskset -c "$there" "$dir/stream" "$server" "$port" \
        $((port + 1)) "/$1" "$dir/$2" "$dir/$3" "$4" "$5" "$6")
    pss=$3
    data=$4
}

# compare WHAT THIS THAT EACH
compare() {
    printf '%-40s %6d %6d %6.1f\n' "$1" "$2" "$3" \
        "$(awk "BEGIN { print ($3 - $2) / $4 }")"
    [ $(($3 - $2)) -le $((most_each * $4)) ] || failed=1
}

start
printf '%-13s %9s %8s %8s %6s\n' '' 'in 1 s' 'us each' added times
row bulk 8 40000 20
row live 64 1 1

head -2 "$dir/all" > "$dir/two"

growth plain two two 1000 1 1
plain_pss=$pss
plain_data=$data
growth filter two two 1000 1 1

printf '\n%-40s %6s %6s %6s\n' 'KB of 1000 idle streams' plain filter each
compare Pss "$plain_pss" "$pss" 1000
compare VmData "$plain_data" "$data" 1000

growth filter all passed 1 2000 1
few_pss=$pss
few_data=$data
growth filter all passed 1 2000 350

printf '\n%-40s %6s %6s %6s\n' 'KB of a stream that has carried' 6MB 2GB more
compare Pss "$few_pss" "$pss" 1
compare VmData "$few_data" "$data" 1

exit $failed
