#!/usr/bin/python3
"""A comment form for a static site: a CGI program of the site's own server.

It takes the form (see form.html), asks Moderato, and keeps what came as lines
of JSON: published.ndjson is what a page may show, waiting.ndjson what a person
should look at first. The key stays here; the browser never sees it.

Set in the server's configuration: MODERATO_URL, MODERATO_KEY, and COMMENTS, a
folder outside of what the server shows.
"""

import contextlib
import datetime
import fcntl
import json
import os
import pathlib
import re
import sys
import urllib.parse
import urllib.request
import uuid

BYTES_MAX = 65536
# as addresses write it, which a header takes as it is; //x would be a host
PATH = r"/(?!/)(?:[\w./~-]|%[0-9A-Fa-f]{2})*"
# how many characters, as form.html says, and how many bytes Moderato takes
REQUIRED = {"page": (300, 2048), "name": (100, 512), "comment": (20000, 32768)}
FIELDS = REQUIRED | {"email": (200, 320), "url": (300, 2048), "homepage2": (300, 4096)}
AGENT_BYTES = 1024
REFUSED = 400, 413, 422  # what was sent is not right, and will not be


def answer(status, text, *headers):
    lines = [f"Status: {status}", "Content-Type: text/plain; charset=utf-8", *headers]
    sys.stdout.write("\r\n".join(lines) + f"\r\n\r\n{text}\n")
    sys.exit()


def read_form():
    size = os.environ.get("CONTENT_LENGTH") or "0"
    if os.environ.get("REQUEST_METHOD") != "POST":
        answer("405 Method Not Allowed", "Send the form by POST.", "Allow: POST")
    if not size.isdigit() or int(size) > BYTES_MAX:
        answer("413 Content Too Large", "This comment is too long.")
    body = sys.stdin.buffer.read(int(size)).decode("utf-8", "replace")
    pairs = urllib.parse.parse_qsl(body, max_num_fields=20)
    # no text of Moderato's has a NUL in it
    form = {k: v.strip().replace("\0", "\ufffd") for k, v in pairs if k in FIELDS}
    for name, (characters, size) in FIELDS.items():
        text = form.get(name, "")
        if name in REQUIRED and not text:
            answer("400 Bad Request", f"The field {name} is empty.")
        if len(text) > characters or len(text.encode()) > size:
            answer("400 Bad Request", f"The field {name} is too long.")
    if not re.fullmatch(PATH, form["page"], re.ASCII):
        answer("400 Bad Request", "The field page is no path of this site.")
    return form


def user_agent():
    """What the browser says of itself, in which any byte may be."""
    said = os.fsencode(os.environ.get("HTTP_USER_AGENT", ""))
    text = said.decode("utf-8", "replace").encode()[:AGENT_BYTES]
    return text.decode("utf-8", "ignore")


def comment_of(form, now):
    """What Moderato is asked."""
    return {
        "thread": form["page"],
        "content": form["comment"],
        "created_at": now,
        # a field that people do not see, and programs fill in
        "honeypot": form.get("homepage2", ""),
        "author": {
            "name": form["name"],
            "email": form.get("email", ""),
            "url": form.get("url", ""),
            "ip": os.environ.get("REMOTE_ADDR", ""),
            "user_agent": user_agent(),
        },
    }


def ask(path, body=None, **headers):
    """Moderato's answer; OSError or ValueError when there is none."""
    request = urllib.request.Request(
        os.environ["MODERATO_URL"] + path,
        None if body is None else json.dumps(body).encode(),
        {
            "Content-Type": "application/json",
            "Authorization": "Bearer " + os.environ["MODERATO_KEY"],
        }
        | headers,
    )
    with urllib.request.urlopen(request, timeout=5) as got:
        return json.load(got)


def says(error, *codes):
    """Whether Moderato says one of these, and no server in front of it."""
    if getattr(error, "code", None) not in codes:
        return False
    return "problem+json" in error.headers.get("Content-Type", "")


def judge(comment, key):
    """The verdict; one that was on its way already is not given twice."""
    return ask("/v1/comments", comment, **{"Idempotency-Key": key})


@contextlib.contextmanager
def locked():
    """The folder, while nobody else writes there. A file is opened only then:
    settle.py puts new ones in their place."""
    folder = pathlib.Path(os.environ["COMMENTS"])
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def keep(name, line):
    with locked() as folder, open(folder / name, "a") as file:
        print(json.dumps(line), file=file, flush=True)


def main():
    form = read_form()
    now = datetime.datetime.now(datetime.timezone.utc)
    now = now.isoformat(timespec="seconds").replace("+00:00", "Z")
    comment, key = comment_of(form, now), uuid.uuid4().hex
    line = {k: form.get(k, "") for k in ("page", "name", "url", "comment")}
    try:
        verdict = judge(comment, key)
    except (OSError, ValueError) as error:
        print(f"comment.py: {error}", file=sys.stderr)
        if says(error, *REFUSED):
            answer("400 Bad Request", "This comment cannot be taken as it is.")
        # settle.py asks again
        verdict = {"action": "hold"}
        line["asked"] = {"comment": comment, "key": key}
    line |= {"time": now, "id": verdict.get("id"), "action": verdict["action"]}
    published = verdict["action"] == "publish"
    keep("published.ndjson" if published else "waiting.ndjson", line)
    # who sends spam is told no more than who has to wait
    state = "published" if published else "waiting"
    answer("303 See Other", state, f"Location: {form['page']}?comment={state}")


if __name__ == "__main__":
    main()
