/*
 * Any bytes as the JSON of a comment, all the way to its verdict and back
 * to JSON: the reasons add up to the margin, quotes are what they point at,
 * and the answer can be read.
 */
#include <jansson.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "../../service/core/utf8.h"
#include "../../service/edge/check/comment_json.h"
#include "../../service/edge/check/verdict_json.h"
#include "../../service/edge/format/json.h"

enum {
	LOG2 = 8,
	WEIGHTS = MODEL_HEADS * ((1 << LOG2) + FEATURE_NUMBERS),
	ARENA_PER_BYTE = 512,
	ARENA_LEAST = 1 << 18,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* A model in which every bucket pulls some way. */
static const struct model *
tiny_model(int32_t weights[WEIGHTS])
{
	static struct model m;

	for (int i = 0; i < WEIGHTS; i++)
		weights[i] = i * 37 % 101 - 50;
	m = (struct model){
	    .name = "tiny@1",
	    .buckets_log2 = LOG2,
	    .weights = weights,
	    .heads = {{-0.5, -2, 0, 0, 1, 2, 9, 9, .unit = 0.04},
		{0.5, -1, 0, 0, 1, 2, 9, 9, .unit = 0.04}},
	};
	return &m;
}

static void
check_verdict(const struct verdict *v, const struct comment *c)
{
	const struct reasons *r = &v->reasons;
	double sum = v->bias;

	require(r->n <= REASONS_MAX);
	for (uint32_t i = 0; i < r->n; i++) {
		const struct part *p = &r->items[i].part;

		sum += r->items[i].weight;
		require(p->source.start <= p->source.end);
		if (p->field == FIELD_CONTENT)
			require(p->source.end <= c->content.n);
	}
	require(fabs(sum - v->margin) < 1e-6);
}

static void
check_answer(const struct verdict_answer *a, struct arena *arena)
{
	struct span out = verdict_write(a, VERDICT_EXPLAINED, arena);
	struct err e;
	json_t *o;

	if (out.p == NULL)
		return;
	require(utf8_valid(out));
	o = json_read(out, &e);
	require(json_is_object(o));
	json_decref(o);
}

static void
judge(const struct comment *c, struct arena *a)
{
	int32_t weights[WEIGHTS];
	struct judge j = {.model = tiny_model(weights), .site.limits = {2, 2}};
	struct reading r;
	struct verdict v;
	struct signals s;
	struct commenter_quota quota;

	if (moderate_read(&r, c, &siphash_open_key, a) != 0)
		return;
	s = signals_of(&r.keys);
	s.trust = SIGNALS_TRUST_AFTER;
	if (moderate_judge(&v, &r, &s, &j, a) != 0)
		return;
	check_verdict(&v, c);
	quota = commenter_quota(&s, &j.site.limits, 2, 1);
	check_answer(
	    &(struct verdict_answer){
		.comment = c, .verdict = &v, .quota = &quota, .judge = &j},
	    a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t room = ARENA_LEAST + ARENA_PER_BYTE * size;
	struct span text = {(const char *)data, size};
	struct problem_field field;
	const struct json_in *o;
	struct comment c;
	struct arena a;
	struct err e;
	void *block = malloc(room);

	require(block != NULL);
	/* the size decides how much of the room there is, down to nearly none
	 */
	arena_init(&a, block, size % 5 == 0 ? room * (size % 64) / 64 : room);
	o = json_in_read(text, &a, &e);
	if (o != NULL && comment_from_json(&c, o, "", &field) == 0)
		judge(&c, &a);
	free(block);
	return 0;
}
