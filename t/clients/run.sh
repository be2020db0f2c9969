#!/bin/sh
# Why: what a library sends is not what a specification shows. Those that
# people use meet the demo's gate, once its tour has shown what it should.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
port=${DEMO_PORT:-8193}
out=$(mktemp)
trap 'rm -f "$out"' EXIT

cd "$top" || exit 1

# shellcheck disable=SC2016
DEMO_PORT=$port ONCE=1 t/demo/run.sh sh -c '
    /usr/bin/python3 t/clients/requests-oauthlib.py "$1"
    NODE_PATH=/usr/share/nodejs node t/clients/oauth-1.0a.js "$1"
    perl t/clients/www-oauth.pl "$1"' - "http://127.0.0.1:$port" \
    > "$out" 2>&1
rc=$?

grep -v '^ *->' "$out"

codes=$(sed -n 's/.*-> \([0-9]*\)$/\1/p' "$out" | tr '\n' ' ')
if [ "$codes" = "200 401 403 403 200 403 200 403 401 403 403 400 403 " ]; then
    echo "ok 1 - the tour"
else
    echo "not ok 1 - the tour: $codes"
    rc=1
fi

# each program ends with its plan
if [ "$(grep -c '^1\.\.' "$out")" -ne 3 ]; then
    echo "not ok 2 - a program did not come to its end"
    rc=1
fi

! grep -q '^not ok' "$out" && exit $rc
exit 1
