#include <stdlib.h>

#include "../process/log.h"
#include "store_sqlite_admin.h"

enum { BITE = 64, DAY_MS = ANSWER_LIFE_MS };

/* What chores are told: the time, how many rows at most, a day. */
#define NOW  "?1"
#define MOST "?2"
#define DAY  "?3"

/*
 * The site that keeps things for so many days only and is late the most with
 * the oldest of them, whose time `oldest` finds by s.id; and `since` when
 * things are kept. Rows are taken in the order of an index and their times
 * looked at after that: where nothing is due, a look is at one row a site.
 */
#define DUE(oldest)                                                            \
	"WITH due AS MATERIALIZED (SELECT id, since FROM"                      \
	" (SELECT id, since, (" oldest ") AS first FROM"                       \
	"  (SELECT id, " NOW " - " DAY " * (settings ->> 'retention_days')"    \
	"   AS since FROM site WHERE settings ->> 'retention_days' > 0) AS s)" \
	" WHERE first < since ORDER BY first - since LIMIT 1) "

/* Of a decision, as its index says it: what was decided stays. */
#define HAS_TEXT "(content <> '' OR note <> '')"

static const char *const chores[] = {
    "DELETE FROM answer WHERE created_at <= " NOW " - " DAY
    " AND rowid IN (SELECT rowid FROM answer ORDER BY rowid LIMIT " MOST ")",

    DUE("SELECT received_at FROM comment WHERE site = s.id"
	" ORDER BY id LIMIT 1") "DELETE FROM comment WHERE received_at < "
				"(SELECT since FROM due)"
				" AND rowid IN (SELECT rowid FROM comment"
				"  WHERE site = (SELECT id FROM due) ORDER BY "
				"id LIMIT " MOST ")",

    DUE("SELECT created_at FROM decision WHERE site = s.id AND " HAS_TEXT
	" ORDER BY id LIMIT 1") "UPDATE decision SET content = '', note = ''"
				" WHERE created_at < (SELECT since FROM due)"
				" AND rowid IN (SELECT rowid FROM decision"
				"  WHERE site = (SELECT id FROM due) "
				"AND " HAS_TEXT "  ORDER BY id LIMIT " MOST ")",

    /* where a challenger differed: the newest ten thousand stay */
    "DELETE FROM shadow WHERE rowid <= (SELECT max(rowid) - 10000 FROM shadow)"
    " AND rowid IN (SELECT rowid FROM shadow ORDER BY rowid LIMIT " MOST ")",

    "DELETE FROM list_entry WHERE rowid IN (SELECT rowid FROM list_entry"
    " WHERE expires_at > 0 AND expires_at <= " NOW " LIMIT " MOST ")",

    /* what was decided can be taken back while there is a comment of it */
    "DELETE FROM campaign_rule WHERE until <= " NOW
    " AND NOT EXISTS (SELECT 1 FROM card WHERE card.cluster ="
    "  campaign_rule.cluster)"
    " AND rowid IN (SELECT rowid FROM campaign_rule ORDER BY rowid"
    "  LIMIT " MOST ")",
};

enum { CHORES = sizeof chores / sizeof *chores };

/* Takes a bite: an SQLite code. */
static int
bite(struct store_sqlite *s, const char *chore, int64_t now_ms, bool *more)
{
	struct err ignored;
	sqlite3_stmt *q = sqlite_prepare_once(s, chore, &ignored);
	int code;

	if (q == NULL)
		return sqlite3_errcode(s->link.db);
	sqlite3_bind_int64(q, 1, now_ms);
	sqlite3_bind_int(q, 2, BITE);
	sqlite3_bind_int(q, 3, DAY_MS);
	code = sqlite3_step(q);
	*more |= code == SQLITE_DONE && sqlite3_changes(s->link.db) == BITE;
	sqlite3_finalize(q);
	return code;
}

/* By how much the clock was put forward, or back, since we opened. */
static int64_t
clock_put_by(const struct store_sqlite *s, int64_t now_ms)
{
	return now_ms - clock_boot_ms() - s->clock_ms;
}

/* Puts down, and once in the log, whether the clock jumped; it may come back.
 */
static void
note_jump(struct store_sqlite *s, bool jumped)
{
	if (atomic_exchange(&s->jumped, jumped) == jumped)
		return;
	if (jumped)
		log_line(LOG_WARN, "retention.paused",
		    {"why", "the clock jumped by more than a day"},
		    {"until", "a restart"});
	else
		log_line(LOG_INFO, "retention.goes_on", {0});
}

/*
 * What is deleted is gone, so nothing ages by more than the time that really
 * went by, and when the clock is off by a day, nobody knows which one is right.
 */
int
sqlite_tidy(struct store_sqlite *s, int64_t now_ms, bool *more)
{
	int64_t by_ms = clock_put_by(s, now_ms);
	int code = SQLITE_DONE;

	*more = false;
	note_jump(s, llabs(by_ms) > DAY_MS);
	if (atomic_load(&s->jumped))
		return SQLITE_DONE;
	if (by_ms > 0)
		now_ms -= by_ms;
	for (int i = 0; i < CHORES && code == SQLITE_DONE; i++)
		code = bite(s, chores[i], now_ms, more);
	if (code == SQLITE_DONE)
		code = sqlite_purge_sites(s, now_ms, more);
	return code;
}
