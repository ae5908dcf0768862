/* What a store promises: records, answers by key, sites and API keys. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store_fixture.h"

static const int64_t day_ms = 24 * 3600 * 1000;

static void
record_comes_back(void **state)
{
	static const char text[] = "\xf0\x9f\x98\x80 with \0 inside \xe2\x82";
	struct fixture *f = *state;
	struct record r = record_of(f->site), back;
	struct err e;

	r.content = (struct span){text, sizeof text - 1};
	r.html = true;
	r.created_at_ms = -5;
	assert_int_equal(put_one(f, &r, &e), STORE_DONE);
	assert_true(has(f, r.id, &back));
	assert_string_equal(back.id, r.id);
	assert_int_equal(back.site, r.site);
	assert_int_equal(back.received_at_ms, r.received_at_ms);
	assert_int_equal(back.created_at_ms, -5);
	assert_true(back.html);
	assert_true(back.fingerprint == r.fingerprint);
	assert_true(back.score == r.score);
	assert_true(span_equal(back.engine_id, r.engine_id));
	assert_true(span_equal(back.thread, r.thread));
	assert_true(span_equal(back.author_name, r.author_name));
	assert_true(span_equal(back.content, r.content));
	assert_true(span_equal(back.action, r.action));
	assert_true(span_equal(back.head, r.head));
	assert_true(span_equal(back.verdict, r.verdict));
	assert_int_equal(back.parent.n, 0);
}

static void
no_score_comes_back(void **state)
{
	struct fixture *f = *state;
	struct record r = record_of(f->site), back;
	struct err e;

	r.score = NAN;
	assert_int_equal(put_one(f, &r, &e), STORE_DONE);
	assert_true(has(f, r.id, &back));
	assert_true(isnan(back.score));
}

static void
foreign_record_is_missing(void **state)
{
	struct fixture *f = *state;
	struct record r = record_of(f->site), back;
	int64_t other;
	struct err e;

	assert_int_equal(put_one(f, &r, &e), STORE_DONE);
	assert_int_equal(add_site(f->store, "other.example", &other, &e), 0);
	assert_int_equal(
	    store_get(f->reader, (struct store_ref){other, span_of(r.id)},
		&f->arena, &back, &e),
	    -1);
	assert_int_equal(e.code, ERR_MISSING);
	assert_false(has(f, "01ARYZ6S410000000000000000", &back));
}

/* Any arena: the record, or a refusal that leaves the arena as it was. */
static void
small_arena_is_too_large(void **state)
{
	struct fixture *f = *state;
	struct record r = record_of(f->site), back;
	struct store_ref ref = {f->site, span_of(r.id)};
	unsigned char block[512];
	struct arena a;
	struct err e;
	size_t size;
	int got = -1;

	assert_int_equal(put_one(f, &r, &e), STORE_DONE);
	for (size = 0; size <= sizeof block; size++) {
		arena_init(&a, block, size);
		got = store_get(f->reader, ref, &a, &back, &e);
		if (got == 0)
			continue;
		assert_int_equal(e.code, ERR_TOO_LARGE);
		assert_int_equal(a.used, 0);
	}
	assert_int_equal(got, 0);
}

static void
bad_site_fails_alone(void **state)
{
	struct fixture *f = *state;
	struct record good[2] = {record_of(f->site), record_of(f->site)};
	struct record bad[2] = {record_of(f->site), record_of(999)}, back;
	struct waited w[3] = {
	    {.put = {.records = &good[0], .n = 1}},
	    {.put = {.records = bad, .n = 2}},
	    {.put = {.records = &good[1], .n = 1}},
	};

	put_all(f, w, 3);
	assert_int_equal(w[0].put.result, STORE_DONE);
	assert_int_equal(w[1].put.result, STORE_DOWN);
	assert_int_equal(w[1].put.err.code, ERR_BUG);
	assert_int_equal(w[2].put.result, STORE_DONE);
	assert_true(has(f, good[0].id, &back));
	assert_true(has(f, good[1].id, &back));
	assert_false(has(f, bad[0].id, &back)); /* all or nothing */
	assert_true(store_up(f->store));
}

static struct store_once
once_of(const struct fixture *f, const char *key, unsigned char request)
{
	struct store_once once = {.site = f->site, .key = span_of(key)};

	memset(once.request, request, sizeof once.request);
	return once;
}

static void
answer_is_given_once(void **state)
{
	enum { PARALLEL = 100 };
	struct fixture *f = *state;
	struct record records[PARALLEL], back;
	struct waited w[PARALLEL];
	char answers[PARALLEL][16];
	struct store_once once = once_of(f, "k1", 7);
	struct span answer;
	int i, rows = 0, first = -1;
	struct err e;

	for (i = 0; i < PARALLEL; i++) {
		records[i] = record_of(f->site);
		snprintf(answers[i], sizeof answers[i], "a%d", i);
		w[i] = (struct waited){.put = {.records = &records[i],
					   .n = 1,
					   .once = once,
					   .answer = span_of(answers[i])}};
	}
	put_all(f, w, PARALLEL);
	for (i = 0; i < PARALLEL; i++) {
		assert_int_equal(w[i].done, 1);
		rows += has(f, records[i].id, &back);
		if (w[i].put.result == STORE_DONE)
			first = i;
		else
			assert_int_equal(w[i].put.result, STORE_REPEATED);
	}
	assert_int_equal(rows, 1);
	assert_true(has(f, records[first].id, &back));
	assert_int_equal(
	    store_get_answer(f->reader, &once, &f->arena, &answer, &e), 0);
	assert_true(span_equal(answer, span_of(answers[first])));
}

static enum store_result
put_once(
    struct fixture *f, struct store_once once, int64_t at_ms, struct record *r)
{
	struct waited w = {.put = {.records = r,
			       .n = 1,
			       .once = once,
			       .answer = span_of("an answer")}};

	w.put.once.at_ms = at_ms;
	*r = record_of(f->site);
	put_all(f, &w, 1);
	return w.put.result;
}

static void
other_request_is_a_conflict(void **state)
{
	struct fixture *f = *state;
	struct store_once once = once_of(f, "k2", 1), other = once;
	int64_t now = clock_unix_ms();
	struct span answer;
	struct record r;
	struct err e;

	other.request[31] ^= 1;
	assert_int_equal(
	    store_get_answer(f->reader, &once, &f->arena, &answer, &e), 1);
	assert_int_equal(put_once(f, once, now, &r), STORE_DONE);
	assert_int_equal(put_once(f, other, now, &r), STORE_CONFLICT);
	assert_false(has(f, r.id, &r));
	assert_int_equal(put_once(f, once, now, &r), STORE_REPEATED);
	assert_false(has(f, r.id, &r));
	assert_int_equal(
	    store_get_answer(f->reader, &other, &f->arena, &answer, &e), -1);
	assert_int_equal(e.code, ERR_CONFLICT);
	other = once_of(f, "k2", 1);
	other.site++; /* keys of sites do not meet */
	assert_int_equal(
	    store_get_answer(f->reader, &other, &f->arena, &answer, &e), 1);
}

/* Whoever was cut short goes on with the id that he began with. */
static void
what_began_goes_on(void **state)
{
	struct fixture *f = *state;
	struct store_once once = once_of(f, "k6", 1), other = once;
	struct waited w = {
	    .put = {.once = once, .answer = span_of("an id"), .begins = true}};
	struct span answer;
	struct record r;
	struct err e;

	other.request[0] ^= 1;
	put_all(f, &w, 1);
	assert_int_equal(w.put.result, STORE_DONE);
	assert_int_equal(
	    store_get_answer(f->reader, &once, &f->arena, &answer, &e), 1);
	assert_true(span_equal(answer, span_of("an id")));
	assert_int_equal(
	    store_get_answer(f->reader, &other, &f->arena, &answer, &e), -1);
	assert_int_equal(put_once(f, other, 0, &r), STORE_CONFLICT);
	assert_int_equal(put_once(f, once, 0, &r), STORE_DONE);
	assert_int_equal(
	    store_get_answer(f->reader, &once, &f->arena, &answer, &e), 0);
	assert_true(span_equal(answer, span_of("an answer")));
	assert_int_equal(put_once(f, once, 0, &r), STORE_REPEATED);
}

static void
answer_expires(void **state)
{
	struct fixture *f = *state;
	struct store_once once = once_of(f, "k3", 1);
	int64_t at = clock_unix_ms() - day_ms + 5000;
	struct span answer;
	struct record r;
	struct err e;

	assert_int_equal(put_once(f, once, at, &r), STORE_DONE);
	assert_int_equal(
	    put_once(f, once, at + day_ms - 1, &r), STORE_REPEATED);
	once.at_ms = at + day_ms - 1;
	assert_int_equal(
	    store_get_answer(f->reader, &once, &f->arena, &answer, &e), 0);
	once.at_ms = at + day_ms;
	assert_int_equal(
	    store_get_answer(f->reader, &once, &f->arena, &answer, &e), 1);
	assert_int_equal(put_once(f, once, at + day_ms, &r), STORE_DONE);
	assert_int_equal(
	    put_once(f, once, at + day_ms + 1, &r), STORE_REPEATED);
}

/* What is too old goes away when the store has nothing else to do. */
static void
old_answers_are_deleted(void **state)
{
	struct fixture *f = *state;
	struct store_once once = once_of(f, "k4", 1);
	int64_t at = clock_unix_ms() - 2 * day_ms;
	struct span answer;
	int tries, found = 0;
	struct record r;
	struct err e;

	assert_int_equal(put_once(f, once, at, &r), STORE_DONE);
	once.at_ms = at;
	for (tries = 0; tries < 3000 && found == 0; tries++) {
		usleep(20000);
		found =
		    store_get_answer(f->reader, &once, &f->arena, &answer, &e);
	}
	assert_int_equal(found, 1);
}

enum { THREADS = 4, PUTS = 200 };

struct putter {
	struct fixture *f;
	struct loop *loop;
	struct waited puts[PUTS];
	struct record records[PUTS];
};

static void *
put_many(void *arg)
{
	struct putter *p = arg;
	int i;

	for (i = 0; i < PUTS; i++) {
		p->records[i] = record_of(p->f->site);
		p->puts[i] = (struct waited){.put = {
						 .records = &p->records[i],
						 .n = 1,
						 .loop = p->loop,
						 .done = waited_done,
					     }};
		store_put(p->f->store, &p->puts[i].put);
		if (i % 7 == 0)
			loop_turn(p->loop, 0);
	}
	for (i = 0; i < PUTS; i++)
		while (!p->puts[i].done)
			loop_turn(p->loop, 100);
	return NULL;
}

static void
threads_put_at_once(void **state)
{
	struct fixture *f = *state;
	struct putter *p = calloc(THREADS, sizeof *p);
	pthread_t threads[THREADS];
	struct record back;
	struct err e;
	int i, j;

	for (i = 0; i < THREADS; i++) {
		p[i].f = f;
		p[i].loop = loop_open(&e);
		pthread_create(&threads[i], NULL, put_many, &p[i]);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		loop_close(p[i].loop);
		for (j = 0; j < PUTS; j++) {
			assert_int_equal(p[i].puts[j].done, 1);
			assert_int_equal(p[i].puts[j].put.result, STORE_DONE);
			assert_true(has(f, p[i].records[j].id, &back));
		}
	}
	free(p);
}

static void
close_waits_for_puts(void **state)
{
	struct fixture *f = *state;
	struct record records[20], back;
	struct waited w[20];
	int i;

	for (i = 0; i < 20; i++) {
		records[i] = record_of(f->site);
		w[i] = (struct waited){.put = {.records = &records[i], .n = 1}};
		waited_put(f, &w[i]);
	}
	fixture_close(f);
	loop_turn(f->loop, 0);
	assert_int_equal(fixture_open(f), 0);
	for (i = 0; i < 20; i++) {
		assert_int_equal(w[i].done, 1);
		assert_true(has(f, records[i].id, &back));
	}
}

#define CASE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(record_comes_back),
	    CASE(no_score_comes_back),
	    CASE(foreign_record_is_missing),
	    CASE(small_arena_is_too_large),
	    CASE(bad_site_fails_alone),
	    CASE(answer_is_given_once),
	    CASE(other_request_is_a_conflict),
	    CASE(what_began_goes_on),
	    CASE(answer_expires),
	    CASE(old_answers_are_deleted),
	    CASE(threads_put_at_once),
	    CASE(close_waits_for_puts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
