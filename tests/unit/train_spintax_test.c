/* Templates: what they give, and which are at fault. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../../training/spintax.h"

static struct span
pick(void *context, struct span name, struct random *random)
{
	(void)context;
	(void)random;
	if (span_equal(name, span_of("fruit")))
		return span_of("{plum|plum}");
	if (span_equal(name, span_of("loop")))
		return span_of("x<loop>");
	return (struct span){0};
}

static const struct spintax_lists lists = {pick, NULL};

/* Every text that a template can give, by trying seeds. */
static const struct {
	const char *template;
	const char *texts[5];
} cases[] = {
    {"", {""}},
    {"plain", {"plain"}},
    {"a{b|c}d", {"abd", "acd"}},
    {"{a|}", {"a", ""}},
    {"{a{1|2}|b}", {"a1", "a2", "b"}},
    {"{a|b}{1|2}", {"a1", "a2", "b1", "b2"}},
    {"{only}", {"only"}},
    {"one\\ntwo", {"one\ntwo"}},
    {"\\{a\\|b\\} \\<x\\> \\\\", {"{a|b} <x> \\"}},
    {"{\\}|\\{}", {"}", "{"}},
    {"a <fruit>!", {"a plum!"}},
    {"<nothing>.", {"."}},
    {"<loop>", {"xxxxxxxx"}},
};

static void
test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		unsigned seen = 0, wanted = 0;
		struct span template = span_of(cases[i].template);
		assert_null(spintax_fault(template));
		for (int t = 0; t < 5 && cases[i].texts[t] != NULL; t++)
			wanted |= 1u << t;
		for (uint64_t seed = 0; seed < 64; seed++) {
			struct random random = {seed};
			char *text = spintax_expand(template, &lists, &random);
			int t = 0;
			while (t < 5 && cases[i].texts[t] != NULL &&
			       strcmp(cases[i].texts[t], text) != 0)
				t++;
			if (t == 5 || cases[i].texts[t] == NULL)
				fail_msg("%s: %s", cases[i].template, text);
			seen |= 1u << t;
			free(text);
		}
		if (seen != wanted)
			fail_msg("%s: not all", cases[i].template);
	}
}

static void
test_faults(void **state)
{
	static const char *const faults[] = {
	    "{", "}", "a{b", "a}b", "a|b", "{a}|", "<a", "{{a}", "\\{}"};
	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		if (spintax_fault(span_of(faults[i])) == NULL)
			fail_msg("%s passed", faults[i]);
}

static void
test_same_seed(void **state)
{
	struct span template = span_of("{a|b|c}{d|e|f}{g|h|i}{j|k|l}");
	struct random one = {5}, two = {5};
	(void)state;
	for (int i = 0; i < 20; i++) {
		char *a = spintax_expand(template, &lists, &one);
		char *b = spintax_expand(template, &lists, &two);
		assert_string_equal(a, b);
		free(a);
		free(b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_texts),
	    cmocka_unit_test(test_faults),
	    cmocka_unit_test(test_same_seed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
