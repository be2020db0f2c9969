#!/bin/sh
# Why: a start waits for the table, and a change of the file for its reading.
# Of text, beside jansson alone and beside memchr for its newlines; of an
# image, beside sha256sum of it.  Then what a token takes of the zone, and what
# memory the making of an image takes beside its size.  Prints, and fails by no
# figure.  BENCH_TOKENS: how many (1000000 and 10000000), BENCH_SEED (1).
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$top/build/bench-table
src=$top/ngx_dm_permission_module

mkdir -p "$dir"
trap 'rm -f "$dir/tokens.jsonl" "$dir/tokens.img"' EXIT
trap 'exit 1' INT TERM

compile() {
    "${CC:-cc}" -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror \
        -I"$src/core" "$@"
}

compile "$top/t/bench/generate.c" -o "$dir/generate"
compile "$top/t/bench/table.c" "$top"/build/core/*.o -o "$dir/table" \
    -ljansson -lcrypto

# compiled: the most memory that "compile" takes, in kilobytes
compiled() {
    python3 -c '
import resource, subprocess, sys
image = open(sys.argv[3], "wb")
subprocess.run([sys.argv[1], "compile", sys.argv[2]], stdout=image,
               stderr=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
' "$top/build/dm-permission" "$dir/tokens.jsonl" "$dir/tokens.img"
}

for tokens in ${BENCH_TOKENS:-1000000 10000000}; do
    "$dir/generate" "$tokens" "${BENCH_SEED:-1}" > "$dir/tokens.jsonl"
    memory=$(compiled)
    image=$(($(wc -c < "$dir/tokens.img") / 1024))

    echo "$tokens tokens"
    "$dir/table" "$dir/tokens.jsonl" "$dir/tokens.img"
    printf '%-24s %8d of memory for %d\n\n' 'compile, KB' "$memory" "$image"
done
