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


def test_a_short_one_can_be_hit(desk, ana):
    one = {"content": "first first first", "author": {"name": "first"}}
    desk.daemon.batch([one] * 3)

    def there():
        ana.go("/#/campaigns")
        ana.js("document.documentElement.dataset.density = 'compact'")
        ana.wait("the campaigns", "document.querySelector('main:not([aria-busy]) .page')")
        return ana.js(
            "return [...document.querySelectorAll('.campaign a.text')]"
            ".find((a) => a.textContent === 'first first first')"
        )

    link = e2e.wait_for("a campaign", there)
    assert link.rect["height"] >= 24
    ana.picture("campaigns")


def test_by_keyboard_from_the_queue(desk, ana, wave):
    desk.decide_all(wave, "hold")
    ana.queue("#/queue?q=Lantern&order=oldest")
    assert ana.items() == wave
    ana.press("c")
    ana.wait("the campaign", "document.querySelector('main .campaign')")
    # elsewhere the pill itself has its turn
    ana.go(f"/#/item/{wave[0]}")
    pill = ana.wait("the pill", "document.querySelector('.item a.pill')")
    assert pill.get_property("tabIndex") == 0


# what all have, then what only one has
BEGINNING = " ".join(f"word{i}" for i in range(320))
MARKED = """
return [...document.querySelectorAll('.feed .item .text')].map((x) =>
  [x.textContent, [...x.querySelectorAll('ins')].map((i) => i.textContent)]);
"""


def test_all_of_a_long_one(desk, ana):
    """To the last word: it is where one decides for all."""
    texts = [f"{BEGINNING} and at the END call number{i} now" for i in range(5)]
    texts.append(f"odd {BEGINNING} {BEGINNING} END")
    desk.daemon.batch([{"content": t, "author": {"name": f"longy {i}"}}
                       for i, t in enumerate(texts)])  # fmt: skip

    def found():
        items = desk.daemon.get("/v1/campaigns").json()["items"]
        return [c["id"] for c in items if "word9" in c["template"] and c["size"] >= 5]

    ana.go(f"/#/campaigns/{e2e.wait_for('the campaign', found)[0]}")
    ana.wait("its members", "document.querySelector('.feed .item .text')")
    shown = dict(ana.js(MARKED))
    assert set(shown) <= set(texts) and len(shown) >= 5
    kept = sum(bool(shown.get(t)) for t in texts[:5])
    assert kept >= 4 and all(len(shown.get(t, [])) <= 2 for t in texts[:5])
    # the text they share and each of them can be opened
    high = "document.querySelector('.campaign .clamp').getBoundingClientRect().height"
    before = ana.js(f"return {high}")
    ana.js("document.querySelector('.campaign .unclamp').click()")
    ana.wait("all of it", f"{high} > arguments[0]", 2 * before)
    assert ana.js("return document.querySelectorAll('.unclamp').length") == len(shown) + 1
    ana.picture("campaign-long")
    ana.check()
