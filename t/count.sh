#!/bin/sh
# count.sh NAME PROGRAM...: runs each, as many at once as there are processors
# (JOBS), each with ten ports and a directory for nginx; counts cases from its
# cmocka or TAP output (a program without either is one case).
# count.sh sum: the closing line.
set -u

dir=${BUILD:-build}
mkdir -p "$dir"

if [ "$1" = sum ]; then
    awk '{ p += $1; f += $2 } END { printf "%d passed, %d failed\n", p, f;
         exit f != 0 || p == 0 }' "$dir"/count.*
    exit
fi

name=$1
shift

# of more than one program each is run by this file again, in its turn
if [ -z "${SLOT:-}" ]; then
    rm -f "$dir/count.$name"
    printf '%s\n' "$@" | xargs -n 1 -P "${JOBS:-$(nproc)}" \
        --process-slot-var=SLOT "$0" "$name" && exit

    awk '{ f += $2 } END { exit f == 0 }' "$dir/count.$name" \
        || echo "0 1" >> "$dir/count.$name"
    exit 1
fi

out=$dir/out.$SLOT
export TEST_NGINX_SERVER_PORT=$((1984 + 10 * SLOT))
export TEST_NGINX_SERVROOT="$dir/servroot.$SLOT"
program=$1

case $program in
    *.t) set -- perl "$program" ;;
esac

timeout "${LIMIT:-600}" "$@" > "$out" 2>&1
rc=$?
ok=$(grep -cE '^(\[       OK \]|ok [0-9])' "$out")
bad=$(grep -cE '^(\[  FAILED  \] test|\[  FAILED  \] [a-z_]+$|not ok [0-9])' "$out")

if [ $rc -ne 0 ] && [ "$bad" -eq 0 ]; then
    bad=1
fi

if [ $rc -eq 0 ] && [ "$ok" -eq 0 ]; then
    ok=1
fi

{
    echo "$(basename "$program"): $ok ok, $bad failed"
    [ "$bad" -eq 0 ] || cat "$out"
} > "$out.text"

cat "$out.text"
echo "$ok $bad" >> "$dir/count.$name"
[ "$bad" -eq 0 ]
