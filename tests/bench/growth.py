"""make bench BENCH=--growth: recorded checks with a large store and tables of
many live keys, beside the same with hardly any.

Both services fill their own stores with batches, whose counts go through a
Redis each and fill the tables: ten million comments take some forty GB and
half an hour. Then the two take turns at the same comments, whose texts and
authors are new to both, so that they are judged alike.
"""

import argparse
import os
import re
import sys
import time
import urllib.request
from dataclasses import dataclass

import programs
import report
import traffic
from report import say

CONNECTIONS, CONNECTIONS_BATCH = 64, 8
BATCHES = traffic.REQUESTS_MAX // traffic.BATCH  # in a file
FILL_S = 2  # a run of load meanwhile
SMALL, SMALL_COUNTERS = 10000, 18
OF_ONE = 5  # comments by somebody, of those that are there
PATH = "/v1/comments"


class Writers:
    """Comments without end: of each text there is one, then one more. Old
    ones were by others, each of whom wrote a few."""

    def __init__(self, texts, old):
        self.texts, self.old, self.number = texts, old, 0

    def comments(self, n):
        for number in range(self.number, self.number + n):
            again, which = divmod(number, len(self.texts))
            text, author = self.texts[which]
            text = f"{text} {again}" if again else text
            who = traffic.PEOPLE + number // OF_ONE if self.old else None
            yield traffic.comment(number, text, author, False, who)
        self.number += n

    def batches(self, n):
        for _ in range(n):
            yield {"comments": list(self.comments(traffic.BATCH))}


def requests(path, target, values):
    return traffic.write_requests(
        path,
        (
            traffic.http(target, programs.KEY, traffic.json_body(value))
            for value in values
        ),
    )


@dataclass
class Side:
    """A service with its store and its Redis."""

    name: str
    comments: int
    counters: int  # binary logarithm of the keys that a table has room for
    redis: programs.Program = None
    server: programs.Program = None
    sent: int = 0

    def start(self, folder, model, stack):
        self.redis, uri = programs.start_redis(stack)
        self.server = programs.start_moderatod(
            folder,
            self.name,
            programs.THREADS,
            model,
            f"{uri}?counters={self.counters}",
        )
        stack.callback(self.server.end)

    def fill(self, folder, writers):
        path, done = os.path.join(folder, "batches.requests"), 0
        while done < self.comments:
            requests(path, PATH + ":batch", writers.batches(BATCHES))
            at = last = 0
            while at + last <= BATCHES and done < self.comments:
                last = programs.load(
                    self.server.port, CONNECTIONS_BATCH, FILL_S, at, path
                )["total"]
                at, done = at + last, done + last * traffic.BATCH
                say(f"{self.name}: {done:,} of {self.comments:,} comments")
        self.comments = done
        while (waiting := self.waiting()) > 0:
            say(f"{self.name}: {waiting:,} comments are to be sorted in")
            time.sleep(1)
        self.server.pause()

    def waiting(self):
        """Comments that are recorded, but not yet where they will be."""
        url = f"http://127.0.0.1:{self.server.admin_port}/metrics"
        with urllib.request.urlopen(url) as answer:
            told = answer.read().decode()
        return int(re.search(r"^moderato_store_waiting (\d+)$", told, re.M)[1])

    def load(self, seconds, path):
        told = programs.load(self.server.port, CONNECTIONS, seconds, self.sent, path)
        self.sent += told["total"]
        return told

    def store_bytes(self, folder):
        with os.scandir(os.path.join(folder, self.name)) as files:
            return sum(file.stat().st_size for file in files if file.is_file())


def take_turns(sides, options, path):
    taken = {side.name: [] for side in sides}
    for number in range(options.rounds):
        for side in sides:
            say(f"round {number + 1} of {options.rounds}: {side.name}")
            taken[side.name].append(
                programs.turn(
                    side.server, side.redis, lambda: side.load(options.seconds, path)
                )
            )
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
    parser.add_argument("--model", default="models/default", metavar="DIR")
    parser.add_argument(
        "--data",
        default="../shared/data",
        metavar="DIR",
        help="where the corpora are (%(default)s)",
    )
    parser.add_argument("--json", metavar="FILE")
    return parser.parse_args()


def run(options, folder, stack):
    """A row a side, and the ratio of their rates."""
    loaded, _ = traffic.corpora(options.data, folder)
    texts = traffic.read_texts(loaded)
    old, new = Writers(texts[::2], True), Writers(texts[1::2], False)
    sides = [
        Side("small", SMALL, SMALL_COUNTERS),
        Side("large", options.comments, options.counters),
    ]
    for side in sides:
        side.start(folder, options.model, stack)
        side.fill(folder, old)
    path = requests(
        os.path.join(folder, "one.requests"), PATH, new.comments(traffic.REQUESTS_MAX)
    )
    taken = take_turns(sides, options, path)
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
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
