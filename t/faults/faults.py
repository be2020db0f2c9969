#!/usr/bin/env python3
"""Why: what keeps the table in step is killed, reloaded, upgraded, runs out of
disk, and no request may be decided by anything but what the file says, or said
a moment ago; nothing may be left behind.

faults.py [long]: bounded to a minute, or as long as it takes.

The file has a version.  Three clients ask all the time; each answer has to be
that of a version from the one that was last seen in force to the one last
written.  A replacement is seen whole: an answer of it rules out all before it
for every token.  An appended line stands alone: it does so for its token."""

import grp
import os
import pwd
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("BUILD", TOP + "/build")
NGINX = shutil.which(os.environ.get("DM_NGINX", "nginx"))
PORT = int(os.environ.get("FAULTS_PORT", "8199"))
SEED = int(os.environ.get("SEED", "1"))
LONG = sys.argv[1:] == ["long"]

PROBES = 400                # tokens that are asked for
FILLER = 20000              # lines between them, for a sync to take its time
ACCESS = {200: ("read-write-directmessages", ""), 403: ("read", ""),
          401: ("read", ',"revoked":true')}
CODES = tuple(ACCESS)

CONF = """
load_module %(module)s;
%(user)s
worker_processes 2;
pid %(dir)s/nginx.pid;
error_log %(dir)s/error.log notice;
events { worker_connections 64; }
http {
    access_log off;
    client_body_temp_path %(dir)s/tmp;
    proxy_temp_path %(dir)s/tmp;
    fastcgi_temp_path %(dir)s/tmp;
    uwsgi_temp_path %(dir)s/tmp;
    scgi_temp_path %(dir)s/tmp;
    keepalive_requests 1000000;
    dm_permission_table %(file)s zone=t:8m interval=100ms;
    server {
        listen 127.0.0.1:%(port)d;
        location = /status { dm_permission_status; }
        location / {
            dm_permission zone=t;
            dm_permission_log_level info;
            add_header X-Revision $dm_permission_revision always;
            root %(dir)s/html;
        }
    }
}
"""

count = 0
failed = 0


def result(good, name, more=""):
    global count, failed
    count += 1
    failed += not good
    print("%sok %d - %s" % ("" if good else "not ", count, name))
    if more and not good:
        print("# " + more)
    sys.stdout.flush()


def skip(name, why):
    global count
    count += 1
    print("ok %d - %s # SKIP %s" % (count, name, why))


def wait_for(what, look, seconds=60):
    until = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > until:
            raise RuntimeError("still not: " + what)
        time.sleep(0.002)


class Model:
    """What each version of the file says."""

    def __init__(self):
        self.lock = threading.Lock()
        self.random = random.Random(SEED)
        self.versions = [[403] * PROBES]
        self.whole = [True]             # a replacement, not appended lines
        self.known = 0                  # in force, as somebody has seen
        filler = '{"token":"f%d","app":"9","user":%d,"access":"read"}\n'
        self.filler = "".join(filler % (i, i) for i in range(FILLER))

    def line(self, i, code):
        return ('{"token":"p%d","app":"8","user":%d,"access":"%s"%s}\n'
                % ((i, i) + ACCESS[code]))

    def snapshot(self, levels, version):
        lines = [self.line(i, code) for i, code in enumerate(levels)]
        return ('{"table":{"revision":"%d"}}\n' % version
                + "".join(lines[:PROBES // 2]) + self.filler
                + "".join(lines[PROBES // 2:])
                + '{"end":{"records":%d}}\n' % (PROBES + FILLER))

    def add(self, levels, whole):
        """Before the file has it: an answer may come at once."""
        with self.lock:
            self.versions.append(levels)
            self.whole.append(whole)
            return len(self.versions) - 1

    def last(self):
        return len(self.versions) - 1


class File:
    """The token file, and all that is written to it."""

    def __init__(self, model, path):
        self.model = model
        self.path = path
        self.put(model.snapshot(model.versions[0], 0))

    def put(self, text):
        with open(self.path + ".new", "w") as f:
            f.write(text)
        os.rename(self.path + ".new", self.path)

    def replace(self):
        m = self.model
        levels = [m.random.choice(CODES) for _ in range(PROBES)]
        version = m.add(levels, True)
        self.put(m.snapshot(levels, version))

    def append(self):
        m = self.model
        levels = list(m.versions[-1])
        text = ""
        for i in m.random.sample(range(PROBES), 3):
            levels[i] = m.random.choice(CODES)
            text += m.line(i, levels[i])
        version = m.add(levels, False)
        text += '{"table":{"revision":"%d"}}\n' % version
        with open(self.path, "a") as f:
            f.write(text)

    def change(self):
        if self.model.random.random() < 0.5:
            self.replace()
        else:
            self.append()


class Client(threading.Thread):
    """Asks for one token after the other, and holds the answers to the model."""

    def __init__(self, model, seed):
        super().__init__(daemon=True)
        self.model = model
        self.random = random.Random(seed)
        self.wrong = []
        self.asked = 0
        self.stopped = False
        self.forget()

    def forget(self):
        """Another master has a table of its own: begin with what is known."""
        self.least = 0
        self.seen = [0] * PROBES

    def run(self):
        sock = None
        while not self.stopped:
            try:
                if sock is None:
                    sock = connect()
                self.ask(sock)
            except OSError:             # its worker was killed
                if sock is not None:
                    sock.close()
                sock = None
                time.sleep(0.005)

    def ask(self, sock):
        i = self.random.randrange(PROBES)
        least, seen = self.least, self.seen
        low = max(self.model.known, least, seen[i])
        code, _ = request(sock, "p%d" % i)
        high = self.model.last()
        self.asked += 1
        for version in range(low, high + 1):
            if self.model.versions[version][i] == code:
                break
        else:
            self.wrong.append("p%d is answered with %d, versions %d to %d say "
                              "otherwise" % (i, code, low, high))
            return
        if seen is not self.seen:
            return
        seen[i] = version
        while not self.model.whole[version]:
            version -= 1
        self.least = max(self.least, version)


def connect():
    return socket.create_connection(("127.0.0.1", PORT), 10)


def request(sock, token, path="/2/dm_events"):
    sock.sendall(("GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
                  "\r\n" % (path, token)).encode())
    head, _ = message(sock)
    revision = re.search(rb"X-Revision: (\d+)", head)
    return int(head[9:12]), int(revision.group(1)) if revision else None


def message(sock):
    """Head and body of a request or a response; without a length, no body."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += more(sock)
    head, body = data.split(b"\r\n\r\n", 1)
    length = re.search(rb"(?i)content-length: (\d+)", head)
    while length and len(body) < int(length.group(1)):
        body += more(sock)
    return head, body


def more(sock):
    data = sock.recv(65536)
    if not data:
        raise ConnectionError("closed")
    return data


def read(name):
    try:
        with open(name) as f:
            return f.read()
    except OSError:
        return ""


def children(pid):
    """The processes that a master has, by what they are."""
    found = {"worker": [], "helper": [], "master": []}
    for one in read("/proc/%d/task/%d/children" % (pid, pid)).split():
        name = read("/proc/%s/cmdline" % one)
        kind = ("worker" if "worker process" in name
                else "helper" if "cache manager" in name
                else "master" if "master process" in name else None)
        if kind and "shutting down" not in name:
            found[kind].append(int(one))
    return found


def memory(pid):
    """Of its own: of what is shared, a process has what it has looked at."""
    found = re.search(r"RssAnon:\s+(\d+)", read("/proc/%d/status" % pid))
    return int(found.group(1)) if found else 0


def files(pid):
    try:
        return len(os.listdir("/proc/%d/fd" % pid))
    except OSError:
        return 0


def mappings(pid):
    return len(re.findall(r" rw-s ", read("/proc/%d/maps" % pid)))


class Server:
    def __init__(self, path):
        self.dir = path
        self.model = Model()
        os.makedirs(path + "/html/2")
        os.makedirs(path + "/tmp")
        with open(path + "/html/2/dm_events", "w") as f:
            f.write("origin")
        for name in ("", "/html", "/html/2"):
            os.chmod(path + name, 0o755)
        self.file = File(self.model, path + "/data/tokens.jsonl")
        user = ""
        if os.getuid() == 0:
            group = grp.getgrgid(pwd.getpwnam("nobody").pw_gid).gr_name
            user = "user nobody %s;" % group
        with open(path + "/nginx.conf", "w") as f:
            f.write(CONF % {"module": BUILD + "/ngx_http_dm_permission_module.so",
                            "dir": path, "file": self.file.path, "port": PORT,
                            "user": user})
        subprocess.run([NGINX, "-p", path, "-c", path + "/nginx.conf"],
                       check=True)
        wait_for("nginx", self.master)
        self.settle()
        self.clients = [Client(self.model, i) for i in range(3)]
        for client in self.clients:
            client.start()

    def master(self):
        return int(read(self.dir + "/nginx.pid") or 0)

    def helper(self):
        """The process that syncs, once there is one."""
        return wait_for("a helper", lambda: children(self.master())["helper"])[-1]

    def settle(self):
        """Two workers and a helper, and none that is about to leave."""
        def look():
            all_of = read("/proc/%d/task/%d/children"
                          % ((self.master(),) * 2)).split()
            now = children(self.master())
            return (len(all_of) == 3 and len(now["worker"]) == 2
                    and len(now["helper"]) == 1)
        wait_for("the processes", look)

    def in_step(self):
        """Until the last version is in force, for all to know."""
        version = self.model.last()

        def look():
            try:
                with connect() as sock:
                    return request(sock, "p0")[1] == version
            except OSError:
                return False
        wait_for("version %d" % version, look)
        self.model.known = version

    def held(self):
        """What a process of each kind holds on to."""
        now = children(self.master())
        pids = [self.master(), now["helper"][0]] + sorted(now["worker"])
        return [(memory(pid), files(pid), mappings(pid)) for pid in pids]

    def check(self, name, held, slack=1024):
        """No wrong answer so far, and no more held than before; a helper that
        was started anew had of its master a channel for each process that there
        was, until it is told that those are gone."""
        self.in_step()
        self.settle()
        until = time.monotonic() + 10
        while (files(self.helper()) > held[1][1]
               and time.monotonic() < until):
            time.sleep(0.01)
        wrong = [w for client in self.clients for w in client.wrong]
        asked = sum(client.asked for client in self.clients)
        for client in self.clients:
            client.wrong, client.asked = [], 0
        result(not wrong and asked > 0, "%s: no wrong decision" % name,
               "%d of %d: %s" % (len(wrong), asked, "; ".join(wrong[:3])))
        print("# %d answers" % asked)
        now = self.held()
        for i, kind in enumerate(("master", "helper")):
            good = (now[i][0] <= held[i][0] + slack
                    and now[i][1] <= held[i][1]
                    and now[i][2] == held[i][2])
            result(good, "%s: the %s holds no more" % (name, kind),
                   "KB, files, mappings: %s, before: %s" % (now[i], held[i]))

    def stop(self):
        for client in self.clients:
            client.stopped = True
        for client in self.clients:
            client.join()
        pid = self.master()
        os.kill(pid, signal.SIGQUIT)
        wait_for("the end", lambda: not os.path.exists("/proc/%d" % pid)
                 or "State:\tZ" in read("/proc/%d/status" % pid))


def killed(server, times):
    """The helper, or now and then a worker, at any moment of a sync."""
    server.in_step()
    held = server.held()
    dice = random.Random(SEED)
    for i in range(times):
        server.file.change()
        time.sleep(dice.random() * 0.05)
        now = children(server.master())
        kind = "worker" if dice.random() < 0.2 and now["worker"] else "helper"
        victim = dice.choice(now[kind]) if now[kind] else server.helper()
        os.kill(victim, signal.SIGKILL)
        wait_for("another", lambda: victim not in children(server.master())[kind])
        if i % 10 == 9:
            server.in_step()
    server.check("%d processes killed" % times, held)


def reloaded(server, times):
    """In the middle of syncs; the first few fill what is kept for the next."""
    dice = random.Random(SEED)
    for i in range(times + 5):
        if i == 5:
            server.settle()
            server.in_step()
            held = server.held()
        server.file.change()
        time.sleep(dice.random() * 0.1)
        os.kill(server.master(), signal.SIGHUP)
        time.sleep(dice.random() * 0.1)
        if i % 5 == 4:
            server.in_step()
    server.check("%d reloads during syncs" % times, held)


def overlapping(server):
    """A helper that a reload could not end yet goes on when it is no longer
    in charge."""
    held = server.held()
    for _ in range(3):
        server.in_step()
        old = server.helper()
        os.kill(old, signal.SIGSTOP)
        before = set(children(server.master())["helper"])
        os.kill(server.master(), signal.SIGHUP)
        wait_for("two helpers", lambda: set(
            children(server.master())["helper"]) - before)
        server.file.replace()
        time.sleep(0.01)
        os.kill(old, signal.SIGCONT)
        server.file.append()
        server.in_step()
        server.settle()
    server.check("helpers of two configurations", held)


def upgraded(server):
    """The new master reads the file for itself: what one of them has seen,
    the other need not have."""
    held = server.held()
    old = server.master()
    server.in_step()
    for client in server.clients:
        client.forget()
    os.kill(old, signal.SIGUSR2)
    new = wait_for("another master", lambda: server.master() not in (0, old)
                   and server.master())
    wait_for("its workers", lambda: len(children(new)["worker"]) == 2)
    os.kill(old, signal.SIGWINCH)
    wait_for("workers to leave", lambda: not children(old)["worker"])
    for client in server.clients:
        client.forget()
    for _ in range(5):
        server.file.change()
        time.sleep(0.02)
    os.kill(old, signal.SIGQUIT)
    wait_for("the old master's end", lambda: not children(old)["helper"]
             and not files(old))
    server.file.replace()
    server.check("binary upgrade", held, slack=4096)


def full(server):
    """A line of which only a part has found room does not count, and nothing
    of what follows it is lost."""
    name = "a full disk"
    path = server.dir + "/data/filler"
    held = server.held()
    server.file.replace()
    server.in_step()
    if not server.small:
        skip(name, "a small file system takes the right to mount one")
        return
    line = server.model.line(0, 401).encode()
    with open(path, "wb", buffering=0) as f:
        try:
            while True:
                f.write(b"x" * 4096)
        except OSError:
            pass
    fd = os.open(server.file.path, os.O_WRONLY | os.O_APPEND)
    whole = part = 0
    try:
        while True:
            part = os.write(fd, line)
            if part < len(line):
                break
            if whole == 0:
                levels = list(server.model.versions[-1])
                levels[0] = 401
                server.model.add(levels, False)
            whole += 1
    except OSError:
        part = 0
    size = os.stat(server.file.path).st_size
    with connect() as sock:
        wait_for("what was whole", lambda: whole == 0
                 or request(sock, "p0")[0] == 401)
        time.sleep(0.3)
        wrong = request(sock, "p0")[0] not in (401, server.model.versions[-1][0])
    result(not wrong, name + ": a part of a line does not count")
    os.unlink(path)
    os.write(fd, line[part:] if part else line)
    os.close(fd)
    if whole == 0:
        levels = list(server.model.versions[-1])
        levels[0] = 401
        server.model.add(levels, False)
    with connect() as sock:
        wait_for("the rest", lambda: request(sock, "p0")[0] == 401)
    print("# %d lines whole, %d bytes of the next, %d in all"
          % (whole, part, size))
    server.file.append()
    server.check(name, held)
    result("skipped" not in read(server.dir + "/error.log"),
           name + ": no line was taken for a bad one")


def unreadable(server):
    """The right to read it is lost, and comes back."""
    server.in_step()
    held = server.held()
    mark = len(read(server.dir + "/error.log"))
    os.chmod(server.file.path, 0)
    wait_for("a word of it", lambda: "could not open" in
             read(server.dir + "/error.log")[mark:])
    time.sleep(0.2)
    log = read(server.dir + "/error.log")[mark:]
    result("(13: Permission denied)" in log and log.count("could not open") == 1,
           "no right to read: said, and once", log)
    server.file.append()
    os.chmod(server.file.path, 0o644)
    server.check("no right to read", held)


def often(server, seconds):
    """Twice a second."""
    server.in_step()
    server.file.replace()
    server.in_step()
    held = server.held()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        server.file.replace()
        time.sleep(0.5)
    server.check("replaced twice a second for %d seconds" % seconds, held)


def calm(path):
    log = [line for line in read(path + "/error.log").splitlines()
           if re.search(r"\[(alert|crit|emerg)\]", line)
           and not re.search("on signal 9|was locked by", line)]
    result(not log, "nothing alarming in the log", "\n# ".join(log[:10]))


def small(path):
    """A file system of few megabytes, in a mount namespace of its own."""
    os.makedirs(path)
    if os.environ.get("FAULTS_MOUNT") != "1":
        return False
    return subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m,mode=755",
                           "tmpfs", path], stderr=subprocess.DEVNULL
                          ).returncode == 0


def main():
    if os.getuid() == 0 and "FAULTS_MOUNT" not in os.environ:
        alone = ["unshare", "-m"]
        rights = subprocess.run(alone + ["true"], stderr=subprocess.DEVNULL)
        os.environ["FAULTS_MOUNT"] = "0" if rights.returncode else "1"
        if rights.returncode == 0:
            os.execvp("unshare", alone + [sys.executable] + sys.argv)
    path = tempfile.mkdtemp(prefix="dm-faults-")
    server = None
    try:
        mounted = small(path + "/data")
        server = Server(path)
        server.small = mounted
        often(server, 60 if LONG else 4)
        killed(server, 1000 if LONG else 200)
        reloaded(server, 200 if LONG else 20)
        overlapping(server)
        full(server)
        unreadable(server)
        upgraded(server)
        calm(path)
        server.stop()
    except (RuntimeError, OSError) as error:
        result(False, "the faults", "%s\n%s" % (error, read(
            path + "/error.log")[-3000:].replace("\n", "\n# ")))
    finally:
        if os.path.exists(path + "/nginx.pid"):
            os.kill(int(read(path + "/nginx.pid")), signal.SIGTERM)
        subprocess.run(["umount", path + "/data"], stderr=subprocess.DEVNULL)
        shutil.rmtree(path, ignore_errors=True)
    print("1..%d" % count)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
