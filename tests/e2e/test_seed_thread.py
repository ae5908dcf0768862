"""The golden thread of tests/data/seed_thread.ndjson, in all its guises."""

import copy
import json

import pytest
from conftest import ROOT, with_redis

ROWS = (ROOT / "tests/data/seed_thread.ndjson").read_text().splitlines()

# An ordinary comment by somebody, and jammy's two: what may become of each,
# and what must be among the reasons.
EXPECTED = [
    (["publish"], []),
    (["hold", "reject"], [{"code": "empty"}]),
    (
        ["reject", "discard"],
        [{"code": "empty"}, {"code": "repeat.author", "count": 2, "seconds": 60}],
    ),
]

BLANKS = " \t\r\n\u00a0\u2003\u3000"
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"

AUTHORS = {
    "as it was": {},
    "with an address": {"ip": "203.0.113.7"},
    "with a mail address": {"email": "jammy@mail.example"},
    "with an account": {"id": "u9"},
    "with everything": {
        "id": "u9",
        "email": "jammy@mail.example",
        "ip": "2001:db8::7",
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/57.0",
    },
}

BODIES = {
    "nothing": {"content": ""},
    "blanks": {"content": BLANKS},
    "zero width": {"content": INVISIBLE},
    "both": {"content": " \u200b\n\u200d "},
    "html": {"content": "", "format": "html"},
    "tags": {"content": "<p><br>&nbsp;</p>\n<p></p>", "format": "html"},
}


def comment_of(row):
    """A row of a corpus as the API takes it."""
    return {
        "content": row["text"],
        "author": {"name": row["author"]},
        "created_at": row["time"],
        "thread": row["thread"],
    }


THREAD = [comment_of(json.loads(row)) for row in ROWS]


def jammys(author=None, body=None):
    """The thread with jammy's two comments changed."""
    thread = copy.deepcopy(THREAD)
    for comment in thread[1:]:
        comment["author"].update(author or {})
        comment.update(body or {})
    return thread


def play(daemon, thread):
    return [daemon.check(comment) for comment in thread]


def assert_as_expected(answers):
    for answer, (actions, reasons) in zip(answers, EXPECTED):
        assert answer["action"] in actions, answer
        for wanted in reasons:
            assert any(wanted.items() <= r.items() for r in answer["reasons"]), answer
    first, second = answers[1:]
    assert second["scores"]["spam"] > first["scores"]["spam"]
    assert second["margin"] > first["margin"]


@pytest.mark.parametrize("author", AUTHORS)
def test_author(rig, author):
    thread = jammys(author=AUTHORS[author])
    assert_as_expected(play(rig.daemon().start(), thread))


@pytest.mark.parametrize("body", BODIES)
def test_body(rig, body):
    thread = jammys(body=BODIES[body])
    assert_as_expected(play(rig.daemon().start(), thread))


def test_a_repeat_however_it_is_written(rig):
    """Two kinds of nothing are the same text."""
    thread = jammys()
    thread[2]["content"] = "\u200b "
    assert_as_expected(play(rig.daemon().start(), thread))


def test_others_are_not_held_for_it(rig):
    daemon = rig.daemon().start()
    play(daemon, THREAD)
    after = copy.deepcopy(THREAD[0])
    after["author"]["name"] = "Tom"
    after["content"] = "Good summary, thanks. Is there a date for the second part?"
    after["created_at"] = "2017-11-05T01:30:00Z"
    assert daemon.check(after)["action"] == "publish"


@pytest.mark.parametrize("author", AUTHORS)
def test_redis_gives_the_same_answers(rig, author):
    thread = jammys(author=AUTHORS[author])
    memory = rig.daemon().start()
    expected = play(memory, thread)
    for answer in expected:
        del answer["id"]

    def same(daemon):
        answers = play(daemon, thread)
        assert_as_expected(answers)
        for answer in answers:
            del answer["id"]
        assert answers == expected

    with_redis(rig, test=same)
