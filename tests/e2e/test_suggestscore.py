"""comments:suggestscore of the Perspective API: what a score should have been."""

import json

import pytest
from conftest import FIRST_KEY, NO_LIMITS

PATH = "/v1alpha1/comments:suggestscore"
CHECK = "check-only-key-01"
BAD = "Buy cheap viagra pills at http://pills.example you stupid worthless idiot"
FINE = "I grew up two streets from there and the bakery is still the same."


@pytest.fixture
def d(rig):
    return rig.daemon(*NO_LIMITS).start()


def score(value):
    return {"summaryScore": {"value": value, "type": "PROBABILITY"}}


def ask(text, more=None, **scores):
    scores = {name: score(value) for name, value in scores.items()}
    return {"comment": {"text": text}, "attributeScores": scores, **(more or {})}


def suggest(d, body, query=f"?key={FIRST_KEY}"):
    return d.post(body, path=PATH + query, Authorization="")


def rows(d):
    return [kind for kind, in d.stored("SELECT kind FROM decision ORDER BY rowid")]


@pytest.mark.parametrize(
    "scores,kind,action",
    [
        ({"SPAM": 1}, "spam", "reject"),
        ({"SPAM": 0.5}, "spam", "reject"),
        ({"SPAM": 0.49}, "approve", "publish"),
        ({"SPAM": 0}, "approve", "publish"),
        ({"TOXICITY": 0.9}, "abuse", "reject"),
        ({"TOXICITY": 0.1}, "approve", "publish"),
        ({"SPAM": 0.1, "TOXICITY": 0.9}, "abuse", "reject"),
        ({"SPAM": 0.9, "TOXICITY": 0.9}, "spam", "reject"),
    ],
)
def test_what_it_says(d, scores, kind, action):
    id_ = d.check({"content": FINE})["id"]
    got = suggest(d, ask(FINE, **scores))
    assert got.status_code == 200, got.text
    assert got.json() == {}
    assert rows(d) == [kind]
    (entry,) = d.get(f"/v1/comments/{id_}").json()["history"]
    assert entry["decision"] == kind and entry["actor"] == "engine"
    assert d.check({"content": FINE})["action"] == action


@pytest.mark.parametrize(
    "text,suggested,shown",
    [
        (FINE, {"SPAM": 1}, {"SPAM": 1}),
        (FINE, {"TOXICITY": 1}, {"TOXICITY": 1}),
        (BAD, {"SPAM": 0}, {"SPAM": 0, "TOXICITY": 0}),
        (BAD, {"TOXICITY": 0.2}, {"SPAM": 0, "TOXICITY": 0}),
    ],
)
def test_what_was_suggested_shows(d, text, suggested, shown):
    before = d.analyzed(text)
    assert before.items() & shown.items() == set()
    assert suggest(d, ask(text, **suggested)).status_code == 200
    assert d.analyzed(text) == before | shown


@pytest.mark.parametrize(
    "text,effect,shown",
    [
        (FINE, "block", {"SPAM": 1, "TOXICITY": 1}),
        (FINE, "hold", {}),
        (FINE, "allow", {"SPAM": 0, "TOXICITY": 0}),
        (BAD, "hold", {}),
        (BAD, "allow", {"SPAM": 0, "TOXICITY": 0}),
    ],
)
def test_what_is_listed_shows(d, text, effect, shown):
    before = d.analyzed(text)
    phrase = " ".join(text.split()[:3])
    done = d.command("list", "add", phrase, "--effect", effect, "--site", "default")
    assert done.returncode == 0, done.stderr
    assert d.analyzed(text) == before | shown


def test_a_text_that_was_never_seen(d):
    assert suggest(d, ask(FINE, SPAM=1)).status_code == 200
    assert d.check({"content": FINE})["action"] == "reject"
    d.end()
    d.start()
    assert d.check({"content": FINE})["action"] == "reject"


def test_what_comes_back(d):
    more = {"clientToken": "t-1 \u20ac", "languages": ["de-AT", "xx"]}
    more |= {"communityId": "blog.example/post", "sessionId": "s"}
    got = suggest(d, ask(FINE, more, SPAM=0))
    assert got.json() == {
        "clientToken": more["clientToken"],
        "requestedLanguages": ["de-AT", "xx"],
    }


def test_nothing_is_kept(d):
    got = suggest(d, ask(FINE, {"doNotStore": True, "clientToken": "t"}, SPAM=1))
    assert got.json() == {"clientToken": "t"}
    assert rows(d) == []
    assert d.check({"content": FINE})["action"] == "publish"


def test_parts_of_a_text(d):
    spans = [{"begin": 0, "end": 5, "score": {"value": v}} for v in (0.1, 0.8, 0.2)]
    body = ask(FINE) | {"attributeScores": {"TOXICITY": {"spanScores": spans}}}
    assert suggest(d, body).status_code == 200
    assert rows(d) == ["abuse"]


@pytest.mark.parametrize(
    "scores,says",
    [
        ({}, "attributeScores"),
        ([], "attributeScores"),
        (None, "attributeScores"),
        ({"INSULT": score(1)}, "Attribute INSULT is not supported"),
        ({"SPAM": score(1), "THREAT": score(1)}, "Attribute THREAT is not supported"),
        ({"SPAM": {}}, "a value from 0 to 1"),
        ({"SPAM": score(None)}, "a value from 0 to 1"),
        ({"SPAM": score("1")}, "a value from 0 to 1"),
        ({"SPAM": score(1.01)}, "a value from 0 to 1"),
        ({"SPAM": score(-0.1)}, "a value from 0 to 1"),
        ({"SPAM": 1}, "a value from 0 to 1"),
        ({"SPAM": {"spanScores": []}}, "a value from 0 to 1"),
        ({"SPAM": {"spanScores": [{"score": {}}]}}, "a value from 0 to 1"),
        ({"SPAM": {"spanScores": [5]}}, "a value from 0 to 1"),
    ],
)
def test_what_does_not_fit(daemon, scores, says):
    got = suggest(daemon, ask(FINE) | {"attributeScores": scores})
    assert got.status_code == 400
    error = got.json()["error"]
    assert says in error["message"] and error["status"] == "INVALID_ARGUMENT"
    assert error["details"][0]["fieldViolations"][0]["field"].startswith("attribute")
    assert rows(daemon) == []


def test_a_comment_is_needed(daemon):
    for comment in ({}, {"text": ""}, {"text": "x" * 40000}):
        got = suggest(daemon, ask(FINE, SPAM=1) | {"comment": comment})
        assert got.status_code == 400, comment
    assert rows(daemon) == []


def test_a_key_is_needed(daemon):
    daemon.add_key(CHECK, "check")
    for query, status in (("", 403), ("?key=wrong", 400), (f"?key={CHECK}", 403)):
        got = suggest(daemon, ask(FINE, SPAM=1), query)
        assert got.status_code == status
        assert json.loads(got.content)["error"]["code"] == status
    assert rows(daemon) == []


def test_without_a_model_it_is_a_decision_all_the_same(rig):
    d = rig.daemon(model="no-such-model")
    d.start()
    assert suggest(d, ask(FINE, SPAM=1)).status_code == 200
    assert rows(d) == ["spam"]
