#!/bin/bash
# A gate on 127.0.0.1:8193 before an origin on 127.0.0.1:8194, both in one
# nginx with its own prefix below build.  ONCE=1 ends after the tour.
set -u
cd "$(dirname "$0")/.." || exit 1

nginx=${TEST_NGINX_BINARY:-$(command -v nginx || echo /usr/sbin/nginx)}
module=$PWD/build/ngx_http_dm_permission_module.so
root=$PWD/build/demo
gate=http://127.0.0.1:8193
pid=

rm -rf "$root"
mkdir -p "$root/conf" "$root/logs" "$root/tmp"
cp t/demo/tokens.jsonl "$root/tokens.jsonl"

cat > "$root/conf/nginx.conf" <<EOF
load_module $module;
daemon off;
worker_processes 1;
pid logs/nginx.pid;
error_log logs/error.log info;
events { }
http {
    client_body_temp_path tmp/body;
    proxy_temp_path tmp/proxy;
    fastcgi_temp_path tmp/fastcgi;
    uwsgi_temp_path tmp/uwsgi;
    scgi_temp_path tmp/scgi;
    log_format gate '\$status \$dm_permission_status \$dm_permission_reason '
                    '\$dm_permission_action \$dm_permission_app '
                    '\$dm_permission_token';
    access_log off;

    dm_permission_table $root/tokens.jsonl zone=tokens:1m;

    server {
        listen 127.0.0.1:8193;
        access_log logs/gate.log gate;
        dm_permission zone=tokens;
        dm_permission_access_level on;

        location / {
            proxy_pass http://127.0.0.1:8194;
        }
    }

    server {
        listen 127.0.0.1:8194;
        location / {
            return 200 "the origin answers\n";
        }
    }
}
EOF

"$nginx" -p "$root/" -e logs/error.log -c conf/nginx.conf &
pid=$!
trap 'kill "$pid" 2> /dev/null; wait "$pid"' EXIT
trap 'exit 0' INT TERM

for _ in $(seq 100); do
    curl -s -o /dev/null "$gate/" && break
    kill -0 "$pid" 2> /dev/null || exit 1
    sleep 0.05
done

failed=0

# show CODE TITLE CURL-ARGUMENT...
show() {
    local code=$1 title=$2 answer
    shift 2
    answer=$(curl -s -w '\n%{http_code}' "$@")
    printf '%s\n    %s  %s\n' "$title" "${answer##*$'\n'}" \
        "$(head -1 <<< "${answer%$'\n'*}")"

    if [ "${answer##*$'\n'}" != "$code" ]; then
        echo "    expected $code"
        failed=1
    fi
}

inbox=$gate/1.1/direct_messages.json
send=$gate/1.1/direct_messages/new.json

bearer() {
    printf 'Authorization: Bearer %s' "$1"
}

show 200 'A path that is not guarded' "$gate/1.1/statuses/home_timeline.json"
show 401 'The inbox without a token' "$inbox"
show 403 'with a token the file does not hold' -H "$(bearer none)" "$inbox"
show 403 'with a read-write token' -H "$(bearer demo-write)" "$inbox"
show 200 'with a direct-message token' -H "$(bearer demo-dm)" "$inbox"
show 200 'the same, signed with OAuth 1.0a' \
    -H 'Authorization: OAuth oauth_consumer_key="ck", oauth_token="demo-dm"' \
    "$inbox"
show 403 'with that level from xAuth, so lowered' \
    -H "$(bearer demo-xauth)" "$inbox"
show 401 'with a revoked token' -H "$(bearer demo-revoked)" "$inbox"
show 403 'with a token of a suspended app' \
    -H "$(bearer demo-suspended)" "$inbox"
show 403 'with an app-only token' -H "$(bearer demo-app-only)" "$inbox"
show 200 'Sending with a read-write token' -X POST \
    -H "$(bearer demo-write)" "$send"
show 403 'with a read token' -X POST -H "$(bearer demo-read)" "$send"
show 400 'Two credentials' -H "$(bearer demo-dm)" \
    "$inbox?access_token=demo-dm"
show 403 'A path that only the origin would decode' \
    -H "$(bearer demo-write)" "$gate/1.1/%2564irect_messages.json"

echo '{"token":"demo-dm","app":"8840","user":3,"access":"read-write-directmessages","revoked":true}' \
    >> "$root/tokens.jsonl"
sleep 1.5
show 401 'The direct-message token, after one appended line revoked it' \
    -H "$(bearer demo-dm)" "$inbox"

echo
echo "access log, $root/logs/gate.log:"
tail -3 "$root/logs/gate.log"

if [ "${ONCE:-}" = 1 ]; then
    exit $failed
fi

cat <<EOF

Serving $gate until interrupted.  To see an answer change, append a line:

    echo '{"token":"demo-write","app":"8840","user":2,"access":"read-write-directmessages"}' \\
        >> $root/tokens.jsonl
    curl -i -H 'Authorization: Bearer demo-write' $inbox
EOF
wait "$pid"
