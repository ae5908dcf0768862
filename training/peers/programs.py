"""Peers that are programs, and our own: fed with files, read line by line."""

import json
import os
import subprocess
import tempfile

import numpy as np

TRAINER = "build/moderato-train"


def ask(argv, stdin=None):
    done = subprocess.run(argv, input=stdin, capture_output=True, check=False)
    # bogofilter's 1 and 2 say "ham" and "unsure"
    if done.returncode not in ((0, 1, 2) if argv[0] == "bogofilter" else (0,)):
        raise SystemExit(f"{argv[0]}: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode()


class Program:
    """Trained and asked split by split, in a folder that goes away."""

    settings = (None,)

    def prepare(self, task):
        return task

    def scores(self, task, splits, settings):
        found = []
        for split in splits:
            with tempfile.TemporaryDirectory(prefix="peers-") as folder:
                found.append(np.array(self.one(task, split, folder)))
        return found


class Bogofilter(Program):
    """Each comment a mail without subject; its own settings but UTF-8."""

    how = ["bogofilter", "-C", "--unicode=yes", "--charset-default=utf-8"]

    @staticmethod
    def mailbox(task, numbers):
        mails = []
        for i in numbers:
            text = "\n".join(">" + line if line.startswith("From ") else line
                             for line in task.rows[i]["text"].splitlines())
            mails.append("From a@b.invalid Thu Jan  1 00:00:00 1970\n"
                         "Content-Type: text/plain; charset=utf-8\n\n"
                         f"{text}\n\n")
        return "".join(mails).encode("utf-8", "replace")

    def one(self, task, split, folder):
        labels = task.labels()
        how = self.how + ["-d", folder, "-M"]
        for flag, side in (("-s", True), ("-n", False)):
            ask(how + [flag], self.mailbox(
                task, [i for i in split.train if labels[i] == side]))
        told = ask(how + ["-TT"], self.mailbox(task, split.test))
        scores = [float(line.split()[-1]) for line in told.splitlines()]
        if len(scores) != len(split.test):
            raise SystemExit(f"bogofilter: {len(scores)} answers to "
                             f"{len(split.test)} mails")
        return scores


class FastText(Program):
    """Words in pairs and parts of words, as its guide has it."""

    how = ["-wordNgrams", "2", "-minn", "3", "-maxn", "5", "-epoch", "25",
           "-lr", "0.5", "-dim", "10", "-bucket", "100000", "-thread", "1",
           "-verbose", "0"]

    def one(self, task, split, folder):
        labels = task.labels()
        learnt, asked = (os.path.join(folder, name) for name in "ab")
        with open(learnt, "w", encoding="utf-8") as to:
            for i in split.train:
                to.write(f"__label__{int(labels[i])} {self.line(task, i)}\n")
        with open(asked, "w", encoding="utf-8") as to:
            for i in split.test:
                to.write(self.line(task, i) + "\n")
        model = os.path.join(folder, "m")
        ask(["fasttext", "supervised", "-input", learnt, "-output", model]
            + self.how)
        told = ask(["fasttext", "predict-prob", model + ".bin", asked, "2"])
        return [self.score(line.split()) for line in told.splitlines()]

    @staticmethod
    def line(task, i):
        """Words and marks apart, in lower case; never empty."""
        text = task.rows[i]["text"].lower()
        apart = "".join(c if c.isalnum() or c.isspace() else f" {c} "
                        for c in text)
        return " ".join(apart.split()) or "empty"

    @staticmethod
    def score(words):
        chances = dict(zip(words[::2], map(float, words[1::2])))
        return chances.get("__label__1", 0) - chances.get("__label__0", 0)


class Moderato(Program):
    """`moderato-train evaluate`, the text only."""

    def scores(self, task, splits, settings):
        """All splits at once: a group each."""
        with tempfile.TemporaryDirectory(prefix="peers-") as folder:
            corpus, margins = (os.path.join(folder, name)
                               for name in ("corpus.jsonl", "margins"))
            whole = self.write(task, splits, corpus)
            how = (["--leave-out", "thread"] if whole else
                   ["--split", "paper_split", "--each", "thread"])
            ask([TRAINER, "evaluate", *how, "--margins", margins,
                 "--text-only", corpus])
            with open(margins, encoding="utf-8") as lines:
                told = {(line["group"], line["id"]): line["margin"]
                        for line in map(json.loads, lines)}
        return [np.array([told[f"g{n}", str(i)] for i in split.test])
                for n, split in enumerate(splits)]

    @staticmethod
    def write(task, splits, path):
        """Whether each row is asked once, and taught by all the others."""
        asked = sorted(i for split in splits for i in split.test)
        whole = all(sorted(split.train + split.test) == asked
                    for split in splits)
        with open(path, "w", encoding="utf-8") as to:
            for n, split in enumerate(splits):
                for part in ("test",) if whole else ("test", "train"):
                    for i in getattr(split, part):
                        row = {"id": str(i), "text": task.rows[i]["text"],
                               "label": task.rows[i]["label"],
                               "format": task.rows[i].get("format", "text"),
                               "fold": task.rows[i]["fold"],
                               "thread": f"g{n}", "paper_split": part}
                        to.write(json.dumps(row) + "\n")
        return whole


PROGRAMS = {"Moderato": Moderato(), "fastText": FastText(),
            "bogofilter": Bogofilter()}
