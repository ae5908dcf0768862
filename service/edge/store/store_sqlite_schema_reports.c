#include "store_sqlite_schema.h"

const char schema_reports[] =
    /* what readers say of comments */
    "CREATE TABLE report ("
    "	site INTEGER NOT NULL REFERENCES site,"
    "	comment TEXT NOT NULL,"
    "	reporter TEXT NOT NULL," /* pseudonym */
    "	reason TEXT NOT NULL,"   /* enum report_reason */
    "	note TEXT NOT NULL,"
    "	created_at INTEGER NOT NULL,"
    "	PRIMARY KEY (site, comment, reporter)"
    ") STRICT;"

    /* of which comments how often; open as long as nobody decided since */
    "CREATE TABLE reported ("
    "	number INTEGER PRIMARY KEY," /* rowid of the comment */
    "	site INTEGER NOT NULL REFERENCES site,"
    "	n INTEGER NOT NULL,"
    "	spam INTEGER NOT NULL,"
    "	abuse INTEGER NOT NULL,"
    "	off_topic INTEGER NOT NULL,"
    "	other INTEGER NOT NULL,"
    "	last_at INTEGER NOT NULL,"
    "	open INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX reported_open ON reported (site) WHERE open = 1;"

    "CREATE TRIGGER report_counts AFTER INSERT ON report BEGIN"
    "	INSERT INTO reported SELECT rowid, new.site, 1, new.reason = 'spam',"
    "		new.reason = 'abuse', new.reason = 'off_topic',"
    "		new.reason = 'other', new.created_at,"
    "		state = 'published' AND new.created_at > decided_at"
    "		FROM comment WHERE site = new.site AND id = new.comment"
    "		ON CONFLICT DO UPDATE SET n = n + 1,"
    "		spam = spam + excluded.spam, abuse = abuse + excluded.abuse,"
    "		off_topic = off_topic + excluded.off_topic,"
    "		other = other + excluded.other,"
    "		last_at = max(last_at, excluded.last_at),"
    "		open = max(open, excluded.open);"
    "END;"
    "CREATE TRIGGER report_settled"
    "	AFTER UPDATE OF state, decided_at ON comment BEGIN"
    "	UPDATE reported SET open ="
    "		new.state = 'published' AND last_at > new.decided_at"
    "		WHERE number = new.rowid;"
    "END;"
    "CREATE TRIGGER report_leaves BEFORE DELETE ON comment BEGIN"
    "	DELETE FROM report WHERE site = old.site AND comment = old.id;"
    "	DELETE FROM reported WHERE number = old.rowid;"
    "END;"

    /* how many are open: kind 'reported' of day 0 */
    "CREATE TRIGGER reported_counts AFTER INSERT ON reported"
    "	WHEN new.open = 1 BEGIN"
    "	INSERT INTO tally VALUES (new.site, 'reported', 0, '', '', 0, 1)"
    "		ON CONFLICT DO UPDATE SET n = n + 1;"
    "END;"
    "CREATE TRIGGER reported_counts_anew AFTER UPDATE OF open ON reported"
    "	WHEN old.open <> new.open BEGIN"
    "	INSERT INTO tally VALUES (new.site, 'reported', 0, '', '', 0, new.open)"
    "		ON CONFLICT DO UPDATE SET n = n + new.open - old.open;"
    "END;"
    "CREATE TRIGGER reported_counts_no_more BEFORE DELETE ON reported"
    "	WHEN old.open = 1 BEGIN"
    "	UPDATE tally SET n = n - 1 WHERE site = old.site"
    "		AND kind = 'reported' AND day = 0;"
    "END;"

    /* what teaches, site by site in the order it was written */
    "CREATE INDEX decision_teaches ON decision (site)"
    "	WHERE learn = 1 AND undone_at = 0"
    "	AND kind IN ('approve', 'spam', 'abuse');"

    /* when a password was set, for who looks who changed what; 0: before */
    "ALTER TABLE account ADD COLUMN password_at INTEGER NOT NULL DEFAULT 0;";
