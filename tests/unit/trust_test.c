/* Approved texts of authors are counted, each once, and uncounted again. */
#include "../../service/edge/known/trust.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "../../service/edge/store/store_ops.h"

/* A store of three decisions, as at a start. */
static int
three_decisions(
    struct store *s, const struct decision_visit *visit, struct err *e)
{
	(void)s, (void)e;
	assert_int_equal(visit->most, TRUST_MAX);
	for (int i = 1; i <= 3; i++)
		visit->each(visit->arg,
		    &(struct decision){
			.site = 9,
			.author = 90,
			.kind = i == 3 ? DECISION_SPAM : DECISION_APPROVE,
			.learn = true,
			.fingerprint.text = (uint64_t)i,
			.order = i,
		    });
	return 0;
}

/* The same store. */
static int
count_approved(struct store_reader *r, int64_t site, uint64_t author,
    uint32_t *n, struct err *e)
{
	(void)r, (void)e;
	*n = site == 9 && author == 90 ? 2 : 0;
	return 0;
}

static const struct store_ops ops = {
    .each_decision = three_decisions, .count_approved = count_approved};
static struct store store = {&ops};
static struct store_reader reader = {&ops};

static int
setup(void **state)
{
	struct err e;

	*state = trust_open(&store, &e);
	return *state == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	trust_close(*state);
	return 0;
}

enum verb { ADD, FORGET };

/* One story, in rows: what happens, and what the author has then. */
static const struct {
	const char *name;
	enum verb verb;
	struct decision d;
	uint32_t count; /* of author 7 on site 1 */
} story[] = {
#define SAYS(k, l, of, t, o)                                                   \
	{                                                                      \
		.site = 1, .author = of, .kind = DECISION_##k, .learn = l,     \
		.fingerprint.text = t, .order = o                              \
	}
    {"an approval", ADD, SAYS(APPROVE, true, 7, 100, 1), 1},
    {"the same text again", ADD, SAYS(APPROVE, true, 7, 100, 2), 1},
    {"another text", ADD, SAYS(APPROVE, true, 7, 101, 3), 2},
    {"another author", ADD, SAYS(APPROVE, true, 8, 102, 4), 2},
    {"nobody", ADD, SAYS(APPROVE, true, 0, 103, 5), 2},
    {"not to be learned", ADD, SAYS(APPROVE, false, 7, 104, 6), 2},
    {"spam counts nothing", ADD, SAYS(SPAM, true, 7, 105, 7), 2},
    {"an approval revised", ADD, SAYS(ABUSE, true, 7, 101, 9), 1},
    {"one before that, late", ADD, SAYS(APPROVE, true, 7, 101, 8), 1},
    {"the revision undone", FORGET, SAYS(ABUSE, true, 7, 101, 9), 2},
    {"undone twice", FORGET, SAYS(ABUSE, true, 7, 101, 9), 2},
    {"and the one before", FORGET, SAYS(APPROVE, true, 7, 101, 8), 2},
    {"and the first", FORGET, SAYS(APPROVE, true, 7, 101, 3), 1},
    {"one that nobody knows", FORGET, SAYS(APPROVE, true, 7, 999, 99), 1},
    {"somebody else's", FORGET, SAYS(APPROVE, true, 8, 100, 1), 1},
    {"approved again", ADD, SAYS(APPROVE, true, 7, 101, 10), 2},
    {"an undo, early", FORGET, SAYS(APPROVE, true, 7, 106, 11), 2},
    {"and what it undoes", ADD, SAYS(APPROVE, true, 7, 106, 11), 2},
#undef SAYS
};

static void
test_story(void **state)
{
	for (size_t i = 0; i < sizeof(story) / sizeof(story[0]); i++) {
		print_message("%s\n", story[i].name);
		if (story[i].verb == ADD)
			trust_add(*state, &story[i].d);
		else
			trust_forget(*state, &story[i].d);
		assert_int_equal(
		    trust_count(*state, &reader, 1, 7), story[i].count);
	}
	assert_int_equal(trust_count(*state, &reader, 1, 8), 1);
	assert_int_equal(
	    trust_count(*state, &reader, 2, 7), 0); /* another site */
	assert_int_equal(trust_count(*state, &reader, 1, 0), 0);
}

static void
test_starts_with_what_the_store_has(void **state)
{
	assert_int_equal(trust_count(*state, &reader, 9, 90), 2);
}

/* One of the same author: about text `n`, the n-th of all. */
static struct decision
approval(int64_t n)
{
	return (struct decision){
	    .site = 9,
	    .author = 90,
	    .kind = DECISION_APPROVE,
	    .learn = true,
	    .fingerprint.text = (uint64_t)n,
	    .order = n,
	};
}

/* A store that has less by now; meanwhile something is told. */
static int
one_decision(struct store *s, const struct decision_visit *visit, struct err *e)
{
	const struct decision had = approval(1), erased = approval(3),
			      told = approval(4), undone = approval(5);

	(void)s, (void)e;
	visit->each(visit->arg, &had);
	trust_add(visit->arg, &erased);
	trust_add(visit->arg, &told);
	trust_forget(visit->arg, &undone);
	visit->each(visit->arg, &undone);
	return 0;
}

static int
no_decision(struct store *s, const struct decision_visit *visit, struct err *e)
{
	const struct decision told = approval(6);

	(void)s;
	trust_add(visit->arg, &told);
	return err_set(e, ERR_DOWN, "down");
}

static void
test_read_anew(void **state)
{
	const struct store_ops less = {.each_decision = one_decision};
	const struct store_ops down = {.each_decision = no_decision};
	struct store later = {&less}, none = {&down};
	struct err e;

	assert_int_equal(trust_count(*state, &reader, 9, 90), 2);
	assert_int_equal(trust_reread(*state, &later, 3, &e), 0);
	assert_int_equal(trust_count(*state, &reader, 9, 90), 2); /* 1 and 4 */
	assert_int_equal(trust_reread(*state, &none, 3, &e), -1);
	assert_int_equal(trust_count(*state, &reader, 9, 90), 3);
	assert_int_equal(trust_reread(*state, &store, 0, &e), 0);
	assert_int_equal(trust_count(*state, &reader, 9, 90), 2); /* 1 and 2 */
}

/* The newest count, and can be taken back; the oldest make room, and are asked
 * for. */
static void
test_bounded(void **state)
{
	struct decision d = {
	    .site = 1, .kind = DECISION_APPROVE, .learn = true};

	for (int i = 0; i < 3 * TRUST_MAX; i++) {
		d.author = i % 2 == 0 ? 7 : (uint64_t)i + 1000;
		d.fingerprint.text = (uint64_t)i;
		d.order = i + 10;
		trust_add(*state, &d);
		assert_true(
		    trust_count(*state, &reader, 1, 7) <= TRUST_MAX / 2);
	}
	assert_int_equal(trust_count(*state, &reader, 9, 90), 2);
	assert_int_equal(trust_count(*state, &reader, 1, 1001), 0);
	assert_int_equal(trust_count(*state, &reader, 1, d.author), 1);
	assert_true(trust_count(*state, &reader, 1, 7) >= TRUST_MAX / 4);
	trust_forget(*state, &d);
	assert_int_equal(trust_count(*state, &reader, 1, d.author), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_story, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_starts_with_what_the_store_has, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_read_anew, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_bounded, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
