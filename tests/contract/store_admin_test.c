#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "../../service/edge/store/store_audit.h"
#include "../../service/edge/store/store_figures.h"
#include "../../service/edge/store/store_sqlite.h"
#include "../../service/edge/store/store_sqlite_outbox.h"
#include "../../service/edge/store/store_usage.h"
#include "store_fixture.h"
#include "store_steps.h"

enum { SEEN_BYTES = 1024 };

static void
note_site(void *arg, const struct store_site *site)
{
	snprintf((char *)arg + strlen(arg), 128, "%d=%s %.*s r%d ",
	    (int)site->id, site->name, (int)site->settings.n, site->settings.p,
	    (int)site->revision);
}

static void
note_key(void *arg, const struct store_key *k)
{
	snprintf((char *)arg + strlen(arg), 128, "%s/%d/%u/%d/%d/%s/%d ", k->id,
	    (int)k->site, k->scopes, (int)k->revoked_at_ms,
	    (int)k->expires_at_ms, k->label, k->hash[31]);
}

static const char *
sites_of(struct fixture *f)
{
	static char seen[SEEN_BYTES];
	struct err e;

	*seen = '\0';
	assert_int_equal(store_each_site(f->reader, note_site, seen, &e), 0);
	return seen;
}

static const char *
keys_of(struct fixture *f)
{
	static char seen[SEEN_BYTES];
	struct err e;

	*seen = '\0';
	assert_int_equal(store_each_key(f->reader, note_key, seen, &e), 0);
	return seen;
}

static enum err_code
change(struct fixture *f, struct store_change *c, uint32_t n)
{
	struct err e = {0};

	return store_change(f->store, c, n, &e) == 0 ? ERR_NONE : e.code;
}

static struct store_change
key_change(struct fixture *f, const char *id, unsigned char hash)
{
	struct store_change c = {
	    .kind = CHANGE_ADD_KEY,
	    .key = {.hash = {[31] = hash},
		.site = f->site,
		.scopes = SCOPE_CHECK | SCOPE_ADMIN,
		.created_at_ms = 5,
		.label = "first"},
	};

	snprintf(c.key.id, sizeof(c.key.id), "%s", id);
	return c;
}

static void
sites_are_made_and_changed(void **state)
{
	struct fixture *f = *state;
	struct store_change c = {
	    .kind = CHANGE_SET_SITE,
	    .site = {.id = f->site,
		.name = "renamed",
		.settings = span_of("{\"held\":\"ham\"}")},
	};
	int64_t site;
	struct err e;

	assert_int_equal(add_site(f->store, "blog.example", &site, &e), -1);
	assert_int_equal(e.code, ERR_TAKEN);
	assert_int_equal(change(f, &c, 1), ERR_NONE);
	assert_string_equal(sites_of(f), "1=renamed {\"held\":\"ham\"} r1 ");
	/* of a revision that is no more */
	assert_int_equal(change(f, &c, 1), ERR_TAKEN);
	c.site.id = 999;
	c.site.revision = 1;
	assert_int_equal(change(f, &c, 1), ERR_TAKEN);
	assert_string_equal(sites_of(f), "1=renamed {\"held\":\"ham\"} r1 ");
}

static void
keys_come_and_go(void **state)
{
	struct fixture *f = *state;
	struct store_change c = key_change(f, "abcdefgh", 9);
	struct store_change same = key_change(f, "another", 9);
	struct store_change nosite = key_change(f, "nosite", 8);

	assert_int_equal(change(f, &c, 1), ERR_NONE);
	assert_int_equal(change(f, &c, 1), ERR_TAKEN);
	assert_int_equal(change(f, &same, 1), ERR_TAKEN); /* its value is */
	nosite.key.site = 999;
	assert_int_equal(change(f, &nosite, 1), ERR_MISSING);
	c.kind = CHANGE_END_KEY;
	c.key.expires_at_ms = 7;
	assert_int_equal(change(f, &c, 1), ERR_NONE);
	assert_int_equal(change(f, &c, 1), ERR_TAKEN);
	/* it has ended, so its value is free */
	same.key.created_at_ms = 8;
	assert_int_equal(change(f, &same, 1), ERR_NONE);
	c.kind = CHANGE_REVOKE_KEY;
	c.key.revoked_at_ms = 77;
	assert_int_equal(change(f, &c, 1), ERR_NONE);
	assert_int_equal(change(f, &c, 1), ERR_MISSING);
	assert_string_equal(
	    keys_of(f), "abcdefgh/1/9/77/7/first/9 another/1/9/0/0/first/9 ");
}

static void
changes_are_all_or_nothing(void **state)
{
	struct fixture *f = *state;
	struct store_change both[] = {
	    {.kind = CHANGE_ADD_SITE, .site = {.name = "new"}},
	    key_change(f, "ofnewone", 3),
	};
	struct store_change late[] = {
	    key_change(f, "itfails", 4),
	    {.kind = CHANGE_REVOKE_KEY, .key = {.id = "nosuch"}},
	};

	both[1].key.site = 0; /* of the site before it */
	assert_int_equal(change(f, both, 2), ERR_NONE);
	assert_int_equal(change(f, late, 2), ERR_MISSING);
	assert_string_equal(keys_of(f), "ofnewone/2/9/0/0/first/3 ");
}

/* A change with a put, next to one of a group that goes its own way. */
static void
a_put_takes_changes(void **state)
{
	struct fixture *f = *state;
	struct store_change c = key_change(f, "withput", 5);
	struct waited good = {.put = {.changes = &c, .n_changes = 1}};
	struct waited bad = {.put = {.changes = &c, .n_changes = 1}};

	put_all(f, &good, 1);
	assert_int_equal(good.put.result, STORE_DONE);
	put_all(f, &bad, 1);
	assert_int_equal(bad.put.result, STORE_REFUSED);
	assert_int_equal(bad.put.err.code, ERR_TAKEN);
	assert_true(store_up(f->store));
	assert_string_equal(keys_of(f), "withput/1/9/0/0/first/5 ");
}

static int64_t
count(struct fixture *f, const char *sql)
{
	sqlite3_stmt *q;
	sqlite3 *db;
	int64_t n;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	n = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(db);
	return n;
}

static void
await_comments(struct fixture *f, int64_t n)
{
	for (int i = 0; i < 200 && count(f, "SELECT count(*) FROM comment") > n;
	     i++)
		usleep(100 * 1000);
	assert_int_equal(count(f, "SELECT count(*) FROM comment"), n);
}

static void
await_none_logged(struct fixture *f)
{
	for (int i = 0; i < 100 && store_look(f->store).log_bytes > 0; i++)
		usleep(100 * 1000);
	assert_int_equal(store_look(f->store).log_bytes, 0);
}

/* More comments than a bite, a key, and counts, and all that the log has of
 * them; the other site stays. */
static void
a_site_goes_with_all_it_has(void **state)
{
	struct fixture *f = *state;
	struct store_change c = key_change(f, "ofother", 6);
	struct store_change drop = {.kind = CHANGE_DROP_SITE};
	int64_t other, again;
	struct record r;
	struct err e;

	assert_int_equal(add_site(f->store, "other", &other, &e), 0);
	c.key.site = other;
	assert_int_equal(change(f, &c, 1), ERR_NONE);
	for (int i = 0; i < 300; i++) {
		r = record_of(other);
		assert_int_equal(put_one(f, &r, &e), STORE_DONE);
	}
	r = record_of(f->site);
	assert_int_equal(put_one(f, &r, &e), STORE_DONE);
	drop.site.id = other;
	drop.site.created_at_ms = clock_unix_ms();
	assert_int_equal(change(f, &drop, 1), ERR_NONE);
	assert_int_equal(change(f, &drop, 1), ERR_MISSING);
	assert_string_equal(sites_of(f), "1=blog.example " KEEPS_ALL " r0 ");
	/* its name is free, its id is not */
	assert_int_equal(add_site(f->store, "other", &again, &e), 0);
	assert_int_equal(again, other + 1);
	await_comments(f, 1);
	assert_int_equal(count(f, "SELECT count(*) FROM api_key"), 0);
	await_none_logged(f);
	assert_true(store_up(f->store));
}

static void
drop_site(struct fixture *f, int64_t site)
{
	struct store_change drop = {.kind = CHANGE_DROP_SITE,
	    .site = {.id = site, .created_at_ms = clock_unix_ms()}};

	assert_int_equal(change(f, &drop, 1), ERR_NONE);
}

/* The first is looked at for a minute more: what is late for it goes, too. */
static void
sites_go_one_beside_the_other(void **state)
{
	static const char *const names[] = {"one", "two", "three"};
	struct fixture *f = *state;
	int64_t sites[3];
	struct record r;
	struct err e;

	for (int i = 0; i < 3; i++) {
		assert_int_equal(
		    add_site(f->store, names[i], &sites[i], &e), 0);
		r = record_of(sites[i]);
		assert_int_equal(put_one(f, &r, &e), STORE_DONE);
		drop_site(f, sites[i]);
	}
	await_comments(f, 0);
	for (int i = 2; i >= 0; i--) {
		r = record_of(sites[i]);
		assert_int_equal(put_one(f, &r, &e), STORE_DONE);
	}
	await_comments(f, 0);
}

static bool
take_first(void *arg, const struct audit_entry *entry)
{
	*(int64_t *)arg = entry->number;
	return false;
}

/* However far back: what is newer is not gone through. */
static void
a_page_of_the_audit_log_begins_where_it_is(void **state)
{
	struct fixture *f = *state;
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	sqlite3 *db = sqlite_reader_link(f->reader)->db;
	int64_t steps[2] = {0}, number = 0;
	struct audit_visit visit = {.each = take_first, .arg = &number};
	struct err e;

	pthread_mutex_lock(&s->turn);
	assert_int_equal(
	    sqlite_link_run(&s->link,
		"INSERT INTO audit WITH RECURSIVE n(i) AS (SELECT 1000 UNION"
		" ALL SELECT i + 1 FROM n LIMIT 20000) SELECT i, i, 1, 'x',"
		" 'x', 'x', '', '', x'00' FROM n",
		&e),
	    0);
	pthread_mutex_unlock(&s->turn);
	for (int i = 0; i < 4; i++) {
		visit.before = i % 2 == 0 ? 0 : 1002;
		visit.site = i / 2;
		watch_steps(db, &steps[i % 2]);
		assert_int_equal(store_each_audit(f->reader, &visit, &e), 0);
		assert_int_equal(number, i % 2 == 0 ? 20999 : 1001);
	}
	watch_steps(db, NULL);
	assert_in_range(steps[1], 0, steps[0] + 10);
}

#define CASE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(sites_are_made_and_changed),
	    CASE(keys_come_and_go),
	    CASE(changes_are_all_or_nothing),
	    CASE(a_put_takes_changes),
	    CASE(a_site_goes_with_all_it_has),
	    CASE(sites_go_one_beside_the_other),
	    CASE(a_page_of_the_audit_log_begins_where_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
