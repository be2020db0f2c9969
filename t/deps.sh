#!/bin/sh
# Installs the packages named that are missing; services are not started.
set -e

missing=
for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null \
        | grep -q '^install ok installed' || missing="$missing $package"
done

[ -n "$missing" ] || exit 0

policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' > $policy
    chmod +x $policy
    trap 'rm -f $policy' EXIT
fi

apt-get update -q
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
