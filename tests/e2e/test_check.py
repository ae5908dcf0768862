"""POST /v1/comments: every field, the shape of the answer, its arithmetic."""

import datetime
import uuid

import jsonschema
import pytest
from conftest import FIRST_KEY, now
from hypothesis import given, settings
from hypothesis import strategies as st

CHECK_KEY = "e2e-check-only-0001"
OTHER_KEY = "e2e-other-site-0001"

FULL = {
    "id": "c-17",
    "thread": "https://blog.example/post",
    "parent": "c-3",
    "type": "comment",
    "content": "Thanks, the part on <b>indexes</b> was what I needed.",
    "format": "html",
    "author": {
        "id": "u9",
        "name": "jammy",
        "email": "Jammy@Mail.Example",
        "url": "https://jammy.example/",
        "ip": "203.0.113.7",
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/57.0",
        "role": "subscriber",
    },
    "created_at": "2017-11-05T01:10:00.250+01:00",
    "referrer": "https://blog.example/",
    "fill_ms": 5200,
    "honeypot": "",
    "test": False,
}

REASON = {
    "type": "object",
    "required": ["code", "weight", "text"],
    "additionalProperties": False,
    "properties": {
        "code": {"type": "string"},
        "weight": {"type": "number"},
        "text": {"type": "string", "minLength": 5},
        "count": {"type": "integer", "minimum": 1},
        "seconds": {"type": "integer", "minimum": 0},
        "field": {"enum": ["content", "author.name", "author.url"]},
        "start": {"type": "integer", "minimum": 0},
        "end": {"type": "integer", "minimum": 1},
        "quote": {"type": "string"},
    },
    "dependentRequired": {"field": ["start", "end", "quote"]},
}

PLAIN = {
    "id": {"type": ["string", "null"], "pattern": "^[0-9A-HJKMNP-TV-Z]{26}$"},
    "action": {"enum": ["publish", "hold", "reject", "discard"]},
    "model": {"type": "string"},
    "degraded": {"type": "array", "maxItems": 0},
    "limits": {
        "type": ["object", "null"],
        "required": ["limit", "remaining", "reset_s"],
        "maxProperties": 3,
    },
}

PROBABILITY = {"type": "number", "minimum": 0, "maximum": 1}

EXPLAINED = PLAIN | {
    "scores": {
        "type": "object",
        "required": ["spam", "abuse"],
        "additionalProperties": PROBABILITY,
    },
    "head": {"enum": ["spam", "abuse"]},
    "margin": {"type": "number"},
    "bias": {"type": "number"},
    "reasons": {"type": "array", "maxItems": 13, "items": REASON},
}


def assert_shape(answer, properties):
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    jsonschema.validate(answer, schema, jsonschema.Draft202012Validator)


def assert_adds_up(answer):
    total = answer["bias"] + sum(r["weight"] for r in answer["reasons"])
    assert abs(total - answer["margin"]) < 1e-6


def assert_in_order(reasons):
    """Strongest first; what is folded and what is a rule comes last."""
    last = {"other": 1, "unfamiliar": 2, "limit": 2, "model.missing": 2}
    keys = [(last.get(r["code"], 0), -abs(r["weight"])) for r in reasons]
    assert keys == sorted(keys, key=lambda k: (k[0], k[1] if k[0] == 0 else 0))
    assert sum(r["code"] == "other" for r in reasons) <= 1


def value_of(comment, field):
    author = comment.get("author") or {}
    values = {
        "content": comment["content"],
        "author.name": author.get("name"),
        "author.url": author.get("url"),
    }
    return values[field].encode()


def assert_places(comment, reasons):
    """A quote is what stands at [start, end), cut at a whole character."""
    for r in (r for r in reasons if "field" in r):
        value = value_of(comment, r["field"])
        assert r["start"] < r["end"] <= len(value)
        place = value[r["start"] : r["end"]]
        place.decode()
        quote = r["quote"].encode()
        assert place.startswith(quote)
        assert quote == place or 80 - 3 <= len(quote) <= 80


def assert_explained(comment, answer):
    assert_shape(answer, EXPLAINED)
    assert_adds_up(answer)
    assert_in_order(answer["reasons"])
    assert_places(comment, answer["reasons"])


def test_every_field(daemon):
    answer = daemon.check(FULL)
    assert_explained(FULL, answer)
    assert answer["id"] is not None


@pytest.mark.parametrize("field", [f for f in FULL if f != "content"])
def test_every_field_may_be_null_or_left_out(daemon, field):
    for rest in (
        {k: v for k, v in FULL.items() if k != field},
        FULL | {field: None},
    ):
        assert_explained(rest, daemon.check(rest | {"test": True}))


def test_content_alone(daemon):
    assert_explained({"content": "x"}, daemon.check({"content": "x"}))


# Texts as they come: words, links, markup, obfuscation, and anything at all.
pieces = st.sampled_from(
    "Hello thanks nice post buy cheap pills casino FREE! $$$ "
    "http://pills.example/x?y=1 www.win.example mail@example.org "
    "<a href='http://x.example'>click</a> [url=http://y.example]here[/url] "
    "&amp; &#x1f600; v1agra ｆｒｅｅ fr\u200bee пр\u0438вет 你好 "
    "e\u0301e\u0301 +49-151-1234567 1000000 \U0001f600\U0001f600 !!!!!! "
    "a.b.c idiot stupid \u202egnp.exe".split()
)
texts = st.one_of(
    st.lists(pieces, max_size=40).map(" ".join),
    st.lists(pieces, max_size=12).map("".join),
    st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")),
)
comments = st.fixed_dictionaries(
    {"content": texts, "format": st.sampled_from(["text", "html"])},
    optional={
        "author": st.fixed_dictionaries(
            {},
            optional={
                "name": texts.map(lambda s: s[:80]),
                "url": st.sampled_from(["https://a.example", "b.example", "\u00fc"]),
                "ip": st.sampled_from(["203.0.113.7", "2001:db8::1", "none"]),
                "email": st.just("a@b.example"),
            },
        ),
        "honeypot": texts.map(lambda s: s[:80]),
        "fill_ms": st.integers(0, 10**7),
        "thread": st.just("t"),
    },
)


@settings(max_examples=300)
@given(comments)
def test_explained_whatever_it_is(daemon, comment):
    assert_explained(comment, daemon.check(comment))


@pytest.mark.parametrize("text", ["\U0001f600" * 4000, "ab\u0301 " * 6000, "<" * 32768])
def test_explained_when_long(daemon, text):
    assert_explained({"content": text}, daemon.check({"content": text}))


def test_a_long_quote_is_cut_between_characters(daemon):
    name = "\u00e9" * 200
    comment = {"content": "hello", "author": {"name": name}}
    assert_explained(comment, daemon.check(comment))


def test_the_record(daemon):
    answer = daemon.check(FULL)
    got = daemon.get(f"/v1/comments/{answer['id']}")
    assert got.status_code == 200
    record = got.json()
    assert record["id"] == answer["id"]
    assert record["verdict"] == answer
    comment = record["comment"]
    for field in ("id", "thread", "parent", "type", "content", "format"):
        assert comment[field] == FULL[field]
    assert comment["created_at"] == "2017-11-05T00:10:00.250Z"
    author = comment["author"]
    for field in ("id", "name", "url"):
        assert author[field] == FULL["author"][field]
    assert author["network"] == "203.0.113.0/24"
    for hidden in (FULL["author"]["email"], FULL["author"]["ip"] + '"'):
        assert hidden.lower() not in got.text.lower()


@pytest.mark.parametrize("wrong", ["01JABCDEFGHJKMNPQRSTVWXYZ0", "x", "a" * 300])
def test_an_id_that_is_not_there(daemon, wrong):
    assert daemon.get(f"/v1/comments/{wrong}").status_code == 404


def test_a_test_leaves_nothing(daemon):
    author = {"name": str(uuid.uuid4())}
    comment = {"content": "", "author": author, "created_at": "2016-05-06T07:08:09Z"}
    fresh = daemon.check(comment | {"test": True})
    again = daemon.check(comment | {"test": True})
    assert fresh["id"] is None
    assert fresh == again
    real = daemon.check(comment)
    assert real["id"] is not None
    assert real | {"id": None} == fresh
    repeated = daemon.check(comment | {"test": True})
    assert any(
        r["code"] == "repeat.author" and r["count"] == 2 for r in repeated["reasons"]
    )


def seconds(answer):
    return [r["seconds"] for r in answer["reasons"] if r["code"] == "repeat.author"]


def test_a_clock_ahead(daemon):
    """A time far ahead counts as now; one a little ahead is taken as it is."""
    begun = now()
    near = (begun + datetime.timedelta(minutes=4)).isoformat()
    far = "9999-12-31T23:59:59Z"
    gaps = []
    for first, second in ((far, None), (None, near)):
        comment = {"content": "", "author": {"name": f"at {first}, {second}"}}
        daemon.check(comment | {"created_at": first})
        gaps += seconds(daemon.check(comment | {"created_at": second}))
    took = (now() - begun).total_seconds()
    assert gaps[0] <= took and 240 - took - 1 <= gaps[1] <= 240


def test_out_of_order(daemon):
    """Comments that come late, as from an import, are counted all the same."""
    author = {"name": "out of order"}
    for minute in (30, 10, 50, 40):
        daemon.check(
            {
                "content": "",
                "author": author,
                "created_at": f"2018-03-04T05:{minute}:00Z",
            }
        )
    last = {"content": "", "author": author, "created_at": "2018-03-04T05:59:00Z"}
    reasons = daemon.check(last)["reasons"]
    repeats = [r for r in reasons if r["code"] == "repeat.author"]
    assert [r["count"] for r in repeats] == [5]
    assert seconds({"reasons": repeats})[0] in (540, 1140)


def test_limits(rig):
    daemon = rig.daemon("--limit-author", "3", "--limit-ip", "5").start()
    remaining = []
    for n in range(5):
        comment = {
            "content": f"Good point number {n}, thank you for writing it up.",
            "author": {"name": "Anna", "ip": "203.0.113.9"},
            "created_at": "2019-01-01T10:15:00Z",
        }
        answer = daemon.check(comment)
        remaining.append(answer["limits"]["remaining"])
        assert answer["limits"]["limit"] == 3
        assert answer["limits"]["reset_s"] == 45 * 60
        over = [r for r in answer["reasons"] if r["code"] == "limit"]
        assert len(over) == (n >= 3)
        assert_explained(comment, answer)
        if over:
            assert answer["action"] != "publish"
            assert over[0]["count"] == n + 1 and over[0]["weight"] == 0
    assert remaining == [2, 1, 0, 0, 0]
    assert daemon.check({"content": "nobody"})["limits"] is None
    by_ip = {"content": "by address", "author": {"ip": "203.0.113.77"}}
    assert daemon.check(by_ip)["limits"]["limit"] == 5


@pytest.fixture(scope="module")
def with_keys(shared_rig):
    """A daemon with a second site, and a key that may only check."""
    daemon = shared_rig.daemon().start()
    daemon.add_key(CHECK_KEY, "check")
    daemon.add_site("other", OTHER_KEY)
    return daemon


def test_a_key_that_may_only_check(with_keys):
    answer = with_keys.check(FULL, key=CHECK_KEY)
    assert_shape(answer, PLAIN)
    record = f"/v1/comments/{answer['id']}"
    assert with_keys.get(record, key=CHECK_KEY).status_code == 403
    assert with_keys.get(record).json()["verdict"]["reasons"]


def test_sites_do_not_see_each_other(with_keys):
    comment = {"content": "", "author": {"name": "on two sites"}}
    answer = with_keys.check(comment)
    record = f"/v1/comments/{answer['id']}"
    assert with_keys.get(record, key=OTHER_KEY).status_code == 404
    other = with_keys.check(comment, key=OTHER_KEY)
    assert "repeat.author" not in [r["code"] for r in other["reasons"]]


def test_the_admin_listener_serves_the_same(daemon):
    answer = daemon.check(FULL)
    record = f"/v1/comments/{answer['id']}"
    assert daemon.get(record, admin=True).json() == daemon.get(record).json()
    assert daemon.get("/readyz", key=FIRST_KEY, admin=True).status_code == 200
