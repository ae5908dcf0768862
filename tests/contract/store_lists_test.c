/* What a store promises about the lists of sites. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/edge/known/lists.h"
#include "store_fixture.h"

/* long after the store's own clock, which deletes what has expired */
#define NOW_MS INT64_C(4000000000000)

static struct list_entry
entry_of(const char *id, enum rule_kind kind, const char *value)
{
	struct list_entry l = {
	    .kind = kind,
	    .effect = EFFECT_HOLD,
	    .value = span_of(value),
	    .note = span_of("na\xc3\xafve"),
	    .created_at_ms = 17,
	    .created_by = span_of("abcdefgh"),
	};

	snprintf(l.id, sizeof l.id, "%s", id);
	return l;
}

static void
note_entry(void *arg, const struct list_entry *l)
{
	char *out = arg;
	size_t n = strlen(out);

	assert_true(span_equal(l->note, span_of("na\xc3\xafve")));
	assert_true(span_equal(l->created_by, span_of("abcdefgh")));
	assert_int_equal(l->created_at_ms, 17);
	snprintf(out + n, 256 - n, "%d/%s/%s/%.*s/%s/%s ", (int)l->site, l->id,
	    rule_kind_name(l->kind), (int)l->value.n, l->value.p,
	    rule_effect_name(l->effect),
	    l->expires_at_ms == 0 ? "stays" : "ends");
}

static void
expect(struct fixture *f, const char *all)
{
	char seen[256] = "";
	struct err e;

	assert_int_equal(store_each_list_entry(f->store,
			     &(struct list_visit){note_entry, seen}, &e),
	    0);
	assert_string_equal(seen, all);
}

static int
change(struct fixture *f, const struct list_change *c)
{
	struct err e = {0};

	return store_change_list(f->store, c, &e) == 0 ? 0 : (int)e.code;
}

static void
entries_come_and_go(void **state)
{
	struct fixture *f = *state;
	struct list_entry all[] = {
	    entry_of("A", RULE_IP, "192.0.2.1"),
	    entry_of("B", RULE_PHRASE, "two words"),
	};
	struct list_change c = {
	    .site = f->site, .puts = all, .n_puts = 2, .now_ms = NOW_MS};

	all[1].expires_at_ms = NOW_MS + 1;
	assert_int_equal(change(f, &c), 0);
	expect(
	    f, "1/A/ip/192.0.2.1/hold/stays 1/B/phrase/two words/hold/ends ");

	all[0].effect = EFFECT_BLOCK;
	c.n_puts = 1;
	c.gone = span_of("A");
	assert_int_equal(change(f, &c), 0);
	fixture_close(f);
	assert_int_equal(fixture_open(f), 0);
	expect(
	    f, "1/A/ip/192.0.2.1/block/stays 1/B/phrase/two words/hold/ends ");

	/* what has expired goes with any change */
	c.n_puts = 0;
	c.now_ms = NOW_MS + 1;
	assert_int_equal(change(f, &c), 0);
	expect(f, "");
}

static void
all_or_nothing(void **state)
{
	struct fixture *f = *state;
	struct list_entry all[] = {
	    entry_of("A", RULE_IP, "192.0.2.1"),
	    entry_of("A", RULE_IP, "192.0.2.2"),
	};
	struct list_change c = {
	    .site = f->site, .puts = all, .n_puts = 2, .now_ms = NOW_MS};

	assert_int_not_equal(change(f, &c), 0);
	expect(f, "");
	c.n_puts = 1;
	c.site = f->site + 1;
	assert_int_equal(change(f, &c), ERR_MISSING);
	expect(f, "");
}

static void
sites_are_apart(void **state)
{
	struct fixture *f = *state;
	struct list_entry one = entry_of("A", RULE_HOST, "x.example");
	struct list_change c = {
	    .site = f->site, .puts = &one, .n_puts = 1, .now_ms = NOW_MS};
	struct err e;

	assert_int_equal(change(f, &c), 0);
	assert_int_equal(add_site(f->store, "other.example", &c.site, &e), 0);
	assert_int_equal(change(f, &c), 0);
	c.n_puts = 0;
	c.gone = span_of("A");
	assert_int_equal(change(f, &c), 0);
	expect(f, "1/A/host/x.example/hold/stays ");
}

/* Matches `text` with what is in use; the number of hits. */
static uint32_t
hits_of(struct lists *lists, struct fixture *f, const char *text)
{
	const struct site_list *list = lists_acquire(lists, f->site);
	struct comment c = {.content = span_of(text)};
	struct rule_hit items[4];
	struct rule_hits hits = {items, 0, 4};
	struct text t;

	arena_rewind(&f->arena, 0);
	assert_int_equal(text_normalise(&t, c.content, c.format, &f->arena), 0);
	assert_int_equal(lists_match(list, &(struct rule_case){&c, &t, NOW_MS},
			     false, &hits, &f->arena),
	    0);
	lists_release(lists, list);
	return hits.n;
}

/* What a change says is in use; what fails changes nothing. */
static void
lists_are_what_is_stored(void **state)
{
	struct fixture *f = *state;
	struct list_entry all[] = {
	    entry_of("A", RULE_PHRASE, "two words"),
	    entry_of("B", RULE_REGEX, "t(w|v)o"),
	};
	struct list_change c = {
	    .site = f->site, .puts = all, .n_puts = 2, .now_ms = NOW_MS};
	struct list_faults faults;
	struct err e;
	struct lists *lists = lists_open(f->store, &e);
	const struct site_list *held;

	assert_non_null(lists);
	assert_int_equal(hits_of(lists, f, "two words"), 0);
	assert_int_equal(lists_change(lists, &c, &faults, &e), 0);
	assert_int_equal(hits_of(lists, f, "two words"), 2);

	/* who has a list keeps it */
	held = lists_acquire(lists, f->site);
	c = (struct list_change){
	    .site = f->site, .gone = span_of("A"), .now_ms = NOW_MS};
	assert_int_equal(lists_change(lists, &c, &faults, &e), 0);
	assert_int_equal(hits_of(lists, f, "two words"), 1);
	assert_int_equal(held->n, 2);
	assert_string_equal(held->entries[0].id, "A");
	lists_release(lists, held);

	assert_int_not_equal(lists_change(lists, &c, &faults, &e), 0);
	assert_int_equal(e.code, ERR_MISSING);
	all[0] = entry_of("C", RULE_REGEX, "t(w|v)o");
	c = (struct list_change){
	    .site = f->site, .puts = all, .n_puts = 1, .now_ms = NOW_MS};
	assert_int_not_equal(lists_change(lists, &c, &faults, &e), 0);
	assert_int_equal(e.code, ERR_FIELD);
	assert_int_equal(faults.n, 1);
	assert_string_equal(
	    faults.items[0].text, "there is an entry for it already: B");
	lists_close(lists);

	lists = lists_open(f->store, &e);
	assert_int_equal(hits_of(lists, f, "two words"), 1);
	lists_close(lists);
	expect(f, "1/B/regex/t(w|v)o/hold/stays ");
}

/* One of as many bytes as there may be. */
static struct list_entry
long_entry(unsigned i)
{
	static char values[8192][RULE_VALUE_BYTES_MAX];
	static char note[LIST_NOTE_BYTES_MAX];
	struct list_entry l = entry_of("", RULE_PHRASE, "");

	snprintf(l.id, sizeof l.id, "%08u", i);
	memset(values[i], 'a', sizeof values[i]);
	snprintf(values[i], 10, "%08u ", i);
	values[i][9] = 'a';
	l.value = (struct span){values[i], sizeof values[i]};
	l.note = (struct span){memset(note, 'n', sizeof note), sizeof note};
	return l;
}

/* Two of them are too much, but in the store, as of before, they are used. */
static void
a_list_has_so_many_bytes(void **state)
{
	enum {
		MOST = LIST_BYTES_MAX /
		       (RULE_VALUE_BYTES_MAX + LIST_NOTE_BYTES_MAX)
	};
	static struct list_entry all[MOST + 2];
	struct fixture *f = *state;
	struct list_change c = {.site = f->site, .puts = all, .now_ms = NOW_MS};
	struct list_faults faults;
	struct err e;
	struct lists *lists = lists_open(f->store, &e);

	assert_non_null(lists);
	for (unsigned i = 0; i < MOST + 2; i++)
		all[i] = long_entry(i);
	c.n_puts = MOST + 1;
	assert_int_not_equal(lists_change(lists, &c, &faults, &e), 0);
	assert_int_equal(e.code, ERR_FIELD);
	assert_int_equal(faults.n, 0);
	c.n_puts = MOST;
	assert_int_equal(lists_change(lists, &c, &faults, &e), 0);
	lists_close(lists);

	c = (struct list_change){
	    .site = f->site, .puts = all + MOST, .n_puts = 2, .now_ms = NOW_MS};
	assert_int_equal(change(f, &c), 0);
	lists = lists_open(f->store, &e);
	assert_non_null(lists);
	c = (struct list_change){
	    .site = f->site, .gone = span_of(all[0].id), .now_ms = NOW_MS};
	assert_int_equal(lists_change(lists, &c, &faults, &e), 0);
	c = (struct list_change){
	    .site = f->site, .puts = all, .n_puts = 1, .now_ms = NOW_MS};
	assert_int_not_equal(lists_change(lists, &c, &faults, &e), 0);
	lists_close(lists);
}

/* Once and for all, and who uses it keeps it. */
static void
a_site_that_is_gone_lists_nothing(void **state)
{
	struct fixture *f = *state;
	struct list_entry one = entry_of("A", RULE_PHRASE, "two words");
	struct list_change c = {
	    .site = f->site, .puts = &one, .n_puts = 1, .now_ms = NOW_MS};
	struct list_faults faults;
	struct err e;
	struct lists *lists = lists_open(f->store, &e);
	const struct site_list *held;

	assert_int_equal(lists_change(lists, &c, &faults, &e), 0);
	held = lists_acquire(lists, f->site);
	lists_forget(lists, f->site + 1);
	assert_int_equal(hits_of(lists, f, "two words"), 1);
	lists_forget(lists, f->site);
	lists_forget(lists, f->site);
	assert_null(lists_acquire(lists, f->site));
	assert_string_equal(held->entries[0].id, "A");
	lists_release(lists, held);
	lists_close(lists);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		entries_come_and_go, fixture_setup, fixture_teardown),
	    cmocka_unit_test_setup_teardown(
		all_or_nothing, fixture_setup, fixture_teardown),
	    cmocka_unit_test_setup_teardown(
		sites_are_apart, fixture_setup, fixture_teardown),
	    cmocka_unit_test_setup_teardown(
		lists_are_what_is_stored, fixture_setup, fixture_teardown),
	    cmocka_unit_test_setup_teardown(
		a_list_has_so_many_bytes, fixture_setup, fixture_teardown),
	    cmocka_unit_test_setup_teardown(a_site_that_is_gone_lists_nothing,
		fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
