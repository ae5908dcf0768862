/* What a store promises about decisions, usage and what a site says of itself.
 */
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/edge/store_decision.h"
#include "../../service/edge/store_find.h"
#include "../../service/edge/store_sqlite_schema.h"
#include "../../service/edge/store_usage.h"
#include "store_fixture.h"

static struct decision
decision_of(int64_t site, enum decision_kind kind, uint64_t text)
{
	struct decision l = {
	    .site = site,
	    .created_at_ms = 1509844200000,
	    .kind = kind,
	    .learn = true,
	    .actor = span_of("engine"),
	    .api_key = span_of("abcdefgh"),
	    .fingerprint = {text, {1, 2, UINT64_MAX, 0}},
	};

	secrets_ulid(clock_unix_ms(), l.id);
	return l;
}

static enum store_result
put_feedback(struct fixture *f, struct decision *l, const struct usage *u)
{
	struct waited w = {
	    .put = {.decisions = l, .n_decisions = l != NULL, .usage = u}};

	put_all(f, &w, 1);
	return w.put.result;
}

static void
note_decision(void *arg, const struct decision *l)
{
	char *out = arg;

	assert_int_equal(l->fingerprint.band[1], 2);
	assert_true(l->fingerprint.band[2] == UINT64_MAX);
	snprintf(out + strlen(out), 128 - strlen(out), "%d/%s/%d ",
	    (int)l->site, decision_name(l->kind), (int)l->fingerprint.text);
}

static void
decisions_come_back(void **state)
{
	struct fixture *f = *state;
	char seen[128] = "";
	struct err e;

	for (int i = 1; i <= 3; i++) {
		struct decision l = decision_of(f->site,
		    i == 2 ? DECISION_APPROVE : DECISION_SPAM, (uint64_t)i);

		assert_int_equal(put_feedback(f, &l, NULL), STORE_DONE);
	}
	assert_int_equal(
	    store_each_decision(
		f->store, &(struct decision_visit){note_decision, seen, 2}, &e),
	    0);
	assert_string_equal(seen, "1/approve/2 1/spam/3 ");
}

/* How the comment `id` stands: its state, and whether somebody decided. */
static void
assert_state(
    struct fixture *f, const char *id, enum comment_state s, int64_t at_ms)
{
	struct record got;

	assert_true(has(f, id, &got));
	assert_string_equal(
	    comment_state_name(got.state), comment_state_name(s));
	assert_int_equal(got.decided_at_ms, at_ms);
}

static void
note_history(void *arg, const struct decision *d)
{
	char *out = arg;

	snprintf(out + strlen(out), 128 - strlen(out), "%s%s ",
	    decision_name(d->kind), d->undone_at_ms > 0 ? "(undone)" : "");
}

static enum store_result
put_undo(struct fixture *f, const struct decision *d, struct span comment)
{
	struct undo u = {
	    .site = d->site,
	    .decision = span_of(d->id),
	    .comment = comment,
	    .by = span_of("abcdefgh"),
	    .at_ms = 1509844200009,
	};
	struct waited w = {.put = {.undo = &u}};

	put_all(f, &w, 1);
	return w.put.result;
}

static void
a_decision_says_what_became_of_a_comment(void **state)
{
	static const struct {
		enum decision_kind kind;
		enum comment_state state;
	} rows[] = {
	    {DECISION_APPROVE, COMMENT_PUBLISHED},
	    {DECISION_SPAM, COMMENT_REJECTED},
	    {DECISION_ABUSE, COMMENT_REJECTED},
	    {DECISION_TRASH, COMMENT_TRASHED},
	    {DECISION_HOLD, COMMENT_HELD},
	};
	enum { N = sizeof rows / sizeof *rows };
	struct fixture *f = *state;
	struct record r = record_of(f->site);
	struct decision d[N];
	char seen[128] = "";
	struct err e;

	assert_int_equal(put_one(f, &r, &e), STORE_DONE);
	assert_state(f, r.id, COMMENT_HELD, 0);
	for (int i = 0; i < N; i++) {
		d[i] = decision_of(f->site, rows[i].kind, 1);
		d[i].comment = span_of(r.id);
		d[i].created_at_ms = 100 - i; /* a clock may go back */
		assert_int_equal(put_feedback(f, &d[i], NULL), STORE_DONE);
		assert_state(f, r.id, rows[i].state, 100 - i);
	}
	assert_int_equal(
	    put_undo(f, &d[1], span_of(r.id)), STORE_STALE); /* not the last */
	for (int i = N; i-- > 0;) {
		assert_state(f, r.id, rows[i].state, 100 - i);
		assert_int_equal(put_undo(f, &d[i], span_of(r.id)), STORE_DONE);
		assert_int_equal(
		    put_undo(f, &d[i], span_of(r.id)), STORE_STALE);
	}
	assert_state(f, r.id, COMMENT_HELD, 0); /* as the verdict said */
	assert_int_equal(store_each_of_comment(f->reader,
			     (struct store_ref){f->site, span_of(r.id)},
			     &(struct decision_visit){note_history, seen}, &e),
	    0);
	assert_string_equal(seen,
	    "approve(undone) spam(undone) abuse(undone) trash(undone) "
	    "hold(undone) ");
}

static void
a_decision_may_come_too_late(void **state)
{
	struct fixture *f = *state;
	struct record r = record_of(f->site);
	struct decision d[2] = {decision_of(f->site, DECISION_SPAM, 1),
	    decision_of(f->site, DECISION_APPROVE, 1)};
	enum comment_state held = COMMENT_HELD;
	struct waited w[2] = {0};
	struct err e;

	assert_int_equal(put_one(f, &r, &e), STORE_DONE);
	for (int i = 0; i < 2; i++) {
		d[i].comment = span_of(r.id);
		w[i].put.decisions = &d[i];
		w[i].put.n_decisions = 1;
		w[i].put.if_state = &held;
	}
	put_all(f, w, 2); /* both saw it held; the first one wins */
	assert_int_equal(w[0].put.result, STORE_DONE);
	assert_int_equal(w[1].put.result, STORE_STALE);
	assert_state(f, r.id, COMMENT_REJECTED, d[0].created_at_ms);
}

static void
the_last_that_teaches_is_the_label(void **state)
{
	struct fixture *f = *state;
	struct decision d[] = {
	    decision_of(f->site, DECISION_SPAM, 7),
	    decision_of(f->site, DECISION_ABUSE, 7),
	    decision_of(f->site, DECISION_APPROVE, 7), /* teaches not */
	    decision_of(f->site, DECISION_TRASH, 7),
	};
	struct decision found;
	struct err e;

	d[2].learn = false;
	assert_int_equal(
	    store_find_label(f->reader, f->site, 7, &found, &e), -1);
	assert_int_equal(e.code, ERR_MISSING);
	for (int i = 0; i < 4; i++)
		assert_int_equal(put_feedback(f, &d[i], NULL), STORE_DONE);
	assert_int_equal(
	    store_find_label(f->reader, f->site, 7, &found, &e), 0);
	assert_string_equal(found.id, d[1].id);
	assert_int_equal(found.kind, DECISION_ABUSE);
	assert_int_equal(found.order, d[1].order);
	assert_int_equal(
	    put_undo(f, &d[1], (struct span){NULL, 0}), STORE_DONE);
	assert_int_equal(
	    store_find_label(f->reader, f->site, 7, &found, &e), 0);
	assert_int_equal(found.kind, DECISION_SPAM);
	assert_int_equal(
	    store_find_label(f->reader, f->site + 1, 7, &found, &e), -1);
}

static void
note_label(void *arg, const struct label *l)
{
	char *out = arg;

	snprintf(out + strlen(out), 128 - strlen(out), "%s/%.*s/%.*s ",
	    decision_name(l->kind), (int)l->content.n, l->content.p,
	    (int)l->author_name.n, l->author_name.p);
}

static void
a_text_has_one_label(void **state)
{
	struct fixture *f = *state;
	struct record r = record_of(f->site);
	struct decision d[] = {
	    decision_of(f->site, DECISION_SPAM, 7), /* said again below */
	    decision_of(f->site, DECISION_ABUSE, 8),
	    decision_of(f->site, DECISION_APPROVE, 7),
	    decision_of(f->site, DECISION_TRASH, 9), /* teaches not */
	    decision_of(f->site, DECISION_SPAM, 8),  /* undone */
	};
	struct label_page page = {.site = f->site, .most = 9};
	char seen[128] = "";
	struct label_visit visit = {note_label, seen};
	struct err e;

	r.content = span_of("seven");
	assert_int_equal(put_one(f, &r, &e), STORE_DONE);
	d[1].content = span_of("eight");
	d[2].comment = span_of(r.id);
	for (int i = 0; i < 5; i++)
		assert_int_equal(put_feedback(f, &d[i], NULL), STORE_DONE);
	assert_int_equal(
	    put_undo(f, &d[4], (struct span){NULL, 0}), STORE_DONE);
	assert_int_equal(store_each_label(f->reader, &page, &visit, &e), 0);
	assert_string_equal(seen, "abuse/eight/ approve/seven/jammy ");
	*seen = '\0';
	page.after = d[1].order;
	assert_int_equal(store_each_label(f->reader, &page, &visit, &e), 0);
	assert_string_equal(seen, "approve/seven/jammy ");
	*seen = '\0';
	page = (struct label_page){.site = f->site, .most = 1};
	assert_int_equal(store_each_label(f->reader, &page, &visit, &e), 0);
	assert_string_equal(seen, "abuse/eight/ ");
	*seen = '\0';
	page.site++;
	assert_int_equal(store_each_label(f->reader, &page, &visit, &e), 0);
	assert_string_equal(seen, "");
}

static void
note_id(void *arg, const struct record *r)
{
	char *out = arg;

	assert_string_equal(comment_state_name(r->state), "held");
	snprintf(out + strlen(out), 128 - strlen(out), "%s ", r->id);
}

static void
records_of_an_engine(void **state)
{
	struct fixture *f = *state;
	struct record r[3];
	char seen[128] = "", expected[128];
	struct store_ref ref = {f->site, span_of("c-17")};
	struct record_visit visit = {
	    .each = note_id, .arg = seen, .arena = &f->arena, .most = 2};
	struct err e;

	for (int i = 0; i < 3; i++) {
		r[i] = record_of(f->site);
		r[i].callback = span_of("sealed");
		assert_int_equal(put_one(f, &r[i], &e), STORE_DONE);
	}
	snprintf(expected, sizeof expected, "%s %s ", r[2].id, r[1].id);
	assert_int_equal(
	    store_each_of_engine_id(f->reader, ref, &visit, &e), 0);
	assert_string_equal(seen, expected);
	assert_true(has(f, r[0].id, &r[1]));
	assert_true(span_equal(r[1].callback, span_of("sealed")));
	*seen = '\0';
	ref.site++;
	assert_int_equal(
	    store_each_of_engine_id(f->reader, ref, &visit, &e), 0);
	ref = (struct store_ref){f->site, {NULL, 0}};
	assert_int_equal(
	    store_each_of_engine_id(f->reader, ref, &visit, &e), 0);
	assert_string_equal(seen, "");
	visit.arena->size = visit.arena->used; /* full */
	ref.id = span_of("c-17");
	assert_int_equal(
	    store_each_of_engine_id(f->reader, ref, &visit, &e), -1);
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

static void
the_very_comment_is_found(void **state)
{
	struct fixture *f = *state;
	struct record r = record_of(f->site), like = r;
	struct decision d = decision_of(f->site, DECISION_TRASH, 1), found;
	struct err e;

	d.comment = span_of(r.id);
	assert_int_equal(put_one(f, &r, &e), STORE_DONE);
	assert_int_equal(store_find_decision(f->reader, &like, &found, &e), -1);
	assert_int_equal(e.code, ERR_MISSING);
	assert_int_equal(put_feedback(f, &d, NULL), STORE_DONE);
	assert_int_equal(store_find_decision(f->reader, &like, &found, &e), 0);
	assert_int_equal(found.kind, DECISION_TRASH);
	like.engine_id.n = 0; /* by text and author */
	assert_int_equal(store_find_decision(f->reader, &like, &found, &e), 0);
	like.engine_id = span_of("another");
	assert_int_equal(store_find_decision(f->reader, &like, &found, &e), -1);
	like.engine_id = r.engine_id;
	like.fingerprint++; /* edited since */
	assert_int_equal(store_find_decision(f->reader, &like, &found, &e), -1);
}

static struct usage
usage_of(int64_t site, const char *month, const char *blog)
{
	struct usage u = {
	    .site = site,
	    .blog = span_of(blog),
	    .of = {1, 2, 3, 4, 5},
	};

	snprintf(u.month, sizeof u.month, "%s", month);
	return u;
}

static void
note_usage(void *arg, const struct usage *u)
{
	char *out = arg;

	snprintf(out + strlen(out), 256 - strlen(out), "%s/%.*s/%d/%d ",
	    u->month, (int)u->blog.n, u->blog.p, (int)u->of[USAGE_CALLS],
	    (int)u->of[USAGE_FALSE_POSITIVES]);
}

static void
usage_adds_up(void **state)
{
	struct fixture *f = *state;
	const struct usage counts[] = {
	    usage_of(f->site, "2026-11", "a.example"),
	    usage_of(f->site, "2026-11", "b.example"),
	    usage_of(f->site, "2026-11", "a.example"),
	    usage_of(f->site, "2026-10", "a.example"),
	    usage_of(f->site, "2025-01", "a.example"),
	};
	char seen[256] = "";
	struct err e;

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		assert_int_equal(put_feedback(f, NULL, &counts[i]), STORE_DONE);
	assert_int_equal(
	    store_each_usage(f->reader, f->site,
		&(struct usage_visit){"2026-01", "2026-11", note_usage, seen},
		&e),
	    0);
	assert_string_equal(seen,
	    "2026-10/a.example/1/5 2026-11/a.example/2/10 "
	    "2026-11/b.example/1/5 ");
	*seen = '\0';
	assert_int_equal(
	    store_each_usage(f->reader, f->site + 1,
		&(struct usage_visit){"2026-01", "2026-11", note_usage, seen},
		&e),
	    0);
	assert_string_equal(seen, "");
}

/* Puts of one group are counted together, those that are not done are not. */
static void
usage_of_a_group(void **state)
{
	struct fixture *f = *state;
	const struct usage a = usage_of(f->site, "2026-11", "a.example"),
			   b = usage_of(f->site, "2026-11", "b.example");
	struct decision nowhere = decision_of(999, DECISION_SPAM, 1);
	struct waited w[] = {
	    {.put.usage = &a},
	    {.put.usage = &a},
	    {.put = {.decisions = &nowhere, .n_decisions = 1, .usage = &a}},
	    {.put.usage = &b},
	    {.put.usage = &a},
	};
	char seen[256] = "";
	struct err e;

	put_all(f, w, sizeof w / sizeof *w);
	for (size_t i = 0; i < sizeof w / sizeof *w; i++)
		assert_int_equal(w[i].put.result,
		    w[i].put.n_decisions == 0 ? STORE_DONE : STORE_DOWN);
	assert_int_equal(
	    store_each_usage(f->reader, f->site,
		&(struct usage_visit){"2026-11", "2026-11", note_usage, seen},
		&e),
	    0);
	assert_string_equal(
	    seen, "2026-11/a.example/3/15 2026-11/b.example/1/5 ");
}

static void
all_or_nothing(void **state)
{
	struct fixture *f = *state;
	struct decision l =
	    decision_of(999, DECISION_SPAM, 1); /* no such site */
	struct usage u = usage_of(f->site, "2026-11", "a.example");
	char seen[256] = "";
	struct err e;

	assert_int_equal(put_feedback(f, &l, &u), STORE_DOWN);
	assert_int_equal(
	    store_each_usage(f->reader, f->site,
		&(struct usage_visit){"2026-11", "2026-11", note_usage, seen},
		&e),
	    0);
	assert_string_equal(seen, "");
}

static void
a_record_is_found(void **state)
{
	struct fixture *f = *state;
	struct record by_ann = record_of(f->site), by_bob = by_ann, wanted;
	char id[STORE_ID_BYTES + 1];
	struct err e;

	secrets_ulid(clock_unix_ms(), by_bob.id);
	by_bob.author_name = span_of("Bob");
	assert_int_equal(put_one(f, &by_ann, &e), STORE_DONE);
	assert_int_equal(put_one(f, &by_bob, &e), STORE_DONE);
	wanted = by_ann;
	assert_int_equal(store_find_record(f->reader, &wanted, id, &e), 0);
	assert_string_equal(id, by_ann.id);
	wanted.author_name = span_of("somebody else");
	assert_int_equal(store_find_record(f->reader, &wanted, id, &e), 0);
	assert_string_equal(id, by_bob.id); /* the newest */
	wanted.fingerprint++;
	assert_int_equal(store_find_record(f->reader, &wanted, id, &e), -1);
	assert_int_equal(e.code, ERR_MISSING);
	wanted = by_ann;
	wanted.site++;
	assert_int_equal(store_find_record(f->reader, &wanted, id, &e), -1);
}

enum { SETTINGS_BYTES = 128 };

static void
note_settings(void *arg, const struct store_site *site)
{
	snprintf(arg, SETTINGS_BYTES, "%d %s %.*s", (int)site->id, site->name,
	    (int)site->settings.n, site->settings.p);
}

static void
sites_say_what_they_want(void **state)
{
	struct fixture *f = *state;
	struct store_site site = {
	    .id = f->site,
	    .name = "renamed",
	    .settings = span_of("{\"held\":\"ham\"}"),
	};
	char seen[SETTINGS_BYTES];
	struct err e;

	assert_int_equal(store_each_site(f->store, note_settings, seen, &e), 0);
	assert_string_equal(seen, "1 blog.example {}");
	assert_int_equal(store_set_site(f->store, &site, &e), 0);
	assert_int_equal(store_each_site(f->store, note_settings, seen, &e), 0);
	assert_string_equal(seen, "1 renamed {\"held\":\"ham\"}");
	site.id = 999;
	assert_int_equal(store_set_site(f->store, &site, &e), -1);
	assert_int_equal(e.code, ERR_MISSING);
}

/* A database as the first version left it. */
static void
version_1_is_migrated(void **state)
{
	static const char data[] =
	    "INSERT INTO site VALUES (7, 'old', 1);"
	    "PRAGMA application_id = 1299145810; PRAGMA user_version = 1";
	struct fixture *f = *state;
	char seen[SETTINGS_BYTES];
	struct err e;
	sqlite3 *db;

	fixture_close(f);
	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db, schema_steps[0], NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, data, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(fixture_open(f), 0);
	assert_int_equal(store_each_site(f->store, note_settings, seen, &e), 0);
	assert_string_equal(
	    seen, "7 old {\"held\":\"spam\",\"discard\":false}");
}

/* What the second version called a label is a decision. */
static void
version_2_is_migrated(void **state)
{
	static const char data[] =
	    "INSERT INTO site VALUES (7, 'old', 1, 1, 0);"
	    "INSERT INTO comment VALUES (7, 'A', 1, 0, '', '', '', '', '', '',"
	    " '', '', '', '', 'text', 0, 5, 'hold', 'spam', 0.5, '{}'),"
	    " (7, 'B', 1, 0, '', '', '', '', '', '', '', '', '', '', 'text',"
	    " 0, 6, 'discard', 'spam', 0.5, '{}');"
	    "INSERT INTO label VALUES"
	    " (7, 'L1', 'A', 'spam', 'engine', 'k', 3, 5, 1, 2, -1, 4, ''),"
	    " (7, 'L2', 'A', 'ham', 'engine', 'k', 4, 5, 1, 2, -1, 4, ''),"
	    " (7, 'L3', NULL, 'spam', 'engine', 'k', 5, 9, 1, 2, -1, 4, 'x');"
	    "PRAGMA application_id = 1299145810; PRAGMA user_version = 2";
	struct fixture *f = *state;
	char seen[128] = "";
	struct err e;
	sqlite3 *db;

	fixture_close(f);
	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	for (int i = 0; i < 2; i++)
		assert_int_equal(
		    sqlite3_exec(db, schema_steps[i], NULL, NULL, NULL),
		    SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, data, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(fixture_open(f), 0);
	f->site = 7;
	assert_state(f, "A", COMMENT_PUBLISHED, 4);
	assert_state(f, "B", COMMENT_REJECTED, 0);
	assert_int_equal(
	    store_each_decision(
		f->store, &(struct decision_visit){note_decision, seen, 9}, &e),
	    0);
	assert_string_equal(seen, "7/spam/5 7/approve/5 7/spam/9 ");
}

#define CASE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(decisions_come_back),
	    CASE(a_decision_says_what_became_of_a_comment),
	    CASE(a_decision_may_come_too_late),
	    CASE(the_last_that_teaches_is_the_label),
	    CASE(a_text_has_one_label),
	    CASE(records_of_an_engine),
	    CASE(the_very_comment_is_found),
	    CASE(usage_adds_up),
	    CASE(usage_of_a_group),
	    CASE(all_or_nothing),
	    CASE(a_record_is_found),
	    CASE(sites_say_what_they_want),
	    CASE(version_1_is_migrated),
	    CASE(version_2_is_migrated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
