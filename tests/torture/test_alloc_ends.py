"""No allocation that fails while it starts or ends harms the service: it starts
or says why not, and ends with all that it acknowledged on disk."""

import contextlib
import itertools
import subprocess

import pytest
from alloc import NEVER, Allocator, watched
from conftest import wait_for

SEED = 20261126
FLAGS = ("--limit-author", "0", "--limit-ip", "0", "--threads", "2")


class Birth:
    """Starts of a daemon on a folder that is there, each with a failure."""

    def __init__(self, rig):
        self.allocator = Allocator(rig.place())
        self.daemon = watched(rig.daemon(*FLAGS), self.allocator)
        self.daemon.start()
        self.daemon.post({"content": "before all else"})
        self.ended()

    def ended(self):
        """Ends it; its code."""
        try:
            return self.daemon.end()
        except subprocess.TimeoutExpired:
            pytest.fail("does not end")

    def calls(self):
        """How many allocations a start takes, and what is left at the end."""
        self.allocator.set(calls=0, blocks=0, mapped=0)
        with self.allocator.surveying():
            self.daemon.start()
        calls = self.allocator.get("calls")
        assert self.ended() == 0
        return calls, self.allocator.get("blocks")

    def fail(self, first):
        """A start in which one fails: whether it started all the same."""
        self.allocator.set(blocks=0)
        self.allocator.arm(first)
        d = self.daemon.spawn()
        # what it says before it has a log is no JSON
        wait_for(
            f"start without {first}",
            lambda: d.ended() or '"event":"listening"' in d.err.read_text(),
            20,
        )
        self.allocator.disarm()
        started = not d.ended()
        code = self.ended() if started else d.process.returncode
        said = d.err.read_text()
        assert code == (0 if started else 1) or (code == 2 and said), said
        assert started or said.strip(), f"nothing is said of {first}"
        return started


def test_a_start_fails_in_turn(rig, budget):
    birth = Birth(rig)
    calls, usual = birth.calls()
    counts = {True: 0, False: 0}
    left = []
    new, others = birth.allocator.places(calls, SEED)
    for first in budget.each([c for _, c in new] + others, 15):
        counts[birth.fail(first)] += 1
        left.append(birth.allocator.get("blocks"))
    d = birth.daemon.start()
    got = d.ask("GET", "/v1/comments?engine_id=none")
    assert got.status_code < 500
    assert birth.ended() == 0
    budget.tell(calls=calls, started=counts[True], refused=counts[False])
    budget.tell(**birth.allocator.covered())
    budget.tell(blocks_usual=usual, blocks_most=max(left))
    assert max(left) <= usual


def test_the_end_fails_in_turn(rig, budget):
    """What is acknowledged before and during the drain is there after it."""
    allocator = Allocator(rig.place())
    d = watched(rig.daemon(*FLAGS), allocator).start()
    acked, serial = [], itertools.count(1)

    def life(first, seen=contextlib.nullcontext):
        text = f"What a fine day, number {next(serial)}"
        d.check({"content": text})
        acked.append(text)
        allocator.arm(first)
        with seen():
            code = d.end()
        calls = allocator.get("calls")
        failed = allocator.disarm()
        assert code == 0, d.err.read_text()[-2000:]
        d.start()
        return calls, failed

    calls = life(NEVER, allocator.surveying)[0]
    new, others = allocator.places(calls, SEED)
    failed = 0
    for first in budget.each([c for _, c in new] + others, 8):
        failed += life(first)[1]
    assert set(acked) <= {text for text, in d.stored("SELECT content FROM comment")}
    budget.tell(calls=calls, failed=failed, **allocator.covered())
