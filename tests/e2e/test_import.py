"""moderato-train import: the formats of others, sane and hostile."""

import gzip
import itertools
import json
import os
import pathlib
import resource
import sqlite3
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TRAINER = ROOT / os.environ.get("BUILD", "build") / "moderato-train"
DATA = ROOT / "tests/data/import"
SEED = "https://blog.example/2017/11/seed/"
WXR_START = ('<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel>'
             '<item><wp:comment><wp:comment_content>')
WXR_END = ('</wp:comment_content><wp:comment_approved>1'
           '</wp:comment_approved></wp:comment></item></channel></rss>')


def bound():
    """What a hostile file may take at most."""
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))


def run(*args, code=0, **more):
    limit = None if "asan" in str(TRAINER) else bound
    done = subprocess.run([TRAINER, "import", *map(str, args)], cwd=ROOT,
                          capture_output=True, timeout=120, preexec_fn=limit,
                          **more)
    done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == code, done.stderr
    return done


def rows(*args, **more):
    return [json.loads(line)
            for line in run(*args, **more).stdout.splitlines()]


def report(tmp_path, *args):
    path = tmp_path / "report.json"
    run("--report", path, "--out", tmp_path / "out.jsonl", *args)
    return json.loads(path.read_text())


@pytest.fixture
def isso(tmp_path):
    path = tmp_path / "comments.db"
    with sqlite3.connect(path) as db:
        db.executescript((DATA / "isso.sql").read_text())
    return path


def labels(got):
    return {r.get("id"): r["label"] for r in got}


def test_wxr():
    got = rows(DATA / "wordpress.xml")
    assert labels(got) == {"11": "ham", "12": None, "13": None, "15": "ham"}
    assert got[0] == {
        "id": "11", "label": "ham", "author": "Zoë", "format": "html",
        "text": "I was there last week,\n<b>the new bridge</b> is lovely "
                "&amp; long.",
        "email": "zoe@reader.example", "url": "https://zoe.example/?a=1&b=2",
        "ip": "192.0.2.11", "time": "2017-11-04T19:22:00Z", "thread": SEED,
        "type": "comment"}
    assert [r.get("type") for r in got] == ["comment", None, "pingback", "comment"]
    assert "time" not in got[1]
    assert got[3]["thread"] == "https://blog.example/about/"


def test_wxr_says_that_spam_is_missing(tmp_path):
    done = run(DATA / "wordpress.xml")
    assert "WordPress leaves spam out" in done.stderr
    assert "leaves spam out" in " ".join(run("--help").stdout.split())
    told = report(tmp_path, DATA / "wordpress.xml")
    assert told["skipped"]["type"] == 1
    assert told["balance"] == {"spam": 0.0, "abuse": None}
    assert len(told["warnings"]) == 2


@pytest.mark.parametrize("trash", [None, "spam", "abuse"])
def test_trash(trash):
    option = ["--trash-is", trash] if trash else []
    got = labels(rows(*option, DATA / "wordpress.csv"))
    assert got == {"21": "ham", "22": "spam", "23": trash, "24": None,
                   "25": "ham"}


def test_wp_csv(tmp_path):
    first, spam, quoted, *_ = rows(DATA / "wordpress.csv")
    assert first["text"] == ('I was there last week,\n'
                             'the "new" bridge is lovely.')
    assert first["user_agent"] == "Mozilla/5.0 (X11; Linux x86_64)"
    assert spam["format"] == "html"
    assert spam["thread"] == "7"
    assert quoted["text"] == 'He said \\"hello\\" to us'
    told = report(tmp_path, DATA / "wordpress.csv")
    assert told["sources"][0]["format"] == "wp-csv"
    assert told["contradictions"] == {
        "texts": 1, "rows": 2,
        "first": [{"line": 2, "labels": {"ham": 1, "spam": 1}}]}


def test_disqus():
    got = rows(DATA / "disqus.xml")
    assert labels(got) == {"5001": "ham", "5002": "spam", "5003": None}
    assert got[0]["email"] == "zoe@reader.example"
    assert got[1] == {
        "id": "5002", "label": "spam", "author": "Pillshop",
        "author_id": "pillshop", "format": "html", "thread": SEED,
        "time": "2017-11-04T19:30:00Z",
        "text": '<p>Buy <a href="https://pills.example" rel="nofollow">'
                'cheap pills</a> now</p>'}


def test_remark42():
    first, imported = rows(DATA / "remark42.json")
    assert first == {
        "id": "f1a2-1", "label": "ham", "author": "Zoë", "thread": SEED,
        "author_id": "github_9", "time": "2017-11-04T19:22:00Z",
        "text": "I was there *last* week"}
    assert (imported["text"], imported["format"]) == (
        "<p>Moved here</p>", "html")


def test_isso(isso, tmp_path):
    first, waits = rows(isso)
    assert first == {
        "id": "1", "label": "ham", "author": "Zoë",
        "email": "zoe@reader.example", "text": "I was there *last* week",
        "time": "2017-11-04T19:22:00Z", "thread": "/2017/11/seed/"}
    assert waits["label"] is None
    assert report(tmp_path, isso)["skipped"]["deleted"] == 1
    before = isso.read_bytes()
    isso.chmod(0o400)
    run(isso)
    assert isso.read_bytes() == before
    done = run("--format", "isso", "-", code=1, input=before)
    assert "expected the path" in done.stderr


def test_csv(tmp_path):
    got = rows(DATA / "table.csv")
    assert labels(got) == {"a1": "ham", "a2": "spam", "a3": "ham", "a4": None}
    assert got[0]["text"] == 'first line\nsecond "line", done'
    assert got[0]["author"] == "Smith; Ann"
    told = report(tmp_path, DATA / "table.csv")
    assert told["rows"] == 4
    assert told["labels"] == {
        "null": 1, "ham": 2, "spam": 1, "ok": 0, "abuse": 0}
    assert (told["texts"], told["duplicates"]) == (3, 1)
    assert told["balance"]["spam"] == pytest.approx(1 / 3)


def test_columns():
    table = b"What,Sort,text\nhello,NO,x\nbuy,Yes,x\n"
    got = rows("--column", "text=what,label=sort", "-", input=table)
    assert [(r["text"], r["label"]) for r in got] == [
        ("hello", "ham"), ("buy", "spam")]
    lines = b'{"What": "hello", "Sort": 0}\n{"What": "buy", "Sort": 1}\n'
    assert rows("--column", "text=What,label=Sort", "-", input=lines) == got


def test_ndjson():
    got = rows(DATA / "rows.ndjson")
    assert labels(got) == {"7": "ham", "8": "spam", "9": None}
    assert got[1]["text"] == "Win money \0 today"
    assert got[0]["time"] == "2013-11-08T06:20:48Z"


def test_many_gzipped_and_a_mark(isso, tmp_path):
    packed = tmp_path / "d.xml.gz"
    packed.write_bytes(gzip.compress((DATA / "disqus.xml").read_bytes()))
    marked = tmp_path / "m.csv"
    marked.write_bytes(b"\xef\xbb\xbf" + b"text,label\r\na,1\r\n")
    told = report(tmp_path, packed, marked, isso, DATA / "wordpress.xml")
    assert [s["format"] for s in told["sources"]] == [
        "disqus", "csv", "isso", "wxr"]
    assert told["rows"] == 3 + 1 + 2 + 4
    assert told["duplicates"] == 1


def test_what_is_no_utf8_is_told(tmp_path):
    old = tmp_path / "old.csv"
    old.write_bytes("text,label\nGrüße aus Köln,ham\nfine,spam\n".encode("cp1252"))
    told = run("--out", tmp_path / "out.jsonl", old).stderr
    assert "\nnot UTF-8       1 rows\n" in told
    assert "warning: what was not UTF-8 is U+FFFD now; convert" in told
    old.write_bytes(old.read_bytes().decode("cp1252").encode())
    assert "UTF-8" not in run("--out", tmp_path / "out.jsonl", old).stderr


@pytest.mark.parametrize("lost", [8, 40, 3000])
def test_what_is_cut_short_is_told(tmp_path, lost):
    """The end of its text as well as the sum behind it; nor is that a bad row."""
    short, out = tmp_path / "short.csv.gz", tmp_path / "out.jsonl"
    text = "text,label\n" + "".join(f"{os.urandom(9).hex()},ham\n" for _ in range(900))
    short.write_bytes(gzip.compress(text.encode())[:-lost])
    for flags in ((), ("--skip-bad",)):
        told = run(*flags, "--out", out, short, code=1).stderr
        assert "the gzipped file is cut short" in told and not out.exists()


def test_out_is_whole_or_not_there(tmp_path):
    out, bad = tmp_path / "out.jsonl", tmp_path / "bad.csv"
    bad.write_text("text,label\nfine,ham\nnot,what\n")
    run("--out", out, bad, code=1)
    assert sorted(tmp_path.iterdir()) == [bad]
    run("--out", out, "--skip-bad", bad)
    assert out.stat().st_mode & 0o777 == 0o600
    assert len(out.read_text().splitlines()) == 1


def test_json_goes_where_the_corpus_does_not(tmp_path):
    told = report(tmp_path, DATA / "table.csv")
    out = tmp_path / "again.jsonl"
    to_file = run("--json", "--out", out, DATA / "table.csv")
    assert json.loads(to_file.stdout) == told and not to_file.stderr
    piped = run("--json", DATA / "table.csv")
    assert json.loads(piped.stderr) == told
    assert piped.stdout == out.read_text()


def test_skip_bad_counts(tmp_path):
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"text": 7}\n{"text": "fine", "label": "ham"}\n[]\n{\n')
    told = report(tmp_path, "--skip-bad", "--format", "ndjson", bad)
    assert (told["rows"], told["skipped"]["bad"]) == (1, 3)
    assert f"{bad}:1: text" in run("--skip-bad", "--format", "ndjson",
                                   bad).stderr


def test_train_on_it(tmp_path):
    table, corpus = tmp_path / "t.csv", tmp_path / "t.jsonl"
    words = {"spam": "casino jackpot", "ham": "garden weather"}
    others = itertools.permutations("oak elm fir yew ash bay".split(), 3)
    table.write_text("text,label\n" + "".join(
        f"{word} {' '.join(other)},{label}\n" for other in others
        for label, word in words.items()))
    run("--out", corpus, table)
    subprocess.run(
        [TRAINER, "train", "--hold-out-fold", "0", "--name", "t@1",
         "--buckets", "16", "--out", tmp_path / "m", "--text-only", corpus],
        check=True, capture_output=True, timeout=120)
    done = subprocess.run(
        [TRAINER, "score", "--model", tmp_path / "m", "-"], check=True,
        capture_output=True, timeout=120, text=True,
        input='{"text": "casino jackpot"}\n{"text": "garden weather"}\n')
    bad, good = map(json.loads, done.stdout.splitlines())
    assert bad["scores"]["spam"] > 0.5 > good["scores"]["spam"]


def laughs():
    entities = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">'
                       for i in range(1, 11))
    return (f'<!DOCTYPE rss [<!ENTITY a0 "lol">{entities}]>\n'
            f'{WXR_START}&a10;{WXR_END}')


HOSTILE = {
    "laughs": (laughs(), "expected"),
    "doctype": ("<!DOCTYPE rss>\n" + WXR_START + WXR_END,
                ":2: expected no document type"),
    "entity": (WXR_START + "&nbsp;" + WXR_END,
               ":1: expected XML: Entity 'nbsp' not defined"),
    "xml cut": (WXR_START + "hello", ":1: expected XML"),
    "xml bytes": (WXR_START.encode() + b"\xff" + WXR_END.encode(),
                  ":1: expected XML: Input is not proper UTF-8"),
    "xml depth": (WXR_START + "<a>" * 100000, ":1: expected XML: Excessive"),
    "xml text": (WXR_START + "x" * (11 << 20) + WXR_END, ":1: expected"),
    "xml pieces": (WXR_START + ("<!-- -->" + "x" * (6 << 20)) * 3 + WXR_END,
                   "expected less text in an element"),
    "line": ('{"text":"' + "x" * (100 << 20) + '"}',
             ":1: expected at most 64 MiB in a line"),
    "json depth": ('{"text":"","x":' + "[" * 5000 + "]" * 5000 + "}",
                   ":1: expected JSON: maximum parsing depth"),
    "json bytes": (b'{"text":"\xff"}', ":1: expected JSON: unable to decode"),
    "json kind": ('{"text":["a"]}', ":1: text: expected a string"),
    "quote": ('text,label\nfine,ham\n"never' + "closed\n" * (3 << 20),
              ":3: expected at most 16 MiB in a row"),
    "quote at end": ('text,label\nfine,ham\nx,"ham',
                     ":3: expected a quoted field that ends"),
    "width": ('text,label\nfine,ham\nx\n', ":3: expected 2 fields, not 1"),
    "after lines": ('text,label\n"a\nb\nc",ham\nx,maybe\n',
                    ":5: label: expected one of spam"),
    "no text": ("foo,bar\n1,2\n", ":1: expected a column text"),
    "no names": (";;\n", ":1: expected a column text"),
    "encoding": (b'<?xml version="1.0" encoding="UTF-16"?>' +
                 WXR_START.encode() + b"\0\0\0" + WXR_END.encode(),
                 ":1: expected XML"),
    "time": ("text,time\nx,yesterday\n", ":2: time: expected"),
    "format": ("text,format\nx,pdf\n", ":2: format: expected text or html"),
    "database": (b"SQLite format 3\0" + b"x" * 5000,
                 "expected a database of Isso"),
    "nothing": ("", "of no known format"),
    "zeros": (b"\0" * 100, "of no known format"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(tmp_path, name):
    content, says = HOSTILE[name]
    path = tmp_path / "hostile"
    path.write_bytes(content if isinstance(content, bytes)
                     else content.encode())
    done = run(path, code=1)
    assert f"{path}:" in done.stderr
    assert says in done.stderr
    assert len(done.stderr) < 400


def test_another_export_than_was_said_is_refused(tmp_path):
    """It had no rows and was a success."""
    path = tmp_path / "export.xml"
    path.write_text('<?xml version="1.0"?>\n<html><body/></html>')
    for said, root, wrong in (
        ("wxr", "rss", DATA / "disqus.xml"),
        ("disqus", "disqus", DATA / "wordpress.xml"),
        ("wxr", "rss", path),
    ):
        why = run("--format", said, wrong, code=1).stderr
        assert f"{wrong}:" in why and f"expected <{root}> as the first element, not <" in why


def test_what_can_be_made_readable_is_told_how(tmp_path):
    path = tmp_path / "file"
    for text in '[{"text": "a", "label": "ham"}]', '\n[\n {"text": "a"},\n {"text": "b"}\n]\n':
        path.write_text(text)
        for flags in ((), ("--format", "ndjson")):
            assert "`jq -c '.[]' FILE`" in run(*flags, path, code=1).stderr
    for code in "utf-16", "utf-16-le", "utf-16-be":
        for text, said in ("text,label\na,ham\n", "csv"), ('{"text": "a"}\n', "ndjson"):
            path.write_bytes(text.encode(code))
            for flags in ((), ("--format", said)):
                why = run(*flags, path, code=1).stderr
                assert "`iconv -f UTF-16 -t UTF-8 FILE`" in why, why


def test_nothing_is_fetched(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("do-not-read-this")
    path = tmp_path / "xxe.xml"
    for kind in f'x SYSTEM "file://{secret}"', f'% x SYSTEM "{secret}"> %x;':
        path.write_text(f"<!DOCTYPE r [<!ENTITY {kind}>]>\n"
                        f"{WXR_START}&x;{WXR_END}")
        done = run(path, code=1)
        assert "do-not-read" not in done.stdout + done.stderr


def test_odd_bytes_are_read():
    got = rows("-", input=(WXR_START + "a\x0b\0b" + WXR_END).encode())
    assert got[0]["text"] == "a  b"
    got = rows("-", input=b"text,label\r\na\0b\xff,ham\r\n")
    assert got[0]["text"] == "a\0b\ufffd"
    latin = '<?xml version="1.0" encoding="ISO-8859-1"?>' + WXR_START
    got = rows("-", input=latin.encode() + b"caf\xe9" + WXR_END.encode())
    assert got[0]["text"] == "café"


def test_view_instead_of_table(tmp_path):
    path = tmp_path / "trap.db"
    with sqlite3.connect(path) as db:
        db.executescript(
            "CREATE TABLE threads (id, uri);"
            "CREATE VIEW comments AS WITH RECURSIVE n(i) AS (SELECT 1 UNION "
            "ALL SELECT i + 1 FROM n) SELECT i AS id, '' AS text FROM n")
    assert "with the tables" in run(path, code=1).stderr


@pytest.mark.parametrize("args, says", [
    ([], "a SOURCE is needed"),
    (["--format", "blogger", "x"], "expected guess|isso|wxr"),
    (["--column", "colour=x", "x"], "expected KEY=NAME with a KEY of text"),
    (["--trash-is", "ham", "x"], "expected null|spam|abuse"),
])
def test_wrong_command_line(args, says):
    assert says in run(*args, code=2).stderr


@pytest.mark.parametrize("source", ["/nowhere/x.csv", "tests"])
def test_no_such_file(source):
    assert "cannot be opened" in run(source, code=1).stderr


def test_full_disk_is_a_failure():
    with open("/dev/full", "w") as full:
        done = subprocess.run([TRAINER, "import", DATA / "table.csv"],
                              stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1


def link(path):
    path.symlink_to(path.with_name("elsewhere"))


@pytest.mark.parametrize("make, what", [(os.mkfifo, "no regular file"),
                                        (link, "a symbolic link")])
@pytest.mark.parametrize("option", ["--out", "--report"])
def test_only_a_file_is_replaced(tmp_path, option, make, what):
    """As root, a device such as /dev/null would be gone."""
    path, other = tmp_path / "there", tmp_path / "other"
    make(path)
    before = os.lstat(path)
    rest = ["--out", other] if option == "--report" else []
    done = run(option, path, *rest, DATA / "wordpress.xml", code=1)
    assert f"{path}: is {what}: expected a file" in done.stderr
    assert os.lstat(path) == before
    assert not other.exists() and not (tmp_path / "elsewhere").exists()
