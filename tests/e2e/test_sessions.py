"""People: links, passwords, sessions, authenticators; who may do what."""

import datetime
import re
import sqlite3
import statistics
import time

import pytest
from conftest import FIRST_KEY, PATIENCE_S, now, wait_for, well_within
from people import COOKIE, PASSWORD, Person, enter, first_link, invite, totp

OTHER = "other"


@pytest.fixture(scope="module")
def daemon(shared_rig):
    d = shared_rig.daemon("--limit-sign-ins", "0").start()
    d.operate("POST", "/v1/sites", {"name": OTHER})
    return d


@pytest.fixture(scope="module")
def people(daemon):
    """Somebody of each role; the sites of all but the operator are named."""
    roles = {
        "viewer": ("viewer", "default"),
        "moderator": ("moderator", "default"),
        "admin": ("admin", "default"),
        "stranger": ("admin", OTHER),
        "both": ("admin", "default", OTHER),
        "operator": ("operator",),
    }
    return {name: invite(daemon, f"{name}.1", *of) for name, of in roles.items()}


def test_the_first_link_makes_an_operator(rig):
    daemon = rig.daemon().start()
    link = first_link(daemon)
    assert f"http://127.0.0.1:{daemon.admin_port}/#link={link}" in daemon.out.read_text()
    person = enter(daemon, link=link)
    who = person.ask("GET", "/v1/session").json()
    assert (who["role"], who["password"]) == ("operator", False)
    assert [s["name"] for s in who["sites"]] == ["default"]
    assert person.choose("jammy").json()["name"] == "jammy"
    assert enter(daemon, name="JAMMY", password=PASSWORD)
    assert daemon.end() == 0
    # once somebody has a password, starts tell no link
    daemon.start()
    assert "#link=" not in daemon.out.read_text()
    assert person.ask("GET", "/v1/session").status_code == 200


def test_until_then_each_start_tells_a_new_link(rig):
    daemon = rig.daemon().start()
    old = first_link(daemon)
    assert daemon.end() == 0
    new = first_link(daemon.start())
    assert old != new
    assert Person(daemon).sign_in(link=old).status_code == 401
    assert Person(daemon).sign_in(link=new).status_code == 200


def test_a_link_works_once(daemon):
    made = daemon.operate("POST", "/v1/users", {"name": "once", "role": "viewer", "sites": ["default"]})
    link = made.json()["link"]["token"]
    assert Person(daemon).sign_in(link=link).status_code == 200
    again = Person(daemon).sign_in(link=link)
    assert again.status_code == 401 and "Set-Cookie" not in again.headers


def test_a_link_ends(daemon):
    made = daemon.operate("POST", "/v1/users", {"name": "late", "role": "viewer", "sites": ["default"]})
    with sqlite3.connect(daemon.var / "moderato.db") as db:
        db.execute("UPDATE account SET link_until = ? WHERE name = 'late'", [int(time.time() * 1000) - 1])
    link = made.json()["link"]["token"]
    assert Person(daemon).sign_in(link=link).status_code == 401
    new = daemon.operate("POST", "/v1/users/late:link").json()["link"]["token"]
    assert Person(daemon).sign_in(link=link).status_code == 401
    assert Person(daemon).sign_in(link=new).status_code == 200


def test_the_cookie(daemon, people):
    got = Person(daemon).sign_in(name="viewer.1", password=PASSWORD)
    left = datetime.datetime.fromisoformat(got.json()["expires_at"]) - now()
    assert datetime.timedelta(days=6) < left <= datetime.timedelta(days=7)
    assert re.fullmatch(
        rf"{COOKIE}=\w{{52}}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=604800",
        got.headers["Set-Cookie"],
    )
    assert "Set-Cookie" not in people["viewer"].ask("GET", "/v1/session").headers


def test_nothing_that_signs_in_is_stored(daemon, people):
    """Neither in the database nor in its log, nor in what we log."""
    person = people["viewer"]
    made = daemon.operate("POST", "/v1/users/viewer.1:link").json()["link"]["token"]
    stored = b"".join(f.read_bytes() for f in daemon.var.glob("moderato.db*"))
    for secret in (person.cookie, person.csrf, made, PASSWORD):
        assert secret.encode() not in stored
        assert secret not in daemon.err.read_text()
    assert b"$argon2id$" in stored


@pytest.mark.parametrize(
    "name, password",
    [("viewer.1", "wrong"), ("viewer.1", ""), ("nobody", PASSWORD), ("x" * 400, "y" * 400)],
)
def test_what_is_not_right(daemon, people, name, password):
    got = Person(daemon).sign_in(name=name, password=password)
    assert got.status_code == 401 and "Set-Cookie" not in got.headers
    assert got.json()["detail"] == "name or password is not right"


def test_an_unknown_name_takes_as_long(daemon, people):
    """Medians of turns, of more when the machine is busy."""
    times = {"viewer.1": [], "nobody.1": []}
    for turn in range(50):
        for name, took in times.items():
            start = time.monotonic()
            Person(daemon).sign_in(name=name, password="wrong password")
            took.append(time.monotonic() - start)
        known, unknown = map(statistics.median, times.values())
        alike = abs(known - unknown) < 0.5 * max(known, unknown)
        if turn >= 6 and alike:
            break
    assert unknown > 0.02, "it was not hashed"
    assert alike, (known, unknown)


def test_signing_out(daemon, people):
    person = enter(daemon, name="viewer.1", password=PASSWORD)
    got = person.ask("DELETE", "/v1/session")
    assert got.status_code == 200 and "Max-Age=0" in got.headers["Set-Cookie"]
    assert person.ask("GET", "/v1/session").status_code == 401
    assert people["viewer"].ask("GET", "/v1/session").status_code == 200


@pytest.mark.parametrize("column, hours", [("seen_at", 13), ("created_at", 24 * 8)])
def test_sessions_end_by_themselves(daemon, people, column, hours):
    person = enter(daemon, name="viewer.1", password=PASSWORD)
    back = hours * 3600 * 1000
    with sqlite3.connect(daemon.var / "moderato.db") as db:
        db.execute(
            f"UPDATE session SET {column} = {column} - ? WHERE created_at ="
            " (SELECT max(created_at) FROM session)",
            [back],
        )
    assert person.ask("GET", "/v1/session").status_code == 401
    # the next one to sign in sweeps it away
    enter(daemon, name="viewer.1", password=PASSWORD)
    with sqlite3.connect(daemon.var / "moderato.db") as db:
        old = int(time.time() * 1000) - back
        assert not db.execute(f"SELECT 1 FROM session WHERE {column} <= ?", [old + 60000]).fetchall()


def test_a_session_that_is_used_goes_on(daemon, people):
    """Twice after 11 hours, of the 12 that nobody may have asked."""
    person = enter(daemon, name="viewer.1", password=PASSWORD)
    newest = "(SELECT max(created_at) FROM session)"
    seen = f"SELECT seen_at - created_at FROM session WHERE created_at = {newest}"
    for _ in range(2):
        with sqlite3.connect(daemon.var / "moderato.db", timeout=PATIENCE_S) as db:
            db.execute(
                f"UPDATE session SET seen_at = seen_at - ? WHERE created_at = {newest}",
                [11 * 3600 * 1000],
            )
        db.close()
        assert person.ask("GET", "/v1/session").status_code == 200
        wait_for("a note of it", lambda: daemon.stored(seen)[0][0] >= 0)


def test_a_new_password_ends_other_sessions(daemon):
    one = invite(daemon, "changer", "viewer", "default")
    two = enter(daemon, name="changer", password=PASSWORD)
    new = {"password": "another long one"}
    refused = two.ask("PATCH", "/v1/session", new)
    assert refused.json()["errors"][0]["pointer"] == "/current"
    wrong = two.ask("PATCH", "/v1/session", new | {"current": "wrong"})
    assert wrong.json()["errors"][0]["pointer"] == "/current"
    assert two.ask("PATCH", "/v1/session", new | {"current": PASSWORD}).status_code == 200
    assert two.ask("GET", "/v1/session").status_code == 200
    assert one.ask("GET", "/v1/session").status_code == 401
    assert Person(daemon).sign_in(name="changer", password=PASSWORD).status_code == 401
    assert enter(daemon, name="changer", password="another long one")


@pytest.mark.parametrize(
    "change, pointer",
    [
        ({"password": "short"}, "/password"),
        ({"password": "x" * 257}, "/password"),
        ({"name": "operator"}, "/name"),
        ({"name": "Readers"}, "/name"),
        ({"name": "a b"}, "/name"),
        ({"name": "<script>"}, "/name"),
        ({"prefs": []}, "/prefs"),
        ({"prefs": {"x": "y" * 17000}}, "/prefs"),
        ({"prefs": {"x": "\x01" * 21000}}, "/prefs"),
        ({"role": "operator"}, "/role"),
    ],
)
def test_changes_that_do_not_fit(daemon, people, change, pointer):
    got = people["viewer"].ask("PATCH", "/v1/session", change)
    assert got.status_code == 422
    assert got.json()["errors"][0]["pointer"] == pointer


def test_names_of_others_and_ids_of_keys_are_taken(daemon):
    person = invite(daemon, "namer", "viewer", "default")
    key = daemon.operate("GET", "/v1/keys").json()["keys"][0]["id"]
    invite(daemon, "taken", "viewer", "default")
    for name in ("Taken", key, key.upper()):
        got = person.ask("PATCH", "/v1/session", {"name": name, "current": PASSWORD})
        assert got.status_code == 409, name


def test_prefs_are_kept(daemon, people):
    person = people["viewer"]
    prefs = {"theme": "dark", "keys": {"approve": "ß"}}
    assert person.ask("PATCH", "/v1/session", {"prefs": prefs}).json()["prefs"] == prefs
    assert enter(daemon, name="viewer.1", password=PASSWORD).ask("GET", "/v1/session").json()["prefs"] == prefs


# The headers of a request, and whether it may change something.
FORGERIES = [
    ({}, True),
    ({"Sec_Fetch_Site": "same-origin"}, True),
    ({"Sec_Fetch_Site": "same-site"}, False),
    ({"Sec_Fetch_Site": "cross-site"}, False),
    ({"Sec_Fetch_Site": "none"}, False),
    ({"Origin": "http://{host}"}, True),
    ({"Origin": "http://{host}", "Sec_Fetch_Site": "cross-site"}, False),
    ({"Origin": "http://{host}.evil.example"}, False),
    ({"Origin": "http://evil.example"}, False),
    # a name that somebody had lead here; of https he has no certificate
    ({"Host": "evil.example", "Origin": "http://evil.example"}, False),
    ({"Host": "page.example", "Origin": "https://page.example"}, True),
    ({"Host": "page.example", "Origin": "https://evil.example"}, False),
    ({"Origin": "null"}, False),
    ({"Origin": ""}, False),
    ({"X_CSRF_Token": None}, False),
    ({"X_CSRF_Token": ""}, False),
    ({"X_CSRF_Token": "0" * 32}, False),
]


def test_a_name_that_may_be_anybodys_is_told(daemon, people):
    """Whose operator has a front without TLS reads what to list."""
    strange = {"Host": "page.example", "Origin": "http://page.example"}
    entry = {"kind": "phrase", "value": "by a name", "effect": "hold"}
    got = people["moderator"].ask("POST", "/v1/lists", entry, **strange)
    assert got.status_code == 403 and "--admin-hosts" in got.json()["detail"]


@pytest.mark.parametrize("headers, may", FORGERIES)
def test_forged_requests(daemon, people, headers, may):
    host = f"127.0.0.1:{daemon.admin_port}"
    sent = {k: v and v.replace("{host}", host) for k, v in headers.items()}
    person = people["moderator"]
    entry = {"kind": "phrase", "value": f"forged {headers}", "effect": "hold"}
    got = person.ask("POST", "/v1/lists", {"entries": [entry]}, **sent)
    assert got.status_code == (201 if may else 403), got.text
    lists = person.ask("GET", "/v1/lists?limit=500", **sent).json()["entries"]
    assert any(e["value"] == entry["value"] for e in lists) == may
    if "X_CSRF_Token" not in headers:
        got = Person(daemon).ask("POST", "/v1/session", {"link": "x"}, Cookie=None, **sent)
        assert got.status_code == (401 if may else 403)


def test_another_persons_token_is_no_good(daemon, people):
    got = people["viewer"].ask(
        "PATCH", "/v1/session", {"prefs": {}}, X_CSRF_Token=people["admin"].csrf
    )
    assert got.status_code == 403


def test_sessions_are_of_the_admin_listener_only(daemon, people):
    cookie = {"Cookie": f"{COOKIE}={people['operator'].cookie}"}
    for path, status in (("/v1/session", 404), ("/v1/sites", 401)):
        got = daemon.session.get(daemon.url(path), headers=cookie, timeout=PATIENCE_S)
        assert got.status_code == status


def test_an_authenticator(daemon):
    person = invite(daemon, "careful", "viewer", "default")
    offer = person.ask("PATCH", "/v1/session", {"totp": True}).json()
    secret = offer["totp_secret"]
    assert not offer["totp"] and f"secret={secret}&" in offer["totp_uri"]
    order = {"totp_secret": secret, "current": PASSWORD}
    wrong = person.ask("PATCH", "/v1/session", order | {"code": "000000"})
    assert wrong.json()["errors"][0]["pointer"] == "/code"
    well_within(30, 10)  # a code of now counts for as long afterwards
    now = time.time()
    set_up = person.ask("PATCH", "/v1/session", order | {"code": totp(secret, now - 30)})
    codes = set_up.json()["recovery_codes"]
    assert set_up.json()["totp"] and set_up.json()["recovery_left"] == 10

    def sign_in(**more):
        return Person(daemon).sign_in(name="careful", password=PASSWORD, **more)

    asked = sign_in()
    assert (asked.status_code, asked.json()["errors"][0]["pointer"]) == (401, "/code")
    assert sign_in(code=totp(secret, now - 30)).status_code == 401, "used before"
    assert sign_in(code=totp(secret, now)).status_code == 200
    assert sign_in(code=totp(secret, now)).status_code == 401, "each counts once"
    assert sign_in(code=codes[3].upper()).status_code == 200
    assert sign_in(code=codes[3]).status_code == 401
    assert sign_in(code=codes[4].replace("-", " ")).json()["recovery_left"] == 8
    # a link does not go around it, and is not used up by trying
    link = daemon.operate("POST", "/v1/users/careful:link").json()["link"]["token"]
    assert Person(daemon).sign_in(link=link).status_code == 401
    assert Person(daemon).sign_in(link=link, code=codes[5]).status_code == 200
    stored = (daemon.var / "moderato.db").read_bytes()
    assert secret.encode() not in stored and codes[0].encode() not in stored
    # whoever lost all asks an operator
    daemon.operate("PATCH", "/v1/users/careful", {"totp": False})
    assert sign_in().status_code == 200


def test_how_often_somebody_may_try(rig):
    daemon = rig.daemon("--limit-sign-ins", "3").start()
    invite(daemon, "target", "viewer", "default")

    def tries(name):
        return Person(daemon).sign_in(name=name, password="wrong").status_code

    assert [tries("target") for _ in range(4)] == [401, 401, 401, 429]
    got = Person(daemon).sign_in(name="TARGET", password=PASSWORD)
    assert got.status_code == 429 and int(got.headers["Retry-After"]) > 0
    # one address may twice as often, whatever the names; the first link counts
    assert 429 in [tries(f"name{i}") for i in range(6)]


def test_many_at_once_do_not_stall_the_rest(daemon, people):
    """Only so many wait for the hasher; who does not sign in waits not at all."""
    from concurrent.futures import ThreadPoolExecutor

    def attempt(i):
        start = time.monotonic()
        got = Person(daemon).sign_in(name=f"flood{i}", password="wrong")
        return got.status_code, time.monotonic() - start

    with ThreadPoolExecutor(24) as pool:
        flood = [pool.submit(attempt, i) for i in range(48)]
        times = []
        while not all(f.done() for f in flood):
            start = time.monotonic()
            assert people["viewer"].ask("GET", "/v1/session").status_code == 200
            times.append(time.monotonic() - start)
        tried = [f.result() for f in flood]
    statuses = {status for status, _ in tried}
    assert statuses <= {401, 503} and 503 in statuses
    hashed = statistics.median(s for status, s in tried if status == 401)
    assert statistics.median(times) < max(0.5, hashed / 2)


# What the API lets somebody do, by role: all routes of one scope are alike.
ACTS = [
    ("GET", "/v1/lists", None, "view"),
    ("GET", "/v1/comments?engine_id=x", None, "view"),
    ("POST", "/v1/lists:try", {"content": "x"}, "moderate"),
    ("POST", "/v1/comments", {"content": "x"}, "check"),
    ("GET", "/v1/keys", None, "admin"),
    ("GET", "/v1/webhooks", None, "admin"),
    ("GET", "/v1/users", None, "admin"),
    ("PATCH", "/v1/sites/default", {}, "admin"),
    ("POST", "/v1/sites", {"name": ""}, "operator"),
]
MAY = {
    "viewer": {"view"},
    "moderator": {"view", "moderate"},
    "admin": {"view", "moderate", "check", "admin"},
    "operator": {"view", "moderate", "check", "admin", "operator"},
}


@pytest.mark.parametrize("method, path, body, scope", ACTS)
@pytest.mark.parametrize("role", MAY)
def test_roles(daemon, people, role, method, path, body, scope):
    asked = path
    if role == "operator" and "/v1/sites" not in path:
        asked += ("&" if "?" in path else "?") + "site=default"
    got = people[role].ask(method, asked, body)
    assert (got.status_code != 403) == (scope in MAY[role]), got.text
    assert got.status_code in (200, 403, 422)


def test_people_of_several_sites_say_which(daemon, people):
    both = people["both"]
    assert both.ask("GET", "/v1/lists").status_code == 400
    assert both.ask("GET", f"/v1/lists?site={OTHER}").status_code == 200
    assert both.ask("GET", "/v1/lists?site=nobody").status_code == 404
    sites = [k["site"] for k in both.ask("GET", "/v1/keys").json()["keys"]]
    assert "default" in sites
    assert people["admin"].ask("GET", f"/v1/lists?site={OTHER}").status_code == 404
    assert people["stranger"].ask("GET", "/v1/keys").json()["keys"] == []


def test_a_role_is_one_on_its_site_only(daemon, people):
    person = invite(daemon, "mixed", "viewer", OTHER)
    daemon.operate("PATCH", "/v1/users/mixed", {"role": "admin", "sites": ["default"]})
    person = enter(daemon, name="mixed", password=PASSWORD)
    assert person.ask("GET", "/v1/keys?site=default").status_code == 200
    assert person.ask("GET", f"/v1/keys?site={OTHER}").status_code == 403
    assert person.ask("GET", f"/v1/lists?site={OTHER}").status_code == 200
    assert {k["site"] for k in person.ask("GET", "/v1/keys").json()["keys"]} == {"default"}
    assert person.ask("GET", f"/v1/sites/{OTHER}").status_code == 404
    # taken away, it holds from the next request on
    daemon.operate("PATCH", "/v1/users/mixed", {"role": "none", "sites": ["default", OTHER]})
    assert person.ask("GET", "/v1/keys?site=default").status_code == 404
    assert person.ask("GET", "/v1/lists").status_code == 403


def names(got):
    assert got.status_code == 200, got.text
    return {u["name"] for u in got.json()["users"]}


def test_who_administers_whom(daemon, people):
    admin, other = people["admin"], people["stranger"]
    assert "viewer.1" in names(admin.ask("GET", "/v1/users"))
    assert not {"stranger.1", "operator.1"} & names(admin.ask("GET", "/v1/users"))
    assert {"operator.1", "stranger.1"} <= names(people["operator"].ask("GET", "/v1/users"))
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", ":link")):
        assert other.ask(method, f"/v1/users/viewer.1{path}").status_code == 404
        if method != "GET":
            # somebody of two sites is not one admin's alone: a link is his account
            assert admin.ask(method, f"/v1/users/both.1{path}").status_code == 403
    for order in ({"name": "evil", "role": "operator"}, {"name": "evil", "role": "admin", "sites": [OTHER]}):
        assert admin.ask("POST", "/v1/users", order).status_code in (403, 422)
    assert admin.ask("PATCH", "/v1/users/viewer.1", {"role": "operator"}).status_code == 403
    made = admin.ask("POST", "/v1/users", {"name": "mine", "role": "moderator"})
    assert made.status_code == 201
    assert made.json()["sites"][0]["role"] == "moderator"
    assert admin.ask("DELETE", "/v1/users/mine").json() == {"name": "mine", "deleted": True}


@pytest.mark.parametrize(
    "more, proofs_hold",
    [
        ({"role": "admin", "sites": [OTHER]}, False),
        ({"role": "operator"}, False),
        # whoever made the link administers that site anyway
        ({"role": "admin", "sites": ["default"]}, True),
    ],
)
def test_what_proved_less_leads_to_no_more(daemon, people, more, proofs_hold):
    """An admin may be in as somebody of his site, and keep a link: of that site."""
    admin = people["admin"]
    got = admin.ask("POST", "/v1/users", {"name": "bob", "role": "viewer"})
    person = enter(daemon, link=got.json()["link"]["token"])
    kept = admin.ask("POST", "/v1/users/bob:link").json()["link"]["token"]
    got = daemon.operate("PATCH", "/v1/users/bob", more)
    assert got.status_code == 200 and (got.json()["link_expires_at"] is not None) == proofs_hold
    expected = 200 if proofs_hold else 401
    assert person.ask("GET", "/v1/session").status_code == expected
    assert Person(daemon).sign_in(link=kept).status_code == expected
    new = daemon.operate("POST", "/v1/users/bob:link").json()["link"]["token"]
    assert Person(daemon).sign_in(link=new).status_code == 200
    assert daemon.operate("DELETE", "/v1/users/bob").status_code == 200


def test_who_is_more_by_his_own_doing_stays(daemon, people):
    """An operator who makes himself one of a site is not put out by it."""
    person = invite(daemon, "chief", "operator")
    other = enter(daemon, name="chief", password=PASSWORD)
    assert person.ask("PATCH", "/v1/users/chief", {"role": "admin", "sites": [OTHER]}).status_code == 200
    assert person.ask("GET", "/v1/session").status_code == 200
    assert other.ask("GET", "/v1/session").status_code == 401


def test_sites_are_nothing_without_a_role(daemon, people):
    got = people["admin"].ask("PATCH", "/v1/users/viewer.1", {"sites": ["default"]})
    assert got.status_code == 422
    assert got.json()["errors"][0]["pointer"] == "/role"


def test_deleted_means_out_at_once(daemon):
    person = invite(daemon, "leaver", "moderator", "default")
    assert person.ask("GET", "/v1/lists").status_code == 200
    daemon.operate("DELETE", "/v1/users/leaver")
    assert person.ask("GET", "/v1/lists").status_code == 401


def test_users_by_page(daemon, people):
    seen, after = [], ""
    while after is not None:
        page = daemon.operate("GET", f"/v1/users?limit=3&after={after}").json()
        seen += [u["name"] for u in page["users"]]
        after = page["next"]
    assert len(seen) == len(set(seen)) and set(seen) == names(daemon.operate("GET", "/v1/users?limit=500"))


def test_nobody_is_called_as_we_are(daemon):
    for name in ("readers", "Engine"):
        order = {"name": name, "role": "viewer", "sites": ["default"]}
        got = daemon.operate("POST", "/v1/users", order)
        assert (got.status_code, got.json()["errors"][0]["pointer"]) == (422, "/name")


def test_the_command(daemon):
    added = daemon.command("user", "add", "cli", "--role", "moderator", "--sites", "default")
    assert added.returncode == 0, added.stderr
    link = re.search(r"#link=(\w+)", added.stdout)[1]
    assert enter(daemon, link=link)
    rows = daemon.command("user", "list").stdout.splitlines()
    assert [r.split()[2] for r in rows if r.startswith("cli ")] == ["default:moderator"]
    again = re.search(r"#link=(\w+)", daemon.command("user", "link", "cli").stdout)[1]
    assert again != link
    assert daemon.command("user", "remove", "cli").stdout == "user cli is deleted\n"
    assert daemon.command("user", "show", "cli").returncode == 1


def test_a_key_still_does(daemon):
    assert daemon.get("/v1/keys", key=FIRST_KEY, admin=True).status_code == 200
