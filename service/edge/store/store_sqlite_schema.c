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
    "	thread TEXT NOT NULL, parent TEXT NOT NULL,"
    "	type TEXT NOT NULL,"
    "	author_id TEXT NOT NULL, author_name TEXT NOT NULL,"
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
    "	band_0 INTEGER NOT NULL, band_1 INTEGER NOT NULL,"
    "	band_2 INTEGER NOT NULL, band_3 INTEGER NOT NULL,"
    "	content TEXT NOT NULL," /* when there is no record */
    "	PRIMARY KEY (site, id)"
    ") STRICT;"

    "CREATE TABLE usage ("
    "	site INTEGER NOT NULL REFERENCES site,"
    "	month TEXT NOT NULL," /* '2026-11' */
    "	blog TEXT NOT NULL,"
    "	calls INTEGER NOT NULL, spam INTEGER NOT NULL,"
    "	ham INTEGER NOT NULL, missed_spam INTEGER NOT NULL,"
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
    "	reason TEXT NOT NULL, note TEXT NOT NULL,"
    "	created_at INTEGER NOT NULL,"
    "	undone_at INTEGER NOT NULL, undone_by TEXT NOT NULL,"
    "	author INTEGER NOT NULL," /* hash of who wrote the text, 0: none */
    "	fingerprint INTEGER NOT NULL,"
    "	band_0 INTEGER NOT NULL, band_1 INTEGER NOT NULL,"
    "	band_2 INTEGER NOT NULL, band_3 INTEGER NOT NULL,"
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
    "	due_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,"
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

    schema_queue,

    /* models by the names of their folders: who put them in use, and when */
    "CREATE TABLE model_use ("
    "	number INTEGER PRIMARY KEY AUTOINCREMENT,"
    "	role TEXT NOT NULL," /* 'active' or 'challenger' */
    "	name TEXT NOT NULL,"
    "	started_by TEXT NOT NULL,"
    "	started_at INTEGER NOT NULL,"
    "	ended_by TEXT NOT NULL DEFAULT '',"
    "	ended_at INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"

    /* how often a challenger did what beside the active model, by its use */
    "CREATE TABLE shadow_count ("
    "	site INTEGER NOT NULL REFERENCES site,"
    "	use INTEGER NOT NULL REFERENCES model_use,"
    "	before TEXT NOT NULL," /* the active one's action */
    "	after TEXT NOT NULL,"  /* the challenger's */
    "	n INTEGER NOT NULL,"
    "	PRIMARY KEY (use, site, before, after)"
    ") STRICT, WITHOUT ROWID;"

    /* the comments where they differ; rowids grow with time */
    "CREATE TABLE shadow ("
    "	site INTEGER NOT NULL REFERENCES site,"
    "	use INTEGER NOT NULL REFERENCES model_use,"
    "	comment TEXT NOT NULL," /* id of its record */
    "	before TEXT NOT NULL,"
    "	after TEXT NOT NULL,"
    "	before_score REAL," /* of the head that decided; NULL: none */
    "	after_score REAL"
    ") STRICT;"
    "CREATE INDEX shadow_use ON shadow (use);",
    /* people, what they may do where, and their sessions */
    "CREATE TABLE account ("
    "	id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "	name TEXT NOT NULL UNIQUE COLLATE NOCASE,"
    "	operator INTEGER NOT NULL,"
    "	password TEXT NOT NULL," /* argon2id; '': none */
    "	totp TEXT NOT NULL,"     /* sealed; '': none */
    "	totp_step INTEGER NOT NULL,"
    "	recovery BLOB NOT NULL," /* hashes */
    "	prefs TEXT NOT NULL,"
    "	link BLOB NOT NULL," /* hash */
    "	link_until INTEGER NOT NULL, created_at INTEGER NOT NULL,"
    "	revision INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE INDEX account_link ON account (link) WHERE link_until > 0;"
    "CREATE TABLE account_site ("
    "	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,"
    "	site INTEGER NOT NULL REFERENCES site,"
    "	role INTEGER NOT NULL," /* enum role */
    "	PRIMARY KEY (account, site)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX account_site_site ON account_site (site);"
    "CREATE TABLE session ("
    "	hash BLOB PRIMARY KEY," /* of the cookie */
    "	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,"
    "	created_at INTEGER NOT NULL,"
    "	seen_at INTEGER NOT NULL, by_link INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX session_account ON session (account);",

    /* Clusters of two cards and more: how many on which site, and when the
     * newest came. The first card counts from when a second one joins it. */
    "CREATE TABLE campaign ("
    "	cluster INTEGER NOT NULL,"
    "	site INTEGER NOT NULL REFERENCES site,"
    "	n INTEGER NOT NULL, last_at INTEGER NOT NULL,"
    "	PRIMARY KEY (cluster, site)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX campaign_last ON campaign (last_at, cluster);"
    "CREATE INDEX campaign_site ON campaign (site, last_at, cluster)"
    "	WHERE n > 1;"
    "INSERT INTO campaign SELECT cluster, site, count(*), max(received_at)"
    "	FROM card WHERE cluster IN"
    "	(SELECT cluster FROM card WHERE cluster <> number)"
    "	GROUP BY cluster, site;"
    "CREATE TRIGGER card_joins AFTER INSERT ON card"
    "	WHEN new.cluster <> new.number BEGIN"
    "	INSERT OR IGNORE INTO campaign"
    "		SELECT cluster, site, 1, received_at FROM card"
    "		WHERE number = new.cluster;"
    "	INSERT INTO campaign"
    "		VALUES (new.cluster, new.site, 1, new.received_at)"
    "		ON CONFLICT DO UPDATE SET n = n + 1,"
    "		last_at = max(last_at, excluded.last_at);"
    "END;"
    "CREATE TRIGGER card_parts AFTER DELETE ON card BEGIN"
    "	UPDATE campaign SET n = n - 1"
    "		WHERE cluster = old.cluster AND site = old.site;"
    "	DELETE FROM campaign WHERE cluster = old.cluster"
    "		AND site = old.site AND n <= 0;"
    "END;"

    /* what was decided about all of one; site 0: of all sites */
    "CREATE TABLE campaign_rule ("
    "	id TEXT NOT NULL," /* ULID; also the batch of its decisions */
    "	site INTEGER NOT NULL,"
    "	cluster INTEGER NOT NULL,"
    "	kind TEXT NOT NULL,"
    "	learn INTEGER NOT NULL,"
    "	created_at INTEGER NOT NULL,"
    "	until INTEGER NOT NULL," /* 0: not about those to come */
    "	by TEXT NOT NULL,"
    /* of the text it is nearly the same as */
    "	band_0 INTEGER NOT NULL, band_1 INTEGER NOT NULL,"
    "	band_2 INTEGER NOT NULL, band_3 INTEGER NOT NULL,"
    "	PRIMARY KEY (id, site)"
    ") STRICT;"
    "CREATE INDEX campaign_rule_of ON campaign_rule (cluster);"
    "CREATE INDEX campaign_rule_until ON campaign_rule (until)"
    "	WHERE until > 0;",
    /* Who did what. A column `site` would have it deleted with the site. */
    "CREATE TABLE audit ("
    "	number INTEGER PRIMARY KEY, at INTEGER NOT NULL,"
    "	place INTEGER NOT NULL," /* id of a site; 0: none */
    "	actor TEXT NOT NULL,"
    "	action TEXT NOT NULL,"
    "	subject TEXT NOT NULL,"
    "	before TEXT NOT NULL," /* JSON; '': it was not there */
    "	after TEXT NOT NULL,"
    "	chain BLOB NOT NULL" /* hash of all this and the row before */
    ") STRICT;"
    "CREATE INDEX audit_place ON audit (place, number);",

    /* where deliveries wait for their turn: at their webhook, or with their
     * site's other callbacks that were tried before, or not */
    "ALTER TABLE delivery ADD COLUMN place TEXT NOT NULL AS (iif(webhook <> '',"
    "	webhook, site || iif(attempts > 0, ' again', ' first')));"
    "DROP INDEX delivery_due;"
    "CREATE INDEX delivery_due ON delivery (place, due_at)"
    "	WHERE state = 'due';",

    /* which language it is in; '': that cannot be told */
    "ALTER TABLE card ADD COLUMN lang TEXT NOT NULL DEFAULT '';",

    /* what comments were judged by beside what is here, as JSON */
    "ALTER TABLE comment ADD COLUMN basis TEXT NOT NULL DEFAULT '';",
    schema_reports,
    schema_campaign_parts,
    schema_forced,
    schema_models,
    schema_drift,
    schema_keyed,
    schema_retention,

    /* Records that came in a crowd and are no comments yet, many in a row, by
     * the numbers of the first and last of them; see store_sqlite_pack. A
     * column `site` would have them deleted with it. */
    "CREATE TABLE arrival ("
    "	number INTEGER PRIMARY KEY,"
    "	last INTEGER NOT NULL,"
    "	n INTEGER NOT NULL,"
    "	keys BLOB NOT NULL,"
    "	records BLOB NOT NULL"
    ") STRICT;",

    /* 1: no answer yet, but the id of what began */
    "ALTER TABLE answer ADD COLUMN begun INTEGER NOT NULL DEFAULT 0;",
    schema_joining,

    /* of many rows of `arrival` from the record `first` to `last`: which
     * hashes of a kind (enum arrived_by) they may have, as bloom.h has them */
    "CREATE TABLE arrival_summary ("
    "	last INTEGER NOT NULL, kind INTEGER NOT NULL,"
    "	first INTEGER NOT NULL,"
    "	hashes BLOB NOT NULL,"
    "	PRIMARY KEY (last, kind)"
    ") STRICT;",

    /* how long `records` was before it was compressed; 0: it is not */
    "ALTER TABLE arrival ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;"
    /* what of `arrival` cannot be read, for whoever can mend it */
    "CREATE TABLE arrival_damaged ("
    "	number INTEGER PRIMARY KEY,"
    "	since INTEGER NOT NULL,"
    "	n INTEGER NOT NULL,"
    "	keys BLOB NOT NULL,"
    "	records BLOB NOT NULL,"
    "	bytes INTEGER NOT NULL"
    ") STRICT;",

    /* also what was undone: it is to be erased with a person */
    "DROP INDEX decision_author;"
    "CREATE INDEX decision_author ON decision (site, author)"
    "	WHERE author <> 0;",

    "ALTER TABLE webhook ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;",

    /* a pseudonym, which a text without a comment is found by */
    "ALTER TABLE decision ADD COLUMN author_email TEXT NOT NULL DEFAULT '';"
    "CREATE INDEX decision_email ON decision (site, author_email)"
    "	WHERE author_email <> '';",

    /* whether the value is one for clients of Akismet; of older keys nobody
     * knows */
    "ALTER TABLE api_key ADD COLUMN akismet INTEGER NOT NULL DEFAULT 0;",

    /* what tells the secret that hashes and pseudonyms here are made with */
    "CREATE TABLE secret_mark ("
    "	one INTEGER PRIMARY KEY CHECK (one = 1),"
    "	mark INTEGER NOT NULL"
    ") STRICT;",

    /* where the comment leads, as core/leads.h has it; of older decisions
     * nobody knows, so that they say what they say of any author's comment
     * that leads nowhere */
    "ALTER TABLE decision ADD COLUMN leads INTEGER NOT NULL DEFAULT 0;",

    /* Where no secret was noted (mark 0), the cards up to this one, which are
     * older than that, tell it; where there is no row, nothing is asked. */
    "ALTER TABLE secret_mark ADD COLUMN cards INTEGER NOT NULL DEFAULT 0;"
    "INSERT OR IGNORE INTO secret_mark"
    "	SELECT 1, 0, done FROM card_progress;"
    /* some older stores have it by other columns */
    "DROP INDEX card_author;"
    "CREATE INDEX card_author ON card (site, author, number, state)"
    "	WHERE author <> 0;"
    /* since when it waits for its last attempt */
    "ALTER TABLE delivery ADD COLUMN replayed_at INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE delivery ADD COLUMN since INTEGER NOT NULL"
    "	AS (max(created_at, replayed_at));"
    "CREATE INDEX delivery_since ON delivery (since) WHERE state = 'due';",

    /* what was not published at once, with the action: there it stands behind
     * the text, all of which would be read to ask for it */
    "CREATE INDEX comment_stopped ON comment (site, id, action)"
    "	WHERE action <> 'publish';",
};

int
sqlite_check_kind(struct sqlite_link *l, struct err *e)
{
	int64_t application, version;

	if (sqlite_link_number(l, "PRAGMA application_id", &application, e) ||
	    sqlite_link_number(l, "PRAGMA user_version", &version, e))
		return -1;
	if (application != SCHEMA_APPLICATION)
		return err_set(
		    e, ERR_INPUT, "%s: is no store of Moderato", l->path);
	if (version > SCHEMA_VERSION)
		return err_set(e, ERR_INPUT,
		    "%s: has version %d, this program knows %d: use a newer "
		    "moderatod",
		    l->path, (int)version, SCHEMA_VERSION);
	return 0;
}
