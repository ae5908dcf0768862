#include "features.h"

#include <math.h>

#include "features_sink.h"

static void
close_view(struct features *f, struct feature_view view)
{
	view.first = f->n_views == 0 ? 0 : f->views[f->n_views - 1].last;
	view.last = f->n;
	if (view.last > view.first)
		f->views[f->n_views++] = view;
}

void
sink_close_view(struct features *f, enum view_seed kind, double value)
{
	close_view(
	    f, (struct feature_view){.value = value, .kind = (uint8_t)kind});
}

void
sink_close_numbered(struct features *f, double value)
{
	close_view(
	    f, (struct feature_view){
		   .value = value, .kind = VIEW_BEHAVIOUR, .numbered = true});
}

/*
 * A view's sum grows with the square root of its length. Beyond this many
 * occurrences, more than nearly all comments have, it grows no more: else a
 * long text would be extreme whatever it says.
 */
enum { VIEW_FULL = 128 };

double
features_divisor(uint32_t n)
{
	if (n > VIEW_FULL)
		return n / sqrt(VIEW_FULL);
	return n > 0 ? sqrt(n) : 1; /* nothing is divided */
}

void
sink_close_view_scaled(struct features *f, enum view_seed kind, double weight)
{
	uint32_t first = f->n_views == 0 ? 0 : f->views[f->n_views - 1].last;

	sink_close_view(f, kind, weight / features_divisor(f->n - first));
}

void
sink_close_view_of_text(struct features *f, enum view_seed kind, double weight)
{
	uint32_t before = f->n_views;

	sink_close_view_scaled(f, kind, weight);
	if (f->n_views > before)
		f->views[before].of_text = true;
}

void
sink_end(struct features *f, const struct feature *next)
{
	const char *cells = f->cells.first;
	unsigned shift = 32 - f->cells.log2;
	uint32_t from = f->n;

	f->n = (uint32_t)(next - f->items);
	if (cells == NULL)
		return;
	for (uint32_t i = from; i < f->n; i++)
		__builtin_prefetch(
		    cells + (size_t)(f->items[i].hash >> shift) * 8);
}

static void
name_parts(struct features *f, const struct text *t)
{
	for (uint32_t i = 0; i < t->n_tokens; i++)
		f->parts[i] = (struct part){
		    .code = REASON_TEXT,
		    .field = FIELD_CONTENT,
		    .source = {t->ranges[t->tokens[i].first].start,
			t->ranges[t->tokens[i].last - 1].end},
		    .gap_ms = -1,
		};
	for (int code = 0; code < REASON_CODES; code++)
		f->parts[t->n_tokens + (uint32_t)code] = (struct part){
		    .code = (uint8_t)code,
		    .gap_ms = -1,
		};
}

/* The field that a code's part stands on as a whole. */
static void
name_field(struct features *f, enum reason_code code, enum reason_field field,
    struct span value)
{
	struct part *p = &f->parts[features_part(f, code)];

	p->field = (uint8_t)field;
	p->source = (struct text_range){0, (uint32_t)value.n};
}

static int
open_values(struct token_values *v, const struct text *t, struct arena *a)
{
	size_t bytes = ((size_t)t->n_tokens + 2) * sizeof(uint64_t);

	*v =
	    (struct token_values){arena_alloc(a, bytes), arena_alloc(a, bytes)};
	if (v->words == NULL || v->shapes == NULL)
		return -1;
	features_values(v, t);
	return 0;
}

static int
reserve(struct features *f, uint32_t items, uint32_t tokens, struct arena *a)
{
	*f = (struct features){
	    .cells = f->cells,
	    .n_parts = tokens + REASON_CODES,
	    .n_tokens = tokens,
	};
	f->items = arena_alloc(a, items * sizeof(*f->items));
	f->parts = arena_alloc(a, f->n_parts * sizeof(*f->parts));
	return f->items == NULL || f->parts == NULL ? -1 : 0;
}

int
features_extract(struct features *f, const struct comment *c,
    const struct text *t, const struct signals *s, struct arena *a)
{
	struct token_values values;
	struct text name, url;
	uint32_t *scratch =
	    arena_alloc(a, features_text_scratch(t) * sizeof(*scratch));
	uint32_t most;

	if (scratch == NULL || open_values(&values, t, a) != 0 ||
	    text_normalise(&name, c->author.name, FORMAT_TEXT, a) != 0 ||
	    text_normalise(&url, c->author.url, FORMAT_TEXT, a) != 0)
		return -1;
	most = features_text_most(t) + features_name_most(&name) +
	       2 * TEXT_LINKS_MAX + FEATURES_MEASURES_MOST +
	       FEATURES_BEHAVIOUR_MOST;
	if (reserve(f, most, t->n_tokens, a) != 0)
		return -1;
	name_parts(f, t);
	name_field(f, REASON_AUTHOR_NAME, FIELD_AUTHOR_NAME, c->author.name);
	name_field(f, REASON_AUTHOR_URL, FIELD_AUTHOR_URL, c->author.url);
	features_of_text(f, t, &values, scratch);
	features_of_measures(f, t, &values);
	features_of_author(f, c, &name, &url);
	features_of_behaviour(f, c, t, s);
	return 0;
}
