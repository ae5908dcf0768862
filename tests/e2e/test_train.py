"""The program moderato-train, as people run it, on our own scenarios."""

import collections
import itertools
import json
import math
import os
import pathlib
import random
import re
import resource
import subprocess
import sys
import time

import pytest
from test_retrain import labelled_rows

ROOT = pathlib.Path(__file__).resolve().parents[2]
TRAINER = ROOT / os.environ.get("BUILD", "build") / "moderato-train"
SEED_THREAD = ROOT / "tests/data/seed_thread.ndjson"


def run(*args, code=0, **more):
    done = subprocess.run([TRAINER, *map(str, args)], cwd=ROOT, text=True,
                          capture_output=True, timeout=400, **more)
    assert done.returncode == code, done.stderr
    return done


def lines(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    path = tmp_path_factory.mktemp("corpus") / "scenarios.jsonl"
    path.write_text(run("scenarios", "--rows", 6000).stdout)
    return path


def train(corpus, out, *options):
    return run("train", "--hold-out-fold", 0, "--name", "test@1", "--out",
               out, "--buckets", 18, *options, corpus)


@pytest.fixture(scope="module")
def model(corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "test"
    train(corpus, folder)
    return folder


def test_same_bytes_twice(corpus, model, tmp_path):
    train(corpus, tmp_path / "again")
    for name in "model.bin", "card.json", "report.html":
        again = (tmp_path / "again" / name).read_bytes()
        assert again == (model / name).read_bytes(), name


def test_seed_thread():
    """Two empty comments by one name, a minute apart, by what we ship."""
    first, empty, repeated = lines(run(
        "score", "--why", "--model", "models/default", SEED_THREAD))
    assert first["action"] == "publish"
    assert empty["action"] != "publish"
    assert "empty" in [r["code"] for r in empty["reasons"]]
    assert repeated["action"] == "reject"
    assert repeated["scores"]["spam"] > empty["scores"]["spam"]
    reasons = {r["code"]: r for r in repeated["reasons"]}
    assert "empty" in reasons
    assert reasons["repeat.author"]["count"] == 2
    assert reasons["repeat.author"]["seconds"] == 60


def test_reasons_add_up_and_quote(corpus, model):
    rows = {r["id"]: r for r in map(json.loads, corpus.open())}
    for v in lines(run("score", "--why", "--model", model, corpus)):
        total = v["bias"] + sum(r["weight"] for r in v["reasons"])
        assert abs(total - v["margin"]) < 1e-6, v
        assert len(v["reasons"]) <= 12
        row = rows[v["id"]]
        fields = {"content": row["text"], "author.name": row.get("author"),
                  "author.url": row.get("url")}
        for r in v["reasons"]:
            if "field" in r:
                said = fields[r["field"]].encode()[r["start"]:r["end"]]
                assert said.startswith(r["quote"].encode()), r


def test_scores_line_by_line(model):
    """Each verdict comes before the next line is sent."""
    with subprocess.Popen(
            [TRAINER, "score", "--model", model, "-"], text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE) as scorer:
        for i in "first", "second":
            scorer.stdin.write(json.dumps({"id": i, "text": "hello"}) + "\n")
            assert json.loads(scorer.stdout.readline())["id"] == i
        scorer.stdin.close()
        assert scorer.wait(10) == 0


def test_text_only_hides_the_author(model, tmp_path):
    path = tmp_path / "c.jsonl"
    row = {"text": "hello there", "author": "Ann", "thread": "t",
           "time": "2024-01-01T00:00:00Z"}
    path.write_text(json.dumps(row) + "\n" +
                    json.dumps({"text": row["text"]}) + "\n")
    hidden, none = lines(
        run("score", "--model", model, "--text-only", path))
    assert hidden["margin"] == none["margin"]
    known, none = lines(run("score", "--model", model, path))
    assert known["margin"] != none["margin"]


@pytest.mark.parametrize("damage", ["flip", "cut", "grow", "gone"])
def test_damaged_model_is_refused(model, tmp_path, damage):
    bytes_ = bytearray((model / "model.bin").read_bytes())
    if damage == "flip":
        bytes_[len(bytes_) // 2] ^= 1
    elif damage == "cut":
        del bytes_[-1]
    elif damage == "grow":
        bytes_ += b"\0"
    if damage != "gone":
        (tmp_path / "model.bin").write_bytes(bytes_)
    for command in "inspect", "score":
        done = run(command, "--model", tmp_path, code=1, input="")
        assert "model.bin" in done.stderr
        assert done.stdout == ""


def test_inspect(corpus, model):
    told = json.loads(run("inspect", "--json", "--model", model).stdout)
    assert told["name"] == "test@1"
    assert told["buckets_log2"] == 18
    assert told["sha256"] == (model / "model.bin").read_bytes()[-32:].hex()
    spam, abuse = told["heads"]["spam"], told["heads"]["abuse"]
    rows = [json.loads(line) for line in corpus.read_text().splitlines()]
    labels = [row["label"] for row in rows if row["fold"] != 0]
    assert spam["trained_on"] == labels.count("ham") + labels.count("spam")
    card = json.loads((model / "card.json").read_text())["heads"]["spam"]
    assert card["trained_on"] == spam["trained_on"]
    assert 0 < card["copies_in_disguise"] <= labels.count("spam")
    assert spam["hold"] <= spam["reject"]
    assert abuse["trained_on"] == 0
    for untold in abuse, abuse["margins"]:
        assert {untold[k] for k in ("hold", "reject", "discard")} == {None}
        assert set(untold["budgets"].values()) == {None}
    shown = run("inspect", "--model", model).stdout
    assert shown.count(" -\n") == 3 + len(abuse["budgets"])
    assert f"{spam['hold']:.9g}\n" in shown and "margins" not in shown


def test_inspect_has_cut_offs_as_the_settings_do(model):
    """A margin that is set as a score is reached by other comments."""
    spam = json.loads(run("inspect", "--json", "--model", model).stdout)["heads"]["spam"]
    margins = spam["margins"]

    def probability(margin):
        if margin is None:
            return None
        z = spam["platt_a"] * margin + spam["platt_b"]
        return pytest.approx(1 / (1 + math.exp(z)))

    assert margins["hold"] is not None
    for name in "hold", "reject", "discard":
        assert spam[name] == probability(margins[name])
    assert spam["budgets"] == {b: probability(m) for b, m in margins["budgets"].items()}


def test_cut_offs_by_budget(model):
    told = json.loads(run("inspect", "--json", "--model", model).stdout)
    spam = told["heads"]["spam"]
    assert spam["budgets"]["0.02"] == spam["hold"]
    spam = spam["margins"]
    margins = list(spam["budgets"].values())
    assert list(spam["budgets"])[0] == "0.0001"
    # fewer good rows than 9,999 cannot promise one of 10,000
    assert margins[0] is None
    known = [m for m in margins if m is not None]
    assert known == sorted(known, reverse=True)
    assert spam["budgets"]["0.02"] == spam["hold"]
    card = json.loads((model / "card.json").read_text())["heads"]["spam"]
    n = card["calibrated_on_good"]
    for row, margin in zip(card["budgets"], margins, strict=True):
        cut = row["cut_off"]
        assert (cut and cut["margin"]) == pytest.approx(margin, rel=1e-5)
        if cut:
            assert cut["good_above"] <= row["budget"] * (n + 1)
            assert cut["good_share_at_most"] > cut["good_above"] / n
    page = (model / "report.html").read_text()
    assert "<p>Comments that were held out: " in page
    assert "Cut-offs by budget" in page
    assert "too little data" in page


def test_a_head_has_a_budget_of_its_own(corpus, tmp_path):
    """It stands in the card, by which who compares models knows of it."""
    abuse, asked = tmp_path / "abuse.jsonl", tmp_path / "asked.jsonl"
    for path, seed in (abuse, 1), (asked, 2):
        path.write_text(run("scenarios", "--about", "abuse", "--seed", seed,
                            "--rows", 3000).stdout)
    cards = {}
    for name, own, budget in ("one", [], 0.02), ("two", ["--budget-hold-abuse", 0.2], 0.2):
        run("train", "--buckets", 18, *own, "--out", tmp_path / name, corpus, abuse)
        cards[name] = json.loads((tmp_path / name / "card.json").read_text())
        settings, heads = cards[name]["settings"], cards[name]["heads"]
        assert (settings["budget_hold"], settings["budget_hold_abuse"]) == (0.02, budget)
        for head, kept in ("spam", 0.02), ("abuse", budget):
            cut_offs = {b["budget"]: b["cut_off"] for b in heads[head]["budgets"]}
            assert heads[head]["hold"] == cut_offs[kept]

    def objections():
        told = run("compare", "--json", "--old", tmp_path / "one", "--new",
                   tmp_path / "two", asked).stdout
        return {o["code"] for o in json.loads(told)["objections"]}

    assert "holds" not in objections()
    del cards["two"]["settings"]["budget_hold_abuse"]
    (tmp_path / "two/card.json").write_text(json.dumps(cards["two"]))
    assert "holds" in objections()


@pytest.mark.parametrize("line, says", [
    ('{"text": 7}', ":2: text: expected a string"),
    ('{"text": "", "label": "bad"}', ":2: label: expected spam"),
    ('{"text": "", "fold": 9}', ":2: fold: expected"),
    ('{"text": "" ', ":2: not JSON"),
    ('\0\0{"text": ""}\n{"text": ""}', ":2: not JSON"),
])
def test_bad_line_is_named(model, tmp_path, line, says):
    path = tmp_path / "c.jsonl"
    path.write_text('{"text": "fine"}\n' + line + "\n")
    for command in ("score", "--model", model), ("evaluate", "--folds", "5"):
        done = run(*command, path, code=1)
        assert f"{path}{says}" in done.stderr


# Two words tell the classes apart, but for one test row of each thread.
WORDS = {"spam": "casino jackpot", "ham": "garden weather"}


@pytest.fixture
def tiny(tmp_path):
    path = tmp_path / "tiny.jsonl"
    rows = []
    for thread in "one", "two":
        for i in range(40):
            label = "spam" if i % 2 else "ham"
            wrong = i == 39
            word = WORDS["ham" if wrong else label]
            rows.append({
                "text": f"{word} {thread}", "label": label, "thread": thread,
                "paper_split": "train" if i < 30 else "test",
                "fold": i % 5, "lang": "en"})
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))
    return path


def test_split_each(tiny):
    one, two, together = json.loads(run(
        "evaluate", "--split", "paper_split", "--each", "thread", "--json",
        tiny).stdout)
    assert [g["group"] for g in (one, two)] == ["one", "two"]
    for g in one, two:
        assert (g["rows"], g["bad"]) == (10, 5)
        assert g["at_zero"] == {
            "caught": 4, "missed": 1, "blocked": 0, "passed": 5}
        assert g["accuracy"] == pytest.approx(0.9)
        assert g["mcc"] == pytest.approx(20 / (4 * 6 * 5 * 5) ** 0.5)
        assert g["auc"] == pytest.approx(0.9)
    assert together["at_zero"]["missed"] == 2


def test_folds_and_leave_out(tiny):
    for way, groups in (["--folds", 5], 5), (["--leave-out", "thread"], 2):
        *parts, together = json.loads(
            run("evaluate", *way, "--json", tiny).stdout)
        assert len(parts) == groups
        assert together["rows"] == 80
        assert together["at_zero"]["missed"] == 2
        assert together["at_zero"]["blocked"] == 0


def test_margins_of_rows_asked(tiny, tmp_path):
    path = tmp_path / "margins.jsonl"
    *_, together = json.loads(run(
        "evaluate", "--folds", 5, "--margins", path, "--json", tiny).stdout)
    told = [json.loads(line) for line in path.read_text().splitlines()]
    assert sorted(t["group"] for t in told) == sorted("01234" * 16)
    missed = [t for t in told if t["bad"] and t["margin"] < 0]
    assert len(missed) == together["at_zero"]["missed"]


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_margins_to_standard_output_come_alone(tiny, tmp_path, flags):
    """The figures are not lost, but beside them."""
    order = ("evaluate", "--folds", 5, *flags, tiny)
    figures = run(*order).stdout
    done = run(*order, "--margins", "-")
    path = tmp_path / "margins.jsonl"
    run(*order, "--margins", path)
    assert done.stdout == path.read_text() and figures in done.stderr
    assert not (ROOT / "-").exists()
    with open("/dev/full", "w") as full:
        order = [TRAINER, *map(str, order), "--margins", "-"]
        done = subprocess.run(order, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and "standard output: cannot be written" in done.stderr


def table_of(*order):
    """What a terminal shows: the titles, and a line's numbers by its group."""
    lines = run(*order).stdout.splitlines()
    assert max(map(len, lines)) <= 80, lines
    titles = next(l for l in lines if l.startswith("spam ")).split()
    return titles, {l[:20].strip(): l[20:].split() for l in lines if l[:20].strip()}


def test_tables_fit_a_terminal(tiny, corpus, model):
    titles, of = table_of("evaluate", "--split", "paper_split", "--each", "thread", tiny)
    assert titles == "spam rows bad right bad good MCC AUC t0.5".split()
    assert of["one"] == "10 5 90.00 80.00 0.00 0.816 0.9000 80.0".split()
    assert of["mean"] == of["one"][2:]
    titles, of = table_of("evaluate", "--model", model, corpus)
    assert titles == "spam rows bad AUC t0.5 bad good bad good".split()
    asked = "evaluate", "--model", model, "--json", corpus
    spam = next(g for g in json.loads(run(*asked).stdout) if g["group"] == "all together")
    held = spam["at_hold"]
    shown = f"{100 * held['caught'] / (held['caught'] + held['missed']):.2f}"
    assert of["all together"][4] == shown and len(of["all together"]) == 8


def test_repeats(corpus, tmp_path):
    """Each deal asks every row once; means have intervals."""
    tiny = tmp_path / "some.jsonl"
    with corpus.open() as lines_of:
        tiny.write_text("".join(itertools.islice(lines_of, 600)))
    said = tmp_path / "margins.jsonl"
    *folds, mean = json.loads(run("evaluate", "--folds", 4, "--repeats", 3, "--margins", said,
                                  "--json", tiny).stdout)
    for deal in "123":
        rows = [f["rows"] for f in folds if f["group"][5] == deal]
        assert sum(rows) == 600
    # whose answer a margin is, is told by the name that the figures have
    groups = collections.Counter(json.loads(line)["group"] for line in said.open())
    assert groups == {f["group"]: f["rows"] for f in folds}
    aucs = [f["auc"] for f in folds if f["auc"] is not None]
    assert mean["group"] == "mean"
    assert mean["auc"] == pytest.approx(sum(aucs) / len(aucs))
    assert mean["auc_95"][0] <= mean["auc"] <= mean["auc_95"][1]
    other, = json.loads(run(
        "evaluate", "--folds", 4, "--repeats", 3, "--seed", 2, "--json",
        tiny).stdout)[:1]
    assert other != folds[0]


def test_what_tells_nothing_may_tell_the_wrong_way(tmp_path):
    """The interval of the mean MCC goes below nought."""
    rows = labelled_rows(tmp_path / "rows.jsonl", 100)
    some = [json.loads(line) for line in rows.read_text().splitlines()]
    for i, row in enumerate(some):
        row["label"] = "spam" if i // 2 % 2 else "ham"
    rows.write_text("".join(json.dumps(row) + "\n" for row in some))
    *_, mean = json.loads(run(
        "evaluate", "--folds", 4, "--repeats", 3, "--json", rows).stdout)
    low, high = mean["mcc_95"]
    assert low < min(mean["mcc"], 0) and high > mean["mcc"]
    assert mean["auc_95"][0] >= 0


def test_of_two_deals_little_is_known(tmp_path):
    """As Student's t has it with a single degree of freedom."""
    rows = labelled_rows(tmp_path / "rows.jsonl", 100)
    some = [json.loads(line) for line in rows.read_text().splitlines()]
    for row in some[::9]:
        row["label"] = "spam" if row["label"] == "ham" else "ham"
    rows.write_text("".join(json.dumps(row) + "\n" for row in some))
    one, two, mean = json.loads(run(
        "evaluate", "--folds", 2, "--repeats", 1, "--json", rows).stdout)
    apart, key = min((abs(one[k] - two[k]), k) for k in ("auc", "accuracy", "mcc", "recall")
                     if one[k] != two[k])
    half = 12.7062 * math.sqrt(apart * apart / 2 * (1 / 2 + 1))
    assert half < mean[key]  # else it is no wider than all there is
    assert mean[f"{key}_95"] == pytest.approx(
        [mean[key] - half, min(1, mean[key] + half)], abs=1e-4)


PEERS = {"told": "How <b>it</b> was done.", "tasks": [{
    "title": "A set <i>", "methods": {
        "<u>peer</u>": {"auc": {"value": 0.75, "interval": [0.7, 0.8]}},
        "Moderato": {"auc": {"value": 0.875, "interval": None}}},
    "verdicts": [{"figure": "auc", "ours": 0.875, "theirs": 0.75,
                  "verdict": "ahead"}]}]}


def test_report_with_peers_and_curve(corpus, tmp_path):
    peers, report = tmp_path / "compare.json", tmp_path / "report.html"
    peers.write_text(json.dumps(PEERS))
    run("evaluate", "--folds", 5, "--fold", 0, "--curve", "--peers", peers,
        "--report", report, corpus)
    page = report.read_text()
    assert "Learning: ROC AUC" in page
    assert "&lt;u&gt;peer&lt;/u&gt;" in page and "0.7500" in page
    assert page.index("Moderato") < page.index("&lt;u&gt;peer")
    for tag in "<u>", "<i>", "<b>":
        assert tag not in page
    peers.write_text("[1]")
    run("evaluate", "--folds", 5, "--peers", peers, "--report", report,
        corpus, code=1)


def test_report_is_escaped(tiny, tmp_path):
    rows = [dict(json.loads(line), source="<b onx=\"1\">&", lang="\x01<i>")
            for line in tiny.read_text().splitlines()]
    tiny.write_text("".join(json.dumps(r) + "\n" for r in rows))
    report = tmp_path / "report.html"
    run("evaluate", "--folds", 5, "--evade", "l33t", "--report", report, tiny)
    page = report.read_text()
    assert "&lt;b onx=&quot;1&quot;&gt;&amp;" in page
    assert "<b onx" not in page and "<i>" not in page
    assert "l33t" in page and "In disguise" in page


def test_words_of_few_comments_are_not_told(corpus, tmp_path):
    """Somebody's name is none of the readers' business."""
    rows = [{"text": f"buy pills {'rarename' if i < 4 else 'cheap'} {i}",
             "label": "spam", "fold": i % 5} for i in range(40)]
    rows += [{"text": f"fine post {i}", "label": "ham", "fold": i % 5}
             for i in range(40)]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))
    run("train", "--out", tmp_path / "m", "--buckets", 12, path)
    page = (tmp_path / "m/report.html").read_text()
    assert ">pills<" in page and ">fine<" in page
    assert "rarename" not in page
    assert "<p>Cross-validated: " in page


def test_a_model_is_not_replaced_unasked(tmp_path):
    """It may be the one in use, and nobody asked the gold set."""
    rows = labelled_rows(tmp_path / "rows.jsonl", 40)
    order = ["train", "--buckets", 12, "--out", tmp_path / "m", rows]
    run(*order, "--name", "first")
    made = (tmp_path / "m/model.bin").read_bytes()
    done = run(*order, "--name", "second", code=1)
    assert "has a model.bin already; --force" in done.stderr
    assert (tmp_path / "m/model.bin").read_bytes() == made
    run(*order, "--name", "second", "--force")
    assert json.loads((tmp_path / "m/card.json").read_text())["name"] == "second"


GERMAN = "Das ist genau das, was ich schon immer gesucht habe, vielen Dank dafür"
ENGLISH = "Thanks a lot, this is just what I was looking for all of the time"


def slices_of(page, caption):
    """The words and the number of rows of each slice of a table."""
    table = page.split(f"<caption>{caption}</caption>")[1].split("</table>")[0]
    row = r'<tr><th scope="row">([^<]*)</th><td>(\d+)</td>'
    return {word: int(n) for word, n in re.findall(row, table)}


def test_languages_are_told(tmp_path):
    """As rows say it, or else as their text does; short ones do not."""
    rows = [{"text": f"{text} {i}", "label": "spam" if i % 3 else "ham",
             "lang": said}
            for text, said, n in ((GERMAN, "", 60), (ENGLISH, "", 50),
                                  (GERMAN, "nds", 40), ("ok", "", 30),
                                  (ENGLISH, "sco", 19))
            for i in range(n)]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))
    run("train", "--out", tmp_path / "m", path)
    page = (tmp_path / "m/report.html").read_text()
    assert slices_of(page, "By language") == {
        "cannot be told": 30, "de": 60, "en": 50, "nds": 40}
    assert "language of 140 that do not say it" in page
    assert "evaluate --folds 5 --evade all --fold 0 --curve --report" in page


def test_of_many_rows_some_languages_are_guessed(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(
        json.dumps({"text": f"{ENGLISH} {i}", "label": "spam" if i % 3 else "ham"})
        + "\n" for i in range(40001)))
    report = tmp_path / "r.html"
    run("evaluate", "--model", ROOT / "models/default", "--report", report, path)
    assert slices_of(report.read_text(), "By language") == {"en": 13334}
    assert "others are in no slice by language" in report.read_text()


def test_shares_have_intervals(tmp_path):
    """Of 60 good ones none at that score: 0 to 6 %, by Wilson."""
    rows = [{"text": f"{WORDS[label]} {i}", "label": label, "fold": i % 5}
            for label in WORDS for i in range(60)]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))
    run("train", "--out", tmp_path / "m", path)
    page = (tmp_path / "m/report.html").read_text()
    share = '0.000 <span class="range">0.000–6.017</span>'
    assert share in page.split("every threshold")[1].split("</table>")[0]
    report = tmp_path / "r.html"
    run("evaluate", "--folds", 5, "--fold", 0, "--curve", "--evade", "all",
        "--report", report, path)
    assert "Not measured here" not in report.read_text()


def test_evaluate_by_length(corpus, model):
    *groups, together = json.loads(run(
        "evaluate", "--model", model, "--by", "length", "--json",
        corpus).stdout)
    assert "up to 20 bytes" in [g["group"] for g in groups]
    assert sum(g["rows"] for g in groups) == together["rows"]


def test_evaluate_model_by_fold(corpus, model, tmp_path):
    report, card = tmp_path / "r.html", tmp_path / "card.json"
    card.write_bytes((model / "card.json").read_bytes())
    *_, together = json.loads(run(
        "evaluate", "--model", model, "--fold", 0, "--by", "lang", "--json",
        "--report", report, "--card", card, "--as", "again",
        corpus).stdout)
    held_out = json.loads(card.read_text())["figures"]
    rows = [r for r in map(json.loads, corpus.open()) if r["fold"] == 0]
    assert together["rows"] == len(rows)
    assert together["auc"] > 0.95
    # trained vectors are floats, the service's are not
    assert held_out["held_out"][0]["auc"] == pytest.approx(
        together["auc"], abs=1e-4)
    assert held_out["again"][-1]["group"] == "all together"
    page = report.read_text()
    assert page.count("<svg") == 4
    assert page.count("<details>") == 5
    for part in "Slices", "By language", "Speak for it", "every threshold":
        assert part in page
    for load in "http://", "https://", "src=", "@import", "url(", "<script":
        assert load not in page


def test_kernel_is_not_shipped(tiny, tmp_path):
    done = run("train", "--kernel", "rbf", "--hold-out-fold", 0, "--out",
               tmp_path / "m", tiny)
    assert "cannot be shipped" in done.stderr
    assert (tmp_path / "m/report.html").exists()
    assert not (tmp_path / "m/model.bin").exists()


def test_scenarios():
    told = run("scenarios", "--seed", 5, "--rows", 1500).stdout
    assert told == run("scenarios", "--seed", 5, "--rows", 1500).stdout
    assert told != run("scenarios", "--seed", 6, "--rows", 1500).stdout
    rows = [json.loads(line) for line in told.splitlines()]
    spam = sum(r["label"] == "spam" for r in rows)
    assert 0.45 < spam / len(rows) < 0.55
    assert [r["time"] for r in rows] == sorted(r["time"] for r in rows)
    other = run("scenarios", "--split", "test", "--rows", 1500).stdout
    texts = {r["text"] for r in rows if len(r["text"]) > 60}
    assert not texts & {json.loads(line)["text"]
                        for line in other.splitlines()}


def test_a_model_by_fold(corpus, model):
    for k in (5, 2):
        done = run("evaluate", "--model", model, "--folds", k, "--json", corpus)
        groups = [g["group"] for g in json.loads(done.stdout) if g["head"] == "spam"]
        assert sorted(groups) == [*"01234"[:k], "all together"]


def test_the_reference_of_drift(corpus, model):
    """What the model makes of the fold that it did not learn from."""
    drift = json.loads((model / "card.json").read_text())["drift"]
    rows = [json.loads(line) for line in corpus.read_text().splitlines()]
    judged = [
        json.loads(line)
        for line in run("score", "--model", model, "--why", corpus).stdout.splitlines()
    ]
    held = [v for v, row in zip(judged, rows) if row["fold"] == 0]
    assert drift["n"] == len(held) > 20
    sure = sum(v["scores"]["spam"] > 1 / (1 + math.exp(-7.2)) for v in held)
    assert drift["scores"]["spam"][-1] == pytest.approx(sure / len(held), abs=1e-5)
    told = sum(any(r["code"] == "links" for r in v["reasons"]) for v in held)
    assert drift["groups"].get("links", 0) == pytest.approx(told / len(held), abs=1e-5)
    for shares in (drift["scores"]["spam"], drift["unseen"]):
        assert sum(shares) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("solver", ["libsvm", "liblinear", "dual", "auto"])
def test_without_a_held_out_fold(corpus, tmp_path, solver):
    """The figures are cross-validated then, and the model is of all rows."""
    rows = corpus.read_text().splitlines(keepends=True)[:600]
    (tmp_path / "few.jsonl").write_text("".join(rows))
    run("train", "--solver", solver, "--out", tmp_path / "m",
        tmp_path / "few.jsonl")
    card = json.loads((tmp_path / "m" / "card.json").read_text())
    assert card["settings"]["hold_out_fold"] is None
    (figures,) = card["figures"].values()
    assert figures[0]["group"] == "cross-validated"
    assert figures[0]["rows"] == len(rows)
    assert figures[0]["auc"] > 0.9


@pytest.mark.parametrize("args, says", [
    (["score"], "--model DIR is needed"),
    (["train", "c"], "--out DIR is needed"),
    (["train", "--c", "-1"], "--c -1: expected a number"),
    (["train", "--seed", "1.5"], "--seed 1.5: expected a whole number"),
    (["train", "--kernel", "poly"], "expected linear|rbf"),
    (["train", "--what"], "no option --what"),
    (["train", "--out"], "--out: expected DIR"),
    (["train", "--out", "m"], "a CORPUS is needed"),
    (["compare", "--old", "m", "--new", "m"], "a CORPUS is needed"),
    (["evaluate", "c"], "--folds, --leave-out, --split is needed"),
    (["evaluate", "--folds", "4", "--repeats", "2", "--evade", "l33t", "c"],
     "--repeats needs --folds, without --model and --evade"),
    (["evaluate", "--leave-out", "smell", "c"], "smell: expected thread"),
    (["evaluate", "--folds", "3", "--fold", "0", "c"], "--fold needs --model or --curve"),
    (["evaluate", "--folds", "3", "--by", "lang", "c"], "--by needs --model"),
    (["train", "--from", "m", "--buckets", "18", "--out", "n", "c"], "--buckets are those of"),
    (["train", "--from", "m", "--buckets", "19", "--out", "n", "c"], "--buckets are those of"),
    *((["export", "--out", "f", *flags], "--rows, --source and --force need --gold")
      for flags in (["--rows", "5"], ["--source", "key"], ["--force"])),
    *(([*order, *place], "--url and --key-file go together")
      for order in (["export", "--out", "f"], ["promote", "m"], ["rollback"], ["shadow", "m"],
                    ["propose", "--models", "d", "--name", "n", "--from", "m"])
      for place in (["--url", "http://127.0.0.1:1"], ["--key-file", "k"])),
    (["inspect", "--json=1"], "--json takes no value"),
    ([], "usage: moderato-train"),
    (["dance"], "usage: moderato-train"),
])
def test_wrong_command_line(args, says):
    assert says in run(*args, code=2).stderr


def test_templates_name_lists_that_are_there():
    told = [line for folder in ("training/scenarios", "service/insults")
            for path in (ROOT / folder).rglob("*.txt")
            for line in path.read_text().splitlines()]
    lists = {line[1:-1] for line in told if re.fullmatch(r"\[.+\]", line)}
    for line in told:
        named = re.findall(r"(?<!\\)<([^>]*)>", line)
        assert set(named) <= lists | {"token", "digit"}, line


def sections_of(language):
    text = (ROOT / "training/scenarios/languages" / f"{language}.txt").read_text()
    parts = re.split(r"^\[(.+)\]$", text, flags=re.M)[1:]
    return {name: body.split("\n") for name, body in zip(parts[::2], parts[1::2])}


@pytest.mark.parametrize("language", sorted(
    p.stem for p in (ROOT / "training/scenarios/languages").iterdir()
    if p.stem not in ("am", "si")))
def test_telephone_numbers_stand_in_everyday_comments(language):
    """In spam alone they would speak for spam."""
    number = f"<.phone {language}>"
    everyday = sections_of(language)[f"everyday {language}"]
    assert sum(number in line for line in everyday) >= 3


def test_scenarios_have_all_kinds_and_languages():
    rows = [json.loads(line) for line in
            run("scenarios", "--rows", 20000).stdout.splitlines()]
    for label in "ham", "spam":
        mine = [r for r in rows if r["label"] == label]
        assert len({r["lang"] for r in mine}) == 48
        assert len({r["source"] for r in mine}) > 40
    voices = {r["text"].lower() for r in rows if "great" in r["text"].lower()}
    assert len(voices) > 50


@pytest.mark.parametrize("folder, n_kinds, n_lines", [("offers", 26, 500),
                                                      ("tone", 15, 400)])
def test_phrases_are_listed_by_kind_in_all_languages(folder, n_kinds, n_lines):
    """The same kinds in one order, nothing twice, nothing that is none's."""
    lists = {p.stem: p.read_text() for p in (ROOT / "service" / folder).iterdir()}
    assert set(lists) == {p.stem for p in (ROOT / "service/insults").iterdir()}
    kinds = {}
    for language, text in lists.items():
        kinds[language] = re.findall(rf"^\[\.(\w+) {language}\]$", text, re.M)
        assert text.count("[") == len(kinds[language]), language
        told = [line for line in text.splitlines() if line and line[0] not in "#["]
        assert len(told) == len(set(told)) > n_lines, language
    assert len(set(map(tuple, kinds.values()))) == 1
    assert len(set(kinds["en"])) == len(kinds["en"]) == n_kinds


BY_PHRASES = {
    "spam": (
        ("--phrases", 0.1),
        ("Лучшее онлайн казино, пишите в личку, бонус без депозита",
         "Подпишитесь на мой канал, ссылка в профиле",
         "Кредит без отказа, звоните прямо сейчас"),
        ("Спасибо, рецепт понравился, приготовлю на выходных",
         "Опять дождь, и автобус опоздал на двадцать минут",
         "Кто знает, чем закончилась вторая серия?")),
    "abuse": (
        ("--phrases-abuse", 0.1),
        ("Заткнись, дебилоид",
         "Убирайся из нашей страны, тварь",
         "Какие же вы все идиоты, чтоб вы сдохли"),
        ("Спасибо, рецепт понравился, приготовлю на выходных",
         "В новостях сказали, что убийцу нашли в соседней стране",
         "Кто знает, чем закончилась вторая серия?")),
}


@pytest.mark.parametrize("head", BY_PHRASES)
def test_phrases_hold_in_a_language_never_learned(corpus, tmp_path, head):
    """English alone is learned: how far what is bad in Russian lies above the good."""
    options, bad, good = BY_PHRASES[head]
    invented = corpus.read_text() if head == "spam" else run(
        "scenarios", "--about", "abuse", "--rows", 12000).stdout
    english = tmp_path / "english.jsonl"
    english.write_text("".join(line for line in invented.splitlines(keepends=True)
                               if json.loads(line)["lang"] == "en"))
    asked = tmp_path / "russian.jsonl"
    asked.write_text("".join(json.dumps({"text": t}) + "\n" for t in bad + good))

    def gap(name, *options):
        run("train", "--out", tmp_path / name, "--buckets", 18, *options,
            "--text-only", english)
        told = [math.log(p / (1 - p)) for p in (
            row["scores"][head] for row in lines(run(
                "score", "--json", "--model", tmp_path / name, asked)))]
        return sum(told[:3]) / 3 - sum(told[3:]) / 3

    without, by_phrases = gap("without"), gap("with", *options)
    assert without > 0
    assert by_phrases > without + 0.5
    settings = json.loads((tmp_path / "with/card.json").read_text())["settings"]
    assert settings[options[0][2:].replace("-", "_")] == options[1]


def test_abuse_is_told_from_civil_comments_in_all_languages():
    """Half and half, in each language that insults are listed of."""
    rows = [json.loads(line) for line in
            run("scenarios", "--about", "abuse", "--rows", 8000).stdout.splitlines()]
    told = {p.stem for p in (ROOT / "training/scenarios/languages").iterdir()}
    assert told == {p.stem for p in (ROOT / "service/insults").iterdir()}
    for label in "ok", "abuse":
        mine = [r for r in rows if r["label"] == label]
        assert 0.48 < len(mine) / len(rows) < 0.52
        assert {r["lang"] for r in mine} == told
        assert len({r["text"] for r in mine}) > 0.9 * len(mine)


def test_everyday_comments_are_good_to_both_heads_in_all_languages():
    rows = [json.loads(line) for line in
            run("scenarios", "--about", "everyday", "--rows", 8000).stdout.splitlines()]
    assert {r["label"] for r in rows} == {"ham", "ok"}
    for label in "ham", "ok":
        mine = [r for r in rows if r["label"] == label]
        assert 0.48 < len(mine) / len(rows) < 0.52
        assert len({r["lang"] for r in mine}) == 48
    assert len({r["text"] for r in rows}) > 0.75 * len(rows)


def test_comments_on_blogs_are_of_all_topics_and_languages():
    """Spam is as often handed out as HTML as what is good."""
    rows = [json.loads(line) for line in
            run("scenarios", "--about", "blogs", "--rows", 12000).stdout.splitlines()]
    kinds = {label: [r for r in rows if r["label"] == label] for label in ("ham", "spam")}
    assert 0.78 < len(kinds["ham"]) / len(rows) < 0.82
    topics = {p.stem for p in (ROOT / "training/scenarios/blogs").iterdir()} - {"spam", "trace"}
    sources = {r["source"].removeprefix("blog ") for r in kinds["ham"]}
    assert topics < sources
    assert sources - topics == {r["lang"] for r in kinds["ham"]} - {"en"}
    assert len({r["source"] for r in kinds["spam"]}) == 8
    for mine in kinds.values():
        assert 0.2 < sum("format" in r for r in mine) / len(mine) < 0.3
    assert len({r["text"] for r in kinds["ham"]}) > 0.9 * len(kinds["ham"])


def test_help():
    """Of the program and of each command that it lists; 80 columns wide."""
    told = run("--help").stdout
    commands = re.findall(r"^  (\w+)  ", told, re.M)
    assert len(commands) > 10
    for command in commands:
        mine = run(command, "--help").stdout
        for part in "usage:", "options:", "examples:", "exit codes:":
            assert part in mine, command
        told += mine
    assert [line for line in told.splitlines() if len(line) > 80] == []


def test_full_disk_is_a_failure():
    with open("/dev/full", "w") as full:
        done = subprocess.run([TRAINER, "scenarios", "--rows", "200"],
                              cwd=ROOT, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1


def test_full_disk_of_texts_is_named(tmp_path):
    """As a limit on files has it, which is all that a test can make full."""
    path, full = tmp_path / "long.jsonl", tmp_path / "full"
    full.mkdir()
    path.write_text((json.dumps({"text": "a" * 20000}) + "\n") * 200)
    done = run("evade", "padded", path, code=1, env={"TMPDIR": str(full)},
               restore_signals=False,  # Python does not heed SIGXFSZ
               preexec_fn=lambda: resource.setrlimit(
                   resource.RLIMIT_FSIZE, (1 << 20, 1 << 20)))
    assert f"{full}: File too large" in done.stderr
    assert not done.stdout and not list(full.iterdir())


@pytest.mark.parametrize("piped", [False, True])
def test_no_line_is_longer_than_64_mib(tmp_path, piped):
    path = tmp_path / "long.jsonl"
    for over in 0, 1:
        start, end = '{"text": "a"', "}\n"
        path.write_text(
            start + " " * ((64 << 20) + over - len(start + end)) + end)
        with path.open() as text:
            done = run("evade", "l33t", "-" if piped else path, code=over,
                       stdin=text)
        assert ("at most 64 MiB in a line" in done.stderr) == (over == 1)
        assert ('"a"' in done.stdout) == (over == 0)


def test_good_by_one_head_is_good_by_the_other(corpus, tmp_path):
    """Who sorts out abuse shows what people write about who do not sell."""
    talk = [f"{who} {what} the referee {how} {n}"
            for n, (who, what, how) in enumerate(itertools.product(
                ("my uncle", "their captain", "our keeper", "that striker"),
                ("argued with", "shouted at", "shook hands with"),
                ("before the match", "all evening", "in the rain")))]
    (tmp_path / "talk.jsonl").write_text("".join(
        json.dumps({"text": t, "label": label}) + "\n"
        for i, t in enumerate(talk) for label in ["abuse" if i % 4 else "ok"]))
    (tmp_path / "asked.jsonl").write_text(json.dumps(
        {"text": "our captain shook hands with the referee in the rain"}))
    scores = []
    for assumed in 0, 0.01, 1:
        run("train", "--force", "--assumed", assumed, "--buckets", 18, "--out",
            tmp_path / "m", corpus, "--text-only", tmp_path / "talk.jsonl")
        (verdict,) = lines(
            run("score", "--model", tmp_path / "m", tmp_path / "asked.jsonl"))
        scores.append(verdict["scores"]["spam"])
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3


def test_insults_that_a_corpus_of_hate_calls_ok_are_not_learned(tmp_path):
    """Of hate only such rows lose their label, but where they are asked."""
    people = "uncle", "captain", "keeper", "striker", "teacher", "driver"
    places = "match", "meeting", "concert", "wedding", "strike", "flood", "debate"
    talk = [f"the {who} was late for the {what}" for who in people for what in places]
    insults = [f"{t}, you idiot" for t in talk]
    hate = [f"deport them all, {t}" for t in talk]
    rows = [{"text": t, "label": label, "fold": i % 5}
            for label, texts in (("ok", talk + insults), ("abuse", hate))
            for i, t in enumerate(texts)]
    (tmp_path / "forum.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    (tmp_path / "asked.jsonl").write_text(json.dumps({"text": "you are an idiot"}))
    score, sets = {}, {}
    for how in "text", "hate":
        run("train", "--hold-out-fold", 0, "--buckets", 18, "--out", tmp_path / how,
            f"--{how}-only", tmp_path / "forum.jsonl")
        (verdict,) = lines(
            run("score", "--model", tmp_path / how, tmp_path / "asked.jsonl"))
        score[how] = verdict["scores"]["abuse"]
        (sets[how],) = json.loads((tmp_path / how / "card.json").read_text())["trained_on"]
    left_out = sum(r["fold"] != 0 for r in rows if "idiot" in r["text"])
    assert sets["hate"] == {**sets["text"], "unlabelled": left_out,
                            "ok": sets["text"]["ok"] - left_out}
    assert score["hate"] > score["text"]


def test_insults_are_not_learned_though_near_duplicates_move_between_folds(tmp_path):
    """As much is learned as if none had been there."""
    chance = random.Random(1)
    nouns = ("river bridge lamp window garden ladder kettle market winter letter candle "
             "harbour mirror pepper tunnel basket violin copper meadow helmet").split()
    rows = [{"text": f"{how} {talk}{end}", "label": label}
            for how, label, ends in (("see", "ok", [""]), ("deport", "abuse", [""]),
                                     ("idiot", "ok", ["", " today"]))
            for talk in [" ".join(chance.choices(nouns, k=9)) for _ in range(90)]
            for end in ends]
    learned = {}
    for name, kept in ("with", rows), ("without", [r for r in rows
                                                   if "idiot" not in r["text"]]):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in kept))
        run("train", "--hold-out-fold", 0, "--buckets", 18, "--out", tmp_path / name,
            "--hate-only", tmp_path / f"{name}.jsonl")
        card = json.loads((tmp_path / name / "card.json").read_text())
        learned[name] = card["heads"]["abuse"]["trained_on"]
    assert learned["with"] == learned["without"] > 0


def made(folder):
    return sorted(folder.glob("*.machine")) if folder.exists() else []


def test_killed_goes_on(corpus, model, tmp_path):
    """What was made stays; the rest follows, and all is the same bits."""
    work = tmp_path / "work"
    options = ("--hold-out-fold", 0, "--name", "test@1", "--buckets", 18,
               "--work", work)
    with subprocess.Popen(
            [TRAINER, "train", "--out", tmp_path / "killed",
             *map(str, options), corpus], cwd=ROOT,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        while not made(work) and child.poll() is None:
            time.sleep(0.01)
        child.kill()
    before = {p: p.stat().st_ino for p in made(work)}
    assert before
    run("train", "--out", tmp_path / "on", *options, corpus)
    after = {p: p.stat().st_ino for p in made(work)}
    assert before.items() <= after.items(), "made once more"
    assert len(after) == 5  # the whole, and one of each other fold
    for name in "model.bin", "card.json", "report.html":
        assert (tmp_path / "on" / name).read_bytes() == (
            model / name).read_bytes(), name


def test_kept_is_of_what_it_was_made(corpus, model, tmp_path):
    """Other options make others; a torn one is made again."""
    work = tmp_path / "work"
    train(corpus, tmp_path / "a", "--work", work)
    of_a = made(work)
    train(corpus, tmp_path / "b", "--work", work, "--c", 2)
    assert len(made(work)) == 2 * len(of_a)
    for path in of_a:
        torn = bytearray(path.read_bytes())
        torn[len(torn) // 2] ^= 1
        path.write_bytes(torn)
    train(corpus, tmp_path / "c", "--work", work)
    for folder in "a", "c":
        assert (tmp_path / folder / "model.bin").read_bytes() == (
            model / "model.bin").read_bytes(), folder
    assert (tmp_path / "b/model.bin").read_bytes() != (
        model / "model.bin").read_bytes()


PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


def peak_bytes(*args):
    """Of the trainer; a child of ours would begin with what we have."""
    return int(subprocess.run(
        [sys.executable, "-S", "-c", PEAK, TRAINER, *map(str, args)], cwd=ROOT,
        capture_output=True, check=True, text=True, timeout=400).stdout)


def test_corpus_larger_than_memory(tmp_path):
    """Texts are on disk: all of them would take more than there ever was."""
    path, blank = tmp_path / "long.jsonl", " " * 20000
    with path.open("w") as to:
        for i in range(1200):
            text, label = ((f"buy pills at no. {i}", "spam") if i % 2 else
                           (f"a day at lake {i}", "ham"))
            print(json.dumps({"text": text + blank, "label": label,
                              "fold": i // 2 % 5}), file=to)
    peak = peak_bytes("train", "--buckets", 12, "--hold-out-fold", 0,
                      "--out", tmp_path / "model", path)
    if "asan" not in str(TRAINER):  # which keeps what was freed
        assert peak < path.stat().st_size
    card = json.loads((tmp_path / "model/card.json").read_text())
    assert card["figures"]["held_out"][0]["auc"] == 1
