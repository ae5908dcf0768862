#include "store_sqlite.h"

#include <stdarg.h>

sqlite3_stmt *
sqlite_prepare_once(struct store_sqlite *s, const char *sql, struct err *e)
{
	sqlite3_stmt *out = NULL;

	if (s->link.db == NULL)
		*e = s->fault;
	else if (sqlite3_prepare_v2(s->link.db, sql, -1, &out, NULL) !=
		 SQLITE_OK)
		sqlite_link_fault(&s->link, e);
	return out;
}

/* Runs a prepared statement to its end and drops it. 0 or -1. */
static int
finish(struct store_sqlite *s, sqlite3_stmt *statement, struct err *e)
{
	int code = sqlite3_step(statement), result = 0;

	if (code == SQLITE_CONSTRAINT_FOREIGNKEY)
		result = err_set(e, ERR_MISSING, "there is no such site");
	else if ((code & 0xff) == SQLITE_CONSTRAINT)
		result = err_set(e, ERR_CONFLICT, "there is one already");
	else if (code != SQLITE_DONE)
		result = sqlite_link_fault(&s->link, e);
	sqlite3_finalize(statement);
	return result;
}

int
sqlite_add_site(struct store *store, const char *name, int64_t now_ms,
    int64_t *site, struct err *e)
{
	struct store_sqlite *s = (struct store_sqlite *)store;
	sqlite3_stmt *q;
	int result = -1;

	pthread_mutex_lock(&s->turn);
	q = sqlite_prepare_once(
	    s, "INSERT INTO site (name, created_at) VALUES (?, ?)", e);
	if (q != NULL) {
		sqlite_bind_span(q, 1, span_of(name));
		sqlite3_bind_int64(q, 2, now_ms);
		result = finish(s, q, e);
	}
	if (result == 0)
		*site = sqlite3_last_insert_rowid(s->link.db);
	pthread_mutex_unlock(&s->turn);
	return result;
}

int
sqlite_set_site(
    struct store *store, const struct store_site *site, struct err *e)
{
	struct store_sqlite *s = (struct store_sqlite *)store;
	sqlite3_stmt *q;
	int result = -1;

	pthread_mutex_lock(&s->turn);
	q = sqlite_prepare_once(
	    s, "UPDATE site SET name = ?, settings = ? WHERE id = ?", e);
	if (q != NULL) {
		sqlite_bind_span(q, 1, span_of(site->name));
		sqlite_bind_span(q, 2, site->settings);
		sqlite3_bind_int64(q, 3, site->id);
		result = finish(s, q, e);
	}
	if (result == 0 && sqlite3_changes(s->link.db) == 0)
		result = err_set(e, ERR_MISSING, "there is no such site");
	pthread_mutex_unlock(&s->turn);
	return result;
}

int
sqlite_add_key(struct store *store, const struct store_key *k, struct err *e)
{
	struct store_sqlite *s = (struct store_sqlite *)store;
	sqlite3_stmt *q;
	int result = -1;

	pthread_mutex_lock(&s->turn);
	q = sqlite_prepare_once(s,
	    "INSERT INTO api_key (id, hash, site, scopes, created_at,"
	    " revoked_at, label, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	    e);
	if (q != NULL) {
		sqlite_bind_span(q, 1, span_of(k->id));
		sqlite3_bind_blob(
		    q, 2, k->hash, STORE_HASH_BYTES, SQLITE_STATIC);
		sqlite3_bind_int64(q, 3, k->site);
		sqlite3_bind_int64(q, 4, k->scopes);
		sqlite3_bind_int64(q, 5, k->created_at_ms);
		sqlite3_bind_int64(q, 6, k->revoked_at_ms);
		sqlite_bind_span(q, 7, span_of(k->label));
		sqlite3_bind_int64(q, 8, k->expires_at_ms);
		result = finish(s, q, e);
	}
	pthread_mutex_unlock(&s->turn);
	return result;
}

int
sqlite_revoke_key(
    struct store *store, const char *id, int64_t now_ms, struct err *e)
{
	struct store_sqlite *s = (struct store_sqlite *)store;
	sqlite3_stmt *q;
	int result = -1;

	pthread_mutex_lock(&s->turn);
	q = sqlite_prepare_once(s,
	    "UPDATE api_key SET revoked_at = ?"
	    " WHERE id = ? AND revoked_at = 0",
	    e);
	if (q != NULL) {
		sqlite3_bind_int64(q, 1, now_ms);
		sqlite_bind_span(q, 2, span_of(id));
		result = finish(s, q, e);
	}
	if (result == 0 && sqlite3_changes(s->link.db) == 0)
		result =
		    err_set(e, ERR_MISSING, "there is no valid key %s", id);
	pthread_mutex_unlock(&s->turn);
	return result;
}

int
sqlite_each_site(struct store *store,
    void (*each)(void *arg, const struct store_site *site), void *arg,
    struct err *e)
{
	struct store_sqlite *s = (struct store_sqlite *)store;
	sqlite3_stmt *q;
	int code, result = -1;

	pthread_mutex_lock(&s->turn);
	q = sqlite_prepare_once(s,
	    "SELECT id, name, settings, created_at FROM site ORDER BY id", e);
	if (q != NULL) {
		while ((code = sqlite3_step(q)) == SQLITE_ROW)
			each(arg,
			    &(struct store_site){
				.id = sqlite3_column_int64(q, 0),
				.name = sqlite_span(q, 1).p,
				.settings = sqlite_span(q, 2),
				.created_at_ms = sqlite3_column_int64(q, 3),
			    });
		result =
		    code == SQLITE_DONE ? 0 : sqlite_link_fault(&s->link, e);
		sqlite3_finalize(q);
	}
	pthread_mutex_unlock(&s->turn);
	return result;
}

/* Copies a column into a NUL-terminated field, cut to its size. */
static void
copy_text(char *out, size_t size, struct span text)
{
	size_t n = text.n < size - 1 ? text.n : size - 1;

	memcpy(out, text.p, n);
	out[n] = '\0';
}

static struct store_key
read_key(sqlite3_stmt *q)
{
	struct store_key k = {
	    .site = sqlite3_column_int64(q, 2),
	    .scopes = (unsigned)sqlite3_column_int64(q, 3),
	    .created_at_ms = sqlite3_column_int64(q, 4),
	    .revoked_at_ms = sqlite3_column_int64(q, 5),
	    .expires_at_ms = sqlite3_column_int64(q, 7),
	};
	struct span hash = sqlite_span(q, 1);

	copy_text(k.id, sizeof k.id, sqlite_span(q, 0));
	if (hash.n == STORE_HASH_BYTES)
		memcpy(k.hash, hash.p, STORE_HASH_BYTES);
	copy_text(k.label, sizeof k.label, sqlite_span(q, 6));
	return k;
}

int
sqlite_each_key(struct store *store,
    void (*each)(void *arg, const struct store_key *k), void *arg,
    struct err *e)
{
	struct store_sqlite *s = (struct store_sqlite *)store;
	struct store_key k;
	sqlite3_stmt *q;
	int code, result = -1;

	pthread_mutex_lock(&s->turn);
	q = sqlite_prepare_once(s,
	    "SELECT id, hash, site, scopes, created_at, revoked_at, label,"
	    " expires_at"
	    " FROM api_key ORDER BY created_at, id",
	    e);
	if (q != NULL) {
		while ((code = sqlite3_step(q)) == SQLITE_ROW) {
			k = read_key(q);
			each(arg, &k);
		}
		result =
		    code == SQLITE_DONE ? 0 : sqlite_link_fault(&s->link, e);
		sqlite3_finalize(q);
	}
	pthread_mutex_unlock(&s->turn);
	return result;
}
