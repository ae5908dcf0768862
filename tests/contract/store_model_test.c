/* The store's memory of which model was in use when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../service/edge/store/store_drift.h"
#include "store_fixture.h"

enum { SEEN_BYTES = 512 };

static void
note_use(void *arg, const struct store_model_use *u)
{
	size_t n = strlen(arg);

	snprintf((char *)arg + n, SEEN_BYTES - n, "%d %s %s %s %d-%d\n",
	    (int)u->number, model_role_name(u->role), u->name, u->by,
	    (int)u->at_ms, (int)u->ended_at_ms);
}

static void
assert_uses(struct fixture *f, const char *expected)
{
	char seen[SEEN_BYTES] = "";
	struct err e;

	assert_int_equal(store_each_model_use(f->reader,
			     &(struct model_use_visit){note_use, seen}, &e),
	    0);
	assert_string_equal(seen, expected);
}

static struct store_change
begin(enum model_role role, const char *name, int64_t at_ms)
{
	struct store_change c = {
	    .kind = CHANGE_USE_MODEL,
	    .use = {.role = role, .by = "operator", .at_ms = at_ms},
	};

	snprintf(c.use.name, sizeof c.use.name, "%s", name);
	return c;
}

static struct store_change
end(int64_t number, int64_t at_ms)
{
	return (struct store_change){
	    .kind = CHANGE_END_MODEL,
	    .use = {.number = number, .by = "a1b2c3d4", .ended_at_ms = at_ms},
	};
}

static enum err_code
change(struct fixture *f, struct store_change *c, uint32_t n)
{
	struct err e = {0};

	return store_change(f->store, c, n, &e) == 0 ? ERR_NONE : e.code;
}

static void
uses_begin_and_end(void **state)
{
	struct fixture *f = *state;
	struct store_change first[] = {
	    begin(MODEL_ACTIVE, "one", 5), begin(MODEL_CHALLENGER, "two@2", 6)};
	struct store_change last[] = {end(2, 9)};

	assert_uses(f, "");
	assert_int_equal(change(f, first, 2), ERR_NONE);
	assert_int_equal(first[1].id, 2);
	assert_int_equal(change(f, last, 1), ERR_NONE);
	assert_uses(f, "1 active one operator 5-0\n"
		       "2 challenger two@2 operator 6-9\n");
	fixture_close(f);
	assert_int_equal(fixture_open(f), 0);
	assert_uses(f, "1 active one operator 5-0\n"
		       "2 challenger two@2 operator 6-9\n");
}

/* Nothing ends twice, and a change that cannot be made undoes the others. */
static void
all_or_nothing(void **state)
{
	struct fixture *f = *state;
	struct store_change first = begin(MODEL_ACTIVE, "one", 5);
	struct store_change both[] = {begin(MODEL_ACTIVE, "two", 6), end(9, 7)};
	struct store_change over = end(1, 8);

	assert_int_equal(change(f, &first, 1), ERR_NONE);
	assert_int_equal(change(f, both, 2), ERR_TAKEN);
	assert_uses(f, "1 active one operator 5-0\n");
	assert_int_equal(change(f, &over, 1), ERR_NONE);
	assert_int_equal(change(f, &over, 1), ERR_TAKEN);
	assert_uses(f, "1 active one operator 5-8\n");
}

/* What a challenger makes of a comment, "" being what the active one does. */
static void
put_shadow(struct fixture *f, int64_t use, const char *action)
{
	struct record r = record_of(f->site);
	struct shadow_verdict v = {
	    use, *action ? span_of(action) : r.action, 0.75};
	struct waited w = {.put = {.records = &r, .n = 1}};

	r.shadow = &v;
	put_all(f, &w, 1);
	assert_int_equal(w.put.result, STORE_DONE);
}

static void
note_count(void *arg, const struct shadow_count *c)
{
	size_t n = strlen(arg);

	snprintf((char *)arg + n, SEEN_BYTES - n, "%.*s %.*s %d\n",
	    (int)c->before.n, c->before.p, (int)c->after.n, c->after.p,
	    (int)c->n);
}

static void
note_row(void *arg, const struct shadow_row *r)
{
	size_t n = strlen(arg);

	snprintf((char *)arg + n, SEEN_BYTES - n, "%d %.*s %.*s %g %g\n",
	    (int)r->number, (int)r->before.n, r->before.p, (int)r->after.n,
	    r->after.p, r->before_score, r->after_score);
}

static void
assert_rows(struct fixture *f, struct shadow_visit visit, const char *expected)
{
	char seen[SEEN_BYTES] = "";
	struct err e;

	visit.each = note_row;
	visit.arg = seen;
	assert_int_equal(store_each_shadow(f->reader, &visit, &e), 0);
	assert_string_equal(seen, expected);
}

static void
challengers_are_counted(void **state)
{
	struct fixture *f = *state;
	struct store_change uses[] = {begin(MODEL_CHALLENGER, "two", 5),
	    begin(MODEL_CHALLENGER, "three", 6)};
	char seen[SEEN_BYTES] = "";
	struct err e;

	assert_int_equal(change(f, uses, 2), ERR_NONE);
	put_shadow(f, 1, "reject");
	put_shadow(f, 1, "");
	put_shadow(f, 2, "publish");
	put_shadow(f, 1, "publish");
	put_shadow(f, 1, "reject");
	assert_int_equal(
	    store_each_shadow_count(f->reader,
		&(struct shadow_count_visit){1, note_count, seen}, &e),
	    0);
	assert_string_equal(
	    seen, "hold hold 1\nhold publish 1\nhold reject 2\n");
	assert_rows(f, (struct shadow_visit){.use = 1, .most = 2},
	    "4 hold reject 0.25 0.75\n3 hold publish 0.25 0.75\n");
	assert_rows(f, (struct shadow_visit){.use = 1, .below = 3, .most = 2},
	    "1 hold reject 0.25 0.75\n");
	assert_rows(f, (struct shadow_visit){.use = 2, .most = 9},
	    "2 hold publish 0.25 0.75\n");
}

/* The days that are visited, with how many comments and links. */
static void
note_drift(void *arg, int64_t day, const struct drift_counts *c)
{
	size_t n = strlen(arg);

	snprintf((char *)arg + n, SEEN_BYTES - n, "%d:%u,%u ", (int)day, c->n,
	    c->groups[REASON_LINKS]);
}

static void
assert_drift(struct fixture *f, uint64_t model, const char *expected)
{
	char seen[SEEN_BYTES] = "";
	struct err e;

	assert_int_equal(
	    store_each_drift(f->reader,
		&(struct drift_visit){f->site, model, 1, 9, note_drift, seen},
		&e),
	    0);
	assert_string_equal(seen, expected);
}

static void
put_judged(struct fixture *f, int day, uint64_t model)
{
	struct drift_sample links = {
	    .model = model, .groups = UINT64_C(1) << REASON_LINKS};
	struct record r = record_of(f->site);
	struct waited w = {.put = {.records = &r, .n = 1}};

	r.received_at_ms = day * INT64_C(86400000) + 5;
	r.drift = &links;
	put_all(f, &w, 1);
	assert_int_equal(w.put.result, STORE_DONE);
}

static void
what_models_judge_is_counted_by_day(void **state)
{
	static const uint64_t models[] = {7, UINT64_MAX, 9, 11, 13};
	struct drift_sample plain[12];
	struct fixture *f = *state;
	struct record many[12];
	struct waited w = {.put = {.records = many, .n = 12}};

	put_judged(f, 2, 7);
	put_judged(f, 2, 7);
	put_judged(f, 3, 7);
	put_judged(f, 9, 7);
	assert_drift(f, 7, "2:2,2 3:1,1 ");
	/* a group of more kinds than are kept at once */
	for (int i = 0; i < 12; i++) {
		many[i] = record_of(f->site);
		many[i].received_at_ms = 2 * INT64_C(86400000);
		plain[i] =
		    (struct drift_sample){.model = models[i % 5], .unseen = 3};
		many[i].drift = &plain[i];
	}
	put_all(f, &w, 1);
	assert_drift(f, 7, "2:5,2 3:1,1 ");
	assert_drift(f, UINT64_MAX, "2:3,0 ");
	assert_drift(f, 13, "2:2,0 ");
	assert_drift(f, 8, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		uses_begin_and_end, fixture_setup, fixture_teardown),
	    cmocka_unit_test_setup_teardown(
		all_or_nothing, fixture_setup, fixture_teardown),
	    cmocka_unit_test_setup_teardown(
		challengers_are_counted, fixture_setup, fixture_teardown),
	    cmocka_unit_test_setup_teardown(what_models_judge_is_counted_by_day,
		fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
