"""What was measured, as a table, as JSON and as a picture."""

import html
import json
import os
import platform
import re
import sqlite3
import statistics
import subprocess
import sys


def say(what):
    """Progress, in a line of a terminal that the next one writes over."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K" + what)
        sys.stderr.flush()


def spread(values):
    return {
        "median": statistics.median(values),
        "low": min(values),
        "high": max(values),
        "of": values,
    }


def ratio(mine, theirs):
    """Of what two did in the same rounds."""
    return spread(
        [a["comments_per_s"] / b["comments_per_s"] for a, b in zip(mine, theirs)]
    )


def of_rounds(runs):
    """Of the rounds that kept up; None when most did not."""
    kept = [run for run in runs if run]
    if len(kept) <= len(runs) / 2:
        return None
    return {key: spread([run[key] for run in kept]) for key in kept[0]}


def first_line(argv):
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        return done.stdout.strip().split("\n")[0]
    except OSError:
        return ""


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        found = re.search(r"^model name\s*:\s*(.*)", info.read(), re.M)
    return found.group(1) if found else platform.machine()


def circumstances(fsync_us):
    redis = first_line(["redis-cli", "--version"]).split()
    return {
        "processor": processor(),
        "processors": os.cpu_count(),
        "kernel": platform.release(),
        "load_before": os.getloadavg()[0],
        "fdatasync_p50_us": fsync_us,
        "moderatod": first_line(["build/moderatod", "--version"]),
        "libmicrohttpd": first_line(["pkg-config", "--modversion", "libmicrohttpd"]),
        "redis": redis[1] if len(redis) > 1 else "",
        "sqlite": sqlite3.sqlite_version,
        "commit": first_line(["git", "describe", "--always", "--dirty"]),
    }


RATIOS = {"of_bare": "of bare", "of_nginx": "of nginx", "of_v1": "of /v1"}


def print_circumstances(about):
    print(
        f"{about['processors']} × {about['processor']}, Linux "
        f"{about['kernel']}, load {about['load_before']:.1f} before, "
        f"fdatasync {about['fdatasync_p50_us']:.0f} µs"
    )
    print(
        f"{about['moderatod']}, commit {about['commit']}, libmicrohttpd "
        f"{about['libmicrohttpd']}, Redis {about['redis']}, SQLite "
        f"{about['sqlite']}\n"
    )


def print_load(rows, setup):
    print(
        f"{setup['connections']} connections kept (batch: "
        f"{setup['connections_batch']}), {setup['threads']} thread(s), "
        f"{setup['rounds']} rounds of {setup['seconds']:g} s, medians; "
        f"{setup['texts']} distinct texts of {setup['sets']}"
    )
    ratios = [name for name in RATIOS if any(row[name] for row in rows)]
    print(
        f"{'':30}{'comments/s':>11}{'low - high':>17}"
        + "".join(f"{RATIOS[name]:>9}" for name in ratios)
        + f"{'p50 ms':>8}{'p99 ms':>8}{'CPU µs':>9}{'Redis µs':>9}{'held %':>8}"
    )
    for row in rows:
        s = row["comments_per_s"]
        span = f"{s['low']:,.0f} - {s['high']:,.0f}"
        redis = row["redis_cpu_us"]
        print(
            f"{row['name']:30}{s['median']:>11,.0f}{span:>17}"
            + "".join(part(row[name]) for name in ratios)
            + f"{row['p50_us']['median'] / 1e3:>8.2f}"
            f"{row['p99_us']['median'] / 1e3:>8.2f}"
            f"{row['cpu_us']['median']:>9.1f}"
            + (f"{redis['median']:>9.1f}" if redis else f"{'':9}")
            + held(row)
        )
    print(
        "CPU per comment, of the server, warm-up included; p50 and p99 of "
        "a batch are those of the whole batch\n"
    )


def held(row):
    """In the first round and in the last."""
    if "held" not in row:
        return ""
    first, *_, last = row["held"]["of"]
    return f"{first * 100:>5.0f}, {last * 100:.0f}"


def part(ratio):
    """Of another; three digits of it."""
    return f"{ratio['median']:>9.3g}" if ratio else f"{'':9}"


def wait(of, key):
    return f"{of[key]['median'] / 1e3:>8.2f}" if of else f"{'–':>8}"


def print_waits(lines):
    """p50, p99 and p99.9 of each variant; –: it could not keep up."""
    names = list(lines[0]["waits"])
    print(
        "open loop, ms from when a request was due: p50, p99, p99.9\n"
        f"{'a second':>10}" + "".join(f"{name:>27}" for name in names)
    )
    for at in lines:
        print(
            f"{at['rate']:>10,.0f}"
            + "".join(
                "   "
                + "".join(
                    wait(at["waits"][name], key)
                    for key in ("p50_us", "p99_us", "p999_us")
                )
                for name in names
            )
        )
    print()


def print_files(files):
    print(
        "programs that read files, µs of processor time a comment: "
        + ", ".join(f"{name} {us:.1f}" for name, us in files.items())
        + "\n"
    )


def print_scores(scores):
    print(
        "in process, µs a comment    whole p50     p99   mean      MB/s"
        "   mean of each part"
    )
    for row in scores:
        whole = row["whole"]
        parts = ", ".join(
            f"{name} {row[name]['mean_us']:.2f}"
            for name in ("normalise", "keys", "features", "score", "reasons")
        )
        print(
            f"{row['corpus'] + ', ' + str(row['comments']):26}"
            f"{whole['p50_us']:>11.2f}{whole['p99_us']:>8.2f}"
            f"{whole['mean_us']:>7.2f}{row['mb_per_s']:>10.1f}   {parts}"
        )


def write_json(path, result):
    with open(path, "w", encoding="utf-8") as out:
        json.dump(result, out, indent=1, ensure_ascii=False)
        out.write("\n")


STYLE = """text{font:13px sans-serif;fill:#222}.small{font-size:11px;fill:#666}
rect{fill:#3b6ea5}.bare{fill:#aaa}line{stroke:#222}"""


def write_svg(path, rows, about):
    """A bar each, with a line from the lowest to the highest round."""
    left, width, step = 190, 430, 34
    most = max(row["comments_per_s"]["high"] for row in rows)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 130}"'
        f' height="{step * len(rows) + 60}"><style>{STYLE}</style>',
        f'<text x="10" y="20">Comments a second, {about["processors"]} × '
        f'{html.escape(about["processor"])}</text>',
    ]
    for i, row in enumerate(rows):
        y, s = 36 + step * i, row["comments_per_s"]
        at = {key: left + width * s[key] / most for key in ("low", "median", "high")}
        kind = ' class="bare"' if "bare" in row["name"] else ""
        out.append(
            f'<text x="{left - 8}" y="{y + 15}" text-anchor="end">'
            f'{html.escape(row["name"])}</text>'
            f'<rect{kind} x="{left}" y="{y}" '
            f'width="{at["median"] - left:.1f}" height="20"/>'
            f'<line x1="{at["low"]:.1f}" x2="{at["high"]:.1f}" '
            f'y1="{y + 10}" y2="{y + 10}"/>'
            f'<text x="{at["high"] + 6:.1f}" y="{y + 15}">'
            f'{s["median"]:,.0f}</text>'
        )
    out.append(
        f'<text class="small" x="10" y="{step * len(rows) + 50}">'
        f"medians, lines from the lowest to the highest round; commit "
        f'{html.escape(about["commit"])}</text></svg>'
    )
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n")
