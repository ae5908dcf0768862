"""Clients that send comments for as long as they are let."""

import http.client
import json
import threading
import time

from conftest import FIRST_KEY, PATIENCE_S


class Load:
    """Clients on kept connections; `acked` are ids, `failed` what went wrong.

    A client goes on with a new connection when told that the old one closes.
    That nobody listens any more ends it; anything else is a failure. Where the
    service `ends`, it may close a kept connection while something is sent on
    it: these texts are in `unread`, and nobody may have read them.
    """

    def __init__(self, daemon, clients=8, comment=None, pause_s=0.0, ends=False):
        self.daemon = daemon
        self.comment = comment
        self.pause_s = pause_s
        self.ends = ends
        self.acked, self.answers, self.failed, self.unread = [], [], [], []
        self.going, self.slowest_s = True, 0.0
        self.took = []  # of each answer: when it came, seconds, what it was
        self.threads = [
            threading.Thread(target=self.client, args=(n,)) for n in range(clients)
        ]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.going = False
        for thread in self.threads:
            thread.join(PATIENCE_S)

    def body(self, client, number):
        return self.comment or {
            "content": f"comment {number} of client {client}, nothing special",
            "author": {"name": f"client {client} {number}"},
        }

    def client(self, client):
        number = 0
        while self.going:
            connection = http.client.HTTPConnection(
                "127.0.0.1", self.daemon.port, timeout=PATIENCE_S
            )
            try:
                connection.connect()
            except OSError:
                return
            try:
                number = self.use(connection, client, number)
            except (OSError, http.client.HTTPException) as e:
                self.failed.append(repr(e))
                return
            finally:
                connection.close()

    def use(self, connection, client, number):
        """Sends until the connection closes; returns the next number."""
        headers = {"Authorization": f"Bearer {FIRST_KEY}"}
        kept = False
        while self.going:
            comment = self.body(client, number)
            before = time.monotonic()
            number += 1
            try:
                connection.request("POST", "/v1/comments", json.dumps(comment), headers)
                got = connection.getresponse()
            except ConnectionError:
                if not (kept and self.ends):
                    raise
                self.unread.append(comment["content"])
                break
            text, kept = got.read(), True
            now = time.monotonic()
            self.slowest_s = max(self.slowest_s, now - before)
            if got.status == 200:
                answer = json.loads(text)
                self.took.append((now, now - before, answer))
                self.answers.append(answer)
                self.acked.append(answer["id"])
            else:
                self.failed.append(f"{got.status} {text.decode()}")
            if got.getheader("Connection") == "close":
                break
            time.sleep(self.pause_s)
        return number

    def wait_for(self, answers, seconds=PATIENCE_S):
        """Waits until so many more answers came."""
        end = time.monotonic() + seconds
        wanted = len(self.acked) + answers
        while len(self.acked) < wanted and time.monotonic() < end:
            time.sleep(0.005)
        assert len(self.acked) >= wanted, self.failed[:3]
