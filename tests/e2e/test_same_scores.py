"""The trainer and the service give the same comment the same numbers."""

import datetime
import gzip
import json
import subprocess

import pytest
from conftest import MODEL, NO_LIMITS, PATIENCE_S, ROOT, TRAINER, with_redis

YOUTUBE = ROOT.parent / "shared/data/youtube.jsonl.gz"

START = datetime.datetime(2020, 2, 1, 9, 50)

TEXTS = """
Thanks for this, I had looked for it everywhere.
BUY CHEAP PILLS NOW http://pills.example/?a=1&b=2 !!!!
you are an idiot and everybody knows it
Great post! I will bookmark your website and come back.
[url=http://casino.example]casino[/url] [url=http://casino.example]bonus[/url]
<p>Is the <b>second</b> edition out yet? &mdash; K.</p>
\u041f\u0440\u0438\u0432\u0435\u0442, \u0441\u043f\u0430\u0441\u0438\u0431\u043e!
\u8bf7\u95ee\u8fd9\u4e2a\u600e\u4e48\u7528\uff1f
Fr\u0435e g\u0456ft c\u0430rds at w\u200bw\u200bw.gift.example
W I N  M O N E Y  at home dot com
\U0001f600\U0001f600\U0001f525 check my channel
sooooo gooooood!!!!!!!
call +49 151 1234567 or mail me@work.example
""".strip().split("\n")

AUTHORS = [
    {"author": "jammy"},
    {"author": "Marie", "email": "marie@mail.example", "ip": "203.0.113.5"},
    {"author": "best SEO", "url": "http://seo.example", "ip": "2001:db8::9"},
    {"author": "Tom", "author_id": "u7", "user_agent": "curl/7.88.1"},
    {},
]


def rows():
    """Two hundred comments in time order, with repeats and empty ones."""
    for i in range(200):
        at = START + datetime.timedelta(seconds=37 * i)
        row = {
            "id": f"r{i}",
            "text": "" if i % 17 == 0 else TEXTS[i * 7 % len(TEXTS)],
            "time": at.isoformat(),
            "thread": f"https://blog.example/{i % 3}",
            "format": "html" if i % 4 == 0 else "text",
            **AUTHORS[i * 3 % len(AUTHORS)],
        }
        if i % 5 == 0:
            row["fill_ms"] = 900 * i
        if i % 41 == 40:
            row["honeypot"] = "http://bot.example"
        yield row


AUTHOR_KEYS = {"author": "name", "author_id": "id"}
AUTHOR_KEYS |= {k: k for k in ("email", "url", "ip", "user_agent")}


def comment_of(row):
    """The row as the API takes it."""
    comment = {"content": row["text"], "author": {}}
    for key in ("id", "thread", "format", "fill_ms", "honeypot"):
        if key in row:
            comment[key] = row[key]
    for key, name in AUTHOR_KEYS.items():
        if key in row:
            comment["author"][name] = row[key]
    comment["created_at"] = row["time"] + "Z"
    return comment


def trained(rows, *flags):
    """What moderato-train makes of the rows, from a pipe."""
    done = subprocess.run(
        [TRAINER, "score", "--model", MODEL, *flags, "-"],
        input="".join(json.dumps(row) + "\n" for row in rows).encode(),
        capture_output=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def strict(answer):
    """What must be equal to the last bit."""
    keys = ("action", "head", "scores", "margin", "bias")
    parts = ("code", "weight", "count", "seconds", "field", "start", "end")
    reasons = [[r.get(p) for p in parts] for r in answer["reasons"]]
    return {k: answer[k] for k in keys} | {"reasons": reasons}


def assert_same(daemon, rows):
    offline = trained(rows, "--why")
    assert len(offline) == len(rows)
    for row, other in zip(rows, offline):
        served = daemon.check(comment_of(row))
        assert other["id"] == row["id"]
        assert strict(served) == strict(other), row


def unlimited(rig):
    return rig.daemon(*NO_LIMITS).start()


def test_through_memory(rig):
    assert_same(unlimited(rig), list(rows()))


def test_through_redis(rig):
    comments = list(rows())
    with_redis(rig, *NO_LIMITS, test=lambda daemon: assert_same(daemon, comments))


def test_on_real_comments(rig):
    """With the timed rows of ../shared/data/youtube, where it is at hand."""
    if not YOUTUBE.exists():
        pytest.skip(f"{YOUTUBE} is not there")
    with gzip.open(YOUTUBE, "rt") as f:
        real = [json.loads(line) for line in f]
    kept = ("id", "text", "author", "time", "thread")
    timed = [{k: r[k] for k in kept} for r in real if r.get("time")][:200]
    assert_same(unlimited(rig), timed)


def test_the_text_alone(rig):
    """Without a time the trainer knows no behaviour; the text's part of the
    margin is the same all the same."""
    daemon = unlimited(rig)
    compared = 0
    for text, other in zip(TEXTS, trained([{"text": t} for t in TEXTS], "--why")):
        served = daemon.check({"content": text, "test": True})
        words = [
            {(r["start"], r["end"]): r["weight"] for r in a["reasons"] if "start" in r}
            for a in (served, other)
        ]
        if served["head"] == other["head"]:
            for place in words[0].keys() & words[1].keys():
                assert words[0][place] == words[1][place]
                compared += 1
    assert compared > len(TEXTS)
