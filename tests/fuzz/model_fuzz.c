/*
 * model.bin as anyone could have written it: a sound one into which the
 * input is laid at the offset that its first two bytes say, and cut where
 * the next two say. What is accepted must score without harm.
 */
#include <math.h>

#include "../../service/core/model.h"
#include "tiny_model.h"

enum { HEAD = 4, ALIGN = 64 };

/* Cut-offs fall as the budget grows. */
static void
cut(const struct model_head *h)
{
	double last = INFINITY;

	for (double budget = 1e-5; budget < 1; budget *= 1.5) {
		double at = model_cut_off(h, budget);

		require(at <= last);
		last = at;
	}
}

/* Scores one feature of every hash's first and last bucket, and number. */
static void
score(const struct model *m)
{
	struct feature items[] = {
	    {0, 0}, {UINT32_MAX, 0}, {0, 0}, {FEATURE_NUMBERS - 1, 0}};
	struct features f = {
	    .items = items,
	    .n = 4,
	    .views = {{0, 2, 0.5},
		{2, 4, 1, .numbered = true, .behaviour = true}},
	    .n_views = 2,
	    .n_parts = 1,
	};
	unsigned char block[256] __attribute__((aligned(16)));
	struct margins out = model_score(m, &f);
	struct arena a;

	for (int h = 0; h < MODEL_HEADS; h++) {
		arena_init(&a, block, sizeof(block));
		require(model_share(m, &f, &out.excerpt[h], h, &a).of != NULL);
		double p = model_probability(&m->heads[h], out.of[h]);

		require(isnan(p) || (p >= 0 && p <= 1));
		cut(&m->heads[h]);
		p = model_margin(&m->heads[h], 0.75);
		require(!isnan(p));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t n = model_bytes(TINY_LOG2);
	unsigned char *bytes;
	struct model m;
	size_t at, cut;

	if (size < HEAD)
		return 0;
	at = (data[0] | (size_t)data[1] << 8) % n;
	cut = data[2] | (size_t)data[3] << 8;
	data += HEAD;
	size -= HEAD;
	bytes = aligned_alloc(ALIGN, (n + ALIGN - 1) / ALIGN * ALIGN);
	require(bytes != NULL);
	memset(bytes + n - MODEL_DIGEST_BYTES, 0, MODEL_DIGEST_BYTES);
	model_encode(tiny_model(), bytes);
	memcpy(bytes + at, data, size < n - at ? size : n - at);
	if (cut < n)
		n -= cut;
	if (model_decode(&m, (struct span){(char *)bytes, n}) == NULL)
		score(&m);
	free(bytes);
	return 0;
}
