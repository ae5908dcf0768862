"""T1: spam in disguise is caught about as often as without, by the model that
is shipped, in texts whose templates it never saw."""

import json
import re
import resource
import subprocess

import pytest
from conftest import MODEL, ROOT, SLOWER, TRAINER

ROWS = 4000  # half of them spam
CPU_S = 20  # .7 when this was written
PLAIN = {"at_hold": 0.93, "at_reject": 0.65}  # .96 and .73 then

# How much less than of plain spam is held, and rejected, at most. Padded spam
# lost .001 and .061, and .028 and .122 since comments on blogs are known; of no
# other kind was less caught, but for half a hundredth. What had no text is left
# out: with twenty good words it is no disguise, but a good comment.
LOSES = {"padded": {"at_hold": 0.04, "at_reject": 0.14}}
OTHERS_LOSE = {"at_hold": 0.02, "at_reject": 0.03}


def train(*arguments, **more):
    order = [TRAINER, *map(str, arguments)]
    return subprocess.run(order, capture_output=True, check=True, **more).stdout


def cpu_s():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def kinds():
    """All disguises there are, as the program lists them."""
    told = train("evade", "--help", text=True).split("\ndisguises:\n")[1]
    return re.findall(r"^  (\w+)", told, re.M)


@pytest.fixture(scope="module")
def shares(tmp_path_factory):
    """By disguise: which share of spam is held, or rejected."""
    file = tmp_path_factory.mktemp("evasion") / "test.jsonl"
    made = ("--split", "test", "--rows", ROWS, "--texts", ROOT / "training/scenarios")
    begun_s = cpu_s()
    rows = map(json.loads, train("scenarios", *made).splitlines())
    file.write_text("".join(json.dumps(r) + "\n" for r in rows if r["text"].strip()))
    told = json.loads(train("evaluate", "--model", MODEL, "--evade", "all", "--json", file))
    took_s = cpu_s() - begun_s
    assert all(group["bad"] >= ROWS // 3 for group in told)
    found = {
        group["group"]: {at: group[at]["caught"] / group["bad"] for at in PLAIN}
        for group in told
        if group["head"] == "spam"
    }
    return found, took_s


def test_plain_spam_is_caught(shares):
    found, _ = shares
    for at, least in PLAIN.items():
        assert found["as they are"][at] >= least


@pytest.mark.parametrize("kind", kinds())
def test_a_disguise_does_not_help(shares, kind):
    found, _ = shares
    for at, plain in found["as they are"].items():
        lost = plain - found[kind][at]
        assert lost <= LOSES.get(kind, OTHERS_LOSE)[at], (at, plain, found[kind])


def test_looking_through_disguises_is_cheap(shares):
    """15 times so many rows, undone and judged."""
    _, took_s = shares
    assert took_s < CPU_S * SLOWER
