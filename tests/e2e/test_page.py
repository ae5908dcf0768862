"""The moderators' page as files: where they are, and what comes with them."""

import gzip
import http.client
import json
import re

import pytest
import requests
from conftest import PATIENCE_S, ROOT, wait_for

UI = ROOT / "service/ui"
FILES = sorted(each.name for each in UI.iterdir())
TYPES = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
}
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; "
    "style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def get(daemon, path, admin=True, **headers):
    named = {"Accept-Encoding": "identity"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    with requests.get(
        daemon.url(path, admin=admin), headers=named, stream=True, timeout=PATIENCE_S
    ) as got:
        got.raw_bytes = got.raw.read(decode_content=False)
        return got


def without_comments(text):
    """A file without the comments that have lines of their own."""
    kept, inside = [], False
    for line in text.splitlines(keepends=True):
        inside = inside or line.lstrip(" \t").startswith("/*")
        if not inside:
            kept.append(line)
        inside = inside and not line.rstrip("\n").endswith("*/")
    return "".join(kept)


@pytest.mark.parametrize("name", FILES)
def test_files_are_served_but_for_comments(daemon, name):
    got = get(daemon, f"/ui/{name}")
    assert got.status_code == 200
    assert got.raw_bytes.decode() == without_comments((UI / name).read_text())
    assert got.headers["Content-Type"] == TYPES[name.rsplit(".", 1)[1]]
    assert "Content-Encoding" not in got.headers
    assert got.headers["Cache-Control"] == "no-cache"
    assert got.headers["Vary"] == "Accept-Encoding"
    assert SECURITY.items() <= got.headers.items()
    assert "camera=()" in got.headers["Permissions-Policy"]


def test_the_page_is_at_the_root(daemon):
    assert get(daemon, "/").raw_bytes == (UI / "index.html").read_bytes()
    assert SECURITY.items() <= get(daemon, "/").headers.items()


def test_compressed_for_who_takes_it(daemon):
    plain = get(daemon, "/ui/style.css")
    got = get(daemon, "/ui/style.css", Accept_Encoding="br, gzip;q=0.5")
    assert got.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(got.raw_bytes) == plain.raw_bytes
    assert got.headers["ETag"] != plain.headers["ETag"]


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_not_sent_again_while_it_is_the_same(daemon, encoding):
    tag = get(daemon, "/ui/app.js", Accept_Encoding=encoding).headers["ETag"]
    for known in (tag, f'"other", W/{tag}'):
        got = get(daemon, "/ui/app.js", Accept_Encoding=encoding, If_None_Match=known)
        assert (got.status_code, got.raw_bytes) == (304, b"")
        assert got.headers["ETag"] == tag
        assert SECURITY.items() <= got.headers.items()
    assert get(daemon, "/ui/app.js", If_None_Match='"other"').status_code == 200


def test_only_on_the_admin_listener(daemon):
    for path in ("/", "/ui/app.js"):
        assert get(daemon, path, admin=False).status_code == 404
        got = requests.post(daemon.url(path), timeout=PATIENCE_S)
        assert (got.status_code, "Allow" in got.headers) == (404, False)
        got = requests.post(daemon.url(path, admin=True), timeout=PATIENCE_S)
        assert (got.status_code, got.headers["Allow"]) == (405, "GET, HEAD")


def raw_status(daemon, path):
    """For a path that requests would clean up first."""
    connection = http.client.HTTPConnection("127.0.0.1", daemon.admin_port)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def test_nothing_else_is_there(daemon):
    for path in ("/ui/", "/ui/none.js", "/ui/..%2findex.html", "/ui/%61pp.js"):
        assert raw_status(daemon, path) == 404, path


def test_nothing_inline_and_all_of_it_small(daemon):
    page = (UI / "index.html").read_text()
    assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*src=)", page)
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)
    # a visitor reads one language
    files = [name for name in FILES if name != "de.json"]
    size = sum(
        len(get(daemon, f"/ui/{name}", Accept_Encoding="gzip").raw_bytes)
        for name in files
    )
    print(f"{size} bytes")
    assert size < 100_000, f"{size} bytes"


# what is called like an action in the store's sources, and is none
NO_ACTION = r"(store|retention|s|c)\..*|\w+\.h|comment\.held|webhook\.id"


@pytest.mark.parametrize("locale", ["en", "de"])
def test_every_action_of_the_audit_log_has_words(locale):
    text = "".join(f.read_text() for f in (ROOT / "service/edge/store").glob("*.c"))
    found = set(re.findall(r'"([a-z]+\.[a-z_]+)"', text))
    actions = {name.replace(".", "_") for name in found if not re.fullmatch(NO_ACTION, name)}
    words = json.loads((UI / f"{locale}.json").read_text())["audit"]["action"]
    assert actions == set(words)


@pytest.mark.parametrize("locale", ["en", "de"])
def test_words_of_reasons_stand_for_spam_and_abuse(locale):
    words = json.loads((UI / f"{locale}.json").read_text())["reason"]
    assert not re.search("spam|abus|missbrauch", json.dumps(words), re.IGNORECASE)


def test_from_a_folder_for_who_works_on_it(rig):
    ui = rig.place() / "ui"
    ui.mkdir()
    (ui / "index.html").write_text("<!doctype html>one")
    (ui / "notes.txt").write_text("not of the page")
    (ui.parent / "outside.js").write_text("outside")
    (ui / "link.js").symlink_to(ui.parent / "outside.js")
    (ui / "folder.js").mkdir()
    daemon = rig.daemon("--ui-dir", ui).start()
    assert get(daemon, "/").raw_bytes == b"<!doctype html>one"
    assert get(daemon, "/").headers["Cache-Control"] == "no-store"
    assert SECURITY.items() <= get(daemon, "/").headers.items()
    (ui / "index.html").write_text("<!doctype html>two")
    assert get(daemon, "/").raw_bytes == b"<!doctype html>two"
    escapes = ("notes.txt", "link.js", "folder.js", "app.js", "..", "..%2foutside.js")
    for name in escapes:
        assert raw_status(daemon, f"/ui/{name}") == 404, name
    for n in (1, 2):  # what it was started with outlives what it reads again
        daemon.hang_up()
        wait_for("reload", lambda n=n: reloads(daemon) == n)
        assert get(daemon, "/").raw_bytes == b"<!doctype html>two"


def reloads(daemon):
    return [e["event"] for e in daemon.log()].count("reloaded")
