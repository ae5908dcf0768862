"""Spam in disguise: what is still caught by those who learnt it undisguised.

The disguises are those of `moderato-train evade`. Each split's cut-off is the
one that blocks 0.5 % of its good comments.
"""

import copy
import json

import numpy as np

import figures
import measure
import programs

BUDGET = 0.005
PLAIN = "as it is"


def names():
    """As `moderato-train evade --help` lists them."""
    told = programs.ask([programs.TRAINER, "evade", "--help"])
    listed = told.split("\ndisguises:\n")[1].split("\n\n")[0]
    return [line.split()[0] for line in listed.splitlines() if line.strip()]


def disguised(rows, name):
    corpus = "".join(json.dumps(row) + "\n" for row in rows)
    told = programs.ask([programs.TRAINER, "evade", name], corpus.encode())
    return [dict(row, text=new["text"], format=new.get("format", "text"))
            for row, new in zip(rows, map(json.loads, told.splitlines()),
                                strict=True)]


def dress(task, disguises):
    """Adds the bad rows in each disguise, asked with those they come from."""
    task = copy.copy(task)
    bad = [i for i, is_bad in enumerate(task.labels()) if is_bad]
    rows = task.rows  # all: good words to pad with are taken from here
    task.rows = list(rows)
    where = {PLAIN: dict(zip(bad, bad))}
    for name in disguises:
        first = len(task.rows)
        new = disguised(rows, name)
        task.rows += [new[i] for i in bad]
        where[name] = {i: first + n for n, i in enumerate(bad)}
    splits = []
    for split in task.splits:
        split = copy.copy(split)
        split.test = split.test + [where[name][i] for name in disguises
                                   for i in split.test if i in where[name]]
        splits.append(split)
    return task, splits, where


def caught(task, split, dressed, scores, where):
    """The share of the split's bad rows caught in each disguise."""
    of = dict(zip(dressed.test, scores))
    labels = np.array(task.labels())[split.test]
    cut_off = figures.cut_off_at(
        np.array([of[i] for i in split.test]), labels, BUDGET)
    return {name: float(np.mean([of[to[i]] >= cut_off
                                 for i in split.test if i in to]))
            for name, to in where.items()}


def measured(method, task):
    """The mean of the splits, by disguise."""
    dressed, splits, where = dress(task, names())
    prepared = method.prepare(task)
    settings = [measure.choose(method, prepared, task, split)[0]
                for split in task.splits]
    scores = method.scores(method.prepare(dressed), splits, settings)
    found = [caught(task, split, with_more, s, where)
             for split, with_more, s in zip(task.splits, splits, scores)]
    return {name: float(np.mean([f[name] for f in found])) for name in where}
