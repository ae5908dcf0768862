"""
Every route that service/openapi.json names, so that none is forgotten: what
another site has is not there, and no key does more than its scopes say.
"""

import re
import time

import pytest
from conftest import FIRST_KEY, wait_for
from openapi import DESCRIPTION


def scopes_of(operation):
    """Those of which a key needs one."""
    scopes = [s for each in operation["security"] for s in each.get("bearerKey", [])]
    return "+".join(sorted(scopes))


OPERATIONS = [
    (method.upper(), path, scopes_of(operation))
    for path, item in DESCRIPTION.whole["paths"].items()
    for method, operation in item.items()
    if any("bearerKey" in s for s in operation["security"])
]
SCOPES = ["view", "check", "feedback", "moderate", "admin", "operator"]
OTHER = "other"
OTHER_KEY = "key-of-the-other"
CAMPAIGN = "Whoever reads this far should know what the other site sells, number"
ADMIN = ["check", "feedback", "moderate", "admin"]


def lacking(scopes):
    """The value of a key that has all the others."""
    return f"all-but-{scopes.replace('+', '-')}"


@pytest.fixture(scope="module")
def daemon(shared_rig):
    flags = ["--limit-key", "0", "--limit-wrong-keys", "0"]
    d = shared_rig.daemon(*flags).start()
    d.add_site(OTHER, OTHER_KEY, ",".join(ADMIN))
    for scopes in {scopes for _, _, scopes in OPERATIONS}:
        rest = set(SCOPES) - set(scopes.split("+"))
        d.add_key(lacking(scopes), ",".join(sorted(rest)))
    of_comments(d)
    return d


def of_comments(daemon):
    comment = {"id": "c-17", "content": "a text of the other"}
    return daemon.check(comment, key=OTHER_KEY)["id"]


def of_keys(daemon):
    keys = daemon.ask("GET", "/v1/keys", key=OTHER_KEY).json()["keys"]
    return keys[0]["id"]


def of_lists(daemon):
    entry = {"kind": "phrase", "value": "of the other", "effect": "hold"}
    daemon.ask("POST", "/v1/lists", {"entries": [entry]}, key=OTHER_KEY)
    return daemon.ask("GET", "/v1/lists", key=OTHER_KEY).json()["entries"][0]["id"]


def of_webhooks(daemon):
    order = {"url": "https://203.0.113.7/hook"}
    daemon.ask("POST", "/v1/webhooks", order, key=OTHER_KEY)
    return daemon.ask("GET", "/v1/webhooks", key=OTHER_KEY).json()["webhooks"][0]["id"]


def of_deliveries(daemon):
    path = f"/v1/webhooks/{of_webhooks(daemon)}"
    daemon.ask("POST", f"{path}:test", key=OTHER_KEY)
    got = daemon.ask("GET", f"{path}/deliveries", key=OTHER_KEY).json()
    return got["deliveries"][0]["id"]


def of_authors(daemon):
    comment = {"content": "Seen nowhere else", "author": {"id": "only-there"}}
    daemon.check(comment, key=OTHER_KEY)
    path = "/v1/queue?state=any&order=newest&limit=1"

    def found():
        got = daemon.ask("GET", path, key=OTHER_KEY).json()["items"]
        return got and got[0]["author"]["key"]

    return wait_for("the index", found)


def of_batches(daemon):
    order = {"ids": [of_comments(daemon)], "decision": "trash"}
    got = daemon.ask("POST", "/v1/queue/decisions", order, key=OTHER_KEY)
    return got.json()["batch"]


def of_users(daemon):
    order = {"name": "of.the.other", "role": "viewer"}
    daemon.ask("POST", "/v1/users", order, key=OTHER_KEY)
    return "of.the.other"


def of_campaigns(daemon):
    """Three of nearly the same text."""
    for n in range(3):
        daemon.check({"content": f"{CAMPAIGN} {n}"}, key=OTHER_KEY)

    def found():
        got = daemon.ask("GET", "/v1/campaigns", key=OTHER_KEY).json()["items"]
        return next((c["id"] for c in got if CAMPAIGN in c["template"]), None)

    return wait_for("the index", found)


# What the other site has under a path of these beginnings, and what shows it.
FOREIGN = {
    "/v1/authors/": of_authors,
    "/v1/campaigns/": of_campaigns,
    "/v1/comments/": of_comments,
    "/v1/queue/decisions/": of_batches,
    "/v1/keys/": of_keys,
    "/v1/webhooks/": of_webhooks,
    "/v1/deliveries/": of_deliveries,
    "/v1/lists/": of_lists,
    "/v1/sites/": lambda daemon: OTHER,
    "/v1/users/": of_users,
    "/v1/models/": lambda daemon: "default",  # of all sites: the operators'
}


def foreign_path(daemon, path):
    """The path with the id of what the other site has."""
    made = next(m for start, m in FOREIGN.items() if path.startswith(start))
    head, rest = path.split("{")
    return head + made(daemon) + rest.split("}")[1]


# What a list must be asked with.
QUERIES = {"/v1/comments": "?engine_id=c-17"}


ENDLESS = {"/v1/events"}


def all_of_other(daemon):
    """What the other site has to show, by every list without an id."""
    paths = [
        path + QUERIES.get(path, "")
        for method, path, scopes in OPERATIONS
        if method == "GET" and "{" not in path and scopes != "operator"
        and path not in ENDLESS
    ]
    answers = [daemon.ask("GET", path, key=OTHER_KEY) for path in paths]
    assert all(got.status_code == 200 for got in answers), paths
    # that a webhook fails is seen when it is tried again
    fails = r',"(failures|paused_until)":("[^"]*"|[^,}]*)'
    return [re.sub(fails, "", got.text) for got in answers]


class Rest:
    """What `look` shows of a service, once nothing changes it any more."""

    def __init__(self, daemon, look):
        self.daemon, self.look, self.seen = daemon, look, None

    def still(self):
        last, self.seen = self.seen, self.look(self.daemon)
        if self.seen != last:
            time.sleep(0.1)
        return self.seen == last

    def settled(self):
        """As it is now; at once, where it is what was seen last."""
        wait_for("nothing to change", self.still)
        return self.seen


@pytest.fixture(scope="module")
def rest(daemon):
    """What the other site has, once the store has indexed it."""
    done = "SELECT (SELECT max(rowid) FROM comment) = done FROM card_progress"

    def look(daemon):
        wait_for("the index", lambda: daemon.stored(done)[0][0])
        return all_of_other(daemon)

    return Rest(daemon, look)


def without_id(answer):
    return {k: v for k, v in answer.items() if k != "request_id"}


WITH_IDS = [(m, p) for m, p, _ in OPERATIONS if "{" in p]


def test_every_kind_of_id_is_known():
    for _, path in WITH_IDS:
        assert any(path.startswith(start) for start in FOREIGN), path


@pytest.mark.parametrize("method, path", WITH_IDS)
def test_what_another_has_is_not_there(daemon, rest, method, path):
    """The answer is that to an id that nobody has, and nothing changes."""
    asked = foreign_path(daemon, path)
    nobody = path.split("{")[0] + "zzzzzzzz" + path.split("}")[1]
    before = rest.settled()
    got = daemon.ask(method, asked, {}, key=FIRST_KEY)
    none = daemon.ask(method, nobody, {}, key=FIRST_KEY)
    assert got.status_code in (403, 404), got.text
    assert without_id(got.json()) == without_id(none.json())
    assert all_of_other(daemon) == before


@pytest.mark.parametrize("method, path, scopes", OPERATIONS)
def test_another_site_is_not_there(daemon, rest, method, path, scopes):
    asked = path.replace("{", "").replace("}", "")
    before = rest.settled()
    named = daemon.ask(method, f"{asked}?site={OTHER}", {}, key=FIRST_KEY)
    none = daemon.ask(method, f"{asked}?site=nobody", {}, key=FIRST_KEY)
    assert named.status_code == (403 if scopes == "operator" else 404), named.text
    assert without_id(named.json()) == without_id(none.json())
    assert all_of_other(daemon) == before


@pytest.mark.parametrize("method, path, scopes", OPERATIONS)
def test_a_key_without_the_scope(daemon, method, path, scopes):
    asked = path.replace("{", "").replace("}", "")
    got = daemon.ask(method, asked, {}, key=lacking(scopes))
    assert got.status_code == 403, got.text


@pytest.mark.parametrize("method, path, scopes", OPERATIONS)
@pytest.mark.parametrize("key", [None, "no-such-key-here"])
def test_no_key(daemon, method, path, scopes, key):
    asked = path.replace("{", "").replace("}", "")
    assert daemon.ask(method, asked, {}, key=key).status_code == 401
