#!/bin/sh
# run.sh [COMMAND...]: a gate on 127.0.0.1:8193 (DEMO_PORT) before a small origin
# on the port after it, a tour of both, and the command.  ONCE=1 ends after that.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$top/build}
dir=$build/demo
port=${DEMO_PORT:-8193}
gate=http://127.0.0.1:$port
origin=127.0.0.1:$((port + 1))

rm -rf "$dir"
mkdir -p "$dir/logs" "$dir/tmp"
cp "$top/t/demo/tokens.jsonl" "$dir/tokens.jsonl"

cat > "$dir/nginx.conf" <<EOF
load_module $build/ngx_http_dm_permission_module.so;
worker_processes 2;
daemon on;
pid $dir/nginx.pid;
error_log $dir/logs/error.log info;
events { }
http {
    access_log off;
    client_body_temp_path $dir/tmp/b;
    proxy_temp_path $dir/tmp/p;
    fastcgi_temp_path $dir/tmp/f;
    uwsgi_temp_path $dir/tmp/u;
    scgi_temp_path $dir/tmp/s;

    dm_permission_table $dir/tokens.jsonl zone=demo:1m;

    server {
        listen 127.0.0.1:$port;
        dm_permission zone=demo;
        location / { proxy_pass http://$origin; }
    }

    server {
        listen $origin;
        default_type application/json;
        location / { return 200 '{"origin":"\$request_method \$uri"}\n'; }
    }
}
EOF

# gone, not only told to go: nginx takes the file away when it is
stop() {
    [ -s "$dir/nginx.pid" ] || return 0
    kill "$(cat "$dir/nginx.pid")" 2>/dev/null || return 0

    for n in $(seq 100); do
        [ -e "$dir/nginx.pid" ] || return 0
        sleep 0.05
    done
}

trap stop EXIT
trap 'exit 0' INT TERM

# the helper reads the file as the worker's user
[ "$(id -u)" != 0 ] || sed -i "1i user root;" "$dir/nginx.conf"

"${DM_NGINX:-nginx}" -p "$dir/" -c "$dir/nginx.conf" -g "" 2> "$dir/logs/start.log" || {
    cat "$dir/logs/start.log"
    exit 1
}

ask() {
    what=$1
    shift
    printf '\n# %s\n' "$what"
    curl -sS -m 5 -w '   -> %{http_code}\n' "$@"
}

ask "not guarded: passes without a token" $gate/1.1/statuses/home_timeline.json
ask "no token" $gate/1.1/direct_messages.json
ask "a read-write token may not read direct messages" \
    -H 'Authorization: OAuth oauth_consumer_key="example-key", oauth_token="102-read-write"' \
    $gate/1.1/direct_messages.json
ask "... nor delete them" -X POST \
    -H 'Authorization: OAuth oauth_consumer_key="example-key", oauth_token="102-read-write"' \
    $gate/1.1/direct_messages/destroy.json
ask "... but it may send" -X POST \
    -H 'Authorization: OAuth oauth_consumer_key="example-key", oauth_token="102-read-write"' \
    $gate/1.1/direct_messages/new.json
ask "a read token may not send" -X POST \
    -H 'Authorization: Bearer 101-read' $gate/1.1/direct_messages/new.json
ask "with the direct-message level everything passes" \
    -H 'Authorization: Bearer 103-direct-messages' $gate/2/dm_events
ask "\"sign in with\" never grants it" \
    -H 'Authorization: Bearer 104-signed-in-with' $gate/2/dm_events
ask "a revoked token" -H 'Authorization: Bearer 105-revoked' $gate/2/dm_events
ask "a suspended app" -H 'Authorization: Bearer 106-suspended' $gate/2/dm_events
ask "a token nobody knows" -H 'Authorization: Bearer nobody' $gate/2/dm_events
ask "two credentials" -H 'Authorization: Bearer 103-direct-messages' \
    "$gate/2/dm_events?access_token=103-direct-messages"
ask "a disguised path" --path-as-is -H 'Authorization: Bearer 102-read-write' \
    "$gate/1.1;x/%2564irect_messages.json"

cat <<EOF

Change the file and see the answer change, without a reload:

  echo '{"token":"103-direct-messages","app":"8840","user":"103","access":"read","revoked":true}' >> $dir/tokens.jsonl
  curl -H 'Authorization: Bearer 103-direct-messages' $gate/2/dm_events

EOF

[ $# -eq 0 ] || "$@"

[ -z "${ONCE:-}" ] || exit 0

echo "Serving on $gate until interrupted."

while [ -s "$dir/nginx.pid" ]; do
    sleep 1
done
