"""Requests that wait do not hold up those that need not."""

import contextlib

from conftest import PATIENCE_S
from gauge import Gauge
from paced import Paced, check, forever, request

FREE = ["--limit-author", "0", "--limit-ip", "0", "--limit-sign-ins", "0"]
PLAIN = [request("GET", "/livez", key=None)]
WORST_MS = 250
PASSWORD = {"name": "nobody", "password": "guessed-0123456789"}
BATCH = {"comments": [{"content": f"A remark about page {n}."} for n in range(50)]}


def test_plain_requests_beside_those_that_wait(rig, budget):
    """For the disk, for a password to be hashed, for events that never come."""
    daemon = rig.daemon(*FREE, "--threads", "2").start()
    rate, seconds = budget.of((100, 2), (500, 30))
    plain = [
        Gauge(daemon, rate, requests=PLAIN, port=port)
        for port in (daemon.port, daemon.admin_port)
    ]
    calm = plain[0].measure(budget.of(1, 5))
    streams = [daemon.session.get(
        daemon.url("/v1/events", admin=n % 2 == 0), stream=True, timeout=PATIENCE_S,
        headers={"Authorization": f"Bearer {daemon.key}"}) for n in range(16)
    ]  # fmt: skip
    # of these up to eight are hashed in turn, and the others refused
    sign_in = {"in": request("POST", "/v1/session", PASSWORD, None)}
    slow = [
        Paced(daemon.admin_port, forever(sign_in), budget.of(20, 40), 12),
        Paced(daemon.port, forever({"put": check("A remark, kept.")}), rate, 64),
        Paced(daemon.port, forever({"batch": request(
            "POST", "/v1/comments:batch", BATCH)}), budget.of(5, 20), 4),
    ]  # fmt: skip
    with contextlib.ExitStack() as stack, budget.quiet(rig) as quiet:
        for each in slow:
            stack.enter_context(each)
        told = [g.read(p) for g, p in [(g, g.start(seconds)) for g in plain]]
    for s in streams:
        s.close()
    assert [f for each in slow for f in each.failed] == []
    assert all(set(each.statuses()) == {200} for each in slow[1:])
    assert {401, 503} >= set(slow[0].statuses()) >= {401}
    worst_ms = max(t["max_us"] for t in told) / 1000
    budget.tell(
        plain=sum(t["total"] for t in told),
        waiting=sum(len(each.answers) for each in slow),
        sign_ins=dict(slow[0].statuses()),
        calm_p99_ms=calm["p99_us"] / 1000,
        p99_ms=[t["p99_us"] / 1000 for t in told],
    )
    # those without an answer at the end wait no longer either
    unanswered = max(t["behind"] for t in told)
    most = 1 + rate * WORST_MS // 1000
    quiet.promise(worst_ms=(worst_ms, WORST_MS), unanswered=(unanswered, most))
    assert worst_ms < 5000 and unanswered < 5 * rate
