"""T1: who tries one disguise after the other learns a bit from each, and soon
nothing more."""

import random

import pytest
from conftest import FIRST_KEY, PATIENCE_S, well_within

QUERIES = 1000
LIMIT = 60  # the default of --limit-ip
SPAM = [
    "Cheap viagra and cialis, best price: http://pills.example/order",
    "I made $5000 last week from home, join here: http://money.example/go",
    "Hot casino bonus, 200 free spins today only http://spin.example/",
    "Buy followers and likes, fast delivery, visit http://likes.example",
    "Hack any account, contact me on telegram @fasthacker http://hack.example",
]
GOOD = (
    "thanks for writing this I had the same question last winter and your second"
    " example finally made it clear to me what the author meant by it although"
    " my neighbour still says that the older edition of the book was better"
).split()
LOOKALIKES = str.maketrans("aceopxyi", "асеорхуі")
GOOD_COMMENT = "My neighbour had the same question, and the second example helped."


def pad(text, dice):
    words = " ".join(dice.choices(GOOD, k=dice.randint(1, 30)))
    return f"{text} {words}" if dice.random() < 0.5 else f"{words} {text}"


def swap_letters(text, dice):
    """In a word that is no link."""
    words = text.split(" ")
    at = dice.randrange(len(words))
    if "http" not in words[at]:
        words[at] = words[at].translate(LOOKALIKES)
    return " ".join(words)


def split_word(text, dice):
    at = dice.randrange(len(text))
    return text[:at] + dice.choice(["\u200b", " ", "-"]) + text[at:]


def drop_word(text, dice):
    words = text.split(" ")
    at = dice.randrange(len(words))
    if len(words) > 2 and "http" not in words[at]:
        del words[at]
    return " ".join(words)


def shout(text, dice):
    return text.upper() if dice.random() < 0.5 else text.lower()


MOVES = [pad, pad, swap_letters, split_word, drop_word, shout]


class Climber:
    """Sees of an answer what a commenter does: whether it appeared."""

    def __init__(self, daemon, spam, address, seed):
        self.daemon, self.spam, self.address = daemon, spam, address
        self.dice = random.Random(seed)
        self.text = spam

    def appears(self, text):
        form = {
            "api_key": FIRST_KEY,
            "blog": "https://blog.example/",
            "user_ip": self.address,
            "comment_content": text,
            "comment_author": f"name{self.dice.randrange(10**9)}",
        }
        url = self.daemon.url("/1.1/comment-check")
        got = self.daemon.session.post(url, data=form, timeout=PATIENCE_S)
        assert (got.status_code, got.text) in ((200, "true"), (200, "false"))
        return got.text == "false"

    def climb(self, queries):
        """The numbers of the queries that went through."""
        through = []
        for n in range(queries):
            if n % 20 == 0:
                self.text = self.spam
            self.text = self.dice.choice(MOVES)(self.text, self.dice)[:2000]
            if self.appears(self.text):
                through.append(n)
        return through


@pytest.fixture
def limited(rig):
    well_within(3600, 120)
    return rig.daemon("--limit-ip", str(LIMIT), "--limit-author", "30").start()


def test_a_climber_hits_the_limit_first(limited, budget):
    """A thousand tries from one address, by another name each: what comes
    after the limit tells nothing, not even of a good comment."""
    through = {}
    for i, spam in enumerate(SPAM[: budget.of(1, len(SPAM))]):
        climber = Climber(limited, spam, f"198.51.100.{i + 1}", seed=i)
        through[i] = climber.climb(QUERIES)
        assert not climber.appears(GOOD_COMMENT)
    budget.tell(
        climbers=len(through),
        queries=QUERIES * len(through),
        through=sum(len(t) for t in through.values()),
        first=min((t[0] for t in through.values() if t), default=None),
    )
    assert all(n < LIMIT for t in through.values() for n in t), through
    # a neighbour is not held for it
    assert Climber(limited, "", "203.0.113.7", seed=99).appears(GOOD_COMMENT)


def test_addresses_of_a_network_are_one(limited, budget):
    """IPv6 gives everybody 2^64 of them."""
    climber = Climber(limited, SPAM[0], "", seed=7)
    for n in range(LIMIT + 5):
        climber.address = f"2001:db8:1:1::{n + 1:x}"
        climber.appears(climber.text)
    assert not climber.appears(GOOD_COMMENT)


def test_an_answer_has_no_numbers(limited):
    """Whoever sees what an Akismet client is told sees no score or reason."""
    form = {
        "api_key": FIRST_KEY,
        "blog": "https://blog.example/",
        "user_ip": "198.51.100.200",
        "comment_content": SPAM[0],
    }
    url = limited.url("/1.1/comment-check")
    got = limited.session.post(url, data=form, timeout=PATIENCE_S)
    assert got.text == "true"
    told = " ".join([got.text, *got.headers.values()]).lower()
    assert "score" not in told and "0." not in told.replace("127.0.0.1", "")
