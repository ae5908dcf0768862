/*
 * A store in a folder of its own with one site, and puts that are waited
 * for. Brings cmocka.
 */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../service/edge/process/secrets.h"
#include "../../service/edge/store/store_admin.h"

struct fixture {
	char folder[64], path[96], uri[112];
	struct store *store;
	struct store_reader *reader;
	struct loop *loop;
	int64_t site;
	bool mounted; /* the folder is a file system of its own */
	struct arena arena;
	unsigned char block[1 << 18];
};

static inline int
fixture_open(struct fixture *f)
{
	struct err e = {0};

	f->store = store_open(f->uri, &e);
	f->reader = f->store ? store_reader_open(f->store, &e) : NULL;
	if (f->reader == NULL)
		fprintf(stderr, "%s\n", e.text);
	return f->reader == NULL ? -1 : 0;
}

static inline void
fixture_close(struct fixture *f)
{
	store_reader_close(f->reader);
	store_close(f->store);
	f->reader = NULL;
	f->store = NULL;
}

/* What tests put is of any time, and stays. */
#define KEEPS_ALL                                                              \
	"{\"retention_spam_days\":0,\"retention_text_days\":0,"                \
	"\"retention_request_days\":0}"

static inline int
add_site(struct store *s, const char *name, int64_t *id, struct err *e)
{
	struct store_change c = {
	    .kind = CHANGE_ADD_SITE,
	    .site = {.name = name,
		.settings = span_of(KEEPS_ALL),
		.created_at_ms = 1},
	};
	int result = store_change(s, &c, 1, e);

	*id = c.id;
	return result;
}

static inline int
fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct err e;

	*state = f;
	snprintf(f->folder, sizeof f->folder, "%s/store_test.XXXXXX", P_tmpdir);
	if (mkdtemp(f->folder) == NULL || secrets_init(&e) != 0)
		return -1;
	snprintf(f->path, sizeof f->path, "%s/test.db", f->folder);
	snprintf(f->uri, sizeof f->uri, "sqlite:%s", f->path);
	f->loop = loop_open(&e);
	arena_init(&f->arena, f->block, sizeof f->block);
	if (f->loop == NULL || fixture_open(f) != 0)
		return -1;
	return add_site(f->store, "blog.example", &f->site, &e);
}

static inline int
fixture_remove(
    const char *path, const struct stat *st, int kind, struct FTW *walk)
{
	(void)st, (void)kind, (void)walk;
	return remove(path);
}

static inline int
fixture_teardown(void **state)
{
	struct fixture *f = *state;
	int result;

	fixture_close(f);
	loop_close(f->loop);
	result = nftw(f->folder, fixture_remove, 8, FTW_DEPTH | FTW_PHYS);
	free(f);
	return result;
}

/* A record that differs from others in its id only. */
static inline struct record
record_of(int64_t site)
{
	struct record r = {
	    .site = site,
	    .received_at_ms = 1509844200000,
	    .engine_id = span_of("c-17"),
	    .thread = span_of("https://blog.example/post"),
	    .author_name = span_of("jammy"),
	    .content = span_of("na\xc3\xafve text of no great length"),
	    .fingerprint = UINT64_MAX - 5,
	    .action = span_of("hold"),
	    .head = span_of("spam"),
	    .score = 0.25,
	    .verdict = span_of("{\"action\":\"hold\"}"),
	};

	secrets_ulid(clock_unix_ms(), r.id);
	return r;
}

/* A put that can be waited for. */
struct waited {
	struct store_put put; /* first */
	int done;
};

static inline void
waited_done(struct store_put *p)
{
	((struct waited *)p)->done++;
}

static inline void
waited_put(struct fixture *f, struct waited *w)
{
	w->put.loop = f->loop;
	w->put.done = waited_done;
	w->done = 0;
	store_put(f->store, &w->put);
}

/* Puts `n` at once and waits for all. */
static inline void
put_all(struct fixture *f, struct waited *w, int n)
{
	int i;

	for (i = 0; i < n; i++)
		waited_put(f, &w[i]);
	for (i = 0; i < n; i++)
		while (!w[i].done)
			loop_turn(f->loop, 100);
}

static inline enum store_result
put_one(struct fixture *f, const struct record *r, struct err *e)
{
	struct waited w = {.put = {.records = r, .n = 1}};

	put_all(f, &w, 1);
	*e = w.put.err;
	return w.put.result;
}

/* Whether the store has the record `id`; it is left in the arena. */
static inline int
has(struct fixture *f, const char *id, struct record *out)
{
	struct store_ref ref = {f->site, span_of(id)};
	struct err e = {0};

	arena_rewind(&f->arena, 0);
	return store_get(f->reader, ref, &f->arena, out, &e) == 0;
}

#endif
