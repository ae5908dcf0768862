"""Labelled texts, out of the service and into it again."""

import json
import re

import pytest
from conftest import FIRST_KEY, NO_LIMITS, PATIENCE_S, TRAINER, subprocess

HOSTILE = 'Line\nbreak, "quotes", \\ and \u202e\U0001f600 <b>&amp;</b>'
TEXTS = [f"A remark about the weather in the {n}th week of the year" for n in range(9)]
FEEDBACK = "feedback-only-key"
NEWS = "news-site-key-001"


@pytest.fixture
def d(rig):
    d = rig.daemon(*NO_LIMITS).start()
    d.add_site("news.example", NEWS)
    return d


def lines(*rows):
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def put(d, *rows, body=None, status=200, key=FIRST_KEY, **headers):
    got = d.post(body or lines(*rows), path="/v1/labels", key=key, **headers)
    assert got.status_code == status, got.text
    return got.json()


def page(d, path="/v1/labels", key=FIRST_KEY):
    got = d.get(path, key=key)
    assert got.status_code == 200, got.text
    rows = [json.loads(line) for line in got.content.splitlines()]
    return rows, got.links.get("next", {}).get("url")


def decide(d, id_, kind, **more):
    body = {"decision": kind, **more}
    got = d.post(body, path=f"/v1/comments/{id_}/decision")
    assert got.status_code == 200, got.text


def test_what_teaches_comes_out(d):
    author = {"name": "Ann", "id": "u9", "email": "ann@example.org", "ip": "192.0.2.7"}
    whole = {"content": HOSTILE, "format": "html", "author": author, "thread": "t1"}
    whole["created_at"] = "2017-11-05T01:10:00Z"
    ids = [d.check(whole)["id"]]
    ids += [d.check({"content": text})["id"] for text in TEXTS[:5]]
    for id_, kind in zip(ids, ["spam", "approve", "abuse", "trash", "hold"]):
        decide(d, id_, kind)
    decide(d, ids[5], "spam", learn=False)
    rows, more = page(d)
    assert more is None
    assert [(r["text"], r["label"]) for r in rows] == [
        (HOSTILE, "spam"),
        (TEXTS[0], "ham"),
        (TEXTS[1], "abuse"),
    ]
    decided, by = rows[0].pop("decided"), rows[0].pop("by")
    assert decided > rows[0]["time"] and re.fullmatch("[a-z0-9]{8}", by)
    assert rows[0].pop("basis").keys() == {"model", "counts", "email"}
    assert rows[0].pop("order") < rows[1]["order"] < rows[2]["order"]
    assert rows[0] == {
        "id": rows[0]["id"],
        "text": HOSTILE,
        "label": "spam",
        "format": "html",
        "author": "Ann",
        "author_id": "u9",
        "thread": "t1",
        "time": "2017-11-05T01:10:00.000Z",
        "source": "moderator",
    }
    assert "192.0.2" not in str(rows) and "example.org" not in str(rows)
    assert page(d, key=NEWS) == ([], None)


def test_the_last_said_counts_and_undone_is_gone(d):
    id_ = d.check({"content": TEXTS[0]})["id"]
    decide(d, id_, "spam")
    decide(d, id_, "approve")
    assert [r["label"] for r in page(d)[0]] == ["ham"]
    url = d.url(f"/v1/comments/{id_}/decision")
    auth = {"Authorization": f"Bearer {FIRST_KEY}"}
    d.session.delete(url, headers=auth, timeout=PATIENCE_S)
    assert [r["label"] for r in page(d)[0]] == ["spam"]
    d.session.delete(url, headers=auth, timeout=PATIENCE_S)
    assert page(d)[0] == []


def test_pages(d):
    put(d, *({"text": text, "label": "spam"} for text in TEXTS))
    path, seen = "/v1/labels?limit=4", []
    while path:
        rows, path = page(d, path)
        assert len(rows) <= 4
        seen += [r["text"] for r in rows]
    assert seen == TEXTS
    rows, more = page(d, "/v1/labels?limit=9")
    assert len(rows) == 9 and more is None


def test_a_page_is_bounded(d):
    long = "word " * 6000
    put(d, *({"text": f"{n} {long}", "label": "ham"} for n in range(30)))
    put(d, *({"text": f"{n} {long}", "label": "ham"} for n in range(30, 60)))
    rows, more = page(d)
    assert 30 <= len(rows) < 60 and more
    rest, more = page(d, more)
    assert len(rows) + len(rest) == 60 and more is None


@pytest.mark.parametrize(
    "query,field",
    [
        ("after=x", "after"),
        ("after=-1", "after"),
        ("after=0", "after"),
        ("after=9999999999999999999", "after"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=", "limit"),
    ],
)
def test_a_wrong_page(daemon, query, field):
    got = daemon.get(f"/v1/labels?{query}")
    assert got.status_code == 400
    assert got.json()["detail"].startswith(f"{field}: expected")


def test_import_counts_at_once_and_after_a_restart(d):
    rows = [
        {"text": TEXTS[0], "label": "spam"},
        {"text": TEXTS[1], "label": "ok", "author": "Ann", "email": "ann@example.org"},
        {"text": HOSTILE, "label": "abuse", "format": "html"},
    ]
    assert put(d, *rows) == {"imported": 3, "known": 0}
    for restart in (False, True):
        if restart:
            d.end()
            d.start()
        assert d.check({"content": TEXTS[0]})["action"] == "reject"
        assert d.check({"content": TEXTS[1]})["action"] == "publish"
        assert d.check({"content": HOSTILE, "format": "html"})["action"] == "reject"
    other = d.check({"content": TEXTS[0]}, key=NEWS)
    assert other["action"] == "publish"
    assert put(d, *rows) == {"imported": 0, "known": 3}
    rows[0]["label"] = "ham"
    assert put(d, *rows) == {"imported": 1, "known": 2}
    assert d.check({"content": TEXTS[0]})["action"] == "publish"


def test_out_and_in_again(d):
    ids = [d.check({"content": text})["id"] for text in (HOSTILE, "", TEXTS[0])]
    for id_, kind in zip(ids, ["spam", "approve", "abuse"]):
        decide(d, id_, kind)
    exported = d.get("/v1/labels").content
    assert put(d, body=exported) == {"imported": 0, "known": 3}
    assert put(d, body=exported, key=NEWS) == {"imported": 3, "known": 0}
    both = [{(r["text"], r["label"]) for r in page(d, key=k)[0]} for k in (FIRST_KEY, NEWS)]
    assert both[0] - both[1] == {("", "ham")}  # a text without record needs one
    assert len(both[1]) == 2


def test_the_trainer_reads_what_comes_out(d, tmp_path):
    put(d, {"text": HOSTILE, "label": "spam"}, {"text": TEXTS[0], "label": "abuse"})
    corpus = tmp_path / "labels.ndjson"
    corpus.write_bytes(d.get("/v1/labels").content)
    order = [TRAINER, "score", "--model", d.flags[3], corpus]
    done = subprocess.run(order, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr
    ids = [json.loads(line)["id"] for line in done.stdout.splitlines()]
    assert ids == [r["id"] for r in page(d)[0]]


@pytest.mark.parametrize(
    "body,says",
    [
        (b"[]", "line 2: the line: expected"),
        (b"{", "line 2: not JSON"),
        (lines({"text": "x", "label": "ham"}) + b"\n{]", "line 4: not JSON"),
        (lines({"text": "x"}), "line 2: label: expected"),
        (lines({"text": "x", "label": None}), "line 2: label: expected"),
        (lines({"text": "x", "label": "HAM"}), "line 2: label: expected"),
        (lines({"label": "ham"}), "line 2: text: expected"),
        (lines({"text": 5, "label": "ham"}), "line 2: text: expected"),
        (lines({"text": "x" * 32769, "label": "ham"}), "line 2: text: expected"),
        (lines({"text": "x", "label": "ham", "author": []}), "line 2: author: expected"),
    ],
)
def test_a_wrong_line_refuses_all(daemon, body, says):
    good = lines({"text": TEXTS[0], "label": "spam"})
    assert says in put(daemon, body=good + body, status=400)["detail"]
    assert page(daemon)[0] == []


def test_no_line_at_all(daemon):
    assert "a line of JSON" in put(daemon, body=b"\n \n", status=400)["detail"]


def test_too_many_at_once(d):
    rows = [{"text": f"{n}", "label": "ham"} for n in range(501)]
    assert "500" in put(d, *rows, status=413)["detail"]
    assert page(d)[0] == []
    assert put(d, *rows[:500])["imported"] == 500


def test_once(d):
    row = {"text": TEXTS[0], "label": "spam"}
    first = put(d, row, Idempotency_Key="labels-1")
    assert put(d, row, Idempotency_Key="labels-1") == first
    assert len(page(d)[0]) == 1


def test_scopes(daemon):
    daemon.add_key(FEEDBACK, "check,feedback")
    put(daemon, {"text": "x", "label": "ham"}, key=FEEDBACK, status=403)
    assert daemon.get("/v1/labels", key=FEEDBACK).status_code == 403
