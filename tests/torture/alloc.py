"""Daemons whose allocations fail when they are told to (alloc_preload.c)."""

import contextlib
import mmap
import random
import struct

import requests
from conftest import BUILD

PRELOAD = BUILD / "tests/torture/alloc_preload.so"
FIELDS = ("calls", "from", "until", "one_in", "chance", "failed", "blocks", "mapped")
NEVER = 1 << 62


class Allocator:
    """The file through which a daemon's allocator is watched and ordered."""

    def __init__(self, folder):
        self.path = folder / "allocator"
        self.path.write_bytes(bytes(8 * len(FIELDS)))
        with open(self.path, "r+b") as f:
            self.shared = mmap.mmap(f.fileno(), 0)

    def get(self, name):
        return struct.unpack_from("<q", self.shared, 8 * FIELDS.index(name))[0]

    def set(self, **values):
        for name, value in values.items():
            struct.pack_into("<q", self.shared, 8 * FIELDS.index(name), value)

    def arm(self, first, n=1):
        """Calls first, first + 1 … from now on fail, `n` of them."""
        self.set(calls=NEVER, failed=0, until=first + n)
        self.set(**{"from": first, "calls": 0})

    def arm_by_chance(self, one_in, seed):
        self.set(failed=0, chance=seed | 1, one_in=one_in)

    def disarm(self):
        self.set(until=0, one_in=0)
        return self.get("failed")

    @contextlib.contextmanager
    def failing(self, first, n=1):
        self.arm(first, n)
        try:
            yield
        finally:
            self.disarm()


def watched(daemon, allocator):
    """Has the daemon run with this allocator; itself."""
    plain = daemon.environment
    more = {
        "LD_PRELOAD": str(PRELOAD),
        "ALLOC_CONTROL": str(allocator.path),
        "ASAN_OPTIONS": "verify_asan_link_order=0:allocator_may_return_null=1",
    }
    daemon.environment = lambda: plain() | more
    return daemon


def places(calls, most, seed):
    """Which of `calls` allocations fail in turn: all, or a sample of `most`."""
    if calls <= most:
        return list(range(calls))
    return sorted(random.Random(seed).sample(range(calls), most))


class Answers:
    """What came of requests whose allocations failed, by kind."""

    def __init__(self):
        self.counts = {"served": 0, "held": 0, "refused": 0, "cut": 0}

    def note(self, kind):
        self.counts[kind] += 1

    def take(self, ask):
        """Sends a request by ask(); its answer when it was served, or None."""
        try:
            got = ask()
        except requests.ConnectionError:
            self.note("cut")
            return None
        if got.status_code >= 400:
            self.note("refused")
            assert got.status_code in (413, 429, 500, 502, 503, 504), got.text
            return None
        self.note("served")
        return got
