"""What is secret is told once, and then is nowhere: neither in a file nor in a
log, after all of it was used as it should be, and as it should not."""

import json
import re

from conftest import FIRST_KEY, wait_for
from people import PASSWORD, Person, enter, first_link, invite, totp

REDIS_PASSWORD = "redis-password-of-ours"
GIVEN = "given-key-of-an-engine"
LINE_BREAKS = "\r\n{\"event\":\"forged\"}\n\x1b]0;title\x07\u2028\x85"


def use(daemon, told):
    """All that has secrets, used; each is added to `told`."""
    told["first key"] = FIRST_KEY
    told["redis"] = REDIS_PASSWORD
    told["first link"] = first_link(daemon)
    key = daemon.operate("POST", "/v1/keys?site=default", {"scopes": ["check", "admin"]}).json()
    told["key"] = key["value"]
    rotated = daemon.operate("POST", f"/v1/keys/{key['id']}:rotate", {}).json()
    told["rotated key"] = rotated["value"]
    daemon.add_key(GIVEN, "check,moderate")
    told["given key"] = GIVEN
    hook = {"url": "https://192.0.2.1/hook"}
    made = daemon.ask("POST", "/v1/webhooks", hook, key=told["rotated key"]).json()
    told["webhook"] = made["secret"].removeprefix("whsec_")
    turned = daemon.ask("POST", f"/v1/webhooks/{made['id']}:rotate", key=told["rotated key"])
    told["rotated webhook"] = turned.json()["secret"].removeprefix("whsec_")
    person = invite(daemon, "somebody", "admin", "default")
    told |= {"password": PASSWORD, "cookie": person.cookie, "csrf": person.csrf}
    offer = person.ask("PATCH", "/v1/session", {"totp": True}).json()["totp_secret"]
    told["authenticator"] = offer
    wish = {"totp_secret": offer, "code": totp(offer), "current": PASSWORD}
    codes = person.ask("PATCH", "/v1/session", wish).json()["recovery_codes"]
    told |= {f"recovery code {i}": code for i, code in enumerate(codes)}
    link = daemon.operate("POST", "/v1/users/somebody:link").json()["link"]["token"]
    told["link"] = link
    assert enter(daemon, link=link, code=codes[0]).cookie


def misuse(daemon, told):
    """The same where it does not belong, and what nobody knows."""
    for what, secret in told.items():
        Person(daemon).sign_in(name=secret[:60], password=secret)
        Person(daemon).sign_in(link=secret)
        daemon.get(f"/v1/comments/{what.replace(' ', '')}?key={secret}", key=secret)
        daemon.post({"api_key": secret}, path="/1.1/verify-key")
        daemon.ask("POST", f"/1.1/comment-check?api_key={secret}")
        daemon.ask("GET", f"/v1/keys/{secret[:30]}", key=secret + "x")
    wrong = "a-wrong-key-" + "w" * 20
    daemon.get("/v1/lists", key=wrong)
    told["wrong key"] = wrong
    wrong = "a wrong password 57"
    Person(daemon).sign_in(name="somebody", password=wrong)
    told["wrong password"] = wrong


def test_secrets_are_nowhere(rig, budget):
    state = f"redis://:{REDIS_PASSWORD}@127.0.0.1:1/0"
    daemon = rig.daemon("--state", state, "--limit-sign-ins", "0", "--log-level", "debug")
    daemon.start()
    told = {}
    use(daemon, told)
    # the start tells the first link, and nothing else of these
    told_at_start = daemon.out.read_text()
    daemon.session.hooks.clear()
    misuse(daemon, told)
    for line in daemon.get("/metrics", admin=True).text, daemon.command("audit", "list").stdout:
        assert not [what for what, secret in told.items() if secret in line]
    assert daemon.command("config", "show", *daemon.flags[-6:]).returncode == 0
    assert daemon.end() == 0
    files = [f for f in daemon.var.rglob("*") if f.is_file()] + [daemon.err]
    assert {"moderato.db", "secret"} <= {f.name for f in files}
    found = [
        (what, f.name)
        for f in files
        for what, secret in told.items()
        if secret.encode() in f.read_bytes()
    ]
    budget.tell(secrets=len(told), files=len(files), found=len(found))
    assert not found
    assert [w for w, s in told.items() if s in told_at_start] == ["first link"]


def test_nothing_breaks_out_of_a_line(rig):
    """Names, ids and paths of others cannot begin an event of their own."""
    daemon = rig.daemon("--log-level", "debug").start()
    daemon.session.hooks.clear()
    for name in (LINE_BREAKS, LINE_BREAKS * 20):
        Person(daemon).sign_in(name=name, password=name)
        daemon.operate("POST", "/v1/sites", {"name": name})
        daemon.post({"id": name, "content": name, "author": {"name": name}})
        order = {"scopes": ["check"], "label": name}
        daemon.operate("POST", "/v1/keys?site=default", order)
        daemon.get(f"/v1/comments/{name}")
    wait_for("lines", lambda: daemon.err.read_text().endswith("\n"))
    lines = daemon.err.read_text().split("\n")[:-1]
    events = [json.loads(line) for line in lines]
    assert "forged" not in {e["event"] for e in events}
    assert not re.search(r"[^\x20-\x7e\n]", daemon.err.read_text())
