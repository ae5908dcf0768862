/* What a site's labels make of a model: on words that mean something there. */
#include "../../service/core/adapt.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../service/core/adapt_folds.h"

enum {
	LOG2 = MODEL_BUCKETS_LOG2_MIN,
	BUCKETS = (1 << LOG2) + FEATURE_NUMBERS,
	ROWS = 120,
	WORDS = 6, /* of a comment, each a part of its own */
	BAD_WORD = 3,
	GOOD_WORD = 4,
	MODEL_WORD = 5, /* of which the model thinks something */
};

struct fixture {
	struct model model;
	int16_t weights[BUCKETS * MODEL_HEADS];
	struct feature items[ROWS][WORDS + 1];
	struct features features[ROWS];
	struct part parts[WORDS + 1];
	struct adapt_row rows[ROWS];
	struct adapt_label labels[ROWS];
	struct arena arena;
	size_t kept; /* of the arena, for the rows */
};

static struct feature
word(unsigned bucket, unsigned part)
{
	return (struct feature){bucket << (32 - LOG2), part};
}

/*
 * Row i is bad when i is odd. One word in six says so, one is of the model,
 * and the others are noise; a seventh is behaviour.
 */
static void
fill_row(struct fixture *f, unsigned i, bool model_is_right)
{
	struct features *v = &f->features[i];
	bool bad = i % 2 == 1;

	f->items[i][0] = word(bad ? BAD_WORD : GOOD_WORD, 0);
	f->items[i][1] =
	    word(bad == model_is_right ? MODEL_WORD : MODEL_WORD + 1, 1);
	for (unsigned w = 2; w < WORDS; w++)
		f->items[i][w] = word(20 + (i * 7 + w * 31) % 200, w);
	f->items[i][WORDS] = (struct feature){9, WORDS};
	*v = (struct features){
	    .items = f->items[i],
	    .n = WORDS + 1,
	    .views = {{0, WORDS, 0.4},
		{WORDS, WORDS + 1, 1, .numbered = true, .behaviour = true}},
	    .n_views = 2,
	    .parts = f->parts,
	    .n_parts = WORDS + 1,
	};
	assert_int_equal(adapt_read(&f->rows[i], &f->model, v, &f->arena), 0);
	f->rows[i].fingerprint = (struct fingerprint){.text = i + 1};
	f->labels[i] = (struct adapt_label){&f->rows[i], bad};
}

static void
fill(struct fixture *f, bool model_is_right)
{
	arena_rewind(&f->arena, 0);
	for (unsigned i = 0; i < ROWS; i++)
		fill_row(f, i, model_is_right);
	f->kept = f->arena.used;
}

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	size_t bytes;

	f->model = (struct model){
	    .buckets_log2 = LOG2,
	    .weights = f->weights,
	    .heads = {{-0.1, -2, 0.1, 0.5, 1, 2, 10, 9,
			  {9, 8, 7, 1, 0.9, 0.8, 0.7, 0.5, 0, -1, -2}, 0.25},
		{0.25, -1, 0, 0.5, 1, 2, 10, 5, .unit = 0.25}},
	};
	/* quarters */
	f->weights[MODEL_WORD * MODEL_HEADS] = 8;
	f->weights[(MODEL_WORD + 1) * MODEL_HEADS] = -8;
	f->weights[((1 << LOG2) + 9) * MODEL_HEADS] = 3;
	bytes = adapt_bytes(&f->model, ROWS) + (1 << 20);
	arena_init(&f->arena, calloc(1, bytes), bytes);
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

static struct adapt_lesson
lesson(const struct fixture *f, uint32_t n)
{
	return (struct adapt_lesson){
	    .model = &f->model, .labels = f->labels, .n = n};
}

static int
learn(struct fixture *f, uint32_t n, struct adapt_head *out)
{
	struct adapt_lesson l = lesson(f, n);

	arena_rewind(&f->arena, f->kept);
	return adapt_learn(out, &l, &f->arena);
}

static void
test_too_few(void **state)
{
	struct fixture *f = *state;
	struct adapt_head h;

	fill(f, true);
	assert_int_equal(learn(f, ADAPT_LABELS_MIN - 1, &h), 1);
	for (unsigned i = 0; i < 40; i++)
		f->labels[i].bad = i == 3;
	assert_int_equal(learn(f, 40, &h), 1);
	f->labels[5].bad = true;
	assert_int_equal(learn(f, 40, &h), 0);
}

/* A model that knows nothing of a site is left behind, not trusted. */
static void
test_site_speaks(void **state)
{
	struct fixture *f = *state;
	struct adapt_head h;
	double least_bad = INFINITY, most_good = -INFINITY;
	struct adapt_lesson l = lesson(f, 60);

	fill(f, true);
	for (unsigned i = 0; i < ROWS; i++) /* what it says is noise */
		f->rows[i].margins[HEAD_SPAM] = i % 4 < 2 ? 1 : -1;
	assert_int_equal(learn(f, 60, &h), 0);
	assert_false(h.mistakes);
	assert_true(h.auc[ADAPT_MODEL] < 0.6);
	assert_true(h.auc[ADAPT_SITE] > 0.95 && h.auc_mixed > 0.95);
	assert_true(h.shares[ADAPT_MODEL] < 0.01);
	for (unsigned i = 60; i < ROWS; i++) {
		double margin = adapt_margin(&h, &l, &f->rows[i]);

		if (f->labels[i].bad)
			least_bad = fmin(least_bad, margin);
		else
			most_good = fmax(most_good, margin);
	}
	assert_true(least_bad > most_good);
}

/*
 * A model to which all is good is foreign, and ahead of the labels the site
 * finds out by itself; not so one that is unsure of all that was asked, as of
 * what it held back.
 */
static void
test_foreign(void **state)
{
	static const struct {
		const char *name;
		double bad, good, unlike; /* margins, and how they vary */
		double foreign;
	} cases[] = {
	    {"all is good", -0.8, -0.8, 0.3, 1},
	    {"all is good, some more than other", -0.7, -0.9, 0.3, 1},
	    {"knows what is bad", 0.5, -0.9, 0.5, 0},
	    {"knows it, but is careful", -0.1, -1, 0.3, 0},
	    {"held back", 0, -0.1, 0.15, 0},
	    {"held back, all alike", 0.1, 0.1, 0, 0},
	    {"somewhat", -0.8, -0.8, 1, 0.5},
	};
	struct fixture *f = *state;
	struct adapt_head h;

	fill(f, true);
	for (size_t c = 0; c < sizeof(cases) / sizeof(*cases); c++) {
		for (unsigned i = 0; i < ROWS; i++)
			f->rows[i].margins[HEAD_SPAM] =
			    (i % 2 == 1 ? cases[c].bad : cases[c].good) +
			    (i % 4 < 2 ? 1 : -1) * cases[c].unlike;
		assert_int_equal(learn(f, 12, &h), 0);
		if (fabs(h.foreign - cases[c].foreign) > 1e-9)
			fail_msg("%s: %g", cases[c].name, h.foreign);
	}
}

/* With ten labels it follows a model that is right. */
static void
test_model_speaks(void **state)
{
	struct fixture *f = *state;
	struct adapt_head h;
	double sum = 0;

	fill(f, true);
	assert_int_equal(learn(f, 10, &h), 0);
	assert_true(h.auc[ADAPT_MODEL] == 1 && h.auc_mixed == 1);
	assert_true(h.shares[ADAPT_SITE] < 0.2);
	assert_true(h.shift.scale > 0.2);
	for (int i = 0; i < ADAPT_MEMBERS; i++)
		sum += h.shares[i];
	assert_true(fabs(sum - 1) < 1e-12);
}

/* Where only mistakes are decided, the model is corrected, no more. */
static void
test_mistakes(void **state)
{
	struct fixture *f = *state;
	const struct model_head *head = &f->model.heads[HEAD_SPAM];
	struct adapt_head h;

	fill(f, false);
	assert_int_equal(learn(f, 40, &h), 0);
	assert_true(h.auc[ADAPT_MODEL] == 0);
	assert_true(h.mistakes);
	assert_true(h.shares[ADAPT_WHOLE] == 1);
	assert_true(h.shift.scale == 1);
	assert_true(h.head.hold == head->hold && h.head.reject == head->reject);
	/* right of one in three, and be it of many, makes no mistakes only */
	for (unsigned i = 0; i < ROWS; i++)
		f->rows[i].margins[HEAD_SPAM] =
		    (i % 2 == 1) == (i / 2 % 3 == 0) ? 1 : -1;
	assert_int_equal(learn(f, ROWS, &h), 0);
	assert_true(h.auc[ADAPT_MODEL] > 0.3 && h.auc[ADAPT_MODEL] < 0.4);
	assert_false(h.mistakes);
}

static void
assert_same(const struct adapt_head *a, const struct adapt_head *b)
{
	size_t bytes = sizeof(struct model_delta) << a->shift.slots_log2;

	assert_memory_equal(&a->head, &b->head, sizeof(a->head));
	assert_memory_equal(a->shares, b->shares, sizeof(a->shares));
	assert_true(a->shift.scale == b->shift.scale);
	assert_int_equal(a->shift.slots_log2, b->shift.slots_log2);
	assert_memory_equal(a->shift.slots, b->shift.slots, bytes);
}

/* What was undone leaves not a bit. */
static void
test_unlearns(void **state)
{
	struct fixture *f = *state;
	struct adapt_head never, seen, undone;
	struct adapt_label kept[ROWS];
	size_t bytes = adapt_bytes(&f->model, ROWS);
	struct arena other;
	struct adapt_lesson l = lesson(f, 50);

	fill(f, true);
	arena_init(&other, malloc(bytes), bytes);
	assert_int_equal(adapt_learn(&never, &l, &other), 0);
	memcpy(kept, f->labels, sizeof(kept));
	memmove(&f->labels[21], &kept[20], 30 * sizeof(*kept));
	f->labels[20] = (struct adapt_label){&f->rows[70], true};
	assert_int_equal(learn(f, 51, &seen), 0);
	assert_memory_not_equal(&seen.head, &never.head, sizeof(seen.head));
	memcpy(f->labels, kept, sizeof(kept));
	assert_int_equal(learn(f, 50, &undone), 0);
	assert_same(&never, &undone);
	free(other.base);
}

/* The service's own scoring gives the same, and all of it has a reason. */
static void
test_reasons_add_up(void **state)
{
	struct fixture *f = *state;
	struct adapt_lesson l = lesson(f, 60);
	struct model_shift site[MODEL_HEADS] = {{0}, model_shift_none};
	struct model model = f->model;
	struct adapt_head h;
	const struct excerpt whole = {0};
	struct shares spam, abuse;
	struct margins m, again;
	double sum, own = 0;

	fill(f, false);
	f->labels[0].bad = true; /* or they would be mistakes only */
	assert_int_equal(learn(f, 60, &h), 0);
	model.heads[HEAD_SPAM] = h.head;
	site[HEAD_SPAM] = h.shift;
	model.site = site;
	m = model_score(&model, &f->features[71]);
	spam =
	    model_share(&model, &f->features[71], &whole, HEAD_SPAM, &f->arena);
	abuse = model_share(
	    &model, &f->features[71], &whole, HEAD_ABUSE, &f->arena);
	assert_true(spam.of != NULL && abuse.of != NULL);
	sum = h.head.bias;
	for (unsigned p = 0; p <= WORDS; p++) {
		sum += spam.of[p];
		own += fabs(spam.own[p]);
	}
	assert_true(fabs(sum - m.of[HEAD_SPAM]) < 1e-9);
	assert_true(own > 0);
	assert_true(spam.own[WORDS] == 0);
	assert_true(spam.of[WORDS] == 0.75); /* behaviour */
	assert_true(fabs(adapt_margin(&h, &l, &f->rows[71]) + 0.75 -
			 m.of[HEAD_SPAM]) < 1e-6);
	assert_true(m.of[HEAD_ABUSE] == 0.25 && abuse.own[0] == 0);
	/* who knows what it came to has the same bits */
	site[HEAD_SPAM] = model_shift_said(
	    &(struct model_say){h.head.bias, h.shift.scale, m.own[HEAD_SPAM]});
	again = model_score(&model, &f->features[71]);
	assert_true(again.of[HEAD_SPAM] == m.of[HEAD_SPAM]);
	assert_true(again.said[HEAD_SPAM] == m.said[HEAD_SPAM]);
}

/* A site has a say in numbers, too, but in none of behaviour. */
static void
test_numbers_are_read(void **state)
{
	enum { NUMBER = FEATURE_NUMBERS - 1 };
	struct fixture *f = *state;
	struct feature items[] = {word(GOOD_WORD, 0), {NUMBER, 0}, {9, 0}};
	struct features v = {
	    .items = items,
	    .n = 3,
	    .views = {{0, 1, 0.5}, {1, 2, 1, .numbered = true},
		{2, 3, 1, .numbered = true, .behaviour = true}},
	    .n_views = 3,
	};
	size_t bucket = (1 << LOG2) + NUMBER;
	struct adapt_row row;

	f->weights[bucket * MODEL_HEADS] = 4;
	assert_int_equal(adapt_read(&row, &f->model, &v, &f->arena), 0);
	assert_int_equal(row.n, 2);
	assert_int_equal(row.items[0].bucket, GOOD_WORD);
	assert_int_equal(row.items[1].bucket, bucket);
	assert_true(row.margins[HEAD_SPAM] == -0.1 + 1);
}

/* An answer or a refusal, whatever the room. */
static void
test_little_room(void **state)
{
	struct fixture *f = *state;
	struct adapt_lesson l = lesson(f, 30);
	size_t bytes = adapt_bytes(&f->model, 30);
	unsigned char *block = malloc(bytes);
	struct adapt_head h;
	int before = 0;

	fill(f, true);
	for (size_t room = bytes;; room -= room < 4096 ? room : 4096) {
		struct arena a;
		int result;

		arena_init(&a, block, room);
		result = adapt_learn(&h, &l, &a);
		assert_true(result == -1 || (result == 0 && before == 0));
		before = result;
		if (room == 0)
			break;
	}
	assert_int_equal(before, -1);
	free(block);
}

/* Nothing is to be had of what nobody wants any more. */
static void
test_called_off(void **state)
{
	struct fixture *f = *state;
	struct adapt_lesson l = lesson(f, 60);
	atomic_bool ending = false;
	struct adapt_head h;

	fill(f, true);
	l.ending = &ending;
	assert_int_equal(adapt_learn(&h, &l, &f->arena), 0);
	atomic_store(&ending, true);
	arena_rewind(&f->arena, f->kept);
	assert_int_equal(adapt_learn(&h, &l, &f->arena), -1);
}

/* Near-duplicates are never in two folds, and each fold has of both. */
static void
test_folds(void **state)
{
	struct fixture *f = *state;
	uint8_t folds[ROWS];
	unsigned bad[16] = {0}, good[16] = {0};
	uint8_t k;

	fill(f, true);
	for (unsigned i = 0; i < 40; i++) {
		struct fingerprint *p = &f->rows[i].fingerprint;

		p->band[1] = 7; /* a common phrase */
		p->band[2] = 100 + i / 4;
	}
	k = adapt_folds(folds, f->labels, ROWS, &f->arena);
	assert_int_equal(k, 10);
	for (unsigned i = 0; i < ROWS; i++) {
		assert_true(folds[i] < k);
		assert_true(i >= 40 || folds[i] == folds[i / 4 * 4]);
		*(f->labels[i].bad ? &bad[folds[i]] : &good[folds[i]]) += 1;
	}
	for (uint8_t i = 0; i < k; i++)
		assert_true(bad[i] > 0 && good[i] > 0);
}

/* As many deltas as there is room for, and those the strongest. */
static void
test_bounded(void **state)
{
	enum { LARGE = 18, N = 60, ITEMS = 2000 };
	size_t buckets = model_buckets(LARGE), used = 0;
	struct model m = {.buckets_log2 = LARGE,
	    .weights = calloc(buckets * MODEL_HEADS, sizeof(int16_t)),
	    .heads = {{.platt_a = -1, .unit = 1}, {.unit = 1}}};
	size_t bytes = adapt_bytes(&m, N);
	struct adapt_item *items = calloc((size_t)N * ITEMS, sizeof(*items));
	struct adapt_row rows[N] = {0};
	struct adapt_label labels[N];
	struct adapt_lesson l = {.model = &m, .labels = labels, .n = N};
	struct adapt_head h;
	struct arena a;

	(void)state;
	arena_init(&a, malloc(bytes), bytes);
	for (uint32_t i = 0; i < N; i++) {
		rows[i] = (struct adapt_row){.items = items + i * ITEMS,
		    .n = ITEMS,
		    .fingerprint.text = i + 1};
		for (uint32_t j = 0; j < ITEMS; j++)
			items[i * ITEMS + j] = (struct adapt_item){
			    i * ITEMS + j, j < 10 ? 0.5f : 0.01f};
		labels[i] = (struct adapt_label){&rows[i], i % 2};
	}
	assert_int_equal(adapt_learn(&h, &l, &a), 0);
	for (size_t i = 0; i < (size_t)1 << h.shift.slots_log2; i++)
		used += h.shift.slots[i].key != 0;
	assert_true(used > 0 && used <= ADAPT_WEIGHTS_MAX);
	assert_true(model_shift_delta(&h.shift, 0) != 0);
	free(a.base);
	free(items);
	free((void *)m.weights);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    CASE(test_too_few),
	    CASE(test_site_speaks),
	    CASE(test_foreign),
	    CASE(test_model_speaks),
	    CASE(test_mistakes),
	    CASE(test_unlearns),
	    CASE(test_reasons_add_up),
	    CASE(test_numbers_are_read),
	    CASE(test_little_room),
	    CASE(test_called_off),
	    CASE(test_folds),
	    cmocka_unit_test(test_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
