#!/usr/bin/env python3
"""Why: between the bytes of a connection and the core there is nginx, whose
idea of a request's parts no fuzzer of the core has.  Whole requests, changed at
random, cut anywhere, one behind the other, to a single-process nginx whose
module has sanitizers.  It has to be there afterwards, to answer the next one as
ever, and the origin must not see a direct-message read of a token that may not.

FUZZ_SECONDS (10), SEED (1).  Prints TAP; what was sent last before a fault is left
in build/fuzz/request-SEED."""

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

from listener import Listener  # noqa: E402

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
BUILD = os.environ.get("BUILD", f"{TOP}/build")
DIR = f"{BUILD}/fuzz/request"
PORT = int(os.environ.get("FUZZ_PORT", "8194"))
SECONDS = int(os.environ.get("FUZZ_SECONDS", "10"))
CLIENTS = 16
SEED = int(os.environ.get("SEED", "1"))
MODULE = f"{BUILD}/sanitized/ngx_http_dm_permission_module.so"

TOKENS = """{"app":"1","consumer_key":"ck","webhooks":["http://hook.example/in"]}
{"token":"reader","app":"1","user":1,"access":"read"}
{"token":"writer","app":"1","user":2,"access":"read-write"}
{"token":"owner","app":"1","user":3,"access":"read-write-directmessages"}
{"end":{"records":4}}
"""

CONF = f"""
load_module {MODULE};
daemon off;
master_process off;
pid {DIR}/nginx.pid;
error_log {DIR}/error.log info;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {DIR}/tmp/b;
    proxy_temp_path {DIR}/tmp/p;
    fastcgi_temp_path {DIR}/tmp/f;
    uwsgi_temp_path {DIR}/tmp/u;
    scgi_temp_path {DIR}/tmp/s;
    client_header_timeout 200ms;
    client_body_timeout 200ms;
    keepalive_timeout 100ms;
    lingering_close off;
    underscores_in_headers on;
    log_format all '$dm_permission_status $dm_permission_reason '
                   '$dm_permission_action $dm_permission_access '
                   '$dm_permission_app $dm_permission_user '
                   '$dm_permission_token $dm_permission_webhook';
    access_log {DIR}/access.log all;
    dm_permission_table {DIR}/tokens.jsonl zone=t:1m;
    dm_permission_ledger {DIR}/ledger;
    upstream hook.example {{ server unix:{DIR}/origin.sock; }}
    upstream origin {{ server unix:{DIR}/origin.sock; }}

    server {{
        listen 127.0.0.1:{PORT};
        dm_permission zone=t;
        dm_permission_log_level info;
        dm_permission_credentials header query body;
        dm_permission_route read GET /api/:id/*;
        location / {{ proxy_pass http://origin; }}
        location /user {{ dm_permission_stream user;
                          proxy_pass http://origin; }}
        location /site {{ dm_permission_stream site;
                          proxy_pass http://origin; }}
        location /hook {{
            dm_permission_delivery app=$http_x_app;
            proxy_pass $dm_permission_webhook;
        }}
        location = /status {{ dm_permission_status; }}
    }}
}}
"""

OAUTH = ('OAuth realm="", oauth_consumer_key="ck", oauth_nonce="n", '
         'oauth_signature="tnn%2FjLY%3D", oauth_signature_method="HMAC-SHA1", '
         'oauth_timestamp="1318622958", oauth_token="reader", '
         'oauth_version="1.0"')
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


def request(line, head="", body=""):
    if body and "ransfer-" not in head:
        head += f"Content-Length: {len(body)}\r\n"
    return f"{line} HTTP/1.1\r\nHost: x\r\n{head}\r\n{body}".encode()


BEARER = "Authorization: Bearer reader\r\n"
SEEDS = [
    request("GET /1.1/direct_messages.json", f"Authorization: {OAUTH}\r\n"),
    request("GET /2/dm_events?max=3", BEARER),
    request("GET /1.1/direct_messages/show.xml?id=1&access_token=reader"),
    request("POST /1.1/direct_messages/destroy.json", BEARER + FORM, "id=1"),
    request("POST /1.1/direct_messages/new.json", FORM,
            "access_token=writer&text=%41+b&_method=GET"),
    request("POST /1.1/direct_messages/events/new.json",
            "Authorization: Bearer writer\r\n"
            "Content-Type: application/json\r\n", '{"event":{}}'),
    request("DELETE /2/dm_events/12", BEARER),
    request("POST /1.1/x.json", BEARER + "X-HTTP-Method-Override: DELETE\r\n"
            "Transfer-Encoding: chunked\r\n" + FORM,
            "4\r\na=b&\r\n6\r\nc=d%20\r\n0\r\n\r\n"),
    request("GET /1.1//./direct_messages/..;/%64irect_messages%2ejson",
            BEARER + "X-Original-URL: /2/dm_events\r\n"),
    request("GET http://x/1.1/direct_messages.json", BEARER),
    request("OPTIONS /2/dm_events", "Origin: http://a.example\r\n"
            "Access-Control-Request-Method: GET\r\n"),
    request("GET /api/9/direct", BEARER),
    request("GET /user?oauth_token=reader"),
    request("GET /site", "Authorization: Bearer owner\r\n"),
    request("POST /hook", "X-App: 1\r\n", '{"for_user_id":"3",'
            '"direct_message_events":[{"id":"1","type":"message_create"}]}'),
    request("POST /hook", "X-App: 1\r\nTransfer-Encoding: chunked\r\n",
            '2e\r\n{"for_user_id":1,"direct_message_events":[{}]}\r\n\r\n'
            "0\r\n\r\n"),
    request("GET /status", "Accept: text/html\r\n"),
    request("GET /1.1/statuses/home_timeline.json", BEARER),
]
WORDS = [b"direct_messages", b"/2/dm_events", b"oauth_token=", b"access_token",
         b"_method=DELETE", b"%00", b"%2F", b"%2e%2e/", b"//", b"\r\n", b"\n ",
         b"\"", b",", b"=", b"&", b";", b"\xff\xfe", b"Bearer ", b"OAuth ",
         b"Authorization: ", b"Content-Length: 5\r\n", b"HTTP/1.0",
         b"Transfer-Encoding: chunked\r\n", b"Expect: 100-continue\r\n",
         b"Connection: keep-alive\r\n", b"[" * 300, b"{\"a\":" * 99,
         b"\\u0064", b"A" * 9000, b"Content-Type: application/json\r\n"]

POSTS = (b'{"text":"a post"}\r\n{"direct_message":{"id":1,"text":"private"}}\r\n'
         b'{"for_user":1,"message":{"direct_message":{"id":2}}}\r\n')
PLAIN = re.compile(rb"(?:GET|HEAD) (?:/1(?:\.1)?)?/direct_messages\.json[ ?]")
READER = re.compile(rb"(?im)^authorization: bearer reader\r$")


class Origin:
    """Answers whatever comes; keeps what it should not have been asked."""

    def __init__(self):
        self.wrong = []
        self.asked = 0
        Listener(f"{DIR}/origin.sock", self.serve, timeout=2)

    def serve(self, one):
        data = b""
        while b"\r\n\r\n" not in data:
            piece = one.recv(65536)
            if not piece:
                return
            data += piece
        self.asked += 1
        head = data.split(b"\r\n\r\n")[0] + b"\r\n"
        if PLAIN.match(head) and READER.search(head):
            self.wrong.append(data)
        one.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + POSTS)


def changed(dice):
    data = bytearray(dice.choice(SEEDS))
    for _ in range(dice.choice((0, 1, 1, 1, 2, 3, 8))):
        at = dice.randrange(len(data) + 1)
        kind = dice.randrange(6)
        if kind == 0 and at < len(data):
            data[at] = dice.randrange(256)
        elif kind == 1:
            data[at:at + dice.choice((1, 1, 4, 40))] = b""
        elif kind == 2:
            data[at:at] = dice.choice(WORDS)
        elif kind == 3:
            end = dice.randrange(len(data) + 1)
            data[at:at] = data[at:end]
        elif kind == 4:
            other = dice.choice(SEEDS)
            data[at:] = other[dice.randrange(len(other)):]
        elif at < len(data):
            data[at] ^= 1 << dice.randrange(8)
    return bytes(data)


def send(data, dice):
    """All of it, now and then in two pieces, now and then without its end;
    reads what there is for a while, and whether nginx was there."""
    with socket.create_connection(("127.0.0.1", PORT), 5) as sock:
        try:
            cut = dice.randrange(len(data) + 1) if dice.random() < 0.3 else 0
            sock.sendall(data[:cut])
            sock.sendall(data[cut:])
            if dice.random() < 0.7:
                sock.shutdown(socket.SHUT_WR)
            sock.settimeout(0.02 if dice.random() < 0.2 else 5)
            while sock.recv(65536):
                pass
        except OSError:                 # it has closed, or waits for more
            pass


def answers():
    """What is asked between the others has the answer that it always has."""
    with socket.create_connection(("127.0.0.1", PORT), 30) as sock:
        sock.sendall(request("GET /2/dm_events", BEARER
                             + "Connection: close\r\n"))
        data = b""
        while True:
            piece = sock.recv(65536)
            if not piece:
                break
            data += piece
    return data.startswith(b"HTTP/1.1 403 ") and b'"code":93' in data


def start():
    shutil.rmtree(DIR, ignore_errors=True)
    os.makedirs(f"{DIR}/tmp")
    for name, text in (("nginx.conf", CONF), ("tokens.jsonl", TOKENS)):
        with open(f"{DIR}/{name}", "w") as out:
            out.write(text)
    with open(f"{DIR}/stderr", "wb") as log:
        return subprocess.Popen([f"{TOP}/t/sanitized-nginx.sh", "-p", DIR, "-c",
                                 f"{DIR}/nginx.conf"], stdin=subprocess.DEVNULL,
                                stdout=log, stderr=log)


def up(process):
    for _ in range(1000):
        if process.poll() is not None:
            return False
        try:
            return answers()
        except ConnectionError:
            time.sleep(0.01)
    return False


class Client(threading.Thread):
    """One of several, since each waits for timeouts most of the time."""

    def __init__(self, number, until):
        super().__init__(daemon=True)
        self.dice = random.Random(f"{SEED} {number}")
        self.until = until
        self.sent = 0
        self.last = []
        self.failed = ""

    def run(self):
        dice = self.dice
        while time.monotonic() < self.until and not self.failed:
            data = b"".join(changed(dice)
                            for _ in range(dice.choice((1, 1, 1, 3))))
            self.last = self.last[-19:] + [data]
            try:
                send(data, dice)
                if self.sent % 20 == 0 and not answers():
                    self.failed = "another answer"
            except OSError as error:
                self.failed = repr(error)
            self.sent += 1


def fuzz():
    """How many connections there were, what went wrong, the last of them."""
    clients = [Client(i, time.monotonic() + SECONDS) for i in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return (sum(client.sent for client in clients),
            [client.failed for client in clients if client.failed],
            [data for client in clients for data in client.last])


def main():
    process = start()
    origin = Origin()
    try:
        good = up(process)
        sent, why, last = fuzz() if good else (0, ["not started"], [])
        good = not why and answers() and process.poll() is None
    finally:
        process.send_signal(signal.SIGQUIT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            good = False
    with open(f"{DIR}/stderr", encoding="latin-1") as err, \
            open(f"{DIR}/error.log", encoding="latin-1") as log:
        said = err.read() + "".join(
            line for line in log if re.search(r"\[(alert|crit|emerg)\]", line))
    good = good and not re.search("Sanitizer|runtime error|alert|crit", said)
    print(f"{'' if good else 'not '}ok 1 - nothing breaks")
    print(f"{'not ' if origin.wrong else ''}ok 2 - nothing gets round")
    print(f"{'' if origin.asked else 'not '}ok 3 - some get to the origin")
    print(f"# {sent} connections, {origin.asked} to the origin, SEED={SEED}")
    if good and not origin.wrong and origin.asked:
        return 0
    with open(f"{BUILD}/fuzz/request-{SEED}", "wb") as out:
        out.write(b"\n--\n".join(last + origin.wrong))
    print("# " + "; ".join(why) + "\n" + said[-4000:].replace("\n", "\n# "))
    return 1


if __name__ == "__main__":
    sys.exit(main())
