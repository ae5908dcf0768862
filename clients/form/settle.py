#!/usr/bin/python3
"""Moves comments that waited to where people decided that they belong. Run by
a timer, with the settings of comment.py and a key that may `moderate`.

What was published goes to the end of published.ndjson, what was rejected or
thrown away goes, and the rest waits on, 30 days at most.
"""

import datetime
import fcntl
import json
import os
import pathlib
import sys
import urllib.request


DAYS = 30


def decision(comment):
    """What people made of a comment: its state, or None while it waits."""
    if comment["id"] is None:
        return None  # it came while Moderato was away
    request = urllib.request.Request(
        f"{os.environ['MODERATO_URL']}/v1/comments/{comment['id']}",
        headers={"Authorization": "Bearer " + os.environ["MODERATO_KEY"]},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as got:
            record = json.load(got)
    except (OSError, ValueError) as error:
        print(f"settle.py: {comment['id']}: {error}", file=sys.stderr)
        return None
    return record["state"] if "decided_at" in record else None


def is_old(comment):
    age = datetime.datetime.now(datetime.timezone.utc)
    age -= datetime.datetime.fromisoformat(comment["time"])
    return age.days >= DAYS


def settle(folder):
    waiting, new = folder / "waiting.ndjson", folder / "waiting.new"
    lines = waiting.read_text().splitlines(True) if waiting.exists() else []
    with open(folder / "published.ndjson", "a") as published, open(new, "w") as rest:
        for line in lines:
            comment = json.loads(line)
            state = decision(comment)
            if state == "published":
                published.write(line)
            elif state in (None, "held") and not is_old(comment):
                rest.write(line)
    new.replace(waiting)


folder = pathlib.Path(os.environ["COMMENTS"])
with open(folder / "lock", "w") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    settle(folder)
