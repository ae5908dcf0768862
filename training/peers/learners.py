"""Learners of scikit-learn, over counts of words and characters.

Counts are made once a task; what a training part has not seen is left out of
it and of what it is asked, as if it had been counted alone.
"""

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.svm import SVC, LinearSVC

WORDS = {"token_pattern": r"(?u)\b\w+\b", "ngram_range": (1, 2)}
CHARACTERS = {"analyzer": "char_wb", "ngram_range": (2, 5)}


class Learner:
    """One of scikit-learn's, with what to try it with."""

    def __init__(self, make, settings, views=(WORDS,), tfidf=True, most=None):
        self.make = make
        self.settings = settings
        self.views = views
        self.tfidf = tfidf
        self.most = most  # training rows at most, in any form

    def prepare(self, task):
        texts = [row["text"] for row in task.rows]
        counts = [CountVectorizer(dtype=np.float32, **view)
                  .fit_transform(texts).tocsr() for view in self.views]
        return counts, np.array(task.labels())

    def vectors(self, counts, train, test):
        parts = []
        for matrix in counts:
            learnt, asked = matrix[train], matrix[test]
            seen = np.unique(learnt.indices)
            learnt, asked = learnt[:, seen], asked[:, seen]
            if self.tfidf:
                weigh = TfidfTransformer(sublinear_tf=True).fit(learnt)
                learnt, asked = weigh.transform(learnt), weigh.transform(asked)
            parts.append((learnt, asked))
        return [sparse.hstack(side, format="csr") for side in zip(*parts)]

    def scores(self, prepared, splits, settings):
        counts, labels = prepared
        found = []
        for split, setting in zip(splits, settings):
            train = split.train
            if self.most and len(train) > self.most:
                train = np.random.default_rng(1).choice(
                    train, self.most, replace=False)
            learnt, asked = self.vectors(counts, train, split.test)
            machine = self.make(setting).fit(learnt, labels[train])
            found.append(self.ask(machine, asked))
        return found

    @staticmethod
    def ask(machine, asked):
        if hasattr(machine, "decision_function"):
            return machine.decision_function(asked)
        sides = machine.predict_log_proba(asked)
        return sides[:, 1] - sides[:, 0]


def linear(c):
    return LinearSVC(C=c, random_state=1)


LEARNERS = {
    "LinearSVC, words": Learner(linear, (0.1, 1, 10)),
    "logistic regression, words": Learner(
        lambda c: LogisticRegression(C=c, solver="liblinear"), (1, 10, 100)),
    "multinomial NB, words": Learner(
        lambda alpha: MultinomialNB(alpha=alpha), (0.1, 1), tfidf=False),
    "complement NB, words": Learner(
        lambda alpha: ComplementNB(alpha=alpha), (0.1, 1), tfidf=False),
    "RBF SVM, words": Learner(
        lambda c: SVC(C=c, gamma="scale", cache_size=500), (1, 10),
        most=4000),
    "LinearSVC, characters and words": Learner(
        linear, (0.1, 1), views=(WORDS, CHARACTERS)),
}
