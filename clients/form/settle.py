#!/usr/bin/python3
"""Moves comments to where people decided that they belong. Run by a timer,
with the settings of comment.py, which lies beside it, and a key that may `check`
and `moderate`; by root it becomes the owner of the folder first.

What is published now goes to the end of published.ndjson, what is held, or
rejected by nobody, waits, 30 days at most. What people rejected goes to
removed.ndjson, and for 30 days from there comes back when they change their mind.
About what came while Moderato was away it is asked again; what it cannot take, or
was not there for in those 30 days, is put aside in aside.ndjson, for a person, and
told of. A comment that was published is asked about for 90 days, as long as
Moderato keeps it. What Moderato knows no more does not wait any longer, nor is it
kept as removed; published it stays.
"""

import datetime
import json
import os
import pathlib
import sys
import urllib.error

sys.dont_write_bytecode = True

from comment import REFUSED, ask, judge, locked, says

# in this order are the lines of a file that come from several
NAMES = "aside", "published", "removed", "waiting"
# in this order they are asked about
DAYS = {"waiting": 30, "published": 90, "removed": 30}
AWAY = 429, 502, 503, 504  # what comes next would be answered likewise


def place(name, line):
    """The file that a line of `name` belongs to, None: none; and itself there."""
    if line["id"] is None:
        if "asked" not in line:  # comment.py of before kept nothing to ask
            return name, line
        asked = line.pop("asked")
        verdict = judge(asked["comment"], asked["key"])
        line |= {k: verdict[k] for k in ("id", "action")}
        return "published" if verdict["action"] == "publish" else "waiting", line
    try:
        record = ask(f"/v1/comments/{line['id']}")
    except urllib.error.HTTPError as error:
        if not says(error, 404):
            raise
        # nobody can decide any more; what is published has no other copy
        return (name if name == "published" else None), line
    if record["state"] == "published":
        return "published", line
    waits = record["state"] == "held" or "decided_at" not in record
    return "waiting" if waits else "removed", line


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def dated(where, line):
    """The line as it is kept there: what is removed says since when."""
    since = line.pop("removed", None) or now().isoformat(timespec="seconds")
    return line | {"removed": since} if where == "removed" else line


def is_old(name, line):
    age = now() - datetime.datetime.fromisoformat(line.get("removed", line["time"]))
    return age.days >= DAYS[name]


def tell(line, what):
    print(f"settle.py: {line['time']} {line['page']}: {what}", file=sys.stderr)


def ended(name, line):
    """Where a line goes that was there for so long."""
    if name == "published":
        return name
    if line["id"] is not None:
        return None
    tell(line, "put aside: it was never judged")
    return "aside"


def read(folder):
    """name → the lines of that file, while nobody else writes there."""
    paths = {name: folder / f"{name}.ndjson" for name in NAMES}
    return {
        name: path.read_text().splitlines() if path.exists() else []
        for name, path in paths.items()
    }


def places(lines):
    """Of each line that is elsewhere now, or another one: both."""
    found, away = {}, False
    for name in DAYS:
        for text in lines[name]:
            line = json.loads(text)
            if is_old(name, line):
                found[text] = ended(name, line), text
            elif not away:
                try:
                    where, line = place(name, line)
                    if where == "waiting" and is_old(where, {"time": line["time"]}):
                        where = "removed"  # it would be deleted at once
                    found[text] = where, json.dumps(dated(where, line))
                except (OSError, ValueError) as error:
                    away = getattr(error, "code", 503) in AWAY
                    refused = line["id"] is None and says(error, *REFUSED)
                    if refused:
                        found[text] = "aside", text
                    tell(line, f"put aside: {error}" if refused else f"{line['id']}: {error}")
    return found


def write(folder, name, lines):
    new = folder / f"{name}.new"
    new.write_text("".join(line + "\n" for line in lines))
    new.replace(folder / f"{name}.ndjson")


def settle(found, folder):
    old = {name: dict.fromkeys(lines) for name, lines in read(folder).items()}
    new = {name: {} for name in NAMES}
    for name in NAMES:
        for text in old[name]:
            where, line = found.get(text, (name, text))
            if where is not None:
                new[where][line] = None
    # what leaves a file is in another by then; what ended so in both, once again
    for lines in {name: new[name] | old[name] for name in NAMES}, new:
        for name in NAMES:
            if list(lines[name]) != list(old[name]):
                write(folder, name, lines[name])
                old[name] = lines[name]


def become_owner(folder):
    """Files that root makes, the server's own user could not write to."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.setgroups([])
        os.setgid(owner.st_gid)
        os.setuid(owner.st_uid)


def main():
    folder = pathlib.Path(os.environ["COMMENTS"])
    become_owner(folder)
    with locked():
        lines = read(folder)
    found = places(lines)  # who sends a comment does not wait for that
    with locked():
        settle(found, folder)


main()
