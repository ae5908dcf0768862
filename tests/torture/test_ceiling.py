"""Everything at once that takes memory, in what the unit of systemd allows."""

import contextlib
import re
import time

from conftest import ROOT, wait_for
from paced import Paced, check, forever, p99_ms, request
from slow import HOST, LONG_ID, Bodies, Slow, files
from test_reload import STEPS, Shelf, reloads

MIB = 1 << 20
THREADS = ["--threads", "2"]
# beyond the limit of each while others make room, and on other ports
SPARE = 2 * 64 + 10
FORM = b"POST /1.1/comment-check HTTP/1.1\r\n" + HOST
KEYS = {site: f"mdr_{site}_key_of_this_test_1234" for site in ("greedy", "modest")}
PAGE = {
    "page": request("GET", "/", key=None),
    "queue": request("GET", "/v1/queue", key=KEYS["modest"]),
    "ready": request("GET", "/readyz", key=None),
}
ORDINARY = {
    "check": check("An ordinary remark about this page.", KEYS["modest"]),
    "long": check("so it goes on, " * 2000, KEYS["modest"]),
}


def allowed_mib():
    unit = (ROOT / "packaging/moderato.service").read_text()
    return int(re.search(r"^MemoryMax=(\d+)M$", unit, re.M)[1])


def reload_all(daemon, shelf):
    """Models that are good, damaged, missing, and as large as there may be."""
    for name, step, becomes in STEPS:
        step(shelf)
        good, bad = reloads(daemon)
        daemon.hang_up()
        after = (good + 1, bad) if becomes else (good, bad + 1)
        wait_for(f"{name}: {after}", lambda: reloads(daemon) == after)


def peak_mib(daemon):
    """With the tables of its pages, which a group of the kernel counts, too."""
    return (daemon.memory_kib("VmHWM") + daemon.memory_kib("VmPTE")) / 1024


def test_heads_that_never_end_fit(rig, budget):
    """A connection has the most when its head is as long as it may be: as many
    as there may be, and some that make others go."""
    most = budget.of(600, min(12_000, files() - 2000))
    daemon = rig.daemon(*THREADS, "--connections", str(most)).start()
    daemon.forget_peak()
    base_mib = peak_mib(daemon)
    ordinary = Paced(daemon.port, forever({"live": request("GET", "/livez")}), 20)
    with ordinary, Slow(daemon.port, long=round(1.05 * most)):
        time.sleep(budget.of(1, 3))
        connections = daemon.metric("moderato_http_connections")
    grown_mib = peak_mib(daemon) - base_mib
    each_kib = 1024 * grown_mib / most
    budget.tell(
        connections=connections, grown_mib=round(grown_mib), each_kib=round(each_kib, 1)
    )
    assert ordinary.failed == [] and set(ordinary.statuses()) == {200}
    assert 0.95 * most <= connections <= most + SPARE
    # so that bodies and answers, 160 MiB in all, find room beside them
    assert grown_mib <= most / 12_000 * (allowed_mib() - base_mib - 160) + 8


def test_all_at_once_fits(rig, budget):
    """Idle and dripping connections, bodies that never end, answers that nobody
    takes, reloads, and a site at 20 times its quota; nothing fails that another
    site asks, or people."""
    quota = budget.of(600, 3000)
    shelf = Shelf(rig.place())
    flags = ["--limit-author", "0", "--limit-ip", "0", "--limit-key", str(quota)]
    daemon = rig.daemon(*THREADS, *flags, "--log-level", "info", model=shelf.current)
    daemon.start()
    for site, key in KEYS.items():
        daemon.add_site(site, key)
    # so long together that a few askers, before their key's quota ends, have
    # all the memory that there is for answers
    for n in range(8):
        daemon.check({"id": LONG_ID, "content": f"{n}, so it goes on, " * 1500})
    base_mib, per_s = peak_mib(daemon), quota / 60
    numbers = dict(
        silent=budget.of(250, min(8000, files() - 6500)),
        head=budget.of(50, 500),
        body=budget.of(50, 1000),
        reader=budget.of(20, 200),
        asker=budget.of(50, 800),
    )
    greedy = {"check": check("A remark.", KEYS["greedy"])}
    ordinary = Paced(daemon.port, forever(ORDINARY), per_s / 2, 8)
    page = Paced(daemon.admin_port, forever(PAGE), 5, 4)
    flood = Paced(daemon.port, forever(greedy), 20 * per_s, 64)
    bodies = Bodies(daemon.port, FORM, MIB, budget.of(150, 1000), budget.of(100, 200))
    started = time.monotonic()
    with contextlib.ExitStack() as together:
        for each in (ordinary, page, Slow(daemon.port, **numbers), bodies, flood):
            together.enter_context(each)
        wait_for("all bodies", lambda: bodies.came >= bodies.number)
        connections = daemon.metric("moderato_http_connections")
        begun, rounds = time.monotonic(), 0
        while rounds == 0 or time.monotonic() < begun + budget.of(4, 12):
            reload_all(daemon, shelf)
            rounds += 1
        cut = daemon.metric("moderato_http_connections_cut_total")
    lasted_s = time.monotonic() - started
    peak = peak_mib(daemon)
    budget.tell(
        connections=connections,
        cut=cut,
        bodies=bodies.came,
        reloads=rounds * len(STEPS),
        ordinary=len(ordinary.answers),
        ordinary_p99_ms=p99_ms(ordinary.seconds()),
        page_p99_ms=p99_ms(page.seconds()),
        refused=flood.statuses()[429],
        base_mib=round(base_mib, 1),
        peak_mib=round(peak, 1),
    )
    assert ordinary.failed + page.failed + flood.failed == []
    assert set(ordinary.statuses()) | set(page.statuses()) == {200}
    # on a slow machine there are not that many, and none is refused
    assert set(flood.statuses()) <= {200, 429}
    assert flood.statuses()[200] <= quota + per_s * lasted_s + 1
    assert peak <= allowed_mib()
