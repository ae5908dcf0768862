#include "doubts.h"

#include <math.h>
#include <stdlib.h>

#include "../service/core/statistics.h"
#include "names.h"

/*
 * A label is doubted when the machine gives it less than `doubtful`, and wrong
 * when it gives it less than even odds. A reporter is suspect when so many
 * doubts have a chance below `suspicious` with somebody twice as often doubted
 * as all others, at least `usual`; and set aside when, by the machine without
 * any suspect, so many wrong ones have a chance below `damning` with somebody
 * who is wrong `worse` more often than others.
 */
static const double doubtful = 0.1, wrong = 0.5, usual = 0.05, worse = 0.1,
		    suspicious = 0.01, damning = 0.001;

enum { SHOWN_MAX = 200, ROWS_MIN = 3 };

/*
 * Labels of a kind, good or bad, by which anybody's of that kind may be judged
 * however many his are: who gives more of it than all others must not be beyond
 * doubt for that. Of SMS and Telegram, whoever is wrong about a sixth of his
 * spam lost all of it where others had given 10, none where they had given 30;
 * and below 30 nobody was found who lies about all.
 */
enum { JUDGES = 30 };

/* Labels, and what the machine makes of them. */
struct count {
	size_t rows, doubted, wrong;
	size_t of[2]; /* good ones, bad ones */
};

struct reporter {
	struct span by;
	bool suspect;
	struct count said;
	enum fate wrongs, all; /* what becomes of the wrong ones, of all */
};

/* All together but for suspects. */
struct crowd {
	struct count said;
	struct names people;
};

/* A row that somebody answers for, and what the machine makes of it. */
struct answer {
	struct span by; /* as long as the crowd lives */
	const struct scored *scored;
	double likely; /* the label, by the machine */
};

static int
by_reporter(const void *a, const void *b)
{
	const struct answer *x = a, *y = b;
	int order = names_order(x->by, y->by);
	if (order != 0)
		return order;
	return x->scored->row < y->scored->row ? -1 : 1;
}

static double
likely(const struct scored *s, const struct model_head *head)
{
	double bad = model_probability(head, s->margin);
	return s->bad ? bad : 1 - bad;
}

/* P(X >= k) for X binomial of `n` and `p`. */
static double
at_least(size_t k, size_t n, double p)
{
	return fmax(0, 1 - statistics_binomial(k, n, p, 0));
}

static double
share(size_t k, size_t n)
{
	return n > 0 ? (double)k / (double)n : 0;
}

static bool
is_suspect(const struct count *his, const struct count *all)
{
	double rate = share(all->doubted - his->doubted, all->rows - his->rows);
	double expected = 2 * rate > usual ? 2 * rate : usual;
	return his->rows >= ROWS_MIN && all->rows >= 2 * his->rows &&
	       expected < 1 &&
	       at_least(his->doubted, his->rows, expected) < suspicious;
}

/* Whether those who are no suspects gave enough of each kind that he gave. */
static bool
have_seen(const struct count *others, const struct count *his)
{
	for (int bad = 0; bad < 2; bad++)
		if (others->of[bad] < his->of[bad] && others->of[bad] < JUDGES)
			return false;
	return true;
}

/* By the machine without suspects, and beside all who are none. */
static void
judge(struct reporter *r, const struct count *others)
{
	const struct count *his = &r->said;
	double expected = share(others->wrong, others->rows) + worse;
	r->wrongs = r->all = FATE_LEARN;
	if (!r->suspect || expected >= 1 ||
	    at_least(his->wrong, his->rows, expected) >= damning)
		return;
	r->wrongs = FATE_DOUBTED;
	if (2 * his->wrong > his->rows)
		r->wrongs = r->all = FATE_DISTRUSTED;
}

static json_t *
reporter_json(const struct reporter *r, enum model_head_id head)
{
	static const char *const words[FATES] = {
	    [FATE_LEARN] = "trusted",
	    [FATE_DOUBTED] = "wrong labels set aside",
	    [FATE_DISTRUSTED] = "all labels set aside",
	};
	return json_pack("{s:s%, s:s, s:I, s:I, s:I, s:s}", "by", r->by.p,
	    r->by.n, "head", model_head_name(head), "labels",
	    (json_int_t)r->said.rows, "wrong", (json_int_t)r->said.wrong,
	    "doubted", (json_int_t)r->said.doubted, "so", words[r->wrongs]);
}

static json_t *
doubt_json(const struct row *row, double p, enum fate fate)
{
	return json_pack("{s:o, s:s, s:f, s:s%, s:I, s:I, s:s}", "text",
	    hygiene_excerpt(row), "label", label_name(row->label),
	    "probability", p, "by", row->by.n > 0 ? row->by.p : "", row->by.n,
	    "agree", (json_int_t)row->agreed, "disagree",
	    (json_int_t)row->disagreed, "so", fate_name(fate));
}

/* What becomes of one row. */
static void
settle(struct hygiene *h, struct corpus_view *rows, const struct answer *a,
    const struct reporter *r)
{
	size_t at = a->scored->row;
	bool doubts = a->likely < doubtful;
	enum fate fate = a->likely < wrong ? r->wrongs : r->all;
	if (fate == FATE_LEARN && !doubts)
		return;
	const struct row *row = corpus_row(rows, at);
	if (fate == FATE_LEARN && row->disagreed > 0)
		fate = FATE_DOUBTED;
	if (h->fate[at] == FATE_LEARN)
		h->fate[at] = (uint8_t)fate;
	if (json_array_size(h->doubted) < SHOWN_MAX)
		json_array_append_new(
		    h->doubted, doubt_json(row, a->likely, h->fate[at]));
}

static void
add(struct count *c, const struct answer *a)
{
	c->rows++;
	c->doubted += a->likely < doubtful;
	c->wrong += a->likely < wrong;
	c->of[a->scored->bad]++;
}

/* The reporter of the first of `n` answers, and what is his. */
static struct reporter
reporter_of(const struct answer *a, size_t n)
{
	struct reporter r = {.by = a->by};
	for (size_t i = 0; i < n && span_equal(a[i].by, r.by); i++)
		add(&r.said, &a[i]);
	return r;
}

/* The rows by reporter; free them. Adds up those that count in `crowd`, which
 * is to be released. */
static struct answer *
answers(const struct hearing *r, struct crowd *crowd)
{
	struct answer *all = memory_new(r->n, sizeof(*all));
	struct corpus_view view = {r->corpus};
	for (size_t i = 0; i < r->n; i++) {
		const struct scored *s = &r->scored[i];
		uint32_t by =
		    names_number(&crowd->people, corpus_row(&view, s->row)->by);
		all[i] = (struct answer){
		    crowd->people.items[by], s, likely(s, r->head)};
		if (!r->suspect[s->row])
			add(&crowd->said, &all[i]);
	}
	corpus_look_away(&view);
	qsort(all, r->n, sizeof(*all), by_reporter);
	return all;
}

/* Whether who gave these answers is suspect; how many they are. */
static size_t
mark(struct hearing *h, const struct answer *a, size_t n, bool suspect)
{
	for (size_t i = 0; i < n; i++)
		h->suspect[a[i].scored->row] = suspect;
	return n;
}

size_t
doubts_suspect(struct hearing *h)
{
	struct crowd all = {0};
	struct answer *a = answers(h, &all);
	struct count others = all.said;
	size_t found = 0;
	struct reporter r;
	for (size_t i = 0; i < h->n; i += r.said.rows) {
		r = reporter_of(&a[i], h->n - i);
		if (r.by.n == 0 || !is_suspect(&r.said, &all.said))
			continue;
		found += mark(h, &a[i], r.said.rows, true);
		for (int bad = 0; bad < 2; bad++)
			others.of[bad] -= r.said.of[bad];
	}
	for (size_t i = 0; i < h->n; i += r.said.rows) {
		r = reporter_of(&a[i], h->n - i);
		if (h->suspect[a[i].scored->row] &&
		    !have_seen(&others, &r.said))
			found -= mark(h, &a[i], r.said.rows, false);
	}
	free(a);
	names_release(&all.people);
	return found;
}

void
doubts_find(struct hygiene *h, const struct hearing *heard)
{
	struct crowd others = {0};
	struct corpus_view view = {heard->corpus};
	struct answer *a = answers(heard, &others);
	for (size_t i = 0; i < heard->n;) {
		struct reporter r = reporter_of(&a[i], heard->n - i);
		r.suspect = heard->suspect[a[i].scored->row];
		judge(&r, &others.said);
		if (r.by.n > 0)
			json_array_append_new(
			    h->reporters, reporter_json(&r, heard->id));
		for (size_t end = i + r.said.rows; i < end; i++)
			if (r.by.n > 0)
				settle(h, &view, &a[i], &r);
	}
	free(a);
	corpus_look_away(&view);
	names_release(&others.people);
}
