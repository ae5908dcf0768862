"""Daemons whose allocations fail when they are told to (alloc_preload.c)."""

import contextlib
import mmap
import random
import struct

import requests
from conftest import BUILD

PRELOAD = BUILD / "tests/torture/alloc_preload.so"
FIELDS = (
    "calls", "from", "until", "one_in", "chance", "failed", "blocks", "mapped", "survey",
    "path_fails",
)  # fmt: skip
HEAD = 8 * len(FIELDS)
PATHS = 1 << 16
PATH = struct.Struct("<QQ")  # its hash, odd once one of it failed; the first call
NEVER = 1 << 62
REFUSED = (413, 429, 500, 502, 503, 504)


class Allocator:
    """The file through which a daemon's allocator is watched and ordered."""

    def __init__(self, folder):
        self.path = folder / "allocator"
        self.path.write_bytes(bytes(HEAD + PATH.size * PATHS))
        with open(self.path, "r+b") as f:
            self.shared = mmap.mmap(f.fileno(), 0)
        self.known, self.failed = set(), set()  # hashes of paths

    def get(self, name):
        return struct.unpack_from("<q", self.shared, 8 * FIELDS.index(name))[0]

    def set(self, **values):
        for name, value in values.items():
            struct.pack_into("<q", self.shared, 8 * FIELDS.index(name), value)

    def note_paths(self):
        """Takes down which paths there were and which of them failed; those of
        which none ever did, and the first call that came by each."""
        found = [p for p in PATH.iter_unpack(self.shared[HEAD:]) if p[0]]
        self.known |= {h & ~1 for h, _ in found}
        self.failed |= {h & ~1 for h, _ in found if h & 1}
        self.shared[HEAD:] = bytes(PATH.size * PATHS)
        return {h: call for h, call in found if h & ~1 not in self.failed}

    def covered(self):
        """Figures of that."""
        self.note_paths()
        return {"paths": len(self.known), "paths_failed": len(self.failed)}

    @contextlib.contextmanager
    def surveying(self):
        """Has it be seen by which paths allocations come."""
        self.note_paths()
        self.set(survey=1)
        try:
            yield
        finally:
            self.set(survey=0)

    def places(self, calls, seed):
        """What of a survey is to fail: paths of which none failed yet, with the
        first call of each, and all other calls, each in an order of chance."""
        order = random.Random(seed)
        new = sorted((h, c) for h, c in self.note_paths().items() if c < calls)
        others = sorted(set(range(calls)) - {c for _, c in new})
        order.shuffle(new)
        order.shuffle(others)
        return new, others

    def arm(self, first, n=1):
        """Calls first, first + 1 … from now on fail, `n` of them."""
        self.set(calls=NEVER, failed=0, until=first + n)
        self.set(**{"from": first, "calls": 0})

    def disarm(self):
        self.set(until=0, one_in=0, path_fails=0)
        return self.get("failed")

    @contextlib.contextmanager
    def failing(self, first, n=1):
        self.arm(first, n)
        try:
            yield
        finally:
            self.disarm()

    @contextlib.contextmanager
    def failing_path(self, path):
        """The next call that comes by it fails."""
        self.set(calls=0, failed=0, path_fails=path)
        try:
            yield
        finally:
            self.disarm()

    @contextlib.contextmanager
    def failing_by_chance(self, one_in, seed):
        self.set(failed=0, chance=seed | 1, one_in=one_in)
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


class Answers:
    """What came of requests whose allocations failed, by kind."""

    def __init__(self):
        self.counts = {"served": 0, "refused": 0, "cut": 0}

    def note(self, kind):
        self.counts[kind] += 1

    def take(self, ask, more=()):
        """Sends a request by ask(); its answer when it was served, or None when
        it was refused with a status of ours, or one `more`."""
        try:
            got = ask()
        except requests.ConnectionError:
            self.note("cut")
            return None
        if got.status_code >= 400:
            self.note("refused")
            assert got.status_code in (*REFUSED, *more), got.text
            return None
        self.note("served")
        return got
