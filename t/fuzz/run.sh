#!/bin/sh
# One TAP line a fuzzer; new inputs go below build, the seeds stay as they are.
cd "$(dirname "$0")/../.." || exit 1

n=0
failed=0

for source in t/fuzz/fuzz_*.c; do
    name=$(basename "$source" .c)
    seeds=t/fuzz/corpus/${name#fuzz_}
    work=build/fuzz/corpus/$name
    n=$((n + 1))

    mkdir -p "$work"
    [ ! -d "$seeds" ] || cp -r "$seeds/." "$work/"

    if "build/fuzz/$name" -max_total_time="${FUZZ_SECONDS:-10}" -timeout=5 \
        -rss_limit_mb=1024 -artifact_prefix="build/fuzz/$name-" \
        "$work" > "build/fuzz/$name.log" 2>&1
    then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        tail -30 "build/fuzz/$name.log"
        failed=1
    fi
done

exit $failed
