#!/bin/sh
# The same requests each time, unless others are asked for.
exec /usr/bin/python3 "$(dirname "$0")/compare.py" "${REQUESTS:-4000}" "${SEED:-1}"
