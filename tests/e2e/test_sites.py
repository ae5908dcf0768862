"""Sites of one installation: none sees or counts what another has."""
import pytest

OTHER_KEY = "other-site-key"
TEXT = "Our new opening hours are from nine to five, every day but Sunday."


@pytest.fixture(scope="module")
def daemon(shared_rig):
    d = shared_rig.daemon().start()
    d.end()
    done = d.command("site", "add", "other")
    assert (done.returncode, done.stdout.split()) == (0, ["2", "other"])
    d.add_key(OTHER_KEY, "check,moderate", site="other")
    return d.start()


def codes(verdict):
    return {r["code"]: r for r in verdict["reasons"]}


def test_records_are_apart(daemon):
    here = daemon.check({"content": TEXT})
    there = daemon.check({"content": TEXT}, key=OTHER_KEY)
    assert daemon.get(f"/v1/comments/{here['id']}").status_code == 200
    assert daemon.get(f"/v1/comments/{there['id']}").status_code == 404
    path = f"/v1/comments/{here['id']}"
    assert daemon.get(path, key=OTHER_KEY).status_code == 404


def test_counts_are_apart(daemon):
    comment = {"content": "", "author": {"name": "jammy", "ip": "192.0.2.9"}}
    for _ in range(3):
        here = daemon.check(comment)
    assert codes(here)["repeat.author"]["count"] == 3
    there = daemon.check(comment, key=OTHER_KEY)
    assert "repeat.author" not in codes(there)


def test_answers_by_idempotency_key_are_apart(daemon):
    here = daemon.post({"content": TEXT}, Idempotency_Key="once")
    there = daemon.post({"content": TEXT}, key=OTHER_KEY, Idempotency_Key="once")
    assert here.json()["id"] != there.json()["id"]


@pytest.mark.parametrize(
    "arguments, code",
    [
        (["add"], 2),
        (["add", ""], 2),
        (["add", "--name"], 2),
        (["add", "x" * 65], 2),
        (["add", "two\nlines"], 2),
        (["remove", "x"], 2),
        ([], 2),
    ],
)
def test_wrong_usage(rig, arguments, code):
    done = rig.daemon().command("site", *arguments)
    assert done.returncode == code
    assert "usage: moderatod site" in done.stderr


def test_a_name_is_taken_once(rig):
    d = rig.daemon()
    assert d.command("site", "add", "blog").returncode == 0
    again = d.command("site", "add", "blog")
    assert again.returncode == 1 and "there is one already" in again.stderr
    assert d.command("site", "list").stdout.split() == ["1", "blog"]


def test_the_service_holds_the_store(daemon):
    done = daemon.command("site", "list")
    assert done.returncode == 1 and "moderatod site: " in done.stderr
