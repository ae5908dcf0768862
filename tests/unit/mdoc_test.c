/* Text as mdoc: what would be taken for something else is not. */
#include "../../service/edge/format/mdoc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	void (*write)(FILE *out, const char *text);
	const char *text, *page;
} cases[] = {
    {mdoc_text, "plain words", "plain words\n"},
    {mdoc_text, "  blanks\n      are\tall  the same ",
	"blanks are all the "
	"same\n"},
    {mdoc_text, ".Sh is 'no macro", "\\&.Sh is \\(aqno macro\n"},
    {mdoc_text, "One ends. Another begins (so.) and on",
	"One ends.\nAnother begins (so.)\nand on\n"},
    {mdoc_text, "FILE... and more", "FILE... and more\n"},
    {mdoc_text, "--flag, a\\b, \"c\", `d`, ~ ^",
	"\\-\\-flag, a\\eb, \\(dqc\\(dq, \\(gad\\(ga, \\(ti \\(ha\n"},
    {mdoc_text, "12\xe2\x80\xa6 \xf0\x9f\x98\x80",
	"12\\[u2026] "
	"\\[u1F600]\n"},
    {mdoc_text, "", "\n"},
    {mdoc_literal, "  $ ls -l\n.hidden\n",
	".Bd -literal\n  $ ls \\-l\n\\&.hidden\n.Ed\n"},
    {mdoc_part, "a Nm part", ".Ss \\&a \\&Nm \\&part\n"},
};

static char *
written(void (*write)(FILE *out, const char *text), const char *text)
{
	char *page = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&page, &n);

	assert_non_null(out);
	write(out, text);
	fclose(out);
	return page;
}

static void
text_is_only_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *page = written(cases[i].write, cases[i].text);

		assert_string_equal(page, cases[i].page);
		free(page);
	}
}

static void
flags(FILE *out, const char *text)
{
	mdoc_flag(out, text, NULL);
	mdoc_flag(out, text, "Nm|VALUE");
	mdoc_item(out, "key add", NULL);
	mdoc_item(out, "key rotate", "ID");
}

static void
arguments_are_no_macros(void **state)
{
	char *page = written(flags, "log-level");

	(void)state;
	assert_string_equal(page, ".It Fl \\-log\\-level\n"
				  ".It Fl \\-log\\-level Ar \\&Nm|VALUE\n"
				  ".It Cm \\&key \\&add\n"
				  ".It Cm \\&key \\&rotate Ar \\&ID\n");
	free(page);
}

/* mandoc wants at most 80 bytes a line, and no blank at the end of one. */
static void
lines_are_short(void **state)
{
	char text[4000] = "", *page;
	size_t at = 0;

	(void)state;
	for (size_t i = 0; i < 300; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s ",
		    i % 7 == 0 ? "--option-name" : "words");
	page = written(mdoc_text, text);
	for (char *line = page; *line != '\0';
	     line += strcspn(line, "\n") + 1) {
		size_t n = strcspn(line, "\n");

		assert_true(n > 0 && n <= 80);
		assert_true(line[0] != ' ' && line[n - 1] != ' ');
	}
	free(page);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_is_only_text),
	    cmocka_unit_test(arguments_are_no_macros),
	    cmocka_unit_test(lines_are_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
