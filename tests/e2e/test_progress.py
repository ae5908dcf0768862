"""Orders that take their time say on a terminal how far they are."""

import os
import pty
import re
import subprocess

import pytest
from conftest import FIRST_KEY, MODEL, NO_LIMITS, TRAINER
from test_retrain import labelled_rows


@pytest.fixture
def rows(tmp_path):
    return labelled_rows(tmp_path / "rows.jsonl", 80)


def on_a_terminal(*order):
    """What is drawn there, line by line, while stdout goes elsewhere."""
    reader, terminal = pty.openpty()
    child = subprocess.Popen(
        [TRAINER, *map(str, order)], stdout=subprocess.DEVNULL, stderr=terminal
    )
    os.close(terminal)
    drawn = b""
    while True:
        try:
            drawn += os.read(reader, 65536)
        except OSError:  # nobody has it open any more
            break
    os.close(reader)
    assert child.wait() == 0, drawn
    assert drawn.endswith(b"\r\033[K"), drawn  # the last line is taken away
    return re.findall(r"\r(\w[\w ]*?) +(\d+)( %)?\033", drawn.decode())


def unheard(*order):
    done = subprocess.run(
        [TRAINER, *map(str, order)], capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0
    return done.stderr


def test_steps_are_told(rows, tmp_path):
    model = ("--model", MODEL)
    training = ("train", "--force", "--out", tmp_path / "m")
    for steps, *order in (
        (["looking for repeats", "reading", "learning"], *training, rows),
        (["looking for repeats", "reading", "learning"], "evaluate", "--folds", 5, rows),
        (["scoring"], "evaluate", *model, rows),
        (["comparing"], "compare", "--old", MODEL, "--new", tmp_path / "m", rows),
        (["drawing"], "adapt", *model, "--labels", 25, rows),
        (["learning"], "adapt", *model, "--in-time", rows),
    ):
        drawn = on_a_terminal(*order)
        assert list(dict.fromkeys(step for step, *_ in drawn)) == steps, order
        assert all(0 <= int(n) <= 100 and percent for _, n, percent in drawn)
        assert unheard(*order) == ""
    assert on_a_terminal(*training, rows)[-1][1] == "100"


def test_what_has_no_end_is_counted(rig, rows, tmp_path):
    """A pipe, and what a service has: how many there are is seen at the end."""
    order = ("score", "--model", MODEL, rows)
    assert on_a_terminal(*order) == [("scoring", "0", ""), ("scoring", "100", "")]
    assert unheard(*order) == ""
    daemon = rig.daemon(*NO_LIMITS).start()
    got = daemon.post(rows.read_bytes(), path="/v1/labels", key=FIRST_KEY)
    assert got.status_code == 200, got.text
    order = ("export", "--var", daemon.var, "--out", tmp_path / "labels.jsonl")
    assert on_a_terminal(*order) == [("taking", "0", ""), ("taking", "100", "")]
    assert unheard(*order) == ""
