#!/usr/bin/env python3
"""Why: a gate is worth what it costs beside what else can be had. This module,
and the same job as it can be done with what the distribution ships, all in one
run, taking turns: medians, and the ranges.

BENCH_TOKENS (1000000) tokens; BENCH_ROUNDS (5) of BENCH_SECONDS (1) each;
BENCH_GROWTH (1000 10000 100000 1000000 10000000): numbers to grow through;
BENCH_PATIENCE (120): seconds after which a start is given up.
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
    'BENCH_GROWTH', '1000 10000 100000 1000000 10000000').split()]
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


def change(tokens, peer, token, whole):
    """The token is revoked: by a file that is another one, whole, or by one
    more line; and by what has to be made of the file, and told to the
    server."""
    line = tokens.line(token, 'read-write-directmessages', ',"revoked":true')

    def happen():
        if peer.conf == 'redis':
            subprocess.run(['redis-cli', '-s', f'{DIR}/redis.sock', 'SET',
                            token, '0'], stdout=subprocess.DEVNULL, check=True)
            return

        if whole:
            tokens.replace(line)
        else:
            tokens.append(line)

        if peer.conf in ('njs', 'map'):
            tokens.prepare(peer)
            peer.reload()

    return happen


def grow(peer, count, bare, found):
    """What depends on how many tokens there are, of one peer: 'seconds' of a
    start, 'bytes' a token, 'asked' as in requests(), 'code' as in
    instructions(), and 'idle', 'replaced', 'revoked': see measure.during().
    What was found stays, where the rest cannot be."""
    tokens = Tokens(count)
    found['seconds'] = peer.start(tokens)
    found['bytes'] = (peer.memory() - bare) / count

    # it serves as the text does, once it has started
    if peer is IMAGE:
        return

    measure.pin(peer)
    found['asked'] = measure.load(peer, measure.GUARDED, tokens.passes,
                                  SECONDS)
    found['idle'] = measure.idle(tokens, 3)

    for what, token in ('replaced', tokens.lost), ('revoked', tokens.revoked):
        found[what] = measure.during(
            tokens, change(tokens, peer, token, what == 'replaced'), token,
            (401, 403))

    if peer in PEERS:
        peer.stop()
        found['code'] = measure.executed(peer, tokens, measure.GUARDED,
                                         tokens.passes, STEPPED)


def growth():
    """{count: {peer: see grow()}}."""
    BARE.start(Tokens(1000))
    bare = BARE.memory()
    BARE.stop()
    figures = {}

    for count in sorted({*GROWTH, COUNT}):
        figures[count] = {}
        for peer in MODULE, IMAGE, LUA, SLICED, NJS, MAP, REDIS:
            found = figures[count][peer.name] = {}
            try:
                grow(peer, count, bare, found)
            except Failed as failure:
                say(failure)
            peer.stop()
            say(f'{count} tokens, {peer.name}: {found}')

    return figures


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
        figures['growth'] = growth()
        tokens = Tokens(COUNT)
        figures['requests'] = requests(tokens)
        figures['proxied'] = proxied(tokens)
    finally:
        for peer in everyone:
            peer.stop()

    sys.exit(report.write(figures, f'{TOP}/docs', BUILD))


main()
