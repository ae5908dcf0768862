/*
 * The SQLite store in a bad world: killed, out of room, damaged, of another
 * version, opened twice. What was acknowledged must be there afterwards.
 */
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "../../service/edge/store/store_lists.h"
#include "../../service/edge/store/store_sqlite.h"
#include "store_fixture.h"

/* ---- kill -9 */

enum { ROUNDS = 24, IN_FLIGHT = 16 };

struct flight {
	struct waited w; /* first */
	struct record record;
	char answer[64];
	struct fixture *f;
	int ledger;
};

static void launch(struct flight *p);

/* Notes what was acknowledged and puts the next one. */
static void
landed(struct store_put *put)
{
	struct flight *p = (struct flight *)put;

	if (put->result != STORE_DONE)
		_exit(3);
	if (write(p->ledger, p->record.id, ULID_BYTES) != ULID_BYTES)
		_exit(4);
	launch(p);
}

static void
launch(struct flight *p)
{
	p->record = record_of(p->f->site);
	snprintf(p->answer, sizeof p->answer, "answer %s", p->record.id);
	p->w.put = (struct store_put){
	    .records = &p->record,
	    .n = 1,
	    .once = {.site = p->f->site, .key = span_of(p->record.id)},
	    .answer = span_of(p->answer),
	    .loop = p->f->loop,
	    .done = landed,
	};
	store_put(p->f->store, &p->w.put);
}

/* The child: puts until it is killed. */
static void
put_for_ever(struct fixture *f, int ledger)
{
	struct flight *flights = calloc(IN_FLIGHT, sizeof *flights);
	int i;

	if (fixture_open(f) != 0)
		_exit(2);
	for (i = 0; i < IN_FLIGHT; i++) {
		flights[i].f = f;
		flights[i].ledger = ledger;
		launch(&flights[i]);
	}
	for (;;)
		loop_turn(f->loop, -1);
}

/* Runs a child and kills it a while after its first acknowledgement. */
static size_t
ledger_of_killed(struct fixture *f, char *ledger, size_t size, int wait_us)
{
	int pipes[2], status;
	size_t n = 0;
	ssize_t got;
	pid_t child;

	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	child = fork();
	if (child == 0)
		put_for_ever(f, pipes[1]);
	close(pipes[1]);
	got = read(pipes[0], ledger, ULID_BYTES);
	assert_int_equal(got, ULID_BYTES);
	for (n = ULID_BYTES; wait_us > 0; wait_us -= 1000) {
		usleep(1000);
		n += (size_t)read(pipes[0], ledger + n, size - n);
	}
	kill(child, SIGKILL);
	while ((got = read(pipes[0], ledger + n, size - n)) > 0)
		n += (size_t)got;
	close(pipes[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	return n / ULID_BYTES;
}

static void
check_acknowledged(struct fixture *f, const char *id)
{
	struct store_once once = {.site = f->site, .key = span_of(id)};
	struct span answer;
	struct record r;
	char is[64];
	struct err e;

	assert_true(has(f, id, &r));
	snprintf(is, sizeof is, "answer %s", id);
	assert_int_equal(
	    store_get_answer(f->reader, &once, &f->arena, &answer, &e), 0);
	assert_true(span_equal(answer, span_of(is)));
}

static void
acknowledged_survives_kill(void **state)
{
	enum { LEDGER_BYTES = 4 << 20 };
	struct fixture *f = *state;
	char *ledger = malloc(LEDGER_BYTES), id[ULID_BYTES + 1] = "";
	size_t i, n, all = 0;
	int round;

	fixture_close(f);
	srandom(1);
	for (round = 0; round < ROUNDS; round++) {
		n = ledger_of_killed(
		    f, ledger, LEDGER_BYTES, (int)(random() % 40000));
		assert_int_equal(fixture_open(f), 0);
		for (i = 0; i < n; i++) {
			memcpy(id, ledger + i * ULID_BYTES, ULID_BYTES);
			check_acknowledged(f, id);
		}
		fixture_close(f);
		all += n;
	}
	print_message("%zu acknowledged, all there\n", all);
	free(ledger);
}

/* ---- no room */

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

	for (tries = 0; tries < 300 && !store_up(f->store); tries++)
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

/* A disk of 20 MiB, seen by this process only; that takes root. */
static int
small_disk_setup(void **state)
{
	struct fixture *f;

	if (fixture_setup(state) != 0)
		return -1;
	f = *state;
	fixture_close(f);
	f->mounted = unshare(CLONE_NEWNS) == 0 &&
		     mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
		     mount("none", f->folder, "tmpfs", 0, "size=20m") == 0;
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

static void
low_water_acknowledges_nothing(void **state)
{
	struct fixture *f = *state;
	char filler[128];
	struct record r;
	struct err e;
	int fd;

	if (!f->mounted)
		skip();
	assert_int_equal(fixture_open(f), 0);
	assert_int_equal(add_site(f->store, "blog.example", &f->site, &e), 0);
	snprintf(filler, sizeof filler, "%s/filler", f->folder);
	fd = open(filler, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(posix_fallocate(fd, 0, 6 << 20), 0);
	close(fd);
	sleep(1); /* the next look at the disk */
	r = record_of(f->site);
	assert_int_equal(put_one(f, &r, &e), STORE_DOWN);
	assert_int_equal(e.code, ERR_DOWN);
	assert_non_null(strstr(e.text, "disk full: less than 16 MiB left"));
	assert_false(store_up(f->store));
	assert_false(has(f, r.id, &r));
	assert_int_equal(unlink(filler), 0);
	comes_back(f);
	r = record_of(f->site);
	assert_int_equal(put_one(f, &r, &e), STORE_DONE);
}

/* ---- refused when opened */

/* Opens the store in another process: the code of its error. */
static int
open_elsewhere(const struct fixture *f)
{
	struct err e = {0};
	pid_t child = fork();
	int status;

	if (child == 0) {
		store_open(f->uri, &e);
		_exit((int)e.code);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
second_process_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(open_elsewhere(f), ERR_BUSY);
	fixture_close(f);
	assert_int_equal(open_elsewhere(f), ERR_NONE);
	assert_int_equal(fixture_open(f), 0);
}

static void
files_are_private(void **state)
{
	static const char *const suffixes[] = {"", "-wal", "-shm", ".lock"};
	struct fixture *f = *state;
	char path[128];
	struct stat st;
	size_t i;

	for (i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		snprintf(path, sizeof path, "%s%s", f->path, suffixes[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
}

static void
run_sql(const char *path, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void
make_newer(const char *path)
{
	run_sql(path, "PRAGMA user_version = 99");
}

static void
make_impossible(const char *path)
{
	run_sql(path, "PRAGMA user_version = -1");
}

static void
make_foreign(const char *path)
{
	run_sql(path, "PRAGMA application_id = 1");
}

/* Writes over the file from `at` on. */
static void
scribble(const char *path, off_t at, size_t n)
{
	char *garbage = malloc(n);
	int fd = open(path, O_WRONLY);

	memset(garbage, 0xa5, n);
	assert_int_equal(pwrite(fd, garbage, n, at), n);
	close(fd);
	free(garbage);
}

static void
damage_head(const char *path)
{
	scribble(path, 0, 100);
}

static void
damage_pages(const char *path)
{
	scribble(path, 8192, 8192);
}

static void
cut_short(const char *path)
{
	assert_int_equal(truncate(path, 8192), 0);
}

static void
spoilt_file_refused(void **state)
{
	static const struct {
		void (*spoil)(const char *path);
		enum err_code code;
		const char *says;
	} cases[] = {
	    {make_newer, ERR_INPUT, "has version 99, this program knows "},
	    {make_impossible, ERR_INPUT, "has version -1"},
	    {make_foreign, ERR_INPUT, "is another program's database"},
	    {damage_head, ERR_DOWN, "restore it from a backup"},
	    {damage_pages, ERR_DOWN, "restore it from a backup"},
	    {cut_short, ERR_DOWN, "restore it from a backup"},
	};
	struct fixture *f = *state;
	struct err e;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		fixture_close(f);
		cases[i].spoil(f->path);
		assert_null(store_open(f->uri, &e));
		assert_int_equal(e.code, cases[i].code);
		assert_non_null(strstr(e.text, cases[i].says));
		assert_non_null(strstr(e.text, f->path));
		/* the lock is given back */
		assert_int_equal(unlink(f->path), 0);
		assert_int_equal(fixture_open(f), 0);
	}
}

static void
bad_uri_refused(void **state)
{
	static const struct {
		const char *uri;
		const char *says;
	} cases[] = {
	    {"mysql:x", "expected sqlite:<path>"},
	    {"sqlite:", "no usable path"},
	    {"sqlite:/nonexistent/folder/x.db", "No such file"},
	};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_null(store_open(cases[i].uri, &e));
		assert_non_null(strstr(e.text, cases[i].says));
	}
}

#define CASE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

/* ---- a commit that fails outside of the writer */

static int
refuse(void *arg)
{
	(void)arg;
	return 1;
}

static int
add_entry(struct fixture *f, struct err *e)
{
	struct list_entry one = {
	    .id = "A",
	    .kind = RULE_IP,
	    .effect = EFFECT_HOLD,
	    .value = span_of("192.0.2.1"),
	    .note = span_of(""),
	    .created_by = span_of("abcdefgh"),
	};
	struct list_change c = {.site = f->site, .puts = &one, .n_puts = 1};

	return store_change_list(f->store, &c, e);
}

/* Nobody writes on that connection again; a new one is opened. */
static void
failed_commit_is_not_tried_again(void **state)
{
	struct fixture *f = *state;
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	struct err first, second;
	int tries = 0;

	pthread_mutex_lock(&s->turn);
	sqlite3_commit_hook(s->link.db, refuse, NULL);
	pthread_mutex_unlock(&s->turn);
	assert_int_equal(add_entry(f, &first), -1);
	assert_false(store_up(f->store));
	assert_int_equal(add_entry(f, &second), -1);
	assert_string_equal(first.text, second.text);
	while (add_entry(f, &first) != 0 && ++tries < 500)
		usleep(10000);
	assert_in_range(tries, 1, 499);
	assert_true(store_up(f->store));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(acknowledged_survives_kill),
	    CASE(full_disk_acknowledges_nothing),
	    cmocka_unit_test_setup_teardown(low_water_acknowledges_nothing,
		small_disk_setup, small_disk_teardown),
	    CASE(second_process_refused),
	    CASE(files_are_private),
	    CASE(spoilt_file_refused),
	    CASE(bad_uri_refused),
	    CASE(failed_commit_is_not_tried_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
