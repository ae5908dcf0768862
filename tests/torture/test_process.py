"""What the process that runs is, whoever started it: no cores, no SIGPIPE, the
C locale, nothing for others to read, nothing that can be written and run."""

import os
import pathlib
import signal

import pytest


@pytest.fixture
def proc(rig):
    d = rig.daemon()
    plain = d.environment
    d.environment = lambda: plain() | {"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"}
    d.start()
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


def test_numbers_are_those_of_c(proc):
    """With a locale that has decimal commas, should there be one."""
    got = proc[0].check({"content": "seven", "test": True})
    assert all(isinstance(v, float) for v in got["scores"].values())
    assert b"," not in proc[0].get("/metrics", admin=True).content.split(b"\n")[-2]


def test_files_are_the_owners(proc):
    var = proc[0].var
    assert var.stat().st_mode & 0o777 == 0o700
    for file in var.rglob("*"):
        assert file.stat().st_mode & 0o077 == 0, file


def test_no_page_is_written_and_run(proc):
    for line in (proc[1] / "maps").read_text().splitlines():
        access = line.split()[1]
        assert "w" not in access or "x" not in access, line


def test_descriptors_do_not_leak_into_children(proc):
    """Each closes when another program is run: the trainer, for one."""
    for fd in os.listdir(proc[1] / "fdinfo"):
        if int(fd) <= 2:
            continue
        info = (proc[1] / "fdinfo" / fd).read_text()
        flags = int(info.split("flags:\t")[1].split()[0], 8)
        where = os.readlink(proc[1] / "fd" / fd)
        assert flags & os.O_CLOEXEC, where
