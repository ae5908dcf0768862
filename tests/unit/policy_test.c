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
    .heads = {{0, -1, 0, 0, INFINITY, INFINITY, 100, 10}, {0}}};

static const struct {
	const char *name;
	const struct model *model;
	double spam, abuse;
	uint32_t author, same_text; /* counts */
	enum action action;
	enum model_head_id head;
	int over_limit;
	bool empty, trapped;
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
	-1},
    {"at the limit", &model, -1, -9, 3, 1, ACTION_PUBLISH, HEAD_SPAM, -1},
    {"over the limit", &model, -1, -9, 4, 1, ACTION_HOLD, HEAD_SPAM,
	SIGNAL_AUTHOR},
    {"good but empty", &model, -1, -9, 1, 1, ACTION_HOLD, HEAD_SPAM, -1, true},
    {"spam and empty", &model, 1, -9, 1, 1, ACTION_REJECT, HEAD_SPAM, -1, true},
    {"good but trapped", &model, -1, -9, 1, 1, ACTION_HOLD, HEAD_SPAM, -1,
	false, true},
    {"over the limit and spam", &model, 1, -9, 4, 1, ACTION_REJECT, HEAD_SPAM,
	SIGNAL_AUTHOR},
};

static void
test_cases(void **state)
{
	const struct policy_limits limits = {.author = 3, .ip = 0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double margins[MODEL_HEADS] = {cases[i].spam, cases[i].abuse};
		struct signals s = {.known = true};
		struct policy_decision d;

		s.of[SIGNAL_AUTHOR].count = cases[i].author;
		s.of[SIGNAL_AUTHOR_TEXT].count = cases[i].same_text;
		s.of[SIGNAL_IP].count = 1000; /* no limit on it */
		d = policy_decide(cases[i].model,
		    &(struct policy_case){
			margins, &s, cases[i].empty, cases[i].trapped},
		    &limits);
		print_message("%s\n", cases[i].name);
		assert_int_equal(d.action, cases[i].action);
		assert_int_equal(d.head, cases[i].head);
		assert_int_equal(d.over_limit, cases[i].over_limit);
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

static void
test_actions_have_names(void **state)
{
	(void)state;
	assert_string_equal(action_name(ACTION_PUBLISH), "publish");
	assert_string_equal(action_name(ACTION_HOLD), "hold");
	assert_string_equal(action_name(ACTION_REJECT), "reject");
	assert_string_equal(action_name(ACTION_DISCARD), "discard");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_rulings),
	    cmocka_unit_test(test_actions_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
