"""What stands in front of the service: packaging/, on ports of a test's own."""

import pathlib
import random
import shutil
import socket
import subprocess

import pytest
from conftest import PATIENCE_S, ROOT, wait_for

NAMES = "DNS:rest.akismet.com,DNS:*.rest.akismet.com,DNS:localhost"


EPHEMERAL = pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port():
    """One that is still free when a program takes it: connections get theirs,
    and so do other tests, from a range of the kernel's."""
    first = int(EPHEMERAL.read_text().split()[0])
    while True:
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", random.randrange(first // 2, first)))
                return s.getsockname()[1]
            except OSError:
                continue


def certificate(folder):
    """A certificate that is its own authority; returns its path and the key's."""
    crt, key = folder / "front.crt", folder / "front.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-nodes", "-days", "2",
         "-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=rest.akismet.com",
         "-addext", f"subjectAltName={NAMES}", "-keyout", key, "-out", crt],
        check=True, capture_output=True, timeout=PATIENCE_S,
    )  # fmt: skip
    return crt, key


def replaced(text, changes):
    """The text with every change made; each must have something to change."""
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, str(new))
    return text


def haproxy(front):
    pem = front.folder / "front.pem"
    pem.write_text(front.key.read_text() + front.crt.read_text())
    text = (ROOT / "packaging/haproxy.cfg").read_text()
    config = front.folder / "haproxy.cfg"
    changes = {
        "bind :80\n": f"bind 127.0.0.1:{front.port}\n",
        "bind :443": f"bind 127.0.0.1:{front.tls_port}",
        "/etc/haproxy/moderato.pem": pem,
        "127.0.0.1:8080": f"127.0.0.1:{front.service}",
    }
    config.write_text(front.configure(replaced(text, changes)))
    return ["haproxy", "-db", "-f", config]


def nginx(front):
    text = (ROOT / "packaging/nginx.conf").read_text()
    folder = front.folder
    changes = {
        "listen 80;": f"listen 127.0.0.1:{front.port};",
        "listen 443": f"listen 127.0.0.1:{front.tls_port}",
        "/etc/nginx/moderato.crt": front.crt,
        "/etc/nginx/moderato.key": front.key,
        "127.0.0.1:8080": f"127.0.0.1:{front.service}",
    }
    (folder / "site.conf").write_text(replaced(text, changes))
    paths = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = folder / "nginx.conf"
    text = (
        f"daemon off; pid {folder}/nginx.pid; error_log stderr;\n"
        f"events {{}}\nhttp {{ access_log off;\n{paths}include {folder}/site.conf; }}\n"
    )
    config.write_text(front.configure(text))
    return ["nginx", "-p", folder, "-e", "stderr", "-c", config]


FRONTS = {"haproxy": haproxy, "nginx": nginx}


class Front:
    """A front of one kind before a port of the service."""

    def __init__(self, kind, folder, service, ports=None):
        if shutil.which(kind) is None and shutil.which(f"/usr/sbin/{kind}") is None:
            pytest.skip(f"{kind} is not installed")
        self.folder, self.service = folder, service
        self.port, self.tls_port = ports or (free_port(), free_port())
        self.crt, self.key = certificate(folder)
        command = FRONTS[kind](self)
        command[0] = shutil.which(kind) or f"/usr/sbin/{kind}"
        self.log = folder / f"{kind}.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        wait_for(kind, self.listens)

    def configure(self, text):
        """What a test wants beside what is packaged."""
        return text

    def listens(self):
        assert self.process.poll() is None, self.log.read_text()
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.tls_port)) == 0

    def dispose(self):
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(PATIENCE_S)
