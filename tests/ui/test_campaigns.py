"""A campaign: seen as one, tried, decided about, taken back."""

import pytest
from conftest import e2e

TEXT = (
    "Dear reader of this wonderful place, our tireless uncle repairs every "
    "bicycle, kettle and violin of the whole valley for one silver coin, "
    "write to him at number {i} Lantern Street before the snow comes"
)
N = 6
FIRST = "document.querySelector('dialog[open] footer .btn')"


@pytest.fixture(scope="module")
def ana(desk):
    return desk.browser("ana")


@pytest.fixture(scope="module")
def wave(desk):
    """What nobody has decided about yet: that a campaign leaves alone."""
    got = desk.daemon.batch(
        [
            {"content": TEXT.format(i=i * 37), "author": {"name": f"uncle {i}"}}
            for i in range(N)
        ]
    )
    e2e.wait_for("the index", lambda: campaign_sizes(desk) == [N])
    return [one["id"] for one in got]


def campaign_sizes(desk):
    items = desk.daemon.get("/v1/campaigns").json()["items"]
    return [c["size"] for c in items if "Lantern Street" in c["template"]]


def answer(ana, title):
    """Presses the first button of the dialog of that title."""
    there = "document.querySelector('dialog[open] h2')?.textContent === arguments[0]"
    ana.wait(title, there, title)
    ana.js(f"{FIRST}.click()")


def wait_states(desk, ids, states):
    e2e.wait_for(states, lambda: [desk.state(id) for id in ids] == states)


def test_one_decision_for_all(desk, ana, wave):
    before = [desk.state(id) for id in wave]
    ana.go("/#/campaigns")
    row = ana.wait("a row", "document.querySelector('.campaign a.text')")
    assert "Lantern Street" in row.text
    row.click()
    members = "document.querySelectorAll('.feed .item[data-id]').length"
    ana.wait("its members", f"{members} === {N}")
    assert ana.js("return document.querySelectorAll('.feed ins').length") >= N - 1
    ana.picture("campaign")
    ana.js("document.querySelector('.page .btn.primary').click()")
    answer(ana, "Decide for all")
    answer(ana, "What it would have done")
    wait_states(desk, wave, ["rejected"] * N)
    undo = "document.querySelector('.toast .btn.link')"
    ana.wait("a way back", undo)
    ana.js("location.hash = '#/figures'")
    ana.wait("figures", "document.querySelector('main.view-figures .tiles')")
    ana.js(f"{undo}.click()")
    wait_states(desk, wave, before)
    ana.wait("the word", "[...document.querySelectorAll('.toast')].some((x) => "
             "x.textContent.includes('reversed') || x.textContent.includes('back'))")  # fmt: skip
    # the view that is open by now stays
    assert ana.js("return document.querySelector('main .tiles') !== null")
    ana.check()
