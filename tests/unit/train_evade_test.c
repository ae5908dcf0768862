/* Disguises: what they make of a text, and that they keep to their bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../../service/core/utf8.h"
#include "../../training/evade.h"

enum { SEED = 1 };

static void
add(struct corpus *c, enum label label, const char *text)
{
	struct row row = {.label = label, .comment.content = span_of(text)};
	struct err e;

	assert_int_equal(corpus_put(c, &row, &e), 0);
}

static void
disguise_by(struct corpus *out, const struct corpus *c,
    const struct evasion *as, uint64_t seed)
{
	struct err e;

	assert_int_equal(evade(out, c, as, seed, &e), 0);
}

static void
disguise(struct corpus *out, const struct corpus *c, const struct evasion *as)
{
	disguise_by(out, c, as, SEED);
}

static const char *
text_of(struct corpus_view *v, size_t i)
{
	return corpus_row(v, i)->comment.content.p;
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
		struct corpus_view view = {&out};

		disguise(&out, &c, evasion_find(cases[i].name));
		if (cases[i].disguised != NULL)
			assert_string_equal(
			    text_of(&view, 1), cases[i].disguised);
		else
			assert_string_not_equal(
			    text_of(&view, 1), cases[i].text);
		assert_string_equal(text_of(&view, 0), "a day");
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
		struct corpus c = corpus_of(all, all), x, y;
		struct corpus empty = corpus_of("", "");
		struct corpus_view of_x = {&x}, of_y = {&y};

		disguise(&x, &c, e);
		disguise(&y, &c, e);
		if (strcmp(e->name, "padded") != 0 &&
		    strcmp(e->name, "suffixes") != 0)
			assert_true(
			    utf8_valid(corpus_row(&of_x, 1)->comment.content));
		assert_string_equal(text_of(&of_x, 1), text_of(&of_y, 1));
		corpus_release(&x);
		corpus_release(&y);
		disguise(&x, &empty, e);
		corpus_release(&x);
		corpus_release(&c);
		corpus_release(&empty);
	}
}

/* What one seed makes of a row, the next one makes of none. */
static void
test_seeds(void **state)
{
	enum { ROWS = 8 };
	static const char text[] = "many words of which any letter may change";
	const struct evasion *as = evasion_find("homoglyphs");
	struct corpus c = {.n = 0}, made[2];
	struct corpus_view views[2] = {{&made[0]}, {&made[1]}};

	(void)state;
	for (int i = 0; i < ROWS; i++)
		add(&c, LABEL_SPAM, text);
	for (int s = 0; s < 2; s++)
		disguise_by(&made[s], &c, as, SEED + (uint64_t)s);
	for (int i = 0; i < ROWS * ROWS; i++)
		assert_string_not_equal(
		    text_of(&views[0], i % ROWS), text_of(&views[1], i / ROWS));
	for (int s = 0; s < 2; s++) {
		corpus_look_away(&views[s]);
		corpus_release(&made[s]);
	}
	corpus_release(&c);
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
	    cmocka_unit_test(test_seeds),
	    cmocka_unit_test(test_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
