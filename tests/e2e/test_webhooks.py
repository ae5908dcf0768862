"""Webhooks: what receivers get, and when; what they may do to us; the API."""

import concurrent.futures
import datetime
import json
import signal
import sqlite3
import time
import urllib.parse

import pytest
from conftest import PATIENCE_S, wait_for
from receiver import Receiver

ADMIN = "webhooks-admin-key-01"
OTHER = "webhooks-other-key-01"
CHECK = "webhooks-check-key-01"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PATIENT_S = 25  # the most there may be
HOSTS = ("--webhook-hosts", "127.0.0.1")


@pytest.fixture
def receiver():
    r = Receiver()
    yield r
    r.close()


def start(rig, seconds, **variables):
    d = rig.daemon(*HOSTS, "--webhook-seconds", str(seconds))
    d.variables = variables
    d.start()
    d.add_key(ADMIN, "check,feedback,moderate,admin")
    d.add_key(CHECK, "check,moderate")
    d.add_site("other", OTHER, "check,moderate,admin")
    for key in (ADMIN, OTHER):
        entry = {"kind": "phrase", "value": "queue me", "effect": "hold"}
        assert d.ask("POST", "/v1/lists", entry, key=key).status_code == 201
    return d


@pytest.fixture
def daemon(rig):
    return start(rig, 3)


@pytest.fixture
def patient(rig):
    """Waits for a receiver for longer than a test takes."""
    return start(rig, PATIENT_S)


def hold(daemon, n=0):
    """A comment that is held, as the site lists its words."""
    comment = {
        "id": f"c-{n}",
        "content": "please queue me",
        "thread": "https://blog.example/p",
    }
    verdict = daemon.check(comment)
    assert verdict["action"] == "hold"
    return verdict["id"]


def add(daemon, url, key=ADMIN, **more):
    got = daemon.ask("POST", "/v1/webhooks", {"url": url, **more}, key=key)
    assert got.status_code == 201, got.text
    return got.json()


def log(daemon, webhook, key=ADMIN):
    got = daemon.ask("GET", f"/v1/webhooks/{webhook['id']}/deliveries", key=key)
    return got.json()["deliveries"]


def states(daemon, webhook):
    return [d["state"] for d in log(daemon, webhook)]


def hasten(daemon, state="due"):
    """As if it were time to try all again."""
    with sqlite3.connect(daemon.var / "moderato.db", timeout=PATIENCE_S) as db:
        db.execute("UPDATE delivery SET due_at = 1 WHERE state = ?", [state])
    db.close()


def test_a_held_comment_is_told(daemon, receiver):
    webhook = add(daemon, receiver.url())
    assert webhook["secret"].startswith("whsec_")
    comment = hold(daemon)
    got = wait_for("delivery", lambda: receiver.got)[0]
    assert got.signed_by(webhook["secret"])
    assert got.headers["Content-Type"] == "application/json"
    assert got.json["type"] == "comment.held"
    assert got.json["timestamp"].endswith("Z")
    assert got.json["data"] == {
        "site": "default",
        "id": comment,
        "engine_id": "c-0",
        "thread": "https://blog.example/p",
        "state": "held",
    }
    wait_for("note", lambda: states(daemon, webhook) == ["done"])
    (entry,) = log(daemon, webhook)
    assert entry["status"] == 200 and entry["attempts"] == 1
    assert entry["id"] == got.headers["webhook-id"]
    assert "secret" not in daemon.ask("GET", "/v1/webhooks", key=ADMIN).text
    assert "moderato_deliveries_total{result=\"done\"} 1" in daemon.get("/metrics", admin=True).text


def test_what_fails_is_tried_again(daemon, receiver):
    webhook = add(daemon, receiver.url("/fail"), secret=SECRET)
    hold(daemon)
    wait_for("first", lambda: receiver.got)
    wait_for("note", lambda: log(daemon, webhook)[0].get("status") == 500)
    receiver.status["fail"] = 204
    wait_for("second", lambda: len(receiver.got) == 2)
    first, second = receiver.got
    assert second.at - first.at > 3.5
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert first.signed_by(SECRET) and second.signed_by(SECRET)
    wait_for("note", lambda: states(daemon, webhook) == ["done"])


def test_without_libcurl_only_webhooks_fail(rig, receiver, tmp_path):
    (tmp_path / "libcurl.so.4").touch()
    daemon = start(rig, 3, LD_LIBRARY_PATH=str(tmp_path))
    webhook = add(daemon, receiver.url())
    hold(daemon)
    wait_for("failure", lambda: "error" in log(daemon, webhook)[0])
    assert "libcurl.so.4" in log(daemon, webhook)[0]["error"]
    assert daemon.check({"content": "Thank you, well said."})["action"] == "publish"
    assert not receiver.got


def test_who_is_silent_is_given_up(daemon, receiver):
    webhook = add(daemon, receiver.url("/hang"))
    hold(daemon)
    wait_for("failure", lambda: "error" in log(daemon, webhook)[0])
    assert log(daemon, webhook)[0]["state"] == "due"


def test_what_waited_for_days_has_failed(daemon, receiver):
    """However many wait: nothing vanishes unseen, and it can be had again."""
    receiver.status["ok"] = 503
    webhook = add(daemon, receiver.url())
    for n in range(3):
        hold(daemon, n)
    wait_for("notes", lambda: all(e.get("status") == 503 for e in log(daemon, webhook)))
    daemon.end()
    with sqlite3.connect(daemon.var / "moderato.db") as db:
        days = 4 * 24 * 3600 * 1000 + 1
        db.execute("UPDATE delivery SET created_at = created_at - ?, due_at = 1", [days])
        pause = "unixepoch() * 1000 + 600000"
        db.execute(f"UPDATE webhook SET failures = 9, paused_until = {pause}")
    db.close()
    daemon.start()
    wait_for("the end", lambda: states(daemon, webhook) == ["failed"] * 3)
    assert log(daemon, webhook)[0]["error"] == "it waited too long"
    assert daemon.event("delivery.given_up")["deliveries"] == 3
    metrics = daemon.get("/metrics", admin=True).text
    assert "moderato_deliveries_total{result=\"failed\"} 3" in metrics
    path = f"/v1/deliveries/{log(daemon, webhook)[0]['id']}:replay"
    assert daemon.ask("POST", path, key=ADMIN).status_code == 202
    assert states(daemon, webhook) == ["due", "failed", "failed"]


def test_who_is_silent_holds_up_nobody(patient, receiver):
    """Neither at first nor when it is known to fail."""
    receiver.status["hang"] = 500
    bad = add(patient, receiver.url("/hang"))
    good = add(patient, receiver.url("/ok"))
    hold(patient)
    wait_for("the other", lambda: receiver.at("/ok"))
    assert receiver.at("/ok")[0].signed_by(good["secret"])
    wait_for("the silent one", lambda: receiver.at("/hang"))
    assert "status" not in log(patient, bad)[0]
    receiver.release()
    wait_for("failure", lambda: log(patient, bad)[0].get("status") == 500)
    hasten(patient)
    wait_for("another try", lambda: len(receiver.at("/hang")) > 1)
    for n in range(3):  # while that one hangs
        hold(patient, n)
        wait_for("the other", lambda: len(receiver.at("/ok")) == n + 2)
    first = log(patient, bad)[-1]
    assert (first["attempts"], first["state"]) == (2, "due")
    assert first.get("status") == 500  # it hangs still: of the first try


def test_who_takes_his_time_holds_up_nobody(patient, receiver):
    """He has four at once, and the others as many as there are meanwhile."""
    add(patient, receiver.url("/hang"))
    for n in range(12):
        hold(patient, n)
    wait_for("his", lambda: len(receiver.at("/hang")) == 4)
    add(patient, receiver.url("/ok"))
    for n in range(12):
        hold(patient, n)
    wait_for("the other's", lambda: len(receiver.at("/ok")) == 12)
    assert len(receiver.at("/hang")) == 4
    receiver.release()
    wait_for("what came later", lambda: len(receiver.at("/hang")) == 8)


def test_gone_is_gone(daemon, receiver):
    webhook = add(daemon, receiver.url("/gone"))
    hold(daemon, 1)
    wait_for("note", lambda: states(daemon, webhook) == ["failed"])
    path = f"/v1/webhooks/{webhook['id']}"
    now = daemon.ask("GET", path, key=ADMIN).json()
    assert not now["active"] and now["inactive_because"] == "gone"
    hold(daemon, 2)
    time.sleep(0.6)
    assert len(receiver.got) == 1
    assert daemon.ask("POST", path + ":test", key=ADMIN).status_code == 409
    changed = daemon.ask("PATCH", path, {"active": True}, key=ADMIN).json()
    assert changed["active"] and "inactive_because" not in changed


def test_a_redirect_leads_nowhere(daemon, receiver):
    webhook = add(daemon, receiver.url("/redirect"))
    hold(daemon)
    wait_for("note", lambda: log(daemon, webhook)[0].get("status") == 307)
    assert not receiver.at("/redirected")


def test_retry_after_is_honoured(daemon, receiver):
    webhook = add(daemon, receiver.url("/busy"))
    hold(daemon)
    wait_for("note", lambda: log(daemon, webhook)[0].get("status") == 429)
    (entry,) = log(daemon, webhook)
    created, due = (
        datetime.datetime.fromisoformat(entry[at]) for at in ("created_at", "due_at")
    )
    assert (due - created).total_seconds() >= 3600


@pytest.mark.parametrize("sig", [signal.SIGKILL, signal.SIGTERM])
def test_it_is_told_after_a_restart(daemon, receiver, sig):
    receiver.status["ok"] = 503
    webhook = add(daemon, receiver.url())
    hold(daemon)
    wait_for("note", lambda: log(daemon, webhook)[0].get("status") == 503)
    receiver.status["ok"] = 200
    daemon.end(sig)
    hasten(daemon)
    daemon.start()
    got = wait_for("delivery", lambda: len(receiver.got) > 1 and receiver.got[1])
    assert got.signed_by(webhook["secret"])


def test_with_another_secret_it_waits_for_the_right_one(daemon, receiver):
    receiver.status["ok"] = 503
    webhook = add(daemon, receiver.url())
    hold(daemon)
    wait_for("note", lambda: log(daemon, webhook)[0].get("status") == 503)
    daemon.end()
    secret = daemon.var / "secret"
    kept = secret.read_bytes()
    secret.write_bytes(kept[::-1])
    hasten(daemon)
    daemon.start()
    wait_for("note", lambda: "secret" in log(daemon, webhook)[0].get("error", ""))
    assert states(daemon, webhook) == ["due"]
    daemon.end()
    secret.write_bytes(kept)
    receiver.status["ok"] = 200
    hasten(daemon)
    daemon.start()
    wait_for("note", lambda: states(daemon, webhook) == ["done"])
    assert receiver.got[-1].signed_by(webhook["secret"])


def test_the_end_does_not_wait_for_who_is_silent(patient, receiver):
    add(patient, receiver.url("/hang"))
    hold(patient)
    wait_for("request", lambda: receiver.got)
    begun = time.monotonic()
    assert patient.end() == 0
    assert time.monotonic() - begun < PATIENT_S - 5


PRIVATE = ("localhost", "2130706433", "0x7f.1", "0177.0.0.1", "[::ffff:127.0.0.1]",
           "[::1]", "0", "0.0.0.0", "127.1", "10.0.0.1", "169.254.169.254")


def test_only_listed_hosts_may_be_private(daemon, receiver):
    """Plain http is refused at once, and with https nobody is called."""
    webhooks = {}
    for host in PRIVATE:
        url = receiver.url(host=host)
        refused = daemon.ask("POST", "/v1/webhooks", {"url": url}, key=ADMIN)
        assert refused.status_code == 422, host
        webhooks[host] = add(daemon, url.replace("http:", "https:"))
        path = f"/v1/webhooks/{webhooks[host]['id']}:test"
        assert daemon.ask("POST", path, key=ADMIN).status_code == 202, host
    for host, webhook in webhooks.items():
        wait_for(host, lambda: states(daemon, webhook) == ["failed"])
        assert log(daemon, webhook)[0]["error"] == "the address is not allowed", host
    assert not receiver.got


def test_a_secret_is_rotated_with_two_valid(daemon, receiver):
    webhook = add(daemon, receiver.url(), secret=SECRET)
    path = f"/v1/webhooks/{webhook['id']}"
    new = daemon.ask("POST", path + ":rotate", key=ADMIN).json()["secret"]
    assert new != SECRET
    assert daemon.ask("POST", path + ":test", key=ADMIN).status_code == 202
    got = wait_for("ping", lambda: receiver.got)[0]
    assert got.json["type"] == "ping"
    assert got.signed_by(SECRET) and got.signed_by(new)


def test_changes_at_once_are_never_lost(daemon):
    """Who changes what another has changed meanwhile is told to try again."""
    webhook = add(daemon, "https://a.example/0")
    path = f"/v1/webhooks/{webhook['id']}"
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for n in range(1, 41):
            bodies = [{"url": f"https://a.example/{n}"}, {"active": n % 2 == 0}]
            got = list(pool.map(lambda b: daemon.ask("PATCH", path, b, key=ADMIN), bodies))
            assert {g.status_code for g in got} <= {200, 409}
            last = daemon.ask("GET", path, key=ADMIN).json()
            for body, answer in zip(bodies, got):
                if answer.status_code == 200:
                    assert last.items() >= body.items()
                else:
                    assert "meanwhile" in answer.text


def test_only_what_is_asked_for_is_told(daemon, receiver):
    webhook = add(daemon, receiver.url(), events=["comment.decided"])
    hold(daemon)
    time.sleep(0.6)
    assert not receiver.got and log(daemon, webhook) == []


def test_the_log_is_read_by_pages(daemon, receiver):
    webhook = add(daemon, receiver.url())
    for n in range(5):
        hold(daemon, n)
    path = f"/v1/webhooks/{webhook['id']}/deliveries"
    seen, cursor = [], ""
    while cursor is not None:
        page = daemon.ask("GET", f"{path}?limit=2{cursor}", key=ADMIN).json()
        seen += [d["id"] for d in page["deliveries"]]
        cursor = f"&cursor={page['next']}" if "next" in page else None
    assert len(set(seen)) == len(seen) == 5
    for bad in ("0", "201", "x", "-1", "99999999999999999999"):
        assert daemon.ask("GET", f"{path}?limit={bad}", key=ADMIN).status_code == 422


def test_a_delivery_is_sent_again(daemon, receiver):
    webhook = add(daemon, receiver.url())
    hold(daemon)
    wait_for("note", lambda: states(daemon, webhook) == ["done"])
    path = f"/v1/deliveries/{log(daemon, webhook)[0]['id']}:replay"
    assert daemon.ask("POST", path, key=OTHER).status_code == 404
    assert daemon.ask("POST", path, key=ADMIN).status_code == 202
    wait_for("again", lambda: len(receiver.got) == 2)
    first, second = receiver.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_webhooks_are_their_sites_own(daemon, receiver):
    webhook = add(daemon, receiver.url())
    path = f"/v1/webhooks/{webhook['id']}"
    asked = [("GET", path), ("DELETE", path), ("POST", path + ":rotate"),
             ("POST", path + ":test"), ("GET", path + "/deliveries")]
    for method, each in asked:
        assert daemon.ask(method, each, key=OTHER).status_code == 404, each
    assert daemon.ask("PATCH", path, {"active": False}, key=OTHER).status_code == 404
    assert daemon.ask("GET", "/v1/webhooks", key=OTHER).json() == {"webhooks": []}
    assert daemon.ask("GET", "/v1/webhooks", key=CHECK).status_code == 403
    assert daemon.ask("DELETE", path, key=ADMIN).json()["id"] == webhook["id"]
    assert daemon.ask("DELETE", path, key=ADMIN).status_code == 404


MISFITS = [
    ({}, "/url"),
    ([], ""),
    ({"url": 1}, "/url"),
    ({"url": "ftp://a.example/"}, "/url"),
    ({"url": "https://user:pw@a.example/"}, "/url"),
    ({"url": "https://a.example/\n"}, "/url"),
    ({"url": "https://a.example/" + "x" * 1024}, "/url"),
    ({"url": "https://a.example/", "events": []}, "/events"),
    ({"url": "https://a.example/", "events": "comment.held"}, "/events"),
    ({"url": "https://a.example/", "events": ["ping"]}, "/events"),
    ({"url": "https://a.example/", "events": ["x", 1]}, "/events"),
    ({"url": "https://a.example/", "secret": "x"}, "/secret"),
    ({"url": "https://a.example/", "secret": "whsec_AAAA"}, "/secret"),
    ({"url": "https://a.example/", "secret": "whsec_" + "A" * 2048}, "/secret"),
    ({"url": "https://a.example/", "active": 1}, "/active"),
    ({"url": "https://a.example/", "x": 1}, "/x"),
]


def test_bad_input_names_the_field(daemon):
    for body, pointer in MISFITS:
        got = daemon.ask("POST", "/v1/webhooks", body, key=ADMIN)
        assert got.status_code == 422, body
        assert got.json()["errors"][0]["pointer"] == pointer, body
    assert daemon.ask("GET", "/v1/webhooks", key=ADMIN).json() == {"webhooks": []}


def test_a_site_has_so_many_at_most(daemon):
    for n in range(20):
        add(daemon, f"https://a.example/{n}", active=False)
    full = daemon.ask("POST", "/v1/webhooks", {"url": "https://a.example/"}, key=ADMIN)
    assert full.status_code == 409


def test_nothing_is_told_to_files_and_logs(daemon, receiver):
    """Secrets are sealed in the store, and the log names no places."""
    webhook = add(daemon, receiver.url("/fail?token=classified"))
    hold(daemon)
    wait_for("note", lambda: log(daemon, webhook)[0].get("status") == 500)
    daemon.end()
    stored = b"".join(p.read_bytes() for p in daemon.var.glob("moderato.db*"))
    plain = webhook["secret"].removeprefix("whsec_").encode()
    assert plain not in stored
    assert "classified" not in daemon.err.read_text()
    assert daemon.event("delivery")["status"] == 500


def delay(daemon, seconds):
    """Has the webhooks of the site wait that long."""
    body = {"settings": {"webhooks_delay_s": seconds}}
    got = daemon.operate("PATCH", "/v1/sites/default", body)
    assert got.status_code == 200, got.text


def decide(daemon, comment, decision, **more):
    path = f"/v1/comments/{comment}/decision"
    body = {"decision": decision, "reason": "r1", **more}
    got = daemon.ask("POST", path, body, key=ADMIN)
    assert got.status_code == 200, got.text
    return got.json()


def undo(daemon, comment):
    path = f"/v1/comments/{comment}/decision"
    assert daemon.ask("DELETE", path, key=ADMIN).status_code == 200


def test_a_decision_is_told_after_the_delay(daemon, receiver):
    delay(daemon, 1)
    webhook = add(daemon, receiver.url(), events=["comment.decided"])
    comment = hold(daemon)
    begun = time.monotonic()
    decide(daemon, comment, "spam")
    got = wait_for("delivery", lambda: receiver.got)[0]
    assert got.at - begun > 0.9
    assert got.signed_by(webhook["secret"])
    data = got.json["data"]
    decision = data.pop("decision")
    assert got.json["type"] == "comment.decided"
    assert data == {
        "site": "default",
        "id": comment,
        "engine_id": "c-0",
        "thread": "https://blog.example/p",
        "state": "rejected",
        "previous_state": "held",
        "action": "spam",
        "actor": "moderator",
        "reason": "r1",
    }
    assert log(daemon, webhook)[0]["decision"] == decision


def test_what_is_undone_in_time_is_never_told(daemon, receiver):
    delay(daemon, 3600)
    webhook = add(daemon, receiver.url(), events=["comment.decided", "comment.undone"])
    comment = hold(daemon)
    decide(daemon, comment, "spam")
    undo(daemon, comment)
    assert states(daemon, webhook) == ["withdrawn"]
    hasten(daemon, "withdrawn")
    path = f"/v1/webhooks/{webhook['id']}:test"
    assert daemon.ask("POST", path, key=ADMIN).status_code == 202
    wait_for("what came later", lambda: receiver.got)
    assert [got.json["type"] for got in receiver.got] == ["ping"]


def test_what_is_undone_later_is_told(daemon, receiver):
    delay(daemon, 0)
    add(daemon, receiver.url(), events=["comment.decided", "comment.undone"])
    comment = hold(daemon)
    decide(daemon, comment, "approve")
    wait_for("decision", lambda: len(receiver.got) == 1)
    undo(daemon, comment)
    got = wait_for("undo", lambda: len(receiver.got) == 2 and receiver.got[1])
    assert got.json["type"] == "comment.undone"
    assert got.json["data"]["state"] == "held"
    assert got.json["data"]["previous_state"] == "published"
    first = receiver.got[0].json["data"]
    assert got.json["data"]["decision"] == first["decision"]


class WordPress:
    """A comment that WordPress sent, and what its Akismet plugin answers."""

    def __init__(self, daemon, receiver, host="127.0.0.1"):
        self.daemon, self.receiver = daemon, receiver
        self.status = "success"
        receiver.answer = self.answer
        form = {
            "api_key": ADMIN,
            "blog": f"http://{host}/",
            "user_ip": "192.0.2.1",
            "comment_content": "",
            "comment_author": "jammy",
            "callback": receiver.url("/wp-json/akismet/v1/webhook", host),
        }
        got = daemon.session.post(daemon.url("/1.1/comment-check"), data=form)
        assert got.text in ("true", "false")
        self.guid = got.headers["X-akismet-guid"]
        self.id = self.ulid(self.guid)

    @staticmethod
    def ulid(guid):
        digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        value, out = int(guid, 16), ""
        for _ in range(26):
            value, rest = divmod(value, 32)
            out = digits[rest] + out
        return out

    def answer(self, body):
        guid = urllib.parse.parse_qs(body.decode())["comments[0][guid]"][0]
        return json.dumps({"comments": {guid: {"status": self.status}}}).encode()

    def told(self):
        """The results it was told, in order."""
        out = []
        for got in self.receiver.at("/wp-json/akismet/v1/webhook"):
            form = urllib.parse.parse_qs(got.body.decode())
            assert got.headers["X-Akismet-Webhook"] == "1"
            assert form["key"] == [ADMIN]
            assert form["endpoint"] == ["comment-check"]
            assert form["comments[0][guid]"] == [self.guid]
            out += form["comments[0][result]"]
        return out


def test_a_decision_travels_back_to_wordpress(daemon, receiver):
    delay(daemon, 0)
    blog = WordPress(daemon, receiver)
    decide(daemon, blog.id, "approve")
    wait_for("ham", lambda: blog.told() == ["false"])
    decide(daemon, blog.id, "spam")
    wait_for("spam", lambda: blog.told() == ["false", "true"])
    decide(daemon, blog.id, "trash")  # no news to WordPress
    undo(daemon, blog.id)
    undo(daemon, blog.id)
    wait_for("undo", lambda: blog.told() == ["false", "true", "false"])
    time.sleep(0.6)
    assert len(blog.told()) == 3
    assert b"wp-json" not in b"".join(
        p.read_bytes() for p in daemon.var.glob("moderato.db*")
    )


def test_wordpress_says_whether_it_obeyed(daemon, receiver):
    delay(daemon, 0)
    blog = WordPress(daemon, receiver)
    blog.status = "error"
    decide(daemon, blog.id, "approve")
    wait_for("first", lambda: blog.told() == ["false"])
    blog.status = "success"
    wait_for("note", lambda: 'result="retry"} 1' in daemon.get("/metrics", admin=True).text)
    hasten(daemon)
    done = 'moderato_deliveries_total{result="done"} 1'
    wait_for("second", lambda: done in daemon.get("/metrics", admin=True).text)
    assert blog.told() == ["false", "false"]
    text = daemon.get("/metrics", admin=True).text
    assert 'moderato_deliveries_total{result="retry"} 1' in text


def test_a_callback_calls_no_private_host(daemon, receiver):
    delay(daemon, 0)
    blog = WordPress(daemon, receiver, host="localhost")
    decide(daemon, blog.id, "approve")
    wait_for("refusal", lambda: daemon.event("delivery"))
    assert daemon.event("delivery")["state"] == "failed"
    assert not receiver.got


def test_what_wordpress_said_itself_is_not_told_back(daemon, receiver):
    delay(daemon, 0)
    blog = WordPress(daemon, receiver)
    form = {"api_key": ADMIN, "blog": "http://127.0.0.1/", "user_ip": "192.0.2.1",
            "comment_content": "", "comment_author": "jammy"}
    webhook = add(daemon, receiver.url(), events=["comment.decided"])
    daemon.session.post(daemon.url("/1.1/submit-ham"), data=form)
    got = wait_for("webhook", lambda: receiver.at("/ok"))[0]
    assert got.json["data"]["actor"] == "engine"
    assert got.json["data"]["id"] == blog.id and got.signed_by(webhook["secret"])
    assert blog.told() == []


def test_the_whole_log(daemon, receiver):
    """More than a page of it, each line once; or as many as are asked for."""
    webhook = add(daemon, receiver.url())
    path = f"/v1/webhooks/{webhook['id']}:test"
    for _ in range(60):
        assert daemon.ask("POST", path, key=ADMIN).status_code == 202
    show = ["webhook", "log", webhook["id"], "--site", "default"]
    lines = daemon.command(*show).stdout.splitlines()
    assert len(lines) == len({line.split()[0] for line in lines}) == 60
    assert len(daemon.command(*show, "--limit", "3").stdout.splitlines()) == 3


@pytest.mark.parametrize("running", [True, False])
def test_the_command_line(daemon, receiver, running):
    """The same API, by words; a service that does not run is no hindrance."""
    if not running:
        daemon.end()

    def command(*words, site="default"):
        done = daemon.command("webhook", *words, "--site", site, *HOSTS)
        assert done.returncode == 0, done.stderr
        return done.stdout

    said = command("add", receiver.url(), "--events", "comment.held")
    webhook = said.split()[1]
    assert "whsec_" in said
    assert receiver.url() in command("list")
    assert webhook not in command("list", site="other")
    command("set", webhook, "--active", "no")
    refused = daemon.command("webhook", "test", webhook, "--site", "default")
    assert refused.returncode == 1 and "not active" in refused.stderr
    command("set", webhook, "--active", "yes")
    assert "whsec_" in command("rotate", webhook)
    command("test", webhook)
    if running:
        wait_for("ping", lambda: receiver.got)
    assert "ping" in command("log", webhook)
    command("remove", webhook)
    assert webhook not in command("list")
