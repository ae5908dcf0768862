"""What the model hardly knows is held, not rejected; corpora when they are there."""

import gzip
import json
import subprocess

import pytest
from conftest import MODEL, ROOT, TRAINER

DATA = ROOT.parent / "shared/data"
# "Buy cheap pills now" in Georgian, which the model never learned
STRANGE = "იყიდეთ იაფი აბები ახლავე 5000$ whatsapp +99532123456 💰💰"


def score(rows, text_only=True):
    how = ["--text-only"] if text_only else []
    done = subprocess.run(
        [TRAINER, "score", "--model", MODEL, "--why", *how, "/dev/stdin"],
        input="".join(json.dumps(row) + "\n" for row in rows).encode(),
        capture_output=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


def unfamiliar(verdict):
    return [r for r in verdict["reasons"] if r["code"] == "unfamiliar"]


def test_it_is_held_and_says_why():
    (got,) = score([{"id": "1", "text": STRANGE}])
    assert got["scores"]["spam"] > 0.99 and got["action"] == "hold"
    (why,) = unfamiliar(got)
    assert why["weight"] == 0 and "new to the model" in why["text"]
    total = got["bias"] + sum(r["weight"] for r in got["reasons"])
    assert total == pytest.approx(got["margin"], abs=1e-6)


def test_everyday_comments_in_many_languages_are_published():
    """Of templates that the model has not seen."""
    made = subprocess.run(
        [TRAINER, "scenarios", "--about", "everyday", "--split", "test", "--seed", "3",
         "--rows", "4000"],
        cwd=ROOT, check=True, stdout=subprocess.PIPE, timeout=60,
    )
    rows = [json.loads(line) for line in made.stdout.splitlines()]
    verdicts = score(rows)
    assert len({row["lang"] for row in rows}) == 48
    actions = [v["action"] for v in verdicts]
    assert actions.count("publish") > 0.96 * len(actions)
    assert actions.count("reject") < 0.001 * len(actions)


@pytest.fixture(scope="module")
def on_blogs():
    """Comments on blogs of templates that the model has not seen."""
    made = subprocess.run(
        [TRAINER, "scenarios", "--about", "blogs", "--split", "test", "--seed", "3",
         "--rows", "5000"],
        cwd=ROOT, check=True, stdout=subprocess.PIPE, timeout=60,
    )
    return [json.loads(line) for line in made.stdout.splitlines()]


def shares(rows):
    actions = [v["action"] for v in score(rows, text_only=False)]
    return {a: actions.count(a) / len(actions) for a in ("publish", "hold", "reject")}


def test_comments_on_blogs_are_told_apart(on_blogs):
    """As they come: with names and addresses, as text and as HTML."""
    good = shares([r for r in on_blogs if r["label"] == "ham"])
    assert good["publish"] > 0.95 and good["reject"] < 0.004
    assert shares([r for r in on_blogs if r["label"] == "spam"])["publish"] < 0.1


def test_what_an_engine_leaves_out_holds_no_good_comment(on_blogs):
    """Names, mail addresses and HTML are no sign of spam by themselves."""
    good = [r for r in on_blogs if r["label"] == "ham" and "url" not in r]
    bare = [{k: r[k] for k in ("id", "text", "label", "format") if k in r} for r in good]
    named = [dict(r, author="Jo Carter") for r in bare]
    mailed = [dict(r, email="jo.carter@gmail.com", ip="192.0.2.1") for r in named]
    held = [1 - shares(rows)["publish"] for rows in (bare, named, mailed)]
    assert max(held) - min(held) < 0.02
    html, text = ([r for r in good if ("format" in r) == is_html] for is_html in (True, False))
    assert abs(shares(html)["publish"] - shares(text)["publish"]) < 0.02


@pytest.mark.parametrize(
    "name, most",
    [("sms", 0.002), ("telegram_ru", 0.002), ("sms_tr", 0.1), ("youtube_2022", 0.02)],
)
def test_little_spam_escapes_rejection(name, most):
    """Of what was rejected: none to speak of where the language is known, and
    little in Turkish, which is not."""
    path = DATA / f"{name}.jsonl.gz"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    with gzip.open(path, "rt") as lines:
        rows = [r for r in map(json.loads, lines) if r["label"] == "spam"]
    got = score(rows)
    held = sum(1 for v in got if unfamiliar(v))
    rejected = sum(1 for v in got if v["action"] in ("reject", "discard"))
    assert rejected > 400 and held <= most * rejected
