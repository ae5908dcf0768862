#include "store_sqlite.h"
#include "store_sqlite_admin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../process/file.h"
#include "../process/log.h"
#include "store_sqlite_account.h"
#include "store_sqlite_audit.h"
#include "store_sqlite_campaigns.h"
#include "store_sqlite_lock.h"
#include "store_sqlite_outbox.h"
#include "store_sqlite_person.h"
#include "store_sqlite_queue.h"
#include "store_sqlite_schema.h"
#include "store_sqlite_verbs.h"

/* A database up to this size is checked as a whole when opened; of a larger
 * one only what we cannot start without. */
static const off_t whole_check_bytes = 256 << 20;

static int
fault(const struct store_sqlite *s, struct err *e, const char *what)
{
	return err_set(
	    e, ERR_DOWN, "store %s: %s: %s", s->path, what, strerror(errno));
}

/* Makes the file when it is not there; its log takes over its mode. */
static int
make_private(const struct store_sqlite *s, struct err *e)
{
	int fd = open(s->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return fault(s, e, "opening it");
	close(fd);
	return 0;
}

/* Refuses the database of another program or of a newer version. */
static int
read_version(struct store_sqlite *s, int64_t *version, struct err *e)
{
	int64_t application, tables;

	if (sqlite_link_number(&s->link, "PRAGMA user_version", version, e) ||
	    sqlite_link_number(
		&s->link, "PRAGMA application_id", &application, e) ||
	    sqlite_link_number(
		&s->link, "SELECT count(*) FROM sqlite_schema", &tables, e))
		return -1;
	if (application != (tables == 0 ? 0 : SCHEMA_APPLICATION))
		return err_set(e, ERR_INPUT,
		    "store %s: is another program's database", s->path);
	if (*version < 0 || *version > SCHEMA_VERSION)
		return err_set(e, ERR_INPUT,
		    "store %s: has version %d, this program knows %d: "
		    "use a newer moderatod",
		    s->path, (int)*version, SCHEMA_VERSION);
	return 0;
}

/* Takes the steps that lead from one version to another, all or nothing. */
static int
take_steps(struct store_sqlite *s, int64_t from, int64_t to, struct err *e)
{
	char version[96];
	struct err ignored;
	bool ok = sqlite_link_run(&s->link, "BEGIN IMMEDIATE", e) == 0;

	snprintf(version, sizeof version,
	    "PRAGMA application_id = %d; PRAGMA user_version = %d",
	    SCHEMA_APPLICATION, (int)to);
	for (; ok && from < to; from++)
		ok = sqlite_link_run(&s->link, schema_steps[from], e) == 0;
	if (ok && sqlite_link_run(&s->link, version, e) == 0 &&
	    sqlite_link_run(&s->link, "COMMIT", e) == 0)
		return 0;
	sqlite_link_run(&s->link, "ROLLBACK", &ignored);
	return -1;
}

/* A new store takes all steps at once; of an old one each may take minutes. */
static int
migrate(struct store_sqlite *s, struct err *e)
{
	struct err ignored;
	int64_t version;

	if (read_version(s, &version, e) != 0)
		return -1;
	if (version == 0)
		return take_steps(s, 0, SCHEMA_VERSION, e);
	for (; version < SCHEMA_VERSION; version++) {
		log_line(LOG_INFO, "store.migrates",
		    {"to", .number = version + 1},
		    {"of", .number = SCHEMA_VERSION});
		if (take_steps(s, version, version + 1, e) != 0)
			return -1;
		/* or the log would grow by all the steps */
		sqlite_link_run(
		    &s->link, "PRAGMA wal_checkpoint(PASSIVE)", &ignored);
	}
	return 0;
}

/* Asks SQLite whether its structures are sound. */
static int
quick_check(struct store_sqlite *s, const char *sql, struct err *e)
{
	char says[SQLITE_SAYS_BYTES];

	if (sqlite_link_check(&s->link, sql, says, e) != 0)
		return -1;
	if (says[0] == '\0')
		return 0;
	return err_set(e, ERR_DOWN,
	    "store %s: damaged (%s): "
	    "restore it from a backup: moderatod restore FILE",
	    s->path, says);
}

static int
check_sound(struct store_sqlite *s, struct err *e)
{
	struct stat st;

	if (stat(s->path, &st) != 0)
		return fault(s, e, "asking for its size");
	if (st.st_size <= whole_check_bytes)
		return quick_check(s, "PRAGMA quick_check(1)", e);
	if (quick_check(s, "PRAGMA quick_check(site)", e) != 0)
		return -1;
	return quick_check(s, "PRAGMA quick_check(api_key)", e);
}

/*
 * Not all that the log and the database hold need be on the disk: pages whose
 * sync failed once count as written, and nobody syncs them again. All that is
 * in the log is written anew, also what was moved beside a reader, which SQLite
 * leaves to the next sync; and what is acknowledged from now on follows nothing
 * that may be missing after a power cut. A full disk only puts that off, and so
 * does who reads, unless there was a fault: then we wait for them.
 */
static int
begin_log(struct store_sqlite *s, struct err *e)
{
	int code;

	if (sqlite_link_move_anew(&s->link, e) != 0)
		return -1;
	code = sqlite3_wal_checkpoint_v2(
	    s->link.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	if (code == SQLITE_OK || (code & 0xff) == SQLITE_FULL ||
	    ((code & 0xff) == SQLITE_BUSY && !s->broken))
		return 0;
	return sqlite_link_fault(&s->link, e);
}

int
sqlite_store_connect(struct store_sqlite *s, struct err *e)
{
	if (sqlite_link_open(&s->link, s->path, SQLITE_WRITES, e) != 0)
		return -1;
	if (check_sound(s, e) == 0 && migrate(s, e) == 0 &&
	    sqlite_writer_prepare(s, e) == 0 && begin_log(s, e) == 0 &&
	    sqlite_link_note_log(&s->link, e) == 0)
		return 0;
	sqlite_link_close(&s->link);
	return -1;
}

static int
start_clock(struct store_sqlite *s, struct err *e)
{
	int64_t newest_ms;

	if (sqlite_link_number(&s->link,
		"SELECT ifnull((SELECT received_at FROM comment"
		" ORDER BY rowid DESC LIMIT 1), 0)",
		&newest_ms, e) != 0)
		return -1;
	store_clock_start(
	    &s->clock, newest_ms, clock_unix_ms(), clock_boot_ms());
	return 0;
}

static bool
sqlite_up(const struct store *s)
{
	return atomic_load(&((const struct store_sqlite *)s)->up);
}

static struct store_look
sqlite_look(const struct store *store)
{
	const struct store_sqlite *s = (const struct store_sqlite *)store;
	char log[sizeof s->path + sizeof "-wal"];

	snprintf(log, sizeof log, "%s-wal", s->path);
	return (struct store_look){
	    .keeps_all = atomic_load(&s->doubts),
	    .database_bytes = file_bytes(s->path),
	    .log_bytes = file_bytes(log),
	    .waiting = atomic_load(&s->in_packs),
	    .waiting_held = atomic_load(&s->held_in_packs),
	};
}

static void
release(struct store_sqlite *s)
{
	sqlite_link_close(&s->link);
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	pthread_mutex_destroy(&s->door);
	pthread_mutex_destroy(&s->turn);
	free(s);
}

static void
sqlite_close(struct store *store)
{
	struct store_sqlite *s = (struct store_sqlite *)store;

	sqlite_writer_stop(s);
	release(s);
}

static const struct store_ops sqlite_ops = {
    .close = sqlite_close,
    .put = sqlite_put,
    .waiting = sqlite_waiting,
    .up = sqlite_up,
    .look = sqlite_look,
    .reader_open = sqlite_reader_open,
    .reader_close = sqlite_reader_close,
    .get = sqlite_get,
    .each_of_engine_id = sqlite_each_of_engine_id,
    .each_label = sqlite_each_label,
    .get_answer = sqlite_get_answer,
    .find_record = sqlite_find_record,
    .each_usage = sqlite_each_usage,
    .find_label = sqlite_find_label,
    .find_decision = sqlite_find_decision,
    .count_approved = sqlite_count_approved,
    .get_decision = sqlite_get_decision,
    .each_of_comment = sqlite_each_of_comment,
    .each_decision = sqlite_each_decision,
    .set_webhook = sqlite_set_webhook,
    .drop_webhook = sqlite_drop_webhook,
    .each_webhook = sqlite_each_webhook,
    .each_delivery = sqlite_each_delivery,
    .next_due = sqlite_next_due,
    .add_ping = sqlite_add_ping,
    .replay_delivery = sqlite_replay_delivery,
    .take_deliveries = sqlite_take_deliveries,
    .note_deliveries = sqlite_note_deliveries,
    .expire_deliveries = sqlite_expire_deliveries,
    .change = sqlite_change,
    .mark = sqlite_mark,
    .each_site = sqlite_each_site,
    .each_key = sqlite_each_key,
    .get_account = sqlite_get_account,
    .each_account = sqlite_each_account,
    .models = &sqlite_model_ops,
    .each_audit = sqlite_each_audit,
    .check_audit = sqlite_check_audit,
    .change_list = sqlite_change_list,
    .each_list_entry = sqlite_each_list_entry,
    .find_campaigns = sqlite_find_campaigns,
    .get_campaign = sqlite_get_campaign,
    .find_members = sqlite_find_members,
    .put_rules = sqlite_put_rules,
    .drop_rules = sqlite_drop_rules,
    .each_rule = sqlite_each_rule,
    .each_rule_of = sqlite_each_rule_of,
    .try_rule = sqlite_try_rule,
    .describe_by = sqlite_describe_by,
    .find_page = sqlite_find_page,
    .get_number = sqlite_get_number,
    .get_aside = sqlite_get_aside,
    .each_of_batch = sqlite_each_of_batch,
    .each_tally = sqlite_each_tally,
    .get_held = sqlite_get_held,
    .get_delays = sqlite_get_delays,
    .count_reasons = sqlite_count_reasons,
    .get_author = sqlite_get_author,
    .count_facet = sqlite_count_facet,
    .add_note = sqlite_add_note,
    .each_note = sqlite_each_note,
    .person = &sqlite_person_ops,
    .add_report = sqlite_add_report,
    .each_report = sqlite_each_report,
};

bool
store_sqlite_exists(const char *path)
{
	return file_bytes(path) > 0;
}

struct store *
store_sqlite_open(const char *path, struct err *e)
{
	struct store_sqlite *s = calloc(1, sizeof *s);

	if (s == NULL) {
		err_set(e, ERR_DOWN, "store: out of memory");
		return NULL;
	}
	/* what nobody asks for costs each allocation a lock that all share;
	 * with a connection open already this does nothing */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	s->store.ops = &sqlite_ops;
	s->lock_fd = -1;
	pthread_mutex_init(&s->door, NULL);
	pthread_mutex_init(&s->turn, NULL);
	if (*path == '\0' || strlen(path) >= sizeof s->path) {
		err_set(
		    e, ERR_INPUT, "store sqlite:%.100s: no usable path", path);
		goto failed;
	}
	memcpy(s->path, path, strlen(path) + 1);
	sqlite_room_init(&s->room, s->path);
	s->lock_fd = sqlite_lock(s->path, e);
	if (s->lock_fd >= 0 && make_private(s, e) == 0 &&
	    sqlite_store_connect(s, e) == 0 && start_clock(s, e) == 0 &&
	    sqlite_writer_start(s, e) == 0)
		return &s->store;
failed:
	release(s);
	return NULL;
}
