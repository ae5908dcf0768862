"""Drift: whether what a model judges is still like what it was measured on."""

import json
import shutil
import sqlite3
import struct
import time

import pytest
from conftest import MODEL, PATIENCE_S, wait_for, well_within

BINS, HEADS = 20, 2


def today():
    return int(time.time() // 86400)


class Counts:
    """A day's counts, as the store keeps them."""

    def __init__(self, blob):
        self.numbers = list(struct.unpack(f"<{len(blob) // 4}I", blob))

    def histogram(self, at):
        return self.numbers[1 + at * BINS :][:BINS]

    def groups(self):
        return self.numbers[1 + (HEADS + 1) * BINS :]

    def blob(self):
        return struct.pack(f"<{len(self.numbers)}I", *self.numbers)

    def fill(self, n, score_bin, unseen_bin):
        """So many comments, all alike, that nothing was said of."""
        self.numbers = [n] + [0] * (len(self.numbers) - 1)
        for at, one in enumerate((score_bin, score_bin, unseen_bin)):
            self.numbers[1 + at * BINS + one] = n
        return self


@pytest.fixture
def d(rig, tmp_path):
    well_within(24 * 3600)
    folder = tmp_path / "models" / "one"
    shutil.copytree(MODEL, folder)
    card = json.loads((folder / "card.json").read_text())
    assert card.pop("drift")["n"] > 0
    (folder / "card.json").write_text(json.dumps(card))
    d = rig.daemon(model=folder).start()
    d.batch([{"content": f"Look at https://shop{i}.example/"} for i in range(3)])
    d.folder = folder
    return d


def store(d):
    return sqlite3.connect(d.var / "moderato.db", timeout=PATIENCE_S)


def drift(d, query=""):
    got = d.operate("GET", f"/v1/models/one/drift{query}")
    assert got.status_code == 200, got.text
    return got.json()


def measure(got, name):
    return next(m for m in got["measures"] if m["name"] == name)


def put_days(d, first, last):
    """Counts of ten days ago, and of today."""
    with store(d) as db:
        site, model, blob = db.execute("SELECT site, model, counts FROM drift").fetchone()
        for day, of in ((today() - 10, first), (today(), last)):
            counts = Counts(blob).fill(*of).blob()
            row = (site, model, day, counts)
            db.execute("INSERT OR REPLACE INTO drift VALUES (?, ?, ?, ?)", row)
    db.close()


def test_comments_are_counted(d):
    d.check({"content": "This is only a test.", "test": True})
    with store(d) as db:
        ((model, day, blob),) = db.execute("SELECT model, day, counts FROM drift")
    db.close()
    digest = (d.folder / "model.bin").read_bytes()[-32:]
    assert model & (1 << 64) - 1 == int.from_bytes(digest[:8], "little") | 1
    assert day == today()
    counts = Counts(blob)
    assert counts.numbers[0] == sum(counts.histogram(0)) == sum(counts.histogram(2)) == 3
    assert max(counts.groups()) <= 3 and sum(counts.groups()) >= 3


def test_the_first_days_are_the_reference(d):
    got = drift(d)
    assert got["source"] == "first_days" and got["state"] == "unknown"
    assert got["reference"]["n"] == 3 and got["now"]["n"] == 0
    put_days(d, (600, 3, 1), (700, 3, 1))
    got = drift(d)
    assert got["reference"]["n"] == 600 and got["now"]["n"] == 700
    assert got["state"] == "steady"
    assert measure(got, "score.spam")["was"][3] == 1
    put_days(d, (600, 3, 1), (700, 3, 17))
    got = drift(d)
    assert got["state"] == "changed" and got["worst"] == "unseen"
    assert measure(got, "unseen")["psi"] > 1
    assert measure(got, "score.spam")["state"] == "steady"
    told = d.command("model", "drift", "one", "--days", "7").stdout
    assert told.startswith("one: changed; 700 comments beside 600 of first_days, ")
    assert "score.spam  steady  0\n" in told and "overrides  unknown  -\n" in told
    put_days(d, (600, 3, 1), (400, 3, 17))
    assert drift(d)["state"] == "unknown"


def test_a_card_is_the_reference(d):
    put_days(d, (600, 3, 1), (700, 12, 1))
    path = d.folder / "card.json"
    card = json.loads(path.read_text())
    level = [0.0] * BINS
    level[12] = 1.0
    card["drift"] = {
        "n": 5000,
        "scores": {"spam": level, "abuse": level},
        "unseen": [0.0, 1.0] + [0.0] * (BINS - 2),
        "groups": {"links": 0.2568},  # 1284 of them, a bit less as a double
    }
    path.write_text(json.dumps(card))
    got = drift(d)
    assert got["source"] == "card" and got["reference"]["n"] == 5000
    assert got["reference"]["from"] is None
    assert measure(got, "score.spam")["state"] == "steady"
    assert measure(got, "reason.links")["was"] == 0.2568
    assert got["worst"] == "reason.links"
    card["drift"]["since"] = "2026-11-20T00:00:00.000Z"
    path.write_text(json.dumps(card))
    assert drift(d)["source"] == "last_days"
    card["drift"]["n"] = 499
    few = json.dumps(card)
    for broken in ("[]", '{"drift": 5}', '{"drift": {"n": -1}}', "{", few):
        path.write_text(broken)
        assert drift(d)["source"] == "first_days"


@pytest.mark.parametrize("source", ("first_days", "card"))
def test_overrides_are_counted(d, source):
    if source == "card":
        shutil.copy(MODEL / "card.json", d.folder)
    put_days(d, (600, 3, 1), (700, 3, 1))
    with store(d) as db:
        for day, kind, n in (
            (today() - 10, "decided", 600),
            (today() - 10, "override", 6),
            (today(), "decided", 600),
            (today(), "override", 300),
        ):
            row = (1, kind, day, "spam", "", 0, n)
            db.execute("INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    db.close()
    got = drift(d)
    assert got["source"] == source
    got = measure(got, "overrides")
    assert got["was"] == 0.01 and got["is"] == 0.5 and got["state"] == "changed"


def test_bad_questions_are_told(d):
    assert d.operate("GET", "/v1/models/none/drift").status_code == 404
    assert d.operate("GET", "/v1/models/one/drift?days=0").status_code == 400
    assert d.get("/v1/models/one/drift").status_code == 403


def gauge(d, measure):
    name = f'moderato_drift_psi{{measure="{measure}"}} '
    text = d.get("/metrics", admin=True).text
    return next(float(x.split()[-1]) for x in text.splitlines() if x.startswith(name))


def test_the_steward_tells(d):
    assert gauge(d, "unseen") == -1
    put_days(d, (600, 3, 1), (700, 3, 17))
    assert d.end() == 0
    d.start()
    wait_for("the steward", lambda: gauge(d, "unseen") > 0.2)
    assert gauge(d, "score.spam") == 0
    assert gauge(d, "overrides") == gauge(d, "reasons") == -1
    said = d.event("drift")
    assert said["level"] == "warn" and said["state"] == "changed"
    assert said["worst"] == "unseen" and said["against"] == "first_days"
