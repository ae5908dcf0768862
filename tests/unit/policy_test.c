/* From margins and signals to an action: a row a case. */
#include "../../service/core/policy.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct model model = {
    .heads = {{0, -1, 0, 0, 1, 2, 100, 100}, {0, -1, 0, 0.5, 1.5, 3, 9, 9}}};
static const struct model only_spam = {
    .heads = {{0, -1, 0, 0, 1, 2, 100, 100}, {0}}};
static const struct model careful = {
    .heads = {{0, -1, 0, 0, INFINITY, INFINITY, 100, 10,
		  {INFINITY, INFINITY, INFINITY, INFINITY, INFINITY, INFINITY,
		      INFINITY, INFINITY, INFINITY, 4, 3}},
	{0}}};

static const struct {
	const char *name;
	const struct model *model;
	double spam, abuse;
	uint32_t author, same_text; /* counts */
	enum action action;
	enum model_head_id head;
	int over_limit;
	bool empty, trapped, unproven, unfamiliar, cut;
	double doubt[MODEL_HEADS]; /* how far the margins are not firm */
} cases[] = {
    {"good", &model, -1, -1, 1, 1, ACTION_PUBLISH, HEAD_SPAM, -1},
    {"the more probable head speaks", &model, -2, -1, 1, 1, ACTION_PUBLISH,
	HEAD_ABUSE, -1},
    {"on the hold cut-off", &model, 0, -9, 1, 1, ACTION_HOLD, HEAD_SPAM, -1},
    {"just below", &model, -1e-9, -9, 1, 1, ACTION_PUBLISH, HEAD_SPAM, -1},
    {"on the reject cut-off", &model, 1, -9, 1, 1, ACTION_REJECT, HEAD_SPAM,
	-1},
    {"far above, but once", &model, 9, -9, 1, 1, ACTION_REJECT, HEAD_SPAM, -1},
    {"far above, twice", &model, 9, -9, 2, 2, ACTION_REJECT, HEAD_SPAM, -1},
    {"far above, three times", &model, 9, -9, 3, 3, ACTION_DISCARD, HEAD_SPAM,
	-1},
    {"abuse decides", &model, -3, 1.5, 1, 1, ACTION_REJECT, HEAD_ABUSE, -1},
    {"the harder action wins", &model, 1, 1.4, 1, 1, ACTION_REJECT, HEAD_SPAM,
	-1},
    {"an empty head is silent", &only_spam, -1, 99, 1, 1, ACTION_PUBLISH,
	HEAD_SPAM, -1},
    {"too little data: hold", &careful, 99, -1, 3, 3, ACTION_HOLD, HEAD_SPAM,
	-1, .unproven = true},
    {"enough to promise less", &careful, 4.5, -1, 1, 1, ACTION_HOLD, HEAD_SPAM,
	-1, .unproven = true},
    {"held anyway", &careful, 3.5, -1, 1, 1, ACTION_HOLD, HEAD_SPAM, -1},
    {"rejected in spite of doubt", &model, 2, -9, 1, 1, ACTION_REJECT,
	HEAD_SPAM, -1, .doubt = {1}},
    {"not firm enough to reject", &model, 2, -9, 1, 1, ACTION_HOLD, HEAD_SPAM,
	-1, .unfamiliar = true, .doubt = {1.5}},
    {"nor to discard", &model, 9, -9, 3, 3, ACTION_HOLD, HEAD_SPAM, -1,
	.unfamiliar = true, .doubt = {9}},
    {"firm, and again and again", &model, 9, -9, 3, 3, ACTION_DISCARD,
	HEAD_SPAM, -1, .doubt = {1}},
    {"doubt changes nothing that is held", &model, 0.5, -9, 1, 1, ACTION_HOLD,
	HEAD_SPAM, -1, .doubt = {9}},
    {"at the limit", &model, -1, -9, 3, 1, ACTION_PUBLISH, HEAD_SPAM, -1},
    {"over the limit", &model, -1, -9, 4, 1, ACTION_HOLD, HEAD_SPAM,
	SIGNAL_AUTHOR},
    {"good but empty", &model, -1, -9, 1, 1, ACTION_HOLD, HEAD_SPAM, -1, true},
    {"spam and empty", &model, 1, -9, 1, 1, ACTION_REJECT, HEAD_SPAM, -1, true},
    {"good but trapped", &model, -1, -9, 1, 1, ACTION_HOLD, HEAD_SPAM, -1,
	false, true},
    {"good as far as it was read", &model, -1, -9, 1, 1, ACTION_HOLD, HEAD_SPAM,
	-1, .cut = true},
    {"spam as far as it was read", &model, 1, -9, 1, 1, ACTION_REJECT,
	HEAD_SPAM, -1, .cut = true},
    {"over the limit and spam", &model, 1, -9, 4, 1, ACTION_REJECT, HEAD_SPAM,
	SIGNAL_AUTHOR},
};

static void
test_cases(void **state)
{
	const struct policy_site site = {.limits = {.author = 3, .ip = 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double margins[MODEL_HEADS] = {cases[i].spam, cases[i].abuse};
		double firm[MODEL_HEADS];
		struct signals s = {.known = true};
		struct policy_decision d;

		for (int h = 0; h < MODEL_HEADS; h++)
			firm[h] = margins[h] - cases[i].doubt[h];
		s.of[SIGNAL_AUTHOR].count = cases[i].author;
		s.of[SIGNAL_AUTHOR_TEXT].count = cases[i].same_text;
		s.of[SIGNAL_IP].count = 1000; /* no limit on it */
		d = policy_decide(cases[i].model,
		    &(struct policy_case){margins, firm, &s, cases[i].empty,
			cases[i].trapped, cases[i].cut},
		    &site);
		print_message("%s\n", cases[i].name);
		assert_int_equal(d.action, cases[i].action);
		assert_int_equal(d.head, cases[i].head);
		assert_int_equal(d.over_limit, cases[i].over_limit);
		assert_int_equal(d.unproven, cases[i].unproven);
		assert_int_equal(d.unfamiliar, cases[i].unfamiliar);
	}
}

/* Cut-offs of its own: 0 and 1 by the model, which rejects 5 % at -1. */
static const struct model budgeted = {
    .heads = {
	{0, -1, 0, 0, 1, 2, 100, 100,
	    {INFINITY, INFINITY, INFINITY, 3, 2.5, 1.5, 0.5, -0.5, -1, -2, -3}},
	{0},
    }};

#define NOT                                                                    \
	{                                                                      \
		SCALE_MODEL, 0                                                 \
	}
#define SCORE(p)                                                               \
	{                                                                      \
		SCALE_PROBABILITY, p                                           \
	}
#define BUDGET(r)                                                              \
	{                                                                      \
		SCALE_BUDGET, r                                                \
	}

static const struct {
	const char *name;
	struct policy_cut hold, reject;
	double margin;
	enum action action;
} own[] = {
    {"the model's", NOT, NOT, 1, ACTION_REJECT},
    {"score: below", SCORE(0.7), SCORE(0.9), 0.8, ACTION_PUBLISH},
    {"score: held", SCORE(0.7), SCORE(0.9), 0.9, ACTION_HOLD},
    {"score: rejected, again and again", SCORE(0.7), SCORE(0.9), 2.2,
	ACTION_DISCARD},
    {"score 0 holds all", SCORE(0), SCORE(1), -99, ACTION_HOLD},
    {"score 1 rejects none", SCORE(0), SCORE(1), 99, ACTION_HOLD},
    {"discarding gives way too", SCORE(0.5), SCORE(0.99), 3, ACTION_HOLD},
    {"budget: held", BUDGET(0.05), BUDGET(0.001), -1, ACTION_HOLD},
    {"budget: below", BUDGET(0.05), BUDGET(0.001), -1.1, ACTION_PUBLISH},
    {"budget: not yet", BUDGET(0.05), BUDGET(0.001), 2.9, ACTION_HOLD},
    {"budget: discarded", BUDGET(0.05), BUDGET(0.001), 3, ACTION_DISCARD},
    {"budget: by the row below", BUDGET(0.05), BUDGET(0.0019), 2.9,
	ACTION_HOLD},
    {"too few data to reject", BUDGET(0.05), BUDGET(0.0001), 99, ACTION_HOLD},
    {"too few data to hold", BUDGET(0.0001), BUDGET(0.0001), 0, ACTION_HOLD},
    {"only rejecting: the hold gives way", NOT, SCORE(0.3), -0.5,
	ACTION_REJECT},
    {"only holding: the reject gives way", SCORE(0.9), NOT, 2, ACTION_PUBLISH},
    {"and both meet", SCORE(0.9), NOT, 2.2, ACTION_DISCARD},
    {"one each", SCORE(0.3), BUDGET(0.01), 0.5, ACTION_REJECT},
};

static void
test_a_site_cuts_where_it_likes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		struct policy_site site = {
		    .cuts[HEAD_SPAM] = {own[i].hold, own[i].reject}};
		double margins[MODEL_HEADS] = {own[i].margin, 99};
		struct signals s = {.known = true};
		struct policy_case c = {
		    .margins = margins, .firm = margins, .signals = &s};

		s.of[SIGNAL_NEAR].count = 3;
		print_message("%s\n", own[i].name);
		assert_int_equal(
		    policy_decide(&budgeted, &c, &site).action, own[i].action);
	}
}

static const struct {
	enum ruling ruling;
	enum action before;
	bool over_limit;
	enum action after;
} rulings[] = {
    {RULING_NONE, ACTION_HOLD, false, ACTION_HOLD},
    {RULING_SPAM, ACTION_PUBLISH, false, ACTION_REJECT},
    {RULING_SPAM, ACTION_HOLD, true, ACTION_REJECT},
    {RULING_SPAM, ACTION_DISCARD, false, ACTION_DISCARD},
    {RULING_ABUSE, ACTION_PUBLISH, true, ACTION_REJECT},
    {RULING_TRASH, ACTION_HOLD, false, ACTION_REJECT},
    {RULING_HOLD, ACTION_PUBLISH, false, ACTION_HOLD},
    {RULING_HOLD, ACTION_DISCARD, true, ACTION_HOLD},
    {RULING_ALIKE, ACTION_PUBLISH, false, ACTION_HOLD},
    {RULING_ALIKE, ACTION_REJECT, true, ACTION_REJECT},
    {RULING_HAM, ACTION_DISCARD, false, ACTION_PUBLISH},
    {RULING_HAM, ACTION_REJECT, true, ACTION_HOLD},
    {RULING_TRUSTED, ACTION_DISCARD, true, ACTION_PUBLISH},
};

static void
test_rulings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rulings) / sizeof(rulings[0]); i++)
		assert_int_equal(policy_rule(rulings[i].ruling,
				     rulings[i].before, rulings[i].over_limit),
		    rulings[i].after);
}

/* A ruling names its head, unless that has learned nothing. */
static void
test_a_ruling_is_about_a_head(void **state)
{
	struct model m = {.heads = {[HEAD_SPAM].trained_on = 1}};

	(void)state;
	assert_int_equal(policy_head(RULING_ABUSE, &m, HEAD_SPAM), HEAD_SPAM);
	m.heads[HEAD_ABUSE].trained_on = 1;
	assert_int_equal(policy_head(RULING_ABUSE, &m, HEAD_SPAM), HEAD_ABUSE);
	assert_int_equal(policy_head(RULING_SPAM, &m, HEAD_ABUSE), HEAD_SPAM);
	assert_int_equal(policy_head(RULING_ALIKE, &m, HEAD_ABUSE), HEAD_SPAM);
	assert_int_equal(policy_head(RULING_HAM, &m, HEAD_ABUSE), HEAD_ABUSE);
}

static void
test_actions_have_names(void **state)
{
	(void)state;
	assert_string_equal(action_name(ACTION_PUBLISH), "publish");
	assert_string_equal(action_name(ACTION_HOLD), "hold");
	assert_string_equal(action_name(ACTION_REJECT), "reject");
	assert_string_equal(action_name(ACTION_DISCARD), "discard");
	for (int a = 0; a <= ACTION_DISCARD; a++)
		assert_int_equal(
		    action_named(span_of(action_name((enum action)a))), a);
	assert_int_equal(action_named(span_of("Publish")), -1);
	assert_int_equal(action_named((struct span){NULL, 0}), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_a_site_cuts_where_it_likes),
	    cmocka_unit_test(test_rulings),
	    cmocka_unit_test(test_a_ruling_is_about_a_head),
	    cmocka_unit_test(test_actions_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
