/* What is left of a text: the best there is, and its reasons add up. */
#include "../../service/core/excerpt.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "../../service/core/model.h"
#include "../../service/core/model_shift.h"

enum {
	LOG2 = 14,
	WEIGHTS = ((1 << LOG2) + FEATURE_NUMBERS) * MODEL_HEADS,
	ROOM = 256 << 20,
	SLOTS_LOG2 = 4,
};

static const double cost = 0.25;
static const char spam[] =
    "earn money at home with my channel, subscribe and visit my page now";
static const char good[] =
    "I love how the drums come in after the quiet part, and her voice is so "
    "warm that we played it all the way";

struct fixture {
	struct arena arena;
	struct model model;
	int16_t weights[WEIGHTS];
	struct features features;
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	arena_init(&f->arena, malloc(ROOM), ROOM);
	f->model = (struct model){
	    .buckets_log2 = LOG2,
	    .weights = f->weights,
	    .heads = {{.unit = 1e-3, .excerpt = cost}, {.unit = 1e-3}},
	};
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	free(f->arena.base);
	free(f);
	return 0;
}

/* The features of `text` into the fixture, whose arena is emptied. */
static const struct features *
extract(struct fixture *f, const char *text)
{
	struct comment c = {.content = span_of(text), .fill_ms = -1};
	struct signals none = {.known = false};
	struct text t;

	arena_rewind(&f->arena, 0);
	f->features = (struct features){0};
	assert_int_equal(
	    text_normalise(&t, c.content, FORMAT_TEXT, &f->arena), 0);
	assert_int_equal(
	    features_extract(&f->features, &c, &t, &none, &f->arena), 0);
	return &f->features;
}

/* The model finds all that a text consists of so bad, by both heads. */
static void
teach(struct fixture *f, const char *text, int16_t weight)
{
	const struct features *of = extract(f, text);

	for (uint32_t v = 0; v < of->n_views; v++)
		for (uint32_t i = of->views[v].first;
		     of->views[v].of_text && i < of->views[v].last; i++) {
			size_t at = model_bucket(
			    &of->views[v], of->items[i].hash, LOG2);

			for (int h = 0; h < MODEL_HEADS; h++)
				f->weights[at * MODEL_HEADS + (size_t)h] =
				    weight;
		}
}

static struct margins
score(struct fixture *f, const char *text)
{
	return model_score(&f->model, extract(f, text));
}

static void
test_padding_does_not_help(void **state)
{
	struct fixture *f = *state;
	char behind[512], before[512];
	double alone;

	snprintf(behind, sizeof(behind), "%s %s", spam, good);
	snprintf(before, sizeof(before), "%s %s", good, spam);
	teach(f, good, -200);
	teach(f, spam, 200);
	alone = score(f, spam).of[HEAD_SPAM];
	for (int i = 0; i < 2; i++) {
		struct margins m = score(f, i == 0 ? behind : before);
		const struct excerpt *e = &m.excerpt[HEAD_SPAM];

		assert_true(m.of[HEAD_ABUSE] < alone / 4); /* takes none */
		assert_true(m.excerpt[HEAD_ABUSE].gain == 0);
		assert_true(m.of[HEAD_SPAM] > alone - 2 * cost);
		assert_true(i == 0 ? e->first == 0 : e->first > 10);
		assert_true(
		    i == 0 ? e->end < 20 : e->end == f->features.n_tokens);
	}
}

/* Weights at random, which no rule can know. */
static void
scatter(struct fixture *f, uint32_t seed)
{
	for (size_t i = 0; i < WEIGHTS; i++) {
		seed = seed * 1664525 + 1013904223;
		f->weights[i] = (int16_t)((int32_t)(seed >> 16) % 2001 - 1000);
	}
}

/* `n` of 500 words, with a space behind each. */
static char *
words(unsigned n, uint32_t seed)
{
	char *text = malloc(n * 8 + 1);
	size_t end = 0;

	assert_non_null(text);
	text[0] = '\0';
	for (unsigned i = 0; i < n; i++) {
		seed = seed * 1664525 + 1013904223;
		end +=
		    (size_t)snprintf(text + end, 8, "w%u ", (seed >> 8) % 500);
	}
	return text;
}

/* What tokens add to the margin, each view summed up for itself. */
static double
sum_of(const struct fixture *f, const struct excerpt *e, int head)
{
	double sum = 0;

	for (uint32_t v = 0; v < f->features.n_views; v++) {
		struct feature_view view =
		    excerpt_view(e, &f->features, &f->features.views[v]);

		for (uint32_t i = view.first; view.of_text && i < view.last;
		     i++)
			sum += view.value *
			       model_weight(&f->model,
				   model_bucket(
				       &view, f->features.items[i].hash, LOG2),
				   head);
	}
	return sum;
}

/* The best gain by trying every place. */
static double
best_gain(const struct fixture *f, int head)
{
	uint32_t n = f->features.n_tokens, part = n / (head == 0 ? 8 : 5);
	uint32_t least = part > 2 ? part : 2;
	double whole = sum_of(f, &(struct excerpt){0}, head), best = 0;
	double times = n > 64 ? n / 64.0 : 1;

	for (uint32_t at = 1; at < n; at++) {
		struct excerpt ends[] = {{0, at, 1, 0}, {at, n, 1, 0}};

		for (int i = 0; i < 2; i++) {
			uint32_t left = ends[i].end - ends[i].first;
			double dear = times * (0.1 + 1.5 / left);

			if (left >= least)
				best = fmax(best,
				    sum_of(f, &ends[i], head) - whole - dear);
		}
	}
	return best;
}

static void
test_no_place_is_better(void **state)
{
	struct fixture *f = *state;
	unsigned taken = 0;

	f->model.heads[HEAD_ABUSE].excerpt = cost;
	for (uint32_t seed = 1; seed <= 60; seed++) {
		char *text = words(seed * 2, seed);
		struct margins m;

		scatter(f, seed);
		m = score(f, text);
		for (int h = 0; h < MODEL_HEADS; h++) {
			double gain = m.excerpt[h].gain;

			taken += gain > 0;
			assert_true(fabs(gain - best_gain(f, h)) < 1e-9);
			assert_true(seed > 1 || gain == 0); /* too short */
		}
		free(text);
	}
	assert_in_range(taken, 40, 118);
}

/* The shares of a margin, all of them, and none for what is left out. */
static void
check_shares(struct fixture *f, const struct margins *m)
{
	const struct excerpt *e = &m->excerpt[HEAD_SPAM];
	const struct features *of = &f->features;
	double scale = f->model.site != NULL ? f->model.site->scale : 1;
	double sum = f->model.heads[HEAD_SPAM].bias;
	struct shares s = model_share(&f->model, of, e, HEAD_SPAM, &f->arena);

	assert_non_null(s.of);
	for (uint32_t p = 0; p < of->n_parts; p++)
		sum += s.of[p];
	for (uint32_t p = 0; p < of->n_tokens && s.own == NULL; p++)
		assert_true((s.of[p] == 0) ==
			    (e->gain > 0 && (p < e->first || p >= e->end)));
	assert_true(fabs(sum - m->of[HEAD_SPAM]) < 1e-9);
	assert_true(s.of[features_part(of, REASON_PADDED)] == -scale * e->cost);
}

static void
test_shares_add_up(void **state)
{
	struct fixture *f = *state;
	struct model_delta slots[1 << SLOTS_LOG2] = {{0, 0}};
	struct model_shift site[MODEL_HEADS] = {
	    {.scale = 0.5, .slots = slots, .slots_log2 = SLOTS_LOG2},
	    model_shift_none};

	for (uint32_t seed = 1; seed <= 40; seed++) {
		char *text = words(20 + seed, seed);
		struct margins m, shifted;

		scatter(f, seed);
		f->model.site = NULL;
		m = score(f, text);
		check_shares(f, &m);
		memset(slots, 0, sizeof(slots));
		model_shift_put(slots, SLOTS_LOG2,
		    (struct model_delta){
			(f->features.items[0].hash >> (32 - LOG2)) + 1, 2});
		f->model.site = site;
		shifted = score(f, text);
		check_shares(f, &shifted);
		assert_memory_equal(
		    &m.excerpt, &shifted.excerpt, sizeof(m.excerpt));
		free(text);
	}
}

static double
seconds_of(struct fixture *f, unsigned n)
{
	char *text = words(n, 1);
	double best = INFINITY;

	extract(f, text);
	for (int i = 0; i < 5; i++) {
		struct timespec from, to;

		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
		model_score(&f->model, &f->features);
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
		best =
		    fmin(best, (double)(to.tv_sec - from.tv_sec) +
				   (double)(to.tv_nsec - from.tv_nsec) / 1e9);
	}
	free(text);
	return best;
}

/* 16 times the text: by pairs of places it would take 256 times as long. */
static void
test_time_is_linear(void **state)
{
	struct fixture *f = *state;

	scatter(f, 1);
	assert_true(seconds_of(f, 64000) < 80 * seconds_of(f, 4000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_padding_does_not_help, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_no_place_is_better, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_shares_add_up, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		test_time_is_linear, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
