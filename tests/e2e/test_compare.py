"""A model beside the active one, on comments that were recorded."""

import json
import math
import select
import socket
import struct
import subprocess
import time

import pytest
from conftest import PATIENCE_S, TRAINER, wait_for
from test_models import BIAS, Shelf, named, write_model

GOOD = [
    "Thanks, this helped me a lot with my old bike.",
    "Is the second edition out yet?",
    "I do not agree, but it is well written.",
    "The link in the third part is broken.",
]
BAD = [
    "BUY CHEAP PILLS NOW http://pills.example/?a=1 casino bonus",
    "Earn $5000 a week from home, call +49 151 1234567",
    "free gift cards http://gift.example http://gift2.example",
    "Great post! I will bookmark your website and come back.",
]
SITES = ("default", "other")
HOLDS = ("hold", "reject", "discard")
REJECTS = ("reject", "discard")


def comments():
    """Forty, with what people say of most of them."""
    said = ["approve", "spam", None, "trash", "abuse"]
    for i in range(40):
        bad = i % 2
        text = f"{(BAD if bad else GOOD)[i // 2 % 4]} ({i})"
        author = {"name": f"author {i % 7}"}
        if i % 3 == 0:
            author |= {"url": "http://home.example", "email": "a@mail.example"}
        kind = said[2 if i % 5 == 2 else 3 if i % 11 == 3 else bad]
        yield {"content": text, "author": author}, kind


@pytest.fixture
def compared(rig):
    """A shelf, what was said of which record, and what was compared."""
    shelf = Shelf(rig, "one@1")
    # to which more is spam than to the other, but not all
    write_model(
        shelf.folder / "strict",
        name=named("strict@1"),
        bias=(BIAS, struct.pack("<d", 0.1)),
    )
    records = {}
    for comment, kind in comments():
        record = shelf.daemon.check(comment)["id"]
        records[record] = (comment, kind)
        if kind is not None:
            path = f"/v1/comments/{record}/decision"
            got = shelf.daemon.operate("POST", path, {"decision": kind})
            assert got.status_code in (200, 201), got.text
    return shelf, records, shelf.get("/strict/compare?days=1")


def as_rows(shelf, records, labels={}):
    """The comments as a corpus: what the service gives out of its records."""
    got = shelf.daemon.get("/v1/history")
    rows = [json.loads(line) for line in got.text.splitlines()]
    for row in rows:
        row["label"] = labels.get(records[row["id"]][1])
    assert {row["id"] for row in rows} == set(records)
    return "".join(json.dumps(row) + "\n" for row in rows)


def scored(shelf, folder, records):
    """What the trainer's `score` says of the same comments, by record."""
    done = subprocess.run(
        [TRAINER, "score", "--model", folder, "-"],
        input=as_rows(shelf, records),
        capture_output=True,
        text=True,
        check=True,
    )
    lines = map(json.loads, done.stdout.splitlines())
    return {line["id"]: line for line in lines}


def wilson(k, n):
    if n == 0:
        return [None, None]
    z, p = 1.959963984540054, k / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return [max(0, middle - half), min(1, middle + half)]


def figures(pairs):
    """Of (stopped, bad), as the API names them."""
    caught = sum(s and b for s, b in pairs)
    blocked = sum(s and not b for s, b in pairs)
    bad = sum(b for _, b in pairs)
    good = len(pairs) - bad

    def share(name, k, n):
        return {name: k / n if n else None, name + "95": pytest.approx(wilson(k, n))}

    counts = {"caught": caught, "missed": bad - caught}
    counts |= {"blocked": blocked, "passed": good - blocked}
    return (
        counts
        | share("precision", caught, caught + blocked)
        | share("recall", caught, bad)
        | share("false_positives", blocked, good)
    )


def mcnemar(a, b):
    n = a + b
    p = 2 * sum(math.comb(n, i) for i in range(min(a, b) + 1)) / 2**n
    mid = 1 if a == b else p - math.comb(n, min(a, b)) / 2**n
    ps = {"p": pytest.approx(min(1, p)), "mid_p": pytest.approx(mid)}
    return {"only_old": a, "only_new": b, **ps}


def test_figures_are_those_of_the_trainer(compared):
    shelf, records, got = compared
    verdicts = [scored(shelf, shelf.folder / name, records) for name in ("one", "strict")]
    truth = {
        r: kind != "approve"
        for r, (_, kind) in records.items()
        if kind in ("approve", "spam", "abuse")
    }
    assert got["old"] == "one@1" and got["new"] == "strict@1"
    assert got["n"] == 40 and got["decided"] == len(truth) and got["too_large"] == 0
    for name, stops in (("hold", HOLDS), ("reject", REJECTS)):
        level = got["levels"][name]
        stopped = [{r: v[r]["action"] in stops for r in truth} for v in verdicts]
        for side, by in zip(("old", "new"), stopped):
            assert level[side] == figures([(by[r], truth[r]) for r in truth]), side
        right = [{r for r in truth if by[r] == truth[r]} for by in stopped]
        split = mcnemar(len(right[0] - right[1]), len(right[1] - right[0]))
        assert level["mcnemar"] == split


def test_the_trainer_compares_alike(compared):
    """`moderato-train compare` on labelled rows of the same comments."""
    shelf, records, got = compared
    labels = {"approve": "ham", "spam": "spam", "abuse": "abuse"}
    order = ["--old", shelf.folder / "one", "--new", shelf.folder / "strict"]
    done = subprocess.run(
        [TRAINER, "compare", *order, "--show", "100", "--json", "-"],
        input=as_rows(shelf, records, labels),
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    for member in ("n", "decided", "agreed", "changed", "actions", "levels"):
        assert told[member] == got[member], member
    assert {i["id"] for i in told["items"]} == {i["id"] for i in got["items"]}


def test_the_very_comments_that_change(compared):
    shelf, records, got = compared
    old, new = (scored(shelf, shelf.folder / name, records) for name in ("one", "strict"))
    changed = {r for r in records if old[r]["action"] != new[r]["action"]}
    assert changed and len(changed) < 40
    assert {i["id"] for i in got["items"]} == changed
    assert got["changed"] == len(changed) and got["agreed"] == 40 - len(changed)
    for item in got["items"]:
        for side, by in (("old", old), ("new", new)):
            line = by[item["id"]]
            assert item[side]["action"] == line["action"]
            assert item[side]["score"] == line["scores"][line["head"]]
        comment, kind = records[item["id"]]
        assert item["content"] == comment["content"]
        assert item["decision"] == (kind and {"kind": kind})
    for count in got["actions"]:
        pair = [r for r in records if old[r]["action"] == count["before"]
                and new[r]["action"] == count["after"]]
        assert count["n"] == len(pair)


def test_the_worst_come_first(compared):
    steps = ("publish", "hold", "reject", "discard")

    def harm(item):
        by = steps.index(item["new"]["action"]) - steps.index(item["old"]["action"])
        kind = item["decision"] and item["decision"]["kind"]
        if kind in ("spam", "abuse"):
            return -by
        return by if kind == "approve" else abs(by) / 4

    harms = [harm(item) for item in compared[2]["items"]]
    assert harms == sorted(harms, reverse=True)


def test_what_it_learned_is_no_proof(compared):
    """What was decided before a model was made of decisions says nothing of it."""
    shelf, records, before = compared
    teach = [r for r, (_, kind) in records.items() if kind in ("approve", "spam", "abuse")]
    times = sorted(
        shelf.daemon.get(f"/v1/comments/{r}").json()["decided_at"] for r in teach
    )
    assert before["known"] == 0 and before["decided"] == len(times)
    ages = ("2026-01-01T00:00:00Z", times[9], "2999-01-01T00:00:00Z")
    # the active one, too: what an older one is compared with has seen more
    for until in ((new, old) for new in ages for old in ages):
        for side, time in zip(("strict", "one"), until):
            (shelf.folder / side / "card.json").write_text(json.dumps({"decided_until": time}))
        got = shelf.get("/strict/compare?days=1")
        assert got["known"] == sum(time <= max(until) for time in times)
        assert got["decided"] + got["known"] == before["decided"]
        assert got["changed"] == before["changed"]
    (shelf.folder / "one/card.json").unlink()
    assert got["levels"]["hold"]["mcnemar"] == {"only_old": 0, "only_new": 0, "p": 1, "mid_p": 1}


def test_what_is_left_out_counts(compared, tmp_path):
    """As it did in the service: who said the same many times is judged by it."""
    shelf, _, _ = compared
    (shelf.folder / "strict/card.json").write_text('{"decided_until": "2024-05-01T00:00:00Z"}')
    rows = tmp_path / "rows.jsonl"
    said = {"text": "BUY CHEAP PILLS NOW http://pills.example/?a=1 casino bonus", "label": "spam",
            "ip": "192.0.2.1"}
    rows.write_text("".join(
        json.dumps(said | {"time": f"2024-04-30T10:00:{n:02}Z", "decided": f"2024-05-{day}"}) + "\n"
        for n, day in enumerate(["01T00:00:00Z"] * 39 + ["02T00:00:00Z"])))
    old, new = shelf.folder / "one", shelf.folder / "strict"
    for flags in ([], ["--unseen"]):
        order = [TRAINER, "compare", "--json", "--old", old, "--new", new, *flags, rows]
        got = json.loads(subprocess.run(order, capture_output=True, check=True).stdout)
        assert "discard" in [a["before"] for a in got["actions"] if a["n"] > 0], flags
    assert got["n"] == 1


def test_the_trainer_tells_what_may_be_learned(compared, tmp_path):
    shelf, _, _ = compared
    until = "2024-05-01T00:00:00Z"
    (shelf.folder / "strict/card.json").write_text(json.dumps({"decided_until": until}))
    rows = tmp_path / "rows.jsonl"
    times = ("2024-04-30T23:00:00Z", until, "2024-05-01T00:00:01Z", None)
    rows.write_text("".join(
        json.dumps({"text": f"{n} {BAD[n]}", "label": "spam", "decided": time}) + "\n"
        for n, time in enumerate(times)))

    def compare(*flags, code=0):
        sides = ("--old", shelf.folder / "one", "--new", shelf.folder / "strict")
        done = subprocess.run([TRAINER, "compare", *sides, *flags, rows],
                              capture_output=True, text=True)
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    assert json.loads(compare("--json"))["known"] == 2
    assert "beware: 2 of them" in compare()
    left = json.loads(compare("--json", "--unseen"))
    assert left["known"] == 0 and left["n"] == 1 and left["undated"] == 1
    told = compare("--unseen")
    assert "beware" not in told and "left out: 1 that do not say when" in told
    assert "left out" not in compare() and json.loads(compare("--json"))["undated"] == 0
    assert "no row is left to compare on: of 4" in compare("--days", "1", code=1)
    rows.write_text('{"text": "well then", "label": "ham"}\n' * 3)
    told = compare("--unseen", code=1)
    assert "of 3, none that was decided since, 3 that do not say when" in told


def test_what_is_asked_for(compared):
    shelf = compared[0]
    assert compared[2]["missing"] == ["author.role", "lists", "decisions"]
    assert shelf.get("/strict/compare?limit=7")["n"] == 7
    shelf.daemon.command("site", "add", "other")
    assert shelf.get("/strict/compare")["n"] == 40
    assert shelf.get("/strict/compare?site=other")["n"] == 0
    assert shelf.get("/strict/compare?site=default")["n"] == 40
    assert shelf.ask("GET", "/strict/compare?site=none").status_code == 404
    assert shelf.ask("GET", "/none/compare").status_code == 404
    for wrong in ("days=0", "days=x", "limit=50001"):
        assert shelf.ask("GET", f"/strict/compare?{wrong}").status_code == 400


def test_no_site_takes_all(compared):
    """Of several sites each has its part, and what another leaves of its own."""
    shelf, records, _ = compared
    shelf.daemon.command("site", "add", "other")
    shelf.daemon.add_key("key-of-the-other", "check", site="other")
    mine = [{"content": f"{BAD[i % 4]} ({i})"} for i in range(30)]
    shelf.daemon.batch(mine, key="key-of-the-other")

    def by_site(limit):
        got = shelf.get(f"/strict/compare?limit={limit}")
        assert got["n"] == min(limit, len(records) + len(mine))
        return [sum(i["site"]["name"] == name for i in got["items"]) for name in SITES]

    changed = by_site(100)
    assert all(changed)
    half = by_site(40)
    assert all(half) and half != changed
    assert by_site(65)[1] == changed[1]


def test_with_itself(compared):
    got = compared[0].get("/one/compare")
    assert got["changed"] == 0 and got["items"] == []
    assert got["levels"]["hold"]["mcnemar"] == {"only_old": 0, "only_new": 0, "p": 1, "mid_p": 1}


def begin(daemon, path):
    """Asks on the operators' socket without waiting for the answer."""
    asking = socket.socket(socket.AF_UNIX)
    asking.connect(str(daemon.local))
    asking.sendall(f"GET {path} HTTP/1.1\r\nHost: operators\r\n\r\n".encode())
    return asking


def called_off(shelf, path):
    """How soon there is room after a comparison that nobody waits for any more,
    of which another one was refused meanwhile; and how long a whole one takes."""
    two = [begin(shelf.daemon, f"/v1/models{path}") for _ in range(2)]
    answered = select.select(two, [], [], PATIENCE_S)[0]
    assert len(answered) == 1
    refusal = answered[0].recv(65536)
    assert b" 429 " in refusal and b"Retry-After: " in refusal
    assert shelf.title() == "one@1"  # others go on meanwhile
    begun = time.monotonic()
    for each in two:
        each.close()
    wait_for("the place", lambda: shelf.ask("GET", "/one/compare?limit=1").ok)
    freed = time.monotonic()
    assert shelf.get(path)["n"] == 300
    return freed - begun, time.monotonic() - freed


def test_one_at_a_time_and_called_off(rig):
    """The second waits for the first, but not for one nobody waits for."""
    shelf = Shelf(rig, "one@1")
    long = " ".join(f"word{i} is another one of many" for i in range(800))
    for i in range(20):
        texts = [{"content": f"{i} {j} {long}"} for j in range(15)]
        shelf.daemon.batch(texts)
    for _ in range(5):  # the machine may be busy just then
        room_s, whole_s = called_off(shelf, "/one/compare?limit=50000")
        if room_s < whole_s / 2:
            break
    assert room_s < whole_s / 2
    assert shelf.daemon.end() == 0


def test_a_comparison_does_not_hold_up_the_end(rig):
    shelf = Shelf(rig, "one@1")
    long = " ".join(f"word{i} is another one of many" for i in range(800))
    for i in range(10):
        shelf.daemon.batch([{"content": f"{i} {j} {long}"} for j in range(15)])
    with begin(shelf.daemon, "/v1/models/one/compare?limit=50000"):
        time.sleep(0.1)
        assert shelf.daemon.end() == 0
