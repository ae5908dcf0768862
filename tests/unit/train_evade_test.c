/* Disguises: what they make of a text, and that they keep to their bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../service/core/utf8.h"
#include "../../training/evade.h"

enum { SEED = 1 };

static void
add(struct corpus *c, enum label label, const char *text)
{
	c->rows = memory_append(c->rows, c->n, sizeof(*c->rows));
	c->rows[c->n++] =
	    (struct row){.label = label, .comment.content = span_of(text)};
}

/* A corpus of one good and one bad text. */
static struct corpus
corpus_of(const char *good, const char *bad)
{
	struct corpus c = {.n = 0};

	add(&c, LABEL_HAM, good);
	add(&c, LABEL_SPAM, bad);
	return c;
}

/* Those that leave nothing to chance. */
static const struct {
	const char *name, *text, *disguised;
} cases[] = {
    {"full_width", "Buy at x.com", "Ｂｕｙ ａｔ ｘ．ｃｏｍ"},
    {"spaced", "Buy it, now", "B u y  i t,  n o w"},
    {"spaced_tight", "Buy it, now", "B u y i t, n o w"},
    {"dotted", "Buy it", "B.u.y i.t"},
    {"urls", "https://", "hxxps://"},
    {"urls", "no. 5. it", "no. 5. it"},
    {"homoglyphs", "q. 5", NULL},
    {"padded", "Buy",
	"Buy a day a day a day a day a day a day a day a day a "
	"day a day"},
    {"entities", "1, 2", "1, 2"},
};

static void
test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct corpus c = corpus_of("a day", cases[i].text), out;

		evade(&out, &c, evasion_find(cases[i].name), SEED);
		if (cases[i].disguised != NULL)
			assert_string_equal(
			    out.rows[1].comment.content.p, cases[i].disguised);
		else
			assert_string_not_equal(
			    out.rows[1].comment.content.p, cases[i].text);
		assert_string_equal(out.rows[0].comment.content.p, "a day");
		corpus_release(&out);
		corpus_release(&c);
	}
}

/* Whatever the text: UTF-8 comes out, and twice the same. */
static void
test_bounds(void **state)
{
	char all[512];

	(void)state;
	for (size_t i = 0; i < sizeof(all) - 1; i++)
		all[i] = (char)(1 + i % 255);
	all[sizeof(all) - 1] = '\0';
	for (const struct evasion *e = evasions; e->name != NULL; e++) {
		struct corpus c = corpus_of(all, "a.b.c http a.a"), x, y;
		struct corpus empty = corpus_of("", "");

		c.rows[1].comment.content = span_of(all);
		evade(&x, &c, e, SEED);
		evade(&y, &c, e, SEED);
		if (strcmp(e->name, "padded") != 0 &&
		    strcmp(e->name, "suffixes") != 0)
			assert_true(utf8_valid(x.rows[1].comment.content));
		assert_string_equal(
		    x.rows[1].comment.content.p, y.rows[1].comment.content.p);
		corpus_release(&x);
		corpus_release(&y);
		evade(&x, &empty, e, SEED);
		corpus_release(&x);
		corpus_release(&c);
		corpus_release(&empty);
	}
}

/* The same text and seed give the same disguise, whatever came before. */
static void
test_again(void **state)
{
	static const char *const texts[] = {"Buy pills at no. 7",
	    "Get rich from home, ask me how", "follow 4 follow, sub 4 sub"};
	enum { TEXTS = sizeof(texts) / sizeof(*texts), SEEDS = 20 };
	struct evade_room used = {0};

	(void)state;
	for (size_t i = 0; i < TEXTS * SEEDS; i++) {
		struct span text = span_of(texts[i % TEXTS]);
		struct evade_room fresh = {0};
		struct span a = evade_again(&used, text, i / TEXTS);
		struct span b = evade_again(&fresh, text, i / TEXTS);

		assert_true(span_equal(a, b));
		assert_false(span_equal(a, text));
		free(fresh.bytes);
	}
	free(used.bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_texts),
	    cmocka_unit_test(test_bounds),
	    cmocka_unit_test(test_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
