/* What a store promises about the review queue: pages, and what is deleted. */
#include <sqlite3.h>

#include "../../service/edge/store/store_sqlite.h"
#include "store_queue_fixture.h"

/* The numbers of all pages, one after the other, as digits. */
static void
assert_pages(
    struct fixture *f, const struct queue_query *asked, const char *expected)
{
	struct queue_hit hits[4];
	struct queue_page page = {.hits = hits};
	struct queue_query q = *asked;
	char seen[32] = "";
	struct err e;

	do {
		assert_int_equal(store_find_page(f->reader, &q, &page, &e), 0);
		for (uint32_t i = 0; i < page.n; i++)
			snprintf(seen + strlen(seen), 8, "%d",
			    (int)hits[i].place.number);
		if (page.n > 0)
			q.after = hits[page.n - 1].place;
	} while (page.n == q.most && strlen(seen) < 20);
	assert_string_equal(seen, expected);
}

static void
pages_come_in_order(void **state)
{
	static const char *const orders[QUEUE_ORDERS] = {
	    [QUEUE_NEWEST] = "54321",
	    [QUEUE_OLDEST] = "12345",
	    [QUEUE_RISK] = "54321",
	    [QUEUE_UNCERTAIN] = "32415",
	};
	struct fixture *f = *state;

	put_five(f);
	await_index(f, 6);
	for (int i = 0; i < QUEUE_ORDERS; i++) {
		struct queue_query q = query_of(f->site, (enum queue_order)i);

		assert_pages(f, &q, orders[i]);
		q.most = 1;
		assert_pages(f, &q, orders[i]);
		q.words = span_of("\"the\""); /* the second, third, fifth */
		assert_pages(f, &q,
		    i == QUEUE_OLDEST      ? "235"
		    : i == QUEUE_UNCERTAIN ? "325"
					   : "532");
	}
}

static void
filters_select(void **state)
{
	struct fixture *f = *state;
	uint64_t host = facet_of(span_of("one.example"), &keys);
	uint64_t net = facet_of(span_of("192.0.2.0/24"), &keys);
	struct record like = {.author_id = span_of("u9")};
	uint64_t author = check_record_author(&like, &keys);
	const struct {
		struct queue_query q; /* its filters only */
		const char *expected;
	} cases[] = {
	    {{.host = host}, "1"},
	    {{.host = host, .words = span_of("\"one\"")}, "1"},
	    {{.host = host, .words = span_of("\"third\"")}, ""},
	    {{.net = net}, "54321"},
	    {{.net = net + 1}, ""},
	    {{.author = author}, "54321"},
	    {{.reasons = facet_reason(span_of("links"))}, "54321"},
	    {{.reasons = facet_reason(span_of("text"))}, ""},
	    {{.words = span_of("\"\xd0\xb4\xd0\xb2\xd0\xb0\"")}, "2"},
	    {{.words = span_of("\"naive\"")}, "3"},
	    {{.words = span_of("\"\xe5\x9b\x9b\xe5\x8f\xb7\"*")}, "4"},
	    {{.since_ms = 1509844200000}, "54321"},
	    {{.since_ms = 1509844200001}, ""},
	    {{.until_ms = 1509844200000}, ""},
	    {{.until_ms = 1509844200001}, "54321"},
	};

	put_five(f);
	await_index(f, 6);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct queue_query q = cases[i].q;

		q.site = f->site;
		q.state = COMMENT_HELD;
		q.most = 4;
		q.score_min = q.score_max = NAN;
		assert_pages(f, &q, cases[i].expected);
		q.site++;
		assert_pages(f, &q, "");
	}
}

static void
scores_have_bounds(void **state)
{
	struct fixture *f = *state;
	struct queue_query q = query_of(f->site, QUEUE_NEWEST);

	put_five(f);
	await_index(f, 6);
	q.score_min = .25;
	q.score_max = .75;
	assert_pages(f, &q, "432");
	q.order = QUEUE_RISK;
	assert_pages(f, &q, "432");
	q.state = -1;
	q.score_max = NAN;
	q.score_min = 0;
	assert_pages(f, &q, "543216");
}

/* Held ones are found by time at once, whoever describes them. */
static void
the_queue_waits_for_no_index(void **state)
{
	struct fixture *f = *state;
	struct queue_query q = query_of(f->site, QUEUE_NEWEST);

	put_five(f);
	assert_pages(f, &q, "54321");
}

/* And by rank, also between those that are described. */
static void
ranks_wait_for_no_index(void **state)
{
	struct fixture *f = *state;
	struct queue_query q = query_of(f->site, QUEUE_RISK);

	put_comment(f, "hold", .4, "this one was described", NULL);
	await_index(f, 1);
	store_describe_by(f->store, &(struct store_describer){NULL});
	put_five(f);
	assert_pages(f, &q, "654132");
	q.score_max = .75;
	q.until_ms = 1509844200001;
	assert_pages(f, &q, "54132");
	q.most = 1;
	q.order = QUEUE_UNCERTAIN;
	assert_pages(f, &q, "41352");
	q.reasons = facet_reason(span_of("links"));
	assert_pages(f, &q, "1");
	q.reasons = 0;
	q.site++;
	assert_pages(f, &q, "");
}

static void
too_many_without_a_card_are_told(void **state)
{
	static struct record r[QUEUE_WINDOW];
	struct fixture *f = *state;
	struct waited w = {.put = {.records = r, .n = QUEUE_WINDOW}};
	struct err e;
	struct queue_held held;

	for (uint32_t i = 0; i < QUEUE_WINDOW; i++) {
		r[i] = record_of(f->site);
		r[i].action = span_of("hold");
	}
	put_all(f, &w, 1);
	assert_int_equal(store_get_held(f->reader, f->site, &held, &e), 0);
	assert_false(held.late);
	put_comment(f, "hold", .5, "one too many", NULL);
	assert_int_equal(store_get_held(f->reader, f->site, &held, &e), 0);
	assert_true(held.late);
}

/* Cards of a window, with that text, that others have on another site. */
static void
put_others(struct fixture *f, int64_t site, const char *words)
{
	char sql[512];

	snprintf(sql, sizeof sql,
	    "WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL"
	    " SELECT i + 1 FROM n WHERE i < 100 + %d)"
	    " INSERT INTO card (number, site, state, score, received_at, "
	    "author,"
	    "  net, thread, cluster, reasons, lang)"
	    " SELECT i, %d, 'held', .5, 0, 0, 0, 0, 0, 0, '' FROM n",
	    QUEUE_WINDOW, (int)site);
	number_in(f, sql);
	snprintf(sql, sizeof sql,
	    "INSERT INTO comment_text (rowid, content)"
	    " SELECT number, '%s' FROM card WHERE number >= 100",
	    words);
	number_in(f, sql);
}

static void
others_hide_nothing(void **state)
{
	struct fixture *f = *state;
	struct queue_hit hits[4];
	struct queue_page page = {.hits = hits};
	struct queue_query q = query_of(f->site, QUEUE_RISK);
	struct err e;

	put_five(f);
	await_index(f, 6);
	store_describe_by(f->store, &(struct store_describer){NULL});
	put_others(f, f->site + 1, "the words of others");
	q.words = span_of("\"the\"");
	assert_pages(f, &q, "532");
	q.state = -1;
	assert_pages(f, &q, "532");
	q.words.n = 0;
	assert_pages(f, &q, "543216");
	/* by time a page has its bound, behind which it goes on */
	q.order = QUEUE_NEWEST;
	assert_int_equal(store_find_page(f->reader, &q, &page, &e), 0);
	assert_int_equal(page.n, 0);
	assert_int_equal(page.next.number, 101);
	q.after = page.next;
	assert_pages(f, &q, "654321");
}

/* What fits none of many is not looked for among them all. */
static void
ranks_have_a_bound(void **state)
{
	const struct queue_query cases[] = {
	    {.reasons = facet_reason(span_of("links")), .score_max = NAN},
	    {.lang = span_of("en"), .score_max = NAN},
	    {.since_ms = 1509844200000, .score_max = NAN},
	    {.score_max = .25},
	};
	struct fixture *f = *state;
	struct queue_hit hits[4];
	struct queue_page page = {.hits = hits};
	struct err e;

	put_five(f);
	await_index(f, 6);
	store_describe_by(f->store, &(struct store_describer){NULL});
	put_others(f, f->site, "of the same site");
	number_in(f, "UPDATE card SET cluster = number");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct queue_query q = cases[i];

		q.site = f->site;
		q.state = COMMENT_HELD;
		q.order = QUEUE_UNCERTAIN;
		q.score_min = NAN;
		q.most = 4;
		assert_int_equal(store_find_page(f->reader, &q, &page, &e), 0);
		assert_in_range(page.n, 0, 1); /* the third is at .5 */
		assert_int_not_equal(page.next.number, 0);
		q.after = page.next;
		assert_int_equal(store_find_page(f->reader, &q, &page, &e), 0);
		assert_int_equal(page.next.number, 0);
	}
}

static const char long_text[] =
    "Buy the very best watches at the very lowest price of the whole year, "
    "today only, from the people who know everything about them";
static const char longer_text[] =
    "Buy the very best watches at the very lowest price of the whole year, "
    "today only, from the people who know everything about them!!";

static void
near_duplicates_are_one_cluster(void **state)
{
	struct fixture *f = *state;
	struct queue_query q = query_of(f->site, QUEUE_UNCERTAIN);
	char id[3][STORE_ID_BYTES + 1];

	put_comment(f, "hold", .5, long_text, id[0]);
	put_comment(f, "hold", .4, texts[0], id[1]);
	put_comment(f, "hold", .5, longer_text, id[2]);
	await_index(f, 3);
	assert_int_equal(aside_of(f, id[0]).cluster, 1);
	assert_int_equal(aside_of(f, id[2]).cluster, 1);
	assert_int_equal(aside_of(f, id[0]).like_it, 2);
	assert_int_equal(aside_of(f, id[1]).cluster, 2);
	assert_pages(f, &q, "12");
}

/* Whether the bytes are anywhere in the database or its log. */
static bool
file_has(const struct fixture *f, const char *words)
{
	static const char *const tails[] = {"", "-wal"};
	static char bytes[1 << 22];
	bool found = false;
	char path[128];

	for (int i = 0; i < 2; i++) {
		FILE *file;
		size_t n;

		snprintf(path, sizeof path, "%s%s", f->path, tails[i]);
		file = fopen(path, "rb");
		n = file != NULL ? fread(bytes, 1, sizeof bytes, file) : 0;
		found |= memmem(bytes, n, words, strlen(words)) != NULL;
		if (file != NULL)
			fclose(file);
	}
	return found;
}

static void
what_is_deleted_leaves_the_index(void **state)
{
	struct fixture *f = *state;
	struct queue_query q = query_of(f->site, QUEUE_NEWEST);

	put_comment(f, "hold", .5, "a first one stays for ever here", NULL);
	put_comment(
	    f, "hold", .5, "the Unspeakablename of https://x.example/", NULL);
	await_index(f, 2);
	q.words = span_of("\"unspeakablename\"");
	assert_pages(f, &q, "2");
	number_in(f, "DELETE FROM comment WHERE rowid = 2");
	assert_pages(f, &q, "");
	assert_tallies(f, "state", "held0=1 ");
	/* the next one gets its number, and is found by its own words */
	fixture_close(f);
	assert_int_equal(fixture_open(f), 0);
	put_comment(f, "hold", .5, "something else altogether", NULL);
	await_index(f, 2);
	assert_pages(f, &q, "");
	for (int i = 0; i < 6000; i++) {
		if (number_in(f, "SELECT merged_at FROM card_progress") > 0)
			break;
		usleep(10000);
	}
	assert_int_equal(number_in(f, "SELECT count(*) FROM card_gone"), 0);
	assert_int_equal(number_in(f, "SELECT count(*) FROM card_host"), 0);
	fixture_close(f); /* the log goes into the database */
	assert_true(file_has(f, "first one stays"));
	assert_false(file_has(f, "nspeakablename"));
	assert_int_equal(fixture_open(f), 0);
	q.words = span_of("\"altogether\"");
	assert_pages(f, &q, "2");
}

/* Steps of SQLite's machine, of the writer's kept statements. */
static int64_t
steps(struct fixture *f)
{
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	sqlite3_stmt *q = NULL;
	int64_t n = 0;

	pthread_mutex_lock(&s->turn);
	while ((q = sqlite3_next_stmt(s->link.db, q)) != NULL)
		n += sqlite3_stmt_status(q, SQLITE_STMTSTATUS_VM_STEP, 0);
	pthread_mutex_unlock(&s->turn);
	return n;
}

static void
put_many(struct fixture *f, int n)
{
	static int number;
	char text[64];

	for (int i = 0; i < n; i++) {
		snprintf(text, sizeof text, "%d is the number, %d its square",
		    number, number * number);
		put_comment(f, "publish", .1, text, NULL);
		number++;
	}
}

static void
put_and_index(struct fixture *f, int n)
{
	int64_t there = number_in(f, "SELECT count(*) FROM card") + n;

	put_many(f, n);
	for (int ms = 0; ms < 60000; ms++) {
		if (number_in(f, "SELECT count(*) FROM card") == there)
			return;
		usleep(1000);
	}
	fail_msg("not indexed: they would be %d", (int)there);
}

/* What it takes to put and index few, when there are so many more. */
static int64_t
cost_beside(struct fixture *f, int more)
{
	int64_t before;

	put_and_index(f, more);
	before = steps(f);
	put_and_index(f, 10);
	return steps(f) - before;
}

static void
indexing_does_not_go_through_what_is_there(void **state)
{
	struct fixture *f = *state;
	int64_t few, many;

	put_many(f, 1);
	await_index(f, 1); /* from now on they are indexed */
	few = cost_beside(f, 30);
	many = cost_beside(f, 3000);
	print_message("%d and %d steps\n", (int)few, (int)many);
	assert_true(many < few + few / 2);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(pages_come_in_order),
	    CASE(filters_select),
	    CASE(scores_have_bounds),
	    CASE(the_queue_waits_for_no_index),
	    CASE(ranks_wait_for_no_index),
	    CASE(too_many_without_a_card_are_told),
	    CASE(others_hide_nothing),
	    CASE(ranks_have_a_bound),
	    CASE(near_duplicates_are_one_cluster),
	    CASE(what_is_deleted_leaves_the_index),
	    CASE(indexing_does_not_go_through_what_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
