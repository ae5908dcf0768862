"""A store that is full: nothing is acknowledged that is not on disk."""

import os
import resource
import subprocess

import pytest
import requests
from conftest import FIRST_KEY, PATIENCE_S, wait_for
from load import Load
from people import PASSWORD, enter, invite

TMPFS_MB = 40
FILLER = b"\0" * (1 << 20)


@pytest.fixture
def disk(tmp_path):
    """A small file system of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = f"size={TMPFS_MB}m,mode=0700"
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("cannot mount a small file system: not root, or not allowed")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder):
    """Leaves no room; returns the file that took it."""
    filler = folder / "filler"
    with open(filler, "wb", buffering=0) as f:
        try:
            while True:
                f.write(FILLER)
        except OSError:
            return filler


def assert_refused(got):
    assert got.status_code == 503, got.text
    assert int(got.headers["Retry-After"]) > 0
    problem = got.json()
    assert problem["status"] == 503 and "nothing was recorded" in problem["detail"]


def test_full_and_not_full_again(rig, disk):
    daemon = rig.daemon("--var", disk / "var")
    daemon.var = disk / "var"
    daemon.start()
    kept = daemon.check({"content": "before"})["id"]
    with Load(daemon, clients=4) as load:
        load.wait_for(50)
        filler = fill(disk)
        wait_for("full", lambda: daemon.post({"content": "x"}).status_code == 503)
    acked = [id for id in load.acked if id]
    assert all('"status":503' in f for f in load.failed)
    assert "full" in daemon.event("store.down")["why"]
    asked = {"comment": {"text": "not kept"}, "requestedAttributes": {"SPAM": {}}}
    path = f"/v1alpha1/comments:analyze?key={FIRST_KEY}"
    got = daemon.post(asked, path=path)
    assert got.status_code == 503 and got.json()["error"]["status"] == "UNAVAILABLE"
    assert daemon.post(asked | {"doNotStore": True}, path=path).status_code == 200
    form = f"api_key={FIRST_KEY}&blog=http://blog.example&user_ip=192.0.2.1"
    for endpoint in "comment-check", "submit-spam":
        got = daemon.post(form.encode(), path=f"/1.1/{endpoint}")
        assert got.status_code == 503 and "nothing was recorded" in got.text
        assert got.headers["X-akismet-debug-help"] == got.text
        assert ("X-akismet-guid" in got.headers) == (endpoint == "comment-check")
    refused = {"content": "not kept", "author": {"name": "Patience"}}
    for _ in range(3):
        assert_refused(daemon.post(refused))
    batch = {"comments": [{"content": "a"}, {"content": "b"}]}
    assert_refused(daemon.post(batch, path="/v1/comments:batch"))
    assert_refused(daemon.post({"content": "once"}, Idempotency_Key="full"))
    # what needs no room goes on
    assert daemon.check({"content": "a test", "test": True})["id"] is None
    for id in (kept, acked[0], acked[-1]):
        assert daemon.get(f"/v1/comments/{id}").status_code == 200
    ready = daemon.get("/readyz")
    assert ready.status_code == 503 and ready.json()["store"] == "down"
    filler.unlink()
    wait_for("ready", lambda: daemon.get("/readyz").status_code == 200)
    assert daemon.event("store.up")
    # what was refused was not counted either
    limits = daemon.check(refused)["limits"]
    assert limits["remaining"] == limits["limit"] - 1
    got = daemon.post({"content": "once"}, Idempotency_Key="full")
    assert got.status_code == 200 and "Idempotency-Replayed" not in got.headers
    assert daemon.end() == 0
    daemon.start()
    for id in (kept, *acked[-20:]):
        assert daemon.get(f"/v1/comments/{id}").status_code == 200


def rows(daemon, site):
    return daemon.stored("SELECT count(*) FROM comment WHERE site = ?", site)[0][0]


def test_making_room_on_a_full_disk(rig, disk):
    """The reserve lets people in, and what they delete goes."""
    daemon = rig.daemon("--var", disk / "var")
    daemon.var = disk / "var"
    daemon.local = daemon.var / "moderatod.sock"
    daemon.start()
    person = invite(daemon, "jammy", "moderator", "default")
    held = daemon.check({"content": "cheap pills http://pills.example casino bonus"})
    old = daemon.operate("POST", "/v1/sites", {"name": "old"}).json()
    daemon.add_key("old-site-key-0001", "check", site="old")
    for n in range(50):
        daemon.check({"content": f"old comment {n}"}, key="old-site-key-0001")
    fill(disk)
    wait_for("full", lambda: daemon.post({"content": "x"}).status_code == 503)
    # whoever is in goes on reading; others still get in
    assert person.ask("GET", f"/v1/comments/{held['id']}?site=default").status_code == 200
    assert enter(daemon, name="jammy", password=PASSWORD).ask("GET", "/v1/queue").ok
    assert requests.get(daemon.url("/", admin=True), timeout=PATIENCE_S).ok
    gone = daemon.operate("DELETE", "/v1/sites/old?confirm=old")
    assert gone.status_code == 200, gone.text
    wait_for("purged", lambda: rows(daemon, int(old["id"])) == 0)
    assert_refused(daemon.post({"content": "not kept"}))
    assert daemon.check({"content": "a test", "test": True})["id"] is None
    assert daemon.event("store.reserve")["what"] == "given up"


def test_a_full_disk_at_start(rig, disk):
    daemon = rig.daemon("--var", disk / "var")
    filler = fill(disk)
    daemon.spawn()
    assert daemon.code() == 1
    assert daemon.log()[-1]["event"] == "failed"
    filler.unlink()
    daemon.var = disk / "var"
    daemon.start()
    assert daemon.check({"content": "now"})["id"]


def test_a_file_that_may_not_grow(rig):
    """As by a quota: the write fails though the disk has room."""
    bytes_max = 1200 * 1024

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_max, bytes_max))

    daemon = rig.daemon().start(preexec=limit)
    acked = []
    for _ in range(100):
        got = daemon.post({"content": "word " * 6000, "author": {"name": "A"}})
        if got.status_code != 200:
            break
        acked.append(got.json()["id"])
    assert got.status_code == 503 and int(got.headers["Retry-After"]) > 0
    assert daemon.check({"content": "a test", "test": True})
    daemon.end()
    daemon.start()
    for id in acked:
        assert daemon.get(f"/v1/comments/{id}").status_code == 200
    assert daemon.check({"content": "and on it goes"})["id"]
