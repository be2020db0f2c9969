#!/bin/sh
# count.sh NAME PROGRAM...: runs each, counts cases from its cmocka or TAP
# output (a program without either is one case).  count.sh sum: the closing line.
set -u

dir=${BUILD:-build}
mkdir -p $dir

if [ "$1" = sum ]; then
    awk '{ p += $1; f += $2 } END { printf "%d passed, %d failed\n", p, f;
         exit f != 0 || p == 0 }' $dir/count.*
    exit
fi

name=$1
shift
passed=0
failed=0

for program in "$@"; do
    case $program in
        *.t) set -- perl "$program" ;;
        *)   set -- "$program" ;;
    esac

    timeout 600 "$@" > $dir/out.txt 2>&1
    rc=$?
    ok=$(grep -cE '^(\[       OK \]|ok [0-9])' $dir/out.txt)
    bad=$(grep -cE '^(\[  FAILED  \] test|\[  FAILED  \] [a-z_]+$|not ok [0-9])' $dir/out.txt)

    if [ $rc -ne 0 ] && [ "$bad" -eq 0 ]; then
        bad=1
    fi

    if [ $rc -eq 0 ] && [ "$ok" -eq 0 ]; then
        ok=1
    fi

    echo "$(basename "$program"): $ok ok, $bad failed"
    [ "$bad" -eq 0 ] || cat $dir/out.txt
    passed=$((passed + ok))
    failed=$((failed + bad))
done

echo "$passed $failed" > "$dir/count.$name"
[ $failed -eq 0 ]
