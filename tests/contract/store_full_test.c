/*
 * The SQLite store without room: nothing is acknowledged that is not on disk,
 * it comes back by itself, and the reserve lets room be made.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#include <cmocka.h>

#include "../../service/edge/store/store_sqlite.h"
#include "store_fixture.h"

static void
limit_file_size(rlim_t bytes)
{
	struct rlimit limit;

	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Once there is room again, by itself: nothing is put meanwhile. */
static void
comes_back(const struct fixture *f)
{
	int tries;

	for (tries = 0; tries < 3000 && !store_up(f->store); tries++)
		usleep(20000);
	assert_true(store_up(f->store));
}

static void
full_disk_acknowledges_nothing(void **state)
{
	enum { PUTS = 200, TEXT_BYTES = 20000 };
	struct fixture *f = *state;
	char *text = calloc(1, TEXT_BYTES), done[PUTS];
	char(*ids)[ULID_BYTES + 1] = calloc(PUTS, sizeof *ids);
	struct record r;
	int i, ok = 0;
	struct err e;

	signal(SIGXFSZ, SIG_IGN);
	limit_file_size(1 << 20);
	for (i = 0; i < PUTS; i++) {
		r = record_of(f->site);
		r.content = (struct span){text, TEXT_BYTES};
		memcpy(ids[i], r.id, sizeof r.id);
		done[i] = put_one(f, &r, &e) == STORE_DONE;
		ok += done[i];
		if (!done[i]) {
			assert_int_equal(e.code, ERR_DOWN);
			assert_false(store_up(f->store));
		}
	}
	limit_file_size(RLIM_INFINITY);
	assert_in_range(ok, 1, PUTS - 1);
	for (i = 0; i < PUTS; i++)
		assert_int_equal(has(f, ids[i], &r), done[i]);

	comes_back(f);
	r = record_of(f->site);
	assert_int_equal(put_one(f, &r, &e), STORE_DONE);
	fixture_close(f);
	assert_int_equal(fixture_open(f), 0);
	assert_true(has(f, r.id, &r));
	free(text);
	free(ids);
}

/* A disk of 40 MiB, seen by this process only; that takes root. */
static int
small_disk_setup(void **state)
{
	struct fixture *f;

	if (fixture_setup(state) != 0)
		return -1;
	f = *state;
	fixture_close(f);
	f->mounted =
	    unshare(CLONE_NEWNS) == 0 &&
	    mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("none", f->folder, "tmpfs", 0, "size=40m") == 0;
	return 0;
}

static int
small_disk_teardown(void **state)
{
	struct fixture *f = *state;

	fixture_close(f);
	if (f->mounted)
		umount(f->folder);
	return fixture_teardown(state);
}

/* A file that leaves so many bytes, and none at 0. */
static void
fill_disk(const struct fixture *f, size_t leave)
{
	char filler[128];
	struct statvfs disk;
	size_t room;
	int fd, code;

	snprintf(filler, sizeof filler, "%s/filler", f->folder);
	fd = open(filler, O_WRONLY | O_CREAT | O_EXCL, 0600);
	do { /* the store may write between the two calls */
		assert_int_equal(statvfs(f->folder, &disk), 0);
		room = disk.f_bavail * disk.f_frsize - leave;
		code = posix_fallocate(fd, 0, (off_t)room);
	} while (code == ENOSPC);
	assert_int_equal(code, 0);
	close(fd);
}

static void
empty_disk(const struct fixture *f)
{
	char filler[128];

	snprintf(filler, sizeof filler, "%s/filler", f->folder);
	assert_int_equal(unlink(filler), 0);
}

static bool
has_reserve(const struct fixture *f)
{
	char path[128];

	snprintf(path, sizeof path, "%s.reserve", f->path);
	return access(path, F_OK) == 0;
}

static void
small_disk_open(struct fixture *f)
{
	struct record r;
	struct err e;

	if (!f->mounted)
		skip();
	assert_int_equal(fixture_open(f), 0);
	assert_int_equal(add_site(f->store, "blog.example", &f->site, &e), 0);
	r = record_of(f->site);
	assert_int_equal(put_one(f, &r, &e), STORE_DONE);
	assert_true(has_reserve(f));
}

/* What is in the log goes to the database: it has no room left of before. */
static void
drop_log(const struct fixture *f)
{
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	struct err e;

	pthread_mutex_lock(&s->turn);
	sqlite_link_run(&s->link, "PRAGMA wal_checkpoint(TRUNCATE)", &e);
	pthread_mutex_unlock(&s->turn);
}

static void
low_water_acknowledges_nothing(void **state)
{
	struct fixture *f = *state;
	struct record r;
	struct err e;

	small_disk_open(f);
	fill_disk(f, 12 << 20);
	sleep(1); /* the next look at the disk */
	r = record_of(f->site);
	assert_int_equal(put_one(f, &r, &e), STORE_DOWN);
	assert_int_equal(e.code, ERR_DOWN);
	assert_non_null(strstr(e.text, "disk full: less than 16 MiB left"));
	assert_false(store_up(f->store));
	assert_false(has(f, r.id, &r));
	assert_true(has_reserve(f));
	empty_disk(f);
	comes_back(f);
	r = record_of(f->site);
	assert_int_equal(put_one(f, &r, &e), STORE_DONE);
}

/* The reserve lets a site be deleted, and what it had, on a disk without a
 * byte to spare; comments wait until it is there again. */
static void
full_disk_can_be_emptied(void **state)
{
	struct fixture *f = *state;
	struct store_change drop = {.kind = CHANGE_DROP_SITE};
	struct waited w = {.put = {.changes = &drop, .n_changes = 1}};
	struct record r[64], one;
	struct err e;
	int64_t other;
	int tries, i;

	small_disk_open(f);
	assert_int_equal(add_site(f->store, "other.example", &other, &e), 0);
	for (i = 0; i < 64; i++) {
		r[i] = record_of(f->site);
		assert_int_equal(put_one(f, &r[i], &e), STORE_DONE);
	}
	drop_log(f);
	fill_disk(f, 0);
	sleep(1);
	drop.site.id = f->site;
	drop.site.created_at_ms = clock_unix_ms();
	put_all(f, &w, 1);
	assert_int_equal(w.put.result, STORE_DONE);
	for (tries = 0; tries < 3000 && has(f, r[63].id, &one); tries++)
		usleep(20000);
	assert_false(has(f, r[63].id, &one));
	assert_false(has_reserve(f));
	one = record_of(other);
	assert_int_equal(put_one(f, &one, &e), STORE_DOWN);
	assert_non_null(strstr(e.text, "disk full: less than 32 MiB left"));
	empty_disk(f);
	comes_back(f);
	assert_true(has_reserve(f));
	one = record_of(other);
	assert_int_equal(put_one(f, &one, &e), STORE_DONE);
}

#define ON_SMALL_DISK(f)                                                       \
	cmocka_unit_test_setup_teardown(                                       \
	    f, small_disk_setup, small_disk_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(full_disk_acknowledges_nothing,
		fixture_setup, fixture_teardown),
	    ON_SMALL_DISK(low_water_acknowledges_nothing),
	    ON_SMALL_DISK(full_disk_can_be_emptied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
