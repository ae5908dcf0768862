/* What becomes of deliveries as time goes by. */
#include "store_webhook_fixture.h"

enum { LATE_MS = NOW_MS + 1000 };

static struct delivery_expiry
expire(struct fixture *f, int64_t made_ms, int64_t waiting_ms)
{
	struct delivery_expiry x = {
	    .now_ms = LATE_MS,
	    .made_ms = made_ms,
	    .waiting_ms = waiting_ms,
	    .failures = 9,
	    .attempts = 4,
	};
	struct err e;

	assert_int_equal(store_expire_deliveries(f->store, &x, &e), 0);
	return x;
}

static void
old_deliveries_are_deleted(void **state)
{
	struct fixture *f = *state;
	struct webhook w = add_webhook(f, f->site, 1 << NOTICE_HELD);

	hold(f);
	expire(f, NOW_MS, 0);
	assert_string_equal(log_of(f, &w), "comment.held/due/0 ");
	assert_false(expire(f, NOW_MS + 1, 0).more);
	assert_string_equal(log_of(f, &w), "");
}

/* So that who runs the webhook sees it, and can ask for it again. */
static void
who_fails_is_given_up_in_the_end(void **state)
{
	static const struct {
		const char *before; /* of what it is tried */
		unsigned given_up;
	} cases[] = {
	    {"UPDATE webhook SET failures = 0", 0},
	    {"UPDATE webhook SET failures = 8", 0}, /* soon tried again */
	    {"UPDATE webhook SET failures = 9", 1},
	    {"UPDATE webhook SET failures = 0, active = 0", 1},
	    {"UPDATE webhook SET failures = 9;"
	     "UPDATE delivery SET due_at = due_at + 1001",
		0}, /* under way, or to be tried again */
	    {"UPDATE webhook SET failures = 9;"
	     "UPDATE delivery SET replayed_at = created_at + 1",
		0},
	    {"UPDATE webhook SET failures = 9;"
	     "UPDATE delivery SET state = 'done'",
		0},
	};
	struct fixture *f = *state;
	struct webhook w = add_webhook(f, f->site, 1 << NOTICE_HELD);

	hold(f);
	assert_int_equal(expire(f, 0, NOW_MS).given_up, 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		run(f, "UPDATE delivery SET state = 'due', replayed_at = 0,"
		       " due_at = created_at");
		run(f, cases[i].before);
		if (expire(f, 0, NOW_MS + 1).given_up != cases[i].given_up)
			fail_msg("%s", cases[i].before);
		assert_int_equal(
		    strcmp(log_of(f, &w), "comment.held/failed/0 ") == 0,
		    cases[i].given_up);
	}
}

static void
what_is_asked_for_again_has_its_time(void **state)
{
	struct fixture *f = *state;
	struct webhook w = add_webhook(f, f->site, 1 << NOTICE_HELD);
	struct store_ref ref = {f->site, span_of("D")};
	struct err e;

	hold(f);
	run(f, "UPDATE webhook SET failures = 9;"
	       "UPDATE delivery SET id = 'D'");
	assert_int_equal(expire(f, 0, NOW_MS + 1).given_up, 1);
	assert_int_equal(
	    store_replay_delivery(f->store, ref, NOW_MS + 500, &e), 0);
	assert_int_equal(expire(f, 0, NOW_MS + 500).given_up, 0);
	assert_string_equal(log_of(f, &w), "comment.held/due/0 ");
	assert_int_equal(expire(f, 0, NOW_MS + 501).given_up, 1);
}

/* It has no webhook that would say whether it fails. */
static void
a_callback_is_given_up_when_it_was_tried(void **state)
{
	struct fixture *f = *state;
	char id[STORE_ID_BYTES + 1];

	put_held(f, id, "sealed");
	decide(f, DECISION_APPROVE, id, "moderator");
	run(f, "UPDATE delivery SET due_at = created_at");
	run(f, "UPDATE delivery SET attempts = 3");
	assert_int_equal(expire(f, 0, NOW_MS + 1).given_up, 0);
	run(f, "UPDATE delivery SET attempts = 4");
	assert_int_equal(expire(f, 0, NOW_MS + 1).given_up, 1);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(old_deliveries_are_deleted),
	    TEST(who_fails_is_given_up_in_the_end),
	    TEST(what_is_asked_for_again_has_its_time),
	    TEST(a_callback_is_given_up_when_it_was_tried),
	};

	return cmocka_run_group_tests_name("store_expiry", tests, NULL, NULL);
}
