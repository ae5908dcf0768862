#include "store_sqlite_admin.h"

#include "store_sqlite_account.h"
#include "store_sqlite_audit.h"
#include "store_sqlite_outbox.h"

const char sqlite_select_sites[] = "SELECT id, name, settings, created_at, "
				   "revision FROM site WHERE deleted_at = 0"
				   " ORDER BY id";

const char sqlite_select_keys[] =
    "SELECT id, hash, site, scopes, created_at, revoked_at, label,"
    " expires_at, akismet FROM api_key ORDER BY created_at, id";

sqlite3_stmt *
sqlite_prepare_once(struct store_sqlite *s, const char *sql, struct err *e)
{
	if (s->link.db == NULL) {
		*e = s->fault;
		return NULL;
	}
	return sqlite_link_once(&s->link, sql, e);
}

static void
bind_site(sqlite3_stmt *q, const struct store_change *c)
{
	struct span settings = c->site.settings;

	if (c->site.name != NULL)
		sqlite_bind_span(q, 1, span_of(c->site.name));
	sqlite_bind_span(q, 2, settings.n > 0 ? settings : span_of("{}"));
	sqlite3_bind_int64(q, 3, c->site.created_at_ms);
	sqlite3_bind_int64(q, 4, c->site.id);
	sqlite3_bind_int64(q, 5, c->site.revision);
}

static void
bind_key(sqlite3_stmt *q, const struct store_change *c)
{
	const struct store_key *k = &c->key;

	sqlite_bind_span(q, 1, span_of(k->id));
	sqlite3_bind_blob(q, 2, k->hash, STORE_HASH_BYTES, SQLITE_STATIC);
	sqlite3_bind_int64(q, 3, k->site);
	sqlite3_bind_int64(q, 4, k->scopes);
	sqlite3_bind_int64(q, 5, k->created_at_ms);
	sqlite3_bind_int64(q, 6, k->revoked_at_ms);
	sqlite_bind_span(q, 7, span_of(k->label));
	sqlite3_bind_int64(q, 8, k->expires_at_ms);
	sqlite3_bind_int(q, 9, k->akismet);
}

static void
bind_use(sqlite3_stmt *q, const struct store_change *c)
{
	const struct store_model_use *u = &c->use;

	sqlite3_bind_int64(q, 1, u->number);
	sqlite_bind_span(q, 2, span_of(model_role_name(u->role)));
	sqlite_bind_span(q, 3, span_of(u->name));
	sqlite_bind_span(q, 4, span_of(u->by));
	sqlite3_bind_int64(q, 5, u->at_ms);
	sqlite3_bind_int64(q, 6, u->ended_at_ms);
	sqlite3_bind_int(q, 7, u->forced);
}
#define FREE_NAME                                                              \
	"iif(EXISTS (SELECT 1 FROM api_key WHERE id = lower(?1)), NULL, ?1)"

static const char stale_account[] = "the account changed meanwhile: try again";
static const char no_account[] = "there is no such user";

/* The parameters of a row are those of its bind, by number. */
static const struct {
	const char *sql;
	void (*bind)(sqlite3_stmt *q, const struct store_change *c);
	enum err_code code; /* when there is no such row; ERR_NONE: well */
	const char *missing;
} rows[CHANGES] = {
    [CHANGE_ADD_SITE] = {"INSERT INTO site (name, settings, created_at)"
			 " VALUES (?1, ?2, ?3)",
	bind_site, ERR_BUG, ""},
    [CHANGE_SET_SITE] = {"UPDATE site SET name = ?1, settings = ?2,"
			 " revision = revision + 1 WHERE id = ?4"
			 " AND revision = ?5 AND deleted_at = 0",
	bind_site, ERR_TAKEN, "the site changed meanwhile: try again"},
    /* its id must never be another's, so the row stays; its name is freed */
    [CHANGE_DROP_SITE] = {"UPDATE site SET name = char(127) || id,"
			  " settings = '{}', deleted_at = ?3"
			  " WHERE id = ?4 AND deleted_at = 0",
	bind_site, ERR_MISSING, "there is no such site"},
    /* a key that is valid already gives NULL, which the row refuses */
    [CHANGE_ADD_KEY] = {"INSERT INTO api_key (id, hash, site, scopes,"
			" created_at, revoked_at, label, expires_at, akismet)"
			" SELECT ?1, iif(EXISTS (SELECT 1 FROM api_key AS k"
			"  JOIN site AS s ON s.id = k.site WHERE k.hash = ?2"
			"  AND k.revoked_at = 0 AND s.deleted_at = 0 AND"
			"  (k.expires_at = 0 OR k.expires_at > ?5)),"
			" NULL, ?2), id, ?4, ?5, ?6, ?7, ?8, ?9 FROM site"
			" WHERE id = ?3 AND deleted_at = 0",
	bind_key, ERR_MISSING, "there is no such site"},
    [CHANGE_END_KEY] = {"UPDATE api_key SET expires_at = ?8 WHERE id = ?1"
			" AND revoked_at = 0 AND expires_at = 0",
	bind_key, ERR_TAKEN, "the key has an end already"},
    [CHANGE_REVOKE_KEY] = {"UPDATE api_key SET revoked_at = ?6"
			   " WHERE id = ?1 AND revoked_at = 0",
	bind_key, ERR_MISSING, "there is no such valid key"},
    [CHANGE_USE_MODEL] = {"INSERT INTO model_use (role, name, started_by,"
			  " started_at, forced)"
			  " VALUES (?2, ?3, ?4, ?5, ?7)",
	bind_use, ERR_BUG, ""},
    [CHANGE_END_MODEL] = {"UPDATE model_use SET ended_by = ?4, ended_at = ?6"
			  " WHERE number = ?1 AND ended_at = 0",
	bind_use, ERR_TAKEN, "the model in use changed meanwhile: try again"},
    /* who acts is told by id or name alone: no name may be a key's id */
    [CHANGE_ADD_ACCOUNT] = {"INSERT INTO account (name, operator, password,"
			    " totp, totp_step, recovery, prefs, link,"
			    " link_until, created_at) VALUES (" FREE_NAME
			    ", ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
	sqlite_account_bind, ERR_BUG, ""},
    [CHANGE_SET_ACCOUNT] = {"UPDATE account SET name = " FREE_NAME
			    ", operator = ?2, password_at = iif(password ="
			    " ?3, password_at, unixepoch() * 1000),"
			    " password = ?3, totp = ?4,"
			    " totp_step = ?5, recovery = ?6, link = ?8,"
			    " link_until = ?9, revision = revision + 1"
			    " WHERE id = ?11 AND revision = ?12",
	sqlite_account_bind, ERR_TAKEN, stale_account},
    [CHANGE_SET_PREFS] = {"UPDATE account SET prefs = ?7 WHERE id = ?11",
	sqlite_account_bind, ERR_MISSING, no_account},
    [CHANGE_DROP_ACCOUNT] = {"DELETE FROM account WHERE id = ?11"
			     " AND revision = ?12",
	sqlite_account_bind, ERR_TAKEN, stale_account},
    [CHANGE_GRANT] = {"INSERT OR REPLACE INTO account_site"
		      " SELECT ?1, id, ?3 FROM site"
		      " WHERE id = ?2 AND deleted_at = 0",
	sqlite_grant_bind, ERR_MISSING, "there is no such site"},
    [CHANGE_UNGRANT] = {"DELETE FROM account_site"
			" WHERE account = ?1 AND site = ?2",
	sqlite_grant_bind, ERR_NONE, ""},
    [CHANGE_ADD_SESSION] = {"INSERT INTO session (hash, account, created_at,"
			    " seen_at, by_link) SELECT ?1, id, ?4, ?5, ?6"
			    " FROM account WHERE id = ?2 AND revision = ?3",
	sqlite_session_bind, ERR_TAKEN, stale_account},
    [CHANGE_SEE_SESSION] = {"UPDATE session SET seen_at = ?5 WHERE hash = ?1",
	sqlite_session_bind, ERR_NONE, ""},
    [CHANGE_END_SESSION] = {"DELETE FROM session WHERE hash = ?1",
	sqlite_session_bind, ERR_NONE, ""},
    [CHANGE_END_OTHERS] = {"DELETE FROM session WHERE account = ?2"
			   " AND hash <> ?1",
	sqlite_session_bind, ERR_NONE, ""},
    [CHANGE_EXPIRE] = {"DELETE FROM session WHERE created_at < ?4"
		       " OR seen_at < ?5",
	sqlite_session_bind, ERR_NONE, ""},
};

/* Who asks for a change; what the shelf of models does says so itself. */
static struct span
actor_of(const struct store_change *c)
{
	if (c->by != NULL)
		return span_of(c->by);
	return span_of(c->use.by[0] != '\0' ? c->use.by : "moderatod");
}

static int
make_change(struct store_sqlite *s, struct store_change *c, struct err *e)
{
	sqlite3_stmt *q = sqlite_prepare_once(s, rows[c->kind].sql, e);
	int code;

	if (q == NULL)
		return sqlite3_errcode(s->link.db);
	rows[c->kind].bind(q, c);
	code = sqlite3_step(q);
	sqlite3_finalize(q);
	if (code == SQLITE_DONE && rows[c->kind].code != ERR_NONE &&
	    sqlite3_changes(s->link.db) == 0) {
		err_set(e, rows[c->kind].code, "%s", rows[c->kind].missing);
		return SQLITE_CONSTRAINT;
	}
	if ((code & 0xff) == SQLITE_CONSTRAINT)
		err_set(e, ERR_TAKEN, "there is one already");
	c->id = sqlite3_last_insert_rowid(s->link.db);
	return code;
}

/* Makes a change, and writes down what it did. */
static int
write_change(struct store_sqlite *s, struct store_change *c, struct err *e)
{
	struct sqlite_act act = {
	    .action = sqlite_change_action(c->kind), .actor = actor_of(c)};
	int code;

	if (act.action != NULL) {
		act.look =
		    sqlite_prepare_once(s, sqlite_change_look(c->kind), e);
		if (act.look == NULL)
			return sqlite3_errcode(s->link.db);
		rows[c->kind].bind(act.look, c);
	}
	sqlite_act_begin(&act);
	code = make_change(s, c, e);
	if (code == SQLITE_DONE)
		return sqlite_act_done(s, &act);
	sqlite_act_drop(&act);
	return code;
}

int
sqlite_write_changes(struct store_sqlite *s, struct store_change *changes,
    uint32_t n, struct err *e)
{
	int code = SQLITE_DONE;
	int64_t added = 0; /* the site or account before */

	for (uint32_t i = 0; i < n && code == SQLITE_DONE; i++) {
		struct store_change *c = &changes[i];

		if (c->kind == CHANGE_ADD_KEY && c->key.site == 0)
			c->key.site = added;
		if (c->kind == CHANGE_GRANT && c->grant.account == 0)
			c->grant.account = added;
		code = write_change(s, c, e);
		if (c->kind == CHANGE_ADD_SITE || c->kind == CHANGE_ADD_ACCOUNT)
			added = c->id;
	}
	return code;
}

struct changes {
	struct store_change *of;
	uint32_t n;
};

static int
change_in_turn(struct store_sqlite *s, void *arg, struct err *e)
{
	const struct changes *c = arg;

	e->code = ERR_NONE;
	if (sqlite_write_changes(s, c->of, c->n, e) == SQLITE_DONE)
		return 0;
	return e->code == ERR_NONE ? sqlite_link_fault(&s->link, e) : -1;
}

int
sqlite_change(
    struct store *s, struct store_change *changes, uint32_t n, struct err *e)
{
	return sqlite_in_turn(
	    s, change_in_turn, &(struct changes){changes, n}, e);
}

struct store_site
sqlite_site_read(sqlite3_stmt *q)
{
	return (struct store_site){
	    .id = sqlite3_column_int64(q, 0),
	    .name = sqlite_span(q, 1).p,
	    .settings = sqlite_span(q, 2),
	    .created_at_ms = sqlite3_column_int64(q, 3),
	    .revision = sqlite3_column_int64(q, 4),
	};
}

struct store_key
sqlite_key_read(sqlite3_stmt *q)
{
	struct store_key k = {
	    .site = sqlite3_column_int64(q, 2),
	    .scopes = (unsigned)sqlite3_column_int64(q, 3),
	    .created_at_ms = sqlite3_column_int64(q, 4),
	    .revoked_at_ms = sqlite3_column_int64(q, 5),
	    .expires_at_ms = sqlite3_column_int64(q, 7),
	    .akismet = sqlite3_column_int(q, 8) != 0,
	};
	struct span hash = sqlite_span(q, 1);

	sqlite_copy_text(q, 0, k.id, sizeof k.id);
	if (hash.n == STORE_HASH_BYTES)
		memcpy(k.hash, hash.p, STORE_HASH_BYTES);
	sqlite_copy_text(q, 6, k.label, sizeof k.label);
	return k;
}
