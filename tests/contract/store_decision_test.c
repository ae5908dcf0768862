/* What a store promises about decisions and what follows from them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/edge/store/store_find.h"
#include "../../service/edge/store/store_person.h"
#include "store_decisions.h"

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

/* For each that is read a comment is put, which must not wait for the end. */
struct meanwhile {
	struct fixture *f;
	struct record record;
	struct waited comment;
	bool taken;
};

static void
put_meanwhile(void *arg, const struct decision *d)
{
	struct meanwhile *m = arg;

	(void)d;
	m->record = record_of(m->f->site);
	m->comment = (struct waited){.put = {.records = &m->record, .n = 1}};
	waited_put(m->f, &m->comment);
	for (int tenths = 0; tenths < 100 && !m->comment.done; tenths++)
		loop_turn(m->f->loop, 100);
	m->taken = m->comment.done;
}

static void
comments_are_taken_while_decisions_are_read(void **state)
{
	struct fixture *f = *state;
	struct meanwhile m = {.f = f};
	struct decision d = decision_of(f->site, DECISION_SPAM, 1);
	struct err e;

	assert_int_equal(put_feedback(f, &d, NULL), STORE_DONE);
	assert_int_equal(
	    store_each_decision(
		f->store, &(struct decision_visit){put_meanwhile, &m, 9}, &e),
	    0);
	while (!m.comment.done)
		loop_turn(f->loop, 100);
	assert_int_equal(m.comment.put.result, STORE_DONE);
	assert_true(m.taken);
}

static void
an_erasure_says_what_was_decided_by_then(void **state)
{
	struct fixture *f = *state;
	struct decision d[2] = {decision_of(f->site, DECISION_SPAM, 1),
	    decision_of(f->site, DECISION_APPROVE, 2)};
	struct store_erasure x = {
	    .who = {.site = f->site, .author = 7}, .by = span_of("jammy")};
	struct err e;

	for (int i = 0; i < 2; i++)
		assert_int_equal(put_feedback(f, &d[i], NULL), STORE_DONE);
	assert_int_equal(store_erase(f->store, &x, &e), 0);
	assert_true(x.done);
	assert_true(d[1].order > 0);
	assert_int_equal(x.decided, d[1].order);
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
	assert_int_equal(
	    store_each_of_comment(f->reader,
		(struct store_ref){f->site, span_of(r.id)},
		&(struct decision_visit){note_history, seen, 9}, &e),
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
	d[1].author = d[1].leads = UINT64_MAX;
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
	assert_true(found.author == UINT64_MAX && found.leads == UINT64_MAX);
	assert_int_equal(
	    put_undo(f, &d[1], (struct span){NULL, 0}), STORE_DONE);
	assert_int_equal(
	    store_find_label(f->reader, f->site, 7, &found, &e), 0);
	assert_int_equal(found.kind, DECISION_SPAM);
	assert_int_equal(
	    store_find_label(f->reader, f->site + 1, 7, &found, &e), -1);
}

static void
approved_texts_are_counted(void **state)
{
	struct fixture *f = *state;
	struct {
		enum decision_kind kind;
		uint64_t author, text;
		uint32_t n; /* of author 7, then */
	} rows[] = {
	    {DECISION_APPROVE, 7, 1, 1},
	    {DECISION_APPROVE, 7, 1, 1}, /* said twice */
	    {DECISION_APPROVE, 8, 2, 1}, /* another author */
	    {DECISION_APPROVE, 7, 3, 2},
	    {DECISION_ABUSE, 7, 3, 1}, /* the last counts */
	    {DECISION_HOLD, 7, 1, 0},
	    {DECISION_APPROVE, 7, 4, 1},
	};
	enum { N = sizeof rows / sizeof *rows };
	struct decision d[N];
	struct err e;
	uint32_t n;

	for (int i = 0; i < N; i++) {
		d[i] = decision_of(f->site, rows[i].kind, rows[i].text);
		d[i].author = rows[i].author;
		assert_int_equal(put_feedback(f, &d[i], NULL), STORE_DONE);
		assert_int_equal(
		    store_count_approved(f->reader, f->site, 7, &n, &e), 0);
		assert_int_equal(n, rows[i].n);
	}
	assert_int_equal(
	    put_undo(f, &d[5], (struct span){NULL, 0}), STORE_DONE);
	assert_int_equal(
	    store_count_approved(f->reader, f->site, 7, &n, &e), 0);
	assert_int_equal(n, 2);
	assert_int_equal(
	    store_count_approved(f->reader, f->site + 1, 7, &n, &e), 0);
	assert_int_equal(n, 0);
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
	    decision_of(f->site, DECISION_SPAM, 6),  /* its record is gone */
	};
	struct label_page page = {.site = f->site, .most = 9};
	char seen[128] = "";
	struct label_visit visit = {note_label, seen};
	struct err e;

	r.content = span_of("seven");
	assert_int_equal(put_one(f, &r, &e), STORE_DONE);
	d[1].content = span_of("eight");
	d[2].comment = span_of(r.id);
	d[5].comment = span_of("gone");
	for (int i = 0; i < 6; i++)
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
	page = (struct label_page){f->site, 0, 9, .newest_first = true};
	assert_int_equal(store_each_label(f->reader, &page, &visit, &e), 0);
	assert_string_equal(seen, "approve/seven/jammy abuse/eight/ ");
	*seen = '\0';
	page.after = d[2].order;
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
	/* neither the text alone is enough, nor what is not named */
	assert_int_equal(store_find_record(f->reader, &wanted, id, &e), -1);
	assert_int_equal(e.code, ERR_MISSING);
	wanted.author_email = span_of("nobody's");
	wanted.author_ip = span_of("nobody's");
	assert_int_equal(store_find_record(f->reader, &wanted, id, &e), -1);
	assert_int_equal(e.code, ERR_MISSING);
	wanted.author_name = span_of("Bob");
	assert_int_equal(store_find_record(f->reader, &wanted, id, &e), 0);
	assert_string_equal(id, by_bob.id);
	wanted.author_name.n = 0; /* says nothing of the author */
	wanted.author_email.n = wanted.author_ip.n = 0;
	assert_int_equal(store_find_record(f->reader, &wanted, id, &e), 0);
	assert_string_equal(id, by_bob.id); /* the newest */
	wanted.fingerprint++;
	assert_int_equal(store_find_record(f->reader, &wanted, id, &e), -1);
	assert_int_equal(e.code, ERR_MISSING);
	wanted = by_ann;
	wanted.site++;
	assert_int_equal(store_find_record(f->reader, &wanted, id, &e), -1);
}

#define CASE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(decisions_come_back),
	    CASE(comments_are_taken_while_decisions_are_read),
	    CASE(an_erasure_says_what_was_decided_by_then),
	    CASE(a_decision_says_what_became_of_a_comment),
	    CASE(a_decision_may_come_too_late),
	    CASE(the_last_that_teaches_is_the_label),
	    CASE(approved_texts_are_counted),
	    CASE(a_text_has_one_label),
	    CASE(records_of_an_engine),
	    CASE(the_very_comment_is_found),
	    CASE(a_record_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
