"""One comment on its own page, and the way there and back."""

import pytest
from conftest import corpus, e2e
from selenium.webdriver.common.keys import Keys
from test_queue import wait_state

HISTORY = "(document.querySelector('.history:not([aria-busy]) ul')?.innerText ?? '')"
TOP = "return document.activeElement.getBoundingClientRect().top"


@pytest.fixture(scope="module")
def ana(desk):
    return desk.browser("ana")


@pytest.fixture(autouse=True)
def nothing_odd(ana):
    yield
    ana.check()


@pytest.fixture
def held(desk):
    ids = desk.send(corpus(60))
    yield ids
    left = list(desk.held() & set(ids))
    if left:
        desk.decide_all(left, "trash")


def alone(ana, id):
    ana.go(f"/#/item/{id}")
    ana.wait("its history", f"{HISTORY} !== ''")


def test_its_history_has_what_readers_did(desk, ana, held):
    """Who they are is said in words, and why it is held."""
    id, ask = held[0], desk.daemon.operate
    desk.decide(id, "approve")
    hold = {"settings": {"report_hold": 1}}
    assert ask("PATCH", "/v1/sites/default", hold).ok
    try:
        body = {"reason": "spam", "reporter": "r1"}
        assert desk.daemon.post(body, path=f"/v1/comments/{id}/reports").ok
    finally:
        assert ask("PATCH", "/v1/sites/default", {"settings": {"report_hold": 0}}).ok
    said = {"en": ("by readers", "Reported by readers"),
            "de": ("von Lesern", "Von Lesern gemeldet")}  # fmt: skip
    for locale, words in said.items():
        ana.go(f"/?locale={locale}#/item/{id}")
        ana.wait("its history", f"{HISTORY} !== ''")
        assert all(w in ana.js(f"return {HISTORY}") for w in words)


# an order takes a while; what is asked meanwhile is answered before it
SLOW = """
const send = window.fetch;
window.fetch = async (path, o) => {
  if (o.method !== 'GET') await new Promise((go) => setTimeout(go, 300));
  return send(path, o);
};
"""


def test_its_history_has_what_was_just_decided(desk, ana, held):
    id = held[0]
    alone(ana, id)
    ana.js(SLOW)
    ana.press("s")
    # innerText is empty until the new card has been painted once
    badges = "document.querySelector('.item .badges').textContent"
    assert "marked as spam" in ana.js(f"return {badges}")
    ana.wait("the decision", f"{HISTORY}.includes('marked as spam')")
    ana.press("z")
    ana.wait("its undoing", f"{HISTORY}.includes('taken back')")
    wait_state(desk, id, "held")
    ana.wait("it as it was", f"!{badges}.includes('spam')")


def test_a_long_one_is_opened_when_it_is_wanted(desk, ana):
    long = {"content": "x\n" * 2000, "author": {"name": "long"}}
    id = desk.send([long])[0]
    alone(ana, id)
    buttons = "document.querySelector('.item .acts').getBoundingClientRect().top"
    assert ana.js(f"return {buttons}") < 860
    ana.picture("item-long")
    ana.press("o")
    ana.wait("all of it", f"{buttons} > 40000")
    desk.decide(id, "trash")


def test_who_only_looks_is_told_so(desk, held):
    ask = desk.daemon.operate
    assert ask("POST", "/v1/sites", {"name": "aside"}).ok
    # somebody who is more elsewhere is no more than that here
    for name, elsewhere in (("vera", "viewer"), ("adele", "admin")):
        order = {"name": name, "role": "viewer", "sites": ["default"]}
        assert ask("POST", "/v1/users", order).ok
        order = {"role": elsewhere, "sites": ["aside"]}
        assert ask("PATCH", f"/v1/users/{name}", order).ok
        b = desk.browser(name)
        b.go(f"/#/item/{held[0]}?site=default")
        for key in "sr":
            b.wait("the card", "document.querySelector('.item .acts')")
            assert b.js("return document.querySelector('.acts .btn, .bar-acts')") is None
            b.press(key)
            told = "[...document.querySelectorAll('.toast')].some((x) => " \
                "x.innerText.includes('You may look'))"  # fmt: skip
            b.wait(f"a word to {name}", told)
            assert b.js("return document.querySelector('dialog')") is None
            b.js("document.querySelector('.toasts').replaceChildren()")
        b.check()
        assert ask("DELETE", f"/v1/users/{name}").ok
    assert desk.state(held[0]) == "held"
    assert ask("DELETE", "/v1/sites/aside?confirm=aside").ok


@pytest.mark.parametrize("at", (19, 55))
def test_back_is_where_one_was(desk, ana, held, at):
    ana.queue("#/queue?q=is%3Aheld&order=oldest")
    for i in range(1, at + 1):
        ana.press("j")
        ana.wait("the next", "document.activeElement.dataset.id === arguments[0]", held[i])
    assert ana.current() == held[at]
    ana.press(Keys.ENTER)
    ana.wait("its page", "document.querySelector('.view-item .item')")
    ana.driver.back()
    ana.wait("the place", "document.activeElement.dataset.id === arguments[0]", held[at])
    assert 0 < ana.js(TOP) < 860
    # and after the browser's own button
    ana.press("k")
    ana.wait("a rest", "history.state?.place.ids[0] === arguments[0]", held[at - 1])
    ana.driver.forward()
    ana.wait("its page", "document.querySelector('.view-item .item')")
    ana.driver.back()
    ana.wait("the place", "document.activeElement.dataset.id === arguments[0]", held[at - 1])
    ana.press("j")
    # what was decided there is gone: the next one has the focus
    ana.press(Keys.ENTER)
    ana.wait("its page", "document.querySelector('.view-item .item')")
    ana.press("s")
    wait_state(desk, held[at], "rejected")
    ana.driver.back()
    ana.wait("the next", "document.activeElement.dataset.id === arguments[0]", held[at + 1])
    # a link to the list is none to that place
    ana.js("document.querySelector('#side a').click()")
    ana.js("location.hash = '#/queue?q=is:held&order=oldest'")
    ana.wait("the first", "document.activeElement.dataset.id === arguments[0]", held[0])


def test_no_dialog_stays_when_the_view_goes(desk, ana):
    author = {"name": "gone", "email": "gone@mail.example"}
    id = desk.send([{"content": "Who is this?", "author": author}])[0]
    ana.resize(800)
    try:
        ana.queue("#/queue?q=is%3Aheld&order=oldest")
        ana.press("h")
        ana.wait("the author", "document.querySelector('dialog[open] .part.author a')")
        ana.js("document.querySelector('dialog[open] .part.author a').click()")
        ana.wait("the page", "document.querySelector('.view-author h1')")
        assert ana.js("return document.querySelector('dialog')") is None
    finally:
        ana.resize(1280)
        desk.decide(id, "trash")


def test_one_name_for_two_things_in_the_palette(desk, ana, held):
    ana.queue("#/queue?q=is%3Aheld&order=oldest")
    ana.driver.switch_to.active_element.send_keys(Keys.CONTROL, "k")
    ana.wait("the palette", "document.querySelector('dialog[open] [role=combobox]')")
    ana.type("trash decide")
    found = "return [...document.querySelectorAll('[role=option] > span')].map((x) => x.innerText)"
    assert ana.js(found)[0] == "Trash · Decide"
    ana.press(Keys.ENTER)
    wait_state(desk, held[0], "trashed")
    e2e.wait_for("no dialog", lambda: not ana.js("return document.querySelector('dialog')"))
