#!/usr/bin/env python3
"""Why: memory runs out in the middle of anything. Each call that hands some out
to the module fails once in turn: at the start, at a reload, while the file is
read, in a request, a stream, a delivery. Nothing may crash, nobody may get what
he would not get otherwise, and what is asked next is answered as ever.

The module is one that was built with sanitizers, so that what is freed twice,
or used afterwards, ends the process. Prints TAP.
"""

import atexit
import mmap
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), '../..'))
BUILD = os.environ.get('BUILD', f'{TOP}/build')
DIR = f'{BUILD}/memory/run'
PORT = int(os.environ.get('MEMORY_PORT', '8197'))
NGINX = f'{TOP}/t/sanitized-nginx.sh'
MODULE = f'{BUILD}/memory/ngx_http_dm_permission_module.so'
PATIENCE = 20                       # seconds

TOKENS = '''{"app":"1","consumer_key":"ck","secret":"s","webhooks":["http://127.0.0.1/hook"]}
{"token":"r","app":"1","user":1,"access":"read"}
{"token":"rw","app":"1","user":2,"access":"read-write"}
{"token":"dm","app":"1","user":3,"access":"read-write-directmessages"}
{"token":"owner","app":"1","access":"read"}
{"end":{"records":5}}
'''

CONF = f'''
load_module {MODULE};
daemon off;
%s
pid {DIR}/nginx.pid;
error_log {DIR}/error.log info;
events {{ worker_connections 64; }}
http {{
    client_body_temp_path {DIR}/tmp/b;
    proxy_temp_path {DIR}/tmp/p;
    fastcgi_temp_path {DIR}/tmp/f;
    uwsgi_temp_path {DIR}/tmp/u;
    scgi_temp_path {DIR}/tmp/s;
    log_format all '$dm_permission_status $dm_permission_reason '
                   '$dm_permission_action $dm_permission_access '
                   '$dm_permission_app $dm_permission_user '
                   '$dm_permission_token $dm_permission_revision '
                   '$dm_permission_webhook';
    access_log {DIR}/access.log all;
    dm_permission_table {DIR}/tokens.jsonl zone=t:1m interval=20ms;
    dm_permission_ledger {DIR}/ledger key={DIR}/key;
    map $arg_action $wanted {{ default auto; send send; }}

    server {{
        listen 127.0.0.1:{PORT};
        dm_permission zone=t;
        dm_permission_access_level on;
        dm_permission_route read GET /api/:id/*;
        dm_permission_route delete * ~ ^/old/[0-9]+$;

        location / {{ proxy_pass http://unix:{DIR}/origin.sock; }}
        location /mapped {{
            dm_permission_action $wanted;
            proxy_pass http://unix:{DIR}/origin.sock;
        }}
        location /dry/ {{
            dm_permission_dry_run on;
            proxy_pass http://unix:{DIR}/origin.sock;
        }}
        location /user {{
            dm_permission_stream user;
            proxy_pass http://unix:{DIR}/origin.sock;
        }}
        location /site {{
            dm_permission_stream site;
            proxy_pass http://unix:{DIR}/origin.sock;
        }}
        location /hook {{
            dm_permission_delivery app=$http_x_app
                                   destination=http://$host$uri;
            proxy_pass http://unix:{DIR}/origin.sock;
        }}
        location = /status {{ dm_permission_status; }}
    }}

    server {{
        listen unix:{DIR}/origin.sock;
        access_log off;
        dm_permission_ledger off;
        location / {{ add_header X-Access-Level wrong; return 200 "origin"; }}
        location /user {{ alias {DIR}/user; }}
        location /site {{ alias {DIR}/site; }}
    }}
}}
'''

POST = '{"text":"%s"}\r\n' % ('x' * 3000)
DIRECT = '{"direct_message":{"id":1,"text":"' + 'y' * 3000 + '"}}\r\n'


def wrapped(user, text):
    return '{"for_user":%d,"message":%s}\r\n' % (user, text.strip())


USER = (POST + DIRECT) * 20
SITE = (wrapped(3, DIRECT) + wrapped(2, DIRECT) + wrapped(2, POST)) * 20
EVENT = ('{"for_user_id":"%d","direct_message_events":[{"id":"7","type":'
         '"message_create"}]}')
SIGNED = {}


class Case:
    """ask: the request; answers: what it is answered with where nothing fails;
    may: a pattern of the answers that are no fault where something does."""

    def __init__(self, name, ask, status, holds='', lacks='\0'):
        self.name = name
        self.ask = ask
        self.status = status
        self.holds = holds
        self.lacks = lacks

    def right(self, answer):
        return (answer.startswith(f'HTTP/1.1 {self.status} ')
                and self.holds in answer and self.lacks not in answer)

    def harmless(self, answer):
        """An error, or as it should be, or the beginning of that."""
        found = re.match(r'HTTP/1.1 (\d+) ', answer)

        if found is None:
            return answer == ''

        status = int(found[1])
        return ((status >= 500 or status == self.status)
                and self.lacks not in answer)


def get(target, token=None, header='', body=None, method='GET'):
    if token:
        header += f'Authorization: Bearer {token}\r\n'
    if body is not None:
        header += f'Content-Length: {len(body)}\r\n'
    return (f'{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n{header}'
            f'Connection: close\r\n\r\n{body or ""}')


def oauth(token):
    return (f'Authorization: OAuth oauth_consumer_key="ck", '
            f'oauth_token="{token}", oauth_version="1.0"\r\n')


def delivery(user, app='1'):
    body = EVENT % user
    mac = subprocess.run(f'openssl dgst -sha256 -hmac s -binary | base64',
                         shell=True, input=body, capture_output=True,
                         text=True, check=True).stdout.strip()
    return get('/hook', body=body, method='POST', header=(
        f'X-App: {app}\r\nContent-Type: application/json\r\n'
        f'X-Twitter-Webhooks-Signature: sha256={mac}\r\n'))


FORM = 'Content-Type: application/x-www-form-urlencoded\r\n'
CASES = [
    Case('passed', get('/1.1/direct_messages.json', header=oauth('dm')), 200,
         'origin'),
    Case('refused', get('/1.1/direct_messages.json', header=oauth('rw')), 403,
         '"code":93', 'origin'),
    Case('refused as XML', get('/1/direct_messages.xml', 'r'), 403,
         '<error code="93">', 'origin'),
    Case('of no known token', get('/2/dm_events', 'nobody'), 403, '"code":93',
         'origin'),
    Case('without a credential', get('/2/dm_events'), 401, 'OAuth realm',
         'origin'),
    Case('by a query', get('/1.1/dm?access_token=rw'), 403, '"code":93',
         'origin'),
    Case('by a form', get('/1.1/direct_messages/destroy.json', method='POST',
                          header=FORM, body='id=1&access_token=rw'), 403,
         '"code":93', 'origin'),
    Case('by a form that passes', get('/1.1/direct_messages/new.json',
         method='POST', header=FORM, body='text=a&access_token=rw'), 200,
         'origin'),
    Case('disguised', get('/1.1;x/%2564irect_messages%252ejson', 'rw'), 403,
         '"code":93', 'origin'),
    Case('a route of its own', get('/api/1/b', 'rw'), 403, '"code":93',
         'origin'),
    Case('a regular expression', get('/old/1', 'rw'), 403, '"code":93',
         'origin'),
    Case('an action with a variable', get('/mapped?action=send', 'r'), 403,
         '"code":261', 'origin'),
    Case('in a dry run', get('/dry/1.1/direct_messages.json', 'r'), 200,
         'origin'),
    Case('not guarded', get('/1.1/statuses.json', 'r'), 200, 'origin'),
    Case('a user stream', get('/user', 'rw'), 200, 'xxx', 'yyy'),
    Case('a user stream with all', get('/user', 'dm'), 200, 'yyy'),
    Case('a site stream', get('/site', 'owner'), 200, 'xxx',
         '"for_user":2,"message":{"direct'),
    Case('a delivery', delivery(3), 200, 'origin'),
    Case('a delivery of what is not granted', delivery(2), 403, '"code":93',
         'origin'),
    Case('a delivery of an unknown app', delivery(3, '9'), 403, '"code":87',
         'origin'),
    Case('status', get('/status'), 200, '"zones"'),
    Case('metrics', get('/status?format=prometheus'), 200, 'dm_permission_'),
    Case('a page', get('/status?format=html'), 200, '</html>'),
]


class Fault:
    """What t/memory/fault.c reads."""

    def __init__(self):
        self.name = f'{DIR}/fault'
        with open(self.name, 'wb') as out:
            out.write(bytes(24))
        with open(self.name, 'r+b') as file:
            self.map = mmap.mmap(file.fileno(), 24)

    def arm(self, n):
        self.map[:] = struct.pack('qqq', 0, n, 0)

    def disarm(self):
        """Whether it has failed."""
        failed = struct.unpack('qqq', self.map[:])[2]
        self.map[:] = bytes(24)
        return failed


def put(name, text):
    with open(f'{DIR}/{name}', 'w') as out:
        out.write(text)


def talk(text):
    try:
        with socket.create_connection(('127.0.0.1', PORT), PATIENCE) as s:
            s.sendall(text.encode())
            answer = b''
            while True:
                piece = s.recv(65536)
                if not piece:
                    break
                answer += piece
    except ConnectionError:
        return ''
    except TimeoutError:
        return 'no answer'

    return answer.decode()


class Server:
    def __init__(self, processes):
        put('nginx.conf', CONF % processes)
        self.log = open(f'{DIR}/stderr', 'ab')
        self.process = subprocess.Popen(
            [NGINX, '-p', DIR, '-c', f'{DIR}/nginx.conf'],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        atexit.register(self.stop)
        self.wait(CASES[0])

    def alive(self):
        return self.process.poll() is None

    def children(self):
        """Of the master: the processes that it has started."""
        pid = self.process.pid
        with open(f'/proc/{pid}/task/{pid}/children') as children:
            return set(children.read().split())

    def reloaded(self, before):
        """What the log says from there on until the master, done with a
        reload, good or not, gets to a signal that it looks at after that."""
        pid = self.process.pid
        until = time.monotonic() + PATIENCE
        text = ''

        while time.monotonic() < until and self.alive():
            self.process.send_signal(signal.SIGUSR1)
            time.sleep(0.005)
            with open(f'{DIR}/error.log', errors='replace') as log:
                log.seek(before)
                text = log.read()
            if re.search(f'(?s) {pid}#{pid}: reconfiguring\n.*'
                         f' {pid}#{pid}: reopening logs\n', text):
                break

        return text

    def wait(self, case):
        """Until it answers as it should."""
        until = time.monotonic() + PATIENCE
        answer = None

        while time.monotonic() < until and self.alive():
            answer = talk(case.ask)
            if case.right(answer):
                return True
            time.sleep(0.005)

        return False

    def stop(self):
        if self.alive():
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
        self.log.close()


count = 0
failures = 0


def report(good, what, detail=''):
    global count, failures
    count += 1
    failures += not good
    print(f'{"ok" if good else "not ok"} {count} - {what}', flush=True)
    if not good:
        print('# ' + detail.replace('\n', '\n# ')[-3000:], flush=True)


def tail(name):
    try:
        with open(f'{DIR}/{name}', errors='replace') as text:
            return text.read()[-1500:]
    except OSError:
        return ''


def each_start(fault):
    """nginx -t with each allocation failing: an error that says so, or it can
    do without."""
    put('nginx.conf', CONF % 'master_process off;')
    wrong = []
    n = 0

    while True:
        n += 1
        fault.arm(n)
        run = subprocess.run([NGINX, '-t', '-p', DIR, '-c',
                              f'{DIR}/nginx.conf'], capture_output=True,
                             text=True, check=False, errors='replace')
        failed = fault.disarm()
        if run.returncode not in (0, 1):
            wrong.append(f'{n}: status {run.returncode}\n{run.stderr[-1500:]}')
        if not failed:
            break

    report(not wrong and n > 50, f'a start, {n - 1} times', '\n'.join(wrong))


def each_request(server, fault):
    for case in CASES:
        wrong = []
        n = 0
        report(server.wait(case), f'{case.name}: as it should be',
               talk(case.ask)[:500] + tail('stderr'))

        while server.alive():
            n += 1
            fault.arm(n)
            answer = talk(case.ask)
            failed = fault.disarm()
            if not case.harmless(answer):
                wrong.append(f'{n}: {answer[:300]}')
            if not server.wait(case):
                wrong.append(f'{n}: not right afterwards\n' + tail('stderr'))
            if not failed:
                break

        report(server.alive() and not wrong, f'{case.name}: {n - 1} times',
               '\n'.join(wrong))

        if not server.alive():
            return


def each_change(server, fault, what, change):
    """The file changes while each allocation fails: sooner or later the table
    is as the file says, and it is never anything else than it was or will
    be."""
    wrong = []
    n = 0

    while server.alive():
        n += 1
        fault.arm(n)
        granted = n % 2
        change('rw', granted)
        asked = asks('rw', granted)
        until = time.monotonic() + 0.3
        while time.monotonic() < until and not fault.map[16]:
            if asked.right(talk(asked.ask)):
                break
        failed = fault.disarm()
        if not server.wait(asked):
            wrong.append(f'{n}: not in force\n' + tail('error.log'))
        if not failed:
            break

    report(server.alive() and not wrong, f'{what}: {n - 1} times',
           '\n'.join(wrong))


LEVEL = ['read-write', 'read-write-directmessages']


def asks(token, granted):
    case = CASES[0 if granted else 1]
    return Case('granted' if granted else 'revoked',
                get('/1.1/direct_messages.json', header=oauth(token)),
                case.status, case.holds)


def append(token, granted):
    with open(f'{DIR}/tokens.jsonl', 'a') as out:
        out.write('{"token":"%s","app":"1","user":2,"access":"%s"}\n'
                  % (token, LEVEL[granted]))


def replace(token, granted):
    put('tokens.new', TOKENS.replace(
        '"user":2,"access":"read-write"',
        f'"user":2,"access":"{LEVEL[granted]}"'))
    os.rename(f'{DIR}/tokens.new', f'{DIR}/tokens.jsonl')


def each_reload(fault):
    """The configuration is read again: the new one serves, or the old one, and
    a change of the file comes into force as ever, by processes that are all
    there by then."""
    server = Server('worker_processes 1;')
    wrong = []
    n = 0

    while server.alive():
        n += 1
        old = server.children()
        before = os.path.getsize(f'{DIR}/error.log')
        fault.arm(n)
        server.process.send_signal(signal.SIGHUP)
        text = server.reloaded(before)
        until = time.monotonic() + PATIENCE
        while ('start worker processes' in text and old & server.children()
               and time.monotonic() < until):
            time.sleep(0.005)
        append('rw', n % 2)
        for case in CASES[0], asks('rw', n % 2):
            if not server.wait(case):
                wrong.append(f'{n}: {case.name} is not right\n{text[-1500:]}')
        failed = fault.disarm()
        if not failed or n > 2000:
            break

    report(server.alive() and not wrong, f'a reload, {n - 1} times',
           '\n'.join(wrong))
    server.stop()


def main():
    shutil.rmtree(DIR, ignore_errors=True)
    os.makedirs(f'{DIR}/tmp')
    for name in (f'{BUILD}/memory', DIR, f'{DIR}/tmp'):
        os.chmod(name, 0o755)
    put('tokens.jsonl', TOKENS)
    put('user', USER)
    put('site', SITE)
    put('key', 'k' * 32)
    os.chmod(f'{DIR}/key', 0o600)
    fault = Fault()
    os.environ['DM_FAULT'] = fault.name

    each_start(fault)
    server = Server('master_process off;')
    each_request(server, fault)
    each_change(server, fault, 'a line more', append)
    each_change(server, fault, 'another file', replace)
    server.stop()
    put('tokens.jsonl', TOKENS)
    each_reload(fault)
    print(f'1..{count}')

    return failures != 0


sys.exit(main())
