"""comments:analyze of the Perspective API: requests and their documents."""

import json
import uuid

import pytest
from conftest import FIRST_KEY

PATH = "/v1alpha1/comments:analyze"
FIELD = "type.googleapis.com/google.rpc.BadRequest"
TYPE = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"
INFO = "type.googleapis.com/google.rpc.ErrorInfo"
SPAM = "Make $5000 weekly, ask Mrs Brenda on WhatsApp +1 234 567 8900"
ABUSE = "You are a stupid worthless idiot, shut up you bitch"
FINE = "Thanks, the part on indexes was what I needed."


def ask(text, *attributes, **more):
    asked = {name: {} for name in attributes or ("SPAM", "TOXICITY")}
    return {"comment": {"text": text}, "requestedAttributes": asked, **more}


def analyze(daemon, body, query=f"?key={FIRST_KEY}", **headers):
    return daemon.post(body, path=PATH + query, Authorization="", **headers)


def scores(daemon, body):
    got = analyze(daemon, body)
    assert got.status_code == 200, got.text
    answer = got.json()
    for attribute in answer["attributeScores"].values():
        assert attribute["spanScores"][0]["score"] == attribute["summaryScore"]
    return {
        name: attribute["summaryScore"]["value"]
        for name, attribute in answer["attributeScores"].items()
    }


def stored(daemon, query):
    return daemon.stored(query)[0][0]


def rows(daemon):
    return stored(daemon, "SELECT count(*) FROM comment")


def test_the_scores_are_those_of_the_heads(daemon):
    for text in (SPAM, ABUSE, FINE):
        heads = daemon.check({"content": text, "test": True})["scores"]
        asked = ask(text, doNotStore=True)
        assert scores(daemon, asked) == {
            "SPAM": heads["spam"],
            "TOXICITY": heads["abuse"],
        }


def test_they_tell_apart(daemon):
    fine, spam, abuse = (
        scores(daemon, ask(text, doNotStore=True)) for text in (FINE, SPAM, ABUSE)
    )
    assert spam["SPAM"] > 0.9 > 0.3 > fine["SPAM"]
    assert abuse["TOXICITY"] > 0.9 > 0.5 > fine["TOXICITY"]


@pytest.mark.parametrize("odd", ["\ud800", "\udead", "\0"])
def test_what_is_no_character_is_judged(daemon, odd):
    """The engines publish what is an error."""
    same = scores(daemon, ask(f"{SPAM} \ufffd", doNotStore=True))
    asked = json.dumps(ask(f"{SPAM} {odd}", doNotStore=True)).encode()
    assert scores(daemon, asked) == same


def test_what_is_asked_is_answered(daemon):
    for name in ("SPAM", "TOXICITY"):
        assert list(scores(daemon, ask(FINE, name, doNotStore=True))) == [name]


# name: the request beside ask(FINE), what must be in the answer
SAID = {
    "nothing": ({}, {}),
    "a token": ({"clientToken": "comment:17"}, {"clientToken": "comment:17"}),
    "languages": ({"languages": ["en"]}, {"languages": ["en"]}),
    "a region": ({"languages": ["en-GB"]}, {"languages": ["en-GB"]}),
    "a language twice": ({"languages": ["EN", "en"]}, {"languages": ["EN", "en"]}),
    "no language": ({"languages": []}, {}),
    "null": ({"languages": None, "clientToken": None, "doNotStore": None}, {}),
    "ids": ({"sessionId": "s", "communityId": "c"}, {}),
    "spans": ({"spanAnnotations": True}, {}),
    "an unknown member": ({"context": {"entries": [{"text": "x"}]}}, {}),
}


@pytest.mark.parametrize("name", SAID)
def test_said(daemon, name):
    more, expected = SAID[name]
    got = analyze(daemon, ask(FINE, **more))
    assert got.status_code == 200, got.text
    answer = got.json()
    del answer["attributeScores"]
    assert answer == expected


SPANS = {"ascii": ("hello", 5), "latin": ("h\u00e9llo", 5), "emoji": ("\U0001f600!", 3)}


@pytest.mark.parametrize("name", SPANS)
def test_the_span_is_the_text_in_utf_16(daemon, name):
    text, units = SPANS[name]
    answer = analyze(daemon, ask(text, "SPAM", doNotStore=True)).json()
    span = answer["attributeScores"]["SPAM"]["spanScores"][0]
    assert (span["begin"], span["end"]) == (0, units)


def test_html(daemon):
    text = "a nice post <!-- casino bonus free pills --> indeed"
    heads = daemon.check({"content": text, "format": "html", "test": True})["scores"]
    plain = scores(daemon, ask(text, doNotStore=True))
    body = ask(text, doNotStore=True)
    body["comment"]["type"] = "PLAIN_TEXT"
    assert scores(daemon, body) == plain
    body["comment"]["type"] = "HTML"
    assert scores(daemon, body)["SPAM"] == heads["spam"] != plain["SPAM"]


def test_threshold(daemon):
    body = ask(SPAM, doNotStore=True)
    body["requestedAttributes"]["SPAM"] = {
        "scoreType": "PROBABILITY",
        "scoreThreshold": 0.5,
    }
    body["requestedAttributes"]["TOXICITY"] = {"scoreThreshold": 0.999999}
    assert list(scores(daemon, body)) == ["SPAM"]


def test_it_is_recorded_and_counted(daemon):
    text = f"remark {uuid.uuid4()}"
    before = rows(daemon)
    first = scores(daemon, ask(text))
    assert rows(daemon) == before + 1
    assert first != scores(daemon, ask(text))
    basis = stored(daemon, "SELECT basis FROM comment ORDER BY rowid DESC")
    assert json.loads(basis)["counts"]["text"][0] == 2


def test_do_not_store(daemon):
    text = f"remark {uuid.uuid4()}"
    before = rows(daemon)
    first, second = (scores(daemon, ask(text, doNotStore=True)) for _ in range(2))
    assert first == second == scores(daemon, ask(text))
    assert rows(daemon) == before + 1


def error(got, code, status):
    assert got.status_code == code, got.text
    assert got.headers["Content-Type"] == "application/json"
    error = got.json()["error"]
    assert (error["code"], error["status"]) == (code, status)
    return error


def without(member):
    return {k: v for k, v in ask(FINE).items() if k != member}


def attribute(**how):
    return ask(FINE) | {"requestedAttributes": {"SPAM": how}}


# name: the request, the field that is to blame
MISFITS = {
    "no attributes": (without("requestedAttributes"), "requestedAttributes"),
    "empty attributes": (ask(FINE) | {"requestedAttributes": {}}, "requestedAttributes"),
    "a list of them": (ask(FINE) | {"requestedAttributes": ["SPAM"]}, "requestedAttributes"),
    "a name as attribute": (
        ask(FINE) | {"requestedAttributes": {"SPAM": "yes"}},
        "requestedAttributes",
    ),
    "a type of score": (attribute(scoreType="STD_DEV"), "requestedAttributes.scoreType"),
    "a threshold in words": (
        attribute(scoreThreshold="0.5"),
        "requestedAttributes.scoreThreshold",
    ),
    "the comment a string": (ask(FINE) | {"comment": FINE}, "comment"),
    "the text a number": (ask(FINE) | {"comment": {"text": 5}}, "comment.text"),
    "a type of text": (
        ask(FINE) | {"comment": {"text": "x", "type": "MARKDOWN"}},
        "comment.type",
    ),
    "the type a number": (
        ask(FINE) | {"comment": {"text": "x", "type": 1}},
        "comment.type",
    ),
    "a language": (ask(FINE, languages="en"), "languages"),
    "a number as language": (ask(FINE, languages=[1]), "languages"),
    "a long language": (ask(FINE, languages=["x" * 36]), "languages"),
    "doNotStore in words": (ask(FINE, doNotStore="true"), "doNotStore"),
    "spanAnnotations a number": (ask(FINE, spanAnnotations=1), "spanAnnotations"),
    "a token as a number": (ask(FINE, clientToken=17), "clientToken"),
}


@pytest.mark.parametrize("name", MISFITS)
def test_misfit(daemon, name):
    body, field = MISFITS[name]
    (detail,) = error(analyze(daemon, body), 400, "INVALID_ARGUMENT")["details"]
    assert detail["@type"] == FIELD
    assert [v["field"] for v in detail["fieldViolations"]] == [field]


OTHERS = (
    "SEVERE_TOXICITY IDENTITY_ATTACK INSULT PROFANITY THREAT SEXUALLY_EXPLICIT "
    "FLIRTATION ATTACK_ON_AUTHOR ATTACK_ON_COMMENTER INCOHERENT INFLAMMATORY "
    "LIKELY_TO_REJECT OBSCENE UNSUBSTANTIAL TOXICITY_EXPERIMENTAL spam"
).split()


@pytest.mark.parametrize("name", [*OTHERS, "\u00e9" * 200, ""])
def test_no_score_is_invented(daemon, name):
    for asked in ([name], ["TOXICITY", name]):
        failed = error(analyze(daemon, ask(FINE, *asked)), 400, "INVALID_ARGUMENT")
        violation = failed["details"][0]["fieldViolations"][0]
        assert violation["field"] == "requestedAttributes." + name[:32]
        assert "attributeScores" not in json.dumps(failed)


LANGUAGES = {
    "SPAM": {"en": 1, "id": 1, "ru": 1, "de": 0, "e": 0, "eng": 0, "-": 0},
    "TOXICITY": {"de": 1, "en": 1, "ko": 1, "pt-BR": 1, "zh-Hant": 1, "ru": 0, "fr": 0},
}


@pytest.mark.parametrize("name, language", [(n, t) for n in LANGUAGES for t in LANGUAGES[n]])
def test_language(daemon, name, language):
    got = analyze(daemon, ask(FINE, name, languages=[language], doNotStore=True))
    if LANGUAGES[name][language]:
        assert got.status_code == 200
        return
    failed = error(got, 400, "INVALID_ARGUMENT")
    text = f"Attribute {name} does not support request languages: {language}"
    assert failed["message"] == text
    assert failed["details"] == [
        {
            "@type": TYPE,
            "errorType": "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
            "languageNotSupportedByAttributeError": {
                "attribute": name,
                "requestedLanguages": [language],
            },
        }
    ]


TEXTS = {
    "empty": ({"text": ""}, "COMMENT_EMPTY"),
    "none": ({}, "COMMENT_EMPTY"),
    "null": (None, "COMMENT_EMPTY"),
    "long": ({"text": "x" * 32769}, "COMMENT_TOO_LONG"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_text(daemon, name):
    comment, kind = TEXTS[name]
    failed = error(
        analyze(daemon, ask(FINE) | {"comment": comment}), 400, "INVALID_ARGUMENT"
    )
    assert failed["details"] == [{"@type": TYPE, "errorType": kind}]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"5", b'{"a":1,"a":2}', b"\xff"])
def test_unreadable(daemon, body):
    failed = error(analyze(daemon, body), 400, "INVALID_ARGUMENT")
    assert failed["message"].startswith("Invalid JSON payload received")


# name: query, headers, status and reason of the answer
KEYS = {
    "none": ("", {}, 403, None),
    "empty": ("?key=", {}, 403, None),
    "under another name": (f"?apikey={FIRST_KEY}", {}, 403, None),
    "as a bearer": ("", {"Authorization": f"Bearer {FIRST_KEY}"}, 403, None),
    "wrong": ("?key=" + "x" * 20, {}, 400, "API_KEY_INVALID"),
    "cut": (f"?key={FIRST_KEY[:-1]}", {}, 400, "API_KEY_INVALID"),
    "wrong in the header": ("", {"x-goog-api-key": "x"}, 400, "API_KEY_INVALID"),
    "the header": ("", {"x-goog-api-key": FIRST_KEY}, 200, None),
    "the query": (f"?key={FIRST_KEY}", {}, 200, None),
    "first": (f"?key={FIRST_KEY}&alt=json", {}, 200, None),
    "last": (f"?alt=json&&key={FIRST_KEY}", {}, 200, None),
    "both": (f"?key={FIRST_KEY}", {"x-goog-api-key": "x"}, 200, None),
}


@pytest.mark.parametrize("name", KEYS)
def test_key(daemon, name):
    query, headers, status, reason = KEYS[name]
    body = daemon.encode(ask(FINE, doNotStore=True))
    got = daemon.session.post(daemon.url(PATH + query), data=body, headers=headers)
    assert got.status_code == status, got.text
    if status == 200:
        return
    failed = error(got, status, "PERMISSION_DENIED" if status == 403 else "INVALID_ARGUMENT")
    details = failed.get("details", [{"@type": INFO, "reason": None}])
    assert [(d["@type"], d["reason"]) for d in details] == [(INFO, reason)]


def test_scope(rig):
    daemon = rig.daemon().start()
    daemon.add_key("only-feedback-0001", "feedback")
    got = analyze(daemon, ask(FINE), query="?key=only-feedback-0001")
    failed = error(got, 403, "PERMISSION_DENIED")
    assert failed["details"][0]["reason"] == "API_KEY_SERVICE_BLOCKED"


def test_without_a_model(rig, tmp_path):
    daemon = rig.daemon(model=tmp_path / "none").start()
    got = analyze(daemon, ask(FINE))
    assert error(got, 503, "UNAVAILABLE")
    assert rows(daemon) == 0


def test_keys_are_not_logged(rig):
    daemon = rig.daemon("--log-level", "debug").start()
    assert analyze(daemon, ask(FINE)).status_code == 200
    assert analyze(daemon, b"{").status_code == 400
    assert daemon.end() == 0
    assert FIRST_KEY not in daemon.err.read_text() + daemon.out.read_text()
