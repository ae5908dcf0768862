"""Requests that cannot be served, and what the answer says about them."""

import json
import re
import socket

import jsonschema
import pytest
from conftest import FIRST_KEY, PATIENCE_S

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "request_id"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string", "pattern": "^urn:moderato:problem:[a-z-]+$"},
        "title": {"type": "string", "minLength": 5},
        "status": {"type": "integer"},
        "detail": {"type": "string", "minLength": 5},
        "request_id": {"type": "string", "pattern": "^[0-9A-Z]{26}$"},
        "errors": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object", "required": ["pointer", "detail"]},
        },
    },
}

ONE, BATCH = "/v1/comments", "/v1/comments:batch"
FINE = b'{"content":"fine"}'


def assert_problem(got, status):
    assert got.status_code == status, got.text
    assert got.headers["Content-Type"] == "application/problem+json"
    problem = got.json()
    jsonschema.validate(problem, PROBLEM)
    assert problem["status"] == status
    assert problem["request_id"] == got.headers["X-Request-Id"]
    return problem


def deep(n):
    return b'{"content":"x","more":' + b"[" * n + b"]" * n + b"}"


# name: body, part of the detail
UNREADABLE = {
    "empty": (b"", "JSON"),
    "not JSON": (b"content=hello", "JSON"),
    "cut": (b'{"content":"x"', "JSON"),
    "two values": (FINE + FINE, "JSON"),
    "trailing comma": (b'{"content":"x",}', "JSON"),
    "single quotes": (b"{'content':'x'}", "JSON"),
    "bad UTF-8": (b'{"content":"\xff"}', "decode byte"),
    "overlong UTF-8": (b'{"content":"\xc0\xaf"}', "decode byte"),
    "a surrogate in UTF-8": (b'{"content":"\xed\xa0\x80"}', "decode byte"),
    "a key twice": (b'{"content":"x","content":"y"}', "uplicate"),
    "a key twice inside": (b'{"content":"x","author":{"ip":"","ip":""}}', "uplicate"),
    "raw NUL": (b'{"content":"a\x00b"}', "JSON"),
    "NUL behind": (FINE + b"\x00", "JSON"),
    "more behind a NUL": (FINE + b"\x00{", "JSON"),
    "byte order mark": (b"\xef\xbb\xbf" + FINE, "JSON"),
    "NaN": (b'{"content":"x","fill_ms":NaN}', "JSON"),
    "endless number": (b'{"content":"x","fill_ms":1e999}', "JSON"),
    "too deep": (deep(17), "nested"),
    "far too deep": (deep(20000), "nested"),
}


@pytest.mark.parametrize("path", [ONE, BATCH])
@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable(daemon, name, path):
    body, detail = UNREADABLE[name]
    problem = assert_problem(daemon.post(body, path=path), 400)
    assert detail in problem["detail"]
    assert "errors" not in problem


# name: what stands in a string, as what it is read
ODD = {
    "half a pair": ("a\\ud800b", "a\ufffdb"),
    "the other half": ("a\\uDEADb", "a\ufffdb"),
    "NUL": ("a\\u0000b", "a\ufffdb"),
    "a backslash": ("a\\\\ud800b", "a\\ud800b"),
    "a pair": ("a\\ud83d\\ude00b", "a\U0001f600b"),
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_character_is_judged(daemon, name):
    """A commenter could have his comment refused, which some engines publish."""
    sent, read = ODD[name]
    body = '{"content":"%s","author":{"name":"%s"}}' % (sent, sent)
    one = daemon.post(body.encode())
    batch = daemon.post(b'{"comments":[%s]}' % body.encode(), path=BATCH)
    assert (one.status_code, batch.status_code) == (200, 200), one.text + batch.text
    for id_ in (one.json()["id"], batch.json()["results"][0]["id"]):
        comment = daemon.get(f"/v1/comments/{id_}").json()["comment"]
        assert (comment["content"], comment["author"]["name"]) == (read, read)


# name: the members besides content, the pointer
MISFITS = {
    "content missing": ({"content": ...}, "/content"),
    "content null": ({"content": None}, "/content"),
    "content number": ({"content": 5}, "/content"),
    "content too long": ({"content": "x" * 32769}, "/content"),
    "content too long in bytes": ({"content": "\u00e9" * 16385}, "/content"),
    "id too long": ({"id": "x" * 257}, "/id"),
    "thread a list": ({"thread": []}, "/thread"),
    "format unknown": ({"format": "markdown"}, "/format"),
    "format in capitals": ({"format": "HTML"}, "/format"),
    "format empty": ({"format": ""}, "/format"),
    "author a name": ({"author": "jammy"}, "/author"),
    "author a list": ({"author": []}, "/author"),
    "author name a number": ({"author": {"name": 1}}, "/author/name"),
    "author name too long": ({"author": {"name": "x" * 513}}, "/author/name"),
    "author ip too long": ({"author": {"ip": "1" * 65}}, "/author/ip"),
    "created_at a number": ({"created_at": 1509844200}, "/created_at"),
    "created_at without zone": ({"created_at": "2017-11-05T01:10:00"}, "/created_at"),
    "created_at no date": ({"created_at": "2017-02-30T01:10:00Z"}, "/created_at"),
    "created_at empty": ({"created_at": ""}, "/created_at"),
    "fill_ms negative": ({"fill_ms": -1}, "/fill_ms"),
    "fill_ms a fraction": ({"fill_ms": 1.5}, "/fill_ms"),
    "fill_ms a string": ({"fill_ms": "5"}, "/fill_ms"),
    "honeypot a boolean": ({"honeypot": True}, "/honeypot"),
    "test a string": ({"test": "true"}, "/test"),
    "test a number": ({"test": 1}, "/test"),
}


def misfit(members):
    comment = {"content": "x"} | members
    return {k: v for k, v in comment.items() if v is not ...}


@pytest.mark.parametrize("name", MISFITS)
def test_misfit(daemon, name):
    members, pointer = MISFITS[name]
    problem = assert_problem(daemon.post(misfit(members)), 422)
    assert [e["pointer"] for e in problem["errors"]] == [pointer]
    assert problem["errors"][0]["detail"].startswith("expected ")


@pytest.mark.parametrize("name", MISFITS)
def test_misfit_in_a_batch(daemon, name):
    members, pointer = MISFITS[name]
    batch = {"comments": [{"content": "a"}, {"content": "b"}, misfit(members)]}
    problem = assert_problem(daemon.post(batch, path=BATCH), 422)
    assert [e["pointer"] for e in problem["errors"]] == [f"/comments/2{pointer}"]


@pytest.mark.parametrize("body", ["[]", '"x"', "null", "5", "true"])
def test_not_an_object(daemon, body):
    problem = assert_problem(daemon.post(body.encode()), 422)
    assert problem["errors"][0]["pointer"] == ""
    problem = assert_problem(daemon.post(body.encode(), path=BATCH), 422)
    assert problem["errors"][0]["pointer"] == "/comments"


# name: the value of `comments`, the pointer
BATCHES = {
    "none": ([], "/comments"),
    "one too many": ([{"content": ""}] * 501, "/comments"),
    "no list": ({"content": ""}, "/comments"),
    "null": (None, "/comments"),
    "a string inside": (["x"], "/comments/0"),
    "a list inside": ([{"content": ""}, []], "/comments/1"),
}


@pytest.mark.parametrize("name", BATCHES)
def test_batch(daemon, name):
    comments, pointer = BATCHES[name]
    problem = assert_problem(daemon.post({"comments": comments}, path=BATCH), 422)
    assert problem["errors"][0]["pointer"] == pointer


def test_unknown_members_are_ignored(daemon):
    comment = {"content": "x", "colour": {"deep": [1]}, "author": {"shoe": 43}}
    assert daemon.post(comment).status_code == 200


def test_numbers_at_the_edge(daemon):
    for n in (0, 2**53, 2**63 - 1):
        assert daemon.post({"content": "x", "fill_ms": n}).status_code == 200
    assert_problem(daemon.post(b'{"content":"x","fill_ms":9223372036854775808}'), 400)


KEYS = {
    "missing": {},
    "empty": {"Authorization": ""},
    "only the scheme": {"Authorization": "Bearer"},
    "an empty key": {"Authorization": "Bearer "},
    "wrong": {"Authorization": "Bearer mo_aaaaaaaa_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"},
    "too short": {"Authorization": "Bearer " + FIRST_KEY[:-1]},
    "too long": {"Authorization": "Bearer " + FIRST_KEY + "x"},
    "other case": {"Authorization": "Bearer " + FIRST_KEY.upper()},
    "basic": {"Authorization": "Basic " + FIRST_KEY},
    "no scheme": {"Authorization": FIRST_KEY},
    "garbled": {"Authorization": b"Bearer \xff\xfe\x80"},
    "endless": {"Authorization": "Bearer " + "a" * 4000},
    "in another header": {"X-Api-Key": FIRST_KEY},
}


@pytest.mark.parametrize("name", KEYS)
def test_key(daemon, name):
    for call in (
        lambda: daemon.session.post(daemon.url(ONE), data=FINE, headers=KEYS[name]),
        lambda: daemon.session.get(daemon.url(ONE + "/x"), headers=KEYS[name]),
    ):
        got = call()
        assert_problem(got, 401)
        assert got.headers["WWW-Authenticate"] == "Bearer"


def test_scheme_in_any_case(daemon):
    for scheme in ("bearer", "BEARER"):
        got = daemon.post(FINE, Authorization=f"{scheme} {FIRST_KEY}")
        assert got.status_code == 200


def test_blanks_around_a_header_do_not_count(daemon):
    """RFC 9110 section 5.5; sent by hand, since clients trim them."""
    auth = f"Authorization: \t Bearer {FIRST_KEY} \t"
    assert talk(daemon, f"GET {ONE}/none HTTP/1.1", HOST, auth)[0] == 404


def test_scope(rig):
    daemon = rig.daemon().start()
    daemon.add_key("only-feedback-0001", "feedback")
    assert_problem(daemon.post(FINE, key="only-feedback-0001"), 403)
    assert_problem(daemon.get(ONE + "/x", key="only-feedback-0001"), 403)


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/comments/", "/V1/comments", "/v2/comments", "//v1/comments"]
)
def test_path(daemon, path):
    assert_problem(daemon.get(path), 404)
    assert_problem(daemon.post(FINE, path=path), 404)


ALLOWED = {
    ("PUT", ONE): "GET, HEAD, POST",
    ("DELETE", ONE): "GET, HEAD, POST",
    ("OPTIONS", ONE): "GET, HEAD, POST",
    ("GET", BATCH): "POST",
    ("HEAD", BATCH): "POST",
    ("PATCH", BATCH): "POST",
    ("POST", ONE + "/x"): "GET, HEAD",
    ("DELETE", ONE + "/x"): "GET, HEAD",
    ("POST", "/livez"): "GET, HEAD",
}


@pytest.mark.parametrize("method, path", ALLOWED)
def test_method(daemon, method, path):
    got = daemon.session.request(
        method, daemon.url(path), headers={"Content-Length": "0"}
    )
    assert got.status_code == 405
    assert got.headers["Allow"] == ALLOWED[method, path]


def test_a_body_where_none_belongs(daemon):
    assert_problem(daemon.post(FINE, path="/livez"), 405)
    got = daemon.session.get(daemon.url("/livez"), data=FINE)
    assert got.status_code == 200


def test_head(daemon):
    auth = {"Authorization": f"Bearer {FIRST_KEY}"}
    record = f"/v1/comments/{daemon.check({'content': 'x'})['id']}"
    for path, status in (("/livez", 200), (record, 200), (ONE + "/x", 404)):
        whole = daemon.get(path)
        head = daemon.session.head(daemon.url(path), headers=auth)
        assert head.status_code == whole.status_code == status
        assert head.content == b""
        assert head.headers["Content-Type"] == whole.headers["Content-Type"]


@pytest.mark.parametrize("argument", ["&", "a=b&"])
def test_many_arguments(daemon, argument):
    """As many as a target has room for: an answer like any other."""
    query = (argument * 2000)[:2000]
    assert daemon.get(f"/livez?{query}").status_code == 200


def talk(daemon, *lines, body=b""):
    """Sends a request as it is; returns status and problem document."""
    head = "\r\n".join([*lines, "", ""]).encode()
    with socket.create_connection(("127.0.0.1", daemon.port), timeout=PATIENCE_S) as s:
        s.sendall(head + body)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += s.recv(65536)
        headers, _, rest = answer.partition(b"\r\n\r\n")
        length = next(
            int(h.split(b":")[1])
            for h in headers.split(b"\r\n")
            if h.lower().startswith(b"content-length:")
        )
        while len(rest) < length:
            rest += s.recv(65536)
    problem = json.loads(rest)
    jsonschema.validate(problem, PROBLEM)
    return int(headers.split()[1]), problem


HOST, AUTH = "Host: x", f"Authorization: Bearer {FIRST_KEY}"
POST = f"POST {ONE} HTTP/1.1"

# name: lines of the request, status
FRAMES = {
    "no length": ([POST, HOST, AUTH], 411),
    "chunked": ([POST, HOST, AUTH, "Transfer-Encoding: chunked"], 411),
    "too large, not sent": ([POST, HOST, AUTH, "Content-Length: 131073"], 413),
    "far too large": ([POST, HOST, AUTH, "Content-Length: 99999999999999"], 413),
    "batch too large": (
        [f"POST {BATCH} HTTP/1.1", HOST, AUTH, "Content-Length: 1048577"],
        413,
    ),
    "too large without key": ([POST, HOST, "Content-Length: 131073"], 413),
    "gzip": (
        [POST, HOST, AUTH, "Content-Encoding: gzip", "Content-Length: 18"],
        415,
    ),
    "no host": ([POST, AUTH, "Content-Length: 18"], 400),
    "two keys": ([POST, HOST, AUTH, AUTH, "Content-Length: 18"], 400),
    "%00": (["GET /v1/comments/%00 HTTP/1.1", HOST, AUTH], 400),
    "long target": ([f"GET /{'a' * 2048} HTTP/1.1", HOST, AUTH], 414),
    "many headers": ([POST, HOST, AUTH, *(f"X-{n}: x" for n in range(64))], 431),
}


@pytest.mark.parametrize("name", FRAMES)
def test_frame(daemon, name):
    lines, status = FRAMES[name]
    got, problem = talk(daemon, *lines)
    assert got == problem["status"] == status
    assert not problem["type"].endswith(":internal")


def test_the_longest_target(daemon):
    """It is as long as the description says."""
    responses = daemon.get("/openapi.json").json()["components"]["responses"]
    said = re.search(r"([\d,]+) bytes", responses["TargetTooLong"]["description"])
    most = int(said[1].replace(",", ""))
    for n, status in ((most, 404), (most + 1, 414)):
        assert talk(daemon, f"GET /{'a' * (n - 1)} HTTP/1.1", HOST, AUTH)[0] == status


def test_the_largest_body(daemon):
    body = FINE + b" " * (131072 - len(FINE))
    assert daemon.post(body).status_code == 200
    assert_problem(daemon.post(body + b" "), 413)


def test_nothing_was_recorded(daemon):
    """Refused comments leave no trace in what is counted."""
    author = {"name": "often refused"}
    for _ in range(3):
        assert_problem(daemon.post({"content": "", "author": author, "test": 1}), 422)
    reasons = daemon.check({"content": "", "author": author})["reasons"]
    assert "repeat.author" not in [r["code"] for r in reasons]
