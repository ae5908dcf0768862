/*
 * A store's comments and what they are found by, for the tests of the review
 * queue. Brings cmocka.
 */
#ifndef TESTS_STORE_QUEUE_FIXTURE_H
#define TESTS_STORE_QUEUE_FIXTURE_H

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/edge/check/check_record.h"
#include "../../service/edge/review/facets.h"
#include "../../service/edge/store/store_figures.h"
#include "store_fixture.h"

static const struct comment_keys keys = {.author = "authors of tests"};
static unsigned char block[1 << 22];

static inline struct queue_query
query_of(int64_t site, enum queue_order order)
{
	return (struct queue_query){
	    .site = site,
	    .state = COMMENT_HELD,
	    .order = order,
	    .score_min = NAN,
	    .score_max = NAN,
	    .most = 3,
	};
}

/* Has the store index what it has, and waits until it found `n` of them. */
static inline void
await_index(struct fixture *f, uint32_t n)
{
	struct store_describer d = {.describe = facets_describe, .arg = &keys};
	struct queue_hit hits[100];
	struct queue_page page = {.hits = hits};
	struct queue_query q = query_of(f->site, QUEUE_NEWEST);
	struct err e;

	arena_init(&d.arena, block, sizeof block);
	store_describe_by(f->store, &d);
	q.state = -1;
	q.most = 100;
	for (int i = 0; i < 3000; i++) {
		assert_int_equal(store_find_page(f->reader, &q, &page, &e), 0);
		if (page.n == n)
			return;
		usleep(10000);
	}
	fail_msg("%u of %u are indexed", page.n, n);
}

/* Puts a comment with this score and text; *id is its id. */
static inline void
put_comment(struct fixture *f, const char *action, double score,
    const char *text, char id[STORE_ID_BYTES + 1])
{
	struct record r = record_of(f->site);
	struct waited w = {.put = {.records = &r, .n = 1}};

	r.action = span_of(action);
	r.score = score;
	r.content = span_of(text);
	r.author_id = span_of("u9");
	r.author_net = span_of("192.0.2.0/24");
	r.verdict = span_of("{\"reasons\":[{\"code\":\"links\",\"weight\":1},"
			    "{\"code\":\"text\",\"weight\":-1}]}");
	put_all(f, &w, 1);
	assert_int_equal(w.put.result, STORE_DONE);
	if (id != NULL)
		memcpy(id, r.id, sizeof r.id);
}

static const char *const texts[] = {
    "One about https://one.example/ and nothing else at all",
    "\xd0\x94\xd0\xb2\xd0\xb0 words of the second, quite different",
    "the third is na\xc3\xafve, said nobody in this whole thread",
    "number four: \xe5\x9b\x9b\xe5\x8f\xb7\xe8\xaf\x84\xe8\xae\xba here",
    "five was the last of these that anybody ever wrote down",
};
enum { TEXTS = sizeof texts / sizeof *texts };

/* Puts five held ones with scores .1, .3, .5, .7 and .9, and a good one. */
static inline void
put_five(struct fixture *f)
{
	for (int i = 0; i < TEXTS; i++)
		put_comment(f, "hold", .1 + .2 * i, texts[i], NULL);
	put_comment(f, "publish", .05, "a good one of another kind", NULL);
}

static inline struct queue_aside
aside_of(struct fixture *f, const char *id)
{
	struct store_ref ref = {f->site, span_of(id)};
	struct queue_aside a;
	struct err e;

	assert_int_equal(store_get_aside(f->reader, ref, &a, &e), 0);
	return a;
}

static inline void
note_tally(void *arg, const struct tally *t)
{
	char *out = arg;

	snprintf(out + strlen(out), 256 - strlen(out), "%.*s%.*s%d=%d ",
	    (int)t->name.n, t->name.p, (int)t->head.n, t->head.p, t->bin,
	    (int)t->n);
}

static inline void
assert_tallies(struct fixture *f, const char *kind, const char *expected)
{
	char seen[256] = "";
	struct err e;

	assert_int_equal(
	    store_each_tally(f->reader,
		&(struct tally_visit){kind, f->site, 0, note_tally, seen}, &e),
	    0);
	assert_string_equal(seen, expected);
}

static inline int64_t
number_in(struct fixture *f, const char *sql)
{
	sqlite3_stmt *q = NULL;
	sqlite3 *db = NULL;
	int64_t n = -1;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, 5000);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
	if (sqlite3_step(q) == SQLITE_ROW)
		n = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(db);
	return n;
}

#endif
