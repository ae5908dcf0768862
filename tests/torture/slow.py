"""Clients that take their time: thousands of connections on one thread."""

import collections
import resource
import selectors
import socket
import time
from dataclasses import dataclass

from conftest import FIRST_KEY
from meanwhile import Meanwhile

HOST = b"Host: slow\r\n"
KEY = b"Authorization: Bearer %s\r\n" % FIRST_KEY.encode()
POST = b"POST /v1/comments HTTP/1.1\r\n" + HOST + KEY
PAGE = b"GET /openapi.json HTTP/1.1\r\n" + HOST + b"\r\n"
LONG_ID = "asked for"  # of comments that a test makes as long as it likes
FIND = b"GET /v1/comments?engine_id=asked%20for HTTP/1.1\r\n" + HOST + KEY + b"\r\n"
DRIP_S = 0.5
TURN_S = 0.05  # in which some of them drip, as they would not all at once


@dataclass(frozen=True)
class Kind:
    """What a client sends at once, and then byte by byte; whether it reads
    what it gets, by and by, too."""

    begins: bytes = b""
    drips: bytes = b""
    reads: bool = True


KINDS = {
    # nothing is ever said
    "silent": Kind(),
    # asks once and stays
    "kept": Kind(b"GET /livez HTTP/1.1\r\n" + HOST + b"\r\n"),
    "line": Kind(b"GET /", b"a"),
    "head": Kind(POST + b"X-Slow: ", b"a"),
    # as long as it may be, and all of it at once
    "long": Kind(POST + b"X-Long: " + b"a" * 15_000),
    "heads": Kind(POST, b"X-Slow: a\r\n"),
    "body": Kind(POST + b"Content-Length: 60000\r\n\r\n", b" "),
    # more answers than a socket holds, hardly or never read
    "reader": Kind(PAGE * 24, reads=False),
    "asker": Kind(FIND * 200, reads=False),
}


def files():
    """How many of them a process may have open, from now on."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


class Client:
    def __init__(self, name):
        self.name, self.kind = name, KINDS[name]
        self.sock = socket.socket()
        self.at = 0
        self.opened = self.cut = None

    def open(self, port):
        if not self.kind.reads:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.sock.connect(("127.0.0.1", port))
        self.sock.setblocking(False)
        self.opened = time.monotonic()
        self.sock.send(self.kind.begins)

    def drip(self):
        """The next byte, or a byte less to read."""
        try:
            if self.kind.drips:
                self.sock.send(self.kind.drips[self.at % len(self.kind.drips) :][:1])
                self.at += 1
            elif self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                self.end()
            elif self.sock.recv(1) == b"":
                self.end()
        except BlockingIOError:
            pass
        except OSError:
            self.end()

    def end(self):
        self.cut = self.cut or time.monotonic()


class Slow(Meanwhile):
    """So many clients of each kind; `cut_s` is how long they were borne."""

    def __init__(self, port, **numbers):
        self.port = port
        self.clients = [Client(n) for n, many in numbers.items() for _ in range(many)]
        self.selector = selectors.DefaultSelector()

    def __enter__(self):
        for each in self.clients:
            each.open(self.port)
            # who does not read only learns of the end by trying to
            if each.kind.reads:
                self.selector.register(each.sock, selectors.EVENT_READ, each)
        return super().__enter__()

    def __exit__(self, *_):
        super().__exit__()
        for each in self.clients:
            each.sock.close()

    def run(self):
        busy = [c for c in self.clients if c.kind.drips or not c.kind.reads]
        turns, turn = round(DRIP_S / TURN_S), 0
        next_turn = time.monotonic()
        while self.going:
            for key, _ in self.selector.select(TURN_S):
                self.look(key.data)
            if time.monotonic() < next_turn:
                continue
            next_turn += TURN_S
            turn = (turn + 1) % turns
            for each in busy[turn::turns]:
                if each.cut is None:
                    each.drip()

    def look(self, client):
        """Reads what there is; the end of it is the cut."""
        try:
            over = client.sock.recv(1 << 16) == b""
        except BlockingIOError:
            return
        except OSError:
            over = True
        if over:
            self.selector.unregister(client.sock)
            client.end()

    def wait(self, seconds):
        """Until all were cut."""
        end = time.monotonic() + seconds
        while self.left() and time.monotonic() < end:
            time.sleep(0.2)
        assert not self.left(), {c.name for c in self.left()}

    def left(self):
        return [c for c in self.clients if c.cut is None]

    def cut_s(self, name):
        return [c.cut - c.opened for c in self.clients if c.name == name and c.cut]


class Body:
    """A connection on which all of a request is sent but its last byte."""

    def __init__(self, port):
        self.sock, self.at = socket.socket(), 0
        self.sock.setblocking(False)
        self.sock.connect_ex(("127.0.0.1", port))

    def send(self, data):
        """Whether all was sent."""
        try:
            self.at += self.sock.send(data[self.at : self.at + (1 << 18)])
        except BlockingIOError:
            pass
        return self.at == len(data)

    def ended(self):
        """Whether it was; the first bytes of an answer, or none."""
        try:
            return True, self.sock.recv(1 << 16)
        except BlockingIOError:
            return False, b""
        except OSError:
            return True, b""


class Bodies(Meanwhile):
    """So many clients that begin a body and never end it. Those that are cut or
    answered come again, so many a second; `came` is how many did, `answers` are
    the statuses they got."""

    def __init__(self, port, head, size, number, per_s=100):
        self.port, self.number, self.per_s = port, number, per_s
        head += b"Content-Length: %d\r\n\r\n" % size
        self.data = memoryview(head + b"x" * (size - 1))
        self.came, self.answers = 0, collections.Counter()
        self.open = set()
        self.selector = selectors.DefaultSelector()

    def __exit__(self, *_):
        super().__exit__()
        for each in self.open:
            each.sock.close()

    def run(self):
        begun, more = time.monotonic(), selectors.EVENT_READ | selectors.EVENT_WRITE
        while self.going:
            due = (time.monotonic() - begun) * self.per_s
            while len(self.open) < self.number and self.came < due:
                body = Body(self.port)
                self.open.add(body)
                self.selector.register(body.sock, more, body)
                self.came += 1
            for key, events in self.selector.select(TURN_S):
                self.look(key.data, events)

    def look(self, body, events):
        over, answer = False, b""
        if events & selectors.EVENT_READ:
            over, answer = body.ended()
        if not over and events & selectors.EVENT_WRITE:
            try:
                if body.send(self.data):
                    self.selector.modify(body.sock, selectors.EVENT_READ, body)
            except OSError:
                over, answer = body.ended()
                over = True
        if over:
            self.answers.update([int(answer[9:12])] if answer else [])
            self.selector.unregister(body.sock)
            self.open.remove(body)
            body.sock.close()
