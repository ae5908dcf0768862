"""make compare: the way our model is made, beside other programs.

Every method learns from the very same rows and is asked the same others, the
text only. What was measured is kept by task, method and code, so an
interrupted run goes on where it was.
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

import corpora
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


def digest(*paths):
    found = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as code:
            found.update(code.read())
    return found.hexdigest()[:16]


def code_of(name):
    """Changes when the method could give other figures."""
    here = os.path.dirname(__file__)
    kind = "programs" if name in programs.PROGRAMS else "learners"
    files = [os.path.join(here, f"{module}.py") for module in (*CODE, kind)]
    if name == tables.OURS:
        files.append(programs.TRAINER)
    return digest(*files)


def wanted(names, said, begins):
    if said is None:
        return list(names)
    parts = said.split(",")
    found = [n for n in names if any(begins(n, part) for part in parts)]
    if not found:
        raise SystemExit(f"{said}: none of {', '.join(names)}")
    return found


@functools.lru_cache(maxsize=1)
def loaded(name, data, form, final):
    task = next(t for t in corpora.TASKS if t.name == name)
    return corpora.load(task, data, FORMS[form], final)


def measured(name, method, how):
    """From the cache, or measured now; None for what would take too long."""
    task = loaded(name, how.data, how.form, how.final)
    if how.form == "quick" and len(task.rows) > QUICK_MOST.get(
            method, math.inf):
        return None
    key = hashlib.sha256(json.dumps(
        [name, method, how.form, how.final, code_of(method)]).encode())
    path = os.path.join(how.out, "cache", key.hexdigest()[:24] + ".json")
    if os.path.exists(path):
        with open(path, encoding="utf-8") as kept:
            return json.load(kept)
    began = time.monotonic()
    found = measure.measure(METHODS[method], task)
    print(f"{name}: {method}: AUC {found['figures']['auc'][0]:.4f}, "
          f"{time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)
    write(path, json.dumps(found))
    return found


def write(path, text):
    """Whole or not at all."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "w", encoding="utf-8") as to:
        to.write(text)
    os.replace(path + ".new", path)


def measure_all(names, methods, how):
    """By set and method; a process a processor."""
    with concurrent.futures.ProcessPoolExecutor(how.jobs) as pool:
        asked = {(name, method): pool.submit(measured, name, method, how)
                 for name in names for method in methods}
        found = {key: one.result() for key, one in asked.items()}
    return [(loaded(name, how.data, how.form, how.final),
             {m: found[name, m] for m in methods if found[name, m]})
            for name in names]


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
    names = wanted([t.name for t in corpora.TASKS], how.sets, str.__eq__)
    methods = wanted(METHODS, how.methods, str.startswith)
    results = measure_all(names, methods, how)
    told = told_of(how)
    text = tables.markdown(results, told)
    write(os.path.join(how.out, "compare.md"), text + "\n")
    write(os.path.join(how.out, "compare.json"),
          json.dumps(tables.as_json(results, told), indent=1))
    print(text)


if __name__ == "__main__":
    main()
