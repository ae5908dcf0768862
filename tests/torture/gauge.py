"""How long ordinary requests take, by a program of its own (tests/bench/load.c):
what else Python does meanwhile, such as being slow, is not timed."""

import itertools
import json
import statistics
import subprocess
import time

from conftest import BUILD, PATIENCE_S
from paced import check

PROGRAM = BUILD / "tests/bench/load"
WARM_SHARE = 0.2  # of its seconds, which it does not count
TEXTS = 200


def remarks(**more):
    return [
        check(f"remark {n} of {TEXTS} about this page", **more) for n in range(TEXTS)
    ]


class Gauge:
    """Sends so many a second, whatever becomes of those before; a time counts
    from when its request was due. 0: each connection its next one when it is
    answered. Remarks, unless other requests are given; to the API, unless another
    port is."""

    numbers = itertools.count()

    def __init__(self, daemon, per_s, connections=16, requests=None, port=None):
        self.file = daemon.folder / f"requests.{next(self.numbers)}"
        sent = requests or remarks()
        self.file.write_bytes(b"".join(b"%d\n%s" % (len(r), r) for r in sent))
        self.port, self.per_s = port or daemon.port, per_s
        self.connections = connections

    def start(self, seconds):
        """Measures for so long from now on, less a fifth to begin with."""
        order = [self.port, self.connections, seconds, 0, self.file, self.per_s]
        return subprocess.Popen(
            [PROGRAM, *map(str, order)], stdout=subprocess.PIPE, text=True
        )

    @staticmethod
    def read(process):
        """What it measured, once it ended: all were served."""
        told = json.loads(process.communicate(timeout=PATIENCE_S)[0])
        assert told["failed"] == 0, told
        return told

    def measure(self, seconds):
        return self.read(self.start(seconds))

    def measure_from(self, seconds, trouble):
        """With some trouble from when it counts until it ends."""
        process = self.start(seconds)
        time.sleep(WARM_SHARE * seconds)
        with trouble:
            return self.read(process)


def beside(calm, trouble):
    """Figures of measurements in turn, by their medians."""
    calm_ms, trouble_ms = (
        statistics.median(told["p99_us"] for told in each) / 1000
        for each in (calm, trouble)
    )
    return dict(
        measured=[sum(told["total"] for told in each) for each in (calm, trouble)],
        calm_p99_ms=round(calm_ms, 1),
        p99_ms=round(trouble_ms, 1),
        added_p99_ms=round(trouble_ms - calm_ms, 1),
        p99_ratio=round(trouble_ms / calm_ms, 2),
    )
