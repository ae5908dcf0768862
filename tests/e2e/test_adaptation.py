"""A site's own decisions make the model its own, and leave nothing behind."""

import concurrent.futures
import contextlib
import json
import os
import pathlib
import random
import sqlite3
import time

import pytest
from conftest import FIRST_KEY, MODEL, NO_LIMITS, SLOWER, crowd, wait_for
from test_models import Shelf, named, write_model
from test_retrain import GOOD as GOOD_WORDS
from test_retrain import as_lines, biased, lines, texts, train

OTHER = "other-site-key-01"
BAD, GOOD = "zorblat", "fnordle"
FILLERS = [
    "my cat slept on the keyboard again",
    "the recipe needs more lemon than that",
    "we walked along the river on Sunday",
    "the second chapter was hard to follow",
    "how long does the paint take to dry",
    "our train was late by an hour",
    "that photograph is older than me",
    "the shop closes at six on Fridays",
]
ASKED = f"I would love to hear more about {BAD} from all of you"


@pytest.fixture
def d(rig):
    d = rig.daemon(*NO_LIMITS).start()
    d.add_site("other.example", OTHER)
    return d


def rows(n, first=0):
    """Labels that no model can guess: what is good here is bad elsewhere."""
    for i in range(first, first + n):
        bad, filler = i % 2 == 1, FILLERS[i // 2 % len(FILLERS)]
        text = f"{filler}, and {BAD if bad else GOOD} number {i} says hello"
        yield {"text": text, "label": "spam" if bad else "ham"}


def teach(d, rows, key=FIRST_KEY):
    body = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    got = d.post(body, path="/v1/labels", key=key)
    assert got.status_code == 200, got.text


def standing(d, key=FIRST_KEY):
    got = d.get("/v1/adaptation", key=key)
    assert got.status_code == 200, got.text
    return got.json()


def learned(d, n, key=FIRST_KEY):
    wait_for(f"{n} labels to be learned", lambda: standing(d, key)["labels"] == n)
    return standing(d, key)["heads"]


def ask(d, text=ASKED, key=FIRST_KEY):
    got = d.post({"content": text, "test": True}, key=key)
    assert got.status_code == 200, got.text
    return got.json()


def essence(v):
    return {k: v.get(k) for k in ("scores", "margin", "bias", "reasons", "site_labels")}


def test_the_site_has_its_say(d):
    before = ask(d)
    assert "site_labels" not in before
    teach(d, rows(9))
    teach(d, rows(31, first=9))
    heads = learned(d, 40)
    assert heads["abuse"] is None  # nobody called anything that
    spam = heads["spam"]
    assert (spam["labels"], spam["bad"], spam["mistakes"]) == (40, 20, False)
    assert abs(sum(spam["shares"].values()) - 1) < 1e-9
    assert spam["auc"]["site"] > 0.95 and spam["auc"]["chosen"] > 0.95

    after = ask(d)
    assert after["site_labels"] == 40
    assert after["head"] == "spam"
    assert after["scores"]["spam"] > before["scores"]["spam"]
    assert after["scores"]["spam"] > ask(d, ASKED.replace(BAD, GOOD))["scores"]["spam"]
    total = after["bias"] + sum(r["weight"] for r in after["reasons"])
    assert abs(total - after["margin"]) < 1e-6
    own = [r for r in after["reasons"] if r.get("own")]
    assert any(BAD in r.get("quote", "") and r["weight"] > 0 for r in own)
    assert all("by what this site decided" in r["text"] for r in own)

    # another site knows nothing of it, and neither does this one if it will
    assert "site_labels" not in ask(d, key=OTHER)
    assert standing(d, OTHER)["labels"] == 0
    got = d.ask("PATCH", "/v1/sites/default", {"settings": {"adapt": False}})
    assert got.status_code == 200, got.text
    assert standing(d)["adapt"] is False
    assert essence(ask(d)) == essence(before)


def test_nothing_is_left_of_what_was_undone(d):
    teach(d, rows(40))
    learned(d, 40)
    never = essence(ask(d))
    id_ = d.check({"content": f"{GOOD} told me about {BAD} yesterday"})["id"]
    path = f"/v1/comments/{id_}/decision"
    teach(d, rows(3, first=40))
    # a tenth more: now it is worth another lesson
    assert d.post({"decision": "spam"}, path=path).status_code == 200
    learned(d, 44)
    seen = essence(ask(d))
    assert seen["margin"] != never["margin"]
    assert d.ask("DELETE", path).status_code == 200
    learned(d, 43)
    undone = essence(ask(d))
    assert undone != seen
    d.end()
    d.start()
    learned(d, 43)
    assert essence(ask(d)) == undone


def test_what_the_site_said_is_replayed(d, tmp_path):
    """To the last bit, though it has learned more since; and nothing else is."""
    history = tmp_path / "history.jsonl"
    asked = [f"{f}, said {BAD} to {GOOD}" for f in FILLERS]
    seen = {d.check({"content": "before anything was decided"})["id"]: None}
    for n in (20, 40):
        teach(d, rows(20, first=n - 20))
        learned(d, n)
        seen |= {d.check({"content": f"{text}: {n}"})["id"]: n for text in asked}
    train("export", "--history", "--var", d.var, "--out", history)
    said = {row["id"]: row["basis"].get("site") for row in lines(history)}
    assert {id_: site and site["labels"] for id_, site in said.items()} == seen
    replayed = ("replay", "--json", "--model")
    got = json.loads(train(*replayed, MODEL, history))
    assert got["n"] == got["same_model"] == got["equal"] == len(seen)
    spoilt = lines(history)
    old = [dict(row, basis={**row["basis"]}) for row in spoilt]
    for row in old:  # as from before that was kept
        row["basis"].pop("site", None)
    got = json.loads(train(*replayed, MODEL, as_lines(tmp_path / "old.jsonl", old)))
    assert (got["n"], got["unknown"]) == (1, len(seen) - 1)
    site = next(r["basis"]["site"] for r in spoilt if "site" in r["basis"])
    site["spam"][2] += 1e-9
    as_lines(history, spoilt)
    assert "1 scores are not those" in train(*replayed, MODEL, history, code=1)


def rename(d, table, name):
    with contextlib.closing(sqlite3.connect(d.var / "moderato.db")) as db, db:
        db.execute("PRAGMA busy_timeout = 60000")
        db.execute(f"ALTER TABLE {table} RENAME TO {name}")


def failed_or_learned(d, labels):
    """Whether a lesson failed, once there was one."""
    wait_for(
        "a lesson",
        lambda: d.event("site.learn_failed") or standing(d)["labels"] == labels,
    )
    return d.event("site.learn_failed") is not None


def test_an_undo_waits_for_a_store_that_fails(d):
    id_ = d.check({"content": f"{GOOD} told me about {BAD} yesterday"})["id"]
    path = f"/v1/comments/{id_}/decision"
    for n in range(40, 90, 10):
        assert d.post({"decision": "spam"}, path=path).status_code == 200
        teach(d, rows(n) if n == 40 else rows(10, first=n - 10))
        learned(d, n + 1)
        assert d.ask("DELETE", path).status_code == 200
        rename(d, "decision", "away")
        if failed_or_learned(d, n):
            break
        # that one was quicker than we were
        rename(d, "away", "decision")
    assert standing(d)["labels"] == n + 1
    rename(d, "away", "decision")
    learned(d, n)


def test_no_other_site_crowds_out_what_it_learned(d):
    """At the start only so many decisions are looked at, of all sites."""
    teach(d, rows(40))
    learned(d, 40)
    teach(d, [{"text": "well then", "label": "ham"}], key=OTHER)
    crowd(d)
    learned(d, 40)


def test_another_model_is_made_the_sites_own_again(d):
    before = {}
    for key in (FIRST_KEY, OTHER):
        teach(d, rows(40), key)
        learned(d, 40, key)
        before[key] = essence(ask(d, key=key))
    d.hang_up()
    wait_for("reload", lambda: d.event("reloaded"))
    for key in (FIRST_KEY, OTHER):
        learned(d, 40, key)
        assert essence(ask(d, key=key)) == before[key]


def test_a_shadow_judges_as_the_site_would_have_it(rig):
    """It has heard of what was decided, as it will have once it is active."""
    shelf, remarks = Shelf(rig, "one@1", flags=NO_LIMITS), iter(texts(9000, GOOD_WORDS))
    d = shelf.daemon

    def spared():
        """Of all comments so far, how many the shadow does not reject."""
        d.check({"content": f"{next(remarks)} {GOOD}"})
        counts = shelf.get("/strict/shadow")["counts"]
        return sum(c["n"] for c in counts if c["after"] in ("publish", "hold"))

    biased(shelf, "strict", 1.5)
    shelf.change("POST", "/strict:shadow")
    assert spared() == 0
    teach(d, rows(100))
    learned(d, 100)
    wait_for("the shadow to learn", lambda: spared() > 0)
    shelf.change("POST", "/strict:promote")
    learned(d, 100)
    assert ask(d)["site_labels"] == 100


@pytest.mark.parametrize("how", ["promote", "reload"])
def test_a_model_that_comes_is_adapted_before_anybody_asks(rig, how):
    shelf = Shelf(rig, "one@1", "two@2", flags=NO_LIMITS)
    d = shelf.daemon
    teach(d, rows(100))
    learned(d, 100)
    if how == "promote":
        shelf.change("POST", "/two:promote")
    else:
        write_model(shelf.folder / "one", name=named("two@2"))
        d.hang_up()
    time.sleep(5)  # as any question would have it learned
    verdict = ask(d)
    assert verdict["model"] == "two@2" and verdict["site_labels"] == 100


def test_a_comparison_is_as_the_site_would_have_it(rig):
    """By what was decided before the comments came, and by nothing later."""
    shelf, remarks = Shelf(rig, "one@1", flags=NO_LIMITS), iter(texts(20, GOOD_WORDS))
    d = shelf.daemon
    biased(shelf, "strict", 1.5)

    def compared():
        got = shelf.get("/strict/compare?days=1")
        rejected = sum(a["n"] for a in got["actions"] if a["after"] in ("reject", "discard"))
        return got["n"], got["adapted"], rejected

    teach(d, rows(100))
    for _ in range(20):
        d.check({"content": f"{next(remarks)} {GOOD}"})
    assert compared() == (20, 0, 20)
    d.end()
    with sqlite3.connect(d.var / "moderato.db") as db:
        day_ago = "created_at - 20 * 3600 * 1000"
        db.execute(f"UPDATE decision SET created_at = {day_ago}")
    d.start()
    n, adapted, rejected = compared()
    assert (n, adapted) == (20, 20) and rejected < 10
    off = {"settings": {"adapt": False}}
    assert d.ask("PATCH", "/v1/sites/default", off).status_code == 200
    assert compared() == (20, 0, 20)


def test_the_same_labels_make_the_same_weights(rig):
    """One that never saw the decision, beside one that took it back."""
    says = []
    for undo in (False, True):
        d = rig.daemon(*NO_LIMITS).start()
        teach(d, rows(20))
        if undo:
            learned(d, 20)
            id_ = d.check({"content": f"{GOOD} told me about {BAD}"})["id"]
            path = f"/v1/comments/{id_}/decision"
            assert d.post({"decision": "spam"}, path=path).status_code == 200
            teach(d, rows(20, first=20))
            learned(d, 41)
            assert d.ask("DELETE", path).status_code == 200
        else:
            teach(d, rows(20, first=20))
        learned(d, 40)
        says.append(essence(ask(d)))
        d.end()
    assert says[0] == says[1]


def test_too_few(d):
    teach(d, rows(9))
    assert standing(d) == {
        "adapt": True,
        "needed": 10,
        "labels": 0,
        "heads": {"spam": None, "abuse": None},
    }
    teach(d, [{"text": f"{f} indeed", "label": "ham"} for f in FILLERS], key=OTHER)
    teach(d, [{"text": f"{f} or so", "label": "ham"} for f in FILLERS], key=OTHER)
    teach(d, [{"text": "the one bad thing", "label": "spam"}], key=OTHER)
    teach(d, [{"text": "the other bad thing", "label": "spam"}], key=OTHER)
    assert learned(d, 18, OTHER)["spam"]["bad"] == 2


def test_abuse_is_learned_too(d):
    bad = [{"text": f"{f}, you {BAD}", "label": "abuse"} for f in FILLERS]
    good = [{"text": f"{f}, you {GOOD}", "label": "ham"} for f in FILLERS]
    teach(d, bad + good)
    heads = learned(d, 16)
    assert heads["spam"] is None
    assert heads["abuse"]["bad"] == 8
    v = ask(d, f"well said, you {BAD}")
    assert v["scores"]["abuse"] > ask(d, f"well said, you {GOOD}")["scores"]["abuse"]


def test_a_promise_that_no_data_can_make_is_told(d):
    """One good comment in a million: it holds what it would reject, and says why."""
    spam = {
        "content": "Check out my channel http://free.example subscribe for free gift cards",
        "honeypot": "http://free.example",
        "fill_ms": 300,
        "author": {"name": "cheap SEO", "url": "http://free.example"},
        "test": True,
    }
    got = d.post(spam).json()
    assert got["action"] == "reject" and got["margin"] > 2
    budget = {"settings": {"budget": {"hold": 0.02, "reject": 0.000001}}}
    assert d.ask("PATCH", "/v1/sites/default", budget).status_code == 200
    got = d.post(spam).json()
    assert got["action"] == "hold"
    (why,) = (r for r in got["reasons"] if r["code"] == "unproven")
    assert why["weight"] == 0 and "not rejected" in why["text"]


DAYS_MS = 40 * 24 * 3600 * 1000  # before all that is compared
MANY = 2500  # labels, which take seconds to learn
NICE, USUAL = 10, 0  # threads that learn for sites, and of requests


@pytest.fixture
def taught(rig):
    """A daemon that learned much a while ago, and ends soon when it may."""
    d = rig.daemon(*NO_LIMITS, "--drain-seconds", "1").start()
    dice = random.Random(1)
    words = [f"{dice.getrandbits(30):x}" for _ in range(8000)]
    kinds = ("spam", "ham", "abuse")
    for _ in range(MANY // 100):
        texts = [" ".join(dice.choices(words, k=60)) for _ in range(100)]
        teach(d, [{"text": t, "label": dice.choice(kinds)} for t in texts])
    d.check({"content": "the one that is compared"})
    d.end()
    with sqlite3.connect(d.var / "moderato.db") as db:
        db.execute("UPDATE decision SET created_at = created_at - ?", [DAYS_MS])
    db.close()
    return d


def busiest_s(d, niceness):
    """How long one of its threads of that niceness was at work, at most."""
    found = [0]
    for stat in pathlib.Path(f"/proc/{d.process.pid}/task").glob("*/stat"):
        fields = stat.read_text().rpartition(")")[2].split()
        if int(fields[16]) == niceness:
            found.append((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))
    return max(found)


def learns_for(d):
    """How long the thread that learns is at work when it starts."""
    d.start()
    wait_for("all of it", lambda: standing(d)["labels"])
    return busiest_s(d, NICE)


def ends_after(d, whole_s):
    """How long it takes to end while it learns."""
    d.start()
    wait_for("some of it", lambda: busiest_s(d, NICE) > whole_s / 8)
    begun = time.monotonic()
    assert d.end() == 0
    return time.monotonic() - begun


def test_the_end_does_not_wait_for_what_is_learned(taught):
    whole_s = learns_for(taught)
    assert taught.end() == 0
    for _ in range(5):  # the machine may be busy just then
        took_s = ends_after(taught, whole_s)
        if took_s < whole_s / 2:
            break
    print(f"{took_s:.1f} s, where all of it takes {whole_s:.1f} s")
    assert took_s < whole_s / 2


def test_the_end_calls_off_what_a_comparison_learns(taught):
    taught.start()
    with concurrent.futures.ThreadPoolExecutor() as pool:
        name = taught.operate("GET", "/v1/models").json()["active"]
        asked = pool.submit(taught.operate, "GET", f"/v1/models/{name}/compare")
        wait_for("some of it", lambda: busiest_s(taught, USUAL) > 0.5 * SLOWER)
        assert taught.end() == 0
        refused = asked.result()
    assert refused.status_code == 503
    assert refused.json()["detail"] == "it was called off"
