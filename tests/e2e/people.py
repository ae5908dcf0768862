"""People as tests see them: browsers with a session on the admin listener."""

import base64
import hashlib
import hmac
import re
import struct
import time

from conftest import PATIENCE_S
from openapi import new_session

COOKIE = "__Host-sid"
PASSWORD = "correct horse battery"


def first_link(daemon):
    """The token of the one-time link that the first start told."""
    return re.search(r"#link=(\w+)", daemon.out.read_text())[1]


def totp(secret, at=None):
    """The code of an authenticator (RFC 6238)."""
    key = base64.b32decode(secret)
    step = struct.pack(">Q", int(time.time() if at is None else at) // 30)
    mac = hmac.digest(key, step, hashlib.sha1)
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at:at + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


class Person:
    """Somebody's browser: a cookie, and the token against forgery."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.cookie = self.csrf = None
        self.session = new_session()

    def ask(self, method, path, body=None, **headers):
        """Asks as our page does; headers of None are not sent."""
        named = {"X-CSRF-Token": self.csrf, "Cookie": f"{COOKIE}={self.cookie}"}
        named |= {name.replace("_", "-"): v for name, v in headers.items()}
        # requests itself would not send a cookie that is Secure
        return self.session.request(
            method,
            self.daemon.url(path, admin=True),
            json=body,
            headers={name: v for name, v in named.items() if v is not None},
            timeout=PATIENCE_S,
        )

    def sign_in(self, **how):
        got = self.ask("POST", "/v1/session", how, Cookie=None)
        if got.status_code == 200:
            self.cookie = re.match(rf"{COOKIE}=(\w+);", got.headers["Set-Cookie"])[1]
            self.csrf = got.json()["csrf"]
        return got

    def choose(self, name, password=PASSWORD, **more):
        order = {"name": name, "password": password} | more
        return self.ask("PATCH", "/v1/session", order)


def enter(daemon, **how):
    """Somebody who is signed in."""
    person = Person(daemon)
    got = person.sign_in(**how)
    assert got.status_code == 200, got.text
    return person


def invite(daemon, name, role, *sites):
    """Makes somebody of that role, who is signed in and has a password."""
    order = {"name": name, "role": role} | ({"sites": list(sites)} if sites else {})
    got = daemon.operate("POST", "/v1/users", order)
    assert got.status_code == 201, got.text
    person = enter(daemon, link=got.json()["link"]["token"])
    assert person.choose(name).status_code == 200
    return person
