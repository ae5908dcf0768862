/* service/core/attributes: what counts of a tag, behind its name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../../service/core/attributes.h"

enum { SPARE = 3 };

#define LONG "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
	const char *rest;
	unsigned spare;
	const char *read; /* of links in <>, of words in (), in order */
} cases[] = {
    {"", 0, ""},
    {" / ", 0, ""},
    {" href=a", 0, "<a>"},
    {" HREF\n=\n'a b'", 0, "<a b>"},
    {"/href=\"a\"src=b", 0, "<a><b>"},
    {" href=a/", 0, "<a/>"},
    {" href='' href", 0, ""},
    {" href='a", 0, "<a>"},
    {" src=a href=b href=c", 0, "<a><b><c>"},
    {" data-href=a xhref='b'", SPARE, ""},
    {" title='href=a ' href=b", 0, "(href=a )<b>"},
    {" alt='' title=\"it's\" label=c", 0, "(it's)(c)"},
    /* what is for machines */
    {" class=\"btn btn-large\" rel=nofollow hidden", SPARE, ""},
    {" class='btn large' rel=nofollow hidden", 0, "(btn large)"},
    {" style=\"margin: 0 0 1em 0; font: 12px Arial, Times, serif; "
     "border: 1px solid red\"",
	SPARE, ""},
    {" style='one two three four five'", SPARE, "(one two three four five)"},
    {" class='one, two, three, four, five'", SPARE, ""},
    {" class=" LONG LONG " id=" LONG LONG LONG, SPARE, "(" LONG LONG LONG ")"},
    {" style='font-family: \xe5\xae\x8b\xe4\xbd\x93'", SPARE, ""},
    {" style=\xe5\xae\x8b\xe4\xbd\x93\xe5\xae\x8b\xe4\xbd\x93"
     "\xe5\xae\x8b\xe4\xbd\x93\xe5\xae\x8b\xe4\xbd\x93\xe5\xae\x8b",
	SPARE,
	"(\xe5\xae\x8b\xe4\xbd\x93\xe5\xae\x8b\xe4\xbd\x93"
	"\xe5\xae\x8b\xe4\xbd\x93\xe5\xae\x8b\xe4\xbd\x93\xe5\xae\x8b)"},
    {" cite=http://a", SPARE, "(http://a)"},
    /* what no attribute is called */
    {" one two=2 'three'", SPARE, ""},
    {" one='1 2 3 4 5' two='1 2 3 4'", SPARE, "(1 2 3 4 5)"},
    {" one two three size four", SPARE, "(one)(two)(three)(size)(four)"},
    {" one='1' href=a", 0, "(one='1')<a>"},
    {" " LONG " " LONG, SPARE, "(" LONG ")(" LONG ")"},
    {" = one", 0, "(=)(one)"},
    {"=one", 0, "(=one)"},
    /* BBCode */
    {"url=a>b", SPARE, "<a>"},
    {"quote=John Doe", SPARE, ""},
    {"color=one two three four five", SPARE,
	"(color=one)(two)(three)(four)(five)"},
    {"quote='one two three four five'", SPARE, "(one two three four five)"},
};

static void
what_counts_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct attributes a =
		    attributes_of(span_of(cases[i].rest), cases[i].spare);
		struct attribute one;
		char read[256] = "";

		while (attributes_next(&a, &one))
			snprintf(read + strlen(read),
			    sizeof read - strlen(read),
			    one.is_link ? "<%.*s>" : "(%.*s)", (int)one.read.n,
			    one.read.p);
		if (strcmp(read, cases[i].read) != 0)
			fail_msg("%s: %s", cases[i].rest, read);
	}
}

static const struct {
	const char *rest; /* behind a name, in a source */
	size_t end;
	bool may_be;
} ends[] = {
    {"> x", 0, true},
    {" > x", 1, true},
    {" />", 2, true},
    {" title='>' x=\"<\">", 16, true},
    {" title=a>b>", 8, true},
    {" title='>", 9, true},
    {" nowrap>", 7, true},
    {" much=text>", 10, true},
    {" and c>", 6, false},
    {" = c>", 4, false},
    {" =c>", 3, false},
    {" much=>", 6, false},
    {",title=a>", 8, false},
    {" <", 1, true},
    {"", 0, true},
};

static void
ends_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		struct span rest = span_of(ends[i].rest);

		if (attributes_end(rest, 0) != ends[i].end ||
		    attributes_may_be(rest) != ends[i].may_be)
			fail_msg("%s: %zu", rest.p, attributes_end(rest, 0));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_counts_is_read),
	    cmocka_unit_test(ends_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
