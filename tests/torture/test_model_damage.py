"""A model that was damaged, wherever it was, is never taken: neither at the
start nor while the service runs, which goes on with the one it has.

tests/unit/model_file_test.c cuts a small model at each byte and flips each;
here it is the shipped one, and the whole service.
"""

import os
import random
import shutil

import pytest
from conftest import MODEL, wait_for

SEED = 20261126
HEAD_BYTES = 24 + 64 + 2 * 19 * 8  # numbers, name, a struct model_head each
TRIED = {"content": "Thanks, the part on indexes was what I needed.", "test": True}


class Damaged:
    """A daemon on a copy of the shipped model, which a test may spoil."""

    def __init__(self, rig):
        self.folder = rig.place() / "model"
        shutil.copytree(MODEL, self.folder)
        self.file = self.folder / "model.bin"
        self.bytes = self.file.stat().st_size
        self.daemon = rig.daemon(model=self.folder)

    def spoil(self, cut=None, flip=None):
        """Cuts the file at a byte, or flips a bit of one; how to mend it."""
        with open(self.file, "r+b") as f:
            f.seek(cut if flip is None else flip[0])
            rest = f.read() if flip is None else f.read(1)
            if flip is None:
                f.truncate(cut)
            else:
                f.seek(flip[0])
                f.write(bytes([rest[0] ^ 1 << flip[1]]))
        return (cut if flip is None else flip[0]), rest

    def mend(self, at, rest):
        with open(self.file, "r+b") as f:
            f.seek(at)
            f.write(rest)

    def events(self):
        return [e["event"] for e in self.daemon.log()]

    def reload(self):
        """Has the daemon read the model again; what it said."""
        before = len(self.events())
        self.daemon.hang_up()

        def told():
            new = self.events()[before:]
            return [e for e in new if e in ("reloaded", "failed")]

        return wait_for("a word about the model", told)[0]


def faults(size, rounds):
    """Where to cut and what to flip: all of the head when there is time, then
    strides over the weights, and the digest."""
    draw = random.Random(SEED)
    head = [{"flip": (at, bit)} for at in range(HEAD_BYTES) for bit in range(8)]
    head += [{"cut": at} for at in range(HEAD_BYTES)]
    digest = [{"flip": (size - 1 - at, at % 8)} for at in range(32)]
    rest = [{"cut": size - 1}, {"cut": size - 32}]
    stride = max(1, size // max(1, rounds))
    for at in range(HEAD_BYTES, size, stride):
        at += draw.randrange(min(stride, size - at))
        rest.append({"flip": (at, draw.randrange(8))})
        if draw.random() < 0.1:
            rest.append({"cut": at})
    draw.shuffle(head)
    short = head[:12] + digest[:4] + rest[: rounds + 2]
    return short if rounds < 100 else head + digest + rest


@pytest.fixture
def damaged(rig):
    return Damaged(rig)


def test_reloads_keep_what_they_have(damaged, budget):
    daemon = damaged.daemon.start()
    verdict = daemon.check(TRIED)
    tried = 0
    for fault in faults(damaged.bytes, budget.of(12, 4000)):
        if tried > 30 and budget.over():
            break
        mending = damaged.spoil(**fault)
        assert damaged.reload() == "failed", fault
        damaged.mend(*mending)
        tried += 1
    again = daemon.check(TRIED)
    assert again["scores"] == verdict["scores"] and again["degraded"] == []
    assert damaged.reload() == "reloaded"
    assert daemon.check(TRIED)["scores"] == verdict["scores"]
    budget.tell(tried=tried, accepted=0, bytes=damaged.bytes)


def test_starts_hold_all(damaged, budget):
    tried = 0
    for fault in faults(damaged.bytes, budget.of(1, 300))[:: budget.of(6, 7)]:
        if tried > 3 and budget.over():
            break
        mending = damaged.spoil(**fault)
        daemon = damaged.daemon.start()
        verdict = daemon.check(TRIED)
        assert verdict["degraded"] == ["model"] and verdict["action"] == "hold"
        assert daemon.event("model.missing"), fault
        damaged.mend(*mending)
        assert daemon.end() == 0
        tried += 1
    budget.tell(tried=tried, accepted=0)


@pytest.mark.parametrize("mode", [0o666, 0o646, 0o602])
def test_what_anybody_may_write_is_refused(damaged, mode):
    os.chmod(damaged.file, mode)
    daemon = damaged.daemon.start()
    assert daemon.check(TRIED)["action"] == "hold"
    os.chmod(damaged.file, 0o644)
    assert damaged.reload() == "reloaded"
    assert daemon.check(TRIED)["degraded"] == []


def test_a_link_is_refused(damaged):
    real = damaged.file.rename(damaged.folder / "real.bin")
    damaged.file.symlink_to(real)
    daemon = damaged.daemon.start()
    assert daemon.check(TRIED)["action"] == "hold"
    assert "symbolic link" in daemon.event("failed")["error"]
