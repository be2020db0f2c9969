# Why: what the benches of a single-process nginx share.  Sourced with $name, the
# directory of a bench below build.
#
# A request's cost is the difference between N and 2N requests: start and end
# are taken out.

top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$top/build/$name
n=${BENCH_N:-1000}
port=${BENCH_PORT:-8195}
server=

rm -rf "$dir"
mkdir -p "$dir/tmp"

token=370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb
oauth="OAuth oauth_consumer_key=\"xvz1evFS4wEEPTGEFPHBog\", \
oauth_nonce=\"kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg\", \
oauth_signature=\"tnnArxj06cWHq44gCs1OSKk%2FjLY%3D\", \
oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"1318622958\", \
oauth_token=\"$token\", oauth_version=\"1.0\""

awk -v token=$token 'BEGIN {
    print "{\"table\":{\"revision\":\"2011-06-30/42\"}}"
    print "{\"app\":\"8840\",\"name\":\"Example\"," \
          "\"consumer_key\":\"xvz1evFS4wEEPTGEFPHBog\"}"
    form = "{\"token\":\"%s\",\"app\":\"8840\",\"user\":%d," \
           "\"access\":\"read-write-directmessages\"}\n"
    printf form, token, 370773112
    for (i = 1; i < 1000; i++) {
        printf form, i "-other", i
    }
}' > "$dir/tokens.jsonl"

# conf NAME LOAD TABLE GATE
conf() {
    cat > "$dir/$1.conf" <<END
$2
daemon off;
master_process off;
pid $dir/nginx.pid;
error_log $dir/error.log warn;
events { }
http {
    access_log off;
    keepalive_requests 1000000;
    keepalive_timeout 1h;
    client_body_temp_path $dir/tmp/b;
    proxy_temp_path $dir/tmp/p;
    fastcgi_temp_path $dir/tmp/f;
    uwsgi_temp_path $dir/tmp/u;
    scgi_temp_path $dir/tmp/s;
    $3
    server {
        listen 127.0.0.1:$port;
        $4
        location / { empty_gif; }
    }
}
END
}

load="load_module $top/build/ngx_http_dm_permission_module.so;"
table="dm_permission_table $dir/tokens.jsonl zone=t:1m interval=1h;"

stop() {
    [ -z "$server" ] || kill -KILL "$server" 2>/dev/null || :
}

trap stop EXIT
trap 'exit 1' INT TERM

cpu=$(taskset -cp $$ | sed 's/.*[:,-] *//')

# requests COUNT PATH: how many there are in a second
requests() {
    "$top/t/bench/load.py" "$port" "$cpu" "$1" "$2" "$oauth" || {
        cat "$dir/error.log" "$dir"/[nv]*.log >&2
        exit 1
    }
}

# instructions CONF COUNT PATH -> $total
instructions() {
    taskset -c "$cpu" valgrind --tool=callgrind -q \
        --callgrind-out-file="$dir/callgrind.$1" \
        nginx -p "$dir/" -c "$dir/$1.conf" > "$dir/valgrind.log" 2>&1 &
    server=$!

    requests "$2" "$3" > /dev/null

    # a signal that comes right before nginx waits for events is seen after
    # the next one only: there is none, so it is sent until the profile is out
    tries=300
    until grep -Eq '^(summary|totals):' "$dir/callgrind.$1"; do
        [ $((tries -= 1)) -gt 0 ] || exit 1
        kill -QUIT "$server" || :
        sleep 0.1
    done

    wait "$server"
    server=

    total=$(awk '/^(summary|totals):/ { print $2; exit }' "$dir/callgrind.$1")
}

# request CONF PATH -> $each
request() {
    instructions "$1" "$n" "$2"
    once=$total
    instructions "$1" $((2 * n)) "$2"
    each=$(((total - once + n / 2) / n))
}

