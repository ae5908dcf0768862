"""Good words before or behind spam do not hide it, and honest comments may have
a sentence that spam has, too."""

import pytest
from test_unfamiliar import score

SPAM = "Check out my channel and subscribe now, I upload new videos every day!"
GOOD = (
    "I saw them live last summer with my sister and we still talk about that evening. "
    "The drums in the second half are so good, and her voice sounds better every year."
)
HONEST = [
    "We drove up to the cabin last weekend and the snow was already gone, which "
    "surprised all of us. My uncle says it used to last until May when he was a boy. "
    "He keeps a small record of the weather in a notebook and he even made a video "
    "about it, so check it out if you like old maps and older men. Anyway, thank you "
    "for the photos, they made me want to go back.",
    "Thanks for the recipe, I made it on Sunday with my kids and we ate all of it "
    "before the soup was on the table. I used a little less salt and let the dough "
    "rest over night. My husband asked whether I could make money with it, ha. Next "
    "time I will try it with rye flour as you wrote in the other post.",
    "This brings back memories of the summer when my brother bought the record. We "
    "played it until the neighbours knocked. Please subscribe to the local paper if "
    "you want it to survive, they wrote about the band when nobody else did. I still "
    "have the ticket somewhere, and the drummer lives two streets from my mother now.",
]


@pytest.mark.parametrize("text", [f"{SPAM} {GOOD}", f"{GOOD} {SPAM}"])
def test_padded_spam_is_rejected_and_says_why(text):
    (got,) = score([{"id": "1", "text": text}])
    assert got["action"] == "reject"
    (why,) = (r for r in got["reasons"] if r["code"] == "padded")
    assert why["weight"] < 0 and why["field"] == "content"
    left_out = text.encode()[why["start"] : why["end"]].decode()
    assert GOOD[:40] in left_out or GOOD[-40:] in left_out
    inside = [r for r in got["reasons"] if r["code"] == "text"]
    assert inside
    for r in inside:
        assert r["end"] <= why["start"] or r["start"] >= why["end"]
    total = got["bias"] + sum(r["weight"] for r in got["reasons"])
    assert total == pytest.approx(got["margin"], abs=1e-6)


def test_one_sentence_does_not_condemn_a_comment():
    """None is rejected; one, that says "Please subscribe", people look at."""
    got = score([{"id": str(i), "text": text} for i, text in enumerate(HONEST)])
    actions = sorted(each["action"] for each in got)
    assert actions in (["publish"] * 3, ["hold", "publish", "publish"])
