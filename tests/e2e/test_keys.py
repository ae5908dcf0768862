"""API keys: made, listed, rotated and revoked while the service runs."""

import re
import time

import pytest
from conftest import FIRST_KEY, ends, now, wait_for

NEVER = "mo_00000000_00000000000000000000000000000000"
ADMIN = "check,feedback,moderate,admin"


@pytest.fixture(scope="module")
def daemon(shared_rig):
    flags = ["--threads", "2", "--limit-key", "0", "--limit-wrong-keys", "0"]
    d = shared_rig.daemon(*flags).start()
    d.add_site("other", "admin-of-other", ADMIN)
    d.add_key("operator-of-other", ADMIN + ",operator", site="other")
    return d


def statuses(daemon, key):
    """Of several requests, so that every loop is asked."""
    answers = set()
    for _ in range(8):
        answers.add(daemon.post({"content": "fine", "test": True}, key=key).status_code)
        daemon.session.close()
    return answers


def works(daemon, key):
    answers = statuses(daemon, key)
    assert len(answers) == 1
    return answers == {200}


def add(daemon, body, **more):
    got = daemon.ask("POST", "/v1/keys", body, **more)
    assert got.status_code == 201, got.text
    return got.json()


def in_seconds(seconds):
    at = time.gmtime(time.time() + seconds)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", at)


def listed(daemon, id, **more):
    keys = daemon.ask("GET", "/v1/keys?limit=500", **more).json()["keys"]
    return next((k for k in keys if k["id"] == id), None)


def test_a_key_works_at_once_and_is_told_once(daemon):
    made = add(daemon, {"scopes": ["check"], "label": "blög"})
    assert re.fullmatch("mo_[0-9a-z]{8}_[0-9a-z]{32}", made["value"])
    assert made["id"] in made["value"] and made["state"] == "valid"
    assert works(daemon, made["value"])
    seen = listed(daemon, made["id"])
    assert seen == {k: v for k, v in made.items() if k != "value"}
    for kept in [*daemon.var.iterdir(), daemon.err]:
        if kept.is_file():
            assert made["value"].encode() not in kept.read_bytes()


def test_keys_of_akismet(daemon):
    made = add(daemon, {"scopes": ["check"], "style": "akismet"})
    assert re.fullmatch("[0-9a-f]{12}", made["value"])
    form = {"key": made["value"], "blog": "http://blog.example"}
    url = daemon.url("/1.1/verify-key")
    assert daemon.session.post(url, data=form).text == "valid"
    host = {"Host": f"{made['value']}.rest.akismet.com"}
    form = {"blog": "http://blog.example", "user_ip": "192.0.2.7", "is_test": "1"}
    url = daemon.url("/1.1/comment-check")
    got = daemon.session.post(url, data=form, headers=host)
    assert got.text in ("true", "false")


def test_a_key_that_clients_have_already(daemon):
    order = {"scopes": ["check"], "value": "a1b2c3d4e5f6"}
    assert add(daemon, order)["value"] == "a1b2c3d4e5f6"
    assert works(daemon, "a1b2c3d4e5f6")
    for key in (FIRST_KEY, "admin-of-other"):
        again = daemon.ask("POST", "/v1/keys", order, key=key)
        assert again.status_code == 409 and "site" not in again.json()["detail"]


def test_revoked_at_once(daemon):
    made = add(daemon, {"scopes": ["check"]})
    assert works(daemon, made["value"])
    got = daemon.ask("DELETE", f"/v1/keys/{made['id']}")
    assert got.status_code == 200 and got.json()["state"] == "revoked"
    assert not works(daemon, made["value"])
    assert listed(daemon, made["id"])["state"] == "revoked"
    assert daemon.ask("DELETE", f"/v1/keys/{made['id']}").status_code == 404
    path = f"/v1/keys/{made['id']}:rotate"
    assert daemon.ask("POST", path, {}).status_code == 404


def test_two_are_valid_while_they_change(daemon):
    for end in ends():
        old = add(daemon, {"scopes": ["check"], "label": "blog"})
        path = f"/v1/keys/{old['id']}:rotate"
        got = daemon.ask("POST", path, {"expires_at": end.isoformat()})
        assert got.status_code == 201
        new = got.json()
        both = [statuses(daemon, key["value"]) for key in (old, new)]
        if now() < end:
            break
    assert both == [{200}, {200}]
    assert new["replaces"]["id"] == old["id"] != new["id"]
    assert (new["scopes"], new["label"]) == (["check"], "blog")
    assert daemon.ask("POST", path, {}).status_code == 409
    ended = lambda: listed(daemon, old["id"])["state"] == "expired"  # noqa: E731
    wait_for("the end of the old key", ended)
    assert not works(daemon, old["value"])
    assert works(daemon, new["value"])


def test_a_day_unless_told_otherwise(daemon):
    old = add(daemon, {"scopes": ["check"]})
    got = daemon.ask("POST", f"/v1/keys/{old['id']}:rotate", {"style": "akismet"})
    assert re.fullmatch("[0-9a-f]{12}", got.json()["value"])
    least, most = in_seconds(24 * 3600 - 60), in_seconds(24 * 3600 + 60)
    assert least < got.json()["replaces"]["expires_at"] < most


LONG, SHORT = r"mo_\w+", "[0-9a-f]{12}"


@pytest.mark.parametrize(
    "made, asked, new, next_",
    [
        ({}, {}, LONG, LONG),
        ({"style": "akismet"}, {}, SHORT, SHORT),
        ({"value": "0123456789aB"}, {}, SHORT, SHORT),
        ({"value": "no-hex-digits"}, {}, LONG, LONG),
        ({"style": "akismet"}, {"style": None}, SHORT, SHORT),
        ({"style": "akismet"}, {"style": "long"}, LONG, LONG),
        ({"style": "akismet"}, {"value": "nohexdigits1"}, "nohexdigits1", LONG),
    ],
)
def test_a_key_keeps_its_style(daemon, made, asked, new, next_):
    """WordPress takes hex digits alone."""
    key = add(daemon, {"scopes": ["check"]} | made)
    for more, expected in ((asked, new), ({}, next_)):
        got = daemon.ask("POST", f"/v1/keys/{key['id']}:rotate", more)
        assert got.status_code == 201, got.text
        key = got.json()
        assert re.fullmatch(expected, key["value"])


def test_a_key_ends_by_itself(daemon):
    for end in ends():
        made = add(daemon, {"scopes": ["check"], "expires_at": end.isoformat()})
        got = statuses(daemon, made["value"])
        if now() < end:
            break
    assert got == {200}
    wait_for("its end", lambda: listed(daemon, made["id"])["state"] == "expired")
    assert not works(daemon, made["value"])


def test_a_value_comes_again(daemon):
    """Which of two of one value is found first is by chance: so eight."""
    values = [f"again-and-again-{i}" for i in range(8)]
    for _ in range(2):
        daemon.add_site("again", values[0])
        for value in values[1:]:
            daemon.add_key(value, "check", site="again")
        assert [works(daemon, value) for value in values] == [True] * 8
        gone = daemon.operate("DELETE", "/v1/sites/again?confirm=again")
        assert gone.status_code == 200
        assert not works(daemon, values[0])
    orders = [{"scopes": ["check"], "value": value} for value in values]
    made = [add(daemon, o | {"expires_at": in_seconds(2)}) for o in orders]
    for key in made:
        wait_for("its end", lambda: listed(daemon, key["id"])["state"] == "expired")
    for order in orders:
        add(daemon, order)
    assert [works(daemon, value) for value in values] == [True] * 8


def test_none_gives_more_than_it_has(daemon):
    more = daemon.ask("POST", "/v1/keys", {"scopes": ["operator"]})
    assert more.status_code == 403
    add(daemon, {"scopes": ["admin"], "value": "only-for-admins"})
    for scopes in (["check"], ["admin", "moderate"]):
        got = daemon.ask("POST", "/v1/keys", {"scopes": scopes}, key="only-for-admins")
        assert got.status_code == 403
    keys = daemon.ask("GET", "/v1/keys", key="admin-of-other").json()["keys"]
    operators = next(k["id"] for k in keys if "operator" in k["scopes"])
    for method, path in (("DELETE", ""), ("POST", ":rotate")):
        path = f"/v1/keys/{operators}{path}"
        assert daemon.ask(method, path, {}, key="admin-of-other").status_code == 403
    assert works(daemon, "operator-of-other")


def test_operators_act_for_all_sites(daemon):
    order = {"scopes": ["check"]}
    made = add(daemon, order | {"label": "x"}, key="operator-of-other")
    assert made["site"] == "other"
    path = "/v1/keys?site=default"
    got = daemon.ask("POST", path, order, key="operator-of-other")
    assert got.json()["site"] == "default"
    assert daemon.ask("POST", path, order, key="admin-of-other").status_code == 404
    assert daemon.operate("POST", "/v1/keys", order).status_code == 400
    assert daemon.operate("POST", "/v1/keys?site=none", order).status_code == 404
    every = daemon.operate("GET", "/v1/keys?limit=500").json()["keys"]
    assert {k["site"] for k in every} == {"default", "other"}


@pytest.mark.parametrize(
    "body, pointer",
    [
        ({}, "/scopes"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": "check"}, "/scopes"),
        ({"scopes": ["chek"]}, "/scopes"),
        ({"scopes": ["check", 5]}, "/scopes"),
        ({"scopes": ["check"], "label": "x" * 64}, "/label"),
        ({"scopes": ["check"], "label": "\x1b[2J"}, "/label"),
        ({"scopes": ["check"], "value": "short"}, "/value"),
        ({"scopes": ["check"], "value": "no blanks here, please"}, "/value"),
        ({"scopes": ["check"], "value": "x" * 129}, "/value"),
        ({"scopes": ["check"], "style": "short"}, "/style"),
        ({"scopes": ["check"], "expires_at": "tomorrow"}, "/expires_at"),
        ({"scopes": ["check"], "expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"scopes": ["check"], "site": "other"}, "/site"),
        ("check", ""),
    ],
)
def test_an_order_that_does_not_fit(daemon, body, pointer):
    before = daemon.operate("GET", "/v1/keys?limit=500").json()
    got = daemon.ask("POST", "/v1/keys", body)
    assert got.status_code == 422
    assert got.json()["errors"][0]["pointer"] == pointer
    assert daemon.operate("GET", "/v1/keys?limit=500").json() == before


def test_pages(daemon):
    for _ in range(3):
        add(daemon, {"scopes": ["check"]})
    whole = [k["id"] for k in daemon.ask("GET", "/v1/keys?limit=500").json()["keys"]]
    seen, query = [], ""
    while query is not None:
        page = daemon.ask("GET", f"/v1/keys?limit=2{query}").json()
        seen += [k["id"] for k in page["keys"]]
        query = f"&after={page['next']}" if page["next"] else None
    assert seen == whole


@pytest.mark.parametrize("runs", [True, False])
def test_the_command_line(rig, runs):
    d = rig.daemon()
    d.start()
    if not runs:
        d.end()
    told = d.command("key", "add", "--style", "akismet", "--label", "my blog").stdout
    value = re.fullmatch("API key: ([0-9a-f]{12})\n", told)[1]
    last = d.command("key", "list").stdout.splitlines()[-1].split("  ")
    assert last[2:] == ["valid", "-", "default", "check,feedback", "my blog"]
    rotated = d.command("key", "rotate", last[0]).stdout
    ends = [row.split()[3] for row in d.command("key", "list").stdout.splitlines()[-2:]]
    assert ends[0].startswith("20") and ends[1] == "-"  # of old and new
    expected = "API key: [0-9a-f]{12}\nThe old value is valid until 20"
    assert re.match(expected, rotated)
    assert d.command("key", "revoke", last[0]).stdout == f"key {last[0]} is revoked\n"
    again = d.command("key", "revoke", last[0])
    assert again.returncode == 1 and "no such valid key" in again.stderr
    wrong = d.command("key", "add", "--scopes", "chek")
    assert wrong.returncode == 2 and "/scopes" in wrong.stderr
    if not runs:
        d.start()
    assert d.post({"content": "fine"}, key=value).status_code == 401
    operators = ["key", "add", "--scopes", "operator", "--value", "the-operators-key"]
    assert d.command(*operators).returncode == 0
    assert d.ask("GET", "/v1/sites", key="the-operators-key").status_code == 403


def test_both_scopes_are_an_admin_of_all_sites(daemon):
    """As README says, and neither alone."""
    daemon.add_site("elsewhere", "key-of-elsewhere-1")
    for scopes in ("operator", "admin", "admin,operator"):
        key = "all-or-not-" + scopes.replace(",", "-")
        daemon.add_key(key, scopes)
        asked = [
            daemon.ask(method, path, body, key=key).status_code
            for method, path, body in (
                ("PATCH", "/v1/sites/elsewhere", {"settings": {"retention_days": 90}}),
                ("GET", "/v1/keys?site=elsewhere", None),
                ("GET", "/v1/users", None),
                ("GET", "/v1/audit", None),
                ("POST", "/v1/sites", {"name": f"made by {scopes}"}),
            )
        ]
        assert (asked == [200, 200, 200, 200, 201]) == (scopes == "admin,operator")
