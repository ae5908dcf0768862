#include <xxhash.h>

#include "features_sink.h"

static const double weight_name = 0.3, weight_url = 0.3;
static const double value_identity = 0.3;

enum { NAME_POINTS_MAX = 128 };

static uint32_t
at_most(uint32_t n, uint32_t most)
{
	return n < most ? n : most;
}

uint32_t
features_name_most(const struct text *name)
{
	return 2 * (at_most(name->n, NAME_POINTS_MAX) + 2);
}

/* Grams of 3 and 4 points of the name, edges included. */
static void
put_name(struct features *f, const struct text *name)
{
	uint32_t padded[NAME_POINTS_MAX + 3];
	uint32_t n = at_most(name->n, NAME_POINTS_MAX);
	uint32_t part = features_part(f, REASON_AUTHOR_NAME);
	struct feature *next = sink_next(f);

	if (n == 0)
		return;
	padded[0] = padded[n + 1] = padded[n + 2] = TEXT_EDGE;
	memcpy(padded + 1, name->points, n * sizeof(*padded));
	for (uint32_t i = 0; i < n; i++) {
		uint64_t three = sink_three_points(padded + i);

		sink_write(next++, sink_hash(VIEW_NAME, three, 0), part);
		sink_write(
		    next++, sink_hash(VIEW_NAME, three, padded[i + 3]), part);
	}
	sink_end(f, next - 1); /* the last one has no fourth point */
	sink_close_view_scaled(f, VIEW_NAME, weight_name);
}

/* The last label of a host: where names are cheap, spam is common. */
static struct span
top_label(struct span host)
{
	size_t at = host.n;

	while (at > 0 && host.p[at - 1] != '.')
		at--;
	return (struct span){host.p + at, host.n - at};
}

/* The sites that the author's address names. */
static void
put_url(struct features *f, const struct text *url)
{
	uint32_t part = features_part(f, REASON_AUTHOR_URL);

	for (uint32_t i = 0; i < url->n_links; i++) {
		struct span domain = url->links[i].domain;
		struct span top = top_label(url->links[i].host);

		sink_put(f, XXH3_64bits_withSeed(domain.p, domain.n, VIEW_URL),
		    part);
		sink_put(f, XXH3_64bits_withSeed(top.p, top.n, VIEW_TOP), part);
	}
	sink_close_view_scaled(f, VIEW_URL, weight_url);
}

/* Which details are there, each and all together. */
static void
put_identity(struct features *f, const struct comment *c)
{
	const struct author *a = &c->author;
	uint32_t mask =
	    (uint32_t)(a->id.n > 0) << 3 | (uint32_t)(a->email.n > 0) << 2 |
	    (uint32_t)(a->url.n > 0) << 1 | (uint32_t)(a->name.n > 0);
	uint32_t part = features_part(f, REASON_IDENTITY);

	if (mask == 0)
		return;
	sink_put_number(f, NUMBERS_IDENTITY + mask, part);
	if (a->url.n > 0)
		sink_put_number(f, NUMBERS_IDENTITY, part);
	sink_close_view(f, VIEW_IDENTITY, value_identity);
}

void
features_of_author(struct features *f, const struct comment *c,
    const struct text *name, const struct text *url)
{
	put_name(f, name);
	put_url(f, url);
	put_identity(f, c);
}
