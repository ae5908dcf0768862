"""Guessing a password or a token: how often one may, and what that tells."""

import json
import statistics
import subprocess
import time

import pytest
from conftest import BUILD
from people import PASSWORD, Person, enter, invite

LEAKS = 4.5  # Welch's t beyond which two times are not the same
MINUTES_15 = 15 * 60


def test_a_refusal_takes_as_long_wherever_it_is_wrong(budget):
    """At the first byte or at the last one; a comparison that leaks shows."""
    trials = budget.of(100_000, 1_000_000)
    worst, leak = {}, 0
    for _ in range(10):  # noise comes and goes, a leak does not
        done = subprocess.run(
            [BUILD / "tests/torture/timing", str(trials)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        told = {row["what"]: abs(row["t"]) for row in map(json.loads, done.stdout.splitlines())}
        leak = told.pop("leak")
        worst = {k: min(v, worst.get(k, v)) for k, v in told.items()}
        if max(worst.values()) < LEAKS:
            break
    budget.tell(trials=trials, t_leak=leak, **{f"t_{k}": v for k, v in worst.items()})
    assert leak > LEAKS, "nothing would show"
    assert max(worst.values()) < LEAKS


def guess(daemon, name, n):
    return [
        Person(daemon).sign_in(name=name, password=f"wrong {i}").status_code
        for i in range(n)
    ]


@pytest.mark.parametrize("state", ["memory", "redis+unix:/nowhere/redis.sock"])
def test_wrong_passwords_lock_by_name_and_address(rig, budget, state):
    """Whatever is the matter with Redis: the counts are the process's own."""
    n = budget.of(200, 1000)
    daemon = rig.daemon("--state", state, "--limit-sign-ins", "10")
    daemon.start()
    invite(daemon, "target", "viewer", "default")
    start = time.monotonic()
    codes = guess(daemon, "target", n)
    took = time.monotonic() - start
    # one more may drop out of the window for each 90 s
    may = 10 + int(took / (MINUTES_15 / 10)) + 1
    assert codes.count(401) <= may and set(codes) == {401, 429}
    locked = Person(daemon).sign_in(name="target", password=PASSWORD)
    assert locked.status_code == 429 and int(locked.headers["Retry-After"]) > 0
    # one address, whatever the names
    others = [guess(daemon, f"name{i}", 1)[0] for i in range(40)]
    assert others.count(401) <= 2 * may and others[-1] == 429
    budget.tell(tries=n, hashed=codes.count(401))


def time_to_refuse(daemon, name, answers):
    start = time.monotonic()
    got = Person(daemon).sign_in(name=name, password="wrong password")
    took_s = time.monotonic() - start
    answer = got.json()
    del answer["request_id"]
    answers.add((got.status_code, json.dumps(answer, sort_keys=True)))
    return took_s


def test_an_unknown_name_is_told_nothing_else(rig, budget):
    """The same words, and the same time: hashed all the same. By quartiles, as
    what others do on the machine makes times longer, never shorter."""
    tries, alike = budget.of((20, 0.25), (400, 0.05))
    daemon = rig.daemon("--limit-sign-ins", "0").start()
    invite(daemon, "known", "viewer", "default")
    took, answers = {"known": [], "unknown": []}, set()
    for n in range(tries):
        # in turns, and each as often right after the other
        for name in sorted(took, reverse=n % 2):
            took[name].append(time_to_refuse(daemon, name, answers))
    assert len(answers) == 1
    known, unknown = (statistics.quantiles(t)[0] for t in took.values())
    apart = abs(known - unknown) / max(known, unknown)
    budget.tell(
        tries=tries,
        known_ms=round(1e3 * known, 1),
        unknown_ms=round(1e3 * unknown, 1),
        apart=round(apart, 3),
    )
    assert unknown > 0.02 and apart < alike


def test_a_session_is_new_at_each_sign_in(rig):
    """What a cookie was before does not come to be somebody's; nor after."""
    daemon = rig.daemon("--limit-sign-ins", "0").start()
    person = invite(daemon, "fixed", "viewer", "default")
    planted = "a" * 52
    fixed = Person(daemon)
    fixed.cookie = planted
    got = fixed.ask("POST", "/v1/session", {"name": "fixed", "password": PASSWORD})
    assert got.status_code == 200 and planted not in got.headers["Set-Cookie"]
    stale = Person(daemon)
    stale.cookie, stale.csrf = planted, person.csrf
    assert stale.ask("GET", "/v1/session").status_code == 401
    again = enter(daemon, name="fixed", password=PASSWORD)
    assert again.cookie != person.cookie and again.csrf != person.csrf
    # who signs out is out, the others of the same name are not
    again.ask("DELETE", "/v1/session")
    assert again.ask("GET", "/v1/session").status_code == 401
    assert person.ask("GET", "/v1/session").status_code == 200
    # and a new role holds from the next request on
    assert person.ask("GET", "/v1/keys").status_code == 403
    daemon.operate("PATCH", "/v1/users/fixed", {"role": "admin", "sites": ["default"]})
    assert person.ask("GET", "/v1/keys").status_code == 200
    daemon.operate("DELETE", "/v1/users/fixed")
    assert person.ask("GET", "/v1/session").status_code == 401
