/* Which secret a store is keyed by, and texts that have no key yet. */
#include "../../service/core/fingerprint.h"
#include "store_queue_fixture.h"

enum { MARK = 7, OTHER = 8 };

/* Whether the store says that it was made with another secret than that. */
static bool
is_others(struct fixture *f, uint64_t mark)
{
	struct err e;
	bool other;

	assert_int_equal(store_mark(f->store, mark, &other, &e), 0);
	return other;
}

static uint64_t
print_of(const char *content)
{
	static unsigned char memory[1 << 20];
	struct arena a;
	struct text t;

	arena_init(&a, memory, sizeof memory);
	assert_int_equal(
	    text_normalise(&t, span_of(content), FORMAT_TEXT, &a), 0);
	return fingerprint_of(&t, &keys.text).text;
}

/* What was written when fingerprints had no key is recognised by one with. */
static void
texts_get_their_key(void **state)
{
	struct fixture *f = *state;
	struct decision found;
	struct err e;

	put_comment(f, "hold", .5, "a text with a record", NULL);
	await_index(f, 1);
	number_in(f,
	    "INSERT INTO decision (site, id, comment, kind, learn, actor,"
	    " api_key, reason, note, created_at, undone_at, undone_by, author,"
	    " fingerprint, band_0, band_1, band_2, band_3, content, batch)"
	    " SELECT site, 'D' || n, iif(n = 1, id, NULL), 'spam', 1, 'x', 'x',"
	    " '', '', 1, 0, '', 0, 77, 0, 0, 0, 0, iif(n = 1, '', 'alone'), ''"
	    " FROM comment, (SELECT 1 AS n UNION SELECT 2)");
	/* of a text that was done before it was interrupted: left as it is */
	number_in(f, "UPDATE card_progress SET keyed = -1");
	assert_false(is_others(f, MARK));
	assert_int_not_equal(store_find_label(f->reader, f->site,
				 print_of("a text with a record"), &found, &e),
	    0);
	number_in(f, "UPDATE card_progress SET keyed = 0");
	assert_false(is_others(f, MARK));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
		    store_find_label(f->reader, f->site,
			print_of(i ? "alone" : "a text with a record"), &found,
			&e),
		    0);
		assert_string_equal(found.id, i ? "D2" : "D1");
	}
	assert_int_equal(number_in(f, "SELECT fingerprint FROM comment"),
	    (int64_t)print_of("a text with a record"));
	assert_int_equal(number_in(f, "SELECT keyed FROM card_progress"), 1);
}

static const struct comment_keys other_keys = {
    .author = "another of these", .facet = "another of these"};

/* As with `by` from now on: what is put is indexed by that. */
static void
begin_with(struct fixture *f, const struct comment_keys *by)
{
	struct store_describer d = {.describe = facets_describe, .arg = by};

	arena_init(&d.arena, block, sizeof block);
	store_describe_by(f->store, &d);
}

/* As an update leaves it that noted no secret yet. */
static void
forget_mark(struct fixture *f)
{
	number_in(f, "UPDATE secret_mark SET mark = 0,"
		     " cards = (SELECT done FROM card_progress)");
	number_in(f, "UPDATE card_progress SET keyed = 0");
}

static void
await_cards(struct fixture *f, int n)
{
	for (int ms = 0; ms < 30000; ms++) {
		if (number_in(f, "SELECT count(*) FROM card") == n)
			return;
		usleep(1000);
	}
	fail_msg("not indexed: they would be %d", n);
}

/* Also after it was used with the other for a while. */
static void
an_older_store_tells_whose_it_is(void **state)
{
	struct fixture *f = *state;

	put_five(f);
	await_index(f, 6);
	forget_mark(f);
	for (int i = 0; i < 2; i++) {
		begin_with(f, &other_keys);
		assert_true(is_others(f, OTHER));
		put_comment(f, "hold", .5, "written meanwhile", NULL);
		await_cards(f, 7 + i);
		assert_int_equal(
		    number_in(f, "SELECT keyed FROM card_progress"), 0);
	}
	begin_with(f, &keys);
	assert_false(is_others(f, MARK));
	assert_int_equal(number_in(f, "SELECT keyed FROM card_progress"), 1);
	assert_int_equal(number_in(f, "SELECT mark FROM secret_mark"), MARK);
	assert_true(is_others(f, OTHER));
}

/* Of some the comment has changed since. */
static void
one_hash_of_many_will_do(void **state)
{
	struct fixture *f = *state;

	put_five(f);
	await_index(f, 6);
	forget_mark(f);
	number_in(f, "UPDATE card SET author = 1, net = 2, thread = 3"
		     " WHERE number > 1");
	assert_false(is_others(f, MARK));
}

/* Nothing was written yet, or whoever runs it says that it is lost. */
static void
where_nothing_tells_the_first_is_right(void **state)
{
	struct fixture *f = *state;

	begin_with(f, &keys);
	assert_false(is_others(f, MARK));
	put_five(f);
	await_index(f, 6);
	number_in(f, "DELETE FROM secret_mark");
	begin_with(f, &other_keys);
	assert_false(is_others(f, OTHER));
	assert_true(is_others(f, MARK));
}

#define CASE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(texts_get_their_key),
	    CASE(an_older_store_tells_whose_it_is),
	    CASE(one_hash_of_many_will_do),
	    CASE(where_nothing_tells_the_first_is_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
