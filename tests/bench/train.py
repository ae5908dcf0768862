"""Training beside liblinear-train: CPU and peak memory, taking turns.

Ours reads texts, extracts features, trains, calibrates by machines that left
a fold out and writes the report; liblinear-train (Debian: liblinear-tools)
reads the same rows' vectors and trains once. Usage:
  train.py [--rows N,N...] [--turns N] [--build DIR] [--data DIR]
  train.py --million       ours alone, with the time on the clock
  train.py --corpus FILE   NDJSON of spam and ham instead of make_scale.py's
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROWS = "24000,100000"
MILLION = 1_000_000


def cost(argv):
    """Seconds of CPU and on the clock, and peak MiB of a command."""
    begun = time.monotonic()
    child = subprocess.Popen(argv, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"{argv[0]}: exit {child.returncode}")
    return (
        usage.ru_utime + usage.ru_stime,
        time.monotonic() - begun,
        usage.ru_maxrss / 1024,
    )


def ours(build, corpus, folder):
    return [f"{build}/moderato-train", "train", "--force", "--out", folder, corpus]


def theirs(build, corpus, folder):
    vectors = os.path.join(folder, "vectors")
    with open(vectors, "wb") as to:
        subprocess.run([f"{build}/tests/bench/vectors", corpus], stdout=to, check=True)
    return ["liblinear-train", "-q", "-s", "1", vectors, os.path.join(folder, "theirs")]


def take_turns(commands, turns):
    """The medians of each command's costs."""
    costs = {name: [] for name in commands}
    for _ in range(turns):
        for name, argv in commands.items():
            costs[name].append(cost(argv))
    return {
        name: [statistics.median(c) for c in zip(*each)] for name, each in costs.items()
    }


def put(name, cpu, clock, peak, form="{:8.2f}"):
    print(f"{name:22}", *(form.format(x) for x in (cpu, clock, peak)), flush=True)


def compare(corpus, a, folder):
    commands = {"moderato-train train": ours(a.build, corpus, folder)}
    if not a.million:
        commands["liblinear-train -s 1"] = theirs(a.build, corpus, folder)
    medians = take_turns(commands, a.turns)
    for name, figures in medians.items():
        put(name, *figures)
    if not a.million:
        put("ratio", *(x / y for x, y in zip(*medians.values())))


def main():
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    asked.add_argument("--rows", default=ROWS)
    asked.add_argument("--million", action="store_true")
    asked.add_argument("--corpus")
    asked.add_argument("--turns", type=int, default=3)
    asked.add_argument("--build", default="build")
    asked.add_argument("--data", default="../shared/data")
    a = asked.parse_args()
    sizes = [MILLION] if a.million else [int(n) for n in a.rows.split(",")]
    put("", "CPU s", "clock s", "peak MiB", "{:>8}")
    with tempfile.TemporaryDirectory() as folder:
        if a.corpus:
            compare(a.corpus, a, folder)
            return
        for n in sizes:
            corpus = os.path.join(folder, "corpus.jsonl")
            subprocess.run(
                [sys.executable, f"{a.data}/make_scale.py", str(n), corpus],
                stdout=subprocess.DEVNULL,
                check=True,
            )
            print(f"{n} rows")
            compare(corpus, a, folder)


if __name__ == "__main__":
    main()
