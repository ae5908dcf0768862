/*
 * Bytes through an importer into a sink of its own: what comes out are lines
 * of a corpus that the trainer reads, as many as were counted.
 */
#ifndef FUZZ_IMPORT_ROWS_H
#define FUZZ_IMPORT_ROWS_H

#include "../../training/import.h"
#include "../../training/import_columns.h"
#include "../../training/import_sink.h"
#include "../../training/input.h"
#include "input_file.h"

/* Its sink has much memory, so it serves many inputs. */
enum { INPUTS_PER_SINK = 512 };

struct import_rows {
	char *text;
	size_t n;
	FILE *out;
	struct import_sink *sink;
	unsigned left;
};

static inline void
import_rows_open(struct import_rows *s)
{
	struct err e;

	if (s->left-- > 0)
		return;
	s->left = INPUTS_PER_SINK;
	require(input_open("/", &e) == NULL); /* a folder is none */
	import_sink_close(s->sink);
	if (s->out != NULL)
		fclose(s->out);
	free(s->text);
	s->out = open_memstream(&s->text, &s->n);
	require(s->out != NULL && fflush(s->out) == 0);
	s->sink = import_sink_open(s->out);
}

/* Reads back what was written behind `from`: how many rows those are. */
static inline size_t
import_rows_count(const struct import_rows *s, size_t from)
{
	struct span text = {s->text + from, s->n - from};
	struct pool pool = {0};
	struct row row;
	struct err e;
	struct corpus_reader *r;
	size_t n = 0;

	if (text.n == 0)
		return 0;
	r = corpus_reader_open(input_file(text), &e);
	require(r != NULL);
	while (corpus_reader_next(r, &row, &pool, &e) == 1)
		n++;
	corpus_reader_close(r);
	pool_release(&pool);
	return n;
}

/* Every other input goes on at rows that are bad. */
static inline void
import_rows_check(const struct importer *importer, struct span in)
{
	static struct import_rows s;
	static const struct import_columns columns;
	struct import_run run = {.importer = importer,
	    .columns = &columns,
	    .trash = LABEL_SPAM,
	    .skip_bad = in.n % 2};
	struct err e = {0};
	size_t before, rows;

	import_rows_open(&s);
	run.sink = s.sink;
	run.input = input_open(input_file(in), &e);
	if (run.input == NULL) {
		require(e.text[0] != '\0');
		return;
	}
	(void)importer->fits(input_head(run.input));
	before = s.n;
	rows = import_sink_counts(s.sink)->rows;
	if (importer->read(&run, &e) != 0)
		require(e.text[0] != '\0');
	input_close(run.input);
	fflush(s.out);
	rows = import_sink_counts(s.sink)->rows - rows;
	require(import_rows_count(&s, before) == rows);
}

#endif
