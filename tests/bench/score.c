/*
 * What judging a comment costs in this process, without HTTP and store:
 *
 *   score MODEL PASSES CORPUS...
 *
 * Prints one JSON object a corpus. A comment's time is the median of its
 * passes over the whole corpus, so that interruptions do not count but cold
 * caches do; p50 and p99 are over comments. `p99_raw_us` is over all passes.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../../service/edge/model/model_file.h"
#include "../../training/replay.h"

enum { ARENA_BYTES = 64 << 20, PASSES_MAX = 99, CLOCK_READS = 10001 };

/* A comment under way through the steps. */
struct work {
	const struct comment *comment;
	struct signals signals;
	struct judge judge;
	struct arena arena;
	struct reading reading;
	struct features features;
	struct margins margins;
	struct shares shares;
	struct verdict verdict;
	int32_t clock_ns; /* what reading the clock costs */
};

static int
step_read(struct work *w)
{
	arena_rewind(&w->arena, 0);
	return moderate_read(
	    &w->reading, w->comment, &siphash_open_key, &w->arena);
}

static int
step_judge(struct work *w)
{
	return moderate_judge(
	    &w->verdict, &w->reading, &w->signals, &w->judge, &w->arena);
}

static int
step_normalise(struct work *w)
{
	arena_rewind(&w->arena, 0);
	return text_normalise(&w->reading.text, w->comment->content,
	    w->comment->format, &w->arena);
}

static int
step_keys(struct work *w)
{
	struct reading *r = &w->reading;

	r->fingerprint = fingerprint_of(&r->text, &siphash_open_key);
	signal_keys_of(
	    &r->keys, w->comment, &r->text, &r->fingerprint, &siphash_open_key);
	return 0;
}

static int
step_features(struct work *w)
{
	w->features.cells = model_cells(w->judge.model);
	return features_extract(
	    &w->features, w->comment, &w->reading.text, &w->signals, &w->arena);
}

static int
step_score(struct work *w)
{
	w->margins = model_score(w->judge.model, &w->features);
	return 0;
}

static int
step_reasons(struct work *w)
{
	enum model_head_id head = w->verdict.head;

	w->shares = model_share(w->judge.model, &w->features,
	    &w->margins.excerpt[head], head, &w->arena);
	if (w->shares.of == NULL)
		return -1;
	reasons_pick(&w->verdict.reasons, w->features.parts, w->shares.of,
	    w->shares.own, w->features.n_parts);
	return 0;
}

/* The whole in its two calls, and in another pass in its parts. */
static const struct step {
	const char *name;
	int (*run)(struct work *w);
} steps[] = {
    {"read", step_read},
    {"judge", step_judge},
    {"normalise", step_normalise},
    {"keys", step_keys},
    {"features", step_features},
    {"score", step_score},
    {"reasons", step_reasons},
};

enum {
	PARTS_FROM = 2,
	STEPS = sizeof(steps) / sizeof(*steps),
	WHOLE = STEPS,
	TIMES
};

/* Nanoseconds: of[step or WHOLE][row * passes + pass]. */
struct times {
	int32_t *of[TIMES];
	size_t rows, passes;
	struct signals *signals; /* a row each */
};

static int64_t
clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int
by_value(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

/* The value at `share` of the `n` values, which it sorts. */
static int32_t
quantile(int32_t *values, size_t n, double share)
{
	qsort(values, n, sizeof(*values), by_value);
	return values[(size_t)(share * (double)(n - 1))];
}

/* What reading the clock twice adds to what lies between. */
static int32_t
clock_cost_ns(void)
{
	static int32_t costs[CLOCK_READS];
	int64_t before = clock_ns();

	for (int i = 0; i < CLOCK_READS; i++) {
		int64_t now = clock_ns();

		costs[i] = (int32_t)(now - before);
		before = now;
	}
	return quantile(costs, CLOCK_READS, 0.5);
}

/* Times the steps [from, to), of which the first starts anew. */
static void
time_steps(struct work *w, int32_t *const of[], size_t at, int from, int to)
{
	int64_t before = clock_ns();

	for (int i = from; i < to; i++) {
		int failed = steps[i].run(w);
		int64_t now = clock_ns();

		if (failed != 0) {
			fprintf(stderr, "score: a comment is too large\n");
			exit(1);
		}
		of[i][at] = (int32_t)(now - before) - w->clock_ns;
		before = now;
	}
}

/* The rows of a corpus, all in memory: reading them is not to be timed. */
struct texts {
	struct row *rows;
	size_t n;
	struct pool pool;
};

static int
texts_read(struct texts *c, const char *path, struct err *e)
{
	struct corpus_reader *r = corpus_reader_open(path, e);
	struct row row;
	int got = -1;

	while (r != NULL &&
	       (got = corpus_reader_next(r, &row, &c->pool, e)) == 1) {
		c->rows = memory_append(c->rows, c->n, sizeof(row));
		c->rows[c->n++] = row;
	}
	corpus_reader_close(r);
	return got;
}

static void
texts_release(struct texts *c)
{
	free(c->rows);
	pool_release(&c->pool);
}

/* Counts every row as the state would: its signals. */
static struct signals *
count(struct texts *c)
{
	struct replay *replay = replay_open();
	struct signals *all = memory_new(c->n, sizeof(*all));
	struct replayed r;
	struct err e;

	for (size_t i = 0; i < c->n; i++) {
		struct comment *comment = &c->rows[i].comment;

		if (comment->created_at_ms == 0)
			comment->created_at_ms = (int64_t)(i + 1) * 1000;
		if (replay_row(replay, &r, &c->rows[i], &e) == 0)
			all[i] = r.signals;
	}
	replay_close(replay);
	return all;
}

static void
time_pass(
    struct work *w, const struct texts *c, const struct times *t, size_t pass)
{
	for (int parts = 0; parts < 2; parts++)
		for (size_t i = 0; i < c->n; i++) {
			w->comment = &c->rows[i].comment;
			w->signals = t->signals[i];
			time_steps(w, t->of, i * t->passes + pass,
			    parts ? PARTS_FROM : 0, parts ? STEPS : PARTS_FROM);
		}
	for (size_t i = pass; i < c->n * t->passes; i += t->passes)
		t->of[WHOLE][i] = t->of[0][i] + t->of[1][i];
}

/* The median of each row's passes. */
static int32_t *
medians(const struct times *t, int step)
{
	int32_t *of_row = memory_new(t->rows, sizeof(*of_row));

	for (size_t i = 0; i < t->rows; i++)
		of_row[i] =
		    quantile(t->of[step] + i * t->passes, t->passes, 0.5);
	return of_row;
}

/* Prints a step's figures and returns the seconds of one pass. */
static double
print_step(const struct times *t, int step, const char *name)
{
	int32_t *of_row = medians(t, step);
	double sum = 0;

	for (size_t i = 0; i < t->rows; i++)
		sum += of_row[i];
	printf("\"%s\":{\"mean_us\":%.3f,\"p50_us\":%.3f,\"p99_us\":%.3f,"
	       "\"max_us\":%.3f},",
	    name, sum / (double)t->rows / 1e3,
	    quantile(of_row, t->rows, 0.50) / 1e3,
	    quantile(of_row, t->rows, 0.99) / 1e3,
	    quantile(of_row, t->rows, 1) / 1e3);
	free(of_row);
	return sum / 1e9;
}

static void
print(const char *path, const struct texts *c, const struct times *t)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	double bytes = 0, seconds;

	for (size_t i = 0; i < c->n; i++)
		bytes += (double)c->rows[i].comment.content.n;
	printf("{\"corpus\":\"%.*s\",\"comments\":%zu,\"mean_bytes\":%.1f,",
	    (int)strcspn(name, "."), name, c->n, bytes / (double)c->n);
	for (int i = 0; i < STEPS; i++)
		print_step(t, i, steps[i].name);
	seconds = print_step(t, WHOLE, "whole");
	printf("\"p99_raw_us\":%.3f,\"mb_per_s\":%.2f}\n",
	    quantile(t->of[WHOLE], t->rows * t->passes, 0.99) / 1e3,
	    bytes / seconds / 1e6);
}

static int
bench(struct work *w, const char *path, size_t passes, struct err *e)
{
	struct texts c = {0};

	if (texts_read(&c, path, e) != 0)
		return -1;
	if (c.n == 0)
		return err_set(e, ERR_INPUT, "%s: no comments", path);
	struct times t = {.rows = c.n, .passes = passes};
	for (int i = 0; i < TIMES; i++)
		t.of[i] = memory_new(t.rows * passes, sizeof(**t.of));
	t.signals = count(&c);
	for (size_t pass = 0; pass < passes; pass++)
		time_pass(w, &c, &t, pass);
	print(path, &c, &t);
	free(t.signals);
	for (int i = 0; i < TIMES; i++)
		free(t.of[i]);
	texts_release(&c);
	return 0;
}

int
main(int argc, char **argv)
{
	struct err e = {.text = "score MODEL PASSES CORPUS..."};
	long passes = argc > 3 ? strtol(argv[2], NULL, 10) : 0;
	struct work *w = memory_new(1, sizeof(*w));
	struct model *m = NULL;
	int failed;

	if (passes > 0 && passes <= PASSES_MAX)
		m = model_file_load(argv[1], &e);
	failed = m == NULL;
	w->judge.model = m;
	w->clock_ns = clock_cost_ns();
	arena_init(&w->arena, memory_new(ARENA_BYTES, 1), ARENA_BYTES);
	for (int i = 3; i < argc && !failed; i++)
		failed = bench(w, argv[i], (size_t)passes, &e) != 0;
	if (failed)
		fprintf(stderr, "%s\n", e.text);
	free(w->arena.base);
	free(w);
	if (m != NULL)
		model_file_free(m);
	return failed;
}
