"""Too many requests of a key, wrong keys of an address, comments of a person."""


import pytest
from conftest import FIRST_KEY, PATIENCE_S, wait_for, well_within, with_redis

OTHER_KEY = "e2e-other-key-0002"
FIELDS = {"blog": "https://blog.example/", "user_ip": "198.51.100.9"}
ANALYZE = "/v1alpha1/comments:analyze"


def analysis(text="hello there"):
    return {"comment": {"text": text}, "requestedAttributes": {"SPAM": {}}}


def akismet(daemon, key=FIRST_KEY, endpoint="comment-check", headers=None, **fields):
    url = daemon.url(f"/1.1/{endpoint}")
    form = FIELDS | {"api_key": key} | fields
    return daemon.session.post(url, data=form, headers=headers, timeout=PATIENCE_S)


def rows(daemon):
    return daemon.stored("SELECT count(*) FROM comment")[0][0]


def members(value):
    """{"key": {"r": 3, "t": 9}} of a header of the draft."""
    found = {}
    for item in value.split(", "):
        name, *parameters = item.split(";")
        pairs = (p.split("=") for p in parameters)
        found[name.strip('"')] = {k: int(v) for k, v in pairs}
    return found


def assert_slowed_down(got, most_s=60):
    assert got.status_code == 429, got.text
    assert 1 <= int(got.headers["Retry-After"]) <= most_s
    return got


# Of a key


@pytest.fixture
def three(rig):
    """A daemon that lets a key ask three times a minute."""
    d = rig.daemon("--limit-key", "3").start()
    d.add_key(OTHER_KEY, "check,moderate")
    return d


def test_a_key_is_told_what_is_left(three):
    for left in (2, 1, 0):
        got = three.post({"content": "hello"})
        assert got.status_code == 200
        assert members(got.headers["RateLimit-Policy"])["key"] == {"q": 3, "w": 60}
        state = members(got.headers["RateLimit"])["key"]
        assert state["r"] == left
        assert 0 < state["t"] <= 60
        assert got.headers["RateLimit-Limit"] == "3"
        assert got.headers["RateLimit-Remaining"] == str(left)
        assert got.headers["RateLimit-Reset"] == str(state["t"])
        assert "Retry-After" not in got.headers


def test_a_key_is_slowed_down(three):
    for _ in range(3):
        three.check({"content": "hello"})
    got = assert_slowed_down(three.post({"content": "hello"}), 20)
    problem = got.json()
    assert problem["type"] == "urn:moderato:problem:too-many-requests"
    assert got.headers["RateLimit-Remaining"] == "0"
    assert got.headers["RateLimit-Reset"] == got.headers["Retry-After"]
    # on every route, and only this key
    assert_slowed_down(three.get("/v1/comments/01ARZ3NDEKTSV4RRFFQ69G5FAV"))
    assert three.post({"content": "hello"}, key=OTHER_KEY).status_code == 200
    assert three.get("/livez").status_code == 200
    assert rows(three) == 4
    assert three.metric('moderato_rate_limited_total{by="key"}') == 2


def test_answers_that_refuse_tell_it_too(three):
    got = three.post(b"no JSON")
    assert got.status_code == 400
    assert got.headers["RateLimit-Remaining"] == "2"


def test_one_bucket_for_all_dialects(three):
    assert akismet(three).text in ("true", "false")
    got = three.session.post(three.url(f"{ANALYZE}?key={FIRST_KEY}"), json=analysis())
    assert got.status_code == 200
    three.check({"content": "hello"})

    got = assert_slowed_down(akismet(three))
    assert got.headers["Content-Type"].startswith("text/plain")
    assert got.text not in ("true", "false", "valid", "invalid", "")
    got = three.session.post(three.url(f"{ANALYZE}?key={FIRST_KEY}"), json=analysis())
    error = assert_slowed_down(got).json()["error"]
    assert (error["code"], error["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert error["details"][0]["reason"] == "RATE_LIMIT_EXCEEDED"


def test_no_limit_is_not_told(daemon):
    got = daemon.post({"content": "hello"})
    assert not [name for name in got.headers if name.startswith("RateLimit")]


def test_a_reload_changes_it(rig):
    settings = rig.place() / "moderato.conf"
    settings.write_text("body-bytes = 65536\n")
    d = rig.daemon("--config", settings)
    at = d.flags.index("--limit-key")
    del d.flags[at : at + 2]
    d.start()
    assert d.post({"content": "a"}).headers["RateLimit-Limit"] == "6000"
    settings.write_text("limit-key = 1\n")
    d.hang_up()
    wait_for("reload", lambda: d.event("reloaded"))
    got = [d.post({"content": "b"}).status_code for _ in range(2)]
    assert got == [200, 429]


# Of those who have none


def guess(daemon, n=0, **headers):
    return daemon.post({"content": "x"}, key=f"wrong-key-{n:06}", **headers)


def test_wrong_keys_are_slowed_down_and_right_ones_are_not(rig):
    d = rig.daemon("--limit-wrong-keys", "3").start()
    assert [guess(d, n).status_code for n in range(5)] == [401] * 3 + [429] * 2
    got = assert_slowed_down(guess(d), 20)
    assert "RateLimit" not in got.headers
    assert d.check({"content": "hello"})["action"] == "publish"
    assert akismet(d).text in ("true", "false")

    assert_slowed_down(akismet(d, key="wrong-key-akismet"))
    assert_slowed_down(akismet(d, key="wrong-key-akismet", endpoint="verify-key"))
    got = d.session.post(d.url(f"{ANALYZE}?key=wrong-key-000001"), json=analysis())
    assert assert_slowed_down(got).json()["error"]["status"] == "RESOURCE_EXHAUSTED"
    assert d.metric('moderato_rate_limited_total{by="address"}') == 6


def test_nobody_else_is_believed_where_it_comes_from(rig):
    """T9: a forged header does not change whose bucket it is."""
    d = rig.daemon("--limit-wrong-keys", "3").start()
    for n in range(3):
        forged = {"X_Forwarded_For": f"198.51.100.{n}", "Forwarded": f"for=192.0.2.{n}"}
        assert guess(d, n, **forged).status_code == 401
    assert_slowed_down(guess(d, X_Forwarded_For="198.51.100.77"))


def test_a_trusted_proxy_is_believed(rig):
    d = rig.daemon(
        "--limit-wrong-keys", "2", "--trusted-proxies", "127.0.0.0/8, 10.0.0.0/8"
    ).start()

    def status(**headers):
        return guess(d, **headers).status_code

    spoofed = "6.6.6.{}, 198.51.100.1, 10.1.1.1"
    tries = [status(X_Forwarded_For=spoofed.format(n)) for n in range(3)]
    assert tries == [401, 401, 429]
    assert status(X_Forwarded_For="198.51.100.2:4711") == 401
    assert status(Forwarded='for="198.51.100.1:80";proto=https') == 429
    # a network of IPv6 is one
    networks = [f"2001:db8:0:1::{n:x}" for n in (1, 2, 3)]
    assert [status(X_Forwarded_For=a) for a in networks] == [401, 401, 429]
    assert status(X_Forwarded_For="2001:db8:0:2::3") == 401
    # and so is a larger one, at four times the limit
    networks = [f"2001:db8:7:{n:x}::1" for n in range(9)]
    assert [status(X_Forwarded_For=a) for a in networks] == [401] * 8 + [429]
    # what is not clear is the proxy's
    unclear = [
        {"X_Forwarded_For": "198.51.100.3, nonsense"},
        {"X_Forwarded_For": "198.51.100.4", "Forwarded": "for=198.51.100.5"},
        {},
    ]
    assert [status(**each) for each in unclear] == [401, 401, 429]


def test_proxies_that_are_none(rig):
    done = rig.daemon().command("check-config", "--trusted-proxies", "10.0.0.0/33")
    assert done.returncode == 2
    assert "trusted-proxies" in done.stderr


# Of a person


FLOOD = ["--limit-author", "2", "--limit-ip", "0", "--flood", "2"]


def by(name, n=0, mail="mail.example"):
    who = {"name": name, "email": f"{name}@{mail}"}
    return {"content": f"I like the {n}th page a lot", "author": who}


def flood_is_refused(d):
    before = rows(d)
    got = [d.post(by("eve", n)) for n in range(4)]
    assert [g.json()["limits"]["remaining"] for g in got] == [1, 0, 0, 0]
    assert [g.json()["action"] for g in got[2:]] == ["hold", "hold"]
    told = got[0].headers
    assert members(told["RateLimit-Policy"])["commenter"] == {"q": 2, "w": 3600}
    limits = got[0].json()["limits"]
    state = members(told["RateLimit"])["commenter"]
    assert state == {"r": limits["remaining"], "t": limits["reset_s"]}

    # what is beyond in this hour alone is so in the next one, too
    refused = assert_slowed_down(d.post(by("eve", 5)), 7200)
    assert "author" in refused.json()["detail"]
    assert members(refused.headers["RateLimit"])["commenter"]["r"] == 0
    # a test is never refused, and neither is somebody else
    assert d.check(by("eve", 6) | {"test": True})["action"] == "hold"
    assert d.check(by("adam"))["action"] == "publish"
    assert d.check(by("eve", mail="other.example"))["action"] == "publish"
    assert rows(d) == before + 6


def batch_tells_each(d):
    before = rows(d)
    mixed = [by("bob", n) for n in range(6)] + [by("cay")]
    key = {"Idempotency_Key": f"batch-{before}"}
    results = d.batch(mixed, **key)
    assert ["error" in each for each in results] == [False] * 4 + [True] * 2 + [False]
    assert results[4]["error"]["status"] == 429
    assert results[6]["action"] == "publish"
    assert rows(d) == before + 5
    assert d.batch(mixed, **key) == results
    assert rows(d) == before + 5


def flood_in_dialects(d):
    fields = {
        "comment_author": "mallory",
        "comment_author_email": "mallory@mail.example",
        "comment_content": "A fine page.",
    }
    got = [akismet(d, **fields) for _ in range(4)]
    assert all("X-akismet-pro-tip" not in g.headers for g in got)
    before = rows(d)
    got = akismet(d, **fields)
    assert (got.status_code, got.text) == (200, "true")
    assert "X-akismet-pro-tip" not in got.headers
    assert akismet(d, user_role="administrator", **fields).text == "false"
    assert rows(d) == before + 1


def all_about_floods(d):
    well_within(3600)
    before = d.metric("moderato_flood_refused_total")
    flood_is_refused(d)
    batch_tells_each(d)
    flood_in_dialects(d)
    assert d.metric("moderato_flood_refused_total") == before + 4


def test_floods_with_counts_in_memory(rig):
    all_about_floods(rig.daemon(*FLOOD).start())


def test_floods_with_counts_in_redis(rig):
    with_redis(rig, *FLOOD, test=all_about_floods)


def test_a_refused_comment_may_come_again(rig):
    """What was not recorded is no answer to repeat."""
    well_within(3600)
    d = rig.daemon("--limit-author", "1", "--flood", "1").start()
    d.check(by("eve"))
    key = {"Idempotency_Key": "one"}
    assert_slowed_down(d.post(by("eve", 1), **key), 7200)
    got = assert_slowed_down(d.post(by("eve", 1), **key), 7200)
    assert "Idempotency-Replayed" not in got.headers


def test_floods_of_an_address(rig):
    well_within(3600)
    d = rig.daemon("--limit-ip", "1", "--limit-author", "0", "--flood", "2").start()
    comment = {"content": "hello", "author": {"ip": "198.51.100.1"}}
    got = [d.post(comment).status_code for _ in range(3)]
    assert got == [200, 200, 429]


def test_a_mere_name_is_held_and_never_refused(rig):
    """Anybody may be called so."""
    d = rig.daemon("--limit-author", "1", "--flood", "1").start()
    comment = {"content": "I like it", "author": {"name": "Anonymous"}}
    got = [d.post(comment | {"content": f"I like page {n} a lot"}) for n in range(9)]
    assert [g.status_code for g in got] == [200] * 9
    assert got[8].json()["action"] == "hold"


def test_no_flood_unless_asked(rig):
    d = rig.daemon("--limit-author", "1", "--flood", "0").start()
    got = [d.post(by("eve", n)).status_code for n in range(40)]
    assert got == [200] * 40


def test_the_tip_to_discard_a_flood_only_where_allowed(rig):
    well_within(3600)
    d = rig.daemon("--limit-author", "1", "--flood", "1").start()
    d.end()
    done = d.command("site", "set", "default", "--discard", "yes")
    assert done.returncode == 0, done.stderr
    d.start()
    fields = {
        "comment_author": "mallory",
        "comment_author_email": "mallory@mail.example",
        "comment_content": "A fine page.",
    }
    akismet(d, **fields)
    got = akismet(d, **fields)
    assert got.text == "true"
    assert got.headers["X-akismet-pro-tip"] == "discard"


def test_perspective_scores_a_flood(rig):
    d = rig.daemon("--limit-author", "1", "--flood", "1").start()
    body = analysis() | {"communityId": "c", "clientToken": "t"}
    url = d.url(f"{ANALYZE}?key={FIRST_KEY}")
    for _ in range(3):
        got = d.session.post(url, json=body)
        assert got.status_code == 200
        assert 0 < got.json()["attributeScores"]["SPAM"]["summaryScore"]["value"] < 1


@pytest.fixture(scope="module")
def daemon(shared_rig):
    return shared_rig.daemon().start()
