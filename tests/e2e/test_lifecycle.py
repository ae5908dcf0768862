"""Start, reload, end and sudden death of the service."""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import socket
import stat
import subprocess
import time

import pytest
from conftest import FIRST_KEY, MODEL, NO_LIMITS, PROGRAM, ROOT, wait_for
from load import Load

DRAIN_S = 30
SECRETS = ("jammy@mail.example", "203.0.113.7", "unmistakable words", "pass-word")


# Where model.bin has its name, and how long its digest is (model.h).
NAME, DIGEST_BYTES = slice(24, 88), 32


def output(daemon):
    return daemon.out.read_text() + daemon.err.read_text()


def test_the_first_start_shows_a_key_once(rig):
    daemon = rig.daemon(key=None).start()
    shown = wait_for("the key", lambda: re.search(r"API key: (\S+)\n", daemon.out.read_text()))
    key = shown[1]
    assert re.fullmatch(r"mo_[0-9a-z]{8}_[0-9a-z]{32}", key)
    assert key not in daemon.err.read_text()
    wait_for("the curl line", lambda: "  -d '" in daemon.out.read_text())
    command = daemon.out.read_text()[shown.end() :].split("\n\n")[1]
    assert f"http://127.0.0.1:{daemon.port}/v1/comments" in command
    if shutil.which("curl"):
        done = subprocess.run(command, shell=True, capture_output=True, text=True)
        assert '"action":"' in done.stdout
    assert daemon.end() == 0
    daemon.start()
    assert "API key" not in output(daemon) and key not in output(daemon)
    assert daemon.check({"content": "still valid"}, key=key)["action"]
    assert daemon.end() == 0


def test_a_given_first_key_is_not_shown(rig):
    daemon = rig.daemon().start()
    assert daemon.check({"content": "hello"})["action"]
    assert FIRST_KEY not in output(daemon)


def test_a_first_start_without_a_port_shows_the_key_when_it_has_one(rig):
    daemon = rig.daemon(key=None)
    for flag in ("--listen", "--listen-admin"):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            daemon.spawn(flag, f"127.0.0.1:{taken.getsockname()[1]}")
            assert daemon.code() == 1
        assert "API key" not in output(daemon)
        assert daemon.log()[-1]["event"] == "failed"
    daemon.start()
    key = re.search(r"API key: (\S+)\n", daemon.out.read_text())[1]
    assert daemon.check({"content": "hello"}, key=key)["action"]


def test_two_on_one_folder(rig):
    daemon = rig.daemon().start()
    second = rig.daemon()
    second.spawn("--var", daemon.var)
    assert second.code() == 1
    last = second.log()[-1]
    assert last["event"] == "failed"
    assert str(daemon.var) in last["error"] and "process" in last["error"]
    assert daemon.check({"content": "not disturbed"})["action"]


def test_an_address_in_use(rig):
    daemon = rig.daemon().start()
    second = rig.daemon()
    # the API's loops share their address, the operators' is another's
    second.spawn("--listen-admin", f"127.0.0.1:{daemon.port}")
    assert second.code() == 1
    assert f"127.0.0.1:{daemon.port}" in second.log()[-1]["error"]


@pytest.mark.parametrize("round", range(4))
def test_term_drains(rig, round):
    """Every request that was let in is answered; the end is clean."""
    daemon = rig.daemon().start()
    with Load(daemon, clients=16, ends=True) as load:
        load.wait_for(200)
        assert daemon.end() == 0
        load.stop()
    assert load.failed == []
    texts = {text for text, in daemon.stored("SELECT content FROM comment")}
    assert not texts & set(load.unread)
    assert daemon.event("draining") and daemon.log()[-1]["event"] == "ended"
    assert missing(daemon, load.acked) == []


def quick(daemon, sig=signal.SIGTERM):
    """Whether it ends sooner than it would wait for a slow client."""
    before = time.monotonic()
    assert daemon.end(sig) == 0
    return time.monotonic() - before < DRAIN_S


def test_term_when_nothing_goes_on(rig):
    daemon = rig.daemon("--drain-seconds", str(DRAIN_S)).start()
    assert quick(daemon)


def test_term_with_silent_connections(rig):
    """Connections that are open but ask nothing do not hold up the end."""
    daemon = rig.daemon("--drain-seconds", str(DRAIN_S)).start()
    daemon.get("/livez")
    assert quick(daemon, signal.SIGINT)


def may_open(files):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))


def test_there_are_no_more_connections_than_files(rig):
    """Silent ones, which nobody would cut for a long time, make room."""
    d = rig.daemon("--threads", "1", "--head-seconds", "600", "--request-seconds", "600")
    d.start("--idle-seconds", "600", preexec=may_open(200))
    few = d.event("connections.few")
    assert (few["files"], few["connections"], few["admin"]) == (200, 56, 28)
    with contextlib.ExitStack() as opened:
        for _ in range(200):
            silent = socket.create_connection(("127.0.0.1", d.port))
            opened.enter_context(silent)
        d.session.close()
        d.check({"content": "hello"})


def test_too_few_files_are_refused(rig):
    d = rig.daemon("--threads", "1").spawn(preexec=may_open(80))
    assert d.code() == 1
    assert "needs 104" in d.event("failed")["error"]


def copy_model(rig, name):
    """A model that another may replace, with its name changed."""
    body = bytearray((MODEL / "model.bin").read_bytes())[:-DIGEST_BYTES]
    body[NAME] = name.encode().ljust(64, b"\0")
    folder = rig.place()
    write_model(folder, bytes(body) + hashlib.sha256(body).digest())
    return folder


def write_model(folder, content):
    (folder / "next").write_bytes(content)
    os.replace(folder / "next", folder / "model.bin")


def test_hang_up_swaps_the_model(rig):
    first, second = (copy_model(rig, n) for n in ("one@1", "two@2"))
    content = [(f / "model.bin").read_bytes() for f in (first, second)]
    daemon = rig.daemon(model=first).start()
    with Load(daemon) as load:
        for i in range(1, 21):
            load.wait_for(20)
            write_model(first, content[i % 2])
            daemon.hang_up()
        # of signals that come faster than it reads, the last one holds
        wait_for("one@1", lambda: load.answers[-1]["model"] == "one@1")
        write_model(first, content[1])
        daemon.hang_up()
        wait_for("two@2", lambda: load.answers[-1]["model"] == "two@2")
    assert load.failed == []
    assert {a["model"] for a in load.answers} == {"one@1", "two@2"}
    assert all(a["degraded"] == [] for a in load.answers)


BROKEN = {
    "cut": lambda b: b[:-1],
    "empty": lambda b: b"",
    "one bit": lambda b: b[:5000] + bytes([b[5000] ^ 1]) + b[5001:],
    "other magic": lambda b: b"MODERATE" + b[8:],
    "missing": None,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_model_changes_nothing(rig, name):
    folder = copy_model(rig, "good@1")
    good = (folder / "model.bin").read_bytes()
    daemon = rig.daemon(model=folder).start()
    before = daemon.check({"content": "free pills", "test": True})
    if BROKEN[name] is None:
        (folder / "model.bin").unlink()
    else:
        write_model(folder, BROKEN[name](good))
    daemon.hang_up()
    wait_for("complaint", lambda: daemon.event("failed"))
    assert str(folder) in daemon.event("failed")["error"]
    assert daemon.check({"content": "free pills", "test": True}) == before
    write_model(folder, good)
    daemon.hang_up()
    wait_for("reload", lambda: daemon.event("reloaded"))
    assert daemon.check({"content": "free pills", "test": True}) == before


def test_what_a_reload_cannot_change_is_said(rig, tmp_path):
    settings = tmp_path / "settings"
    settings.write_text("limit-author = 30\nidle-seconds = 15\n")
    daemon = rig.daemon().start("--config", settings, "--limit-ip", "0")
    settings.write_text("limit-author = 7\nidle-seconds = 20\n")
    daemon.hang_up()
    wait_for("reload", lambda: daemon.event("reloaded"))
    stale = [e["setting"] for e in daemon.log() if e["event"] == "reload.stale"]
    assert stale == ["idle-seconds"]
    by = {"content": "limited", "author": {"name": "someone"}}
    assert daemon.check(by)["limits"]["limit"] == 7


@pytest.mark.parametrize("name", BROKEN)
def test_without_a_model_everything_is_held(rig, name):
    folder = copy_model(rig, "good@1")
    good = (folder / "model.bin").read_bytes()
    if BROKEN[name] is None:
        (folder / "model.bin").unlink()
    else:
        write_model(folder, BROKEN[name](good))
    daemon = rig.daemon(model=folder).start()
    answer = daemon.check({"content": "A quite ordinary remark."})
    assert answer["action"] == "hold"
    assert answer["degraded"] == ["model"] and answer["model"] is None
    assert [r["code"] for r in answer["reasons"]] == ["model.missing"]
    assert daemon.get("/readyz").json()["model"] is None
    write_model(folder, good)
    daemon.hang_up()
    wait_for("reload", lambda: daemon.event("reloaded"))
    assert daemon.check({"content": "A remark."})["degraded"] == []


def test_a_reload_reads_the_settings(rig):
    config = rig.place() / "settings"
    config.write_text("limit-author = 1\n")
    folder = copy_model(rig, "good@1")
    daemon = rig.daemon("--config", config, model=folder).start()
    comment = {"content": "x", "author": {"name": "A"}, "test": True}
    assert daemon.check(comment)["limits"]["limit"] == 1
    config.write_text("limit-author = 7\n")
    daemon.hang_up()
    wait_for("reload", lambda: daemon.event("reloaded"))
    assert daemon.check(comment)["limits"]["limit"] == 7
    for setting, wrong in (("many", "many"), ("9", str(folder))):
        config.write_text(f"limit-author = {setting}\n")
        if setting == "9":
            (folder / "model.bin").unlink()
        daemon.hang_up()
        wait_for("complaint", lambda: any(wrong in e.get("error", "") for e in daemon.log()))
        assert daemon.check(comment)["limits"]["limit"] == 7


def test_operations(rig):
    daemon = rig.daemon().start()
    daemon.check({"content": ""})
    daemon.post(b"{")
    for admin in (False, True):
        live = daemon.get("/livez", admin=admin)
        assert live.status_code == 200 and live.json() == {"live": True}
        ready = daemon.get("/readyz", admin=admin).json()
        assert ready.pop("model")
        assert ready == {"ready": True, "draining": False, "store": "up", "state": "up"}
    assert daemon.get("/metrics").status_code == 404
    # a page whose own name leads here asks as this machine's browser
    strange = {"Host": f"evil.example:{daemon.admin_port}"}
    got = daemon.session.get(daemon.url("/metrics", admin=True), headers=strange, timeout=30)
    assert got.status_code == 421 and "--admin-hosts" in got.json()["detail"]
    got = daemon.get("/metrics", admin=True)
    assert got.headers["Content-Type"] == "text/plain; version=0.0.4"
    figures = dict(
        line.rsplit(" ", 1) for line in got.text.splitlines() if line[0] != "#"
    )
    judged = [float(v) for k, v in figures.items() if k.startswith("moderato_comments_total")]
    assert sum(judged) == 1
    assert figures['moderato_http_requests_total{status="4xx"}'] == "3"
    assert int(figures['moderato_http_requests_total{status="2xx"}']) >= 5
    assert figures["moderato_http_request_seconds_count"] != "0"
    # this session's on both listeners, and the request for the figures
    assert figures["moderato_http_connections"] == "2"
    assert figures["moderato_http_requests_in_flight"] == "1"
    assert figures["moderato_http_connections_cut_total"] == "0"
    for part in ("state", "store", "model"):
        assert figures[f'moderato_up{{part="{part}"}}'] == "1"
    assert figures["moderato_score_seconds_count"] == "1"


def test_the_size_of_the_store_is_told(rig):
    """Of its file and of its log, as they are on disk."""
    daemon = rig.daemon(*NO_LIMITS).start()
    daemon.batch([{"content": f"{n} " * 2000} for n in range(50)])
    files = {"database": "moderato.db", "log": "moderato.db-wal"}

    def told():
        return {
            what: daemon.metric(f'moderato_store_bytes{{file="{what}"}}') for what in files
        }

    def there():
        return {what: (daemon.var / name).stat().st_size for what, name in files.items()}

    wait_for("the same", lambda: told() == there())
    assert told()["log"] > 50 * 2000


def test_health(rig):
    daemon = rig.daemon().start()
    listen = ("--listen", f"127.0.0.1:{daemon.port}")
    assert daemon.command("health", *listen).returncode == 0
    daemon.end()
    assert daemon.command("health", *listen).returncode == 1


# flags, and what the one line on stderr must name
MISTAKES = {
    "address": (["--listen", "nowhere"], ["listen", "nowhere", "127.0.0.1:8080"]),
    "port": (["--listen", "127.0.0.1:99999"], ["listen", "127.0.0.1:99999"]),
    "number": (["--threads", "many"], ["threads", "many", "0 to 64"]),
    "too large": (["--threads", "65"], ["threads", "65", "0 to 64"]),
    "negative": (["--limit-ip", "-1"], ["limit-ip", "-1", "0 to 1000000"]),
    "fraction": (["--body-bytes", "2048.5"], ["body-bytes", "2048.5", "1024 to"]),
    "empty": (["--model", ""], ["model", "a folder"]),
    "choice": (["--log-level", "loud"], ["log-level", "loud", "debug, info"]),
    "state": (["--state", "mysql://x"], ["state", "mysql", "redis://"]),
    "state port": (["--state", "redis://x:y/0"], ["state", "redis://"]),
    "store": (["--store", "mysql:x"], ["store", "mysql:x", "sqlite:"]),
    "unknown flag": (["--colour", "red"], ["--colour"]),
    "no value": (["--threads"], ["threads", "0 to 64"]),
    "no flag": (["red"], ["red"]),
    "no file": (["--config", "/nowhere/at/all"], ["config", "/nowhere/at/all"]),
    "first key": (["--first-key", "short"], ["first-key", "12 to 128"]),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_the_settings(rig, name):
    flags, named = MISTAKES[name]
    daemon = rig.daemon(key=None).spawn(*flags)
    code = daemon.code()
    lines = daemon.err.read_text().splitlines()
    assert len(lines) == 1
    assert [n for n in named if n not in lines[0]] == []
    assert code == 2
    assert daemon.command("check-config", *flags).returncode == 2


@pytest.mark.parametrize(
    "line, named",
    [
        ("threads = many", ["settings:1", "threads", "many", "0 to 64"]),
        ("colour = red", ["settings:1", "colour"]),
        ("just words", ["settings:1"]),
        ("[section]\nthreads = 1", ["settings:1", "key = value"]),
        ("threads = 1\n  2", ["settings:2", "on one line"]),
        ("threads = 1\nthreads = 2", ["settings:2", "threads", "line 1"]),
    ],
)
def test_a_mistake_in_the_file(rig, line, named):
    config = rig.place() / "settings"
    config.write_text(line + "\n")
    daemon = rig.daemon().spawn("--config", config)
    assert daemon.code() == 2
    text = daemon.err.read_text()
    assert text.count("\n") == 1
    assert [n for n in named if n not in text] == []


def test_a_password_is_not_shown(rig):
    """Neither by what is wrong with its URI nor by `config show`."""
    for uri in ("redis://:pass-word@127.0.0.1:x/0", "redis://u:pass-word@"):
        daemon = rig.daemon().spawn("--state", uri)
        assert daemon.code() == 2
        assert "pass-word" not in output(daemon)
    good = "redis://u:pass-word@127.0.0.1:6379/0"
    shown = daemon.command("config", "show", "--state", good)
    assert shown.returncode == 0 and "pass-word" not in shown.stdout


@pytest.mark.parametrize("round", range(3))
def test_what_was_acknowledged_survives(rig, round):
    daemon = rig.daemon().start()
    with Load(daemon, clients=16) as load:
        load.wait_for(100 + 150 * round)
        daemon.end(signal.SIGKILL)
        load.stop()
    daemon.start()
    assert missing(daemon, load.acked) == []
    for id in load.acked[-3:]:
        assert daemon.get(f"/v1/comments/{id}").status_code == 200
    daemon.check({"content": "and on it goes"})


def missing(daemon, ids):
    """Those of the ids that are not in the store."""
    kept = {id_ for id_, in daemon.stored("SELECT id FROM comment")}
    return [id for id in ids if id not in kept]


def test_files_are_for_the_owner_only(rig):
    os.umask(0o022)
    daemon = rig.daemon().start()
    daemon.check({"content": "something to write"})
    assert stat.S_IMODE(daemon.var.stat().st_mode) == 0o700
    modes = {f.name: stat.S_IMODE(f.stat().st_mode) for f in daemon.var.iterdir()}
    assert {"moderato.db", "moderato.db-wal", "secret"} <= set(modes)
    assert set(modes.values()) == {0o600}


def test_a_secret_that_others_may_read_is_refused(rig):
    daemon = rig.daemon().start()
    daemon.end()
    (daemon.var / "secret").chmod(0o644)
    daemon.spawn()
    assert daemon.code() == 1
    assert "chmod 600" in daemon.log()[-1]["error"]


@pytest.mark.parametrize("mode, refused", [(0o777, True), (0o770, True), (0o755, False)])
def test_a_folder_that_others_may_write_to_is_refused(rig, mode, refused):
    d = rig.daemon()
    d.var.mkdir()
    d.var.chmod(mode)
    if not refused:
        d.start()
        return
    assert d.spawn().code() == 1
    assert f"mode {mode:04o}): chmod 700" in d.event("failed")["error"]
    assert not list(d.var.iterdir())
    d.var.chmod(0o700)
    d.start()


def test_the_log_knows_no_secrets(rig):
    redis = rig.redis().start()
    daemon = rig.daemon("--log-level", "debug", "--state", redis.uri).start()
    author = {"name": "jammy", "email": SECRETS[0], "ip": SECRETS[1]}
    comment = {"content": SECRETS[2], "author": author}
    daemon.check(comment)
    daemon.post(comment | {"format": SECRETS[2]})
    daemon.post(b'{"content":"' + SECRETS[2].encode())
    daemon.post(comment, key="unmistakable words")
    redis.kill()
    daemon.check(comment)
    daemon.end()
    text = output(daemon)
    for secret in (*SECRETS, FIRST_KEY):
        assert secret not in text


def test_who_does_not_read_the_log_holds_nothing_up(rig):
    d = rig.daemon()
    reads, writes = os.pipe()
    full = fcntl.fcntl(writes, fcntl.F_GETPIPE_SZ)
    os.write(writes, b"\n" * full)
    d.spawn(preexec=lambda: os.dup2(writes, 2))
    os.close(writes)
    wait_for("operators", d.local.exists)
    wait_for("ready", lambda: d.operate("GET", "/readyz").status_code == 200)
    assert d.operate("POST", "/v1/sites", {"name": "other"}).status_code == 201
    assert len(os.read(reads, full)) == full
    assert d.end() == 0
    with open(reads) as log:
        events = [json.loads(line) for line in log]
    assert events[0]["event"] == "log.lost" and events[0]["lines"] >= 2
    assert events[-1]["event"] == "ended"


def test_the_program_explains_itself(rig):
    for arguments, code in ((["--help"], 0), (["--version"], 0), (["dance"], 2)):
        done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True)
        assert done.returncode == code
        assert "moderatod" in done.stdout + done.stderr


@pytest.mark.parametrize("order", ["config show", "model list", "audit list --json"])
def test_output_that_is_lost_is_a_failure(rig, order):
    d = rig.daemon().start()
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [PROGRAM, *order.split(), "--var", d.var],
            env=d.environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 1
    assert "standard output" in done.stderr


def test_help_knows_every_noun(rig):
    """What there are orders of is told, and each tells of its verbs."""
    d = rig.daemon()
    orders = (ROOT / "service/command/command_orders.c").read_text()
    nouns = set(re.findall(r'\.noun = "(\w+)"', orders))
    told = re.findall(r"^  (\w+)  ", d.command("--help").stdout, re.M)
    assert len(nouns) > 3
    for noun in nouns:
        assert noun in told
        assert f"moderatod {noun} " in d.command(noun, "--help").stdout


def test_help_fits_into_80_columns(rig):
    def help_of(*command):
        done = subprocess.run([PROGRAM, *command, "--help"], capture_output=True)
        assert done.returncode == 0, command
        lines = done.stdout.decode().splitlines()
        assert [line for line in lines if len(line) > 80] == []
        return lines

    commands = re.findall(r"^  ([a-z-]+)  +\w", "\n".join(help_of()), re.M)
    assert {"serve", "site", "backup", "check-config"} <= set(commands)
    for command in commands:
        help_of(command)
