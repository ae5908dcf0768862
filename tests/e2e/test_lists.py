"""What a site lists: each kind and effect, over the API and in force at once."""

import concurrent.futures
import random
import time

import pytest
from conftest import FIRST_KEY, NO_LIMITS, PATIENCE_S, ends, now, wait_for

OTHER_KEY, CHECK_KEY, HARD_KEY = "other-site-key", "check-only-key", "hard-site-key"
LISTS = "/v1/lists"
GOOD = "I have the same bicycle and the brakes were fine after two winters"
SPAM = "Buy cheap viagra pills online http://www.blog-a.example/x casino bonus"
AUTHOR = {
    "id": "u-417",
    "name": "Ann Miller",
    "email": "ann@mail.reader.example",
    "ip": "198.51.100.23",
}


@pytest.fixture(scope="module")
def daemon(shared_rig):
    d = shared_rig.daemon(*NO_LIMITS).start()
    d.add_site("other", OTHER_KEY)
    d.add_key(CHECK_KEY, "check")
    return d


def call(daemon, method, path=LISTS, body=None, key=FIRST_KEY):
    return daemon.session.request(
        method,
        daemon.url(path),
        data=None if body is None else daemon.encode(body),
        headers={"Authorization": f"Bearer {key}"},
        timeout=PATIENCE_S,
    )


def entry(kind, value, effect, **more):
    return {"kind": kind, "value": value, "effect": effect, **more}


@pytest.fixture
def listed(daemon):
    """Adds entries, which go away with the test."""
    ids = []

    def add(*entries, key=FIRST_KEY):
        got = call(daemon, "POST", body={"entries": list(entries)}, key=key)
        assert got.status_code == 201, got.text
        new = got.json()["entries"]
        ids.extend((e["id"], key) for e in new)
        return new

    yield add
    for name, key in ids:
        call(daemon, "DELETE", f"{LISTS}/{name}", key=key)


def comment(**more):
    base = {"content": GOOD, "thread": "https://blog.example/a", "author": AUTHOR}
    return base | more


def reasons(verdict):
    return [r for r in verdict["reasons"] if r["code"].startswith("list.")]


KINDS = [
    ("author", "ann MILLER", {}),
    ("author", "u-417", {}),
    ("email", "Ann@mail.reader.example", {}),
    ("email", "@reader.example", {}),
    ("ip", "198.51.100.23", {}),
    ("ip", "198.51.100.0/24", {}),
    ("host", "blog-a.example", {"author": AUTHOR | {"url": "http://www.blog-a.example"}}),
    ("phrase", "same bicycle", {}),
    ("thread", "https://blog.example/a", {}),
    ("thread", "https://blog.example/*", {}),
    ("regex", r"bicycle\b.*\bbrakes", {}),
]


ALLOWED = {"phrase": " same bicycle", "regex": " bicycle and brakes", "host": ""}


def told_of(new):
    """How a reason names an entry: addresses stay out of records."""
    kept = ("id", "kind", "effect", "value")
    if new["kind"] in ("email", "ip"):
        kept = kept[:3]
    return {name: new[name] for name in kept}


@pytest.mark.parametrize("effect", ["allow", "hold", "block"])
@pytest.mark.parametrize("kind, value, more", KINDS)
def test_each_kind_and_effect(daemon, listed, kind, value, more, effect):
    sent = comment(test=True, **more)
    if effect == "allow":
        sent["content"] = SPAM + ALLOWED.get(kind, "")
    before = daemon.check(sent)
    assert not reasons(before)
    assert (before["action"] == "publish") == (effect != "allow")
    (new,) = listed(entry(kind, value, effect))
    got = daemon.check(sent)
    after = {"allow": "publish", "hold": "hold", "block": "reject"}
    assert got["action"] == after[effect]
    (why,) = reasons(got)
    assert (why["code"], why["weight"]) == (f"list.{kind}", 0)
    assert why["list"] == told_of(new)
    assert [r for r in got["reasons"] if r != why] == before["reasons"]


BLANKS = [
    ("ip", "198.51.100.0/24", {"ip": " 198.51.100.23"}),
    ("ip", "198.51.100.23", {"ip": "198.51.100.23 \r\n"}),
    ("email", "@reader.example", {"email": "\tann@mail.READER.example "}),
]


@pytest.mark.parametrize("kind, value, sent", BLANKS)
def test_blanks_around_addresses_do_not_help(daemon, listed, kind, value, sent):
    listed(entry(kind, value, "block"))
    got = daemon.check(comment(author=AUTHOR | sent))
    assert (got["action"], len(reasons(got))) == ("reject", 1)
    form = {"api_key": FIRST_KEY, "blog": "https://blog.example/", "is_test": "1"}
    form |= {"user_ip": sent.get("ip", "192.0.2.1"), "comment_content": GOOD}
    form |= {"comment_author_email": sent.get("email", "")}
    url = daemon.url("/1.1/comment-check")
    assert daemon.session.post(url, data=form, timeout=PATIENCE_S).text == "true"


def test_a_comment_is_what_it_was_after_deletion(daemon):
    (new,) = call(
        daemon, "POST", body={"entries": [entry("phrase", "two winters", "block")]}
    ).json()["entries"]
    assert daemon.check(comment(test=True))["action"] == "reject"
    gone = call(daemon, "DELETE", f"{LISTS}/{new['id']}")
    assert (gone.status_code, gone.json()) == (200, new)
    assert daemon.check(comment(test=True))["action"] == "publish"
    assert call(daemon, "DELETE", f"{LISTS}/{new['id']}").status_code == 404


def test_patterns_that_take_too_long_hold(daemon):
    """What is left out might have matched, whatever else allows the comment."""
    hard = [entry("regex", f"[ab ]*a[ab ]{{26}}{100 + i}q", "block") for i in range(700)]
    daemon.add_site("hard", HARD_KEY)
    for some in (hard[:350], hard[350:], [entry("phrase", "two winters", "allow")]):
        got = call(daemon, "POST", body={"entries": some}, key=HARD_KEY)
        assert got.status_code == 201, got.text
    before = daemon.metric("moderato_regexes_untried_total")
    content = GOOD + " " + "".join(random.Random(3).choices("ab", k=30000))
    started = time.monotonic()
    got = daemon.check(comment(content=content, test=True), key=HARD_KEY)
    took_s = time.monotonic() - started
    assert got["action"] == "hold"
    codes = [r["code"] for r in got["reasons"]]
    assert "untried" in codes and "list.phrase" in codes
    assert daemon.metric("moderato_regexes_untried_total") == before + 1
    # half a minute, and for all sites, if nobody asked
    assert took_s < 5
    short, long = (
        call(daemon, "POST", f"{LISTS}:try", comment(content=text), HARD_KEY).json()
        for text in (GOOD, content)
    )
    assert long["untried"] and "untried" not in short
    assert long["effect"] == short["effect"] == "allow"
    assert daemon.check(comment(test=True), key=HARD_KEY)["action"] == "publish"
    # of many at once the last has none tried, as short as it is
    many = [comment(content=content[:9000 + i], test=True) for i in range(12)]
    *_, last = daemon.batch([*many, comment(test=True)], key=HARD_KEY)
    assert "untried" in [r["code"] for r in last["reasons"]]


def test_the_strongest_decides_and_all_are_named(daemon, listed):
    listed(
        entry("author", "ann miller", "allow"),
        entry("ip", "198.51.100.23", "hold"),
        entry("phrase", "brakes", "block"),
    )
    got = daemon.check(comment(test=True))
    assert got["action"] == "reject"
    assert [r["code"] for r in reasons(got)] == ["list.phrase", "list.ip", "list.author"]
    assert reasons(got)[0]["quote"] == "brakes"


def test_a_change_holds_at_once(daemon, listed):
    (new,) = listed(entry("phrase", "two winters", "block", note="why"))
    path = f"{LISTS}/{new['id']}"
    got = call(daemon, "PATCH", path, {"effect": "hold"})
    assert got.status_code == 200
    assert got.json() == new | {"effect": "hold"}
    assert daemon.check(comment(test=True))["action"] == "hold"
    got = call(daemon, "PATCH", path, {"value": "three winters", "note": None})
    assert got.json() == new | {"effect": "hold", "value": "three winters", "note": ""}
    assert daemon.check(comment(test=True))["action"] == "publish"


def test_changes_at_once_all_hold(daemon, listed):
    bodies = [{"note": "why"}, {"effect": "block"}]
    with concurrent.futures.ThreadPoolExecutor(len(bodies)) as pool:
        for n in range(20):
            (new,) = listed(entry("host", f"h{n}.example", "hold"))
            path = f"{LISTS}/{new['id']}"
            got = pool.map(lambda body: daemon.ask("PATCH", path, body), bodies)
            assert [g.status_code for g in got] == [200, 200]
            last = call(daemon, "PATCH", path, {}).json()
            assert last == new | bodies[0] | bodies[1]


def test_disguises_do_not_help(daemon, listed):
    listed(entry("phrase", "casino evening", "block"))
    for text in ("c\u0430sin\u043e even1ng", "ca\u200bsino - EVENING", "c a s i n o evening"):
        got = daemon.check(comment(content=f"It was a long {text} for us.", test=True))
        assert got["action"] == "reject", text


def test_a_host_behind_many_links(daemon, listed):
    (new,) = listed(entry("host", "badshop.com", "block"))
    links = " ".join(f"https://en.wikipedia.org/wiki/Bicycle_{i}" for i in range(32))
    for last in ("https://badshop.com/", "badshop.com"):
        got = daemon.check({"content": f"References: {links} and {last}", "test": True})
        assert got["action"] == "reject"
        (why,) = reasons(got)
        assert (why["list"], why["quote"].rstrip("/")) == (told_of(new), last.rstrip("/"))


@pytest.mark.parametrize(
    "address",
    [
        "https://user:pass@badshop.com",
        "http://badshop\u3002com/",
        "http://badshop\uff0ecom/",
        "http://badshop\uff61com/",
        "http://bad%73hop.com",
        "bad&#9;shop.com",
    ],
)
def test_a_host_as_browsers_read_it(daemon, listed, address):
    (new,) = listed(entry("host", "badshop.com", "block"))
    sent = {"content": f"The map is at {address} as you know", "test": True}
    if "&#9;" in address:
        link = f'<a href="http://{address}">here</a>'
        sent |= {"content": link, "format": "html"}
    got = daemon.check(sent)
    assert got["action"] == "reject"
    assert [r["list"] for r in reasons(got)] == [told_of(new)]
    if "&#9;" not in address:
        sent = comment(test=True, author=AUTHOR | {"url": address})
        assert daemon.check(sent)["action"] == "reject"


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com:x@badshop.com/",
        "https://github.com%2f@badshop.com",
        "https://github.com/ http://[2001:db8::1]/",
    ],
)
def test_an_allowed_host_cannot_be_forged(daemon, listed, address):
    (new,) = listed(entry("host", "github.com", "allow"))
    text = SPAM.replace("http://www.blog-a.example/x", "{}")
    own = {"content": text.format(""), "author": AUTHOR | {"url": address.split()[-1]}}
    for sent in ({"content": text.format(address)}, own):
        got = daemon.check(sent | {"test": True})
        assert got["action"] != "publish"
        assert not reasons(got)
    got = daemon.check({"content": text.format("https://github.com/"), "test": True})
    assert (got["action"], [r["list"] for r in reasons(got)]) == ("publish", [told_of(new)])


@pytest.mark.parametrize(
    "link",
    [
        '<a src="https://github.com/" href="https://badshop.com/">here</a>',
        '<a data-href="https://github.com/" href="https://badshop.com/">here</a>',
        '<a title="href=https://github.com/ " href="https://badshop.com/">here</a>',
        '<!--><a href="https://badshop.com/">here</a>--> https://github.com/',
        '<a title=">" href="//badshop&period;com/">here</a> https://github.com/',
    ],
)
def test_a_tag_leads_where_a_browser_goes(daemon, listed, link):
    listed(entry("host", "github.com", "allow"))
    (new,) = listed(entry("host", "badshop.com", "block"))
    text = SPAM.replace("http://www.blog-a.example/x", link)
    got = daemon.check({"content": text, "format": "html", "test": True})
    assert got["action"] in {"reject", "discard"}
    assert [r["list"] for r in reasons(got)] == [told_of(new)]


@pytest.mark.parametrize("format", ["text", "html"])
@pytest.mark.parametrize(
    "tag",
    [
        "[color={}]",
        "[b={}]",
        '[quote="{}"]',
        "<b = {}>",
        "<i {} =>",
        '<b class="{}">',
        '<img alt="{}">',
        "<script>{}</script>",
        "<style>{}</style>",
    ],
)
def test_a_tag_does_not_hide_words(daemon, listed, tag, format):
    hidden = tag.format("Get your casino bonus now, cheap viagra pills online")
    sent = {"content": f"{GOOD} {hidden}", "format": format, "test": True}
    plain = daemon.check({"content": GOOD, "test": True})["scores"]["spam"]
    assert daemon.check(sent)["scores"]["spam"] > plain
    (new,) = listed(entry("phrase", "casino bonus", "block"))
    got = daemon.check(sent)
    assert [r["list"] for r in reasons(got)] == [told_of(new)]


def test_expiry(daemon, listed):
    for end in ends():
        (new,) = listed(
            entry("phrase", "two winters", "block", expires_at=end.isoformat())
        )
        got = daemon.check(comment(test=True))["action"]
        if now() < end:
            break
    assert got == "reject"
    wait_for("its end", lambda: daemon.check(comment(test=True))["action"] == "publish")
    assert now() >= end
    assert new["id"] not in [e["id"] for e in page(daemon)["entries"]]
    # its value may be listed again
    listed(entry("phrase", "two winters", "hold"))


def page(daemon, key=FIRST_KEY, **query):
    path = LISTS + "?" + "&".join(f"{k}={v}" for k, v in query.items())
    got = call(daemon, "GET", path, key=key)
    assert got.status_code == 200, got.text
    return got.json()


def test_pages(daemon, listed):
    new = listed(*(entry("phrase", f"Wort number{i}", "hold") for i in range(25)))
    names = [e["id"] for e in reversed(new)]
    seen, after = [], ""
    while after is not None:
        got = page(daemon, limit=10, after=after)
        seen += [e["id"] for e in got["entries"]]
        after = got["next"]
    assert seen == names
    assert page(daemon, kind="host")["entries"] == []
    assert page(daemon, effect="block")["entries"] == []
    assert len(page(daemon, kind="phrase", effect="hold")["entries"]) == 25
    assert [e["id"] for e in page(daemon, q="WORT%20number24")["entries"]] == names[:1]


@pytest.mark.parametrize("query", ["kind=x", "effect=x", "limit=0", "limit=x", "limit=1001"])
def test_bad_queries(daemon, query):
    assert call(daemon, "GET", f"{LISTS}?{query}").status_code == 400


BAD = [
    ({}, "/kind", "expected"),
    ([], "", "an object"),
    (entry("x", "y", "hold"), "/kind", "\"author\""),
    (entry("ip", "y", "hold"), "/value", "192.0.2.0/24"),
    (entry("ip", "1.2.3.4", "x"), "/effect", "\"allow\""),
    (entry("phrase", "", "hold"), "/value", "512 bytes"),
    (entry("phrase", "x" * 513, "hold"), "/value", "512 bytes"),
    (entry("phrase", "a\nb", "hold"), "/value", "one line"),
    (entry("phrase", "...", "hold"), "/value", "32 words"),
    (entry("host", "http://x.example/", "hold"), "/value", "host name"),
    (entry("regex", "ab(c", "hold"), "/value", "missing ): ab(c"),
    (entry("regex", "ab[z-a]", "hold"), "/value", "at byte 3"),
    (entry("regex", "a*", "hold"), "/value", "empty text"),
    (entry("regex", r"(\pL{100}){10}", "hold"), "/value", "at byte"),
    (entry("phrase", "y", "hold", note=7), "/note", "text"),
    (entry("phrase", "y", "hold", expires_at="2001-01-01T00:00:00Z"), "/expires_at", "to come"),
    (entry("phrase", "y", "hold", more=1), "", "no entry has"),
]


def test_a_slip_beside_entries_adds_none(daemon):
    body = {"entries": [entry("phrase", "by a slip", "hold")], "dry_run": True}
    got = call(daemon, "POST", body=body)
    assert (got.status_code, got.json()["errors"][0]["pointer"]) == (422, "/dry_run")
    assert "by a slip" not in [e["value"] for e in page(daemon, limit=500)["entries"]]


@pytest.mark.parametrize("body, pointer, says", BAD)
def test_bad_entries(daemon, body, pointer, says):
    got = call(daemon, "POST", body=body)
    assert got.status_code == 422, got.text
    (error,) = got.json()["errors"]
    assert error["pointer"] == pointer
    assert says in error["detail"]
    many = {"entries": [entry("phrase", "one fine", "hold"), body]}
    got = call(daemon, "POST", body=many)
    assert got.status_code == 422
    (error,) = got.json()["errors"]
    assert error["pointer"] == "/entries/1" + pointer
    assert page(daemon)["entries"] == []


def test_many_errors_at_once(daemon, listed):
    (old,) = listed(entry("phrase", "old one", "hold"))
    got = call(
        daemon,
        "POST",
        body={
            "entries": [
                entry("phrase", "old one", "block"),
                entry("phrase", "new one", "block"),
                entry("phrase", "new one", "hold"),
            ]
        },
    )
    errors = {e["pointer"]: e for e in got.json()["errors"]}
    assert set(errors) == {"/entries/0/value", "/entries/2/value"}
    assert errors["/entries/0/value"]["entry"] == old["id"]
    assert "entry" not in errors["/entries/2/value"]  # there is none yet


@pytest.mark.parametrize("n", [0, 1001])
def test_how_many_at_once(daemon, n):
    body = {"entries": [entry("phrase", f"word{i}", "hold") for i in range(n)]}
    got = call(daemon, "POST", body=body)
    assert got.status_code == 422
    assert got.json()["errors"][0]["pointer"] == "/entries"


def test_sites_are_apart(daemon, listed):
    (here,) = listed(entry("phrase", "two winters", "block"))
    assert page(daemon, key=OTHER_KEY)["entries"] == []
    path = f"{LISTS}/{here['id']}"
    for method, body in (("PATCH", {"effect": "allow"}), ("DELETE", None)):
        assert call(daemon, method, path, body, key=OTHER_KEY).status_code == 404
    there = daemon.check(comment(test=True), key=OTHER_KEY)
    assert there["action"] == "publish"
    got = call(daemon, "POST", f"{LISTS}:try", comment(), key=OTHER_KEY)
    assert got.json() == {"effect": None, "matches": []}
    assert [e["id"] for e in page(daemon)["entries"]] == [here["id"]]


@pytest.mark.parametrize(
    "method, path", [("GET", ""), ("POST", ""), ("POST", ":try"), ("PATCH", "/x"), ("DELETE", "/x")]
)
def test_scope(daemon, method, path):
    assert call(daemon, method, LISTS + path, {}, key=CHECK_KEY).status_code == 403


def test_try(daemon, listed):
    new = listed(
        entry("phrase", "bicycle", "hold"),
        entry("ip", "198.51.100.0/24", "allow"),
        entry("regex", "win(d|t)ers", "block"),
    )
    got = call(daemon, "POST", f"{LISTS}:try", comment()).json()
    assert got["effect"] == "block"
    matches = {m["entry"]["id"]: m for m in got["matches"]}
    assert matches[new[0]["id"]]["quote"] == "bicycle"
    assert "field" not in matches[new[1]["id"]]
    where = matches[new[2]["id"]]
    assert GOOD[where["start"] : where["end"]] == where["quote"] == "winters"
    got = call(daemon, "POST", f"{LISTS}:try", {"author": AUTHOR})
    assert got.status_code == 422


def test_regex_sees_through_disguises(daemon, listed):
    listed(entry("regex", r"casino\s+b.nus", "block"))
    text = "Nice: c\u0430s\u200bino BONUS here"
    (match,) = call(daemon, "POST", f"{LISTS}:try", {"content": text}).json()["matches"]
    assert match["quote"] == "c\u0430s\u200bino BONUS"


def test_regex_that_matches_between_two_letters(daemon, listed):
    """Behind one letter that becomes eighteen; the place is a byte of the source."""
    listed(entry("regex", r"\b", "block"))
    text = "\ufdfa\u0430"
    (match,) = call(daemon, "POST", f"{LISTS}:try", {"content": text}).json()["matches"]
    assert (match["start"], match["end"], match["quote"]) == (3, 3, "")


def test_evil_patterns_are_quick(daemon, listed):
    listed(
        entry("regex", "(a+)+$x", "block"),
        entry("regex", "(a|a)*b(a|b){20}c", "block"),
        entry("regex", "(.*a){12}[^b]{50}z", "block"),
        entry("phrase", "ab ab ab ab ab ab ab ab ab ac", "block"),
    )
    for text in ("a" * 32768, "ab" * 16384, "ab " * 10922):
        start = time.monotonic()
        got = daemon.check({"content": text, "test": True})
        assert time.monotonic() - start < 5
        assert not reasons(got)


def test_lists_outlive_a_restart(daemon, listed):
    listed(
        entry("phrase", "two winters", "hold"),
        entry("regex", "bi.ycle", "hold", expires_at="2999-01-01T00:00:00Z"),
    )
    listed(entry("host", "x.example", "block"), key=OTHER_KEY)
    before = page(daemon)
    daemon.end()
    daemon.start()
    assert page(daemon) == before
    assert len(page(daemon, key=OTHER_KEY)["entries"]) == 1
    assert daemon.check(comment(test=True))["action"] == "hold"


def test_people_decide_above_hold_and_below_block(rig):
    d = rig.daemon(key="a1b2c3d4e5f6").start()
    key = d.key
    form = {
        "api_key": key,
        "blog": "https://blog.example/",
        "user_ip": "192.0.2.1",
        "comment_author": "Ann",
        "comment_content": GOOD,
    }

    def akismet(path):
        got = d.session.post(d.url(f"/1.1/{path}"), data=form, timeout=PATIENCE_S)
        return got.text

    def put(effect):
        old = call(d, "GET", key=key).json()["entries"]
        for e in old:
            call(d, "DELETE", f"{LISTS}/{e['id']}", key=key)
        body = entry("phrase", "bicycle", effect)
        assert call(d, "POST", body=body, key=key).status_code == 201

    assert akismet("comment-check") == "false"
    put("hold")
    assert akismet("comment-check") == "true"
    put("block")
    assert akismet("comment-check") == "true"
    assert akismet("submit-ham").startswith("Thanks")
    assert akismet("comment-check") == "true"
    put("hold")
    assert akismet("comment-check") == "false"
    assert akismet("submit-spam").startswith("Thanks")
    put("allow")
    assert akismet("comment-check") == "true"


def test_closed_threads_in_akismets_dialect(rig):
    d = rig.daemon(key="a1b2c3d4e5f6").start()
    page_url = "https://blog.example/closed"
    form = {
        "api_key": d.key,
        "blog": "https://blog.example/",
        "user_ip": "192.0.2.1",
        "permalink": page_url,
        "comment_content": GOOD,
    }

    def check():
        url = d.url("/1.1/comment-check")
        return d.session.post(url, data=form, timeout=PATIENCE_S).text

    assert check() == "false"
    body = entry("thread", page_url, "block")
    assert call(d, "POST", body=body, key=d.key).status_code == 201
    assert check() == "true"


def order(daemon, *arguments, code=0):
    done = daemon.command("list", *arguments)
    assert done.returncode == code, (done.stdout, done.stderr)
    return done.stdout if code == 0 else done.stderr


@pytest.mark.parametrize("runs", [True, False])
def test_commands(rig, tmp_path, runs):
    d = rig.daemon().start()
    if not runs:
        d.end()
    order(d, "add", "shop.example", "--kind", "host", "--effect", "hold")
    order(d, "add", "casino bonus", "--note", "again")
    rows = [line.split("  ") for line in order(d, "list").splitlines()]
    assert [r[1:] for r in rows] == [
        ["block", "phrase", "casino bonus", "-", "again"],
        ["hold", "host", "shop.example", "-", ""],
    ]
    assert order(d, "list", "--kind", "host").splitlines()[0].startswith(rows[1][0])
    kept = tmp_path / "entries"
    kept.write_text(order(d, "list", "--json"))
    # what is there already is no wrong usage, nor is a file that cannot be read
    assert "already" in order(d, "add", "shop.example", "--kind", "host", code=1)
    said = order(d, "import", str(kept), code=1)
    assert "/entries/0/value: there is an entry for it already" in said
    for row in rows:
        assert row[0] in order(d, "remove", row[0])
    assert order(d, "list") == ""
    order(d, "import", str(kept))
    kept.write_text('{"kind":"ip","value":"192.0.2.1","effect":"allow"}\n\n')
    order(d, "import", str(kept))
    assert len(order(d, "list").splitlines()) == 3
    kept.write_text("\n{bad\n")
    assert "line 2: " in order(d, "import", str(kept), code=2)
    missing = order(d, "import", str(tmp_path / "none"), code=1)
    assert "No such file" in missing and len(missing.splitlines()) == 1
    assert "Is a directory" in order(d, "import", str(tmp_path), code=1)
    row = '{"kind":"%s","value":"shop.example","effect":"hold"}\n'
    kept.write_text(row % "host" + row % "ip")
    order(d, "import", str(kept), code=2)
    assert "expected an IP address" in order(d, "add", "x", "--kind", "ip", code=2)
    assert "no such site" in order(d, "list", "--site", "nobody", code=1)
