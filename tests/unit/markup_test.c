/* service/core/markup: where tags end and which address they carry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/core/markup.h"

#define LINK  "http://x.y/"
#define VIDEO "https://www.youtube.com/watch?v=a&amp;t=139"

static const struct {
	const char *text; /* the tag is at its begin */
	enum comment_format format;
	enum markup_kind kind;
	size_t end;
	const char *link;
} cases[] = {
    {"<b>x", FORMAT_TEXT, MARKUP_INLINE, 3, ""},
    {"</B >x", FORMAT_TEXT, MARKUP_INLINE, 5, ""},
    {"<br/>", FORMAT_TEXT, MARKUP_BLOCK, 5, ""},
    {"<a href='" LINK "'>", FORMAT_TEXT, MARKUP_INLINE, 22, LINK},
    {"<a HREF = \"" LINK "\">", FORMAT_TEXT, MARKUP_INLINE, 24, LINK},
    {"<a rel=x href=" LINK ">", FORMAT_TEXT, MARKUP_INLINE, 26, LINK},
    {"<img alt='' src=" LINK " x>", FORMAT_TEXT, MARKUP_INLINE, 30, LINK},
    {"<a href=" VIDEO ">2:19</a>", FORMAT_HTML, MARKUP_INLINE, 52, ""},
    {"<a href=" VIDEO ">2:19</a>", FORMAT_TEXT, MARKUP_INLINE, 52, ""},
    {"<a href=http://youtu.be/a?t=9>1:02:19</a>", FORMAT_HTML, MARKUP_INLINE,
	30, ""},
    {"<a href=http://m.youtube.com/watch?v=a>102:19<br>", FORMAT_HTML,
	MARKUP_INLINE, 39, ""},
    /* a video that somebody wants to be seen, or no video */
    {"<a href=" VIDEO ">mine</a>", FORMAT_HTML, MARKUP_INLINE, 52, VIDEO},
    {"<a href=" VIDEO ">2:19 mine</a>", FORMAT_HTML, MARKUP_INLINE, 52, VIDEO},
    {"<a href=" VIDEO ">2:19", FORMAT_HTML, MARKUP_INLINE, 52, VIDEO},
    {"<a href=" VIDEO "></a>", FORMAT_HTML, MARKUP_INLINE, 52, VIDEO},
    {"<a href=" VIDEO ">", FORMAT_HTML, MARKUP_INLINE, 52, VIDEO},
    {"<a href=" LINK ">2:19</a>", FORMAT_HTML, MARKUP_INLINE, 20, LINK},
    {"<a href=" LINK "youtu.be/a>2:19</a>", FORMAT_HTML, MARKUP_INLINE, 30,
	LINK "youtu.be/a"},
    {"<a xhref=" LINK ">", FORMAT_TEXT, MARKUP_INLINE, 21, ""},
    {"<b and c> d", FORMAT_TEXT, MARKUP_NONE, 0, ""},
    {"<b and c> d", FORMAT_HTML, MARKUP_INLINE, 9, ""},
    {"<foo>", FORMAT_TEXT, MARKUP_NONE, 0, ""},
    {"<foo>", FORMAT_HTML, MARKUP_INLINE, 5, ""},
    {"<3 you>", FORMAT_HTML, MARKUP_NONE, 0, ""},
    {"<b <i>", FORMAT_HTML, MARKUP_NONE, 0, ""},
    {"<b", FORMAT_HTML, MARKUP_NONE, 0, ""},
    {"<", FORMAT_HTML, MARKUP_NONE, 0, ""},
    {"<!-- <b> -->x", FORMAT_HTML, MARKUP_INLINE, 12, ""},
    {"<!-- <b> -->x", FORMAT_TEXT, MARKUP_NONE, 0, ""},
    {"<!-- <b>", FORMAT_HTML, MARKUP_NONE, 0, ""},
    {"<!doctype html>", FORMAT_HTML, MARKUP_INLINE, 15, ""},
    {"<script>a<b</script>", FORMAT_HTML, MARKUP_BLOCK, 11, ""},
    {"<script>a<b</script>", FORMAT_TEXT, MARKUP_BLOCK, 8, ""},
    {"<style>a", FORMAT_HTML, MARKUP_BLOCK, 7, ""},
    {"[url=" LINK "]", FORMAT_TEXT, MARKUP_BBCODE, 17, LINK},
    {"[LINK=\"" LINK "\"]", FORMAT_HTML, MARKUP_BBCODE, 20, LINK},
    {"[url]x", FORMAT_TEXT, MARKUP_BBCODE, 5, ""},
    {"[/url]x", FORMAT_TEXT, MARKUP_BBCODE, 6, ""},
    {"[size=7]x", FORMAT_TEXT, MARKUP_BBCODE, 8, ""},
    {"[url", FORMAT_TEXT, MARKUP_NONE, 0, ""},
    {"[b x]", FORMAT_TEXT, MARKUP_NONE, 0, ""},
    {"[1]", FORMAT_TEXT, MARKUP_NONE, 0, ""},
    {"[url=a[b]", FORMAT_TEXT, MARKUP_NONE, 0, ""},
};

static void
tags_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct markup m = {.source = span_of(cases[i].text),
		    .format = cases[i].format};
		struct markup_tag tag = markup_read(&m, 0);

		if (tag.kind != cases[i].kind ||
		    (tag.kind != MARKUP_NONE && tag.end != cases[i].end) ||
		    !span_equal(tag.link, span_of(cases[i].link)))
			fail_msg("%s (%d): kind %d, end %zu, link %.*s",
			    cases[i].text, cases[i].format, tag.kind, tag.end,
			    (int)tag.link.n, tag.link.n ? tag.link.p : "");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tags_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
