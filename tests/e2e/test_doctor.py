"""`moderatod doctor`: what it says of an installation, well and with real
faults; and that it changes nothing, whether the service runs or not."""

import contextlib
import json
import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import time

import pytest
from conftest import FIRST_KEY, MODEL, NO_LIMITS, PROGRAM, quiet_port
from load import Load
from test_store_full import disk, fill

__all__ = ["disk"]  # a fixture


def ports(daemon=None):
    """Where a service listens, or one could."""
    port = quiet_port() if daemon is None else daemon.port
    return ("--listen", f"127.0.0.1:{port}", "--listen-admin", "127.0.0.1:0")


def doctor(daemon, *flags, model=MODEL):
    """The exit code, and by name what was found: (result, text)."""
    where = ("--model", model, *(() if "--listen" in flags else ports()))
    done = daemon.command("doctor", "--json", *where, *flags)
    assert done.stderr == "", done.stderr
    report = json.loads(done.stdout)
    found = {c["name"]: (c["result"], c["text"]) for c in report["checks"]}
    results = [result for result, _ in found.values()]
    assert report["faults"] == results.count("fault")
    assert report["warnings"] == results.count("warning")
    assert report["ok"] == (report["faults"] == 0)
    assert done.returncode in (int(report["faults"] > 0), 2)
    return done.returncode, found


def faults(found):
    return {name: text for name, (result, text) in found.items() if result == "fault"}


def warnings(found):
    return {name for name, (result, _) in found.items() if result == "warning"}


def ended(rig, *flags):
    """A service that had a comment, and is over."""
    daemon = rig.daemon(*flags).start()
    daemon.check({"content": "An ordinary remark."})
    daemon.end()
    return daemon


def change(daemon, sql):
    """Writes to the store of a service that does not run."""
    with contextlib.closing(sqlite3.connect(daemon.var / "moderato.db")) as db:
        db.execute(sql)
        db.commit()


def tree(folder):
    """All that lies in a folder, with what would tell of a change."""
    told = {}
    for path in sorted([folder, *folder.rglob("*")]):
        s = path.lstat()
        content = path.read_bytes() if path.is_file() else None
        told[str(path)] = (s.st_ino, s.st_mode, s.st_uid, s.st_mtime_ns, content)
    return told


def test_all_is_well_while_it_runs(rig):
    daemon = rig.daemon().start()
    daemon.check({"content": "An ordinary remark."})
    listen = ports(daemon)
    code, found = doctor(daemon, *listen, "--deep")
    # of this machine's limits tests know nothing
    found.pop("files")
    assert (code, faults(found), warnings(found)) == (0, {}, set())
    assert "runs, is ready" in found["service"][1]
    assert "integrity_check" in found["pages"][1]
    assert "1 valid, of which 1" in found["keys"][1]


def test_a_table_for_people(rig):
    daemon = ended(rig)
    done = daemon.command("doctor", "--model", MODEL, *ports())
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and lines[-1].startswith("0 faults, 1 warning")
    assert [line for line in lines if line.startswith("warning")][0].split()[1] == "service"
    assert all(line.split()[0] in ("ok", "warning") for line in lines[:-2])


def test_help_names_every_check(rig):
    daemon = ended(rig)
    help = daemon.command("doctor", "--help").stdout
    _, found = doctor(daemon)
    assert [name for name in found if f"\n  {name} " not in help] == []
    assert "Exit codes" in help and "--backups FOLDER" in help


@pytest.mark.parametrize("flags", [["--colour"], ["--backups="], ["--threads", "many"]])
def test_wrong_usage(rig, flags):
    daemon = rig.daemon()
    done = daemon.command("doctor", *flags)
    assert done.returncode == 2
    assert not daemon.var.exists()


def test_before_the_first_start_nothing_is_made(rig):
    daemon = rig.daemon()
    code, found = doctor(daemon)
    assert code == 0 and {"folder", "store", "service"} <= warnings(found)
    assert list(daemon.folder.iterdir()) == []
    daemon.var.mkdir(mode=0o700)
    before = tree(daemon.folder)
    assert doctor(daemon)[0] == 0
    assert tree(daemon.folder) == before


def test_it_changes_nothing_when_the_service_ended(rig):
    daemon = ended(rig)
    before = tree(daemon.var)
    assert doctor(daemon, "--deep")[0] == 0
    assert tree(daemon.var) == before


def test_it_changes_nothing_after_a_crash(rig):
    """What waits in the log is read, and stays there."""
    daemon = rig.daemon().start()
    daemon.check({"content": "An ordinary remark."})
    daemon.end(signal.SIGKILL)
    before = tree(daemon.var)
    code, found = doctor(daemon, "--deep")
    assert code == 0 and {"log", "service"} <= warnings(found)
    assert "the newest comment is of" in found["clock"][1]
    assert tree(daemon.var) == before
    daemon.start()
    assert daemon.stored("SELECT count(*) FROM comment") == [(1,)]


def test_a_log_without_its_index(rig):
    """As in a folder that was copied: to read it one would have to be made."""
    daemon = rig.daemon().start()
    daemon.check({"content": "An ordinary remark."})
    daemon.end(signal.SIGKILL)
    (daemon.var / "moderato.db-shm").unlink()
    before = tree(daemon.var)
    code, found = doctor(daemon)
    assert code == 1 and "start the service" in faults(found)["store"]
    assert tree(daemon.var) == before
    daemon.start().end()
    assert doctor(daemon)[0] == 0


def test_nobody_waits_for_it(rig):
    daemon = rig.daemon(*NO_LIMITS).start()
    listen = ports(daemon)
    with Load(daemon, clients=4) as load:
        for _ in range(5):
            code, found = doctor(daemon, *listen, "--deep")
            assert code == 0, faults(found)
    assert load.failed == [] and load.acked
    assert daemon.event("store.down") is None


DAMAGE = {
    "cut": lambda b: b[: len(b) // 2 // 4096 * 4096],
    "zeros": lambda b: b[:8192] + bytes(len(b) - 8192),
    "no store": lambda b: b"something else " * 1000,
    "empty": lambda b: b"",
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_store(rig, name):
    daemon = ended(rig)
    file = daemon.var / "moderato.db"
    file.write_bytes(DAMAGE[name](file.read_bytes()))
    before = tree(daemon.var)
    code, found = doctor(daemon)
    assert code == 1
    told = faults(found)
    assert "restore" in told.get("store", "") + told.get("pages", "")
    assert tree(daemon.var) == before


def test_damage_that_only_the_whole_shows(rig):
    """An index that lacks a row: each page of it is sound."""
    daemon = ended(rig)
    db = sqlite3.connect(daemon.var / "moderato.db")
    with contextlib.closing(db):
        db.execute("PRAGMA writable_schema = ON")
        table = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'site'").fetchone()[0]
        db.execute("INSERT INTO site (id, name, created_at) VALUES (77, 'odd', 1)")
        db.execute("CREATE INDEX odd ON site (created_at)")
        root = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'odd'").fetchone()
        db.execute("DELETE FROM sqlite_schema WHERE name = 'odd'")
        db.commit()
        assert table and root
    with contextlib.closing(sqlite3.connect(daemon.var / "moderato.db")) as db:
        db.execute("INSERT INTO site (id, name, created_at) VALUES (78, 'odder', 2)")
        db.execute("PRAGMA writable_schema = ON")
        db.execute(
            "INSERT INTO sqlite_schema VALUES ('index', 'odd', 'site', ?,"
            " 'CREATE INDEX odd ON site (created_at)')",
            root,
        )
        db.commit()
    assert "pages" not in faults(doctor(daemon)[1])
    code, found = doctor(daemon, "--deep")
    assert code == 1 and "odd" in faults(found)["pages"]


def test_the_schema_of_another_version(rig):
    daemon = ended(rig)
    change(daemon, "PRAGMA user_version = 999")
    code, found = doctor(daemon)
    assert code == 1 and "use a newer moderatod" in faults(found)["store"]
    assert "what was promoted is not known" in found["model"][1]
    change(daemon, "PRAGMA user_version = 28")
    code, found = doctor(daemon)
    assert code == 0 and "next start brings it to" in found["store"][1]
    assert "keys" not in found


@pytest.mark.parametrize(
    "mode, result", [(0o777, "fault"), (0o770, "fault"), (0o755, "warning")]
)
def test_a_folder_that_is_not_private(rig, mode, result):
    daemon = ended(rig)
    daemon.var.chmod(mode)
    code, found = doctor(daemon)
    assert found["folder"][0] == result and "chmod 700" in found["folder"][1]
    assert code == (result == "fault")


def test_files_of_somebody_else(rig):
    daemon = ended(rig)
    (daemon.var / "moderato.db").chmod(0o644)
    _, found = doctor(daemon)
    assert "chmod 600" in found["folder"][1]
    (daemon.var / "moderato.db").chmod(0o600)
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    os.chown(daemon.var / "moderato.db", 1, 1)
    code, found = doctor(daemon)
    assert code == 1 and "moderato.db belongs to daemon" in faults(found)["folder"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has somebody to become")
def test_as_the_wrong_user(rig):
    """Who may not look is told so, not that something is missing."""
    daemon = rig.daemon().start()
    line = [PROGRAM, "doctor", "--json", "--var", daemon.var, "--model", MODEL, *ports()]
    nobody = {"user": 65534, "group": 65534, "extra_groups": []}
    done = subprocess.run(line, capture_output=True, text=True, cwd="/", **nobody)
    told = {c["name"]: c["text"] for c in json.loads(done.stdout)["checks"]}
    assert done.returncode == 1
    for name in ("folder", "store", "service"):
        assert "Permission denied" in told[name]
    assert not {"secret", "pages", "log", "keys"} & told.keys()


def test_the_secret(rig):
    daemon = ended(rig)
    secret = daemon.var / "secret"
    secret.chmod(0o644)
    assert "chmod 600" in faults(doctor(daemon)[1])["secret"]
    secret.chmod(0o600)
    kept = secret.read_bytes()
    secret.write_bytes(kept[:-1])
    assert "31 bytes instead of 32" in faults(doctor(daemon)[1])["secret"]
    secret.write_bytes(bytes(reversed(kept)))
    assert "is not the one that the store was made" in faults(doctor(daemon)[1])["secret"]
    secret.write_bytes(kept)
    assert "secret" not in faults(doctor(daemon)[1])
    secret.unlink()
    code, found = doctor(daemon)
    assert code == 1 and "put back" in faults(found)["secret"]
    assert not secret.exists()


def test_a_full_disk(rig, disk):
    daemon = rig.daemon()
    daemon.var = disk / "var"
    daemon.flags[1] = daemon.var
    daemon.start().end()
    code, found = doctor(daemon)
    assert "room" not in faults(found)
    fill(disk)
    code, found = doctor(daemon)
    assert code == 1 and "make room" in faults(found)["room"]


def test_a_folder_that_cannot_be(rig, tmp_path):
    """Another user could not look into it either."""
    daemon = rig.daemon()
    (tmp_path / "file").touch()
    daemon.var = tmp_path / "file" / "var"
    code, found = doctor(daemon)
    assert code == 1 and faults(found)["folder"].endswith("Not a directory")


def test_a_clock_that_is_behind(rig):
    daemon = ended(rig)
    change(daemon, "UPDATE comment SET received_at = received_at + 86400000")
    code, found = doctor(daemon)
    assert code == 1 and "set the clock right" in faults(found)["clock"]


def test_keys_that_may_do_nothing(rig):
    daemon = ended(rig)
    change(daemon, "UPDATE api_key SET scopes = 4")
    code, found = doctor(daemon)
    assert code == 0 and "key add --scopes check" in found["keys"][1]
    change(daemon, "UPDATE api_key SET scopes = 1, expires_at = 1")
    assert "keys" in warnings(doctor(daemon)[1])


def test_a_model_that_is_truncated(rig):
    daemon = ended(rig)
    model = daemon.folder / "models" / "mine"
    shutil.copytree(MODEL, model)
    (model / "card.json").unlink()
    assert "model" in warnings(doctor(daemon, model=model)[1])
    whole = (model / "model.bin").read_bytes()
    (model / "model.bin").write_bytes(whole[:-100])
    code, found = doctor(daemon, model=model)
    assert code == 1 and "truncated" in faults(found)["model"]
    # one that was promoted, and is gone
    ((version,),) = daemon.stored("PRAGMA user_version")
    (model / "model.bin").write_bytes(whole)
    use = "INSERT INTO model_use (role, name, started_by, started_at, ended_by, ended_at)"
    change(daemon, f"{use} VALUES ('active', 'gone', 'operator', 1, '', 0)")
    code, found = doctor(daemon, model=model)
    assert code == 1 and "rollback" in faults(found)["model"]
    change(daemon, "PRAGMA user_version = 28")  # before an update as well
    assert "rollback" in faults(doctor(daemon, model=model)[1])["model"]
    change(daemon, f"PRAGMA user_version = {version}")
    change(daemon, "DELETE FROM model_use")
    change(daemon, f"{use} VALUES ('challenger', 'gone', 'operator', 1, '', 0)")
    assert "models" in warnings(doctor(daemon, model=model)[1])


def test_the_gold_set(rig):
    daemon = ended(rig)
    model = daemon.folder / "models" / "mine"
    shutil.copytree(MODEL, model)
    assert "gold" not in doctor(daemon, model=model)[1]
    gold = model.parent / "gold.jsonl"
    row = {"text": "buy pills", "label": "spam"}
    gold.write_text(f"{json.dumps(row)}\n{json.dumps(row)}\n")
    assert doctor(daemon, model=model)[1]["gold"][1].startswith("2 comments")
    if os.geteuid() == 0:  # what only root can read, a service of nobody cannot
        gold.chmod(0o600)
        os.chown(daemon.var, 65534, 65534)
        assert "may not read it" in faults(doctor(daemon, model=model)[1])["gold"]
        os.chown(gold, 65534, 65534)
        assert "gold" not in faults(doctor(daemon, model=model)[1])
        os.chown(daemon.var, 0, 0)
    gold.write_text(f"{json.dumps(row)}\nno comment\n")
    code, found = doctor(daemon, model=model)
    assert code == 1 and "line 2" in faults(found)["gold"]
    gold.write_text("\n\n")
    assert "has no rows" in faults(doctor(daemon, model=model)[1])["gold"]
    gold.unlink()
    gold.mkdir()
    assert "until it can be read" in faults(doctor(daemon, model=model)[1])["gold"]


def test_retraining_that_cannot_be(rig):
    daemon = ended(rig)
    assert "retraining" not in doctor(daemon)[1]
    _, found = doctor(daemon, "--retrain-after", "100")
    assert "after 100 decisions" in found["retraining"][1]
    code, found = doctor(daemon, "--retrain-corpora", "/nowhere")
    assert code == 1 and "/nowhere" in faults(found)["settings"]


def test_retraining_that_has_nothing_to_learn_from(rig, tmp_path):
    daemon = ended(rig)
    empty, full = tmp_path / "empty", tmp_path / "full"
    for folder, name in ((empty, "notes.txt"), (full, "base.jsonl.gz")):
        folder.mkdir()
        (folder / name).touch()
    after = ("--retrain-after", "60")
    for folder in "/nowhere", str(empty):
        flags = (*after, "--retrain-corpora", folder)
        code, found = doctor(daemon, *flags)
        assert code == 1 and folder in faults(found)["retraining"]
        done = daemon.command("check-config", *flags)
        assert done.returncode == 2 and folder in done.stderr
        assert daemon.command("check-config", *flags[2:]).returncode == 0
    flags = (*after, "--retrain-corpora", full)
    assert faults(doctor(daemon, *flags)[1]) == {}
    assert daemon.command("check-config", *flags).returncode == 0


def test_redis(rig):
    redis = rig.redis().start()
    daemon = ended(rig)
    before = redis.ask("DBSIZE")
    code, found = doctor(daemon, "--state", redis.uri)
    assert code == 0 and found["counts"][0] == "ok" and "answers in" in found["counts"][1]
    redis.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    code, found = doctor(daemon, "--state", redis.uri)
    assert code == 0 and "allkeys-lru" in found["counts"][1] and "counts" in warnings(found)
    redis.ask("CONFIG", "SET", "maxmemory", "200mb")
    code, found = doctor(daemon, "--state", redis.uri)
    assert code == 1 and "set it to noeviction" in faults(found)["counts"]
    redis.ask("CONFIG", "SET", "maxmemory-policy", "noeviction")
    redis.ask("CONFIG", "SET", "maxmemory", "20mb")
    assert "give it more" in doctor(daemon, "--state", redis.uri)[1]["counts"][1]
    assert redis.ask("DBSIZE") == before == "0"
    redis.kill()
    code, found = doctor(daemon, "--state", redis.uri)
    assert code == 1 and "Redis" in faults(found)["counts"]


def test_redis_with_few_rights(rig):
    """The user that docs/settings.md makes is told nothing, and works."""
    port = quiet_port()
    redis = rig.redis().start("--port", str(port))
    rights = "+select +client|setname +set +xadd +xrange +xtrim +expire"
    redis.ask("ACL", "SETUSER", "moderato", "on", ">pass-word", "~mo:*", *rights.split())
    daemon = ended(rig)
    uri = f"redis://moderato:pass-word@127.0.0.1:{port}/0"
    code, found = doctor(daemon, "--state", uri)
    assert code == 0 and found["counts"][0] == "ok"
    assert "tells this user neither" in found["counts"][1]
    code, found = doctor(daemon, "--state", uri.replace("pass-", "other-"))
    assert code == 1 and "refuses us" in faults(found)["counts"]
    assert "other-word" not in faults(found)["counts"]


def test_a_redis_that_does_not_answer(rig):
    redis = rig.redis().start()
    daemon = ended(rig)
    redis.pause()
    began = time.monotonic()
    code, found = doctor(daemon, "--state", redis.uri)
    assert code == 1 and "no answer in time" in faults(found)["counts"]
    assert time.monotonic() - began < 30


def test_a_port_that_is_taken(rig):
    daemon = ended(rig)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        code, found = doctor(daemon, "--listen", listen, "--listen-admin", "127.0.0.1:0")
    assert code == 1 and f"{listen} is taken" in faults(found)["ports"]
    code, found = doctor(daemon, "--listen", "192.0.2.1:8080", "--listen-admin", "127.0.0.1:0")
    assert code == 1 and "cannot listen" in faults(found)["ports"]


def test_a_service_of_other_settings(rig):
    daemon = rig.daemon().start()
    code, found = doctor(daemon)
    assert code == 0 and "ports" in warnings(found)


def test_a_service_without_a_model(rig):
    daemon = rig.daemon(model="/nowhere").start()
    listen = ports(daemon)
    code, found = doctor(daemon, *listen, model="/nowhere")
    assert code == 1 and {"model", "service"} <= faults(found).keys()


def test_a_service_that_is_another_program(rig, tmp_path):
    """As after an update, until it is restarted."""
    copy = tmp_path / "moderatod"
    shutil.copy2(PROGRAM, copy)
    daemon = rig.daemon()
    # the rig names the program, which is left out
    daemon.wrap = [shutil.which("sh"), "-c", f'shift; exec {copy} "$@"', "sh"]
    daemon.start()
    listen = ports(daemon)
    code, found = doctor(daemon, *listen)
    assert code == 0 and "another file" in found["service"][1]


def test_a_service_that_is_stuck(rig):
    daemon = rig.daemon().start()
    daemon.process.send_signal(signal.SIGSTOP)
    listen = ports(daemon)
    code, found = doctor(daemon, *listen)
    assert code == 1 and "does not answer" in faults(found)["service"]
    # readers need nobody's help
    assert found["store"][0] == "ok" and found["pages"][0] == "ok"


def test_the_limit_of_open_files(rig):
    """Warned of where the service has fewer connections, and nowhere else."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    daemon = ended(rig, "--threads", "2", "--connections", "5000")
    flags = ("--threads", "2", "--connections", "5000")

    def start(files):
        limit = (files, files)
        daemon.start(preexec=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, limit))
        few = daemon.event("connections.few") is not None
        code, found = doctor(daemon, *ports(daemon), *flags)
        daemon.end()
        assert code == 0 and few == ("files" in warnings(found))
        return found["files"][1]

    wanted = int(re.search(r"want (\d+)", start(4000))[1])
    if wanted > most:
        pytest.skip(f"only {most} files may be open here")
    assert "enough for 5000" in start(wanted)
    assert "want" in start(wanted - 1)


def test_backups(rig):
    daemon = ended(rig)
    folder = daemon.folder / "backup"
    folder.mkdir()
    (folder / "notes.txt").write_text("no copy")
    code, found = doctor(daemon, "--backups", folder)
    assert code == 1 and "no copy" in faults(found)["backups"]
    assert daemon.command("backup", folder / "copy.db").returncode == 0
    _, found = doctor(daemon, f"--backups={folder}")
    assert found["backups"][0] == "ok" and "copy.db" in found["backups"][1]
    old = time.time() - 30 * 86400
    os.utime(folder / "copy.db", (old, old))
    _, found = doctor(daemon, "--backups", folder)
    assert "30 days old" in found["backups"][1] and "backups" in warnings(found)
    assert "backups" not in doctor(daemon)[1]


def test_what_restore_kept(rig):
    daemon = ended(rig)
    copy = daemon.folder / "copy.db"
    assert daemon.command("backup", copy).returncode == 0
    assert daemon.command("restore", copy).returncode == 0
    _, found = doctor(daemon)
    assert "leftovers" in warnings(found) and "moderato.db.20" in found["leftovers"][1]


def test_it_tells_no_secrets(rig):
    daemon = ended(rig)
    uri = "redis://u:pass-word@127.0.0.1:1/0"
    config = daemon.folder / "settings"
    config.write_text(f"state = {uri}\nfirst-key = {FIRST_KEY}\n")
    config.chmod(0o644)
    done = daemon.command("doctor", "--config", config, "--model", MODEL)
    assert "pass-word" not in done.stdout + done.stderr
    assert FIRST_KEY not in done.stdout + done.stderr
    _, found = doctor(daemon, "--config", config)
    assert "settings" in warnings(found) and "chmod 600" in found["settings"][1]
