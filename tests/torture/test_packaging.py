"""What runs the service gives it little: the unit of systemd, the container."""

import re
import shutil
import subprocess

import pytest
from conftest import ROOT, wait_for

UNIT = ROOT / "packaging/moderato.service"
MOST = 1.5
# What it goes on without: more files, lower priority of a thread, and what
# SQLite does for root only.
DISPENSABLE = {"setrlimit", "prlimit64", "setpriority", "fchown"}


def systemd(*arguments):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze (Debian's systemd)")
    done = subprocess.run(
        ["systemd-analyze", "--no-pager", *arguments], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_unit_is_exposed_little(budget):
    told = systemd("security", "--offline=true", str(UNIT))
    exposed = float(re.search(r"exposure level for \S+: ([\d.]+)", told)[1])
    budget.tell(exposure=exposed)
    assert exposed <= MOST


def calls_of(groups):
    """Names of system calls; a group stands for those in it."""
    found = set()
    for group in groups:
        for name in systemd("syscall-filter", group).split("\n"):
            name = name.strip()
            if name.startswith("@") and name != group:
                found |= calls_of([name])
            elif name and name[0].isalpha():
                found.add(name)
    return found


def allowed():
    """Those that the unit allows."""
    plus, minus = set(), set()
    for line in re.findall(r"^SystemCallFilter=(.*)$", UNIT.read_text(), re.M):
        (minus if line[0] == "~" else plus).update(calls_of(line.strip("~").split()))
    return plus - minus


def test_what_it_calls_the_unit_allows(rig, budget):
    """Traced from its start to its end, judging, deciding and searching."""
    if shutil.which("strace") is None:
        pytest.skip("no strace")
    may = allowed()
    daemon = rig.daemon()
    trace = daemon.folder / "trace"
    daemon.wrap = ["strace", "-D", "-f", "-qq", "-o", trace]
    daemon.start()
    found = daemon.check({"content": "hello there", "author": {"ip": "192.0.2.7"}})
    daemon.ask("POST", f"/v1/comments/{found['id']}/decision", {"decision": "spam"})
    assert daemon.ask("POST", "/v1/authors:erase", {"comment": found["id"]}).ok
    assert daemon.ask("GET", "/v1/queue").ok
    daemon.end()
    calls = set(re.findall(r"^\d+ +(\w+)\(", trace.read_text(), re.M))
    assert {"openat", "epoll_wait", "fdatasync"} <= calls, "nothing was traced"
    budget.tell(calls=len(calls), allowed=len(may))
    refused = sorted(calls - may - DISPENSABLE)
    assert not refused


def test_it_goes_on_without_what_the_unit_refuses(rig):
    """Files that it may not have more of are no reason not to start."""
    daemon = rig.daemon()
    daemon.wrap = ["prlimit", "--nofile=1024:1024", "--core=0:0", "--"]
    daemon.start()
    assert daemon.check({"content": "hello"})["action"]


SERVICE = re.compile(r"^  (\w+):$\n((?:    .*\n|\n)+)", re.M)
HARDENED = (
    "read_only: true",
    "cap_drop: [ALL]",
    'security_opt: ["no-new-privileges:true"]',
    "healthcheck:",
)


def test_containers_may_little():
    services = (ROOT / "docker-compose.yml").read_text().split("\nnetworks:")[0]
    found = dict(SERVICE.findall(services))
    assert set(found) == {"moderato", "redis"}
    for name, text in found.items():
        for line in HARDENED:
            assert line in text, (name, line)
    image = (ROOT / "Dockerfile").read_text().split("\nFROM ")[-1]
    assert re.search(r"^USER (?!0|root)\d+:\d+$", image, re.M)
    assert re.search(r"^HEALTHCHECK ", image, re.M)
    assert re.search(r'^    user: "(?!0)\d+:\d+"$', found["redis"], re.M)
