"""Labelled sets, and which rows teach and which are asked in each."""

import gzip
import hashlib
import json
import os
from dataclasses import dataclass, field

HELD_OUT = 0  # the fold that only `--final` asks
INNER = 2     # parts of the training rows to choose thresholds by


@dataclass
class Split:
    """Numbers of rows."""

    name: str
    train: list
    test: list


@dataclass(eq=False)
class Task:
    """A set under one protocol."""

    name: str
    title: str
    file: str
    head: str
    protocol: str  # a name in PROTOCOLS
    rows: list = field(default_factory=list)
    splits: list = field(default_factory=list)

    def labels(self):
        return [row["label"] in ("spam", "abuse") for row in self.rows]


def spam(name, title, file=None, protocol="folds"):
    return Task(name, title, file or name, "spam", protocol)


def abuse(name, title):
    return Task(name, title, "abuse_" + name, "abuse", "folds")


TASKS = (
    spam("youtube_paper", "YouTube, the TubeSpam authors' split per video",
         "youtube", "paper"),
    spam("youtube_video", "YouTube, one video left out", "youtube", "video"),
    spam("youtube_2022", "YouTube 2022, investment scams"),
    spam("judol_gb", "YouTube, Indonesian, gambling"),
    spam("telegram_ru", "Telegram, Russian"),
    spam("sms", "SMS, English"),
    abuse("davidson", "Tweets, English"),
    abuse("de", "Tweets, German"),
    abuse("ko", "News comments, Korean"),
    abuse("pt", "Tweets, Portuguese"),
    abuse("vicomtech", "Forum sentences, English"),
    abuse("zh", "Comments, Chinese"),
    abuse("insults", "News comments, English"),
    abuse("olid", "Tweets, English (OLID)"),
)

# those whose spam is asked in disguise as well
EVADED = (
    spam("youtube", "YouTube, by folds"),
    spam("sms", "SMS, English"),
)


def by_value(rows, values):
    """Each value is asked once; the others teach."""
    return [Split(str(value),
                  [i for i, _ in enumerate(rows) if values[i] != value],
                  [i for i, _ in enumerate(rows) if values[i] == value])
            for value in sorted(set(values))]


def split_folds(rows):
    return by_value(rows, [row["fold"] for row in rows])


def split_final(rows):
    of = [row["fold"] == HELD_OUT for row in rows]
    return by_value(rows, of)[1:]


def split_video(rows):
    return by_value(rows, [row["thread"] for row in rows])


def split_paper(rows):
    def numbers(thread, part):
        return [i for i, row in enumerate(rows)
                if (row["thread"], row["paper_split"]) == (thread, part)]
    return [Split(thread, numbers(thread, "train"), numbers(thread, "test"))
            for thread in sorted({row["thread"] for row in rows})]


PROTOCOLS = {"folds": split_folds, "final": split_final,
             "video": split_video, "paper": split_paper}


def chance(row):
    """A number that is the same in every run."""
    return hashlib.sha256(row["id"].encode()).digest()


def read(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [row for row in rows if row["label"] is not None]


def path_of(task, data):
    return os.path.join(data, task.file + ".jsonl.gz")


def load(task, data, most, final):
    """Reads a task's rows, at most `most`, and splits them."""
    rows = read(path_of(task, data))
    protocol = task.protocol
    if protocol == "folds" and final:
        protocol = "final"
    elif protocol == "folds":
        rows = [row for row in rows if row["fold"] != HELD_OUT]
    if most and len(rows) > most:
        kept = {row["id"] for row in sorted(rows, key=chance)[:most]}
        rows = [row for row in rows if row["id"] in kept]
    task.rows = rows
    task.splits = PROTOCOLS[protocol](rows)
    return task


def inner(task, split):
    """The training rows of `split` in parts, each asked once."""
    folds = sorted({task.rows[i]["fold"] for i in split.train})
    part = {fold: n % INNER for n, fold in enumerate(folds)}
    of = {i: part[task.rows[i]["fold"]] for i in split.train}
    return [Split(f"{split.name}.{p}",
                  [i for i in split.train if of[i] != p],
                  [i for i in split.train if of[i] == p])
            for p in sorted(set(of.values()))]
