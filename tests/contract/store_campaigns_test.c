#include <string.h>

#include "../../service/edge/store/store_campaigns.h"
#include "../../service/edge/store/store_sqlite.h"
#include "store_queue_fixture.h"

enum { BATCH = 60, LARGE = 10 * BATCH };

static const char copied[] = "Cheap watches and handbags for every reader of "
			     "this blog, only this week, ask number";

/* Puts so many comments of nearly one text. */
static void
put_copies(struct fixture *f, int n)
{
	static struct record records[BATCH];
	static char contents[BATCH][128];
	struct waited w = {.put = {.records = records}};

	for (int i = 0; i < n; i++) {
		struct record *r = &records[i % BATCH];

		*r = record_of(f->site);
		snprintf(contents[i % BATCH], sizeof contents[0], "%s %d",
		    copied, i);
		r->action = span_of("hold");
		r->content = span_of(contents[i % BATCH]);
		r->author_id = r->content;
		r->received_at_ms = 1000 + i;
		r->verdict = span_of("{}");
		if (i % BATCH + 1 < BATCH && i + 1 < n)
			continue;
		w = (struct waited){.put = {.records = records,
					.n = (uint32_t)(i % BATCH) + 1}};
		put_all(f, &w, 1);
		assert_int_equal(w.put.result, STORE_DONE);
	}
}

/* The only campaign of the sites, once it has so many comments. */
static struct campaign_figures
await_campaign(
    struct fixture *f, struct site_set sites, uint32_t size, int64_t *id)
{
	struct campaign one[2];
	struct campaign_page page = {.sites = sites, .most = 2, .items = one};
	struct campaign_figures figures = {0};
	struct err e;

	for (int i = 0; i < 3000; i++) {
		assert_int_equal(store_find_campaigns(f->reader, &page, &e), 0);
		if (page.n == 1) {
			struct campaign_ref ref = {sites, one[0].id};

			assert_int_equal(
			    store_get_campaign(f->reader, &ref, &figures, &e),
			    0);
			*id = ref.id;
		}
		if (figures.size == size)
			return figures;
		usleep(10000);
	}
	fail_msg("%u of %u are there", figures.size, size);
	return figures;
}

static uint32_t
sum_of(const uint32_t *n, int most)
{
	uint32_t sum = 0;

	for (int i = 0; i < most; i++)
		sum += n[i];
	return sum;
}

static void
copies_are_one_campaign(void **state)
{
	struct fixture *f = *state;
	struct site_set all = {NULL, 0};
	struct queue_hit hits[8];
	struct campaign_members m = {.open_but = -1, .most = 3, .hits = hits};
	struct campaign_figures c;
	struct err e;

	put_copies(f, 7);
	put_five(f);
	await_index(f, 13);
	c = await_campaign(f, all, 7, &m.of.id);
	assert_int_equal(c.authors, 7);
	assert_int_equal(c.by_state[COMMENT_HELD], 7);
	assert_int_equal(c.n_sites, 1);
	assert_int_equal(c.sites[0].id, f->site);
	assert_int_equal(c.last_at_ms - c.first_at_ms, 6);
	assert_int_equal(sum_of(c.spread, CAMPAIGN_SPREAD), 7);
	assert_int_equal(store_find_members(f->reader, &m, &e), 0);
	assert_int_equal(m.n, 3);
	assert_true(hits[0].place.number > hits[2].place.number);
	m.before = hits[2].place.number;
	m.most = 8;
	assert_int_equal(store_find_members(f->reader, &m, &e), 0);
	assert_int_equal(m.n, 4);
	m.before = 0;
	m.open_but = COMMENT_HELD;
	assert_int_equal(store_find_members(f->reader, &m, &e), 0);
	assert_int_equal(m.n, 0);
}

static void
of_other_sites_nothing_is_seen(void **state)
{
	struct fixture *f = *state;
	int64_t own[] = {f->site}, other[] = {f->site + 1};
	struct site_set mine = {own, 1}, theirs = {other, 1}, none = {other, 0};
	const struct site_set unseen[] = {theirs, none};
	struct campaign_figures c;
	struct campaign_ref ref;
	struct err e;

	put_copies(f, 3);
	await_index(f, 3);
	await_campaign(f, mine, 3, &ref.id);
	for (int i = 0; i < 2; i++) {
		struct campaign one;
		struct campaign_page page = {
		    .sites = unseen[i], .most = 1, .items = &one};

		ref.sites = unseen[i];
		assert_int_equal(
		    store_get_campaign(f->reader, &ref, &c, &e), -1);
		assert_int_equal(e.code, ERR_MISSING);
		assert_int_equal(store_find_campaigns(f->reader, &page, &e), 0);
		assert_int_equal(page.n, 0);
	}
}

static void
of_large_ones_all_count(void **state)
{
	struct fixture *f = *state;
	struct campaign_figures c;
	int64_t id;

	put_copies(f, LARGE);
	await_index(f, 100);
	c = await_campaign(f, (struct site_set){NULL, 0}, LARGE, &id);
	assert_int_equal(c.by_state[COMMENT_HELD], LARGE);
	assert_int_equal(c.last_at_ms - c.first_at_ms, LARGE - 1);
	assert_int_equal(c.authors, LARGE);
	assert_int_equal(sum_of(c.spread, CAMPAIGN_SPREAD), LARGE);
	for (int i = 0; i < CAMPAIGN_SPREAD; i++)
		assert_int_equal(c.spread[i], LARGE / CAMPAIGN_SPREAD);
}

/* How many authors, networks and hosts a campaign of so many has. */
static void
assert_parts(struct fixture *f, uint32_t size, uint32_t parts)
{
	struct site_set all = {NULL, 0};
	int64_t id;
	struct campaign_figures c = await_campaign(f, all, size, &id);

	assert_int_equal(c.authors, parts);
	assert_int_equal(c.nets, parts);
	assert_int_equal(c.hosts, parts);
	assert_int_equal(sum_of(c.by_state, COMMENT_STATES), size);
}

/* Three comments by one author, another's, and what is left of them. */
static void
parts_leave_with_their_comments(void **state)
{
	static const char text[] =
	    "Cheap watches and handbags for every "
	    "reader of this blog: https://shop%d.example/";
	struct fixture *f = *state;
	char content[128];

	for (int i = 0; i < 4; i++) {
		struct record r = record_of(f->site);
		struct waited w = {.put = {.records = &r, .n = 1}};

		snprintf(content, sizeof(content), text, i / 3);
		r.content = span_of(content);
		r.author_id = span_of(i < 3 ? "one" : "other");
		r.author_net = span_of(i < 3 ? "192.0.2.0/24" : "198.0.2.0/24");
		r.verdict = span_of("{}");
		put_all(f, &w, 1);
	}
	await_index(f, 4);
	assert_parts(f, 4, 2);
	number_in(f, "DELETE FROM comment WHERE rowid = 1");
	assert_parts(f, 3, 2);
	number_in(f, "UPDATE comment SET state = 'trashed' WHERE rowid = 3");
	assert_parts(f, 3, 2);
	assert_int_equal(number_in(f, "SELECT trashed FROM campaign"), 1);
	number_in(f, "DELETE FROM comment WHERE rowid = 4");
	assert_parts(f, 2, 1);
	number_in(f, "DELETE FROM comment");
	assert_int_equal(number_in(f, "SELECT count(*) FROM campaign_part"), 0);
}

/* The rules that are visited, by their ids' last letters. */
static void
note_rule(void *arg, const struct campaign_rule *r)
{
	char *seen = arg;

	snprintf(seen + strlen(seen), 64 - strlen(seen), "%c%d%s%d ",
	    r->id[STORE_ID_BYTES - 1], (int)r->site, r->by,
	    (int)r->band[FINGERPRINT_BANDS - 1]);
}

static void
assert_rules(struct fixture *f, int64_t now_ms, const char *expected)
{
	char seen[64] = "";
	struct rule_visit visit = {note_rule, seen};
	struct err e;

	assert_int_equal(store_each_rule(f->store, now_ms, &visit, &e), 0);
	assert_string_equal(seen, expected);
}

static void
rules_hold_until_their_end(void **state)
{
	struct fixture *f = *state;
	struct campaign_rule two[] = {
	    {.id = "01ARZ3NDEKTSV4RRFFQ69G5FAV",
		.site = 1,
		.until_ms = 100,
		.by = "a",
		.band = {1, 2, 3, 4}},
	    {.id = "01ARZ3NDEKTSV4RRFFQ69G5FAV",
		.site = 2,
		.until_ms = 100,
		.by = "a",
		.band = {1, 2, 3, 4}},
	};
	struct campaign_rule present = {
	    .id = "01ARZ3NDEKTSV4RRFFQ69G5FAW", .by = "b", .band = {[3] = 9}};
	struct span me = span_of("me");
	char seen[64] = "";
	struct rule_visit visit = {note_rule, seen};
	int64_t id;
	struct err e;

	/* of what has no comments any more, the store forgets them */
	put_copies(f, 2);
	await_index(f, 2);
	await_campaign(f, (struct site_set){NULL, 0}, 2, &id);
	two[0].campaign = two[1].campaign = present.campaign = id;
	assert_int_equal(store_put_rules(f->store, two, 2, me, &e), 0);
	assert_int_equal(store_put_rules(f->store, &present, 1, me, &e), 0);
	assert_rules(f, 99, "V1a4 V2a4 ");
	assert_rules(f, 100, "");
	assert_int_equal(store_each_rule_of(f->reader, id, &visit, &e), 0);
	assert_string_equal(seen, "W0b9 V1a4 V2a4 ");
	/* all or none: the second is there already */
	memcpy(two[0].id, "01ARZ3NDEKTSV4RRFFQ69G5FAX", STORE_ID_BYTES);
	assert_int_equal(store_put_rules(f->store, two, 2, me, &e), -1);
	assert_rules(f, 0, "V1a4 V2a4 ");
	assert_int_equal(store_drop_rules(f->store, &two[1], me, &e), 0);
	assert_rules(f, 0, "");
}

enum { RULES = 200 }; /* more than a bite */

static void
count_rule(void *arg, const struct campaign_rule *r)
{
	assert_true(r->until_ms > RULES);
	++*(int *)arg;
}

/* Those of campaigns without comments, though as many and more hold on. */
static void
rules_end(void **state)
{
	struct fixture *f = *state;
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	static struct campaign_rule all[RULES];
	bool more = true;
	struct rule_visit visit = {count_rule, &(int){0}};
	int64_t now_ms = clock_unix_ms();
	struct err e;

	for (int i = 0; i < RULES; i++)
		all[i] = (struct campaign_rule){.site = f->site,
		    .campaign = 7,
		    .by = "a",
		    .until_ms = i < RULES / 2 ? now_ms + 24 * 3600 * 1000 : i};
	for (int i = 0; i < RULES; i++)
		secrets_ulid((int64_t)i + 1, all[i].id);
	assert_int_equal(
	    store_put_rules(f->store, all, RULES, span_of("me"), &e), 0);
	pthread_mutex_lock(&s->turn);
	while (more)
		assert_int_equal(sqlite_tidy(s, now_ms, &more), SQLITE_DONE);
	pthread_mutex_unlock(&s->turn);
	assert_int_equal(store_each_rule_of(f->reader, 7, &visit, &e), 0);
	assert_int_equal(*(int *)visit.arg, RULES / 2);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(copies_are_one_campaign),
	    CASE(of_other_sites_nothing_is_seen),
	    CASE(of_large_ones_all_count),
	    CASE(parts_leave_with_their_comments),
	    CASE(rules_hold_until_their_end),
	    CASE(rules_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
