"""The audit log: who did what, and that a change of it shows."""

import hashlib
import sqlite3
import struct

import pytest
from people import PASSWORD, enter, invite, totp

OTHER = "other"


@pytest.fixture(scope="module")
def daemon(shared_rig):
    d = shared_rig.daemon("--limit-sign-ins", "0").start()
    d.operate("POST", "/v1/sites", {"name": OTHER})
    return d


def entries(daemon, query=""):
    """All of them, page by page, the newest first."""
    found, after = [], ""
    while after is not None:
        got = daemon.operate("GET", f"/v1/audit?limit=50&after={after}{query}").json()
        found += got["entries"]
        after = got["next"]
    return found


def test_a_page_begins_where_another_ended(daemon):
    for after in ("abc", "-1", "7x", "1e3", "99999999999999999999"):
        got = daemon.operate("GET", f"/v1/audit?after={after}")
        assert got.status_code == 400, after
        assert "after: " in got.json()["detail"]


def last(daemon, action):
    return next(e for e in entries(daemon) if e["action"] == action)


def test_a_decision_and_its_undoing(daemon):
    person = invite(daemon, "decider", "moderator", "default")
    comment = daemon.check({"content": "Buy cheap pills", "author": {"name": "x"}})["id"]
    person.ask("POST", f"/v1/comments/{comment}/decision", {"decision": "spam"})
    entry = last(daemon, "comment.decided")
    assert (entry["actor"], entry["subject"], entry["site"]) == ("decider", comment, "default")
    assert entry["after"] == {"state": "rejected", "decision": "spam", "learn": True}
    before = entry["before"]
    person.ask("DELETE", f"/v1/comments/{comment}/decision")
    entry = last(daemon, "comment.undone")
    assert (entry["actor"], entry["before"]["state"]) == ("decider", "rejected")
    assert entry["after"] == before


def test_keys_and_sites_and_people(daemon):
    made = daemon.ask("POST", "/v1/keys", {"scopes": ["check"], "label": "blog"}).json()
    entry = last(daemon, "key.added")
    assert (entry["subject"], entry["before"]) == (made["id"], None)
    assert entry["after"]["label"] == "blog"
    daemon.ask("DELETE", f"/v1/keys/{made['id']}")
    entry = last(daemon, "key.revoked")
    assert entry["before"]["revoked_at"] == 0 < entry["after"]["revoked_at"]
    daemon.operate("PATCH", f"/v1/sites/{OTHER}", {"settings": {"retention_days": 7}})
    entry = last(daemon, "site.changed")
    assert (entry["actor"], entry["site"]) == ("operator", OTHER)
    assert entry["after"]["settings"]["retention_days"] == 7
    assert entry["before"]["settings"].get("retention_days") != 7
    daemon.operate("POST", "/v1/users", {"name": "audited", "role": "viewer", "sites": [OTHER]})
    assert last(daemon, "user.added")["subject"] == "audited"
    daemon.operate("PATCH", "/v1/users/audited", {"role": "admin", "sites": [OTHER]})
    entry = last(daemon, "user.role")
    assert (entry["before"], entry["after"]) == ({"role": "viewer"}, {"role": "admin"})
    for order in ({"role": "admin", "sites": [OTHER]}, {"role": "none", "sites": ["default"]}):
        got = daemon.operate("PATCH", "/v1/users/audited", order)
        assert [s["role"] for s in got.json()["sites"]] == ["admin"]
        # that was so already
        assert last(daemon, "user.role") == entry
    daemon.operate("DELETE", "/v1/users/audited")
    assert last(daemon, "user.deleted")["after"] is None


def test_lists_webhooks_notes_and_sessions(daemon):
    person = invite(daemon, "lister", "admin", "default")
    entry = {"kind": "phrase", "value": "a phrase", "effect": "hold"}
    made = person.ask("POST", "/v1/lists", entry).json()
    assert last(daemon, "list.added")["after"]["value"] == "a phrase"
    person.ask("PATCH", f"/v1/lists/{made['id']}", {"effect": "block"})
    changed = last(daemon, "list.changed")
    assert changed["actor"] == "lister"
    assert (changed["before"]["effect"], changed["after"]["effect"]) == ("hold", "block")
    person.ask("DELETE", f"/v1/lists/{made['id']}")
    assert last(daemon, "list.removed")["after"] is None
    hook = person.ask("POST", "/v1/webhooks", {"url": "https://203.0.113.7/hook"}).json()
    assert last(daemon, "webhook.set")["actor"] == "lister"
    person.ask("DELETE", f"/v1/webhooks/{hook['id']}")
    entry = last(daemon, "webhook.deleted")
    assert (entry["subject"], entry["actor"]) == (hook["id"], "lister")
    comment = daemon.check({"content": "hello"})["id"]
    person.ask("POST", f"/v1/comments/{comment}/notes", {"note": "secret note"})
    entry = last(daemon, "comment.noted")
    assert (entry["subject"], entry["after"]) == (comment, None)
    enter(daemon, name="lister", password=PASSWORD).ask("DELETE", "/v1/session")
    assert last(daemon, "session.begun")["subject"] == "lister"
    assert last(daemon, "session.ended")["actor"] == "lister"


def test_pings_and_replays(daemon):
    person = invite(daemon, "pinger", "admin", "default")
    hook = person.ask("POST", "/v1/webhooks", {"url": "https://203.0.113.7/hook"}).json()
    path = f"/v1/webhooks/{hook['id']}"
    assert person.ask("POST", f"{path}:test").status_code == 202
    entry = last(daemon, "webhook.pinged")
    assert (entry["actor"], entry["subject"], entry["site"]) == ("pinger", hook["id"], "default")
    told = person.ask("GET", f"{path}/deliveries").json()["deliveries"][0]["id"]
    assert person.ask("POST", f"/v1/deliveries/{told}:replay").status_code == 202
    entry = last(daemon, "delivery.replayed")
    assert (entry["actor"], entry["subject"]) == ("pinger", told)
    assert (entry["after"]["webhook"], entry["after"]["state"]) == (hook["id"], "due")
    count = len(entries(daemon))
    assert person.ask("POST", "/v1/deliveries/nobody:replay").status_code == 404
    assert len(entries(daemon)) == count
    person.ask("DELETE", path)


def test_what_people_change_about_themselves(daemon):
    person = invite(daemon, "changer", "viewer", "default")
    for _ in range(2):
        enter(daemon, name="changer", password=PASSWORD)
    person.ask("PATCH", "/v1/session", {"prefs": {"theme": "dark secret theme"}})
    entry = last(daemon, "user.prefs")
    assert (entry["actor"], entry["subject"]) == ("changer", "changer")
    assert (entry["before"], entry["after"]) == ({"prefs": []}, {"prefs": ["theme"]})
    fresh = {"password": f"{PASSWORD} anew", "current": PASSWORD}
    assert person.ask("PATCH", "/v1/session", fresh).status_code == 200
    entry = last(daemon, "user.changed")
    assert entry["before"]["password_at"] <= entry["after"]["password_at"]
    assert entry["after"]["password_at"] > 0
    entry = last(daemon, "sessions.ended")
    assert (entry["actor"], entry["subject"]) == ("changer", "changer")
    assert (entry["before"], entry["after"]) == ({"sessions": 2}, None)


def test_a_second_factor(daemon):
    person = invite(daemon, "factor", "viewer", "default")
    offered = person.ask("PATCH", "/v1/session", {"totp": True}).json()["totp_secret"]
    wish = {"totp_secret": offered, "code": totp(offered), "current": PASSWORD}
    got = person.ask("PATCH", "/v1/session", wish)
    assert got.status_code == 200, got.text
    entry = last(daemon, "user.changed")
    assert (entry["before"]["totp"], entry["after"]["totp"]) == (False, True)
    assert entry["before"]["password_at"] == entry["after"]["password_at"]
    assert entry["actor"] == "factor"


def test_what_fails_is_not_there(daemon):
    before = len(entries(daemon))
    assert daemon.operate("POST", "/v1/sites", {"name": OTHER}).status_code == 409
    assert daemon.operate("DELETE", "/v1/users/nobody").status_code == 404
    assert len(entries(daemon)) == before


def test_who_sees_what(daemon):
    person = invite(daemon, "of.other", "admin", OTHER)
    seen = person.ask("GET", "/v1/audit").json()["entries"]
    assert {e["site"] for e in seen} == {OTHER}
    assert person.ask("GET", "/v1/audit?site=default").status_code == 404
    got = person.ask("GET", f"/v1/audit?site={OTHER}").json()["entries"]
    assert got == seen
    assert {e["site"] for e in entries(daemon, f"&site={OTHER}")} == {OTHER}
    viewer = invite(daemon, "only.looks", "viewer", OTHER)
    assert viewer.ask("GET", "/v1/audit").status_code == 403


def test_nothing_secret_is_there(daemon):
    text = str(entries(daemon))
    secrets = "argon2id", "whsec_", "secret note", "dark secret theme", "e2e-first-key"
    for secret in (PASSWORD, *secrets):
        assert secret not in text


CHANGES = [
    "UPDATE audit SET actor = 'nobody' WHERE number = 3",
    "UPDATE audit SET after = '{}' WHERE number = 4",
    "UPDATE audit SET at = at + 1 WHERE number = 1",
    "UPDATE audit SET action = action || subject, subject = '' WHERE number = 2",
    "DELETE FROM audit WHERE number = 3",
    "DELETE FROM audit WHERE number = 1",
]


def test_the_command(daemon):
    good = daemon.command("audit", "verify")
    assert good.returncode == 0 and f"{len(entries(daemon))} entries" in good.stdout
    assert "user.added" in daemon.command("audit", "list").stdout
    got = daemon.get("/v1/audit:verify")
    assert got.status_code == 403


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_shows(rig, change):
    daemon = rig.daemon().start()
    for name in ("a1", "a2", "a3"):
        daemon.operate("POST", "/v1/users", {"name": name, "role": "viewer"})
    assert daemon.command("audit", "verify").returncode == 0
    with sqlite3.connect(daemon.var / "moderato.db") as db:
        assert db.execute(change).rowcount == 1
    bad = daemon.command("audit", "verify")
    assert bad.returncode == 1 and "not as it was written" in bad.stderr


def test_an_entry_hangs_on_all_before(daemon):
    """So the last hash, which an operator writes down elsewhere, is of them all."""
    sql = """SELECT chain, number || ' ' || at || ' ' || place,
             actor, action, subject, before, after FROM audit ORDER BY number"""
    head = bytes(32)
    for chain, *fields in daemon.stored(sql):
        parts = [head, *((f or "").encode() for f in fields)]
        sized = b"".join(struct.pack("<Q", len(part)) + part for part in parts)
        head = hashlib.blake2b(sized, digest_size=32).digest()
        assert chain == head
    assert daemon.operate("GET", "/v1/audit:verify").json()["head"] == head.hex()
