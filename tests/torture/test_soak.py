"""A day of the service in short: nothing grows, nothing is lost, all is said."""

import collections
import contextlib
import json
import os
import shutil
import sqlite3
import statistics
import time

from conftest import wait_for
from gauge import Gauge
from meanwhile import Meanwhile
from paced import Paced, check, request

# what the log may say of what is done to it here, and of comments as odd as these
EXPECTED = {"state.down", "drift"}
DESIGN_PER_S = 50  # that a day is made of
COUNTERS = 16  # a table of 2^16 is full before it is warm
DAY_MS = 24 * 3600 * 1000
SLICE_MS = 4  # for which a kernel without preemption may let another one work


def days_requests(rate):
    """Comments as they come, and now and then what else engines ask."""
    n = 0
    while True:
        n += 1
        author = {"name": f"reader {n % 997}", "ip": f"198.51.{n % 64}.{n % 251}"}
        text = f"remark {n} about page {n % 89}: " + "so it goes, " * (n % 17)
        more = {"thread": f"page {n % 89}", "author": author}
        if n % 50 == 0:
            yield "read", request("GET", "/v1/queue")
        elif n % 20 == 0:
            yield "batch", request(
                "POST", "/v1/comments:batch", {"comments": [{"content": text} | more] * 5}
            )
        elif n % 11 == 0:
            yield "test", check(text, test=True, **more)
        else:
            yield "check", check(text, **more)


class Ledger:
    """What was acknowledged, how long each took and what else was said."""

    def __init__(self):
        self.ids, self.seconds, self.other = [], [], collections.Counter()
        self.last_id = None

    def take(self, answer):
        self.seconds.append(answer.seconds)
        if answer.status != 200:
            self.other[answer.status, answer.tag, answer.body[:200]] += 1
        elif answer.tag == "check":
            self.last_id = answer.body[7:33].decode()
            self.ids.append(self.last_id)
        elif answer.tag == "batch":
            self.ids += [r["id"] for r in json.loads(answer.body)["results"]]


class Watch(Meanwhile):
    """Memory and descriptors of a daemon, twice a second."""

    def __init__(self, daemon, ledger):
        self.daemon, self.ledger, self.rows = daemon, ledger, []

    def run(self):
        while self.going:
            mib = self.daemon.memory_kib() / 1024
            files = len(os.listdir(f"/proc/{self.daemon.process.pid}/fd"))
            self.rows.append((len(self.ledger.seconds), mib, files))
            time.sleep(0.5)

    def warm(self):
        """What was seen once all had been there."""
        return self.rows[len(self.rows) // 3 :]

    def warm_mib(self):
        """The least of each ten seconds, for a reload has two models a while."""
        rows = self.warm()
        return [min(rows[i : i + 20], key=lambda r: r[1]) for i in range(0, len(rows), 20)]

    def slope(self):
        """MiB for a million requests: a line by least squares."""
        rows = self.warm_mib()
        mean_n = sum(r[0] for r in rows) / len(rows)
        mean_mib = sum(r[1] for r in rows) / len(rows)
        over = sum((r[0] - mean_n) * (r[1] - mean_mib) for r in rows)
        return 1e6 * over / max(1, sum((r[0] - mean_n) ** 2 for r in rows))


class Yesterday:
    """What a site that keeps things for a day had when the day began: so many
    comments become a day old in the course of so many seconds, one after the
    other, and a tenth of them only tomorrow."""

    def __init__(self, daemon, number, seconds):
        self.daemon, self.due = daemon, number - number // 10
        day = {"settings": {"retention_days": 1}}
        assert daemon.operate("PATCH", "/v1/sites/default", day).ok
        rows = [{"content": f"remark {n} of yesterday"} for n in range(number)]
        # as retention finds them
        self.ids = sorted(
            r["id"] for n in range(0, number, 50) for r in daemon.batch(rows[n : n + 50])
        )
        # the newest says that the clock is right
        self.newest = daemon.check({"content": "good morning"})["id"]
        assert daemon.end() == 0
        begin_ms = time.time() * 1000 - DAY_MS
        ages = [
            (begin_ms + n / self.due * seconds * 1000, id_)
            for n, id_ in enumerate(self.ids[: self.due])
        ]
        order = "UPDATE comment SET received_at = cast(? AS INTEGER) WHERE id = ?"
        with contextlib.closing(sqlite3.connect(daemon.var / "moderato.db")) as db:
            with db:
                db.executemany(order, ages)
        daemon.start()

    def left(self):
        """Those that are there."""
        return {id_ for id_, in self.daemon.stored("SELECT id FROM comment")}

    def gone(self, there=None):
        there = self.left() if there is None else there
        return [id_ for id_ in self.ids if id_ not in there]


class Copies:
    """Backups while all goes on: each holds as many as were acknowledged before,
    and of the last it is seen which."""

    def __init__(self, daemon, ledger):
        self.daemon, self.ledger, self.seconds = daemon, ledger, []
        self.file = daemon.folder / "copy.db"

    def make(self):
        self.file.unlink(missing_ok=True)
        before, self.acked = len(self.ledger.ids), self.ledger.ids[-200:]
        done = self.daemon.command("backup", self.file, "--json")
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert told["comments"] >= before
        self.seconds.append(told["seconds"])

    def check_last(self, rig):
        """By a service of its own on it."""
        other = rig.daemon()
        other.var.mkdir(mode=0o700)
        shutil.copy(self.daemon.var / "secret", other.var / "secret")
        done = other.command("restore", self.file)
        assert done.returncode == 0, done.stderr
        other.start()
        for id_ in self.acked:
            assert other.get(f"/v1/comments/{id_}").status_code == 200
        assert other.end() == 0


def decide(daemon, ledger):
    """People look at what came in, and now and then change their minds."""
    path = f"/v1/comments/{ledger.last_id}/decision"
    assert daemon.ask("POST", path, {"decision": "spam"}).status_code == 200
    assert daemon.ask("DELETE", path).status_code == 200


def disturb(daemon, redis, ledger, n, copies):
    """One of what happens in a day."""
    decide(daemon, ledger)
    if n % 4 == 1:
        copies.make()
        return
    if n % 4 == 3:
        redis.kill()
        time.sleep(0.3)
        redis.start()
        wait_for("Redis again", lambda: daemon.get("/readyz").json()["state"] == "up")
        return
    reloads = [e["event"] for e in daemon.log()].count("reloaded")
    daemon.hang_up()
    wait_for(
        "reload",
        lambda: [e["event"] for e in daemon.log()].count("reloaded") > reloads,
    )


def p99_of(gauge, budget, measured):
    """Of requests beside those of the day, at some time of it."""
    turns = [gauge.measure(budget.of(1, 10)) for _ in range(budget.of(1, 3))]
    measured += turns
    return statistics.median(told["p99_us"] for told in turns) / 1000


def measured_rows(measured):
    """How many they recorded, at least and at most: the last may have gone on
    without us."""
    least = sum(told["total"] for told in measured)
    return least, least + sum(told["behind"] for told in measured)


def test_a_day(rig, budget):
    rate, every_s = budget.of((150, 1.0), (1000, 10.0))
    redis = rig.redis().start()
    free = ["--limit-author", "0", "--limit-ip", "0", "--flood", "0"]
    state = f"{redis.uri}?counters={COUNTERS}"
    daemon = rig.daemon("--state", state, *free).start()
    yesterday = Yesterday(daemon, budget.of(300, 5000), max(8, 0.8 * budget.seconds()))
    ledger, measured = Ledger(), []
    copies = Copies(daemon, ledger)
    gauge = Gauge(daemon, budget.of(40, 300))
    load = Paced(daemon.port, days_requests(rate), rate, 32, ledger.take)
    with budget.quiet(rig) as quiet, load:
        wait_for("the first", lambda: len(ledger.ids) > 50)
        first_ms = p99_of(gauge, budget, measured)
        with Watch(daemon, ledger) as watch:
            for n in budget.rounds(9, 24 * 3600 * DESIGN_PER_S // 10):
                time.sleep(every_s)
                disturb(daemon, redis, ledger, n, copies)
        last_ms = p99_of(gauge, budget, measured)
    assert load.failed == [] and not ledger.other
    in_time = len(yesterday.gone())
    wait_for("yesterday is over", lambda: len(yesterday.gone()) == yesterday.due)
    assert daemon.end() == 0
    assert daemon.stored("PRAGMA integrity_check") == [("ok",)]
    there = yesterday.left()
    # what is a day old is gone, nothing else is
    gone = yesterday.gone(there)
    assert gone == yesterday.ids[: yesterday.due] and in_time > 0
    assert len(ledger.ids) == len(set(ledger.ids)) and set(ledger.ids) <= there
    beside = len(there) - len(ledger.ids) - (len(yesterday.ids) - len(gone)) - 1
    least, most = measured_rows(measured)
    assert least <= beside <= most
    copies.check_last(rig)
    said = [e for e in daemon.log() if e["level"] in ("warn", "error")]
    assert [e for e in said if e["event"] not in EXPECTED] == []
    warm, mib = watch.warm(), [r[1] for r in watch.warm_mib()]
    budget.tell(
        requests=len(ledger.seconds),
        recorded=len(there),
        days=round(len(ledger.seconds) / (24 * 3600 * DESIGN_PER_S), 3),
        copies=len(copies.seconds),
        slowest_copy_s=max(copies.seconds),
        tidied=[in_time, len(gone)],
        mib=[round(m, 1) for m in (mib[0], mib[-1])],
        mib_per_million=round(watch.slope(), 1),
        descriptors=[min(r[2] for r in warm), max(r[2] for r in warm)],
        p99_ms=[first_ms, last_ms],
        late_ms=round(1000 * load.late_s, 1),
    )
    most_ms = max(1.2 * first_ms, first_ms + SLICE_MS)
    quiet.promise(last_p99_ms=(last_ms, most_ms))
    assert max(r[2] for r in warm) - min(r[2] for r in warm) <= 8
    assert mib[-1] - mib[0] <= budget.of(32, 8)


def remarks_unlike(n):
    """Requests of people who are many, about pages that are many."""
    for i in range(n):
        author = {"name": f"reader {i % 9973}", "ip": f"198.51.{i % 64}.{i % 251}"}
        text = f"remark {i} about page {i % 997}: " + "so it goes, " * (i % 17)
        yield check(text, thread=f"page {i % 997}", author=author)


def test_a_million_comments(rig, budget):
    """As fast as they are taken, nothing in the process grows with them: what it
    holds once all its tables are full is what it holds a million later."""
    full, million = budget.of((20_000, 20_000), (200_000, 1_000_000))
    free = ["--limit-author", "0", "--limit-ip", "0", "--flood", "0"]
    daemon = rig.daemon("--state", f"memory:{COUNTERS}", *free).start()
    gauge = Gauge(daemon, 0, 32, list(remarks_unlike(budget.of(5000, 60_000))))

    def record(n):
        """So many more; what the process held from time to time."""
        while n > 0:
            n -= gauge.measure(budget.of(1, 10))["total"]
            yield daemon.memory_kib("RssAnon") / 1024

    mib = [*record(full)][-1:] + [*record(million)]
    budget.tell(mib=[round(m, 1) for m in mib])
    assert daemon.end() == 0
    assert mib[-1] - mib[0] <= budget.of(8, 1)
    shutil.rmtree(daemon.var)  # some gigabytes
