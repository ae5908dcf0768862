"""The clock may jump: nobody is let in longer, waits longer, or loses data."""

import contextlib
import datetime
import json
import pathlib
import re
import time

import pytest
from conftest import Daemon, wait_for, well_within
from people import Person, enter, first_link
from receiver import Receiver

LIBRARY = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
LIMIT = 4  # comments of an author and hour
JUMPS = ["+1", "-1", "+1h", "-1h", "+1d", "-1d", "+10y", "-10y"]
# what comes next is new: 2^31 seconds, and days that not all years have
DATES = ["2038-01-19T03:14:07", "2028-02-28T23:59:59", "2028-02-29T23:59:59"]
HOUR_S = 3600
WEBHOOK_S = 25

pytestmark = pytest.mark.skipif(LIBRARY is None, reason="libfaketime is not there")


class Faked(Daemon):
    """A daemon whose wall clock is set by a file; its monotonic one may be, too."""

    def __init__(self, folder, *flags, monotonic_too=False):
        super().__init__(folder, *flags)
        self.clock = self.folder / "clock"
        self.monotonic_too = monotonic_too
        self.set_clock("+0")

    def environment(self):
        return super().environment() | {
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(self.clock),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "01"[not self.monotonic_too],
        }

    def set_clock(self, ahead):
        """As faketime takes it: how far ahead it is from now on."""
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(ahead + "\n")
        fresh.rename(self.clock)

    def set_date(self, date, ahead_s):
        """It will be that date in so many seconds."""
        then = datetime.datetime.fromisoformat(date + "+00:00").timestamp()
        self.set_clock(f"{then - ahead_s - time.time():+.3f}")


def faked(rig, *flags, **more):
    d = Faked(rig.place(), *flags, **more)
    rig.made.append(d)
    return d.start()


def at_limit(verdict):
    return any(r["code"] == "limit" for r in verdict["reasons"])


def write_often(daemon, times=LIMIT + 3):
    """Comments of one author: their ids, and how many were within the limit."""
    comment = {"content": "a remark about bicycles", "author": {"name": "Ann"}}
    got = [daemon.post(comment) for _ in range(times)]
    assert [g.status_code for g in got] == [200] * times
    for g in got:
        assert 1 <= int(re.search(r";t=(\d+)", g.headers["RateLimit"])[1]) <= HOUR_S
    verdicts = [g.json() for g in got]
    return [v["id"] for v in verdicts], sum(not at_limit(v) for v in verdicts)


@pytest.mark.parametrize("monotonic_too", [False, True], ids=["wall", "both"])
def test_comments_are_judged_whatever_the_clock_says(rig, budget, monotonic_too):
    well_within(HOUR_S, 120)
    limits = ["--limit-author", str(LIMIT), "--flood", "0"]
    daemon = faked(rig, *limits, monotonic_too=monotonic_too)
    ids, young, windows = [], [], 0
    clocks = [value for jump in JUMPS for value in (jump, "+0")]
    for clock in ["+0", *clocks]:
        daemon.set_clock(clock)
        # by the other clock connections may have been idle for years
        daemon.session.close()
        new, within = write_often(daemon)
        assert within <= LIMIT, f"{within} at {clock}"
        assert windows or within == LIMIT  # the first has all of it
        ids += new
        windows += within > 0
        if monotonic_too and clock == "+10y":
            young = []  # by all clocks they are old, and may go
        # what came in 2016 is ten years old when the clock is right again
        young += new if clock != "-10y" else []
    assert len(set(ids)) == len(ids)
    for kept in young:
        assert daemon.get(f"/v1/comments/{kept}").status_code == 200
    assert daemon.end() == 0
    budget.tell(jumps=len(clocks), windows=windows)


def times_around(daemon, date, ahead_s):
    """As comments have them, from so long before that second until after it."""
    daemon.set_date(date, ahead_s)
    times = []
    while len(times) < 2 or times[-1][1] <= f"{date}.999Z":
        kept = daemon.check({"content": f"it is {len(times)}"})["id"]
        item = daemon.get(f"/v1/comments/{kept}").json()
        times.append((kept[:10], item["received_at"]))
        time.sleep(0.2)
    return times


def test_odd_dates_are_dates(rig):
    """Times before and after are in order, in ids too."""
    daemon = faked(rig, "--limit-author", "0")
    for date in DATES:
        for ahead_s in (1, 4, 16, 64):  # a busy machine may need so long
            times = times_around(daemon, date, ahead_s)
            assert times == sorted(times)
            if times[0][1] < f"{date}.999Z":
                break
        assert times[0][1] < f"{date}.999Z" < times[-1][1]
    assert daemon.end() == 0


def test_limits_of_keys_go_by_what_went_by(rig, budget):
    daemon = faked(rig, "--limit-key", "3")
    waits = []
    got = [daemon.post({"content": "hello"}) for _ in range(8)]
    taken = sum(g.status_code == 200 for g in got)
    begun = time.monotonic()
    for jump in JUMPS:
        daemon.set_clock(jump)
        got = [daemon.post({"content": "hello"}) for _ in range(3)]
        taken += sum(g.status_code == 200 for g in got)
        waits += [int(g.headers["Retry-After"]) for g in got if g.status_code == 429]
    # three a minute: one more each twenty seconds
    assert taken <= 3 + 1 + (time.monotonic() - begun) / 20
    assert waits and all(1 <= wait <= 60 for wait in waits)
    budget.tell(taken=taken, wait_max_s=max(waits))


# A session ends after twelve hours unused and after a week; the clock that it
# is used by next says which jumps it outlives.
SESSIONS = [
    ("+1", True),
    ("-1", True),
    ("+1h", True),
    ("-1h", False),  # nobody knows how long ago it was
    ("+1d", False),
    ("-1d", False),
    ("+10y", False),
    ("-10y", False),
]


def test_sessions_are_not_longer_than_promised(rig):
    daemon = faked(rig, "--limit-sign-ins", "0")
    person = enter(daemon, link=first_link(daemon))
    assert person.choose("ann.b").status_code == 200
    for jump, lives in SESSIONS:
        daemon.set_clock("+0")
        person = enter(daemon, name="ann.b", password="correct horse battery")
        daemon.set_clock(jump)
        got = person.ask("GET", "/v1/session").status_code
        assert got == (200 if lives else 401), jump


def test_links_are_not_longer_than_promised(rig):
    """A one-time link holds for a day, by a clock that did not go back."""
    daemon = faked(rig, "--limit-sign-ins", "0")
    link = first_link(daemon)
    for clock, holds in [("+1d", False), ("-1h", False), ("-1", True)]:
        daemon.set_clock(clock)
        got = Person(daemon).sign_in(link=link)
        assert (got.status_code == 200) == holds, clock


@pytest.fixture
def keeping_a_day(rig):
    """What it keeps for a day, it has had for a second."""
    daemon = faked(rig)
    order = {"settings": {"retention_days": 1}}
    got = daemon.operate("PATCH", "/v1/sites/default", order)
    assert got.status_code == 200, got.text
    return daemon


def test_retention_does_not_believe_a_clock_that_jumps(keeping_a_day):
    daemon = keeping_a_day
    kept = [daemon.check({"content": f"remark {i}"})["id"] for i in range(5)]
    for jump, pauses in [("+23h", 0), ("+10d", 1), ("-10y", 1), ("+0", 0)]:
        daemon.set_clock(jump)
        wait_for(
            f"paused == {pauses} at {jump}",
            lambda: daemon.metric("moderato_retention_paused") == pauses,
        )
        time.sleep(1.2)  # a chore a second
        for one in kept:
            assert daemon.get(f"/v1/comments/{one}").status_code == 200, jump
    events = [e["event"] for e in daemon.log()]
    assert events.count("retention.paused") == 1
    assert events.count("retention.goes_on") == 1


def test_retention_doubts_a_clock_that_is_far_off_at_the_start(keeping_a_day):
    """As on a machine without a battery, until its clock is set."""
    daemon = keeping_a_day
    kept = [daemon.check({"content": f"remark {i}"})["id"] for i in range(5)]
    assert daemon.end() == 0
    daemon.set_clock("+10y")
    daemon.start()
    wait_for("it is doubted", lambda: daemon.metric("moderato_retention_paused"))
    time.sleep(1.2)  # a chore a second
    daemon.set_clock("+0")
    wait_for("it is not", lambda: not daemon.metric("moderato_retention_paused"))
    for one in kept:
        assert daemon.get(f"/v1/comments/{one}").status_code == 200


def teach(daemon, key, n):
    rows = [
        {"text": f"hello, it says number {i}", "label": ("spam", "ham")[i % 2]}
        for i in range(n)
    ]
    body = "\n".join(json.dumps(row) for row in rows)
    daemon.session.close()  # by the other clock it may have been idle for days
    assert daemon.post(body.encode(), path="/v1/labels", key=key).ok


def kept_of_lessons(daemon, key):
    """How many texts there are, and how many the site's model learned."""
    daemon.session.close()
    labels = daemon.get("/v1/labels", key=key).content.splitlines()
    return len(labels), daemon.get("/v1/adaptation", key=key).json()["labels"]


def test_lessons_end_with_their_texts(rig):
    """On a site where nobody decides any more, too."""
    quiet, other = "key-of-the-quiet", "key-of-the-other"
    daemon = faked(rig, monotonic_too=True)
    for key in (quiet, other):
        daemon.add_site(key[-5:], key)
    teach(daemon, quiet, 20)
    wait_for("the lesson", lambda: kept_of_lessons(daemon, quiet) == (20, 20))
    daemon.set_clock("+91d")
    wait_for("retention", lambda: kept_of_lessons(daemon, quiet)[0] == 0)
    daemon.set_clock("+93d")
    teach(daemon, other, 1)  # who waits by a faked clock has to be woken
    wait_for("its end", lambda: kept_of_lessons(daemon, quiet) == (0, 0))


def test_webhooks_hold_up_no_end_whatever_the_clock_says(rig):
    """A delivery may take longer than the end waits for it."""
    daemon = faked(rig, "--webhook-hosts", "127.0.0.1", "--webhook-seconds", str(WEBHOOK_S))
    daemon.set_clock("+1h")
    with contextlib.closing(Receiver()) as receiver:
        got = daemon.operate("POST", "/v1/webhooks?site=default", {"url": receiver.url("/hang")})
        assert got.status_code == 201, got.text
        path = f"/v1/webhooks/{got.json()['id']}:test?site=default"
        assert daemon.operate("POST", path).status_code == 202
        wait_for("request", lambda: receiver.got)
        begun = time.monotonic()
        assert daemon.end() == 0
        assert time.monotonic() - begun < WEBHOOK_S - 5
