"""The shipped model's card has what it and the README say of it."""

import json
import re

import pytest
from conftest import MODEL, ROOT

CARD = json.loads((MODEL / "card.json").read_text())

# a row of the README: what in the card it is of
README = {
    "spam on YouTube, English": ("fold_0_by_set", "youtube", "spam"),
    "spam by SMS, English": ("fold_0_by_set", "sms", "spam"),
    "spam on YouTube, Indonesian": ("fold_0_by_set", "judol_gb", "spam"),
    "spam on Telegram, Russian": ("fold_0_by_set", "telegram_ru", "spam"),
    "spam on a foreign blog": ("out_of_domain", "blog_lm", "spam"),
    "investment scams of 2022": ("out_of_domain", "youtube_2022", "spam"),
    "abuse, English": ("fold_0_by_language", "en", "abuse"),
    "abuse, German": ("fold_0_by_language", "de", "abuse"),
    "abuse, Indonesian, without any labels": ("out_of_domain", "abuse_id", "abuse"),
}


def figures(name, group, head):
    (got,) = (f for f in CARD["figures"][name]
              if (f["group"], f["head"]) == (group, head))
    return got


def test_every_table_of_accuracy_is_there():
    script = (ROOT / "training/accuracy.sh").read_text()
    measured = set(re.findall(r"^(?:with_sets .*)?measure ([a-z]\w*)", script, re.M))
    assert len(measured) > 5
    assert measured <= set(CARD["figures"])


def test_weaknesses_name_figures_that_are_there():
    named = re.findall(r"figures\.(\w+)", " ".join(CARD["weaknesses"]))
    assert named and set(named) <= set(CARD["figures"])


@pytest.mark.parametrize("row", README)
def test_the_readme_has_its_figures(row):
    f = figures(*README[row])
    good = f["rows"] - f["bad"]
    held, rejected = f["at_hold"], f["at_reject"]
    line = (f"| {row} | {f['auc']:.3f} | {100 * held['caught'] / f['bad']:.0f} % | "
            f"{100 * held['blocked'] / good:.1f} % | "
            f"{100 * rejected['blocked'] / good:.2f} % |")
    assert line in (ROOT / "README.md").read_text().splitlines()
