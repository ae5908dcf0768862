"""
Hostile text in every field stays text: at least 500 payloads in each that the
page shows. What it does not show, such as user agents, is sent all the same.
Lists and their notes, and labels of keys: test_panels.py.
"""

import itertools
from urllib.parse import quote

import pytest

SCRIPTS = ("alert(1)", "window.open('//evil.example')", "top.location='//evil.example'")
TAGS = (
    "<script>{s}</script>", "<img src=x onerror={s}>", "<svg onload={s}>",
    "<svg><script>{s}</script></svg>", "<iframe srcdoc='<script>{s}</script>'>",
    "<iframe src=javascript:{s}>", "<a href=javascript:{s}>x</a>",
    "<body onload={s}>", "<input autofocus onfocus={s}>",
    "<details open ontoggle={s}>", "<video><source onerror={s}></video>",
    "<math href=javascript:{s}>x</math>", "<style>@import '//evil.example'</style>",
    "<link rel=stylesheet href=//evil.example>", "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<object data=javascript:{s}>", "<embed src=//evil.example>",
    "<form action=//evil.example><button>x</button></form>",
    "<img src=//evil.example/p.png>", "<audio src=//evil.example/a autoplay>",
    "<template><script>{s}</script></template>", "<marquee onstart={s}>x",
    "<x onclick={s} tabindex=0 autofocus onfocus={s}>",
    "<noscript><p title='</noscript><img src=x onerror={s}>'>",
    "<!--<img src='--><img src=x onerror={s}//'>", "<![CDATA[<script>{s}</script>]]>",
    "<a href='data:text/html,<script>{s}</script>'>x</a>",
    "<div style='background:url(//evil.example)'>x</div>",
    "<select><option>x</option></select><textarea onfocus={s} autofocus>",
)  # fmt: skip
AROUND = (
    "{p}", "\"'>{p}", "</textarea>{p}", "</title>{p}", "-->{p}<!--", "`${{{p}}}`",
    "{p}{p}", "\u202e{p}\u202c", "]]>{p}",
)  # fmt: skip
ODD = (
    "javascript:alert(1)", "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)", "//evil.example/x", "https://evil.example/\u202egpj.exe",
    "&#60;script&#62;alert(1)&#60;/script&#62;", "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{constructor.constructor('alert(1)')()}}", "${alert(1)}", "#{alert(1)}",
    "__proto__", "constructor", "toString", "hasOwnProperty", "null", "undefined",
    "NaN", "[object Object]", "%3Cscript%3Ealert(1)%3C/script%3E", "\\u003cscript\\u003e",
    "\u202e\u2066reversed\u2069\u202c", "\u2067\u2067\u2067never closed",
    "a\u200bb\u200cc\u200dd\ufeffe\u00adf\u2060g", "Z\u0301\u0302\u0303\u0304" * 40,
    "\u0627\u0644\u0633\u0644\u0627\u0645 \u05e9\u05dc\u05d5\u05dd abc",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f3f4\U000e0067\U000e0062\U000e007f",
    "\ufdfd" * 20, "\u3164", "\u2800" * 10, "W" * 30000, "\U0001f525" * 7000,
    "x\n" * 2000, "\t" * 200 + "end", "a" * 500 + " " + "b" * 500, "&amp;amp;amp;",
    "\r\n\r\nHTTP/1.1 200 OK", "../../../../etc/passwd", "' OR 1=1; --", "\ud7ff\ue000\ufffd",
)  # fmt: skip
SHORT = 200  # bytes that a name may have and still be told from its others
SITE_NAME = 64  # bytes that a site's name may have
ENOUGH = 500


def payloads():
    markup = [
        around.format(p=tag.format(s=script))
        for tag, around, script in itertools.product(TAGS, AROUND, SCRIPTS)
    ]
    return [*ODD, *markup[::2], *markup[1:200:2]]


def comment(i, text):
    short = text.encode()[:SHORT].decode(errors="ignore")
    return {
        "content": text,
        "format": "html" if i % 2 else "text",
        "id": f"{i}",
        "thread": short,
        "type": short[:16],
        "author": {
            "name": short,
            "email": short,
            "url": short,
            "user_agent": short,
            "id": short,
        },
    }


# Walks the whole queue; what each article says.
READ = """
const done = arguments[0];
(async () => {
  const text = (el, what) => el.querySelector(what)?.textContent ?? '';
  const end = document.querySelector('.end');
  while (end.textContent.includes('…')) {
    end.scrollIntoView();
    await new Promise((r) => setTimeout(r, 50));
  }
  done([...document.querySelectorAll('.feed > .item')].map((el) => [
    el.dataset.id, text(el, '.text'), text(el, '.name'),
    el.querySelector('.url')?.title ?? '',
    el.querySelector('.thread')?.title ?? '',
    text(el, '.url'), text(el, '.site'),
  ]));
})();
"""


@pytest.fixture(scope="module")
def hostile(desk):
    texts = payloads()
    ids = desk.send([comment(i, text) for i, text in enumerate(texts)])
    return dict(zip(ids, texts, strict=True))


@pytest.fixture(scope="module")
def ana(desk, hostile):
    return desk.browser("ana")


def test_there_are_enough(hostile):
    assert len(hostile) >= ENOUGH


@pytest.mark.parametrize("raw", [False, True])
def test_text_is_text(ana, hostile, raw):
    ana.queue("#/queue?q=is%3Aheld&order=oldest")
    if raw:
        ana.press("m")
    shown = {id: rest for id, *rest in ana.driver.execute_async_script(READ)}
    assert shown.keys() == hostile.keys()
    for i, (id, text) in enumerate(hostile.items()):
        short = comment(i, text)["author"]["name"]
        content, name, title, thread, url, _ = shown[id]
        if raw or i % 2 == 0:  # for readers, HTML loses its tags
            assert content == text
        assert name == short
        assert title == url == short
        assert thread == short
    ana.check()
    ana.picture(f"hostile-{'raw' if raw else 'read'}")


def test_notes_are_text(desk, ana, hostile):
    id = next(iter(hostile))
    notes = [text[:500] for text in hostile.values()]
    for note in notes:
        assert desk.daemon.post({"note": note}, path=f"/v1/comments/{id}/notes").ok
    ana.go(f"/#/item/{id}")
    said = "document.querySelectorAll('.part.history .said')"
    ana.wait("the notes", f"{said}.length === {len(notes)}")
    shown = ana.js(f"return [...{said}].map((x) => x.textContent)")
    assert sorted(shown) == sorted(notes)
    ana.check()


def test_panels_and_dialogs(ana, hostile):
    """All that opens beside and over the list."""
    ana.queue("#/queue?q=is%3Aheld&order=oldest")
    for i in range(25):
        ana.press("j")
        ana.wait("the panel", "document.querySelector('.aside .details .reasons')")
        if i % 5 == 0:
            ana.press("t", "b")
            ana.wait("a dialog", "document.querySelector('dialog[open]')")
            ana.js("document.querySelector('dialog').close()")
            ana.wait("none", "!document.querySelector('dialog')")
    ana.check()


def test_a_link_asks_first(ana, hostile):
    id = next(k for k, v in hostile.items() if v == ODD[4])
    ana.go(f"/#/item/{id}")
    ana.wait("the address", "document.querySelector('.part.links .address')")
    ana.js("document.querySelector('.part.links .address').click()")
    ana.wait("a question", "document.querySelector('dialog[open] a[target]')")
    link = ana.js(
        "const a = document.querySelector('dialog a[target]');"
        "return [a.rel, a.referrerPolicy, a.target]"
    )
    assert link == ["noopener noreferrer nofollow", "no-referrer", "_blank"]
    ana.picture("link")
    ana.check()


def site_names(texts):
    """Beginnings and ends, as far as they may name a site."""
    cut = [
        part.decode(errors="ignore")
        for text in texts
        for part in (text.encode()[:SITE_NAME], text.encode()[-SITE_NAME:])
    ]
    usable = [
        name
        for name in cut
        if name and name[0] != "-" and not name.isdigit()
        and not any(ord(c) < 32 or ord(c) == 127 for c in name)
    ]  # fmt: skip
    return list(dict.fromkeys(usable))[:ENOUGH]


SHOWN = """
return [...document.querySelectorAll(arguments[0])].map((el) => el.textContent)
"""


def test_site_names_are_text(desk, ana):
    """Beside each comment, in tables, and where a site is chosen."""
    names = site_names(payloads())
    assert len(names) == ENOUGH
    operate = desk.daemon.operate
    own = {}
    for name in names:
        made = operate("POST", "/v1/sites", {"name": name})
        assert made.status_code == 201, (name, made.text)
        comment = {"content": "Hello", "thread": "named"}
        got = operate("POST", f"/v1/comments?site={quote(name, safe='')}", comment)
        assert got.status_code == 200, got.text
        own[got.json()["id"]] = name
    ana.queue("#/queue?q=is%3Aany+thread%3Anamed")
    shown = {row[0]: row[-1] for row in ana.driver.execute_async_script(READ)}
    assert shown == own

    ana.go("/#/sites")
    ana.wait("the sites", "document.querySelector('main tbody tr')")
    assert set(names) <= set(ana.js(SHOWN, "main tbody th a"))
    for view in ("lists", "users", "audit", "figures"):
        ana.go(f"/#/{view}")
        ana.wait("the view", "document.querySelector('main:not([aria-busy]) h1')")
    ana.go("/#/lists")
    ana.wait("a choice", "document.querySelector('.heading select')")
    assert set(names) <= set(ana.js(SHOWN, ".heading option"))
    ana.check()
