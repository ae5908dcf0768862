"""What people decide: at once, for good, until it is undone."""

import json
import threading

import pytest
from conftest import FIRST_KEY, NO_LIMITS, PATIENCE_S, crowd, wait_for

SPAM = "Buy cheap pills online without prescription http://pills.example/ today!!!"
FINE = "I grew up two streets from there and the bakery is still the same."
ANOTHER = "The second half of the article was better than the first, I thought."
HOSTILE = 'Robert\'); DROP TABLE decision;--\n"<script>\\ \u202e\U0001f600 &amp; %s%n'

NEWS = "news-site-key-001"
FEEDBACK = "feedback-only-key"
CHECK = "check-only-key-01"


@pytest.fixture(scope="module")
def d(shared_rig):
    """Two sites, and keys with little scope."""
    d = shared_rig.daemon(*NO_LIMITS).start()
    d.add_site("news.example", NEWS)
    d.add_key(FEEDBACK, "feedback")
    d.add_key(CHECK, "check")
    return d


@pytest.fixture
def alone(rig):
    return rig.daemon(*NO_LIMITS).start()


def decide(d, id_, decision, key=FIRST_KEY, headers=None, **more):
    body = {"decision": decision, **more}
    path = f"/v1/comments/{id_}/decision"
    got = d.post(body, path=path, key=key, **(headers or {}))
    assert got.status_code == 200, got.text
    return got.json()


def refused(d, id_, body, status, key=FIRST_KEY):
    got = d.post(body, path=f"/v1/comments/{id_}/decision", key=key)
    assert got.status_code == status, got.text
    return got.json()


def undo(d, id_, key=FIRST_KEY, **query):
    auth = {"Authorization": f"Bearer {key}"}
    url = d.url(f"/v1/comments/{id_}/decision")
    return d.session.delete(url, params=query, headers=auth, timeout=PATIENCE_S)


def record(d, id_, key=FIRST_KEY):
    got = d.get(f"/v1/comments/{id_}", key=key)
    assert got.status_code == 200, got.text
    return got.json()


def codes(verdict):
    return [reason["code"] for reason in verdict["reasons"]]


KINDS = {
    "approve": "published",
    "spam": "rejected",
    "abuse": "rejected",
    "trash": "trashed",
    "hold": "held",
}


@pytest.mark.parametrize("kind,state", KINDS.items())
def test_the_state_of_a_comment(d, kind, state):
    id_ = d.check({"content": f"{ANOTHER} {kind}"})["id"]
    assert record(d, id_)["state"] == "published"
    assert "decided_at" not in record(d, id_)
    got = decide(d, id_, kind)
    assert got["id"] == id_ and got["state"] == state
    now = record(d, id_)
    assert now["state"] == state
    assert now["history"] == [got["decision"]]
    assert now["decided_at"] == got["decision"]["at"]
    assert got["decision"]["learn"] == (kind in ("approve", "spam", "abuse"))
    assert undo(d, id_).json()["state"] == "published"


def test_final_for_the_same_text_and_near_it(d):
    text = "Read all about growing orchids in a small kitchen on my own page"
    assert d.check({"content": text})["action"] == "publish"
    decide(d, d.check({"content": text})["id"], "spam")
    for again in (text, text.upper(), text + " now"):
        got = d.check({"content": again, "author": {"name": "another"}})
        assert got["action"] == "reject", again
        assert "decided" in codes(got)


def test_no_other_site_crowds_out_what_was_decided(alone):
    """There is room for so many decisions of all sites in memory."""
    d = alone
    d.add_site("news.example", NEWS)
    ask = lambda comment: d.check(comment)["action"]  # noqa: E731
    mine = {"content": "A plain remark about the weather", "id": "trashed"}
    decide(d, d.check({"content": SPAM})["id"], "approve")
    decide(d, d.check({"content": FINE})["id"], "spam")
    decide(d, d.check(mine)["id"], "trash")
    last = d.check({"content": "The last word"}, key=NEWS)["id"]
    decide(d, last, "approve", key=NEWS)
    crowd(d)
    assert ask({"content": SPAM}) == "publish"
    assert ask({"content": FINE}) == ask(mine) == "reject"
    assert ask(mine | {"id": "another"}) == "publish"


def of(name, **author):
    """Somebody who can be told from others."""
    return {"name": name, "email": f"{name.lower()}@mail.example", **author}


SEO = of("Seo", url="http://cheap-backlinks.example/buy")


@pytest.mark.parametrize("text", ["Danke", "Thanks!", "Great post, thanks for sharing!"])
def test_what_many_say_is_held_at_most(d, text):
    """The commonest spam: a harmless remark, and an address for its author."""

    def ask(author, **more):
        return d.check({"content": text, "author": author, "test": True} | more)

    decide(d, d.check({"content": text, "author": SEO})["id"], "spam")
    ann = ask(of("Ann"))
    assert ann["action"] == "hold" and "decided" in codes(ann)
    assert ask(of("Ann"), content=text + " \u263a")["action"] in ("publish", "hold")
    for again in (
        of("Zoe", url="https://www.cheap-backlinks.example/"),
        SEO | {"url": "http://somewhere-else.example/"},
    ):
        assert ask(again)["action"] == "reject", again
    linked = {"content": f"{text} https://cheap-backlinks.example/"}
    decide(d, d.check(linked)["id"], "spam")
    assert ask(of("Bob"), **linked)["action"] == "reject"


BRIDGES = (
    "> The committee found that most of the older bridges along the river were built"
    " before the war and have never been inspected by anybody since then, although the"
    " law has asked for it every six years.\n\n"
)


def test_who_quotes_what_spam_quoted_is_held_at_most(d):
    spam = BRIDGES + "Very true, see https://bridge-loans.example/apply for cheap loans"
    decide(d, d.check({"content": spam, "author": of("Loans")})["id"], "spam")
    for remark in (
        "I live next to one of them and can confirm it.",
        "Six years? Our town does it each ten.",
        "That is not quite right, the law is from 1998.",
        "Wir haben das gleiche Problem.",
    ):
        got = d.check({"content": BRIDGES + remark, "author": of("Reader")})
        assert got["action"] in ("publish", "hold"), remark
    for same in (spam, spam.replace("Very true", "So true"), spam + " today"):
        got = d.check({"content": same, "author": of("Other")})
        assert got["action"] == "reject" and "decided" in codes(got), same


def test_what_is_only_like_spam_is_what_a_list_says(d):
    author = of("Trusted", id="trusted-17")
    decide(d, d.check({"content": "Nice, thank you!", "author": SEO})["id"], "spam")
    asked = {"content": "Nice, thank you!", "author": author, "test": True}
    assert d.check(asked)["action"] == "hold"
    entry = {"kind": "author", "value": "trusted-17", "effect": "allow"}
    got = d.operate("POST", "/v1/lists?site=default", entry)
    assert got.status_code in (200, 201), got.text
    assert d.check(asked)["action"] == "publish"


def test_who_copies_what_was_approved_is_judged(alone):
    """What stands on the page can be copied, with another name and address."""
    d = alone
    text = "Thank you for this article, the part about the sourdough helped me a lot"
    ann = of("Ann", url="https://ann.example/")
    casino = of("Buy Viagra Casino", url="http://cheap-viagra-casino.example/buy-now")

    def ask(author, content=text):
        got = d.check({"content": content, "author": author, "format": "html"})
        return got["action"], "decided" in codes(got)

    decide(d, d.check({"content": text, "author": ann, "format": "html"})["id"], "approve")
    assert ask(ann) == ask(of("Bob")) == ask(of("Bob", url="ann.example")) == (
        "publish",
        True,
    )
    assert ask(ann | {"url": "https://ann-moved.example/"}) == ("publish", True)
    action, by_people = ask(casino)
    assert action != "publish" and not by_people
    link = 'See <a href="http://bread.example/">this recipe</a>, as my grandmother had it'
    first = d.check({"content": link, "format": "html"})
    decide(d, first["id"], "approve")
    assert ask({}, link) == ("publish", True)
    assert not ask({}, link.replace("bread.example", "casino-bonus.example"))[1]


def test_where_it_led_is_known_after_a_restart(alone):
    d = alone
    text = "Great post, thanks for sharing!"
    decide(d, d.check({"content": text, "author": SEO})["id"], "spam")
    assert akismet(d, "submit-ham", comment_content=FINE, comment_author_url="a.example")
    d.end()
    d.start()
    ask = lambda text, **author: d.check({"content": text, "author": author})["action"]
    assert ask(text) == "hold"
    assert ask(text, url="http://cheap-backlinks.example/other") == "reject"
    copied = d.check({"content": FINE, "author": {"url": "http://b.example"}})
    assert "decided" not in codes(copied)


def test_good_for_good(d):
    first = d.check({"content": SPAM})
    assert first["action"] != "publish"
    decide(d, first["id"], "approve")
    assert d.check({"content": SPAM})["action"] == "publish"
    near = d.check({"content": f"{SPAM} https://casino.example/"})
    assert near["action"] != "publish"  # something was added


def test_abuse_rules_as_abuse(d):
    text = "Whoever wrote this should go back to where the moon comes from"
    decide(d, d.check({"content": text})["id"], "abuse")
    got = d.check({"content": text})
    assert got["action"] == "reject"
    assert got["margin"] == pytest.approx(
        got["bias"] + sum(r["weight"] for r in got["reasons"])
    )
    clean = d.check({"content": "Thank you for the recipe, it worked well."})
    spam = decide(d, clean["id"], "spam")  # the bias tells the heads apart
    again = d.check({"content": "Thank you for the recipe, it worked well."})
    assert spam["state"] == "rejected" and again["bias"] != got["bias"]


def test_undo_and_what_was_before_holds_again(alone):
    d = alone
    id_ = d.check({"content": FINE})["id"]
    decide(d, id_, "spam")
    decide(d, id_, "approve", note="sorry")
    decide(d, id_, "abuse")
    actions = {"abuse": "reject", "approve": "publish", "spam": "reject"}
    for kind, before in [
        ("abuse", "published"),
        ("approve", "rejected"),
        ("spam", "published"),
    ]:
        assert d.check({"content": FINE})["action"] == actions[kind]
        got = undo(d, id_)
        assert got.status_code == 200, got.text
        assert got.json()["undone"]["decision"] == kind
        assert got.json()["undone"]["undone_by"] == got.json()["undone"]["key"]
        assert got.json()["state"] == before
    assert undo(d, id_).status_code == 404
    last = d.check({"content": FINE})
    assert last["action"] == "publish" and "decided" not in codes(last)
    near = d.check({"content": FINE + " Really."})
    assert near["action"] == "publish" and "decided" not in codes(near)
    history = record(d, id_)["history"]
    assert [h["decision"] for h in history] == ["spam", "approve", "abuse"]
    assert all("undone_at" in h for h in history)
    assert history[1]["note"] == "sorry"


def test_only_the_decision_that_is_meant_is_undone(d):
    id_ = d.check({"content": f"{ANOTHER} meant"})["id"]
    held, spam = [decide(d, id_, k)["decision"] for k in ("hold", "spam")]
    approved = decide(d, id_, "approve", key=FEEDBACK)["decision"]
    late = undo(d, id_, decision=spam["id"])
    assert late.status_code == 409
    told = [late.json()[k] for k in ("state", "by", "at")]
    assert told == ["published", approved["key"], approved["at"]]
    assert [h.get("undone_at") for h in record(d, id_)["history"]] == [None] * 3
    assert undo(d, id_, decision=approved["id"]).json()["state"] == "rejected"
    first = undo(d, id_, decision=spam["id"])
    assert (first.status_code, first.json()["state"]) == (200, "held")
    # a repeat is harmless, whatever holds by then
    again = undo(d, id_, decision=spam["id"])
    assert (again.status_code, again.json()) == (200, first.json())
    assert undo(d, id_, decision=held["id"]).json()["state"] == "published"
    again = undo(d, id_, decision=spam["id"])
    assert again.json() == first.json() | {"state": "published"}


@pytest.mark.parametrize("name", ["", "0" * 26, "%27%22--", "another"])
def test_what_is_no_decision_of_it_undoes_nothing(d, name):
    id_ = d.check({"content": f"{ANOTHER} {name}"})["id"]
    other = d.check({"content": f"{ANOTHER} other"})["id"]
    mine, foreign = [decide(d, x, "hold")["decision"]["id"] for x in (id_, other)]
    got = undo(d, id_, decision=foreign if name == "another" else name)
    assert got.status_code == 404
    assert record(d, id_)["state"] == record(d, other)["state"] == "held"
    assert undo(d, id_, decision=mine).status_code == 200


def test_undone_by_many_at_once(d):
    id_ = d.check({"content": f"{ANOTHER} at once"})["id"]
    decide(d, id_, "hold")
    last = decide(d, id_, "spam")["decision"]["id"]
    results = []

    def work():
        got = undo(d, id_, decision=last)
        results.append((got.status_code, got.json()["state"]))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert results == [(200, "held")] * 8


def test_all_of_it_is_there_after_a_restart(alone):
    d = alone
    ids = [d.check({"content": text})["id"] for text in (SPAM, FINE, ANOTHER)]
    decide(d, ids[0], "approve")
    decide(d, ids[1], "spam")
    decide(d, ids[2], "spam")
    undo(d, ids[2])
    before = [record(d, id_) for id_ in ids]
    d.end()
    d.start()
    assert [record(d, id_) for id_ in ids] == before
    actions = [d.check({"content": t})["action"] for t in (SPAM, FINE, ANOTHER)]
    assert actions == ["publish", "reject", "publish"]
    near = d.check({"content": ANOTHER + " Really."})
    assert near["action"] == "publish"  # it was unlearned


def test_act_but_do_not_learn(alone):
    d = alone
    mine = {"content": FINE, "id": "c-1"}
    id_ = d.check(mine)["id"]
    got = decide(d, id_, "spam", learn=False)
    assert got["decision"]["learn"] is False and got["state"] == "rejected"
    for restart in (False, True):
        if restart:
            d.end()
            d.start()
        again = d.check(mine)
        assert again["action"] == "reject" and "decided" in codes(again)
        for other in (
            {"content": FINE, "id": "c-2"},
            {"content": FINE},
            {"content": FINE + " Really.", "id": "c-1"},  # edited since
        ):
            assert d.check(other)["action"] == "publish", other
    undo(d, id_)
    assert d.check(mine)["action"] == "publish"


@pytest.mark.parametrize("kind,action", [("trash", "reject"), ("hold", "hold")])
def test_what_teaches_nothing_is_about_one_comment(d, kind, action):
    text = f"A plain remark about the weather of last week, number {kind}"
    mine = {"content": text, "id": f"one-{kind}"}
    decide(d, d.check(mine)["id"], kind)
    assert d.check(mine)["action"] == action
    assert d.check({"content": text})["action"] == "publish"


def test_an_empty_comment_is_decided_for_itself_only(d):
    mine = {"content": "", "id": "empty-1", "author": {"name": "jammy"}}
    first = d.check(mine)
    assert first["action"] == "hold"
    decide(d, first["id"], "approve")
    assert d.check(mine)["action"] == "publish"
    assert d.check({"content": "", "id": "empty-2"})["action"] != "publish"


def test_a_test_changes_nothing(d):
    text = "Only asking what you would say to this harmless sentence here"
    asked = {"content": text, "id": "tested"}
    assert d.check(asked | {"test": True})["id"] is None
    assert d.get("/v1/comments?engine_id=tested").json() == {"comments": []}
    id_ = d.check(asked)["id"]
    akismet(d, "submit-spam", comment_content=text, is_test="1")
    assert record(d, id_)["history"] == []
    assert d.check(asked)["action"] == "publish"


def test_two_writers(d):
    id_ = d.check({"content": "", "id": "contested"})["id"]
    state = record(d, id_)["state"]
    results = []

    def write(kind):
        body = {"decision": kind, "if_state": state}
        path = f"/v1/comments/{id_}/decision"
        results.append((d.post(body, path=path).status_code, kind))

    threads = [threading.Thread(target=write, args=(k,)) for k in ("trash", "approve")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    won = dict(results)
    assert sorted(won) == [200, 409]
    assert record(d, id_)["state"] == KINDS[won[200]]
    assert len(record(d, id_)["history"]) == 1
    problem = refused(d, id_, {"decision": "hold", "if_state": "held"}, 409)
    assert problem["type"] == "urn:moderato:problem:conflict"
    new = d.check({"content": "What a fine harbour that was"})
    problem = refused(d, new["id"], {"decision": "hold", "if_state": "held"}, 409)
    assert (problem["state"], problem["by"]) == ("published", None)
    assert problem["detail"] == "its state is another one: look at it again"
    decide(d, id_, "hold", if_state=KINDS[won[200]])


def test_hostile_text_comes_back_as_it_was(d):
    id_ = d.check({"content": ANOTHER + " hostile"})["id"]
    decide(d, id_, "hold", reason=HOSTILE[:20], note=HOSTILE * 8)
    (entry,) = record(d, id_)["history"]
    assert entry["note"] == HOSTILE * 8 and entry["reason"] == HOSTILE[:20]


@pytest.mark.parametrize(
    "body,pointer",
    [
        ({}, "/decision"),
        ({"decision": "ham"}, "/decision"),
        ({"decision": None}, "/decision"),
        ({"decision": ["spam"]}, "/decision"),
        ({"decision": "spam", "learn": "yes"}, "/learn"),
        ({"decision": "spam", "learn": 1}, "/learn"),
        ({"decision": "spam", "reason": "r" * 65}, "/reason"),
        ({"decision": "spam", "note": "\u00e9" * 1025}, "/note"),
        ({"decision": "spam", "note": {}}, "/note"),
        ({"decision": "spam", "if_state": "hold"}, "/if_state"),
        ({"decision": "spam", "ifstate": "held"}, "/ifstate"),
        ([], ""),
    ],
)
def test_a_misfit_is_named(d, body, pointer):
    id_ = d.check({"content": ANOTHER})["id"]
    problem = refused(d, id_, body, 422)
    assert problem["errors"][0]["pointer"] == pointer
    says = "there is no such" if pointer == "/ifstate" else "expected "
    assert problem["errors"][0]["detail"].startswith(says)
    assert record(d, id_)["history"] == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 99])
def test_what_is_no_json(d, body):
    id_ = d.check({"content": ANOTHER})["id"]
    refused(d, id_, body, 400)
    assert record(d, id_)["history"] == []


def test_foreign_and_missing_ids(d):
    id_ = d.check({"content": ANOTHER, "id": "mine"})["id"]
    decide(d, id_, "hold")
    for key, name in [(NEWS, id_), (FIRST_KEY, "0" * 26), (FIRST_KEY, "%27%22--")]:
        refused(d, name, {"decision": "spam"}, 404, key=key)
        assert undo(d, name, key=key).status_code == 404
    found = d.get("/v1/comments?engine_id=mine", key=NEWS).json()
    assert found == {"comments": []}
    assert record(d, id_)["state"] == "held"
    assert d.check({"content": ANOTHER, "id": "mine"}, key=NEWS)["action"] == "publish"


def test_scopes(d):
    id_ = d.check({"content": ANOTHER})["id"]
    refused(d, id_, {"decision": "spam"}, 403, key=CHECK)
    assert undo(d, id_, key=CHECK).status_code == 403
    got = decide(d, id_, "hold", key=FEEDBACK)
    assert got["decision"]["actor"] == "engine"
    assert decide(d, id_, "hold")["decision"]["actor"] == "moderator"
    assert undo(d, id_, key=FEEDBACK).status_code == 200
    assert d.get(f"/v1/comments/{id_}", key=FEEDBACK).status_code == 403
    assert d.get("/v1/comments?engine_id=x", key=FEEDBACK).status_code == 403


def test_once(d):
    id_ = d.check({"content": ANOTHER + " once"})["id"]
    path = f"/v1/comments/{id_}/decision"
    asked = {"path": path, "Idempotency_Key": "decide-once"}
    first = d.post({"decision": "hold"}, **asked)
    again = d.post({"decision": "hold"}, **asked)
    assert first.status_code == again.status_code == 200
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.content == first.content
    assert d.post({"decision": "spam"}, **asked).status_code == 422
    assert len(record(d, id_)["history"]) == 1


def test_found_by_the_id_of_the_engine(d):
    asked = {"content": FINE, "id": "wp-17 &?\u00e9"}
    ids = [d.check(asked)["id"] for _ in range(12)]
    d.check({"content": FINE, "id": "wp-18"})
    got = d.get("/v1/comments?engine_id=wp-17%20%26%3f%c3%a9")
    assert got.status_code == 200
    found = [c["id"] for c in got.json()["comments"]]
    assert found == ids[:1:-1]
    assert got.json()["comments"][0] == record(d, ids[-1])


@pytest.mark.parametrize("query", ["", "?engine_id=", "?engine=1", "?id=wp-17"])
def test_an_id_has_to_be_asked_for(d, query):
    got = d.get(f"/v1/comments{query}")
    assert got.status_code == 400 and "engine_id" in got.json()["detail"]


AKISMET = {
    "api_key": FIRST_KEY,
    "blog": "http://blog.example",
    "user_ip": "192.0.2.7",
    "comment_author": "Ann",
    "comment_author_email": "ann@example.org",
}


def akismet(d, endpoint, **fields):
    url = d.url(f"/1.1/{endpoint}")
    got = d.session.post(url, data={**AKISMET, **fields}, timeout=PATIENCE_S)
    assert got.status_code == 200, got.text
    return got


def record_of(d, got):
    """The id of a record, from the guid that an engine is told."""
    value, id_ = int(got.headers["x-akismet-guid"], 16), ""
    for _ in range(26):
        id_ = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[value % 32] + id_
        value //= 32
    return id_


@pytest.mark.parametrize("learn", [True, False])
def test_a_recheck_of_wordpress_follows(alone, learn):
    d = alone
    text = "I have been to this lake every summer since I was six years old"
    id_ = record_of(d, akismet(d, "comment-check", comment_content=text))
    decide(d, id_, "trash" if learn else "spam", learn=learn)
    again = {"comment_content": text, "recheck_reason": "recheck_queue"}
    assert akismet(d, "comment-check", **again).text == "true"
    assert akismet(d, "comment-check", comment_content=text).text == "false"
    undo(d, id_)
    assert akismet(d, "comment-check", **again).text == "false"
    # judged again, it is no repeat of itself
    for _ in range(4):
        assert akismet(d, "comment-check", **again).text == "false"


@pytest.mark.parametrize(
    "callback,kept",
    [
        ("https://blog.example/wp-json/akismet/v1/webhook", True),
        ("http://BLOG.example:8080/?rest_route=/akismet/v1/webhook", True),
        ("https://other.example/wp-json/akismet/v1/webhook", False),
        ("https://blog.example@other.example/", False),
        ("https://blog.example:x@other.example/", False),
        ("https://blog.example.other.example/", False),
        ("ftp://blog.example/", False),
        ("https://blog.example/\n\nX: y", False),
        ("", False),
    ],
)
def test_where_an_engine_wants_to_be_told_is_kept_sealed(alone, callback, kept):
    akismet(alone, "comment-check", comment_content=FINE, callback=callback)
    alone.end()
    ((sealed,),) = alone.stored("SELECT callback FROM comment")
    assert bool(sealed) == kept
    assert "blog" not in sealed and FIRST_KEY not in sealed
    stored = b"".join(p.read_bytes() for p in alone.var.glob("moderato.db*"))
    assert FIRST_KEY.encode() not in stored and b"rest_route" not in stored


def test_what_an_engine_submits_is_a_decision(alone):
    d = alone
    text = "I have been to this lake every summer since I was six years old"
    id_ = record_of(d, akismet(d, "comment-check", comment_content=text))
    akismet(d, "submit-spam", comment_content=text)
    now = record(d, id_)
    assert now["state"] == "rejected"
    assert [h["actor"] for h in now["history"]] == ["engine"]
    assert d.check({"content": text})["action"] == "reject"
    akismet(d, "submit-ham", comment_content=text)
    assert record(d, id_)["state"] == "published"
    assert d.check({"content": text})["action"] == "publish"
    undo(d, id_)
    assert record(d, id_)["state"] == "rejected"
    assert d.check({"content": text})["action"] == "reject"


def test_nobody_elses_comment_is_decided_about(alone):
    d = alone
    text = {"comment_content": "I have been to this lake since I was six years old"}
    id_ = record_of(d, akismet(d, "comment-check", **text))
    another = {"user_ip": "198.51.100.9", "comment_author": "Bob"}
    akismet(d, "submit-spam", **text, **another, comment_author_email="")
    assert record(d, id_)["state"] == "published"
    akismet(d, "submit-spam", **text, **another)  # by the same mail
    assert record(d, id_)["state"] == "rejected"


def test_an_old_comment_of_wordpress_has_its_address_under_another_name(alone):
    d = alone
    text = {"comment_content": "I have been to this lake since I was six years old"}
    id_ = record_of(d, akismet(d, "comment-check", **text))
    old = {**text, "comment_author": "Bob", "comment_author_email": ""}
    old["comment_author_IP"] = AKISMET["user_ip"]
    akismet(d, "submit-spam", **old, user_ip="198.51.100.9")
    assert record(d, id_)["state"] == "published"
    akismet(d, "submit-spam", **old, user_ip=None)
    assert record(d, id_)["state"] == "rejected"


def test_an_old_comment_of_wordpress_has_its_browser_under_another_name(alone):
    tool, other = "curl/8.5.0", "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0"
    both = {"user_agent": tool, "comment_agent": other}
    for fields in ({"user_agent": tool}, {"comment_agent": tool}, both):
        akismet(alone, "comment-check", comment_content=FINE, **fields)
    stored = alone.stored("SELECT basis FROM comment ORDER BY rowid")
    read = [json.loads(basis)["agent"] for basis, in stored]
    assert read[0] and read == read[:1] * 3


def test_nothing_of_it_is_in_the_log(alone):
    d = alone
    id_ = d.check({"content": FINE})["id"]
    decide(d, id_, "spam", note="unmistakable-note")
    undo(d, id_)
    d.end()
    wait_for("the end", d.ended)
    log = json.dumps(d.log())
    assert "unmistakable-note" not in log and "bakery" not in log
