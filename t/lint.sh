#!/bin/sh
# One TAP line a rule.  A rule prints what breaks it.
cd "$(dirname "$0")/.." || exit 1

src=ngx_dm_permission_module
all=$(git ls-files '*.[ch]' '*.sh' '*.t' '*.pm' '*.md' config \
      | grep -v '^t/fuzz/corpus/')
c=$(git ls-files "$src/*.[ch]")
core=$(git ls-files "$src/core/*.[ch]")
sources=$(git ls-files "$src/*.c")
nginx=build/nginx-src/src
include="-I $src/core -I $src/http"
for dir in $nginx/core $nginx/event $nginx/event/modules $nginx/os/unix \
           $nginx/http $nginx/http/modules $nginx/http/v2 build/nginx; do
    include="$include -isystem $dir"
done
n=0
failed=0

rule() {
    n=$((n + 1))
    if [ -z "$2" ]; then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        echo "$2"
        failed=1
    fi
}

# A string literal stays in one line, to be found by grep.
# ctuuninitvar takes the address of a record to be filled for a reading of it.

tab=$(printf '\t')

# shellcheck disable=SC2086
{
    rule 'no tab' "$(grep -n "$tab" $c)"
    rule 'no trailing white space' "$(grep -nE ' +$' $all)"
    rule 'no unfinished mark' "$(grep -nwE 'TODO|FIXME|XXX' $c)"
    rule 'lines of 80 columns' "$(awk 'length > 80 && !/"/ {
        print FILENAME ":" FNR }' $c)"
    rule 'core knows no server' "$(grep -nE 'ngx_[a-z]|NGX_' $core)"
    rule 'functions below 80 lines' "$(awk '/^{/ { at = FNR }
        /^}/ && at { if (FNR - at >= 80) print FILENAME ":" at; at = 0 }' \
        $(git ls-files "$src/*.c"))"
    rule 'files of 450 lines' "$(awk 'FNR == 451 { print FILENAME }' $c)"
    rule 'what decides, counts or syncs does so alone' \
        "$(for one in gate stream delivery status sync; do
            for other in gate stream delivery status; do
                [ $one = $other ] || grep -sn "include .ngx_http_dm_$other" \
                    $src/http/ngx_http_dm_$one*.[ch]
            done
        done)"
    rule "nginx's headers come first: they say what the system's shall hold" \
        "$(awk '/^#include/ && !seen[FILENAME]++ && !/[<"]ngx_/ {
            print FILENAME ":" FNR }' $(git ls-files "$src/http/*.[ch]"))"
    rule 'the command knows the core alone' \
        "$(grep -n '#include "ngx_' $src/cli/*.c)"
    rule 'cppcheck' "$(cppcheck -q -j "$(nproc)" --std=c11 \
        --enable=warning,performance,portability --inline-suppr \
        --suppress=missingIncludeSystem --suppress=ctuuninitvar \
        -I $src/core -I $src/http $sources 2>&1)"

    for cc in gcc clang; do
        rule "$cc has nothing to warn of" "$(echo $sources \
            | xargs -n 8 -P "$(nproc)" $cc -std=gnu11 -D_GNU_SOURCE \
                -fsyntax-only -Wall -Wextra -Werror $include 2>&1)"
    done

    rule 'clang-tidy' "$(echo $sources \
        | xargs -n 8 -P "$(nproc)" sh -c 'include=$1; shift
            clang-tidy --quiet "$@" -- -std=gnu11 -D_GNU_SOURCE $include' \
            tidy "$include" 2>/dev/null)"
}

exit $failed
