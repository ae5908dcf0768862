/* What a store promises about labels, usage and what a site says of itself. */
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../service/edge/store_feedback.h"
#include "../../service/edge/store_sqlite_schema.h"
#include "store_fixture.h"

static struct label
label_of(int64_t site, enum label_kind kind, uint64_t text)
{
	struct label l = {
	    .site = site,
	    .created_at_ms = 1509844200000,
	    .kind = kind,
	    .provenance = span_of("engine"),
	    .api_key = span_of("abcdefgh"),
	    .fingerprint = {text, {1, 2, UINT64_MAX, 0}},
	};

	secrets_ulid(clock_unix_ms(), l.id);
	return l;
}

static enum store_result
put_feedback(struct fixture *f, const struct label *l, const struct usage *u)
{
	struct waited w = {.put = {.label = l, .usage = u}};

	put_all(f, &w, 1);
	return w.put.result;
}

static void
note_label(void *arg, const struct label *l)
{
	char *out = arg;

	assert_int_equal(l->fingerprint.band[1], 2);
	assert_true(l->fingerprint.band[2] == UINT64_MAX);
	snprintf(out + strlen(out), 128 - strlen(out), "%d/%s/%d ",
	    (int)l->site, l->kind == LABEL_SPAM ? "spam" : "ham",
	    (int)l->fingerprint.text);
}

static void
labels_come_back(void **state)
{
	struct fixture *f = *state;
	char seen[128] = "";
	struct err e;

	for (int i = 1; i <= 3; i++) {
		struct label l = label_of(
		    f->site, i == 2 ? LABEL_HAM : LABEL_SPAM, (uint64_t)i);

		assert_int_equal(put_feedback(f, &l, NULL), STORE_DONE);
	}
	assert_int_equal(store_each_label(f->store,
			     &(struct label_visit){2, note_label, seen}, &e),
	    0);
	assert_string_equal(seen, "1/ham/2 1/spam/3 ");
}

static struct usage
usage_of(int64_t site, const char *month, const char *blog)
{
	struct usage u = {
	    .site = site,
	    .blog = span_of(blog),
	    .of = {1, 2, 3, 4, 5},
	};

	snprintf(u.month, sizeof u.month, "%s", month);
	return u;
}

static void
note_usage(void *arg, const struct usage *u)
{
	char *out = arg;

	snprintf(out + strlen(out), 256 - strlen(out), "%s/%.*s/%d/%d ",
	    u->month, (int)u->blog.n, u->blog.p, (int)u->of[USAGE_CALLS],
	    (int)u->of[USAGE_FALSE_POSITIVES]);
}

static void
usage_adds_up(void **state)
{
	struct fixture *f = *state;
	const struct usage counts[] = {
	    usage_of(f->site, "2026-11", "a.example"),
	    usage_of(f->site, "2026-11", "b.example"),
	    usage_of(f->site, "2026-11", "a.example"),
	    usage_of(f->site, "2026-10", "a.example"),
	    usage_of(f->site, "2025-01", "a.example"),
	};
	char seen[256] = "";
	struct err e;

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		assert_int_equal(put_feedback(f, NULL, &counts[i]), STORE_DONE);
	assert_int_equal(
	    store_each_usage(f->reader, f->site,
		&(struct usage_visit){"2026-01", "2026-11", note_usage, seen},
		&e),
	    0);
	assert_string_equal(seen,
	    "2026-10/a.example/1/5 2026-11/a.example/2/10 "
	    "2026-11/b.example/1/5 ");
	*seen = '\0';
	assert_int_equal(
	    store_each_usage(f->reader, f->site + 1,
		&(struct usage_visit){"2026-01", "2026-11", note_usage, seen},
		&e),
	    0);
	assert_string_equal(seen, "");
}

/* Puts of one group are counted together, those that are not done are not. */
static void
usage_of_a_group(void **state)
{
	struct fixture *f = *state;
	const struct usage a = usage_of(f->site, "2026-11", "a.example"),
			   b = usage_of(f->site, "2026-11", "b.example");
	const struct label nowhere = label_of(999, LABEL_SPAM, 1);
	struct waited w[] = {
	    {.put.usage = &a},
	    {.put.usage = &a},
	    {.put = {.label = &nowhere, .usage = &a}},
	    {.put.usage = &b},
	    {.put.usage = &a},
	};
	char seen[256] = "";
	struct err e;

	put_all(f, w, sizeof w / sizeof *w);
	for (size_t i = 0; i < sizeof w / sizeof *w; i++)
		assert_int_equal(w[i].put.result,
		    w[i].put.label == NULL ? STORE_DONE : STORE_DOWN);
	assert_int_equal(
	    store_each_usage(f->reader, f->site,
		&(struct usage_visit){"2026-11", "2026-11", note_usage, seen},
		&e),
	    0);
	assert_string_equal(
	    seen, "2026-11/a.example/3/15 2026-11/b.example/1/5 ");
}

static void
all_or_nothing(void **state)
{
	struct fixture *f = *state;
	struct label l = label_of(999, LABEL_SPAM, 1); /* no such site */
	struct usage u = usage_of(f->site, "2026-11", "a.example");
	char seen[256] = "";
	struct err e;

	assert_int_equal(put_feedback(f, &l, &u), STORE_DOWN);
	assert_int_equal(
	    store_each_usage(f->reader, f->site,
		&(struct usage_visit){"2026-11", "2026-11", note_usage, seen},
		&e),
	    0);
	assert_string_equal(seen, "");
}

static void
a_record_is_found(void **state)
{
	struct fixture *f = *state;
	struct record by_ann = record_of(f->site), by_bob = by_ann, wanted;
	char id[STORE_ID_BYTES + 1];
	struct err e;

	secrets_ulid(clock_unix_ms(), by_bob.id);
	by_bob.author_name = span_of("Bob");
	assert_int_equal(put_one(f, &by_ann, &e), STORE_DONE);
	assert_int_equal(put_one(f, &by_bob, &e), STORE_DONE);
	wanted = by_ann;
	assert_int_equal(store_find_record(f->reader, &wanted, id, &e), 0);
	assert_string_equal(id, by_ann.id);
	wanted.author_name = span_of("somebody else");
	assert_int_equal(store_find_record(f->reader, &wanted, id, &e), 0);
	assert_string_equal(id, by_bob.id); /* the newest */
	wanted.fingerprint++;
	assert_int_equal(store_find_record(f->reader, &wanted, id, &e), -1);
	assert_int_equal(e.code, ERR_MISSING);
	wanted = by_ann;
	wanted.site++;
	assert_int_equal(store_find_record(f->reader, &wanted, id, &e), -1);
}

enum { SETTINGS_BYTES = 128 };

static void
note_settings(void *arg, const struct store_site *site)
{
	snprintf(arg, SETTINGS_BYTES, "%d %s %.*s", (int)site->id, site->name,
	    (int)site->settings.n, site->settings.p);
}

static void
sites_say_what_they_want(void **state)
{
	struct fixture *f = *state;
	struct store_site site = {
	    .id = f->site,
	    .name = "renamed",
	    .settings = span_of("{\"held\":\"ham\"}"),
	};
	char seen[SETTINGS_BYTES];
	struct err e;

	assert_int_equal(store_each_site(f->store, note_settings, seen, &e), 0);
	assert_string_equal(seen, "1 blog.example {}");
	assert_int_equal(store_set_site(f->store, &site, &e), 0);
	assert_int_equal(store_each_site(f->store, note_settings, seen, &e), 0);
	assert_string_equal(seen, "1 renamed {\"held\":\"ham\"}");
	site.id = 999;
	assert_int_equal(store_set_site(f->store, &site, &e), -1);
	assert_int_equal(e.code, ERR_MISSING);
}

/* A database as the first version left it. */
static void
version_1_is_migrated(void **state)
{
	static const char data[] =
	    "INSERT INTO site VALUES (7, 'old', 1);"
	    "PRAGMA application_id = 1299145810; PRAGMA user_version = 1";
	struct fixture *f = *state;
	char seen[SETTINGS_BYTES];
	struct err e;
	sqlite3 *db;

	fixture_close(f);
	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db, schema_steps[0], NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, data, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(fixture_open(f), 0);
	assert_int_equal(store_each_site(f->store, note_settings, seen, &e), 0);
	assert_string_equal(
	    seen, "7 old {\"held\":\"spam\",\"discard\":false}");
}

#define CASE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    CASE(labels_come_back),
	    CASE(usage_adds_up),
	    CASE(usage_of_a_group),
	    CASE(all_or_nothing),
	    CASE(a_record_is_found),
	    CASE(sites_say_what_they_want),
	    CASE(version_1_is_migrated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
