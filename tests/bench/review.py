"""make bench BENCH=--queue: the review queue over a large store.

Makes a store of invented comments once (--store DIR keeps it), has the
service index it, and asks what a moderator's page asks, one at a time.
"""

import argparse
import itertools
import json
import os
import random
import sqlite3
import time
import urllib.parse
from contextlib import ExitStack
from http.client import HTTPConnection

import programs
from report import say

WORDS, AUTHORS, HOSTS, THREADS, TEMPLATES = 30000, 100000, 3000, 20000, 500
STREAM = 1 << 20  # words in a row, of which texts are pieces
SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
COLUMNS = (
    "site, id, received_at, created_at, html, fingerprint, score,"
    " engine_id, thread, parent, type, author_id, author_name,"
    " author_url, author_email, author_ip, author_net, content, action,"
    " head, verdict, callback, state"
)
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VERDICT = (
    '{"id":null,"action":"%s","scores":{"spam":%.17g,"abuse":0.01},'
    '"head":"spam","margin":0.1,"bias":-0.7,"reasons":[%s],'
    '"model":"bench","degraded":[],"limits":null}'
)
REASON = '{"code":"%s","weight":0.5,"text":"a reason in plain words"}'
REASONS = ["text", "links", "empty", "shouting", "rate.ip", "near.text"]


class Inventor:
    """Comments as a busy site has them: words, authors and hosts by Zipf."""

    def __init__(self, n, held, seed=1):
        self.random = random.Random(seed)
        self.n, self.held = n, held
        pick = self.random.choice
        self.words = [
            "".join(pick(SYLLABLES) for _ in range(1 + i % 4)) + str(i % 7)
            for i in range(WORDS)
        ]
        sums = list(itertools.accumulate(1 / (i + 2) for i in range(WORDS)))
        self.stream = self.random.choices(self.words, cum_weights=sums, k=STREAM)
        self.templates = [self.text(30) for _ in range(TEMPLATES)]
        self.begin_ms = int(time.time() * 1000) - 60 * 24 * 3600 * 1000
        self.step_ms = 60 * 24 * 3600 * 1000 / n

    def zipf(self, most):
        """A number below `most`, small ones more often."""
        return int(most ** self.random.random()) - 1

    def text(self, words):
        third = 1 + words // 3
        begins = [int((STREAM - third) * self.random.random()) for _ in range(3)]
        return " ".join(
            word for begin in begins for word in self.stream[begin : begin + third]
        )

    def content(self, spam):
        if spam and self.random.random() < 0.3:
            text = self.templates[self.zipf(TEMPLATES)]
        else:
            text = self.text(5 + int(40 * self.random.random()))
        if spam:
            text += f" https://host{self.zipf(HOSTS)}.example/{self.words[9]}"
        return text

    def state(self, number):
        """Held ones are spread evenly, among newer and older ones."""
        if number * self.held // self.n != (number - 1) * self.held // self.n:
            return "hold", "held"
        if self.random.random() < 0.3:
            return "reject", "rejected"
        return "publish", "published"

    def row(self, number):
        action, state = self.state(number)
        at_ms = int(self.begin_ms + number * self.step_ms)
        author = self.zipf(AUTHORS)
        net = f"198.{author % 200}.{author // 200 % 250}"
        score = {
            "publish": 0.3 * self.random.random(),
            "hold": 0.3 + 0.6 * self.random.random(),
            "reject": 0.9 + 0.1 * self.random.random(),
        }[action]
        return (
            1,
            ulid(at_ms, number),
            at_ms,
            0,
            0,
            number,
            score,
            f"c{number}",
            f"https://blog.example/{self.zipf(THREADS)}",
            "",
            "comment",
            f"u{author}",
            f"Name {author}",
            "",
            "",
            "",
            f"{net}.0/24",
            self.content(action != "publish"),
            action,
            "spam",
            self.verdict(action, score),
            "",
            state,
        )

    def verdict(self, action, score):
        first = int(len(REASONS) * self.random.random())
        return VERDICT % (
            action,
            score,
            ",".join(
                REASON % REASONS[(first + i * i) % len(REASONS)] for i in range(3)
            ),
        )


def ulid(at_ms, number):
    digits = ""
    for value, n in ((at_ms, 10), (number, 16)):
        part = ""
        for _ in range(n):
            part = CROCKFORD[value % 32] + part
            value //= 32
        digits += part
    return digits


def fill(path, n, held):
    """Puts `n` comments into the store of a service that has ended."""
    inventor = Inventor(n, held)
    marks = ",".join("?" * (COLUMNS.count(",") + 1))
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -400000")
        # some of what follows is old, and is to stay
        db.execute(
            "UPDATE site SET settings = json_set(settings,"
            " '$.retention_spam_days', 0, '$.retention_text_days', 0,"
            " '$.retention_request_days', 0)"
        )
        db.executemany(
            f"INSERT INTO comment ({COLUMNS}) VALUES ({marks})",
            (inventor.row(i) for i in range(1, n + 1)),
        )
        db.execute(
            "INSERT INTO tally SELECT site, 'state', 0, state, '', 0,"
            " count(*) FROM comment GROUP BY site, state"
        )
        db.execute(
            "INSERT INTO tally SELECT site, 'action',"
            " received_at / 86400000 AS day, action, head,"
            " min(CAST(score * 20 AS INTEGER), 19) AS bin, count(*)"
            " FROM comment GROUP BY site, day, action, head, bin"
        )
    db.close()
    return inventor


def await_index(path, n):
    """Waits for the service's index; how many it makes a second."""
    start = time.monotonic()
    done = first = None
    while done != n:
        time.sleep(1)
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
            (done,) = db.execute("SELECT done FROM card_progress").fetchone()
        db.close()
        first = done if first is None else first
        say(f"indexed {done} of {n}")
    return (n - first) / max(time.monotonic() - start, 1)


class Client:
    """One moderator's page: a connection that is kept."""

    def __init__(self, port):
        self.connection = HTTPConnection("127.0.0.1", port)
        self.headers = {"Authorization": "Bearer " + programs.KEY}

    def get(self, path):
        self.connection.request("GET", path, headers=self.headers)
        got = self.connection.getresponse()
        body = got.read()
        if got.status != 200:
            raise SystemExit(f"{path}: {got.status} {body[:300]}")
        return body

    def timed_ms(self, path):
        before = time.monotonic()
        body = self.get(path)
        return (time.monotonic() - before) * 1e3, body


def query(**fields):
    return "/v1/queue?" + urllib.parse.urlencode(fields)


def questions(inventor, client):
    """Names, and for each a maker of the paths to ask."""
    pick = inventor.random
    some = json.loads(client.get(query(limit=200, order="newest")))["items"]
    heavy = json.loads(client.get(query(state="any", order="newest", limit=200)))[
        "items"
    ]
    known = [i["author"]["key"] for i in some + heavy]
    # of the most frequent words, the middle ones, and rare ones
    common, middle, rare = (
        inventor.words[:50],
        inventor.words[200:2000],
        inventor.words[10000:],
    )

    def deep(order):
        path = query(order=order)
        for _ in range(pick.randrange(5)):
            cursor = json.loads(client.get(path))["next"]
            path = query(order=order, cursor=cursor)
        return path

    def campaigns():
        path = "/v1/campaigns"
        for _ in range(pick.randrange(5)):
            cursor = json.loads(client.get(path))["next"]
            path = f"/v1/campaigns?cursor={cursor}"
        return path

    first = json.loads(client.get("/v1/campaigns"))["items"]
    return {
        "queue page, newest": lambda: deep("newest"),
        "queue page, riskiest": lambda: deep("risk"),
        "queue page, most uncertain": lambda: deep("uncertain"),
        "queue page, by reason": lambda: query(reason=pick.choice(REASONS)),
        "rejected, newest": lambda: query(state="rejected", order="newest"),
        "search, rare word": lambda: query(
            q=pick.choice(rare), state="any", order="newest"
        ),
        "search, held, middling word": lambda: query(
            q=pick.choice(middle), order="newest"
        ),
        "search, held, common word": lambda: query(
            q=pick.choice(common), order="newest"
        ),
        "search, held, riskiest": lambda: query(q=pick.choice(middle)),
        "by host": lambda: query(
            host=f"host{inventor.zipf(HOSTS)}.example", state="any"
        ),
        "author panel": lambda: "/v1/authors/" + pick.choice(known),
        "context": lambda: f"/v1/comments/{pick.choice(some)['id']}/context",
        "campaigns, a page of 20": campaigns,
        "campaign, one": lambda: f"/v1/campaigns/{pick.choice(first)['id']}",
        "counts": lambda: "/v1/queue/counts",
        "figures, 30 days": lambda: "/v1/stats",
    }


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def measure(client, made, times):
    rows = []
    for name, path in made.items():
        say(name)
        client.get(path())
        took = [client.timed_ms(path())[0] for _ in range(times)]
        rows.append(
            {
                "name": name,
                "p50_ms": percentile(took, 0.5),
                "p99_ms": percentile(took, 0.99),
            }
        )
    return rows


def table(rows):
    lines = [f"{'':32}{'p50 ms':>10}{'p99 ms':>10}"]
    lines += [f"{r['name']:32}{r['p50_ms']:10.1f}{r['p99_ms']:10.1f}" for r in rows]
    return "\n".join(lines)


def arguments():
    parser = argparse.ArgumentParser(
        prog="tests/bench/run --queue", description=__doc__.split("\n", 1)[0]
    )
    parser.add_argument("--comments", type=int, default=1000000)
    parser.add_argument("--held", type=int, default=50000)
    parser.add_argument(
        "--times", type=int, default=200, help="how often each is asked (%(default)s)"
    )
    parser.add_argument(
        "--store", metavar="DIR", help="where the store is, or is to be kept"
    )
    parser.add_argument("--model", default="models/default", metavar="DIR")
    parser.add_argument("--json", metavar="FILE")
    return parser.parse_args()


def start(folder, options, stack):
    server = programs.start_moderatod(folder, "queue", 1, options.model, "memory")
    stack.callback(server.end)
    return server


def main():
    options = arguments()
    with programs.place() as (own, stack):
        folder = options.store or own
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, "queue", "moderato.db")
        inventor = Inventor(options.comments, options.held)
        if not os.path.exists(path):
            with ExitStack() as first:
                start(folder, options, first)
            say("inventing comments")
            fill(path, options.comments, options.held)
        server = start(folder, options, stack)
        per_s = await_index(path, options.comments)
        client = Client(server.port)
        rows = measure(client, questions(inventor, client), options.times)
    say("")
    about = {
        "comments": options.comments,
        "held": options.held,
        "store_mib": os.path.getsize(path) / 2**20 if os.path.exists(path) else None,
        "indexed_per_s": per_s,
    }
    print(
        f"{options.comments} comments, {options.held} held; indexed "
        f"{per_s:.0f} a second\n"
    )
    print(table(rows))
    if options.json:
        with open(options.json, "w", encoding="utf-8") as out:
            json.dump({"about": about, "rows": rows}, out, indent=1)


if __name__ == "__main__":
    main()
