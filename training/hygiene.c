#include "hygiene.h"

#include <stdlib.h>

#include "../service/core/utf8.h"
#include "names.h"
#include "page.h"

enum { EXCERPT_BYTES = 200, CONTRADICTIONS_MAX = 200 };

const char *
fate_name(enum fate f)
{
	static const char *const names[FATES] = {
	    [FATE_LEARN] = "learned",
	    [FATE_GOLD] = "gold",
	    [FATE_CONTRADICTED] = "contradicted",
	    [FATE_CAPPED] = "capped",
	    [FATE_DOUBTED] = "doubted",
	    [FATE_DISTRUSTED] = "distrusted",
	    [FATE_FEW] = "too_few",
	};
	return names[f];
}

json_t *
hygiene_excerpt(const struct row *row)
{
	struct span s = utf8_prefix(row->comment.content, EXCERPT_BYTES);
	return json_stringn(s.p, s.n);
}

/*
 * With the gold set behind the rows: whatever shares a cluster with one of
 * its rows is not learned. Leaves `c` as it was.
 */
static int
find_clusters(
    struct hygiene *h, struct corpus *c, const char *gold, struct err *e)
{
	size_t n = c->n, names = c->n_names;
	int failed = 0;
	if (gold != NULL)
		failed = corpus_add(c, (struct corpus_file){gold, false}, e);
	if (!failed)
		failed = clusters_of(&h->clusters, c, e);
	h->gold = c->n - n;
	bool *of_gold = memory_new(c->n, sizeof(*of_gold));
	for (size_t i = n; i < c->n && !failed; i++)
		of_gold[h->clusters.of[i]] = true;
	for (size_t i = 0; i < n && !failed; i++)
		if (of_gold[h->clusters.of[i]])
			h->fate[i] = FATE_GOLD;
	free(of_gold);
	c->n = h->clusters.n = n;
	c->n_names = names;
	return failed;
}

/* A text, and when and where somebody said what it is. */
struct saying {
	uint64_t text;
	int64_t at_ms;
	size_t row;
};

static int
by_text_and_time(const void *a, const void *b)
{
	const struct saying *x = a, *y = b;
	if (x->text != y->text)
		return x->text < y->text ? -1 : 1;
	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

static json_t *
contradiction_json(const struct row *before, const struct row *after)
{
	return json_pack("{s:o, s:s, s:s%, s:s, s:s%}", "text",
	    hygiene_excerpt(after), "was", label_name(before->label), "by",
	    before->by.n > 0 ? before->by.p : "", before->by.n, "is",
	    label_name(after->label), "by_then",
	    after->by.n > 0 ? after->by.p : "", after->by.n);
}

/* The last decision about a text holds; of the same time, or of none, none is
 * let go. */
static void
contradict(
    struct hygiene *h, const struct corpus *c, size_t before, size_t last)
{
	if (label_bad(c->rows[before].label) == label_bad(c->rows[last].label))
		return;
	struct corpus_view views[] = {{c}, {c}};
	const struct row *x = corpus_row(&views[0], before);
	const struct row *y = corpus_row(&views[1], last);
	if (x->decided_at_ms != y->decided_at_ms &&
	    h->fate[before] == FATE_LEARN)
		h->fate[before] = FATE_CONTRADICTED;
	if (json_array_size(h->contradictions) < CONTRADICTIONS_MAX)
		json_array_append_new(
		    h->contradictions, contradiction_json(x, y));
	corpus_look_away(&views[0]);
	corpus_look_away(&views[1]);
}

/* Every row is held against the last that was said of its text by a head. */
static void
settle_text(struct hygiene *h, const struct corpus *c,
    const struct saying *said, size_t n)
{
	const struct saying *last[MODEL_HEADS] = {NULL};
	for (size_t i = n; i-- > 0;) {
		for (int head = 0; head < MODEL_HEADS; head++) {
			if (!corpus_teaches(&c->rows[said[i].row], head))
				continue;
			if (last[head] == NULL)
				last[head] = &said[i];
			contradict(h, c, said[i].row, last[head]->row);
		}
	}
}

static void
compare_same(struct hygiene *h, const struct corpus *c)
{
	struct saying *all = memory_new(c->n, sizeof(*all));
	struct corpus_view view = {c};
	for (size_t i = 0; i < c->n; i++)
		all[i] = (struct saying){h->clusters.text[i],
		    corpus_row(&view, i)->decided_at_ms, i};
	corpus_look_away(&view);
	qsort(all, c->n, sizeof(*all), by_text_and_time);
	for (size_t i = 0, n; i < c->n; i += n) {
		for (n = 1; i + n < c->n && all[i + n].text == all[i].text;)
			n++;
		settle_text(h, c, &all[i], n);
		h->same += n - 1;
	}
	for (size_t i = 0; i < c->n; i++)
		h->similar += h->clusters.of[i] != i;
	h->similar -= h->same;
	free(all);
}

/* A decision of somebody's. */
struct share {
	uint32_t by; /* among those who said something */
	int64_t at_ms;
	size_t row;
};

static int
by_reporter_newest(const void *a, const void *b)
{
	const struct share *x = a, *y = b;
	if (x->by != y->by)
		return x->by < y->by ? -1 : 1;
	if (x->at_ms != y->at_ms)
		return x->at_ms > y->at_ms ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

/* Of each reporter the newest decisions, up to the share. */
static void
cap(struct hygiene *h, const struct corpus *c, double most)
{
	struct share *all = NULL;
	struct corpus_view view = {c};
	struct names people = {0};
	size_t n = 0, said = 0;
	for (size_t i = 0; i < c->n; i++) {
		const struct row *row = corpus_row(&view, i);
		if (row->by.n == 0 || h->fate[i] != FATE_LEARN)
			continue;
		all = memory_append(all, n, sizeof(*all));
		all[n++] = (struct share){
		    names_number(&people, row->by), row->decided_at_ms, i};
	}
	names_release(&people);
	corpus_look_away(&view);
	if (n > 0)
		qsort(all, n, sizeof(*all), by_reporter_newest);
	for (size_t i = 0; i < n; i++) {
		bool same = i > 0 && all[i].by == all[i - 1].by;
		said = same ? said + 1 : 1;
		if ((double)said > most * (double)n)
			h->fate[all[i].row] = FATE_CAPPED;
	}
	free(all);
}

int
hygiene_of(struct hygiene *h, struct corpus *c, const struct hygiene_order *o,
    struct err *e)
{
	*h = (struct hygiene){
	    .fate = memory_new(c->n, sizeof(*h->fate)),
	    .contradictions = json_array(),
	    .reporters = json_array(),
	    .doubted = json_array(),
	};
	if (find_clusters(h, c, o->gold, e) != 0)
		return -1;
	h->straddling = clusters_gather(&h->clusters, c);
	compare_same(h, c);
	if (o->cap_share < 1)
		cap(h, c, o->cap_share);
	return 0;
}

void
hygiene_leave(
    struct hygiene *h, const struct corpus *c, const bool taught[MODEL_HEADS])
{
	for (size_t i = 0; i < c->n; i++) {
		bool teaches = c->rows[i].label == LABEL_NONE;
		for (int head = 0; head < MODEL_HEADS; head++)
			teaches |=
			    taught[head] && corpus_teaches(&c->rows[i], head);
		if (!teaches && h->fate[i] == FATE_LEARN)
			h->fate[i] = FATE_FEW;
	}
}

void
hygiene_release(struct hygiene *h)
{
	free(h->fate);
	clusters_release(&h->clusters);
	json_decref(h->contradictions);
	json_decref(h->reporters);
	json_decref(h->doubted);
	*h = (struct hygiene){0};
}

/* Rows of each label, and how many of them are learned. */
static json_t *
balance_json(const struct hygiene *h, const struct corpus *c)
{
	json_int_t all[LABELS] = {0}, learned[LABELS] = {0};
	json_t *list = json_array();
	for (size_t i = 0; i < c->n; i++) {
		all[c->rows[i].label]++;
		learned[c->rows[i].label] += h->fate[i] == FATE_LEARN;
	}
	for (int l = LABEL_NONE + 1; l < LABELS; l++)
		if (all[l] > 0)
			json_array_append_new(
			    list, json_pack("{s:s, s:I, s:I}", "label",
				      label_name((enum label)l), "rows", all[l],
				      "learned", learned[l]));
	return list;
}

/* Rows of each file, and how many of them are learned. */
static json_t *
sets_json(const struct hygiene *h, const struct corpus *c)
{
	json_int_t *learned = memory_new(c->n_names, sizeof(*learned));
	json_int_t *all = memory_new(c->n_names, sizeof(*all));
	json_t *list = json_array();
	for (size_t i = 0; i < c->n; i++) {
		all[c->rows[i].set]++;
		learned[c->rows[i].set] += h->fate[i] == FATE_LEARN;
	}
	for (size_t s = 0; s < c->n_names; s++)
		json_array_append_new(list,
		    json_pack("{s:s%, s:I, s:I}", "set", c->names[s].p,
			c->names[s].n, "rows", all[s], "learned", learned[s]));
	free(all);
	free(learned);
	return list;
}

static json_t *
fates_json(const struct hygiene *h, const struct corpus *c)
{
	json_int_t n[FATES] = {0};
	json_t *o = json_object();
	for (size_t i = 0; i < c->n; i++)
		n[h->fate[i]]++;
	for (int f = 0; f < FATES; f++)
		json_object_set_new(
		    o, fate_name((enum fate)f), json_integer(n[f]));
	return o;
}

static json_t *
hygiene_json(const struct hygiene *h, const struct corpus *c)
{
	return json_pack(
	    "{s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:O, s:O, s:O}", "rows",
	    (json_int_t)c->n, "gold_set", (json_int_t)h->gold, "duplicates",
	    (json_int_t)h->same, "near_duplicates", (json_int_t)h->similar,
	    "clusters_across_folds", (json_int_t)h->straddling,
	    "what_became_of_them", fates_json(h, c), "balance",
	    balance_json(h, c), "sets", sets_json(h, c), "reporters",
	    h->reporters, "contradictions", h->contradictions, "doubted",
	    h->doubted);
}

static const struct page_words words = {
    "Labels",
    "Duplicates: rows whose text is there before them; near duplicates: nearly "
    "so. Clusters across folds: near-duplicates that would have been learned "
    "from and asked about; they are gathered in one fold. What became of the "
    "rows: learned, or set aside because the gold set has nearly the same "
    "(gold), because a later decision about the text says otherwise "
    "(contradicted), because somebody has said more than his share (capped), "
    "because machines that did not learn it and another person doubt it "
    "(doubted), because of who said it (distrusted), or because there were too "
    "few of its kind, or of the other, to learn anything (too_few). Reporters: "
    "who said so "
    "(by: somebody's name or the id of a key), by each head: their labels, how "
    "many of these "
    "such machines call wrong, how many beyond doubt (doubted), and what "
    "follows (so). Doubted: labels that such a machine all but rules out, "
    "the probability that it gives to the label, how many other people agree "
    "or disagree, and what became of it (so).",
};

int
hygiene_write(const struct hygiene *h, const struct corpus *c,
    const char *folder, struct err *e)
{
	json_t *o = hygiene_json(h, c);
	int failed = page_write(folder, "hygiene", o, &words, e);
	json_decref(o);
	return failed;
}
