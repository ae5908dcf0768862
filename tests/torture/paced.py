"""Requests at a pace over kept connections, by one thread that never waits."""

import collections
import json
import re
import selectors
import socket
import time

from conftest import FIRST_KEY, PATIENCE_S
from meanwhile import Meanwhile

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)
CLOSE = re.compile(rb"\r\nconnection: *close", re.I)


def request(method, path, body=None, key=FIRST_KEY, **headers):
    """A request as bytes; underscores in names of headers become dashes."""
    data = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: torture"]
    lines += [f"Authorization: Bearer {key}"] if key else []
    lines += [f"{name.replace('_', '-')}: {v}" for name, v in headers.items()]
    lines += [f"Content-Length: {len(data)}"] if method != "GET" else []
    return "\r\n".join([*lines, "", ""]).encode() + data


def check(content, key=FIRST_KEY, **more):
    return request("POST", "/v1/comments", {"content": content} | more, key)


def forever(requests):
    """Of requests by their tags, one after the other, again and again."""
    while True:
        yield from requests.items()


def quantile(values, share):
    """The value that so large a share of them does not exceed."""
    ordered = sorted(values)
    return ordered[int(share * (len(ordered) - 1))] if ordered else 0.0


def p99_ms(values):
    return round(1000 * quantile(values, 0.99), 1)


Answer = collections.namedtuple("Answer", "tag status body seconds head")


class Line:
    """A kept connection, with one request at a time on it."""

    def __init__(self, owner):
        self.owner, self.sock, self.kept = owner, None, False

    def ask(self, due, tag, data):
        self.due, self.tag, self.data, self.got = due, tag, data, b""
        if self.sock is not None:
            return self.send()
        self.sock, self.kept = socket.socket(), False
        self.sock.setblocking(False)
        self.sock.connect_ex(("127.0.0.1", self.owner.port))
        self.owner.selector.register(self.sock, selectors.EVENT_WRITE, self)

    def send(self):
        try:
            self.data = self.data[self.sock.send(self.data) :]
        except BlockingIOError:
            pass
        except ConnectionRefusedError:
            return self.close(refused=True)
        except OSError as e:
            return self.close(e)
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if self.data else 0)
        self.owner.selector.modify(self.sock, events, self)

    def ready(self, events):
        if events & selectors.EVENT_WRITE:
            self.send()
        elif self.data is None:
            self.close()
        else:
            self.receive()

    def receive(self):
        try:
            part = self.sock.recv(1 << 16)
        except OSError as e:
            return self.close(e)
        if not part:
            return self.close("closed before the answer")
        self.got += part
        head, found, body = self.got.partition(b"\r\n\r\n")
        length = found and LENGTH.search(head)
        if found and (length is None or len(body) >= int(length[1])):
            self.finish(head, body)

    def finish(self, head, body):
        seconds = time.monotonic() - self.due
        self.data, self.kept = None, True
        self.owner.take(Answer(self.tag, int(head[9:12]), body, seconds, head))
        if CLOSE.search(head):
            self.close()
        else:
            self.owner.free.append(self)

    def close(self, why=None, refused=False):
        """Ends the connection; `why` says what became of a request on it."""
        if self.sock in self.owner.selector.get_map():
            self.owner.selector.unregister(self.sock)
        self.sock.close()
        self.sock = None
        if self not in self.owner.free:
            self.owner.free.append(self)
        if refused:
            self.owner.refused = True
        elif why is not None and self.owner.ends and self.kept and not self.got:
            self.owner.unread.append(self.tag)
        elif why is not None:
            self.owner.failed.append(f"{self.tag}: {why!r} after {self.got!r}")
        self.data = None


class Paced(Meanwhile):
    """Sends `per_s` requests a second from pairs of tag and bytes, whatever
    becomes of those before; a time counts from when its request was due. A
    client reads `Connection: close` and goes on with a new connection; that
    nobody listens any more ends it. `failed` are requests without an answer,
    `answers` the others, unless `take` does something else with them. Where the
    service `ends`, it may close a kept connection while something is sent on
    it: the tags of that are in `unread`, and nobody may have read it."""

    def __init__(self, port, requests, per_s, lines=16, take=None, ends=False):
        self.port, self.requests, self.per_s = port, iter(requests), per_s
        self.answers, self.failed, self.refused = [], [], False
        self.ends, self.unread = ends, []
        self.sent, self.late_s = 0, 0.0
        self.take = take or self.answers.append
        self.selector = selectors.DefaultSelector()
        self.lines = [Line(self) for _ in range(lines)]
        self.free = collections.deque(self.lines)
        self.waiting = collections.deque()

    def __exit__(self, *_):
        self.stop()

    def stop(self, seconds=PATIENCE_S):
        """Sends no more, waits for answers to what was sent."""
        self.going = False
        self.end = time.monotonic() + seconds
        self.thread.join(seconds + 5)
        assert not self.thread.is_alive()

    def busy(self):
        return len(self.free) < len(self.lines)

    def run(self):
        due = time.monotonic()
        while (self.going and not self.refused) or self.busy():
            now = time.monotonic()
            while self.going and due <= now:
                self.waiting.append(due)
                due += 1 / self.per_s
            while self.waiting and self.free and self.going and not self.refused:
                self.begin(self.waiting.popleft(), now)
            if not self.going and now > self.end:
                break
            for key, events in self.selector.select(max(0.0, min(due - now, 0.05))):
                if key.fileobj in self.selector.get_map():
                    key.data.ready(events)
        self.over()

    def begin(self, due, now):
        self.late_s = max(self.late_s, now - due)
        self.sent += 1
        self.free.popleft().ask(due, *next(self.requests))

    def over(self):
        for line in self.lines:
            if line not in self.free:
                self.failed.append(f"{line.tag}: no answer in time")
            if line.sock is not None:
                line.sock.close()
        self.selector.close()

    def seconds(self):
        return [a.seconds for a in self.answers]

    def statuses(self):
        return collections.Counter(a.status for a in self.answers)
