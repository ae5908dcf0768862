#include "report_tables.h"

#include <math.h>
#include <stdlib.h>

#include "names.h"
#include "report_page.h"
#include "spoken.h"
#include "words.h"

/* Of good comments, blocked: where evasion is measured. */
static const double evasion_budget = 0.005;
enum { SLICE_ROWS_MIN = 20, SLICES_MAX = 40, WORDS_SHOWN = 20 };

/* Rows whose language is guessed, which takes a second for so many; of more
 * every so many. */
enum { GUESSED_MOST = 20000 };

/* A row of the table of thresholds, on rows sorted by falling margin. */
static void
put_threshold(FILE *f, const struct report_rows *r, double shown, double margin)
{
	struct confusion c = metrics_confusion(r->items, r->n, margin);
	double above = (double)(c.caught + c.blocked);
	fputs("<tr>", f);
	page_number(f, shown, 4);
	page_number(f, (double)c.blocked, 0);
	page_share(f, c.blocked, r->n - r->bad, 3);
	page_number(f, (double)c.missed, 0);
	page_share(f, c.missed, r->bad, 2);
	page_number(f, above > 0 ? (double)c.caught / above : NAN, 4);
	page_number(f, metrics_mcc(&c), 4);
	fputs("</tr>\n", f);
}

void
report_thresholds(FILE *f, const struct report_rows *r)
{
	static const char *const by_score[] = {"score from", "good blocked",
	    "of good, %", "bad missed", "of bad, %", "precision", "MCC", NULL};
	static const char *const by_margin[] = {"margin from", "good blocked",
	    "of good, %", "bad missed", "of bad, %", "precision", "MCC", NULL};
	/* the last ones matter most to those who reject */
	static const double fine[] = {
	    0.992, 0.994, 0.996, 0.998, 0.999, 0.9995, 0.9999};
	fputs("<details><summary>False positives and negatives at every "
	      "threshold</summary>\n",
	    f);
	if (r->head == NULL) {
		page_table(f, "By margin", by_margin);
		for (int i = -30; i <= 30; i++)
			put_threshold(f, r, i / 20.0, i / 20.0);
	} else {
		page_table(f, "By score", by_score);
		for (int i = 1; i < 100; i++)
			put_threshold(
			    f, r, i / 100.0, model_margin(r->head, i / 100.0));
		for (size_t i = 0; i < sizeof(fine) / sizeof(*fine); i++)
			put_threshold(
			    f, r, fine[i], model_margin(r->head, fine[i]));
	}
	page_table_end(f);
	fputs("</details>\n", f);
}

static void
put_slice(FILE *f, struct span name, struct scored *s, size_t n,
    const struct model_head *h)
{
	struct metrics m;
	metrics_of(&m, s, n);
	fputs("<tr>", f);
	page_word(f, name);
	page_number(f, (double)n, 0);
	page_number(f, (double)m.bad, 0);
	page_number(f, m.auc, 4);
	page_number(f, m.auc95.low, 4);
	page_number(f, m.auc95.high, 4);
	page_number(f, 100 * m.recall_05, 1);
	if (h != NULL) {
		struct confusion c = metrics_confusion(s, n, h->hold);
		page_share(f, c.caught, m.bad, 1);
		page_share(f, c.blocked, n - m.bad, 2);
	}
	fputs("</tr>\n", f);
}

/* The number in a name such as "21 to 80 bytes"; 0: there is none. */
static long
number_in(struct span name)
{
	long n = 0;
	size_t i = 0;
	while (i < name.n && (name.p[i] < '0' || name.p[i] > '9'))
		i++;
	for (; i < name.n && name.p[i] >= '0' && name.p[i] <= '9'; i++)
		n = 10 * n + name.p[i] - '0';
	return n;
}

static int
by_number(const void *a, const void *b)
{
	long x = number_in(*(const struct span *)a);
	long y = number_in(*(const struct span *)b);
	return x < y ? -1 : x > y;
}

static int
by_name(const void *a, const void *b)
{
	return names_order(*(const struct span *)a, *(const struct span *)b);
}

/* What rows are sliced by, and in which order the slices come. */
static const struct slicing {
	const char *key, *caption;
	int (*order)(const void *a, const void *b);
} slicings[] = {
    {"lang", "By language", by_name},
    {"length", "By length", by_number},
    {"set", "By set", by_name},
    {"source", "By source", by_name},
};

enum { BY_LANGUAGE, SLICINGS = sizeof(slicings) / sizeof(*slicings) };

/* The answers of a head, and of each slicing which value their rows have. */
struct slices {
	const struct scored *answers;
	size_t n;
	struct names values[SLICINGS];
	uint32_t *of[SLICINGS]; /* of each answer */
	size_t guessed, step; /* languages, of every `step`th that is unsaid */
};

/* An answer by the row that it is of. */
struct place {
	uint32_t row, answer;
};

static int
by_row(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	return x->row < y->row ? -1 : x->row > y->row;
}

/* As the rows lie on disk: answers come by their margins. Free it. */
static struct place *
places_of(const struct slices *s)
{
	struct place *places = memory_new(s->n, sizeof(*places));
	for (size_t i = 0; i < s->n; i++)
		places[i] = (struct place){s->answers[i].row, (uint32_t)i};
	qsort(places, s->n, sizeof(*places), by_row);
	return places;
}

/* The language that a row says, or a guess of every so many that do not. */
static struct span
language_at(struct slices *s, struct spoken *spoken, const struct row *row,
    size_t place)
{
	if (row->lang.n != 0 || place % s->step != 0)
		return row->lang;
	s->guessed++;
	return spoken_of(spoken, row);
}

static struct slices
slices_of(const struct report *r, enum model_head_id head)
{
	const struct guise *g = &r->guises[0];
	struct slices s = {.answers = g->answers[head],
	    .n = g->n[head],
	    .step = g->n[head] / GUESSED_MOST + 1};
	struct spoken *spoken = spoken_open();
	struct corpus_view view = {r->corpus};
	struct place *places = places_of(&s);
	for (int k = 0; k < SLICINGS; k++)
		s.of[k] = memory_new(s.n, sizeof(*s.of[k]));
	for (size_t i = 0; i < s.n * SLICINGS; i++) {
		const struct place *at = &places[i / SLICINGS];
		int k = i % SLICINGS;
		struct span value =
		    k == BY_LANGUAGE
			? language_at(&s, spoken, corpus_row(&view, at->row),
			      i / SLICINGS)
			: corpus_value(&view, at->row, slicings[k].key);
		s.of[k][at->answer] = names_number(&s.values[k], value);
	}
	spoken_close(spoken);
	free(places);
	corpus_look_away(&view);
	return s;
}

static void
slices_release(struct slices *s)
{
	for (int k = 0; k < SLICINGS; k++) {
		names_release(&s->values[k]);
		free(s->of[k]);
	}
}

/* The values in the order that they are shown in; free them. */
static struct span *
in_order(const struct names *k, const struct slicing *slicing)
{
	struct span *values = memory_new(k->n, sizeof(*values));
	for (uint32_t i = 0; i < k->n; i++)
		values[i] = k->items[i];
	qsort(values, k->n, sizeof(*values), slicing->order);
	return values;
}

/* Those of one value, in the order they are in. */
static size_t
pick(struct scored *out, const struct slices *s, int slicing, uint32_t value)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		if (s->of[slicing][i] == value)
			out[n++] = s->answers[i];
	return n;
}

static void
put_slices_by(
    FILE *f, struct slices *slices, int slicing, const struct model_head *h)
{
	static const char *const titles[] = {"", "rows", "bad", "ROC AUC",
	    "95 % from", "to", "caught at 0.5 %", "held, % of bad", "% of good",
	    NULL};
	static const char *const titles_bare[] = {"", "rows", "bad", "ROC AUC",
	    "95 % from", "to", "caught at 0.5 %", NULL};
	struct names *named = &slices->values[slicing];
	struct span *values = in_order(named, &slicings[slicing]);
	struct scored *s = memory_new(slices->n, sizeof(*s));
	size_t shown = 0;
	for (uint32_t i = 0; i < named->n && shown < SLICES_MAX; i++) {
		uint32_t value = names_number(named, values[i]);
		size_t rows = pick(s, slices, slicing, value);
		/* rows without a value are of no slice */
		if (rows < SLICE_ROWS_MIN || values[i].n == 0)
			continue;
		if (shown++ == 0)
			page_table(f, slicings[slicing].caption,
			    h != NULL ? titles : titles_bare);
		put_slice(f, values[i], s, rows, h);
	}
	if (shown != 0)
		page_table_end(f);
	free(values);
	free(s);
}

/* What is to be known of the tables below. */
static void
put_slicing(FILE *f, const struct slices *s)
{
	fprintf(
	    f, "<h3>Slices</h3>\n<p>Of %d comments and more. ", SLICE_ROWS_MIN);
	if (s->guessed > 0)
		fprintf(f,
		    "The language of %zu that do not say it "
		    "(<code>lang</code>) "
		    "is what CLD2 makes of the text%s. ",
		    s->guessed,
		    s->step > 1 ? "; others are in no slice by language" : "");
	fputs("</p>\n", f);
}

void
report_slices(FILE *f, const struct report *r, enum model_head_id head)
{
	if (r->corpus == NULL)
		return;
	const struct model_head *h =
	    r->model != NULL ? &r->model->heads[head] : NULL;
	struct slices slices = slices_of(r, head);
	put_slicing(f, &slices);
	for (int k = 0; k < SLICINGS; k++)
		put_slices_by(f, &slices, k, h);
	slices_release(&slices);
}

void
report_evasion(FILE *f, const struct report *r, enum model_head_id head)
{
	static const char *const titles[] = {
	    "", "bad caught, %", "kept of it, %", NULL};
	double clean = NAN, at = NAN;
	if (r->n_guises < 2)
		return;
	page_table(f,
	    "In disguise, at the cut-off that blocks 0.5 % of good comments",
	    titles);
	for (size_t i = 0; i < r->n_guises; i++) {
		const struct guise *g = &r->guises[i];
		struct metrics m;
		metrics_of(&m, g->answers[head], g->n[head]);
		if (i == 0)
			at = metrics_cut_off(
			    g->answers[head], g->n[head], evasion_budget);
		struct confusion c =
		    metrics_confusion(g->answers[head], g->n[head], at);
		double caught = 100 * (double)c.caught / (double)m.bad;
		if (i == 0)
			clean = caught;
		fputs("<tr>", f);
		page_word(f, span_of(g->name));
		page_share(f, c.caught, m.bad, 1);
		page_number(f, 100 * caught / clean, 1);
		fputs("</tr>\n", f);
	}
	page_table_end(f);
}

static void
put_words(FILE *f, const char *caption, const struct word *words, size_t n)
{
	static const char *const titles[] = {
	    "word", "mean share of the margin", "comments", NULL};
	page_table(f, caption, titles);
	for (size_t i = 0; i < n; i++) {
		fputs("<tr>", f);
		page_word(f, (struct span){words[i].text, words[i].n});
		page_number(f, words[i].share, 3);
		page_number(f, words[i].rows, 0);
		fputs("</tr>\n", f);
	}
	page_table_end(f);
}

void
report_words(FILE *f, const struct report *r, enum model_head_id head)
{
	const struct guise *g = &r->guises[0];
	struct word for_it[WORDS_SHOWN], against[WORDS_SHOWN];
	if (r->corpus == NULL || r->model == NULL)
		return;
	struct words_asked asked = {
	    r->model, r->corpus, g->answers[head], g->n[head], head};
	struct words found = {for_it, against, WORDS_SHOWN, WORDS_SHOWN};
	if (words_strongest(&found, &asked) < 0)
		return;
	fprintf(f,
	    "<h3>Words</h3>\n<p>Those that weigh most on average, of the words "
	    "in %d comments or more.</p>\n<section>\n",
	    WORDS_ROWS_MIN);
	put_words(f, "Speak for it", for_it, found.n_for);
	put_words(f, "Speak against it", against, found.n_against);
	fputs("</section>\n", f);
}
