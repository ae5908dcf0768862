"""T17: what two readers of one connection could take differently is refused,
and no front ever makes two requests of what it took for one."""

import itertools
import random
import re
import socket

import front
import pytest
from conftest import PATIENCE_S, wait_for

HOST = b"Host: torture\r\n"
NEXT = b"GET /livez?smuggled HTTP/1.1\r\n" + HOST + b"\r\n"
SEEN = b'{"live":true}'  # what it would be answered
CHUNKS = b"3\r\nabc\r\n0\r\n\r\n"
FORM = b"POST /1.1/comment-check HTTP/1.1\r\n"


def get(headers=b"", target=b"/livez", version=b"HTTP/1.1", after=NEXT):
    return b"GET " + target + b" " + version + b"\r\n" + HOST + headers + b"\r\n" + after


def post(headers, body=CHUNKS):
    return FORM + HOST + headers + b"\r\n" + body + NEXT


TE, CL = b"Transfer-Encoding: chunked\r\n", b"Content-Length: 3\r\n"
CASES = {
    "TE and CL": post(TE + CL),
    "CL and TE": post(CL + TE),
    "CL and TE on GET": get(CL + TE, after=CHUNKS + NEXT),
    "two TE": post(TE + TE),
    "gzip, chunked": post(b"Transfer-Encoding: gzip, chunked\r\n"),
    "xchunked": post(b"Transfer-Encoding: xchunked\r\n"),
    "identity and chunked": post(b"Transfer-Encoding: identity\r\n" + TE),
    "TE on 1.0": b"POST /1.1/comment-check HTTP/1.0\r\n" + TE + b"\r\n" + CHUNKS + NEXT,
    "folded TE": post(b"Transfer-Encoding:\r\n chunked\r\n"),
    "CL 3 then 30": post(CL + b"Content-Length: 30\r\n", b"abc"),
    "CL 30 then 3": post(b"Content-Length: 30\r\n" + CL, b"abc"),
    "CL twice the same": post(CL + CL, b"abc"),
    "CL with a blank before the colon": post(b"Content-Length : 3\r\n", b"abc"),
    "a list of CL": post(b"Content-Length: 3, 3\r\n", b"abc"),
    "CL +3": post(b"Content-Length: +3\r\n", b"abc"),
    "CL -3": post(b"Content-Length: -3\r\n", b"abc"),
    "CL 0x3": post(b"Content-Length: 0x3\r\n", b"abc"),
    "CL 2^64 + 3": post(b"Content-Length: 18446744073709551619\r\n", b"abc"),
    "no CL": FORM + HOST + b"\r\n" + NEXT,
    "two Host": get(HOST),
    "no Host": b"GET /livez HTTP/1.1\r\n\r\n" + NEXT,
    "bare LF": b"GET /livez HTTP/1.1\nHost: torture\n\n" + NEXT,
    "one bare LF": get(b"A: b\nC: d\r\n"),
    "a bare CR in a value": get(b"A: b\rC: d\r\n"),
    "NUL in a value": get(b"A: b\0c\r\n"),
    "NUL in a name": get(b"A\0: b\r\n"),
    "a name beyond ASCII": get(b"\xc3\xa9: b\r\n"),
    "a line without a colon": get(b"nonsense\r\n"),
    "a folded value": get(b"A: b\r\n c\r\n"),
    "version 1.9": get(version=b"HTTP/1.9"),
    "version 2.0": get(version=b"HTTP/2.0"),
    "NUL in the target": get(target=b"/li\0vez"),
    "an encoded NUL": get(target=b"/livez%00"),
    "raw UTF-8 in the target": get(target=b"/\xc3\xa9"),
    "a blank in the target": get(target=b"/li vez"),
    "two blanks before the target": b"GET  /livez HTTP/1.1\r\n" + HOST + b"\r\n" + NEXT,
    "an absolute target": get(target=b"http://torture/livez"),
}  # fmt: skip
# two keys are ours: a front may well send both on
OURS = {
    "two keys": get(b"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"),
    "compressed": post(CL + b"Content-Encoding: gzip\r\n", b"abc"),
}

# --- generated: each has one fault at least in what says where a body ends

NAMES = [b"Transfer-Encoding", b"transfer-encoding", b"TRANSFER-ENCODING"]
CODINGS = [
    b": xchunked", b": chunked, identity", b": identity, chunked", b": chunked,",
    b": ,chunked", b": \"chunked\"", b": chunked;q=1", b": chunked\0", b": \0chunked",
    b":\x0bchunked", b": chunke\xc4\x91", b" : chunked", b"\t: chunked", b"\0: chunked",
    b":\r\n chunked", b":\r\n\tchunked", b": chun\r\n ked", b": chunked\r", b"; chunked",
    b": cow, chunked", b": identity", b": ", b": chunked chunked",
]  # fmt: skip
LENGTHS = [
    b": 3, 4", b": 3 4", b": +3", b": -3", b": 3.0", b": 0x3", b": 3e0", b": \"3\"",
    b": 3;", b": ", b": three", b": 99999999999999999999", b": 3\0", b": 3\r",
    b" : 3", b"\t: 3", b"\0: 3", b":\r\n 3", b": \xef\xbc\x93", b": 3\x0b",
]  # fmt: skip
ENDS = [b"\r\n", b"\n", b"\r\r\n", b"\n\r\n"]


def generated(number):
    """Some of all there are, the same ones each time."""
    faults = [n + c for n in NAMES for c in CODINGS]
    faults += [n + c for n in (b"Content-Length", b"CONTENT-LENGTH") for c in LENGTHS]
    others = [b"", CL, TE, b"A: b\r\n"]
    every = itertools.product(faults, ENDS, others, (False, True))
    # a NUL in the place of a CR is the one thing that we cannot see (http_gate.h),
    # and a CR before an LF is no fault
    unseen = re.compile(rb"[\r\0]$")
    every = [e for e in every if not (unseen.search(e[0]) and e[1][:1] == b"\n")]
    chosen = random.Random(7).sample(every, min(number, len(every)))
    for fault, end, other, first in chosen:
        lines = fault + end + other if first else other + fault + end
        yield f"{lines!r}", post(lines)


def exchange(port, data, patience_s=PATIENCE_S):
    """All that is answered, and whether the other side closed."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as s:
        s.sendall(data)
        s.settimeout(patience_s)
        try:
            while part := s.recv(65536):
                got += part
        except ConnectionError:
            pass
        except TimeoutError:
            return got, False
    return got, True


def statuses(got):
    return [int(s) for s in re.findall(rb"^HTTP/1\.[01] (\d+)", got, re.M)]


@pytest.fixture(scope="module")
def service(shared_rig):
    flags = ["--limit-author", "0", "--limit-ip", "0", "--limit-wrong-keys", "0"]
    return shared_rig.daemon(*flags).start()


GOOD = get(b"Connection: close\r\n", after=b"")
REFUSALS = {400, 411, 413, 414, 415, 431, 501, 505}


def all_cases(budget):
    yield from (CASES | OURS).items()
    yield from generated(budget.of(200, 10_000))


def test_direct(service, budget):
    """One refusal, and then the connection is closed."""
    tried = 0
    for name, data in all_cases(budget):
        got, closed = exchange(service.port, data)
        assert statuses(got)[:1] and set(statuses(got)) <= REFUSALS, (name, got)
        assert SEEN not in got and closed, (name, got)
        tried += 1
    budget.tell(cases=tried)


def test_a_second_answer_would_be_seen(service):
    got, _ = exchange(service.port, get(after=GOOD))
    assert got.count(SEEN) == 2


# --- through a front: how many requests it sent, by its own log, and how many
# the service answered

FORWARDED = {
    "nginx": re.compile(r"^forwarded \d", re.M),
    "haproxy": re.compile(r"^forwarded moderato/moderato", re.M),
}
LOG = {
    "nginx": {
        "access_log off;": "log_format torture 'forwarded $upstream_status'; "
        "access_log FOLDER/access.log torture;"
    },
    "haproxy": {
        "log stdout format raw local0 notice": "log stdout format raw local0 info",
        "frontend comments\n": "frontend comments\n"
        "\tlog-format 'forwarded %b/%s %ST %HM %HP'\n",
    },
}


class Told(front.Front):
    """A front that logs each request that it sends on."""

    def __init__(self, kind, folder, service):
        self.kind = kind
        super().__init__(kind, folder, service)

    def configure(self, text):
        changes = {
            old: new.replace("FOLDER", str(self.folder))
            for old, new in LOG[self.kind].items()
        }
        return front.replaced(text, changes)

    def forwarded(self):
        file = self.folder / "access.log" if self.kind == "nginx" else self.log
        return len(FORWARDED[self.kind].findall(file.read_text()))


@pytest.fixture(scope="module", params=front.FRONTS)
def proxy(service, request, tmp_path_factory):
    f = Told(request.param, tmp_path_factory.mktemp(request.param), service.port)
    request.addfinalizer(f.dispose)
    return f


def answered(service):
    """Requests that the service answered so far, but for these."""
    service.asked = getattr(service, "asked", 0) + 1
    text = service.get("/metrics", admin=True).text
    found = re.findall(r'^moderato_http_requests_total{.*} (\d+)$', text, re.M)
    return sum(map(int, found)) - service.asked


def test_through_a_front(service, proxy, budget):
    """The service never answers more than what the front knows it sent, and
    who shares a connection with the attacker gets his own answer."""
    before, sent_before = answered(service), proxy.forwarded()
    tried = refused = 0
    for name, data in all_cases(budget):
        got, _ = exchange(proxy.port, data, patience_s=0.3)
        tried += 1
        refused += 200 not in statuses(got)[:1]
        got, _ = exchange(proxy.port, GOOD)
        assert statuses(got) == [200] and got.count(SEEN) == 1, (name, got)
        seen = answered(service) - before
        wait_for(f"its log: {name}", lambda: proxy.forwarded() - sent_before >= seen)
    budget.tell(cases=tried, refused=refused, answered=answered(service) - before)
