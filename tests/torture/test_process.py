"""What the process that runs is, whoever started it: no cores, no SIGPIPE, the
C locale, nothing for others to read, nothing that can be written and run."""

import contextlib
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess

import pytest
from conftest import BUILD, PROGRAM


@pytest.fixture
def proc(rig):
    d = rig.daemon().start()
    d.check({"content": "a comment, so that all that is needed is loaded"})
    return d, pathlib.Path(f"/proc/{d.process.pid}")


def test_no_cores(proc):
    limits = (proc[1] / "limits").read_text().splitlines()
    (core,) = [line.split() for line in limits if line.startswith("Max core file")]
    assert core[4:6] == ["0", "0"]


def test_no_sigpipe(proc):
    status = dict(
        line.split(":\t", 1)
        for line in (proc[1] / "status").read_text().splitlines()
        if ":\t" in line
    )
    ignored = int(status["SigIgn"], 16)
    for sig in (signal.SIGPIPE, signal.SIGXFSZ):
        assert ignored >> (sig - 1) & 1, sig


LOCALES = pathlib.Path("/usr/share/i18n/locales")


@pytest.fixture
def commas(tmp_path):
    """The environment of somebody who writes 1,5: a locale, made for it."""
    if shutil.which("localedef") is None or not (LOCALES / "de_DE").exists():
        pytest.skip("nothing to make a locale of (Debian's locales)")
    make = ["localedef", "-i", "de_DE", "-f", "UTF-8", tmp_path / "de_DE.UTF-8"]
    subprocess.run(make, check=True)
    made = {"LOCPATH": str(tmp_path), "LC_ALL": "de_DE.UTF-8"}
    shown = subprocess.run(
        ["printf", "%.1f", "1"], env=os.environ | made, capture_output=True, text=True
    )
    assert shown.stdout == "1,0", "the locale says nothing"
    return made


def test_numbers_are_those_of_c(rig, commas):
    """Whatever the locale of whoever starts it."""
    daemon = rig.daemon()
    daemon.variables = commas
    daemon.start()
    got = daemon.check({"content": "seven"})
    assert all(isinstance(v, float) for v in got["scores"].values())
    assert isinstance(got["margin"], float)
    lines = daemon.get("/metrics", admin=True).text.splitlines()
    figures = [line.rsplit(" ", 1)[1] for line in lines if not line.startswith("#")]
    assert any("." in value for value in figures)
    assert not any("," in value for value in figures)


def test_files_are_the_owners(proc):
    var = proc[0].var
    assert var.stat().st_mode & 0o777 == 0o700
    for file in var.rglob("*"):
        assert file.stat().st_mode & 0o077 == 0, file


def test_no_page_is_written_and_run(proc):
    for line in (proc[1] / "maps").read_text().splitlines():
        access = line.split()[1]
        assert "w" not in access or "x" not in access, line


def descriptors(proc):
    """What is open beside stdin and the like: its flags, and what it is."""
    for fd in os.listdir(proc / "fdinfo"):
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            info = (proc / "fdinfo" / fd).read_text()
            where = os.readlink(proc / "fd" / fd)
            if int(fd) > 2:
                yield int(info.split("flags:\t")[1].split()[0], 8), where


def test_descriptors_do_not_leak_into_children(proc):
    """Each closes when another program is run: the trainer, for one."""
    found = list(descriptors(proc[1]))
    assert any("moderato.db" in where for _, where in found)
    for flags, where in found:
        assert flags & os.O_CLOEXEC, where


def test_a_library_that_the_gate_does_not_know_is_told(rig):
    """Since it then sees less of what could be read in two ways."""
    known = rig.daemon().start()
    assert not known.event("library.unknown")
    daemon = rig.daemon()
    shim = BUILD / "tests/torture/version_preload.so"
    assert shim.exists(), "make torturers"
    daemon.variables = {"LD_PRELOAD": str(shim)}
    daemon.start()
    told = [e for e in daemon.log() if e["event"] == "library.unknown"]
    assert [(e["level"], e["version"], e["known"]) for e in told] == [
        ("warn", "0.9.76", "0.9.75")
    ]
    assert daemon.check({"content": "and on it goes"})["action"]


def test_versions_of_libraries_are_told():
    """By each library itself, where it runs."""
    shown = subprocess.run([PROGRAM, "version"], capture_output=True, text=True)
    versions = dict(line.split(" ", 1) for line in shown.stdout.splitlines())
    assert set(versions) == {"moderatod", "libmicrohttpd", "curl", "SQLite", "libsodium", "jansson"}
    assert versions["SQLite"] == sqlite3.sqlite_version
    assert all(any(c.isdigit() for c in v) for v in versions.values())
