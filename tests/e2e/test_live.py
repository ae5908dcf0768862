"""Events as they happen, who is there, and who looks at which comment."""

import contextlib
import http.client
import json
import selectors
import signal
import socket
import threading
import time

import pytest
from conftest import FIRST_KEY, NO_LIMITS, PATIENCE_S, SLOWER, LocalConnection, wait_for
from people import COOKIE, invite

ANNA, BEN, OTHER = "key-of-anna-0001", "key-of-ben-00001", "key-of-the-other"


class Stream:
    """GET /v1/events, read on a thread of its own."""

    def __init__(self, daemon, key=ANNA, query="", connection=None, **headers):
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        self.connection = connection or http.client.HTTPConnection(
            "127.0.0.1", daemon.admin_port
        )
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request("GET", f"/v1/events{query}", headers=named)
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200, self.answer.read()
        self.events, self.ended = [], False
        self.socket = self.connection.sock
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        event = {}
        try:
            for line in iter(self.answer.readline, b""):
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name:
                    event[name] = value
                elif "event" in event:
                    self.events.append((event["event"], json.loads(event["data"])))
                    self.last = event.get("id")
                    event = {}
        except (OSError, ValueError, http.client.HTTPException):
            pass
        self.ended = True

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.connection.close()

    def of(self, kind):
        return [data for name, data in list(self.events) if name == kind]

    def wait(self, kind, /, **like):
        """The first event of the kind that has these members."""
        return wait_for(
            f"{kind} {like} among {self.events}",
            lambda: next(
                (d for d in self.of(kind) if like.items() <= d.items()), None
            ),
        )


HELD = {"content": "please queue me"}


def list_held(daemon, site):
    order = ["list", "add", "queue me", "--effect", "hold", "--site", site]
    assert daemon.command(*order).returncode == 0


@pytest.fixture(scope="module")
def daemon(shared_rig):
    limits = [*NO_LIMITS, "--limit-sign-ins", "0"]
    d = shared_rig.daemon(*limits).start()
    assert d.command("site", "add", "other").returncode == 0
    for value, label, site in (
        (ANNA, "Anna", "default"),
        (BEN, "Ben", "default"),
        (OTHER, "Olga", "other"),
    ):
        order = ["--value", value, "--scopes", "check,moderate", "--label", label]
        done = d.command("key", "add", "--site", site, *order)
        assert done.returncode == 0, done.stderr
    for site in ("default", "other"):
        list_held(d, site)
    return d


@pytest.fixture
def stream(daemon):
    """Opens streams, and closes them at the end."""
    opened = []

    def begin(*arguments, **more):
        opened.append(Stream(daemon, *arguments, **more))
        return opened[-1]

    yield begin
    for each in opened:
        each.close()


def test_head_is_answered_without_a_stream(daemon):
    """Nothing comes before the next answer, and nobody was there."""
    head = f"HEAD /v1/events HTTP/1.1\r\nHost: m\r\nAuthorization: Bearer {ANNA}\r\n\r\n"
    last = "GET /livez HTTP/1.1\r\nHost: m\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", daemon.port), PATIENCE_S) as sock:
        sock.sendall((head * 2 + last).encode())
        *answers, body = sock.makefile("rb").read().split(b"\r\n\r\n")
    assert [a[:15] for a in answers] == [b"HTTP/1.1 200 OK"] * 3
    assert body.startswith(b"{")
    with contextlib.closing(Stream(daemon, BEN)) as ben:
        ben.wait("presence", names=["Ben"])


def held(daemon, key=FIRST_KEY):
    got = daemon.check(HELD, key=key)
    assert got["action"] == "hold"
    return got["id"]


def decide(daemon, comment, decision, key=FIRST_KEY):
    path = f"/v1/comments/{comment}/decision"
    body = {"decision": decision, "learn": False}
    assert daemon.ask("POST", path, body, key=key).status_code == 200


def lease(daemon, comment, key, method="POST"):
    got = daemon.ask(method, f"/v1/comments/{comment}/lease", key=key)
    assert got.status_code == 200, got.text
    return got.json()


def test_what_happens_to_a_comment_is_told(daemon, stream):
    watcher = stream()
    comment = held(daemon)
    new = watcher.wait("queue", id=comment, kind="new")
    assert new["state"] == "held" and new["n"] == 1 and new["by"] is None
    decide(daemon, comment, "trash", key=BEN)
    decided = watcher.wait("queue", id=comment, kind="decided")
    assert decided["state"] == "trashed" and decided["by"] == "Ben"
    daemon.ask("DELETE", f"/v1/comments/{comment}/decision", key=ANNA)
    undone = watcher.wait("queue", id=comment, kind="undone")
    assert undone["state"] == "held" and undone["by"] == "Anna"


def test_published_comments_are_not_news(daemon, stream):
    watcher = stream()
    daemon.check({"content": "What a thoughtful article, thank you."})
    comment = held(daemon)
    watcher.wait("queue", id=comment)
    assert len(watcher.of("queue")) == 1


def test_a_batch_is_one_event(daemon, stream):
    watcher = stream()
    daemon.batch([HELD] * 3)
    assert watcher.wait("queue", kind="new", n=3)["id"] is None


def test_other_sites_are_not_heard(daemon, stream):
    ours, theirs = stream(), stream(OTHER)
    operator = stream(None, connection=LocalConnection(daemon.local))
    comment = held(daemon, key=OTHER)
    theirs.wait("queue", id=comment)
    operator.wait("queue", id=comment)
    mine = held(daemon)
    ours.wait("queue", id=mine)
    operator.wait("queue", id=mine)
    assert [e["id"] for e in ours.of("queue")] == [mine]
    assert [e["id"] for e in theirs.of("queue")] == [comment]


def test_an_operator_may_name_a_site(daemon, stream):
    local = LocalConnection(daemon.local)
    watcher = stream(None, query="?site=other", connection=local)
    held(daemon)
    comment = held(daemon, key=OTHER)
    watcher.wait("queue", id=comment)
    assert len(watcher.of("queue")) == 1


def test_who_comes_again_misses_nothing(daemon, stream):
    first = stream()
    comment = held(daemon)
    first.wait("queue", id=comment)
    first.close()
    missed = held(daemon)
    again = stream(Last_Event_ID=first.last)
    again.wait("queue", id=missed)
    assert comment not in [e["id"] for e in again.of("queue")]


def test_who_comes_again_after_a_restart_is_told(daemon, stream):
    """Whatever the numbers of the new process are."""
    first = stream()
    first.wait("queue", id=held(daemon))
    first.close()
    daemon.end(signal.SIGKILL)
    daemon.start()
    for _ in range(9):
        held(daemon)
    again = stream(Last_Event_ID=first.last)
    wait_for("all of it", lambda: again.of("queue"))
    assert again.of("missed") == [{}]


def names(watcher):
    return watcher.of("presence")[-1]["names"] if watcher.of("presence") else []


def test_who_is_there(daemon, stream):
    anna = stream()
    wait_for("oneself", lambda: names(anna) == ["Anna"])
    ben = stream(BEN)
    stream(BEN)
    other = stream(OTHER)
    wait_for("both", lambda: sorted(names(anna)) == ["Anna", "Ben"])
    wait_for("both", lambda: sorted(names(ben)) == ["Anna", "Ben"])
    wait_for("only she", lambda: names(other) == ["Olga"])
    operator = stream(None, connection=LocalConnection(daemon.local))
    everybody = ["Anna", "Ben", "Olga", "operator"]
    wait_for("all", lambda: sorted(names(operator)) == everybody)
    wait_for("the operator", lambda: sorted(names(other)) == ["Olga", "operator"])


def test_a_revoked_key_hears_no_more(daemon, stream):
    value = "key-of-carl-0001"
    daemon.add_key(value, "moderate")
    keys = daemon.operate("GET", "/v1/keys").json()["keys"]
    carl = stream(value)
    wait_for("he is there", lambda: names(carl))
    key = next(k["id"] for k in keys if k["id"] in names(carl))
    assert daemon.operate("DELETE", f"/v1/keys/{key}").status_code == 200
    comment = held(daemon)
    wait_for("the end", lambda: carl.ended)
    assert comment not in [e["id"] for e in carl.of("queue")]


def watch_as(stream, person):
    return stream(None, Cookie=f"{COOKIE}={person.cookie}")


def test_a_person_of_two_sites_hears_both(daemon, stream):
    both = watch_as(stream, invite(daemon, "dora", "moderator", "default", "other"))
    one = watch_as(stream, invite(daemon, "emil", "viewer", "other"))
    ours, theirs = held(daemon), held(daemon, key=OTHER)
    both.wait("queue", id=ours)
    both.wait("queue", id=theirs)
    one.wait("queue", id=theirs)
    assert [e["id"] for e in one.of("queue")] == [theirs]
    wait_for("each other", lambda: {"dora", "emil"} <= set(names(both)))
    wait_for("each other", lambda: {"dora", "emil"} <= set(names(one)))


def tell_until(daemon, ended):
    """Something happens, again and again, until it is no more heard."""
    wait_for("the end", lambda: held(daemon) and ended())


def test_who_signs_out_hears_no_more(daemon, stream):
    person = invite(daemon, "frida", "moderator", "default")
    watcher = watch_as(stream, person)
    watcher.wait("presence")
    assert person.ask("DELETE", "/v1/session").status_code < 300
    tell_until(daemon, lambda: watcher.ended)


def test_who_has_another_role_comes_again(daemon, stream):
    person = invite(daemon, "gustav", "moderator", "default", "other")
    watcher = watch_as(stream, person)
    watcher.wait("presence")
    order = {"role": "viewer", "sites": ["other"]}
    got = daemon.operate("PATCH", "/v1/users/gustav", order)
    assert got.status_code == 200, got.text
    tell_until(daemon, lambda: watcher.ended)


def test_people_look_at_comments(daemon, stream):
    comment, watcher = held(daemon), stream()
    person = invite(daemon, "hedwig", "moderator", "default")
    got = person.ask("POST", f"/v1/comments/{comment}/lease").json()
    assert got["yours"] and got["by"] == "hedwig"
    watcher.wait("lease", id=comment, by="hedwig")
    assert lease(daemon, comment, BEN)["by"] == "hedwig"


def test_a_lease_is_told_and_renewed(daemon, stream):
    comment, watcher = held(daemon), stream()
    mine = lease(daemon, comment, ANNA)
    assert mine["yours"] and mine["by"] == "Anna"
    theirs = lease(daemon, comment, BEN)
    assert theirs == mine | {"yours": False}
    assert lease(daemon, comment, ANNA)["until"] > mine["until"]
    watcher.wait("lease", id=comment, by="Anna")
    assert lease(daemon, comment, BEN, "DELETE") == {"ended": False}
    assert lease(daemon, comment, ANNA, "DELETE") == {"ended": True}
    watcher.wait("lease", id=comment, by=None)
    assert len(watcher.of("lease")) == 2
    assert lease(daemon, comment, BEN)["yours"]


def test_one_looks_at_one_comment(daemon, stream):
    first, second, watcher = held(daemon), held(daemon), stream()
    lease(daemon, first, ANNA)
    lease(daemon, second, ANNA)
    watcher.wait("lease", id=first, by=None)
    assert lease(daemon, first, BEN)["yours"]
    assert not lease(daemon, second, BEN)["yours"]


def test_who_decides_needs_no_lease_and_ends_it(daemon, stream):
    comment, watcher = held(daemon), stream()
    lease(daemon, comment, ANNA)
    decide(daemon, comment, "trash", key=BEN)
    watcher.wait("lease", id=comment, by=None)
    assert lease(daemon, comment, BEN)["yours"]


def test_leases_are_of_ones_own_site(daemon):
    comment = held(daemon, key=OTHER)
    for method in ("POST", "DELETE"):
        path = f"/v1/comments/{comment}/lease"
        assert daemon.ask(method, path, key=ANNA).status_code == 404
        assert daemon.operate(method, path).status_code == 200


MANY, OF_ONE = 1000, 16  # streams; and of a key at most


def events_request(key):
    ask = f"GET /v1/events HTTP/1.1\r\nHost: m\r\nAuthorization: Bearer {key}\r\n"
    return f"{ask}\r\n".encode()


def ask_for_events(port, key):
    """A connection that does."""
    sock = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
    sock.sendall(events_request(key))
    return sock


def add_watchers(daemon, streams):
    """Keys enough for that many."""
    keys = [f"key-of-watcher-{n:04}" for n in range(-(-streams // OF_ONE))]
    for key in keys:
        daemon.add_key(key, "view")
    return keys


def test_a_key_has_some_streams_only(rig):
    """One that may only look keeps nobody else from it, nor itself."""
    daemon = rig.daemon().start()
    list_held(daemon, "default")
    (key,) = add_watchers(daemon, OF_ONE)
    with contextlib.ExitStack() as opened:
        for _ in range(OF_ONE):
            sock = opened.enter_context(ask_for_events(daemon.port, key))
            assert sock.recv(12) == b"HTTP/1.1 200"
        with ask_for_events(daemon.port, key) as sock:
            assert sock.recv(12) == b"HTTP/1.1 429"
        # an answer that openapi.json knows, too
        assert "streams" in daemon.get("/v1/events", key=key).json()["detail"]
        opened.enter_context(contextlib.closing(Stream(daemon, FIRST_KEY)))

    def again():
        held(daemon)
        with ask_for_events(daemon.port, key) as sock:
            return sock.recv(12) == b"HTTP/1.1 200"

    # those who left are noticed when they are told of something
    wait_for("room", again)


def test_pages_that_were_closed_take_no_room(rig):
    """As of a page that is loaded again and again, faster than it is pulsed."""
    daemon = rig.daemon().start()
    (key,) = add_watchers(daemon, OF_ONE)
    for _ in range(3):
        with contextlib.ExitStack() as opened:
            for _ in range(OF_ONE):
                sock = opened.enter_context(ask_for_events(daemon.admin_port, key))
                assert sock.recv(12) == b"HTTP/1.1 200"


@pytest.fixture
def small(rig):
    """A daemon for 20 connections, and 64 more until nobody else is let in."""
    return rig.daemon("--threads", "1", "--connections", "20").start()


def test_streams_make_room(small):
    """Those of many keys together, the oldest first."""
    keys = add_watchers(small, 112)
    small.session.close()
    with contextlib.ExitStack() as opened:
        socks = []
        for key in keys * OF_ONE:
            socks.append(opened.enter_context(ask_for_events(small.port, key)))
            assert socks[-1].recv(12) == b"HTTP/1.1 200"
        for _ in range(3):
            small.session.close()
            assert small.post({"content": "hello"}).status_code == 200
        left = [s for s in socks if not has_ended(s)]
    assert 10 <= len(left) <= 20 and left == socks[-len(left) :]
    cut = small.metric("moderato_http_connections_cut_total")
    assert cut >= len(socks) - 20


def test_whoever_asks_nothing_ends_no_stream(small):
    """Streams that have half of the connections."""
    (key,) = add_watchers(small, 10)
    small.session.close()
    with contextlib.ExitStack() as opened:
        socks = [opened.enter_context(ask_for_events(small.port, key)) for _ in range(10)]
        for sock in socks:
            assert sock.recv(12) == b"HTTP/1.1 200"
        for _ in range(100):
            silent = socket.create_connection(("127.0.0.1", small.port), PATIENCE_S)
            opened.enter_context(silent)
        assert small.post({"content": "hello"}).status_code == 200
        assert not any(map(has_ended, socks))


def has_ended(sock):
    sock.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while sock.recv(65536):
            pass
        return True
    return False


def fill(watcher, sock):
    """Reads on until the event of the kind queue is there whole."""
    watcher[sock] += sock.recv(65536)
    return b"event: queue" in watcher[sock] and watcher[sock].endswith(b"\n\n\r\n")


def connect(daemon, keys, waiting, selector):
    for n in range(MANY):
        sock = ask_for_events(daemon.admin_port, keys[n // OF_ONE])
        waiting[sock] = b""
        selector.register(sock, selectors.EVENT_READ)


def drop_all(selector):
    for key in list(selector.get_map().values()):
        key.fileobj.close()
    selector.close()


def test_a_thousand_streams(rig):
    """One service holds them, and each hears of an event."""
    daemon = rig.daemon().start()
    keys = add_watchers(daemon, MANY)
    list_held(daemon, "default")
    waiting, selector = {}, selectors.DefaultSelector()
    before = daemon.memory_kib()
    connect(daemon, keys, waiting, selector)
    wait_for("all of them", lambda: daemon.metric("moderato_http_connections") >= MANY)
    each_kib = (daemon.memory_kib() - before) / MANY
    start = time.monotonic()
    held(daemon)
    left = set(waiting)
    while left and time.monotonic() < start + PATIENCE_S:
        for key, _ in selector.select(1):
            if fill(waiting, key.fileobj):
                left.discard(key.fileobj)
    took_ms = (time.monotonic() - start) * 1000
    drop_all(selector)
    print(f"{each_kib:.1f} KiB a stream, the last heard after {took_ms:.0f} ms")
    assert not left
    assert each_kib < 64 * SLOWER  # a sanitizer has its own share


def test_streams_end_when_the_service_does(rig):
    daemon = rig.daemon().start()
    watcher = Stream(daemon, FIRST_KEY)
    wait_for("presence", lambda: names(watcher))
    assert daemon.end() == 0
    wait_for("the end", lambda: watcher.ended)


def test_a_stream_that_nobody_reads_ends_with_the_service(rig):
    """Its client has stopped reading: that it left is told when all is closed."""
    daemon = rig.daemon("--threads", "1", "--drain-seconds", "1").start()
    list_held(daemon, "default")
    comment = held(daemon)
    with socket.socket() as stalled:
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        stalled.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
        stalled.connect(("127.0.0.1", daemon.port))
        stalled.sendall(events_request(FIRST_KEY))
        for _ in range(800):  # more than there is room for on the way
            lease(daemon, comment, FIRST_KEY)
            lease(daemon, comment, FIRST_KEY, "DELETE")
        begun = time.monotonic()
        assert daemon.end() == 0
    assert time.monotonic() - begun > 1  # it was waited for
