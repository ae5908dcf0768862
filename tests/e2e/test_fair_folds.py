"""Nobody is asked what he was told: near duplicates, and heads of one kind."""

import json
import random

import pytest
from test_train import run

WORDS = [a + b for a in "ka lo mi nu pe ra si to ve zu".split()
         for b in "ban der fil gos hum jat kel mor nip rud".split()]


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def texts(n, seed=1):
    draw = random.Random(seed)
    return [" ".join(draw.choices(WORDS, k=24)) for _ in range(n)]


@pytest.fixture(scope="module", params=["no fold is said", "the last says one"])
def chance(request, tmp_path_factory):
    """200 texts, four times nearly the same each, and what is spam by lot."""
    draw = random.Random(2)
    rows = [{"text": f"{text} {word}", "label": label}
            for text in texts(200) for label in [draw.choice(["ham", "spam"])]
            for word in WORDS[:4]]
    if request.param != "no fold is said":
        for i, row in enumerate(rows[3::4]):
            row["fold"] = i % 5
    draw.shuffle(rows)
    return write(tmp_path_factory.mktemp("chance") / "rows.jsonl", rows)


@pytest.mark.parametrize("clean", [(), ("--clean",)])
def test_nothing_is_learned_of_labels_by_lot(chance, tmp_path, clean):
    out = tmp_path / "model"
    run("train", *clean, "--hold-out-fold", 0, "--out", out, chance)
    card = json.loads((out / "card.json").read_text())
    areas = [card["figures"]["held_out"][0]["auc"]]
    areas += [json.loads(run(*order, "--json", chance).stdout)[-1]["auc"]
             for order in (("evaluate", "--model", out, "--fold", 0), ("evaluate", "--folds", 5))]
    assert all(.3 < area < .7 for area in areas), areas


def labelled(n, **labels):
    """So many rows; each label has a word of its own."""
    rows = []
    for label, share in labels.items():
        rows += [{"text": f"{text} {label}word", "label": label}
                 for text in texts(int(n * share), seed=len(label))]
    return rows


def heads(folder):
    return json.loads(run("inspect", "--model", folder, "--json").stdout)["heads"]


@pytest.mark.parametrize("clean", [(), ("--clean",)])
def test_one_abusive_comment_stops_no_training(tmp_path, clean):
    rows = labelled(60, ham=1, spam=1)
    one = write(tmp_path / "one.jsonl", rows + [{"text": texts(1, 9)[0], "label": "abuse"}])
    run("train", *clean, "--out", tmp_path / "one", one)
    assert heads(tmp_path / "one")["spam"]["trained_on"] > 0
    assert heads(tmp_path / "one")["abuse"]["trained_on"] == 0
    campaign = [{"text": f"{texts(1, 9)[0]} {word}", "label": "abuse"} for word in WORDS[:12]]
    many = write(tmp_path / "many.jsonl", rows + campaign)
    run("train", *clean, "--out", tmp_path / "many", many)
    assert heads(tmp_path / "many")["abuse"]["trained_on"] == 0


def test_what_all_is_bad_by_is_no_head(tmp_path):
    """Abuse, and nothing that was found free of it; good ones come undecided."""
    rows = write(tmp_path / "rows.jsonl", labelled(60, ham=1, spam=1, abuse=1))
    run("train", "--out", tmp_path / "model", rows)
    score = json.loads(run("score", "--model", tmp_path / "model", "--json",
                           rows).stdout.splitlines()[0])["scores"]
    assert score.get("abuse", 0) < .5 and 0 < score["spam"] < .5


def test_of_one_kind_there_is_nothing_to_catch(tmp_path):
    """As a share of what is caught where no good comment could be blocked."""
    rows = labelled(60, ham=1, spam=1)
    for i, row in enumerate(rows):
        row["thread"] = "both" if i % 60 < 40 else "bad" if row["label"] == "spam" else "good"
    path = write(tmp_path / "rows.jsonl", rows)
    run("train", "--out", tmp_path / "model", path)
    groups = {g["group"]: g for g in json.loads(run(
        "evaluate", "--model", tmp_path / "model", "--by", "thread", "--json", path).stdout)}
    told = {name: group["recall_at_0.5_percent"] for name, group in groups.items()}
    assert told["bad"] is None and told["both"] > .5


def test_the_mean_is_of_the_groups(tmp_path):
    """All together are no group more: 5 of 40 caught and 10 of 10 are 56 % in the mean."""
    rows = []
    for thread, n, caught in ("hard", 40, 5), ("easy", 10, 10):
        for i in range(n):
            rows += [{"text": f"{text} {word}", "label": label, "thread": thread,
                      "paper_split": split}
                     for text, word, label, split in (
                         (texts(1, i)[0], "pills", "spam", "train"),
                         (texts(1, i + 50)[0], "thanks", "ham", "train"),
                         ("so", "pills" if i < caught else "thanks", "spam", "test"),
                         ("so", "thanks", "ham", "test"))]
    path = write(tmp_path / "rows.jsonl", rows)
    table = run("evaluate", "--split", "paper_split", "--each", "thread", path).stdout
    of = {l.split("  ")[0]: l.split() for l in table.splitlines() if l.strip()}
    assert of["hard"][4] == "12.50" and of["easy"][4] == "100.00", table
    assert of["mean"][2] == "56.25", table


def test_without_abuse_its_head_is_left_out(tmp_path):
    rows = write(tmp_path / "labels.jsonl", [
        {**row, "decided": "2026-01-02T03:04:05Z", "by": "ann"}
        for row in labelled(60, ham=1, spam=1)])
    groups = json.loads(run("evaluate", "--folds", 5, "--json", rows).stdout)
    assert groups[-1]["rows"] == 120


def test_what_has_no_text_is_nobodys_duplicate(tmp_path):
    """Linkbacks without a word: good ones do not contradict spam."""
    rows = labelled(60, ham=1, spam=1)
    rows += [{"text": "", "type": "trackback", "author": f"blog{i} {WORDS[i]}",
              "url": f"https://blog{i}.example/", "label": "ham" if i < 30 else "spam",
              "decided": f"2026-01-{1 + i // 30:02}T00:00:00Z", "by": "ann"} for i in range(40)]
    path = write(tmp_path / "rows.jsonl", rows)
    run("train", "--clean", "--out", tmp_path / "model", path)
    assert heads(tmp_path / "model")["spam"]["trained_on"] == len(rows)


def test_a_head_of_no_weight_stops_no_training(tmp_path):
    abuse = write(tmp_path / "abuse.jsonl", labelled(60, ok=1, abuse=1))
    path = write(tmp_path / "rows.jsonl", labelled(60, ham=1, spam=1))
    run("train", "--weight", "abuse=0", "--out", tmp_path / "model", path, abuse)
    told = heads(tmp_path / "model")
    assert told["spam"]["trained_on"] > 0 and told["abuse"]["trained_on"] == 0


def test_a_corpus_of_no_weight_is_not_learned(tmp_path):
    write(tmp_path / "more.jsonl", labelled(40, ham=1, spam=1))
    path = write(tmp_path / "rows.jsonl", labelled(60, ham=1, spam=1))
    run("train", "--weight", "more=0", "--out", tmp_path / "model", path, tmp_path / "more.jsonl")
    assert heads(tmp_path / "model")["spam"]["trained_on"] == 120
