"""clients/form: a static site's form, behind a server that knows CGI."""

import datetime
import fcntl
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import urllib.parse

import pytest
from conftest import FIRST_KEY, PATIENCE_S, ROOT

FORM = ROOT / "clients/form"
HAM = "The second photograph is from the old harbour, I was there in 1974."
SPAM = "Make $5000 weekly, ask Mrs Brenda on WhatsApp +1 234 567 8900"


class Site:
    """A site's own server, as far as a CGI program can tell."""

    def __init__(self, folder, service):
        self.comments, self.service = folder, service

    def run(self, program, body=b"", **more):
        settings = {
            "PATH": os.environ["PATH"],
            "MODERATO_URL": f"http://127.0.0.1:{self.service.port}",
            "MODERATO_KEY": FIRST_KEY,
            "COMMENTS": str(self.comments),
        }
        done = subprocess.run(
            [FORM / program],
            input=body, env=settings | more, capture_output=True, timeout=PATIENCE_S,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done

    def call(self, body=b"", **more):
        cgi = {
            "REQUEST_METHOD": "POST",
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_ADDR": "192.0.2.7",
            "HTTP_USER_AGENT": "Mozilla/5.0",
        }
        done = self.run("comment.py", body, **cgi | more)
        head, _, text = done.stdout.decode().partition("\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.split("\r\n"))
        return headers, text

    def send(self, **form):
        whole = {"page": "/harbour.html", "name": "Ann", "comment": HAM} | form
        return self.call(urllib.parse.urlencode(whole).encode())

    def kept(self, name):
        path = self.comments / f"{name}.ndjson"
        text = path.read_text() if path.exists() else ""
        return [json.loads(line) for line in text.splitlines()]

    def put(self, name, line):
        with open(self.comments / f"{name}.ndjson", "a") as file:
            print(json.dumps(line), file=file)


@pytest.fixture
def site(rig):
    return Site(rig.place(), rig.daemon().start())


def where(answer):
    """Where the reader is led to."""
    headers, _ = answer
    assert headers["Status"] == "303 See Other"
    return headers["Location"]


def test_good_comments_are_shown_and_others_wait(site):
    assert where(site.send()) == "/harbour.html?comment=published"
    assert where(site.send(comment=SPAM)) == "/harbour.html?comment=waiting"
    good = site.send(name="Bob", comment="And the ship on the left?", homepage2="x")
    assert where(good) == "/harbour.html?comment=waiting"
    (line,) = site.kept("published")
    assert (line["page"], line["comment"]) == ("/harbour.html", HAM)
    assert len(site.kept("waiting")) == 2
    record = site.service.get(f"/v1/comments/{line['id']}").json()
    assert record["comment"]["thread"] == "/harbour.html"


@pytest.mark.parametrize("page", ["/~ann/caf%C3%A9.html", "/a%20b/", "/%0d%0aX"])
def test_pages_as_addresses_write_them(site, page):
    assert where(site.send(page=page)) == f"{page}?comment=published"
    assert [line["page"] for line in site.kept("published")] == [page]


def test_nothing_is_lost_while_the_service_is_away(site):
    site.service.end()
    assert where(site.send()) == "/harbour.html?comment=waiting"
    (line,) = site.kept("waiting")
    assert (line["action"], line["id"], line["comment"]) == ("hold", None, HAM)


BAD = {
    "no comment": ({"comment": " "}, "400", "The field comment is empty."),
    "no name": ({"name": ""}, "400", "The field name is empty."),
    "a long name": ({"name": "x" * 101}, "400", "The field name is too long."),
    "another site": ({"page": "//evil.example/"}, "400", "The field page is no path"),
    "an address": ({"page": "https://evil.example/"}, "400", "The field page is no"),
    "half an escape": ({"page": "/x%2"}, "400", "The field page is no path"),
    "a question": ({"page": "/x?a=b"}, "400", "The field page is no path"),
    "a header": ({"page": "/x\r\nSet-Cookie: a=b"}, "400", "The field page is no"),
    "far too long": ({"comment": "x" * 70000}, "413", "This comment is too long."),
    "a mail of many bytes": ({"email": "ä" * 190}, "400", "The field email is too long."),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_forms(site, case):
    form, status, text = BAD[case]
    headers, body = site.send(**form)
    assert headers["Status"].startswith(status) and "Set-Cookie" not in headers
    assert body.startswith(text)
    assert site.kept("published") == site.kept("waiting") == []


def test_a_comment_of_many_bytes(site):
    """Fewer characters than there may be; browsers would send it longer still."""
    headers, body = site.call(f"page=/x&name=Ann&comment={'€' * 11000}".encode())
    assert headers["Status"].startswith("400")
    assert body.startswith("The field comment is too long.")


@pytest.mark.parametrize("field", ["name", "email", "comment"])
def test_a_byte_that_no_text_has(site, field):
    assert where(site.send(**{field: f"{HAM[:40]}\0{HAM[40:80]}"})).endswith("published")
    (line,) = site.kept("published")
    if field in line:
        assert line[field] == f"{HAM[:40]}\ufffd{HAM[40:80]}"


def test_a_browser_of_any_bytes(site):
    whole = urllib.parse.urlencode({"page": "/harbour.html", "name": "Ann", "comment": HAM})
    agent = os.fsdecode(b"Mozilla/5.0 \xff" + "€".encode() * 500)
    assert where(site.call(whole.encode(), HTTP_USER_AGENT=agent)).endswith("published")


# more than the service takes, which a form cannot send
NO_ADDRESS = {"REMOTE_ADDR": "x" * 70}


def test_what_is_refused_is_told_at_once(site):
    whole = urllib.parse.urlencode({"page": "/harbour.html", "name": "Ann", "comment": HAM})
    headers, body = site.call(whole.encode(), **NO_ADDRESS)
    assert headers["Status"].startswith("400")
    assert body.startswith("This comment cannot be taken")
    assert site.kept("published") == site.kept("waiting") == []


def test_what_is_refused_later_is_put_aside(site):
    """As comment.py of before kept it, and asked about again for ever."""
    site.service.end()
    site.send()
    site.send(name="Bob", comment=SPAM)
    good, bad = site.kept("waiting")
    bad["asked"]["comment"]["content"] += "x" * 40000
    (site.comments / "waiting.ndjson").write_text("")
    for line in bad, good:
        site.put("waiting", line)
    site.service.start()
    said = site.run("settle.py").stderr.decode()
    assert said.count("settle.py: ") == 1 and "/harbour.html: put aside: " in said
    assert SPAM not in said
    assert (site.kept("aside"), site.kept("waiting")) == ([bad], [])
    assert [line["comment"] for line in site.kept("published")] == [HAM]
    assert site.run("settle.py").stderr == b""
    assert site.kept("aside") == [bad]


def test_what_was_never_judged_is_not_lost(site):
    site.service.end()
    site.send()
    (line,) = site.kept("waiting")
    old = line | {"time": "2020-01-01T00:00:00Z"}
    (site.comments / "waiting.ndjson").write_text("")
    site.put("waiting", old)
    assert b"put aside: it was never judged" in site.run("settle.py").stderr
    assert (site.kept("aside"), site.kept("waiting")) == ([old], [])


def test_only_a_post_is_a_comment(site):
    headers, _ = site.call(REQUEST_METHOD="GET")
    assert headers["Status"].startswith("405")


def test_who_waits_goes_where_people_decide(site):
    texts = [SPAM + f" {way}" for way in ("for you", "in a year", "from home")]
    for text in texts:
        assert where(site.send(comment=text)).endswith("waiting")
    good, bad, unsure = site.kept("waiting")
    for line, decision in (good, "approve"), (bad, "spam"):
        path = f"/v1/comments/{line['id']}/decision"
        site.service.check({"decision": decision}, path=path)
    site.run("settle.py")
    assert site.kept("published") == [good]
    assert site.kept("waiting") == [unsure]
    (removed,) = site.kept("removed")
    assert bad.items() < removed.items()

    # and on, as long as they may be decided about
    path = f"/v1/comments/{good['id']}/decision"
    site.service.ask("DELETE", path)
    site.run("settle.py")
    assert (site.kept("published"), site.kept("waiting")) == ([], [good, unsure])
    site.service.check({"decision": "approve"}, path=path)
    site.run("settle.py")
    assert (site.kept("published"), site.kept("waiting")) == ([good], [unsure])

    site.put("waiting", unsure | {"time": "2020-01-01T00:00:00Z"})
    site.service.end()
    site.send()
    away = site.kept("waiting")[-1]
    assert b"settle.py: " in site.run("settle.py").stderr
    assert site.kept("waiting") == [unsure, away]


def test_what_was_published_goes_where_people_decide(site):
    site.send()
    site.send(name="Bob", comment="And the ship on the left?")
    bad, good = site.kept("published")
    site.service.check({"decision": "spam"}, path=f"/v1/comments/{bad['id']}/decision")
    published = site.comments / "published.ndjson"
    site.run("settle.py")
    assert (site.kept("published"), site.kept("waiting")) == ([good], [])

    def version():
        stat = published.stat()
        return stat.st_ino, stat.st_mtime_ns

    before = version()
    site.run("settle.py")
    assert version() == before  # nothing to build for


def test_what_people_undo_comes_back(site):
    """The lines of the site are all that it can show again."""
    site.send()
    site.send(comment=SPAM)
    lines = [*site.kept("published"), *site.kept("waiting")]
    paths = [f"/v1/comments/{line['id']}/decision" for line in lines]
    for path in paths:
        site.service.check({"decision": "trash"}, path=path)
    for _ in range(2):  # since when stays as it is
        site.run("settle.py")
        assert site.kept("published") == site.kept("waiting") == []
        removed = site.kept("removed")
        assert [r["id"] for r in removed] == [line["id"] for line in lines]
    for path in paths:
        site.service.ask("DELETE", path)
    site.run("settle.py")
    assert [*site.kept("published"), *site.kept("waiting")] == lines
    assert site.kept("removed") == []


def test_what_is_removed_is_kept_for_30_days(site):
    """From then, and not from when it came."""
    site.send()
    (line,) = site.kept("published")
    path = f"/v1/comments/{line['id']}/decision"
    site.service.check({"decision": "spam"}, path=path)
    (site.comments / "published.ndjson").write_text("")
    for day in datetime.date(2020, 1, 1), datetime.date.today():
        dates = {"time": "2019-01-01T00:00:00Z", "removed": f"{day}T00:00:00Z"}
        site.put("removed", line | dates)
    site.run("settle.py")
    assert site.kept("removed") == [line | dates]


def test_what_comes_back_late_waits_no_less(site):
    """Undone to the queue 40 days after it came, 5 after it was removed."""
    site.send(comment=SPAM)
    (line,) = site.kept("waiting")
    (site.comments / "waiting.ndjson").write_text("")
    ago = [datetime.datetime.now(datetime.UTC) - datetime.timedelta(days) for days in (40, 5)]
    came, removed = (f"{day:%Y-%m-%dT%H:%M:%SZ}" for day in ago)
    site.put("removed", line | {"time": came, "removed": removed})
    for _ in range(2):
        site.run("settle.py")
    (kept,) = site.kept("removed")
    assert (kept["id"], kept["removed"]) == (line["id"], removed)


def test_what_comes_back_comes_last(site):
    site.send()
    site.send(name="Bob", comment="And the ship on the left?")
    first, second = site.kept("published")
    path = f"/v1/comments/{first['id']}/decision"
    site.service.check({"decision": "spam"}, path=path)
    site.run("settle.py")
    site.service.ask("DELETE", path)
    site.run("settle.py")
    assert site.kept("published") == [second, first]


def test_a_full_disk_takes_no_line_away(site):
    """Neither of those that go, nor of those that come."""
    site.send()
    site.send(comment=SPAM)
    (shown,), (waits,) = site.kept("published"), site.kept("waiting")
    for line, decision in (shown, "spam"), (waits, "approve"):
        path = f"/v1/comments/{line['id']}/decision"
        site.service.check({"decision": decision}, path=path)
    (site.comments / "removed.new").mkdir()  # nothing can be written there
    with pytest.raises(AssertionError, match="Is a directory"):
        site.run("settle.py")
    kept = [line["id"] for name in ("published", "waiting", "removed") for line in site.kept(name)]
    assert {shown["id"], waits["id"]} <= set(kept)
    (site.comments / "removed.new").rmdir()
    site.run("settle.py")
    assert [line["id"] for line in site.kept("removed")] == [shown["id"]]
    assert site.kept("published") == [waits] and site.kept("waiting") == []


def test_what_nobody_knows_any_more(site):
    """It waits no longer; what is published has no other copy."""
    site.send()
    site.send(comment=SPAM)
    (line,), (waits,) = site.kept("published"), site.kept("waiting")
    unknown = {"id": "0" * 26}
    site.put("published", line | unknown)
    site.put("waiting", waits | unknown)
    site.put("removed", waits | unknown | {"removed": waits["time"]})
    assert site.run("settle.py").stderr == b""
    assert site.kept("published") == [line, line | unknown]
    assert (site.kept("waiting"), site.kept("removed")) == ([waits], [])


def test_of_an_earlier_program(site):
    """A line that was kept before there was anything to ask by."""
    site.send(comment=SPAM)
    (line,) = site.kept("waiting")
    old = line | {"id": None}
    site.put("waiting", old)
    assert site.run("settle.py").stderr == b""
    assert site.kept("waiting") == [line, old]


def test_a_line_that_is_being_written(site):
    site.send(comment=SPAM)
    before = site.kept("waiting")
    text = json.dumps(before[0] | {"name": "Bob"}) + "\n"
    with (
        open(site.comments / "lock", "w") as lock,
        open(site.comments / "waiting.ndjson", "a") as waiting,
    ):
        fcntl.flock(lock, fcntl.LOCK_EX)
        print(text[:40], end="", file=waiting, flush=True)

        def finish():
            print(text[40:], end="", file=waiting, flush=True)
            fcntl.flock(lock, fcntl.LOCK_UN)

        rest = threading.Timer(1, finish)
        rest.start()
        site.run("settle.py")
        rest.join()
    assert [line["name"] for line in site.kept("waiting")] == ["Ann", "Bob"]


def test_who_asked_enough_stops(rig):
    site = Site(rig.place(), rig.daemon("--limit-key", "3").start())
    for text in HAM, "And the ship on the left?", SPAM:
        site.send(comment=text)
    before = site.kept("published")
    assert len(before) == 2
    said = site.run("settle.py").stderr.decode()
    assert said.count("settle.py: ") == 1 and "429" in said
    assert site.kept("published") == before


def test_who_came_while_it_was_away_is_asked_about(site):
    site.service.end()
    site.send()
    site.send(name="Bob", comment=SPAM)
    away = site.kept("waiting")
    assert [line["id"] for line in away] == [None, None]
    site.service.start()
    site.run("settle.py")
    (line,), (spam,) = site.kept("published"), site.kept("waiting")
    assert (line["comment"], spam["comment"]) == (HAM, SPAM)
    record = site.service.get(f"/v1/comments/{spam['id']}").json()
    assert record["comment"]["author"]["network"] == "192.0.2.0/24"
    assert "asked" not in line | spam
    assert line["time"] == away[0]["time"]

    # what it had recorded when it did not answer is not recorded again
    site.put("waiting", away[0])
    site.run("settle.py")
    assert site.kept("published")[-1]["id"] == line["id"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has somebody to become")
def test_files_stay_those_of_the_server(site):
    with tempfile.TemporaryDirectory() as open_to_all:
        site.comments = pathlib.Path(open_to_all)
        site.send(comment=SPAM)
        for path in (site.comments, *site.comments.iterdir()):
            os.chown(path, 12345, 12345)
        (bad,) = site.kept("waiting")
        path = f"/v1/comments/{bad['id']}/decision"
        site.service.check({"decision": "approve"}, path=path)
        site.run("settle.py")
        assert (site.kept("published"), site.kept("waiting")) == ([bad], [])
        owners = {path.name: path.stat().st_uid for path in site.comments.iterdir()}
        assert owners == dict.fromkeys(
            ("lock", "published.ndjson", "waiting.ndjson"), 12345
        )


def test_what_readers_wrote_is_shown_as_text(site):
    evil = "<script>alert(1)</script> & more"
    site.send(name=evil, comment="I like <b>bold</b> & quiet harbours\nand ships")
    site.send(name="Bob", url="javascript:alert(1)", comment="The one on the left?")
    site.send(name="Dan", url="http://[x", comment="Not of that year, I think")
    site.send(name="Eve", url="HTTPS://e.example/", comment="Of the year before")
    site.send(name="Cleo", url='https://c.example/?a="b', comment="No, the other one")
    site.send(page="/other.html", comment="of another page altogether")
    with open(site.comments / "published.ndjson") as lines:
        page = subprocess.run(
            [sys.executable, FORM / "show.py", "/harbour.html"],
            stdin=lines, capture_output=True, text=True, check=True, timeout=PATIENCE_S,
        ).stdout  # fmt: skip
    assert "<script" not in page and "javascript:" not in page and "<b>" not in page
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; quiet harbours<br>\nand ships" in page
    assert 'href="https://c.example/?a=&quot;b"' in page
    assert 'href="http://[x"' in page and 'href="HTTPS://e.example/"' in page
    assert "of another page" not in page
