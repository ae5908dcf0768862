/* service/core/counters: counts and gaps over two windows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../service/core/counters.h"
#include "../../training/random.h"

#define HOUR     INT64_C(3600000)
#define MINUTE   INT64_C(60000)
#define IN_2017  INT64_C(1509844200000) /* 2017-11-05T01:10Z */
#define IN_2026  INT64_C(1795000000000)
#define WHOLE(t) ((t) / HOUR * HOUR) /* the start of its window */

enum { STEPS_MAX = 6 };

static struct counters
table(unsigned log2_slots)
{
	struct counters c;
	void *block = calloc(1, counters_bytes(log2_slots));

	assert_non_null(block);
	counters_init(&c, block, log2_slots);
	return c;
}

static struct touch
touch(struct counters *c, uint64_t key, int64_t at_ms)
{
	struct touch t = {.key = key, .count = 99, .gap_ms = 99};

	counters_touch(c, at_ms, &t, 1);
	return t;
}

/* Events of a case in order and what each should be told. */
static const struct {
	const char *name;
	struct step {
		uint64_t key;
		int64_t at_ms;
		uint32_t count;
		int64_t gap_ms;
	} steps[STEPS_MAX];
} cases[] = {
    {"first", {{1, IN_2017, 1, -1}}},
    {"again", {{1, IN_2017, 1, -1}, {1, IN_2017 + MINUTE, 2, MINUTE},
		  {1, IN_2017 + 3 * MINUTE, 3, 2 * MINUTE}}},
    {"keys apart", {{1, IN_2017, 1, -1}, {2, IN_2017, 1, -1}}},
    {"key zero", {{0, IN_2017, 1, -1}, {0, IN_2017, 2, 0}}},
    {"last moment of a window", {{1, WHOLE(IN_2017), 1, -1},
				    {1, WHOLE(IN_2017) + HOUR - 1, 2, HOUR - 1},
				    {1, WHOLE(IN_2017) + HOUR, 3, 1}}},
    {"the window before the last is forgotten",
	{{1, WHOLE(IN_2017), 1, -1}, {1, WHOLE(IN_2017) + 2 * HOUR, 1, -1},
	    {1, WHOLE(IN_2017) + 3 * HOUR, 2, HOUR}}},
    {"earlier in the same window",
	{{1, IN_2017, 1, -1}, {1, IN_2017 - MINUTE, 2, 0},
	    {1, IN_2017, 3, MINUTE}}},
    {"an earlier window", {{1, IN_2017, 1, -1}, {1, IN_2017 - HOUR, 1, -1},
			      {1, IN_2017, 3, 0}, {1, IN_2017 - HOUR, 2, 0}}},
    {"years apart", {{1, IN_2026, 1, -1}, {1, IN_2017, 1, -1},
			{1, IN_2026 + 5, 2, 5}, {1, IN_2017 + 7, 2, 7}}},
    {"before 1970", {{1, -1, 1, -1}, {1, 0, 2, 1}, {1, -HOUR, 2, 0}}},
    {"ends of time",
	{{1, INT64_MAX, 1, -1}, {1, INT64_MIN, 1, -1}, {1, INT64_MAX, 2, 0}}},
};

static void
counts(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct counters c = table(6);

		for (int j = 0; j < STEPS_MAX && cases[i].steps[j].count; j++) {
			const struct step *s = &cases[i].steps[j];
			struct touch t = touch(&c, s->key, s->at_ms);

			if (t.count != s->count || t.gap_ms != s->gap_ms)
				fail_msg("%s, step %d: %u, %lld", cases[i].name,
				    j, t.count, (long long)t.gap_ms);
		}
		free(c.slots);
	}
}

static void
windows_floor(void **unused)
{
	(void)unused;
	assert_int_equal(counters_window(0), 0);
	assert_int_equal(counters_window(HOUR - 1), 0);
	assert_int_equal(counters_window(HOUR), 1);
	assert_int_equal(counters_window(-1), -1);
	assert_int_equal(counters_window(-HOUR), -1);
	assert_int_equal(counters_window(-HOUR - 1), -2);
	assert_int_equal(counters_into_window(HOUR - 1), HOUR - 1);
	assert_int_equal(counters_into_window(HOUR), 0);
	assert_int_equal(counters_into_window(-1), HOUR - 1);
	assert_int_equal(counters_into_window(-HOUR), 0);
}

/* Keys a multiple of 16 apart share a run, as large as counters.c makes it. */
enum { RUN = 16, RUN_LOG2 = 4 };

/* A full run forgets the key that nobody touched for the longest time. */
static void
forgets_the_oldest(void **unused)
{
	struct counters c = table(RUN_LOG2);

	(void)unused;
	for (uint64_t key = 0; key < RUN; key++)
		touch(&c, key, IN_2017);
	touch(&c, 0, IN_2017);
	assert_int_equal(touch(&c, RUN, IN_2017).count, 1);
	assert_int_equal(touch(&c, 0, IN_2017).count, 3);
	for (uint64_t key = 2; key < RUN; key++)
		assert_int_equal(touch(&c, key, IN_2017).count, 2);
	assert_int_equal(touch(&c, 1, IN_2017).count, 1);
	free(c.slots);
}

/* Ages are told apart while the clock goes through zero. */
static void
the_clock_wraps(void **unused)
{
	struct counters c = table(RUN_LOG2);

	(void)unused;
	c.clock = UINT32_MAX - RUN / 2;
	for (uint64_t key = 0; key < RUN; key++)
		touch(&c, key, IN_2017);
	touch(&c, RUN, IN_2017);
	for (uint64_t key = 1; key <= RUN; key++)
		assert_int_equal(touch(&c, key, IN_2017).count, 2);
	free(c.slots);
}

/* However many keys there are, a touch counts itself. */
static void
overfull(void **unused)
{
	struct counters c = table(4);

	(void)unused;
	for (uint64_t i = 0; i < 100000; i++) {
		struct touch t =
		    touch(&c, i * UINT64_C(0x9e3779b97f4a7c15), IN_2017);

		assert_int_equal(t.count, 1);
		assert_int_equal(t.gap_ms, -1);
	}
	free(c.slots);
}

static void
test_peeking_counts_nothing(void **state)
{
	struct counters c = table(4);
	struct touch t = {.key = 1};

	(void)state;
	for (int i = 0; i < 3; i++) {
		counters_peek(&c, IN_2017, &t, 1);
		assert_int_equal(t.count, 1);
		assert_int_equal(t.gap_ms, -1);
	}
	touch(&c, 1, IN_2017);
	for (int i = 0; i < 3; i++) {
		counters_peek(&c, IN_2017 + MINUTE, &t, 1);
		assert_int_equal(t.count, 2);
		assert_int_equal(t.gap_ms, MINUTE);
	}
	t = touch(&c, 1, IN_2017 + MINUTE);
	assert_int_equal(t.count, 2);
	free(c.slots);
}

/* As a hash is: some begin their run at the same slot. */
static uint64_t
scattered(uint64_t i)
{
	return random_next(&(struct random){i});
}

/* Has a table begin to grow; behind it its memory holds the first slot again
 * and again, as if memory of before had come back. */
static void
grow(struct counters *c, unsigned log2_slots)
{
	const size_t slot = counters_bytes(1) - counters_bytes(0);
	const size_t bytes = counters_bytes(log2_slots);
	char *block = malloc(counters_bytes(log2_slots + 1));

	assert_non_null(block);
	memcpy(block, c->slots, bytes);
	for (size_t i = bytes; i < counters_bytes(log2_slots + 1); i += slot)
		memcpy(block + i, block, slot);
	free(c->slots);
	counters_grow(c, block);
}

/* While a table grows and after it tells what one that had room tells. */
static void
test_growing_keeps_the_counts(void **state)
{
	enum { FROM_LOG2 = 6, TO_LOG2 = 12, KEYS = 1 << (TO_LOG2 - 3) };
	struct counters grows = table(FROM_LOG2), large = table(TO_LOG2 + 2);
	unsigned log2_slots = FROM_LOG2;

	(void)state;
	for (uint64_t i = 0; i < KEYS; i++) {
		/* once its keys, of two windows each, fill a quarter */
		if (!counters_growing(&grows) &&
		    i >= (UINT64_C(1) << log2_slots) / 8 &&
		    log2_slots < TO_LOG2)
			grow(&grows, log2_slots++);
		for (uint64_t back = 0; back <= i; back = 2 * back + 1) {
			int64_t at = IN_2017 + (int64_t)(i % 2) * HOUR;
			uint64_t key = scattered(i - back);
			struct touch a = touch(&grows, key, at);
			struct touch b = touch(&large, key, at);

			assert_int_equal(a.count, b.count);
			assert_int_equal(a.gap_ms, b.gap_ms);
		}
	}
	assert_int_equal(log2_slots, TO_LOG2);
	assert_int_equal(large.lost, 0);
	free(grows.slots);
	free(large.slots);
}

/* Of a run that others have filled by the time its start is added, those stay
 * who were counted last. */
static void
test_where_a_new_run_is_full_the_youngest_stay(void **state)
{
	enum { BOTH = RUN, OLD = 100, YOUNG = 200 };
	struct counters c = table(RUN_LOG2);

	(void)state;
	/* the run of the last start lies where that of the first added will */
	touch(&c, OLD * 2 * RUN + BOTH, IN_2017); /* 0, and then start 16 */
	for (uint64_t i = 0; i < RUN; i++)
		touch(&c, i * 2 * RUN + RUN - 1, IN_2017);
	touch(&c, YOUNG * 2 * RUN + BOTH, IN_2017);
	grow(&c, RUN_LOG2);
	while (counters_growing(&c))
		touch(&c, RUN - 2, IN_2017);
	assert_int_equal(touch(&c, YOUNG * 2 * RUN + BOTH, IN_2017).count, 2);
	for (uint64_t i = 1; i < RUN; i++)
		assert_int_equal(
		    touch(&c, i * 2 * RUN + RUN - 1, IN_2017).count, 2);
	free(c.slots);
}

/* Its last run lies in memory that nobody cleared. */
static void
test_the_last_run_has_room(void **state)
{
	struct counters c = table(RUN_LOG2);

	(void)state;
	touch(&c, 0, IN_2017);
	grow(&c, RUN_LOG2);
	while (counters_growing(&c))
		touch(&c, 0, IN_2017);
	for (uint32_t count = 1; count <= 2; count++)
		for (uint64_t i = 1; i <= RUN; i++)
			assert_int_equal(
			    touch(&c, i * 2 * RUN - 1, IN_2017).count, count);
	assert_int_equal(c.lost, 0);
	free(c.slots);
}

/* What was lost while there was no room says nothing of the larger table. */
static void
test_a_crowded_table_grows(void **state)
{
	struct counters c = table(4);
	uint64_t i = 0;

	(void)state;
	while (c.lost < 100)
		touch(&c, scattered(i++), IN_2017);
	grow(&c, 4);
	while (counters_growing(&c)) /* of one that is there nothing is lost */
		touch(&c, scattered(i - 1), IN_2017);
	assert_int_equal(c.lost, 0);
	for (uint64_t last = i; last < i + 8; last++) {
		assert_int_equal(touch(&c, scattered(last), IN_2017).count, 1);
		assert_int_equal(touch(&c, scattered(last), IN_2017).count, 2);
	}
	free(c.slots);
}

static void
test_only_what_counts_is_lost(void **state)
{
	struct counters c = table(RUN_LOG2);

	(void)state;
	for (uint64_t key = 1; key <= RUN; key++)
		touch(&c, key * RUN, IN_2017);
	touch(&c, 17 * RUN, IN_2017 + 3 * HOUR);
	assert_int_equal(c.lost, 0);
	for (uint64_t key = 18; key <= 34; key++)
		touch(&c, key * RUN, IN_2017 + 3 * HOUR);
	assert_int_equal(c.lost, 2);
	free(c.slots);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_peeking_counts_nothing),
	    cmocka_unit_test(counts),
	    cmocka_unit_test(windows_floor),
	    cmocka_unit_test(forgets_the_oldest),
	    cmocka_unit_test(the_clock_wraps),
	    cmocka_unit_test(overfull),
	    cmocka_unit_test(test_growing_keeps_the_counts),
	    cmocka_unit_test(test_a_crowded_table_grows),
	    cmocka_unit_test(test_where_a_new_run_is_full_the_youngest_stay),
	    cmocka_unit_test(test_the_last_run_has_room),
	    cmocka_unit_test(test_only_what_counts_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
