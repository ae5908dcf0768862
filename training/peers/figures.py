"""How good scores are, and how sure that is.

A figure of a task is the mean over its splits. Intervals come from
resampling the rows asked, within each split and class; the draws are the same
for every method, so that differences of two methods have intervals as well.
"""

import math

import numpy as np

ROUNDS = 400
FIGURES = ("auc", "mcc", "caught_05", "caught_1")
TITLES = {"auc": "ROC AUC", "mcc": "MCC", "caught_05": "caught at 0.5 %",
          "caught_1": "caught at 1 %"}
BUDGETS = {"caught_05": 0.005, "caught_1": 0.01}


def confusion_mcc(tp, fp, bad, good):
    fn, tn = bad - tp, good - fp
    below = (tp + fp) * bad * good * (tn + fn)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0,
                        (tp * tn - fp * fn) / np.sqrt(below), 0.0)


def steps(scores, labels, weights):
    """Good and bad rows above each distinct score, falling; a row a draw."""
    order = np.argsort(-scores, kind="stable")
    falling = scores[order]
    ends = np.append(np.nonzero(np.diff(falling))[0], len(falling) - 1)
    bad = labels[order]
    w = weights[:, order]
    tp = np.cumsum(w * bad, axis=1)[:, ends]
    fp = np.cumsum(w * ~bad, axis=1)[:, ends]
    return falling[ends], tp, fp


def area(tp, fp):
    zero = np.zeros((len(tp), 1))
    x, y = np.hstack((zero, fp)), np.hstack((zero, tp))
    areas = np.diff(x, axis=1) * (y[:, 1:] + y[:, :-1]) / 2
    return areas.sum(axis=1) / (tp[:, -1] * fp[:, -1])


def caught_at(tp, fp, budget):
    """Bad rows above the lowest cut-off that blocks `budget` of the good."""
    allowed = math.floor(budget * fp[0, -1] + 1e-9)
    fits = (fp <= allowed).sum(axis=1)
    padded = np.hstack((np.zeros((len(tp), 1)), tp))
    return padded[np.arange(len(tp)), fits] / tp[:, -1]


def cut_off_at(scores, labels, budget):
    """The lowest score that blocks at most `budget` of the good rows."""
    values, _, fp = steps(scores, labels, np.ones((1, len(scores))))
    allowed = math.floor(budget * fp[0, -1] + 1e-9)
    fits = int((fp[0] <= allowed).sum())
    return values[fits - 1] if fits else math.inf


def best_threshold(scores, labels):
    """Where MCC is highest: half way to the next score below."""
    values, tp, fp = steps(scores, labels, np.ones((1, len(scores))))
    at = int(np.argmax(confusion_mcc(tp[0], fp[0], tp[0, -1], fp[0, -1])))
    below = values[min(at + 1, len(values) - 1)]
    return float((values[at] + below) / 2)


def draws(labels, seed):
    """Weights of rows: first all one, then resampled within each class."""
    random = np.random.default_rng(seed)
    weights = np.ones((1 + ROUNDS, len(labels)))
    for side in (labels, ~labels):
        n = int(side.sum())
        weights[1:, side] = random.multinomial(n, [1 / n] * n, size=ROUNDS)
    return weights


def of_split(scores, labels, threshold, seed):
    """Each figure: of the rows, then of each draw."""
    weights = draws(labels, seed)
    values, tp, fp = steps(scores, labels, weights)
    above = int((values >= threshold).sum())
    at = np.hstack((np.zeros((len(tp), 1)), tp))[:, above]
    blocked = np.hstack((np.zeros((len(fp), 1)), fp))[:, above]
    figures = {name: caught_at(tp, fp, budget)
               for name, budget in BUDGETS.items()}
    figures["auc"] = area(tp, fp)
    figures["mcc"] = confusion_mcc(at, blocked, tp[:, -1], fp[:, -1])
    return figures


def of_task(splits):
    """The means over splits: (scores, labels, threshold) each."""
    found = [of_split(np.asarray(s, float), np.asarray(l, bool), t, seed)
             for seed, (s, l, t) in enumerate(splits)]
    return {name: np.mean([f[name] for f in found], axis=0).tolist()
            for name in FIGURES}


def interval(values):
    return [float(v) for v in np.percentile(values, (2.5, 97.5))]


def difference(ours, theirs):
    """What we are ahead by, and its interval."""
    d = np.asarray(ours) - np.asarray(theirs)
    return float(d[0]), interval(d[1:])
