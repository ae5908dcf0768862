"""The views beside the queue: used by pointer and by keyboard, and audited."""

import contextlib
import json
import pathlib
import re
import subprocess

import pytest
import receiver
import requests
from conftest import Browser, Desk, corpus, e2e
from people import totp
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from test_drift import put_days
from test_hostile import payloads
from test_models import PROPOSAL, named, propose, write_model

AUDIT = (pathlib.Path(__file__).parent / "audit.js").read_text()
AUDIT = "return " + AUDIT[AUDIT.index("(() =>") :]
VIEWS = (
    "figures models sites sites/default lists webhooks users audit settings"
).split()
THEMES = ("light", "dark")

# the first visible thing of that kind that is called so
FIND = """
const [kind, text, within] = arguments;
const scope = [...document.querySelectorAll(within)].at(-1);
const name = (el) => (el.getAttribute('aria-label') ||
  el.textContent).replace(/\\s+/g, ' ').trim();
return [...scope?.querySelectorAll(kind) ?? []].find((el) =>
  el.checkVisibility() && (name(el) === text || name(el).startsWith(text + ':')));
"""
LABELLED = """
const label = [...document.querySelectorAll('main label')].find((el) =>
  el.checkVisibility() && el.textContent.trim().startsWith(arguments[0]));
return label?.control;
"""


def words(key, locale="en"):
    """What the catalogue of a language says."""
    at = json.loads((e2e.ROOT / f"service/ui/{locale}.json").read_text())
    for part in key.split("."):
        at = at[part]
    return at


class Panels:
    """A browser with what a person does on these pages."""

    def __init__(self, browser):
        self.b = browser

    def open(self, view, query=""):
        self.b.go(f"/{query}#/{view}")
        self.b.wait("the view", "document.querySelector('main:not([aria-busy]) h1')")
        return self

    def find(self, text, kind="button, summary, a", within="main"):
        return e2e.wait_for(text, lambda: self.b.js(FIND, kind, text, within))

    def click(self, text, **where):
        def clicked():
            element = self.find(text, **where)
            try:
                self.b.js("arguments[0].scrollIntoView({block: 'center'})", element)
                element.click()
                return True
            except StaleElementReferenceException:
                return False  # the page has made a new one

        e2e.wait_for(f"a click on {text}", clicked)

    def answer(self, text):
        """Presses a button of the dialog that asks."""
        self.click(text, kind="button", within="dialog[open]")

    def field(self, label):
        return e2e.wait_for(label, lambda: self.b.js(LABELLED, label))

    def value(self, label):
        return self.b.js(LABELLED.replace("label?.control", "label?.control.value"), label)

    def fill(self, label, text):
        element = self.field(label)
        element.clear()
        element.send_keys(text)

    def choose(self, label, text):
        select = self.field(label)
        for option in select.find_elements(By.TAG_NAME, "option"):
            if option.text == text:
                option.click()
                return
        pytest.fail(f"no option {text}")

    def text(self, selector="main"):
        return self.b.js(f"return document.querySelector('{selector}')?.innerText ?? ''")

    def says(self, text, selector="body"):
        e2e.wait_for(text, lambda: text in self.text(selector))

    def error_of(self, label):
        """What is said of a field, tied to it; '': nothing, so far."""
        element = self.field(label)
        if element.get_attribute("aria-invalid") != "true":
            return ""
        ids = element.get_attribute("aria-describedby").split()
        return self.b.js("return document.getElementById(arguments[0]).innerText", ids[0])


@pytest.fixture(scope="module")
def ana(desk):
    return Panels(desk.browser("ana"))


@pytest.fixture(autouse=True)
def nothing_odd(request):
    yield
    if "ana" in request.fixturenames:
        request.getfixturevalue("ana").b.check()


def test_sign_in_by_link_then_by_password(desk):
    link = desk.link("lina")
    b = Browser(desk.origin)
    desk.browsers.append(b)
    lina = Panels(b)
    b.go(f"/#link={link}")
    lina.click("Sign in by the link")
    lina.fill("New password", "short")
    lina.click("Save and go on")
    e2e.wait_for("an error", lambda: lina.error_of("New password"))
    lina.fill("New password", "correct horse battery")
    lina.click("Save and go on")
    b.ready()

    b.js("document.querySelector('.account').open = true")
    lina.click("Sign out", within=".top")
    lina.fill("Name", "lina")
    lina.fill("Password", "wrong horse battery")
    lina.click("Sign in")
    e2e.wait_for("refused", lambda: lina.text(".signin .error:not([hidden])"))
    lina.fill("Password", "correct horse battery")
    lina.click("Sign in")
    b.ready()

    b.driver.delete_all_cookies()
    b.go(f"/#link={link}")
    lina.click("Sign in by the link")
    lina.says("A link works once", ".signin")
    b.picture("panels-link-used")


def scanned(b, name):
    """What a reader of QR codes makes of the page as it looks."""
    picture = b.picture(f"panels-{name}")
    command = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", picture]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_second_factor(desk):
    tina = Panels(desk.browser("tina"))
    tina.open("settings")
    tina.fill("New password", "four words are good")
    tina.click("Change the password")
    tina.says("The password is changed")
    tina.click("Switch on")
    secret = e2e.wait_for("the secret", lambda: tina.text("main output"))
    for theme in THEMES:
        root = f"document.documentElement.dataset.theme = '{theme}'"
        tina.b.js(root)
        uri = scanned(tina.b, f"totp-{theme}")
        assert uri.startswith(f"otpauth://totp/Moderato:tina?secret={secret}&")
    tina.fill("Code", "000000")
    tina.click("Confirm")
    e2e.wait_for("refused", lambda: tina.error_of("Code"))
    tina.fill("Present password", "four words are good")
    tina.fill("Code", totp(secret))
    tina.click("Confirm")
    codes = e2e.wait_for("codes", lambda: tina.text(".secret output")).split()
    assert len(codes) == 10
    tina.b.js("document.querySelector('.account').open = true")
    tina.click("Sign out", within=".top")
    tina.fill("Name", "tina")
    tina.fill("Password", "four words are good")
    tina.click("Sign in")
    tina.says("This account has a second factor", ".signin")
    assert tina.b.js(AUDIT) == []
    tina.fill("Code", codes[0])
    tina.click("Sign in")
    # where she was
    tina.find("Change the password")
    assert desk.daemon.operate("GET", "/v1/users/tina").json()["totp"]
    tina.b.check()


def test_site_setting(desk, ana):
    def settings():
        return desk.daemon.operate("GET", "/v1/sites/default").json()["settings"]

    ana.open("sites/default")
    ana.fill("Days that any comment is kept", "30")
    ana.click("Save", kind="button")
    ana.says("The settings hold")
    assert settings()["retention_days"] == 30
    ana.open("audit")
    ana.says("site changed", "main tbody tr")
    row = ana.text("main tbody tr")
    assert "ana" in row and "Days that any comment is kept 30" in row
    ana.open("sites/default")
    before = settings()
    ana.fill("Hold from", "2")
    ana.fill("Days that any comment is kept", "40")
    ana.click("Save", kind="button")
    said = e2e.wait_for("an error", lambda: ana.error_of("Hold from"))
    assert said == words("problem.sites.hold")
    assert ana.b.js("return document.activeElement") == ana.field("Hold from")
    assert settings() == before


def test_what_a_site_taught(desk, ana):
    d = desk.daemon
    assert d.operate("POST", "/v1/sites", {"name": "taught"}).ok
    ana.open("sites/taught")
    ana.says("Nothing yet. From 10 decisions on", "main")
    asked = {"label": "engine", "scopes": ["check", "feedback", "moderate"]}
    key = d.operate("POST", "/v1/keys?site=taught", asked).json()["value"]
    rows = [
        {"text": f"number {i} {'zorblat' if i % 2 else 'fnordle'} says hello", "label": l}
        for i, l in enumerate(("ham", "spam") * 10)
    ]
    body = "\n".join(map(json.dumps, rows)).encode()
    assert d.post(body, path="/v1/labels", key=key).ok
    e2e.wait_for(
        "what was learned",
        lambda: d.operate("GET", "/v1/adaptation?site=taught").json()["labels"],
        20,
    )
    ana.open("sites/taught")
    ana.says("of 20 decisions made here", "main")
    spam = ana.text('main tr[data-id="spam"]')
    assert "10 of 20 against it" in spam and "%" in spam
    assert d.operate("DELETE", "/v1/sites/taught?confirm=taught").ok


# what is done, what is said of it in the catalogue
REFUSED = (
    ("queue?q=score%3A%3E7", ".end .bad", "problem.queue.score_min"),
    ("queue?q=author%3Azz", ".end .bad", "problem.queue.author"),
    ("item/none", "main .empty p", "problem.type.not-found"),
)


@pytest.mark.parametrize("hash, where, key", REFUSED)
def test_refusals_are_said_in_the_readers_language(ana, hash, where, key):
    for locale in ("de", "en"):
        ana.b.go(f"/?locale={locale}#/{hash}")
        ana.says(words(key, locale), where)
        assert ana.text(f"{where} small") == ""  # nothing in English only


def test_what_has_no_words_is_small_print(desk, ana):
    """A pattern's fault is only said in English."""
    entry = {"kind": "regex", "value": "(", "effect": "hold"}
    got = desk.daemon.operate("POST", "/v1/lists", {"entries": [entry]})
    fault = got.json()["errors"][0]["detail"]
    for locale in ("de", "en"):
        ana.open("lists", f"?locale={locale}")
        ana.click(words("lists.add", locale), kind="summary")
        ana.choose(words("lists.what", locale), words("lists.kind.regex", locale))
        ana.fill(words("lists.value", locale), "(")
        ana.click(words("lists.add", locale), kind="button")
        value = words("lists.value", locale)
        said = e2e.wait_for("an error", lambda: ana.error_of(value))
        assert fault in said
        assert said.startswith(words("problem.misfit", "de")) == (locale == "de")


def test_key_is_shown_once_and_revoked(desk, ana):
    comment = {"content": "Thank you for this."}
    ana.open("sites/default")
    ana.click("New key")
    ana.fill("Label", "a <b>new</b> client")
    ana.click("New key", kind="button")
    value = e2e.wait_for("the value", lambda: ana.text(".secret output"))
    assert desk.daemon.post(comment, key=value).status_code == 200
    ana.open("sites/default")
    assert value not in ana.b.driver.page_source
    ana.says("a <b>new</b> client", "main")

    def revoke(answer):
        row = "[data-id]:has(th):nth-last-child(1)"
        ana.click("Revoke", within=f"main tbody {row}")
        ana.says("ends at once", "dialog[open]")
        ana.answer(answer)

    revoke("Cancel")
    assert desk.daemon.post(comment, key=value).status_code == 200
    revoke("Revoke")
    ana.says("is revoked")
    assert desk.daemon.post(comment, key=value).status_code == 401


def test_list_entry_by_keyboard_and_tried(desk, ana):
    ana.open("lists")
    ana.find("New entry", kind="summary").send_keys(Keys.ENTER)
    ana.b.press(Keys.TAB, Keys.TAB, Keys.TAB)
    ana.b.type("pills.example")
    ana.b.press(Keys.TAB)
    ana.b.type("again and again")
    ana.b.press(Keys.ENTER)
    ana.says("It is on the list")
    entry = desk.daemon.operate("GET", "/v1/lists").json()["entries"][0]
    assert (entry["kind"], entry["value"], entry["effect"], entry["note"]) == (
        "host",
        "pills.example",
        "block",
        "again and again",
    )
    ana.find("Try on a comment", kind="summary").send_keys(Keys.ENTER)
    ana.b.press(Keys.TAB)
    ana.b.type("buy at https://www.pills.example/now")
    ana.b.press(Keys.TAB, Keys.ENTER)
    ana.says("pills.example", ".tried")
    assert "Block" in ana.text(".tried")
    ana.find("Remove: Link host pills.example").send_keys(Keys.ENTER)
    ana.says("has no effect", "dialog[open]")
    ana.answer("Remove")
    ana.says("It is off the list")
    # the focus is not lost with the button
    assert ana.b.js("return document.activeElement !== document.body")
    assert desk.daemon.operate("GET", "/v1/lists").json()["entries"] == []


def test_bad_entry_is_said_at_its_field(ana):
    ana.open("lists")
    ana.click("New entry", kind="summary")
    ana.choose("Kind", "Pattern (RE2)")
    ana.fill("Value", "(")
    ana.click("New entry", kind="button")
    assert e2e.wait_for("an error", lambda: ana.error_of("Value"))


def test_a_year_of_five_digits_is_none(ana):
    ana.open("lists")
    ana.click("New entry", kind="summary")
    ana.fill("Value", "late.example")
    ana.b.js("arguments[0].value = '20260-01-01T00:00'", ana.field("Until"))
    ana.click("New entry", kind="button")
    said = e2e.wait_for("an error", lambda: ana.error_of("Until"))
    assert said == words("problem.any.expires_at")
    assert ana.find("New entry", kind="button").is_enabled()


def test_who_is_listed_already(desk, ana):
    """What stands there is said, and can be changed from where one is."""
    ask, b = desk.daemon.operate, ana.b
    id = desk.send([{"content": "Me again.", "author": {"name": "Columnist"}}])[0]
    old = {"kind": "author", "value": "Columnist", "effect": "allow", "note": "ours"}
    made = ask("POST", "/v1/lists?site=default", old)
    assert made.ok, made.text

    def effects():
        got = ask("GET", "/v1/lists?site=default&q=columnist").json()["entries"]
        return [(e["effect"], e["note"]) for e in got]

    try:
        for locale in ("en", "de"):
            b.queue("#/queue?q=is%3Aheld", f"?locale={locale}")
            b.press("b")
            b.wait("the dialog", "document.querySelector('dialog[open] select')")
            days = ana.text("dialog[open] select")
            assert ("365 days" if locale == "en" else "365 Tage") in days
            ana.answer(words("effect.block", locale))
            ana.says(words("block.there", locale), "dialog[open]")
            shown = ana.text("dialog[open] .body")
            for part in (words("effect.allow", locale), "Columnist", "ours"):
                assert part in shown
            assert b.js("return document.querySelector('dialog[open] a').hash").startswith(
                "#/lists?site=default&q="
            )
            assert b.js(AUDIT) == []
            b.picture(f"panels-listed-{locale}")
            ana.answer(words("app.cancel", locale))
            assert effects() == [("allow", "ours")]
        b.press("b")
        ana.answer(words("effect.block", "de"))
        ana.says(words("block.there", "de"), "dialog[open]")
        ana.answer("Ändern in")
        e2e.wait_for("it is changed", lambda: effects() == [("block", "")])
        ana.click(words("act.undo", "de"), within=".toasts")
        e2e.wait_for("it is as before", lambda: effects() == [("allow", "ours")])
    finally:
        ask("DELETE", f"/v1/lists/{made.json()['id']}?site=default")
        desk.decide(id, "trash")


def test_some_are_listed_already(desk, ana):
    """All that was ordered is done, or none; and what is there taken back."""
    ask, b = desk.daemon.operate, ana.b
    comment = {"content": "https://me.example/", "author": {"name": "Columnist"}}
    (id,) = desk.send([comment])

    def enter(kind, value, effect):
        entry = {"kind": kind, "value": value, "effect": effect}
        return ask("POST", "/v1/lists?site=default", entry).json()["id"]

    def effects():
        got = ask("GET", "/v1/lists?site=default").json()["entries"]
        return {e["value"]: (e["id"], e["effect"]) for e in got}

    def remove(entry):
        assert ask("DELETE", f"/v1/lists/{entry}?site=default").ok

    author = enter("author", "Columnist", "allow")
    before = effects()
    b.queue("#/queue?q=is%3Aheld")

    def block():
        b.press("b")
        b.wait("both", "document.querySelectorAll('dialog [name=what]')[1]").click()
        ana.answer(words("effect.block"))
        ana.says(words("block.there"), "dialog[open]")

    try:
        # somebody else lists the host in the meantime
        block()
        host = enter("host", "me.example", "hold")
        with_host = effects()
        ana.answer("Make it")
        b.wait("the refusal", "document.querySelector('.toast.bad')")
        assert effects() == with_host
        remove(host)

        # somebody else takes it from the list before it is taken back
        block()
        ana.answer("Make it")
        ana.says("Blocked:", ".toasts")
        made, effect = effects()["me.example"]
        assert (effect, effects()["Columnist"]) == ("block", (author, "block"))
        remove(made)
        ana.click(words("act.undo"), within=".toasts")
        e2e.wait_for("it is as before", lambda: effects() == before)
    finally:
        remove(author)
        desk.decide(id, "trash")


def test_webhook_test_is_in_the_log(desk, ana):
    with contextlib.closing(receiver.Receiver()) as r:
        ana.open("webhooks")
        ana.click("New webhook", kind="summary")
        ana.fill("Address", r.url())
        ana.click("New webhook", kind="button")
        secret = e2e.wait_for("the secret", lambda: ana.text(".secret output"))
        assert secret.startswith("whsec_")
        ana.click("Send a test")
        ana.says("delivered", ".log")
        ana.says("test · delivered · 200", ".toasts")
        assert ana.text(".log tbody").count("test") >= 1
        ana.click("Send again")
        e2e.wait_for("a second one", lambda: len(r.got) >= 2)
        ana.b.picture("panels-webhook")
        ana.click("Delete")
        ana.answer("Delete")
        ana.says("Nobody is told")


@pytest.fixture(scope="module")
def counted(desk):
    """Some comments, some decided, in the figures."""
    e2e.well_within(24 * 3600)
    ids = desk.send(corpus(30))
    for i, one in enumerate(ids[:12]):
        desk.decide(one, ("approve", "spam", "abuse", "trash")[i % 4])
    path = "/v1/stats?days=30"

    def stats():
        got = desk.daemon.operate("GET", path).json()
        done = sum(sum(d["decided"].values()) for d in got["days"])
        return got if done >= 30 + 12 else None  # each was held first

    return e2e.wait_for("figures", stats)


def number(text):
    return int(re.sub(r"[^0-9]", "", text) or 0)


CHART = """
const figure = [...document.querySelectorAll('figure.chart')]
  .find((f) => f.querySelector('h2').textContent === arguments[0]);
const rows = [...figure.querySelectorAll('tbody tr')].map((tr) =>
  [...tr.children].slice(1).map((td) => td.textContent));
const rects = [...figure.querySelectorAll('[data-series]')].map((r) => [
  Number(r.dataset.row), Number(r.dataset.series),
  Number(r.getAttribute('height'))]);
return [rows, rects];
"""


def test_figures_are_those_of_the_api(ana, counted):
    ana.open("figures")
    ana.b.wait("charts", "document.querySelector('figure.chart rect[data-row]')")
    tiles = ana.b.js(
        "return Object.fromEntries([...document.querySelectorAll('[data-figure]')]"
        ".map((x) => [x.dataset.figure, x.textContent]))"
    )
    days = counted["days"]
    came = sum(
        d[k] for d in days for k in ("published", "held", "rejected", "discarded")
    )
    assert number(tiles["came"]) == came
    assert number(tiles["decided"]) == sum(sum(d["decided"].values()) for d in days)
    assert number(tiles["waiting"]) == counted["queue"]["held"]


@pytest.mark.parametrize(
    "title, series",
    [
        ("Comments by verdict", ("published", "held", "rejected", "discarded")),
        ("Decisions by moderators", ("approve", "spam", "abuse", "trash", "hold")),
    ],
)
def test_chart_and_table_are_one(ana, counted, title, series):
    ana.open("figures")
    ana.b.wait("charts", "document.querySelector('figure.chart rect[data-row]')")
    rows, rects = ana.b.js(CHART, title)
    days = counted["days"]
    wanted = [[{**d, **d["decided"]}[s] for s in series] for d in days]
    assert [[number(v) for v in row] for row in rows] == wanted
    heights = {(i, j): height for i, j, height in rects}
    assert heights.keys() == {
        (i, j) for i, row in enumerate(wanted) for j, v in enumerate(row) if v
    }
    scale = {round(heights[i, j] / wanted[i][j], 3) for i, j in heights}
    assert max(scale) - min(scale) < 0.01, scale


def test_chart_is_read_by_arrow_keys(ana, counted):
    ana.open("figures")
    plot = ana.b.wait("a chart", "document.querySelector('.plot:has(rect[data-row])')")
    plot.send_keys(Keys.END)
    said = plot.get_attribute("aria-valuetext")
    today = counted["days"][-1]
    assert f"Published {today['published']}," in said
    plot.send_keys(Keys.ARROW_LEFT)
    assert plot.get_attribute("aria-valuetext") != said


def both(ana):
    """How many comments the page says that both models judged."""
    ana.open("models/two")
    found = re.search(r"(\d+) comments were judged by both", ana.text())
    return found and int(found[1])


def test_promote_and_roll_back_and_compare(rig):
    e2e.well_within(24 * 3600)
    folder = rig.place()
    for title in ("one@1", "two@2"):
        write_model(folder / title[:3], name=named(title))
    desk = Desk(rig, model=folder / "one")

    def judges():
        return desk.daemon.check({"content": "hello", "test": True})["model"]

    try:
        ana = Panels(desk.browser("ana"))
        ana.open("models")
        ana.click("Promote: two")
        ana.says("in place of one", "dialog[open]")
        ana.answer("Cancel")
        assert judges() == "one@1"
        ana.click("Promote: two")
        ana.answer("Promote")
        e2e.wait_for("two", lambda: judges() == "two@2")
        ana.click("Roll back: two")
        ana.says("Go back to one?", "dialog[open]")
        ana.answer("Roll back")
        e2e.wait_for("one", lambda: judges() == "one@1")
        ana.click("Run as shadow: two")
        ana.answer("Run as shadow")
        ana.find("End the shadow: two")
        desk.daemon.batch(corpus(8))
        e2e.wait_for("both judged", lambda: both(ana) == 8)
        ana.click("Compare")
        ana.says("8 comments judged again, 0 of them decided")
        assert ana.b.js(AUDIT) == []
        ana.b.picture("panels-models-two")
        ana.click("End the shadow: two")
        ana.answer("End the shadow")
        ana.find("Run as shadow: two")

        # what comes has changed: one sentence, on both pages
        put_days(desk.daemon, (600, 3, 1), (700, 3, 17))
        for view in ("models/one", "models"):
            ana.open(view)
            ana.says("the share of words it never met")
            ana.says("against its first seven days in use")
        assert ana.b.js(AUDIT) == []

        # a card is of other places, which is no change; it says no more
        shares = [1] + [0] * 19
        heads = {"spam": shares, "abuse": shares}
        of_card = {"n": 5000, "scores": heads, "unseen": shares, "groups": {}}
        (folder / "one/card.json").write_text(json.dumps({"drift": of_card}))
        ana.open("models")
        ana.says("is unlike what the active model was measured on: most of all")
        ana.open("models/one")
        ana.says("Cut-offs")
        assert "Model card" not in ana.text()
        # of a reason it says what it says elsewhere
        only = {at: [int(i == at) for i in range(20)] for at in (3, 17)}
        heads = {"spam": only[3], "abuse": only[3]}
        alike = of_card | {"scores": heads, "unseen": only[17], "groups": {"rate.thread": 0.9}}
        (folder / "one/card.json").write_text(json.dumps({"drift": alike}))
        ana.open("models")
        ana.says("how often “comments on this page lately” speaks for or against")
        of_card["since"] = "2026-11-20T00:00:00.000Z"
        # figures are of what is held, and say of which rows
        at_hold = {"caught": 3, "missed": 1, "blocked": 0, "passed": 5}
        row = {"head": "spam", "group": "held out", "recall": 0.5, "at_hold": at_hold}
        card = {"drift": of_card, "figures": {"held_out": [row]}}
        (folder / "one/card.json").write_text(json.dumps(card))
        ana.open("models")
        ana.says("against the last days before it was made")
        ana.says("Bad ones held", "[data-id=one]")
        ana.says("75%", "[data-id=one]")
        ana.says("held out", "[data-id=one]")
        # what judges comes first
        assert ana.b.js("return document.querySelector('main section').dataset.id") == "one"
        ana.open("models")

        # what speaks against it is said; who insists gets it
        (folder / "gold.jsonl").write_text("no gold\n")
        for insists, title in (("Cancel", "one@1"), ("Promote", "two@2")):
            ana.click("Promote: two")
            ana.answer("Promote")
            ana.says("all the same", "dialog[open]")
            assert "line 1 of the gold set" in ana.text("dialog[open]")
            ana.answer(insists)
            e2e.wait_for(title, lambda title=title: judges() == title)
        ana.b.check()
    finally:
        desk.dispose()


PROPOSED = {
    "": (
        "Proposed from 312 decisions: worse than the model in use.",
        "On the gold set, it tells bad comments from good ones less well.",
        "Comments whose verdict changes",
    ),
    "?locale=de": (
        "Nach 312 Entscheidungen vorgeschlagen: schlechter als das Modell im Einsatz.",
        "Beim Goldstandard unterscheidet es Schlechte und Gute weniger gut.",
        "Kommentare, deren Urteil sich ändert",
    ),
}


def looks(ana, name, told):
    """Wide and narrow, light and dark: all of it is there and in reach."""
    b = ana.b
    try:
        for width in (1280, 320):
            b.resize(width)
            for theme in THEMES:
                b.js("document.documentElement.dataset.theme = arguments[0]", theme)
                b.picture(f"{name}-{theme}-{width}")
                assert b.js(AUDIT) == [], (name, theme, width)
                fits = "document.documentElement.scrollWidth <= arguments[0]"
                b.wait(f"{name} to fit", fits, width)
                for words in told:
                    ana.says(words)
    finally:
        b.resize(1280)


def test_what_was_proposed(rig):
    """In one sentence, with what speaks against it and a page to look at."""
    folder = rig.place()
    for title in ("one@1", "two@2", "three@3"):
        write_model(folder / title[:-2], name=named(title))
    propose(folder / "two", PROPOSAL)
    (folder / "two/proposal.html").write_text("<h1>What changes</h1>")
    hostile = {"verdict": "better", "objections": [], "old": "<img src=x onerror=hit()>"}
    propose(folder / "three", PROPOSAL | hostile)
    desk = Desk(rig, model=folder / "one")
    try:
        ana = Panels(desk.browser("ana"))
        for locale, told in PROPOSED.items():
            for view in ("models", "models/two"):
                ana.open(view, locale)
                name = f"panels-proposal-{locale[-2:] or 'en'}-{view.replace('/', '-')}"
                looks(ana, name, told)
        ana.open("models")
        ana.says("312 decisions: better than <img src=x onerror=hit()>.")
        ana.click("Promote: two")
        ana.says("Its proposal names", "dialog")
        ana.answer("Promote")
        ana.says("beside one: ", "dialog")  # said by the service, which refuses
        ana.click("Cancel", within="dialog")
        assert desk.daemon.operate("GET", "/v1/models").json()["active"] == "one"
        link = ana.b.js(SHOWN_HREF)
        got = desk.daemon.operate("GET", link)
        assert got.text == "<h1>What changes</h1>"
        ana.b.driver.get(desk.origin + link)
        ana.b.wait("the page", "document.querySelector('h1')")
        (folder / "two/proposal.html").unlink()  # as when it was kept long enough
        ana.open("models")
        ana.says("like spam, it is not kept for long")
        assert ana.b.js(NO_LINK)
        # what was compared with nothing has no verdicts to show
        propose(folder / "two", PROPOSAL | {"verdict": "unknown", "objections": []})
        (folder / "two/proposal.html").write_text("<h1>Nothing</h1>")
        ana.open("models")
        ana.says("not compared with the model in use")
        assert ana.b.js(NO_LINK)
    finally:
        desk.dispose()


NO_LINK = "return !document.querySelector('main a[href$=\"/proposal\"]')"

SHOWN_HREF = """
return document.querySelector('main [data-id=two] a[href$="/proposal"]')
  .getAttribute('href')
"""


def short(texts, length):
    """As much as fits into so many bytes of one line, each once."""
    one_line = (" ".join(text.split()).encode()[:length] for text in texts)
    cut = (line.decode(errors="ignore").strip() for line in one_line)
    return list(dict.fromkeys(text for text in cut if text))


SHOWN = """
return [...document.querySelectorAll(arguments[0])].map((el) => el.textContent)
"""


def test_hostile_text_is_text(desk, ana):
    operate = desk.daemon.operate
    texts = short(payloads(), 400)
    values = {"phrase": "{} word", "email": "{}@mail.example"}
    entries = [
        {"kind": kind, "value": value.format(t), "effect": "hold", "note": t}
        for kind, value in values.items()
        for t in texts
    ]
    assert len(texts) >= 500
    assert operate("POST", "/v1/sites", {"name": "hostile"}).ok
    made = []
    for at in range(0, len(entries), 500):
        some = {"entries": entries[at : at + 500]}
        got = operate("POST", "/v1/lists?site=hostile", some)
        assert got.status_code == 201, got.text[:300]
        made += got.json()["entries"]
    labels = short(payloads(), 63)[:60]
    for label in labels:
        key = {"scopes": ["check"], "label": label}
        assert operate("POST", "/v1/keys?site=hostile", key).ok
    try:
        ana.open("lists?site=hostile")
        rows = "document.querySelectorAll('main tbody tr').length"
        while (n := ana.b.js(f"return {rows}")) < len(made):
            ana.click("Show more")
            ana.b.wait("more", f"{rows} > {n}")
        values = ana.b.js(SHOWN, "main tbody th bdi")
        notes = ana.b.js(SHOWN, "main tbody th small")
        assert sorted(values) == sorted(e["value"] for e in made)
        assert sorted(notes) == sorted(e["note"] for e in made)
        ana.open("sites/hostile")
        shown = ana.b.js(SHOWN, "main tbody td:nth-child(2) bdi")
        assert set(labels) <= set(shown)
    finally:
        assert operate("DELETE", "/v1/sites/hostile?confirm=hostile").ok


def test_remapped_key(ana):
    ana.open("settings")
    field = ana.field("Figures")
    field.send_keys("y")
    e2e.wait_for("it is kept", lambda: ana.value("Figures") == "y")
    ana.open("settings")
    ana.b.js("document.activeElement.blur()")
    ana.b.press("y")
    ana.b.wait("figures", "location.hash.startsWith('#/figures')")
    ana.open("settings")
    ana.click("Reset all keys")
    e2e.wait_for("it is reset", lambda: ana.value("Figures") == "g f")


def saved_views(b):
    return b.js(
        "return [...document.querySelectorAll('#side a')]"
        ".filter((a) => a.hash.includes('order=newest')).map((a) => a.innerText)"
    )


def test_saved_views(ana):
    """No tab takes away what another has put."""
    b = ana.b
    b.queue("#/queue?q=is%3Aheld&order=newest")
    here = b.driver.current_window_handle
    b.driver.switch_to.new_window("tab")
    ana.open("settings")
    other = b.driver.current_window_handle
    b.driver.switch_to.window(here)
    for name in ("One view", "Another"):
        ana.click("Save view", kind="button", within=".tools")
        b.wait("the name", "document.activeElement.matches('dialog input')")
        b.type(name + Keys.ENTER)
        e2e.wait_for(name, lambda name=name: [v for v in saved_views(b) if name in v])
    kept = "fetch('/v1/session').then((r) => r.json()).then((s) => s.prefs.views?.length ?? 0)"
    e2e.wait_for("it is kept", lambda: b.js(f"return {kept}") == 2)
    b.driver.switch_to.window(other)
    ana.choose("Density", "Compact")
    b.wait("both", "document.querySelectorAll('#side h2').length === 3")
    b.driver.close()
    b.driver.switch_to.window(here)
    ana.open("settings")
    assert ana.value("Density") == "compact"
    assert [v.split("\n")[0] for v in saved_views(b)] == ["One view", "Another"]
    ana.find("Name of the view: One view", kind="input").send_keys(" renamed", Keys.TAB)
    e2e.wait_for("its name", lambda: "One view renamed" in saved_views(b)[0])
    assert b.js(AUDIT) == []
    b.picture("panels-views")
    for name in ("One view renamed", "Another"):
        ana.click(f"Remove the view: {name}")
    e2e.wait_for("none", lambda: saved_views(b) == [])
    ana.choose("Density", "Roomy")
    e2e.wait_for("it is kept", lambda: b.js(f"return {kept}") == 0)


def test_a_view_that_does_not_come(ana):
    ana.b.go("/?locale=de#/settings")
    ana.says(words("settings.looks", "de"))
    offline = {"latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
    ana.b.cdp("Network.emulateNetworkConditions", offline=True, **offline)
    try:
        ana.b.js("location.hash = '#/webhooks'")
        ana.says(words("problem.type.unreachable", "de"))
        assert "http" not in ana.text()
        ana.b.picture("panels-offline")
    finally:
        ana.b.cdp("Network.emulateNetworkConditions", offline=False, **offline)
    ana.click(words("app.retry", "de"))
    ana.says(words("webhooks.title", "de"), "h1")


# words that go over more than one line, other than what somebody wrote
BROKEN = r"""
const broken = [];
const walk = document.createTreeWalker(document.querySelector('main'),
  NodeFilter.SHOW_TEXT);
for (let n; n = walk.nextNode();) {
  const el = n.parentElement;
  if (!el.closest('th, td, .pill, .num, time') || el.closest('table :is(bdi, code, [dir])'))
    continue;
  for (const word of n.data.matchAll(/[^\s-]+/g)) {
    const range = document.createRange();
    range.setStart(n, word.index);
    range.setEnd(n, word.index + word[0].length);
    const lines = [...range.getClientRects()].map((x) => Math.round(x.top));
    if (new Set(lines).size > 1) broken.push(word[0]);
  }
}
return broken;
"""


@pytest.mark.parametrize("view", VIEWS)
def test_words_stay_whole(ana, counted, view):
    """In the longest language that there is, on a small tablet."""
    try:
        ana.b.resize(768)
        ana.open(view, "?locale=de")
        unfold(ana.b)
        assert ana.b.js(BROKEN) == []
        wide = "document.documentElement.scrollWidth"
        assert ana.b.js(f"return {wide}") <= 768
    finally:
        ana.b.resize(1280)


def test_palette(ana):
    ana.open("settings")
    ana.b.driver.switch_to.active_element.send_keys(Keys.CONTROL, "k")
    ana.b.wait("the palette", "document.querySelector('dialog[open] [role=combobox]')")
    ana.b.type("webh")
    assert ana.b.js(AUDIT) == []
    ana.b.press(Keys.ENTER)
    ana.b.wait("webhooks", "location.hash.startsWith('#/webhooks')")


def test_roles_are_of_one_site_each(desk, ana):
    ask = desk.daemon.operate

    def roles():
        return {s["name"]: s["role"] for s in ask("GET", "/v1/users/vera").json()["sites"]}

    def audited():
        return ask("GET", "/v1/audit").json()["entries"][0]["number"]

    def change(**of):
        ana.open("users")
        ana.click("Change: vera")
        for site, role in of.items():
            ana.choose(site, role)
        ana.click("Save", kind="button")
        ana.says("vera’s roles hold")

    for site in ("aside", "forum"):
        assert ask("POST", "/v1/sites", {"name": site}).ok
    order = {"name": "vera", "role": "viewer", "sites": ["default", "aside"]}
    assert ask("POST", "/v1/users", order).ok
    assert ask("PATCH", "/v1/users/vera", {"role": "admin", "sites": ["forum"]}).ok
    try:
        before, n = roles(), audited()
        change()
        assert (roles(), audited()) == (before, n)
        change(forum="no access", aside="moderator")
        assert roles() == {"default": "viewer", "aside": "moderator"}
        assert audited() == n + 2
        ana.click("Change: vera")
        assert ana.b.js(AUDIT) == []
        ana.b.picture("panels-roles")
        ana.click(words("users.operator"), kind="label")
        assert not ana.field("aside").is_enabled()
        ana.click("Save", kind="button")
        ana.says("operator of everything", "main tbody")
    finally:
        ask("DELETE", "/v1/users/vera")
        for site in ("aside", "forum"):
            ask("DELETE", f"/v1/sites/{site}?confirm={site}")


def unfold(b):
    b.js("for (const d of document.querySelectorAll('main details')) d.open = true")


@pytest.mark.parametrize("view", VIEWS)
def test_audit(ana, counted, view):
    """As wide as a desk, then as a telephone."""
    b = ana.b
    try:
        for width in (1280, 320):
            b.resize(width)
            if width == 1280:
                ana.open(view)
                unfold(b)
            for theme in THEMES:
                b.js("document.documentElement.dataset.theme = arguments[0]", theme)
                name = f"panels-{view.replace('/', '-')}-{theme}-{width}"
                b.picture(name)
                assert b.js(AUDIT) == [], name
                assert ana.text("main .error:not([hidden])") == "", name
                fits = "document.documentElement.scrollWidth <= arguments[0]"
                b.wait(f"{name} to fit", fits, width)
    finally:
        b.resize(1280)


LONG = "rindfleischetikettierungsueberwachungsaufgabenuebertragungsgese"


def test_long_names_fit(desk, ana):
    """On a telephone, where none has a place at which a line might end."""
    ask = desk.daemon.operate
    listed = {"kind": "host", "value": f"{LONG}.example", "effect": "hold", "note": LONG}
    made = (
        ("sites", {"name": LONG}),
        ("users", {"name": LONG[:32], "role": "admin", "sites": [LONG]}),
        (f"keys?site={LONG}", {"label": LONG, "scopes": ["check"]}),
        (f"webhooks?site={LONG}", {"url": f"https://{LONG}.example/{LONG}"}),
        (f"lists?site={LONG}", listed),
    )
    try:
        for path, order in made:
            assert ask("POST", f"/v1/{path}", order).ok, path
        ana.b.resize(320)
        for view in ("sites", f"sites/{LONG}", "users", "audit", "webhooks", "lists", "figures"):
            ana.open(f"{view}?site={LONG}")
            unfold(ana.b)
            ana.b.wait(f"{view} to fit", "document.documentElement.scrollWidth <= 320")
    finally:
        ana.b.resize(1280)
        ask("DELETE", f"/v1/users/{LONG[:32]}")
        ask("DELETE", f"/v1/sites/{LONG}?confirm={LONG}")


UNTRANSLATED = """
return [...document.querySelectorAll('main :is(h1, h2, h3, h4, thead th, button, ' +
  'label, legend, summary, caption, dt, option)')]
  .filter((el) => !el.querySelector('bdi, kbd, code, label, input, select'))
  .map((el) => el.textContent.trim())
  .filter((s) => /[a-z]{3}/i.test(s) && !/^\\[.*\\]/s.test(s))
"""
# names are said as they are
NAMES = {"default", "English", "Deutsch"}


@pytest.mark.parametrize("view", VIEWS)
def test_right_to_left_and_translated(ana, view):
    ana.open(view, "?locale=xx-rtl")
    unfold(ana.b)
    assert ana.b.js("return document.documentElement.dir") == "rtl"
    wide = ana.b.js("return document.documentElement.scrollWidth")
    assert wide <= 1280
    assert set(ana.b.js(UNTRANSLATED)) - NAMES == set()


def test_catalogues_have_the_same_words(desk):
    def keys(book, path=""):
        if isinstance(book, str) or "other" in book:
            return {path}
        return {k for name in book for k in keys(book[name], f"{path}.{name}")}

    ui = e2e.ROOT / "service/ui"
    en, de = (json.loads((ui / f"{x}.json").read_text()) for x in ("en", "de"))
    assert keys(en) == keys(de)


def test_the_whole_page_is_small(desk):
    """As it is sent, with one language: nobody loads two."""
    names = {f.name for f in (e2e.ROOT / "service/ui").iterdir()} - {"en.json"}
    ask = {"headers": {"Accept-Encoding": "gzip"}, "stream": True, "timeout": 10}
    size = 0
    for name in names:
        path = "/" if name == "index.html" else f"/ui/{name}"
        got = requests.get(desk.origin + path, **ask)
        assert got.headers["Content-Encoding"] == "gzip", name
        size += int(got.headers["Content-Length"])
    print(f"{size} bytes")
    assert size < 100_000


def test_moderators_see_only_theirs(desk):
    made = desk.daemon.operate(
        "POST", "/v1/users", {"name": "mona", "role": "moderator", "sites": ["default"]}
    )
    assert made.status_code == 201, made.text
    mona = Panels(desk.browser("mona"))
    mona.open("lists")
    hrefs = mona.b.js(
        "return [...document.querySelectorAll('#side a')].map((a) => a.hash)"
    )
    assert "#/lists" in hrefs and "#/figures" in hrefs
    assert not {"#/sites", "#/webhooks", "#/users", "#/models"} & set(hrefs)
    mona.b.check()
