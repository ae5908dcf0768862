#include "adapt.h"

/*
 * The items of a row in the making, found again by their buckets. There is
 * no key to what lies where: there are as many buckets as the model has, and
 * most words bring a dozen features of which one can be chosen.
 */
struct builder {
	struct adapt_item *items;
	uint32_t n;
	uint32_t *places; /* of items, counted from 1; 0: free */
	size_t mask;
};

static uint32_t
said_features(const struct features *f)
{
	uint32_t n = 0;

	for (uint32_t v = 0; v < f->n_views; v++)
		if (!f->views[v].behaviour)
			n += f->views[v].last - f->views[v].first;
	return n;
}

static int
open_builder(struct builder *b, uint32_t most, struct arena *a)
{
	size_t places = 1;

	while (places < 2 * (size_t)most)
		places *= 2;
	*b = (struct builder){.mask = places - 1};
	b->items = arena_alloc(a, most * sizeof(*b->items));
	b->places = arena_array(a, places, sizeof(*b->places));
	return b->items == NULL || b->places == NULL ? -1 : 0;
}

static void
add(struct builder *b, uint32_t bucket, double value)
{
	size_t at = bucket * 0x9E3779B1u & b->mask;

	while (
	    b->places[at] != 0 && b->items[b->places[at] - 1].bucket != bucket)
		at = (at + 1) & b->mask;
	if (b->places[at] == 0) {
		b->items[b->n++] = (struct adapt_item){bucket, 0};
		b->places[at] = b->n;
	}
	b->items[b->places[at] - 1].value += (float)value;
}

static void
add_view(struct builder *b, const struct features *f,
    const struct feature_view *view, unsigned buckets_log2)
{
	for (uint32_t i = view->first; i < view->last; i++)
		add(b,
		    (uint32_t)model_bucket(
			view, f->items[i].hash, buckets_log2),
		    view->value);
}

int
adapt_read(struct adapt_row *row, const struct model *m,
    const struct features *f, struct arena *a)
{
	struct margins margins = model_score(m, f);
	size_t used = a->used;
	struct builder b;

	if (open_builder(&b, said_features(f), a) != 0)
		return -1;
	for (int h = 0; h < MODEL_HEADS; h++)
		row->margins[h] = m->heads[h].bias + margins.said[h];
	for (uint32_t v = 0; v < f->n_views; v++)
		if (!f->views[v].behaviour)
			add_view(&b, f, &f->views[v], m->buckets_log2);
	arena_rewind(a, used);
	row->items =
	    arena_alloc(a, b.n * sizeof(*b.items)); /* where they are */
	row->n = b.n;
	return 0;
}
