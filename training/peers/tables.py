"""What was measured, as Markdown and as JSON."""

import evasion
import figures

OURS = "Moderato"
PUBLISHED = {  # MCC; the TubeSpam authors' repository, README of this set
    "youtube_paper": {"SVM linear (published)": 0.901,
                      "SVM RBF (published)": 0.901,
                      "logistic regression (published)": 0.896,
                      "best of ten each video (published)": 0.913},
}
DIGITS = {"auc": (1, 4), "mcc": (1, 3), "caught_05": (100, 1),
          "caught_1": (100, 1)}


def cell(name, draws):
    scale, digits = DIGITS[name]
    low, high = figures.interval(draws[1:])
    return (f"{scale * draws[0]:.{digits}f} "
            f"({scale * low:.{digits}f}–{scale * high:.{digits}f})")


def row(cells):
    return "| " + " | ".join(cells) + " |"


def head(titles, left=1):
    return [row(titles),
            "|" + "---|" * left + "--:|" * (len(titles) - left)]


def of_task(task, found):
    """Best AUC first, with 95 % intervals."""
    lines = [f"### {task.title} (`{task.name}`)", "",
             f"{len(task.rows)} comments, {sum(task.labels())} of them "
             f"{task.head}; {len(task.splits)} splits.", ""]
    lines += head(["method", *figures.TITLES.values(), "CPU s"])
    for name, one in sorted(found.items(),
                            key=lambda it: -it[1]["figures"]["auc"][0]):
        title = f"**{name}**" if name == OURS else name
        lines.append(row([title, *(cell(f, one["figures"][f])
                                   for f in figures.FIGURES),
                          f"{one['cpu_s']:.1f}"]))
    for name, mcc in PUBLISHED.get(task.name, {}).items():
        lines.append(row([name, "", f"{mcc:.3f}", "", "", ""]))
    return lines + [""]


def verdict(name, found):
    """Ours beside the best peer in a figure; None without both."""
    peers = {n: one["figures"][name] for n, one in found.items() if n != OURS}
    if OURS not in found or not peers:
        return None
    ours = found[OURS]["figures"][name]
    best = max(peers, key=lambda n: peers[n][0])
    ahead, (low, high) = figures.difference(ours, peers[best])
    return {"figure": name, "ours": ours[0], "peer": best,
            "theirs": peers[best][0], "ahead": ahead, "interval": [low, high],
            "verdict": "ahead" if low > 0 else "behind" if high < 0
            else "level"}


def verdict_cell(told):
    scale, digits = DIGITS[told["figure"]]
    ours, theirs = (f"{scale * told[k]:.{digits}f}"
                    for k in ("ours", "theirs"))
    shown = f"**{ours}** : {theirs}" if told["ahead"] >= 0 \
        else f"{ours} : **{theirs}**"
    sure = {"ahead": " ▲", "behind": " ▼", "level": ""}[told["verdict"]]
    return shown + sure


def summary(results):
    lines = head(["set", *figures.TITLES.values(), "best peer by AUC"])
    for task, found in results:
        told = [verdict(f, found) for f in figures.FIGURES]
        if None in told:
            continue
        lines.append(row([f"`{task.name}`", *map(verdict_cell, told),
                          told[0]["peer"]]))
    return lines + [
        "", "Moderato : the best of the peers, which may be another one in "
        "each column. ▲ ▼: ahead or behind beyond chance (the 95 % interval "
        "of the difference leaves out 0).", ""]


def of_evasion(task, found):
    """The clean share caught, then what is kept of it in each disguise."""
    disguises = [n for n in next(iter(found.values())) if n != evasion.PLAIN]
    lines = [f"### In disguise: {task.title} (`{task.name}`)", "",
             "Of the spam caught at the cut-off that blocks 0.5 % of good "
             "comments, the share still caught in each disguise, %.", ""]
    titles = [f"**{n}**" if n == OURS else n for n in found]
    lines += head(["disguise", *titles])
    lines.append(row(["none: share of all spam"] + [
        f"{100 * one[evasion.PLAIN]:.1f}" for one in found.values()]))
    for name in disguises:
        lines.append(row([name] + [kept(one, name)
                                   for one in found.values()]))
    return lines + [""]


def kept(one, name):
    clean = one[evasion.PLAIN]
    return f"{100 * one[name] / clean:.0f}" if clean else ""


def markdown(results, evaded, told):
    lines = ["# Moderato and its peers", "", told, ""] + summary(results)
    for task, found in evaded:
        lines += of_evasion(task, found)
    for task, found in results:
        lines += of_task(task, found)
    return "\n".join(lines)


def as_json(results, evaded, told):
    disguises = [{"task": task.name, "title": task.title, "caught": found}
                 for task, found in evaded]
    return {"told": told, "in_disguise": disguises, "tasks": [
        {"task": task.name, "title": task.title, "head": task.head,
         "rows": len(task.rows), "bad": sum(task.labels()),
         "splits": len(task.splits),
         "methods": {name: {
             "cpu_s": one["cpu_s"],
             **{f: {"value": one["figures"][f][0],
                    "interval": figures.interval(one["figures"][f][1:])}
                for f in figures.FIGURES}}
             for name, one in found.items()},
         "published_mcc": PUBLISHED.get(task.name, {}),
         "verdicts": [v for v in (verdict(f, found)
                                  for f in figures.FIGURES) if v]}
        for task, found in results]}
