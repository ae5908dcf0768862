"""Webhooks lead to the public internet only, however an address is written.

Every connection that the daemon would make is written down by
connects_preload.c in its place, so none is made, and none is missed.
"""

import ipaddress

import pytest
from conftest import BUILD, wait_for

ADMIN = "ssrf-admin-key-0001"
SHIM = BUILD / "tests/torture/connects_preload.so"
PORT = 8443
PUBLIC = ["8.8.8.8", "134744072", "[2606:4700::1111]"]
HOSTS = """
127.0.0.1 127.1 127.0.1 127.0.0.1. 127.255.255.254 127.000.000.001 2130706433
0x7f000001 0x7f.1 0x7f.0x0.0x0.0x1 0177.0.0.1 0177.1 017700000001 localhost
LOCALHOST localhost. ip6-localhost 0 0.0.0.0 0x0 00 0.0.0.1
[::1] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1]
[::7f00:1] [64:ff9b::7f00:1] [64:ff9b::127.0.0.1] [2002:7f00:1::] [::]
10.0.0.1 167772161 0xa000001 012.0.0.1 172.16.0.1 2886729729 172.31.255.254
192.168.1.1 0xc0a80101 3232235777 [::ffff:10.0.0.1] [::ffff:192.168.1.1]
[fc00::1] [fd00::1] [fe80::1] [fec0::1] [2002:a00:1::] [2002:c0a8:101::]
169.254.169.254 2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.43518
[::ffff:169.254.169.254] [::ffff:a9fe:a9fe] [64:ff9b::a9fe:a9fe] [fd00:ec2::254]
[2002:a9fe:a9fe::] 100.64.0.1 192.0.0.1 192.88.99.1 198.18.0.1 224.0.0.1
239.1.1.1 255.255.255.255 240.0.0.1 [ff02::1] [2001:db8::1] [2001::1] [3fff::1]
""".split()
NAMES = ["a.rebind", "b.rebind", "c.both", "d.both"]


@pytest.fixture(scope="module")
def daemon(shared_rig):
    d = shared_rig.daemon("--webhook-seconds", "3")
    d.connects = d.folder / "connects"
    d.connects.touch()
    d.variables = {"LD_PRELOAD": str(SHIM), "CONNECTS": str(d.connects)}
    d.start()
    d.add_key(ADMIN, "admin")
    return d


def call(daemon, host):
    """Has `host` called by a webhook of its own; what became of it."""
    order = {"url": f"https://{host}:{PORT}/hook"}
    got = daemon.ask("POST", "/v1/webhooks", order, key=ADMIN)
    if got.status_code == 422:
        return "refused at once"
    assert got.status_code == 201, got.text
    path = f"/v1/webhooks/{got.json()['id']}"
    assert daemon.ask("POST", f"{path}:test", key=ADMIN).status_code == 202

    def tried():
        log = daemon.ask("GET", f"{path}/deliveries", key=ADMIN).json()
        return log["deliveries"][0].get("error")

    error = wait_for(host, tried)
    assert daemon.ask("DELETE", path, key=ADMIN).ok
    return error


def reached(daemon):
    return [ipaddress.ip_address(a) for a in daemon.connects.read_text().split()]


def test_nothing_private_is_called(daemon, budget):
    """Names whose addresses change or mix, too."""
    for host in HOSTS + NAMES:
        call(daemon, host)
    found = reached(daemon)
    budget.tell(hosts=len(HOSTS) + len(NAMES), connections=len(found))
    assert all(a == ipaddress.ip_address("9.9.9.9") for a in found), found


def test_what_is_public_is_called(daemon):
    """So that the list above means something."""
    before = len(reached(daemon))
    for host in PUBLIC:
        call(daemon, host)
    called = {str(a) for a in reached(daemon)[before:]}
    assert {"8.8.8.8", "2606:4700::1111"} <= called
