"""Requests that wait do not hold up those that need not."""

import time

from conftest import PATIENCE_S
from paced import Paced, check, forever, p99_ms, request

FREE = ["--limit-author", "0", "--limit-ip", "0", "--limit-sign-ins", "0"]
PLAIN = {"live": request("GET", "/livez", key=None)}
PASSWORD = {"name": "nobody", "password": "guessed-0123456789"}
BATCH = {"comments": [{"content": f"A remark about page {n}."} for n in range(50)]}


def test_plain_requests_beside_those_that_wait(rig, budget):
    """For the disk, for a password to be hashed, for events that never come."""
    daemon = rig.daemon(*FREE, "--threads", "2").start()
    rate, seconds = budget.of((100, 2), (500, 30))
    with Paced(daemon.port, forever(PLAIN), rate) as calm:
        time.sleep(budget.of(1, 5))
    streams = [daemon.session.get(
        daemon.url("/v1/events", admin=n % 2 == 0), stream=True, timeout=PATIENCE_S,
        headers={"Authorization": f"Bearer {daemon.key}"}) for n in range(20)
    ]  # fmt: skip
    # of these up to eight are hashed in turn, and the others refused
    sign_in = {"in": request("POST", "/v1/session", PASSWORD, None)}
    slow = [
        Paced(daemon.admin_port, forever(sign_in), budget.of(20, 40), 12),
        Paced(daemon.port, forever({"put": check("A remark, kept.")}), rate, 64),
        Paced(daemon.port, forever({"batch": request(
            "POST", "/v1/comments:batch", BATCH)}), budget.of(5, 20), 4),
    ]  # fmt: skip
    plain = [
        Paced(daemon.port, forever(PLAIN), rate),
        Paced(daemon.admin_port, forever(PLAIN), rate),
    ]
    everything = [*slow, *plain]
    for each in everything:
        each.__enter__()
    time.sleep(seconds)
    for each in everything:
        each.stop()
    for s in streams:
        s.close()
    assert [f for each in everything for f in each.failed] == []
    assert all(set(each.statuses()) == {200} for each in (*slow[1:], *plain))
    assert {401, 503} >= set(slow[0].statuses()) >= {401}
    worst_s = [max(each.seconds()) for each in plain]
    budget.tell(
        plain=sum(len(each.answers) for each in plain),
        waiting=sum(len(each.answers) for each in slow),
        sign_ins=dict(slow[0].statuses()),
        calm_p99_ms=p99_ms(calm.seconds()),
        p99_ms=[p99_ms(each.seconds()) for each in plain],
        worst_ms=[round(1000 * s, 1) for s in worst_s],
    )
    assert max(worst_s) < 5
