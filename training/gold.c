#include "gold.h"

#include <stdlib.h>

#include "timed_rows.h"

enum { SHARE = 4 /* one in so many clusters */ };

/* The rows of a label that may be gold, one a cluster, by time. */
static struct timed_row *
candidates(size_t *found, const struct corpus *c, const struct clusters *k,
    const struct gold_order *o, enum label label)
{
	struct timed_row *list = NULL;
	struct corpus_view view = {c};
	bool *seen = memory_new(c->n, sizeof(*seen));
	size_t n = 0;
	for (size_t i = 0; i < c->n; i++) {
		if (c->rows[i].label != label || seen[k->of[i]])
			continue;
		const struct row *row = corpus_row(&view, i);
		if (row->disagreed > 0 ||
		    (o->by != NULL && !span_equal(row->source, span_of(o->by))))
			continue;
		seen[k->of[i]] = true;
		list = memory_append(list, n, sizeof(*list));
		list[n++] = (struct timed_row){row->decided_at_ms, i};
	}
	free(seen);
	corpus_look_away(&view);
	*found = n;
	timed_rows_sort(list, n);
	return list;
}

static size_t
count_labels(const struct corpus *c)
{
	bool there[LABELS] = {false};
	size_t n = 0;
	for (size_t i = 0; i < c->n; i++)
		there[c->rows[i].label] = true;
	for (int l = LABEL_NONE + 1; l < LABELS; l++)
		n += there[l];
	return n;
}

size_t
gold_choose(bool *chosen, const struct corpus *c, const struct clusters *k,
    const struct gold_order *o)
{
	size_t labels = count_labels(c), total = 0;
	for (int l = LABEL_NONE + 1; l < LABELS && labels > 0; l++) {
		size_t n, most = (size_t)o->rows / labels;
		struct timed_row *list = candidates(&n, c, k, o, (enum label)l);
		size_t wanted = n / SHARE < most ? n / SHARE : most;
		for (size_t i = 0; i < wanted; i++)
			chosen[list[(2 * i + 1) * n / (2 * wanted)].row] = true;
		total += wanted;
		free(list);
	}
	return total;
}
