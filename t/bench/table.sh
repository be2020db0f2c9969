#!/bin/sh
# Why: a start waits for the table, and a change of the file for its reading.
# BENCH_TOKENS: how many (1000000).
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$top/build/bench-table
tokens=${BENCH_TOKENS:-1000000}
src=$top/ngx_dm_permission_module

mkdir -p "$dir"

compile() {
    "${CC:-cc}" -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror \
        -I"$src/core" "$@"
}

compile "$top/t/bench/generate.c" -o "$dir/generate"
compile "$top/t/bench/table.c" "$src"/core/*.c -o "$dir/table" -ljansson -lcrypto

"$dir/generate" "$tokens" > "$dir/tokens.jsonl"
echo "$tokens tokens"
"$dir/table" "$dir/tokens.jsonl"
rm -f "$dir/tokens.jsonl"
