"""What is measured of a peer that serves."""

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time

from server import (Client, DIR, ELSE, Failed, GUARDED, HERE, PATIENCE, PORT,
                    header)

CONNECTIONS = 8
WARM = 2000
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
    """Of one request: those of 2n requests less those of n, by n: enough of
    them for what is compiled while it runs. The front server's alone, whomever
    it asks."""
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


def idles(pid):
    """Waits until it has done all and sleeps in epoll_wait()."""
    for _ in range(60000):
        with open(f'/proc/{pid}/stat') as stat:
            if stat.read().rsplit(')', 1)[1].split()[0] == 'S':
                return
        time.sleep(0.001)

    sys.exit('a server that does not come to rest')


def executed(peer, tokens, path, token, n):
    """The same as the processor executes them, by t/bench/step.c, of requests
    that follow WARM others: what is compiled while it runs is by then."""
    out = f'{DIR}/steps'
    peer.start(tokens, wrapper=('env', f'STEP_FILE={out}',
                                f'LD_PRELOAD={DIR}/step.so'))
    client = Client()
    totals = []

    try:
        for _ in range(WARM):
            client.status(path, token)
        for count in n, 2 * n:
            if os.path.exists(out):
                os.unlink(out)
            idles(peer.nginx.pid)
            peer.nginx.send_signal(signal.SIGPROF)
            for _ in range(count):
                client.status(path, token)
            idles(peer.nginx.pid)
            peer.nginx.send_signal(signal.SIGPROF)
            while not os.path.exists(out) or not os.path.getsize(out):
                time.sleep(0.01)
            with open(out) as steps:
                totals.append(int(steps.read()))
    finally:
        client.close()
        peer.stop()

    return (totals[1] - totals[0]) / n


class Prober:
    """Asks all the time, and notes how long each answer takes: a process of its
    own, which waits for nothing else."""

    def __init__(self, token):
        self.over = multiprocessing.Event()
        self.found = multiprocessing.SimpleQueue()
        self.process = multiprocessing.Process(target=self.run, args=(token,),
                                               daemon=True)
        self.process.start()

    def run(self, token):
        client = Client()
        times = []

        while not self.over.is_set():
            began = time.monotonic()
            client.status(GUARDED, token)
            times.append(time.monotonic() - began)
        client.close()
        times.sort()
        self.found.put((times[-1] * 1e3, times[len(times) * 99 // 100] * 1e3))

    def stop(self):
        self.over.set()
        found = self.found.get()
        self.process.join()

        return found


def idle(tokens, seconds):
    """The longest answer, and the 99th percentile, in milliseconds, while
    nothing changes."""
    prober = Prober(tokens.passes)
    time.sleep(seconds)

    return prober.stop()


def during(tokens, change, token, status):
    """The same while `change` comes into force, until the token is answered
    with one of `status`, and the milliseconds that it takes."""
    prober = Prober(tokens.passes)
    client = Client()
    time.sleep(0.2)

    began = time.monotonic()
    change()
    while client.status(GUARDED, token) not in status:
        if time.monotonic() - began > 2 * PATIENCE:
            prober.stop()
            raise Failed('the change does not come into force')
        time.sleep(0.0005)
    took = time.monotonic() - began
    client.close()
    time.sleep(0.2)

    return prober.stop() + (took * 1e3,)


CASES = (('not guarded', ELSE, 'passes'),
         ('passed', GUARDED, 'passes'),
         ('refused', GUARDED, 'refused'))
