"""Requests out of real comments, or out of our own when those are not there.

A file of requests is read by load.c: each request stands behind a line with
its bytes.
"""

import functools
import gzip
import json
import os
import random
import subprocess
from urllib.parse import urlencode

# mixed lengths, languages and scripts
SETS = (
    "youtube",
    "judol_gb",
    "telegram_ru",
    "reviews_vi",
    "abuse_ko",
    "abuse_zh",
    "blog_lm",
)
TIMED = ("youtube", "judol_gb")
CONTENT_BYTES_MAX = 32768
REQUESTS_MAX = 60000
BATCH = 100
BATCHES_MAX = 300
MAILS_MAX = 1000
PEOPLE = 20011
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 " "Firefox/115.0"


@functools.cache
def scenarios(folder):
    """A file of our own comments, with labels."""
    path = os.path.join(folder, "scenarios.jsonl")
    with open(path, "wb") as out:
        subprocess.run(["build/moderato-train", "scenarios"], stdout=out, check=True)
    return path


def corpora(data, folder):
    """Files for load, and those that score times, as paths."""

    def there(names):
        paths = [os.path.join(data, name + ".jsonl.gz") for name in names]
        return [path for path in paths if os.path.exists(path)]

    own = scenarios(folder)
    return there(SETS) or [own], there(TIMED) + [own]


def read_texts(paths):
    """(text, author) of distinct texts, shuffled the same way every time."""
    texts = {}
    for path in paths:
        opened = gzip.open if path.endswith(".gz") else open
        with opened(path, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if len(row["text"].encode()) <= CONTENT_BYTES_MAX:
                    texts.setdefault(row["text"], row.get("author"))
    texts = list(texts.items())
    random.Random(1).shuffle(texts)
    return texts[:REQUESTS_MAX]


def comment(number, text, author, test, who=None):
    """As an engine sends it; who, where and on what page vary: who of the
    first 20,011, unless told otherwise."""
    who = number * 7919 % PEOPLE if who is None else who
    return {
        "id": f"c-{number}",
        "thread": f"https://blog.example/posts/{number * 31 % 997}",
        "type": "comment",
        "content": text,
        "author": {
            "id": f"u-{who}",
            "name": author or f"reader {who}",
            "email": f"reader{who}@mail{who % 37}.example",
            "ip": f"10.{who % 251}.{who // 251 % 251}.{number % 3 + 1}",
            "user_agent": AGENT,
        },
        "fill_ms": 3000 + number % 40000,
        "test": test,
    }


def json_body(value):
    return (
        "application/json",
        json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(),
    )


def form_body(comment_, key):
    """The same comment as clients of the Akismet protocol send it."""
    author = comment_["author"]
    fields = {
        "api_key": key,
        "blog": "https://blog.example/",
        "user_ip": author["ip"],
        "user_agent": author["user_agent"],
        "permalink": comment_["thread"],
        "comment_type": comment_["type"],
        "comment_author": author["name"],
        "comment_author_email": author["email"],
        "comment_content": comment_["content"],
        "blog_lang": "en",
        "blog_charset": "UTF-8",
    }
    if comment_["test"]:
        fields["is_test"] = "1"
    return ("application/x-www-form-urlencoded", urlencode(fields).encode("ascii"))


def mail_body(comment_):
    """A comment as a mail, which is what filters of mail know."""
    return "message/rfc822", (
        f"From: {comment_['author']['email']}\r\nTo: blog@blog.example\r\n"
        "Subject: comment\r\nMessage-ID: "
        f"<{comment_['id']}@blog.example>\r\n"
        "Date: Thu, 26 Nov 2026 08:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n"
        f"{comment_['content']}\r\n"
    ).encode("utf-8", "replace")


def http(path, key, body):
    kind, content = body
    return (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\n"
        f"Authorization: Bearer {key}\r\n"
        f"Content-Type: {kind}\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    ).encode() + content


def write_requests(path, requests):
    with open(path, "wb") as out:
        for request in requests:
            out.write(b"%d\n%s" % (len(request), request))
    return path


def write_all(folder, texts, key):
    """Files of requests by name, and mails."""

    def comments(test):
        return [
            comment(i, text, author, test) for i, (text, author) in enumerate(texts)
        ]

    def file(name, path, bodies):
        return write_requests(
            os.path.join(folder, name + ".requests"),
            (http(path, key, body) for body in bodies),
        )

    def forms(values):
        return (form_body(value, key) for value in values)

    recorded, judged = comments(False), comments(True)
    batches = [
        {"comments": recorded[i : i + BATCH]}
        for i in range(0, min(len(recorded), BATCH * BATCHES_MAX), BATCH)
    ]
    ours, akismet = "/v1/comments", "/1.1/comment-check"
    return {
        "test": file("test", ours, map(json_body, judged)),
        "test-akismet": file("test-akismet", akismet, forms(judged)),
        "one": file("one", ours, map(json_body, recorded)),
        "one-akismet": file("one-akismet", akismet, forms(recorded)),
        "batch": file("batch", ours + ":batch", map(json_body, batches)),
        "no-op": file("no-op", "/no-op", map(json_body, judged)),
        "rspamd": file("rspamd", "/checkv2", map(mail_body, judged)),
        "mails": [mail_body(value)[1] for value in judged[:MAILS_MAX]],
    }
