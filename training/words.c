#include "words.h"

#include <stdlib.h>
#include <string.h>

#include "../service/core/utf8.h"
#include "memory.h"
#include "replay.h"

enum { ROWS_MOST = 20000 };

/* A word in a row; a second time in it, it is a use of its own. */
struct use {
	char text[WORD_BYTES];
	uint32_t n, row;
	double share;
};

struct uses {
	struct use *items;
	size_t n;
};

/* The token's points in UTF-8; 0 for what is no word, or too long a one. */
static uint32_t
spell(char out[WORD_BYTES], const struct text *t, const struct token *token)
{
	uint32_t n = 0;
	if (token->kind != TOKEN_WORD)
		return 0;
	for (uint32_t i = token->first; i < token->last; i++) {
		if (t->points[i] >= TEXT_MARK || n + 4 > WORD_BYTES)
			return 0;
		n += (uint32_t)utf8_write(t->points[i], out + n);
	}
	return n;
}

/* The first parts are the tokens. */
static void
add_row(
    struct uses *u, const struct text *t, const double *shares, uint32_t row)
{
	for (uint32_t i = 0; i < t->n_tokens; i++) {
		struct use use = {.row = row, .share = shares[i]};
		use.n = spell(use.text, t, &t->tokens[i]);
		if (use.n == 0)
			continue;
		u->items = memory_append(u->items, u->n, sizeof(*u->items));
		u->items[u->n++] = use;
	}
}

static int
by_word(const void *a, const void *b)
{
	const struct use *x = a, *y = b;
	int order = memcmp(x->text, y->text, x->n < y->n ? x->n : y->n);
	if (order == 0)
		order = (x->n > y->n) - (x->n < y->n);
	return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

/* Strongest first; the words differ. */
static int
by_share(const void *a, const void *b)
{
	const struct word *x = a, *y = b;
	if (x->share != y->share)
		return x->share < y->share ? 1 : -1;
	return memcmp(x->text, y->text, WORD_BYTES);
}

/* One word of sorted uses, which end at the returned one. */
static size_t
gather(struct word *w, const struct uses *u, size_t first)
{
	const struct use *head = &u->items[first];
	size_t i = first;
	*w = (struct word){.n = head->n};
	memcpy(w->text, head->text, head->n);
	for (; i < u->n && u->items[i].n == head->n &&
	       memcmp(u->items[i].text, head->text, head->n) == 0;
	     i++) {
		w->rows += i == first || u->items[i].row != u->items[i - 1].row;
		w->share += u->items[i].share;
	}
	w->share /= w->rows;
	return i;
}

static void
rank(struct words *out, struct uses *u)
{
	struct word *all = memory_new(u->n, sizeof(*all));
	size_t n = 0, n_for = 0, n_against = 0;
	if (u->n != 0)
		qsort(u->items, u->n, sizeof(*u->items), by_word);
	for (size_t i = 0; i < u->n;) {
		i = gather(&all[n], u, i);
		n += all[n].rows >= WORDS_ROWS_MIN;
	}
	qsort(all, n, sizeof(*all), by_share);
	while (n_for < out->n_for && n_for < n && all[n_for].share > 0) {
		out->for_it[n_for] = all[n_for];
		n_for++;
	}
	while (n_against < out->n_against && n_against < n &&
	       all[n - 1 - n_against].share < 0) {
		out->against[n_against] = all[n - 1 - n_against];
		n_against++;
	}
	out->n_for = n_for;
	out->n_against = n_against;
	free(all);
}

static int
collect(struct uses *u, const struct words_asked *asked, struct replay *r)
{
	size_t step = asked->n / ROWS_MOST + 1;
	struct corpus_view view = {asked->corpus};
	int failed = 0;
	for (size_t i = 0; i < asked->n && !failed; i += step) {
		struct replayed row;
		struct features f = {0};
		const struct excerpt whole = {0};
		struct err e;
		uint32_t number = asked->answers[i].row;
		failed =
		    replay_row(r, &row, corpus_row(&view, number), &e) < 0 ||
		    features_extract(&f, &row.comment, &row.reading.text,
			&row.signals, row.arena) < 0;
		struct shares s = {0};
		if (!failed)
			s = model_share(
			    asked->model, &f, &whole, asked->head, row.arena);
		failed = s.of == NULL;
		if (!failed)
			add_row(u, &row.reading.text, s.of, number);
	}
	corpus_look_away(&view);
	return failed ? -1 : 0;
}

int
words_strongest(struct words *out, const struct words_asked *asked)
{
	struct uses uses = {0};
	struct replay *replay = replay_open();
	int failed = collect(&uses, asked, replay);
	replay_close(replay);
	if (!failed)
		rank(out, &uses);
	free(uses.items);
	return failed;
}
