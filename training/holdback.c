#include "holdback.h"

#include <stdlib.h>

#include "clusters.h"
#include "pick.h"
#include "timed_rows.h"

/* Which rows are learned, and which asked; some are neither. */
static void
divide(struct holdback *h, const struct corpus *c, const struct clusters *k,
    bool *learned, bool *asked)
{
	struct timed_row *places = memory_new(c->n, sizeof(*places));
	struct corpus_view view = {c};
	bool *known = memory_new(c->n, sizeof(*known)); /* by cluster */
	for (size_t i = 0; i < c->n; i++)
		places[i] =
		    (struct timed_row){corpus_row(&view, i)->decided_at_ms, i};
	corpus_look_away(&view);
	timed_rows_sort(places, c->n);
	h->n = c->n;
	h->n_learned = c->n - (size_t)(h->share * (double)c->n);
	for (size_t i = 0; i < c->n; i++) {
		size_t row = places[i].row, cluster = k->of[row];
		if (i < h->n_learned)
			learned[row] = known[cluster] = true;
		else if (!known[cluster])
			asked[row] = known[cluster] = true;
		h->n_asked += asked[row];
	}
	free(known);
	free(places);
}

int
holdback_split(struct holdback *h, struct err *e)
{
	struct corpus c = {0};
	struct clusters k = {0};
	int failed = corpus_add(&c, (struct corpus_file){h->from, false}, e);
	if (!failed)
		failed = clusters_of(&k, &c, e);
	bool *learned = memory_new(c.n, sizeof(*learned));
	bool *asked = memory_new(c.n, sizeof(*asked));
	if (!failed) {
		divide(h, &c, &k, learned, asked);
		failed = pick_lines(h->from, learned, h->learned, e) != 0 ||
			 pick_lines(h->from, asked, h->asked, e) != 0;
	}
	free(learned);
	free(asked);
	clusters_release(&k);
	corpus_release(&c);
	return failed ? -1 : 0;
}
