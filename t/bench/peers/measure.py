"""What is measured of a peer that serves."""

import os
import re
import subprocess
import sys
import threading
import time

from server import (Client, DIR, ELSE, GUARDED, HERE, PORT, header)

CONNECTIONS = 8
SERVER, CLIENT = '0', '1'           # processors, where there are two


def pin(peer):
    """The server on one processor, who asks it on the other."""
    for pid in peer.pids():
        subprocess.run(['taskset', '-acp', SERVER, str(pid)],
                       stdout=subprocess.DEVNULL, check=False)


def load(peer, path, token, seconds):
    """Requests a second, microseconds of the processor for one, and the
    milliseconds within which 99 of 100 are answered."""
    cpu = peer.cpu()
    text = subprocess.run(
        ['taskset', '-c', CLIENT, 'wrk', '-t1', f'-c{CONNECTIONS}',
         f'-d{seconds}', '--latency', '-H', 'Host: api.example.com',
         '-H', 'User-Agent: OAuth gem v0.4.4', '-H', 'Accept: */*',
         '-H', 'Authorization: ' + header(token),
         f'http://127.0.0.1:{PORT}{path}'],
        capture_output=True, text=True, check=True).stdout
    cpu = peer.cpu() - cpu
    count = int(re.search(r'(\d+) requests in', text)[1])
    number, unit = re.search(r'99%\s+([\d.]+)(us|ms|s)', text).groups()

    return (float(re.search(r'Requests/sec:\s+([\d.]+)', text)[1]),
            cpu / count * 1e6,
            float(number) * {'us': 1e-3, 'ms': 1, 's': 1e3}[unit])


def instructions(peer, tokens, path, token, n):
    """Of one request: those of 2n requests less those of n, by n. The front
    server's alone, whomever it asks."""
    out = f'{DIR}/callgrind.out'
    totals = []

    for count in n, 2 * n:
        if os.path.exists(out):
            os.unlink(out)
        peer.start(tokens, wrapper=(
            'taskset', '-c', SERVER, 'valgrind', '--tool=callgrind', '-q',
            '--smc-check=all-non-file', f'--callgrind-out-file={out}'))
        try:
            # on the server's processor, never preempting it: whether the next
            # request is there before it is waited for must not be luck
            subprocess.run(['taskset', '-c', SERVER, 'chrt', '-b', '0',
                            sys.executable, f'{HERE}/ask.py', path, token,
                            str(count)], check=True)
            for _ in range(600):
                if os.path.exists(out) and os.path.getsize(out):
                    break
                peer.nginx.send_signal(3)           # QUIT
                time.sleep(0.1)
            peer.nginx.wait(60)
        finally:
            peer.stop()
        with open(out) as profile:
            totals.append(int(re.search(r'^(?:summary|totals): (\d+)',
                                        profile.read(), re.M)[1]))

    return (totals[1] - totals[0]) / n


class Prober(threading.Thread):
    """Asks all the time, and notes how long each answer takes."""

    def __init__(self, token):
        super().__init__(daemon=True)
        self.token = token
        self.longest = 0
        self.times = []
        self.running = True

    def run(self):
        client = Client()

        while self.running:
            began = time.monotonic()
            client.status(GUARDED, self.token)
            self.times.append(time.monotonic() - began)
        client.close()

    def stop(self):
        self.running = False
        self.join()
        self.times.sort()

        return (self.times[-1] * 1e3,
                self.times[len(self.times) * 99 // 100] * 1e3)


def idle(tokens, seconds):
    """The longest answer, and the 99th percentile, in milliseconds, while
    nothing changes."""
    prober = Prober(tokens.passes)
    prober.start()
    time.sleep(seconds)

    return prober.stop()


def during(tokens, change, status):
    """The same while `change` comes into force, until the token that flips is
    answered with `status`, and the milliseconds that it takes."""
    prober = Prober(tokens.passes)
    client = Client()
    prober.start()
    time.sleep(0.2)

    began = time.monotonic()
    change()
    while client.status(GUARDED, tokens.flips) not in status:
        if time.monotonic() - began > 300:
            sys.exit('the change does not come into force')
        time.sleep(0.0005)
    took = time.monotonic() - began
    client.close()
    time.sleep(0.2)

    return prober.stop() + (took * 1e3,)


CASES = (('not guarded', ELSE, 'passes'),
         ('passed', GUARDED, 'passes'),
         ('refused', GUARDED, 'refused'))
