/*
 * vectors CORPUS: the vectors of its rows that tell spam from ham, as lines
 * for liblinear-train and svm-train.
 */
#include <stdio.h>

#include "../../training/vectors.h"

enum { BUCKETS_LOG2 = 19 };

static void
put_row(const struct packed_row *row, bool bad)
{
	struct walk w = packing_walk(row);
	fputs(bad ? "+1" : "-1", stdout);
	while (walk_next(&w))
		if (w.number != 0)
			printf(" %u:%.9g", w.bucket + 1, w.value);
	putchar('\n');
}

int
main(int argc, char **argv)
{
	struct err e = {0};
	struct corpus c = {0};
	struct vectors v = {0};
	struct scratch_view view = {0};
	struct vectors_order order = {.buckets_log2 = BUCKETS_LOG2};
	struct corpus_file file = {.path = argc == 2 ? argv[1] : "-"};
	if (corpus_add(&c, file, &e) < 0 ||
	    vectors_of(&v, &c, &order, &e) < 0) {
		fprintf(stderr, "vectors: %s\n", e.text);
		return 1;
	}
	for (size_t i = 0; i < c.n; i++)
		if (label_head(c.rows[i].label) == HEAD_SPAM)
			put_row(vectors_row(&v, i, &view),
			    label_bad(c.rows[i].label));
	scratch_look_away(&view);
	vectors_release(&v);
	corpus_release(&c);
	return ferror(stdout) || fflush(stdout) != 0;
}
