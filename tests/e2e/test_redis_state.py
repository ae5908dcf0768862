"""Redis that is away, dies, hangs and comes back: nobody notices but us."""

import re
import time

import pytest
from conftest import ROOT, quiet_port, wait_for
from load import Load

SOON_S = 5  # much less than Redis would be silent, on a busy machine too


def degraded(daemon):
    probe = {"content": "a probe that is counted", "test": True}
    return daemon.check(probe)["degraded"]


def wait_for_state(daemon, up):
    """Waits until the state is as said; every request meanwhile is served."""
    wanted = [] if up else ["state"]
    wait_for(f"degraded == {wanted}", lambda: degraded(daemon) == wanted)


def said(daemon, name):
    """Whether that was counted by Redis, and how often he said nothing so far."""
    got = daemon.check({"content": "", "author": {"name": name}})
    repeats = [r["count"] for r in got["reasons"] if r["code"] == "repeat.author"]
    return got["degraded"], (repeats or [1])[0]


def counts(daemon, name):
    """Of three comments of somebody, all of them counted at one place: on a busy
    machine Redis may be late for one, and then the process counts it."""
    for n in range(50):
        answers = [said(daemon, f"{name}, {n}") for _ in range(3)]
        if len({tuple(degraded) for degraded, _ in answers}) == 1:
            break
    return [count for _, count in answers]


def newcomer(daemon, name):
    """The name of somebody that Redis counted once, and never before."""
    for n in range(50):
        degraded, count = said(daemon, f"{name}, {n}")
        assert count == 1
        if degraded == []:
            return f"{name}, {n}"
    pytest.fail("Redis was late each time")


def known(daemon, name):
    """How often Redis saw him, counting now."""
    return wait_for("Redis", lambda: (s := said(daemon, name))[0] == [] and s[1])


def test_absent_at_start(rig):
    redis = rig.redis()
    daemon = rig.daemon("--state", redis.uri).start()
    assert degraded(daemon) == ["state"]
    assert daemon.get("/readyz").json()["state"] == "degraded"
    assert counts(daemon, "while away") == [1, 2, 3]
    redis.start()
    wait_for_state(daemon, up=True)
    assert counts(daemon, "while there") == [1, 2, 3]
    wait_for("readyz", lambda: daemon.get("/readyz").json()["state"] == "up")


def test_killed_and_started_again(rig):
    redis = rig.redis().start()
    daemon = rig.daemon("--state", redis.uri).start()
    wait_for_state(daemon, up=True)
    for round in range(2):
        redis.kill()
        wait_for_state(daemon, up=False)
        assert counts(daemon, f"without {round}") == [1, 2, 3]
        redis.start()
        wait_for_state(daemon, up=True)
        assert counts(daemon, f"with {round}") == [1, 2, 3]
    events = [e["event"] for e in daemon.log()]
    assert "state.down" in events and "state.up" in events


def test_hanging(rig):
    redis = rig.redis().start()
    daemon = rig.daemon("--state", redis.uri).start()
    wait_for_state(daemon, up=True)
    name = newcomer(daemon, "before")
    redis.pause()
    begun = time.monotonic()
    assert degraded(daemon) == ["state"]
    assert time.monotonic() - begun < SOON_S
    assert counts(daemon, "during") == [1, 2, 3]
    redis.resume()
    wait_for_state(daemon, up=True)
    # what Redis counted before is still known
    assert known(daemon, name) >= 2


def test_restarted_empty(rig):
    """A Redis that lost everything starts to count anew."""
    redis = rig.redis().start()
    daemon = rig.daemon("--state", redis.uri).start()
    wait_for_state(daemon, up=True)
    name = newcomer(daemon, "someone")
    often = [known(daemon, name) for _ in range(9)][-1]
    assert often > 9
    redis.kill()
    redis.start()
    wait_for_state(daemon, up=True)
    assert known(daemon, name) < often


def test_two_daemons_share_it(rig):
    """What one replica saw another one knows, given the same secret."""
    redis = rig.redis().start()
    first = rig.daemon("--state", redis.uri).start()
    second = rig.daemon("--state", redis.uri)
    second.var.mkdir(mode=0o700)
    secret = second.var / "secret"
    secret.write_bytes((first.var / "secret").read_bytes())
    secret.chmod(0o600)
    second.start()
    for daemon in (first, second):
        wait_for_state(daemon, up=True)
    name = newcomer(first, "everywhere")
    by_second = known(second, name)
    assert by_second >= 2
    assert known(first, name) > by_second


def test_a_user_with_the_rights_of_the_settings(rig):
    """What docs/settings.md says is enough, and no more than that."""
    settings = (ROOT / "docs/settings.md").read_text()
    user = re.search(r"ACL SETUSER .*", settings)[0].split()
    rights = {word[1:] for word in user if word[0] == "+"}
    port = quiet_port()
    redis = rig.redis().start("--port", str(port), "--bind", "127.0.0.1")
    assert redis.ask(*user) == "OK"
    redis.ask("CONFIG", "RESETSTAT")
    uri = f"redis://moderato:PASSWORD@127.0.0.1:{port}/1"
    daemon = rig.daemon("--state", uri).start()
    wait_for_state(daemon, up=True)
    assert counts(daemon, "somebody") == [1, 2, 3]
    figures = redis.ask("INFO", "commandstats").splitlines()
    used = {figure[len("cmdstat_") :].split(":")[0] for figure in figures[1:]}
    assert rights == used - {"auth", "config|resetstat"}
    assert redis.ask("ACL", "LOG") == ""


def test_under_load(rig):
    """Through all of it no request fails, and none waits for long."""
    redis = rig.redis().start()
    daemon = rig.daemon("--state", redis.uri, "--threads", "2").start()
    with Load(daemon, clients=8, pause_s=0.002) as load:
        load.wait_for(200)
        redis.pause()
        load.wait_for(300)
        redis.resume()
        time.sleep(0.3)
        redis.kill()
        load.wait_for(300)
        redis.start()
        load.wait_for(100)
        wait_for("healed", lambda: load.answers[-1]["degraded"] == [])
        load.wait_for(200)
    assert load.failed == []
    assert any(a["degraded"] == ["state"] for a in load.answers)
    assert load.slowest_s < SOON_S
    assert len(set(load.acked)) == len(load.acked)


def test_the_figures_tell(rig):
    daemon = rig.daemon("--state", rig.redis().uri).start()
    daemon.check({"content": "a remark that is counted"})
    figures = daemon.get("/metrics", admin=True).text
    assert 'moderato_degraded_total{part="state"} 1\n' in figures
    assert 'moderato_up{part="state"} 0\n' in figures
