"""Clients that write down what they sent and what was acknowledged."""

import hashlib
import http.client
import json
import random
import threading
import uuid

from conftest import PATIENCE_S

STATES = {
    "approve": "published",
    "spam": "rejected",
    "abuse": "rejected",
    "trash": "trashed",
    "hold": "held",
}
WORDS = (
    "cheap pills online now garden bakery street free casino bonus weather click "
    "here article second half thanks viagra photo winter crypto profit"
).split()


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


class Sent:
    """One request; `answer` is what acknowledged it, None until then."""

    def __init__(self, method, path, body):
        self.method, self.path = method, path
        self.body = None if body is None else json.dumps(body)
        self.once = str(uuid.uuid4()) if method == "POST" else None
        self.answer = None


class Client:
    """Sends over one connection until that breaks; then again what was not
    acknowledged, under the same Idempotency-Key."""

    def __init__(self, name, site, key):
        self.name, self.site, self.key = name, site, key
        self.random = random.Random(name)
        self.sent = []
        self.failed = []

    def open(self):
        """What is not acknowledged: the last that was sent, at most."""
        last = self.sent[-1:]
        return last if last and last[0].answer is None else []

    def start(self, port):
        self.thread = threading.Thread(target=self.work, args=(port,))
        self.thread.start()

    def join(self):
        self.thread.join(30)

    def work(self, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        try:
            while not self.failed:
                if not self.open():
                    self.sent.append(self.next())
                self.send(connection, self.sent[-1])
        except (OSError, http.client.HTTPException):
            pass  # it was killed
        finally:
            connection.close()

    def send(self, connection, sent):
        headers = {"Authorization": f"Bearer {self.key}"}
        if sent.once:
            headers["Idempotency-Key"] = sent.once
        connection.request(sent.method, sent.path, sent.body, headers)
        got = connection.getresponse()
        text = got.read()
        if got.status == 200:
            sent.answer = text
        else:
            self.failed.append(f"{got.status} {text.decode()}")

    def settle(self, port):
        """Sends again what is open; whether there was something."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        open_ = self.open()
        for sent in open_:
            self.send(connection, sent)
        connection.close()
        return len(open_)


class Commenter(Client):
    """Sends comments, `batch` at a time; their ids tell them apart."""

    def __init__(self, name, site, key, batch=1):
        super().__init__(name, site, key)
        self.batch = batch

    def comment(self):
        n = len(self.sent)
        words = self.random.choices(WORDS, k=self.random.randint(3, 30))
        author = {"name": f"{self.name} {n % 50}", "ip": f"203.0.113.{n % 200}"}
        text = f"{' '.join(words)} {self.random.random()}"
        return {"content": text, "author": author}

    def next(self):
        comments = [
            self.comment() | {"id": f"{self.name}-{len(self.sent)}-{i}"}
            for i in range(self.batch)
        ]
        if self.batch == 1:
            return Sent("POST", "/v1/comments", comments[0])
        return Sent("POST", "/v1/comments:batch", {"comments": comments})

    def rows(self, sent):
        """What must be there of it: id of the engine, text, verdict."""
        asked = json.loads(sent.body)
        answer = {} if sent.answer is None else json.loads(sent.answer)
        if self.batch == 1:
            return [(asked["id"], digest(asked["content"]), answer)]
        verdicts = answer.get("results", [{}] * self.batch)
        return [
            (c["id"], digest(c["content"]), v)
            for c, v in zip(asked["comments"], verdicts)
        ]


class Moderator(Client):
    """Decides about what a commenter got acknowledged, and undoes some."""

    def __init__(self, name, commenter):
        super().__init__(name, commenter.site, commenter.key)
        self.commenter = commenter
        self.decided = {}  # comment: kind; None: undone

    def next(self):
        last = self.sent[-1] if self.sent else None
        if last and last.method == "POST" and self.random.random() < 0.2:
            return Sent("DELETE", last.path, None)
        while True:
            about = self.random.choice(self.commenter.sent or [None])
            if about and about.answer:
                id_ = json.loads(about.answer)["id"]
                if id_ not in self.decided:
                    break
        kind = self.random.choice(list(STATES))
        self.decided[id_] = kind
        return Sent("POST", f"/v1/comments/{id_}/decision", {"decision": kind})

    def settle(self, port):
        """An undo is not sent again: it may have been done."""
        if self.open() and self.sent[-1].method == "DELETE":
            self.sent[-1].answer = b""
            return 0
        return super().settle(port)

    def holds(self):
        """Acknowledged decisions and whether an undo followed: yes, no, or
        None when that was not acknowledged."""
        found = {}
        for sent in self.sent:
            id_ = sent.path.split("/")[3]
            if sent.method == "POST" and sent.answer:
                found[id_] = (json.loads(sent.body)["decision"], False)
            elif sent.method == "DELETE":
                found[id_] = (found[id_][0], True if sent.answer else None)
        return found
