/* What a store promises about what readers report. */
#include <sqlite3.h>

#include "store_queue_fixture.h"

enum { LATER_MS = 1509844300000 };

static struct report_outcome
report(struct fixture *f, const char *id, const char *reporter, int64_t at_ms)
{
	struct report r = {
	    .site = f->site,
	    .created_at_ms = at_ms,
	    .comment = span_of(id),
	    .reporter = span_of(reporter),
	    .reason = reporter[0] == 's' ? REPORT_SPAM : REPORT_OFF_TOPIC,
	};
	struct report_outcome out;
	struct err e;

	assert_int_equal(store_add_report(f->store, &r, &out, &e), 0);
	return out;
}

static uint32_t
count_open(struct fixture *f, enum queue_order order)
{
	struct queue_query q = query_of(f->site, order);
	struct queue_hit hits[4];
	struct queue_page page = {.hits = hits};
	struct err e;

	q.state = COMMENT_PUBLISHED;
	q.reported = true;
	assert_int_equal(store_find_page(f->reader, &q, &page, &e), 0);
	return page.n;
}

/* Decides about it at that time. */
static void
decide(struct fixture *f, const char *id, enum decision_kind kind,
    int64_t at_ms, char decision[STORE_ID_BYTES + 1])
{
	struct decision d = {
	    .site = f->site,
	    .created_at_ms = at_ms,
	    .kind = kind,
	    .comment = span_of(id),
	    .actor = span_of("moderator"),
	};
	struct waited w = {.put = {.decisions = &d, .n_decisions = 1}};

	secrets_ulid(clock_unix_ms(), d.id);
	memcpy(decision, d.id, sizeof d.id);
	put_all(f, &w, 1);
	assert_int_equal(w.put.result, STORE_DONE);
}

static void
undo(struct fixture *f, const char *id, const char *decision)
{
	struct undo u = {
	    .site = f->site,
	    .decision = span_of(decision),
	    .comment = span_of(id),
	    .by = span_of("k"),
	    .at_ms = LATER_MS + 50,
	};
	struct waited w = {.put = {.undo = &u}};

	put_all(f, &w, 1);
	assert_int_equal(w.put.result, STORE_DONE);
}

static void
each_reader_counts_once(void **state)
{
	struct fixture *f = *state;
	struct report_outcome out;
	struct queue_aside aside;
	char id[STORE_ID_BYTES + 1];

	put_comment(f, "publish", .1, texts[0], id);
	assert_false(aside_of(f, id).reports.open);
	out = report(f, id, "s1", LATER_MS);
	assert_true(out.counted && out.n == 1 && out.fresh == 1);
	assert_int_equal(out.state, COMMENT_PUBLISHED);
	out = report(f, id, "s1", LATER_MS + 1);
	assert_true(!out.counted && out.n == 1);
	out = report(f, id, "other", LATER_MS + 2);
	assert_true(out.counted && out.n == 2 && out.fresh == 2);
	aside = aside_of(f, id);
	assert_int_equal(aside.reports.by_reason[REPORT_SPAM], 1);
	assert_int_equal(aside.reports.by_reason[REPORT_OFF_TOPIC], 1);
	assert_int_equal(report_counts_sum(&aside.reports), 2);
	assert_int_equal(aside.reports.last_at_ms, LATER_MS + 2);
	assert_true(aside.reports.open);
}

static void
a_decision_settles_and_its_undo_opens(void **state)
{
	struct fixture *f = *state;
	char id[STORE_ID_BYTES + 1], decision[STORE_ID_BYTES + 1];

	put_comment(f, "publish", .1, texts[0], id);
	put_comment(f, "publish", .1, texts[1], NULL);
	await_index(f, 2);
	report(f, id, "s1", LATER_MS);
	for (int i = 0; i < QUEUE_ORDERS; i++)
		assert_int_equal(count_open(f, (enum queue_order)i), 1);
	assert_tallies(f, "reported", "0=1 ");
	decide(f, id, DECISION_APPROVE, LATER_MS + 1, decision);
	assert_int_equal(count_open(f, QUEUE_NEWEST), 0);
	assert_tallies(f, "reported", "");
	undo(f, id, decision);
	assert_int_equal(count_open(f, QUEUE_NEWEST), 1);
	assert_tallies(f, "reported", "0=1 ");
	decide(f, id, DECISION_SPAM, LATER_MS + 2, decision);
	assert_int_equal(count_open(f, QUEUE_NEWEST), 0);
	assert_int_equal(report(f, id, "s2", LATER_MS + 3).fresh, 1);
	assert_tallies(f, "reported", ""); /* nobody reads it any more */
	decide(f, id, DECISION_APPROVE, LATER_MS + 4, decision);
	assert_int_equal(report(f, id, "s3", LATER_MS + 5).fresh, 1);
	assert_int_equal(count_open(f, QUEUE_RISK), 1);
	assert_tallies(f, "reported", "0=1 ");
}

static void
a_comment_has_only_so_many(void **state)
{
	struct fixture *f = *state;
	char id[STORE_ID_BYTES + 1], reporter[16];

	put_comment(f, "publish", .1, texts[0], id);
	for (int i = 0; i < REPORTS_MAX; i++) {
		snprintf(reporter, sizeof reporter, "s%d", i);
		assert_true(report(f, id, reporter, LATER_MS).counted);
	}
	assert_false(report(f, id, "one more", LATER_MS).counted);
	assert_int_equal(report(f, id, "s1", LATER_MS).n, REPORTS_MAX);
}

static void
count_report(void *arg, const struct report *r)
{
	(void)r;
	++*(int *)arg;
}

/* Who holds it for the readers saw what nobody had decided about since. */
static void
a_decision_meanwhile_holds(void **state)
{
	struct fixture *f = *state;
	enum comment_state published = COMMENT_PUBLISHED;
	struct report_outcome out;
	char id[STORE_ID_BYTES + 1], approval[STORE_ID_BYTES + 1];
	struct decision hold = {
	    .site = f->site,
	    .created_at_ms = LATER_MS + 2,
	    .kind = DECISION_HOLD,
	    .actor = span_of("readers"),
	};
	struct waited w = {
	    .put =
		{
		    .decisions = &hold,
		    .n_decisions = 1,
		    .if_state = &published,
		    .if_decided_ms = &out.decided_at_ms,
		},
	};

	secrets_ulid(clock_unix_ms(), hold.id);
	put_comment(f, "publish", .1, texts[0], id);
	hold.comment = span_of(id);
	out = report(f, id, "s1", LATER_MS);
	assert_int_equal(out.decided_at_ms, 0);
	decide(f, id, DECISION_APPROVE, LATER_MS + 1, approval);
	put_all(f, &w, 1);
	assert_int_equal(w.put.result, STORE_STALE);
	out = report(f, id, "s2", LATER_MS + 2);
	assert_int_equal(out.state, COMMENT_PUBLISHED);
	assert_int_equal(out.decided_at_ms, LATER_MS + 1);
	w.done = 0;
	put_all(f, &w, 1);
	assert_int_equal(w.put.result, STORE_DONE);
}

static int
reports_of(struct fixture *f, int64_t site, const char *id)
{
	struct store_ref ref = {site, span_of(id)};
	struct err e;
	int n = 0;

	assert_int_equal(store_each_report(f->reader, ref,
			     &(struct report_visit){count_report, &n}, &e),
	    0);
	return n;
}

static void
of_one_site_and_comment_only(void **state)
{
	struct fixture *f = *state;
	struct report r = {.site = f->site, .reporter = span_of("s")};
	struct report_outcome out;
	char id[2][STORE_ID_BYTES + 1];
	struct err e;

	put_comment(f, "publish", .1, texts[0], id[0]);
	put_comment(f, "publish", .1, texts[1], id[1]);
	report(f, id[0], "s1", LATER_MS);
	assert_true(report(f, id[1], "s1", LATER_MS).counted);
	assert_int_equal(reports_of(f, f->site, id[0]), 1);
	assert_int_equal(reports_of(f, f->site + 1, id[0]), 0);
	r.comment = span_of("01BX5ZZKBKACTAV9WEVGEMMVS0");
	assert_int_equal(store_add_report(f->store, &r, &out, &e), -1);
	assert_int_equal(e.code, ERR_MISSING);
	r.comment = span_of(id[0]);
	r.site++;
	assert_int_equal(store_add_report(f->store, &r, &out, &e), -1);
	assert_int_equal(e.code, ERR_MISSING);
}

/* Whatever deletes a comment. */
static void
they_go_with_their_comment(void **state)
{
	struct fixture *f = *state;
	char id[STORE_ID_BYTES + 1];
	sqlite3 *db;

	put_comment(f, "publish", .1, texts[0], id);
	report(f, id, "s1", LATER_MS);
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db, "DELETE FROM comment", NULL, NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(reports_of(f, f->site, id), 0);
	assert_int_equal(count_open(f, QUEUE_NEWEST), 0);
	assert_tallies(f, "reported", "");
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(each_reader_counts_once),
	    CASE(a_decision_settles_and_its_undo_opens),
	    CASE(a_comment_has_only_so_many),
	    CASE(of_one_site_and_comment_only),
	    CASE(they_go_with_their_comment),
	    CASE(a_decision_meanwhile_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
