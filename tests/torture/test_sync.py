"""What is acknowledged was synced before; a sync that fails is told, and never
tried again on the same pages."""

import threading
import time

import pytest
import requests
from conftest import BUILD, FIRST_KEY, PATIENCE_S, wait_for
from load import Load

SLOW_S = 1.0


@pytest.fixture
def daemon(rig):
    """One whose syncs can be slowed, or made fail, by `daemon.sync`."""
    d = rig.daemon("--limit-author", "0", "--limit-ip", "0")
    order = d.folder / "sync"
    order.touch()
    environment = d.environment

    def with_shim():
        shim = BUILD / "tests/torture/sync_preload.so"
        return environment() | {"LD_PRELOAD": str(shim), "MODERATO_SYNC": str(order)}

    d.environment = with_shim
    d.sync = order.write_text
    d.syncs = lambda: (d.folder / "sync.log").read_text().splitlines()
    return d.start()


def test_answers_follow_the_sync(daemon):
    """With a slow disk no answer comes before a sync that began after it was
    asked; what is not recorded waits for none."""
    taken, tests = [], []

    def post(n):
        auth = {"Authorization": f"Bearer {FIRST_KEY}"}
        body = {"content": f"comment {n}", "test": n % 4 == 3}
        began = time.monotonic()
        got = requests.post(
            daemon.url("/v1/comments"), json=body, headers=auth, timeout=PATIENCE_S
        )
        assert got.status_code == 200
        (tests if body["test"] else taken).append(time.monotonic() - began)
        if not body["test"]:
            began = time.monotonic()
            path = f"/v1/comments/{got.json()['id']}/decision"
            got = requests.post(
                daemon.url(path),
                json={"decision": "spam"},
                headers=auth,
                timeout=PATIENCE_S,
            )
            assert got.status_code == 200
            taken.append(time.monotonic() - began)

    daemon.sync(f"slow {int(SLOW_S * 1000)}")
    threads = [threading.Thread(target=post, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(taken) == 24 and len(tests) == 4
    assert min(taken) >= SLOW_S, sorted(taken)[:5]
    assert min(tests) < SLOW_S


def test_a_sync_that_fails(daemon, budget):
    """503 for as long as it does; reads go on; it comes back by itself."""
    refused, failures = 0, 0
    for _ in budget.rounds(short=2, whole=50):
        failed = failures
        with Load(daemon, clients=4) as load:
            load.wait_for(20)
            daemon.sync("fail")
            wait_for("refused", lambda: load.failed)
            ready = daemon.get("/readyz")
            assert ready.status_code == 503 and ready.json()["store"] == "down"
            assert daemon.check({"content": "a test", "test": True})["id"] is None
            assert daemon.get(f"/v1/comments/{load.acked[0]}").status_code == 200
            got = daemon.post({"content": "x"})
            assert got.status_code == 503 and int(got.headers["Retry-After"]) > 0
            daemon.sync("")
            wait_for("ready", lambda: daemon.get("/readyz").status_code == 200)
            load.wait_for(20)
        assert all('"status":503' in f for f in load.failed), load.failed[:3]
        for id_ in load.acked:
            assert daemon.get(f"/v1/comments/{id_}").status_code == 200
        refused += len(load.failed)
        told = [line.split()[0] for line in daemon.syncs()]
        failures = told.count("failed")
        assert failures > failed and "again" not in told, daemon.syncs()
    assert daemon.event("store.up")
    assert "I/O" in daemon.event("store.down")["why"]
    budget.tell(failed_syncs=failures, refused=refused)
