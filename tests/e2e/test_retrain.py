"""Retraining from the command line, against a running service."""

import contextlib
import gzip
import html
import http.server
import json
import math
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time

import pytest
from conftest import FIRST_KEY, MODEL, NO_LIMITS, PROGRAM, ROOT, TRAINER, wait_for
from test_models import BIAS, PROPOSAL, Shelf, in_use, named, propose, write_model
from test_same_scores import comment_of, rows

GOOD = """I you we they he she never always often today yesterday think believe know
    read wrote saw found liked missed article chapter author garden bicycle weather
    kitchen winter question answer photograph translation mistake recipe history
    village teacher about because although without before after very quite rather
    helpful careful strange beautiful boring honest""".split()
BAD = """buy cheap free pills casino bonus win cash money now click here subscribe
    channel whatsapp telegram investment bitcoin profit guaranteed loan credit replica
    watches viagra weight loss followers likes giveaway gift card promo code discount
    earn daily from home lottery jackpot slots betting escort hot singles""".split()


def texts(n, of, seed=1):
    """So many that are no near-duplicates of each other."""
    dice = random.Random(f"{seed} {of is BAD}")
    link = " http://{}{}.example/win!!!" if of is BAD else "."
    return [
        " ".join(dice.choice(of) for _ in range(dice.randint(9, 16)))
        + link.format(dice.choice(of), dice.randint(1, 999))
        for _ in range(n)
    ]


def train(*arguments, code=0, cwd=None):
    done = subprocess.run(
        [TRAINER, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=400,
        cwd=cwd,
    )
    assert done.returncode == code, done.stderr + done.stdout
    return done.stdout if code == 0 else done.stderr


def labelled_rows(path, n):
    """So many good ones and as many bad ones as lines of a corpus; its path."""
    labelled = [(t, "ham") for t in texts(n, GOOD)] + [(t, "spam") for t in texts(n, BAD)]
    path.write_text("".join(json.dumps({"text": t, "label": l}) + "\n" for t, l in labelled))
    return path


@pytest.fixture
def shelf(rig):
    return Shelf(rig, "one@1", "two@2")


def decide(daemon, text, kind, **more):
    id_ = daemon.check({"content": text})["id"]
    body = {"decision": kind, **more}
    got = daemon.operate("POST", f"/v1/comments/{id_}/decision", body)
    assert got.status_code == 200, got.text
    return id_


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_export(rig, tmp_path):
    """Of all sites, what teaches and holds; the same again, byte for byte."""
    daemon = rig.daemon(*NO_LIMITS).start()
    daemon.add_site("news.example", "news-site-key-001")
    for n in range(520):  # more than a page
        label = {"text": f"note {n} on the {n * 7} things", "label": "ham"}
        rows = (label,) if n else (label, {"text": "buy", "label": "spam"})
        if n % 200 == 0:
            batch = []
        batch += [json.dumps(row) for row in rows]
        if n % 200 == 199 or n == 519:
            key = "news-site-key-001" if n > 500 else FIRST_KEY
            got = daemon.post("\n".join(batch).encode(), path="/v1/labels", key=key)
            assert got.status_code == 200, got.text
    decide_not = daemon.check({"content": "do not learn this one"})["id"]
    body = {"decision": "spam", "learn": False}
    daemon.operate("POST", f"/v1/comments/{decide_not}/decision", body)
    out = tmp_path / "labels.jsonl"
    odd = tmp_path / 'labels "old".jsonl'
    said = train("export", "--var", daemon.var, "--out", odd, "--json")
    assert json.loads(said)["file"] == str(odd)
    said = train("export", "--var", daemon.var, "--out", out, "--json")
    assert json.loads(said) == {"rows": 521, "file": str(out)}
    first = out.read_bytes()
    assert len({row["text"] for row in lines(out)}) == 521
    assert "order" not in lines(out)[0] and b"do not learn" not in first
    train("export", "--var", daemon.var, "--out", out)
    assert out.read_bytes() == first and out.stat().st_mode & 0o777 == 0o600
    key = tmp_path / "key"
    key.write_text(FIRST_KEY + "\n")
    own = tmp_path / "own.jsonl"
    where = ("--url", f"http://127.0.0.1:{daemon.port}/", "--key-file", key)
    train("export", *where, "--out", own)
    assert len(lines(own)) == 401
    assert "no service answers" in train(
        "export", "--var", tmp_path, "--out", own, code=1
    )
    order = [TRAINER, "export", *map(str, where), "--out", "-"]
    done = subprocess.run(order, capture_output=True, cwd=tmp_path, check=True)
    assert done.stdout == own.read_bytes() and done.stderr == b"401 rows in standard output\n"
    assert not (tmp_path / "-").exists()
    key.write_text("not a key at all\n")
    assert "401" in train("export", *where, "--out", own, code=1)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    said = train("export", *where, "--out", pipe, code=1)
    assert f"{pipe}: is no regular file" in said and pipe.is_fifo()
    assert len(lines(own)) == 401 and not list(tmp_path.glob("*.part"))


def test_who_may_not_ask_is_told_so(rig, tmp_path):
    """The folder of the socket is its owner's alone."""
    daemon = rig.daemon().start()
    orders = (
        [TRAINER, "export", "--var", daemon.var, "--out", tmp_path / "labels.jsonl"],
        [PROGRAM, "site", "list", "--var", daemon.var],
    )
    other = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    if not other:
        os.chmod(daemon.var, 0)
    told = [subprocess.run(order, capture_output=True, text=True, **other) for order in orders]
    os.chmod(daemon.var, 0o700)
    for done in told:
        assert done.returncode == 1 and "permission denied: ask as the user" in done.stderr


def test_gold_is_a_sample_that_stays(rig, tmp_path):
    daemon = rig.daemon(*NO_LIMITS).start()
    asked = ("export", "--gold", "--var", daemon.var, "--out", tmp_path / "gold.jsonl")
    for text in texts(24, GOOD):
        decide(daemon, text, "approve")
    assert "good and bad ones are needed, four for each" in train(*asked, code=1)
    for text in texts(24, BAD):
        decide(daemon, text, "spam")
    decide(daemon, "one that two people see differently", "spam")
    out = tmp_path / "gold.jsonl"
    assert "they are few" in train(*asked, "--rows", 8)
    got = lines(out)
    assert 2 <= len(got) <= 8 and len({row["label"] for row in got}) == 2
    before = out.read_bytes()
    assert "is to stay" in train(*asked, code=1) and out.read_bytes() == before
    train(*asked, "--force")
    assert train(*asked[:-1], "-") == out.read_text()
    assert not list(tmp_path.glob("*.part*"))


def test_an_export_that_ends_early_leaves_no_texts(tmp_path):
    """Not even where it is asked to stop."""
    key, scratch = tmp_path / "key", tmp_path / "scratch"
    key.write_text(FIRST_KEY)
    scratch.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as service:
        where = ("--url", f"http://127.0.0.1:{service.getsockname()[1]}/", "--key-file", key)
        order = [TRAINER, "export", *where, "--out", "-"]
        with subprocess.Popen(order, env=os.environ | {"TMPDIR": str(scratch)}) as export:
            with service.accept()[0] as asked:
                assert asked.recv(1)
                export.send_signal(signal.SIGINT)
                assert export.wait() == -signal.SIGINT
    assert os.listdir(scratch) == []


class Slow(http.server.BaseHTTPRequestHandler):
    """Answers with the server's pages, once it may."""

    def do_GET(self):
        self.server.asked.set()
        assert self.server.may_answer.wait(60)
        page = self.server.pages.pop(0)
        self.send_response(200)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)


@contextlib.contextmanager
def slow_service(pages):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow) as service:
        service.pages = pages
        service.asked, service.may_answer = threading.Event(), threading.Event()
        threading.Thread(target=service.serve_forever).start()
        try:
            yield service
        finally:
            service.may_answer.set()
            service.shutdown()


def test_exports_at_once_are_of_one_each(rig, tmp_path):
    """Whichever ends last holds; nothing is there of one that is not whole."""
    daemon = rig.daemon(*NO_LIMITS).start()
    labels = [{"text": t, "label": "ham"} for t in texts(40, GOOD)]
    assert daemon.post(
        "".join(json.dumps(r) + "\n" for r in labels).encode(), path="/v1/labels"
    ).ok
    key, out = tmp_path / "key", tmp_path / "new" / "labels.jsonl"
    key.write_text(FIRST_KEY)
    out.parent.mkdir()
    row = b'{"text":"theirs","label":"spam","order":1}\n'
    with slow_service([row, b""]) as service:
        where = ("--url", f"http://127.0.0.1:{service.server_port}", "--key-file", key)
        order = [TRAINER, "export", *where, "--out", out]
        with subprocess.Popen(order, stdout=subprocess.PIPE) as slow:
            assert service.asked.wait(60)
            assert os.listdir(out.parent) == []
            train("export", "--var", daemon.var, "--out", out)
            assert len(lines(out)) == 40 and os.listdir(out.parent) == [out.name]
            service.may_answer.set()
            assert slow.wait() == 0 and b"1 rows in" in slow.stdout.read()
    assert lines(out) == [{"text": "theirs", "label": "spam"}]
    assert os.listdir(out.parent) == [out.name]


def write_gold(shelf, good=30, bad=30):
    """What the shipped model judges without fail."""
    gold = [{"text": t, "label": "ham"} for t in texts(good, GOOD)]
    gold += [{"text": t, "label": "spam"} for t in texts(bad, BAD)]
    (shelf.folder / "gold.jsonl").write_text(
        "".join(json.dumps(row) + "\n" for row in gold)
    )


def biased(shelf, name, bias):
    return write_model(
        shelf.folder / name,
        name=named(f"{name}@1"),
        bias=(BIAS, struct.pack("<d", bias)),
    )


def test_promote_asks_the_gold_set(shelf):
    """A model that lets spam through is refused, unless forced; who did it is
    written down."""
    write_gold(shelf)
    folder = biased(shelf, "mild", -9.0)
    var = ("--var", shelf.daemon.var)
    why = train("promote", folder, *var, code=1)
    assert "409" in why and "worse beyond chance" in why and "--force" in why, why
    assert shelf.title() == "one@1"
    said = json.loads(train("promote", folder, *var, "--force", "--json"))
    assert said == in_use("mild", previous="one")
    audit = shelf.daemon.operate("GET", "/v1/audit").json()["entries"]
    used = next(e for e in audit if e["action"] == "model.used")
    assert used["actor"] == "operator" and used["after"]["forced"] is True
    assert "one is active" in train("rollback", *var)
    assert "two is active\n" == train("promote", shelf.folder / "two", *var)  # as good
    audit = shelf.daemon.operate("GET", "/v1/audit").json()["entries"]
    used = next(e for e in audit if e["action"] == "model.used")
    assert used["after"]["forced"] is False


def audited(shelf):
    """Who used which model last, and whether that was forced."""
    entries = shelf.daemon.operate("GET", "/v1/audit").json()["entries"]
    used = next(e for e in entries if e["action"] == "model.used")
    return used["actor"], used["after"]["name"], used["after"]["forced"]


def test_promote_asks_the_proposal(shelf):
    """What it names against its model holds here as in the API and on the
    page, without a gold set, and whichever model is in use by now."""
    var, folder = ("--var", shelf.daemon.var), shelf.folder / "two"
    detail = "it is worse beyond chance: right alone 2 times, the one in use 19 (p = 0.1)"
    worse = {"code": "worse", "detail": detail, "on": "held back"}
    propose(folder, PROPOSAL | {"objections": [worse, PROPOSAL["objections"][0]]})
    before = shelf.daemon.operate("GET", "/v1/audit").json()["entries"]
    for named_so in (folder, "two"):
        why = train("promote", named_so, *var, code=1)
        assert "its proposal says on decisions held back, beside one: " in why, why
        assert f"{detail}, and more speaks against it (--force" in why, why
    got = shelf.ask("POST", "/two:promote")
    assert got.status_code == 409 and detail in got.json()["detail"]
    assert shelf.title() == "one@1"
    assert shelf.daemon.operate("GET", "/v1/audit").json()["entries"] == before
    train("promote", "two", *var, "--force")
    assert audited(shelf) == ("operator", "two", True)
    # in use it has nothing to answer for any more
    why = train("promote", "two", *var, code=1)
    assert "in use already" in why and "--force" not in why
    train("rollback", *var)
    # beside another model than it was compared with
    biased(shelf, "other", 0.0)
    train("promote", "other", *var)
    assert audited(shelf) == ("operator", "other", False)
    propose(folder, PROPOSAL)
    assert "on the gold set, beside one: F1 falls" in train("promote", "two", *var, code=1)
    # nothing is against it, or nothing can be said
    for says in (PROPOSAL | {"verdict": "same", "objections": []}, "{"):
        propose(folder, says)
        train("promote", "two", *var)
        assert audited(shelf) == ("operator", "two", False)
        train("rollback", *var)


def test_promote_keeps_the_budget(shelf):
    """One that stops good comments is refused, in the API as well."""
    write_gold(shelf)
    biased(shelf, "strict", 9.0)
    got = shelf.ask("POST", "/strict:promote")
    assert got.status_code == 409 and "gold set" in got.json()["detail"]
    assert shelf.ask("POST", "/strict:promote?force=maybe").status_code == 400
    assert shelf.ask("POST", "/strict:promote?force=yes").status_code == 200


def test_promote_asks_the_gold_set_without_a_service_too(shelf):
    write_gold(shelf)
    biased(shelf, "mild", -9.0)
    d = shelf.daemon
    d.end()
    told = d.command("model", "promote", "mild", "--model", shelf.folder / "one")
    assert told.returncode == 1 and "worse beyond chance" in told.stderr, told.stderr
    told = d.command("model", "promote", "mild", "--model", shelf.folder / "nowhere")
    assert told.returncode == 1 and "no model is in use" in told.stderr, told.stderr
    told = d.command("model", "compare", "two", "--model", shelf.folder / "one")
    assert told.returncode == 0 and "one@1 and two@2 do" in told.stdout, told.stderr
    told = d.command("model", "promote", "two", "--model", shelf.folder / "one")
    assert told.stdout == "two is active\n", told.stderr


def test_what_nothing_was_asked_of_is_told(shelf):
    """Somebody's own model is put in use all the same."""
    var = ("--var", shelf.daemon.var)
    told = train("promote", shelf.folder / "two", *var)
    assert told.startswith("two is active\nnothing was asked of it: there is no gold set")
    assert train("rollback", *var) == "one is active\n"
    told = train("promote", shelf.folder / "two", *var, "--json")
    assert json.loads(told) == in_use("two", previous="one")


def test_a_proposal_is_of_one_model(shelf):
    """Another model.bin in the folder has nothing to do with it."""
    var, folder = ("--var", shelf.daemon.var), shelf.folder / "two"
    sha256 = shelf.get("/two")["sha256"]
    propose(folder, PROPOSAL | {"sha256": sha256})
    assert shelf.get("/two")["proposal"] == PROPOSAL
    assert "its proposal says" in train("promote", folder, *var, code=1)
    write_model(folder, name=named("two@2.1"))
    assert shelf.get("/two")["sha256"] != sha256
    assert shelf.get("/two")["proposal"] is None
    assert "nothing was asked of it" in train("promote", folder, *var)


def test_a_damaged_gold_set_is_told(shelf):
    (shelf.folder / "gold.jsonl").write_text('{"text": "well", "label": "ham"}\n{')
    got = shelf.ask("POST", "/two:promote")
    assert got.status_code == 409 and "line 2" in got.json()["detail"]
    (shelf.folder / "gold.jsonl").write_text('\n\n{"text": "well", "label": "ham"}\n{')
    assert "line 4" in shelf.ask("POST", "/two:promote").json()["detail"]


def test_a_gold_set_that_cannot_be_read_is_told(shelf):
    """What is there and cannot be asked must not look like none."""
    gold = shelf.folder / "gold.jsonl"
    gold.symlink_to("gold.jsonl")
    got = shelf.ask("POST", "/two:promote")
    assert got.status_code == 409 and "cannot be read" in got.json()["detail"]
    gold.unlink()
    gold.mkdir()
    got = shelf.ask("POST", "/two:promote")
    assert got.status_code == 409 and "cannot be read" in got.json()["detail"]
    gold.rmdir()
    for nothing in ("", "\n\n"):
        gold.write_text(nothing)
        got = shelf.ask("POST", "/two:promote")
        assert got.status_code == 409 and "has no rows" in got.json()["detail"]
    assert shelf.title() == "one@1"
    assert shelf.ask("POST", "/two:promote?force=yes").status_code == 200


def test_another_model_of_that_name(shelf, tmp_path):
    write_model(tmp_path / "two", name=named("two@other"))
    why = train("promote", tmp_path / "two", "--var", shelf.daemon.var, code=1)
    assert "not the model" in why and shelf.title() == "one@1"


def test_no_proposal_beside_another_model_of_that_name(shelf, tmp_path):
    """What speaks against it would be of another model than is in use."""
    wrong, one = tmp_path / "wrong", shelf.folder / "one"
    order = ("propose", "--var", shelf.daemon.var, "--name", "next", "--from", one)
    why = train(*order, "--models", wrong, code=1)
    assert "is not there; --models names its folder" in why
    wrong.mkdir()
    write_model(wrong / "one", name=named("one@other"))
    why = train(*order, "--models", wrong, code=1)
    assert f"{wrong}/one is not the model" in why and "--models names" in why
    assert [f.name for f in wrong.iterdir()] == ["one"]
    # the same bytes in another place are the same model
    shutil.copytree(one, wrong / "one", dirs_exist_ok=True)
    assert "nobody has decided" in train(*order, "--models", wrong, code=1)


def test_shadow(shelf):
    var = ("--var", shelf.daemon.var)
    assert "beside it judges two" in train("shadow", "two", *var)
    assert "judges along already" in train("shadow", "two", *var, code=1)
    assert "in use already" in train("shadow", "one", *var, code=1)
    assert train("shadow", "two", "--end", *var) == "one is active\n"
    assert "404" in train("shadow", "none", *var, code=1)
    train("shadow", *var, code=2)


def test_replay(rig, tmp_path):
    """The same model gives the same scores, another one shows what changes."""
    shelf = Shelf(rig, "one@1", "two@2", flags=NO_LIMITS)
    for row in rows():
        shelf.daemon.check(comment_of(row))
    shelf.daemon.check({"content": "", "type": "pingback"})  # which needs no text
    history = tmp_path / "history.jsonl"
    train("export", "--history", "--var", shelf.daemon.var, "--out", history)
    replayed = ("replay", "--json", history, "--model")
    got = json.loads(train(*replayed, shelf.folder / "one"))
    assert got["n"] == got["same_model"] == got["equal"] == 201
    assert got["unknown"] == 0 and got["changed"] == 0
    other = json.loads(train(*replayed, biased(shelf, "strict", 3.0)))
    assert other["same_model"] == 0 and other["changed"] > 0
    forged = history.read_text().replace('"count', '"Count', 3)
    history.write_text(forged.replace('"ip":[2', '"ip":[99'))
    assert "not those that were logged" in train(
        *replayed, shelf.folder / "one", code=1
    )


def as_lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def labelled(n, seed, **more):
    """So many good ones and bad ones each."""
    return [
        {"text": text, "label": label, **more}
        for of, label in ((GOOD, "ham"), (BAD, "spam"))
        for text in texts(n, of, seed)
    ]


def test_what_was_undone_is_unlearned(rig, tmp_path):
    """The next model is, byte for byte, that of somebody who never decided."""
    models = []
    for undoes in (False, True):
        daemon = rig.daemon(*NO_LIMITS).start()
        for i, row in enumerate(labelled(30, 5)):
            at = f"2026-11-20T10:{i // 60:02}:{i % 60:02}Z"
            comment = {"content": row["text"], "created_at": at, "thread": "t"}
            path = f"/v1/comments/{daemon.check(comment)['id']}/decision"
            kind = "approve" if row["label"] == "ham" else "spam"
            if i % 10 != 7:
                assert daemon.operate("POST", path, {"decision": kind}).ok
            elif undoes:
                assert daemon.operate("POST", path, {"decision": "spam"}).ok
                assert daemon.operate("DELETE", path).ok
        labels = tmp_path / f"labels-{undoes}.jsonl"
        train("export", "--var", daemon.var, "--out", labels)
        assert len(lines(labels)) == 54
        out = tmp_path / f"model-{undoes}"
        train("train", "--clean", "--seed", 1, "--name", "mine", "--out", out, labels)
        models.append((out / "model.bin").read_bytes())
        daemon.end()
    assert models[0] == models[1]


def test_hygiene(tmp_path):
    """What is wrong with labels is told, and what must not be learned is not."""
    rows = labelled(60, 7, by="ann")
    first = {"text": rows[0]["text"], "label": "spam", "by": "bob"}
    rows[0]["decided"], first["decided"] = "2026-11-02T00:00:00Z", "2026-11-01T00:00:00Z"
    near = {"text": rows[70]["text"] + " ok", "label": "spam", "by": "bob"}
    gold = as_lines(tmp_path / "gold.jsonl", [dict(rows[3]), dict(rows[4])])
    capped = [
        {"text": text, "label": "ham", "by": "loud"} for text in texts(90, GOOD, 8)
    ]
    corpus = as_lines(tmp_path / "c.jsonl", rows + [first, near, rows[5]] + capped)
    out = tmp_path / "m"
    train("train", "--clean", "--gold", gold, "--cap-share", 0.5, "--out", out, corpus)
    got = json.loads((out / "hygiene.json").read_text())
    became = got["what_became_of_them"]
    assert became["gold"] == 2 and got["gold_set"] == 2
    assert became["contradicted"] == 1 and got["contradictions"][0]["by"] == "bob"
    assert got["duplicates"] == 2 and got["near_duplicates"] >= 1
    assert became["capped"] > 0
    assert became["learned"] == got["rows"] - 3 - became["capped"]
    assert {r["by"] for r in got["reporters"]} == {"ann", "bob", "loud"}
    html = (out / "hygiene.html").read_text()
    assert "contradictions" in html and "<script" not in html
    said = train("train", "--gold", gold, "--out", out, corpus, code=2)
    assert "need --clean" in said


def test_the_last_decision_holds(tmp_path):
    """Whatever the order of the lines, and however many say otherwise."""
    text = "is this one good or bad, and who said so last of all"
    said = [
        {"text": text, "label": label, "by": by, "decided": f"2026-11-0{day}T00:00:00Z"}
        for label, by, day in (("ham", "ann", 3), ("spam", "bob", 1), ("spam", "bob", 2))
    ]
    corpus = as_lines(tmp_path / "c.jsonl", labelled(40, 13) + said)
    train("train", "--clean", "--out", tmp_path / "m", corpus)
    got = json.loads((tmp_path / "m/hygiene.json").read_text())
    assert got["what_became_of_them"]["contradicted"] == 2
    assert {(c["was"], c["is"], c["by_then"]) for c in got["contradictions"]} == {
        ("spam", "ham", "ann")
    }


def test_hostile_labels_stay_text(tmp_path):
    rows = labelled(40, 9) + [
        {"text": "<script>alert(1)</script> & \u202e\0", "label": label, "by": "<b>"}
        for label in ("ham", "spam")
    ]
    corpus = as_lines(tmp_path / "c.jsonl", rows)
    train("train", "--clean", "--out", tmp_path / "m", corpus)
    html = (tmp_path / "m/hygiene.html").read_text()
    assert "&lt;script&gt;" in html and "<script" not in html and "<b>" not in html


def trained(tmp_path, name, rows, gold):
    labels = as_lines(tmp_path / "labels.jsonl", rows)
    out = tmp_path / name
    flags = ("--seed", 1, "--force", "--out", out)
    train("train", "--clean", "--gold", gold, *flags, labels)
    return out


def lie(rows, liars, order):
    """The labels of some rows flipped, by one key: as a flood behind those of
    others, or among them."""
    bad = next(row["label"] for row in rows if row["label"] != "ham")
    lies = {
        i: {**rows[i], "label": bad if rows[i]["label"] == "ham" else "ham", "by": "mallory"}
        for i in liars
    }
    if order == "among":
        return [lies.get(i, row) for i, row in enumerate(rows)]
    return without(rows, liars) + [lies[i] for i in sorted(liars)]


def without(rows, liars):
    return [row for i, row in enumerate(rows) if i not in liars]


def assert_cheap_or_refused(old, new, gold):
    """What is promised: half a point of F1 at most, or no promotion."""
    got = json.loads(train("compare", "--json", "--old", old, "--new", new, gold))
    fell = got["f1"]["old"] - got["f1"]["new"]
    assert fell <= 0.005 or "f1" in [o["code"] for o in got["objections"]], got["f1"]


def assert_not_poisoned(tmp_path, rows, gold):
    """However many labels of one key are flipped, wherever they stand: that
    key is set aside and no other, which costs no half point of F1 beside the
    same without them; beside what those labels would have been worth in
    truth it does not either, or the gold set speaks against the model."""
    gold = as_lines(tmp_path / "gold.jsonl", gold)
    dice = random.Random(3)
    rows = [
        {**row, "by": f"key{i % 4}"} for i, row in enumerate(dice.sample(rows, len(rows)))
    ]
    whole = trained(tmp_path, "whole", rows, gold)
    for share in (0.01, 0.05, 0.1):
        liars = set(dice.sample(range(len(rows)), int(share * len(rows))))
        truth = trained(tmp_path, "truth", without(rows, liars), gold)
        for order in ("behind", "among"):
            turned = trained(tmp_path, "turned", lie(rows, liars, order), gold)
            assert_cheap_or_refused(truth, turned, gold)
            assert_cheap_or_refused(whole, turned, gold)
            reporters = json.loads((turned / "hygiene.json").read_text())["reporters"]
            set_aside = [r["by"] for r in reporters if r["so"] != "trusted"]
            assert set_aside == ["mallory"], (order, reporters)


def test_poisoned_scenarios(tmp_path):
    made = [
        [json.loads(line) for line in train("scenarios", *flags).splitlines()]
        for flags in (("--seed", 1, "--rows", 2000), ("--seed", 2, "--rows", 1000))
    ]
    rows, gold = (
        [
            {"text": r["text"], "label": r["label"]}
            for r in part
            if r["label"] in ("ham", "spam") and r["text"]
        ]
        for part in made
    )
    assert_not_poisoned(tmp_path, rows, gold)


RUDE = """gronk snerk frobble dumwit clodpate nitterbug wazzock pillock mingebag
    numpty dunderling gobshine twerple plonkish blatherer""".split()


def test_who_alone_calls_abuse_is_believed(tmp_path):
    """However rare it is beside what others let be: they say nothing else."""
    when = {"decided": "2026-11-20T10:00:00Z"}
    said = [f"{t} {RUDE[n]}" for n, t in enumerate(texts(12, GOOD, 44))]
    rows = [{"text": t, "label": "abuse", "by": "eve"} for t in said]
    for n, text in enumerate(texts(400, GOOD, 43)):
        # nor is every rude word in an abuse
        said = f"{text} {RUDE[n % len(RUDE)]}" if n % 8 == 0 else text
        rows.append({"text": said, "label": "ham", "by": f"key{n % 2}"})
    labels = as_lines(tmp_path / "labels.jsonl", [row | when for row in rows])
    train("train", "--clean", "--seed", 1, "--from", MODEL, "--out", tmp_path / "m", labels)
    got = json.loads((tmp_path / "m/hygiene.json").read_text())["reporters"]
    assert [r["so"] for r in got if r["by"] == "eve"] == ["trusted"], got


@pytest.mark.parametrize("origin", [(), ("--from", MODEL)])
def test_who_alone_calls_spam_is_believed(tmp_path, origin):
    """Also where he is often wrong: nobody else knows better what it is."""
    said = [("ham", "anna", text) for text in texts(300, GOOD, 47)]
    said += [("spam", "bob", text) for of, n in ((BAD, 40), (GOOD, 20)) for text in texts(n, of, 48)]
    for more, so in ((0, "trusted"), (30, "wrong labels set aside")):
        said += [("spam", "carl", text) for text in texts(more, BAD, 49)]
        rows = [{"text": text, "label": label, "by": by} for label, by, text in said]
        labels, out = as_lines(tmp_path / "labels.jsonl", rows), tmp_path / f"m{more}"
        train("train", "--clean", "--seed", 1, *origin, "--out", out, labels)
        got = json.loads((out / "hygiene.json").read_text())["reporters"]
        assert [r["so"] for r in got if r["by"] == "bob"] == [so], got


# both new to the model, to which some of RUDE are insults
SNEER = """tolvick ranspel moddery falkin bressot quoyle sarnith dellop vintor hasker
    prandil obrick lestow kandry multrin""".split()
CIVIL = """melph ordine tarnic velloway brisom quedlin farrowick lintope saffel
    marrondy hestow pindrel ombury cassivel thrane""".split()


def test_what_was_approved_is_no_abuse(tmp_path):
    """Who let a comment be saw no abuse in it; a corpus of spam has not looked."""
    labels, later = (
        [{"text": f"{t} {n}", "label": "ham"} for n, t in enumerate(texts(60, CIVIL, seed))]
        + [{"text": t, "label": "abuse"} for t in texts(60, SNEER, seed)]
        for seed in (41, 42)
    )
    when = {"decided": "2026-11-20T10:00:00Z", "by": "ann"}
    twice = [labels[0] | when | {"label": "abuse", "decided": "2026-11-19T10:00:00Z"}]
    asked = as_lines(tmp_path / "asked.jsonl", [row | when for row in later])
    for name, more in (("undecided", {}), ("decided", when)):
        rows = [row | more for row in labels] + twice
        out, corpus = tmp_path / name, as_lines(tmp_path / "labels.jsonl", rows)
        order = ("train", "--clean", "--seed", 1, "--from", MODEL, "--out", out)
        figures = json.loads(train(*order, "--json", corpus))["figures"]
        order = ("compare", "--json", "--old", MODEL, "--new", out, asked)
        heads = {h["head"]: h for h in json.loads(train(*order))["heads"]}
        abuse, hygiene = heads["abuse"], json.loads((out / "hygiene.json").read_text())
        assert abuse["rows"] == 120
        if more:
            assert figures[0]["head"] == "abuse" and figures[0]["rows"] == 120
            assert abuse["new_auc"] > 0.99 > abuse["old_auc"], abuse
            assert hygiene["contradictions"][0]["was"] == "abuse"
            assert {r["head"] for r in hygiene["reporters"]} == {"abuse"}
        else:
            assert abuse["new_auc"] == abuse["old_auc"] and figures == []


def test_a_site_learns_of_abuse_from_what_it_approved(tmp_path):
    """As the service does: where one label tells of the head at all."""
    kinds = (("ham", CIVIL, 90), ("spam", BAD, 60), ("abuse", SNEER, 60))
    rows = [{"text": t, "label": label} for label, of, n in kinds for t in texts(n, of, 50)]
    order = ("adapt", "--model", MODEL, "--labels", 20, "--repeats", 2, "--json")
    for when, told in (({}, 60), ({"decided": "2026-11-20T10:00:00Z"}, 150)):
        said = [row | when for row in rows]
        spam, abuse = json.loads(train(*order, as_lines(tmp_path / "site.jsonl", said)))
        assert (spam["head"], spam["rows"], abuse["head"]) == ("spam", 150, "abuse")
        assert abuse["rows"] == told and (abuse["missing"] is None) == bool(when), abuse
        (alone,) = json.loads(train(*order, as_lines(tmp_path / "site.jsonl", said[:150])))
        assert alone["head"] == "spam"


def test_what_one_hearing_sets_aside_no_head_learns(tmp_path):
    """Nor the head that was heard before: what was approved teaches both."""
    kinds = (("ham", GOOD, 300), ("spam", BAD, 200), ("abuse", RUDE, 300))
    rows = [
        {"text": text, "label": label, "by": f"key{i % 2}", "decided": "2026-11-20T10:00:00Z"}
        for label, of, n in kinds
        for i, text in enumerate(texts(n, of, 45))
    ]
    lies = {"label": "ham", "by": "mallory", "decided": "2026-11-21T10:00:00Z"}
    rows += [{"text": text, **lies} for text in texts(12, RUDE, 46)]
    labels = as_lines(tmp_path / "labels.jsonl", rows)
    train("train", "--clean", "--seed", 1, "--out", tmp_path / "m", labels)
    hygiene, card = (
        json.loads((tmp_path / "m" / name).read_text()) for name in ("hygiene.json", "card.json")
    )
    became = hygiene["what_became_of_them"]
    assert (became["distrusted"], became["learned"]) == (12, 800)
    learned = {name: head["trained_on"] for name, head in card["heads"].items()}
    assert learned == {"spam": 500, "abuse": 600}
    assert card["decided_until"].startswith("2026-11-20")


POISONED = ["sms", "youtube", "abuse_insults", "telegram_ru"]


@pytest.mark.parametrize("name", POISONED)
def test_poisoned_corpora(tmp_path, name):
    path = ROOT.parent / f"shared/data/{name}.jsonl.gz"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    with gzip.open(path, "rt") as f:
        rows = [json.loads(line) for line in f]
    rows = random.Random(4).sample(rows, min(len(rows), 6000))
    rows = [(r["text"], {"ok": "ham"}.get(r["label"], r["label"]), r["fold"]) for r in rows]
    when = "2026-11-20T10:00:00Z"  # as an export has it
    parts = [
        [{"text": t, "label": l, "decided": when} for t, l, fold in rows if (fold == 1) == is_]
        for is_ in (False, True)
    ]
    assert_not_poisoned(tmp_path, *parts)


def test_a_comparison_is_a_page(shelf, tmp_path):
    """Figures of both, what speaks against the new one, and what changes, whether
    people said something of it or not; what strangers wrote stays text."""
    strict = biased(shelf, "strict", 9.0)
    odd = "<script>alert(1)</script> & a fine day in the garden"
    rows = [{"text": t, "label": "ham"} for t in texts(20, GOOD)]
    rows += [{"text": odd, "label": "ham", "by": "<b>ann</b>"}, {"text": "well then"}]
    asked = as_lines(tmp_path / "asked.jsonl", rows)
    order = ["compare", "--old", shelf.folder / "one", "--new", strict, asked]
    said = train(*order, "--show", 100, "--report", tmp_path).splitlines()
    assert re.match(r"  good ones stopped +0 of 21, .* +21 of 21, 100\.0 %", said[3])
    assert re.match(r"  right alone +21 +0$", said[5]) and "rejected or worse" in said
    assert max(map(len, said[:12])) <= 100
    got = json.loads((tmp_path / "compare.json").read_text())
    page = (tmp_path / "compare.html").read_text()
    for suffix in "html", "json":
        assert (tmp_path / f"compare.{suffix}").stat().st_mode & 0o777 == 0o600
    assert got["changed"] == len(got["items"]) == 22 and got["decided"] == 21
    assert "22; people decided about 21 of them" in page
    assert "21 of 21, 100.0" in page and "one@1 alone is right about 21" in page
    assert "worse beyond chance" in page.split("What speaks against the new one")[1]
    assert page.count("<li class=\"worse\">") == 21
    assert page.count("<li class=\"open\"><p>publish → <b>") == 1
    assert "&lt;script&gt;alert(1)" in page and "&lt;b&gt;ann" in page
    assert "<script" not in page and "<b>ann" not in page
    # where nobody said anything there are no figures
    as_lines(asked, rows[-1:])
    said = train(*order, "--report", tmp_path)
    assert "of none of them it is known" in said and "caught" not in said
    page = (tmp_path / "compare.html").read_text()
    assert "bad ones held" not in page and "publish → <b>" in page


def test_propose(rig, tmp_path):
    """Everything but the last step, which a person takes."""
    shelf = Shelf(rig, "one@1", flags=NO_LIMITS)
    daemon, var = shelf.daemon, ("--var", shelf.daemon.var)
    for row in labelled(40, 11):
        decide(daemon, row["text"], "approve" if row["label"] == "ham" else "spam")
    gold = shelf.folder / "gold.jsonl"
    if os.geteuid() == 0:  # what root makes is the service's, whoever that is
        os.chown(shelf.folder, 4321, 4321)
    train("export", "--gold", *var, "--out", gold)
    assert gold.stat().st_uid == shelf.folder.stat().st_uid
    base = as_lines(tmp_path / "base.jsonl", labelled(300, 12))
    order = ("propose", "--models", shelf.folder, *var, "--json")
    left = shelf.folder / ".proposing-killed"
    left.mkdir(0o700)
    (left / "learned.jsonl").write_text("what somebody wrote\n")
    many = [as_lines(tmp_path / "empty.jsonl", [])] * 600
    got = json.loads(train(*order, "--keep-texts", "--name", "next", base, *many))
    assert got["name"] == "next" and got["old"] == "one" and got["to_learn"] == 64
    assert got["labels"] == 80 and not left.exists()
    assert {c["on"] for c in got["compared"]} == {"held back", "gold"}
    assert got["verdict"] in ("better", "same", "worse")
    assert (got["verdict"] == "worse") == bool(got["objections"])
    folder = shelf.folder / "next"
    assert json.loads((folder / "proposal.json").read_text()) == pytest.approx(got)
    asked, learned = (lines(folder / f"{n}.jsonl") for n in ("held-back", "learned"))
    assert max(r["decided"] for r in learned) <= min(r["decided"] for r in asked)
    hygiene = json.loads((folder / "hygiene.json").read_text())
    assert hygiene["gold_set"] == len(lines(gold))
    assert got["sha256"] == shelf.get("/next")["sha256"]
    assert hygiene["what_became_of_them"]["gold"] > 0
    assert 0 < got["learned"] < 64 and hygiene["sets"][0]["set"] == "base"
    assert hygiene["sets"][-1] == {"set": "learned", "rows": 64, "learned": got["learned"]}
    card = json.loads((folder / "card.json").read_text())
    assert {"base", "learned"} <= {s["set"] for s in card["trained_on"]}
    for name in ("proposal", "compare", "gold", "hygiene", "report"):
        assert (folder / f"{name}.html").stat().st_size > 500
    shared = {"model.bin", "card.json", "report.html", "proposal.json"}
    modes = {f.name: f.stat().st_mode & 0o777 for f in folder.iterdir()}
    assert modes == {name: 0o644 if name in shared else 0o600 for name in modes}
    assert shared < set(modes)
    assert shelf.title() == "one@1"
    quotes = json.loads((folder / "gold.json").read_text())["items"]
    page = (folder / "proposal.html").read_text()
    assert all(q["text"][:60] in html.unescape(page) for q in quotes)
    owners = {f.stat().st_uid for f in (folder, *folder.iterdir())}
    assert owners == {shelf.folder.stat().st_uid}
    models = {m["name"]: m for m in shelf.get()["models"]}
    assert models["next"]["fits"] and models["next"]["state"] == "available"
    hidden = ("name", "sha256", "to_learn", "set_aside", "compared")
    shown = {k: v for k, v in got.items() if k not in hidden}
    assert models["next"]["proposal"] == shown | {"page": True}
    assert shelf.ask("GET", "/next/proposal").text == page
    assert "already" in train(*order, "--name", "next", base, code=1)
    assert "already" in train(*order, "--name", "one", base, code=1)
    train(*order, "--name", "../x", base, code=2)
    train("promote", folder, *var, "--force")
    assert shelf.title() == "next"
    more = ("--from", shelf.folder / "one")
    added = json.loads(train(*order, "--name", "more", *more))
    assert added["old"] == "next" and added["to_learn"] == 64
    # no text stays but those that are quoted
    assert list((shelf.folder / "more").glob("*.jsonl")) == []
    assert (shelf.folder / "more").stat().st_mode & 0o777 == 0o755
    assert "--from" in train(*order, "--name", "none", code=2)
    # and where nothing can be asked, that is said
    gold.unlink()
    told = train(*order[:-1], "--name", "unasked", *more, "--held-back", 0)
    assert "next: unknown\n  nothing was compared: no decision was held back" in told
    models = {m["name"]: m for m in shelf.get()["models"]}
    assert models["unasked"]["proposal"]["verdict"] == "unknown"
    page = (shelf.folder / "unasked/proposal.html").read_text()
    assert "no decision was held back, and there is no gold set" in page
    assert "Figures" not in page and "compare.html" not in page and "; the newest" not in page
    train("rollback", *var)
    assert shelf.title() == "one@1"


def test_of_a_campaign_one_is_asked(rig):
    """However many it sent, it says once what the models make of it."""
    shelf = Shelf(rig, "one@1", flags=NO_LIMITS)
    one = "Hello friends, I made four thousand dollars last month working from my home"
    for row in labelled(20, 14):
        decide(shelf.daemon, row["text"], "approve" if row["label"] == "ham" else "spam")
    for n in range(10):
        decide(shelf.daemon, f"{one} with this simple trick, ask {n}", "spam")
    order = ("propose", "--models", shelf.folder, "--var", shelf.daemon.var, "--json")
    got = json.loads(train(*order, "--name", "next", "--from", MODEL))
    assert (got["labels"], got["to_learn"], got["held_back"]) == (50, 40, 1)


def test_what_is_too_little_is_not_learned(rig):
    """Of approvals alone nothing is, and that is said."""
    shelf = Shelf(rig, "one@1", flags=NO_LIMITS)
    for text in texts(12, GOOD):
        decide(shelf.daemon, text, "approve")
    order = [TRAINER, "propose", "--models", shelf.folder, "--var", shelf.daemon.var]
    order += ["--name", "next", "--from", MODEL]
    done = subprocess.run(order, check=True, capture_output=True, text=True)
    assert "\nspam: as it was, of 10 good and 0 bad comments nothing" in done.stderr
    assert "abuse: as it was" not in done.stderr  # nobody spoke of it
    assert "\n0 of 10 are learned: hygiene.html tells" in done.stderr
    assert "no F1, as none of them is bad" in done.stdout
    folder = shelf.folder / "next"
    assert json.loads((folder / "proposal.json").read_text())["learned"] == 0
    hygiene = json.loads((folder / "hygiene.json").read_text())["what_became_of_them"]
    assert hygiene["too_few"] == 10 and hygiene["learned"] == 0
    page = (folder / "proposal.html").read_text()
    assert "Of the older 10 it learned 0 (" in page
    assert "F1 of what is held or rejected</th><td>–</td><td>–</td>" in page


def test_what_a_liar_said_is_counted(rig):
    """Labels set aside teach nothing; those asked about are told."""
    shelf = Shelf(rig, "one@1", flags=NO_LIMITS)
    keys = ["a-key-of-ann-0001", "a-key-of-bob-0001", "a-key-of-mallory"]
    turned = {"ham": "spam", "spam": "ham"}
    for key in keys:
        shelf.daemon.add_key(key, "check,feedback,moderate")
    for n in range(15):
        key = keys[n % 3]
        rows = labelled(5 if key == keys[2] else 30, 60 + n)
        if key == keys[2]:
            rows = [row | {"label": turned[row["label"]]} for row in rows]
        body = "\n".join(json.dumps(row) for row in rows)
        got = shelf.daemon.post(body.encode(), path="/v1/labels", key=key)
        assert got.status_code == 200, got.text
    var = ("--var", shelf.daemon.var)
    labels = shelf.folder / "labels.jsonl"
    train("export", *var, "--out", labels)
    (liar,) = {r["by"] for r in lines(labels) if r["text"] == rows[0]["text"]}
    gold = [r for r in lines(labels) if r["by"] == liar][:7]
    as_lines(shelf.folder / "gold.jsonl", gold + labelled(20, 70))
    order = ("propose", "--models", shelf.folder, *var, "--from", MODEL)
    got = json.loads(train(*order, "--name", "next", "--json"))
    (who,) = got["set_aside"]
    assert who["by"] == liar and who["gold"] == 7 and who["held_back"] > 0, got
    said = f"labels of {liar} were set aside, but {who['held_back']} of the comments"
    assert f"To mind: {said}" in (shelf.folder / "next/proposal.html").read_text()
    assert f"  {said}" in train(*order, "--name", "more")


def drift_of(shelf, name):
    return shelf.ask("GET", f"/{name}/drift").json()


def send(daemon, rows):
    """Rows in an order by chance, as many as a batch takes at a time."""
    rows = random.Random(5).sample(rows, len(rows))
    for at in range(0, len(rows), 250):
        daemon.batch([{"content": row["text"]} for row in rows[at : at + 250]])


def test_drift_of_a_proposal(rig, tmp_path):
    """It is measured from what came after all that was learned, and says so from
    the first day; of too little nothing is put into the card."""
    shelf = Shelf(rig, "one@1", flags=NO_LIMITS)
    daemon, var = shelf.daemon, ("--var", shelf.daemon.var)
    # learned, and unlike what comes: it is not to count
    for row in labelled(30, 31):
        decide(daemon, row["text"], "approve" if row["label"] == "ham" else "spam")
    order = ("propose", "--models", shelf.folder, *var, "--held-back", 0, "--from", MODEL)
    train(*order, "--name", "early")
    assert "drift" not in json.loads((shelf.folder / "early/card.json").read_text())
    comes = labelled(600, 32)[:700]  # a seventh is bad
    send(daemon, comes)
    train(*order, "--name", "next")
    card = json.loads((shelf.folder / "next/card.json").read_text())
    assert card["drift"]["n"] == 700 and card["drift"]["since"] == card["decided_until"]
    assert not list((shelf.folder / "next").glob("*.jsonl"))
    sent = as_lines(tmp_path / "sent.jsonl", comes)
    said = train("score", "--model", shelf.folder / "next", sent).splitlines()
    scores = [json.loads(line)["scores"]["spam"] for line in said]
    sure = sum(score > 1 / (1 + math.exp(-7.2)) for score in scores)
    assert card["drift"]["scores"]["spam"][-1] == pytest.approx(sure / 700, abs=0.02)
    train("promote", shelf.folder / "next", *var)
    got = drift_of(shelf, "next")
    assert got["source"] == "last_days" and got["state"] == "unknown"
    assert got["reference"] == {"n": 700, "from": None, "until": None}
    # what comes is as it was, whatever the site makes of it, and then it is not
    learned = "/v1/adaptation"
    wait_for("the site's own", lambda: daemon.get(learned).json()["labels"] == 60)
    send(daemon, labelled(600, 33)[:700])
    got = drift_of(shelf, "next")
    assert got["now"]["n"] == 700 and got["state"] == "steady", got
    send(daemon, labelled(1500, 34)[1500:])
    got = drift_of(shelf, "next")
    assert got["state"] == "changed", got


def test_one_proposal_at_a_time_and_none_is_left(rig, tmp_path):
    """What is interrupted goes with the next; who works is not disturbed."""
    shelf = Shelf(rig, "one@1", flags=NO_LIMITS)
    for row in labelled(20, 13):
        kind = "approve" if row["label"] == "ham" else "spam"
        decide(shelf.daemon, row["text"], kind)
    base = as_lines(tmp_path / "base.jsonl", labelled(300, 14))
    order = ["propose", "--models", shelf.folder, "--var", shelf.daemon.var]
    slow = subprocess.Popen(
        [TRAINER, *map(str, order), "--name", "slow", str(base)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    room = shelf.folder / ".proposing-slow"
    wait_for("texts", lambda: (room / "learned.jsonl").exists())
    slow.send_signal(signal.SIGSTOP)
    assert room.stat().st_mode & 0o777 == 0o700
    assert [m["name"] for m in shelf.get()["models"]] == ["one"]
    told = train(*order, "--name", "slow", base, code=1)
    assert "somebody is making a model of that name" in told
    quick = [TRAINER, *map(str, order), "--name", "quick", base]
    done = subprocess.run(quick, check=True, capture_output=True, text=True)
    split, drift, learned = done.stderr.splitlines()
    assert split == "40 decisions: 32 to learn, 8 to ask about"
    assert learned == "32 of 32 are learned"
    assert drift.endswith("drift can be told from its second week in use on")
    assert "\n  held back, 8 comments: " in done.stdout, done.stdout
    assert (room / "learned.jsonl").exists()
    slow.kill()
    slow.wait()
    none = tmp_path / "none.jsonl"
    none.write_text("{")
    assert "none.jsonl" in train(*order, "--name", "failed", none, code=1)
    assert {p.name for p in shelf.folder.iterdir()} == {"one", "quick"}


def scratch_of(pid):
    """Vectors that a trainer has on disk: files without a name."""
    found = set()
    for fd in pathlib.Path(f"/proc/{pid}/fd").glob("*"):
        with contextlib.suppress(OSError):
            found.add(os.readlink(fd))
    return {path for path in found if "/moderato-train-" in path}


def test_vectors_lie_in_the_workshop(rig, tmp_path):
    """A service whose system may not be written to trains all the same."""
    shelf = Shelf(rig, "one@1", flags=NO_LIMITS)
    for row in labelled(20, 13):
        kind = "approve" if row["label"] == "ham" else "spam"
        decide(shelf.daemon, row["text"], kind)
    base = as_lines(tmp_path / "base.jsonl", labelled(2000, 14))
    child = subprocess.Popen(
        [TRAINER, "propose", "--models", shelf.folder, "--var", shelf.daemon.var]
        + ["--name", "next", base],
        env={},
        stdout=subprocess.DEVNULL,
    )
    seen = set()
    while child.poll() is None:
        seen |= scratch_of(child.pid)
        time.sleep(0.005)
    assert child.returncode == 0
    room = str(shelf.folder / ".proposing-next" / "moderato-train-")
    assert seen and all(path.startswith(room) for path in seen), seen
    assert list((shelf.folder / "next").glob("moderato-train-*")) == []


def test_from_a_model(tmp_path):
    """A few decisions add to what a model knows; of what it is not told it
    keeps all."""
    labels = as_lines(tmp_path / "labels.jsonl", labelled(40, 21))
    asked = as_lines(tmp_path / "asked.jsonl", labelled(200, 22))
    out = tmp_path / "m"
    said = train("train", "--seed", 1, "--json", "--from", MODEL, "--out", out, labels)
    assert json.loads(said)["figures"][0]["head"] == "spam"
    order = ("compare", "--json", "--old", MODEL, "--new", out)
    got = json.loads(train(*order, asked))
    (spam,) = got["heads"]
    assert spam["new_auc"] >= spam["old_auc"] and got["f1"]["new"] >= got["f1"]["old"]
    assert got["objections"] == []
    abuse = {"text": "you are an idiot and everybody knows it", "label": "abuse"}
    same = json.loads(train(*order, as_lines(tmp_path / "abuse.jsonl", [abuse])))
    old, new = (json.loads((m / "card.json").read_text()) for m in (MODEL, out))
    assert same["heads"][0]["head"] == "abuse" and new["from"] == old["name"]
    for name in ("spam", "abuse"):
        heads = [card["heads"][name] for card in (old, new)]
        assert heads[1]["hold"]["margin"] >= heads[0]["hold"]["margin"] - 1e-5
    assert "linear" in train(
        "train", "--solver", "libsvm", "--from", MODEL, "--out", out, labels, code=2
    )


def test_a_mistake_moves_no_cut_off(tmp_path):
    """One spam that somebody approved came above them before, too: as many may."""
    (spam,) = texts(1, BAD, 23)
    rows = [*labelled(40, 21), {"text": spam, "label": "ham"}]
    labels, out = as_lines(tmp_path / "labels.jsonl", rows), tmp_path / "m"
    train("train", "--seed", 1, "--from", MODEL, "--out", out, labels)
    heads = (json.loads(train("inspect", "--json", "--model", m)) for m in (MODEL, out))
    old, new = (h["heads"]["spam"] for h in heads)
    assert new["calibrated_on_good"] == 41
    old, new = old["margins"], new["margins"]
    assert {k: new[k] for k in ("reject", "discard")} == {
        k: old[k] for k in ("reject", "discard")
    }
