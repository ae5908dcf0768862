/*
 * Any bytes as a comment, its name and address in front: however it is
 * written, it has no more features than features.h says, and each counts for
 * a part and is of a view.
 */
#include <math.h>

#include "../../service/core/features.h"
#include "arena.h"

enum { ARENA_PER_BYTE = 512, ARENA_LEAST = 1 << 18 };

static void
check_views(const struct features *f)
{
	uint32_t at = 0;

	require(f->n_views <= FEATURE_VIEWS_MAX);
	for (uint32_t v = 0; v < f->n_views; v++) {
		const struct feature_view *view = &f->views[v];

		require(view->first == at && view->last >= at);
		require(view->kind < FEATURE_KINDS && isfinite(view->value));
		at = view->last;
	}
	require(at == f->n);
}

static void
check(const struct features *f, const struct comment *c)
{
	require(f->n <= FEATURES_PER_BYTE * c->content.n + FEATURES_BESIDE);
	check_views(f);
	for (uint32_t i = 0; i < f->n; i++)
		require(f->items[i].part < f->n_parts);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = input_of(data, size);
	struct comment c = {.fill_ms = take_byte(&in) - 1};
	struct signals s = {.known = size % 2};
	struct features f = {0};
	struct text t;
	struct arena a;

	c.format = take_byte(&in) % 2 == 0 ? FORMAT_TEXT : FORMAT_HTML;
	c.author.name = c.author.email = take_line(&in);
	c.author.url = take_line(&in);
	c.content = in;
	arena_open(&a, ARENA_LEAST + ARENA_PER_BYTE * size);
	require(text_normalise(&t, c.content, c.format, &a) == 0);
	require(features_extract(&f, &c, &t, &s, &a) == 0);
	check(&f, &c);
	arena_drop(&a);
	return 0;
}
