"""Retraining from the command line, against a running service."""

import json
import random
import struct
import subprocess

import pytest
from conftest import FIRST_KEY, TRAINER
from test_models import BIAS, Shelf, in_use, named, write_model
from test_same_scores import NO_LIMITS, comment_of, rows

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
        timeout=120,
        cwd=cwd,
    )
    assert done.returncode == code, done.stderr + done.stdout
    return done.stdout if code == 0 else done.stderr


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
    daemon.end()
    assert daemon.command("site", "add", "news.example").returncode == 0
    daemon.add_key("news-site-key-001", "check,moderate", site="news.example")
    daemon.start()
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
    said = train("export", "--var", daemon.var, "--out", out, "--json")
    assert json.loads(said) == {"rows": 521, "file": str(out)}
    first = out.read_bytes()
    assert len({row["text"] for row in lines(out)}) == 521
    assert "order" not in lines(out)[0] and b"do not learn" not in first
    train("export", "--var", daemon.var, "--out", out)
    assert out.read_bytes() == first
    key = tmp_path / "key"
    key.write_text(FIRST_KEY + "\n")
    own = tmp_path / "own.jsonl"
    where = ("--url", f"http://127.0.0.1:{daemon.port}/", "--key-file", key)
    train("export", *where, "--out", own)
    assert len(lines(own)) == 401
    assert "no service answers" in train(
        "export", "--var", tmp_path, "--out", own, code=1
    )
    key.write_text("not a key at all\n")
    assert "401" in train("export", *where, "--out", own, code=1)
    assert len(lines(own)) == 401 and not list(tmp_path.glob("*.part"))


def test_gold_is_a_sample_that_stays(rig, tmp_path):
    daemon = rig.daemon(*NO_LIMITS).start()
    for text in texts(24, GOOD):
        decide(daemon, text, "approve")
    for text in texts(24, BAD):
        decide(daemon, text, "spam")
    decide(daemon, "one that two people see differently", "spam")
    out = tmp_path / "gold.jsonl"
    train("export", "--gold", "--rows", 8, "--var", daemon.var, "--out", out)
    got = lines(out)
    assert 2 <= len(got) <= 8 and len({row["label"] for row in got}) == 2
    before = out.read_bytes()
    asked = ("export", "--gold", "--var", daemon.var, "--out", out)
    assert "is to stay" in train(*asked, code=1) and out.read_bytes() == before
    train(*asked, "--force")


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
    assert "409" in why and "worse beyond chance" in why, why
    assert shelf.title() == "one@1"
    said = json.loads(train("promote", folder, *var, "--force", "--json"))
    assert said == in_use("mild", previous="one")
    audit = shelf.daemon.operate("GET", "/v1/audit").json()["entries"]
    used = next(e for e in audit if e["action"] == "model.used")
    assert used["actor"] == "operator" and used["after"]["forced"] is True
    assert "one is active" in train("rollback", *var)
    assert "nothing" not in train("promote", "two", *var)  # as good: allowed
    audit = shelf.daemon.operate("GET", "/v1/audit").json()["entries"]
    used = next(e for e in audit if e["action"] == "model.used")
    assert used["after"]["forced"] is False


def test_promote_keeps_the_budget(shelf):
    """One that stops good comments is refused, in the API as well."""
    write_gold(shelf)
    biased(shelf, "strict", 9.0)
    got = shelf.ask("POST", "/strict:promote")
    assert got.status_code == 409 and "gold set" in got.json()["detail"]
    assert shelf.ask("POST", "/strict:promote?force=maybe").status_code == 400
    assert shelf.ask("POST", "/strict:promote?force=yes").status_code == 200


def test_a_damaged_gold_set_is_told(shelf):
    (shelf.folder / "gold.jsonl").write_text('{"text": "well", "label": "ham"}\n{')
    got = shelf.ask("POST", "/two:promote")
    assert got.status_code == 409 and "line 2" in got.json()["detail"]


def test_another_model_of_that_name(shelf, tmp_path):
    write_model(tmp_path / "two", name=named("two@other"))
    why = train("promote", tmp_path / "two", "--var", shelf.daemon.var, code=1)
    assert "not the model" in why and shelf.title() == "one@1"


def test_shadow(shelf):
    var = ("--var", shelf.daemon.var)
    assert "beside it judges two" in train("shadow", "two", *var)
    assert train("shadow", "two", "--end", *var) == "one is active\n"
    assert "404" in train("shadow", "none", *var, code=1)
    train("shadow", *var, code=2)


def test_replay(rig, tmp_path):
    """The same model gives the same scores, another one shows what changes."""
    shelf = Shelf(rig, "one@1", "two@2", flags=NO_LIMITS)
    for row in rows():
        shelf.daemon.check(comment_of(row))
    history = tmp_path / "history.jsonl"
    train("export", "--history", "--var", shelf.daemon.var, "--out", history)
    replayed = ("replay", "--json", history, "--model")
    got = json.loads(train(*replayed, shelf.folder / "one"))
    assert got["n"] == got["same_model"] == got["equal"] == 200
    assert got["unknown"] == 0 and got["changed"] == 0
    other = json.loads(train(*replayed, biased(shelf, "strict", 3.0)))
    assert other["same_model"] == 0 and other["changed"] > 0
    forged = history.read_text().replace('"count', '"Count', 3)
    history.write_text(forged.replace('"ip":[2', '"ip":[99'))
    assert "not those that were logged" in train(
        *replayed, shelf.folder / "one", code=1
    )
