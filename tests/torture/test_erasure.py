"""What somebody wrote, and who he is, can be taken out to the last byte.

Each field of a comment, and of what is said about it, has a word of its own
that is nowhere else. Afterwards they are looked for in every file of the
service, of its models and of Redis.
"""

import json
import secrets
import shutil
import sqlite3
import subprocess
import time

import pytest
from conftest import MODEL, wait_for

DAY_MS = 24 * 3600 * 1000
SCOPES = "check,feedback,moderate,admin"
KEY = "erasure-key-00001"


def word():
    """Nothing of it is shared with another: words are found by beginnings."""
    return "q" + secrets.token_hex(10)


class Words:
    """A word for each field, by its name; the tail of it is looked for."""

    def __init__(self):
        self.of = {}

    def __getitem__(self, field):
        return self.of.setdefault(field, word())

    def found(self, *folders):
        """Which fields are in which files."""
        tails = {field: w[5:].encode() for field, w in self.of.items()}
        return [
            (field, str(path.relative_to(folder)))
            for folder in folders
            for path in sorted(folder.rglob("*"))
            if path.is_file()
            for field, tail in tails.items()
            if tail in path.read_bytes().lower()
        ]


def comment_of(words):
    return {
        "id": words["id"],
        "thread": f"https://blog.example/{words['thread']}",
        "parent": words["parent"],
        "type": words["type"][:16],
        "content": f"I am {words['text']} <a href='https://{words['host']}.example/'>x</a>",
        "format": "html",
        "author": {
            "id": words["author_id"],
            "name": words["name"],
            "email": f"{words['mail']}@{words['domain']}.example",
            "url": f"https://{words['url']}.example/",
            "ip": "203.0.113.77",
            "user_agent": f"Mozilla/5.0 {words['agent']}",
            "role": "visitor",
        },
        "referrer": f"https://{words['referrer']}.example/",
        "honeypot": words["honeypot"],
    }


def speak_of(daemon, words, record):
    """All that can be said about a comment, and of who wrote it."""
    path = f"/v1/comments/{record}"
    daemon.post({"note": f"ask {words['note']}"}, path=f"{path}/notes", key=KEY)
    for decision in ("approve", "spam"):
        order = {
            "decision": decision,
            "reason": words[f"reason_{decision}"][:16],
            "note": words[f"note_{decision}"],
        }
        daemon.check(order, path=f"{path}/decision", key=KEY, Idempotency_Key=words["once"])
        words.of.pop("once")  # a name of the caller's own choosing
    order = {"reason": "spam", "reporter": words["reporter"], "note": words["report"]}
    daemon.check(order, path=f"{path}/reports", key=KEY)
    entries = [
        {"kind": "email", "value": f"{words['mail']}@{words['domain']}.example"},
        {"kind": "author", "value": words["author_id"]},
    ]
    for entry in entries:
        entry |= {"effect": "hold", "note": words[f"entry_{entry['kind']}"]}
    got = daemon.ask("POST", "/v1/lists", {"entries": entries}, key=KEY)
    assert got.status_code == 201, got.text
    # what he once reported of somebody else
    other = daemon.check({"content": "of somebody else"}, key=KEY)["id"]
    order = {"reason": "other", "reporter": words["author_id"], "note": words["he_reports"]}
    daemon.check(order, path=f"/v1/comments/{other}/reports", key=KEY)
    # labels of his that were never recorded as comments
    row = {"text": f"learn {words['label']}", "label": "spam", "author_id": words["author_id"]}
    assert daemon.post(row, path="/v1/labels", key=KEY).ok
    mail = f"{words['mail']}@{words['domain']}.example"
    row = {"text": f"by mail {words['mail_label']}", "label": "spam", "email": mail}
    assert daemon.post(row, path="/v1/labels", key=KEY).ok


def propose(models, words):
    """As `moderato-train propose` leaves them: pages that quote comments."""
    folder = models / "mine"
    shutil.copytree(MODEL, folder)
    for page in ("proposal.html", "compare.html", "compare.json", "gold.html"):
        (folder / page).write_text(f"<p>It is about {words[page]}</p>")
    (folder / "proposal.json").write_text("{}")
    return folder


@pytest.fixture
def redis(rig):
    """A Redis that saves what it has."""
    r = rig.redis().start()
    r.cli = [shutil.which("redis-cli"), "-s", str(r.socket)]
    return r


@pytest.fixture
def daemon(rig, redis, tmp_path):
    models = tmp_path / "models"
    shutil.copytree(MODEL, models / "default")
    flags = ["--state", redis.uri, "--limit-author", "0", "--limit-ip", "0"]
    d = rig.daemon(*flags, model=models / "default")
    d.models = models
    d.start()
    wait_for("redis", lambda: d.get("/readyz").json()["state"] == "up")
    d.add_key(KEY, SCOPES)
    # nobody is there, so that all it is told stays to be told
    d.ask("POST", "/v1/webhooks", {"url": "https://192.0.2.1/"}, key=KEY)
    return d


def look(daemon, question):
    """The row that answers it."""
    (row,) = daemon.stored(question)
    return row


def indexed(daemon):
    done, last = look(
        daemon,
        "SELECT (SELECT done FROM card_progress), (SELECT max(rowid) FROM comment)",
    )
    return done == last


def everywhere(daemon, redis, words):
    subprocess.run([*redis.cli, "SAVE"], check=True, capture_output=True)
    return words.found(daemon.folder, redis.folder, daemon.models)


@pytest.mark.parametrize("by", ["email", "id", "command"])
def test_nothing_is_left(daemon, redis, budget, by):
    words = Words()
    models = propose(daemon.models, words)
    sent = comment_of(words)
    record = daemon.check(sent, key=KEY, Idempotency_Key="once-1")["id"]
    speak_of(daemon, words, record)
    wait_for("the index", lambda: indexed(daemon))
    kept = {field for field, _ in everywhere(daemon, redis, words)}
    # what is never kept, and what is
    assert not kept & {"agent", "referrer", "honeypot"}
    assert {"text", "name", "note", "report", "label", "mail_label", "entry_email"} <= kept

    whose = {"id": words["author_id"], "email": sent["author"]["email"].upper()}
    seen = daemon.ask("POST", "/v1/authors:export", whose, key=KEY).json()
    assert [c["id"] for c in seen["comments"]] == [record]
    texts = [f"learn {words['label']}", f"by mail {words['mail_label']}"]
    assert [label["content"] for label in seen["labels"]] == texts
    assert len(seen["entries"]) == 2
    if by == "command":
        for flag in ("email", "id"):
            done = daemon.command("author", "erase", f"--{flag}", whose[flag])
            assert done.returncode == 0, done.stderr
    else:
        for name in ("email", "id") if by == "email" else ("id", "email"):
            got = daemon.ask("POST", "/v1/authors:erase", {name: whose[name]}, key=KEY)
            assert got.status_code == 200, got.text
    assert daemon.get(f"/v1/comments/{record}").status_code == 404
    seen = daemon.ask("POST", "/v1/authors:export", whose, key=KEY).json()
    assert seen == {"comments": [], "labels": [], "entries": [], "next": None}
    assert (models / "card.json").exists()

    # while it runs: the store, its log, its index; what it logged; Redis
    wait_for("the files", lambda: not everywhere(daemon, redis, words))
    assert daemon.command("audit", "verify").returncode == 0
    budget.tell(fields=len(words.of), kept=len(kept), left=0)
    assert daemon.end() == 0
    assert not everywhere(daemon, redis, words)


def test_only_his_own(daemon, redis):
    """Comments of others stay, also those under the same name."""
    his, other = Words(), Words()
    mine = daemon.check(comment_of(his), key=KEY)["id"]
    theirs = comment_of(other)
    theirs["author"]["name"] = his["name"]
    kept = daemon.check(theirs, key=KEY)["id"]
    single = daemon.check({"content": f"one {his['single']}"}, key=KEY)["id"]
    got = daemon.ask("POST", "/v1/authors:erase", {"id": his["author_id"]}, key=KEY)
    assert got.json()["comments"] == 1
    assert daemon.get(f"/v1/comments/{mine}").status_code == 404
    assert daemon.get(f"/v1/comments/{kept}").status_code == 200
    got = daemon.ask("POST", "/v1/authors:erase", {"comment": single}, key=KEY)
    assert got.json()["comments"] == 1
    assert daemon.get(f"/v1/comments/{kept}").status_code == 200


def test_who_left_no_name(daemon, redis):
    """What was decided about the one comment goes, too, though it names nobody."""
    words = Words()
    record = daemon.check({"content": f"one {words['single']}"}, key=KEY)["id"]
    order = {"decision": "spam", "reason": words["reason"][:16], "note": words["note"]}
    daemon.check(order, path=f"/v1/comments/{record}/decision", key=KEY)
    assert everywhere(daemon, redis, words)
    got = daemon.ask("POST", "/v1/authors:erase", {"comment": record}, key=KEY)
    assert got.json()["comments"] == 1
    wait_for("the files", lambda: not everywhere(daemon, redis, words))


def test_nothing_is_left_of_a_site(daemon, redis):
    """Nor of what was said on it, of its lists, and of its keys."""
    words = Words()
    name, label = words["name"], words["label"]
    assert daemon.operate("POST", "/v1/sites", {"name": name}).ok
    of = f"?site={name}"
    got = daemon.operate("POST", f"/v1/comments{of}", comment_of(words))
    path = f"/v1/comments/{got.json()['id']}/decision{of}"
    assert daemon.operate("POST", path, {"decision": "spam", "note": words["note"]}).ok
    entry = {"kind": "phrase", "value": words["entry"], "effect": "hold"}
    assert daemon.operate("POST", f"/v1/lists{of}", entry).ok
    assert daemon.operate("POST", f"/v1/keys{of}", {"label": label, "scopes": ["check"]}).ok
    wait_for("the index", lambda: indexed(daemon))

    def left():
        return {field for field, _ in everywhere(daemon, redis, words)}

    in_audit_log = {"name", "label", "entry"}
    assert "text" in left()
    assert daemon.operate("DELETE", f"/v1/sites/{name}?confirm={name}").ok
    wait_for("the files", lambda: left() <= in_audit_log)


@pytest.mark.parametrize(
    "body, pointer",
    [({}, ""), ({"email": ""}, "/email"), ({"ip": "x"}, "/ip"), ({"id": 7}, "/id")],
)
@pytest.mark.parametrize("what", ["export", "erase"])
def test_whose_must_be_said(daemon, what, body, pointer):
    record = daemon.check({"content": "of nobody"}, key=KEY)["id"]
    got = daemon.ask("POST", f"/v1/authors:{what}", body, key=KEY)
    assert got.status_code == 422
    assert got.json()["errors"][0]["pointer"] == pointer
    assert daemon.get(f"/v1/comments/{record}").status_code == 200


def test_many_in_pages(daemon, budget):
    """More than one page, and more than is erased at once."""
    n = budget.of(120, 1980)
    author = {"id": "writes-much"}
    for at in range(0, n, 60):
        rows = [{"content": f"number {at + i}", "author": author} for i in range(60)]
        daemon.batch(rows, key=KEY)
    found, after = [], ""
    while after is not None:
        path = f"/v1/authors:export?after={after}"
        got = daemon.ask("POST", path, {"id": "writes-much"}, key=KEY).json()
        found += [c["id"] for c in got["comments"]]
        after = got["next"]
    assert len(found) == len(set(found)) == n
    shown = daemon.command("author", "export", "--id", "writes-much")
    assert shown.stdout.count("\n") == n, shown.stderr
    got = daemon.ask("POST", "/v1/authors:erase", {"id": "writes-much"}, key=KEY)
    assert got.json()["comments"] == n
    budget.tell(comments=n)


# What becomes of a comment; after how many days it is gone; for ever: None.
KINDS = {
    "spam": 15,
    "published": 90,
    "approved": 90,
    "called spam": 90,
    "trashed": 90,
    "held": None,
    "sent back": None,
}
# unlike each other, since what people decided holds for nearly the same, too
GOOD = (
    "Thank you, I read this twice, and my neighbour agrees about the roses:",
    "Our train was late by an hour, and nobody told us why. A word on that:",
    "How long does the paint take to dry when it rains? The tin only says",
    "That photograph is older than me; my grandfather stands on the left of",
    "We walked along the river on Sunday and saw two herons, which I called",
    "The recipe needs more lemon than that, and less sugar. I wrote it down as",
    "In the second chapter I lost count of the cousins, but for one named",
)
DECISIONS = {"approved": "approve", "called spam": "spam", "trashed": "trash", "sent back": "hold"}


def later(daemon, days):
    """So many days pass while the daemon is down."""
    columns = {
        "comment": ("received_at", "decided_at"),
        "decision": ("created_at",),
        "answer": ("created_at",),
        "card_progress": ("merged_at",),
    }
    with sqlite3.connect(daemon.var / "moderato.db") as db:
        for table, names in columns.items():
            for name in names:
                order = f"UPDATE {table} SET {name} = {name} - ? WHERE {name} > 0"
                db.execute(order, [days * DAY_MS])
    db.close()


LEFT = """SELECT (SELECT count(*) FROM comment), (SELECT count(*) FROM card_gone),
    (SELECT group_concat(author_net) FROM comment),
    (SELECT merging + merge FROM card_progress)"""


def tidied(daemon):
    """Starts it and waits until it has nothing more to delete."""
    daemon.start()
    daemon.check({"content": "What came just now says that the clock is right."})
    assert daemon.end() == 0
    daemon.start()

    def twice():
        before = look(daemon, LEFT)
        time.sleep(0.4)
        return before[-1] == 0 and before == look(daemon, LEFT)

    wait_for("tidying", twice)


def test_retention_in_compressed_time(rig, budget):
    """A quarter of a year in a few seconds: what goes, and when."""
    daemon = rig.daemon().start()
    daemon.add_key(KEY, SCOPES)
    bounds = {"hold": 0.99998, "reject": 0.99999}  # lists decide
    sure = {"cutoffs": {"spam": bounds, "abuse": bounds}}
    assert daemon.operate("PATCH", "/v1/sites/default", {"settings": sure}).ok
    words, ids = Words(), {}
    for kind, good in zip(KINDS, GOOD, strict=True):
        listed = {"spam": "block", "held": "hold", "sent back": "hold"}.get(kind, "allow")
        entry = {"kind": "thread", "value": f"of {kind}", "effect": listed}
        assert daemon.ask("POST", "/v1/lists", entry, key=KEY).status_code == 201
        sent = {
            "content": f"{good} {words[kind]}",
            "thread": f"of {kind}",
            "author": {"name": words[f"{kind} author"], "ip": "198.51.100.7"},
        }
        ids[kind] = daemon.check(sent, key=KEY)["id"]
        if kind in DECISIONS:
            order = {"decision": DECISIONS[kind], "note": words[f"{kind} note"]}
            daemon.check(order, path=f"/v1/comments/{ids[kind]}/decision", key=KEY)
    states = {k: daemon.get(f"/v1/comments/{id}").json()["state"] for k, id in ids.items()}
    assert states == {
        "spam": "rejected", "published": "published", "approved": "published",
        "called spam": "rejected", "trashed": "trashed", "held": "held", "sent back": "held",
    }  # fmt: skip

    passed = 0
    for day in budget.of((14, 16, 89, 91), (7, 14, 16, 30, 60, 89, 91, 200, 364, 366)):
        assert daemon.end() == 0
        later(daemon, day - passed)
        passed = day
        tidied(daemon)
        for kind, days in KINDS.items():
            there = daemon.get(f"/v1/comments/{ids[kind]}")
            gone = days is not None and day > days
            assert there.status_code == (404 if gone else 200), (day, kind)
            if not gone:
                asked = json.dumps(there.json())
                assert ("198.51.100" in asked) == (day <= 15), (day, kind)
        left = {field.split(" author")[0].split(" note")[0] for field, _ in words.found(daemon.var)}
        must = {k for k, days in KINDS.items() if days is None or day <= days}
        assert must <= left
        assert daemon.command("audit", "verify").returncode == 0
    assert daemon.end() == 0
    left = {field for field, _ in words.found(daemon.var)}
    assert left == {"held", "held author", "sent back", "sent back author"}, left
    budget.tell(days=passed, kinds=len(KINDS))
