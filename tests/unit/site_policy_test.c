/* Which setting of a site its comments are judged by. */
#include "../../service/edge/known/site_policy.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct {
	const char *name;
	double score, budget;
	enum policy_scale scale;
	double at;
} cuts[] = {
    {"nothing set", NAN, NAN, SCALE_MODEL, 0},
    {"a score", 0.7, NAN, SCALE_PROBABILITY, 0.7},
    {"a budget", NAN, 0.01, SCALE_BUDGET, 0.01},
    {"a score goes first", 0.7, 0.01, SCALE_PROBABILITY, 0.7},
    {"0 is set too", 0, 0.01, SCALE_PROBABILITY, 0},
};

static void
test_cuts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		struct site_settings s = site_settings_default();
		struct policy_site p;

		s.cutoffs[HEAD_ABUSE].reject = cuts[i].score;
		s.budget.reject = cuts[i].budget;
		p = site_policy(&s, (struct policy_limits){0});
		print_message("%s\n", cuts[i].name);
		assert_int_equal(
		    p.cuts[HEAD_ABUSE].reject.scale, cuts[i].scale);
		assert_true(p.cuts[HEAD_ABUSE].reject.at == cuts[i].at);
		assert_int_equal(p.cuts[HEAD_ABUSE].hold.scale, SCALE_MODEL);
		assert_int_equal(p.cuts[HEAD_SPAM].reject.scale,
		    isnan(cuts[i].budget) ? SCALE_MODEL : SCALE_BUDGET);
	}
}

static void
test_limits(void **state)
{
	static const struct {
		int64_t own;
		uint32_t service, used;
	} rows[] = {{-1, 30, 30}, {-1, 0, 0}, {0, 30, 0}, {5, 30, 5}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct site_settings s = site_settings_default();
		struct policy_limits of_service = {
		    rows[i].service, rows[i].service};
		struct policy_site p;

		s.limit_ip = rows[i].own;
		p = site_policy(&s, of_service);
		assert_int_equal(p.limits.ip, rows[i].used);
		assert_int_equal(p.limits.author, rows[i].service);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cuts),
	    cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
