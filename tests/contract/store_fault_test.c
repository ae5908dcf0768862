/*
 * The SQLite store in a bad world: killed, damaged, of another version, opened
 * twice. What was acknowledged must be there afterwards.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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
	while (add_entry(f, &second) != 0 && ++tries < 6000) {
		assert_string_equal(first.text, second.text);
		usleep(10000);
	}
	/* the hook was the old one's */
	assert_in_range(tries, 0, 5999);
	assert_true(store_up(f->store));
}

/* ---- damaged while it is used */

/* Where the pages of a table nobody reads begin. */
static off_t
find_root(struct fixture *f)
{
	int64_t page = 0;
	struct err e;

	assert_int_equal(
	    sqlite_link_number(&((struct store_sqlite *)f->store)->link,
		"SELECT rootpage FROM sqlite_schema WHERE name = 'webhook'",
		&page, &e),
	    0);
	return (off_t)(page - 1) * 4096;
}

/* After a fault the database is checked before anybody writes again; what is
 * damaged is read only, however long. */
static void
damaged_is_read_only(void **state)
{
	struct fixture *f = *state;
	struct store_sqlite *s = (struct store_sqlite *)f->store;
	struct record r = record_of(f->site), next = record_of(f->site);
	struct err e;
	off_t root;

	assert_int_equal(put_one(f, &r, &e), STORE_DONE);
	pthread_mutex_lock(&s->turn);
	root = find_root(f);
	sqlite3_wal_checkpoint_v2(
	    s->link.db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	sqlite3_commit_hook(s->link.db, refuse, NULL);
	scribble(f->path, root, 4096);
	pthread_mutex_unlock(&s->turn);
	assert_int_equal(put_one(f, &next, &e), STORE_DOWN);
	for (int i = 0; i < 3; i++) {
		pthread_mutex_lock(&s->turn);
		s->retry_at_ms = 0;
		pthread_mutex_unlock(&s->turn);
		assert_int_equal(put_one(f, &next, &e), STORE_DOWN);
	}
	assert_non_null(strstr(e.text, "moderatod restore FILE"));
	assert_false(store_up(f->store));
	assert_true(has(f, r.id, &r));
	assert_false(has(f, next.id, &r));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(acknowledged_survives_kill),
	    CASE(second_process_refused),
	    CASE(files_are_private),
	    CASE(spoilt_file_refused),
	    CASE(bad_uri_refused),
	    CASE(failed_commit_is_not_tried_again),
	    CASE(damaged_is_read_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
