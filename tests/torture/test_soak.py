"""A day of the service in short: nothing grows, nothing is lost, all is said."""

import collections
import json
import os
import threading
import time

from conftest import wait_for
from paced import Paced, check, p99_ms, request

# what the log may say of what is done to it here, and of comments as odd as these
EXPECTED = {"state.down", "drift"}
DESIGN_PER_S = 50  # that a day is made of


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


class Watch:
    """Memory and descriptors of a daemon, twice a second."""

    def __init__(self, daemon, ledger):
        self.daemon, self.ledger, self.rows = daemon, ledger, []
        self.going = True
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.going = False
        self.thread.join()

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


def decide(daemon, ledger):
    """People look at what came in, and now and then change their minds."""
    path = f"/v1/comments/{ledger.last_id}/decision"
    assert daemon.ask("POST", path, {"decision": "spam"}).status_code == 200
    assert daemon.ask("DELETE", path).status_code == 200


def disturb(daemon, redis, ledger, n):
    """One of what happens in a day."""
    decide(daemon, ledger)
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


def kept(daemon):
    ok = daemon.stored("PRAGMA integrity_check") == [("ok",)]
    return ok, {id_ for id_, in daemon.stored("SELECT id FROM comment")}


def test_a_day(rig, budget):
    rate, every_s = budget.of((150, 1.0), (1000, 10.0))
    redis = rig.redis().start()
    free = ["--limit-author", "0", "--limit-ip", "0", "--flood", "0"]
    daemon = rig.daemon("--state", redis.uri, *free).start()
    ledger = Ledger()
    load = Paced(daemon.port, days_requests(rate), rate, 32, ledger.take)
    with load:
        wait_for("the first", lambda: len(ledger.ids) > 50)
        with Watch(daemon, ledger) as watch:
            for n in budget.rounds(9, 24 * 3600 * DESIGN_PER_S // 10):
                time.sleep(every_s)
                disturb(daemon, redis, ledger, n)
    assert load.failed == [] and not ledger.other
    assert daemon.end() == 0
    sound, ids = kept(daemon)
    assert sound and len(ledger.ids) == len(set(ledger.ids)) and ids == set(ledger.ids)
    said = [e for e in daemon.log() if e["level"] in ("warn", "error")]
    assert [e for e in said if e["event"] not in EXPECTED] == []
    warm = watch.warm()
    tenth = max(1, len(ledger.seconds) // 10)
    budget.tell(
        requests=len(ledger.seconds),
        recorded=len(ids),
        days=round(len(ledger.seconds) / (24 * 3600 * DESIGN_PER_S), 3),
        mib=[round(r[1], 1) for r in (watch.warm_mib()[0], watch.warm_mib()[-1])],
        mib_per_million=round(watch.slope(), 1),
        descriptors=[min(r[2] for r in warm), max(r[2] for r in warm)],
        first_p99_ms=p99_ms(ledger.seconds[:tenth]),
        last_p99_ms=p99_ms(ledger.seconds[-tenth:]),
        late_ms=round(1000 * load.late_s, 1),
    )
    assert max(r[2] for r in warm) - min(r[2] for r in warm) <= 8
    assert watch.warm_mib()[-1][1] - watch.warm_mib()[0][1] <= budget.of(32, 16)
