
#include <stdlib.h>

#include "../process/log.h"
#include "store_retention.h"
#include "store_sqlite_admin.h"
#include "store_sqlite_places.h"

enum {
	BITE = 64,
	SET_MS = 60 * 1000, /* no clock is off by so much that was not set */
};

/* What chores are told: the time, how many rows at most, a day. */
#define NOW  "?1"
#define MOST "?2"
#define DAY  "?3"

#define TEXT_OF(number)  TEXT_OF_(number)
#define TEXT_OF_(number) #number
#define DAYS(name, unless_said)                                                \
	"ifnull(settings ->> '" name "', " TEXT_OF(unless_said) ")"

#define DAMAGED_DAYS 30
#define ALL_DAYS     DAYS("retention_days", RETENTION_ALL_DAYS)
#define SPAM_DAYS    DAYS("retention_spam_days", RETENTION_SPAM_DAYS)
#define TEXT_DAYS    DAYS("retention_text_days", RETENTION_TEXT_DAYS)
#define REQUEST_DAYS DAYS("retention_request_days", RETENTION_REQUEST_DAYS)

/*
 * The site that keeps things for so many days only and is late the most with
 * the oldest of them, whose time `oldest` finds by s.id; and `since` when
 * things are kept. Rows are taken in the order of an index and their times
 * looked at after that: where nothing is due, a look is at one row a site.
 */
#define DUE(days, oldest)                                                      \
	"WITH due AS MATERIALIZED (SELECT id, since FROM"                      \
	" (SELECT id, since, (" oldest ") AS first FROM"                       \
	"  (SELECT id, " NOW " - " DAY " * " days " AS since FROM site"        \
	"   WHERE " days " > 0) AS s)"                                         \
	" WHERE first < since ORDER BY first - since LIMIT 1) "
#define SINCE "(SELECT since FROM due)"
#define SITE  "(SELECT id FROM due)"

/* Comments that became `what`, by when they did. */
#define COMMENTS(days, what)                                                   \
	DUE(days, "SELECT kept_from FROM comment WHERE site = s.id"            \
		  " AND kept = '" what "' ORDER BY kept_from LIMIT 1")         \
	"DELETE FROM comment WHERE kept_from < " SINCE                         \
	" AND rowid IN (SELECT rowid FROM comment WHERE site = " SITE          \
	" AND kept = '" what "' ORDER BY kept_from LIMIT " MOST ")"

/* Of a decision, as its index says it: what was decided stays. */
#define HAS_TEXT "(content <> '' OR note <> '')"
#define DECISIONS(days)                                                        \
	DUE(days, "SELECT created_at FROM decision WHERE site = s.id"          \
		  " AND " HAS_TEXT " ORDER BY id LIMIT 1")                     \
	"UPDATE decision SET content = '', note = '', author_email = ''"       \
	" WHERE created_at < " SINCE                                           \
	" AND rowid IN (SELECT rowid FROM decision WHERE site = " SITE         \
	" AND " HAS_TEXT " ORDER BY id LIMIT " MOST ")"

/* Who asked for a comment to be judged, likewise. */
#define HAS_REQUEST "(author_ip <> '' OR author_net <> '')"

static const char *const chores[] = {
    /* of a clock that was ahead they would never be old */
    "DELETE FROM answer WHERE (created_at <= " NOW " - " DAY
    " OR created_at > " NOW " + " DAY
    ") AND rowid IN (SELECT rowid FROM answer ORDER BY rowid LIMIT " MOST ")",

    DUE(ALL_DAYS,
	"SELECT received_at FROM comment WHERE site = s.id"
	" ORDER BY id LIMIT 1") "DELETE FROM comment WHERE received_at < " SINCE
				" AND rowid IN (SELECT rowid FROM comment "
				"WHERE site = " SITE " ORDER BY id LIMIT " MOST
				")",

    COMMENTS(SPAM_DAYS, "spam"),
    COMMENTS(TEXT_DAYS, "done"),
    DECISIONS(ALL_DAYS),
    DECISIONS(TEXT_DAYS),

    DUE(REQUEST_DAYS, "SELECT received_at FROM comment WHERE site = s.id"
		      " AND " HAS_REQUEST
		      " ORDER BY id LIMIT 1") "UPDATE comment SET author_ip = "
					      "'', author_net = ''"
					      " WHERE received_at < " SINCE
					      " AND rowid IN (SELECT rowid "
					      "FROM comment WHERE site = " SITE
					      " AND " HAS_REQUEST
					      " ORDER BY id LIMIT " MOST ")",

    "DELETE FROM arrival_damaged WHERE since <= " NOW " - " DAY " * " TEXT_OF(
	DAMAGED_DAYS) " AND rowid IN (SELECT rowid"
		      " FROM arrival_damaged ORDER BY rowid LIMIT " MOST ")",

    /* where a challenger differed: the newest ten thousand stay */
    "DELETE FROM shadow WHERE rowid <= (SELECT max(rowid) - 10000 FROM shadow)"
    " AND rowid IN (SELECT rowid FROM shadow ORDER BY rowid LIMIT " MOST ")",

    "DELETE FROM list_entry WHERE rowid IN (SELECT rowid FROM list_entry"
    " WHERE expires_at > 0 AND expires_at <= " NOW " LIMIT " MOST ")",

    /* what was decided can be taken back while there is a comment of it */
    "DELETE FROM campaign_rule WHERE rowid IN (SELECT rowid"
    " FROM campaign_rule AS r WHERE until <= " NOW
    " AND NOT EXISTS (SELECT 1 FROM card WHERE card.cluster = r.cluster)"
    " LIMIT " MOST ")",

    /* The log's old entries, but never its last, from which the chain goes
     * on; where it then begins is written down first. What a clock that was
     * ahead dated goes with what came after it. */
    "INSERT OR REPLACE INTO audit_start SELECT 1, number, chain FROM audit"
    " WHERE number = (SELECT max(number) FROM (SELECT number, at FROM audit"
    "  WHERE number < (SELECT max(number) FROM audit)"
    "  AND number < (SELECT min(number) + 10000 FROM audit)"
    "  AND at <= " NOW " + " DAY "  ORDER BY number LIMIT " MOST
    ") WHERE at < " NOW " - " DAY " * " TEXT_OF(RETENTION_AUDIT_DAYS) ")",
    "DELETE FROM audit WHERE number <= (SELECT number FROM audit_start)",
};

enum { CHORES = sizeof chores / sizeof *chores };
SQLITE_PLACES(WRITER_PLACE_TIDY, CHORES, WRITER_PLACES);

/* Takes a bite with `q`, or it could not be prepared: an SQLite code. */
static int
bite(struct store_sqlite *s, sqlite3_stmt *q, int64_t now_ms, bool *more)
{
	int code;

	if (q == NULL)
		return sqlite3_errcode(s->link.db);
	sqlite3_bind_int64(q, 1, now_ms);
	sqlite3_bind_int(q, 2, BITE);
	sqlite3_bind_int(q, 3, DAY_MS);
	code = sqlite3_step(q);
	*more |= code == SQLITE_DONE && sqlite3_changes(s->link.db) == BITE;
	s->scrub |= code == SQLITE_DONE && sqlite3_changes(s->link.db) > 0;
	sqlite3_reset(q);
	return code;
}

/*
 * What a clock that was ahead put off would wait for it to come back: what is
 * due later than any delivery is, or paused for longer than half an hour.
 */
static const char *const overdue[] = {
    "UPDATE delivery SET due_at = " NOW " WHERE rowid IN (SELECT rowid"
    " FROM delivery WHERE state = 'due' AND due_at > " NOW " + 2 * " DAY
    " LIMIT " MOST ")",

    "UPDATE webhook SET paused_until = 0 WHERE rowid IN (SELECT rowid"
    " FROM webhook WHERE paused_until > " NOW " + " DAY " / 48 LIMIT " MOST ")",
};

enum { OVERDUE = sizeof overdue / sizeof *overdue };

/* An SQLite code. */
static int
bring_back(struct store_sqlite *s, const char *sql, int64_t now_ms)
{
	struct err ignored;
	sqlite3_stmt *q = sqlite_prepare_once(s, sql, &ignored);
	int code = SQLITE_DONE;
	bool more = true;

	while (code == SQLITE_DONE && more) {
		more = false;
		code = bite(s, q, now_ms, &more);
	}
	sqlite3_finalize(q);
	return code;
}

/* Whether the clock was set since we looked, or this is the first look. */
static bool
was_set(struct store_sqlite *s, int64_t now_ms)
{
	int64_t base_ms = now_ms - clock_boot_ms();

	if (llabs(base_ms - s->clock_base_ms) < SET_MS)
		return false;
	s->clock_base_ms = base_ms;
	return true;
}

/* The clock is doubted, or no longer. */
static void
tell_doubt(struct store_sqlite *s)
{
	if (s->clock.wait != 0)
		log_line(LOG_WARN, "retention.paused",
		    {"why",
			"by the clock the newest comment is over a day off"},
		    {"until", "an hour went by, or the clock is set"});
	else if (atomic_load(&s->doubts))
		log_line(LOG_WARN, "retention.paused",
		    {"why", "the clock jumped by more than a day"},
		    {"until", "a restart"});
	else
		log_line(LOG_INFO, "retention.goes_on", {0});
}

int
sqlite_tidy(struct store_sqlite *s, int64_t now_ms, bool *more)
{
	int64_t ahead_ms =
	    store_clock_ahead(&s->clock, now_ms, clock_boot_ms());
	bool doubts = ahead_ms < 0,
	     turned = atomic_exchange(&s->doubts, doubts) != doubts;
	int code = SQLITE_DONE;

	*more = false;
	if (turned)
		tell_doubt(s);
	if (was_set(s, now_ms) || turned)
		for (int i = 0; i < OVERDUE && code == SQLITE_DONE; i++)
			code = bring_back(s, overdue[i], now_ms);
	if (doubts)
		return code;
	now_ms -= ahead_ms;
	for (unsigned i = 0; i < CHORES && code == SQLITE_DONE; i++)
		code = bite(s,
		    sqlite_link_kept(
			&s->link, WRITER_PLACE_TIDY + i, chores[i], NULL),
		    now_ms, more);
	if (code == SQLITE_DONE)
		code = sqlite_purge_sites(s, now_ms, more);
	return code;
}
