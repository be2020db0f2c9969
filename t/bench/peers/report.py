"""The figures as a page, with plots, and against what they have to be."""

import json
import os
import platform
import re
import subprocess

from server import PATIENCE

BEGIN, END = '<!-- figures -->\n', '<!-- end of figures -->\n'
WAYS = 'as executed', 'by callgrind'
ME, IMAGE, LUA = 'this module', 'this module, image', 'lua'


def of(what, n=None):
    """What takes a figure from what grow() has found, or None."""
    def value(found):
        figure = found.get(what)
        return figure if figure is None or n is None else figure[n]

    return value


# what grows: how it is called and printed, where it is, its plot
GROWTH = (
    ('Seconds to the first answer', '.2f', of('seconds'),
     'performance-load.svg'),
    ('Bytes of memory a token', '.0f', of('bytes'), 'performance-memory.svg'),
    ('Instructions a request, as executed', '.0f', of('code'),
     'performance-instructions.svg'),
    ('Requests a second', '.0f', of('asked', 0), None),
    ('Microseconds of the processor a request', '.1f', of('asked', 1), None),
    ('Milliseconds within which 99 of 100 requests are answered', '.2f',
     of('asked', 2), None),
    ('Milliseconds of the longest answer while the file is replaced', '.1f',
     of('replaced', 0), 'performance-stall.svg'),
    ('Milliseconds until a revocation is in force', '.1f', of('revoked', 2),
     'performance-revocation.svg'))


def row(*cells):
    return '| ' + ' | '.join(str(cell) for cell in cells) + ' |\n'


def table(*head):
    return '\n' + row(*head) + row(*['---'] * len(head))


def ranged(value, form='.0f'):
    """The median, and the least and the most."""
    return '{:{f}} ({:{f}}-{:{f}})'.format(*value, f=form)


def targets(figures):
    """(what, its ratio, what it has to be: at most or at least, whether)."""
    code = figures['instructions']
    asked = figures['requests']
    most = figures['growth'][figures['tokens']]

    def added(name, way):
        return code[name]['passed'][way] - code['bare nginx']['passed'][way]

    def cpu(name):
        return asked[name]['passed'][1][0]

    def rate(name):
        return asked[name]['passed'][0][0]

    peers = [name for name in code if name not in ('bare nginx', ME)]
    rows = []

    for way, how in enumerate(WAYS):
        rows += [
            (f"instructions added, {how}, by lua's",
             added(ME, way) / added(LUA, way), '<=', 1 / 6),
            (f"instructions added, {how}, by the cheapest peer's",
             added(ME, way) / min(added(name, way) for name in peers), '<=',
             1 / 2)]

    rows += [
        ("CPU time of a proxied request, by bare nginx's",
         figures['proxied'][ME][1][0] / figures['proxied']['bare nginx'][1][0],
         '<=', 1.10),
        ("CPU time of a request from memory, by bare nginx's",
         cpu(ME) / cpu('bare nginx'), '<=', 1.10),
        ("requests a second, by lua's", rate(ME) / rate(LUA), '>=', 2),
        ("memory a token, by lua's", most[ME]['bytes'] / most[LUA]['bytes'],
         '<=', 1 / 2),
        ('seconds to load, lua by this module',
         most[LUA]['seconds'] / most[ME]['seconds'], '>=', 4),
        ('seconds to load, lua by the image',
         most[LUA]['seconds'] / most[IMAGE]['seconds'], '>=', 20),
        ("longest stall while the table is replaced, by lua's",
         most[ME]['replaced'][0] / most[LUA]['replaced'][0], '<=',
         1 / 20)]

    return [(what, ratio, sign, limit,
             ratio <= limit if sign == '<=' else ratio >= limit)
            for what, ratio, sign, limit in rows]


def version(*command):
    run = subprocess.run(command, capture_output=True, text=True, check=False)

    return (run.stdout + run.stderr).splitlines()[0].strip()


def machine():
    with open('/proc/cpuinfo') as lines:
        name = re.search(r'model name\s*: (.*)', lines.read())

    return (f'{os.cpu_count()} processors'
            + (f' ({name[1]})' if name else '')
            + f', Linux {platform.release()}; {version("nginx", "-v")}, '
            f'{version("openssl", "version")}, '
            f'{version("redis-server", "--version").split(" sha=")[0]}, '
            f'{version("cc", "--version")}.\n')


def page(figures):
    text = [f'\n{machine()}\n{figures["tokens"]} tokens; {figures["rounds"]} '
            f'rounds of {figures["seconds"]} s in turn; medians, with the '
            'least and the most.\n\n### Against the targets\n']

    text.append(table('ratio', 'measured', 'target', ''))
    for what, ratio, sign, limit, met in targets(figures):
        text.append(row(what, f'{ratio:.3f}', f'{sign} {limit:.3f}',
                        'met' if met else '**missed**'))

    text.append('\n### A request\n\nInstructions are counted as the processor '
                'executes them, and by callgrind, which knows no SHA '
                'instructions; with warm compilers, and a clock that stands '
                'still; of "auth_request" those of the front server alone.\n')
    text.append(table('', 'case', *(f'instructions, {way}' for way in WAYS),
                      'requests a second', 'CPU, us',
                      '99 of 100 within, ms'))
    for name, cases in figures['requests'].items():
        for case, (rate, cpu, late) in cases.items():
            text.append(row(name, case,
                            *(f'{count:.0f}' for count in
                              figures['instructions'][name][case]),
                            ranged(rate), ranged(cpu, '.1f'),
                            ranged(late, '.2f')))
    for name, (rate, cpu, late) in figures['proxied'].items():
        text.append(row(name, 'passed, proxied', '', '', ranged(rate),
                        ranged(cpu, '.1f'), ranged(late, '.2f')))

    text.append('\n### A change of the table\n\nMilliseconds: the longest '
                'answer to a client that asks all the time, idle, while the '
                'file is replaced, and while a token is revoked; and how long '
                'it takes until a revocation is in force.\n')
    text.append(table('', 'idle', 'replaced', 'revoked', 'in force after'))
    for name, found in figures['growth'][figures['tokens']].items():
        if 'revoked' in found:
            text.append(row(name, *(f'{found[what][0]:.1f}' for what in
                                    ('idle', 'replaced', 'revoked')),
                            f'{found["revoked"][2]:.1f}'))

    text.append('\n### How it grows\n\nBy the number of tokens, each measured '
                'once. Memory is what there is beyond bare nginx, what is '
                'shared counted once. Requests are those that pass. Nothing '
                f'where a peer did not start within {PATIENCE} seconds, or a '
                'change was not in force in twice that.\n')
    names = list(figures['growth'][figures['tokens']])
    for what, form, value, _ in GROWTH:
        text.append(f'\n{what}:\n')
        text.append(table('tokens', *names))
        text.extend(row(count, *(
            f'{shown:{form}}' if shown is not None else ''
            for shown in (value(found[name]) for name in names)))
            for count, found in figures['growth'].items())

    text.append('\n')
    text.extend(f'![{what}]({image})\n' for what, _, _, image in GROWTH
                if image)
    text.append('\n')

    return ''.join(text)


def plot(figures, title, value, name, build):
    """A line a peer."""
    growth = figures['growth']
    names = [name for name in growth[figures['tokens']]
             if any(value(found[name]) is not None
                    for found in growth.values())]
    data = f'{build}/bench-peers/{os.path.basename(name)}.dat'

    with open(data, 'w') as out:
        for count, found in growth.items():
            shown = [value(found[peer]) for peer in names]
            out.write(' '.join([str(count)] + [
                '?' if one is None else str(max(one, 1e-3)) for one in shown])
                + '\n')

    lines = ', '.join(f'"{data}" using 1:{n + 2} with linespoints lw 2 '
                      f'title "{peer}"' for n, peer in enumerate(names))
    subprocess.run(['gnuplot'], input=(
        'set terminal svg size 720,420 dynamic background rgb "white"\n'
        f'set output "{name}"\nset logscale xy\nset key left top\n'
        'set datafile missing "?"\nset xlabel "tokens"\n'
        f'set ylabel "{title}"\nset grid\nplot {lines}\n'),
        text=True, check=True)


def write(figures, docs, build):
    """Returns the exit status: 1 where a target is missed."""
    name = f'{docs}/performance.md'

    with open(f'{build}/bench-peers/figures.json', 'w') as out:
        json.dump(figures, out, indent=1)

    with open(name) as old:
        before, rest = old.read().split(BEGIN)
    after = rest.split(END)[1]
    with open(name, 'w') as out:
        out.write(before + BEGIN + page(figures) + END + after)

    for what, _, value, image in GROWTH:
        if image:
            plot(figures, what, value, f'{docs}/{image}', build)

    missed = False
    for what, ratio, sign, limit, met in targets(figures):
        print(f'{what}: {ratio:.3f} ({sign} {limit:.3f})'
              + ('' if met else ', missed'))
        missed = missed or not met

    return int(missed)
