/* What a store promises about webhooks and its outbox. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store_webhook_fixture.h"

enum { LEASE_MS = 60000, MOST = 16 };

static const char *busy = ""; /* places from which nothing is taken */

/* Takes what is due at `now_ms`; the deliveries live until the next take. */
static struct delivery_take
take_of(struct fixture *f, enum delivery_lane lane, int64_t now_ms)
{
	static struct delivery out[MOST];
	struct delivery_take t = {
	    .lane = lane,
	    .busy = span_of(busy),
	    .now_ms = now_ms,
	    .lease_ms = LEASE_MS,
	    .arena = &f->arena,
	    .out = out,
	    .most = MOST,
	};
	struct err e;

	arena_rewind(&f->arena, 0);
	assert_int_equal(store_take_deliveries(f->store, &t, &e), 0);
	return t;
}

static struct delivery_take
take(struct fixture *f, int64_t now_ms)
{
	return take_of(f, LANE_WORKING, now_ms);
}

static struct delivery_note
note_of(const struct delivery *d, enum delivery_state state, int64_t now_ms)
{
	return (struct delivery_note){
	    .id = d->id,
	    .webhook = d->webhook,
	    .state = state,
	    .now_ms = now_ms,
	    .due_at_ms = now_ms + 1000,
	    .status = state == DELIVERY_DONE ? 204 : 500,
	    .error = span_of(state == DELIVERY_DONE ? "" : "it failed"),
	};
}

static void
note(struct fixture *f, const struct delivery_note *n)
{
	struct err e;

	assert_int_equal(store_note_deliveries(f->store, n, 1, &e), 0);
}

static int64_t
next_due_of(struct fixture *f, enum delivery_lane lane)
{
	struct err e;
	int64_t at_ms;

	assert_int_equal(
	    store_next_due(f->reader, lane, span_of(busy), &at_ms, &e), 0);
	return at_ms;
}

static int64_t
next_due(struct fixture *f)
{
	return next_due_of(f, LANE_WORKING);
}

static void
it_is_told_to_who_asks_for_it(void **state)
{
	struct fixture *f = *state;
	struct webhook both =
	    add_webhook(f, f->site, 1 << NOTICE_HELD | 1 << NOTICE_DECIDED);
	struct webhook held = add_webhook(f, f->site, 1 << NOTICE_HELD);
	int64_t other;
	struct webhook foreign;
	struct delivery_take t;
	struct decision d;
	char id[STORE_ID_BYTES + 1];
	struct err e;

	assert_int_equal(add_site(f->store, "other.example", &other, &e), 0);
	foreign = add_webhook(f, other, 1 << NOTICE_DECIDED);
	put_held(f, id, "");
	d = decide(f, DECISION_SPAM, id, "moderator");
	assert_int_equal(next_due(f), NOW_MS);
	assert_int_equal(take(f, NOW_MS + 4999).n, 2);
	t = take(f, NOW_MS + 5000);
	assert_int_equal(t.n, 1);
	assert_true(span_equal(t.out[0].webhook, span_of(both.id)));
	assert_true(span_equal(t.out[0].comment, span_of(id)));
	assert_true(span_equal(t.out[0].decision, span_of(d.id)));
	assert_true(span_equal(t.out[0].before, span_of("held")));
	assert_true(span_equal(t.out[0].after, span_of("rejected")));
	assert_true(span_equal(t.out[0].facts.url, both.url));
	assert_true(span_equal(t.out[0].facts.secret, both.secret));
	assert_true(span_equal(t.out[0].facts.engine_id, span_of("c-17")));
	assert_true(span_equal(t.out[0].facts.site, span_of("blog.example")));
	assert_true(span_equal(t.out[0].facts.action, span_of("spam")));
	assert_true(span_equal(t.out[0].facts.actor, span_of("moderator")));
	assert_string_equal(
	    log_of(f, &both), "comment.decided/due/1 comment.held/due/1 ");
	assert_string_equal(log_of(f, &held), "comment.held/due/1 ");
	assert_string_equal(log_of(f, &foreign), "");
}

static void
what_is_published_is_not_told(void **state)
{
	struct fixture *f = *state;
	struct webhook w = add_webhook(f, f->site, 1 << NOTICE_HELD);
	struct record r = record_of(f->site);
	struct err e;

	r.action = span_of("publish");
	assert_int_equal(put_one(f, &r, &e), STORE_DONE);
	assert_string_equal(log_of(f, &w), "");
}

/* What was taken and never noted comes again: at least once. */
static void
what_is_lost_comes_again(void **state)
{
	struct fixture *f = *state;
	struct webhook w = add_webhook(f, f->site, 1 << NOTICE_HELD);

	hold(f);
	assert_int_equal(take(f, NOW_MS + 5000).n, 1);
	assert_int_equal(take(f, NOW_MS + 5000).n, 0);
	fixture_close(f);
	assert_int_equal(fixture_open(f), 0);
	assert_int_equal(take(f, NOW_MS + 5000 + LEASE_MS - 1).n, 0);
	assert_int_equal(take(f, NOW_MS + 5000 + LEASE_MS).n, 1);
	assert_string_equal(log_of(f, &w), "comment.held/due/2 ");
}

static void
what_was_noted_holds(void **state)
{
	struct fixture *f = *state;
	struct webhook w = add_webhook(f, f->site, 1 << NOTICE_HELD);
	struct delivery_note n;

	hold(f);
	n = note_of(&take(f, NOW_MS + 5000).out[0], DELIVERY_DUE, NOW_MS);
	note(f, &n);
	assert_int_equal(take_of(f, LANE_FAILING, NOW_MS + 999).n, 0);
	n = note_of(&take_of(f, LANE_FAILING, NOW_MS + 1000).out[0],
	    DELIVERY_DONE, NOW_MS);
	note(f, &n);
	assert_int_equal(take(f, INT64_MAX / 2).n, 0);
	assert_true(next_due(f) == INT64_MAX);
	assert_string_equal(log_of(f, &w), "comment.held/done/2 ");
}

static void
who_fails_has_a_lane_of_his_own(void **state)
{
	struct fixture *f = *state;
	struct webhook bad = add_webhook(f, f->site, 1 << NOTICE_HELD);
	struct webhook good = add_webhook(f, f->site, 1 << NOTICE_DECIDED);
	struct delivery_take t;
	struct delivery_note n;

	for (int i = 0; i < 3; i++)
		hold(f);
	t = take(f, NOW_MS + 5000);
	assert_int_equal(t.n, 3);
	n = note_of(&t.out[0], DELIVERY_DUE, NOW_MS + 5000);
	n.pause_until_ms = NOW_MS + 90000;
	note(f, &n);
	decide(f, DECISION_SPAM, "", "engine");
	assert_int_equal(next_due(f), NOW_MS + 5000);
	t = take(f, NOW_MS + 90000);
	assert_int_equal(t.n, 1);
	assert_true(span_equal(t.out[0].webhook, span_of(good.id)));
	/* paused, and then one at a time */
	assert_int_equal(next_due_of(f, LANE_FAILING), NOW_MS + 90000);
	assert_int_equal(take_of(f, LANE_FAILING, NOW_MS + 89999).n, 0);
	t = take_of(f, LANE_FAILING, NOW_MS + 90000);
	assert_int_equal(t.n, 1);
	assert_true(span_equal(t.out[0].webhook, span_of(bad.id)));
	assert_int_equal(t.out[0].facts.failures, 1);
}

/* However many wait at one webhook, others have their turn. */
static void
each_webhook_has_its_turn(void **state)
{
	struct fixture *f = *state;
	struct webhook ws[2];
	struct delivery_take t;
	unsigned n[2] = {0, 0};
	char line[DELIVERY_PLACE_BYTES];
	int64_t other;
	struct err e;

	assert_int_equal(add_site(f->store, "other.example", &other, &e), 0);
	ws[0] = add_webhook(f, f->site, 1 << NOTICE_HELD);
	ws[1] = add_webhook(f, other, 1 << NOTICE_HELD);
	for (int i = 0; i < 9; i++)
		hold(f);
	f->site = other;
	hold(f);
	t = take(f, NOW_MS);
	for (unsigned i = 0; i < t.n; i++)
		n[span_equal(t.out[i].webhook, span_of(ws[1].id))]++;
	assert_int_equal(n[0], 4);
	assert_int_equal(n[1], 1);
	snprintf(line, sizeof line, "\n%s\n", ws[0].id);
	busy = line;
	assert_int_equal(next_due(f), NOW_MS + LEASE_MS);
	assert_int_equal(take(f, NOW_MS).n, 0);
	busy = "";
	assert_int_equal(take(f, NOW_MS).n, 4);
	assert_int_equal(take(f, NOW_MS).n, 1);
	assert_int_equal(next_due(f), NOW_MS + LEASE_MS);
}

/* Callbacks have no webhook: each site has its turn. */
static void
each_sites_callbacks_have_their_turn(void **state)
{
	struct fixture *f = *state;
	int64_t sites[2] = {f->site, 0};
	char id[STORE_ID_BYTES + 1];
	struct delivery_take t;
	unsigned n = 0;
	struct err e;

	assert_int_equal(add_site(f->store, "other.example", &sites[1], &e), 0);
	for (int i = 0; i < 10; i++) {
		f->site = sites[i >= 9];
		put_held(f, id, "https://a.example/back");
		decide(f, DECISION_SPAM, id, "moderator");
	}
	t = take(f, NOW_MS + 5000);
	for (unsigned i = 0; i < t.n; i++)
		n += t.out[i].site == sites[1];
	assert_int_equal(t.n, 5);
	assert_int_equal(n, 1);
	/* tried and never noted: one at a time, in the other lane */
	assert_int_equal(
	    next_due_of(f, LANE_FAILING), NOW_MS + 5000 + LEASE_MS);
	assert_int_equal(
	    take_of(f, LANE_FAILING, NOW_MS + 5000 + LEASE_MS).n, 2);
	assert_int_equal(take(f, NOW_MS + 5000).n, 4);
}

static void
who_is_gone_gets_nothing_more(void **state)
{
	struct fixture *f = *state;
	struct webhook w = add_webhook(f, f->site, 1 << NOTICE_HELD);
	struct delivery_note n;

	hold(f);
	n = note_of(&take(f, NOW_MS + 5000).out[0], DELIVERY_FAILED, NOW_MS);
	n.gone = true;
	note(f, &n);
	hold(f);
	assert_int_equal(take(f, INT64_MAX / 2).n, 0);
	assert_string_equal(log_of(f, &w), "comment.held/failed/1 ");
}

static void
an_undo_takes_back_what_was_not_told(void **state)
{
	struct fixture *f = *state;
	unsigned types = 1 << NOTICE_DECIDED | 1 << NOTICE_UNDONE;
	struct webhook w = add_webhook(f, f->site, types);
	struct decision d = decide(f, DECISION_SPAM, "", "moderator");

	undo(f, &d);
	assert_string_equal(log_of(f, &w), "comment.decided/withdrawn/0 ");
	assert_int_equal(take(f, INT64_MAX / 4).n, 0);
}

static void
an_undo_of_what_was_told_is_told(void **state)
{
	struct fixture *f = *state;
	unsigned types = 1 << NOTICE_DECIDED | 1 << NOTICE_UNDONE;
	struct webhook w = add_webhook(f, f->site, types);
	struct decision d = decide(f, DECISION_SPAM, "", "moderator");

	assert_int_equal(take(f, NOW_MS + 5000).n, 1);
	undo(f, &d);
	assert_string_equal(
	    log_of(f, &w), "comment.undone/due/0 comment.decided/due/1 ");
	assert_int_equal(take(f, NOW_MS + 5000).n, 1);
}

/* What the callbacks of three comments are told of decisions. */
static void
a_callback_is_told_of_changes(void **state)
{
	struct fixture *f = *state;
	char here[STORE_ID_BYTES + 1], none[STORE_ID_BYTES + 1];
	struct delivery_take t;

	put_held(f, here, "sealed");
	put_held(f, none, "");
	decide(f, DECISION_APPROVE, none, "moderator");
	decide(f, DECISION_SPAM, here, "engine"); /* it knows */
	assert_int_equal(take(f, NOW_MS + 5000).n, 0);
	decide(f, DECISION_TRASH, here, "moderator"); /* spam already */
	decide(f, DECISION_HOLD, here, "moderator");  /* neither */
	assert_int_equal(take(f, NOW_MS + 5000).n, 0);
	decide(f, DECISION_APPROVE, here, "moderator");
	t = take(f, NOW_MS + 5000);
	assert_int_equal(t.n, 1);
	assert_int_equal(t.out[0].webhook.n, 0);
	assert_true(span_equal(t.out[0].comment, span_of(here)));
	assert_true(span_equal(t.out[0].facts.callback, span_of("sealed")));
	assert_true(span_equal(t.out[0].after, span_of("published")));
	decide(f, DECISION_SPAM, here, "moderator");
	assert_int_equal(take(f, NOW_MS + 5000).n, 1);
}

/* It holds up nobody either, and when it is sent at last it is no old news. */
static void
a_callback_that_failed_is_sent_late(void **state)
{
	struct fixture *f = *state;
	char here[STORE_ID_BYTES + 1];
	struct delivery_take t;
	struct delivery_note n;

	put_held(f, here, "sealed");
	decide(f, DECISION_APPROVE, here, "moderator");
	n = note_of(
	    &take(f, NOW_MS + 5000).out[0], DELIVERY_DUE, NOW_MS + 5000);
	note(f, &n);
	decide(f, DECISION_SPAM, here, "moderator");
	assert_int_equal(next_due_of(f, LANE_FAILING), NOW_MS + 6000);
	assert_int_equal(take(f, NOW_MS + 6000).n, 1); /* the other */
	t = take_of(f, LANE_FAILING, NOW_MS + 6000);
	assert_true(span_equal(t.out[0].after, span_of("published")));
	assert_true(span_equal(t.out[0].facts.state, span_of("rejected")));
}

static void
a_delivery_is_sent_again_when_asked(void **state)
{
	struct fixture *f = *state;
	struct webhook w = add_webhook(f, f->site, 1 << NOTICE_HELD);
	struct delivery d;
	struct delivery_note n;
	struct err e;

	hold(f);
	d = take(f, NOW_MS + 5000).out[0];
	n = note_of(&d, DELIVERY_DONE, NOW_MS);
	note(f, &n);
	assert_int_equal(store_replay_delivery(f->store,
			     (struct store_ref){f->site + 1, d.id}, 5, &e),
	    -1);
	assert_int_equal(e.code, ERR_MISSING);
	assert_int_equal(store_replay_delivery(f->store,
			     (struct store_ref){f->site, d.id}, 5, &e),
	    0);
	assert_int_equal(take(f, 5).n, 1);
	assert_string_equal(log_of(f, &w), "comment.held/due/1 ");
}

static void
count_webhook(void *arg, const struct webhook *w)
{
	assert_true(span_equal(w->url, span_of("https://b.example/")));
	assert_int_equal(w->revision, 2);
	++*(int *)arg;
}

static void
webhooks_are_their_sites_own(void **state)
{
	struct fixture *f = *state;
	struct webhook w = add_webhook(f, f->site, 1 << NOTICE_HELD);
	struct store_ref own = {f->site, span_of(w.id)};
	struct store_ref foreign = {f->site + 1, span_of(w.id)};
	struct webhook_visit visit = {count_webhook, &(int){0}};
	struct ping ping = {.webhook = own, .now_ms = NOW_MS};
	struct err e;

	w.revision = 1;
	w.url = span_of("https://b.example/");
	assert_int_equal(store_set_webhook(f->store, &w, &e), 0);
	w.url = span_of("https://late.example/"); /* of what it was before */
	assert_int_equal(store_set_webhook(f->store, &w, &e), -1);
	assert_int_equal(e.code, ERR_TAKEN);
	w.revision = 2;
	w.site++;
	w.url = span_of("https://c.example/");
	assert_int_equal(store_set_webhook(f->store, &w, &e), -1);
	assert_int_equal(store_each_webhook(f->reader, foreign, &visit, &e), 0);
	assert_int_equal(*(int *)visit.arg, 0);
	assert_int_equal(store_each_webhook(f->reader, own, &visit, &e), 0);
	assert_int_equal(*(int *)visit.arg, 1);
	secrets_ulid(NOW_MS, ping.id);
	ping.webhook = foreign;
	assert_int_equal(store_add_ping(f->store, &ping, &e), -1);
	assert_int_equal(e.code, ERR_MISSING);
	assert_int_equal(store_drop_webhook(f->store, foreign, &e), -1);
	assert_int_equal(e.code, ERR_MISSING);
	ping.webhook = own;
	assert_int_equal(store_add_ping(f->store, &ping, &e), 0);
	assert_int_equal(store_drop_webhook(f->store, own, &e), 0);
	assert_int_equal(take(f, INT64_MAX / 2).n, 0);
	assert_int_equal(store_drop_webhook(f->store, own, &e), -1);
	w.site = f->site; /* set late, it does not come back */
	assert_int_equal(store_set_webhook(f->store, &w, &e), -1);
	assert_int_equal(e.code, ERR_TAKEN);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(it_is_told_to_who_asks_for_it),
	    TEST(what_is_published_is_not_told),
	    TEST(what_is_lost_comes_again),
	    TEST(what_was_noted_holds),
	    TEST(who_fails_has_a_lane_of_his_own),
	    TEST(each_webhook_has_its_turn),
	    TEST(each_sites_callbacks_have_their_turn),
	    TEST(who_is_gone_gets_nothing_more),
	    TEST(an_undo_takes_back_what_was_not_told),
	    TEST(an_undo_of_what_was_told_is_told),
	    TEST(a_callback_is_told_of_changes),
	    TEST(a_callback_that_failed_is_sent_late),
	    TEST(a_delivery_is_sent_again_when_asked),
	    TEST(webhooks_are_their_sites_own),
	};

	return cmocka_run_group_tests_name("store_webhook", tests, NULL, NULL);
}
