"""The power goes, or the disk fails, below a store that is used.

The program tests/torture/power has SQLite write to a disk of its own, which
loses, reorders and tears what was not synced (disk.h).
"""

import collections
import json
import subprocess

from conftest import BUILD

CUTS = 50  # of one run, each run with a seed of its own
KINDS = ("write", "full", "sync")  # of calls that every life has


def power(*arguments):
    """Runs it: the figures that it prints."""
    program = BUILD / "tests/torture/power"
    done = subprocess.run(
        [program, *map(str, arguments)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return collections.Counter(json.loads(done.stdout))


def test_power_cuts(budget):
    """Whatever was acknowledged is there when the power comes back."""
    figures = collections.Counter()
    for n in budget.rounds(short=2, whole=40):
        figures.update(power("cuts", CUTS, n + 1))
    assert figures["acked"] > figures["cuts"]
    assert min(figures[kind] for kind in ("in_packs", "faded", "copies")) > 0
    budget.tell(**figures)


def test_failing_calls(budget):
    """One call of each kind fails, every one in turn, while comments come and
    are decided, sorted in, indexed and deleted for their age, and copied."""
    figures = power("faults", budget.of(short=150, whole=1), 1)
    assert min(figures[kind] for kind in (*KINDS, "faded", "copies")) > 0
    budget.tell(**figures)


def test_moves(budget):
    """A reader holds a part of the log back, and the sync that the moved part
    waits for fails: all that was acknowledged is there after a power cut."""
    figures = power("moves", budget.of(short=10, whole=1000), 1)
    assert figures["acked"] > figures["moves"] > 0
    budget.tell(**figures)
