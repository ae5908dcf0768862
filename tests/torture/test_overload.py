"""Too much to do: what can wait is refused first, and each site has its own."""

import contextlib
import json
import re
import socket
import sqlite3
import time

import pytest
from conftest import FIRST_KEY, PATIENCE_S, wait_for
from gauge import Gauge, beside
from paced import Paced, check, forever, p99_ms, request
from slow import files

FREE = ["--limit-author", "0", "--limit-ip", "0"]
PAGE = {
    "page": request("GET", "/", key=None),
    "queue": request("GET", "/v1/queue"),
    "ready": request("GET", "/readyz", key=None),
}


def shed(daemon):
    return {
        what: daemon.metric(f'moderato_shed_total{{load="{what}"}}')
        for what in ("bulk", "feedback", "check")
    }


# --- between sites


def test_a_flood_of_one_site_is_its_own(rig, budget):
    """A asks for 20 times its quota, B for half of its own."""
    quota = budget.of(600, 6000)
    daemon = rig.daemon(*FREE, "--limit-key", str(quota)).start()
    keys = []
    for site in ("greedy", "modest"):
        assert daemon.operate("POST", "/v1/sites", {"name": site}).status_code == 201
        order = {"label": "engine", "scopes": ["check", "moderate"]}
        got = daemon.operate("POST", f"/v1/keys?site={site}", order)
        assert got.status_code == 201, got.text
        keys.append(got.json()["value"])
    a, b = {"check": check("A remark.", key=keys[0])}, check("A remark.", key=keys[1])
    page = {k: v.replace(FIRST_KEY.encode(), keys[1].encode()) for k, v in PAGE.items()}
    per_s, wanted_s = quota / 60, budget.of(5, 45)
    modest = Gauge(daemon, per_s / 2, requests=[b])
    calm = modest.measure(wanted_s)
    greedy = Paced(daemon.port, forever(a), 20 * per_s, 64)
    people = Paced(daemon.admin_port, forever(page), 5, 4)
    begun = time.monotonic()
    with budget.quiet(rig) as quiet, greedy, people:
        beset = modest.measure(wanted_s)
        wait_for("its quota", lambda: len(greedy.answers) > 1.2 * quota)
    lasted_s = time.monotonic() - begun
    assert greedy.failed + people.failed == []
    assert set(people.statuses()) == {200}
    refused = [x for x in greedy.answers if x.status == 429]
    assert set(greedy.statuses()) == {200, 429}
    assert all(re.search(rb"\r\nretry-after: [1-9]", x.head, re.I) for x in refused)
    # what it gets is its quota: what was saved up, and what comes in that time
    taken = greedy.statuses()[200]
    assert quota <= taken <= quota + per_s * (lasted_s + 1)
    budget.tell(
        **(figures := beside([calm], [beset])),
        greedy_taken=taken,
        greedy_refused=len(refused),
    )
    quiet.promise(
        p99_ratio=(figures["p99_ratio"], 2),
        page_p99_ms=(p99_ms(people.seconds()), 200),
    )


# --- and within one


@contextlib.contextmanager
def standing_disk(daemon):
    """Nobody can write: somebody else does, and does not end."""
    path = daemon.var / "moderato.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            db.execute("ROLLBACK")


class Waiting:
    """Checks that wait for the disk, each on a connection of its own."""

    def __init__(self, daemon):
        self.daemon, self.sockets = daemon, []

    def fill(self, number):
        """Until so many wait, beside the one that is being written."""
        while len(self.sockets) <= number:
            s = socket.create_connection(("127.0.0.1", self.daemon.port), PATIENCE_S)
            s.sendall(check(f"remark {len(self.sockets)}"))
            self.sockets.append(s)
        name = "moderato_http_requests_in_flight"
        # the request that asks is one, too, and no more than MOST wait
        most = min(number, MOST)
        wait_for("they wait", lambda: self.daemon.metric(name) > most + 1)

    def answers(self):
        for s in self.sockets:
            s.settimeout(PATIENCE_S)
            yield s.recv(65536)
            s.close()


MOST = 1024
# how many wait, and what is refused then
STEPS = [(100, set()), (300, {"bulk"}), (600, {"bulk", "feedback"}),
         (1100, {"bulk", "feedback", "check"})]  # fmt: skip


def try_all(daemon, record, refused):
    """Those are refused now, what is not waits like all others."""
    asked = {
        "bulk": request("POST", "/v1/comments:batch", {"comments": [{"content": "x"}]}),
        "feedback": request("POST", f"/v1/comments/{record}/decision", {"decision": "spam"}),
        "check": check("one more"),
    }
    sockets = {}
    for what, data in asked.items():
        sockets[what] = socket.create_connection(("127.0.0.1", daemon.port), PATIENCE_S)
        sockets[what].sendall(data)
    for what in refused:
        got = sockets[what].recv(65536)
        assert got.startswith(b"HTTP/1.1 503 "), (what, got)
        assert re.search(rb"\r\nretry-after: [1-9]", got, re.I)
    time.sleep(0.1)
    for what in asked.keys() - refused:
        sockets[what].setblocking(False)
        with contextlib.suppress(BlockingIOError):
            raise AssertionError((what, sockets[what].recv(65536)))
    return sockets.values()


def fill_and_try(daemon, waiting, record, late):
    for number, refused in STEPS:
        waiting.fill(number)
        late += try_all(daemon, record, refused)
        # what only reads goes on, here and on the other port
        assert daemon.get("/v1/queue").status_code == 200
        for admin in (False, True):
            assert daemon.get("/readyz", admin=admin).status_code == 200


# the store gives a lock up after 5 s: then those who wait are refused
STILL_S = 4.5


def shed_in_order(rig):
    """How long the disk stood still, and what went wrong when that was too long
    to tell anything."""
    daemon = rig.daemon(*FREE, "--threads", "1").start()
    record = daemon.check({"content": "to be decided"})["id"]
    waiting, late, began = Waiting(daemon), [], time.monotonic()
    wrong = "nothing but the time"
    try:
        with standing_disk(daemon):
            fill_and_try(daemon, waiting, record, late)
    except (AssertionError, OSError, pytest.fail.Exception) as e:
        if time.monotonic() < began + STILL_S:
            raise
        wrong = repr(e)
    took_s = time.monotonic() - began
    answers = [a.split(b"\r\n\r\n", 1) for a in waiting.answers()]
    for s in late:
        s.close()
    if took_s > STILL_S:
        return took_s, wrong
    served = [json.loads(body)["id"] for head, body in answers if head[9:12] == b"200"]
    refused = [body for head, body in answers if head[9:12] == b"503"]
    assert len(served) + len(refused) == len(answers) > STEPS[-1][0]
    assert len(set(served)) == len(served) >= MOST - 10
    assert set(served) <= {id_ for id_, in daemon.stored("SELECT id FROM comment")}
    assert all(shed(daemon).values())
    assert daemon.check({"content": "and on it goes"})["action"]
    return took_s, None


def test_what_can_wait_is_refused_first(rig, budget):
    files()  # those who wait are more than a process may have open as it begins
    for _ in range(3):
        took_s, wrong = shed_in_order(rig)
        if wrong is None:
            budget.tell(stood_still_s=round(took_s, 1))
            return
    pytest.fail(f"three times it took too long, at last {took_s:.1f} s: {wrong}")
