#!/bin/sh
# The HTML view in a browser: light, dark, and as wide as a phone.  Its script
# must run under the page's own policy, and tell of an outage.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
dir=$top/build/browser
port=${BROWSER_PORT:-3790}
url=http://127.0.0.1:$port
failed=0

rm -rf "$dir"
mkdir -p "$dir/logs"

{
    echo '{"table":{"revision":"2011-06-30/42"}}'
    for app in 1 2 3 4 5 6 7 8; do
        echo "{\"token\":\"r$app\",\"app\":\"app-$app\",\"user\":1,\"access\":\"read\"}"
        echo "{\"token\":\"d$app\",\"app\":\"app-$app\",\"user\":1,\"access\":\"read-write-directmessages\"}"
    done
    echo '{"token":"x","app":"<script>document.title=666</script>","user":1,"access":"read"}'
    echo '{"token":"y","app":"\"><img src=x onerror=document.title=666>","user":1,"access":"read"}'
} > "$dir/tokens.jsonl"

cat > "$dir/nginx.conf" <<CONF
load_module $top/build/ngx_http_dm_permission_module.so;
error_log logs/error.log info;
pid logs/nginx.pid;
events { }
http {
    access_log off;
    dm_permission_table tokens.jsonl zone=tokens:1m interval=100ms;
    server {
        listen 127.0.0.1:$port;
        dm_permission zone=tokens;
        dm_permission_dry_run on;
        location / { alias /dev/; try_files /null =204; }
        location /enforced/ {
            dm_permission_dry_run off;
            dm_permission_action read;
            try_files /null =204;
        }
        location = /status { dm_permission_status; }
    }
}
CONF

nginx -p "$dir" -c nginx.conf
trap 'kill "$(cat "$dir/logs/nginx.pid")" 2>/dev/null || :' EXIT

ask() {
    curl -s -o /dev/null -H "Authorization: Bearer $1" "$url$2"
}

check() {
    if eval "$2"; then
        echo "ok $1"
    else
        echo "not ok $1"
        failed=1
    fi
}

# name, width, flags
view() {
    name=$1
    width=$2
    shift 2
    timeout 60 chromium --headless --no-sandbox --virtual-time-budget=2500 --disable-gpu --hide-scrollbars \
        --user-data-dir="$dir/profile" --window-size="$width" "$@" "$url/status" \
        2> "$dir/$name.log"
}

for app in 1 2 2 3 3 3 4; do ask "r$app" /2/dm_events; done
for app in 5 6 7 8; do ask "d$app" /2/dm_events; ask "r$app" /enforced/; done
ask x /2/dm_events
ask y /2/dm_events
echo '{}' >> "$dir/tokens.jsonl"

for i in $(seq 100); do
    ! curl -s "$url/status" | grep -q '"line": 20' || break
    sleep 0.1
done

dark=--blink-settings=preferredColorScheme=0
view light 1200,1500 --screenshot="$dir/light.png"
view dark 1200,1500 $dark --screenshot="$dir/dark.png"
view phone 390,1900 --screenshot="$dir/phone.png"
view dom 1200,900 --enable-logging=stderr \
    --dump-dom > "$dir/dom.html"

check 'the three pictures differ' \
    '[ "$(md5sum "$dir"/*.png | cut -c -32 | sort -u | wc -l)" = 3 ]'
check 'the script has told the rates' \
    'grep -q "data-r=\"tokens.all.passed.\">0/s<" "$dir/dom.html"'
check 'the page is not said to be old' \
    'grep -q "<body>\|<body class=\"\">" "$dir/dom.html"'
check 'the error is shown' 'grep -q "line 20: none of" "$dir/dom.html"'
check 'an id is no markup' \
    '! grep -q "<title>666\|<img\|onerror=[^&]*>" "$dir/dom.html"'
check 'nothing was refused by the policy' \
    '! grep -i "CONSOLE\|violates\|Refused" "$dir/dom.log"'

[ $failed = 0 ] && echo "pictures: $dir/*.png"
exit $failed
