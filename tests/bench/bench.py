"""make bench: the service beside a bare libmicrohttpd, and the core alone.

The variants take turns, so what disturbs one round disturbs all of them. All
servers are there at once, all but one stopped: a service that has recorded
much makes it ready to be searched when it is idle, and would do so in the
others' turns.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass

import programs
import report
import traffic

FORMS = {
    # rounds, seconds a variant and round, passes of score
    "quick": (3, 2.0, 5),
    "full": (7, 6.0, 15),
}
CONNECTIONS, CONNECTIONS_BATCH = 64, 8


@dataclass
class Variant:
    """One line of the table: which requests go to which server."""

    name: str
    requests: str  # a name of traffic.write_all
    server: str    # a name in Bench.servers
    comments: int = 1  # in a request
    rival: "Variant" = None  # the same comments, asked in our own dialect

    def connections(self):
        return CONNECTIONS if self.comments == 1 else CONNECTIONS_BATCH


BARE = Variant("bare libmicrohttpd", "one", "bare")
JUDGED = Variant("judged only (test)", "test", "judge")
RECORDED = Variant("memory + SQLite", "one", "memory")
VARIANTS = (
    BARE,
    JUDGED,
    Variant("judged, Akismet's way", "test-akismet", "judge", rival=JUDGED),
    RECORDED,
    Variant("memory, Akismet's way", "one-akismet", "akismet",
            rival=RECORDED),
    Variant("Redis + SQLite", "one", "redis"),
    Variant("batch of 100, memory", "batch", "batch", traffic.BATCH),
)


class Bench:
    """The servers, and where each variant is in its requests."""

    def __init__(self, options, folder, stack):
        self.rounds, self.seconds, _ = FORMS[options.form]
        self.folder = folder
        self.stack = stack
        self.model = options.model
        self.threads = max(1, os.cpu_count() // 2)
        self.servers = {}
        self.sent = defaultdict(int)

    def started(self, program):
        self.stack.callback(program.end)
        return program

    def start(self, requests):
        self.requests = requests
        # the path of a socket must be short, so not in our own folder
        redis, uri = programs.start_redis(self.stack.enter_context(
            tempfile.TemporaryDirectory(prefix="bench-")))
        self.redis = self.started(redis)
        for name in ("judge", "memory", "akismet", "redis", "batch"):
            state = uri if name == "redis" else "memory"
            self.servers[name] = self.started(programs.start_moderatod(
                self.folder, name, self.threads, self.model, state))
        answer_bytes = self.load(RECORDED, 0.5)["answer_bytes"]
        self.servers["bare"] = self.started(programs.start_bare(
            self.folder, self.threads, round(answer_bytes)))
        for server in self.servers.values():
            server.pause()
        return answer_bytes

    def load(self, variant, seconds):
        """One run of load.c, as it tells it."""
        done = subprocess.run(
            ["build/tests/bench/load", str(self.servers[variant.server].port),
             str(variant.connections()), str(seconds),
             str(self.sent[variant.name]), self.requests[variant.requests]],
            capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{variant.name}: {done.stderr}")
        told = json.loads(done.stdout)
        if told["failed"] > 0:
            raise SystemExit(f"{variant.name}: {told['failed']} of "
                             f"{told['total']} answers were not 200")
        self.sent[variant.name] += told["total"]
        return told

    def measure(self, variant):
        server = self.servers[variant.server]
        server.resume()
        before, redis_before = server.cpu_s(), self.redis.cpu_s()
        told = self.load(variant, self.seconds)
        server.pause()
        comments = told["total"] * variant.comments
        return {
            "comments_per_s": told["per_s"] * variant.comments,
            "p50_us": told["p50_us"],
            "p99_us": told["p99_us"],
            "cpu_us": (server.cpu_s() - before) / comments * 1e6,
            "redis_cpu_us":
                (self.redis.cpu_s() - redis_before) / comments * 1e6,
        }

    def run(self):
        """A row a variant: medians over the rounds, and ratios to bare."""
        taken = defaultdict(list)
        for number in range(self.rounds):
            for variant in VARIANTS:
                say(f"round {number + 1} of {self.rounds}: {variant.name}")
                taken[variant.name].append(self.measure(variant))
        say("")
        return [self.row(variant, taken) for variant in VARIANTS]

    def row(self, variant, taken):
        mine, bare = taken[variant.name], taken[BARE.name]
        row = {key: report.spread([run[key] for run in mine])
               for key in mine[0]}
        row["name"] = variant.name
        row["resident_mib"] = self.servers[variant.server].resident_mib()
        row["of_bare"] = ratio(mine, bare)
        row["of_v1"] = (ratio(mine, taken[variant.rival.name])
                        if variant.rival else None)
        if variant.server != "redis":
            row["redis_cpu_us"] = None
        return row


def ratio(mine, theirs):
    """Of what two variants did in the same rounds."""
    return report.spread([a["comments_per_s"] / b["comments_per_s"]
                          for a, b in zip(mine, theirs)])


def say(what):
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K" + what)
        sys.stderr.flush()


def fdatasync_us(folder):
    """The median of what one 4 KiB write costs until it is on disk."""
    path, times = os.path.join(folder, "fdatasync"), []
    with open(path, "wb", buffering=0) as file:
        for _ in range(51):
            file.write(bytes(4096))
            before = time.monotonic()
            os.fdatasync(file.fileno())
            times.append((time.monotonic() - before) * 1e6)
    return sorted(times)[len(times) // 2]


def score(options, paths):
    done = subprocess.run(
        ["build/tests/bench/score", options.model,
         str(FORMS[options.form][2]), *paths],
        stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def arguments():
    parser = argparse.ArgumentParser(
        prog="tests/bench/run", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--quick", dest="form", action="store_const",
                        const="quick", default="quick",
                        help="about a minute (the default)")
    parser.add_argument("--full", dest="form", action="store_const",
                        const="full", help="about five minutes")
    parser.add_argument("--model", default="models/default", metavar="DIR")
    parser.add_argument("--data", default="../shared/data", metavar="DIR",
                        help="where the corpora are (%(default)s)")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--svg", metavar="FILE")
    return parser.parse_args()


def main():
    options = arguments()
    # whatever ends us ends the servers too
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ExitStack() as stack:
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="bench-", dir="build"))
        about = report.circumstances(fdatasync_us(folder))
        report.print_circumstances(about)
        loaded, timed = traffic.corpora(options.data, folder)
        if len(timed) == 1:
            print(f"no corpora in {options.data}: texts are our own "
                  "scenarios")
        scores = score(options, timed)
        report.print_scores(scores)
        print()
        texts = traffic.read_texts(loaded)
        bench = Bench(options, folder, stack)
        answer_bytes = bench.start(
            traffic.write_all(folder, texts, programs.KEY))
        rows = bench.run()
        setup = {
            "rounds": bench.rounds, "seconds": bench.seconds,
            "threads": bench.threads, "connections": CONNECTIONS,
            "connections_batch": CONNECTIONS_BATCH, "texts": len(texts),
            "answer_bytes": answer_bytes,
            "sets": ", ".join(os.path.basename(path).split(".")[0]
                              for path in loaded),
        }
        report.print_load(rows, setup)
    if options.json:
        report.write_json(options.json, {
            "about": about, "setup": setup, "rows": rows, "score": scores})
    if options.svg:
        report.write_svg(options.svg, rows, about)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
