"""What is kept of an author without a comment of his: given out, and erased."""

import json
import sqlite3

import pytest
from conftest import FIRST_KEY, NO_LIMITS, wait_for
from test_doctor import doctor

AKISMET, BLOG = "a1b2c3d4e5f6", "http://blog.example"
DAY_MS = 24 * 3600 * 1000
WORD = "quokkaparade"
MAIL, OTHER = "sub@m.example", "ann@m.example"


@pytest.fixture
def d(rig):
    d = rig.daemon(*NO_LIMITS).start()
    made = d.command("key", "add", "--style", "akismet", "--value", AKISMET)
    assert made.returncode == 0, made.stderr
    return d


def submit(d, what, text, **more):
    form = {"api_key": AKISMET, "blog": BLOG, "user_ip": "192.0.2.7", "comment_content": text}
    got = d.session.post(d.url(f"/1.1/{what}"), data=form | more)
    assert got.ok, got.text


def submitted(d, text, mail, what="submit-spam"):
    submit(d, what, text, comment_author="Sub M", comment_author_email=mail)


def imported(d, text, mail):
    row = {"text": text, "label": "spam", "author": "Sub M", "email": mail}
    assert d.post(row, path="/v1/labels").ok


def ask(d, verb, **whose):
    got = d.operate("POST", f"/v1/authors:{verb}?site=default", whose)
    assert got.status_code == 200, got.text
    return got.json()


def labels(d):
    return {row["text"]: row for row in map(json.loads, d.get("/v1/labels").text.splitlines())}


def is_on_disk(d, word=WORD):
    files = d.var.glob("moderato.db*")
    return any(word.encode() in path.read_bytes() for path in files)


WAYS = {
    "submit-spam": (submitted, "spam"),
    "submit-ham": (lambda d, *of: submitted(d, *of, what="submit-ham"), "approve"),
    "imported": (imported, "spam"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_text_without_a_comment_is_its_authors(d, way):
    put, kind = WAYS[way]
    text, kept = f"I sell {WORD} and more of it", "I only know them from the zoo"
    put(d, text, MAIL)
    put(d, kept, OTHER)
    seen = ask(d, "export", email=" Sub@M.example")
    (label,) = seen["labels"]
    assert (seen["comments"], seen["next"]) == ([], None)
    assert (label["content"], label["decision"], label["undone_at"]) == (text, kind, None)
    shown = d.command("author", "export", "--site", "default", "--email", MAIL, "--json")
    assert json.loads(shown.stdout)["labels"] == [label]

    erased = d.command("author", "erase", "--site", "default", "--email", MAIL)
    assert erased.stdout.startswith("0 comments, 1 texts without one "), erased.stderr
    assert set(labels(d)) == {kept}
    assert ask(d, "export", email=MAIL)["labels"] == []
    assert ask(d, "export", email=OTHER)["labels"][0]["content"] == kept
    wait_for("the files", lambda: not is_on_disk(d))
    # what the text is stays known, as of comments that are erased
    action = d.check({"content": text})["action"]
    assert (action == "publish") == (kind == "approve")


def test_one_text_is_erased_by_its_label(d):
    """Perspective says of nobody who wrote it."""
    text = f"I sell {WORD} and more of it"
    score = {"SPAM": {"summaryScore": {"value": 1, "type": "PROBABILITY"}}}
    body = {"comment": {"text": text}, "attributeScores": score}
    path = f"/v1alpha1/comments:suggestscore?key={FIRST_KEY}"
    assert d.post(body, path=path, Authorization="").ok
    (label,) = ask(d, "export", comment=labels(d)[text]["id"])["labels"]
    assert label["content"] == text
    assert ask(d, "erase", comment=label["id"])["labels"] == 1
    assert labels(d) == {}
    wait_for("the files", lambda: not is_on_disk(d))


def test_many_in_pages(d):
    """More than one page, beside comments, and more than is erased at once."""
    author = {"email": MAIL, "name": "Sub M"}
    d.batch([{"content": f"comment {i}", "author": author} for i in range(3)])
    row = {"label": "ham", "email": MAIL, "author": "Sub M"}
    rows = [row | {"text": f"text {i} of many"} for i in range(70)]
    assert d.post("\n".join(map(json.dumps, rows)).encode(), path="/v1/labels").ok
    found, after = [], ""
    while after is not None:
        path = f"/v1/authors:export?site=default&limit=20&after={after}"
        got = d.operate("POST", path, {"email": MAIL})
        assert got.status_code == 200, got.text
        got = got.json()
        found += [each["content"] for each in got["comments"] + got["labels"]]
        after = got["next"]
    assert len(found) == len(set(found)) == 73
    erased = ask(d, "erase", email=MAIL)
    assert (erased["comments"], erased["labels"]) == (3, 70)
    his = "SELECT count(*) FROM decision WHERE author_email <> '' OR author <> 0"
    assert d.stored(his) == [(0,)]
    (entry,) = d.stored("SELECT after FROM audit WHERE action = 'author.erased'")
    assert json.loads(entry[0]) == {"comments": 3, "labels": 70}


def test_a_pseudonym_goes_with_its_text(d):
    submitted(d, f"I sell {WORD} and more of it", MAIL)
    d.end()
    with sqlite3.connect(d.var / "moderato.db") as store:
        store.execute("UPDATE decision SET created_at = created_at - ?", [91 * DAY_MS])
    store.close()
    d.start()
    d.check({"content": "What came just now says that the clock is right."})
    left = "SELECT content, author_email FROM decision"
    wait_for("retention", lambda: d.stored(left) == [("", "")])


def test_a_text_of_a_comment_is_kept_once(d):
    """The record says whose it is, the decision need not."""
    text = f"I sell {WORD} and more of it"
    id_ = d.check({"content": text, "author": {"email": MAIL}})["id"]
    submitted(d, text, MAIL)
    assert d.stored("SELECT comment, content, author_email FROM decision") == [(id_, "", "")]
    assert ask(d, "export", email=MAIL)["labels"] == []


def test_with_another_secret_nobody_is_said_to_be_there(d):
    """Who is found by pseudonyms is not found with those of another."""
    d.check({"content": WORD, "author": {"name": "Sub M", "email": MAIL}})
    assert d.end() == 0
    secret = d.var / "secret"
    kept = secret.read_bytes()
    secret.write_bytes(kept[::-1])
    d.start()
    assert d.event("secret.other") is not None
    for verb in "export", "erase":
        done = d.command("author", verb, "--email", MAIL)
        assert done.returncode == 1 and "another secret" in done.stderr, done
    assert d.end() == 0
    assert is_on_disk(d)
    secret.write_bytes(kept)
    d.start()
    assert ask(d, "erase", email=MAIL)["comments"] == 1


def test_a_store_of_before_does_not_take_the_first_secret(d):
    """Its own comments tell that it is another's, at every start; and which is right."""
    comment = {"content": WORD, "thread": "/p", "author": {"name": "Sub M", "email": MAIL}}
    d.check(comment)
    wait_for("index", lambda: d.stored("SELECT done FROM card_progress") == [(1,)])
    assert d.end() == 0
    with sqlite3.connect(d.var / "moderato.db") as store:
        store.execute("UPDATE secret_mark SET mark = 0, cards = 1")
    store.close()
    secret = d.var / "secret"
    kept = secret.read_bytes()
    secret.write_bytes(kept[::-1])
    for _ in range(2):
        d.start()
        assert d.event("secret.other") is not None
        d.check(comment)
        assert d.end() == 0
        assert doctor(d)[1]["secret"][0] == "warning"
    secret.write_bytes(kept)
    d.start()
    assert d.event("secret.other") is None
    assert doctor(d)[1]["secret"][0] == "ok"
    assert ask(d, "export", email=MAIL)["comments"]
