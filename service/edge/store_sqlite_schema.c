#include "store_sqlite_schema.h"

/*
 * Times are Unix milliseconds, 0: none. Comments and answers are rows of a
 * kilobyte and more, which a table with rowids takes by appending.
 */
const char *const schema_steps[SCHEMA_VERSION] = {
    "CREATE TABLE site ("
    "	id INTEGER PRIMARY KEY,"
    "	name TEXT NOT NULL UNIQUE,"
    "	created_at INTEGER NOT NULL"
    ") STRICT;"

    "CREATE TABLE api_key ("
    "	id TEXT PRIMARY KEY,"
    "	hash BLOB NOT NULL," /* of the key: the key itself is never kept */
    "	site INTEGER NOT NULL REFERENCES site,"
    "	scopes INTEGER NOT NULL," /* bits of enum store_scope */
    "	created_at INTEGER NOT NULL,"
    "	revoked_at INTEGER NOT NULL,"
    "	label TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE comment ("
    "	site INTEGER NOT NULL REFERENCES site,"
    "	id TEXT NOT NULL," /* ULID: in order of arrival */
    "	received_at INTEGER NOT NULL,"
    "	created_at INTEGER NOT NULL,"
    "	engine_id TEXT NOT NULL,"
    "	thread TEXT NOT NULL,"
    "	parent TEXT NOT NULL,"
    "	type TEXT NOT NULL,"
    "	author_id TEXT NOT NULL,"
    "	author_name TEXT NOT NULL,"
    "	author_url TEXT NOT NULL,"
    "	author_email TEXT NOT NULL," /* pseudonym */
    "	author_ip TEXT NOT NULL,"    /* pseudonym */
    "	author_net TEXT NOT NULL,"
    "	content TEXT NOT NULL,"
    "	html INTEGER NOT NULL,"
    "	fingerprint INTEGER NOT NULL,"
    "	action TEXT NOT NULL,"
    "	head TEXT NOT NULL,"
    "	score REAL," /* NULL: none */
    "	verdict TEXT NOT NULL,"
    "	PRIMARY KEY (site, id)"
    ") STRICT;"
    "CREATE INDEX comment_engine ON comment (site, engine_id)"
    "	WHERE engine_id <> '';"
    "CREATE INDEX comment_fingerprint ON comment (site, fingerprint);"
    "CREATE INDEX comment_action ON comment (site, action, id);"

    /* rowids grow with time: the oldest answers are the first */
    "CREATE TABLE answer ("
    "	site INTEGER NOT NULL REFERENCES site,"
    "	key TEXT NOT NULL,"
    "	request BLOB NOT NULL," /* hash of what was asked */
    "	answer TEXT NOT NULL,"
    "	created_at INTEGER NOT NULL,"
    "	PRIMARY KEY (site, key)"
    ") STRICT;",

    /* what dialects that know but spam and ham are told */
    "ALTER TABLE site ADD COLUMN held_is_spam INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE site ADD COLUMN may_discard INTEGER NOT NULL DEFAULT 0;"

    "CREATE TABLE label ("
    "	site INTEGER NOT NULL REFERENCES site,"
    "	id TEXT NOT NULL,"   /* ULID: in order of arrival */
    "	comment TEXT,"       /* id of the record; NULL: none */
    "	kind TEXT NOT NULL," /* 'spam' or 'ham' */
    "	provenance TEXT NOT NULL,"
    "	api_key TEXT NOT NULL,"
    "	created_at INTEGER NOT NULL,"
    "	fingerprint INTEGER NOT NULL,"
    "	band_0 INTEGER NOT NULL,"
    "	band_1 INTEGER NOT NULL,"
    "	band_2 INTEGER NOT NULL,"
    "	band_3 INTEGER NOT NULL,"
    "	content TEXT NOT NULL," /* when there is no record */
    "	PRIMARY KEY (site, id)"
    ") STRICT;"

    "CREATE TABLE usage ("
    "	site INTEGER NOT NULL REFERENCES site,"
    "	month TEXT NOT NULL," /* '2026-11' */
    "	blog TEXT NOT NULL,"
    "	calls INTEGER NOT NULL,"
    "	spam INTEGER NOT NULL,"
    "	ham INTEGER NOT NULL,"
    "	missed_spam INTEGER NOT NULL,"
    "	false_positives INTEGER NOT NULL,"
    "	PRIMARY KEY (site, month, blog)"
    ") STRICT, WITHOUT ROWID;",

    /* a site's settings as one text; keys that end by themselves */
    "ALTER TABLE site ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';"
    "UPDATE site SET settings ="
    "	'{\"held\":\"' || iif(held_is_spam, 'spam', 'ham') ||"
    "	'\",\"discard\":' || iif(may_discard, 'true', 'false') || '}';"
    "ALTER TABLE site DROP COLUMN held_is_spam;"
    "ALTER TABLE site DROP COLUMN may_discard;"
    "ALTER TABLE api_key ADD COLUMN expires_at INTEGER NOT NULL DEFAULT 0;",

    /* what became of a comment: 'published', 'held', 'rejected', 'trashed' */
    "ALTER TABLE comment ADD COLUMN state TEXT NOT NULL DEFAULT 'held';"
    "ALTER TABLE comment ADD COLUMN decided_at INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE comment ADD COLUMN callback TEXT NOT NULL DEFAULT '';"
    "UPDATE comment SET state = CASE action WHEN 'publish' THEN 'published'"
    "	WHEN 'hold' THEN 'held' ELSE 'rejected' END;"
    "DROP INDEX comment_action;"
    "CREATE INDEX comment_state ON comment (site, state, id);"

    /* rowids grow with time: of those about one comment the last holds */
    "CREATE TABLE decision ("
    "	site INTEGER NOT NULL REFERENCES site,"
    "	id TEXT NOT NULL," /* ULID */
    "	comment TEXT,"     /* id of the record; NULL: none */
    "	kind TEXT NOT NULL,"
    "	learn INTEGER NOT NULL,"
    "	actor TEXT NOT NULL,"
    "	api_key TEXT NOT NULL,"
    "	reason TEXT NOT NULL,"
    "	note TEXT NOT NULL,"
    "	created_at INTEGER NOT NULL,"
    "	undone_at INTEGER NOT NULL,"
    "	undone_by TEXT NOT NULL,"
    "	author INTEGER NOT NULL," /* hash of who wrote the text, 0: none */
    "	fingerprint INTEGER NOT NULL,"
    "	band_0 INTEGER NOT NULL,"
    "	band_1 INTEGER NOT NULL,"
    "	band_2 INTEGER NOT NULL,"
    "	band_3 INTEGER NOT NULL,"
    "	content TEXT NOT NULL," /* when there is no record */
    "	PRIMARY KEY (site, id)"
    ") STRICT;"
    "INSERT INTO decision SELECT site, id, comment,"
    "	CASE kind WHEN 'ham' THEN 'approve' ELSE kind END, 1, provenance,"
    "	api_key, '', '', created_at, 0, '', 0, fingerprint,"
    "	band_0, band_1, band_2, band_3, content FROM label ORDER BY rowid;"
    "DROP TABLE label;"
    "CREATE INDEX decision_comment ON decision (site, comment)"
    "	WHERE comment IS NOT NULL;"
    /* what teaches: which text is what */
    "CREATE INDEX decision_label ON decision (site, fingerprint)"
    "	WHERE learn = 1 AND undone_at = 0"
    "	AND kind IN ('approve', 'spam', 'abuse');"
    "UPDATE comment SET decided_at = d.created_at, state ="
    "	CASE d.kind WHEN 'approve' THEN 'published' ELSE 'rejected' END"
    "	FROM (SELECT site, comment, kind, created_at, max(rowid)"
    "		FROM decision GROUP BY site, comment) AS d"
    "	WHERE d.site = comment.site AND d.comment = comment.id;",

    /* what a site may want to keep for some days only */
    "CREATE INDEX decision_text ON decision (site, id)"
    "	WHERE content <> '' OR note <> '';",

    "CREATE TABLE list_entry ("
    "	site INTEGER NOT NULL REFERENCES site,"
    "	id TEXT NOT NULL,"   /* ULID: in order of arrival */
    "	kind TEXT NOT NULL," /* as core/rules.h names them */
    "	value TEXT NOT NULL,"
    "	effect TEXT NOT NULL," /* likewise */
    "	note TEXT NOT NULL,"
    "	expires_at INTEGER NOT NULL,"
    "	created_at INTEGER NOT NULL,"
    "	created_by TEXT NOT NULL," /* public id of an API key */
    "	PRIMARY KEY (site, id)"
    ") STRICT;"
    "CREATE INDEX list_entry_end ON list_entry (expires_at)"
    "	WHERE expires_at > 0;",

    /* whom to tell, and what is still to be told */
    "CREATE TABLE webhook ("
    "	number INTEGER PRIMARY KEY AUTOINCREMENT," /* part of deliveries' ids */
    "	id TEXT NOT NULL UNIQUE,"                  /* ULID */
    "	site INTEGER NOT NULL REFERENCES site,"
    "	created_at INTEGER NOT NULL,"
    "	url TEXT NOT NULL,"
    "	secret TEXT NOT NULL," /* sealed */
    "	old_secret TEXT NOT NULL,"
    "	old_until INTEGER NOT NULL,"
    "	types INTEGER NOT NULL," /* bits of enum notice_type */
    "	active INTEGER NOT NULL,"
    "	why TEXT NOT NULL,"
    "	failures INTEGER NOT NULL," /* in a row */
    "	paused_until INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX webhook_site ON webhook (site);"

    "CREATE TABLE delivery ("
    "	id TEXT NOT NULL UNIQUE,"
    "	site INTEGER NOT NULL REFERENCES site,"
    "	webhook TEXT NOT NULL," /* its id; '': the comment's callback */
    "	type TEXT NOT NULL,"
    "	comment TEXT NOT NULL,"
    "	decision TEXT NOT NULL,"
    "	before TEXT NOT NULL," /* states of the comment */
    "	after TEXT NOT NULL,"
    "	created_at INTEGER NOT NULL,"
    "	due_at INTEGER NOT NULL,"
    "	attempts INTEGER NOT NULL DEFAULT 0,"
    "	state TEXT NOT NULL DEFAULT 'due',"
    "	status INTEGER NOT NULL DEFAULT 0,"
    "	error TEXT NOT NULL DEFAULT '',"
    "	ended_at INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE INDEX delivery_due ON delivery (due_at) WHERE state = 'due';"
    "CREATE INDEX delivery_webhook ON delivery (site, webhook);"
    "CREATE INDEX delivery_decision ON delivery (decision)"
    "	WHERE decision <> '';"
    "CREATE INDEX delivery_age ON delivery (created_at);",
    /* sites that were deleted, and whether all is gone that they had */
    "ALTER TABLE site ADD COLUMN deleted_at INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE site ADD COLUMN purged INTEGER NOT NULL DEFAULT 0;"
    /* how often it was changed, so that no change undoes another unseen */
    "ALTER TABLE site ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;",
};
