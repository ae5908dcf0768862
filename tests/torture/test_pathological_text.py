"""No text is slow: twice of the worst takes at most twice the time."""

import pathlib
import statistics

import pytest

WHOLE = 32768  # bytes, the longest text that is taken
RATIO_MAX = 2.3
TRIES = 5  # a busy machine may spoil a measurement

# What is repeated; ~ is a number that differs each time.
TEXTS = {
    "alternating marks": "a\u0323\u0301",
    "nothing but marks": "\u0301\u0323",
    "one base under marks": "\u0300",
    "U+FDFA": "\ufdfa",
    "ligatures": "\ufb03\u3300\u33ff",
    "Hangul": "\ud55c\uae00",
    "conjoining Jamo": "\u1112\u1161\u11ab",
    "ideographs": "\u4e2d\u6587\u5b57",
    "joined emoji": "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d",
    "flags": "\U0001f1e9\U0001f1ea",
    "bidi": "\u202ea\u202cb\u2066c\u2069",
    "zero widths": "a\u200b\u200c\u2060",
    "one token": "a",
    "one token, all letters": "abcdefghijklmnopqrstuvwxyz",
    "words of one letter": "a b c d ",
    "spaced out": "v i a g r a  ",
    "different words": "w~x ",
    "digits for letters": "v1agr4 ",
    "signs for letters": "c@$1n0 ",
    "digits": "1234567890",
    "telephone numbers": "+49 (0)30 1234-~ ",
    "links": "http://a.example/~ ",
    "different hosts": "h~.example ",
    "deep hosts": "a.a.",
    "punycode": "xn--~a.example ",
    "dots": ".",
    "mail addresses": "a~@b.example ",
    "at signs": "a@",
    "colons and slashes": "http://",
    "lines": "\n",
    "spaces": " ",
    "capitals": "AB",
    "small forms": "\u1d00\uff41\U0001d41a",
    "Cyrillic for Latin": "p\u0430y",
}
MARKUP = {
    "nested references": "&amp;amp;",
    "references without end": "&amp",
    "numeric references": "&#x41;&#65;",
    "huge references": "&#99999999999999999999;",
    "open tags": "<b>",
    "tags in tags": "<a <",
    "tags without end": "<a href='",
    "closing tags": "</p>",
    "comments without end": "<!--",
    "brackets": "[url=http://a.example]",
    "less-than": "<",
    "attributes": "<a b=c d='e' f=\"g\">h",
}
CASES = {name: (unit, "text") for name, unit in TEXTS.items()}
CASES |= {name: (unit, "html") for name, unit in MARKUP.items()}

PATTERNS = ["(a+)+$x", "(a|a)*b(a|b){20}c", "(.*a){12}[^b]{50}z", r"(\w+\s?)+!q"]
PHRASES = ["a a a a b", "ab ab ab ab ac", *(f"a b c d e{i}" for i in range(2000))]


def text_of(unit, size):
    """At most `size` bytes of it, cut between code points."""
    parts, n, number = [], 0, 0
    while n < size:
        part = unit.replace("~", str(number))
        parts.append(part)
        n, number = n + len(part.encode()), number + 1
    return "".join(parts).encode()[:size].decode(errors="ignore")


def cpu_ns(daemon):
    tasks = pathlib.Path(f"/proc/{daemon.process.pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks)


def cost_ms(daemon, unit, form, size):
    """What the whole process computes for such a comment that is not kept."""
    comment = {"content": text_of(unit, size), "format": form, "test": True}
    before = cpu_ns(daemon)
    daemon.check(comment)
    return (cpu_ns(daemon) - before) / 1e6


def medians(daemon, unit, form, rounds):
    """Of half a text and of a whole one, taking turns."""
    sizes = (WHOLE // 2, WHOLE)
    took = [[cost_ms(daemon, unit, form, s) for s in sizes] for _ in range(rounds)]
    return [statistics.median(one) for one in zip(*took)]


def assert_linear(daemon, budget, cases):
    slowest, steepest = (0, ""), (0, "")
    for name, (unit, form) in cases.items():
        for left in reversed(range(TRIES)):
            half, whole = medians(daemon, unit, form, budget.of(5, 21))
            if whole <= RATIO_MAX * half or left == 0:
                break
        assert whole <= RATIO_MAX * half, f"{name}: {half:.2f}, {whole:.2f} ms"
        slowest = max(slowest, (whole, name))
        steepest = max(steepest, (whole / half, name))
    budget.tell(
        cpu_32k_ms=round(slowest[0], 2),
        slowest=slowest[1],
        ratio=round(steepest[0], 2),
        steepest=steepest[1],
    )


def test_texts_are_linear(daemon, budget):
    assert_linear(daemon, budget, CASES)


@pytest.fixture
def listed(rig):
    d = rig.daemon("--limit-author", "0", "--limit-ip", "0").start()
    entries = [{"kind": "regex", "value": p, "effect": "block"} for p in PATTERNS]
    entries += [{"kind": "phrase", "value": p, "effect": "block"} for p in PHRASES]
    for at in range(0, len(entries), 500):
        got = d.ask("POST", "/v1/lists", {"entries": entries[at : at + 500]})
        assert got.status_code == 201, got.text
    return d


def test_lists_are_linear(listed, budget):
    cases = {
        "one letter": ("a", "text"),
        "words of the patterns": ("ab ", "text"),
        "words of the phrases": ("a b c d ", "text"),
        "words": ("w~x ", "text"),
        "marks": ("a\u0323\u0301", "text"),
        "digits for letters": ("a1b0 ", "text"),
        "signs for letters": ("a$b ", "text"),
    }
    assert_linear(listed, budget, cases)
