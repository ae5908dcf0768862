/* What people decided is found again, for its site, the newest first. */
#include "../../service/edge/known/precedents.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../service/edge/process/container.h"
#include "../../service/edge/store/store_ops.h"

/* A store of decisions in memory, the last at the end. */
struct book {
	struct store store; /* first */
	struct store_reader reader;
	struct decision rows[PRECEDENTS_MAX + 100];
	int n;
	bool broken;
	struct precedents *precedents;
};

static int
find_label(struct store_reader *r, int64_t site, uint64_t text,
    struct decision *out, struct err *e)
{
	struct book *b = container_of(r, struct book, reader);

	if (b->broken)
		return err_set(e, ERR_DOWN, "broken");
	for (int i = b->n; i-- > 0;) {
		const struct decision *d = &b->rows[i];

		if (d->site == site && d->fingerprint.text == text &&
		    decision_teaches(d)) {
			*out = *d;
			return 0;
		}
	}
	return err_set(e, ERR_MISSING, "none");
}

static int
each_decision(
    struct store *s, const struct decision_visit *visit, struct err *e)
{
	struct book *b = (struct book *)s;

	(void)e;
	for (int i = b->n > (int)visit->most ? b->n - (int)visit->most : 0;
	     i < b->n; i++)
		if (b->rows[i].undone_at_ms == 0)
			visit->each(visit->arg, &b->rows[i]);
	return 0;
}

static const struct store_ops ops = {
    .find_label = find_label, .each_decision = each_decision};

static int
setup(void **state)
{
	struct book *b = calloc(1, sizeof(*b));
	struct err e;

	*state = b;
	b->store.ops = b->reader.ops = &ops;
	b->precedents = precedents_open(&b->store, &e);
	return b->precedents == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	precedents_close(((struct book *)*state)->precedents);
	free(*state);
	return 0;
}

static struct decision *
write_down(struct book *b, enum decision_kind kind, struct fingerprint f)
{
	struct decision *d = &b->rows[b->n++];

	*d = (struct decision){
	    .site = 1,
	    .kind = kind,
	    .learn = true,
	    .fingerprint = f,
	    .author = 7,
	    .order = b->n,
	};
	return d;
}

static void
learn(struct book *b, const struct decision *d)
{
	struct err e;

	assert_int_equal(precedents_learn(b->precedents, &b->reader, d->site,
			     &d->fingerprint, &e),
	    0);
}

static struct decision *
decide(struct book *b, enum decision_kind kind, struct fingerprint f)
{
	struct decision *d = write_down(b, kind, f);

	learn(b, d);
	return d;
}

static void
undo(struct book *b, struct decision *d)
{
	d->undone_at_ms = 1;
	learn(b, d);
}

static struct precedent
found(struct book *b, int64_t site, struct fingerprint f)
{
	return precedents_find(b->precedents, &b->reader, site, &f);
}

/* To the author of what was decided. */
static enum ruling
says(struct book *b, struct fingerprint f)
{
	struct precedent p = found(b, 1, f);

	return precedent_apply(&p, &(struct precedent_case){.author = 7});
}

static const struct fingerprint text = {1, {10, 20, 30, 40}};

static const struct {
	const char *name;
	int64_t site;
	struct fingerprint asked;
	/* what holds when `text` was called that */
	enum ruling spam, abuse, ham;
} cases[] = {
    {"the same", 1, {1, {10, 20, 30, 40}}, RULING_SPAM, RULING_ABUSE,
	RULING_HAM},
    {"another site", 2, {1, {10, 20, 30, 40}}, RULING_NONE, RULING_NONE,
	RULING_NONE},
    {"two bands", 1, {2, {10, 21, 30, 41}}, RULING_SPAM, RULING_NONE,
	RULING_NONE},
    {"one band", 1, {2, {10, 21, 31, 41}}, RULING_NONE, RULING_NONE,
	RULING_NONE},
    {"bands of others", 1, {2, {20, 10, 40, 30}}, RULING_NONE, RULING_NONE,
	RULING_NONE},
    {"too short", 1, {2, {0, 0, 0, 0}}, RULING_NONE, RULING_NONE, RULING_NONE},
};

static void
test_found(void **state)
{
	struct book *b = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct {
			enum decision_kind kind;
			enum ruling expected;
		} said[] = {
		    {DECISION_SPAM, cases[i].spam},
		    {DECISION_ABUSE, cases[i].abuse},
		    {DECISION_APPROVE, cases[i].ham},
		};

		print_message("%s\n", cases[i].name);
		for (size_t k = 0; k < sizeof(said) / sizeof(said[0]); k++) {
			decide(b, said[k].kind, text);
			assert_int_equal(
			    found(b, cases[i].site, cases[i].asked).says,
			    said[k].expected);
		}
	}
}

static void
test_undone_is_forgotten(void **state)
{
	struct book *b = *state;
	struct fingerprint near = {2, {10, 21, 30, 41}};
	struct decision *spam = decide(b, DECISION_SPAM, text);
	struct decision *ham = decide(b, DECISION_APPROVE, text);

	assert_int_equal(says(b, text), RULING_HAM);
	undo(b, ham);
	assert_int_equal(says(b, text), RULING_SPAM); /* the one before */
	assert_int_equal(says(b, near), RULING_SPAM);
	undo(b, spam);
	assert_int_equal(says(b, text), RULING_NONE);
	assert_int_equal(says(b, near), RULING_NONE);
}

static void
test_what_does_not_teach_is_known_at_least(void **state)
{
	struct book *b = *state;
	struct decision *d = write_down(b, DECISION_SPAM, text);

	d->learn = false;
	assert_false(found(b, 1, text).decided);
	learn(b, d);
	assert_true(found(b, 1, text).decided);
	assert_int_equal(found(b, 1, text).says, RULING_NONE);
	decide(b, DECISION_SPAM, text);
	decide(b, DECISION_TRASH, text);
	assert_int_equal(says(b, text), RULING_SPAM);
}

static void
test_a_start_knows_all_that_holds(void **state)
{
	struct book *b = *state;
	struct fingerprint other = {9, {90, 91, 92, 93}};
	struct err e;

	write_down(b, DECISION_SPAM, text);
	write_down(b, DECISION_APPROVE, text);
	write_down(b, DECISION_SPAM, text)->undone_at_ms = 1;
	write_down(b, DECISION_ABUSE, other)->learn = false;
	precedents_close(b->precedents);
	b->precedents = precedents_open(&b->store, &e);
	assert_non_null(b->precedents);
	assert_int_equal(says(b, text), RULING_HAM);
	assert_int_equal(says(b, other), RULING_NONE);
	assert_true(found(b, 1, other).decided);
}

static void
test_a_fault_changes_nothing(void **state)
{
	struct book *b = *state;
	struct err e;

	decide(b, DECISION_SPAM, text);
	b->broken = true;
	assert_int_equal(
	    precedents_learn(b->precedents, &b->reader, 1, &text, &e), -1);
	assert_int_equal(e.code, ERR_DOWN);
	assert_int_equal(found(b, 1, text).says, RULING_SPAM);
}

static void
test_short_texts_are_not_near(void **state)
{
	decide(*state, DECISION_SPAM, (struct fingerprint){7, {0, 0, 0, 0}});
	assert_int_equal(
	    says(*state, (struct fingerprint){8, {0, 0, 0, 0}}), RULING_NONE);
}

static void
test_the_newest_of_near_ones_counts(void **state)
{
	struct book *b = *state;
	struct fingerprint spam = {2, {10, 20, 31, 41}};
	struct fingerprint ham = {3, {10, 20, 32, 42}};

	decide(b, DECISION_SPAM, spam);
	assert_int_equal(says(b, text), RULING_SPAM);
	decide(b, DECISION_APPROVE, ham);
	assert_int_equal(says(b, text), RULING_NONE);
	decide(b, DECISION_SPAM, spam); /* again: newer than the other now */
	assert_int_equal(says(b, text), RULING_SPAM);
}

/* Of what was decided the store says whose it is, and if it holds. */
static void
test_the_store_is_asked(void **state)
{
	struct book *b = *state;
	struct fingerprint near = {2, {10, 20, 30, 41}};
	struct decision *d = write_down(b, DECISION_SPAM, text);
	struct precedent p;

	d->leads = 5;
	learn(b, d);
	p = found(b, 1, near);
	assert_int_equal(p.bands, 3);
	assert_int_equal(p.author, 7);
	assert_int_equal(p.leads, 5);
	assert_int_equal(found(b, 1, text).bands, PRECEDENT_SAME);
	b->broken = true;
	p = found(b, 1, near);
	assert_int_equal(p.says, RULING_SPAM);
	assert_int_equal(p.author | p.leads, 0);
	b->broken = false;
	d->kind = DECISION_ABUSE; /* not learned yet */
	assert_int_equal(found(b, 1, near).says, RULING_NONE);
	assert_int_equal(found(b, 1, text).says, RULING_ABUSE);
	d->undone_at_ms = 1;
	assert_int_equal(found(b, 1, text).says, RULING_NONE);
}

/* What a decision about a comment of author 7 means for another one. */
static const struct {
	const char *name;
	struct precedent p;
	struct precedent_case c;
	enum ruling means;
} meanings[] = {
#define OF(ruling, equal, to)                                                  \
	{                                                                      \
		.says = RULING_##ruling, .bands = equal, .author = 7,          \
		.leads = to                                                    \
	}
#define SAME PRECEDENT_SAME
    {"nothing", OF(NONE, 0, 1), {7, 1, 99}, RULING_NONE},
    {"the same", OF(SPAM, SAME, 1), {8, 0, 99}, RULING_SPAM},
    {"the same that many say", OF(SPAM, SAME, 1), {8, 0, 9}, RULING_ALIKE},
    {"by nobody known", OF(SPAM, SAME, 0), {0, 0, 9}, RULING_ALIKE},
    {"by its author", OF(SPAM, SAME, 1), {7, 0, 9}, RULING_SPAM},
    {"to the same place", OF(SPAM, SAME, 1), {8, 1, 9}, RULING_SPAM},
    {"to others besides", OF(SPAM, SAME, 1), {8, 3, 9}, RULING_SPAM},
    {"to one of them", OF(SPAM, SAME, 3), {8, 1, 9}, RULING_ALIKE},
    {"to another place", OF(SPAM, SAME, 1), {8, 2, 9}, RULING_ALIKE},
    {"near", OF(SPAM, 4, 1), {8, 0, 99}, RULING_ALIKE},
    {"near by its author", OF(SPAM, 2, 1), {7, 0, 9}, RULING_SPAM},
    {"near to the same place", OF(SPAM, 2, 1), {8, 1, 9}, RULING_SPAM},
    {"near what leads nowhere", OF(SPAM, 3, 0), {8, 0, 99}, RULING_SPAM},
    {"near that many say", OF(SPAM, 3, 0), {8, 0, 9}, RULING_ALIKE},
    {"half of it", OF(SPAM, 2, 0), {8, 0, 99}, RULING_ALIKE},
    {"good", OF(HAM, SAME, 0), {8, 0, 9}, RULING_HAM},
    {"good to the same place", OF(HAM, SAME, 3), {8, 1, 99}, RULING_HAM},
    {"good, copied", OF(HAM, SAME, 1), {8, 3, 99}, RULING_NONE},
    {"good, copied by nobody", OF(HAM, SAME, 0), {0, 1, 99}, RULING_NONE},
    {"good by its author", OF(HAM, SAME, 1), {7, 2, 9}, RULING_HAM},
    {"abuse", OF(ABUSE, SAME, 1), {8, 2, 9}, RULING_ABUSE},
#undef SAME
#undef OF
};

static void
test_meanings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		print_message("%s\n", meanings[i].name);
		assert_int_equal(
		    precedent_apply(&meanings[i].p, &meanings[i].c),
		    meanings[i].means);
	}
}

static struct fingerprint
numbered(uint64_t i)
{
	return (struct fingerprint){i << 8, {i, i + 1, i + 2, i + 3}};
}

static void
test_the_newest_stay(void **state)
{
	struct book *b = *state;
	uint64_t n = PRECEDENTS_MAX + 10;
	struct fingerprint near_4 = numbered(4), near_last = numbered(n * 4);

	near_4.text++;
	near_last.text++;
	for (uint64_t i = 1; i <= n; i++)
		decide(b, DECISION_SPAM, numbered(i * 4));
	/* of what memory has no more, exactly the same is in the store */
	assert_int_equal(says(b, numbered(4)), RULING_SPAM);
	assert_true(found(b, 1, numbered(4)).decided);
	assert_int_equal(says(b, near_4), RULING_NONE);
	assert_int_equal(says(b, near_last), RULING_SPAM);
	for (uint64_t i = n - PRECEDENTS_MAX / 2; i <= n; i++)
		assert_int_equal(says(b, numbered(i * 4)), RULING_SPAM);
}

/* A start reads so many decisions, however few texts they are about. */
static void
test_a_start_forgets_nothing(void **state)
{
	struct book *b = *state;
	struct fingerprint other = {9, {90, 91, 92, 93}};
	struct err e;

	write_down(b, DECISION_SPAM, other);
	write_down(b, DECISION_SPAM, text);
	for (int i = 1; i < PRECEDENTS_MAX; i++)
		write_down(b, DECISION_TRASH, text);
	precedents_close(b->precedents);
	b->precedents = precedents_open(&b->store, &e);
	assert_non_null(b->precedents);
	assert_int_equal(says(b, other), RULING_SPAM);
	write_down(b, DECISION_TRASH, text);
	precedents_close(b->precedents);
	b->precedents = precedents_open(&b->store, &e);
	assert_non_null(b->precedents);
	assert_int_equal(says(b, text), RULING_SPAM);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	static const struct CMUnitTest tests[] = {
	    CASE(test_found),
	    CASE(test_undone_is_forgotten),
	    CASE(test_what_does_not_teach_is_known_at_least),
	    CASE(test_a_start_knows_all_that_holds),
	    CASE(test_a_fault_changes_nothing),
	    CASE(test_short_texts_are_not_near),
	    CASE(test_the_store_is_asked),
	    CASE(test_meanings),
	    CASE(test_the_newest_of_near_ones_counts),
	    CASE(test_the_newest_stay),
	    CASE(test_a_start_forgets_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
