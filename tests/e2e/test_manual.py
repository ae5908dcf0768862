"""The manual pages: made of what the programs say, and as formatters want."""

import re
import shutil
import subprocess

import pytest
from conftest import BUILD, PROGRAM, ROOT, TRAINER

NOUNS = ("site", "key", "list", "model", "author", "audit", "user", "webhook")
ESCAPES = dict(zip(r"\- \(aq \(dq \(ga \(ha \(ti".split(), "-'\"`^~"))
PAGES = {"man8/moderatod.8": PROGRAM, "man1/moderato-train.1": TRAINER}


def said(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def plain(page):
    """A page's text without what formatters are told."""
    for escape, text in ESCAPES.items():
        page = page.replace(escape, text)
    page = re.sub(r"\\\[u([0-9A-F]+)\]", lambda m: chr(int(m[1], 16)), page)
    page = re.sub(r"^\.(Pp|Bd|Ed|Bl|El).*\n", "", page, flags=re.M)
    page = re.sub(r"^\.It Fl ", "-", page, flags=re.M)
    page = re.sub(r"^\.(It Cm|\w\w) ", "", page, flags=re.M)
    page = page.replace(" Ar ", " ")
    page = page.replace("\\e", "\\").replace("\\&", "")
    return " ".join(page.split())


def flags_of(help):
    """Each flag with what is said of it, up to where a line or two end."""
    for flag, text in re.findall(r"^ +--([a-z0-9.-]+)([^\n]*\n(?: {10}[^\n]*\n)*)", help, re.M):
        yield flag, text.split()


def test_the_service_is_all_in_its_page():
    page = plain(said(PROGRAM, "--man"))
    help = said(PROGRAM, "--help")
    for name, text in re.findall(r"^  ([a-z-]+) +(\w.*)$", help, re.M)[:16]:
        assert f" {name} " in page and text in page, name
    for flag, lines in re.findall(r"^  --([a-z-]+) VALUE\n((?: {6}.*\n)+)", help, re.M):
        assert f"--{flag} VALUE" in page
        missing = [w for w in lines.replace(";", " ").split() if w not in page]
        assert missing == [], flag
    for noun in NOUNS:
        of_noun = said(PROGRAM, noun, "--help")
        for verb in re.findall(rf"^  moderatod {noun} ([a-z-]+)", of_noun, re.M):
            assert f" {noun} {verb} " in page
        for flag, words in flags_of(of_noun):
            assert f"--{flag} VALUE {' '.join(words)}" in page
    for command in ("backup", "restore", "doctor"):
        assert " ".join(said(PROGRAM, command, "--help").split()) in page


def test_what_takes_no_flag_says_so():
    for flags in ("version", "--json"), ("version", "--nope"), ("--version", "x"):
        done = subprocess.run([PROGRAM, *flags], capture_output=True, text=True)
        assert done.returncode == 2 and done.stdout == "", flags
        assert flags[1] in done.stderr, flags


def test_the_trainer_is_all_in_its_page():
    page = plain(said(TRAINER, "--man"))
    commands = re.findall(r"^  ([a-z-]+) +\w", said(TRAINER, "--help"), re.M)
    assert len(commands) > 10
    for command in commands:
        help = said(TRAINER, command, "--help")
        assert f"moderato-train {command} " in page
        options = help.split("\noptions:\n")[1].split("\n\n")[0] + "\n"
        entries = re.split(r"^  --", options, flags=re.M)[1:-1]
        assert entries
        for entry in entries:
            assert f"--{' '.join(entry.split())}" in page, (command, entry)
        examples = help.split("\nexamples:\n")[1].split("\nexit codes:")[0]
        assert " ".join(examples.split()) in page


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A folder as after `make install`."""
    folder = tmp_path_factory.mktemp("man")
    for name, program in PAGES.items():
        (folder / name).parent.mkdir()
        (folder / name).write_text(said(program, "--man"))
    return folder


@pytest.mark.parametrize("name", PAGES)
def test_mandoc_has_nothing_to_say(pages, name):
    if shutil.which("mandoc") is None:
        pytest.skip("mandoc is not installed")
    line = ["mandoc", "-Tlint", pages / name]
    done = subprocess.run(line, capture_output=True, text=True)
    # it looks for the other page where the system's are
    found = [line for line in done.stdout.splitlines() if "Xr moderat" not in line]
    assert found == [] and done.stderr == ""


@pytest.mark.parametrize("name", PAGES)
def test_groff_has_nothing_to_say(pages, name):
    if shutil.which("groff") is None:
        pytest.skip("groff is not installed")
    line = ["groff", "-ww", "-mandoc", "-Tutf8", "-Kutf8", pages / name]
    done = subprocess.run(line, capture_output=True, text=True)
    assert done.stderr == "" and "MODERATO" in done.stdout


@pytest.mark.skipif(BUILD.name != "build", reason="of what is installed only")
def test_they_are_installed(tmp_path):
    line = ["make", "-s", "-C", ROOT, "install", f"DESTDIR={tmp_path}", "PREFIX=/usr"]
    subprocess.run(line, check=True, capture_output=True)
    models = tmp_path / "usr/share/moderato/models"
    assert [path.name for path in models.iterdir()] == ["default"]
    for name, program in PAGES.items():
        page = tmp_path / "usr/share/man" / name
        assert page.read_text() == said(program, "--man")
        assert page.stat().st_mode & 0o777 == 0o644
