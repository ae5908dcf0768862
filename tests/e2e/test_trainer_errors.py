"""What the trainer says when something is wrong: early, and with the cause."""

import gzip
import json
import os
import random
import resource
import subprocess

import pytest
from conftest import MODEL, TRAINER
from test_retrain import labelled_rows, lines, train

LITTLE = 40 << 10  # bytes of a file, at most


@pytest.fixture
def rows(tmp_path):
    return labelled_rows(tmp_path / "rows.jsonl", 40)


def test_where_nothing_can_be_written(rows, tmp_path):
    """Is told before the rows are read, and nothing is left of it."""
    rows.write_text("not read\n")
    file = tmp_path / "file"
    file.touch()
    for out in file, file / "model":
        told = train("train", "--out", out, rows, code=1)
        assert f"{out}: " in told and "Not a directory" in told


def test_a_failure_leaves_no_folder(rows, tmp_path):
    rows.write_text(rows.read_text() + '{"text": 7}\n')
    out = tmp_path / "model"
    assert ":81: text: expected a string" in train("train", "--out", out, rows, code=1)
    assert not out.exists()
    out.mkdir()
    train("train", "--out", out, rows, code=1)
    assert out.is_dir()  # it was there before


def test_a_weight_of_no_corpus(rows, tmp_path):
    out = tmp_path / "model"
    told = train("train", "--out", out, "--weight", "row=2", rows, code=1)
    assert "--weight row: no corpus has that name; the first has: rows" in told
    train("train", "--out", out, "--weight", "rows=2", rows)


def test_files_that_hold_nothing(rows, tmp_path):
    out = tmp_path / "model"
    missing, empty, short = (tmp_path / n for n in ("missing", "empty", "short.gz"))
    empty.write_text("\n \n")
    short.write_bytes(gzip.compress(rows.read_bytes() + os.urandom(5000).hex().encode())[:-3000])
    for path, says in (
        (missing, f"{missing}: cannot be opened: No such file"),
        (empty, f"{empty}: there are no rows"),
        (short, "the gzipped file is cut short"),
        (tmp_path, f"{tmp_path}: cannot be opened: Is a directory"),
    ):
        assert says in train("train", "--out", out, path, code=1)


def test_blank_lines_are_none(rows, tmp_path):
    """As where the service takes labels in; lines are counted all the same."""
    told = train("score", "--model", MODEL, rows)
    spread = tmp_path / "spread.jsonl"
    spread.write_text("\n" + rows.read_text().replace("\n", "\n \t\r\n") + "\n")
    assert train("score", "--model", MODEL, spread) == told
    spread.write_text("\n\n{}\n")
    assert f"{spread}:3: text" in train("score", "--model", MODEL, spread, code=1)


def test_a_mark_before_the_first_line_is_passed_over(rows, tmp_path):
    told = train("score", "--model", MODEL, rows)
    marked = tmp_path / "marked.jsonl"
    marked.write_bytes(b"\xef\xbb\xbf" + rows.read_bytes())
    assert train("score", "--model", MODEL, marked) == told
    marked.write_bytes(rows.read_bytes() + b"\xef\xbb\xbf{}")
    assert "not JSON" in train("score", "--model", MODEL, marked, code=1)


def test_what_is_no_corpus_is_told_how_to_become_one(tmp_path):
    file = tmp_path / "rows.json"
    rows = [{"text": "well then", "label": "ham"}]
    for text in json.dumps(rows), json.dumps(rows, indent=1):
        for packed in text.encode(), gzip.compress(text.encode()):
            file.write_bytes(packed)
            told = train("score", "--model", MODEL, file, code=1)
            assert f"{file}:1: " in told and "`jq -c '.[]' FILE` makes" in told
    file.write_text(json.dumps(rows[0]), encoding="utf-16")
    assert "`iconv -f UTF-16 -t UTF-8 FILE`" in train("score", "--model", MODEL, file, code=1)


def test_gzipped_rows(rows, tmp_path):
    """In several members, with zeros behind; and through a pipe."""
    told = train("score", "--model", MODEL, rows)
    lines = rows.read_bytes().splitlines(keepends=True)
    packed = tmp_path / "packed.gz"
    packed.write_bytes(b"".join(map(gzip.compress, lines)) + bytes(512))
    assert train("score", "--model", MODEL, packed) == told
    order = [TRAINER, "score", "--model", MODEL, "-"]
    done = subprocess.run(order, input=packed.read_bytes(), capture_output=True)
    assert done.stdout.decode() == told


def test_output_that_cannot_be_written_says_why(rows):
    with open("/dev/full", "w") as full:
        order = [TRAINER, "score", "--model", MODEL, rows]
        done = subprocess.run(order, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert "standard output: No space left on device" in done.stderr
    assert "closed" not in done.stderr


def test_rows_without_a_label(rows, tmp_path):
    """Teach nothing, and say nothing of a model."""
    bare = tmp_path / "bare.jsonl"
    bare.write_text('{"text": "well then"}\n{"text": "so", "label": null}\n')
    out = tmp_path / "model"
    told = train("train", "--out", out, bare, code=1)
    assert "none of 2 rows has a label (spam, ham, abuse, ok)" in told
    assert not out.exists()
    for flags in (["--model", MODEL], ["--folds", 5], ["--model", MODEL, "--evade", "l33t"]):
        told = train("evaluate", *flags, bare, code=1)
        assert "of 2 rows none is left to ask: each needs a label" in told, flags
    # of one kind they add to a model, but nothing can be asked
    kind = tmp_path / "kind.jsonl"
    kind.write_text("".join(line + "\n" for line in rows.read_text().splitlines()[:4]))
    told = train("train", "--from", MODEL, "--out", out, kind)
    assert told == "no figures: there are too few labels to ask about\n"


def test_rows_of_one_kind_make_no_model(rows, tmp_path):
    """Good ones, whether somebody decided them or not, or bad ones alone."""
    both = lines(rows)
    good, bad = both[:40], both[40:]
    when = {"decided": "2026-11-20T10:00:00Z", "by": "ann"}
    kind, out = tmp_path / "kind.jsonl", tmp_path / "model"
    for made in good, [row | when for row in good], bad:
        kind.write_text("".join(json.dumps(row) + "\n" for row in made))
        for flags in ([], ["--clean"]):
            told = train("train", *flags, "--out", out, kind, code=1)
            assert "both kinds are needed" in told and not out.exists()


def adapt_in_vain(*arguments):
    """What is said on both ways out: for people, and as JSON."""
    order = [TRAINER, "adapt", "--model", MODEL, "--json", *map(str, arguments)]
    done = subprocess.run(order, capture_output=True, text=True, timeout=100)
    assert done.returncode == 1
    return done.stderr, json.loads(done.stdout)


def test_a_site_that_nothing_can_be_said_of(rows, tmp_path):
    """Labels of one kind, too few of them, none: no table of nothing."""
    kind = tmp_path / "kind.jsonl"
    kind.write_text("".join(line + "\n" for line in rows.read_text().splitlines()[:40]))
    why = "all 40 labels say ham: some that say spam are needed"
    for flags in ([], ["--in-time"], ["--within", 1]):
        told, (site,) = adapt_in_vain(*flags, kind)
        assert f"nothing can be measured: {why}" in told and site["missing"] == why
    few = "too few comments for 50, 100 labels: 50 others are asked"
    told, (site,) = adapt_in_vain("--labels", "50,100", rows)
    assert few in told and site["missing"].startswith(few) and site["labels"] == []
    told, sites = adapt_in_vain("--by", "thread", rows)
    assert "no row has a label, and a value of --by" in told and sites == []
    # what can be said is, beside what cannot
    order = ("adapt", "--model", MODEL, "--repeats", 2, "--labels", "10,50", rows, kind)
    (whole, half) = json.loads(train(*order, "--json"))
    assert [row["n"] for row in whole["labels"]] == [10]
    assert whole["missing"].startswith("too few comments for 50 labels")
    assert half["missing"] == why and why in train(*order)
    # a kind that comes late has no figures of the last half
    text = rows.read_text().splitlines()
    kind.write_text("\n".join(text[40:42] + text[:40]))
    (site,) = json.loads(train("adapt", "--model", MODEL, "--in-time", "--json", kind))
    learned = site["learners"]["adapted"]
    assert site["missing"] is None and learned["all"]["auc"] > 0.9
    assert learned["last_half"]["auc"] is None and learned["last_half"]["accuracy"] > 0


def test_what_nothing_can_be_told_apart_in_is_no_draw(tmp_path):
    """Nor does it count where it is said how far off the model is."""
    dice, rows = random.Random(5), tmp_path / "rows.jsonl"
    words = ["".join(map(dice.choice, ("bdfkl", "aeiou") * 4)) for _ in range(1440)]
    said = [{"text": " ".join(words[n::120]), "label": "ham" if n else "spam"} for n in range(120)]
    rows.write_text("".join(json.dumps(row) + "\n" for row in said))
    (site,) = json.loads(train("adapt", "--model", MODEL, "--labels", 60, "--json", rows))
    (drawn,) = site["labels"]
    scores = [json.loads(s)["scores"]["spam"] for s in train("score", "--model", MODEL, rows).split()]
    assert max(scores) < 0.1 and drawn["draws"] < 15
    assert drawn["brier_model"] == pytest.approx((1 - scores[0]) ** 2 / 60, rel=0.05)


def test_what_was_not_logged_is_not_replayed(rows):
    told = train("replay", "--model", MODEL, rows, code=1)
    assert "none of 80 rows was logged" in told and "export --history" in told


def test_an_export_that_cannot_be_written(rig, tmp_path):
    daemon = rig.daemon().start()
    out = tmp_path / "none" / "labels.jsonl"
    told = train("export", "--var", daemon.var, "--out", out, code=1)
    assert f"{out}: cannot be made: No such file" in told


def test_import_warns_of_what_is_there(tmp_path):
    """Not of what a format lacks when the file has it, but of labels that none has."""
    wxr = tmp_path / "spam.xml"
    comment = (
        "<wp:comment><wp:comment_id>{n}</wp:comment_id><wp:comment_content>{text}"
        "</wp:comment_content><wp:comment_approved>{said}</wp:comment_approved>"
        "<wp:comment_type>comment</wp:comment_type></wp:comment>"
    )
    for said, warned in (("1", True), ("spam", False)):
        both = (("1", "fine"), (said, "buy"))
        wxr.write_text(
            '<?xml version="1.0"?><rss xmlns:wp="http://wordpress.org/export/1.2/">'
            "<channel><wp:wxr_version>1.2</wp:wxr_version><item>"
            + "".join(comment.format(n=n, text=t, said=s) for n, (s, t) in enumerate(both))
            + "</item></channel></rss>"
        )
        out = tmp_path / "out.jsonl"
        report = json.loads(train("import", "--json", "--out", out, wxr))
        assert any("WordPress leaves spam out" in w for w in report["warnings"]) == warned
        assert len(lines(out)) == 2
    table = tmp_path / "table.csv"
    table.write_text("text,Verdict\nfine,ham\nbuy,spam\n")
    report = json.loads(train("import", "--json", "--out", out, table))
    assert any("no row has a label" in w for w in report["warnings"])


def test_names_of_any_bytes_are_told(rows, tmp_path):
    """JSON has UTF-8 only, whole; a terminal is told nothing that it would obey."""
    odd = os.fsencode(tmp_path) + b"/m\xff\x1b[31m.jsonl"
    long = "\u00fc" * 60  # cut, it would end within one
    with open(odd, "w") as f:
        for line in lines(rows):
            f.write(json.dumps({**line, "author": long, "thread": "\x1b]0;x\x07y\x9b"}) + "\n")
    odd = os.fsdecode(odd)
    model = ("--model", MODEL)
    (group, _) = json.loads(train("evaluate", *model, "--by", "author", "--json", rows, odd))
    assert group["group"] == long[:47]
    (one,) = json.loads(train("adapt", *model, "--labels", 10, "--repeats", 2, "--json", odd))
    assert one["site"] == "m\ufffd\x1b[31m"
    out = f"{tmp_path}/\udcff"
    assert json.loads(train("train", "--json", "--out", out, odd))["out"].endswith("/\ufffd")
    told = json.loads(train("import", "--json", "--out", tmp_path / "own.jsonl", odd))
    assert told["sources"][0]["path"].endswith("/m\ufffd\x1b[31m.jsonl")
    for order in (
        ("evaluate", *model, "--by", "thread", odd),
        ("adapt", *model, "--labels", 10, "--repeats", 2, odd),
    ):
        shown = train(*order)
        assert "\x1b" not in shown and "\x9b" not in shown, shown
    assert "\x1b" not in train("score", *model, odd + "2", code=1)
    assert "--name: expected UTF-8" in train("train", "--name", "\udcff", "--out", out, odd, code=2)


def test_a_row_that_is_too_large_is_named(rows, tmp_path):
    """By its id, or else by where it is: one of a million cannot be looked for."""
    large = {"text": "".join(f"buy now {i} " for i in range(240_000)), "label": "spam"}
    orders = [[order, "--model", MODEL] for order in ("score", "evaluate")]
    orders += [["compare", "--old", MODEL, "--new", MODEL]]
    orders += [["train", *clean, "--out", tmp_path / "m"] for clean in ([], ["--clean"])]
    orders += [["adapt", "--model", MODEL, "--labels", 2]]
    file = tmp_path / "large.jsonl"
    for order in orders:
        file.write_text(rows.read_text() + "\n" + json.dumps(large) + "\n")
        told = train(*order, rows, file, code=1)
        assert f"{file}:82: the row is too large" in told, order
    file.write_text(json.dumps(large | {"id": "the-one"}) + "\n")
    for order in orders:
        assert "row the-one is too large" in train(*order, rows, file, code=1), order


def test_what_fails_at_last_leaves_no_half_model(tmp_path):
    """Nor is an hour spent before it is told what could be told at once."""
    rows = labelled_rows(tmp_path / "rows.jsonl", 10)
    out, about = tmp_path / "model", tmp_path / "about.json"
    order = ("train", "--out", out, rows)
    told = train(*order, "--about", about, code=1)
    assert str(about) in told and not out.exists()
    # model.bin comes first, report.html is larger; what machines learn from is not
    order = (*order, "--buckets", 10)
    done = subprocess.run(
        [TRAINER, *map(str, order)],
        capture_output=True,
        text=True,
        restore_signals=False,  # Python does not heed SIGXFSZ
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (LITTLE, LITTLE)),
    )
    assert done.returncode == 1 and "report.html" in done.stderr, done.stderr
    assert not out.exists()
    train(*order)
    sizes = [(out / name).stat().st_size for name in ("model.bin", "report.html")]
    assert sizes[0] < LITTLE < sizes[1]


def test_what_nothing_was_learned_of_is_told_as_before(tmp_path):
    """Its cut-offs are the other model's, and so is what came to them."""
    rows = labelled_rows(tmp_path / "rows.jsonl", 40)
    out = tmp_path / "model"
    train("train", "--from", MODEL, "--out", out, rows)
    cards = (json.loads((m / "card.json").read_text())["heads"] for m in (MODEL, out))
    was, now = cards
    assert now["abuse"] == was["abuse"] and was["abuse"]["hold"]["good_above"] > 0
    assert now["spam"] != was["spam"]
    bare = tmp_path / "bare"  # of a model without a card nothing is known
    bare.mkdir()
    (bare / "model.bin").write_bytes((MODEL / "model.bin").read_bytes())
    train("train", "--from", bare, "--force", "--out", out, rows)
    assert list(json.loads((out / "card.json").read_text())["heads"]) == ["spam"]
