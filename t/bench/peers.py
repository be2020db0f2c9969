#!/usr/bin/env python3
"""Why: a gate is worth what it costs beside what else can be had. This module,
and the same job as it can be done with what the distribution ships, all in one
run, taking turns: medians, and the ranges.

BENCH_TOKENS (1000000) tokens; BENCH_ROUNDS (5) of BENCH_SECONDS (1) each;
BENCH_GROWTH (1000 10000 100000 1000000): numbers of tokens to grow through;
BENCH_PATIENCE (600): seconds after which a start is given up.
Writes docs/performance.md between its marks, and the plots beside it.
"""

import os
import statistics
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                'peers'))

import measure                                              # noqa: E402
import report                                               # noqa: E402
from server import BUILD, DIR, TOP, Failed, Peer, Tokens    # noqa: E402

COUNT = int(os.environ.get('BENCH_TOKENS', '1000000'))
ROUNDS = int(os.environ.get('BENCH_ROUNDS', '5'))
SECONDS = int(os.environ.get('BENCH_SECONDS', '1'))
GROWTH = [int(n) for n in os.environ.get(
    'BENCH_GROWTH', '1000 10000 100000 1000000').split()]
N = 1500                        # requests under callgrind
STEPPED = 3                     # and those that are stepped through

BARE = Peer('bare nginx', 'bare')
MODULE = Peer('this module', 'module')
IMAGE = Peer('this module, image', 'module', tokens=f'{DIR}/tokens.image')
LUA = Peer('lua', 'lua')
SLICED = Peer('lua, in slices', 'lua', slice=1000)
NJS = Peer('njs', 'njs')
MAP = Peer('map', 'map')
REDIS = Peer('auth_request, Redis', 'redis')

PEERS = [BARE, MODULE, LUA, NJS, MAP, REDIS]


def say(*words):
    print(*words, flush=True)


def median(values):
    return statistics.median(values), min(values), max(values)


def requests(tokens):
    """{peer: {case: [(rate, cpu, p99)]}}, in rounds."""
    found = {peer.name: {case[0]: [] for case in measure.CASES}
             for peer in PEERS}

    for n in range(ROUNDS):
        for peer in PEERS:
            peer.start(tokens)
            measure.pin(peer)
            for case, path, token in measure.CASES:
                found[peer.name][case].append(measure.load(
                    peer, path, getattr(tokens, token), SECONDS))
            peer.stop()
        say(f'round {n + 1} of {ROUNDS}')

    return {name: {case: [median(column) for column in zip(*rows)]
                   for case, rows in cases.items()}
            for name, cases in found.items()}


def proxied(tokens):
    """The same of what goes on to an origin."""
    answer = f'proxy_pass http://unix:{DIR}/origin.sock:;'
    found = {BARE.name: [], MODULE.name: []}
    origin = Peer('origin', 'bare')

    with open(f'{DIR}/origin.conf', 'w') as conf:
        conf.write(f'''daemon off; pid {DIR}/origin.pid;
error_log {DIR}/origin.log warn; events {{ }}
http {{ access_log off; client_body_temp_path {DIR}/tmp/b;
proxy_temp_path {DIR}/tmp/p; fastcgi_temp_path {DIR}/tmp/f;
uwsgi_temp_path {DIR}/tmp/u; scgi_temp_path {DIR}/tmp/s;
server {{ listen unix:{DIR}/origin.sock; location / {{ empty_gif; }} }} }}''')
    os.makedirs(f'{DIR}/tmp', exist_ok=True)
    origin.run('nginx', '-p', DIR + '/', '-c', f'{DIR}/origin.conf')

    for _ in range(ROUNDS):
        for peer in BARE, MODULE:
            peer.start(tokens, answer=answer)
            measure.pin(peer)
            found[peer.name].append(measure.load(
                peer, measure.GUARDED, tokens.passes, SECONDS))
            peer.stop()
    origin.stop()

    return {name: [median(column) for column in zip(*rows)]
            for name, rows in found.items()}


def instructions():
    """{peer: {case: (executed, by callgrind)}}, with a table that is small."""
    tokens = Tokens(1000)

    return {peer.name: {case: (
        measure.executed(peer, tokens, path, getattr(tokens, token), STEPPED),
        measure.instructions(peer, tokens, path, getattr(tokens, token), N))
        for case, path, token in measure.CASES} for peer in PEERS}


def loads(count, bare):
    """{peer: (seconds, bytes a token)} at a start, None where it fails."""
    tokens = Tokens(count)
    found = {}

    for peer in MODULE, IMAGE, LUA, NJS, MAP, REDIS:
        try:
            seconds = peer.start(tokens)
        except Failed as failure:
            found[peer.name] = None
            say(f'{count} tokens: {failure}')
        else:
            found[peer.name] = seconds, (peer.memory() - bare) / count
            say(f'{count} tokens, {peer.name}: {seconds:.2f} s, '
                f'{found[peer.name][1]:.0f} bytes a token')
        peer.stop()

    return found


def replace(tokens, peer):
    """The file is another one, whole."""
    if peer.conf == 'redis':
        return revoke(tokens, peer)

    def change():
        with open(tokens.name + '.new', 'w') as out:
            with open(tokens.name) as lines:
                out.writelines(line for line in lines
                               if not line.startswith('{"end"'))
            out.write(tokens.line(tokens.flips, 'read-write-directmessages',
                                  ',"revoked":true'))
        os.rename(tokens.name + '.new', tokens.name)
        prepare_again(tokens, peer)

    return change


def prepare_again(tokens, peer):
    """What has to be made of the file, and told to the server."""
    if peer.conf in ('njs', 'map'):
        tokens.prepare(peer)
        peer.reload()


def revoke(tokens, peer):
    """One more line."""
    def change():
        if peer.conf == 'redis':
            subprocess.run(['redis-cli', '-s', f'{DIR}/redis.sock', 'SET',
                            tokens.flips, '0'], stdout=subprocess.DEVNULL,
                           check=True)
            return
        tokens.append(tokens.line(tokens.flips, 'read-write-directmessages',
                                  ',"revoked":true'))
        prepare_again(tokens, peer)

    return change


def changes(count):
    """{peer: {idle: .., replaced: .., revoked: ..}}, see measure.during()."""
    found = {}

    for peer in MODULE, LUA, SLICED, NJS, MAP, REDIS:
        found[peer.name] = {}
        for what, kind in ('replaced', replace), ('revoked', revoke):
            tokens = Tokens(count)
            peer.start(tokens)
            measure.pin(peer)
            if what == 'replaced':
                found[peer.name]['idle'] = measure.idle(tokens, 3)
            found[peer.name][what] = measure.during(
                tokens, kind(tokens, peer), (401, 403))
            peer.stop()
        say(f'{peer.name}: {found[peer.name]}')

    return found


def compiled(program, into=None, *flags):
    subprocess.run([os.environ.get('CC', 'cc'), '-std=c11', '-D_GNU_SOURCE',
                    '-O2', *flags, f'{TOP}/t/bench/{program}.c', '-o',
                    f'{DIR}/{into or program}'], check=True)


def main():
    os.makedirs(DIR, exist_ok=True)
    compiled('generate')
    compiled('step', 'step.so', '-shared', '-fPIC')
    everyone = PEERS + [IMAGE, SLICED]

    try:
        figures = {'tokens': COUNT, 'rounds': ROUNDS, 'seconds': SECONDS}
        figures['instructions'] = instructions()
        say(figures['instructions'])
        tokens = Tokens(1000)
        BARE.start(tokens)
        bare = BARE.memory()
        BARE.stop()
        figures['loads'] = {n: loads(n, bare) for n in GROWTH}
        tokens = Tokens(COUNT)
        figures['requests'] = requests(tokens)
        figures['proxied'] = proxied(tokens)
        figures['changes'] = changes(COUNT)
    finally:
        for peer in everyone:
            peer.stop()

    sys.exit(report.write(figures, f'{TOP}/docs', BUILD))


main()
