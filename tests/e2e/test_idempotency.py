"""Idempotency-Key: what is sent again is answered again, and done once."""

import concurrent.futures
import signal
import time
import uuid

import pytest
import requests
from conftest import FIRST_KEY, NO_LIMITS, wait_for

CHECK_KEY = "e2e-check-only-0001"
SECOND_KEY = "e2e-second-key-0001"
OTHER_KEY = "e2e-other-site-0001"


def comment(**more):
    return {"content": "", "author": {"name": str(uuid.uuid4())}, **more}


def send(daemon, body, once, path="/v1/comments", **more):
    return daemon.post(body, path=path, Idempotency_Key=once, **more)


def replayed(got):
    return got.headers.get("Idempotency-Replayed") == "true"


def records(daemon, name):
    asked = "SELECT count(*) FROM comment WHERE author_name = ?"
    return daemon.stored(asked, name)[0][0]


def test_the_same_answer(daemon):
    body, once = comment(), str(uuid.uuid4())
    first = send(daemon, body, once)
    assert first.status_code == 200 and not replayed(first)
    for _ in range(3):
        again = send(daemon, body, once)
        assert replayed(again)
        assert again.content == first.content
        assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    assert records(daemon, body["author"]["name"]) == 1
    fresh = daemon.check(body)
    assert [r["count"] for r in fresh["reasons"] if r["code"] == "repeat.author"] == [2]


def test_another_request_with_it(daemon):
    body, once = comment(), str(uuid.uuid4())
    assert send(daemon, body, once).status_code == 200
    for other in (comment(), body | {"id": "c-1"}):
        got = send(daemon, other, once)
        assert got.status_code == 422
        assert got.headers["Content-Type"] == "application/problem+json"
    assert records(daemon, body["author"]["name"]) == 1
    batch = {"comments": [body]}
    assert send(daemon, batch, once, path="/v1/comments:batch").status_code == 422


def test_a_batch(daemon):
    body, once = {"comments": [comment(), comment()]}, str(uuid.uuid4())
    first = send(daemon, body, once, path="/v1/comments:batch")
    again = send(daemon, body, once, path="/v1/comments:batch")
    assert first.status_code == 200 and replayed(again)
    assert again.content == first.content


def test_a_refusal_is_not_kept(daemon):
    once = str(uuid.uuid4())
    assert send(daemon, comment(format="x"), once).status_code == 422
    assert send(daemon, b"{", once).status_code == 400
    got = send(daemon, comment(), once)
    assert got.status_code == 200 and not replayed(got)


@pytest.mark.parametrize("once", ["", "x" * 256, b"\xc3\xa9", "tab\there"])
def test_no_key(daemon, once):
    body = comment()
    got = send(daemon, body, once)
    assert got.status_code == 400
    assert "Idempotency-Key" in got.json()["detail"]
    assert records(daemon, body["author"]["name"]) == 0


@pytest.mark.parametrize("once", ["x", "x" * 255, 'a "quoted" one', "~!@#$%^&*()"])
def test_any_key(daemon, once):
    body = comment()
    first = send(daemon, body, once)
    assert first.status_code == 200
    assert send(daemon, body, once).content == first.content


@pytest.mark.parametrize("round", range(3))
def test_many_at_once(daemon, round):
    body, once = comment(), str(uuid.uuid4())

    def one(_):
        headers = {"Authorization": f"Bearer {FIRST_KEY}", "Idempotency-Key": once}
        return requests.post(daemon.url("/v1/comments"), json=body, headers=headers)

    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(one, range(40)))
    assert {a.status_code for a in answers} == {200}
    assert len({a.content for a in answers}) == 1
    assert sum(not replayed(a) for a in answers) == 1
    assert records(daemon, body["author"]["name"]) == 1


@pytest.mark.parametrize("round", range(3))
def test_what_is_sent_at_once_counts_once(daemon, round):
    body = comment()
    once = str(uuid.uuid4())
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: send(daemon, body, once), range(20)))
    fresh = daemon.check(body | {"test": True})
    # the one before, and this one
    assert [r["count"] for r in fresh["reasons"] if r["code"] == "repeat.author"] == [2]


def test_who_waits_for_a_refusal_is_told(daemon):
    """What never came to be is not repeated, and the key is free again."""
    once, bad, good = str(uuid.uuid4()), comment(content=5), comment()
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        bodies = [bad] * 10
        got = list(pool.map(lambda body: send(daemon, body, once), bodies))
    assert {g.status_code for g in got} <= {422, 503}
    assert send(daemon, good, once).status_code == 200


def test_across_a_restart(rig):
    daemon = rig.daemon().start()
    body, once = comment(), str(uuid.uuid4())
    first = send(daemon, body, once)
    daemon.end()
    daemon.start()
    again = send(daemon, body, once)
    assert replayed(again) and again.content == first.content


def test_keys_apart(rig):
    """One site's or one key's requests never answer another's."""
    daemon = rig.daemon().start()
    daemon.add_key(SECOND_KEY, "check,moderate")
    daemon.add_key(CHECK_KEY, "check")
    daemon.add_site("other", OTHER_KEY)
    body, once = comment(), str(uuid.uuid4())
    keys = (FIRST_KEY, SECOND_KEY, CHECK_KEY, OTHER_KEY)
    answers = [send(daemon, body, once, key=key) for key in keys]
    assert [a.status_code for a in answers] == [200] * 4
    assert not any(replayed(a) for a in answers)
    assert len({a.json()["id"] for a in answers}) == 4
    assert "scores" not in answers[2].json()


MANY = "/v1/queue/decisions"


def decided(daemon):
    """Decisions that are on disk."""
    return daemon.stored("SELECT count(*) FROM decision")[0][0]


def about_many(daemon, n=70):
    """More than are decided in one go."""
    made = daemon.batch([comment(content=f"Number {i} of these") for i in range(n)])
    return {"ids": [v["id"] for v in made], "decision": "trash"}


def test_decisions_about_many(daemon):
    body, once, before = about_many(daemon), str(uuid.uuid4()), decided(daemon)
    first = send(daemon, body, once, path=MANY)
    assert first.json()["n"] == 70 and not replayed(first)
    again = send(daemon, body, once, path=MANY)
    assert replayed(again) and again.content == first.content
    assert decided(daemon) == before + 70
    assert send(daemon, {**body, "decision": "spam"}, once, path=MANY).status_code == 422
    assert send(daemon, body, once, path=f"{MANY}?site=default").status_code == 422
    assert decided(daemon) == before + 70


def test_decisions_about_many_under_way(daemon):
    body, once, before = about_many(daemon), str(uuid.uuid4()), decided(daemon)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(send, daemon, body, once, path=MANY) for _ in range(4)]
        answers = [s.result() for s in sent]
    assert {a.content for a in answers} == {answers[0].content}
    assert [replayed(a) for a in answers].count(False) == 1
    assert decided(daemon) == before + 70


def test_an_operator_is_of_no_one_site(daemon):
    body, once = about_many(daemon, 1), str(uuid.uuid4())
    answers = [
        daemon.operate("POST", MANY, body, Idempotency_Key=once) for _ in range(2)
    ]
    assert answers[0].json()["n"] == 1
    assert answers[0].content == answers[1].content
    assert [replayed(a) for a in answers] == [False, True]


def undone(daemon):
    return daemon.stored("SELECT count(*) FROM decision WHERE undone_at > 0")[0][0]


def killed_midway(daemon, ask, done=decided):
    """How many were done when it was killed; all: it was too late."""

    def try_to_send():
        try:
            ask()
        except requests.RequestException:
            pass

    before = done(daemon)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        sent = pool.submit(try_to_send)
        while done(daemon) == before and not sent.done():
            daemon.process.send_signal(signal.SIGCONT)
            time.sleep(0.001)
            daemon.process.send_signal(signal.SIGSTOP)
        daemon.process.kill()
    daemon.process.wait()
    return done(daemon) - before


def by_ids(daemon, n):
    return MANY, about_many(daemon, n), n


HOLDS_ALL = {"kind": "phrase", "value": "of these", "effect": "hold"}


def by_filter(daemon, n):
    daemon.post(HOLDS_ALL, path="/v1/lists")
    about_many(daemon, n)
    held = "SELECT count(*) FROM comment WHERE state = 'held'"
    n = daemon.stored(held)[0][0]
    chosen = {"state": "held"}
    return MANY, {"filter": chosen, "decision": "trash", "expect": n}, n


def by_campaign(daemon, n):
    """All of them one campaign, as `words` are the same."""
    words = f"{uuid.uuid4()} " + " ".join(f"word{i}" for i in range(24))
    trap = {"honeypot": "filled in"}
    daemon.batch([comment(content=f"{words} {i}", **trap) for i in range(n)])

    def whole():
        items = daemon.get("/v1/campaigns?limit=50").json()["items"]
        return next((c["id"] for c in items if c["size"] == n), None)

    found = wait_for("the campaign", whole)
    return f"/v1/campaigns/{found}/decision", {"decision": "trash"}, n


def cut_short(daemon, about):
    """A request that was killed midway, how many it was about, and had done."""
    for most in range(300, 310):  # in the hope that it is not over too soon
        path, body, n = about(daemon, most)
        once = str(uuid.uuid4())
        early = killed_midway(daemon, lambda: send(daemon, body, once, path=path))
        daemon.start()
        if 0 < early < n:
            return (body, once, path), n, early
    raise AssertionError("never killed midway")


@pytest.mark.parametrize("about", [by_ids, by_filter, by_campaign])
def test_decisions_about_many_cut_short(rig, about):
    """Who was killed midway goes on, and decides about each once."""
    daemon = rig.daemon(*NO_LIMITS).start()
    (body, once, path), n, early = cut_short(daemon, about)
    before = decided(daemon)
    other = send(daemon, {**body, "decision": "spam"}, once, path=path)
    assert other.status_code == 422
    first = send(daemon, body, once, path=path)
    assert first.status_code == 200, first.text
    assert first.json()["n"] == n and not replayed(first)
    if about is by_campaign:  # what is kept, not what was asked for again
        kept = daemon.get(path.removesuffix("/decision")).json()
        assert first.json()["decision"] == kept["decision"]
    again = send(daemon, body, once, path=path)
    assert replayed(again) and again.content == first.content
    assert decided(daemon) == before + n - early
    twice = "SELECT comment FROM decision GROUP BY comment HAVING count(*) > 1"
    assert daemon.stored(twice) == []
    of_it = "SELECT count(*) FROM decision GROUP BY batch ORDER BY max(rowid)"
    assert daemon.stored(of_it)[-1][0] == n


def test_a_campaign_taken_back_cut_short(rig):
    """As long as some of it is decided, it can be taken back."""
    daemon = rig.daemon(*NO_LIMITS).start()
    for most in range(300, 310):
        path, body, n = by_campaign(daemon, most)
        assert daemon.post(body, path=path).json()["n"] == n
        early = killed_midway(daemon, lambda: daemon.ask("DELETE", path), undone)
        daemon.start()
        if 0 < early < n:
            break
    assert 0 < early < n
    again = daemon.ask("DELETE", path)
    assert again.status_code == 200, again.text
    assert again.json()["n"] == n - early
    assert daemon.ask("DELETE", path).status_code == 404


def test_what_was_taken_back_stays_so(rig):
    """A batch cut short and undone is not done again by who repeats it."""
    daemon = rig.daemon(*NO_LIMITS).start()
    (body, once, path), n, early = cut_short(daemon, by_ids)
    newest = "SELECT batch FROM decision ORDER BY rowid DESC LIMIT 1"
    batch = daemon.stored(newest)[0][0]
    assert daemon.ask("DELETE", f"{MANY}/{batch}").json()["n"] == early
    before = decided(daemon)
    assert send(daemon, body, once, path=path).json()["n"] == n - early
    assert decided(daemon) == before + n - early
