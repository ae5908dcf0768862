#include "features.h"

#include "features_sink.h"
#include "lexicon.h"

static const bool is_numbered[FEATURE_KINDS] = {
    [VIEW_MEASURES] = true,
    [VIEW_IDENTITY] = true,
    [VIEW_BEHAVIOUR] = true,
    [VIEW_INSULTS] = true,
    [VIEW_SHAPE] = true,
    [VIEW_PHRASES] = true,
    [VIEW_KEYWORDS] = true,
    [VIEW_MONEY] = true,
};

void
sink_close_view(struct features *f, enum view_kind kind, double value)
{
	struct feature_view view = {
	    .first = f->n_views == 0 ? 0 : f->views[f->n_views - 1].last,
	    .last = f->n,
	    .value = value,
	    .kind = (uint8_t)kind,
	    .numbered = is_numbered[kind],
	    .behaviour = kind == VIEW_BEHAVIOUR,
	};

	if (view.last > view.first)
		f->views[f->n_views++] = view;
}

/* Roots, which cost more than to look them up: excerpts take hundreds. */
const double features_divisors[FEATURES_FULL + 1] = {1, 1, 1.4142135623730951,
    1.7320508075688772, 2, 2.23606797749979, 2.449489742783178,
    2.6457513110645907, 2.8284271247461903, 3, 3.1622776601683795,
    3.3166247903554, 3.4641016151377544, 3.605551275463989, 3.7416573867739413,
    3.872983346207417, 4, 4.123105625617661, 4.242640687119285,
    4.358898943540674, 4.47213595499958, 4.58257569495584, 4.69041575982343,
    4.795831523312719, 4.898979485566356, 5, 5.0990195135927845,
    5.196152422706632, 5.291502622129181, 5.385164807134504, 5.477225575051661,
    5.5677643628300215, 5.656854249492381, 5.744562646538029, 5.830951894845301,
    5.916079783099616, 6, 6.082762530298219, 6.164414002968976,
    6.244997998398398, 6.324555320336759, 6.4031242374328485, 6.48074069840786,
    6.557438524302, 6.6332495807108, 6.708203932499369, 6.782329983125268,
    6.855654600401044, 6.928203230275509, 7, 7.0710678118654755,
    7.14142842854285, 7.211102550927978, 7.280109889280518, 7.3484692283495345,
    7.416198487095663, 7.483314773547883, 7.54983443527075, 7.615773105863909,
    7.681145747868608, 7.745966692414834, 7.810249675906654, 7.874007874011811,
    7.937253933193772, 8, 8.06225774829855, 8.12403840463596, 8.18535277187245,
    8.246211251235321, 8.306623862918075, 8.366600265340756, 8.426149773176359,
    8.48528137423857, 8.54400374531753, 8.602325267042627, 8.660254037844387,
    8.717797887081348, 8.774964387392123, 8.831760866327848, 8.888194417315589,
    8.94427190999916, 9, 9.055385138137417, 9.1104335791443, 9.16515138991168,
    9.219544457292887, 9.273618495495704, 9.327379053088816, 9.38083151964686,
    9.433981132056603, 9.486832980505138, 9.539392014169456, 9.591663046625438,
    9.643650760992955, 9.695359714832659, 9.746794344808963, 9.797958971132712,
    9.848857801796104, 9.899494936611665, 9.9498743710662, 10,
    10.04987562112089, 10.099504938362077, 10.14889156509222,
    10.198039027185569, 10.246950765959598, 10.295630140987, 10.344080432788601,
    10.392304845413264, 10.44030650891055, 10.488088481701515,
    10.535653752852738, 10.583005244258363, 10.63014581273465,
    10.677078252031311, 10.723805294763608, 10.770329614269007,
    10.816653826391969, 10.862780491200215, 10.908712114635714,
    10.954451150103322, 11, 11.045361017187261, 11.090536506409418,
    11.135528725660043, 11.180339887498949, 11.224972160321824,
    11.269427669584644, 11.313708498984761};

void
sink_close_view_scaled(struct features *f, enum view_kind kind, double weight)
{
	uint32_t first = f->n_views == 0 ? 0 : f->views[f->n_views - 1].last;

	sink_close_view(f, kind, weight / features_divisor(f->n - first));
}

void
sink_close_view_of_text(struct features *f, enum view_kind kind, double weight)
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
		__builtin_prefetch(cells + (size_t)(f->items[i].hash >> shift) *
					       FEATURE_CELL_BYTES);
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
	lexicon_fetch(v->words + 1, t->n_tokens);
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

/* A name that leads nowhere may be a profession, and sells nothing. */
static int
put_keywords(struct features *f, const struct comment *c,
    const struct text *name, struct arena *a)
{
	struct token_values values;

	if (c->author.url.n == 0 && name->n_links == 0)
		return 0;
	if (open_values(&values, name, a) != 0)
		return -1;
	features_of_keywords(f, name, &values);
	return 0;
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
	       FEATURES_BEHAVIOUR_MOST + FEATURES_LEXICON_MOST +
	       FEATURES_SHAPE_MOST;
	if (reserve(f, most, t->n_tokens, a) != 0)
		return -1;
	name_parts(f, t);
	name_field(f, REASON_AUTHOR_NAME, FIELD_AUTHOR_NAME, c->author.name);
	name_field(f, REASON_AUTHOR_URL, FIELD_AUTHOR_URL, c->author.url);
	features_of_text(f, t, &values, scratch);
	if (t->n > 0 || !comment_may_lack_text(c))
		features_of_measures(f, t, &values);
	features_of_lexicon(f, t, &values);
	if (put_keywords(f, c, &name, a) != 0)
		return -1;
	features_of_author(f, c, &name, &url);
	features_of_shape(f, &c->author);
	features_of_behaviour(f, c, t, s);
	return 0;
}
