"""make compare: the way our model is made, beside other programs.

Every method learns from the very same rows and is asked the same others, the
text only. What was measured is kept by task, its rows, method and code, so
an interrupted run goes on where it was.
"""

import argparse
import concurrent.futures
import functools
import hashlib
import json
import math
import os
import sys
import time
from dataclasses import dataclass

import corpora
import evasion
import figures
import learners
import measure
import programs
import tables

METHODS = {**programs.PROGRAMS, **learners.LEARNERS}
FORMS = {"quick": 2000, "full": None}  # rows of a set at most
QUICK_MOST = {"RBF SVM, words": 1500}  # beyond that only in the full form
# what a measured figure depends on, beside the method's own code
CODE = ("corpora", "figures", "measure")


def options():
    parser = argparse.ArgumentParser(
        prog="training/peers/run", description=__doc__.split("\n\n")[1])
    parser.add_argument("--full", dest="form", action="store_const",
                        const="full", default="quick",
                        help="whole sets; otherwise 2,000 rows of each")
    parser.add_argument("--final", action="store_true",
                        help="ask fold 0, which is otherwise left alone")
    parser.add_argument("--sets", help="some of them, by comma: "
                        + ",".join(t.name for t in corpora.TASKS))
    parser.add_argument("--methods", help="some of them, by comma, by how "
                        "they begin: " + "; ".join(METHODS))
    parser.add_argument("--data", default="../shared/data", help="the sets")
    parser.add_argument("--out", default="build/peers",
                        help="folder of compare.json, compare.md and what "
                        "was measured before")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(),
                        help="processes at once (%(default)s)")
    return parser.parse_args()


@functools.cache
def digest(*paths):
    found = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as code:
            found.update(code.read())
    return found.hexdigest()[:16]


@dataclass(frozen=True)
class Kind:
    """What is measured of a method on a task."""

    name: str
    tasks: tuple
    measure: object
    code: tuple  # files that a figure depends on, beside the method's own
    told: object


PLAIN = Kind("plain", corpora.TASKS, measure.measure, (),
             lambda found: f"AUC {found['figures']['auc'][0]:.4f}")
EVASION = Kind("evasion", corpora.EVADED, evasion.measured,
               ("training/peers/evasion.py", "training/evade.c"),
               lambda found: f"{min(found.values()):.2f} in one disguise")


def code_of(kind, name):
    """Changes when the method could give other figures."""
    here = os.path.dirname(__file__)
    own = "programs" if name in programs.PROGRAMS else "learners"
    files = [os.path.join(here, f"{module}.py") for module in (*CODE, own)]
    if name == tables.OURS:
        files.append(programs.TRAINER)
    return digest(*files, *kind.code)


def wanted(names, said, begins):
    if said is None:
        return list(names)
    parts = said.split(",")
    found = [n for n in names if any(begins(n, part) for part in parts)]
    if not found:
        raise SystemExit(f"{said}: none of {', '.join(names)}")
    return found


@functools.lru_cache(maxsize=1)
def loaded(task, data, form, final):
    return corpora.load(task, data, FORMS[form], final)


def measured(kind, number, method, how):
    """From the cache, or measured now; None for what would take too long."""
    task = loaded(kind.tasks[number], how.data, how.form, how.final)
    rows = digest(corpora.path_of(task, how.data))
    if how.form == "quick" and len(task.rows) > QUICK_MOST.get(
            method, math.inf):
        return None
    key = hashlib.sha256(json.dumps(
        [kind.name, task.name, rows, method, how.form, how.final,
         code_of(kind, method)]).encode()).hexdigest()[:24]
    path = os.path.join(how.out, "cache", key + ".json")
    if os.path.exists(path):
        with open(path, encoding="utf-8") as kept:
            return json.load(kept)
    began = time.monotonic()
    found = kind.measure(METHODS[method], task)
    print(f"{kind.name}: {task.name}: {method}: {kind.told(found)}, "
          f"{time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)
    write(path, json.dumps(found))
    return found


def write(path, text):
    """Whole or not at all."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "w", encoding="utf-8") as to:
        to.write(text)
    os.replace(path + ".new", path)


KINDS = {kind.name: kind for kind in (PLAIN, EVASION)}


def job(kind, *rest):
    """`measured`, in another process."""
    return measured(KINDS[kind], *rest)


def measure_all(kind, names, methods, how):
    """By set and method; a process a processor."""
    numbers = [n for n, t in enumerate(kind.tasks) if t.name in names]
    with concurrent.futures.ProcessPoolExecutor(how.jobs) as pool:
        asked = {(n, m): pool.submit(job, kind.name, n, m, how)
                 for n in numbers for m in methods}
        found = {key: one.result() for key, one in asked.items()}
    return [(loaded(kind.tasks[n], how.data, how.form, how.final),
             {m: found[n, m] for m in methods if found[n, m]})
            for n in numbers]


def told_of(how):
    rows = FORMS[how.form]
    return (("Folds 1 to 4 learn, fold 0 is asked" if how.final else
             "Cross-validated over folds 1 to 4, or by the set's own split")
            + ", the text only. Thresholds of MCC, and the settings of "
            "scikit-learn's, are chosen within the training rows. "
            f"Intervals: 95 %, {figures.ROUNDS} resamplings. The RBF SVM "
            "learns from 4,000 rows at most"
            + (f", and of every set at most {rows} rows are used"
               if rows else "") + ".")


def main():
    how = options()
    known = list(dict.fromkeys(
        t.name for kind in KINDS.values() for t in kind.tasks))
    names = wanted(known, how.sets, str.__eq__)
    methods = wanted(METHODS, how.methods, str.startswith)
    results = measure_all(PLAIN, names, methods, how)
    evaded = measure_all(EVASION, names, methods, how)
    told = told_of(how)
    text = tables.markdown(results, evaded, told)
    write(os.path.join(how.out, "compare.md"), text + "\n")
    write(os.path.join(how.out, "compare.json"),
          json.dumps(tables.as_json(results, evaded, told), indent=1))
    print(text)


if __name__ == "__main__":
    main()
