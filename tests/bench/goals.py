"""What is asked for, what is reached, and what others would reach that do
nothing with a comment: the ceiling of the machine."""

import statistics

from variants import (
    BARE,
    BUSY,
    JUDGED_REDIS,
    NGINX,
    NO_OP,
    PACKAGED,
    READS,
    RECORDED_REDIS,
    RSPAMD,
    SPAMD,
)

PARTS = ("normalise", "features", "score")
RATE, CPU = "comments_per_s", "cpu_us"


def middle(pairs):
    """The median over the rounds of one by the other."""
    return statistics.median(a / b for a, b in pairs)


def goal(number, what, asked, reached, **others):
    return {"goal": number, "what": what, "asked": asked, "reached": reached, **others}


class Load:
    """Of the table of servers."""

    def __init__(self, rows):
        self.rows = {row["name"]: row for row in rows}

    def of(self, variant, key):
        row = self.rows[variant.name]
        if key == CPU and row["redis_cpu_us"]:
            return [a + b for a, b in zip(row[key]["of"], row["redis_cpu_us"]["of"])]
        return row[key]["of"]

    def beside(self, number, mine, theirs, asked, key=RATE):
        """How many times theirs; less is more with what it costs."""

        def times(variant):
            pairs = zip(self.of(variant, key), self.of(theirs, key))
            return middle((b, a) if key == CPU else (a, b) for a, b in pairs)

        by = ", by CPU" if key == CPU else ""
        return goal(
            number,
            f"{mine.name} / {theirs.name}{by}",
            asked,
            times(mine),
            bare=times(BARE),
            nginx=times(NGINX),
        )

    def cost(self, number, mine, asked):
        costs = {
            name: statistics.median(self.of(variant, CPU))
            for name, variant in (("reached", mine), ("bare", BARE), ("nginx", NGINX))
        }
        return goal(number, f"{mine.name}, CPU µs with Redis", asked, **costs)

    def goals(self):
        return [
            self.beside(1, JUDGED_REDIS, NGINX, "≥ 0.4"),
            self.beside(1, JUDGED_REDIS, NO_OP, "≥ 7"),
            self.beside(1, JUDGED_REDIS, PACKAGED, ""),
            self.beside(1, JUDGED_REDIS, READS, ""),
            self.beside(1, JUDGED_REDIS, RSPAMD, "≥ 50"),
            self.beside(1, JUDGED_REDIS, RSPAMD, "", CPU),
            self.beside(2, RECORDED_REDIS, NGINX, "≥ 0.2"),
            self.beside(2, RECORDED_REDIS, RSPAMD, "≥ 25"),
            self.beside(2, RECORDED_REDIS, SPAMD, "≥ 1000"),
            self.cost(2, RECORDED_REDIS, "≤ 30"),
        ]


def of_waits(lines, halves, fdatasync_us):
    """p99 at half of what each can do, of bare's at that rate."""
    waits = {line["rate"]: line["waits"] for line in lines}

    def p99(variant, rate):
        told = waits[rate][variant.name]
        return told and told["p99_us"]["median"]

    def of_bare(variant, rate, less_us=0):
        mine, bare = p99(variant, rate), p99(BARE, rate)
        return mine and bare and (mine - less_us) / bare

    judged, recorded = halves[JUDGED_REDIS.name], halves[RECORDED_REDIS.name]
    return [
        goal(
            3,
            f"{what} / bare, p99 at {rate:,.0f}/s",
            asked,
            of_bare(variant, rate, less_us),
        )
        for variant, what, rate, asked, less_us in (
            (JUDGED_REDIS, "judged only, Redis", judged, "≤ 2", 0),
            (BUSY, "bare, busy as that", judged, "", 0),
            (
                RECORDED_REDIS,
                "Redis + SQLite less 2 syncs",
                recorded,
                "≤ 2",
                2 * fdatasync_us,
            ),
        )
    ]


def of_core(scores, files):
    """What is asked of the core in this process."""
    scores = {row["corpus"]: row for row in scores}

    def mean(corpus, parts=("whole",)):
        return sum(scores[corpus][part]["mean_us"] for part in parts)

    mixed = mean("mixed", PARTS)
    asked = [
        goal(
            4, "64 KiB, the slowest, ms", "≤ 5", scores["long"]["whole"]["max_us"] / 1e3
        ),
        goal(4, "64 KiB / 32 KiB", "≤ 2.2", mean("long") / mean("long-half")),
        goal(4, "non-ASCII / ASCII, as long", "≤ 3", mean("non-ascii") / mean("ascii")),
    ]
    if "youtube" in scores:
        asked += [
            goal(4, "youtube, text to score, µs", "≤ 1", mean("youtube", PARTS)),
            goal(4, "youtube, with reasons, µs", "≤ 3", mean("youtube")),
        ]
    if files:
        asked += [
            goal(
                4,
                "mixed, to score / fastText",
                "≤ 0.125",
                mixed / files["fastText predict"],
            ),
            goal(
                4,
                "libsvm predict / mixed, to score",
                "",
                files["libsvm predict"] / mixed,
            ),
        ]
    return asked


def of_store(turns):
    told = {key: statistics.median(turn[key] for turn in turns) for key in turns[0]}
    return [
        goal(5, "rows/s, 64 in flight", "≥ 50000", told["per_s"]),
        goal(5, "syncs/s meanwhile", "≤ 1000", told["syncs_per_s"]),
    ]


def is_met(of):
    sign, _, bound = of["asked"].partition(" ")
    if not sign or of["reached"] is None:
        return None
    return (
        of["reached"] >= float(bound) if sign == "≥" else of["reached"] <= float(bound)
    )


def goals(result):
    """Those that this run can tell of."""
    asked = Load(result["rows"]).goals()
    asked += of_waits(
        result["waits"], result["setup"]["halves"], result["about"]["fdatasync_p50_us"]
    )
    asked += of_core(result["score"], result["files"])
    asked += of_store(result["store"])
    return [{**of, "met": is_met(of)} for of in asked]


def figure(value):
    if value is None:
        return f"{'–':>9}"
    return f"{value:>9,.0f}" if value >= 100 else f"{value:>9.3g}"


def print_goals(asked):
    print(f"{'goals':54}{'asked':>9}{'reached':>9}{'':8}{'bare':>9}{'nginx':>9}")
    for of in asked:
        met = {None: "", True: "met", False: "missed"}[of["met"]]
        print(
            f"{of['goal']} {of['what']:52}{of['asked']:>9}{figure(of['reached'])} {met:7}"
            + "".join(figure(of[name]) for name in ("bare", "nginx") if name in of)
        )
    print("bare, nginx: what they reach themselves, who do nothing with a comment\n")
