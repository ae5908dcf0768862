/* What people decided is found again, for its site, the newest first. */
#include "../../service/edge/decisions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* A store without labels: the index is filled by the tests. */
static int
no_labels(struct store *s, const struct label_visit *visit, struct err *e)
{
	(void)s, (void)visit, (void)e;
	return 0;
}

#include "../../service/edge/store_ops.h"

static const struct store_ops ops = {.each_label = no_labels};
static struct store empty = {&ops};

static int
setup(void **state)
{
	struct err e;

	*state = decisions_open(&empty, &e);
	return *state == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	decisions_close(*state);
	return 0;
}

static struct label
label(int64_t site, enum label_kind kind, struct fingerprint f)
{
	return (struct label){.site = site, .kind = kind, .fingerprint = f};
}

static const struct fingerprint text = {1, {10, 20, 30, 40}};

static const struct {
	const char *name;
	int64_t site;
	struct fingerprint asked;
	enum ruling spam, ham; /* what holds when `text` was called that */
} cases[] = {
    {"the same", 1, {1, {10, 20, 30, 40}}, RULING_SPAM, RULING_HAM},
    {"another site", 2, {1, {10, 20, 30, 40}}, RULING_NONE, RULING_NONE},
    {"two bands", 1, {2, {10, 21, 30, 41}}, RULING_SPAM, RULING_NONE},
    {"one band", 1, {2, {10, 21, 31, 41}}, RULING_NONE, RULING_NONE},
    {"bands of others", 1, {2, {20, 10, 40, 30}}, RULING_NONE, RULING_NONE},
    {"too short", 1, {2, {0, 0, 0, 0}}, RULING_NONE, RULING_NONE},
};

static void
test_found(void **state)
{
	struct label spam = label(1, LABEL_SPAM, text);
	struct label ham = label(1, LABEL_HAM, text);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("%s\n", cases[i].name);
		decisions_add(*state, &spam);
		assert_int_equal(
		    decisions_find(*state, cases[i].site, &cases[i].asked),
		    cases[i].spam);
		decisions_add(*state, &ham);
		assert_int_equal(
		    decisions_find(*state, cases[i].site, &cases[i].asked),
		    cases[i].ham);
	}
}

static void
test_the_last_said_counts_not_the_last_heard(void **state)
{
	struct label spam = label(1, LABEL_SPAM, text);
	struct label ham = label(1, LABEL_HAM, text);

	spam.created_at_ms = 1;
	ham.created_at_ms = 2;
	decisions_add(*state, &ham);
	decisions_add(*state, &spam);
	assert_int_equal(decisions_find(*state, 1, &text), RULING_HAM);
}

static void
test_short_texts_are_not_near(void **state)
{
	struct label spam =
	    label(1, LABEL_SPAM, (struct fingerprint){7, {0, 0, 0, 0}});
	struct fingerprint other = {8, {0, 0, 0, 0}};

	decisions_add(*state, &spam);
	assert_int_equal(decisions_find(*state, 1, &other), RULING_NONE);
}

static void
test_the_newest_of_near_ones_counts(void **state)
{
	struct label spam =
	    label(1, LABEL_SPAM, (struct fingerprint){2, {10, 20, 31, 41}});
	struct label ham =
	    label(1, LABEL_HAM, (struct fingerprint){3, {10, 20, 32, 42}});

	decisions_add(*state, &spam);
	assert_int_equal(decisions_find(*state, 1, &text), RULING_SPAM);
	decisions_add(*state, &ham);
	assert_int_equal(decisions_find(*state, 1, &text), RULING_NONE);
	decisions_add(*state, &spam); /* again: newer than the other now */
	assert_int_equal(decisions_find(*state, 1, &text), RULING_SPAM);
}

static struct fingerprint
numbered(uint64_t i)
{
	return (struct fingerprint){i << 8, {i, i + 1, i + 2, i + 3}};
}

static void
test_the_newest_stay(void **state)
{
	struct fingerprint f;
	uint64_t n = DECISIONS_MAX + 10;

	for (uint64_t i = 1; i <= n; i++) {
		struct label spam = label(1, LABEL_SPAM, numbered(i * 4));

		decisions_add(*state, &spam);
	}
	f = numbered(4);
	assert_int_equal(decisions_find(*state, 1, &f), RULING_NONE);
	for (uint64_t i = n - DECISIONS_MAX / 2; i <= n; i++) {
		f = numbered(i * 4);
		assert_int_equal(decisions_find(*state, 1, &f), RULING_SPAM);
	}
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	static const struct CMUnitTest tests[] = {
	    CASE(test_found),
	    CASE(test_the_last_said_counts_not_the_last_heard),
	    CASE(test_short_texts_are_not_near),
	    CASE(test_the_newest_of_near_ones_counts),
	    CASE(test_the_newest_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
