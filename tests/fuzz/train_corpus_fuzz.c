/*
 * Any bytes as a corpus, plain or gzipped, as what the service gives out at
 * /v1/labels and /v1/history and keeps as gold.jsonl: a row that is read,
 * written, is read and written as the same; what is none is refused by file
 * and line.
 */
#include "../../service/core/utf8.h"
#include "../../training/corpus.h"
#include "input_file.h"

struct line {
	char *p;
	size_t n;
};

static struct line
written(const struct row *row)
{
	struct line t = {0};
	FILE *out = open_memstream(&t.p, &t.n);

	require(out != NULL);
	corpus_write(out, row);
	require(fclose(out) == 0 && t.n > 0 && t.p[t.n - 1] == '\n');
	return t;
}

static void
check_again(const struct row *row)
{
	struct line first = written(row), second;
	struct pool pool = {0};
	struct corpus_reader *r;
	struct row again;
	struct err e;

	require(utf8_valid((struct span){first.p, first.n}));
	r = corpus_reader_open(input_file((struct span){first.p, first.n}), &e);
	require(r != NULL && corpus_reader_next(r, &again, &pool, &e) == 1);
	second = written(&again);
	require(first.n == second.n && !memcmp(first.p, second.p, first.n));
	corpus_reader_close(r);
	pool_release(&pool);
	free(first.p);
	free(second.p);
}

/* The last row of the file, if all are good. */
static bool
read_rows(struct span in, struct row *row, struct pool *pool)
{
	const char *path = input_file(in);
	struct err e = {0};
	struct corpus_reader *r = corpus_reader_open(path, &e);
	bool any = false;
	int got;

	got = r == NULL ? -1 : 0;
	while (r != NULL && (got = corpus_reader_next(r, row, pool, &e)) == 1)
		any = true;
	if (got < 0)
		require(strncmp(e.text, path, strlen(path)) == 0);
	corpus_reader_close(r);
	return any && got == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pool pool = {0};
	struct row row;

	if (read_rows(input_of(data, size), &row, &pool))
		check_again(&row);
	pool_release(&pool);
	return 0;
}
