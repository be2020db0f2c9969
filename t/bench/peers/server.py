"""A peer that serves: started, asked, measured and ended."""

import glob
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.abspath(os.path.join(HERE, '../../..'))
BUILD = os.environ.get('BUILD', os.path.join(TOP, 'build'))
DIR = os.path.join(BUILD, 'bench-peers')
MODULES = '/usr/lib/nginx/modules'
PORT = int(os.environ.get('BENCH_PORT', '8195'))
PATIENCE = int(os.environ.get('BENCH_PATIENCE', '120'))   # seconds of a start
TICKS = os.sysconf('SC_CLK_TCK')
LEVELS = {'read': 1, 'read-write': 2, 'read-write-directmessages': 3}

GUARDED = '/1.1/direct_messages.json'
ELSE = '/1.1/statuses/home_timeline.json'


def header(token):
    """As a client library writes it."""
    return ('OAuth oauth_consumer_key="xvz1evFS4wEEPTGEFPHBog", '
            'oauth_nonce="kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg", '
            'oauth_signature="tnnArxj06cWHq44gCs1OSKk%2FjLY%3D", '
            'oauth_signature_method="HMAC-SHA1", '
            'oauth_timestamp="1318622958", '
            f'oauth_token="{token}", oauth_version="1.0"')


def request(path, token):
    return (f'GET {path} HTTP/1.1\r\nHost: api.example.com\r\n'
            'User-Agent: OAuth gem v0.4.4\r\nAccept: */*\r\n'
            f'Authorization: {header(token)}\r\n\r\n').encode()


class Failed(Exception):
    """A peer cannot do what is asked of it."""


class Client:
    """One connection, one request after the other."""

    def __init__(self):
        self.socket = None

    def status(self, path, token):
        text = request(path, token)

        for _ in range(2):
            if self.socket is None:
                self.socket = socket.create_connection(('127.0.0.1', PORT),
                                                       timeout=600)
                self.socket.setsockopt(socket.IPPROTO_TCP,
                                       socket.TCP_NODELAY, 1)
            try:
                self.socket.sendall(text)
                answer = self.read()
            except ConnectionError:
                answer = b''
            if answer:
                return int(answer[9:12])
            self.close()            # an old worker that quits closes it

        raise ConnectionError('no answer')

    def read(self):
        data = b''

        while b'\r\n\r\n' not in data:
            piece = self.socket.recv(65536)
            if not piece:
                return b''
            data += piece

        head, body = data.split(b'\r\n\r\n', 1)
        length = re.search(rb'content-length: (\d+)', head, re.I)

        if length is None:                  # lua answers in chunks
            while not body.endswith(b'0\r\n\r\n'):
                body += self.socket.recv(65536)
            return head

        while len(body) < int(length.group(1)):
            body += self.socket.recv(65536)
        return head

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket = None


class Peer:
    """name: what it is called; conf: its configuration; data: see Tokens."""

    def __init__(self, name, conf, **values):
        self.name = name
        self.conf = conf
        self.values = values
        self.processes = []

    def write(self, tokens, single, answer):
        shutil.rmtree(os.path.join(DIR, 'tmp'), ignore_errors=True)
        os.makedirs(os.path.join(DIR, 'tmp'))
        # counted, it is so slow that what it does each second would be counted
        # with each request: its clock stands still
        processes = ('master_process off; timer_resolution 1h;' if single
                     else 'worker_processes 1;')
        values = dict(dir=DIR, peers=HERE, port=PORT, modules=MODULES,
                      module=f'{BUILD}/ngx_http_dm_permission_module.so',
                      tokens=tokens.name, zone=tokens.zone, slice=0,
                      processes=processes, hash=max(16384, 2 * tokens.count),
                      dict=f'{64 + tokens.count // 4096}m', answer=answer)
        values.update(self.values)

        for name in ('main', 'common', 'service', self.conf):
            with open(os.path.join(HERE, name + '.conf')) as source:
                text = re.sub(r'@(\w+)@', lambda m: str(values[m[1]]),
                              source.read())
            with open(os.path.join(DIR, name + '.conf'), 'w') as out:
                out.write(text)

    def run(self, *command, **options):
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                   **options)
        self.processes.append(process)
        return process

    def start(self, tokens, wrapper=(), answer='empty_gif;'):
        """Returns the seconds until the first answer."""
        self.write(tokens, bool(wrapper), answer)
        tokens.prepare(self)

        began = time.monotonic()
        self.nginx = self.run(*wrapper, 'nginx', '-p', DIR + '/', '-c',
                              f'{DIR}/{self.conf}.conf',
                              stderr=subprocess.DEVNULL)

        while time.monotonic() - began < PATIENCE:
            if self.nginx.poll() is not None:
                break
            try:
                client = Client()
                status = client.status(GUARDED, tokens.passes)
                client.close()
                if status == 200:
                    return time.monotonic() - began
            except OSError:
                pass
            time.sleep(0.005)

        with open(f'{DIR}/error.log') as log:
            raise Failed(f'{self.name} does not serve: {log.read()[-2000:]}')

    def reload(self):
        os.kill(self.nginx.pid, signal.SIGHUP)

    def pids(self):
        """All processes, those that they have started with them."""
        found = [p.pid for p in self.processes if p.poll() is None]

        for pid in found:
            for name in glob.glob(f'/proc/{pid}/task/*/children'):
                with open(name) as children:
                    found += map(int, children.read().split())

        return found

    def cpu(self):
        """Seconds of the processor, of all of them."""
        ticks = 0

        for pid in self.pids():
            with open(f'/proc/{pid}/stat') as stat:
                fields = stat.read().rsplit(')', 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])

        return ticks / TICKS

    def memory(self):
        """Bytes, what is shared counted once."""
        total = 0

        for pid in self.pids():
            with open(f'/proc/{pid}/smaps_rollup') as maps:
                total += int(re.search(r'^Pss:\s+(\d+)', maps.read(),
                                       re.M)[1]) * 1024

        return total

    def stop(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in reversed(self.processes):
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes = []


class Tokens:
    """A file of them, and what the peers make of it."""

    def __init__(self, count):
        self.count = count
        self.name = os.path.join(DIR, 'tokens.jsonl')
        self.image = os.path.join(DIR, 'tokens.image')
        self.records = {}

        os.makedirs(DIR, exist_ok=True)

        with open(self.name, 'w') as out:
            subprocess.run([f'{DIR}/generate', str(count)], stdout=out,
                           check=True)
        self.passes = '1-passes'
        self.refused = '2-refused'
        self.lost = '3-lost'
        self.revoked = '4-revoked'
        self.append(self.line(self.refused, 'read-write') + ''.join(
            self.line(token, 'read-write-directmessages')
            for token in (self.passes, self.lost, self.revoked)))
        self.command = f'{BUILD}/dm-permission'
        text = subprocess.run([self.command, 'check', self.name],
                              capture_output=True, text=True,
                              check=True).stdout
        self.zone = re.search(r'zone size:\s*(\d+\w?)', text)[1]

    @staticmethod
    def line(token, access, more=''):
        return (f'{{"token":"{token}","app":"1","user":1,'
                f'"access":"{access}"{more}}}\n')

    def append(self, text):
        with open(self.name, 'a') as out:
            out.write(text)

    def replace(self, text):
        """By a file with as much more, which is renamed to its name."""
        with open(self.name + '.new', 'w') as out:
            with open(self.name) as lines:
                out.writelines(line for line in lines
                               if not line.startswith('{"end"'))
            out.write(text)
        os.rename(self.name + '.new', self.name)

    def levels(self):
        """Each token and its level, as the file says it."""
        with open(self.name) as lines:
            for line in lines:
                record = json.loads(line)
                if 'token' in record:
                    yield (record['token'],
                           0 if record.get('revoked')
                           else LEVELS[record['access']])

    def prepare(self, peer):
        getattr(self, 'for_' + peer.conf, lambda peer: None)(peer)

    def for_module(self, peer):
        if peer.values.get('tokens') == self.image:
            with open(self.image, 'w') as out:
                subprocess.run([self.command, 'compile', self.name],
                               stdout=out, stderr=subprocess.DEVNULL,
                               check=True)

    def for_njs(self, peer):
        with open(f'{DIR}/levels.json', 'w') as out:
            json.dump(dict(self.levels()), out)

    def for_map(self, peer):
        with open(f'{DIR}/levels.map', 'w') as out:
            out.writelines(f'"{token}" {level};\n'
                           for token, level in dict(self.levels()).items())

    def for_redis(self, peer):
        socket_name = f'{DIR}/redis.sock'
        peer.run('redis-server', '--port', '0', '--unixsocket', socket_name,
                 '--unixsocketperm', '777', '--save', '', '--dir', DIR,
                 stdout=subprocess.DEVNULL)

        for _ in range(1000):
            if os.path.exists(socket_name):
                break
            time.sleep(0.01)

        load = subprocess.Popen(['redis-cli', '-s', socket_name, '--pipe'],
                                stdin=subprocess.PIPE,
                                stdout=subprocess.DEVNULL, text=True)
        for token, level in self.levels():
            load.stdin.write(f'SET {token} {level}\r\n')
        load.stdin.close()
        if load.wait() != 0:
            raise Failed('Redis has not loaded')

        peer.run('nginx', '-p', DIR + '/', '-c', f'{DIR}/service.conf',
                 stderr=subprocess.DEVNULL)
