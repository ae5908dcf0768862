#include "solver_draws.h"

#include <stdlib.h>

enum { STRIPE_BYTES = 1 << 17, STRIPES = 32 };

/* Cuts the sample into stripes, or all of it into one. Returns how many rows
 * the largest has. */
static size_t
cut(struct draws *d)
{
	const struct sample *s = d->sample;
	uint64_t bytes = 0;
	size_t n = 0, most = 0;
	for (size_t i = 0; i < s->n; i++) {
		bool full = !d->all && bytes >= STRIPE_BYTES;
		if (i == 0 || full) {
			d->firsts = memory_append(
			    d->firsts, d->n_stripes, sizeof(*d->firsts));
			d->firsts[d->n_stripes++] = i;
			bytes = n = 0;
		}
		bytes += vectors_bytes(s->vectors, s->rows[i]);
		most = ++n > most ? n : most;
	}
	return most;
}

/* Has the rows [first, end) of the sample in view. */
static void
look(
    struct scratch_view *view, const struct sample *s, size_t first, size_t end)
{
	const struct vectors *v = s->vectors;
	uint64_t from = UINT64_MAX, to = 0;
	for (size_t i = first; i < end; i++) {
		uint32_t place = v->places[s->rows[i]];
		from = v->at[place] < from ? v->at[place] : from;
		to = v->at[place + 1] > to ? v->at[place + 1] : to;
	}
	scratch_look(view, &v->scratch, from, to);
}

/* Adds the rows of a stripe that do not rest. */
static void
add(struct draws *d, struct scratch_view *view, size_t stripe)
{
	const struct sample *s = d->sample;
	size_t first = d->firsts[stripe];
	size_t end = stripe + 1 < d->n_stripes ? d->firsts[stripe + 1] : s->n;
	look(view, s, first, end);
	for (size_t i = first; i < end; i++) {
		if (d->rest != NULL && d->rest[i] > 0) {
			d->rest[i]--;
			continue;
		}
		uint32_t place = s->vectors->places[s->rows[i]];
		d->visits[d->n++] = (struct visit){
		    scratch_at(view, s->vectors->at[place]), (uint32_t)i};
	}
}

void
draws_open(struct draws *d, const struct sample *s, bool all)
{
	*d = (struct draws){.sample = s, .all = all};
	size_t rows = cut(d), at_once = all ? 1 : STRIPES;
	d->stripes = memory_new(d->n_stripes, sizeof(*d->stripes));
	d->views = memory_new(at_once, sizeof(*d->views));
	d->visits = memory_new(at_once * rows, sizeof(*d->visits));
	if (!all)
		d->rest = memory_new(s->n, sizeof(*d->rest));
	else if (s->n > 0)
		add(d, d->views, 0);
}

static void
look_away(struct draws *d)
{
	for (size_t i = 0; i < (d->all ? 1 : STRIPES); i++)
		scratch_look_away(&d->views[i]);
}

void
draws_close(struct draws *d)
{
	look_away(d);
	free(d->firsts);
	free(d->stripes);
	free(d->views);
	free(d->visits);
	free(d->rest);
}

static void
shuffle(uint32_t *of, size_t n, struct random *random)
{
	for (size_t i = 0; i + 1 < n; i++) {
		size_t other = i + random_below(random, (uint32_t)(n - i));
		uint32_t kept = of[i];
		of[i] = of[other];
		of[other] = kept;
	}
}

void
draws_begin(struct draws *d, struct random *random)
{
	d->next = 0;
	for (size_t i = 0; i < d->n_stripes; i++)
		d->stripes[i] = (uint32_t)i;
	if (random != NULL)
		shuffle(d->stripes, d->n_stripes, random);
}

bool
draws_next(struct draws *d)
{
	if (d->next == d->n_stripes)
		return false;
	if (d->all) {
		d->next = d->n_stripes;
		return true;
	}
	look_away(d);
	d->n = 0;
	for (int i = 0; i < STRIPES && d->next < d->n_stripes; i++)
		add(d, &d->views[i], d->stripes[d->next++]);
	return true;
}
