#include "../../service/core/reasons.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { PARTS_MAX = 64 };

static double
sum_of(const struct reasons *r)
{
	double sum = 0;

	for (uint32_t i = 0; i < r->n; i++)
		sum += r->items[i].weight;
	return sum;
}

static struct part
word(uint32_t start, uint32_t end)
{
	return (struct part){.code = REASON_TEXT,
	    .field = FIELD_CONTENT,
	    .source = {start, end},
	    .gap_ms = -1};
}

/* Many parts of falling weight, no two of them neighbours of one sign. */
static uint32_t
many(struct part *parts, double *weights)
{
	for (uint32_t i = 0; i < PARTS_MAX; i++) {
		parts[i] = word(i * 10, i * 10 + 5);
		weights[i] = (i % 2 ? -1 : 1) * (1.0 + i % 7);
	}
	return PARTS_MAX;
}

static void
test_sum_is_kept(void **state)
{
	struct part parts[PARTS_MAX];
	double weights[PARTS_MAX], total = 0;
	struct reasons r;

	(void)state;
	for (uint32_t n = 0; n <= many(parts, weights); n++) {
		reasons_pick(&r, parts, weights, NULL, n);
		assert_true(r.n < REASONS_MAX);
		assert_true(fabs(sum_of(&r) - total) < 1e-9);
		if (n < PARTS_MAX)
			total += weights[n];
	}
}

static void
test_strongest_first(void **state)
{
	struct part parts[PARTS_MAX];
	double weights[PARTS_MAX];
	struct reasons r;

	(void)state;
	reasons_pick(&r, parts, weights, NULL, many(parts, weights));
	for (uint32_t i = 2; i + 1 < r.n; i++)
		assert_true(
		    fabs(r.items[i].weight) <= fabs(r.items[i - 1].weight));
	assert_int_equal(r.items[r.n - 1].part.code, REASON_OTHER);
	assert_true(fabs(r.items[0].weight) == 7);
}

static void
test_neighbours_become_a_phrase(void **state)
{
	struct part parts[] = {word(0, 5), word(6, 10), word(11, 15)};
	double weights[] = {1, 0.9, -0.8};
	struct reasons r;

	(void)state;
	reasons_pick(&r, parts, weights, NULL, 3);
	assert_int_equal(r.n, 2);
	assert_int_equal(r.items[0].part.source.start, 0);
	assert_int_equal(r.items[0].part.source.end, 10);
	assert_true(fabs(r.items[0].weight - 1.9) < 1e-12);
	assert_int_equal(r.items[1].part.source.start, 11);
}

static struct part
tied(struct part p)
{
	p.tied = true;
	return p;
}

/* However little the others weigh, and wherever they pull. */
static void
test_tied_words_are_one(void **state)
{
	struct part parts[] = {word(0, 4), tied(word(5, 7)), tied(word(7, 13)),
	    word(14, 18), word(19, 22), tied(word(23, 26)), word(27, 30)};
	double weights[] = {1, 0, -0.1, 0.5, -0.5, 0.1, 0};
	struct reasons r;

	(void)state;
	reasons_pick(&r, parts, weights, NULL, 7);
	assert_int_equal(r.n, 2);
	assert_int_equal(r.items[0].part.source.start, 0);
	assert_int_equal(r.items[0].part.source.end, 18);
	assert_true(fabs(r.items[0].weight - 1.4) < 1e-12);
	assert_int_equal(r.items[1].part.source.start, 19);
	assert_int_equal(r.items[1].part.source.end, 26);
	assert_true(fabs(sum_of(&r) - 1) < 1e-12);
}

/* The first of them may be what weighs nothing. */
static void
test_a_light_word_may_lead(void **state)
{
	struct part parts[] = {word(0, 4), tied(word(5, 9)), word(10, 14)};
	double weights[] = {0, 1, 0};
	struct reasons r;

	(void)state;
	reasons_pick(&r, parts, weights, NULL, 3);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.items[0].part.source.start, 0);
	assert_int_equal(r.items[0].part.source.end, 9);
}

static void
test_rule_fits_after_a_full_list(void **state)
{
	struct part parts[PARTS_MAX];
	double weights[PARTS_MAX];
	struct reasons r;

	(void)state;
	reasons_pick(&r, parts, weights, NULL, many(parts, weights));
	reasons_add_rule(&r, REASON_LIMIT, 31);
	assert_true(r.n <= REASONS_MAX);
	assert_int_equal(r.items[r.n - 1].part.code, REASON_LIMIT);
	assert_int_equal(r.items[r.n - 1].part.count, 31);
}

static void
test_every_code_has_name_and_words(void **state)
{
	char text[REASON_TEXT_BYTES];

	(void)state;
	for (int code = 0; code < REASON_CODES; code++) {
		struct reason r = {{.code = (uint8_t)code,
				       .count = 4000000000u,
				       .gap_ms = 7200000},
		    1};

		assert_non_null(reason_name((enum reason_code)code));
		for (r.weight = -1; r.weight <= 1; r.weight += 2) {
			reason_text(&r, text, sizeof(text));
			assert_in_range(strlen(text), 8, sizeof(text) - 2);
		}
	}
}

/* The same words stand for spam and for abuse. */
static void
test_no_words_are_of_one_head(void **state)
{
	char text[REASON_TEXT_BYTES];

	(void)state;
	for (int code = 0; code < REASON_CODES; code++) {
		struct reason r = {{.code = (uint8_t)code, .gap_ms = -1}, 1};

		for (r.weight = -1; r.weight <= 1; r.weight += 2) {
			reason_text(&r, text, sizeof(text));
			assert_null(strstr(text, "spam"));
			assert_null(strstr(text, "abus"));
		}
	}
}

static void
test_text_names_count_and_gap(void **state)
{
	struct reason r = {
	    {.code = REASON_REPEAT_AUTHOR, .count = 2, .gap_ms = 60000}, 1};
	char text[REASON_TEXT_BYTES];

	(void)state;
	reason_text(&r, text, sizeof(text));
	assert_string_equal(text,
	    "the same author sent the same text: 2 times, "
	    "60 s after the one before");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sum_is_kept),
	    cmocka_unit_test(test_strongest_first),
	    cmocka_unit_test(test_neighbours_become_a_phrase),
	    cmocka_unit_test(test_tied_words_are_one),
	    cmocka_unit_test(test_a_light_word_may_lead),
	    cmocka_unit_test(test_rule_fits_after_a_full_list),
	    cmocka_unit_test(test_every_code_has_name_and_words),
	    cmocka_unit_test(test_no_words_are_of_one_head),
	    cmocka_unit_test(test_text_names_count_and_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
