"""kill -9 under load: what was acknowledged is there, and there once."""

import random
import signal
import sqlite3
import time

from conftest import FIRST_KEY, wait_for
from ledgers import STATES, Commenter, Moderator, digest

OTHER, OTHER_KEY = "other", "torture-other-key-1"
LIFE = 20  # kills of one store, so that checks of all of it stay short

# What the last decision about each comment says, or else its verdict, in
# four places that must agree: the comment, the card, counts, the audit log.
FOLD = """
WITH held AS (SELECT c.rowid AS number, c.site, c.id, c.state, CASE
  ifnull((SELECT kind FROM decision AS d WHERE d.site = c.site AND d.comment = c.id
          AND undone_at = 0 ORDER BY d.rowid DESC LIMIT 1), c.action)
  WHEN 'publish' THEN 'published' WHEN 'approve' THEN 'published'
  WHEN 'hold' THEN 'held' WHEN 'trash' THEN 'trashed' ELSE 'rejected' END AS fold
  FROM comment AS c)
"""
DIFFER = {
    "a comment's state": "SELECT count(*) FROM held WHERE state <> fold",
    "a card's state": "SELECT count(*) FROM held JOIN card USING (number)"
    " WHERE card.state <> fold",
    "counts": "SELECT count(*) FROM (SELECT site, fold, count(*) FROM held"
    " GROUP BY site, fold EXCEPT SELECT site, name, n FROM tally"
    " WHERE kind = 'state')",
    "the audit log": "SELECT count(*) FROM held JOIN (SELECT place, subject,"
    " max(number), json_extract(after, '$.state') AS told FROM audit"
    " WHERE action IN ('comment.decided', 'comment.undone')"
    " GROUP BY place, subject) ON place = site AND subject = id"
    " WHERE told <> fold",
    "decisions without an entry": "SELECT (SELECT count(*) FROM decision) -"
    " (SELECT count(*) FROM audit WHERE action = 'comment.decided')",
    "undos without an entry": "SELECT (SELECT count(*) FROM decision"
    " WHERE undone_at > 0) -"
    " (SELECT count(*) FROM audit WHERE action = 'comment.undone')",
}


class Store:
    """The database as it is on disk, read beside the service."""

    def __init__(self, daemon):
        path = f"file:{daemon.var}/moderato.db?mode=ro"
        self.db = sqlite3.connect(path, uri=True)
        self.sites = dict(self.db.execute("SELECT name, id FROM site"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.db.close()

    def one(self, sql, *values):
        return self.db.execute(sql, values).fetchone()[0]

    def rows(self, site, engine_id):
        asked = "SELECT id, content, action, score FROM comment WHERE site = ? AND engine_id = ?"
        return self.db.execute(asked, (self.sites[site], engine_id)).fetchall()

    def decision(self, site, comment):
        asked = "SELECT kind, undone_at FROM decision WHERE site = ? AND comment = ?"
        return self.db.execute(asked, (self.sites[site], comment)).fetchall()


def check_comments(store, client, sent):
    """Every acknowledged one is one row; the last may be none or all."""
    there = []
    for engine_id, text, verdict in client.rows(sent):
        rows = store.rows(client.site, engine_id)
        assert len(rows) <= 1, f"doubled: {engine_id}"
        there.append(len(rows))
        if sent.answer is None:
            continue
        assert rows, f"lost: {engine_id}"
        id_, content, action, _ = rows[0]
        assert (id_, action) == (verdict["id"], verdict["action"])
        assert digest(content) == text
    assert len(set(there)) == 1, "a batch is there in part"
    return there[0]


def check_decisions(store, client):
    for comment, (kind, undone) in client.holds().items():
        rows = store.decision(client.site, comment)
        assert [row[0] for row in rows] == [kind], (comment, kind, rows)
        if undone is not None:
            assert (rows[0][1] > 0) == undone, (comment, undone)


def check_folds(daemon, store):
    assert store.one("PRAGMA integrity_check") == "ok"
    assert store.db.execute("PRAGMA foreign_key_check").fetchall() == []
    for what, sql in DIFFER.items():
        assert store.one(FOLD + sql) == 0, what
    verified = daemon.operate("GET", "/v1/audit:verify")
    assert verified.status_code == 200, verified.text
    assert verified.json()["entries"] == store.one("SELECT count(*) FROM audit")
    for site in daemon.operate("GET", "/v1/queue/counts").json()["sites"]:
        for state in set(STATES.values()):
            asked = "SELECT count(*) FROM comment WHERE site = ? AND state = ?"
            there = store.one(asked, store.sites[site["name"]], state)
            assert site[state] == there, (site["name"], state)


class Life:
    """A store from its first start on, with those who use it."""

    def __init__(self, rig, seed):
        self.random = random.Random(seed)
        self.daemon = rig.daemon("--limit-author", "0", "--limit-ip", "0")
        self.daemon.start()
        self.daemon.operate("POST", "/v1/sites", {"name": OTHER})
        self.daemon.add_key(OTHER_KEY, "check,moderate", site=OTHER)
        self.commenters = [
            Commenter("a", "default", FIRST_KEY),
            Commenter("b", OTHER, OTHER_KEY),
            Commenter("c", "default", FIRST_KEY, batch=5),
            Commenter("d", OTHER, OTHER_KEY),
        ]
        self.moderators = [
            Moderator("m", self.commenters[0]),
            Moderator("n", self.commenters[1]),
        ]
        self.clients = self.commenters + self.moderators
        self.kills = 0

    def run_and_kill(self):
        for client in self.clients:
            client.start(self.daemon.port)
        time.sleep(self.random.uniform(0.05, 0.8))
        self.daemon.end(signal.SIGKILL)
        for client in self.clients:
            client.join()
        self.kills += 1

    def kill_at_start(self):
        """While it recovers what the kill before left."""
        self.daemon.spawn()
        time.sleep(self.random.uniform(0, 0.15))
        self.daemon.end(signal.SIGKILL)
        self.kills += 1

    def check_round(self, since):
        """What was sent since these lengths of the ledgers."""
        with Store(self.daemon) as store:
            for client in self.commenters:
                for sent in client.sent[since[client] :]:
                    check_comments(store, client, sent)

    def settle(self):
        """All that is open is done, and done once."""
        again = sum(c.settle(self.daemon.port) for c in self.clients)
        assert not any(c.failed for c in self.clients), [c.failed for c in self.clients]
        with Store(self.daemon) as store:
            for client in self.commenters:
                assert not client.open()
                assert not client.sent or check_comments(store, client, client.sent[-1])
            asked = sum(c.batch * len(c.sent) for c in self.commenters)
            assert store.one("SELECT count(*) FROM comment") == asked
            for client in self.moderators:
                check_decisions(store, client)
            check_folds(self.daemon, store)
        return again

    def check_answers(self):
        """The same answers to whoever asks again."""
        for client in self.commenters:
            for sent in self.random.sample(client.sent, min(20, len(client.sent))):
                got = self.daemon.post(
                    sent.body.encode(), sent.path, client.key, Idempotency_Key=sent.once
                )
                assert got.content == sent.answer

    def round(self):
        since = {c: len(c.sent) for c in self.clients}
        self.run_and_kill()
        if self.random.random() < 0.25:
            self.kill_at_start()
        self.daemon.start()
        self.check_round(since)
        return self.settle()

    def end(self):
        """Once more all of it, and how many there are."""
        self.check_round({c: 0 for c in self.clients})
        self.check_answers()
        indexed = "SELECT (SELECT count(*) FROM comment) - (SELECT count(*) FROM card)"
        with Store(self.daemon) as store:
            wait_for("indexed", lambda: store.one(indexed) == 0)
            check_folds(self.daemon, store)
        assert self.daemon.end() == 0
        return sum(len(c.sent) for c in self.clients)


def test_kills(rig, budget):
    """Nothing lost, nothing doubled, and all that follows from it agrees."""
    acked = again = kills = lives = 0
    life = None
    for n in budget.rounds(short=5, whole=200):
        if life is None:
            lives += 1
            life = Life(rig, lives)
        again += life.round()
        if (n + 1) % LIFE == 0:
            acked += life.end()
            kills += life.kills
            life = None
    if life is not None:
        acked += life.end()
        kills += life.kills
    budget.tell(kills=kills, acked=acked, sent_again=again)
