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
    {"<!--><b>", FORMAT_HTML, MARKUP_INLINE, 5, ""},
    {"<!---><b>-->", FORMAT_HTML, MARKUP_INLINE, 6, ""},
    {"<!----><b>-->", FORMAT_HTML, MARKUP_INLINE, 7, ""},
    {"<!--!><b>-->", FORMAT_HTML, MARKUP_INLINE, 12, ""},
    {"<!---!><b>-->", FORMAT_HTML, MARKUP_INLINE, 13, ""},
    {"<!-- --!><b>-->", FORMAT_HTML, MARKUP_INLINE, 9, ""},
    {"<!-- -- > --->", FORMAT_HTML, MARKUP_INLINE, 14, ""},
    {"<!--", FORMAT_HTML, MARKUP_NONE, 0, ""},
    {"<script>a<b</script>", FORMAT_HTML, MARKUP_BLOCK, 8, ""},
    {"<script>a<b</script>", FORMAT_TEXT, MARKUP_BLOCK, 8, ""},
    {"<style>a", FORMAT_HTML, MARKUP_BLOCK, 7, ""},
    /* what is in quotes ends no tag, unless one is forgotten */
    {"<a title='>' href=" LINK ">", FORMAT_HTML, MARKUP_INLINE, 30, LINK},
    {"<a title='<' href=" LINK ">", FORMAT_TEXT, MARKUP_INLINE, 30, LINK},
    {"<a href='" LINK ">x", FORMAT_HTML, MARKUP_INLINE, 21, LINK},
    {"<a title=it's href=" LINK ">", FORMAT_HTML, MARKUP_INLINE, 31, LINK},
    {"<a title='it's' href=" LINK ">'", FORMAT_HTML, MARKUP_INLINE, 33, LINK},
    /* the name of an attribute is all of it */
    {"<a data-href=a href=" LINK ">", FORMAT_HTML, MARKUP_INLINE, 32, LINK},
    {"<a title='href=a ' href=" LINK ">", FORMAT_HTML, MARKUP_INLINE, 36, LINK},
    {"<a xlink:href=" LINK ">", FORMAT_HTML, MARKUP_INLINE, 26, LINK},
    {"<a/href=" LINK ">", FORMAT_TEXT, MARKUP_INLINE, 20, LINK},
    {"<b = much text>", FORMAT_TEXT, MARKUP_NONE, 0, ""},
    {"<i much text =>", FORMAT_TEXT, MARKUP_NONE, 0, ""},
    {"<i much=text>", FORMAT_TEXT, MARKUP_INLINE, 13, ""},
    {"</>", FORMAT_HTML, MARKUP_INLINE, 3, ""},
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

/* The first address that is in the tag. */
static struct span
link_of(const struct markup_tag *tag)
{
	struct attributes all = tag->attributes;
	struct attribute one;

	while (attributes_next(&all, &one))
		if (one.is_link)
			return one.read;
	return span_of("");
}

static void
tags_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct markup m = {.source = span_of(cases[i].text),
		    .format = cases[i].format};
		struct markup_tag tag = markup_read(&m, 0);
		struct span link = link_of(&tag);

		if (tag.kind != cases[i].kind ||
		    (tag.kind != MARKUP_NONE && tag.end != cases[i].end) ||
		    !span_equal(link, span_of(cases[i].link)))
			fail_msg("%s (%d): kind %d, end %zu, link %.*s",
			    cases[i].text, cases[i].format, tag.kind, tag.end,
			    (int)link.n, link.p);
	}
}

/* Reads every '<' as a tag, each of which fails at the end of the source. */
static void
what_is_none_is_not_read_forever(void **state)
{
	static const char piece[] = "<b\" x=\"";
	static char source[1 << 16];
	struct markup m = {.source = {source, sizeof source}};

	(void)state;
	for (size_t i = 0; i < sizeof source; i++)
		source[i] = piece[i % (sizeof piece - 1)];
	for (size_t i = 0; i < sizeof source; i++)
		if (source[i] == '<')
			markup_read(&m, i);
	m.format = FORMAT_HTML;
	for (size_t i = 0; i < sizeof source; i++)
		if (source[i] == '<')
			markup_read(&m, i);
	assert_true(markup_gave_up(&m));
	assert_in_range(m.wasted, 1, 6 * sizeof source);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tags_are_read),
	    cmocka_unit_test(what_is_none_is_not_read_forever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
