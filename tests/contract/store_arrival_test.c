/* Of many packs: what is looked for is found, and most are passed by. */
#include <sqlite3.h>

#include "../../service/edge/store/store_figures.h"
#include "../../service/edge/store/store_sqlite_crowd.h"
#include "../../service/edge/store/store_sqlite_settle.h"
#include "../../training/random.h"
#include "store_fixture.h"

/* Packs as the writer writes them, in a transaction that is never ended. */
enum {
	MANY_PACKS = 450,
	OF_A_PACK = 128,
	MANY = MANY_PACKS * OF_A_PACK,
	STARTS_ANEW = 20, /* the writer, which forgets its summary */
};

static struct record
one_of_many(const struct fixture *f, int i)
{
	static char engine_id[16];
	struct record r = record_of(f->site);

	snprintf(r.id, sizeof r.id, "%026d", i);
	snprintf(engine_id, sizeof engine_id, "c-%d", i);
	r.engine_id = span_of(engine_id);
	r.fingerprint = (uint64_t)i;
	return r;
}

static void
put_many_packs(struct fixture *f)
{
	static struct sqlite_pack pack;
	static struct arrival_summary summary;
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	int i = 0;

	while (i < MANY) {
		struct record r = one_of_many(f, i++);

		sqlite_pack_add(&pack, &r, i);
		if (i % OF_A_PACK != 0)
			continue;
		assert_int_equal(
		    sqlite_arrival_put(&s->link, &pack, &summary), SQLITE_DONE);
		if (i == STARTS_ANEW * OF_A_PACK)
			summary = (struct arrival_summary){.n = 0};
	}
}

static bool
note_number(void *arg, const struct sqlite_arrived *it, int64_t pack)
{
	(void)pack;
	*(int64_t *)arg = it->number;
	return true;
}

/* The number of what is found by each kind of hash; -1: not the same. */
static int64_t
hunted(struct fixture *f, int i)
{
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	int64_t found[ARRIVED_KEYS] = {0};

	for (int by = 0; by < ARRIVED_KEYS; by++) {
		struct record like = one_of_many(f, i);
		const struct arrived_visit visit = {
		    (enum arrived_by)by, &like, note_number, &found[by]};

		assert_int_equal(
		    sqlite_each_arrived(&s->link, &visit), SQLITE_DONE);
		if (found[by] != found[0])
			return -1;
	}
	return found[0];
}

static int64_t
number(struct store_sqlite *s, const char *sql)
{
	int64_t n = -1;
	struct err e;

	sqlite_link_number(&s->link, sql, &n, &e);
	return n;
}

static int64_t
summaries(struct fixture *f)
{
	return number((struct store_sqlite *)f->store,
	    "SELECT count(*) FROM arrival_summary");
}

/* What it takes to look for one that is not there. */
static int
steps_in_vain(struct fixture *f)
{
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	sqlite3_stmt *q = NULL;
	int n = 0;

	for (int reset = 1; reset >= 0; reset--) {
		n = 0;
		if (reset == 0)
			assert_int_equal(hunted(f, MANY), 0);
		while ((q = sqlite3_next_stmt(s->link.db, q)) != NULL)
			n += sqlite3_stmt_status(
			    q, SQLITE_STMTSTATUS_VM_STEP, reset);
	}
	return n;
}

static void
assert_all_are_hunted(struct fixture *f)
{
	for (int i = 0; i < MANY; i += 331)
		assert_int_equal(hunted(f, i), i + 1);
	assert_int_equal(hunted(f, MANY - 1), MANY);
	assert_int_equal(hunted(f, MANY), 0);
}

static void
summaries_hide_nothing(void **state)
{
	struct fixture *f = *state;
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	int with, without;
	struct err e;

	pthread_mutex_lock(&s->turn);
	assert_int_equal(sqlite_link_run(&s->link, "BEGIN IMMEDIATE", &e), 0);
	put_many_packs(f);
	assert_int_equal(summaries(f), 2 * ARRIVED_KEYS);
	assert_all_are_hunted(f);
	with = steps_in_vain(f);
	assert_int_equal(
	    sqlite_arrival_forget(&s->link, MANY / 2), SQLITE_DONE);
	assert_int_equal(summaries(f), ARRIVED_KEYS);
	assert_all_are_hunted(f);
	assert_int_equal(
	    sqlite_arrival_forget(&s->link, INT64_MAX), SQLITE_DONE);
	assert_int_equal(summaries(f), 0);
	without = steps_in_vain(f);
	assert_true(with < without / 3);
	assert_int_equal(sqlite_link_run(&s->link, "ROLLBACK", &e), 0);
	pthread_mutex_unlock(&s->turn);
}

/* Of a life that ended before it dropped a summary: no number of its packs is
 * given again, or who looks for it would pass it by. */
static void
numbers_go_on_behind_summaries(void **state)
{
	static const char left[] =
	    "INSERT INTO arrival_summary VALUES (1000, 0, 1, zeroblob(32768))";
	struct fixture *f = *state;
	struct record r = record_of(f->site);
	struct store_sqlite *s;
	int64_t newest;
	struct err e;

	s = (struct store_sqlite *)f->store;
	pthread_mutex_lock(&s->turn);
	assert_int_equal(sqlite_link_run(&s->link, left, &e), 0);
	pthread_mutex_unlock(&s->turn);
	fixture_close(f);
	assert_int_equal(fixture_open(f), 0);
	assert_int_equal(put_one(f, &r, &e), STORE_DONE);
	s = (struct store_sqlite *)f->store;
	pthread_mutex_lock(&s->turn);
	newest = number(s, "SELECT max(rowid) FROM comment");
	pthread_mutex_unlock(&s->turn);
	assert_int_equal(newest, 1001);
}

/* What `work` does in a transaction, which then ends so. */
static void
in_turn(
    struct store_sqlite *s, int (*work)(struct store_sqlite *), const char *end)
{
	struct err e;

	assert_int_equal(sqlite_link_run(&s->link, "BEGIN IMMEDIATE", &e), 0);
	assert_int_equal(work(s), SQLITE_DONE);
	assert_int_equal(sqlite_link_run(&s->link, end, &e), 0);
}

static int
settle_oldest(struct store_sqlite *s)
{
	bool more;

	return sqlite_settle_oldest(s, INT64_MAX, &more);
}

static void
what_is_taken_back_still_waits(void **state)
{
	struct fixture *f = *state;
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	static const struct {
		int (*work)(struct store_sqlite *);
		const char *end;
		int64_t waiting;
	} steps[] = {
	    {sqlite_crowd_write, "COMMIT", 1},
	    {settle_oldest, "ROLLBACK", 1},
	    {settle_oldest, "COMMIT", 0},
	};
	struct record r = record_of(f->site);

	enum { STEPS = sizeof steps / sizeof *steps };
	struct store_look then[STEPS];

	r.action = span_of("hold");
	pthread_mutex_lock(&s->turn);
	assert_int_equal(sqlite_crowd_add(s, &r), SQLITE_DONE);
	for (int i = 0; i < STEPS; i++) {
		in_turn(s, steps[i].work, steps[i].end);
		then[i] = store_look(f->store);
	}
	pthread_mutex_unlock(&s->turn);
	for (int i = 0; i < STEPS; i++) {
		assert_int_equal(then[i].waiting, steps[i].waiting);
		assert_int_equal(then[i].waiting_held, steps[i].waiting);
	}
}

/* As the pack was written before schema 28. */
static void
put_as_it_lies(struct sqlite_link *l, const struct sqlite_pack *p)
{
	sqlite3_stmt *q = NULL;

	sqlite3_prepare_v2(
	    l->db, "UPDATE arrival SET bytes = 0, records = ?", -1, &q, NULL);
	sqlite3_bind_blob(q, 1, p->bytes, (int)p->used, SQLITE_STATIC);
	sqlite3_step(q);
	sqlite3_finalize(q);
}

/* What becomes of a pack: its records are found, and then comments; or it is
 * set aside, and neither. */
struct fate {
	int64_t found, comments, aside, left;
};

static struct fate
follow(struct fixture *f, const struct record *like)
{
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	int64_t before = number(s, "SELECT count(*) FROM comment");
	struct fate fate = {0};
	const struct arrived_visit visit = {
	    ARRIVED_ID, like, note_number, &fate.found};

	if (sqlite_each_arrived(&s->link, &visit) != SQLITE_DONE ||
	    settle_oldest(s) != SQLITE_DONE)
		return (struct fate){-1, -1, -1, -1};
	fate.comments = number(s, "SELECT count(*) FROM comment") - before;
	fate.aside = number(s, "SELECT count(*) FROM arrival_damaged");
	fate.left = number(s, "SELECT count(*) FROM arrival");
	return fate;
}

static void
a_damaged_pack_is_set_aside(void **state)
{
	static const struct {
		const char *damage; /* NULL: put_as_it_lies */
		bool whole;
	} cases[] = {
	    {"SELECT 1", true},
	    {NULL, true},
	    {"UPDATE arrival SET records = substr(records, 2)", false},
	    {"UPDATE arrival SET records = CAST(records || x'00' AS BLOB)",
		false},
	    {"UPDATE arrival SET records = x''", false},
	    {"UPDATE arrival SET records = x'', bytes = 0", false},
	    {"UPDATE arrival SET records = zeroblob(1000000)", false},
	    {"UPDATE arrival SET records = zeroblob(1000), bytes = 0", false},
	    {"UPDATE arrival SET bytes = bytes + 1", false},
	    {"UPDATE arrival SET bytes = bytes - 1", false},
	    {"UPDATE arrival SET bytes = -1", false},
	    {"UPDATE arrival SET bytes = 1 << 40", false},
	};

	enum { CASES = sizeof cases / sizeof *cases };
	static struct sqlite_pack pack, written;
	static struct arrival_summary summary;
	struct fixture *f = *state;
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	struct fate fates[CASES];
	struct record r;
	struct err e;

	for (int i = 0; i < 2; i++) {
		r = one_of_many(f, i);
		sqlite_pack_add(&pack, &r, 1000 + i);
	}
	written = pack;
	pthread_mutex_lock(&s->turn);
	sqlite_link_run(&s->link, "BEGIN IMMEDIATE", &e);
	sqlite_arrival_put(&s->link, &pack, &summary);
	for (int i = 0; i < CASES; i++) {
		sqlite_link_run(&s->link, "SAVEPOINT damaged", &e);
		if (cases[i].damage == NULL)
			put_as_it_lies(&s->link, &written);
		else
			sqlite_link_run(&s->link, cases[i].damage, &e);
		fates[i] = follow(f, &r);
		sqlite_link_run(&s->link, "ROLLBACK TO damaged", &e);
	}
	sqlite_link_run(&s->link, "ROLLBACK", &e);
	pthread_mutex_unlock(&s->turn);
	for (int i = 0; i < CASES; i++) {
		const struct fate *fate = &fates[i];

		if (fate->found != (cases[i].whole ? 1001 : 0) ||
		    fate->comments != (cases[i].whole ? 2 : 0) ||
		    fate->aside != !cases[i].whole || fate->left != 0)
			fail_msg("case %d: %d %d %d %d", i, (int)fate->found,
			    (int)fate->comments, (int)fate->aside,
			    (int)fate->left);
	}
}

/* Compressed it is longer than it was. */
static void
what_cannot_be_compressed_is_kept(void **state)
{
	enum { LONG = 90000 };
	static struct sqlite_pack pack;
	static struct arrival_summary summary;
	static char noise[LONG];
	struct fixture *f = *state;
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	struct record r = one_of_many(f, 0);
	struct random dice = {1};
	struct fate fate;
	int64_t longer;
	struct err e;

	for (int i = 0; i < LONG; i++)
		noise[i] = (char)random_next(&dice);
	r.content = (struct span){noise, LONG};
	sqlite_pack_add(&pack, &r, 1000);
	pthread_mutex_lock(&s->turn);
	sqlite_link_run(&s->link, "BEGIN IMMEDIATE", &e);
	sqlite_arrival_put(&s->link, &pack, &summary);
	longer = number(
	    s, "SELECT count(*) FROM arrival WHERE length(records) > bytes");
	fate = follow(f, &r);
	sqlite_link_run(&s->link, "ROLLBACK", &e);
	pthread_mutex_unlock(&s->turn);
	assert_int_equal(longer, 1);
	assert_int_equal(fate.found, 1000);
	assert_int_equal(fate.comments, 1);
}

static void
what_is_set_aside_is_kept_for_a_month(void **state)
{
	static const char aside[] =
	    "INSERT INTO arrival_damaged SELECT value,"
	    " (unixepoch() - value * 24 * 3600) * 1000, 1, x'', x'', 0"
	    " FROM json_each('[29, 31]')";
	struct fixture *f = *state;
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	int64_t left, days;
	bool more = false;
	struct err e;

	pthread_mutex_lock(&s->turn);
	sqlite_link_run(&s->link, aside, &e);
	sqlite_tidy(s, clock_unix_ms(), &more);
	left = number(s, "SELECT count(*) FROM arrival_damaged");
	days = number(s, "SELECT max(number) FROM arrival_damaged");
	pthread_mutex_unlock(&s->turn);
	assert_int_equal(left, 1);
	assert_int_equal(days, 29);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		summaries_hide_nothing, fixture_setup, fixture_teardown),
	    cmocka_unit_test_setup_teardown(what_is_taken_back_still_waits,
		fixture_setup, fixture_teardown),
	    cmocka_unit_test_setup_teardown(
		a_damaged_pack_is_set_aside, fixture_setup, fixture_teardown),
	    cmocka_unit_test_setup_teardown(what_cannot_be_compressed_is_kept,
		fixture_setup, fixture_teardown),
	    cmocka_unit_test_setup_teardown(
		what_is_set_aside_is_kept_for_a_month, fixture_setup,
		fixture_teardown),
	    cmocka_unit_test_setup_teardown(numbers_go_on_behind_summaries,
		fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
