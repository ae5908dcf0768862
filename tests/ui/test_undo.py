"""What others decide meanwhile, and answers that never arrive."""

import contextlib
import socket
import threading

import pytest
from conftest import e2e, wait_state, waiting
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

N = 6
ITEM = "document.getElementById(`i${arguments[0]}`)"


class Line:
    """A line to the service that loses answers, or is cut."""

    def __init__(self, port):
        self.to = ("127.0.0.1", port)
        self.cut = False
        self.what = b""
        self.losses = 0
        self.door = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def lose(self, what, n):
        """The next `n` requests with this in them arrive; no answer does."""
        self.what = what.encode()
        self.losses = n

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.door.accept()
                if self.cut:
                    client.close()
                else:
                    threading.Thread(
                        target=self.carry, args=(client,), daemon=True
                    ).start()

    def carry(self, client):
        with client, socket.create_connection(self.to) as server:
            lost = threading.Event()
            back = threading.Thread(
                target=self.answer, args=(client, server, lost), daemon=True
            )
            back.start()
            with contextlib.suppress(OSError):
                while asked := client.recv(65536):
                    if self.cut:
                        break
                    if self.losses and self.what in asked:
                        self.losses -= 1
                        lost.set()
                    server.sendall(asked)
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_WR)
            back.join()

    def answer(self, client, server, lost):
        with contextlib.suppress(OSError):
            while (said := server.recv(65536)) and not lost.is_set() and not self.cut:
                client.sendall(said)
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def line(desk):
    it = Line(desk.daemon.admin_port)
    yield it
    it.door.close()


@pytest.fixture(scope="module")
def ana(desk, line):
    return desk.browser("ana", origin=line.origin)


@pytest.fixture
def held(desk, ana, line):
    """The queue, which hears nothing of what others do."""
    with waiting(desk, ana, N) as ids:
        ana.driver.execute_async_script(
            "const done = arguments[0];"
            "import('/ui/api.js').then((m) => (m.live.stop(), done()))"
        )
        yield ids
        line.cut, line.losses = False, 0
        ana.check()


def states(desk, ids):
    return [desk.state(id) for id in ids]


def gone(ana):
    """Those of the list that somebody else decided about, as it shows."""
    return ana.js(
        "return [...document.querySelectorAll('.feed > .gone')].map((x) => x.dataset.id)"
    )


def chosen(ana):
    return ana.js(
        "return [...document.querySelectorAll('.selected')].map((x) => x.dataset.id)"
    )


def toasts(ana):
    return ana.js(
        "return [...document.querySelectorAll('.toast > span')].map((x) => x.textContent)"
    )


def says(ana, text):
    e2e.wait_for(text, lambda: any(text in said for said in toasts(ana)))


def test_many_are_left_to_those_who_were_faster(desk, ana, held):
    ana.press("x", "j", "x", "j", "x")
    desk.decide(held[1], "approve")
    ana.press("S")
    says(ana, "1 comment was left alone")
    assert "Marked as spam: 2 comments" in toasts(ana)
    assert states(desk, held[:3]) == ["rejected", "published", "rejected"]
    assert ana.items() == [held[1], *held[3:]]
    assert gone(ana) == [held[1]]
    ana.press("z")
    says(ana, "Taken back: Marked as spam: 2 comments")
    assert states(desk, held[:3]) == ["held", "published", "held"]
    assert ana.items() == held


def test_all_were_faster(desk, ana, held):
    ana.press("x", "j", "x")
    desk.decide_all(held[:2], "approve")
    ana.press("S")
    says(ana, "2 comments were left alone")
    assert states(desk, held[:2]) == ["published"] * 2
    assert ana.items() == held and gone(ana) == held[:2]
    assert not any("Marked as spam" in said for said in toasts(ana))
    # those that it shows grey are left alone, too
    ana.press("X", "S")
    says(ana, f"Marked as spam: {N - 2} comments")
    assert states(desk, held) == ["published"] * 2 + ["rejected"] * (N - 2)
    assert ana.items() == held[:2]


def test_one_is_not_taken_back_from_others(desk, ana, held):
    ana.press("s")
    wait_state(desk, held[0], "rejected")
    desk.decide(held[0], "approve")
    ana.press("z")
    says(ana, "1 comment was left alone")
    assert desk.state(held[0]) == "published"
    assert ana.items() == held and gone(ana) == [held[0]]
    assert "decided by" in ana.js(f"return {ITEM}.textContent", held[0])


def test_many_are_not_taken_back_from_others(desk, ana, held):
    ana.press("x", "j", "x", "S")
    wait_state(desk, held[1], "rejected")
    desk.decide(held[1], "approve")
    ana.press("z")
    says(ana, "1 comment was left alone")
    assert states(desk, held[:2]) == ["held", "published"]
    assert ana.items() == held and gone(ana) == [held[1]]


@pytest.mark.parametrize("keys,path", [("s", "/decision"), ("xjxS", "/decisions")])
def test_a_lost_answer_is_asked_for_again(desk, ana, line, held, keys, path):
    """Decided once, undone once: what was decided before holds again."""
    line.lose(f"POST /v1/comments/{held[0]}{path}" if keys == "s" else path, 1)
    ana.press(*keys)
    wait_state(desk, held[0], "rejected")
    says(ana, "Marked as spam")
    line.lose("DELETE", 1)
    ana.press("z")
    says(ana, "Taken back")
    assert line.losses == 0
    assert states(desk, held) == ["held"] * N
    assert ana.items() == held and gone(ana) == []
    history = desk.daemon.get(f"/v1/comments/{held[0]}").json()["history"]
    assert [("undone_at" in h, h["decision"]) for h in history] == [
        (False, "hold"), (True, "spam")
    ]  # fmt: skip


def test_without_any_answer_it_may_have_arrived(desk, ana, line, held):
    line.lose(f"POST /v1/comments/{held[0]}/decision", 99)
    ana.press("s")
    says(ana, "may have arrived all the same")
    line.lose("", 0)
    assert desk.state(held[0]) == "rejected"
    assert ana.items() == held
    ana.js(f"{ITEM}.focus()", held[0])
    ana.press("s")
    ana.wait("the notice", "document.querySelector('.gone .notice')")
    assert gone(ana) == [held[0]]


def test_many_without_an_answer_leave_no_undo(desk, ana, line, held):
    ana.press("a")
    says(ana, "Approved")
    wait_state(desk, held[0], "published")
    ana.press("x", "j", "x")
    line.cut = True
    ana.press("S")
    says(ana, "does not answer")
    assert len(toasts(ana)) == 1
    line.cut = False
    assert states(desk, held) == ["published"] + ["held"] * (N - 1)
    assert ana.items() == held[1:]
    assert chosen(ana) == held[1:3]


def test_what_was_typed_is_there_again(desk, ana, line, held):
    """A note and a reason that could not be sent."""
    note = "document.querySelector('dialog textarea')"
    line.cut = True
    ana.press("n")
    ana.type("Third <one> this week.")
    ana.press(Keys.TAB, Keys.ENTER)
    says(ana, "does not answer")
    ana.js("document.querySelector('.toasts').replaceChildren()")
    ana.press("r", "6", Keys.TAB, Keys.TAB)
    ana.type("See the law.")
    ana.js("document.querySelector('dialog [name=kind]').value = 'trash'")
    ana.js("document.querySelector('dialog [name=learn]').click()")
    ana.js("document.querySelector('dialog .btn.primary').click()")
    says(ana, "does not answer")
    assert ana.items() == held
    line.cut = False
    ana.js(f"{ITEM}.focus()", held[0])
    ana.press("n")
    assert ana.js(f"return {note}.value") == "Third <one> this week."
    ana.press(Keys.TAB, Keys.ENTER)
    path = f"/v1/comments/{held[0]}"

    def notes():
        return [n["note"] for n in desk.daemon.get(f"{path}/notes").json()["notes"]]

    e2e.wait_for("the note", notes)
    assert notes() == ["Third <one> this week."]
    told = "document.querySelector('.sr[role=status]').textContent"
    ana.wait("the answer", f"{told}.includes('The note is added')")
    ana.press("n")
    assert ana.js(f"return {note}.value") == ""
    ana.press(Keys.ESCAPE, "r")
    assert ana.js(f"return {note}.value") == "See the law."
    ana.js("document.querySelector('dialog .btn.primary').click()")
    wait_state(desk, held[0], "trashed")
    last = desk.daemon.get(path).json()["history"][-1]
    assert (last["reason"], last["note"]) == ("illegal", "See the law.")
    assert last["learn"] is False


def test_what_was_typed_outlives_a_slip(desk, ana, held):
    """Escape, and a mouse that is released beside the dialog."""
    note = "document.querySelector('dialog textarea')"
    ana.press("n")
    ana.type("Look at this one.")
    ana.press(Keys.ESCAPE, "n")
    assert ana.js(f"return {note}.value") == "Look at this one."
    area = ana.driver.switch_to.active_element
    mouse = ActionChains(ana.driver)
    mouse.move_to_element(area).click_and_hold().move_by_offset(-500, 0).release().perform()
    assert ana.js(f"return {note}.value") == "Look at this one."
    mouse.move_to_element(area).move_by_offset(-500, 0).click().perform()
    ana.wait("no dialog", "!document.querySelector('dialog')")
    ana.press("r", "5", Keys.TAB, Keys.TAB)
    ana.type("By name.")
    ana.js("document.querySelector('dialog [name=learn]').click()")
    ana.press(Keys.ESCAPE, "j", "r")
    assert ana.js(f"return {note}.value") == ""
    ana.press(Keys.ESCAPE, "k", "r")
    assert ana.js(f"return {note}.value") == "By name."
    assert ana.js("return document.activeElement.value") == "personal_data"
    assert ana.js("return document.querySelector('dialog [name=learn]').checked")
    ana.press(Keys.ESCAPE)


def test_a_block_is_not_taken_back_unseen(desk, ana, line, held):
    def entries():
        return desk.daemon.get("/v1/lists").json()["entries"]

    ana.press("b")
    ana.wait("the dialog", "document.querySelector('dialog[open] .danger')").click()
    says(ana, "Blocked:")
    line.cut = True
    ana.js("document.querySelector('.toast .btn.link').click()")
    says(ana, "Could not be taken back.")
    line.cut = False
    for entry in entries():
        desk.daemon.ask("DELETE", f"/v1/lists/{entry['id']}")
    assert entries() == []


def test_what_was_typed_is_not_for_others(desk, line):
    """It stays for who signs in again."""

    def sign_in(name):
        carl.js("location.hash = arguments[0]", f"#link={desk.link(name)}")
        carl.js("document.querySelector('.account .menu-box button').click()")
        for what in (".signin .btn.primary", ".signin .choose ~ .btn.link"):
            carl.wait(what, "document.querySelector(arguments[0])", what).click()
        carl.ready()

    def draft():
        carl.press("n")
        try:
            return carl.js("return document.querySelector('dialog textarea').value")
        finally:
            carl.press(Keys.ESCAPE)

    (id,) = desk.send([{"content": "Who was that?", "author": {"name": "new"}}])
    carl = desk.browser("carl", origin=line.origin)
    try:
        line.cut = True
        carl.press("n")
        carl.type("She is our neighbour.")
        carl.press(Keys.TAB, Keys.ENTER)
        says(carl, "does not answer")
        line.cut = False
        sign_in("carl")
        assert draft() == "She is our neighbour."
        sign_in("dora")
        assert draft() == ""
        carl.check()
    finally:
        line.cut = False
        desk.decide(id, "trash")


def test_what_was_chosen_meanwhile_stays_chosen(desk, ana, held):
    """In a list that shows what they become, when others were faster."""
    for id in held:
        desk.decide(id, "spam")
    ana.queue("#/queue?q=is%3Arejected&order=newest")
    first, second, third = ana.items()[:3]
    ana.press("x", "j", "x")
    desk.decide(second, "approve")
    ana.js(
        "const whole = fetch;"
        "const stopped = new Promise((go) => { window.go = go; });"
        "window.fetch = (...what) => stopped.then(() => whole(...what));"
    )
    ana.press("S")
    assert ana.current() == third
    ana.press("x", "k", "k")
    ana.js("go()")
    says(ana, "1 comment was left alone")
    assert chosen(ana) == [third]
    assert ana.current() == first


def test_nobody_is_signed_out_unless_they_are(ana, line, held):
    out = "document.querySelector('.account .menu-box button').click()"
    line.cut = True
    ana.js(out)
    says(ana, "does not answer")
    line.cut = False
    assert ana.items() == held
    ana.js(out)
    ana.wait("the page to sign in", "document.querySelector('.signin')")
