"""The store's file is taken away, or another put in its place, while it runs."""

import contextlib
import os
import signal
import sqlite3
import time

import pytest
from conftest import wait_for

COMMENT = {"content": "hello there"}


@pytest.fixture
def daemon(rig):
    """One whose last comment is in the log only."""
    d = rig.daemon().start()
    d.check(COMMENT)
    return d


def store_of(daemon):
    return daemon.var / "moderato.db"


def assert_refused(daemon):
    assert daemon.post(COMMENT).status_code == 503
    assert "moved or deleted" in daemon.event("store.down")["why"]
    got = daemon.get("/readyz")
    assert (got.status_code, got.json()["store"]) == (503, "down")


def comments(daemon):
    return daemon.stored("SELECT count(*) FROM comment")[0][0]


def test_a_store_that_was_deleted_takes_nothing(daemon):
    store_of(daemon).unlink()
    assert_refused(daemon)
    assert daemon.end() == 0
    daemon.start()
    assert "no store" in daemon.event("store.new")["why"]
    daemon.check(COMMENT)
    assert comments(daemon) == 1


def test_a_new_store_and_an_old_one_are_no_surprise(daemon):
    for _ in range(2):
        assert daemon.event("store.new") is None
        daemon.end()
        daemon.start()


def test_it_is_noticed_without_a_comment(daemon):
    store_of(daemon).unlink()
    wait_for("down", lambda: daemon.get("/readyz").status_code == 503)
    entry = {"kind": "phrase", "value": "casino", "effect": "hold"}
    assert daemon.operate("POST", "/v1/lists?site=default", entry).status_code == 503


def test_who_waits_for_no_group_is_refused_at_once(daemon):
    store_of(daemon).unlink()
    entry = {"kind": "phrase", "value": "casino", "effect": "hold"}
    assert daemon.operate("POST", "/v1/lists?site=default", entry).status_code == 503


def test_nothing_is_done_to_another_store(daemon, tmp_path):
    copy, kept = tmp_path / "copy.db", tmp_path / "kept.db"
    assert daemon.command("backup", copy).returncode == 0
    daemon.check(COMMENT)
    os.link(store_of(daemon), kept)
    os.replace(copy, store_of(daemon))
    assert_refused(daemon)
    assert daemon.end() == 0

    daemon.start()
    daemon.check(COMMENT)
    assert comments(daemon) == 2
    # what was acknowledged before is in the file that was taken away
    daemon.end()
    os.replace(kept, store_of(daemon))
    daemon.start()
    assert comments(daemon) == 2


def write(path, sql, *values):
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        return db.execute(sql, values).fetchall()


def test_nothing_is_deleted_in_a_store_that_was_moved(daemon, tmp_path):
    """What is due by then stays, however often a comment is refused."""
    away, due_s = tmp_path / "away.db", 3
    daemon.check(COMMENT, Idempotency_Key="due-soon")
    young_ms = int(time.time() * 1000) - 24 * 3600 * 1000 + due_s * 1000
    write(store_of(daemon), "UPDATE answer SET created_at = ?", young_ms)
    os.rename(store_of(daemon), away)
    assert_refused(daemon)
    time.sleep(due_s + 1)
    for _ in range(3):
        assert daemon.post(COMMENT).status_code == 503
    assert daemon.end() == 0
    assert write(away, "SELECT count(*) FROM answer") == [(1,)]


@pytest.mark.parametrize("linked", [False, True])
def test_nothing_is_lost_with_its_log(daemon, tmp_path, linked):
    """What was acknowledged before goes to the database, and nothing after."""
    real = store_of(daemon)
    if linked:  # the log lies beside what the link leads to
        assert daemon.end() == 0
        real = tmp_path / "elsewhere.db"
        os.rename(store_of(daemon), real)
        store_of(daemon).symlink_to(real)
        daemon.start()
    real.with_name(real.name + "-wal").unlink()
    assert_refused(daemon)
    assert "restart" in daemon.event("store.down")["why"]
    assert len(daemon.operate("GET", "/v1/sites").json()["sites"]) == 1
    daemon.end(signal.SIGKILL)
    daemon.start()
    assert comments(daemon) == 1
    daemon.check(COMMENT)
    assert comments(daemon) == 2


def test_it_is_put_back(daemon, tmp_path):
    away = tmp_path / "away.db"
    os.rename(store_of(daemon), away)
    assert_refused(daemon)
    os.rename(away, store_of(daemon))
    wait_for("up", lambda: daemon.get("/readyz").status_code == 200)
    daemon.check(COMMENT)
    assert comments(daemon) == 2
