#!/bin/sh
# One TAP line a fuzzer, as many at once as there are processors; new inputs go
# below build, the seeds stay as they are.
cd "$(dirname "$0")/../.." || exit 1

# run.sh NAME: one of them, whose file .ok says that it went well
if [ $# -ne 0 ]; then
    seeds=t/fuzz/corpus/${1#fuzz_}
    work=build/fuzz/corpus/$1

    rm -f "build/fuzz/$1.ok"
    mkdir -p "$work"
    [ ! -d "$seeds" ] || cp -r "$seeds/." "$work/"

    "build/fuzz/$1" -max_total_time="${FUZZ_SECONDS:-10}" -timeout=30 \
        -rss_limit_mb=1024 -artifact_prefix="build/fuzz/$1-" \
        "$work" > "build/fuzz/$1.log" 2>&1 && : > "build/fuzz/$1.ok"
    exit 0
fi

names=$(basename -s .c t/fuzz/fuzz_*.c)
n=0
failed=0

echo "$names" | xargs -n 1 -P "$(nproc)" "$0"

for name in $names; do
    n=$((n + 1))

    if [ -e "build/fuzz/$name.ok" ]; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        tail -30 "build/fuzz/$name.log"
        failed=1
    fi
done

exit $failed
