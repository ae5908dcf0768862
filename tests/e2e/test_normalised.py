"""A comment as the model reads it."""

import pytest

CASES = {
    "FREE \u0441\u0430sino": "free casino",
    "v\u200bi\u00ada\u202egra": "viagra",
    "c a s i n o  here": "casino here",
    "see http://Shop.example/x?y=1 now": "see \u27e8link\u27e9shop example x y 1 now",
    "": "",
}


@pytest.mark.parametrize("content", CASES)
def test_content(daemon, content):
    id = daemon.check({"content": content, "author": {"name": "\uff21nn"}})["id"]
    got = daemon.get(f"/v1/comments/{id}/normalised").json()
    assert got == {"content": CASES[content], "author": {"name": "ann"}}


def test_html_loses_its_tags(daemon):
    id = daemon.check({"content": "<b>Hi</b> &#1072;ll", "format": "html"})["id"]
    assert daemon.get(f"/v1/comments/{id}/normalised").json()["content"] == "hi all"


def test_of_another_site(daemon):
    assert (
        daemon.get("/v1/comments/01ARZ3NDEKTSV4RRFFQ69G5FAV/normalised").status_code
        == 404
    )
