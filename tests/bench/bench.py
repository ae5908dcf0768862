"""make bench: the service beside a bare libmicrohttpd, and the core alone; in
full also beside other software, and how long answers take at fixed rates.

The variants take turns, so what disturbs one round disturbs all of them. All
servers are there at once, all but one stopped: a service that has recorded
much makes it ready to be searched when it is idle, and would do so in the
others' turns.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass

import peers
import programs
import report
import traffic
from report import say


@dataclass(frozen=True)
class Form:
    rounds: int
    seconds: float  # a variant and round
    passes: int  # of score


FORMS = {"quick": Form(3, 2.0, 5), "full": Form(5, 4.0, 15)}
CONNECTIONS, CONNECTIONS_BATCH = 64, 8
RATES = (1000, 5000, 10000, 20000)  # comments a second
RATE_ROUNDS = 3
TEXTS_TIMED = 20000  # for programs that read files


@dataclass
class Variant:
    """One line of the table: which requests go to which server."""

    name: str
    requests: str  # a name of traffic.write_all
    server: str  # a name in Bench.servers
    comments: int = 1  # in a request
    rival: "Variant" = None  # the same comments, asked in our own dialect
    connections: int = CONNECTIONS


BARE = Variant("bare libmicrohttpd", "one", "bare")
JUDGED = Variant("judged only (test)", "test", "judge")
RECORDED = Variant("memory + SQLite", "one", "memory")
BATCH = Variant(
    "batch of 100, memory",
    "batch",
    "batch",
    traffic.BATCH,
    connections=CONNECTIONS_BATCH,
)
JUDGED_REDIS = Variant("judged only, Redis", "test", "judge-redis")
RECORDED_REDIS = Variant("Redis + SQLite", "one", "redis")
VARIANTS = (
    BARE,
    JUDGED,
    Variant("judged, Akismet's way", "test-akismet", "judge", rival=JUDGED),
    JUDGED_REDIS,
    RECORDED,
    Variant("memory, Akismet's way", "one-akismet", "akismet", rival=RECORDED),
    RECORDED_REDIS,
    BATCH,
)
NGINX = Variant("nginx, return 200", "test", "nginx")
PEERS = (
    NGINX,
    Variant("FastAPI, no-op", "no-op", "fastapi"),
    Variant("FastAPI, LinearSVC", "test", "fastapi", connections=8),
    Variant("rspamd, no network", "rspamd", "rspamd", connections=16),
    Variant("spamd -L", "mails", "spamd", connections=2),
)
MANY = tuple(
    Variant(f"{v.name}, {n} conn.", v.requests, v.server, connections=n)
    for v in (JUDGED_REDIS, RECORDED_REDIS)
    for n in (128, 256, 512)
)
# what is asked at fixed rates
TIMED = (BARE, JUDGED_REDIS, RECORDED_REDIS)


class Bench:
    """The servers, and where each variant is in its requests."""

    def __init__(self, options, folder, stack):
        self.form = FORMS[options.form]
        self.full = options.form == "full"
        self.variants = VARIANTS + (PEERS + MANY if self.full else ())
        self.folder = folder
        self.stack = stack
        self.model = options.model
        self.threads = programs.THREADS
        self.servers = {}
        self.sent = defaultdict(int)

    def started(self, program):
        self.stack.callback(program.end)
        return program

    def start(self, requests):
        self.requests = requests
        self.redis, uri = programs.start_redis(self.stack)
        for name in ("judge", "judge-redis", "memory", "akismet", "redis", "batch"):
            state = uri if "redis" in name else "memory"
            self.servers[name] = self.started(
                programs.start_moderatod(
                    self.folder, name, self.threads, self.model, state
                )
            )
        answer_bytes = round(self.load(RECORDED, 0.5)["answer_bytes"])
        self.servers["bare"] = self.started(
            programs.start_bare(self.folder, self.threads, answer_bytes)
        )
        if self.full:
            self.start_peers(answer_bytes)
        for server in self.servers.values():
            server.pause()
        return answer_bytes

    def start_peers(self, answer_bytes):
        corpus = traffic.scenarios(self.folder)
        for name, start in (
            ("nginx", lambda: peers.start_nginx(self.folder, answer_bytes)),
            ("fastapi", lambda: peers.start_fastapi(self.folder, corpus)),
            ("rspamd", lambda: peers.start_rspamd(self.folder)),
            ("spamd", lambda: peers.start_spamd(self.folder)),
        ):
            say(f"starting {name}")
            self.servers[name] = self.started(start())

    def load(self, variant, seconds, rate=0):
        """One run of load.c, as it tells it."""
        port, requests = self.servers[variant.server].port, variant.requests
        if variant.server == "spamd":
            return peers.load_spamd(
                port, variant.connections, seconds, self.requests[requests]
            )
        told = programs.load(
            port,
            variant.connections,
            seconds,
            self.sent[variant.name],
            self.requests[requests],
            rate,
        )
        self.sent[variant.name] += told["total"]
        return told

    def measure(self, variant):
        return programs.turn(
            self.servers[variant.server],
            self.redis,
            lambda: self.load(variant, self.form.seconds),
            variant.comments,
        )

    def run(self):
        """A row a variant: medians over the rounds, and ratios to bare."""
        taken = defaultdict(list)
        for number in range(self.form.rounds):
            for variant in self.variants:
                say(f"round {number + 1} of {self.form.rounds}: " f"{variant.name}")
                taken[variant.name].append(self.measure(variant))
        say("")
        return [self.row(variant, taken) for variant in self.variants]

    def row(self, variant, taken):
        mine = taken[variant.name]
        row = {key: report.spread([run[key] for run in mine]) for key in mine[0]}
        row["name"] = variant.name
        row["resident_mib"] = self.servers[variant.server].resident_mib()
        for name, other in (
            ("of_bare", BARE),
            ("of_v1", variant.rival),
            ("of_nginx", NGINX),
        ):
            row[name] = (
                report.ratio(mine, taken[other.name])
                if other and other.name in taken
                else None
            )
        if "redis" not in variant.server:
            row["redis_cpu_us"] = None
        return row

    def wait_at(self, variant, rate):
        """How long answers take at a rate; None: it could not keep up."""
        server = self.servers[variant.server]
        server.resume()
        told = self.load(variant, self.form.seconds, rate)
        server.pause()
        if told["behind"] > CONNECTIONS + rate * 0.01:
            return None
        return {key: told[key] for key in ("p50_us", "p99_us", "p999_us")}

    def run_at_rates(self, rows):
        """A line a rate: those of RATES, and half of what each can do."""
        most = {row["name"]: row["comments_per_s"]["median"] for row in rows}
        halves = [max(100, round(most[v.name] / 2, -2)) for v in TIMED[1:]]
        lines = []
        for rate in sorted({*RATES, *halves}):
            taken = defaultdict(list)
            for number in range(RATE_ROUNDS):
                for v in TIMED:
                    say(
                        f"{rate:,.0f} a second, round {number + 1} of "
                        f"{RATE_ROUNDS}: {v.name}"
                    )
                    taken[v.name].append(self.wait_at(v, rate))
            lines.append(
                {
                    "rate": rate,
                    "waits": {
                        name: None
                        if None in of
                        else {
                            key: report.spread([run[key] for run in of])
                            for key in of[0]
                        }
                        for name, of in taken.items()
                    },
                }
            )
        say("")
        return lines


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
        [
            "build/tests/bench/score",
            options.model,
            str(FORMS[options.form].passes),
            *paths,
        ],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def time_files(folder, texts):
    """µs of processor time a comment of programs that read files."""
    rows = peers.read_rows(traffic.scenarios(folder))
    texts = texts[:TEXTS_TIMED]
    return {
        "fastText predict": peers.time_fasttext(folder, rows, texts),
        "bogofilter": peers.time_bogofilter(folder, rows, texts),
    }


def arguments():
    parser = argparse.ArgumentParser(
        prog="tests/bench/run", description=__doc__.split("\n", 1)[0]
    )
    parser.add_argument(
        "--quick",
        dest="form",
        action="store_const",
        const="quick",
        default="quick",
        help="about a minute (the default)",
    )
    parser.add_argument(
        "--full",
        dest="form",
        action="store_const",
        const="full",
        help="about twelve minutes, with other " "software, which is installed",
    )
    parser.add_argument("--model", default="models/default", metavar="DIR")
    parser.add_argument(
        "--data",
        default="../shared/data",
        metavar="DIR",
        help="where the corpora are (%(default)s)",
    )
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--svg", metavar="FILE")
    return parser.parse_args()


def main():
    options = arguments()
    with programs.place() as (folder, stack):
        about = report.circumstances(fdatasync_us(folder))
        report.print_circumstances(about)
        loaded, timed = traffic.corpora(options.data, folder)
        if len(timed) == 1:
            print(f"no corpora in {options.data}: texts are our own " "scenarios")
        scores = score(options, timed)
        report.print_scores(scores)
        print()
        texts = traffic.read_texts(loaded)
        bench = Bench(options, folder, stack)
        answer_bytes = bench.start(traffic.write_all(folder, texts, programs.KEY))
        rows = bench.run()
        setup = {
            "rounds": bench.form.rounds,
            "seconds": bench.form.seconds,
            "threads": bench.threads,
            "connections": CONNECTIONS,
            "connections_batch": CONNECTIONS_BATCH,
            "texts": len(texts),
            "answer_bytes": answer_bytes,
            "sets": ", ".join(os.path.basename(path).split(".")[0] for path in loaded),
        }
        report.print_load(rows, setup)
        waits, files = None, None
        if bench.full:
            waits = bench.run_at_rates(rows)
            report.print_waits(waits)
            files = time_files(folder, [text for text, _ in texts])
            report.print_files(files)
    if options.json:
        report.write_json(
            options.json,
            {
                "about": about,
                "setup": setup,
                "rows": rows,
                "score": scores,
                "waits": waits,
                "files": files,
            },
        )
    if options.svg:
        report.write_svg(options.svg, rows, about)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
