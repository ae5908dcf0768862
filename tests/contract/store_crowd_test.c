/*
 * What a store promises of comments that came in a crowd: whoever asks for one
 * sees no difference, before they are sorted in, while and after.
 */
#include <sqlite3.h>

#include "../../service/edge/store/store_decision.h"
#include "../../service/edge/store/store_find.h"
#include "../../service/edge/store/store_notes.h"
#include "../../service/edge/store/store_person.h"
#include "../../service/edge/store/store_queue.h"
#include "../../service/edge/store/store_reports.h"
#include "../../service/edge/store/store_sqlite.h"
#include "store_webhook_fixture.h"

/* A crowd in which what is held waits, too, and one in which it does not. */
enum { CROWD = 64, SMALL = 12, PATIENCE_MS = 30000 };

struct crowd {
	struct record records[CROWD];
	struct waited puts[CROWD];
	char engine_ids[CROWD][16], keys[CROWD][16];
};
static struct crowd crowd;

/* With its turn nobody sorts in; readers go on. */
static void
stop(struct fixture *f)
{
	pthread_mutex_lock(&((struct store_sqlite *)f->store)->turn);
}

static void
go_on(struct fixture *f)
{
	pthread_mutex_unlock(&((struct store_sqlite *)f->store)->turn);
}

static int64_t
number_in(struct fixture *f, const char *sql)
{
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	int64_t n = -1;
	struct err e;

	stop(f);
	assert_int_equal(sqlite_link_number(&s->link, sql, &n, &e), 0);
	go_on(f);
	return n;
}

static void
await_settled(struct fixture *f)
{
	for (int ms = 0; ms < PATIENCE_MS; ms++) {
		if (number_in(f, "SELECT count(*) FROM arrival") == 0)
			return;
		usleep(1000);
	}
	fail_msg("they are not sorted in");
}

/* Every fourth is held. */
static void
fill_crowd(struct fixture *f)
{
	for (int i = 0; i < CROWD; i++) {
		struct record *r = &crowd.records[i];

		*r = record_of(f->site);
		snprintf(crowd.engine_ids[i], 16, "c-%d", i);
		snprintf(crowd.keys[i], 16, "key-%d", i);
		r->engine_id = span_of(crowd.engine_ids[i]);
		r->action = span_of(i % 4 == 0 ? "hold" : "publish");
		r->fingerprint = 1000 + (uint64_t)i;
		r->author_id = span_of(i % 2 ? "u1" : "u2");
		crowd.puts[i] = (struct waited){.put = {.records = r, .n = 1}};
	}
}

/*
 * Puts `n` while the writer may not write, so that they are a group or two,
 * and has the turn when all are told, as a rule before they are sorted in.
 * How many came to `expected`.
 */
static int
put_some(struct fixture *f, int n, enum store_result expected)
{
	int landed = 0;

	stop(f);
	for (int i = 0; i < n; i++)
		waited_put(f, &crowd.puts[i]);
	usleep(20000);
	go_on(f);
	for (int i = 0; i < n; i++) {
		while (!crowd.puts[i].done)
			loop_turn(f->loop, 100);
		landed += crowd.puts[i].put.result == expected;
	}
	stop(f);
	return landed;
}

static int
put_crowd(struct fixture *f, enum store_result expected)
{
	return put_some(f, CROWD, expected);
}

static void
note_id(void *arg, const struct record *r)
{
	memcpy(arg, r->id, STORE_ID_BYTES + 1);
}

/* Finds every one in all ways there are. */
static void
assert_found(struct fixture *f)
{
	for (int i = 0; i < CROWD; i++) {
		const struct record *r = &crowd.records[i];
		struct store_ref by_engine = {f->site, r->engine_id};
		struct store_ref by_id = {f->site, span_of(r->id)};
		char id[STORE_ID_BYTES + 1] = "";
		struct queue_aside aside;
		struct record got;
		struct err e = {0};
		const struct record_visit visit = {
		    .each = note_id, .arg = id, .most = 2, .arena = &f->arena};

		assert_true(has(f, r->id, &got));
		assert_string_equal(got.id, r->id);
		assert_true(span_equal(got.content, r->content));
		assert_true(span_equal(got.engine_id, r->engine_id));
		assert_true(span_equal(got.verdict, r->verdict));
		assert_int_equal(got.received_at_ms, r->received_at_ms);
		assert_true(got.score == r->score);
		assert_int_equal(
		    got.state, i % 4 == 0 ? COMMENT_HELD : COMMENT_PUBLISHED);
		assert_int_equal(
		    store_each_of_engine_id(f->reader, by_engine, &visit, &e),
		    0);
		assert_string_equal(id, r->id);
		id[0] = '\0';
		assert_int_equal(store_find_record(f->reader, r, id, &e), 0);
		assert_string_equal(id, r->id);
		assert_int_equal(
		    store_get_aside(f->reader, by_id, &aside, &e), 0);
		assert_true(aside.number > 0);
	}
}

/* Nothing else is. */
static void
assert_strange(struct fixture *f)
{
	struct record like = record_of(f->site + 1);
	struct record got;
	char id[STORE_ID_BYTES + 1];
	struct err e = {0};

	assert_false(has(f, like.id, &got));
	assert_false(has(f, "short", &got));
	like.fingerprint = 1001; /* of another site */
	assert_int_equal(store_find_record(f->reader, &like, id, &e), -1);
	assert_int_equal(e.code, ERR_MISSING);
	like.site--;
	assert_int_equal(store_find_record(f->reader, &like, id, &e), 0);
	like.author_name = span_of("somebody else");
	assert_int_equal(store_find_record(f->reader, &like, id, &e), -1);
}

/* How many of the crowd are not comments yet. */
static int64_t
in_packs(struct fixture *f)
{
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	int64_t n = -1;
	struct err e;

	assert_int_equal(sqlite_link_number(&s->link,
			     "SELECT ifnull(sum(n), 0) FROM arrival", &n, &e),
	    0);
	return n;
}

static void
all_are_found(void **state)
{
	struct fixture *f = *state;

	fill_crowd(f);
	assert_int_equal(put_crowd(f, STORE_DONE), CROWD);
	assert_int_equal(store_look(f->store).waiting, in_packs(f));
	assert_found(f);
	assert_strange(f);
	go_on(f);
	await_settled(f);
	assert_int_equal(store_look(f->store).waiting, 0);
	assert_found(f);
	assert_strange(f);
	assert_int_equal(number_in(f, "SELECT count(*) FROM comment"), CROWD);
	assert_int_equal(
	    number_in(f, "SELECT count(DISTINCT id) FROM comment"), CROWD);
	assert_int_equal(
	    number_in(f, "SELECT sum(n) FROM tally WHERE kind = 'state'"),
	    CROWD);
}

/* How many comments are in the queue. */
static int64_t
queued(struct fixture *f)
{
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	int64_t n = -1;
	struct err e;

	assert_int_equal(sqlite_link_number(&s->link,
			     "SELECT count(*) FROM comment"
			     " WHERE state = 'held'",
			     &n, &e),
	    0);
	return n;
}

/* Puts `n` until some are in packs when they are told; there is the turn. In
 * all so many. */
static int
put_until_packed(struct fixture *f, int n)
{
	for (int tries = 1; tries <= 100; tries++) {
		fill_crowd(f);
		assert_int_equal(put_some(f, n, STORE_DONE), n);
		if (in_packs(f) > 0)
			return tries * n;
		go_on(f);
	}
	fail_msg("none came in a crowd");
	return 0;
}

static void
of_some_what_is_held_is_queued_at_once(void **state)
{
	struct fixture *f = *state;
	int n = put_until_packed(f, SMALL);

	assert_int_equal(queued(f), n / 4);
	assert_true(in_packs(f) <= SMALL - SMALL / 4);
	assert_int_equal(store_look(f->store).waiting_held, 0);
	go_on(f);
}

static void
so_it_is_where_a_webhook_is_told(void **state)
{
	struct fixture *f = *state;
	int n;

	add_webhook(f, f->site, 1u << NOTICE_HELD);
	n = put_until_packed(f, CROWD);
	assert_int_equal(queued(f), n / 4);
	assert_int_equal(store_look(f->store).waiting_held, 0);
	go_on(f);
	assert_int_equal(number_in(f, "SELECT count(*) FROM delivery"), n / 4);
}

/* Of a great crowd it waits, until somebody looks. */
static void
of_many_it_is_queued_when_asked_for(void **state)
{
	struct fixture *f = *state;
	struct waited look = {.put = {.sorts = true}};
	int n;

	do {
		n = put_until_packed(f, CROWD);
		if (store_look(f->store).waiting_held > 0)
			break;
		go_on(f); /* they came in two small ones */
	} while (n < 100 * CROWD);
	assert_true(store_look(f->store).waiting_held > 0);
	waited_put(f, &look);
	go_on(f);
	while (!look.done)
		loop_turn(f->loop, 100);
	assert_int_equal(look.put.result, STORE_DONE);
	assert_int_equal(store_look(f->store).waiting_held, 0);
	stop(f);
	assert_int_equal(in_packs(f), 0);
	assert_true(queued(f) >= n / 4);
	go_on(f);
}

static void
a_crash_forgets_none(void **state)
{
	struct fixture *f = *state;
	int64_t newest;

	fill_crowd(f);
	assert_int_equal(put_crowd(f, STORE_DONE), CROWD);
	go_on(f);
	fixture_close(f);
	assert_int_equal(fixture_open(f), 0);
	assert_found(f);
	await_settled(f);
	newest = number_in(f, "SELECT max(rowid) FROM comment");
	fill_crowd(f);
	put_all(f, crowd.puts, CROWD);
	await_settled(f);
	assert_int_equal(
	    number_in(f, "SELECT min(rowid) FROM (SELECT rowid FROM comment"
			 " ORDER BY rowid DESC LIMIT 64)"),
	    newest + 1);
}

static void
decisions_hold(void **state)
{
	struct fixture *f = *state;
	struct decision d[CROWD];
	struct waited puts[CROWD];

	fill_crowd(f);
	assert_int_equal(put_crowd(f, STORE_DONE), CROWD);
	for (int i = 0; i < CROWD; i++) {
		d[i] = (struct decision){.site = f->site,
		    .created_at_ms = 1509844300000,
		    .kind = DECISION_SPAM,
		    .comment = span_of(crowd.records[i].id),
		    .actor = span_of("moderator"),
		    .api_key = span_of("abcdefgh")};
		secrets_ulid(clock_unix_ms(), d[i].id);
		puts[i] = (struct waited){
		    .put = {.decisions = &d[i], .n_decisions = 1}};
		waited_put(f, &puts[i]);
	}
	go_on(f);
	for (int i = 0; i < CROWD; i++) {
		struct record got;

		while (!puts[i].done)
			loop_turn(f->loop, 100);
		assert_int_equal(puts[i].put.result, STORE_DONE);
		assert_true(has(f, crowd.records[i].id, &got));
		assert_int_equal(got.state, COMMENT_REJECTED);
	}
	await_settled(f);
	assert_int_equal(
	    number_in(f, "SELECT n FROM tally WHERE name = 'rejected'"
			 " AND kind = 'state'"),
	    CROWD);
}

/* Reports and notes are of comments, so they make one. */
static void
reports_and_notes_find_theirs(void **state)
{
	struct fixture *f = *state;

	fill_crowd(f);
	put_all(f, crowd.puts, CROWD);
	for (int i = 0; i < CROWD; i++) {
		struct report_outcome out;
		struct report r = {.site = f->site,
		    .comment = span_of(crowd.records[i].id),
		    .reporter = span_of("somebody"),
		    .created_at_ms = 1509844300000};
		struct note n = {.site = f->site,
		    .comment = span_of(crowd.records[i].id),
		    .author = span_of("jammy"),
		    .content = span_of("seen")};
		struct err e = {0};

		secrets_ulid(clock_unix_ms(), n.id);
		assert_int_equal(store_add_report(f->store, &r, &out, &e), 0);
		assert_true(out.counted);
		assert_int_equal(store_add_note(f->store, &n, &e), 0);
	}
	assert_int_equal(number_in(f, "SELECT count(*) FROM note"), CROWD);
}

/* One without a site fails alone, and takes no other with it but those of its
 * put: none is there, nor counted, though they are more than a pack. */
static void
one_that_fails_fails_alone(void **state)
{
	static struct record many[PACK_RECORDS + 44];
	enum { MANY = sizeof(many) / sizeof(many[0]) };
	struct fixture *f = *state;
	int64_t packed, counted;
	struct record got;

	fill_crowd(f);
	for (int i = 0; i < MANY; i++)
		many[i] = record_of(i < MANY - 1 ? f->site : 4711);
	crowd.puts[5].put.records = many;
	crowd.puts[5].put.n = MANY;
	for (int i = 0; i < CROWD; i++) {
		crowd.puts[i].put.once = (struct store_once){
		    .site = f->site, .key = span_of(crowd.keys[i])};
		crowd.puts[i].put.answer = span_of("{}");
	}
	put_all(f, crowd.puts, CROWD);
	for (int i = 0; i < CROWD; i++) {
		assert_int_equal(
		    crowd.puts[i].put.result, i == 5 ? STORE_DOWN : STORE_DONE);
		assert_int_equal(
		    has(f, crowd.puts[i].put.records->id, &got), i != 5);
	}
	/* again, all under the same keys */
	assert_int_equal(put_crowd(f, STORE_REPEATED), CROWD - 1);
	packed = in_packs(f);
	counted = store_look(f->store).waiting;
	go_on(f);
	assert_int_equal(counted, packed);
	await_settled(f);
	assert_int_equal(
	    number_in(f, "SELECT count(*) FROM comment"), CROWD - 1);
}

/* Texts of any length, as many as there are: more than a pack has room for,
 * alone and together. */
static void
packs_take_what_fits(void **state)
{
	static char text[PACK_BYTES + 1000];
	static const size_t lengths[] = {
	    0, 1, 4000, PACK_BYTES / 2, PACK_BYTES - 200, PACK_BYTES + 1000};
	struct fixture *f = *state;
	struct record got;

	memset(text, 'x', sizeof text);
	fill_crowd(f);
	for (int i = 0; i < CROWD; i++)
		crowd.records[i].content = (struct span){text, lengths[i % 6]};
	put_all(f, crowd.puts, CROWD);
	for (int i = 0; i < CROWD; i++) {
		assert_true(has(f, crowd.records[i].id, &got));
		assert_int_equal(got.content.n, lengths[i % 6]);
	}
	await_settled(f);
	assert_int_equal(number_in(f, "SELECT count(*) FROM comment"), CROWD);
}

/* Whose comments are asked for gets all of them, or is told to ask again;
 * whose are erased are gone, wherever they were. */
static void
a_person_is_found_whole(void **state)
{
	struct fixture *f = *state;
	int64_t numbers[CROWD];
	struct store_person_page page = {
	    .who = {.site = f->site, .author_id = span_of("u1")},
	    .numbers = numbers,
	    .most = CROWD};
	struct store_erasure x = {.who = page.who, .by = span_of("jammy")};
	struct err e = {0};
	struct record got;

	fill_crowd(f);
	assert_int_equal(put_crowd(f, STORE_DONE), CROWD);
	if (in_packs(f) > 0) {
		assert_int_equal(store_find_person(f->reader, &page, &e), -1);
		assert_int_equal(e.code, ERR_BUSY);
	}
	go_on(f);
	while (!x.done)
		assert_int_equal(store_erase(f->store, &x, &e), 0);
	assert_int_equal(x.comments, CROWD / 2);
	for (int i = 0; i < CROWD; i++)
		assert_int_equal(has(f, crowd.records[i].id, &got), i % 2 == 0);
	await_settled(f);
	page.who.author_id = span_of("u2");
	assert_int_equal(store_find_person(f->reader, &page, &e), 0);
	assert_int_equal(page.n, CROWD / 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define STORE_TEST(t)                                                          \
	cmocka_unit_test_setup_teardown(t, fixture_setup, fixture_teardown)
	    STORE_TEST(all_are_found),
	    STORE_TEST(of_some_what_is_held_is_queued_at_once),
	    STORE_TEST(so_it_is_where_a_webhook_is_told),
	    STORE_TEST(of_many_it_is_queued_when_asked_for),
	    STORE_TEST(a_crash_forgets_none),
	    STORE_TEST(decisions_hold),
	    STORE_TEST(reports_and_notes_find_theirs),
	    STORE_TEST(one_that_fails_fails_alone),
	    STORE_TEST(packs_take_what_fits),
	    STORE_TEST(a_person_is_found_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
