/* The steps in their order: what a ruling leaves of the model's reasons. */
#include "../../service/core/model_shift.h"
#include "../../service/core/moderate.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { LOG2 = MODEL_BUCKETS_LOG2_MIN, BLOCK_BYTES = 1 << 20 };

static const int16_t weights[((1 << LOG2) + FEATURE_NUMBERS) * MODEL_HEADS];

/* Its margin is 3 whatever the text, and it cannot promise to reject. */
static const struct model unproven = {
    .buckets_log2 = LOG2,
    .weights = weights,
    .heads = {[HEAD_SPAM] = {.bias = 3,
		  .platt_a = -1,
		  .hold = 0,
		  .reject = INFINITY,
		  .discard = INFINITY,
		  .trained_on = 1,
		  .budgeted = {INFINITY, 2, 1},
		  .unit = 1}},
};

static const struct {
	const char *name;
	enum ruling ruling;
	enum action action;
	bool explained; /* that it is held, and not rejected */
} cases[] = {
    {"by the model", RULING_NONE, ACTION_HOLD, true},
    {"held by a list as well", RULING_SUSPECT, ACTION_HOLD, true},
    {"rejected by a person", RULING_SPAM, ACTION_REJECT, false},
    {"blocked", RULING_BLOCKED, ACTION_REJECT, false},
    {"good to a person", RULING_HAM, ACTION_PUBLISH, false},
    {"trusted", RULING_TRUSTED, ACTION_PUBLISH, false},
};

static bool
has_reason(const struct verdict *v, enum reason_code code)
{
	for (uint32_t i = 0; i < v->reasons.n; i++)
		if (v->reasons.items[i].part.code == code)
			return true;
	return false;
}

/* What becomes of a comment that something was decided about. */
static struct verdict
ruled(const struct comment *c, const struct judge *by)
{
	const struct signals none = {.known = false};
	struct judge j = *by;
	void *block = malloc(BLOCK_BYTES);
	struct verdict v;
	struct reading r;
	struct arena a;

	assert_non_null(block);
	arena_init(&a, block, BLOCK_BYTES);
	j.why = REASON_DECIDED;
	assert_int_equal(moderate_read(&r, c, &siphash_open_key, &a), 0);
	assert_int_equal(moderate_judge(&v, &r, &none, &j, &a), 0);
	free(block);
	return v;
}

static void
reasons_fit_the_action(void **state)
{
	struct comment c = {.content = span_of("good day"), .fill_ms = -1};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct verdict v = ruled(
		    &c, &(struct judge){&unproven, .ruling = cases[i].ruling});

		print_message("%s\n", cases[i].name);
		assert_int_equal(v.action, cases[i].action);
		assert_int_equal(
		    has_reason(&v, REASON_UNPROVEN), cases[i].explained);
	}
}

/* What of a comment nobody looked at is published for the trusted alone. */
static const struct {
	const char *name;
	enum ruling ruling;
	enum action action;
} unread[] = {
    {"by the model", RULING_NONE, ACTION_HOLD},
    {"rejected by a person", RULING_SPAM, ACTION_REJECT},
    {"good to a person", RULING_HAM, ACTION_HOLD},
    {"allowed", RULING_ALLOWED, ACTION_HOLD},
    {"trusted", RULING_TRUSTED, ACTION_PUBLISH},
};

static void
what_was_not_looked_at_waits(void **state)
{
	struct comment c = {.content = span_of("good day"), .fill_ms = -1};
	struct model mild = unproven;

	(void)state;
	mild.heads[HEAD_SPAM].bias = -3;
	for (size_t i = 0; i < sizeof(unread) / sizeof(unread[0]); i++) {
		struct judge j = {&mild, .ruling = unread[i].ruling};
		struct verdict v;

		print_message("%s\n", unread[i].name);
		for (int untried = 0; untried <= 1; untried++) {
			j.untried = untried;
			c.cut = !untried;
			v = ruled(&c, &j);
			assert_int_equal(v.action, unread[i].action);
			assert_int_equal(has_reason(&v, REASON_CUT), c.cut);
			assert_int_equal(
			    has_reason(&v, REASON_UNTRIED), j.untried);
		}
	}
}

/* Without a model a ruling still counts, and so does a limit. */
static const struct {
	const char *name;
	enum ruling ruling;
	uint32_t author; /* comments of whom it is */
	enum action action;
	bool cut, untried;
} without[] = {
    {"nobody decided", RULING_NONE, 1, ACTION_HOLD},
    {"rejected by a person", RULING_SPAM, 1, ACTION_REJECT},
    {"allowed", RULING_ALLOWED, 3, ACTION_PUBLISH},
    {"allowed, over the limit", RULING_ALLOWED, 4, ACTION_HOLD},
    {"allowed, but cut", RULING_ALLOWED, 1, ACTION_HOLD, true},
    {"allowed, not all tried", RULING_ALLOWED, 1, ACTION_HOLD, false, true},
    {"trusted, over the limit", RULING_TRUSTED, 4, ACTION_PUBLISH},
    {"blocked, over the limit", RULING_BLOCKED, 4, ACTION_REJECT},
};

static void
a_ruling_needs_no_model(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
		struct judge j = {.ruling = without[i].ruling,
		    .why = REASON_DECIDED,
		    .site = {.limits = {.author = 3}},
		    .untried = without[i].untried};
		struct comment c = {.cut = without[i].cut};
		struct reading r = {.comment = &c};
		struct signals s = {.known = true};
		struct verdict v;

		s.of[SIGNAL_AUTHOR].count = without[i].author;
		print_message("%s\n", without[i].name);
		assert_int_equal(moderate_judge(&v, &r, &s, &j, NULL), 0);
		assert_int_equal(v.action, without[i].action);
		assert_true(has_reason(&v, REASON_MODEL_MISSING));
		assert_int_equal(
		    has_reason(&v, REASON_LIMIT), without[i].author > 3);
		assert_int_equal(has_reason(&v, REASON_CUT), without[i].cut);
		assert_int_equal(
		    has_reason(&v, REASON_UNTRIED), without[i].untried);
	}
}

/* Who does not ask why has the same verdict, and no reasons of the model. */
static void
a_brief_verdict_is_the_same(void **state)
{
	struct comment c = {.content = span_of("good day"), .fill_ms = -1};
	struct signals none = {.known = false};
	struct model opinionated = unproven;
	struct judge j = {.model = &opinionated};
	void *block = malloc(BLOCK_BYTES);
	int16_t *ones = malloc(sizeof(weights));
	struct reading r;
	struct verdict all, brief;
	struct arena a;

	(void)state;
	assert_true(block != NULL && ones != NULL);
	for (size_t i = 0; i < sizeof(weights) / sizeof(*weights); i++)
		ones[i] = 1;
	opinionated.weights = ones;
	arena_init(&a, block, BLOCK_BYTES);
	assert_int_equal(moderate_read(&r, &c, &siphash_open_key, &a), 0);
	assert_int_equal(moderate_judge(&all, &r, &none, &j, &a), 0);
	j.brief = true;
	assert_int_equal(moderate_judge(&brief, &r, &none, &j, &a), 0);
	assert_true(all.margin == brief.margin && all.action == brief.action);
	assert_true(has_reason(&all, REASON_TEXT));
	assert_false(has_reason(&brief, REASON_TEXT));
	assert_true(has_reason(&brief, REASON_UNPROVEN));
	free(ones);
	free(block);
}

/* What a site made of a model hides nothing of the model. */
static void
a_site_leaves_the_model_its_say(void **state)
{
	struct comment c = {.content = span_of("good day"), .fill_ms = -1};
	struct signals none = {.known = false};
	const struct model_shift shifts[MODEL_HEADS] = {
	    model_shift_said(&(struct model_say){.scale = .5, .added = -2}),
	    model_shift_none};
	struct model opinionated = unproven, own;
	void *block = malloc(BLOCK_BYTES);
	int16_t *ones = malloc(sizeof(weights));
	struct reading r;
	struct verdict plain, shifted;
	struct arena a;

	(void)state;
	assert_true(block != NULL && ones != NULL);
	for (size_t i = 0; i < sizeof(weights) / sizeof(*weights); i++)
		ones[i] = 1;
	opinionated.weights = ones;
	opinionated.heads[HEAD_SPAM].unit = .01;
	own = opinionated;
	own.site = shifts;
	own.alone = opinionated.heads;
	own.heads[HEAD_SPAM].bias = -1;
	own.heads[HEAD_SPAM].platt_a = -3;
	arena_init(&a, block, BLOCK_BYTES);
	assert_int_equal(moderate_read(&r, &c, &siphash_open_key, &a), 0);
	assert_int_equal(moderate_judge(&plain, &r, &none,
			     &(struct judge){.model = &opinionated}, &a),
	    0);
	assert_int_equal(moderate_judge(&shifted, &r, &none,
			     &(struct judge){.model = &own}, &a),
	    0);
	assert_true(plain.alone[HEAD_SPAM] == plain.scores[HEAD_SPAM]);
	assert_true(shifted.scores[HEAD_SPAM] < .1 * plain.scores[HEAD_SPAM]);
	assert_true(
	    fabs(shifted.alone[HEAD_SPAM] - plain.alone[HEAD_SPAM]) < 1e-12);
	assert_true(shifted.alone[HEAD_ABUSE] == -1);
	free(ones);
	free(block);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reasons_fit_the_action),
	    cmocka_unit_test(what_was_not_looked_at_waits),
	    cmocka_unit_test(a_ruling_needs_no_model),
	    cmocka_unit_test(a_brief_verdict_is_the_same),
	    cmocka_unit_test(a_site_leaves_the_model_its_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
