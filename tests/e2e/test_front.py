"""The service behind HAProxy and nginx, as packaging/ sets them up."""

import contextlib
import socket
import ssl

import front
import pytest
import test_akismet as akismet
from conftest import PATIENCE_S, wait_for
from test_akismet import CHECKS, FALSE, KEY, VERIFY

HOST = "rest.akismet.com"


@pytest.fixture(scope="module")
def service(shared_rig):
    flags = ["--limit-author", "0", "--limit-ip", "0", "--limit-wrong-keys", "0"]
    d = shared_rig.daemon(*flags, key=KEY).spawn()
    d.port = wait_for("listening", lambda: d.event("listening"))["port"]
    return d


class Stocked(front.Front):
    """Beside the site that Debian's nginx comes with."""

    def configure(self, text):
        other = f"server {{ listen 127.0.0.1:{self.port} default_server; return 404; }}"
        return text.replace("include ", other + "\ninclude ")


@pytest.fixture(scope="module", params=front.FRONTS)
def proxy(service, request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    f = Stocked(request.param, folder, service.port)
    request.addfinalizer(f.dispose)
    return f


def plain(f):
    return socket.create_connection(("127.0.0.1", f.port), timeout=PATIENCE_S)


def secure(f, host=HOST, alpn=("http/1.1",)):
    """A connection whose certificate is checked against the name."""
    context = ssl.create_default_context(cafile=f.crt)
    context.set_alpn_protocols(alpn)
    s = socket.create_connection(("127.0.0.1", f.tls_port), timeout=PATIENCE_S)
    return context.wrap_socket(s, server_hostname=host)


def send(s, data):
    """Sends what is taken, returns all that comes until the other side closes."""
    with s:
        with contextlib.suppress(ConnectionError):
            s.sendall(data)
        return akismet.read(s)


def request(path, body, host=HOST, **more):
    return akismet.request(path, body, host=host, **more)


def call(s, path, body=b"", **more):
    return akismet.parse(send(s, request(path, body, **more)))


OPEN = {"http": plain, "https": secure}
# What is recorded counts when it comes again.
RECORDED = {"19 is_test=False", "19 is_test=0", "19 is_test="}
# The core of the 98 cases: what needs only a form and its answer.
CORE = {k: v for k, v in CHECKS.items() if len(v) < 4 and k not in RECORDED}


@pytest.mark.parametrize("scheme", OPEN)
@pytest.mark.parametrize("number", CORE)
def test_comment_check(proxy, scheme, number):
    body, answer, *debug = CORE[number]
    got = call(OPEN[scheme](proxy), "/1.1/comment-check", body)
    akismet.expect(got, got.body if answer is None else answer, *debug)


@pytest.mark.parametrize("scheme", OPEN)
@pytest.mark.parametrize("number", VERIFY)
def test_verify_key(proxy, scheme, number):
    fields, body, debug = VERIFY[number]
    got = call(OPEN[scheme](proxy), "/1.1/verify-key", akismet.encode(fields))
    akismet.expect(got, body, debug)


def test_key_in_the_name(proxy):
    """The wildcard of the certificate, and the name as far as the service."""
    for key, answer in ((KEY, FALSE), (akismet.WRONG, b"invalid")):
        name = f"{key}.{HOST}"
        body = akismet.comment(key=None)
        got = call(secure(proxy, name), "/1.1/comment-check", body, host=name)
        assert (got.status, got.body) == (200, answer)


def test_figures_are_not_for_everybody(proxy):
    """They would tell `reject` from `hold`, which are both `true`."""
    ask = b"GET /metrics HTTP/1.1\r\nHost: rest.akismet.com\r\nConnection: close\r\n\r\n"
    assert akismet.parse(send(secure(proxy), ask)).status == 404


@pytest.mark.parametrize("kind", ["spam", "ham"])
def test_submit(proxy, kind):
    body = akismet.comment(is_test="1")
    got = call(secure(proxy), f"/1.1/submit-{kind}", body)
    akismet.expect(got, akismet.THANKS)


def test_the_other_names_of_the_network_have_no_certificate(proxy):
    with pytest.raises(ssl.SSLCertVerificationError):
        secure(proxy, "blog.example")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_tls_is_refused(proxy):
    context = ssl.create_default_context(cafile=proxy.crt)
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        s = socket.create_connection(("127.0.0.1", proxy.tls_port), timeout=PATIENCE_S)
        context.wrap_socket(s, server_hostname=HOST)


def test_http_2_is_offered(proxy):
    with secure(proxy, alpn=("h2", "http/1.1")) as s:
        assert s.selected_alpn_protocol() == "h2"


def test_tls_on_the_plain_port_ends_at_once(proxy):
    """WordPress tries https first; it should not wait 15 s for its failure."""
    with plain(proxy) as s, pytest.raises((ssl.SSLError, ConnectionError)):
        ssl.create_default_context().wrap_socket(s, server_hostname=HOST)


def test_a_chunked_body(proxy):
    body = akismet.comment().encode()
    chunk = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    head = request("/1.1/comment-check", b"").replace(
        b"Content-Length: 0", b"Transfer-Encoding: chunked"
    )
    got = akismet.parse(send(plain(proxy), head + chunk))
    assert (got.status, got.body) == (200, FALSE)


def test_the_body_limit_is_that_of_the_service(proxy):
    got = call(plain(proxy), "/1.1/comment-check", b"x" * 600_000)
    assert got.status == 413 or got.body == b"invalid"
    got = send(plain(proxy), request("/1.1/comment-check", b"x" * 8_000_000))
    assert b"true" not in got and b"false" not in got


@pytest.mark.parametrize("kind", front.FRONTS)
def test_the_service_learns_who_asks(rig, kind):
    """Wrong keys are counted by address, and nobody can choose theirs."""
    trust = ["--trusted-proxies", "127.0.0.1", "--limit-wrong-keys", "3"]
    d = rig.daemon(*trust).start()
    proxy = front.Front(kind, rig.place(), d.port)
    rig.made.append(proxy)

    def ask(source, claim):
        here = (source, 0)
        s = socket.create_connection(("127.0.0.1", proxy.port), PATIENCE_S, here)
        forged = f"X-Forwarded-For: {claim}\r\nForwarded: for={claim}"
        body = b"key=zzz&blog=http://a.b"
        return call(s, "/1.1/verify-key", body, more=forged).status

    asked = [ask("127.0.0.7", f"198.51.100.{n}") for n in range(5)]
    assert asked == [200, 200, 200, 429, 429]
    assert ask("127.0.0.8", "127.0.0.7") == 200


# --- framing that two readers of one connection could take differently. None
# may bring a second answer: `connected` is what a smuggled request would say.

SMUGGLED = b"GET /1.1/test HTTP/1.1\r\nHost: rest.akismet.com\r\n\r\n"
INNER = b"0\r\n\r\n" + SMUGGLED
LENGTH = b"Content-Length: %d" % len(INNER)
CHUNKED = b"Transfer-Encoding: chunked"
FRAMING = {
    "length and chunked": [LENGTH, CHUNKED],
    "chunked and length": [CHUNKED, LENGTH],
    "two lengths": [b"Content-Length: 5", LENGTH],
    "a list of lengths": [b"Content-Length: 5, %d" % len(INNER)],
    "a signed length": [b"Content-Length: +%d" % len(INNER)],
    "blank before colon": [b"Transfer-Encoding : chunked", LENGTH],
    "another coding": [b"Transfer-Encoding: xchunked", LENGTH],
    "two codings": [CHUNKED, b"Transfer-Encoding: identity"],
    "folded": [b"Transfer-Encoding:\r\n chunked", LENGTH],
    "bare LF": [b"X: y\n" + CHUNKED, LENGTH],
}


def all_answers(s, data, patience_s=0.3):
    """What comes until the other side closes, or is silent for a while."""
    got = b""
    with s:
        s.sendall(data)
        s.settimeout(patience_s)
        try:
            while part := s.recv(65536):
                got += part
        except (TimeoutError, ConnectionError):
            pass
    return got


def test_a_second_answer_would_be_seen(proxy):
    last = SMUGGLED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    got = all_answers(plain(proxy), SMUGGLED + last, PATIENCE_S)
    assert got.count(b"connected") == 2


@pytest.mark.parametrize("attack", FRAMING)
def test_framing_attacks(proxy, attack):
    lines = [b"POST /1.1/comment-check HTTP/1.1", b"Host: rest.akismet.com"]
    data = b"\r\n".join(lines + FRAMING[attack]) + b"\r\n\r\n" + INNER
    got = all_answers(plain(proxy), data)
    statuses = [line[9:12] for line in got.split(b"\r\n") if line[:5] == b"HTTP/"]
    assert b"connected" not in got
    assert len(statuses) <= 1 or b"400" in statuses, got
    # and the connection that others share with it is as it was
    for _ in range(4):
        good = call(plain(proxy), "/1.1/comment-check", akismet.comment())
        assert (good.status, good.body) == (200, FALSE)
