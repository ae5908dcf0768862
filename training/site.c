#include "site.h"

#include <stdlib.h>

#include "replay.h"

static bool
belongs(struct corpus_view *v, size_t i, const struct site_choice *choice)
{
	return corpus_teaches(&v->of->rows[i], choice->head) &&
	       span_equal(corpus_value(v, i, choice->key), choice->name);
}

/* Whether a label is the head's own: of approvals alone it learns nothing. */
static bool
is_told(struct corpus_view *v, const struct site_choice *choice)
{
	for (size_t i = 0; i < v->of->n; i++)
		if (label_head(v->of->rows[i].label) == choice->head &&
		    belongs(v, i, choice))
			return true;
	return false;
}

static int
read_row(struct site *s, struct replay *r, const struct row *row, struct err *e)
{
	struct adapt_row *out = &s->rows[s->n];
	struct replayed at;
	struct features f = {0};
	if (replay_row(r, &at, row, e) < 0)
		return -1;
	if (features_extract(
		&f, &at.comment, &at.reading.text, &at.signals, at.arena) < 0 ||
	    adapt_read(out, s->model, &f, at.arena) < 0)
		return replay_too_large(row, e);
	size_t bytes = out->n * sizeof(*out->items);
	out->items = memcpy(memory_new(bytes, 1), out->items, bytes);
	out->fingerprint = at.reading.fingerprint;
	s->bad[s->n++] = label_bad(row->label);
	return 0;
}

int
site_read(struct site *s, const struct model *m, const struct corpus *c,
    const struct site_choice *choice, struct err *e)
{
	*s = (struct site){m, choice->head, choice->name,
	    .rows = memory_new(c->n, sizeof(*s->rows)),
	    .bad = memory_new(c->n, sizeof(*s->bad))};
	struct replay *replay = replay_open();
	struct corpus_view view = {c};
	size_t *order = replay_order(c);
	size_t n = is_told(&view, choice) ? c->n : 0;
	int failed = 0;
	for (size_t i = 0; i < n && !failed; i++)
		if (belongs(&view, order[i], choice))
			failed =
			    read_row(s, replay, corpus_row(&view, order[i]), e);
	corpus_look_away(&view);
	size_t bytes = adapt_bytes(m, (uint32_t)s->n);
	arena_init(&s->arena, memory_new(bytes, 1), bytes);
	free(order);
	replay_close(replay);
	return failed;
}

void
site_release(struct site *s)
{
	for (size_t i = 0; i < s->n; i++)
		free((void *)s->rows[i].items);
	free(s->rows);
	free(s->bad);
	free(s->arena.base);
	*s = (struct site){0};
}

bool
site_learn(const struct site *s, const struct site_lesson *l,
    struct scored *out, struct adapt_head *head)
{
	struct arena arena = s->arena;
	struct adapt_label *labels = memory_new(l->labels.n, sizeof(*labels));
	struct adapt_lesson lesson = {
	    .model = s->model,
	    .head = s->head,
	    .labels = labels,
	    .n = (uint32_t)l->labels.n,
	    .shares = l->shares,
	};
	for (size_t i = 0; i < l->labels.n; i++) {
		uint32_t at = l->labels.at[i];
		labels[i] = (struct adapt_label){&s->rows[at], s->bad[at]};
	}
	bool learned = adapt_learn(head, &lesson, &arena) == 0;
	for (size_t i = 0; i < l->asked.n; i++) {
		uint32_t at = l->asked.at[i];
		const struct adapt_row *row = &s->rows[at];
		out[i] =
		    (struct scored){learned ? adapt_margin(head, &lesson, row)
					    : row->margins[s->head],
			s->bad[at]};
	}
	free(labels);
	return learned;
}

bool
site_nearly(const struct site *s, struct site_rows rows, uint32_t i)
{
	for (size_t j = 0; j < rows.n; j++)
		if (fingerprint_near(&s->rows[rows.at[j]].fingerprint,
			&s->rows[i].fingerprint))
			return true;
	return false;
}
