/* What a store promises when somebody is erased. */
#include <pthread.h>
#include <stdatomic.h>

#include "../../service/edge/store/store_person.h"
#include "../../service/edge/store/store_sqlite.h"
#include "../../service/edge/store/store_sqlite_outbox.h"
#include "store_queue_fixture.h"
#include "store_steps.h"

enum { ANSWERS = 70000, PUTS = 40 };

/* Answers of a busy day, of which the first and the last speak of a comment. */
static void
write_answers(struct fixture *f, const char *id)
{
	static const char sql[] =
	    "INSERT INTO answer WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
	    " SELECT i + 1 FROM n LIMIT %d) SELECT %d, i, x'00',"
	    " iif(i IN (1, %d), '{\"id\":\"%s\"}', '{}'), %lld, 0 FROM n";
	char *text = sqlite3_mprintf(sql, ANSWERS, (int)f->site, ANSWERS, id,
	    (long long)clock_unix_ms());
	sqlite3 *db;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, 10000);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	sqlite3_free(text);
}

static int64_t
count(struct fixture *f, const char *sql)
{
	sqlite3_stmt *q;
	sqlite3 *db;
	int64_t n;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, 10000);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	n = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(db);
	return n;
}

/* However many there are: a put waits for so many only. */
/* Of the writer's connection, which its own thread uses, too. */
static void
watch_turns(struct fixture *f, int64_t *steps)
{
	struct store_sqlite *s = (struct store_sqlite *)f->store;

	pthread_mutex_lock(&s->turn);
	watch_steps(s->link.db, steps);
	pthread_mutex_unlock(&s->turn);
}

static void
answers_are_looked_through_in_parts(void **state)
{
	struct fixture *f = *state;
	char id[STORE_ID_BYTES + 1];
	struct store_erasure x = {.who = {.site = f->site}, .by = {"op", 2}};
	int64_t steps[3] = {0};
	int parts = 0;
	struct err e;

	put_comment(f, "hold", .5, texts[0], id);
	write_answers(f, id);
	for (x.who.comment = span_of(id); !x.done; parts++) {
		assert_in_range(parts, 0, 2);
		watch_turns(f, &steps[parts]);
		assert_int_equal(store_erase(f->store, &x, &e), 0);
	}
	watch_turns(f, NULL);
	assert_int_equal(parts, 3);
	/* the last has an eighth of the first to look at */
	print_message("%d and %d steps\n", (int)steps[0], (int)steps[2]);
	assert_true(steps[2] < steps[0] / 4);
	assert_int_equal(x.comments, 1);
	assert_int_equal(count(f, "SELECT count(*) FROM answer"), ANSWERS - 2);
	assert_int_equal(count(f, "SELECT count(*) FROM comment"), 0);
}

static void
comments_are_looked_through_in_parts(void **state)
{
	static struct record r[20000];
	struct fixture *f = *state;
	struct waited w = {.put = {.records = r, .n = 20000}};
	sqlite3 *db = sqlite_reader_link(f->reader)->db;
	int64_t numbers[32], steps[3] = {0};
	struct store_person_page p = {
	    .who = {f->site, .author_id = span_of("nobody")},
	    .numbers = numbers,
	    .most = 32,
	};
	struct err e;

	for (int i = 0; i < 20000; i++)
		r[i] = record_of(f->site);
	put_all(f, &w, 1);
	for (int i = 0; i < 3; i++, p.after = p.next) {
		watch_steps(db, &steps[i]);
		assert_int_equal(store_find_person(f->reader, &p, &e), 0);
	}
	watch_steps(db, NULL);
	assert_int_equal(p.next, 0);
	print_message("%d and %d steps\n", (int)steps[0], (int)steps[2]);
	assert_true(steps[2] < steps[0] * 2 / 3);
}

/* Takes a turn after the other, each as long as a part of that. */
struct taker {
	struct fixture *f;
	const char *id;
	pthread_t thread;
	atomic_bool stop;
	atomic_int turns;
};

static void *
take_turns(void *arg)
{
	struct taker *t = arg;
	struct err e;

	while (!atomic_load(&t->stop)) {
		struct store_erasure x = {
		    .who = {t->f->site, .comment = span_of(t->id)},
		    .by = {"op", 2}};

		if (store_erase(t->f->store, &x, &e) != 0)
			break;
		atomic_fetch_add(&t->turns, 1);
	}
	return NULL;
}

static void
whoever_waits_is_next(void **state)
{
	struct fixture *f = *state;
	char id[STORE_ID_BYTES + 1], next[STORE_ID_BYTES + 1];
	struct taker t = {.f = f, .id = id};
	int most = 0;

	put_comment(f, "hold", .5, texts[0], id);
	write_answers(f, id);
	pthread_create(&t.thread, NULL, take_turns, &t);
	for (int i = 0; i < PUTS; i++) {
		int before = atomic_load(&t.turns), passed;

		put_comment(f, "hold", .5, texts[0], next);
		passed = atomic_load(&t.turns) - before;
		most = passed > most ? passed : most;
	}
	atomic_store(&t.stop, true);
	pthread_join(t.thread, NULL);
	assert_in_range(most, 0, 5);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(answers_are_looked_through_in_parts),
	    CASE(comments_are_looked_through_in_parts),
	    CASE(whoever_waits_is_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
