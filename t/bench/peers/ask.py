#!/usr/bin/env python3
"""ask.py PATH TOKEN COUNT: requests, one after the other, on one connection."""

import sys

from server import Client

path, token, count = sys.argv[1:]
client = Client()

for _ in range(int(count)):
    client.status(path, token)
