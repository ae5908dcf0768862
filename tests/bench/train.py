"""Training beside liblinear-train: CPU and peak memory, taking turns.

Ours reads texts, extracts features, trains, calibrates by five more trainings
and writes the report; liblinear-train (Debian: liblinear-tools) reads the same
rows' vectors and trains once. Usage:
  train.py CORPUS [--turns N] [--build DIR]
CORPUS: NDJSON of spam and ham, such as make_scale.py's.
"""
import argparse
import os
import statistics
import subprocess
import tempfile


def cost(argv):
    """CPU seconds and peak MiB of a command."""
    child = subprocess.Popen(argv, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f'{argv[0]}: exit {child.returncode}')
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    asked = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    asked.add_argument('corpus')
    asked.add_argument('--turns', type=int, default=3)
    asked.add_argument('--build', default='build')
    a = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        vectors = os.path.join(folder, 'vectors')
        with open(vectors, 'wb') as to:
            subprocess.run([f'{a.build}/tests/bench/vectors', a.corpus],
                           stdout=to, check=True)
        commands = {
            'moderato-train train': [
                f'{a.build}/moderato-train', 'train', '--out', folder,
                a.corpus],
            'liblinear-train -s 1': [
                'liblinear-train', '-q', '-s', '1', vectors,
                os.path.join(folder, 'theirs')],
        }
        costs = {name: [] for name in commands}
        for _ in range(a.turns):
            for name, argv in commands.items():
                costs[name].append(cost(argv))
    medians = {name: [statistics.median(c) for c in zip(*each)]
               for name, each in costs.items()}
    for name, (cpu, peak) in medians.items():
        print(f'{name:22} {cpu:8.2f} s CPU {peak:8.1f} MiB')
    ours, theirs = medians.values()
    print(f'{"ratio":22} {ours[0] / theirs[0]:8.2f}       '
          f'{ours[1] / theirs[1]:8.2f}')


if __name__ == '__main__':
    main()
