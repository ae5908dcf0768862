"""What a site keeps for some days only is gone afterwards, to the last byte."""

import json
import sqlite3

from conftest import wait_for

DAY_MS = 24 * 3600 * 1000
SECRET = "zanzibar quokka rendezvous"


def age(daemon, days, retention_days):
    """What was recorded so far becomes older; the daemon is stopped."""
    with sqlite3.connect(daemon.var / "moderato.db") as store:
        store.execute("UPDATE comment SET received_at = received_at - ?", [days * DAY_MS])
        settings = json.dumps({"retention_days": retention_days})
        store.execute("UPDATE site SET settings = ?", [settings])
    store.close()


def on_disk(daemon):
    return any(
        SECRET.encode() in path.read_bytes()
        for path in daemon.var.iterdir()
        if path.name.startswith("moderato.db")
    )


def test_old_comments_go_and_young_ones_stay(rig):
    daemon = rig.daemon().start()
    old = daemon.check({"content": f"<b>{SECRET}</b>"})["id"]
    daemon.end()
    age(daemon, days=8, retention_days=7)
    daemon.start()
    young = daemon.check({"content": "of today"})["id"]
    assert daemon.get(f"/v1/comments/{old}").status_code == 200  # a clock far off
    daemon.end()
    daemon.start()
    wait_for("deletion", lambda: daemon.get(f"/v1/comments/{old}").status_code == 404)
    assert daemon.get(f"/v1/comments/{young}").status_code == 200
    daemon.end()
    assert not on_disk(daemon)
