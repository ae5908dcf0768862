/* What views add up to, however long the text is. */
#include "../../service/core/features.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { WORDS_MAX = 4000, WORD_BYTES = 8, ROOM = 64 << 20 };

/* The first views are those of the text, in features_text.c's order. */
enum { TEXT_VIEWS = 4 };

struct fixture {
	struct arena arena;
	void *block;
	struct features features;
};

/* The features of `words` different words. */
static void
extract(struct fixture *f, unsigned words)
{
	struct comment c = {.fill_ms = -1};
	struct signals s = {.known = false};
	char *text = malloc(words * WORD_BYTES + 1);
	struct text t;
	size_t n = 0;

	assert_non_null(text);
	for (unsigned i = 0; i < words; i++)
		n += (size_t)snprintf(text + n, WORD_BYTES + 1, "a%05ub ", i);
	f->block = malloc(ROOM);
	assert_non_null(f->block);
	arena_init(&f->arena, f->block, ROOM);
	c.content = arena_copy(&f->arena, (struct span){text, n});
	free(text);
	assert_int_equal(
	    text_normalise(&t, c.content, FORMAT_TEXT, &f->arena), 0);
	f->features = (struct features){0};
	assert_int_equal(
	    features_extract(&f->features, &c, &t, &s, &f->arena), 0);
}

/* What a view adds to the margin if every weight is 1. */
static double
sum_of(const struct feature_view *v)
{
	return v->value * (v->last - v->first);
}

static void
test_long_texts_are_not_extreme(void **state)
{
	struct fixture some, many;

	(void)state;
	extract(&some, WORDS_MAX / 8);
	extract(&many, WORDS_MAX);
	assert_true(many.features.n > 7 * some.features.n);
	for (int i = 0; i < TEXT_VIEWS; i++)
		assert_true(fabs(sum_of(&many.features.views[i]) /
				     sum_of(&some.features.views[i]) -
				 1) < 1e-9);
	free(some.block);
	free(many.block);
}

static void
test_short_texts_grow_with_their_root(void **state)
{
	struct fixture one, four;

	(void)state;
	extract(&one, 2);
	extract(&four, 8);
	for (int i = 0; i < TEXT_VIEWS; i++) {
		const struct feature_view *a = &one.features.views[i];
		const struct feature_view *b = &four.features.views[i];
		double grown =
		    sqrt((double)(b->last - b->first) / (a->last - a->first));

		assert_true(fabs(sum_of(b) / sum_of(a) - grown) < 1e-9);
	}
	free(one.block);
	free(four.block);
}

static void
test_divisors_are_roots(void **state)
{
	(void)state;
	assert_true(features_divisor(0) == 1); /* nothing is divided */
	for (uint32_t n = 1; n <= FEATURES_FULL; n++)
		assert_true(features_divisor(n) == sqrt(n));
	for (uint32_t n = FEATURES_FULL + 1; n < 100000; n += n / 3)
		assert_true(features_divisor(n) == n / sqrt(FEATURES_FULL));
}

static void
test_a_full_arena_is_a_refusal(void **state)
{
	struct fixture f;
	struct comment c = {.content = span_of("some text"), .fill_ms = -1};
	struct signals s = {.known = false};
	struct text t;
	size_t room;

	(void)state;
	extract(&f, 2);
	assert_int_equal(
	    text_normalise(&t, c.content, FORMAT_TEXT, &f.arena), 0);
	f.arena.size = f.arena.used + 65536;
	for (room = f.arena.size; room > f.arena.used; room -= 16) {
		struct arena small = f.arena;
		struct features out = {0};

		small.size = room;
		if (features_extract(&out, &c, &t, &s, &small) != 0)
			break;
	}
	assert_true(room > f.arena.used); /* some room was too little */
	free(f.block);
}

/* How much the trust of a reading adds to a margin if all its weights are 1. */
static double
trust_put(uint32_t trust)
{
	struct comment c = {.content = span_of("hello"), .fill_ms = -1};
	struct signals s = {.known = false, .trust = trust};
	struct features out = {0};
	struct fixture f;
	double sum = 0;
	struct text t;

	f.block = malloc(ROOM);
	assert_non_null(f.block);
	arena_init(&f.arena, f.block, ROOM);
	assert_int_equal(
	    text_normalise(&t, c.content, FORMAT_TEXT, &f.arena), 0);
	assert_int_equal(features_extract(&out, &c, &t, &s, &f.arena), 0);
	for (uint32_t v = 0; v < out.n_views; v++)
		for (uint32_t i = out.views[v].first; i < out.views[v].last;
		     i++) {
			const struct part *p = &out.parts[out.items[i].part];

			if (p->code != REASON_TRUST)
				continue;
			assert_true(out.views[v].numbered);
			assert_true(out.items[i].hash < FEATURE_NUMBERS);
			assert_int_equal(p->count, trust);
			sum += out.views[v].value;
		}
	free(f.block);
	return sum;
}

static void
test_trust_says_more_from_twenty_on(void **state)
{
	(void)state;
	assert_true(trust_put(0) == 0);
	assert_true(trust_put(1) == 1);
	assert_true(trust_put(19) == 1);
	assert_true(trust_put(20) == 2);
	assert_true(trust_put(UINT32_MAX) == 2);
}

/* What is repeated until a comment is full; ~ is another letter each time. */
static const char *const units[] = {
    "", "a", ".", "a.", "a ", "a,b;", "~ ", "~~.", "1.", "1a ", "@",
    "a@b.example ", "http://a.example ", "h~.example ", "www.", "[", "<b>",
    "&amp;", "&#65;.", "\n", "\xcc\x81", /* a mark */
    "\xef\xb7\xba",                      /* eighteen letters in one */
    "\xef\xb7\xba.",                     /* … */
    "\xe2\x92\x9c",                      /* three, "(a)" */
    "\xf0\x9f\x84\x90",                  /* the same, four bytes */
    "\xe3\x8b\xbf",                      /* a unit of two letters */
    "\xe4\xb8\xad",                      /* a word a letter */
    "\xe4\xb8\xad.",                     /* … */
    "\xed\x95\x9c",                      /* a syllable */
    "\xf0\x9f\x91\xa9\xe2\x80\x8d",      /* emoji that are joined */
    "\xff",                              /* nothing at all */
};

static size_t
repeat(const char *unit, char *out, size_t room)
{
	size_t n = 0, length = strlen(unit);

	for (size_t i = 0; length > 0 && n + length <= room; i++)
		for (size_t k = 0; k < length; k++)
			out[n++] =
			    unit[k] == '~' ? (char)('a' + i % 26) : unit[k];
	return n;
}

/* How many features a comment has that says all it can. */
static uint32_t
count(struct span content, enum comment_format format, void *block)
{
	struct comment c = {
	    .content = content,
	    .format = format,
	    .author = {.name = content, .url = content, .email = content},
	};
	struct signals s = {.known = true, .trust = 20};
	struct features f = {0};
	struct arena a;
	struct text t;

	arena_init(&a, block, ROOM);
	assert_int_equal(text_normalise(&t, content, format, &a), 0);
	assert_int_equal(features_extract(&f, &c, &t, &s, &a), 0);
	return f.n;
}

static void
test_features_are_bounded(void **state)
{
	enum { BYTES = 32768, BYTES_FEW = 40 };
	char *text = malloc(BYTES);
	void *block = malloc(ROOM);
	double most = 0;

	(void)state;
	assert_true(text != NULL && block != NULL);
	for (size_t i = 0; i < 4 * sizeof(units) / sizeof(*units); i++) {
		struct span s = {text,
		    repeat(units[i / 4], text, i % 2 ? BYTES : BYTES_FEW)};
		uint32_t n =
		    count(s, i % 4 < 2 ? FORMAT_TEXT : FORMAT_HTML, block);

		assert_true(n <= FEATURES_PER_BYTE * s.n + FEATURES_BESIDE);
		if (s.n == BYTES && (double)n / BYTES > most)
			most = (double)n / BYTES;
	}
	/* a bound that nothing comes near would bound nothing */
	print_message("%.2f features a byte at most\n", most);
	assert_true(most > FEATURES_PER_BYTE / 2.0);
	free(text);
	free(block);
}

/* The features of an author's name and page that no words are in. */
static uint64_t
shape_of(const char *name, const char *url, void *block)
{
	struct comment c = {.content = span_of("a"),
	    .author = {.name = span_of(name), .url = span_of(url)},
	    .fill_ms = -1};
	struct signals s = {.known = false};
	struct features f = {0};
	struct arena a;
	struct text t;
	uint64_t all = 0;

	arena_init(&a, block, ROOM);
	assert_int_equal(text_normalise(&t, c.content, FORMAT_TEXT, &a), 0);
	assert_int_equal(features_extract(&f, &c, &t, &s, &a), 0);
	for (uint32_t v = f.n_views - 2; v < f.n_views; v++)
		for (uint32_t i = f.views[v].first; i < f.views[v].last; i++)
			all = all * 31 + f.items[i].hash;
	return all;
}

/* What is learned of a site's make holds for sites that nobody has seen. */
static void
test_shapes_are_of_no_words(void **state)
{
	static const struct {
		const char *name, *url;
		const char *as_name, *as_url;
		bool same;
	} cases[] = {
	    {"Ann Lee", "https://annlee.org", "Bob Roy", "https://bobroy.net",
		true},
	    {"Ann Lee", "https://www.annlee.org", "Bob Roy",
		"https://bobroy.net", true},
	    {"Ann Lee", "https://annlee.org", "Ann Lee", "https://garden.net",
		false},
	    {"Ann Lee", "https://annlee.org", "ann lee", "https://annlee.org",
		false},
	    {"Ann Lee", "https://annlee.org", "Ann Lee",
		"https://annlee.org/a/b", false},
	    {"Ann Lee", "https://a.org/a/b", "Ann Lee", "https://a.org/a?b",
		false},
	    {"cheap bags", "http://a.org/cheap-bags", "fast cash",
		"http://b.org/fast-cash", true},
	    {"cheap bags", "http://a.org/cheap-bags", "cheap bags",
		"http://a.org/other-page", false},
	    {"", "http://a.org", "", "http://b.org", true},
	    {"Ann", "", "Bob", "", true},
	    {"Ann", "", "Ann Lee", "", false},
	};
	void *block = malloc(ROOM);

	(void)state;
	assert_non_null(block);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint64_t a = shape_of(cases[i].name, cases[i].url, block);
		uint64_t b = shape_of(cases[i].as_name, cases[i].as_url, block);

		if ((a == b) != cases[i].same)
			fail_msg("%s %s: %s %s", cases[i].name, cases[i].url,
			    cases[i].as_name, cases[i].as_url);
	}
	free(block);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_long_texts_are_not_extreme),
	    cmocka_unit_test(test_short_texts_grow_with_their_root),
	    cmocka_unit_test(test_divisors_are_roots),
	    cmocka_unit_test(test_a_full_arena_is_a_refusal),
	    cmocka_unit_test(test_trust_says_more_from_twenty_on),
	    cmocka_unit_test(test_features_are_bounded),
	    cmocka_unit_test(test_shapes_are_of_no_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
