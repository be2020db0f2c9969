#!/bin/sh
# FAULTS: "long" for as long as it takes.
# shellcheck disable=SC2086
exec "$(dirname "$0")/faults.py" ${FAULTS:-}
