"""One method on one task: thresholds chosen in training, then asked."""

import resource

import numpy as np

import corpora
import figures


def cpu_s():
    """Of this process and of those it has waited for."""
    return sum(usage.ru_utime + usage.ru_stime for usage in map(
        resource.getrusage,
        (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def out_of_fold(method, prepared, task, split, setting):
    """Scores of the training rows by machines that had not seen them."""
    parts = corpora.inner(task, split)
    scores = method.scores(prepared, parts, [setting] * len(parts))
    numbers = [i for part in parts for i in part.test]
    labels = np.array(task.labels())[numbers]
    return np.concatenate(scores), labels


def choose(method, prepared, task, split):
    """The setting of the best AUC in the training rows, and its threshold."""
    best = None
    for setting in method.settings:
        scores, labels = out_of_fold(method, prepared, task, split, setting)
        _, tp, fp = figures.steps(scores, labels, np.ones((1, len(scores))))
        auc = figures.area(tp, fp)[0]
        if best is None or auc > best[0]:
            best = auc, setting, figures.best_threshold(scores, labels)
    return best[1:]


def measure(method, task):
    """Figures with draws, and the seconds that all splits took to learn."""
    began = cpu_s()
    prepared = method.prepare(task)
    spent = cpu_s() - began
    chosen = [choose(method, prepared, task, s) for s in task.splits]
    began = cpu_s()
    scores = method.scores(prepared, task.splits, [c[0] for c in chosen])
    spent += cpu_s() - began
    labels = np.array(task.labels())
    return {
        "cpu_s": spent,
        "settings": [c[0] for c in chosen],
        "figures": figures.of_task(
            [(s, labels[split.test], c[1])
             for s, split, c in zip(scores, task.splits, chosen)]),
    }
