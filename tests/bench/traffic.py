"""Requests out of real comments, or out of our own when those are not there.

A file of requests is read by load.c: each request stands behind a line with
its bytes.
"""

import functools
import gzip
import itertools
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
MAILS_MAX = 1000
PEOPLE = 20011
MIXED_TEXTS, CLASS_TEXTS = 20000, 5000
CLASS_LENGTH = range(50, 151)  # characters
STRIDE = 7919  # of authors and of second halves; prime
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0"


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


def comment(number, text, author, test):
    """As an engine sends it; who, where and on what page vary: 20,011 people
    write 60,000 comments, and then others do."""
    who = number * STRIDE % PEOPLE + number // REQUESTS_MAX * PEOPLE
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


def write_corpus(path, texts):
    with open(path, "w", encoding="utf-8") as out:
        for text in texts:
            json.dump({"text": text, "label": "ham"}, out)
            out.write("\n")
    return path


def is_cjk(text):
    return sum("\u1100" <= c <= "\ud7ff" for c in text) * 2 > len(text)


# what texts of CLASS_LENGTH characters are of
CLASSES = {
    "ascii": str.isascii,
    "non-ascii": lambda text: not text.isascii(),
    "latin": lambda text: not text.isascii() and max(text) < "\u0250",
    "cjk": is_cjk,
}
# the slowest that were found, by what they repeat
LONG = (
    "dot ",
    "1-2 ",
    "1 ",
    "a@b.c ",
    "a.b/ ",
    "\u00e9 ",
    "\u2592",
    "\u4e2d",
    "\U0001d41a",
    "e\u0301",
    "<b>",
    "&amp;",
)
LONG_BYTES = 65536


def classes(folder, texts):
    """Files of texts as they come, of some by what they are of, and of long
    ones, also half as long."""
    texts = [text for text, _ in texts]
    alike = [text for text in texts if len(text) in CLASS_LENGTH]
    kinds = {
        name: itertools.islice(filter(fits, alike), CLASS_TEXTS)
        for name, fits in CLASSES.items()
    }
    kinds["mixed"] = texts[:MIXED_TEXTS]
    for name, n in (("long-half", LONG_BYTES // 2), ("long", LONG_BYTES)):
        kinds[name] = [piece * (n // len(piece.encode())) for piece in LONG]
    paths = {}
    for name, of in kinds.items():
        paths[name] = os.path.join(folder, name + ".jsonl")
        write_corpus(paths[name], of)
    return paths


def halves(text):
    cut = text.find(" ", len(text) // 2)
    cut = len(text) // 2 if cut < 0 else cut
    return text[:cut], text[cut:]


class Writers:
    """Comments without end, no two of the same text: each text as it is, then
    the first half of each with the second half of another, so that they are
    as long as before. `number` is that of the first."""

    def __init__(self, texts, number=0):
        self.authors = [author for _, author in texts]
        self.heads, self.tails = zip(*(halves(text) for text, _ in texts))
        self.number = number

    def comments(self, n):
        first, of = self.number, len(self.heads)
        self.number += n
        for number in range(first, first + n):
            again, which = divmod(number, of)
            text = self.heads[which] + self.tails[(which + again * STRIDE) % of]
            yield comment(number, text, self.authors[which], False)


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


COMMENTS, CHECK = "/v1/comments", "/1.1/comment-check"


def ones(comments, key):
    return (http(COMMENTS, key, json_body(value)) for value in comments)


def ones_akismet(comments, key):
    return (http(CHECK, key, form_body(value, key)) for value in comments)


def batches(comments, key):
    while batch := list(itertools.islice(comments, BATCH)):
        yield http(COMMENTS + ":batch", key, json_body({"comments": batch}))


# requests of comments that are to be recorded, by name
RECORDED = {"one": ones, "one-akismet": ones_akismet, "batch": batches}
COMMENTS_IN = {"batch": BATCH}  # a request, instead of one


def write_all(folder, texts, key):
    """Files of requests that record nothing, by name, and mails."""
    judged = [comment(i, text, author, True) for i, (text, author) in enumerate(texts)]

    def file(name, requests):
        return write_requests(os.path.join(folder, name + ".requests"), requests)

    def to(path, body):
        return (http(path, key, body(value)) for value in judged)

    return {
        "test": file("test", ones(judged, key)),
        "test-akismet": file("test-akismet", ones_akismet(judged, key)),
        "no-op": file("no-op", to("/no-op", json_body)),
        "read": file("read", to("/read", json_body)),
        "rspamd": file("rspamd", to("/checkv2", mail_body)),
        "mails": [mail_body(value)[1] for value in judged[:MAILS_MAX]],
    }
