"""The review page in a real Chromium, on a service of its own."""

import contextlib
import gzip
import importlib.util
import json
import os
import pathlib
import sys

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

# both files go by one name
E2E = pathlib.Path(__file__).resolve().parents[1] / "e2e"
sys.path.insert(0, str(E2E))
spec = importlib.util.spec_from_file_location("e2e_conftest", E2E / "conftest.py")
e2e = importlib.util.module_from_spec(spec)
spec.loader.exec_module(e2e)
globals().update({k: v for k, v in vars(e2e).items() if not k.startswith("_")})
from front import free_port  # noqa: E402

PICTURES = e2e.BUILD / "ui"
CORPUS = e2e.ROOT.parent / "shared/data"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
DRIVER = os.environ.get("CHROMEDRIVER", "/usr/bin/chromedriver")
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --hide-scrollbars --lang=en "
    "--disable-dev-shm-usage --disable-background-networking --no-first-run "
    # a mouse, as on a desk
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,"
    "primaryPointerType=4,availablePointerTypes=4 "
    "--disable-component-update --disable-sync --password-store=basic"
).split()

# Runs in every document before anything else does.
WATCH = """
window.seen = {csp: [], dialogs: [], errors: []};
document.addEventListener('securitypolicyviolation', (e) =>
  seen.csp.push(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) {
  window[name] = (...a) => seen.dialogs.push(`${name} ${a}`);
}
addEventListener('error', (e) => seen.errors.push(e.message));
addEventListener('unhandledrejection', (e) =>
  seen.errors.push(String(e.reason?.stack || e.reason)));
"""


class Browser:
    """One Chromium with one window."""

    def __init__(self, origin, width=1280, height=860):
        self.origin = origin
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for flag in FLAGS:
            options.add_argument(flag)
        # whatever leads elsewhere ends here, and is seen
        rules = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        options.add_argument(f"--host-resolver-rules={rules}")
        options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
        service = Service(DRIVER, port=free_port())
        self.driver = webdriver.Chrome(service=service, options=options)
        self.driver.set_script_timeout(300)
        self.cdp("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        self.resize(width, height)
        self.requests = []

    def cdp(self, method, **params):
        return self.driver.execute_cdp_cmd(method, params)

    def resize(self, width, height=860, phone=False):
        # a window is never as narrow as a telephone
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=phone,
        )
        self.cdp("Emulation.setTouchEmulationEnabled", enabled=phone)

    def go(self, path="/"):
        """Opens an address as if it was typed in: from the beginning."""
        self.driver.get("about:blank")
        self.driver.get(self.origin + path)

    def js(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def wait(self, what, script, *arguments):
        """Returns the first true value of a script."""
        return e2e.wait_for(
            what, lambda: self.js(f"return {script}", *arguments)
        )

    def press(self, *keys):
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def type(self, text):
        self.press(text)

    def items(self):
        """The ids of the list, from top to bottom."""
        return self.js(
            "return [...document.querySelectorAll('.feed > .item')]"
            ".map((x) => x.dataset.id)"
        )

    def current(self):
        """The id of the item that has the focus."""
        return self.js("return document.activeElement.dataset.id")

    def ready(self):
        """The queue has been loaded."""
        self.wait(
            "the queue",
            "document.querySelector('.feed:not([aria-busy])') && "
            "(document.querySelector('.item.current') || "
            "document.querySelector('.end.none'))",
        )
        return self

    def queue(self, hash="#/queue", query=""):
        self.go(f"/{query}{hash}")
        return self.ready()

    def picture(self, name):
        """Keeps what the window shows; returns the file."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        file = str(PICTURES / f"{name}.png")
        self.driver.save_screenshot(file)
        return file

    def foreign(self):
        """Requests that went, or would have gone, anywhere else."""
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self.requests.append(message["params"]["request"]["url"])
        own = (self.origin + "/", "data:", "about:", "chrome:")
        return [url for url in self.requests if not url.startswith(own)]

    def check(self):
        """Nothing happened that must not."""
        assert self.js("return seen") == {"csp": [], "dialogs": [], "errors": []}
        assert self.foreign() == []

    def dispose(self):
        self.driver.quit()


class Desk:
    """A service with its page, and browsers that are signed in."""

    def __init__(self, rig, **more):
        flags = (*e2e.NO_LIMITS, "--webhook-hosts", "127.0.0.1")
        self.daemon = rig.daemon(*flags, **more).start()
        self.origin = self.daemon.url("", admin=True)
        self.browsers = []

    def link(self, name):
        """Where `name` signs in, once."""
        ask = self.daemon.operate
        got = ask("POST", f"/v1/users/{name}:link")
        if got.status_code == 404:
            got = ask("POST", "/v1/users", {"name": name, "role": "operator"})
        assert got.ok, got.text
        return got.json()["link"]["token"]

    def browser(self, name="ana", origin=None, **size):
        b = Browser(origin or self.origin, **size)
        self.browsers.append(b)
        b.go(f"/#link={self.link(name)}")
        # twice on purpose: who only looks at a link does not use it up
        for what in (".signin .btn.primary", ".signin .choose ~ .btn.link"):
            b.wait(what, "document.querySelector(arguments[0])", what).click()
        return b.ready()

    def send(self, comments):
        """Sends comments and has them held; returns their ids in order."""
        ids = []
        for at in range(0, len(comments), 50):
            got = self.daemon.batch(comments[at : at + 50])
            ids += [one["id"] for one in got]
        self.decide_all(ids, "hold")
        return ids

    def decide_all(self, ids, decision):
        order = {"ids": ids, "decision": decision, "learn": False}
        got = self.daemon.post(order, path="/v1/queue/decisions")
        assert got.ok and got.json()["n"] == len(ids), got.text

    def held(self):
        """The ids of those that wait, at most 200."""
        got = self.daemon.get("/v1/queue?state=held&limit=200").json()
        return {item["id"] for item in got["items"]}

    def decide(self, id, decision):
        body = {"decision": decision, "learn": False}
        path = f"/v1/comments/{id}/decision"
        got = self.daemon.post(body, path=path)
        assert got.status_code == 200, got.text

    def state(self, id):
        return self.daemon.get(f"/v1/comments/{id}").json()["state"]

    def dispose(self):
        for browser in self.browsers:
            browser.dispose()


@pytest.fixture(scope="module")
def desk(shared_rig):
    d = Desk(shared_rig)
    yield d
    d.dispose()


def corpus(n):
    """Comments that people wrote, where the corpora are; else some of ours."""
    file = CORPUS / "youtube.jsonl.gz"
    if file.exists():
        with gzip.open(file, "rt") as lines:
            rows = [json.loads(line) for line in lines]
        return [
            {
                "content": row["text"],
                "author": {"name": row.get("author") or f"reader {i}"},
                "thread": f"https://blog.example/{i % 5}",
            }
            for i, row in enumerate(rows[:: len(rows) // n][:n])
        ]
    kinds = (
        "I made this soup {i} times and my children ask for it again.",
        "Win {i}00 euros a day, see http://cheap{i}.example/now and join!!!",
        "Thank you, chapter {i} helped me with my homework.",
        "Nobody asked you, number {i}. Go away, you stupid fool.",
        "Ich habe {i} Jahre darauf gewartet, großartig!",
    )
    return [
        {
            "content": kinds[i % len(kinds)].format(i=i),
            "author": {"name": f"reader {i}"},
            "thread": f"https://blog.example/{i % 5}",
        }
        for i in range(n)
    ]


@contextlib.contextmanager
def waiting(desk, ana, n):
    """Comments that wait, and the queue on the page; none afterwards."""
    ids = desk.send(corpus(n))
    try:
        ana.queue("#/queue?q=is%3Aheld&order=oldest")
        assert ana.items() == ids[:50]  # the first page
        yield ids
    finally:
        left = list(desk.held() & set(ids))
        if left:
            desk.decide_all(left, "trash")


def wait_state(desk, id, state):
    e2e.wait_for(f"{id} is {state}", lambda: desk.state(id) == state)
