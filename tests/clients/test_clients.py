"""Clients of Akismet as they are, in a network where its names are ours.

tests/clients/run makes that network: a hosts file names rest.akismet.com, and
HAProxy listens there, with a certificate that the clients are told to trust.
"""

import os
import pathlib
import subprocess

import pytest
from conftest import wait_for
from front import Front

HERE = pathlib.Path(__file__).parent
KEY, WRONG = os.environ.get("AKISMET_KEY"), os.environ.get("AKISMET_WRONG_KEY")
HAM = "I have the same bicycle and the brakes were fine after two winters"
GUARANTEED = "viagra-test-123"

pytestmark = pytest.mark.skipif(KEY is None, reason="`make test-clients` runs these")


@pytest.fixture
def service(rig):
    """A service that answers as rest.akismet.com, and the certificate of it."""
    flags = ["--limit-author", "0", "--limit-ip", "0"]
    d = rig.daemon(*flags, "--trusted-proxies", "127.0.0.1", key=KEY).spawn()
    port = wait_for("listening", lambda: d.event("listening"))["port"]
    proxy = Front("haproxy", rig.place(), port, ports=(80, 443))
    rig.made.append(proxy)
    return proxy


@pytest.fixture(scope="session")
def go_program(tmp_path_factory):
    folder = tmp_path_factory.mktemp("go")
    debian = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode"}
    own = {"GOCACHE": str(folder / "cache"), "GOFLAGS": ""}
    subprocess.run(
        ["go", "build", "-o", folder / "client", HERE / "akismet.go"],
        check=True, timeout=240, env=os.environ | debian | own,
    )  # fmt: skip
    return folder / "client"


# How each is called, and what it makes of a wrong key when it checks a comment:
# only Waline's takes `invalid` for ham.
CLIENTS = {
    "npm-akismet-api": (["node", HERE / "npm/akismet-api.mjs"], "error"),
    "npm-cedx": (["node", HERE / "npm/cedx.mjs"], "error"),
    "npm-akismet": (["node", HERE / "npm/akismet.mjs"], "ham"),
    "ruby": (["ruby", HERE / "akismet.rb"], "error"),
    "perl": (["perl", HERE / "akismet.pl"], "error"),
    "go": ([], "error"),
}


@pytest.fixture(params=CLIENTS)
def client(request, service):
    """client(verb, key, author, text) is the word that the client says."""
    command, _ = CLIENTS[request.param]
    command = command or [request.getfixturevalue("go_program")]
    trust = dict.fromkeys(("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"), str(service.crt))

    def call(verb, key=KEY, author="Ann Miller", text=HAM):
        done = subprocess.run(
            [*command, verb, key, author, text],
            capture_output=True, text=True, timeout=30, env=os.environ | trust,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    call.name = request.param
    return call


def test_client(client):
    if client.name != "go":  # which knows no such call
        assert client("verify") == "valid"
        assert client("verify", WRONG) == "invalid"
    assert client("check") == "ham"
    assert client("check", author=GUARANTEED) == "spam"
    assert client("check", WRONG).startswith(CLIENTS[client.name][1])

    assert client("spam") == "thanks"
    assert client("check") == "spam"
    assert client("ham") == "thanks"
    assert client("check", author="Bob Baker") == "ham"


def test_a_certificate_nobody_knows_is_refused(service):
    """So that what is above has been checked."""
    done = subprocess.run(
        ["ruby", HERE / "akismet.rb", "verify", KEY, "", ""],
        capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert "certificate verify failed" in done.stderr
