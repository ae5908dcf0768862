"""Redis that is away, dies, hangs and comes back: nobody notices but us."""

import time

from conftest import wait_for
from load import Load

HEALED_S = 4.0


def degraded(daemon):
    probe = {"content": "a probe that is counted", "test": True}
    return daemon.check(probe)["degraded"]


def wait_for_state(daemon, up):
    """Waits until the state is as said; every request meanwhile is served."""
    wanted = [] if up else ["state"]
    before = time.monotonic()
    wait_for(f"degraded == {wanted}", lambda: degraded(daemon) == wanted, HEALED_S)
    return time.monotonic() - before


def repeats(daemon, name, times=3):
    """How often the same empty comment was seen, as the answers tell it."""
    answers = [
        daemon.check({"content": "", "author": {"name": name}}) for _ in range(times)
    ]
    found = [r for a in answers for r in a["reasons"] if r["code"] == "repeat.author"]
    return [r["count"] for r in found]


def test_absent_at_start(rig):
    redis = rig.redis()
    daemon = rig.daemon("--state", redis.uri).start()
    assert degraded(daemon) == ["state"]
    assert daemon.get("/readyz").json()["state"] == "degraded"
    assert repeats(daemon, "while away") == [2, 3]
    redis.start()
    wait_for_state(daemon, up=True)
    assert repeats(daemon, "while there") == [2, 3]
    wait_for("readyz", lambda: daemon.get("/readyz").json()["state"] == "up")


def test_killed_and_started_again(rig):
    redis = rig.redis().start()
    daemon = rig.daemon("--state", redis.uri).start()
    wait_for_state(daemon, up=True)
    for round in range(2):
        redis.kill()
        wait_for_state(daemon, up=False)
        assert repeats(daemon, f"without {round}") == [2, 3]
        redis.start()
        wait_for_state(daemon, up=True)
        assert repeats(daemon, f"with {round}") == [2, 3]
    events = [e["event"] for e in daemon.log()]
    assert "state.down" in events and "state.up" in events


def test_hanging(rig):
    redis = rig.redis().start()
    daemon = rig.daemon("--state", redis.uri).start()
    wait_for_state(daemon, up=True)
    assert repeats(daemon, "before", 1) == []
    redis.pause()
    before = time.monotonic()
    assert degraded(daemon) == ["state"]
    assert time.monotonic() - before < 1
    assert repeats(daemon, "during") == [2, 3]
    redis.resume()
    wait_for_state(daemon, up=True)
    # what Redis counted before is still known
    assert repeats(daemon, "before", 1) == [2]


def test_restarted_empty(rig):
    """A Redis that lost everything starts to count anew."""
    redis = rig.redis().start()
    daemon = rig.daemon("--state", redis.uri).start()
    wait_for_state(daemon, up=True)
    assert repeats(daemon, "someone") == [2, 3]
    redis.kill()
    redis.start()
    wait_for_state(daemon, up=True)
    assert repeats(daemon, "someone") == [2, 3]


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
    assert repeats(first, "everywhere", 1) == []
    assert repeats(second, "everywhere", 1) == [2]
    assert repeats(first, "everywhere", 1) == [3]


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
        wait_for("healed", lambda: load.answers[-1]["degraded"] == [], HEALED_S)
        load.wait_for(200)
    assert load.failed == []
    assert any(a["degraded"] == ["state"] for a in load.answers)
    assert load.slowest_s < 1.0
    assert len(set(load.acked)) == len(load.acked)


def test_the_figures_tell(rig):
    daemon = rig.daemon("--state", rig.redis().uri).start()
    daemon.check({"content": "a remark that is counted"})
    figures = daemon.get("/metrics").text
    assert 'moderato_degraded_total{part="state"} 1\n' in figures
    assert 'moderato_up{part="state"} 0\n' in figures
