"""Models change under load: each answer is one model's, and no request fails."""

import hashlib
import os
import re
import shutil
import struct
import time

from conftest import MODEL, wait_for
from paced import Answer, Paced, check, forever, p99_ms

# where model.bin says how large and what it is, and how scores rise (model.h)
LOG2, NAME, SLOPE, DIGEST_BYTES = slice(16, 20), slice(24, 88), slice(96, 104), 32
LARGEST_LOG2 = 22  # MODEL_BUCKETS_LOG2_MAX
MIB = 1 << 20

TEXTS = [
    "An ordinary remark about the page, as people make it.",
    "cheap pills without prescription, buy now http://pills.example/",
    "You are an idiot, and everybody here knows it.",
    "Danke, das hat mir sehr geholfen!",
    "WIN a free phone!!! click http://win.example/ today",
]


def model(name, slope=1.0):
    """The shipped model under another name, its scores less or more extreme."""
    body = bytearray((MODEL / "model.bin").read_bytes()[:-DIGEST_BYTES])
    body[NAME] = name.encode().ljust(64, b"\0")
    body[SLOPE] = struct.pack("<d", struct.unpack("<d", body[SLOPE])[0] * slope)
    return bytes(body) + hashlib.sha256(body).digest()


class Shelf:
    """A folder of models, of which what --model names is changed."""

    def __init__(self, folder):
        self.folder = folder
        self.contents = {"a@1": model("a@1"), "b@2": model("b@2", 0.5)}
        for name, content in self.contents.items():
            (folder / name).mkdir()
            (folder / name / "model.bin").write_bytes(content)
        self.current = folder / "current"
        self.current.mkdir()
        self.write(self.contents["a@1"])

    def write(self, content):
        """In place of the file that is there, whatever it is."""
        new = self.folder / "new"
        new.write_bytes(content)
        os.replace(new, self.current / "model.bin")

    def link(self, name):
        new = self.folder / "new"
        new.symlink_to(self.folder / name / "model.bin")
        os.replace(new, self.current / "model.bin")

    def damage(self):
        content = bytearray(self.contents["b@2"])
        content[len(content) // 2] ^= 1
        self.write(content)

    def cut(self):
        self.write(self.contents["b@2"][:MIB])

    def enlarge(self):
        """1 GiB, of which nothing is on the disk."""
        self.write(self.contents["b@2"])
        os.truncate(self.current / "model.bin", 1 << 30)

    def claim(self):
        """As large as it says, which is the most there may be."""
        content = self.contents["b@2"]
        head = bytearray(content[: NAME.stop])
        head[LOG2] = struct.pack("<I", LARGEST_LOG2)
        self.write(bytes(head))
        os.truncate(self.current / "model.bin", len(content) + claimed_more())

    def miss(self):
        (self.current / "model.bin").unlink()


# what is done, and which model must be in use then; None: the one before
# (and only what is as large as it says is read, into as much memory)
STEPS = [
    ("a", lambda s: s.write(s.contents["a@1"]), "a@1"),
    ("damaged", Shelf.damage, None),
    ("b", lambda s: s.write(s.contents["b@2"]), "b@2"),
    ("missing", Shelf.miss, None),
    ("a link", lambda s: s.link("a@1"), None),
    ("a again", lambda s: s.write(s.contents["a@1"]), "a@1"),
    ("too large", Shelf.enlarge, None),
    ("b again", lambda s: s.write(s.contents["b@2"]), "b@2"),
    ("cut", Shelf.cut, None),
    ("a folder", lambda s: (s.miss(), (s.current / "model.bin").mkdir()), None),
    ("no folder", lambda s: (s.current / "model.bin").rmdir(), None),
    ("as large as can be", Shelf.claim, None),
]


# of others, which are kept, repeats count
KEPT = "Something else, which the store keeps."
REQUESTS = {text: check(text, test=True) for text in TEXTS} | {KEPT: check(KEPT)}


def score_of(body):
    """The bytes of the numbers, so that no bit of them is lost."""
    return re.search(rb'"scores":(\{[^}]*\})', body)[1]


def daemon_on(rig, path):
    flags = ["--limit-author", "0", "--limit-ip", "0", "--log-level", "info"]
    return rig.daemon(*flags, model=path).start()


def expected(rig, shelf):
    """What each model says of each text, asked of it alone."""
    scores = {}
    for name in shelf.contents:
        daemon = daemon_on(rig, shelf.folder / name)
        for text in TEXTS:
            got = daemon.post({"content": text, "test": True})
            assert got.json()["model"] == name
            scores[name, text] = score_of(got.content)
        assert daemon.end() == 0
    assert all(scores["a@1", t] != scores["b@2", t] for t in TEXTS)
    return scores


class Judge:
    """Holds every answer against what its model says."""

    def __init__(self, scores):
        self.scores, self.models, self.seconds, self.wrong = scores, {}, [], []

    def take(self, answer):
        self.seconds.append(answer.seconds)
        if answer.status != 200:
            self.wrong.append((answer.status, answer.body))
            return
        name = re.search(rb'"model":"([^"]*)"', answer.body)
        name = name and name[1].decode()
        self.models[name] = self.models.get(name, 0) + 1
        if name not in ("a@1", "b@2") or b'"degraded":[]' not in answer.body:
            self.wrong.append((name, answer.body))
        elif answer.tag != KEPT and score_of(answer.body) != self.scores[name, answer.tag]:
            self.wrong.append((name, answer.body))


def reloads(daemon):
    """How often it read the model, and how often that failed."""
    events = [e["event"] for e in daemon.log()]
    return events.count("reloaded"), events.count("failed")


def size_mib():
    return (MODEL / "model.bin").stat().st_size / MIB


def claimed_more():
    """By how much the largest possible model is larger."""
    content = (MODEL / "model.bin").read_bytes()
    log2 = struct.unpack("<I", content[LOG2])[0]
    bucket_bytes = len(content) >> log2
    return (bucket_bytes << LARGEST_LOG2) - (bucket_bytes << log2)


def test_hang_up_under_load(rig, budget):
    shelf = Shelf(rig.place())
    judge = Judge(expected(rig, shelf))
    daemon = daemon_on(rig, shelf.current)
    base_mib = daemon.memory_kib() / 1024
    in_use, peaks = "a@1", {}
    rate = budget.of(100, 1000)
    with Paced(daemon.port, forever(REQUESTS), rate, 32, judge.take) as load:
        time.sleep(0.3)
        for n in budget.rounds(len(STEPS), 100_000):
            name, step, becomes = STEPS[n % len(STEPS)]
            step(shelf)
            daemon.forget_peak()
            good, bad = reloads(daemon)
            daemon.hang_up()
            after = (good + 1, bad) if becomes else (good, bad + 1)
            wait_for(f"{name}: {after}", lambda: reloads(daemon) == after)
            in_use = becomes or in_use
            assert daemon.get("/readyz").json()["model"] == in_use, name
            peak_mib = daemon.memory_kib("VmHWM") / 1024
            peaks[name] = max(peaks.get(name, 0), peak_mib)
            time.sleep(budget.of(0.1, 0.5))
    assert load.failed == [] and judge.wrong == []
    assert set(judge.models) == {"a@1", "b@2"}
    grown = {name: round(peak - base_mib, 1) for name, peak in peaks.items()}
    claimed = grown.pop("as large as can be", 0)
    budget.tell(
        answers=sum(judge.models.values()),
        p99_ms=p99_ms(judge.seconds),
        model_mib=round(size_mib(), 1),
        base_mib=round(base_mib, 1),
        grown_mib=grown,
        claimed_mib=claimed,
    )
    # one is there while the next is read; where none is, the load needed that
    load_mib = grown["missing"]
    assert max(grown.values()) <= load_mib + size_mib() + 4
    assert claimed <= load_mib + size_mib() + claimed_more() / MIB + 4
    assert daemon.end() == 0


def test_promotion_under_load(rig, budget):
    """The same by the API, where what is bad is refused and said."""
    shelf = Shelf(rig.place())
    judge = Judge(expected(rig, shelf))
    daemon = daemon_on(rig, shelf.folder / "a@1")
    shutil.rmtree(shelf.current)
    for name in ("damaged", "cut"):
        (shelf.folder / name).mkdir()
    bad = bytearray(shelf.contents["b@2"])
    bad[-100] ^= 1
    (shelf.folder / "damaged/model.bin").write_bytes(bad)
    (shelf.folder / "cut/model.bin").write_bytes(bad[:1000])
    (shelf.folder / "link").symlink_to(shelf.folder / "b@2")

    def change(path):
        done = daemon.operate("POST", f"/v1/models{path}")
        return done.status_code

    rate = budget.of(100, 1000)
    orders = [
        ("/b@2:promote", 200),
        ("/damaged:promote", 409),
        ("/missing:promote", 404),
        ("/link:promote", 404),
        (":rollback", 200),
        ("/cut:promote", 409),
    ]
    with Paced(daemon.port, forever(REQUESTS), rate, 32, judge.take) as load:
        for _ in budget.rounds(2, 100_000):
            for path, status in orders:
                assert change(path) == status, path
                time.sleep(budget.of(0.1, 0.5))
    assert load.failed == [] and judge.wrong == []
    assert set(judge.models) == {"a@1", "b@2"}
    budget.tell(answers=sum(judge.models.values()), p99_ms=p99_ms(judge.seconds))
    assert daemon.end() == 0


def test_another_score_would_be_seen():
    judge = Judge({("a@1", "x"): b'{"spam":0.1}'})
    for score in (b"0.1", b"0.2"):
        body = b'{"model":"a@1","scores":{"spam":%s},"degraded":[]}' % score
        judge.take(Answer("x", 200, body, 0.0, b""))
    assert judge.wrong == [("a@1", body)]
