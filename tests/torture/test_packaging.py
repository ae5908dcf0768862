"""What runs the service gives it little: the unit of systemd, the container."""

import pathlib
import re
import shutil
import subprocess

import pytest
from conftest import MODEL, PROGRAM, ROOT, wait_for
from people import PASSWORD, enter, invite
from receiver import Receiver

UNIT = ROOT / "packaging/moderato.service"
MOST = 1.5
# What it goes on without: more files, lower priority of a thread, and what
# SQLite does for root only.
DISPENSABLE = {"setrlimit", "prlimit64", "setpriority", "fchown"}
AUTHOR = {"name": "Ann", "ip": "192.0.2.7"}


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


def test_models_come_to_lie_where_the_unit_may_write(tmp_path):
    """By the lines that it says for MODERATO_RETRAIN_AFTER."""
    state = tmp_path / "state"
    state.mkdir()
    text = UNIT.read_text().replace("/usr/local/share/moderato", str(ROOT))
    text = text.replace("/var/lib/moderato", str(state)).replace("%S/moderato", str(state))
    for line in re.findall(r"^#   (c\w+ .*)$", text, re.MULTILINE):
        subprocess.run(line.split(), check=True, timeout=60)
    model = pathlib.Path(re.search(r"^# .*MODERATO_MODEL=(.*)$", text, re.MULTILINE)[1])
    assert (model / "model.bin").stat().st_uid == state.stat().st_uid
    assert state in model.parents


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


LABELS = 4


class Trace:
    """What a service and its children ask the system for, from its start to its
    end, with all that it does."""

    def __init__(self, rig):
        self.folder, self.redis = rig.place(), rig.redis().start()
        self.receiver = Receiver()
        shutil.copytree(MODEL, self.folder / "one")
        flags = ["--state", self.redis.uri, "--webhook-hosts", "127.0.0.1"]
        flags += ["--flood", "0", "--retrain-after", str(LABELS)]
        self.daemon = rig.daemon(*flags, model=self.folder / "one").start()
        self.decide()
        assert self.daemon.end() == 0  # the steward looks when it starts
        self.daemon.wrap = self.strace("service")
        self.daemon.start()

    def strace(self, name):
        wanted = ["strace", "-D", "-f", "-qq", "-s", "256"]
        return [*wanted, "-o", self.folder / f"trace.{name}"]

    def decide(self):
        for n in range(LABELS):
            found = self.daemon.check({"content": f"number {n} of these", "author": AUTHOR})
            path = f"/v1/comments/{found['id']}/decision"
            order = {"decision": ("spam", "approve")[n % 2]}
            assert self.daemon.ask("POST", path, order).ok
        return found["id"]

    def live(self):
        """All that there is to do, once."""
        daemon = self.daemon
        hook = {"url": self.receiver.url("/hook")}
        assert daemon.operate("POST", "/v1/webhooks?site=default", hook).ok
        invite(daemon, "ann", "moderator", "default")
        enter(daemon, name="ann", password=PASSWORD)
        last = self.decide()
        assert daemon.ask("GET", "/v1/queue?q=number").ok
        daemon.hang_up()
        wait_for("reload", lambda: daemon.event("reloaded"))
        wait_for("a message", lambda: self.receiver.got)
        copy = [*self.strace("copy"), PROGRAM, "backup", self.folder / "copy.db"]
        subprocess.run([*copy, "--var", daemon.var], check=True, capture_output=True)
        assert daemon.ask("POST", "/v1/authors:erase", {"comment": last}).ok
        wait_for("a proposal", lambda: daemon.event("retrain.proposed"), 300)
        assert daemon.end() == 0

    def calls(self):
        """Lines of both, each with what is asked."""
        traces = sorted(self.folder.glob("trace.*"))
        assert len(traces) == 2
        return "".join(t.read_text() for t in traces)


@pytest.fixture(scope="module")
def traced(shared_rig):
    if shutil.which("strace") is None:
        pytest.skip("no strace")
    trace = Trace(shared_rig)
    try:
        trace.live()
        yield trace
    finally:
        trace.receiver.close()


def test_what_it_calls_the_unit_allows(traced, budget):
    """Judging, deciding, searching, signing in, telling webhooks, reloading,
    copying, and training in a child of its own."""
    may = allowed()
    calls = set(re.findall(r"^\d+ +(\w+)\(", traced.calls(), re.M))
    assert {"openat", "epoll_wait", "fdatasync", "execve"} <= calls, "nothing was traced"
    budget.tell(calls=len(calls), allowed=len(may))
    refused = sorted(calls - may - DISPENSABLE)
    assert not refused
    families = re.search(r"^RestrictAddressFamilies=(.*)$", UNIT.read_text(), re.M)[1]
    used = set(re.findall(r"\bsocket\((AF_\w+)", traced.calls()))
    assert {"AF_UNIX", "AF_INET"} <= used <= set(families.split())


SENDS = re.compile(r"^\d+ +(?:connect|sendto|sendmsg|sendmmsg)\(.*", re.M)
ADDRESS = re.compile(r"sa_family=AF_\w+[^}]*")
HERE = re.compile(
    r"AF_UNIX|AF_NETLINK|AF_UNSPEC"
    r"""|AF_INET,.*inet_addr\("127\.|inet_pton\(AF_INET6, "::1\""""
)


def addresses(calls):
    """Where something is sent to."""
    return [a for line in SENDS.findall(calls) for a in ADDRESS.findall(line)]


def abroad(calls):
    return [a for a in addresses(calls) if not HERE.search(a)]


ELSEWHERE = """
7 connect(5, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("9.9.9.9")}, 16) = 0
7 sendto(5, "x", 1, 0, {sa_family=AF_INET6, sin6_port=htons(53), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = 1
7 sendmmsg(5, [{msg_hdr={msg_name={sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("9.9.9.9")}}}, {msg_hdr={msg_name={sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.53")}}}], 2, 0 <unfinished ...>
"""  # fmt: skip


def test_nothing_leaves_the_machine(traced, budget):
    """But to where a webhook was asked for: the receiver is here, too."""
    assert len(abroad(ELSEWHERE)) == 3, "it would not be seen"
    calls = traced.calls()
    told = addresses(calls)
    port = traced.receiver.server.server_address[1]
    for expected in (f"htons({port})", "redis.sock", "moderatod.sock"):
        assert any(expected in a for a in told), "nothing was traced"
    budget.tell(addresses=len(told), abroad=len(abroad(calls)))
    assert not abroad(calls)


def test_it_goes_on_without_what_the_unit_refuses(rig):
    """Files that it may not have more of are no reason not to start."""
    daemon = rig.daemon()
    daemon.wrap = ["prlimit", "--nofile=1024:1024", "--core=0:0", "--"]
    daemon.start()
    assert daemon.check({"content": "hello"})["action"]


SERVICE = re.compile(r"^  (\w+):$\n((?:    .*\n|\n)+)", re.M)
LIMITS = re.compile(r"^    mem_limit: (\d+)m\n    pids_limit: (\d+)$", re.M)
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
    limits = {name: LIMITS.search(text).groups() for name, text in found.items()}
    unit = re.search(r"^MemoryMax=(\d+)M\nTasksMax=(\d+)$", UNIT.read_text(), re.M)
    assert limits["moderato"] == unit.groups()
    # it refuses what is too much before the kernel kills it
    counts_mib = re.search(r"--maxmemory\n +- (\d+)mb$", found["redis"], re.M)[1]
    assert int(limits["redis"][0]) >= 1.5 * int(counts_mib)
    image = (ROOT / "Dockerfile").read_text().split("\nFROM ")[-1]
    assert re.search(r"^USER (?!0|root)\d+:\d+$", image, re.M)
    assert re.search(r"^HEALTHCHECK ", image, re.M)
    assert re.search(r'^    user: "(?!0)\d+:\d+"$', found["redis"], re.M)
