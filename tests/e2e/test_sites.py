"""Sites of one installation: none sees or counts what another has."""

import json
import os
import signal
import socket
import stat
import subprocess

import pytest
from conftest import FIRST_KEY, PROGRAM, wait_for

OTHER_KEY = "other-site-key"
TEXT = "Our new opening hours are from nine to five, every day but Sunday."


@pytest.fixture(scope="module")
def daemon(shared_rig):
    d = shared_rig.daemon("--threads", "2").start()
    done = d.command("site", "add", "other")
    assert (done.returncode, done.stdout.split()) == (0, ["2", "other"])
    d.add_key(OTHER_KEY, "check,moderate,admin", site="other")
    return d


def codes(verdict):
    return {r["code"]: r for r in verdict["reasons"]}


def test_records_are_apart(daemon):
    here = daemon.check({"content": TEXT})
    there = daemon.check({"content": TEXT}, key=OTHER_KEY)
    assert daemon.get(f"/v1/comments/{here['id']}").status_code == 200
    assert daemon.get(f"/v1/comments/{there['id']}").status_code == 404
    path = f"/v1/comments/{here['id']}"
    assert daemon.get(path, key=OTHER_KEY).status_code == 404


def test_counts_are_apart(daemon):
    comment = {"content": "", "author": {"name": "jammy", "ip": "192.0.2.9"}}
    for _ in range(3):
        here = daemon.check(comment)
    assert codes(here)["repeat.author"]["count"] == 3
    there = daemon.check(comment, key=OTHER_KEY)
    assert "repeat.author" not in codes(there)


def test_answers_by_idempotency_key_are_apart(daemon):
    here = daemon.post({"content": TEXT}, Idempotency_Key="once")
    there = daemon.post({"content": TEXT}, key=OTHER_KEY, Idempotency_Key="once")
    assert here.json()["id"] != there.json()["id"]


def test_who_sees_which_sites(daemon):
    names = [s["name"] for s in daemon.operate("GET", "/v1/sites").json()["sites"]]
    assert names[:2] == ["default", "other"]
    for key, name in ((FIRST_KEY, "default"), (OTHER_KEY, "other")):
        own = daemon.ask("GET", "/v1/sites", key=key).json()["sites"]
        assert [s["name"] for s in own] == [name]


def test_pages(daemon):
    names = {f"page {i}" for i in range(3)}
    for name in names:
        assert daemon.operate("POST", "/v1/sites", {"name": name}).status_code == 201
    seen, query = [], ""
    while query is not None:
        page = daemon.operate("GET", f"/v1/sites?limit=2{query}").json()
        assert 1 <= len(page["sites"]) <= 2
        seen += [s["name"] for s in page["sites"]]
        query = f"&after={page['next']}" if page["next"] else None
    assert len(seen) == len(set(seen)) and names < set(seen)
    listed = daemon.command("site", "list").stdout
    assert all(f"{name}\n" in listed for name in seen)
    assert daemon.operate("GET", "/v1/sites?limit=0").status_code == 400


def test_settings_hold_from_the_next_request_on(daemon):
    """An empty comment is held where none came before: what a dialect is told
    the site says."""
    key = "none-came-before"
    daemon.add_site("quiet", key, "check,moderate,admin")

    def told(key):
        fields = {"api_key": key, "blog": "http://blog.example"}
        fields |= {"user_ip": "192.0.2.7", "comment_content": "", "is_test": "1"}
        url = daemon.url("/1.1/comment-check")
        return {daemon.session.post(url, data=fields).text for _ in range(8)}

    assert told(key) == {"true"}
    change = {"settings": {"held": "ham"}}
    got = daemon.ask("PATCH", "/v1/sites/quiet", change, key=key)
    assert got.status_code == 200 and got.json()["settings"]["held"] == "ham"
    assert told(key) == {"false"}
    assert told(FIRST_KEY) == {"true"}
    change = {"settings": {"held": None}}
    daemon.ask("PATCH", "/v1/sites/quiet", change, key=key)
    assert told(key) == {"true"}


def test_settings_outlive_a_restart(rig):
    d = rig.daemon().start()
    change = {"retention_days": 9, "cutoffs": {"spam": {"hold": 0.5}}}
    for name, value in change.items():
        d.operate("PATCH", "/v1/sites/default", {"settings": {name: value}})
    d.end()
    d.start()
    kept = d.operate("GET", "/v1/sites/default").json()["settings"]
    assert kept["retention_days"] == 9 and kept["cutoffs"]["spam"]["hold"] == 0.5
    assert kept["cutoffs"]["spam"]["reject"] is None and kept["held"] == "spam"


@pytest.mark.parametrize(
    "body, pointer",
    [
        ({"settings": {"helt": "spam"}}, "/settings/helt"),
        ({"settings": {"held": "maybe"}}, "/settings/held"),
        ({"settings": {"held": ["spam"]}}, "/settings/held"),
        ({"settings": {"cutoffs": {"spam": {"hold": 2}}}}, "/settings/cutoffs/spam/hold"),
        ({"settings": {"cutoffs": {"spam": 1}}}, "/settings/cutoffs/spam"),
        (
            {"settings": {"cutoffs": {"spam": {"hold": 0.9, "reject": 0.1}}}},
            "/settings/cutoffs/spam/hold",
        ),
        ({"settings": {"trust_after": -1}}, "/settings/trust_after"),
        ({"settings": {"trust_after": 1e3}}, "/settings/trust_after"),
        ({"settings": {"limit_ip": 10**30}}, None),
        ({"settings": []}, "/settings"),
        ({"setings": {}}, "/setings"),
        ({"Größe\n": 1}, "/?"),
        ({"name": ""}, "/name"),
        ({"name": "12"}, "/name"),
        ({"name": "-x"}, "/name"),
        ({"name": "a\nb"}, "/name"),
        ({"name": "x" * 65}, "/name"),
        ({"name": 5}, "/name"),
        ([], ""),
    ],
)
def test_a_change_that_does_not_fit(daemon, body, pointer):
    before = daemon.operate("GET", "/v1/sites/other").json()
    good = {"settings": {"held": "ham"}}
    both = good | body if isinstance(body, dict) else body
    got = daemon.operate("PATCH", "/v1/sites/other", both)
    assert got.status_code == (400 if pointer is None else 422), got.text
    if pointer is not None:
        assert got.json()["errors"][0]["pointer"] == pointer
    assert daemon.operate("GET", "/v1/sites/other").json() == before


def test_only_operators_rename(daemon):
    change = {"name": "another"}
    got = daemon.ask("PATCH", "/v1/sites/other", change, key=OTHER_KEY)
    assert got.status_code == 403
    assert daemon.operate("PATCH", "/v1/sites/other", change).status_code == 200
    assert daemon.operate("GET", "/v1/sites/other").status_code == 404
    assert daemon.operate("PATCH", "/v1/sites/2", {"name": "default"}).status_code == 409
    back = daemon.operate("PATCH", "/v1/sites/another", {"name": "other"})
    assert back.json()["id"] == 2


def test_names_in_paths(daemon):
    name = "a/b +%?&ü"
    path = "/v1/sites/a%2Fb%20+%25%3F%26%C3%BC"
    assert daemon.operate("POST", "/v1/sites", {"name": name}).status_code == 201
    assert daemon.operate("GET", path).json()["name"] == name
    assert f"name: {name}\n" in daemon.command("site", "show", name).stdout


def test_a_site_goes_with_all_it_has(daemon):
    daemon.add_site("old", "key-of-old-site", "check,moderate,admin")
    path = f"/v1/comments/{daemon.check({'content': TEXT}, key='key-of-old-site')['id']}"
    assert daemon.get(path, key="key-of-old-site").status_code == 200
    for query in ("", "?confirm=", "?confirm=other"):
        assert daemon.operate("DELETE", f"/v1/sites/old{query}").status_code == 400
    own = daemon.ask("DELETE", "/v1/sites/old?confirm=old", key="key-of-old-site")
    assert own.status_code == 403
    gone = daemon.operate("DELETE", "/v1/sites/old?confirm=old")
    assert gone.status_code == 200 and gone.json()["deleted"]
    assert daemon.get(path, key="key-of-old-site").status_code == 401
    assert daemon.operate("GET", "/v1/sites/old").status_code == 404
    # the name is free, and who takes it gets nothing of what was there
    again = daemon.operate("POST", "/v1/sites", {"name": "old"}).json()
    assert again["id"] > gone.json()["id"]
    daemon.add_key("key-of-old-site", "check,moderate", site="old")
    assert daemon.get(path, key="key-of-old-site").status_code == 404


@pytest.mark.parametrize(
    "arguments",
    [
        ["add"],
        ["add", ""],
        ["add", "--name"],
        ["add", "x" * 65],
        ["add", "two\nlines"],
        ["set", "x", "--helt", "spam"],
        ["set", "x", "--held", "maybe"],
        ["set", "x", "--held", "\udcff"],
        ["remove", "x"],
        ["nothing"],
        [],
    ],
)
def test_wrong_usage(rig, arguments):
    d = rig.daemon()
    d.command("site", "add", "x")
    done = d.command("site", *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("moderatod site: ") and done.stdout == ""
    named = "nothing: no such order" in done.stderr
    assert named == (arguments == ["nothing"])


def on_a_terminal(d, *arguments):
    ours, its = os.openpty()
    command = [PROGRAM, *arguments, "--var", d.var]
    subprocess.run(command, env=d.environment(), stdout=its, check=True)
    os.close(its)
    with os.fdopen(ours, "rb") as out:
        return out.read1(65536).decode().splitlines()


def test_a_list_is_a_table_on_a_terminal(rig):
    d = rig.daemon()
    for name in "höhe", "x", "w" * 60:
        assert d.command("site", "add", name).returncode == 0
    head, *rows = on_a_terminal(d, "audit", "list")
    assert head.split() == ["NUMBER", "AT", "ACTOR", "ACTION", "SITE", "SUBJECT"]
    assert [r.index("site.added") for r in rows] == [head.index("ACTION")] * 3
    assert [r.rindex("x") for r in rows if " x " in r] == [head.index("SUBJECT")]
    assert [r.rindex("höhe") for r in rows if "höhe" in r] == [head.index("SUBJECT")]
    assert "NAME" not in d.command("site", "list").stdout


def test_the_only_site_need_not_be_named(rig):
    d = rig.daemon()
    assert d.command("site", "add", "blog").returncode == 0
    assert "API key: " in d.command("key", "add").stdout
    assert d.command("list", "add", "buy gold").returncode == 0
    assert d.command("site", "add", "default").returncode == 0
    for order in ["key", "add"], ["list", "list"], ["author", "erase", "--id", "x"]:
        done = d.command(*order)
        assert done.returncode == 2 and "--site NAME" in done.stderr, order
    assert "buy gold" in d.command("list", "list", "--site", "blog").stdout


def test_a_name_is_taken_once(rig):
    d = rig.daemon()
    assert d.command("site", "add", "blog").returncode == 0
    again = d.command("site", "add", "blog")
    assert again.returncode == 1 and "there is one already" in again.stderr
    assert d.command("site", "list").stdout.split() == ["1", "blog"]


def test_an_order_in_the_wrong_folder(rig):
    """It says so, and leaves nothing there that looks like a store."""
    d = rig.daemon()
    for order in (["key", "add"], ["site", "list"]):
        done = d.command(*order)
        assert done.returncode == 1 and "which --var?" in done.stderr
    assert not d.var.exists()


@pytest.mark.parametrize("said", [("yes", "no", "none"), ("true", "false", "null")])
def test_words_for_values(rig, said):
    """Ours, and those of JSON."""
    d = rig.daemon()
    yes, no, none = said
    d.command("site", "add", "x", "--trust-after", "5")
    order = ["--discard", yes, "--adapt", no, "--trust-after", none]
    assert d.command("site", "set", "x", *order).returncode == 0
    settings = json.loads(d.command("site", "show", "x", "--json").stdout)["settings"]
    got = [settings[name] for name in ("discard", "adapt", "trust_after")]
    assert got == [True, False, 3]


@pytest.mark.parametrize("runs", [True, False])
def test_the_command_line(rig, runs):
    d = rig.daemon()
    d.start()
    if not runs:
        d.end()
    made = d.command("site", "add", "blog", "--held", "ham", "--budget.reject", "0.001")
    assert (made.returncode, made.stdout) == (0, "2  blog\n")
    order = ["--discard", "yes", "--trust-after", "5", "--held", "none"]
    assert d.command("site", "set", "blog", *order).returncode == 0
    shown = json.loads(d.command("site", "show", "blog", "--json").stdout)
    settings = shown["settings"]
    assert (settings["discard"], settings["trust_after"]) == (True, 5)
    assert (settings["held"], settings["budget"]["reject"]) == ("spam", 0.001)
    missing = d.command("site", "show", "nowhere", "--json")
    assert missing.returncode == 1 and json.loads(missing.stdout)["status"] == 404
    done = d.command("site", "remove", "blog", "--confirm", "blog")
    assert (done.returncode, done.stdout) == (0, "site 2 is deleted\n")
    usage = d.command("site", "add", "--help")
    assert usage.returncode == 0 and "--cutoffs.spam.hold" in usage.stdout


def test_the_operators_socket(rig):
    """The owner's alone; in place of a dead one, and gone with the service."""
    d = rig.daemon()
    d.var.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(d.local))
    d.start()
    assert stat.S_IMODE(d.local.stat().st_mode) == 0o600
    assert d.operate("GET", "/v1/sites").status_code == 200
    # with one site only, an operator need not say which
    assert d.operate("POST", "/v1/comments", {"content": TEXT}).status_code == 200
    d.operate("POST", "/v1/sites", {"name": "second"})
    got = d.operate("POST", "/v1/comments", {"content": TEXT})
    assert got.status_code == 400 and "?site=" in got.json()["detail"]
    path = "/v1/comments?site=second"
    assert d.operate("POST", path, {"content": TEXT}).status_code == 200
    d.end()
    assert not d.local.exists()
    d.start()
    d.end(signal.SIGKILL)
    assert d.local.exists()
    assert d.command("site", "list").returncode == 0
    d.start()
    assert wait_for("socket", d.local.exists)


def test_a_folder_of_a_long_name(rig):
    """Longer than the address of a socket can be."""
    d = rig.daemon()
    d.var = d.folder / ("long-" * 40) / "var"
    d.var.parent.mkdir()
    d.flags[1] = d.var
    assert d.command("site", "add", "before").stdout == "1  before\n"
    d.start()
    assert d.command("site", "add", "while").stdout == "2  while\n"
    assert stat.S_ISSOCK((d.var / "moderatod.sock").stat().st_mode)
    assert d.end() == 0
    assert d.command("site", "list").stdout == "1  before\n2  while\n"


def test_what_is_no_socket_stays(rig):
    d = rig.daemon()
    d.var.mkdir(mode=0o700)
    d.local.write_text("a file of somebody's")
    d.spawn()
    assert d.code() == 1
    assert "moderatod.sock" in d.log()[-1]["error"]
    assert d.local.read_text() == "a file of somebody's"
