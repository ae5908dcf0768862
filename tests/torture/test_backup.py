"""Copies of a store that is used: each has all that was acknowledged before,
and becomes a store again."""

import contextlib
import json
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import time

import pytest
from conftest import PROGRAM, wait_for
from load import Load

SPARE = 400  # comments that are asked for after a restore
LARGE_BYTES = 257 << 20  # of a store that a start does not look at as a whole


def run(daemon, *arguments):
    return subprocess.run(
        [PROGRAM, *map(str, arguments), "--var", daemon.var],
        capture_output=True,
        text=True,
        timeout=300,
    )


def ids(file):
    with sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        found = {id_ for id_, in db.execute("SELECT id FROM comment")}
    db.close()
    return found


def restored(rig, daemon, file):
    """Another service, on the copy."""
    other = rig.daemon("--limit-author", "0", "--limit-ip", "0")
    other.var.mkdir(mode=0o700)
    shutil.copy(daemon.var / "secret", other.var / "secret")
    done = run(other, "restore", file, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["kept"] is None
    return other.start()


def check_restored(other, there):
    for id_ in random.Random(1).sample(sorted(there), min(SPARE, len(there))):
        assert other.get(f"/v1/comments/{id_}").status_code == 200
    assert other.operate("GET", "/v1/audit:verify").status_code == 200
    counts = other.operate("GET", "/v1/queue/counts").json()
    states = ("published", "held", "rejected", "trashed")
    assert sum(counts[s] for s in states) == len(there)
    assert other.check({"content": "and on it goes"})["id"] not in there
    assert other.end() == 0


def test_copies_under_load(rig, budget):
    """Each contains every acknowledgement older than its beginning."""
    daemon = rig.daemon("--limit-author", "0", "--limit-ip", "0").start()
    slowest, comments = 0, 0
    with Load(daemon, clients=4) as load:
        load.wait_for(200)
        for n in budget.rounds(short=3, whole=100):
            file = daemon.folder / f"copy-{n}.db"
            acked = set(load.acked)
            done = run(daemon, "backup", file, "--json")
            assert done.returncode == 0, done.stderr
            told = json.loads(done.stdout)
            assert re.search(r'"seconds":\d+\.\d{1,3}\b', done.stdout)
            there = ids(file)
            assert acked <= there, f"{len(acked - there)} lost"
            assert (told["comments"], told["bytes"]) == (
                len(there),
                file.stat().st_size,
            )
            assert file.stat().st_mode & 0o777 == 0o600
            if n % 10 == 0:
                check_restored(restored(rig, daemon, file), there)
            slowest, comments = max(slowest, told["seconds"]), len(there)
            if n % 10 != 9:
                file.unlink()
            load.wait_for(50)
    assert not load.failed, load.failed[:3]
    budget.tell(slowest_s=slowest, comments=comments, errors=len(load.failed))


def test_a_backup_that_is_killed(rig, budget):
    """It leaves nothing that looks like one, and the next one succeeds."""
    daemon = rig.daemon("--limit-author", "0", "--limit-ip", "0").start()
    file = daemon.folder / "copy.db"
    with Load(daemon, clients=2) as load:
        load.wait_for(300)
        killed = 0
        for n in budget.rounds(short=5, whole=50):
            arguments = [PROGRAM, "backup", file, "--var", daemon.var]
            process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
            time.sleep(random.Random(n).uniform(0, 0.08))
            process.send_signal(signal.SIGKILL)
            killed += process.wait() == -signal.SIGKILL
            if file.exists():
                assert ids(file)
                file.unlink()
        acked = set(load.acked)
        assert run(daemon, "backup", file).returncode == 0
        assert acked <= ids(file)
        assert not list(daemon.folder.glob("copy.db?*"))
    assert not load.failed
    budget.tell(killed=killed)


def test_what_is_refused(rig):
    daemon = rig.daemon().start()
    kept = daemon.check({"content": "before"})["id"]
    file = daemon.folder / "copy.db"
    first = run(daemon, "backup", file)
    assert first.returncode == 0 and "1 comments" in first.stdout
    for again, says in (
        (run(daemon, "backup", file), "is there already"),
        (run(daemon, "restore", file), "in use by another process"),
        (run(daemon, "backup", daemon.folder / "none" / "copy.db"), "No such file"),
    ):
        assert again.returncode == 1 and says in again.stderr, again.stderr
    for arguments in ([], ["--json", file]):
        misused = run(daemon, "backup", *arguments)
        assert misused.returncode == 2
        assert "expected FILE first" in misused.stderr
    many = run(daemon, "backup", file, *["--nonsense"] * 64)
    assert many.returncode == 2 and "too many flags" in many.stderr
    assert run(daemon, "backup", file, "--nonsense", "1").returncode == 2
    helped = run(daemon, "backup", "--help")
    assert helped.returncode == 0 and "--json" in helped.stdout
    assert daemon.end() == 0
    # nobody is disturbed by what could not be restored
    (daemon.folder / "text").write_text("no store at all" * 1000)
    other = sqlite3.connect(daemon.folder / "other.db")
    other.execute("CREATE TABLE comment (x)")
    other.close()
    refusals = {
        "text": "damaged",
        "other.db": "is no store",
        "nothing": "No such file",
    }
    for name, says in refusals.items():
        got = run(daemon, "restore", daemon.folder / name)
        assert got.returncode == 1 and says in got.stderr, got.stderr
    daemon.start()
    assert daemon.get(f"/v1/comments/{kept}").status_code == 200


def test_the_way_back(rig):
    """What came after the copy is kept beside it, with its log."""
    daemon = rig.daemon().start()
    old = daemon.check({"content": "before"})["id"]
    file = daemon.folder / "copy.db"
    assert run(daemon, "backup", file).returncode == 0
    new = daemon.check({"content": "after"})["id"]
    daemon.end(signal.SIGKILL)
    assert (daemon.var / "moderato.db-wal").stat().st_size > 0
    done = run(daemon, "restore", file, "--json")
    assert done.returncode == 0, done.stderr
    kept = json.loads(done.stdout)["kept"]
    assert not (daemon.var / "moderato.db-wal").exists()
    daemon.start()
    assert daemon.get(f"/v1/comments/{old}").status_code == 200
    assert daemon.get(f"/v1/comments/{new}").status_code == 404
    daemon.end()
    # and back again: what was kept is a store, too
    (daemon.var / "moderato.db").unlink()
    for suffix in "", "-wal":
        shutil.move(f"{kept}{suffix}", daemon.var / f"moderato.db{suffix}")
    daemon.start()
    assert daemon.get(f"/v1/comments/{new}").status_code == 200


def test_a_store_without_its_secret(rig):
    """No other is made for it, which would fit nothing that is there."""
    daemon = rig.daemon().start()
    kept = daemon.check({"content": "before"})["id"]
    daemon.end()
    secret = daemon.var / "secret"
    bytes_ = secret.read_bytes()
    secret.unlink()
    daemon.spawn()
    assert daemon.code() == 1
    assert "secret: is missing" in daemon.log()[-1]["error"]
    assert not secret.exists()
    secret.write_bytes(bytes_)
    secret.chmod(0o600)
    daemon.start()
    assert daemon.get(f"/v1/comments/{kept}").status_code == 200


SPOILT = {
    "two pages": lambda b: b[:8192] + b"\xa5" * 8192 + b[16384:],
    "the head": lambda b: b"\xa5" * 100 + b[100:],
    "half of it": lambda b: b[: len(b) // 8192 * 4096],
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_damaged_store(rig, how):
    """It does not start, and says what to do; that helps."""
    daemon = rig.daemon().start()
    kept = daemon.check({"content": "before"})["id"]
    file = daemon.folder / "copy.db"
    assert run(daemon, "backup", file).returncode == 0
    daemon.end()
    store = daemon.var / "moderato.db"
    store.write_bytes(SPOILT[how](store.read_bytes()))
    daemon.spawn()
    assert daemon.code() == 1
    says = daemon.log()[-1]["error"]
    assert "damaged" in says and "moderatod restore FILE" in says, says
    assert run(daemon, "backup", daemon.folder / "bad.db").returncode == 1
    assert not list(daemon.folder.glob("bad.db*"))
    assert run(daemon, "restore", file).returncode == 0
    daemon.start()
    assert daemon.get(f"/v1/comments/{kept}").status_code == 200


def spoil_page_of(store, table):
    """Adds what makes the store a large one, and spoils a table's first page."""
    with contextlib.closing(sqlite3.connect(store)) as db:
        db.execute("CREATE TABLE ballast (b)")
        db.execute("INSERT INTO ballast VALUES (zeroblob(?))", (LARGE_BYTES,))
        db.commit()
        (page,) = db.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)
        ).fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    with open(store, "r+b") as f:
        f.seek((page - 1) * size)
        f.write(b"\xa5" * size)


@pytest.mark.parametrize("table", ("api_key", "report"))
def test_a_large_damaged_store(rig, table):
    """Of a large store a start looks at what it needs, a copy at all."""
    daemon = rig.daemon().start()
    daemon.end()
    spoil_page_of(daemon.var / "moderato.db", table)
    daemon.spawn()
    if table == "api_key":
        assert daemon.code() == 1
        assert "damaged" in daemon.log()[-1]["error"]
        return
    wait_for("listening", lambda: daemon.event("listening"))
    done = run(daemon, "backup", daemon.folder / "bad.db")
    assert done.returncode == 1 and "damaged" in done.stderr
    assert not list(daemon.folder.glob("bad.db*"))


def test_a_damaged_model(rig):
    """It starts, holds all, and says which file it is; a whole one helps."""
    daemon = rig.daemon()
    model = daemon.folder / "model"
    shutil.copytree(daemon.flags[3], model)
    daemon.flags[3] = model
    whole = (model / "model.bin").read_bytes()
    at = len(whole) // 2
    (model / "model.bin").write_bytes(
        whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
    )
    daemon.start()
    says = daemon.event("failed")["error"]
    assert str(model / "model.bin") in says and "damaged" in says
    effect = daemon.event("model.missing")["effect"]
    assert effect.startswith("every comment that neither")
    assert daemon.check({"content": "a fine day"})["action"] == "hold"
    (model / "model.bin").write_bytes(whole)
    daemon.hang_up()
    wait_for("reloaded", lambda: daemon.event("reloaded"))
    assert daemon.check({"content": "a fine day"})["action"] == "publish"
