#!/usr/bin/env python3
"""load.py PORT CPU COUNT PATH AUTHORIZATION: requests, one after the other, on
one connection.  Each has to be answered with 200.  Prints how many there were
in a second."""

import os
import socket
import sys
import time

port, cpu, count, path, authorization = sys.argv[1:]

# On the server's processor, and never preempting it: whether the next request
# is there before the server asks for it would else be a matter of luck, and
# a hundred instructions.
os.sched_setaffinity(0, {int(cpu)})
os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))

request = (f'GET {path} HTTP/1.1\r\n'
           'Host: api.example.com\r\n'
           'User-Agent: OAuth gem v0.4.4\r\n'
           'Accept: */*\r\n'
           'Accept-Encoding: gzip\r\n'
           f'Authorization: {authorization}\r\n'
           '\r\n').encode()

for _ in range(600):
    try:
        server = socket.create_connection(('127.0.0.1', int(port)), timeout=300)
        break
    except ConnectionRefusedError:
        time.sleep(0.1)
else:
    sys.exit('load.py: nobody listens')

began = time.monotonic()

for _ in range(int(count)):
    server.sendall(request)
    answer = b''

    while b'\r\n\r\n' not in answer or not answer.endswith(b';'):
        piece = server.recv(4096)
        if not piece:
            sys.exit('load.py: closed')
        answer += piece

    if not answer.startswith(b'HTTP/1.1 200 '):
        sys.exit('load.py: ' + answer.split(b'\r\n')[0].decode())

print(f'{int(count) / (time.monotonic() - began):.0f}')
