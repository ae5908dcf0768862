#!/usr/bin/python3
"""show.py PAGE < published.ndjson: the comments of a page as HTML, for a
generator of static sites to put in. Everything that readers wrote is escaped."""

import html
import json
import re
import sys


def author(line):
    name = html.escape(line["name"])
    if not re.match("https?://", line["url"], re.I):
        return name
    return f'<a rel="nofollow ugc" href="{html.escape(line["url"])}">{name}</a>'


def show(line):
    text = html.escape(line["comment"]).replace("\n", "<br>\n")
    head = f'<cite>{author(line)}</cite> <time>{line["time"]}</time>'
    return f"<li>{head}\n<p>{text}</p></li>"


lines = [line for line in map(json.loads, sys.stdin) if line["page"] == sys.argv[1]]
print("<ol>", *map(show, lines), "</ol>", sep="\n")
