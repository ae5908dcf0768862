"""Scheduled retraining: when enough was decided, a model is proposed."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import conftest
import pytest
from conftest import FIRST_KEY, MODEL, TRAINER, wait_for
from test_models import PROPOSAL

LABELS = 30


@pytest.fixture(scope="module")
def corpora(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpora")
    made = [TRAINER, "scenarios", "--seed", "3", "--rows", "400"]
    text = subprocess.run(made, capture_output=True, check=True).stdout
    (folder / "base.jsonl").write_bytes(text)
    (folder / "notes.txt").write_text("no corpus\n")
    return folder


@pytest.fixture
def shelf(rig, corpora):
    """A service of its own models, and how it retrains once it is started again:
    the first look of the first may come after the test's decisions."""
    folder = rig.place()
    shutil.copytree(MODEL, folder / "one")

    def start(after, promote="never", base=corpora):
        flags = ("--retrain-after", "0")
        flags += () if base is None else ("--retrain-corpora", str(base))
        flags += ("--retrain-promote", promote, "--flood", "0", "--limit-key", "0")
        d = rig.daemon(*flags, model=folder / "one").start()
        d.flags[d.flags.index("--retrain-after") + 1] = str(after)
        return d

    start.folder = folder
    return start


def decide(d, n=LABELS):
    """So many comments that somebody said something about."""
    for i in range(n):
        text = ("cheap pills", "a kind word")[i % 2]
        made = d.check({"content": f"{text} number {i} {i * i} {i**3}"})
        kind = ("spam", "approve")[i % 2]
        path = f"/v1/comments/{made['id']}/decision"
        assert d.ask("POST", path, {"decision": kind}).status_code == 200


def restart(d):
    """The steward looks at once."""
    assert d.end() == 0
    d.start()


def proposed(shelf):
    return sorted(p for p in shelf.folder.glob("proposed-*") if (p / "proposal.json").exists())


def test_a_model_is_proposed(shelf):
    d = shelf(LABELS)
    decide(d, LABELS - 1)
    restart(d)
    time.sleep(1)
    assert not d.event("retrain.begun")
    decide(d, 1)
    restart(d)
    wait_for("a proposal", lambda: proposed(shelf), 400)
    wait_for("its event", lambda: d.event("retrain.proposed"))
    (made,) = proposed(shelf)
    assert d.event("retrain.begun")["decisions"] == LABELS
    assert d.event("retrain.proposed")["model"] == made.name
    models = d.operate("GET", "/v1/models").json()
    assert models["active"] == "one"
    assert made.name in [m["name"] for m in models["models"]]
    # these are learned: the next one waits for as many again
    restart(d)
    time.sleep(1)
    assert len(proposed(shelf)) == 1


def test_a_model_is_what_it_begins_with(shelf):
    d = shelf(LABELS, base=None)
    decide(d)
    restart(d)
    wait_for("a proposal", lambda: proposed(shelf), 400)


FAKE = """#!/bin/sh
# a trainer that is told what to say of what it made
case $1 in
propose)
	while [ $# -gt 1 ]; do
		[ "$1" = --models ] && models=$2
		[ "$1" = --name ] && name=$2
		shift
	done
	cp -R "$models/one" "$models/$name"
	cp says "$models/$name/proposal.json" ;;
promote)
	echo "$*" >promoted ;;
esac
"""


SLOWER = {"code": "worse", "detail": "it is slower", "on": "gold"}


def said(verdict, *objections):
    return json.dumps(PROPOSAL | {"verdict": verdict, "objections": objections})


@pytest.fixture
def told(shelf, rig, monkeypatch):
    """How to start a service whose trainer says what it is told to."""
    beside = rig.place()
    shutil.copy(conftest.PROGRAM, beside / "moderatod")
    (beside / "moderato-train").write_text(FAKE)
    (beside / "moderato-train").chmod(0o700)
    monkeypatch.setattr(conftest, "PROGRAM", beside / "moderatod")

    def start(says, promote="never", **how):
        d = shelf(2, promote, **how)
        (d.folder / "says").write_text(says)
        return d

    return start


@pytest.mark.parametrize("wrong", ["corpora", "log", "trainer"])
def test_what_keeps_it_from_starting_is_told(told, tmp_path, wrong):
    """By its name, and without a log that nobody wrote; then it is tried again."""
    empty = {"base": tmp_path} if wrong == "corpora" else {}
    d = told(said("same"), **empty)
    trainer = Path(conftest.PROGRAM).parent / "moderato-train"
    log = Path(d.var) / "retrain.log"
    if wrong == "trainer":
        elsewhere = trainer.rename(tmp_path / "moderato-train")
    if wrong == "log":
        log.mkdir()
    decide(d, 2)
    restart(d)
    wait_for("its event", lambda: d.event("retrain.failed"))
    why = {
        "corpora": f"{tmp_path}: there is no *.jsonl and no *.jsonl.gz",
        "log": f"{d.var}/retrain.log: Is a directory",
        "trainer": f"{trainer}: No such file or directory",
    }
    got = d.event("retrain.failed")
    assert got["why"] == why[wrong] and "see" not in got
    if wrong == "trainer":
        elsewhere.rename(trainer)
    if wrong == "log":
        log.rmdir()
    if wrong == "corpora":
        (tmp_path / "base.jsonl").touch()
    restart(d)
    wait_for("the decisions still count", lambda: d.event("retrain.begun"))


@pytest.mark.parametrize(
    ("says", "promote", "promoted"),
    [
        (said("better"), "better", True),
        (said("better"), "never", False),
        (said("better", SLOWER), "better", False),
        (said("same"), "better", False),
        ('{"verdict":"better","objections":[]}', "better", False),
        ("{", "better", False),
    ],
)
def test_only_what_is_better_is_promoted(told, says, promote, promoted):
    d = told(says, promote)
    decide(d, 2)
    restart(d)
    made = wait_for("a proposal", lambda: d.event("retrain.proposed"))
    asked = d.folder / "promoted"
    if promoted:
        order = f"promote --var {d.var} {made['model']}\n"
        wait_for("a promotion", lambda: asked.exists() and asked.read_text() == order)
    else:
        time.sleep(1.5)
        assert not asked.exists()


def test_what_does_not_teach_is_passed_over(told):
    """However much of it came since, as on a site where most is off-topic."""
    d = told(said("same"))
    decide(d, 2)
    for i in range(9):
        made = d.check({"content": f"this is quite another matter {i**5}"})
        path = f"/v1/comments/{made['id']}/decision"
        assert d.ask("POST", path, {"decision": "trash"}).status_code == 200
    restart(d)
    assert wait_for("a start", lambda: d.event("retrain.begun"))["decisions"] == 2


def test_a_clock_that_was_ahead_puts_none_off(told):
    d = told(said("same"))
    decide(d, 2)
    assert d.end() == 0
    mark = d.var / "retrained"
    mark.touch(0o600)
    os.utime(mark, (time.time() + 10 * 365 * 86400,) * 2)
    d.start()
    wait_for("a start", lambda: d.event("retrain.begun"))
    assert mark.stat().st_mtime < time.time() + 60


WAITING = """#!/bin/sh
echo "$*" >>asked
until [ -e go ]; do sleep .1; done
exit 1
"""


def test_it_begins_with_the_model_that_is_named_by_now(told, shelf):
    d = told(said("same"), base=None)
    conftest.PROGRAM.with_name("moderato-train").write_text(WAITING)
    shutil.copytree(MODEL, shelf.folder / "two")
    at = d.flags.index("--model")
    d.flags[at : at + 2] = ["--config", d.folder / "settings"]
    asked = d.folder / "asked"
    asked.write_text("")

    def begun(model, n):
        orders = asked.read_text().splitlines()
        assert all(f"--from {shelf.folder / model}" in o for o in orders[n - 1 :])
        return len(orders) == n

    decide(d, 2)
    (d.folder / "settings").write_text(f"model = {shelf.folder / 'one'}\n")
    restart(d)
    wait_for("a start", lambda: begun("one", 1))
    (d.folder / "settings").write_text(f"model = {shelf.folder / 'two'}\n")
    d.hang_up()
    wait_for("another model", lambda: d.event("reloaded"))
    decide(d, 2)
    (d.folder / "go").touch()
    wait_for("another start", lambda: begun("two", 2))


def test_few_proposals_stay(told, shelf):
    """The newest, and those that an order named of late; what somebody else
    made is nobody's to remove."""
    d = told(said("same"))
    old = [f"proposed-202601{day:02}-000000" for day in range(1, 31)]
    for name in (*old, "mine", "proposed-20260101", "proposed-20260101-000000-kept"):
        shutil.copytree(MODEL, shelf.folder / name)
        (shelf.folder / name / "proposal.json").write_text(said("same"))

    def order(name, what):
        got = d.operate("POST", f"/v1/models/{name}:{what}")
        assert got.status_code == 200, got.text

    order(old[0], "promote")
    order(old[1], "promote")
    for name in old[2:14]:  # more than are remembered
        order(name, "shadow")
    decide(d, 2)
    restart(d)
    made = wait_for("a proposal", lambda: d.event("retrain.proposed"))["model"]
    stay = {*old[:2], *old[4:14], *old[-4:], made}  # in use, before it, named, newest
    stay |= {"one", "mine", "proposed-20260101", "proposed-20260101-000000-kept"}
    wait_for("room", lambda: {p.name for p in shelf.folder.iterdir()} == stay)
    models = {m["name"]: m["state"] for m in d.operate("GET", "/v1/models").json()["models"]}
    assert set(models) == stay and models[old[13]] == "shadow"
    assert d.operate("POST", "/v1/models:rollback").json()["active"] == old[0]


def children(d):
    """Of the daemon, by their names."""
    found = subprocess.run(
        ["pgrep", "-P", str(d.process.pid), "-f", "moderato-train"],
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(pid) for pid in found.stdout.split()]


def test_a_child_ends_with_the_service(shelf):
    d = shelf(2)
    decide(d, 2)
    restart(d)
    wait_for("the trainer", lambda: children(d))
    (pid,) = children(d)
    assert os.getpriority(os.PRIO_PROCESS, pid) == 19
    assert Path(f"/proc/{pid}/environ").read_bytes() == b""
    d.end(signal.SIGTERM)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    d.start()  # what it was making is made all the same
    wait_for("the trainer again", lambda: children(d))


def test_a_promotion_that_was_cut_short_is_made_up_for(told):
    d = told(said("better"), "better")
    slow = FAKE.replace(">promoted", ">promoted; exec sleep 60")
    conftest.PROGRAM.with_name("moderato-train").write_text(slow)
    decide(d, 2)
    restart(d)
    wait_for("the promotion", (d.folder / "promoted").exists)
    restart(d)
    wait_for("the trainer again", lambda: d.event("retrain.begun"))


LATE = FAKE.replace("propose)", "propose)\n\tuntil [ -e go ]; do sleep .1; done")


@pytest.mark.parametrize("trainer", [WAITING, LATE], ids=["made none", "made one"])
def test_who_finds_no_service_while_it_drains_did_not_fail(told, trainer):
    """What was to be made, or promoted, is so all the same."""
    d = told(said("better"), "better")
    conftest.PROGRAM.with_name("moderato-train").write_text(trainer)
    decide(d, 2)
    assert d.end() == 0
    d.start("--drain-seconds", "60")
    wait_for("the trainer", lambda: children(d))
    with socket.create_connection(("127.0.0.1", d.port)) as slow:
        head = f"POST /v1/comments HTTP/1.1\r\nHost: m\r\nAuthorization: Bearer {FIRST_KEY}"
        slow.sendall(f"{head}\r\nContent-Length: 9\r\n\r\n{{".encode())
        d.process.send_signal(signal.SIGTERM)
        wait_for("draining", lambda: d.event("draining"))
        (d.folder / "go").touch()
        wait_for("its end", lambda: not (d.var / "retrained").exists(), 10)
        assert not d.ended()
    assert d.code() == 0 and not d.event("retrain.failed")
    promoted = d.folder / "promoted"
    assert not promoted.exists()
    d.start()
    wait_for("the trainer again", lambda: d.event("retrain.begun"))
    if trainer == LATE:
        wait_for("the promotion", promoted.exists)


def test_a_trainer_that_is_not_there_is_told(shelf, rig, monkeypatch):
    beside = rig.place()
    shutil.copy(conftest.PROGRAM, beside / "moderatod")
    monkeypatch.setattr(conftest, "PROGRAM", beside / "moderatod")
    d = shelf(2)
    decide(d, 2)
    restart(d)
    failed = wait_for("a failure", lambda: d.event("retrain.failed"))
    assert "moderato-train: " in failed["why"]
