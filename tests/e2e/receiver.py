"""A receiver of webhooks: keeps what it gets, answers as its path says."""

import base64
import hashlib
import hmac
import http.server
import json
import threading
import time


class Got:
    """One request that arrived."""

    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, headers, body
        self.at = time.monotonic()

    @property
    def json(self):
        return json.loads(self.body)

    def signed_by(self, secret):
        """Whether a signature of it is by `secret`; as a receiver would check."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        at = self.headers["webhook-timestamp"]
        assert abs(time.time() - int(at)) < 300
        text = f"{self.headers['webhook-id']}.{at}.".encode() + self.body
        want = "v1," + base64.b64encode(hmac.digest(key, text, "sha256")).decode()
        return want in self.headers["webhook-signature"].split(" ")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        receiver = self.server.receiver
        released = receiver.released
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver.got.append(Got(self.path, dict(self.headers.items()), body))
        how = self.path.split("/")[1].split("?")[0]
        if how == "hang":
            released.wait(300)
        status = receiver.status.get(how, 200)
        self.send_response(status)
        if status in (301, 302, 307):
            self.send_header("Location", receiver.url("/redirected"))
        for header in receiver.headers.get(how, ()):
            self.send_header(*header)
        answer = receiver.answer(body) if receiver.answer else b"ok"
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class Receiver:
    def __init__(self):
        self.got, self.answer = [], None
        self.status = {"fail": 500, "gone": 410, "redirect": 307, "busy": 429}
        self.headers = {"busy": [("Retry-After", "3600")]}
        self.released = threading.Event()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.receiver = self
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path="/ok", host="127.0.0.1"):
        return f"http://{host}:{self.server.server_address[1]}{path}"

    def at(self, path):
        return [g for g in self.got if g.path == path]

    def release(self):
        """Answers all that hang by now; those to come hang again."""
        self.released.set()
        self.released = threading.Event()

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
