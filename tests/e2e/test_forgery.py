"""Another site's requests in a moderator's browser: every route that changes
something refuses them and changes nothing; and no GET changes anything."""

import hashlib
import json
import sqlite3

import pytest
from conftest import PATIENCE_S
from openapi import DESCRIPTION
from people import enter, first_link
from test_matrix import (  # noqa: F401
    ENDLESS,
    FOREIGN,
    QUERIES,
    Rest,
    daemon,
    foreign_path,
)

CHANGING = [
    (method.upper(), path)
    for path, item in DESCRIPTION.whole["paths"].items()
    for method in item
    if method not in ("get", "head") and path.startswith("/v1/")
]
READING = [
    path
    for path, item in DESCRIPTION.whole["paths"].items()
    if "get" in item and not path.startswith("/1.") and path not in ENDLESS
]
# What goes on by itself: what comments are found by, webhooks that are tried.
RESTLESS = ("comment_text", "card", "band", "campaign", "sqlite_", "delivery", "webhook")


@pytest.fixture(scope="module")
def operator(daemon):  # noqa: F811
    return enter(daemon, link=first_link(daemon))


def rows_of(db, table):
    """When somebody was last seen changes every ten minutes."""
    rows = db.execute(f"SELECT * FROM {table} ORDER BY 1, 2")
    rows.row_factory = sqlite3.Row
    return ({k: row[k] for k in row.keys() if k != "seen_at"} for row in rows)


def contents(daemon):  # noqa: F811
    """A hash of every table that changes by requests only."""
    path = f"file:{daemon.var / 'moderato.db'}?mode=ro"
    with sqlite3.connect(path, uri=True, timeout=PATIENCE_S) as db:
        tables = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        names = [n for (n,) in tables if not n.startswith(RESTLESS)]
        assert {"comment", "decision", "audit", "session", "site"} <= set(names)
        rows = {n: [*rows_of(db, n)] for n in names}
    db.close()
    return hashlib.sha256(repr(sorted(rows.items())).encode()).hexdigest()


@pytest.fixture(scope="module")
def rest(daemon):  # noqa: F811
    return Rest(daemon, contents)


def path_of(daemon, path):  # noqa: F811
    """The path with the id of something that is there."""
    if "{" not in path:
        return path
    made = foreign_path(daemon, path)
    return made + ("&" if "?" in made else "?") + "site=other"


def forgeries(daemon, person):  # noqa: F811
    host = f"127.0.0.1:{daemon.admin_port}"
    return {
        "no token": {"X_CSRF_Token": None},
        "an empty one": {"X_CSRF_Token": ""},
        "a wrong one": {"X_CSRF_Token": "0" * 32},
        "one too many": {"X_CSRF_Token": person.csrf + "0"},
        "another origin": {"Origin": "https://evil.example"},
        "one that begins so": {"Origin": f"http://{host}.evil.example"},
        "none to speak of": {"Origin": "null"},
        "another port": {"Origin": "http://127.0.0.1:1"},
        "another site": {"Sec_Fetch_Site": "cross-site"},
        "a sibling": {"Sec_Fetch_Site": "same-site"},
    }


def test_every_kind_of_id_is_known():
    for _, path in CHANGING:
        assert "{" not in path or any(path.startswith(start) for start in FOREIGN), path


@pytest.mark.parametrize("method, path", CHANGING)
def test_forged(daemon, operator, rest, method, path):  # noqa: F811
    asked = path_of(daemon, path)
    before = rest.settled()
    for what, headers in forgeries(daemon, operator).items():
        if path == "/v1/session" and method == "POST" and "X_CSRF_Token" in headers:
            continue  # whoever signs in has no token yet
        got = operator.ask(method, asked, {}, **headers)
        assert got.status_code == 403, (what, got.text)
    assert contents(daemon) == before


@pytest.mark.parametrize("method, path", CHANGING)
def test_a_form_of_another_site(daemon, rest, method, path):  # noqa: F811
    """What a browser sends without asking: no cookie that is SameSite=Strict."""
    asked = path_of(daemon, path)
    before = rest.settled()
    got = daemon.session.request(
        method, daemon.url(asked, admin=True), data=json.dumps({}),
        headers={"Content-Type": "text/plain", "Origin": "https://evil.example"},
        timeout=PATIENCE_S,
    )  # fmt: skip
    assert got.status_code in (401, 403), got.text
    assert contents(daemon) == before


@pytest.mark.parametrize("path", READING)
def test_a_get_changes_nothing(daemon, operator, rest, path):  # noqa: F811
    asked = path_of(daemon, path + QUERIES.get(path, ""))
    before = rest.settled()
    operator.ask("GET", asked)
    operator.ask("HEAD", asked)
    assert contents(daemon) == before


def test_what_is_not_forged_is_not_refused(daemon, operator):  # noqa: F811
    """The last one, for much is gone afterwards."""
    asked = [
        (method, path, path_of(daemon, path))
        for method, path in CHANGING
        if path != "/v1/session" and not path.startswith("/v1/models")
    ]
    refused = []
    for method, path, at in asked:
        at += ("&" if "?" in at else "?") + "site=other"
        if operator.ask(method, at, {}).status_code == 403:
            refused.append((method, path))
    assert not refused
