/* How much of a text is new, and what of a margin is firm without it. */
#include "../../service/core/vocabulary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "../../service/core/model_shift.h"

enum { LOG2 = MODEL_BUCKETS_LOG2_MIN, WORDS = 40, SLOTS_LOG2 = 6 };

/* Of a text of WORDS features, one behaviour; half of the buckets are left. */
struct fixture {
	int16_t weights[((1 << LOG2) + FEATURE_NUMBERS) * MODEL_HEADS];
	struct feature items[WORDS + 1];
	struct features features;
	struct model model;
	struct model_delta slots[1 << SLOTS_LOG2];
	struct model_shift site[MODEL_HEADS];
};

/* The first `n_new` words lie in buckets that weigh nothing for spam. */
static void
fill(struct fixture *f, uint32_t n_new)
{
	memset(f, 0, sizeof(*f));
	for (uint32_t i = 0; i < WORDS; i++) {
		f->items[i].hash = i << (32 - LOG2);
		f->weights[i * MODEL_HEADS + HEAD_SPAM] = i < n_new ? 0 : 1;
		f->weights[i * MODEL_HEADS + HEAD_ABUSE] = 1;
	}
	f->items[WORDS].hash = 7; /* a number, which weighs nothing */
	f->features = (struct features){
	    .items = f->items,
	    .n = WORDS + 1,
	    .views = {{0, WORDS, 1},
		{WORDS, WORDS + 1, 1, .numbered = true, .behaviour = true}},
	    .n_views = 2,
	};
	f->model = (struct model){.buckets_log2 = LOG2,
	    .weights = f->weights,
	    .vacant = {[HEAD_SPAM] = 0.5, [HEAD_ABUSE] = 0.01},
	    .heads = {
		{.trained_on = 1, .unit = 1}, {.trained_on = 1, .unit = 1}}};
}

static void
test_unseen(void **state)
{
	struct fixture f;

	(void)state;
	fill(&f, 0);
	assert_true(vocabulary_unseen(&f.model, &f.features) == 0);
	fill(&f, 4); /* of the 16 that are looked at, each for two */
	assert_true(vocabulary_unseen(&f.model, &f.features) == 0.5);
	fill(&f, WORDS); /* more than all is all */
	assert_true(vocabulary_unseen(&f.model, &f.features) == 1);
}

/* What is numbered is no news, whatever it weighs. */
static void
test_numbers_are_known(void **state)
{
	struct fixture f;

	(void)state;
	fill(&f, 4);
	f.features.views[0].last = 8;
	f.features.views[1] = (struct feature_view){8, 16, 1, .numbered = true};
	assert_true(vocabulary_unseen(&f.model, &f.features) == 0.5);
}

/* To a head that never learned all is new, which says nothing. */
static void
test_empty_head(void **state)
{
	struct fixture f;

	(void)state;
	fill(&f, 0);
	for (uint32_t i = 0; i < WORDS; i++)
		f.weights[i * MODEL_HEADS + HEAD_ABUSE] = 0;
	f.model.vacant[HEAD_ABUSE] = 1;
	f.model.heads[HEAD_ABUSE].trained_on = 0;
	assert_true(vocabulary_unseen(&f.model, &f.features) == 0);
	f.model.heads[HEAD_SPAM].trained_on = 0;
	assert_true(isnan(vocabulary_unseen(&f.model, &f.features)));
}

static void
test_cannot_tell(void **state)
{
	struct fixture f;

	(void)state;
	fill(&f, WORDS);
	f.model.vacant[HEAD_SPAM] = 0.02;
	assert_true(isnan(vocabulary_unseen(&f.model, &f.features)));
	fill(&f, WORDS);
	f.model.heads[HEAD_SPAM].trained_on = 0;
	assert_true(isnan(vocabulary_unseen(&f.model, &f.features)));
	fill(&f, WORDS);
	f.features.n_views = 0;
	assert_true(isnan(vocabulary_unseen(&f.model, &f.features)));
}

static const struct {
	const char *name;
	uint32_t n_new;
	double hashed, firm; /* of a margin of 3 */
} firmness[] = {
    {"all is known", 0, 2, 3},
    {"some is new", 6, 2, 3},
    {"two in five are new", 8, 2, 2.25},
    {"a half is new", 10, 2, 1},
    {"all is new", WORDS, 2, 1},
    {"the text speaks for it", WORDS, -2, 3},
};

static void
test_firm(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(firmness) / sizeof(firmness[0]); i++) {
		double firm[MODEL_HEADS], hashed = firmness[i].hashed;
		struct margins margins = {.of = {3, 3},
		    .said = {[HEAD_SPAM] = hashed, [HEAD_ABUSE] = 2}};
		struct fixture f;

		fill(&f, firmness[i].n_new);
		vocabulary_firm(firm, &f.model, &f.features, &margins);
		print_message("%s\n", firmness[i].name);
		assert_float_equal(firm[HEAD_SPAM], firmness[i].firm, 1e-6);
		/* a head that cannot tell has no doubts */
		assert_true(firm[HEAD_ABUSE] == 3);
	}
}

/* What moderators have taught is not new. */
static void
test_site_has_met(void **state)
{
	struct margins margins = {.of = {3, 3}, .said = {2, 2}};
	double firm[MODEL_HEADS];
	struct fixture f;

	(void)state;
	fill(&f, WORDS);
	for (uint32_t i = 0; i < WORDS - 4; i++)
		model_shift_put(
		    f.slots, SLOTS_LOG2, (struct model_delta){i + 1, 0.25});
	for (int h = 0; h < MODEL_HEADS; h++)
		f.site[h] = (struct model_shift){1, f.slots, SLOTS_LOG2};
	f.model.site = f.site;
	vocabulary_firm(firm, &f.model, &f.features, &margins);
	assert_true(firm[HEAD_SPAM] == 3);
	f.model.site = NULL;
	vocabulary_firm(firm, &f.model, &f.features, &margins);
	assert_true(firm[HEAD_SPAM] == 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_unseen),
	    cmocka_unit_test(test_numbers_are_known),
	    cmocka_unit_test(test_empty_head),
	    cmocka_unit_test(test_cannot_tell),
	    cmocka_unit_test(test_firm),
	    cmocka_unit_test(test_site_has_met),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
