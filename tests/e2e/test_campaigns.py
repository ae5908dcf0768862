"""Near-duplicates as one thing: seen, tried, decided, taken back."""

import datetime
import itertools
import random

import pytest
from conftest import FIRST_KEY, NO_LIMITS, ends, now, wait_for

OTHER = "key-of-the-other"
numbers = itertools.count(1)


def template(n):
    """Words that no other number has, so that nothing is near to it."""
    draw = random.Random(n)
    return " ".join(
        "".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(4, 9)))
        for _ in range(24)
    )


class Wave:
    """A campaign of its own: so many comments, each a little different."""

    def __init__(self, daemon, size=6, key=FIRST_KEY):
        self.daemon, self.text = daemon, template(next(numbers))
        self.ids = [self.send(f"seller{i}", key) for i in range(size)]
        self.id = None

    def send(self, name, key=FIRST_KEY, **more):
        comment = {
            "content": f"{self.text} {name}@example.com",
            "author": {"name": name, "id": f"{name}-{self.text[:12]}"},
            "honeypot": "filled in",
        }
        return self.daemon.check(comment | more, key=key)["id"]

    def find(self, key=FIRST_KEY):
        """Its id, once all of it is there."""

        def found():
            path = "/v1/campaigns?limit=50"
            items = self.daemon.ask("GET", path, key=key).json()["items"]
            return next((c for c in items if self.text in c["template"]), None)

        def whole():
            c = found()
            return c and c["size"] >= len(self.ids) and c

        self.id = wait_for("the campaign", whole)["id"]
        return self

    def get(self, key=FIRST_KEY, query=""):
        got = self.daemon.ask("GET", f"/v1/campaigns/{self.id}{query}", key=key)
        assert got.status_code == 200, got.text
        return got.json()

    def decide(self, decision, key=FIRST_KEY, days=None, **more):
        body = {"decision": decision, "learn": False} | more
        if days is not None:
            body["until"] = in_days(days)
        path = f"/v1/campaigns/{self.id}/decision"
        return self.daemon.ask("POST", path, body, key=key)

    def undo(self, key=FIRST_KEY):
        path = f"/v1/campaigns/{self.id}/decision"
        return self.daemon.ask("DELETE", path, key=key)

    def state(self, comment, key=FIRST_KEY):
        got = self.daemon.ask("GET", f"/v1/comments/{comment}", key=key).json()
        return got["state"]

    def states(self):
        return {self.state(comment) for comment in self.ids}


def in_days(days):
    return (now() + datetime.timedelta(days=days)).isoformat()


def decide_one(daemon, comment, decision, key=FIRST_KEY):
    body = {"decision": decision, "learn": False}
    got = daemon.ask("POST", f"/v1/comments/{comment}/decision", body, key=key)
    assert got.status_code == 200, got.text


def start(rig):
    d = rig.daemon(*NO_LIMITS).start()
    d.add_site("other", OTHER)
    return d


@pytest.fixture(scope="module")
def daemon(shared_rig):
    return start(shared_rig)


def test_near_duplicates_are_one_campaign(daemon):
    wave = Wave(daemon).find()
    daemon.check({"content": "Something else altogether, about gardens and rain."})
    got = wave.get()
    assert got["size"] == 6 and got["authors"] == 6
    assert sum(got["spread"]) == sum(got["states"].values()) == 6
    assert {m["id"] for m in got["members"]} == set(wave.ids)
    assert "".join(p["text"] for p in got["parts"]) == got["template"]
    common = "".join(p["text"] for p in got["parts"] if p["common"])
    assert common.startswith(wave.text) and "seller" not in common
    assert got["first_at"] <= got["last_at"] and got["decision"] is None
    item = got["members"][0]
    assert item["campaign"] == {"id": wave.id, "size": 6}


def test_members_come_in_pages(daemon):
    wave = Wave(daemon, size=5).find()
    seen, cursor = [], None
    while cursor is not None or not seen:
        query = "?limit=2" + (f"&cursor={cursor}" if cursor else "")
        got = wave.get(query=query)
        seen += [m["id"] for m in got["members"]]
        cursor = got["next"]
    assert seen == wave.ids[::-1]


def test_campaigns_come_in_pages(daemon):
    waves = [Wave(daemon, size=2).find() for _ in range(3)]
    seen, cursor = [], ""
    while cursor is not None:
        path = f"/v1/campaigns?limit=1&cursor={cursor}" if cursor else (
            "/v1/campaigns?limit=1")
        got = daemon.ask("GET", path).json()
        seen += [c["id"] for c in got["items"]]
        cursor = got["next"]
    assert len(seen) == len(set(seen))
    assert [c for c in seen if c in {w.id for w in waves}] == [
        w.id for w in waves[::-1]
    ]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=51", "limit=x", "cursor=1", "cursor=x-1", "cursor="]
)
def test_a_part_that_is_none(daemon, query):
    got = daemon.ask("GET", f"/v1/campaigns?{query}")
    assert got.status_code == 400 and query.split("=")[0] in got.json()["detail"]


@pytest.mark.parametrize("name", ["0", "-1", "x", "9999999999999", "1" * 60])
def test_an_id_that_is_none(daemon, name):
    for method, path in (
        ("GET", f"/v1/campaigns/{name}"),
        ("POST", f"/v1/campaigns/{name}/decision"),
        ("DELETE", f"/v1/campaigns/{name}/decision"),
    ):
        got = daemon.ask(method, path, {"decision": "spam"})
        assert got.status_code == 404, (method, got.text)


def test_numbers_of_rows_are_not_shown(daemon):
    """Sites share them: one would tell whether others had that text before."""
    wave = Wave(daemon, size=3).find()
    cursors = [
        daemon.ask("GET", path).json()["next"]
        for path in (f"/v1/campaigns/{wave.id}?limit=1", "/v1/campaigns?limit=1")
    ]
    shown = {wave.id, cursors[0], cursors[1].split("-")[1]}
    shown.add(str(int(daemon.ask("GET", "/v1/queue?state=any&limit=1").json()["next"][-16:], 16)))
    assert len(shown) >= 2  # both may be the newest, comment and campaign
    assert not shown & {str(n) for (n,) in daemon.stored("SELECT rowid FROM comment")}


def test_each_site_sees_its_own(daemon):
    wave = Wave(daemon, size=3).find()
    foreign = [wave.send(f"abroad{i}", key=OTHER) for i in range(2)]
    wait_for("both there", lambda: operator(daemon, wave)["size"] == 5)
    assert wave.get()["size"] == 3
    assert wave.get(OTHER)["size"] == 2
    assert {m["id"] for m in wave.get(OTHER)["members"]} == set(foreign)
    both = operator(daemon, wave)
    assert {s["name"]: s["n"] for s in both["sites"]} == {"default": 3, "other": 2}
    assert wave.decide("spam", key=OTHER, force=True).json()["n"] <= 2
    assert all(wave.state(c, OTHER) == "rejected" for c in foreign)
    assert wave.get()["decision"] is None
    assert wave.get(OTHER)["decision"]["decision"] == "spam"
    assert wave.undo().status_code == 404
    assert wave.undo(OTHER).status_code == 200


def operator(daemon, wave):
    got = daemon.operate("GET", f"/v1/campaigns/{wave.id}")
    assert got.status_code == 200, got.text
    return got.json()


def test_one_on_each_site_is_a_campaign_for_who_sees_both(daemon):
    wave = Wave(daemon, size=1)
    wave.send("abroad", key=OTHER)

    def among(items):
        return any(wave.text in c["template"] for c in items)

    path = "/v1/campaigns"
    wait_for(
        "it", lambda: among(daemon.operate("GET", path).json()["items"]), 10
    )
    for key in (FIRST_KEY, OTHER):
        assert not among(daemon.ask("GET", path, key=key).json()["items"])


def test_a_dry_run_changes_nothing(daemon):
    wave = Wave(daemon).find()
    before = wave.states()
    target = "published"
    got = wave.decide("approve", days=1, dry_run=True).json()
    open_ones = sum(wave.state(c) != target for c in wave.ids)
    assert got == {
        "matches": 6, "agree": 0, "disagree": 0, "present": open_ones, "examples": []
    }
    assert wave.states() == before and wave.get()["decision"] is None


def audited(daemon):
    """The last entry of the audit log about a campaign."""
    entries = daemon.operate("GET", "/v1/audit").json()["entries"]
    return next(e for e in entries if e["action"].startswith("campaign."))


@pytest.mark.parametrize(
    "decision, state, action, sure",
    [
        ("spam", "rejected", "reject", {"SPAM"}),
        ("abuse", "rejected", "reject", {"TOXICITY"}),
        ("trash", "trashed", "reject", {"SPAM", "TOXICITY"}),
        ("hold", "held", "hold", set()),
    ],
)
def test_it_is_about_those_there_and_those_to_come(
    daemon, decision, state, action, sure
):
    wave = Wave(daemon).find()
    before = [wave.state(c) for c in wave.ids]
    got = wave.decide(decision, days=7)
    assert got.status_code == 200, got.text
    assert got.json()["n"] == sum(s != state for s in before)
    assert wave.states() == {state}
    shown = wave.get()["decision"]
    assert shown["decision"] == decision and shown["until"] is not None
    later = daemon.check({"content": f"{wave.text} a-new-one@example.com"})
    assert later["action"] == action
    assert "decided" in {r["code"] for r in later["reasons"]}
    scores = daemon.analyzed(f"{wave.text} a-new-one@example.com")
    assert {name for name, score in scores.items() if score == 1} == sure
    # and taken back, all of it
    assert audited(daemon)["action"] == "campaign.decided"
    assert wave.undo().status_code == 200
    assert audited(daemon)["before"]["campaign"] == wave.id
    assert [wave.state(c) for c in wave.ids] == before
    assert wave.get()["decision"] is None
    after = daemon.check({"content": f"{wave.text} another@example.com"})
    assert "decided" not in {r["code"] for r in after["reasons"]}
    assert wave.undo().status_code == 404


def test_decided_once(daemon):
    """However often it is sent under one Idempotency-Key."""
    w = Wave(daemon).find()
    path = f"/v1/campaigns/{w.id}/decision"
    body = {"decision": "trash", "learn": False, "until": in_days(3)}
    answers = [
        daemon.post(body, path=path, Idempotency_Key="once-campaign") for _ in range(2)
    ]
    assert answers[0].json()["n"] == len(w.ids)
    assert answers[0].content == answers[1].content
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert w.undo().json()["n"] == len(w.ids)


def test_approving_is_about_those_there_only(daemon):
    wave = Wave(daemon).find()
    got = wave.decide("approve", days=7).json()
    assert got["decision"]["until"] is None
    assert wave.states() == {"published"}
    later = daemon.check({"content": f"{wave.text} x@example.com http://bad.example"})
    assert "decided" not in {r["code"] for r in later["reasons"]}


def test_only_those_to_come(daemon):
    wave = Wave(daemon).find()
    before = [wave.state(c) for c in wave.ids]
    got = wave.decide("trash", days=7, apply_to_present=False).json()
    assert got["n"] == 0
    assert [wave.state(c) for c in wave.ids] == before


def test_what_somebody_decided_stays(daemon):
    wave = Wave(daemon).find()
    decide_one(daemon, wave.ids[0], "hold")
    wave.decide("trash")
    assert wave.state(wave.ids[0]) == "held"
    assert {wave.state(c) for c in wave.ids[1:]} == {"trashed"}


def test_one_decided_later_is_not_undone(daemon):
    wave = Wave(daemon).find()
    wave.decide("trash")
    decide_one(daemon, wave.ids[0], "approve")
    assert wave.undo().json()["n"] == len(wave.ids) - 1
    assert wave.state(wave.ids[0]) == "published"


def test_against_what_people_decided_it_is_refused(daemon):
    wave = Wave(daemon).find()
    decide_one(daemon, wave.ids[0], "approve")
    trial = wave.decide("spam", days=7, dry_run=True).json()
    assert trial["disagree"] == 1 and trial["agree"] == 0
    got = wave.decide("spam", days=7)
    assert got.status_code == 409
    assert got.json()["examples"] == trial["examples"]
    assert got.json()["examples"][0]["id"] == wave.ids[0]
    assert wave.get()["decision"] is None
    assert wave.decide("trash", days=7, force=True).json()["n"] == 5
    assert wave.state(wave.ids[0]) == "published"
    assert wave.state(wave.ids[1]) == "trashed"
    assert wave.decide("spam", dry_run=True).json()["agree"] == 5


def test_it_can_be_learned_but_not_from_all(daemon):
    wave = Wave(daemon, size=40).find()
    wave.decide("approve", learn=True)
    labels = daemon.ask("GET", "/v1/labels").text
    assert 0 < labels.count(wave.text) <= 16


def test_it_holds_after_a_restart_until_its_end(rig):
    daemon = start(rig)

    def decided():
        got = daemon.check({"content": f"{wave.text} n{next(numbers)}@example.com"})
        return "decided" in {r["code"] for r in got["reasons"]}

    for end in ends():
        wave = Wave(daemon).find()
        body = {"decision": "trash", "learn": False, "until": end.isoformat()}
        path = f"/v1/campaigns/{wave.id}/decision"
        assert daemon.ask("POST", path, body).status_code == 200
        assert daemon.end() == 0
        daemon.start()
        held = decided() and wave.get()["decision"]["decision"] == "trash"
        if now() < end:
            break
    assert held
    wait_for("its end", lambda: not decided())
    assert now() >= end
    assert wave.undo().json()["n"] > 0


def test_a_site_cannot_take_back_what_is_of_more(daemon):
    wave = Wave(daemon, size=3).find()
    wave.send("abroad", key=OTHER)
    path = f"/v1/campaigns/{wave.id}/decision"
    body = {"decision": "trash", "learn": False, "until": in_days(1)}
    got = daemon.operate("POST", path, body)
    assert got.status_code == 200, got.text
    for key in (FIRST_KEY, OTHER):
        late = daemon.check({"content": f"{wave.text} {key}@example.com"}, key=key)
        assert "decided" in {r["code"] for r in late["reasons"]}
        assert wave.undo(key).status_code == 403
    assert daemon.operate("DELETE", path).status_code == 200


@pytest.mark.parametrize(
    "body, pointer",
    [
        ({}, "/decision"),
        ({"decision": "maybe"}, "/decision"),
        ({"decision": "spam", "until": "tomorrow"}, "/until"),
        ({"decision": "spam", "until": "2001-01-01T00:00:00Z"}, "/until"),
        ({"decision": "spam", "until": "2999-01-01T00:00:00Z"}, "/until"),
        ({"decision": "spam", "until": 7}, "/until"),
        ({"decision": "spam", "force": "yes"}, "/force"),
        ({"decision": "spam", "dry_run": 1}, "/dry_run"),
        ({"decision": "spam", "apply_to_present": []}, "/apply_to_present"),
        ({"decision": "spam", "learn": 0}, "/learn"),
        ({"decision": "spam", "dryrun": True}, "/dryrun"),
        ({"decision": "spam", "if_state": "held"}, "/if_state"),
    ],
)
def test_what_cannot_be_asked(daemon, body, pointer):
    wave = getattr(daemon, "wave", None) or Wave(daemon).find()
    daemon.wave = wave
    got = daemon.ask("POST", f"/v1/campaigns/{wave.id}/decision", body)
    assert got.status_code == 422, got.text
    assert got.json()["errors"][0]["pointer"] == pointer
