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
import re
import subprocess
import time
from collections import defaultdict
from dataclasses import dataclass

import peers
import programs
import report
import traffic
from goals import goals, print_goals
from report import say
from variants import (
    BARE,
    BUSY,
    CONNECTIONS,
    CONNECTIONS_BATCH,
    JUDGED_REDIS,
    MANY,
    NGINX,
    PEERS,
    RECORDED,
    RECORDED_REDIS,
    SPAMD,
    TIMED,
    VARIANTS,
)


@dataclass(frozen=True)
class Form:
    rounds: int
    seconds: float  # a variant and round
    passes: int  # of score


FORMS = {"quick": Form(3, 2.0, 5), "full": Form(5, 4.0, 15)}
RATES = (1000, 5000, 10000, 20000)  # comments a second
RATE_ROUNDS, RATE_SECONDS = 3, 3.0
ACTIONS = ("publish", "hold", "reject", "discard")
STORE_TURNS, STORE_RECORDS = 3, 150000


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
        self.supplies = {}  # of those that record
        self.sent = defaultdict(int)
        self.seen = defaultdict(lambda: (0, 0))  # held and all, by server

    def started(self, program):
        self.stack.callback(program.end)
        return program

    def start(self, texts):
        self.requests = traffic.write_all(self.folder, texts, programs.KEY)
        self.redis, uri = programs.start_redis(self.stack)
        for variant in VARIANTS:
            name = variant.server
            if variant.requests in traffic.RECORDED:
                self.supplies[name] = programs.Supply(texts)
            if name in self.servers or variant is BARE:
                continue
            state = uri if "redis" in name else "memory"
            self.servers[name] = self.started(
                programs.start_moderatod(
                    self.folder, name, self.threads, self.model, state
                )
            )
        self.answer_bytes = round(self.ready(RECORDED, 0.5)()["answer_bytes"])
        self.start_bare(BARE)
        if self.full:
            self.start_peers()
        for server in self.servers.values():
            server.pause()

    def start_bare(self, variant, busy_us=0):
        self.servers[variant.server] = self.started(
            programs.start_bare(self.folder, self.threads, self.answer_bytes, busy_us)
        )

    def start_peers(self):
        corpus = traffic.scenarios(self.folder)
        for name, start in (
            ("nginx", lambda: peers.start_nginx(self.folder, self.answer_bytes)),
            (
                "fastapi",
                lambda: peers.start_fastapi(self.folder, peers.FASTEST, CORPUS=corpus),
            ),
            (
                "fastapi-packaged",
                lambda: peers.start_fastapi(self.folder, peers.AS_PACKAGED),
            ),
            ("rspamd", lambda: peers.start_rspamd(self.folder)),
            ("spamd", lambda: peers.start_spamd(self.folder)),
        ):
            say(f"starting {name}")
            self.servers[name] = self.started(start())

    def ready(self, variant, seconds, rate=0):
        """Makes what is sent; what sends it, and tells what load.c does."""
        server = self.servers[variant.server]
        if variant.server in self.supplies:
            return self.supplies[variant.server].ready(
                variant.requests, server, variant.connections, seconds, rate
            )
        requests = self.requests[variant.requests]
        if variant is SPAMD:
            return lambda: peers.load_spamd(
                server.port, variant.connections, seconds, requests
            )

        def send():
            told = programs.load(
                server.port,
                variant.connections,
                seconds,
                self.sent[variant.name],
                requests,
                rate,
            )
            self.sent[variant.name] += told["total"]
            return told

        return send

    def measure(self, variant):
        server = self.servers[variant.server]
        told = programs.turn(
            server,
            self.redis,
            self.ready(variant, self.form.seconds),
            traffic.COMMENTS_IN.get(variant.requests, 1),
        )
        if variant.server in self.supplies:
            told["held"] = self.held_since(server)
        return told

    def held_since(self, server):
        """The share of comments held of those since this was asked last."""
        server.resume()
        count = {
            action: programs.metrics(server)[
                f'moderato_comments_total{{action="{action}"}}'
            ]
            for action in ACTIONS
        }
        server.pause()
        now = count["hold"], sum(count.values())
        before = self.seen[server]
        self.seen[server] = now
        return (now[0] - before[0]) / (now[1] - before[1])

    def run(self):
        """A row a variant: medians over the rounds, and ratios to bare."""
        taken = defaultdict(list)
        for number in range(self.form.rounds):
            for variant in self.variants:
                say(f"round {number + 1} of {self.form.rounds}: {variant.name}")
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
        send = self.ready(variant, RATE_SECONDS, rate)
        server.resume()
        told = send()
        server.pause()
        if told["behind"] > CONNECTIONS + rate * 0.01:
            return None
        return {key: told[key] for key in ("p50_us", "p99_us", "p999_us")}

    def run_at_rates(self, rows):
        """A line a rate: those of RATES, and half of what each can do."""
        most = {row["name"]: row["comments_per_s"]["median"] for row in rows}
        cpu = {row["name"]: row["cpu_us"]["median"] for row in rows}
        self.start_bare(BUSY, cpu[JUDGED_REDIS.name] - cpu[BARE.name])
        self.servers[BUSY.server].pause()
        self.halves = {
            v.name: max(100, round(most[v.name] / 2, -2))
            for v in (JUDGED_REDIS, RECORDED_REDIS)
        }
        lines = []
        for rate in sorted({*RATES, *self.halves.values()}):
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
                    "waits": {name: report.of_rounds(of) for name, of in taken.items()},
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


def time_files(folder, texts, asked):
    """µs of processor time a comment of programs that read files."""
    corpus = traffic.scenarios(folder)
    rows = peers.read_rows(corpus)
    return {
        "fastText predict": peers.time_fasttext(folder, rows, texts),
        "bogofilter": peers.time_bogofilter(folder, rows, texts),
        "libsvm predict": peers.time_libsvm(folder, corpus, asked),
    }


def store_turns(folder):
    """What store_bench tells, with 64 in flight."""
    turns = []
    for number in range(STORE_TURNS):
        say(f"store, turn {number + 1} of {STORE_TURNS}")
        done = subprocess.run(
            [
                "build/tests/bench/store_bench",
                os.path.join(folder, f"store-{number}.db"),
                str(CONNECTIONS),
                str(STORE_RECORDS),
            ],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        told = re.search(r"(\d+) records/s, (\d+) syncs/s, (\S+) us", done.stdout)
        turns.append(
            dict(zip(("per_s", "syncs_per_s", "cpu_us"), map(float, told.groups())))
        )
    say("")
    return turns


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
        help="a minute and a half (the default)",
    )
    parser.add_argument(
        "--full",
        dest="form",
        action="store_const",
        const="full",
        help="about twelve minutes, with other software, which is installed",
    )
    programs.add_usual(parser)
    parser.add_argument("--svg", metavar="FILE")
    return parser.parse_args()


def main():
    options = arguments()
    with programs.place() as (folder, stack):
        about = report.circumstances(fdatasync_us(folder))
        report.print_circumstances(about)
        loaded, timed = traffic.corpora(options.data, folder)
        if len(timed) == 1:
            print(f"no corpora in {options.data}: texts are our own scenarios")
        texts = traffic.read_texts(loaded)
        classes = traffic.classes(folder, texts)
        result = {
            "about": about,
            "score": score(options, timed + list(classes.values())),
        }
        report.print_scores(result["score"])
        print()
        bench = Bench(options, folder, stack)
        bench.start(texts)
        rows = result["rows"] = bench.run()
        setup = result["setup"] = {
            "rounds": bench.form.rounds,
            "seconds": bench.form.seconds,
            "threads": bench.threads,
            "connections": CONNECTIONS,
            "connections_batch": CONNECTIONS_BATCH,
            "texts": len(texts),
            "answer_bytes": bench.answer_bytes,
            "sets": ", ".join(os.path.basename(path).split(".")[0] for path in loaded),
        }
        report.print_load(rows, setup)
        if bench.full:
            result["waits"] = bench.run_at_rates(rows)
            setup["halves"] = bench.halves
            report.print_waits(result["waits"])
            timed_texts = [text for text, _ in texts[: traffic.MIXED_TEXTS]]
            result["files"] = time_files(folder, timed_texts, classes["mixed"])
            report.print_files(result["files"])
            result["store"] = store_turns(folder)
            result["goals"] = goals(result)
            print_goals(result["goals"])
    if options.json:
        report.write_json(options.json, result)
    if options.svg:
        report.write_svg(options.svg, rows, about)


if __name__ == "__main__":
    main()
