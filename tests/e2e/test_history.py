"""What was judged, and that the same model says the same of it again."""

import json
import sqlite3
import urllib.parse

import pytest
from conftest import FIRST_KEY, NO_LIMITS
from test_same_scores import comment_of, rows, trained

KEYS = {"id", "text", "label", "time", "basis", "verdict"}


@pytest.fixture
def d(rig):
    return rig.daemon(*NO_LIMITS).start()


def pages(d, query=""):
    """All lines, and how many pages they came on."""
    path, lines, n = f"/v1/history{query}", [], 0
    while path is not None:
        got = d.get(path, key=FIRST_KEY)
        assert got.status_code == 200, got.text
        lines += [json.loads(line) for line in got.content.splitlines()]
        path, n = got.links.get("next", {}).get("url"), n + 1
    return lines, n


def test_pages_the_newest_first(d):
    ids = [d.check({"content": f"A remark, number {n}"})["id"] for n in range(7)]
    lines, n = pages(d, "?limit=3")
    assert [line["id"] for line in lines] == ids[::-1] and n == 3
    assert lines[0].keys() == KEYS and lines[0]["label"] is None
    assert pages(d, "?days=1&limit=3") == (lines, n)
    for wrong in ("before=x", "days=0", "days=x", "limit=501"):
        assert d.get(f"/v1/history?{wrong}").status_code == 400


@pytest.mark.parametrize("what", ("history?days=1&", "labels?"))
def test_the_next_page_is_asked_for_as_the_one_before(d, what):
    name, key = "A site, of “others”", "key-of-that-site-1"
    d.add_site(name, key)
    for n in range(3):
        id_ = d.check({"content": f"One more remark, the {n}th"}, key=key)["id"]
        d.ask("POST", f"/v1/comments/{id_}/decision", {"decision": "spam"}, key=key)
    path, texts = f"/v1/{what}limit=1&site={urllib.parse.quote(name)}", []
    while path is not None:
        got = d.operate("GET", path)
        assert got.status_code == 200, got.text
        texts += [json.loads(line)["text"] for line in got.content.splitlines()]
        path = got.links.get("next", {}).get("url")
        assert path is None or ("days=1" in path) == ("days=1" in what)
    assert len(set(texts)) == len(texts) == 3


def test_replayed_bit_for_bit(d):
    """Behaviour, forms, robots: all that the scores stood on is there."""
    comments = [comment_of(row) for row in rows()]
    answers = {}
    for comment in comments:
        answer = d.check(comment)
        answers[answer["id"]] = answer
    lines = pages(d)[0]
    assert {line["id"] for line in lines} == set(answers)
    assert any(line["basis"].get("honeypot") for line in lines)
    assert any(line["basis"].get("agent") == "curl/" for line in lines)
    text = json.dumps(lines)
    assert "7.88.1" not in text and "203.0.113" not in text and "marie@" not in text
    again = {line["id"]: line for line in trained(lines, "--why")}
    for id_, answer in answers.items():
        for key in ("scores", "margin", "bias", "head", "action"):
            assert again[id_][key] == answer[key]


def test_an_old_record_has_no_basis(d):
    id_ = d.check({"content": "before the change"})["id"]
    d.end()
    with sqlite3.connect(d.var / "moderato.db") as db:
        db.execute("UPDATE comment SET basis = ''")
    d.start()
    assert "basis" not in pages(d)[0][0]
    assert d.operate("GET", "/v1/models/default/compare").status_code == 200
    assert pages(d)[0][0]["id"] == id_
