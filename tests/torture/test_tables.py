"""Values that strangers chose to collide find no table in memory that minds."""

import json
import subprocess

from conftest import BUILD

RATIO_MAX = 2.0
TRIES = 5


def run(name, *arguments):
    """The lines of JSON that a program of ours prints."""
    command = [BUILD / "tests/torture" / name, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def ratios(table):
    return {sort: table[sort] / table["random"] for sort in ("djb2", "fnv")}


def test_collisions_cost_nothing(budget):
    for left in reversed(range(TRIES)):
        tables = {t["table"]: ratios(t) for t in run("tables", budget.of(1, 9))}
        worst = max((max(r.values()), name) for name, r in tables.items())
        if worst[0] <= RATIO_MAX or left == 0:
            break
    budget.tell(tables=len(tables), ratio=round(worst[0], 2), of=worst[1])
    assert worst[0] <= RATIO_MAX, tables


def test_keys_of_the_state_are_injective(budget):
    (found,) = run("signal_keys", budget.of(100_000, 1_000_000))
    budget.tell(keys=found["keys"])
    assert found["wrong"] == 0
