/*
 * The SQLite store when an allocation fails, each in its turn: what is
 * written is there as a whole or not at all.
 */
#include <stdatomic.h>

#include "../../service/edge/store/store_sqlite_queue.h"
#include "store_queue_fixture.h"

enum { GIVEN_MAX = 20000 };

/* How many allocations are still given; less than 0: all. */
static atomic_int left = -1;
static sqlite3_mem_methods plain;

static bool
is_refused(void)
{
	int n = atomic_load(&left);

	return n >= 0 && atomic_fetch_sub(&left, 1) == 0;
}

static void *
give(int bytes)
{
	return is_refused() ? NULL : plain.xMalloc(bytes);
}

static void *
give_again(void *old, int bytes)
{
	return is_refused() ? NULL : plain.xRealloc(old, bytes);
}

static int
watch_memory(void)
{
	sqlite3_mem_methods watched;

	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain) != SQLITE_OK)
		return -1;
	watched = plain;
	watched.xMalloc = give;
	watched.xRealloc = give_again;
	/* without a look-aside every allocation is one of those */
	return sqlite3_config(SQLITE_CONFIG_MALLOC, &watched) ||
		       sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0)
		   ? -1
		   : 0;
}

static int64_t
count_cards(struct store_sqlite *s)
{
	int64_t n = -1;
	struct err ignored;

	sqlite_link_number(&s->link, "SELECT count(*) FROM card", &n, &ignored);
	return n;
}

/* What became of it: how often it was refused memory, and what was torn. */
struct toll {
	int refused, torn;
};

/* Indexes one comment, as soon as there is memory enough. */
static void
index_short_of_memory(struct store_sqlite *s, int64_t cards, struct toll *t)
{
	int code = SQLITE_NOMEM;
	bool more = false;

	for (int given = 0; code != SQLITE_DONE && given < GIVEN_MAX; given++) {
		struct sqlite_bite one = {.least = 1};

		atomic_store(&left, given);
		code = sqlite_index(s, &one, &more);
		atomic_store(&left, -1);
		if (code == SQLITE_DONE)
			cards++;
		else
			t->refused++;
		sqlite_group_drop(s);
		t->torn += count_cards(s) != cards;
		cards = count_cards(s);
	}
}

/*
 * What fails for want of memory SQLite rolls back, and what comes after that
 * would be written alone.
 */
static void
comment_is_indexed_whole_or_not(void **state)
{
	struct fixture *f = *state;
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	struct toll t = {0, 0};

	for (int i = 0; i < TEXTS; i++)
		put_comment(f, "hold", 0.5, texts[i], NULL);
	pthread_mutex_lock(&s->turn);
	s->describer =
	    (struct store_describer){.describe = facets_describe, .arg = &keys};
	arena_init(&s->describer.arena, block, sizeof block);
	for (int i = 0; i < TEXTS; i++)
		index_short_of_memory(s, i, &t);
	s->describer.describe = NULL;
	pthread_mutex_unlock(&s->turn);
	assert_true(t.refused > 0);
	assert_int_equal(t.torn, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(comment_is_indexed_whole_or_not,
		fixture_setup, fixture_teardown),
	};

	return watch_memory() != 0 ||
	       cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
