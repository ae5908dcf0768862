"""Approved comments earn an author trust on their site: a reason like others."""

import json
import sqlite3
import subprocess

import pytest
import requests
from conftest import FIRST_KEY, MODEL, PATIENCE_S, TRAINER, crowd, wait_for, well_within

OTHER_KEY = "other-site-key"
ANN = {"name": "Ann Miller", "email": "ann@mail.example"}
# spam more likely than abuse, so that the head that speaks is spam's
LINK = "Please look at https://ann.example/photo"
HAM = "The second chain broke after a winter, so I went back to the first one."
SPAM = "Buy cheap viagra online now http://pills.example/buy best price!!!"


def make(rig, *flags):
    """A daemon of two sites."""
    d = rig.daemon("--limit-ip", "0", *flags).start()
    d.add_site("other", OTHER_KEY)
    return d


@pytest.fixture
def daemon(rig):
    return make(rig)


def say(d, verb, text, author=ANN, key=None):
    """An engine's submit-ham or submit-spam."""
    form = {
        "api_key": key or d.key,
        "blog": "http://blog.example",
        "user_ip": "192.0.2.7",
        "comment_author": author["name"],
        "comment_author_email": author["email"],
        "comment_content": text,
    }
    got = requests.post(d.url(f"/1.1/submit-{verb}"), data=form, timeout=PATIENCE_S)
    assert got.text.startswith("Thanks"), got.text


def approve(d, texts, **more):
    for i in range(texts):
        say(d, "ham", f"I read number {i} with pleasure, it helped us a lot.", **more)


def trust(verdict):
    found = [r for r in verdict["reasons"] if r["code"] == "trust"]
    return found[0] if found else None


def check(d, text=LINK, author=ANN, **more):
    return d.check({"content": text, "author": author}, **more)


def test_three_approvals_are_a_reason(daemon):
    approve(daemon, 2)
    before = check(daemon)
    assert trust(before) is None
    say(daemon, "ham", "And this makes three of them, each another text.")
    after = check(daemon)
    reason = trust(after)
    assert reason["count"] == 3
    assert reason["text"] == "comments by this author that people approved: 3"
    assert reason["weight"] < 0
    weights = sum(r["weight"] for r in after["reasons"])
    assert after["bias"] + weights == pytest.approx(after["margin"], abs=1e-6)


def test_the_trainer_says_the_same(daemon):
    approve(daemon, 3)
    served = check(daemon)
    row = {"text": LINK, "author": ANN["name"], "email": ANN["email"]}
    row |= {"time": "2026-11-26T01:00:00Z", "approved": 3}
    done = subprocess.run(
        [TRAINER, "score", "--model", MODEL, "--why", "-"],
        input=json.dumps(row),
        capture_output=True,
        check=True,
        text=True,
    )
    trained = json.loads(done.stdout)
    assert trained["margin"] == served["margin"]
    assert trust(trained) == trust(served)


def test_more_say_more(daemon):
    approve(daemon, 3)
    few = trust(check(daemon, SPAM))
    approve(daemon, 25)
    many = trust(check(daemon, SPAM))
    assert (few["count"], many["count"]) == (3, 25)
    assert many["weight"] < few["weight"] < 0


def test_it_tips_the_balance(daemon):
    assert check(daemon)["action"] == "hold"
    approve(daemon, 20)
    assert check(daemon)["action"] == "publish"


def test_one_text_counts_once(daemon):
    for _ in range(5):
        say(daemon, "ham", "Thank you, that is what I was looking for.")
    assert trust(check(daemon)) is None


def test_spam_ends_what_an_approval_began(daemon):
    approve(daemon, 3)
    assert trust(check(daemon))["count"] == 3
    say(daemon, "spam", "I read number 0 with pleasure, it helped us a lot.")
    assert trust(check(daemon)) is None


def test_decisions_of_moderators_count_until_they_are_undone(daemon):
    ids = [check(daemon, f"{LINK} Part {i} of it.")["id"] for i in range(3)]
    paths = [f"/v1/comments/{id_}/decision" for id_ in ids]
    for path in paths:
        assert daemon.post({"decision": "approve"}, path=path).status_code == 200
    assert trust(check(daemon))["count"] == 3
    assert daemon.post({"decision": "spam"}, path=paths[0]).status_code == 200
    assert trust(check(daemon)) is None
    auth = {"Authorization": f"Bearer {FIRST_KEY}"}
    undo = lambda: daemon.session.delete(daemon.url(paths[0]), headers=auth)
    assert undo().status_code == 200  # the spam
    assert trust(check(daemon))["count"] == 3
    assert undo().status_code == 200  # the approval
    assert trust(check(daemon)) is None


def test_it_is_the_authors_own(daemon):
    approve(daemon, 5)
    assert trust(check(daemon))["count"] == 5
    assert trust(check(daemon, key=OTHER_KEY)) is None
    assert trust(check(daemon, author=ANN | {"email": "ann@else.example"})) is None
    assert trust(check(daemon, author=ANN | {"name": "Ben"})) is None
    # a name alone is anybody's
    assert trust(check(daemon, author={"name": ANN["name"]})) is None


def test_it_is_known_after_a_restart(daemon):
    approve(daemon, 4)
    daemon.end()
    daemon.start()
    assert trust(check(daemon))["count"] == 4


def test_no_other_site_crowds_it_out(daemon):
    approve(daemon, 4)
    say(daemon, "ham", HAM, author=ANN | {"name": "Ben"}, key=OTHER_KEY)
    crowd(daemon)
    assert trust(check(daemon))["count"] == 4
    say(daemon, "spam", "I read number 0 with pleasure, it helped us a lot.")
    assert trust(check(daemon))["count"] == 3


BOB = {"id": "bob-7", "name": "Bob", "email": "bob@mail.example"}


def comment_of_bob(d, text):
    return check(d, text, BOB, key=FIRST_KEY)


def test_nobody_is_erased(daemon):
    done = daemon.command("author", "erase", "--site", "default")
    assert done.returncode != 0
    assert done.stderr.endswith(": expected email, id or comment: whose it is\n")
    assert ": :" not in done.stderr


@pytest.mark.parametrize(
    "by, young", [("id", 4), ("id", 0), ("email", 4), ("email", 1)]
)
def test_it_ends_with_the_author(daemon, by, young):
    """Erased, also where retention took the comments first, if there is one to
    know him by."""
    text = "I read number {} with pleasure, it helped us a lot."
    ids = [comment_of_bob(daemon, text.format(i))["id"] for i in range(4)]
    for id in ids:
        daemon.check({"decision": "approve"}, path=f"/v1/comments/{id}/decision")
    check(daemon)  # tells that the clock is right
    daemon.end()
    with sqlite3.connect(daemon.var / "moderato.db") as store:
        days = 100 * 24 * 3600 * 1000
        for at in ("received_at", "decided_at"):
            aged = f"UPDATE comment SET {at} = {at} - ? WHERE rowid <= ?"
            store.execute(aged, [days, 4 - young])
    store.close()
    daemon.start()
    gone = lambda id: daemon.get(f"/v1/comments/{id}").status_code == 404  # noqa: E731
    wait_for("retention", lambda: [gone(id) for id in ids].count(False) == young)
    assert trust(comment_of_bob(daemon, LINK))
    order = ["author", "erase", f"--{by}", BOB[by], "--site", "default"]
    assert daemon.command(*order).returncode == 0
    assert daemon.stored("SELECT count(*) FROM decision WHERE author <> 0") == [(0,)]
    assert not trust(comment_of_bob(daemon, LINK))
    daemon.end()
    daemon.start()
    assert not trust(comment_of_bob(daemon, LINK))


def test_it_ends_with_an_author_who_wrote_a_moment_ago(daemon):
    """What the queue finds him by is not made yet."""
    label = {"text": "I read http://bob.example/.", "label": "ham", "author_id": BOB["id"]}
    assert daemon.operate("POST", "/v1/labels?site=default", label).status_code == 200
    comment_of_bob(daemon, LINK)
    whose = {"email": BOB["email"]}
    got = daemon.operate("POST", "/v1/authors:erase?site=default", whose)
    assert got.json()["comments"] == 1
    assert daemon.stored("SELECT author, leads, content FROM decision") == [(0, 0, "")]


def test_obvious_spam_stays_held(daemon):
    approve(daemon, 30)
    verdict = check(daemon, SPAM)
    assert trust(verdict)["count"] == 30
    assert verdict["action"] in ("hold", "reject")


def test_a_flood_stays_held(rig):
    well_within(3600)
    d = make(rig, "--limit-author", "5")
    approve(d, 30)
    parts = "one two three four five six seven eight".split()
    verdicts = [check(d, f"{LINK} Part {part}.") for part in parts]
    assert trust(check(d, SPAM))["count"] == 30
    assert verdicts[0]["action"] == "publish"
    assert {v["action"] for v in verdicts[5:]} == {"hold"}
    assert "limit" in {r["code"] for r in verdicts[5]["reasons"]}


# --- what a site sets for itself


def set_site(d, settings):
    """From the next comment on."""
    got = d.operate("PATCH", "/v1/sites/default", {"settings": settings})
    assert got.status_code == 200, got.text


@pytest.mark.parametrize("after, trusted", [(0, False), (5, True), (6, False)])
def test_how_many_it_takes(daemon, after, trusted):
    set_site(daemon, {"trust_after": after})
    approve(daemon, 5)
    assert (trust(check(daemon)) is not None) == trusted


def scores(hold, reject):
    return {"cutoffs": {"spam": {"hold": hold, "reject": reject}}}


def budget(hold, reject):
    return {"budget": {"hold": hold, "reject": reject}}


# more likely spam than not, and not likely enough to be rejected
DOUBTFUL = "Please look at my page, you will like it"

CUTS = {
    "everything is held": (scores(1e-9, None), HAM, "hold"),
    "only what is sure": (scores(0.9998, 0.9999), DOUBTFUL, "publish"),
    "rejected early": (scores(0.2, 0.5), DOUBTFUL, "reject"),
    "a tenth to be held": (budget(0.1, 0.05), DOUBTFUL, "reject"),
    "less than can be promised": (budget(0.1, 1e-5), DOUBTFUL, "hold"),
}


@pytest.mark.parametrize("name", CUTS)
def test_cut_offs(daemon, name):
    settings, text, action = CUTS[name]

    def judge(text, **more):
        comment = {"content": text, "author": ANN, "test": True}
        return daemon.check(comment, **more)["action"]

    assert (judge(HAM), judge(DOUBTFUL)) == ("publish", "hold")
    set_site(daemon, settings)
    assert judge(text) == action
    assert judge(DOUBTFUL, key=OTHER_KEY) == "hold"
    set_site(daemon, dict.fromkeys(settings))
    assert (judge(HAM), judge(DOUBTFUL)) == ("publish", "hold")


def test_limits(rig):
    well_within(3600)
    d = make(rig, "--limit-author", "2")
    set_site(d, {"limit_author": 0})
    here = [check(d, f"{HAM} {i}") for i in range(4)]
    there = [check(d, f"{HAM} {i}", key=OTHER_KEY) for i in range(4)]
    assert "limit" not in {r["code"] for v in here for r in v["reasons"]}
    assert "limit" in {r["code"] for r in there[-1]["reasons"]}
