"""Models: which there are, which is in use, and that a change costs nothing."""

import hashlib
import json
import os
import shutil
import struct
import time
import urllib.parse

import pytest
from conftest import MODEL, wait_for
from load import Load

NAME, DIGEST_BYTES = slice(24, 88), 32
FEATURES = slice(12, 16)


def write_model(folder, **changes):
    """The shipped model in a folder, with other bytes here and there."""
    folder.mkdir(exist_ok=True)
    body = bytearray((MODEL / "model.bin").read_bytes())[:-DIGEST_BYTES]
    for where, what in changes.values():
        body[where] = what
    (folder / "next").write_bytes(bytes(body) + hashlib.sha256(body).digest())
    os.replace(folder / "next", folder / "model.bin")
    return folder


def named(title):
    return (NAME, title.encode().ljust(64, b"\0"))


class Shelf:
    """A daemon whose models, `one` the standard, lie in a folder of a test's own."""

    def __init__(self, rig, *titles, flags=()):
        self.folder = rig.place()
        for title in titles:
            write_model(self.folder / title.split("@")[0], name=named(title))
        self.daemon = rig.daemon(*flags, model=self.folder / "one").start()

    def get(self, name=""):
        got = self.daemon.operate("GET", f"/v1/models{name}")
        assert got.status_code == 200, got.text
        return got.json()

    def ask(self, method, path):
        return self.daemon.operate(method, f"/v1/models{path}")

    def change(self, method, path):
        got = self.ask(method, path)
        assert got.status_code == 200, got.text
        return got.json()

    def title(self):
        """Of the model that judges now."""
        return self.daemon.check({"content": "hello", "test": True})["model"]


@pytest.fixture
def shelf(rig):
    return Shelf(rig, "one@1", "two@2", "three@3")


def in_use(active, shadow=None, previous=None):
    return {"active": active, "shadow": shadow, "previous": previous}


def test_the_list(shelf):
    (shelf.folder / "no-model").mkdir()
    (shelf.folder / "link").symlink_to(shelf.folder / "two")
    write_model(shelf.folder / "old", features=(FEATURES, b"\2\0\0\0"))
    shutil.copy(MODEL / "card.json", shelf.folder / "two")
    cut = (MODEL / "model.bin").read_bytes()[:-1]
    (shelf.folder / "cut").mkdir()
    (shelf.folder / "cut/model.bin").write_bytes(cut)
    got = shelf.get()
    models = {m["name"]: m for m in got.pop("models")}
    assert got == in_use("one")
    assert set(models) == {"one", "two", "three", "old", "cut"}
    assert models["one"]["state"] == "active" and models["two"]["state"] == "available"
    assert models["two"]["title"] == "two@2" and models["two"]["fits"]
    body = (shelf.folder / "two/model.bin").read_bytes()
    assert models["two"]["sha256"] == hashlib.sha256(body[:-DIGEST_BYTES]).hexdigest()
    assert not models["old"]["fits"] and "for features 2" in models["old"]["why"]
    assert not models["cut"]["fits"] and models["cut"]["why"].startswith("truncated")
    card = json.loads((MODEL / "card.json").read_text())
    assert models["two"]["trained_on"] == card["trained_on"]
    held_out = next(f for f in card["figures"]["held_out"] if f["head"] == "spam")
    assert models["two"]["figures"]["spam"] == held_out
    spam = models["two"]["heads"]["spam"]
    assert spam["trained_on"] == card["heads"]["spam"]["trained_on"]
    cutoffs = [b["cutoff"] for b in spam["budgets"] if b["cutoff"] is not None]
    assert cutoffs == sorted(cutoffs, reverse=True) and len(spam["budgets"]) == 11


def test_the_card(rig):
    daemon = rig.daemon().start()
    got = daemon.operate("GET", "/v1/models/default").json()
    assert got["card"] == json.loads((MODEL / "card.json").read_text())
    assert got["state"] == "active"


def test_the_report_may_do_nothing(rig):
    daemon = rig.daemon().start()
    got = daemon.operate("GET", "/v1/models/default/report")
    assert got.content == (MODEL / "report.html").read_bytes()
    policy = got.headers["Content-Security-Policy"].split("; ")
    assert "sandbox" in policy and "default-src 'none'" in policy
    assert not any("script" in part for part in policy)


def test_a_model_without_a_report(shelf):
    assert shelf.ask("GET", "/one/report").status_code == 404
    outside = shelf.folder / "secret"
    outside.write_text("not to be seen")
    (shelf.folder / "one/report.html").symlink_to(outside)
    got = shelf.ask("GET", "/one/report")
    assert got.status_code == 503 and "not to be seen" not in got.text


PROPOSAL = {
    "verdict": "worse",
    "objections": [{"code": "f1", "detail": "F1 falls", "on": "gold"}],
    "old": "one",
    "labels": 312,
    "learned": 250,
    "held_back": 60,
    "page": False,
}


def propose(folder, says):
    text = says if isinstance(says, str | bytes) else json.dumps(says)
    where = folder / "proposal.json"
    where.write_bytes(text if isinstance(text, bytes) else text.encode())


def test_what_was_proposed(shelf):
    propose(shelf.folder / "two", PROPOSAL | {"name": "two", "compared": [{"rows": 3}]})
    models = {m["name"]: m["proposal"] for m in shelf.get()["models"]}
    assert models == {"one": None, "two": PROPOSAL, "three": None}
    assert shelf.get("/two")["proposal"] == PROPOSAL
    assert shelf.ask("GET", "/two/proposal").status_code == 404
    page = b"<!doctype html><script>alert(1)</script>" + b"x" * 300_000
    (shelf.folder / "two/proposal.html").write_bytes(page)
    assert shelf.get("/two")["proposal"] == PROPOSAL | {"page": True}
    got = shelf.ask("GET", "/two/proposal")
    assert got.content == page and got.headers["Content-Type"].startswith("text/html")
    policy = got.headers["Content-Security-Policy"].split("; ")
    assert "sandbox" in policy and "default-src 'none'" in policy
    assert not any("script" in part for part in policy)


def without(name):
    return {k: v for k, v in PROPOSAL.items() if k != name}


def objecting(**changes):
    return PROPOSAL | {"objections": [PROPOSAL["objections"][0] | changes]}


NO_PROPOSALS = {
    "empty": "",
    "cut": json.dumps(PROPOSAL)[:-1],
    "another type": "[]",
    "deep": "[" * 60_000,
    "huge": json.dumps(PROPOSAL | {"compared": "x" * 70_000}),
    "no UTF-8": json.dumps(PROPOSAL).encode().replace(b"F1", b"\xff1"),
    "twice": '{"verdict": "better", ' + json.dumps(PROPOSAL)[1:],
    "verdict": PROPOSAL | {"verdict": "<b>good</b>"},
    "no number": PROPOSAL | {"labels": "312"},
    "a fraction": PROPOSAL | {"labels": 3.5},
    "negative": PROPOSAL | {"learned": -1},
    "a long name": PROPOSAL | {"old": "x" * 101},
    "a long detail": objecting(detail="x" * 401),
    "no text": objecting(detail=["F1"]),
    "no such rows": objecting(on="constructor"),
    "no such objection": objecting(code="__proto__"),
    "an objection": PROPOSAL | {"objections": ["slower"]},
    "objections": PROPOSAL | {"objections": {}},
    "many": PROPOSAL | {"objections": PROPOSAL["objections"] * 17},
    **{f"no {name}": without(name) for name in PROPOSAL if name != "page"},
}


def test_a_damaged_proposal_is_none(shelf):
    for name, says in NO_PROPOSALS.items():
        propose(shelf.folder / "two", says)
        assert shelf.get("/two")["proposal"] is None, name
    propose(shelf.folder / "two", PROPOSAL)
    assert shelf.get("/two")["proposal"] == PROPOSAL
    (shelf.folder / "three/proposal.json").symlink_to(shelf.folder / "two/proposal.json")
    assert shelf.get("/three")["proposal"] is None
    (shelf.folder / "two/proposal.json").unlink()
    os.mkfifo(shelf.folder / "two/proposal.json")
    assert shelf.get("/two")["proposal"] is None


NO_NAMES = ["..", ".", "%2e%2e", "..%2Fone", "one%2f", "a b", "one%00", "x" * 300, "link"]


@pytest.mark.parametrize("name", NO_NAMES)
def test_names_lead_nowhere_else(shelf, name):
    (shelf.folder / "link").symlink_to(shelf.folder / "two")
    for rest in ("", "/report", "/proposal"):
        assert shelf.ask("GET", f"/{name}{rest}").status_code in (400, 404)
    assert shelf.ask("POST", f"/{name}:promote").status_code in (400, 404)
    assert shelf.title() == "one@1"


def test_promote_and_roll_back(shelf):
    assert shelf.change("POST", "/two:promote") == in_use("two", previous="one")
    assert shelf.title() == "two@2"
    assert shelf.change("POST", "/three:promote") == in_use("three", previous="two")
    assert shelf.ask("POST", "/three:promote").status_code == 409
    models = {m["name"]: m for m in shelf.get()["models"]}
    assert models["three"]["promoted_by"] == "operator" and models["two"]["previous"]
    assert shelf.change("POST", ":rollback") == in_use("two", previous="one")
    assert shelf.title() == "two@2"
    assert shelf.change("POST", ":rollback") == in_use("one")
    assert shelf.title() == "one@1"
    assert shelf.ask("POST", ":rollback").status_code == 409


def test_who_did_it_is_written_down(shelf):
    key = "an-operators-key-1"
    shelf.daemon.add_key(key, "operator")
    assert shelf.daemon.ask("POST", "/v1/models/two:promote", key=key).ok
    shelf.change("POST", ":rollback")
    got = shelf.daemon.operate("GET", "/v1/audit").json()["entries"]
    acts = [e for e in got if e["action"].startswith("model.")]
    assert [e["action"] for e in acts] == ["model.ended", "model.used"]
    by = shelf.daemon.operate("GET", "/v1/keys").json()["keys"]
    operators = [k["id"] for k in by if k["scopes"] == ["operator"]]
    assert acts[0]["actor"] == "operator" and [acts[1]["actor"]] == operators


def test_a_promotion_stays(shelf):
    """After a restart and a reload; without one, --model says what it is."""
    shelf.change("POST", "/two:promote")
    for again in range(2):
        assert shelf.daemon.end() == 0
        shelf.daemon.start()
        assert shelf.title() == "two@2"
    shelf.daemon.hang_up()
    wait_for("reload", lambda: shelf.daemon.event("reloaded"))
    assert shelf.title() == "two@2"
    assert shelf.get()["previous"] == "one"


def test_a_reload_reads_the_promoted_model_again(shelf):
    shelf.change("POST", "/two:promote")
    write_model(shelf.folder / "two", name=named("two@3"))
    shelf.daemon.hang_up()
    wait_for("reload", lambda: shelf.daemon.event("reloaded"))
    assert shelf.title() == "two@3"


def test_a_promoted_model_that_is_gone(shelf):
    """The standard one stands in for it, loudly."""
    shelf.change("POST", "/two:promote")
    shutil.rmtree(shelf.folder / "two")
    assert shelf.daemon.end() == 0
    shelf.daemon.start()
    assert shelf.daemon.event("model.replaced")["name"] == "two"
    assert shelf.title() == "one@1" and shelf.get()["active"] == "one"


def damage(folder):
    body = bytearray((folder / "model.bin").read_bytes())
    body[5000] ^= 1
    (folder / "model.bin").write_bytes(bytes(body))


def test_a_damaged_model_is_refused(shelf):
    damage(shelf.folder / "two")
    for verb in ("promote", "shadow"):
        got = shelf.ask("POST", f"/two:{verb}")
        assert got.status_code == 409 and "SHA-256" in got.json()["detail"]
    assert shelf.title() == "one@1"
    assert {k: v for k, v in shelf.get().items() if k != "models"} == in_use("one")


def test_no_request_fails_while_models_change(shelf):
    changes = []
    with Load(shelf.daemon, clients=8, pause_s=0.02) as load:
        load.wait_for(50)
        for path in ["/two:promote", ":rollback"] * 5:
            begun = time.monotonic()
            shelf.change("POST", path)
            changes.append((begun, time.monotonic()))
            load.wait_for(40)
    assert load.failed == []
    assert {a["model"] for a in load.answers} == {"one@1", "two@2"}
    assert all(a["degraded"] == [] for a in load.answers)
    meanwhile = [a <= at < b for at, *_ in load.took for a, b in changes]
    assert any(meanwhile)


def test_the_command(shelf):
    daemon = shelf.daemon
    where = ("--model", shelf.folder / "one")
    promoted = daemon.command("model", "promote", "two", *where)
    assert promoted.stdout == "two is active\n", promoted.stderr
    assert shelf.title() == "two@2"
    listed = daemon.command("model", "list", *where).stdout
    assert "three" in listed and "active" in listed
    assert daemon.command("model", "promote", "nosuch", *where).returncode == 1
    daemon.check({"content": "BUY CHEAP PILLS NOW http://pills.example casino bonus"})
    card = daemon.command("model", "show", "three", *where).stdout
    assert card.startswith("three@3, available, sha256 ") and "(-)" in card
    for name, group in ("held_out", "held out"), ("cross_validated", "cross-validated"):
        rows = [{"group": group, "head": "spam", "auc": 0.75}]
        text = json.dumps({"figures": {name: rows, "again": [{"head": "spam"}]}})
        (shelf.folder / "three/card.json").write_text(text)
        card = daemon.command("model", "show", "three", *where).stdout
        assert "AUC 0.75, " in card and f"({group})" in card
    compared = daemon.command("model", "compare", "three", "--days", "7", *where)
    assert compared.stdout.startswith("1 comments of 7 days, 0 of them decided; two@2")
    got = daemon.command("model", "compare", "three", "--json", *where)
    assert json.loads(got.stdout)["n"] == 1
    assert daemon.command("model", "compare", "nosuch", *where).returncode == 1
    wrong = daemon.command("model", "compare", "three", "--days", "0", *where)
    assert wrong.returncode == 2 and "days" in wrong.stderr
    assert daemon.end() == 0
    # when none runs, too
    assert daemon.command("model", "rollback", *where).stdout == "one is active\n"
    assert daemon.command("model", "promote", "three", *where).returncode == 0
    daemon.start()
    assert shelf.title() == "three@3"


def test_it_is_for_operators(shelf):
    shelf.daemon.add_key("an-admin-of-the-site", "check,feedback,moderate,admin")
    for method, path in (
        ("GET", ""),
        ("GET", "/one"),
        ("GET", "/one/report"),
        ("GET", "/one/proposal"),
        ("POST", "/two:promote"),
        ("POST", ":rollback"),
        ("POST", "/two:shadow"),
        ("DELETE", "/two/shadow"),
    ):
        got = shelf.daemon.ask(method, f"/v1/models{path}", key="an-admin-of-the-site")
        assert got.status_code == 403, path
    assert shelf.title() == "one@1"


BIAS = slice(88, 96)  # of the spam head
TRAINED_ON = slice(304, 312)  # of the abuse head
SUSPICIOUS = (BIAS, struct.pack("<d", 50.0))


def test_no_model_forgets_a_head_unless_forced(shelf):
    """What nobody tells any more would be published."""
    title = named("spam-only@1")
    write_model(shelf.folder / "spam", name=title, none=(TRAINED_ON, bytes(8)))
    got = shelf.ask("POST", "/spam:promote")
    assert got.status_code == 409 and "not learned to tell abuse" in got.json()["detail"]
    assert shelf.title() == "one@1"
    shelf.change("POST", "/spam:promote?force=yes")
    assert shelf.title() == "spam-only@1"
    shelf.change("POST", "/one:promote")  # one more is welcome


@pytest.fixture
def beside(shelf):
    """A shelf where `strict`, to whom all is spam, judges along."""
    write_model(shelf.folder / "strict", name=named("strict@1"), bias=SUSPICIOUS)
    assert shelf.change("POST", "/strict:shadow") == in_use("one", shadow="strict")
    return shelf


def test_a_shadow_judges_and_nobody_listens(beside):
    daemon = beside.daemon
    kind = daemon.check({"content": "Thanks, this helped me a lot with my bike."})
    spam = "BUY CHEAP PILLS NOW http://pills.example/?a=1 casino bonus"
    bad = daemon.check({"content": spam})
    tested = daemon.check({"content": "Only a test of mine.", "test": True})
    assert kind["action"] == "publish" and kind["model"] == "one@1"
    assert tested["action"] == "publish"
    got = beside.get("/strict/shadow")
    assert got["n"] == 2 and got["until"] is None and got["next"] is None
    counts = {(c["before"], c["after"]): c["n"] for c in got["counts"]}
    strict = got["items"][-1]["new"]["action"]
    assert strict in ("reject", "discard")
    assert counts[("publish", strict)] == 1 and sum(counts.values()) == 2
    item = next(i for i in got["items"] if i["id"] == kind["id"])
    assert item["content"].startswith("Thanks") and item["site"]["name"] == "default"
    assert item["old"] == {"action": "publish", "score": kind["scores"][kind["head"]]}
    assert item["new"]["score"] > 0.99
    assert got["agreed"] == sum(n for (a, b), n in counts.items() if a == b)
    assert len(got["items"]) == got["n"] - got["agreed"]
    assert daemon.metric('moderato_shadow_total{action="other"}') >= 1
    assert bad["model"] == "one@1"


def test_a_shadow_tells_what_people_said(beside):
    daemon, kinds = beside.daemon, (None, "approve", "spam")
    for n, kind in enumerate(kinds):
        got = daemon.check({"content": f"A remark about walk number {n}."})
        path = f"/v1/comments/{got['id']}/decision"
        assert kind is None or daemon.operate("POST", path, {"decision": kind}).ok
    said = [i["decision"] for i in beside.get("/strict/shadow")["items"]]
    assert said == [kind and {"kind": kind} for kind in reversed(kinds)]


def test_a_shadow_is_judged_by_the_model_itself(beside):
    """Its score is the one that it gives once it is active."""
    comment = {"content": "I would like to know where you bought it."}
    beside.daemon.check(comment)
    item = beside.get("/strict/shadow")["items"][0]
    beside.change("POST", "/strict:promote")
    verdict = beside.daemon.check({**comment, "test": True})
    assert item["new"]["score"] == verdict["scores"][verdict["head"]]
    assert item["new"]["action"] == verdict["action"]


def test_what_a_shadow_differs_in_comes_in_pages(beside):
    comments = [{"content": f"A remark about walk number {i}."} for i in range(7)]
    for comment in comments:
        beside.daemon.check(comment)
    seen, cursor = [], ""
    while cursor is not None:
        got = beside.get(f"/strict/shadow?limit=3{cursor and '&cursor=' + cursor}")
        seen += [i["content"] for i in got["items"]]
        cursor = got["next"]
    assert seen == [c["content"] for c in reversed(comments)]
    for wrong in ("limit=0", "limit=201", "limit=x", "cursor=x", "limit="):
        assert beside.ask("GET", f"/strict/shadow?{wrong}").status_code == 400


def test_a_shadow_ends(beside):
    daemon = beside.daemon
    assert beside.ask("DELETE", "/two/shadow").status_code == 404
    daemon.check({"content": "One remark."})
    assert beside.change("DELETE", "/strict/shadow") == in_use("one")
    daemon.check({"content": "Another remark."})
    got = beside.get("/strict/shadow")
    assert got["n"] == 1 and got["until"]
    assert beside.ask("GET", "/two/shadow").status_code == 404
    # from the start again
    beside.change("POST", "/strict:shadow")
    assert beside.get("/strict/shadow")["n"] == 0
    # another one takes its place, and a promotion ends it
    assert beside.change("POST", "/two:shadow") == in_use("one", shadow="two")
    assert beside.change("POST", "/three:promote") == in_use("three", previous="one")


def test_a_shadow_stays(beside):
    """After a restart; but what cannot be loaded is no shadow."""
    assert beside.daemon.end() == 0
    beside.daemon.start()
    assert beside.get()["shadow"] == "strict"
    beside.daemon.check({"content": "A remark."})
    assert beside.get("/strict/shadow")["n"] == 1
    shutil.rmtree(beside.folder / "strict")
    assert beside.daemon.end() == 0
    beside.daemon.start()
    assert beside.daemon.event("challenger.missing")["name"] == "strict"
    assert beside.daemon.check({"content": "A remark."})["action"]


def queue(daemon, **fields):
    return daemon.get("/v1/queue?" + urllib.parse.urlencode(fields)).json()["items"]


def test_the_queue_knows_where_a_shadow_differs(beside):
    daemon = beside.daemon
    kind = daemon.check({"content": "Thanks, this helped me a lot with my bike."})
    wait_for("its card", lambda: queue(daemon, shadow="disagrees", state="any"))
    for order in ("newest", "risk"):
        (item,) = queue(daemon, shadow="disagrees", state="any", order=order)
        assert item["id"] == kind["id"]
    assert item["shadow"]["model"] == "strict" and item["shadow"]["score"] > 0.99
    assert item["shadow"]["action"] in ("reject", "discard")
    assert queue(daemon, shadow="disagrees", state="held") == []
    assert daemon.get("/v1/queue?shadow=agrees").status_code == 400
    beside.change("DELETE", "/strict/shadow")
    assert queue(daemon, shadow="disagrees", state="any") == []
    (item,) = queue(daemon, state="published")
    assert item["shadow"] is None
