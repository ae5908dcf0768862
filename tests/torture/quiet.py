"""Whether the machine had nothing else to do while something was measured, by
the kernel's account of its processors: what was neither idle nor ours."""

import os
import pathlib
import time

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
IDLE = (3, 4)  # idle and waiting for disks, of the columns of /proc/stat
COLUMNS = 8  # up to what the host gave to others; guests are in them
MOST_SHARE = 0.1  # that others may take of a quiet machine


def busy_s():
    """That all processors worked, or others of their host did in their place."""
    line = pathlib.Path("/proc/stat").read_text().split("\n", 1)[0]
    ticks = [int(n) for n in line.split()[1 : 1 + COLUMNS]]
    return sum(n for i, n in enumerate(ticks) if i not in IDLE) / TICKS_PER_S


def process_s(pid):
    """That a process took so far, with its children that ended."""
    stat = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1]
    return sum(map(int, stat.split()[11:15])) / TICKS_PER_S


def ours_s(rig):
    """We, what we started and waited for, and what of a rig still runs."""
    running = [m.process for m in rig.made if m.process is not None]
    mine = [process_s(p.pid) for p in running if p.poll() is None]
    return process_s(os.getpid()) + sum(mine)


class Quiet:
    """A time that something is measured in."""

    def __init__(self, rig, budget):
        self.rig, self.budget = rig, budget

    def __enter__(self):
        self.since = time.monotonic(), busy_s(), ours_s(self.rig)
        return self

    def __exit__(self, *_):
        lasted, busy, ours = (
            now - then
            for now, then in zip((time.monotonic(), busy_s(), ours_s(self.rig)), self.since)
        )
        self.others = max(0.0, busy - ours) / (lasted * os.cpu_count())

    def promise(self, **figures):
        """Each a pair of what was measured and what it may be at most. They are
        told; in the whole form, on a machine that was quiet, they must hold. Else
        they say more of what the machine did for others."""
        self.budget.tell(
            others=round(self.others, 2), **{k: got for k, (got, _) in figures.items()}
        )
        if self.budget.whole and self.others <= MOST_SHARE:
            beyond = {k: pair for k, pair in figures.items() if pair[0] > pair[1]}
            assert not beyond, "measured and most, on a quiet machine"
