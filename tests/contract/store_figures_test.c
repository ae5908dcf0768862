/* What a store promises about figures, batches and notes. */

#include "../../service/edge/store/store_notes.h"
#include "../../service/edge/store/store_sqlite_outbox.h"
#include "store_queue_fixture.h"

static struct decision
decide(struct fixture *f, const char *id, enum decision_kind kind)
{
	struct decision d = {
	    .site = f->site,
	    .created_at_ms = 1509844200000 + 60000,
	    .kind = kind,
	    .comment = span_of(id),
	    .author = 77,
	    .batch = span_of("01ARZ3NDEKTSV4RRFFQ69G5FAV"),
	};
	struct waited w = {.put = {.decisions = &d, .n_decisions = 1}};

	secrets_ulid(clock_unix_ms(), d.id);
	put_all(f, &w, 1);
	assert_int_equal(w.put.result, STORE_DONE);
	return d;
}

static void
take_back(struct fixture *f, const struct decision *d)
{
	struct undo u = {f->site, span_of(d->id), d->comment, {"k", 1}, 99};
	struct waited w = {.put = {.undo = &u}};

	put_all(f, &w, 1);
	assert_int_equal(w.put.result, STORE_DONE);
}

static void
tallies_follow(void **state)
{
	struct fixture *f = *state;
	char id[2][STORE_ID_BYTES + 1];
	struct decision d;

	put_comment(f, "hold", .51, texts[0], id[0]);
	put_comment(f, "publish", NAN, texts[1], id[1]);
	assert_tallies(f, "state", "held0=1 published0=1 ");
	assert_tallies(f, "action", "holdspam10=1 publishspam-1=1 ");
	decide(f, id[0], DECISION_APPROVE);
	assert_tallies(f, "override", "");
	d = decide(f, id[1], DECISION_SPAM);
	assert_tallies(f, "state", "published0=1 rejected0=1 ");
	assert_tallies(f, "decided", "approve0=1 spam0=1 ");
	assert_tallies(f, "override", "0=1 ");
	take_back(f, &d);
	assert_tallies(f, "state", "published0=2 ");
	assert_tallies(f, "decided", "approve0=1 ");
	assert_tallies(f, "override", "");
	/* a restart changes nothing */
	fixture_close(f);
	assert_int_equal(fixture_open(f), 0);
	assert_tallies(f, "state", "published0=2 ");
}

static void
count_one(void *arg, const struct decision *d)
{
	assert_true(d->undone_at_ms == 0);
	(*(int *)arg)++;
}

static void
decisions_are_found_by_batch_and_author(void **state)
{
	struct fixture *f = *state;
	char id[2][STORE_ID_BYTES + 1];
	struct queue_author who = {.site = f->site, .author = 77};
	struct batch_ref ref = {
	    f->site, span_of("01ARZ3NDEKTSV4RRFFQ69G5FAV"), span_of("Z")};
	struct queue_delays d = {.site = f->site, .most = 8};
	struct queue_delay took[8];
	int n = 0;
	struct err e;

	for (int i = 0; i < 2; i++) {
		put_comment(f, "hold", .5, texts[i], id[i]);
		decide(f, id[i], DECISION_SPAM);
	}
	assert_int_equal(store_each_of_batch(f->reader, &ref,
			     &(struct decision_visit){count_one, &n, 9}, &e),
	    0);
	assert_int_equal(n, 2);
	ref.site++;
	assert_int_equal(store_each_of_batch(f->reader, &ref,
			     &(struct decision_visit){count_one, &n, 9}, &e),
	    0);
	assert_int_equal(n, 2);
	assert_int_equal(store_get_author(f->reader, &who, &e), 0);
	assert_int_equal(who.by_kind[DECISION_SPAM], 2);
	d.items = took;
	assert_int_equal(store_get_delays(f->reader, &d, &e), 0);
	assert_int_equal(d.n, 2);
	assert_int_equal(took[1].ms, 60000);
	assert_true(took[0].decided_ms >= took[1].decided_ms);
}

static void
figures_add_up(void **state)
{
	struct fixture *f = *state;
	struct record like = {.author_id = span_of("u9")};
	struct queue_author who = {
	    .site = f->site, .author = check_record_author(&like, &keys)};
	struct queue_reasons why = {.site = f->site};
	struct store_facet net = {
	    f->site, facet_of(span_of("192.0.2.0/24"), &keys)};
	struct store_facet host = {
	    f->site, facet_of(span_of("one.example"), &keys)};
	struct queue_held held;
	int64_t n;
	struct err e;

	put_five(f);
	await_index(f, 6);
	assert_int_equal(store_get_author(f->reader, &who, &e), 0);
	assert_int_equal(who.by_state[COMMENT_HELD], 5);
	assert_int_equal(who.by_state[COMMENT_PUBLISHED], 1);
	assert_true(who.first_seen_ms == 1509844200000);
	assert_int_equal(store_count_reasons(f->reader, &why, &e), 0);
	assert_int_equal(why.n[5], 5); /* not of what was published */
	assert_int_equal(why.n[0], 0);
	store_count_facet(f->reader, FACET_NET, &net, &n, &e);
	assert_int_equal(n, 6);
	store_count_facet(f->reader, FACET_HOST, &host, &n, &e);
	assert_int_equal(n, 1);
	store_get_held(f->reader, f->site, &held, &e);
	assert_true(held.oldest_ms == 1509844200000);
}

static int
count_step(void *arg)
{
	++*(int64_t *)arg;
	return 0;
}

/* The steps it takes to ask for a site's figures since then. */
static int64_t
steps_of(struct fixture *f, int64_t site, int64_t since_ms)
{
	struct queue_reasons why = {.site = site, .since_ms = since_ms};
	int64_t steps = 0;
	struct queue_delay took[8];
	struct queue_delays d = {
	    .site = site, .since_ms = since_ms, .items = took, .most = 8};
	sqlite3 *db = sqlite_reader_link(f->reader)->db;
	struct err e;

	sqlite3_progress_handler(db, 1, count_step, &steps);
	assert_int_equal(store_count_reasons(f->reader, &why, &e), 0);
	assert_int_equal(store_get_delays(f->reader, &d, &e), 0);
	sqlite3_progress_handler(db, 0, NULL, NULL);
	assert_int_equal(why.n[5], 0);
	assert_int_equal(d.n, 0);
	return steps;
}

static void
decide_about(struct fixture *f, int first, int end)
{
	char id[STORE_ID_BYTES + 1];

	for (int i = first; i < end; i++) {
		put_comment(f, "hold", .5, texts[i], id);
		decide(f, id, DECISION_SPAM);
	}
	await_index(f, (uint32_t)end);
}

/* However much is older or of another site costs no more. */
static void
figures_look_at_nothing_else(void **state)
{
	struct fixture *f = *state;
	int64_t other, mine, theirs, later_ms = clock_unix_ms() + 3600 * 1000;
	struct err e;

	assert_int_equal(add_site(f->store, "other.example", &other, &e), 0);
	decide_about(f, 0, 1);
	mine = steps_of(f, f->site, later_ms);
	theirs = steps_of(f, other, 0);
	decide_about(f, 1, TEXTS);
	assert_int_equal(steps_of(f, f->site, later_ms), mine);
	assert_int_equal(steps_of(f, other, 0), theirs);
}

/* As an import leaves decisions, of no comment, and comments without a card. */
static void
write_more(struct fixture *f)
{
	static const char sql[] =
	    "UPDATE card_progress SET done = 1 << 40;"
	    "CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT"
	    " ifnull(max(rowid), 0) + 1 FROM decision UNION ALL"
	    " SELECT i + 1 FROM n LIMIT %d) SELECT i, printf('Z%%025d', i) AS"
	    " id FROM n;"
	    "INSERT INTO decision SELECT %d, id, NULL, 'spam', 1, 'a', 'k', '',"
	    " '', 1, 0, '', 0, 0, 0, 0, 0, 0, '', '', '', 0 FROM n;"
	    "INSERT INTO comment SELECT %d, id, 1, 1, '', '', '', '', '', '',"
	    " '', '', '', '', '', 0, 0, 'hold', 'spam', .5, '{}', 'held', 0,"
	    " '', '' FROM n";
	char *text =
	    sqlite3_mprintf(sql, QUEUE_WINDOW, (int)f->site, (int)f->site);
	sqlite3 *db;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, 10000);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	sqlite3_free(text);
}

/* However many there are that no figure is made of. */
static void
figures_look_at_so_many(void **state)
{
	struct fixture *f = *state;
	int64_t many;

	write_more(f);
	many = steps_of(f, f->site, 0);
	write_more(f);
	assert_int_equal(steps_of(f, f->site, 0), many);
}

static void
note_note(void *arg, const struct note *n)
{
	snprintf(arg, 64, "%.*s: %.*s", (int)n->author.n, n->author.p,
	    (int)n->content.n, n->content.p);
}

static void
notes_are_kept(void **state)
{
	struct fixture *f = *state;
	char id[STORE_ID_BYTES + 1], seen[64] = "";
	struct note n = {
	    .id = "01ARZ3NDEKTSV4RRFFQ69G5FAV",
	    .site = f->site,
	    .author = span_of("mo"),
	    .content = span_of("seen before"),
	};
	struct err e;

	put_comment(f, "hold", .5, texts[0], id);
	n.comment = span_of(id);
	assert_int_equal(store_add_note(f->store, &n, &e), 0);
	n.site++;
	assert_int_equal(store_add_note(f->store, &n, &e), -1);
	assert_int_equal(e.code, ERR_MISSING);
	assert_int_equal(
	    store_each_note(f->reader, (struct store_ref){f->site, n.comment},
		&(struct note_visit){note_note, seen}, &e),
	    0);
	assert_string_equal(seen, "mo: seen before");
	assert_int_equal(aside_of(f, id).notes, 1);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(tallies_follow),
	    CASE(decisions_are_found_by_batch_and_author),
	    CASE(figures_add_up),
	    CASE(figures_look_at_nothing_else),
	    CASE(figures_look_at_so_many),
	    CASE(notes_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
