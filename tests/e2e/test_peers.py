"""make compare on small sets: the figures, and that each method is asked."""

import gzip
import json
import pathlib
import subprocess
import sys

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("sklearn")
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "training/peers"))

import figures  # noqa: E402


@pytest.mark.parametrize("seed", range(5))
def test_figures_by_hand(seed):
    """Beside the definitions, pair by pair; with ties."""
    random = np.random.default_rng(seed)
    labels = random.random(300) < 0.4
    scores = np.round(random.normal(labels, 1), 1)
    got = figures.of_split(scores, labels, 0.45, seed)
    bad, good = scores[labels], scores[~labels]
    wins = (bad[:, None] > good).mean() + (bad[:, None] == good).mean() / 2
    assert got["auc"][0] == pytest.approx(wins)
    blocks = scores >= 0.45
    assert got["mcc"][0] == pytest.approx(np.corrcoef(blocks, labels)[0, 1])
    allowed = int(0.01 * len(good))
    caught = max((bad >= t).mean() for t in [*scores, np.inf]
                 if (good >= t).sum() <= allowed)
    assert got["caught_1"][0] == pytest.approx(caught)
    cut_off = figures.cut_off_at(scores, labels, 0.01)
    assert (bad >= cut_off).mean() == pytest.approx(caught)
    assert figures.interval(got["auc"][1:])[0] < wins
    assert figures.interval(got["auc"][1:])[1] > wins


def test_best_threshold():
    scores = np.array([3, 2, 1, 0, -1.])
    labels = np.array([True, True, False, False, False])
    assert figures.best_threshold(scores, labels) == 1.5


def write_set(folder, name, n=200):
    with gzip.open(folder / f"{name}.jsonl.gz", "wt") as to:
        for i in range(n):
            text = f"buy cheap pills {i}" if i % 2 else f"a kind word {i}"
            to.write(json.dumps({
                "id": f"{name}-{i}", "text": text, "fold": i // 2 % 5,
                "label": "spam" if i % 2 else "ham"}) + "\n")


def test_compare(tmp_path):
    write_set(tmp_path, "sms")
    out = tmp_path / "out"
    argv = ["/usr/bin/python3", "-B", "training/peers/compare.py",
            "--data", tmp_path, "--out", out, "--sets", "sms",
            "--methods", "Moderato,LinearSVC"]
    first = subprocess.run(argv, cwd=ROOT, text=True, capture_output=True,
                           check=True)
    told = json.loads((out / "compare.json").read_text())
    (task,) = told["tasks"]
    assert task["rows"] == 160  # fold 0 is left alone
    assert len(task["methods"]) == 3
    for method in task["methods"].values():
        assert method["auc"]["value"] == 1
        assert method["caught_05"]["value"] == 1
    (disguised,) = told["in_disguise"]
    for found in disguised["caught"].values():
        assert found["as it is"] == 1
        assert len(found) > 10
    assert first.stdout == (out / "compare.md").read_text()
    # what was measured is not measured again
    again = subprocess.run(argv, cwd=ROOT, text=True, capture_output=True,
                           check=True)
    assert "Moderato: AUC" in first.stderr and again.stderr == ""
    # of other rows it is
    write_set(tmp_path, "sms", 190)
    other = subprocess.run([*argv, "--methods", "LinearSVC, words"], cwd=ROOT,
                           text=True, capture_output=True, check=True)
    (task,) = json.loads((out / "compare.json").read_text())["tasks"]
    assert task["rows"] == 152 and "LinearSVC, words: AUC" in other.stderr
