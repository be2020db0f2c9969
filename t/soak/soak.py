#!/usr/bin/env python3
"""Why: faults that take hours to be seen: memory that is not given back, a
decision that is wrong once in a million, a record that is missing.

soak.py [MINUTES]: requests, streams and deliveries all the time, while the file
changes, processes are killed and nginx reloads.  What counts as wrong is what
t/faults has as such, and: a direct message at a client or a webhook that no
version of the file gave it to, or that the ledger does not know of."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(__file__)
sys.path[:0] = [os.path.join(HERE, "../lib"), os.path.join(HERE, "../faults")]
os.environ.setdefault("FAULTS_PORT", "8191")

import faults  # noqa: E402
from listener import Listener  # noqa: E402

MINUTES = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
KEY = "a key of thirty-two bytes and more"
PLACES = """
    dm_permission_ledger %(dir)s/ledger.log key=%(dir)s/ledger.key;
    upstream hook.example { server unix:%(dir)s/hook.sock; keepalive 4; }
    server {
        listen 127.0.0.1:%(port)d;
        location = /stream {
            dm_permission zone=t;
            dm_permission_log_level info;
            dm_permission_stream user;
            proxy_buffering off;
            proxy_pass http://unix:%(dir)s/stream.sock:;
        }
        location = /hook {
            dm_permission zone=t;
            dm_permission_log_level info;
            dm_permission_delivery app=$http_x_app;
            proxy_pass $dm_permission_webhook;
        }
"""

faults.CONF = faults.CONF.replace("""
    server {
        listen 127.0.0.1:%(port)d;""", PLACES).replace(
            "worker_connections 64", "worker_connections 256")


class Model(faults.Model):
    """Two apps with one webhook; only the first may have messages."""

    def snapshot(self, levels, version):
        app = '{"app":"%d","webhooks":["http://hook.example/in"]}\n'
        head, lines = super().snapshot(levels, version).split("\n", 1)
        return (head + "\n" + app % 8 + app % 9
                + lines.replace('"records":%d' % (faults.PROBES + faults.FILLER),
                                '"records":%d' % (faults.PROBES + faults.FILLER
                                                  + 2)))

    def granted(self, i, low):
        """Whether any version since then lets token i have direct messages."""
        return any(version[i] == 200 for version in self.versions[low:])


class Traffic:
    """What goes through streams and to webhooks, and is wrong with it."""

    def __init__(self, model):
        self.model = model
        self.lock = threading.Lock()
        self.sent = {}              # id -> user, least version
        self.got = set()            # ids that arrived
        self.wrong = []
        self.posts = 0
        self.next = 1
        self.stopped = False

    def new(self, user):
        with self.lock:
            ident = self.next
            self.next += 1
            self.sent[ident] = user, self.model.known
        return ident

    def arrived(self, ident, user, where):
        whose, low = self.sent[ident]
        if user != whose or not self.model.granted(user, low):
            self.wrong.append("message %d of user %d, %s of user %d"
                              % (ident, whose, where, user))
        with self.lock:
            self.got.add(ident)

    def origin(self, sock):
        """Posts and direct messages, until the client is gone."""
        head, _ = faults.message(sock)
        user = int(re.search(rb"Bearer p(\d+)", head).group(1))
        sock.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while not self.stopped:
            sock.sendall(b'{"text":"a post"}\r\n')
            sock.sendall(b'{"direct_message":{"id":%d,"text":"private"}}\r\n'
                         % self.new(user))
            time.sleep(0.01)

    def webhook(self, sock):
        while True:
            _, body = faults.message(sock)
            event = json.loads(body)
            user = int(event["for_user_id"])
            for one in event["direct_message_events"]:
                self.arrived(int(one["id"]), user, "webhook")
            sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    def reader(self, seed):
        """Opens a stream after the other, and reads each for a while."""
        dice = random.Random(seed)
        while not self.stopped:
            user = dice.randrange(faults.PROBES)
            try:
                with faults.connect() as sock:
                    self.read(sock, user, time.monotonic() + dice.random() * 4)
            except OSError:
                time.sleep(0.01)

    def read(self, sock, user, until):
        sock.sendall(b"GET /stream HTTP/1.0\r\nAuthorization: Bearer p%d\r\n\r\n"
                     % user)
        data = b""
        while time.monotonic() < until and not self.stopped:
            data += faults.more(sock)
            lines = data.split(b"\n")
            data = lines.pop()
            for line in lines:
                found = re.match(rb'\{"direct_message":\{"id":(\d+)', line)
                if found:
                    self.arrived(int(found.group(1)), user, "stream")
                self.posts += line.startswith(b'{"text"')

    def sender(self, seed):
        """One in four deliveries is for the app that may not have it."""
        dice = random.Random(seed)
        sock = None
        while not self.stopped:
            user = dice.randrange(faults.PROBES)
            app = 8 if dice.random() < 0.75 else 9
            ident = self.new(user)
            body = json.dumps({"for_user_id": str(user),
                               "direct_message_events": [{"id": str(ident)}]})
            try:
                sock = sock or faults.connect()
                sock.sendall(("POST /hook HTTP/1.1\r\nHost: x\r\nX-App: %d\r\n"
                              "Content-Length: %d\r\n\r\n%s"
                              % (app, len(body), body)).encode())
                code = faults.message(sock)[0][9:12]
            except OSError:
                sock = None
                continue
            if app == 9 and (code == b"200" or ident in self.got):
                self.wrong.append("app 9 got message %d" % ident)
            time.sleep(0.002)


def stir(server, dice):
    """One thing that happens to a fleet."""
    roll = dice.random()
    now = faults.children(server.master())
    if roll < 0.80:
        server.file.change()
    elif roll < 0.90:
        os.kill(server.master(), signal.SIGHUP)
    elif roll < 0.93 and now["worker"]:
        os.kill(dice.choice(now["worker"]), signal.SIGKILL)
    elif roll < 0.96 and now["helper"]:
        os.kill(now["helper"][-1], signal.SIGKILL)
    else:
        os.kill(server.master(), signal.SIGUSR1)
    time.sleep(dice.random() * 0.2)
    server.in_step()


def in_ledger(path, traffic):
    """Whatever arrived is in it, and nobody has changed it."""
    known = set()
    with open(path + "/ledger.log") as lines:
        for line in lines:
            try:
                record = json.loads(line)
            except ValueError:          # a process was killed in it
                continue
            if record.get("decision") in ("delivered", "passed"):
                known.update(int(e) for e in record.get("events", []))
                if "message" in record:
                    known.add(int(record["message"]))
    lost = traffic.got - known
    faults.result(traffic.got and not lost, "what arrived is in the ledger",
                  "%d of %d are not: %s" % (len(lost), len(traffic.got),
                                            sorted(lost)[:5]))
    told = json.loads(subprocess.run(
        [faults.BUILD + "/dm-permission", "ledger", "verify", "--json", "--key",
         path + "/ledger.key", path + "/ledger.log"],
        stdout=subprocess.PIPE, check=False).stdout)
    odd = [one for one in told["findings"]
           if one["fault"] not in ("not_closed", "cut_off", "no_worker")]
    faults.result(not odd, "the ledger is whole but for who was killed",
                  str(odd[:3]))


def soak(server, traffic, path):
    dice = random.Random(faults.SEED)
    until = time.monotonic() + MINUTES * 60
    rounds = 0
    held = None
    while time.monotonic() < until or held is None:
        for _ in range(40):
            stir(server, dice)
        rounds += 1
        if rounds == 1:                 # each list of free memory is filled
            server.settle()
            held = server.held()
    server.check("%d changes, kills, reloads" % (rounds * 40), held, slack=4096)
    traffic.stopped = True
    faults.result(not traffic.wrong, "no message to whom it was not granted",
                  "; ".join(traffic.wrong[:3]))
    print("# %d messages arrived, %d were kept back, %d posts"
          % (len(traffic.got), len(traffic.sent) - len(traffic.got),
             traffic.posts))


def main():
    path = tempfile.mkdtemp(prefix="dm-soak-")
    try:
        with open(path + "/ledger.key", "w") as f:
            f.write(KEY)
        os.chmod(path + "/ledger.key", 0o600)
        faults.Model = Model
        os.makedirs(path + "/data")
        server = faults.Server(path)
        traffic = Traffic(server.model)
        Listener(path + "/stream.sock", traffic.origin)
        Listener(path + "/hook.sock", traffic.webhook)
        for i in range(4):
            threading.Thread(target=traffic.reader, args=(i,),
                             daemon=True).start()
        for i in range(2):
            threading.Thread(target=traffic.sender, args=(i,),
                             daemon=True).start()
        soak(server, traffic, path)
        server.stop()
        in_ledger(path, traffic)
        faults.calm(path)
    except (RuntimeError, OSError) as error:
        faults.result(False, "the soak", "%s\n%s" % (error, faults.read(
            path + "/error.log")[-3000:].replace("\n", "\n# ")))
    finally:
        if os.path.exists(path + "/nginx.pid"):
            os.kill(int(faults.read(path + "/nginx.pid")), signal.SIGTERM)
        shutil.rmtree(path, ignore_errors=True)
    print("1..%d" % faults.count)
    return 1 if faults.failed else 0


if __name__ == "__main__":
    sys.exit(main())
