"""T19: clients that are slow, greedy or too many hold nobody else up."""

import select
import socket
import time

import pytest
from conftest import FIRST_KEY, PATIENCE_S, wait_for
from gauge import Gauge, beside
from paced import Paced, check, forever, p99_ms, request
from slow import HOST, KEY, LONG_ID, POST, Bodies, Slow, files

# how much later than its time a connection may go, on a machine with other work
LATE_S = 3.0
AT_ONCE_S = 8.0  # sooner than by any deadline
MIB = 1 << 20
# how many connections may be there beyond the limit, and on other ports
SPARE = 64 + 10


def connections(daemon):
    return daemon.metric("moderato_http_connections")


ORDINARY = {
    "live": request("GET", "/livez", key=None),
    "check": check("An ordinary remark about this page.", test=True),
    "record": check("Another one, which is kept."),
}
PAGE = {"page": request("GET", "/", key=None), "ready": request("GET", "/readyz")}


def unlimited(rig, *flags):
    return rig.daemon("--limit-author", "0", "--limit-ip", "0", *flags)


SHORT = ["--head-seconds", "1", "--request-seconds", "3", "--idle-seconds", "2"]
# from which deadline to which a kind may go on: head, idle or request
ENDS = {
    "silent": (0, 0),
    "line": (0, 0),
    "head": (0, 0),
    "heads": (0, 0),
    "kept": (1, 1),
    "body": (2, 2),
    "reader": (1, 2),
}


def test_slow_clients_are_cut_and_hold_nobody_up(rig, budget):
    deadlines_s = budget.of((1, 2, 3), (10, 15, 30))
    # fewer than there may be: nobody goes to make room
    daemon = unlimited(rig, "--connections", "16000", *budget.of(SHORT, [])).start()
    numbers = dict.fromkeys(ENDS, budget.of(40, 50)) | {
        "silent": budget.of(250, min(10_000, files() - 4500)),
        "head": budget.of(50, 500),
        "body": budget.of(50, 1000),
    }
    gauge, seconds = Gauge(daemon, budget.of(40, 300)), budget.of(1.5, 12)
    calm = gauge.measure(seconds)
    before = daemon.memory_kib()
    ordinary = Paced(daemon.port, forever(ORDINARY), 40)
    page = Paced(daemon.admin_port, forever(PAGE), 20, lines=4)
    with budget.quiet(rig) as quiet, ordinary, page, Slow(daemon.port, **numbers) as slow:
        beset = gauge.start(seconds)  # until the first of them are cut
        peak = daemon.memory_kib()
        slow.wait(deadlines_s[2] + 30)
        peak = max(peak, daemon.memory_kib("VmHWM"))
    assert ordinary.failed + page.failed == []
    assert set(ordinary.statuses()) | set(page.statuses()) == {200}
    # we are late, too, and so were those that did nothing wrong
    late_s = LATE_S + ordinary.late_s + max(ordinary.seconds())
    for kind, (first, last) in ENDS.items():
        cut_s = slow.cut_s(kind)
        assert len(cut_s) == numbers[kind]
        budget.tell(**{f"{kind}_cut_s": [round(min(cut_s), 2), round(max(cut_s), 2)]})
        assert min(cut_s) >= deadlines_s[first] - 0.5, kind
        assert max(cut_s) <= deadlines_s[last] + late_s, kind
    wait_for("only our own left", lambda: connections(daemon) <= 2)
    grown_mib = (peak - before) / 1024
    budget.tell(
        connections=sum(numbers.values()),
        ordinary=len(ordinary.answers),
        page_p99_ms=p99_ms(page.seconds()),
        **(figures := beside([calm], [gauge.read(beset)])),
        grown_mib=round(grown_mib, 1),
    )
    quiet.promise(p99_ms=(figures["p99_ms"], 50))
    # some 9 KiB a connection
    assert grown_mib <= 128


def test_more_than_the_limit_never_locks_anybody_out(rig, budget):
    """The connection that waits longest makes room, whoever holds it."""
    most = budget.of(100, 4000)
    daemon = unlimited(rig, "--threads", "1", "--connections", str(most)).start()
    with Slow(daemon.port, silent=most, head=most) as slow:
        with Paced(daemon.port, forever(ORDINARY), 50, lines=8) as ordinary:
            time.sleep(budget.of(2, 6))
        assert len(slow.left()) <= most
        assert connections(daemon) <= most + SPARE
    assert ordinary.failed == [] and set(ordinary.statuses()) == {200}
    assert daemon.metric("moderato_http_connections_cut_total") >= most
    budget.tell(p99_ms=p99_ms(ordinary.seconds()))


def test_one_address_may_have_so_many(rig):
    """But not where proxies speak for many."""
    limit = ["--threads", "1", "--connections-per-ip", "5"]
    for trusted, open_ones in (([], 5), (["--trusted-proxies", "10.0.0.0/8"], 9)):
        daemon = rig.daemon(*limit, *trusted).spawn()
        port = wait_for("listening", lambda: daemon.event("listening"))["port"]
        held = [connect(port) for _ in range(9)]
        answered = [alive(s) for s in held]
        assert answered == [n < open_ones for n in range(9)]
        with connect(port, "127.0.0.9") as s:
            assert alive(s)
        for s in held:
            s.close()


def connect(port, source="127.0.0.1"):
    return socket.create_connection(("127.0.0.1", port), PATIENCE_S, (source, 0))


def alive(s):
    """Whether a connection has an answer to give."""
    try:
        s.sendall(b"GET /livez HTTP/1.1\r\n" + HOST + b"\r\n")
        return s.recv(4096).startswith(b"HTTP/1.1 200 ")
    except OSError:
        return False


# --- bodies that never end

# of all that are not whole, by servers.c
BODIES_MIB = 64
BATCH = b"POST /v1/comments:batch HTTP/1.1\r\n" + HOST
# what is asked, and what is said before the body is there; None: nothing
ENDLESS = {
    "a form": (b"POST /1.1/comment-check HTTP/1.1\r\n" + HOST, None),
    "a batch": (BATCH + KEY, None),
    "a batch without a key": (BATCH, 401),
    "a batch with a wrong key": (BATCH + b"Authorization: Bearer none\r\n", 401),
    "no path": (b"POST /nowhere HTTP/1.1\r\n" + HOST, 404),
}
LONG = {"long": check("so it goes on, " * 2000, test=True)}


@pytest.mark.parametrize("name", ENDLESS)
def test_bodies_that_never_end_fill_no_memory(rig, budget, name):
    """All but the last byte of each is sent, again and again: what is there
    longest goes, and those who mean well are not among them."""
    head, status = ENDLESS[name]
    number = budget.of(150, 1000)
    daemon = unlimited(rig).start()
    for _ in range(50):
        daemon.check({"content": "What is needed is there already."})
    before = daemon.memory_kib()
    daemon.forget_peak()
    ordinary = Paced(daemon.port, forever(ORDINARY | LONG), 40)
    page = Paced(daemon.admin_port, forever(PAGE), 20, lines=4)
    bodies = Bodies(daemon.port, head, MIB, number, budget.of(100, 250))
    with ordinary, page, bodies:
        wait_for("all of them", lambda: bodies.came >= 2 * number)
        time.sleep(budget.of(1, 10))
        cut = daemon.metric("moderato_http_connections_cut_total")
    grown_mib = (daemon.memory_kib("VmHWM") - before) / 1024
    budget.tell(
        came=bodies.came,
        cut=cut,
        answered=bodies.answers.total(),
        ordinary=len(ordinary.answers),
        ordinary_p99_ms=p99_ms(ordinary.seconds()),
        page_p99_ms=p99_ms(page.seconds()),
        grown_mib=round(grown_mib, 1),
    )
    assert ordinary.failed + page.failed == []
    assert set(ordinary.statuses()) | set(page.statuses()) == {200}
    assert set(bodies.answers) == ({status} if status else set())
    if status is None:
        assert cut >= number / 4
    assert grown_mib <= (0 if status else BODIES_MIB) + 32


# of the memory for answers that are not taken: 8 MiB of the moderators' port,
# and 64 of the other one, of 64 KiB each at least
UNTAKEN_PAGE, UNTAKEN_API = 128, 1024


def test_answers_that_nobody_takes_fill_no_memory(rig, budget):
    """Beyond that those go that nobody took for longest, once that is a second:
    until then an answer is on its way to who reads it, too."""
    number, most = budget.of((200, UNTAKEN_PAGE), (3000, UNTAKEN_API))
    daemon = unlimited(rig).start()
    daemon.check({"id": LONG_ID, "content": "so it goes on, " * 2000})
    port = budget.of(daemon.admin_port, daemon.port)
    before = daemon.memory_kib()
    ordinary = Paced(daemon.port, forever(ORDINARY), 20)
    page = Paced(daemon.admin_port, forever(PAGE), 20, lines=4)
    with ordinary, page, Slow(port, asker=number):
        name = "moderato_http_connections_cut_total"
        wait_for("some are cut", lambda: daemon.metric(name) >= number - most)
        daemon.forget_peak()
        time.sleep(1)
        cut, peak = daemon.metric(name), daemon.memory_kib("VmHWM")
    assert ordinary.failed + page.failed == []
    assert set(ordinary.statuses()) | set(page.statuses()) == {200}
    grown_mib = (peak - before) / 1024
    budget.tell(askers=number, cut=cut, grown_mib=round(grown_mib, 1))
    assert cut < number
    assert grown_mib <= most / 16 + 32


# --- what is too large is refused before it comes

GIB = 1 << 30
SUBMIT = b"POST /1.1/comment-check HTTP/1.1\r\n" + HOST
CHUNK = b"10000\r\n" + b"x" * 65536 + b"\r\n"
FORM = b"api_key=%s&blog=http://a.example/&user_ip=192.0.2.1&" % FIRST_KEY.encode()
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"


def length(n):
    return b"Content-Length: %d\r\n\r\n" % n


# head, what follows again and again, statuses that it may get; b"": no answer
GREEDY = {
    "a length of 1 GiB": (POST + length(GIB), b"x" * 65536, {b"413"}),
    "1 GiB that waits for 100": (
        POST + b"Expect: 100-continue\r\n" + length(GIB),
        b"",
        {b"413"},
    ),
    "1 GiB in chunks": (POST + CHUNKED, CHUNK, {b"411"}),
    "1 GiB in chunks of a form": (SUBMIT + CHUNKED, CHUNK, {b""}),
    "a chunk of 1 GiB": (SUBMIT + CHUNKED + b"40000000\r\n", b"x" * 65536, {b""}),
    "a length of 2^64 - 1": (POST + length(2**64 - 1), b"x" * 65536, {b"400"}),
    "a length of 2^64": (POST + length(2**64), b"x" * 65536, {b"400", b"413"}),
    "a body without a key": (
        b"POST /v1/comments HTTP/1.1\r\n" + HOST + length(GIB),
        b"x" * 65536,
        {b"413"},
    ),
    "more than the length": (POST + length(18) + b'{"content":"more"}',
                             b"x" * 65536, {b"200"}),
    "a head without an end": (POST + b"X-More: ", b"x" * 65536, {b"431", b"413"}),
    "a line without an end": (b"GET /", b"x" * 65536, {b"414"}),
}  # fmt: skip


def rest_of(s):
    """What has come and comes until the other side ends it."""
    s.settimeout(PATIENCE_S)
    got = b""
    try:
        while part := s.recv(65536):
            got += part
    except OSError:
        pass
    return got


def send_greedy(port, head, again):
    """Sends up to 1 GiB, until an answer comes or the connection is cut; what
    was sent, the answer, when it was refused. An answer may come just before
    the cut that makes sending fail: it is read then."""
    sent = 0
    begin = time.monotonic()
    with connect(port) as s:
        s.sendall(head)
        while again and sent < GIB and time.monotonic() < begin + PATIENCE_S:
            if select.select([s], [], [], 0)[0]:
                break
            try:
                s.settimeout(0.001)
                sent += s.send(again)
            except TimeoutError:
                continue
            except OSError:
                break
        if not again:
            select.select([s], [], [], PATIENCE_S)
        answer_s = time.monotonic() - begin
        return sent, rest_of(s), answer_s


@pytest.fixture(scope="module")
def warm(shared_rig):
    """A daemon that has done before what it does in the background."""
    daemon = unlimited(shared_rig).start()
    for _ in range(50):
        daemon.check({"content": "What is needed is there already."})
    connections(daemon)
    time.sleep(2)
    return daemon


@pytest.mark.parametrize("name", GREEDY)
def test_greedy_clients_are_refused_at_once(warm, budget, name):
    head, again, statuses = GREEDY[name]
    daemon = warm
    daemon.forget_peak()
    before = daemon.memory_kib()
    for _ in budget.rounds(1, 20):
        sent, got, took_s = send_greedy(daemon.port, head, again)
        assert got[9:12] in statuses, got[:300]
        assert b"100 Continue" not in got
        assert sent <= 32 * MIB
        assert took_s < AT_ONCE_S
    grown_kib = daemon.memory_kib("VmHWM") - before
    budget.tell(refused_ms=round(1000 * took_s, 1), grown_kib=grown_kib, sent=sent)
    # and what a form may hold
    assert grown_kib <= 1024 + (1024 if SUBMIT in head else 0)
    daemon.check({"content": "And on it goes."})


def test_a_body_that_never_comes_is_forgotten(rig):
    """At once, or when it is silent for too long: libmicrohttpd misses an end
    that comes together with the last bytes."""
    daemon = unlimited(rig, "--idle-seconds", "1").start()
    for n in (0, 1, 10, 50_000):
        with connect(daemon.port) as s:
            s.sendall(POST + length(60_000) + b"x" * n)
    wait_for("they are gone", lambda: connections(daemon) <= 2)
    assert daemon.metric("moderato_http_requests_in_flight") == 1
