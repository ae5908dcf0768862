"""No allocation that fails, whichever it is, ends or fools the service.

As curl's torture tests: what a request allocates is counted, then each of
these allocations fails in turn. The service refuses, closes or holds, never
says that something is done which is not, and goes on as if nothing had been.
"""

import collections
import itertools
import json
import random
import re
import shutil
import socket
import threading
import time

import requests
from alloc import NEVER, Allocator, Answers, watched
from conftest import FIRST_KEY, MODEL, PATIENCE_S, wait_for
from people import PASSWORD, Person, first_link
from receiver import Receiver

SEED = 20261126
NO_LIMITS = ("--limit-author", "0", "--limit-ip", "0", "--limit-sign-ins", "0")
FLAGS = (*NO_LIMITS, "--webhook-hosts", "127.0.0.1", "--threads", "2")
HELD, BLOCKED = "please queue me", "b[il]{2,3}ock me"
FORM = "application/x-www-form-urlencoded"


class World:
    """A daemon whose allocations can be made to fail, with all it needs."""

    def __init__(self, rig, *flags):
        self.rig, self.serial = rig, itertools.count(1)
        self.receiver = Receiver()
        self.allocator = Allocator(rig.place())
        models = rig.place()
        for name in ("one", "two"):
            shutil.copytree(MODEL, models / name)
        self.daemon = watched(
            rig.daemon(*FLAGS, *flags, model=models / "one"), self.allocator
        ).start()
        self.answers = Answers()
        self.acked, self.acked_labels = [], []  # texts, as we were told
        self.furnish()

    def furnish(self):
        entries = [
            {"kind": "phrase", "effect": "hold", "value": HELD},
            {"kind": "regex", "effect": "block", "value": BLOCKED},
        ]
        self.sure("POST", "/v1/lists", {"entries": entries})
        self.sure("POST", "/v1/webhooks", {"url": self.receiver.url()})
        self.acked.append(self.text(HELD))
        self.sure("POST", "/v1/comments", {"content": self.acked[-1]})
        # with which a library is loaded, and stays
        wait_for("what is held is told", lambda: self.receiver.got)
        first = Person(self.daemon)
        assert first.sign_in(link=first_link(self.daemon)).status_code == 200
        assert first.choose("jammy").status_code == 200

    def text(self, words="hills"):
        """One that is not like any other."""
        letters, number = "abcdefghijklmnopqrstuvwxyz", next(self.serial)
        draw = random.Random(number)
        made = ("".join(draw.choices(letters, k=draw.randint(3, 8))) for _ in range(9))
        return f"{words} {' '.join(made)} {number}"

    def ask(self, method, path, body=None):
        """What a request was answered when it was served, else None."""
        return self.answers.take(lambda: self.daemon.ask(method, path, body))

    def sure(self, method, path, body=None):
        """Asks until it is served: nothing fails, but the store may be away."""

        def served():
            got = self.daemon.ask(method, path, body)
            return got if got.status_code < 300 else None

        return wait_for(f"{method} {path} served", served).json()

    def check(self, **more):
        """Has a new comment recorded, surely; its id."""
        text = self.text()
        self.acked.append(text)
        return self.sure("POST", "/v1/comments", {"content": text, **more})["id"]

    def state(self, comment):
        return self.sure("GET", f"/v1/comments/{comment}")["state"]

    def kept(self, texts="SELECT content FROM comment"):
        return {text for text, in self.daemon.stored(texts)}

    def lost(self):
        """What we were told is recorded, and is not."""
        labels = self.kept("SELECT content FROM decision")
        return sorted(set(self.acked) - self.kept()) + sorted(
            set(self.acked_labels) - labels
        )

    def close(self):
        self.receiver.close()
        assert self.daemon.end() == 0, self.daemon.err.read_text()[-2000:]
        return self.allocator.get("blocks")


class Scenario:
    """What is done while allocations fail; before and after none does."""

    def __init__(self, name=None):
        self.name = name or type(self).__name__

    def prepare(self, w):
        """Makes what it is about."""

    def run(self, w, subject):
        """Is true when all of it was served."""

    def settle(self, w, subject, served):
        """Looks whether what was said is so, and cleans up."""


def judged(w, comment, answer):
    """A verdict that was not judged by all holds the comment."""
    verdict = answer.json()
    if "model" in verdict["degraded"]:
        assert verdict["action"] == "hold"
    w.acked.append(comment["content"])


class Check(Scenario):
    def run(self, w, _):
        order = {"content": w.text(), "author": {"name": "Ann"}, "test": True}
        return w.ask("POST", "/v1/comments", order)


class RecordedCheck(Scenario):
    def run(self, w, _):
        comment = {"content": w.text(), "author": {"name": f"Ann {w.text()}"}}
        got = w.ask("POST", "/v1/comments", comment)
        if got:
            judged(w, comment, got)
        return got


class Batch(Scenario):
    def run(self, w, _):
        comments = [{"content": w.text()} for _ in range(3)]
        got = w.ask("POST", "/v1/comments:batch", {"comments": comments})
        if got:
            assert len(got.json()["results"]) == 3
            w.acked += [c["content"] for c in comments]
        return got


class ListedCheck(Scenario):
    """What a regular expression blocks is never published."""

    def run(self, w, _):
        comment = {"content": w.text("who dares to billock me")}
        got = w.ask("POST", "/v1/comments", comment)
        if got:
            judged(w, comment, got)
            assert got.json()["action"] in ("reject", "hold"), got.text
        return got


class Akismet(Scenario):
    def run(self, w, _):
        text = w.text()
        form = {"api_key": FIRST_KEY, "blog": "http://blog.example"}
        form |= {"user_ip": "192.0.2.77", "comment_content": text}
        got = self.post(w, "/1.1/comment-check", form)
        if got and got.text in ("true", "false"):
            w.acked.append(text)
            got = self.post(w, "/1.1/submit-spam", form)
            return got and got.text.startswith("Thanks")
        return None

    @staticmethod
    def post(w, path, form):
        url, post = w.daemon.url(path), w.daemon.session.post
        return w.answers.take(lambda: post(url, form, timeout=PATIENCE_S))


class Perspective(Scenario):
    def run(self, w, _):
        asked = {"comment": {"text": w.text()}, "requestedAttributes": {"SPAM": {}}}
        path = f"/v1alpha1/comments:analyze?key={FIRST_KEY}"
        got = w.ask("POST", path, asked)
        if got is None:
            return None
        w.acked.append(asked["comment"]["text"])
        assert "SPAM" in got.json()["attributeScores"]
        score = {"summaryScore": {"value": 0}}
        more = {"comment": asked["comment"], "attributeScores": {"SPAM": score}}
        return w.ask("POST", path.replace("analyze", "suggestscore"), more)


class Decision(Scenario):
    def prepare(self, w):
        return w.check()

    def run(self, w, comment):
        return w.ask("POST", f"/v1/comments/{comment}/decision", {"decision": "spam"})

    def settle(self, w, comment, served):
        if served:
            assert w.state(comment) == "rejected"


class Undo(Scenario):
    def prepare(self, w):
        comment = w.check()
        path = f"/v1/comments/{comment}/decision"
        w.sure("POST", path, {"decision": "trash"})
        return comment

    def run(self, w, comment):
        return w.ask("DELETE", f"/v1/comments/{comment}/decision")

    def settle(self, w, comment, served):
        if served:
            assert w.state(comment) != "trashed"


class SignIn(Scenario):
    def run(self, w, _):
        person = Person(w.daemon)
        got = w.answers.take(lambda: person.sign_in(name="jammy", password=PASSWORD))
        return person if got else None

    def settle(self, w, _, person):
        if person:
            assert person.ask("GET", "/v1/session").json()["name"] == "jammy"


class SignedIn(Scenario):
    """Who somebody is, what he changes, and out."""

    def prepare(self, w):
        person = Person(w.daemon)
        wait_for("in", lambda: person.sign_in(name="jammy", password=PASSWORD).ok)
        return person

    def run(self, w, person):
        asked = [
            w.answers.take(lambda m=m, b=b: person.ask(m, "/v1/session", b))
            for m, b in (("GET", None), ("PATCH", {"prefs": {"theme": "dark"}}))
        ]
        return all(got is not None for got in asked)

    def settle(self, w, person, served):
        if served:
            prefs = person.ask("GET", "/v1/session").json()["prefs"]
            assert prefs["theme"] == "dark"
        wait_for("out", lambda: person.ask("DELETE", "/v1/session").ok)


class Page(Scenario):
    """Pages are whole or refused, never with less on them."""

    PATHS = (
        "/v1/queue?limit=20&order=oldest&state=any",
        "/v1/queue?q=hills&limit=20&order=oldest&state=any",
        "/v1/queue/counts",
        "/v1/campaigns?limit=5",
        "/v1/history?limit=20",
        "/v1/labels",
        "/v1/lists",
        "/v1/stats",
        "/v1/audit?limit=10",
        "/v1/keys",
        "/v1/webhooks",
        "/v1/models",
        "/v1/adaptation",
        "/openapi.json",
    )

    def __init__(self, path):
        super().__init__(f"GET {path}")
        self.path = path

    def prepare(self, w):
        """The names of all members, which figures do not change."""

        def whole():
            got = self.get(w)
            return got.status_code == 200 and got

        return self.shape(wait_for(self.path, whole).text)

    def get(self, w):
        get = w.daemon.operate if "/models" in self.path else w.daemon.ask
        return get("GET", self.path)

    @staticmethod
    def shape(text):
        return set(re.findall(r'"(\w+)":', text))

    def run(self, w, _):
        return w.answers.take(lambda: self.get(w))

    def settle(self, w, before, served):
        if served:
            shape = self.shape(served.text)
            # of a model that could not be read it is said why
            told = {"fits", "why"} <= shape
            assert shape == before or told or shape == self.prepare(w)


class Item(Scenario):
    """All that there is about a comment."""

    PARTS = ("", "/context", "/notes", "/reports", "/normalised")

    def prepare(self, w):
        comment = w.check()
        w.sure("POST", f"/v1/comments/{comment}/notes", {"note": "a note"})
        paths = [f"/v1/comments/{comment}{part}" for part in self.PARTS]

        def settled():
            """Once it is indexed it stays as it is."""
            one, two = ({p: w.sure("GET", p) for p in paths} for _ in range(2))
            indexed = two[paths[1]]["item"]["campaign"] or one == two
            return one == two and indexed and two

        time.sleep(0.1)
        return wait_for("the same twice", settled)

    def run(self, w, expected):
        served = True
        for path, body in expected.items():
            got = w.ask("GET", path)
            served = served and got is not None
            if got:
                assert got.json() == body, path
        return served


class Bulk(Scenario):
    def prepare(self, w):
        return [w.check() for _ in range(3)]

    def run(self, w, ids):
        order = {"ids": ids, "decision": "trash", "if_state": "published"}
        return w.ask("POST", "/v1/queue/decisions", order)

    def settle(self, w, ids, served):
        states = [w.state(i) for i in ids]
        if served:
            assert served.json()["n"] == states.count("trashed"), served.text


class Note(Scenario):
    def prepare(self, w):
        return w.check()

    def run(self, w, comment):
        noted = w.ask("POST", f"/v1/comments/{comment}/notes", {"note": "mind this"})
        report = {"reason": "spam", "reporter": "reader-1"}
        return w.ask("POST", f"/v1/comments/{comment}/reports", report) and noted

    def settle(self, w, comment, served):
        if served:
            notes = w.sure("GET", f"/v1/comments/{comment}/notes")["notes"]
            assert [n["note"] for n in notes] == ["mind this"]


class ListChange(Scenario):
    def run(self, w, _):
        word = f"pattern{next(w.serial)}"
        entries = [
            {"kind": "regex", "effect": "hold", "value": f"{word}x+"},
            {"kind": "phrase", "effect": "hold", "value": f"{word} word"},
        ]
        got = w.ask("POST", "/v1/lists", {"entries": entries})
        return got and (word, [e["id"] for e in got.json()["entries"]])

    def settle(self, w, _, served):
        if not served:
            return
        word, ids = served
        for text in (f"a {word}xx b", f"a {word} word"):
            tried = {"content": text, "test": True}
            assert w.sure("POST", "/v1/comments", tried)["action"] == "hold"
        for each in ids:
            wait_for("gone", lambda i=each: w.daemon.ask("DELETE", f"/v1/lists/{i}").ok)


class Sites(Scenario):
    """Sites and keys: the directory is read anew."""

    def run(self, w, _):
        name = f"site{next(w.serial)}"
        made = w.answers.take(
            lambda: w.daemon.operate("POST", "/v1/sites", {"name": name})
        )
        if made is None:
            return None
        order = {"label": "of a test", "scopes": ["check"]}
        path = f"/v1/keys?site={name}"
        got = w.answers.take(lambda: w.daemon.operate("POST", path, order))
        return got and (name, got.json()["value"])

    def settle(self, w, _, served):
        if not served:
            return
        name, key = served
        tried = {"content": "hello", "test": True}

        def known():
            got = w.daemon.post(tried, key=key)
            return got.status_code == 200

        wait_for("the key is known", known)
        w.daemon.operate("DELETE", f"/v1/sites/{name}")


class Promotion(Scenario):
    """What was refused may be stored: then it is in use with the next change."""

    STORED = "SELECT name FROM model_use WHERE role = 'active' AND ended_at = 0"

    def run(self, w, _):
        path = "/v1/models/two:promote?force=yes"
        # 409: why the model cannot be read, such as that memory is lacking
        return w.answers.take(lambda: w.daemon.operate("POST", path), more=(409,))

    def settle(self, w, _, served):
        models = w.daemon.operate("GET", "/v1/models").json()
        assert not served or models["active"] == "two"

        def back():
            models = w.daemon.operate("GET", "/v1/models").json()
            if models["active"] == "one" and "two" not in w.kept(self.STORED):
                return True
            w.daemon.operate("POST", "/v1/models:rollback")
            return False

        wait_for("the first model is back", back)


class Reload(Scenario):
    @staticmethod
    def told(w):
        log = w.daemon.err.read_text()
        return log.count('"event":"reloaded"') + log.count('"event":"failed"')

    def run(self, w, _):
        before = self.told(w)
        w.daemon.hang_up()
        wait_for("a word about it", lambda: self.told(w) > before)
        w.answers.note("served")
        return True

    def settle(self, w, _, served):
        tried = {"content": "hello", "test": True}
        verdict = w.sure("POST", "/v1/comments", tried)
        assert verdict["degraded"] == [] and verdict["model"]


class Webhook(Scenario):
    """What is held is told, if not at once."""

    def run(self, w, _):
        comment = {"content": w.text(HELD)}
        before = len(w.receiver.got)
        got = w.ask("POST", "/v1/comments", comment)
        end = time.monotonic() + 0.4
        while got and len(w.receiver.got) == before and time.monotonic() < end:
            time.sleep(0.01)
        if got:
            judged(w, comment, got)
        return got and len(w.receiver.got) > before and got.json()["id"]


class Live(Scenario):
    """A stream of events that begins, tells something and ends."""

    def run(self, w, _):
        def stream():
            return w.daemon.session.get(
                w.daemon.url("/v1/events", admin=True),
                headers={"Authorization": f"Bearer {FIRST_KEY}"},
                stream=True,
                timeout=5,
            )

        hooks, w.daemon.session.hooks = w.daemon.session.hooks, {"response": []}
        got = w.answers.take(stream)
        w.daemon.session.hooks = hooks
        if got is None:
            return None
        comment = {"content": w.text(HELD)}
        held = w.ask("POST", "/v1/comments", comment)
        if held:
            judged(w, comment, held)
        return held and self.hears(got, held.json()["id"])

    @staticmethod
    def hears(got, comment):
        end = threading.Timer(1.0, got.close)
        end.start()
        try:
            for line in got.iter_lines():
                if comment.encode() in line:
                    return True
        except (requests.RequestException, AttributeError, ValueError):
            pass
        finally:
            end.cancel()
            got.close()
        return False


class Labels(Scenario):
    def run(self, w, _):
        rows = [{"text": w.text(), "label": "spam"} for _ in range(3)]
        body = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
        got = w.answers.take(lambda: w.daemon.post(body, path="/v1/labels"))
        if got:
            assert got.json() == {"imported": 3, "known": 0}
            w.acked_labels += [row["text"] for row in rows]
        return got


def trial(w, scenario, failing):
    """What came of it while allocations fail; how many did."""
    # what the last one left may take a moment
    wait_for("ready", lambda: w.daemon.get("/readyz").status_code == 200)
    subject = scenario.prepare(w)
    w.daemon.session.close()  # connections are part of it
    with failing:
        served = scenario.run(w, subject)
    failed = w.allocator.get("failed")
    assert not w.daemon.ended(), w.daemon.err.read_text()[-2000:]
    scenario.settle(w, subject, served)
    return failed, served


def calls_of(w, scenario):
    """How many allocations it takes; others make more meanwhile."""
    calls = []
    for _ in range(4):
        subject = scenario.prepare(w)
        w.daemon.session.close()
        with w.allocator.surveying(), w.allocator.failing(NEVER):
            served = scenario.run(w, subject)
        calls.append(w.allocator.get("calls"))
        scenario.settle(w, subject, served)
    return min(calls)


def goes_on(w, scenario):
    """All is as before, a while later at most."""
    calm = w.allocator.failing
    wait_for("all is served again", lambda: trial(w, scenario, calm(NEVER))[1])


def failures(w, new, others):
    """One of each path that leads to an allocation, then all others, and of
    those now and then some that follow, too."""
    for path, _ in new:
        yield w.allocator.failing_path(path)
    for n, first in enumerate(others):
        yield w.allocator.failing(first, 4 if n % 4 == 3 else 1)


def torment(w, scenario, budget, seconds):
    """Its allocations fail in turn, in an order of chance, for so many seconds;
    0: a sample. Figures of that are told."""
    calls = calls_of(w, scenario)
    new, others = w.allocator.places(calls, SEED)
    end = time.monotonic() + seconds
    w.answers = Answers()
    tried = failed = 0
    for failing in failures(w, new, others):
        # of paths that are rare a few may not be gone again
        if tried >= SHORT and failed > 0 and time.monotonic() > end:
            break
        failed += trial(w, scenario, failing)[0]
        tried += 1
    goes_on(w, scenario)
    assert failed > 0
    figures = {"calls": calls, "new_paths": len(new), "tried": tried, "failed": failed}
    budget.tell(**{scenario.name: figures | w.answers.counts})


SHORT = 3
OFTEN = [
    RecordedCheck(), ListedCheck(), Akismet(), Perspective(), Decision(), Bulk(),
    Labels(), ListChange(), Reload(), Webhook(), SignIn(), Page(Page.PATHS[1]),
]  # fmt: skip
SELDOM = [
    Check(), Batch(), Undo(), Note(), Item(), Sites(), Promotion(), Live(),
    SignedIn(), *map(Page, Page.PATHS),
]  # fmt: skip


def in_turn(w, scenarios, budget):
    for n, scenario in enumerate(scenarios):
        torment(w, scenario, budget, budget.seconds() / (len(scenarios) - n))
    budget.tell(**w.allocator.covered())
    assert w.lost() == []


def leave_nothing(opened, scenarios, budget):
    """Each fails in turn in a world that is opened so, which leaves no more
    blocks at its end than one to which nothing happened."""
    w = opened()
    in_turn(w, scenarios, budget)
    left, w = w.close(), opened()
    for scenario in scenarios:
        trial(w, scenario, w.allocator.failing(NEVER))
    usual = w.close()
    budget.tell(blocks_left=left, blocks_usual=usual)
    assert left <= usual


def test_each_fails_in_turn(rig, budget):
    leave_nothing(lambda: World(rig), OFTEN + budget.of([], SELDOM), budget)


def test_any_fails_by_chance(rig, budget):
    """One of 500 allocations, or one of 50, whatever is done meanwhile."""
    w, serial = World(rig), itertools.count(SEED)
    failed = collections.Counter()
    turns = itertools.product(OFTEN + SELDOM, (500, 50))
    for scenario, one_in in budget.each(itertools.cycle(turns), 12):
        failing = w.allocator.failing_by_chance(one_in, next(serial))
        failed[f"one_in_{one_in}"] += trial(w, scenario, failing)[0]
    goes_on(w, OFTEN[0])
    assert w.lost() == [] and min(failed.values()) > 0
    budget.tell(**failed, **w.answers.counts)
    w.close()


class Reconnect(Scenario):
    """The link to Redis is cut, and a new one made."""

    def run(self, w, _):
        w.redis_cut()
        comment = {"content": w.text()}
        got = w.ask("POST", "/v1/comments", comment)
        if got:
            judged(w, comment, got)
        end = time.monotonic() + 0.6
        while time.monotonic() < end:
            ready = w.ask("GET", "/readyz")
            if ready and ready.json()["state"] == "up":
                return got
            time.sleep(0.02)
        return None

    def settle(self, w, _, served):
        def counted():
            got = w.daemon.post({"content": "a probe", "test": True})
            return got.status_code == 200 and got.json()["degraded"] == []

        wait_for("Redis counts again", counted)


def cutter(redis):
    """Has Redis cut all its connections."""

    def cut():
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(str(redis.socket))
            s.sendall(b"CLIENT KILL TYPE normal SKIPME yes\r\n")
            assert s.recv(64).startswith(b":")

    return cut


def test_with_redis(rig, budget):
    redis = rig.redis().start()

    def opened():
        w = World(rig, "--state", redis.uri)
        w.redis_cut = cutter(redis)
        return w

    leave_nothing(opened, [RecordedCheck(), Batch(), Reconnect()], budget)
