/* A site's cut-offs: by its own good labels, or the model's, moved. */
#include "../../service/core/adapt_cut_offs.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct model_head model_head = {-0.1, -2, 0.1, 0.5, 1, 2, 10, 9,
    {9, 8, 7, 1, 0.9, 0.8, 0.7, 0.5, 0, -1, -2}, 0.25};

static void
test_of_many(void **state)
{
	struct model_head h = model_head, half = h, most = h;
	struct scored s[1200];
	double good[1200], model[1200] = {0}, even = model_margin(&h, 0.5);

	(void)state;
	for (int i = 0; i < 1200; i++)
		s[i] = (struct scored){i < 1000 ? i * 0.001 : 3, i >= 1000};
	adapt_cut_offs(&h, &(struct adapt_margins){s, model, 1200, 1}, good);
	assert_int_equal(h.calibrated_on, 1000);
	/* of 1,001 one may be above for 0.1 %; none for less */
	assert_true(h.budgeted[3] == nextafter(0.999, INFINITY));
	assert_true(h.budgeted[2] > 7 && h.budgeted[1] > 8);
	assert_true(h.reject == h.budgeted[3]);
	/* no good comment is held for being no worse than even */
	assert_true(h.hold == even);
	for (int i = 1; i < MODEL_BUDGETS; i++)
		assert_true(h.budgeted[i] <= h.budgeted[i - 1]);
	/* nor for being no worse than the labels */
	adapt_cut_offs(
	    &half, &(struct adapt_margins){s + 800, model, 400, 1}, good);
	assert_true(half.hold == even);
	adapt_cut_offs(
	    &most, &(struct adapt_margins){s + 900, model, 300, 1}, good);
	assert_true(most.hold == model_margin(&h, 200.0 / 300));
}

/* Of a model that promises no budget up to 0.2 % a site with enough good ones
 * comes to reject by what models are to: 0.1 %, and to discard by none. */
static void
test_of_a_model_that_promised_less(void **state)
{
	struct model_head h = model_head;
	struct scored s[1200];
	double good[1200], model[1200] = {0};

	(void)state;
	for (int i = 0; i < 1200; i++)
		s[i] = (struct scored){i < 1000 ? i * 0.001 : 3, i >= 1000};
	for (int i = 0; i < 5; i++)
		h.budgeted[i] = INFINITY;
	h.reject = h.discard = INFINITY;
	adapt_cut_offs(&h, &(struct adapt_margins){s, model, 1200, 1}, good);
	assert_true(h.budgeted[3] == nextafter(0.999, INFINITY));
	assert_true(h.reject == h.budgeted[3]);
	assert_true(h.discard == INFINITY);
}

/* A model may hold more of quarrels than a site's own good ones are worth: of
 * those no more than usual, once they are enough to tell. */
static void
test_of_a_model_with_a_wider_budget(void **state)
{
	struct model_head wide = model_head, h;
	struct scored s[1200];
	double good[1200], model[1200] = {0};

	(void)state;
	wide.hold = wide.budgeted[8];
	for (int i = 0; i < 1200; i++)
		s[i] = (struct scored){i < 1000 ? i * 1e-6 - 5 : -1, i >= 1000};
	for (int i = 0; i < 1200; i++)
		model[i] = -1;
	h = wide;
	adapt_cut_offs(&h, &(struct adapt_margins){s, model, 1200, 1}, good);
	assert_true(h.hold == h.budgeted[7] && h.hold > h.budgeted[8]);
	assert_true(h.hold < model_margin(&h, 0.5));
	h = wide;
	adapt_cut_offs(
	    &h, &(struct adapt_margins){s + 970, model, 230, 1}, good);
	assert_int_equal(h.calibrated_on, 30);
	/* too few to tell: as far from them as the model's own */
	assert_true(fabs(h.hold - (wide.hold + 1 + s[985].margin)) < 1e-4);
}

/*
 * Two good ones promise nothing: the model's cut-offs go with the margins of
 * good comments, however sure the labels make the mixture that all is bad.
 */
static void
test_of_few(void **state)
{
	enum { N = 40, GOOD = 2 };
	static const struct {
		const char *name;
		double scale, up, apart; /* of the model's margin; on it */
		double times;            /* as far from the good ones */
	} cases[] = {
	    {"the model's margins", 1, 0, 0, 1},
	    {"all are likelier bad", 1, 2, 0, 1},
	    {"and further apart", 2, 2, 0, 2},
	    {"and by what the model does not know", 0.6, 2, 0.8, 1},
	    {"the site alone", 0, 2, 0.5, 0.5},
	    {"nothing tells them apart", 0, 2, 0, 0},
	};
	struct scored s[N];
	double good[N], margins[N], to_hold;
	struct model_head h;

	(void)state;
	for (size_t c = 0; c < sizeof(cases) / sizeof(*cases); c++) {
		for (int i = 0; i < N; i++) {
			double odd = i % 2 == 0 ? 0.5 : -0.5;

			margins[i] = (i < GOOD ? -2 : 2) + odd;
			s[i].margin = cases[c].scale * margins[i] +
				      cases[c].up + cases[c].apart * odd;
			s[i].bad = i >= GOOD;
		}
		h = model_head;
		adapt_cut_offs(&h,
		    &(struct adapt_margins){s, margins, N, cases[c].scale},
		    good);
		to_hold = cases[c].up - 2 * cases[c].scale +
			  (model_head.hold + 2) * cases[c].times;
		if (fabs(h.hold - to_hold) > 1e-9 || h.hold <= cases[c].up - 2)
			fail_msg("%s: %g", cases[c].name, h.hold);
		assert_true(h.hold <= h.reject && h.reject <= h.discard);
	}
	assert_true(h.hold > 2); /* where none is over it none is held */
}

/* What the model holds of good ones is not to stay held. */
static void
test_of_a_model_too_strict(void **state)
{
	enum { N = 20 };
	struct model_head h = model_head;
	struct scored s[N];
	double good[N], model[N];

	(void)state;
	for (int i = 0; i < N; i++) {
		model[i] = 3 + i % 2;
		s[i] = (struct scored){model[i] - (i < 10 ? 4 : 0), i >= 10};
	}
	adapt_cut_offs(&h, &(struct adapt_margins){s, model, N, 1}, good);
	assert_true(h.hold == model_head.hold);
	assert_true(h.reject == model_head.reject);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_of_many),
	    cmocka_unit_test(test_of_a_model_that_promised_less),
	    cmocka_unit_test(test_of_a_model_with_a_wider_budget),
	    cmocka_unit_test(test_of_few),
	    cmocka_unit_test(test_of_a_model_too_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
