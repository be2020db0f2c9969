#!/bin/sh
# The source and the binary package, of a copy of the tree, in build/package.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
out=$BUILD/package
version=$(dpkg-parsechangelog -l "$top/debian/changelog" -S Version)
tree=$out/libnginx-mod-http-dm-permission-$version

rm -rf "$out"
mkdir -p "$tree"
tar -C "$top" --exclude=./build --exclude=./.git --exclude=./t/servroot \
    -cf - . | tar -C "$tree" -xf -

# what make has handed down is about this tree, not about that one
cd "$tree"
env -u BUILD -u DM_NGINX -u MAKEFLAGS -u MAKELEVEL -u MFLAGS \
    dpkg-buildpackage -us -uc > "$out/build.log" 2>&1 \
    || { tail -40 "$out/build.log"; exit 1; }
cd "$out"
rm -r "$tree"
lintian --fail-on error,warning --no-tag-display-limit ./*.changes
