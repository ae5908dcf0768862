/* Sites and keys in memory, read anew while others ask. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../service/edge/known/credential.h"
#include "../../service/edge/known/directory.h"
#include "store_fixture.h"

static void
change(struct fixture *f, struct store_change c)
{
	struct err e = {0};

	assert_int_equal(store_change(f->store, &c, 1, &e), 0);
}

/* A key of the fixture's site, of that value. */
static struct store_change
key_of(struct fixture *f, const char *value, int64_t expires_at_ms)
{
	struct store_change c = {.kind = CHANGE_ADD_KEY};
	char told[CREDENTIAL_BYTES_MAX + 1];

	credential_make(
	    &(struct credential_order){
		.site = f->site,
		.scopes = SCOPE_CHECK | SCOPE_ADMIN,
		.label = "",
		.value = value,
		.expires_at_ms = expires_at_ms,
	    },
	    &c.key, told);
	return c;
}

static enum err_code
find(struct directory *d, const char *key, unsigned scopes, struct caller *out)
{
	struct err e = {0};

	return directory_find(d, span_of(key), scopes, out, &e) == 0 ? ERR_NONE
								     : e.code;
}

static void
who_calls(void **state)
{
	struct fixture *f = *state;
	struct directory *d;
	struct caller c;
	struct err e;

	change(f, key_of(f, "a-key-that-is", 0));
	change(f, key_of(f, "a-key-that-was", clock_unix_ms() - 1));
	d = directory_open(f->reader, &e);
	assert_non_null(d);
	assert_int_equal(find(d, "a-key-that-is", SCOPE_CHECK, &c), ERR_NONE);
	assert_int_equal(c.site, f->site);
	assert_int_equal(c.scopes, SCOPE_CHECK | SCOPE_ADMIN);
	assert_int_equal(strlen(c.key), 8);
	assert_true(c.settings.held_is_spam);
	assert_int_equal(
	    find(d, "a-key-that-is", SCOPE_OPERATOR, &c), ERR_SCOPE);
	assert_int_equal(find(d, "a-key-that-was", SCOPE_CHECK, &c), ERR_AUTH);
	assert_int_equal(find(d, "", SCOPE_CHECK, &c), ERR_AUTH);
	directory_close(d);
}

/* Whether a key was looked up before its end; not found after it in any case.
 */
static bool
found_in_time(struct fixture *f, const char *key, int64_t life_ms)
{
	int64_t end_ms = clock_unix_ms() + life_ms;
	struct directory *d;
	enum err_code found;
	struct caller c;
	struct err e;
	bool in_time;

	change(f, key_of(f, key, end_ms));
	d = directory_open(f->reader, &e);
	assert_non_null(d);
	found = find(d, key, SCOPE_CHECK, &c);
	in_time = clock_unix_ms() < end_ms;
	if (in_time)
		assert_int_equal(found, ERR_NONE);
	while (clock_unix_ms() <= end_ms)
		usleep(10000);
	assert_int_equal(find(d, key, SCOPE_CHECK, &c), ERR_AUTH);
	directory_close(d);
	return in_time;
}

static void
a_key_comes_to_an_end(void **state)
{
	struct fixture *f = *state;

	assert_true(found_in_time(f, "a-key-for-a-moment", 300) ||
		    found_in_time(f, "a-key-for-seconds", 5000) ||
		    found_in_time(f, "a-key-for-a-minute", 60000));
}

static void
which_site(void **state)
{
	struct fixture *f = *state;
	struct directory *d;
	struct site site;
	int64_t other;
	struct err e;

	assert_int_equal(add_site(f->store, "other", &other, &e), 0);
	d = directory_open(f->reader, &e);
	assert_int_equal(directory_site(d, other, &site, &e), 0);
	assert_string_equal(site.name, "other");
	assert_int_equal(
	    directory_site_named(d, span_of("blog.example"), &site, &e), 0);
	assert_int_equal(site.id, f->site);
	assert_int_equal(directory_site_after(d, 0, &site, &e), 0);
	assert_int_equal(site.id, f->site);
	assert_int_equal(directory_site_after(d, site.id, &site, &e), 0);
	assert_int_equal(site.id, other);
	assert_int_equal(directory_site_after(d, other, &site, &e), -1);
	assert_int_equal(e.code, ERR_MISSING);
	/* what the store has now is seen only when it is read again */
	change(f, (struct store_change){
		      .kind = CHANGE_DROP_SITE,
		      .site = {.id = other, .created_at_ms = 1},
		  });
	assert_int_equal(directory_site(d, other, &site, &e), 0);
	assert_int_equal(directory_reload(d, f->reader, &e), 0);
	assert_int_equal(directory_site(d, other, &site, &e), -1);
	assert_int_equal(
	    directory_site_named(d, span_of("other"), &site, &e), -1);
	directory_close(d);
}

/* A setting that nobody can read: all stays as it was. */
static void
a_bad_setting_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct store_change c = {
	    .kind = CHANGE_SET_SITE,
	    .site = {.id = f->site,
		.name = "renamed",
		.settings = span_of("{\"held\":\"perhaps\"}")},
	};
	struct directory *d;
	struct site site;
	struct err e;

	d = directory_open(f->reader, &e);
	change(f, c);
	assert_int_equal(directory_reload(d, f->reader, &e), -1);
	assert_non_null(strstr(e.text, "/held"));
	assert_int_equal(directory_site(d, f->site, &site, &e), 0);
	assert_string_equal(site.name, "blog.example");
	directory_close(d);
	assert_null(directory_open(f->reader, &e));
}

struct asker {
	struct directory *directory;
	atomic_bool stop;
	atomic_ulong found;
	uint64_t missed;
};

static void *
ask_on(void *arg)
{
	struct asker *a = arg;
	struct caller c;

	while (!a->stop) {
		if (find(a->directory, "always-there", SCOPE_CHECK, &c) ==
		    ERR_NONE)
			a->found++;
		else
			a->missed++;
	}
	return NULL;
}

static void
none_misses_a_key_meanwhile(void **state)
{
	enum { ROUNDS = 200 };
	struct fixture *f = *state;
	struct asker a = {0};
	pthread_t thread;
	struct err e;

	change(f, key_of(f, "always-there", 0));
	a.directory = directory_open(f->reader, &e);
	assert_int_equal(pthread_create(&thread, NULL, ask_on, &a), 0);
	/* the other thread may begin late */
	for (int i = 0; i < ROUNDS || a.found == 0; i++)
		assert_int_equal(
		    directory_reload(a.directory, f->reader, &e), 0);
	a.stop = true;
	pthread_join(thread, NULL);
	assert_true(a.found > 0);
	assert_int_equal(a.missed, 0);
	directory_close(a.directory);
}

#define CASE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(who_calls),
	    CASE(a_key_comes_to_an_end),
	    CASE(which_site),
	    CASE(a_bad_setting_changes_nothing),
	    CASE(none_misses_a_key_meanwhile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
