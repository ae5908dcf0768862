/* Jobs of a crew: each once, and whose failure is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdatomic.h>

#include "../../training/crew.h"

enum { JOBS = 1000, NONE = JOBS };

struct jobs {
	atomic_uint done[JOBS];
	atomic_uint busy[64]; /* of a hand */
	size_t fails_at;      /* this one and all later ones fail */
};

static int
job(void *work, size_t i, unsigned hand, struct err *e)
{
	struct jobs *jobs = work;

	if (hand >= crew_hands() || ++jobs->busy[hand % 64] != 1)
		return err_set(e, ERR_BUG, "hand %u is not its own", hand);
	jobs->done[i]++;
	jobs->busy[hand % 64]--;
	return i < jobs->fails_at ? 0 : err_set(e, ERR_DOWN, "job %zu", i);
}

/* What fails is told of the first, and what lies before it is done. */
static void
test_jobs(void **state)
{
	static const struct {
		size_t n, fails_at;
		const char *says;
	} cases[] = {
	    {0, NONE, ""},
	    {1, NONE, ""},
	    {JOBS, NONE, ""},
	    {1, 0, "job 0"},
	    {JOBS, 0, "job 0"},
	    {JOBS, 17, "job 17"},
	    {JOBS, JOBS - 1, "job 999"},
	};

	(void)state;
	for (size_t c = 0; c < sizeof(cases) / sizeof(*cases); c++) {
		struct jobs jobs = {.fails_at = cases[c].fails_at};
		struct err e = {0};
		int failed = crew_do(cases[c].n, job, &jobs, &e);

		assert_int_equal(failed, cases[c].says[0] == '\0' ? 0 : -1);
		assert_string_equal(e.text, cases[c].says);
		for (size_t i = 0; i < JOBS; i++) {
			assert_true(jobs.done[i] <= (i < cases[c].n));
			if (i < cases[c].n && i <= cases[c].fails_at)
				assert_int_equal(jobs.done[i], 1);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_jobs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
