#include "kept.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xxhash.h>

#include "../service/edge/process/file.h"
#include "output.h"

/* To be raised when the same makes another machine than before. */
enum { KEPT_FORMAT = 1 };

/* What a file ends with. */
struct end {
	double bias;
	uint64_t sum; /* of all before it */
};

static uint64_t
add(uint64_t hash, const void *bytes, size_t n)
{
	uint8_t there = bytes != NULL;
	hash = XXH3_64bits_withSeed(&there, sizeof(there), hash);
	return there ? XXH3_64bits_withSeed(bytes, n, hash) : hash;
}

struct kept
kept_of(const char *folder, const struct sample *s,
    const struct solver_options *o, bool free)
{
	const struct vectors *v = s->vectors;
	const double numbers[] = {KEPT_FORMAT, o->kernel, o->loss, o->c,
	    o->gamma, o->eps, o->bias_feature, o->seed, o->middle, free,
	    v->buckets, (double)v->n_rows};
	uint64_t hash = add(v->hash, o->solver, strlen(o->solver));
	hash = add(hash, numbers, sizeof(numbers));
	hash = add(hash, v->kind, v->buckets * sizeof(*v->kind));
	hash = add(hash, v->places, v->n * sizeof(*v->places));
	hash = add(hash, s->rows, s->n * sizeof(*s->rows));
	hash = add(hash, s->classes, s->n * sizeof(*s->classes));
	hash = add(hash, s->asked, s->n * sizeof(*s->asked));
	hash = add(hash, s->costs, s->n * sizeof(*s->costs));
	hash = add(hash, s->sets, s->n * sizeof(*s->sets));
	hash = add(hash, s->prior, (v->buckets + 1) * sizeof(*s->prior));
	return (struct kept){folder, hash, v->buckets};
}

/* Free it. */
static char *
path_of(const struct kept *k)
{
	char name[32];
	snprintf(name, sizeof(name), "%016" PRIx64 ".machine", k->key);
	return output_path(k->folder, name);
}

/* The weights, and the end behind them; NULL: there is no such file. */
static double *
read_all(const char *path, size_t n)
{
	struct err e;
	size_t there;
	int fd = file_open(path, &there, &e);
	double *all = NULL;
	if (fd < 0)
		return NULL;
	if (there == n) {
		all = memory_new(n, 1);
		if (file_read(fd, path, all, n, &e) != 0) {
			free(all);
			all = NULL;
		}
	}
	close(fd);
	return all;
}

static uint64_t
sum_of(const double *all, const struct kept *k)
{
	size_t n = k->buckets * sizeof(*all) + offsetof(struct end, sum);
	return XXH3_64bits_withSeed(all, n, k->key);
}

bool
kept_take(struct machine *m, const struct kept *k)
{
	size_t n = k->buckets;
	char *path = path_of(k);
	double *all = read_all(path, n * sizeof(*all) + sizeof(struct end));
	struct end end;
	free(path);
	if (all == NULL)
		return false;
	memcpy(&end, all + n, sizeof(end));
	if (end.sum != sum_of(all, k)) {
		free(all);
		return false;
	}
	*m = (struct machine){.weights = all, .bias = end.bias};
	return true;
}

int
kept_put(const struct machine *m, const struct kept *k, struct err *e)
{
	size_t n = k->buckets;
	size_t bytes = n * sizeof(double) + sizeof(struct end);
	double *all = memory_new(bytes, 1);
	struct end end = {.bias = m->bias};
	memcpy(all, m->weights, n * sizeof(*all));
	memcpy(all + n, &end, sizeof(end));
	end.sum = sum_of(all, k);
	memcpy(all + n, &end, sizeof(end));
	char *path = path_of(k);
	int failed = output_write(
	    path, (struct span){(const char *)all, bytes}, OUTPUT_FOR_ALL, e);
	free(path);
	free(all);
	return failed;
}
