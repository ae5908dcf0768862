"""The programs as tests see them: a daemon and a Redis of a test's own."""

import contextlib
import datetime
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import time

import hypothesis
import pytest
import requests
import urllib3
from openapi import new_session

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("BUILD", "build")
PROGRAM = BUILD / "moderatod"
TRAINER = BUILD / "moderato-train"
MODEL = ROOT / "models/default"
REDIS = os.environ.get("REDIS_SERVER", str(ROOT / "tests/redis-server"))
FIRST_KEY = "e2e-first-key-0001"
# for tests that are not about limits
NO_LIMITS = ("--limit-author", "0", "--limit-ip", "0")
# what the program runs under, such as valgrind, and how much that takes
UNDER = os.environ.get("UNDER", "").split()
SLOWER = float(os.environ.get("SLOWER", "1"))
# for what only a fault would not end: a busy machine takes its time
PATIENCE_S = 60 * SLOWER

hypothesis.settings.register_profile(
    "e2e",
    database=None,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
)
hypothesis.settings.load_profile("e2e")


def wait_for(what, condition, seconds=60.0):
    """Returns the first true value of `condition`, which is asked once more
    after the time is over: it may be we who slept that long."""
    end, late = time.monotonic() + seconds * SLOWER, False
    while not late:
        late = time.monotonic() > end
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    pytest.fail(f"not within {seconds} s: {what}")


def well_within(period_s, room_s=60):
    """Waits until no period of that length, such as an hour of UTC, ends so
    soon: what is counted by it would begin anew in the middle of a test."""
    left_s = period_s - time.time() % period_s
    if left_s < room_s:
        time.sleep(left_s)


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def ends():
    """Times to come, ever later: a test takes the first until which it gets
    done what it has to do, on a machine that may be busy."""
    for seconds in (2, 8, 32, 128):
        end = now() + datetime.timedelta(seconds=seconds)
        yield end.replace(microsecond=0)


def with_redis(rig, *flags, test, tries=10):
    """
    Runs test(daemon) on a daemon with a Redis of its own. Once more when Redis
    answered too late on a busy machine: then the answers are degraded, as they
    should be, but not what the test is about.
    """
    for left in reversed(range(tries)):
        daemon = rig.daemon("--state", rig.redis().start().uri, *flags).start()
        wait_for("redis", lambda: daemon.get("/readyz").json()["state"] == "up")
        try:
            return test(daemon)
        except AssertionError:
            if left == 0 or daemon.event("state.down") is None:
                raise


class LocalConnection(urllib3.connection.HTTPConnection):
    """HTTP over a Unix socket, whatever the host of the address."""

    def __init__(self, path):
        super().__init__("operators")
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE_S)
        self.sock.connect(self.path)


class LocalPool(urllib3.HTTPConnectionPool):
    def __init__(self, path):
        super().__init__("operators")
        self.path = path

    def _new_conn(self):
        return LocalConnection(self.path)


class LocalAdapter(requests.adapters.HTTPAdapter):
    def __init__(self, path):
        super().__init__()
        self.path = path

    def get_connection(self, url, proxies=None):
        return LocalPool(self.path)


def sorted_in(db):
    """Whether what came in a crowd is; not now, if SQLite gives up since the
    service is just opening its log."""
    try:
        return db.execute("SELECT count(*) FROM arrival").fetchone() == (0,)
    except sqlite3.OperationalError as e:
        if "locking protocol" not in str(e):
            raise
        return False


def crowd(daemon, n=70000):
    """The last decision so many times over, of which a start reads not all."""
    daemon.end()
    with sqlite3.connect(daemon.var / "moderato.db") as db:
        names = [c[1] for c in db.execute("PRAGMA table_info(decision)")]
        rest = ", ".join(n for n in names if n not in ("id", "learn"))
        db.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ?)"
            f" INSERT INTO decision (id, learn, {rest})"
            f" SELECT printf('%026d', i), 0, {rest} FROM n, decision"
            " WHERE decision.rowid = (SELECT max(rowid) FROM decision)",
            [n],
        )
    db.close()
    daemon.start()


class Daemon:
    """A moderatod with a folder of its own; may be started again.

    Every answer to its session is held against service/openapi.json.
    """

    def __init__(self, folder, *flags, key=FIRST_KEY, model=MODEL):
        self.folder = pathlib.Path(folder)
        self.var = self.folder / "var"
        self.flags = ["--var", self.var, "--model", model]
        self.flags += ["--listen", "127.0.0.1:0"]
        self.flags += ["--listen-admin", "127.0.0.1:0"]
        # tests ask more, and with more wrong keys, than anybody should
        self.flags += ["--limit-key", "0", "--limit-wrong-keys", "0", *flags]
        self.local = self.var / "moderatod.sock"
        self.key = key
        self.wrap = []  # a program that starts it, with its arguments
        self.variables = {}
        self.process = None
        self.starts = 0

    def environment(self):
        kept = {k: v for k, v in os.environ.items() if "MODERATO" not in k}
        for name in ("ASAN_OPTIONS", "TSAN_OPTIONS"):
            more = kept.get(name, "")
            kept[name] = f"log_path={self.folder}/sanitizer:{more}"
        kept |= self.variables
        return kept if self.key is None else kept | {"MODERATO_FIRST_KEY": self.key}

    def findings(self):
        """What a sanitizer, or valgrind, has to say of the program."""
        reports = sorted(self.folder.glob("sanitizer.*"))
        return "".join(r.read_text(errors="replace") for r in reports)

    def spawn(self, *flags, preexec=None):
        """Starts the process without waiting for it."""
        self.starts += 1
        self.err = self.folder / f"stderr.{self.starts}"
        self.out = self.folder / f"stdout.{self.starts}"
        with open(self.err, "wb") as err, open(self.out, "wb") as out:
            self.process = subprocess.Popen(
                [*(w.replace("%d", str(self.folder)) for w in UNDER)]
                + [*self.wrap, PROGRAM, *self.flags, *flags],
                env=self.environment(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                preexec_fn=preexec,
            )
        return self

    def start(self, *flags, preexec=None):
        """Starts it and waits until it is ready."""
        self.spawn(*flags, preexec=preexec)
        ports = wait_for("listening", lambda: self.event("listening") or self.ended())
        assert self.process.poll() is None, self.err.read_text()
        self.port, self.admin_port = ports["port"], ports["admin_port"]
        self.session = new_session()
        wait_for("ready", lambda: self.get("/readyz").status_code == 200)
        return self

    def ended(self):
        return self.process.poll() is not None

    def end(self, sig=signal.SIGTERM):
        """Sends a signal that ends it; returns the exit code."""
        self.process.send_signal(sig)
        return self.code()

    def code(self):
        """The exit code, once it ended."""
        return self.process.wait(PATIENCE_S)

    def crash(self):
        """A line about a signal that ended it, though no test sends it."""
        ours = {None, -signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT}
        code = self.process.poll()
        return "" if code in ours or code >= 0 else f"crashed: signal {-code}\n"

    def hang_up(self):
        self.process.send_signal(signal.SIGHUP)

    def log(self):
        """All events that were logged since the last start."""
        lines = self.err.read_text().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def event(self, name):
        return next((e for e in self.log() if e["event"] == name), None)

    def stored(self, sql, *values):
        """Rows of the store, read beside the service. Closed at once: a file
        that is read beside an open connection of the same process loses that
        its locks."""
        path = f"file:{self.var / 'moderato.db'}?mode=ro"
        db = sqlite3.connect(path, uri=True, timeout=PATIENCE_S)
        with contextlib.closing(db):
            if self.process is not None and self.process.poll() is None:
                wait_for("packs", lambda: sorted_in(db))
            return db.execute(sql, values).fetchall()

    def metric(self, name):
        """A figure of /metrics, by its name and labels."""
        text = self.get("/metrics", admin=True).text
        return int(re.search(rf"^{re.escape(name)} (\d+)$", text, re.M)[1])

    def memory_kib(self, name="VmRSS"):
        """What it takes; VmHWM: the most since its peak was forgotten."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{name}:\s+(\d+) kB", status, re.M)[1])

    def forget_peak(self):
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def url(self, path, admin=False):
        return f"http://127.0.0.1:{self.admin_port if admin else self.port}{path}"

    def get(self, path, key=FIRST_KEY, admin=False):
        auth = {"Authorization": f"Bearer {key}"}
        url = self.url(path, admin)
        return self.session.get(url, headers=auth, timeout=PATIENCE_S)

    @staticmethod
    def encode(body):
        return json.dumps(body, ensure_ascii=False).encode()

    def post(self, body, path="/v1/comments", key=FIRST_KEY, **headers):
        """Posts a comment; underscores in names of headers become dashes."""
        data = body if isinstance(body, bytes) else self.encode(body)
        named = {name.replace("_", "-"): v for name, v in headers.items()}
        named.setdefault("Authorization", f"Bearer {key}")
        url = self.url(path)
        return self.session.post(url, data=data, headers=named, timeout=PATIENCE_S)

    def ask(self, method, path, body=None, key=FIRST_KEY):
        """Asks anything, with JSON; key None: without a key."""
        named = {} if key is None else {"Authorization": f"Bearer {key}"}
        data = None if body is None else self.encode(body)
        return self.session.request(
            method, self.url(path), data=data, headers=named, timeout=PATIENCE_S
        )

    def operate(self, method, path, body=None, **headers):
        """Asks on the operators' socket."""
        session = new_session()
        session.mount("http://operators", LocalAdapter(self.local))
        data = None if body is None else self.encode(body)
        with session:
            url = f"http://operators{path}"
            named = {name.replace("_", "-"): v for name, v in headers.items()}
            return session.request(method, url, data=data, headers=named, timeout=PATIENCE_S)

    def check(self, comment, **more):
        """Posts a comment and returns its verdict."""
        got = self.post(comment, **more)
        assert got.status_code == 200, got.text
        return got.json()

    def batch(self, comments, **more):
        return self.check({"comments": comments}, path="/v1/comments:batch", **more)[
            "results"
        ]

    def analyzed(self, text):
        """The scores that a client of Perspective sees of it, which nobody keeps."""
        asked = {"comment": {"text": text}, "doNotStore": True}
        asked["requestedAttributes"] = {"SPAM": {}, "TOXICITY": {}}
        path = f"/v1alpha1/comments:analyze?key={FIRST_KEY}"
        got = self.check(asked, path=path, Authorization="")["attributeScores"]
        return {name: one["summaryScore"]["value"] for name, one in got.items()}

    def command(self, *arguments):
        """Runs another command of the program on the same folder."""
        return subprocess.run(
            [PROGRAM, *arguments, "--var", self.var],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )

    def add_key(self, value, scopes, site="default"):
        """Adds a key to the running daemon."""
        body = {"value": value, "scopes": scopes.split(",")}
        got = self.operate("POST", f"/v1/keys?site={site}", body)
        assert got.status_code == 201, got.text

    def add_site(self, name, key, scopes="check,feedback,moderate"):
        """Adds a site with a key to the running daemon."""
        got = self.operate("POST", "/v1/sites", {"name": name})
        assert got.status_code == 201, got.text
        self.add_key(key, scopes, site=name)

    def dispose(self):
        if self.process is not None and not self.ended():
            self.process.send_signal(signal.SIGCONT)
            self.end(signal.SIGKILL)


def quiet_port():
    """One that no connection is given while nobody listens there."""
    for port in range(10000 + os.getpid() % 20000, 32768):
        with socket.socket() as s, contextlib.suppress(OSError):
            s.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")


class Redis:
    """A Redis server without persistence, on a socket in its folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.socket = self.folder / "redis.sock"
        self.uri = f"redis+unix:{self.socket}"
        self.process = None

    def start(self, *flags):
        settings = ["--port", "0", "--save", "", "--appendonly", "no"]
        settings += ["--unixsocket", self.socket, "--dir", self.folder, *flags]
        with open(self.folder / "redis.log", "ab") as log:
            self.process = subprocess.Popen([REDIS, *settings], stdout=log, stderr=log)
        wait_for("redis", self.answers)
        return self

    def answers(self):
        with socket.socket(socket.AF_UNIX) as s:
            try:
                s.connect(str(self.socket))
                s.sendall(b"PING\r\n")
                return s.recv(16) == b"+PONG\r\n"
            except OSError:
                return False

    def ask(self, *words):
        """The answer to a command, as redis-cli prints it."""
        line = ["redis-cli", "-s", self.socket, *words]
        done = subprocess.run(line, capture_output=True, text=True, timeout=PATIENCE_S)
        return done.stdout.strip()

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE_S)

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def dispose(self):
        if self.process is not None and self.process.poll() is None:
            self.resume()
            self.kill()


class Rig:
    """Makes daemons and servers and ends them."""

    def __init__(self, folder):
        self.folder = folder
        self.numbers = itertools.count(1)
        self.made = []

    def place(self):
        folder = self.folder / str(next(self.numbers))
        folder.mkdir()
        return folder

    def daemon(self, *flags, **more):
        d = Daemon(self.place(), *flags, **more)
        self.made.append(d)
        return d

    def redis(self):
        if shutil.which(REDIS) is None:
            pytest.skip(f"no Redis server: {REDIS}")
        r = Redis(self.place())
        self.made.append(r)
        return r

    def dispose(self):
        for each in reversed(self.made):
            each.dispose()
        found = "".join(d.findings() for d in self.made if isinstance(d, Daemon))
        assert not found, found[:10000]

    def logs(self):
        for each in self.made:
            if isinstance(each, Daemon) and each.starts:
                yield f"{each.folder}:\n{each.err.read_text()[-4000:]}{each.crash()}"


@pytest.fixture
def rig(tmp_path):
    r = Rig(tmp_path)
    yield r
    r.dispose()


@pytest.fixture(scope="module")
def shared_rig(tmp_path_factory):
    r = Rig(tmp_path_factory.mktemp("shared"))
    yield r
    r.dispose()


@pytest.fixture(scope="module")
def daemon(shared_rig):
    """One running daemon for the tests of a file, without limits."""
    return shared_rig.daemon(*NO_LIMITS).start()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if not report.failed:
        return
    for fixture in ("rig", "shared_rig"):
        r = item.funcargs.get(fixture)
        for log in r.logs() if r is not None else ():
            report.sections.append(("log of moderatod", log))
