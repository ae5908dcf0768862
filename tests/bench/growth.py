"""make bench BENCH=--growth: recorded checks with a large store and tables of
many live keys, beside the same with hardly any.

Both services fill their own stores with batches, whose counts go through a
Redis each and fill the tables: ten million comments take some forty GB and a
quarter of an hour. Then the two take turns at comments of the same kind, whose texts
and authors are new to both, so that they are judged alike.
"""

import argparse
import os
import time
from dataclasses import dataclass

import programs
import report
import traffic
from report import say

CONNECTIONS, CONNECTIONS_BATCH = 64, 8
FILL_S = 2  # a run of load meanwhile
SMALL, SMALL_COUNTERS = 10000, 18
WAITING = "moderato_store_waiting"
NEW = 1 << 30  # number of the first comment that the two take turns at


@dataclass
class Side:
    """A service with its store and its Redis."""

    name: str
    comments: int
    counters: int  # binary logarithm of the keys that a table has room for
    redis: programs.Program = None
    server: programs.Program = None
    new: programs.Supply = None

    def start(self, folder, model, stack, texts):
        self.new = programs.Supply(texts, NEW)
        self.redis, uri = programs.start_redis(stack)
        self.server = programs.start_moderatod(
            folder,
            self.name,
            programs.THREADS,
            model,
            f"{uri}?counters={self.counters}",
        )
        stack.callback(self.server.end)

    def fill(self, old):
        done = 0
        while done < self.comments:
            send = old.ready("batch", self.server, CONNECTIONS_BATCH, FILL_S)
            done += send()["total"] * traffic.BATCH
            say(f"{self.name}: {done:,} of {self.comments:,} comments")
        self.comments = done
        while (waiting := programs.metrics(self.server)[WAITING]) > 0:
            say(f"{self.name}: {waiting:,.0f} comments are to be sorted in")
            time.sleep(1)
        self.server.pause()

    def turn(self, seconds):
        return programs.turn(
            self.server,
            self.redis,
            self.new.ready("one", self.server, CONNECTIONS, seconds),
        )

    def store_bytes(self, folder):
        with os.scandir(os.path.join(folder, self.name)) as files:
            return sum(file.stat().st_size for file in files if file.is_file())


def take_turns(sides, options):
    taken = {side.name: [] for side in sides}
    for number in range(options.rounds):
        for side in sides:
            say(f"round {number + 1} of {options.rounds}: {side.name}")
            taken[side.name].append(side.turn(options.seconds))
    return taken


def row(side, of, folder):
    return {
        "name": side.name,
        "comments": side.comments,
        "keys": 2**side.counters,
        "store_gb": side.store_bytes(folder) / 1e9,
        "redis_mib": side.redis.resident_mib(),
        "resident_mib": side.server.resident_mib(),
        **{key: report.spread([run[key] for run in of]) for key in of[0]},
    }


def table(rows, ratio):
    lines = [
        f"{'':8}{'comments':>12}{'GB':>7}{'room':>12}{'MiB':>7}"
        f"{'per s':>9}{'p50 ms':>8}{'p99 ms':>8}{'CPU µs':>8}"
        f"{'Redis':>7}{'RSS MiB':>9}"
    ]
    lines += [
        f"{r['name']:8}{r['comments']:12,}{r['store_gb']:7.1f}{r['keys']:12,}"
        f"{r['redis_mib']:7.0f}{r['comments_per_s']['median']:9,.0f}"
        f"{r['p50_us']['median'] / 1e3:8.1f}"
        f"{r['p99_us']['median'] / 1e3:8.1f}{r['cpu_us']['median']:8.0f}"
        f"{r['redis_cpu_us']['median']:7.0f}{r['resident_mib']:9.1f}"
        for r in rows
    ]
    return "\n".join(lines) + (
        f"\n\nlarge / small: {ratio['median']:.2f} "
        f"({ratio['low']:.2f} to {ratio['high']:.2f})"
    )


def arguments():
    parser = argparse.ArgumentParser(
        prog="tests/bench/run --growth", description=__doc__.split("\n\n", 1)[0]
    )
    parser.add_argument("--comments", type=int, default=10_000_000)
    parser.add_argument(
        "--counters",
        type=int,
        default=24,
        help="binary logarithm of the keys that the large "
        "one's tables have room for (%(default)s)",
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--seconds", type=float, default=4.0, help="of a turn (%(default)s)"
    )
    programs.add_usual(parser)
    return parser.parse_args()


def run(options, folder, stack):
    """A row a side, and the ratio of their rates."""
    loaded, _ = traffic.corpora(options.data, folder)
    texts = traffic.read_texts(loaded)
    old = programs.Supply(texts[::2])
    sides = [
        Side("small", SMALL, SMALL_COUNTERS),
        Side("large", options.comments, options.counters),
    ]
    for side in sides:
        side.start(folder, options.model, stack, texts[1::2])
        side.fill(old)
    taken = take_turns(sides, options)
    say("")
    ratio = report.ratio(taken["large"], taken["small"])
    return [row(side, taken[side.name], folder) for side in sides], ratio


def main():
    options = arguments()
    with programs.place() as (folder, stack):
        rows, ratio = run(options, folder, stack)
    print(table(rows, ratio))
    if options.json:
        report.write_json(options.json, {"rows": rows, "of_small": ratio})


if __name__ == "__main__":
    main()
