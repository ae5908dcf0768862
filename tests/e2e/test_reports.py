"""What readers report: counted once, queued, settled by a decision, and
enough of them take a comment back."""

import itertools

import pytest
import requests
from conftest import FIRST_KEY, NO_LIMITS, wait_for
from people import invite
from test_live import Stream

SAID = itertools.cycle((
    "the bread of the bakery is as good as it was years ago",
    "our library lends bicycles in summer, and nobody knows",
    "does the ferry to the island still leave at noon",
    "my grandfather built that bridge with eleven others",
    "you forgot the chapel behind the school, it is older",
    "we walked through the forest and met a fox",
    "a second photograph of the harbour would be welcome",
    "the theatre had red chairs when I was a child",
    "the recipe worked with rye flour as well",
    "who keeps the keys of the castle on Sundays",
    "snow fell in the valley until the middle of May",
    "the trains are late, but the staff are kind",
    "I learned to swim in this very river",
    "her second book is longer, and I liked it more",
    "the museum closes an hour earlier in winter",
    "thank you for writing about the market again",
    "our teacher told us the same story about the mill",
    "is there a bus from the station to the park",
))
CHECK, FEEDBACK, VIEW = "check-only-key-01", "feedback-only-001", "view-only-key-001"


@pytest.fixture(scope="module")
def d(shared_rig):
    flags = (*NO_LIMITS, "--flood", "0")
    d = shared_rig.daemon(*flags, "--limit-sign-ins", "0").start()
    for key, scope in ((CHECK, "check"), (FEEDBACK, "feedback"), (VIEW, "view")):
        d.add_key(key, scope)
    return d


@pytest.fixture(scope="module")
def person(d):
    return invite(d, "looks.after", "moderator", "default")


@pytest.fixture
def comment(d):
    """The id of one that is published."""
    text = next(SAID)
    got = d.check({"content": text, "author": {"id": "u1", "name": "Ada"}})
    assert got["action"] == "publish"
    return got["id"]


def report(d, comment, reporter="r1", reason="spam", key=CHECK, **more):
    body = {"reason": reason, "reporter": reporter, **more}
    got = d.ask("POST", f"/v1/comments/{comment}/reports", body, key=key)
    assert got.status_code == 200, got.text
    return got.json()


def reports_of(d, comment):
    return d.get(f"/v1/comments/{comment}/reports", key=VIEW).json()


def counts(d):
    return d.get("/v1/queue/counts").json()


def queued(d, **fields):
    query = {"state": "reported", "order": "newest", "limit": 200, **fields}
    asked = requests.Request(url="http://x/v1/queue", params=query).prepare()
    return [i["id"] for i in d.get(asked.path_url).json()["items"]]


def item(d, comment):
    return d.get(f"/v1/comments/{comment}/context").json()["item"]


def words_of(d, comment):
    """In a row, as the queue is asked for them."""
    return f'"{item(d, comment)["content"]}"'


def decide(d, comment, kind):
    got = d.ask("POST", f"/v1/comments/{comment}/decision", {"decision": kind})
    assert got.status_code == 200, got.text


def set_hold(d, n):
    got = d.ask("PATCH", "/v1/sites/default", {"settings": {"report_hold": n}})
    assert got.status_code == 200, got.text


def test_each_reader_counts_once(d, comment):
    assert item(d, comment)["reports"] is None
    assert report(d, comment) == {
        "id": comment, "state": "published", "counted": True, "n": 1,
    }
    assert not report(d, comment, reason="abuse")["counted"]
    assert report(d, comment, "r2", "off_topic", FEEDBACK)["n"] == 2
    got = reports_of(d, comment)
    assert (got["n"], got["open"]) == (2, True)
    assert got["reasons"] == {"spam": 1, "abuse": 0, "off_topic": 1, "other": 0}
    assert [r["reason"] for r in got["reports"]] == ["off_topic", "spam"]
    shown = item(d, comment)["reports"]
    assert shown == {k: v for k, v in got.items() if k != "reports"}


def test_who_reports_stays_with_the_engine(d, comment):
    report(d, comment, "203.0.113.77", note="he calls me names")
    (one,) = reports_of(d, comment)["reports"]
    assert one["note"] == "he calls me names"
    text = str(list(d.var.glob("moderato.db*")) and b"".join(
        path.read_bytes() for path in d.var.glob("moderato.db*")))
    assert "203.0.113.77" not in text and one["reporter"] in text
    assert "203.0.113.77" not in str(d.log())


def test_the_queue_has_it_until_somebody_decides(d, comment):
    before = counts(d)
    report(d, comment)
    now = counts(d)
    assert now["reported"] == before["reported"] + 1
    assert now["sites"][0]["reported"] == now["reported"]
    assert now["published"] == before["published"]
    assert comment in queued(d)
    wait_for("its card", lambda: comment in queued(d, order="risk"))
    assert comment in queued(d, q=words_of(d, comment))
    assert comment not in queued(d, q="butcher")
    decide(d, comment, "approve")
    assert comment not in queued(d)
    assert counts(d)["reported"] == before["reported"]
    assert not item(d, comment)["reports"]["open"]
    report(d, comment)
    assert comment not in queued(d)  # he said so before
    report(d, comment, "r2")
    assert comment in queued(d)
    decide(d, comment, "spam")
    assert comment not in queued(d)
    assert report(d, comment, "r3")["state"] == "rejected"
    assert comment not in queued(d)
    assert d.ask("DELETE", f"/v1/comments/{comment}/decision").status_code == 200
    assert comment in queued(d)


def test_many_at_once(d, comment):
    report(d, comment)
    words = words_of(d, comment)
    order = {"filter": {"state": "reported", "q": words},
             "decision": "approve", "learn": False}
    wait_for("its card", lambda: comment in queued(d, q=words))
    got = d.ask("POST", "/v1/queue/decisions", order).json()
    assert got["n"] == 1 and comment not in queued(d)


@pytest.mark.parametrize("body, pointer", [
    ({"reporter": "r"}, "/reason"),
    ({"reason": "dislike", "reporter": "r"}, "/reason"),
    ({"reason": 1, "reporter": "r"}, "/reason"),
    ({"reason": "spam"}, "/reporter"),
    ({"reason": "spam", "reporter": ""}, "/reporter"),
    ({"reason": "spam", "reporter": "r" * 257}, "/reporter"),
    ({"reason": "spam", "reporter": "r", "note": ""}, "/note"),
    ({"reason": "spam", "reporter": "r", "note": "n" * 1025}, "/note"),
    ({"reason": "spam", "reporter": "r", "more": 1}, "/more"),
])
def test_what_does_not_fit(d, comment, body, pointer):
    got = d.ask("POST", f"/v1/comments/{comment}/reports", body, key=CHECK)
    assert got.status_code == 422, got.text
    assert got.json()["errors"][0]["pointer"] == pointer
    assert reports_of(d, comment)["n"] == 0


def test_nobody_s_comment(d):
    path = "/v1/comments/01BX5ZZKBKACTAV9WEVGEMMVS0/reports"
    body = {"reason": "spam", "reporter": "r"}
    assert d.ask("POST", path, body).status_code == 404
    assert d.get(path).status_code == 404


def test_those_who_watch_are_told(d, comment, person):
    stream = Stream(d, key=FIRST_KEY)
    try:
        report(d, comment)
        got = stream.wait("queue", kind="reported", id=comment)
        assert (got["state"], got["by"], got["n"]) == ("published", None, 1)
        # others bring it nowhere, until somebody decides
        report(d, comment, "r2")
        decide(d, comment, "approve")
        report(d, comment, "r3")
        decide(d, comment, "spam")
        report(d, comment, "r4")
        assert d.ask("DELETE", f"/v1/comments/{comment}/decision").status_code == 200
        stream.wait("queue", kind="undone", id=comment)
        kinds = [e["kind"] for e in stream.of("queue") if e["id"] == comment]
        assert kinds == ["reported", "decided", "reported", "decided", "undone"]
    finally:
        stream.close()


def test_enough_of_them_take_it_back(d, comment, person):
    set_hold(d, 3)
    stream = Stream(d, key=FIRST_KEY)
    try:
        assert report(d, comment, "r1")["state"] == "published"
        assert report(d, comment, "r1")["state"] == "published"
        assert report(d, comment, "r2")["state"] == "published"
        assert report(d, comment, "r3") == {
            "id": comment, "state": "held", "counted": True, "n": 3,
        }
        stream.wait("queue", kind="decided", id=comment, by="readers", state="held")
    finally:
        stream.close()
    assert comment not in queued(d) and comment in queued(d, state="held")
    (made,) = d.get(f"/v1/comments/{comment}").json()["history"]
    assert (made["actor"], made["decision"], made["learn"]) == ("readers", "hold", False)
    # what people say holds: only new readers count
    decide(d, comment, "approve")
    assert report(d, comment, "r4")["state"] == "published"
    assert comment in queued(d)
    report(d, comment, "r5")
    assert report(d, comment, "r6")["state"] == "held"
    set_hold(d, 0)


def test_the_hold_is_told_and_written_down(d, comment):
    hook = d.ask("POST", "/v1/webhooks", {"url": "https://203.0.113.7/hook"}).json()
    set_hold(d, 1)
    assert report(d, comment)["state"] == "held"
    set_hold(d, 0)
    told = d.get(f"/v1/webhooks/{hook['id']}/deliveries").json()["deliveries"]
    assert [(t["type"], t["comment"]) for t in told] == [("comment.decided", comment)]
    d.ask("DELETE", f"/v1/webhooks/{hook['id']}")
    entries = d.operate("GET", "/v1/audit").json()["entries"]
    entry = next(e for e in entries if e["subject"] == comment)
    assert (entry["actor"], entry["action"]) == ("readers", "comment.decided")
    assert entry["after"]["learn"] is False
    # the same text is judged as before
    text = item(d, comment)["content"]
    assert d.check({"content": text, "author": {"id": "u2"}})["action"] == "publish"


def test_a_deleted_site_has_none_left(rig):
    d = rig.daemon().start()
    d.add_site("other", "key-of-the-other")
    got = d.check({"content": "A good one about the garden"}, key="key-of-the-other")
    report(d, got["id"], key="key-of-the-other", note="unmistakable")
    assert d.operate("DELETE", "/v1/sites/other?confirm=other").status_code == 200

    def gone():
        ask = "SELECT (SELECT count(*) FROM report) + (SELECT count(*) FROM reported)"
        return d.stored(ask) == [(0,)]

    wait_for("the reports to go", gone)
