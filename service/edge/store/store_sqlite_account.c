#include "store_sqlite_account.h"

#include "store_sqlite_outbox.h"

enum { GRANTS_MAX = 256 };

enum {
	ID,
	NAME,
	OPERATOR,
	PASSWORD,
	TOTP,
	TOTP_STEP,
	RECOVERY,
	PREFS,
	LINK,
	LINK_UNTIL,
	CREATED_AT,
	REVISION,
	SESSION_CREATED_AT,
	SESSION_SEEN_AT,
	SESSION_BY_LINK
};

#define COLUMNS                                                                \
	"a.id, a.name, a.operator, a.password, a.totp, a.totp_step,"           \
	" a.recovery, a.prefs, a.link, a.link_until, a.created_at, a.revision"

static const char *const selects[] = {
    [ACCOUNT_BY_NAME] =
	"SELECT " COLUMNS ", 0, 0, 0 FROM account AS a WHERE a.name = ?1",
    [ACCOUNT_BY_LINK] = "SELECT " COLUMNS ", 0, 0, 0 FROM account AS a"
			" WHERE a.link = ?1 AND a.link_until > 0",
    [ACCOUNT_BY_SESSION] =
	"SELECT " COLUMNS ", s.created_at, s.seen_at, s.by_link"
	" FROM session AS s JOIN account AS a ON a.id = s.account"
	" WHERE s.hash = ?1",
};
static const char select_all[] =
    "SELECT " COLUMNS " FROM account AS a ORDER BY a.name";
static const char select_grants[] =
    "SELECT g.site, g.role FROM account_site AS g JOIN site AS s"
    " ON s.id = g.site WHERE g.account = ?1 AND s.deleted_at = 0"
    " ORDER BY g.site LIMIT ?2";

static int
too_large(struct err *e)
{
	return err_set(e, ERR_TOO_LARGE, "the account does not fit in memory");
}

/* Copies a column into `a`, a NUL behind it; p NULL: the arena is full. */
static struct span
own(struct arena *a, sqlite3_stmt *q, int column)
{
	struct span s = sqlite_span(q, column);
	char *copy = arena_alloc(a, s.n + 1);

	if (copy == NULL)
		return (struct span){NULL, 0};
	if (s.n > 0)
		memcpy(copy, s.p, s.n);
	copy[s.n] = '\0';
	return (struct span){copy, s.n};
}

static int
read_grants(struct sqlite_link *l, struct arena *a, struct store_account *out,
    struct err *e)
{
	struct store_grant *grants = arena_array(a, GRANTS_MAX, sizeof *grants);
	sqlite3_stmt *q =
	    grants == NULL ? NULL : sqlite_link_once(l, select_grants, e);
	int code;

	if (grants == NULL)
		return too_large(e);
	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, out->id);
	sqlite3_bind_int(q, 2, GRANTS_MAX);
	while ((code = sqlite3_step(q)) == SQLITE_ROW)
		grants[out->n_grants++] = (struct store_grant){
		    .account = out->id,
		    .site = sqlite3_column_int64(q, 0),
		    .role = (enum role)sqlite3_column_int(q, 1),
		};
	out->grants = grants;
	return sqlite_link_end(l, q, code, e);
}

static int
read_account(struct sqlite_link *l, sqlite3_stmt *q, struct arena *a,
    struct store_account *out, struct err *e)
{
	struct span link = sqlite_span(q, LINK);

	*out = (struct store_account){
	    .id = sqlite3_column_int64(q, ID),
	    .name = own(a, q, NAME).p,
	    .is_operator = sqlite3_column_int(q, OPERATOR) != 0,
	    .password = own(a, q, PASSWORD),
	    .totp = own(a, q, TOTP),
	    .totp_step = sqlite3_column_int64(q, TOTP_STEP),
	    .recovery = own(a, q, RECOVERY),
	    .prefs = own(a, q, PREFS),
	    .link_until_ms = sqlite3_column_int64(q, LINK_UNTIL),
	    .created_at_ms = sqlite3_column_int64(q, CREATED_AT),
	    .revision = sqlite3_column_int64(q, REVISION),
	};
	if (link.n == STORE_HASH_BYTES)
		memcpy(out->link, link.p, link.n);
	if (out->name == NULL || out->password.p == NULL ||
	    out->totp.p == NULL || out->recovery.p == NULL ||
	    out->prefs.p == NULL)
		return too_large(e);
	return read_grants(l, a, out, e);
}

static int
read_found(struct sqlite_link *l, sqlite3_stmt *q, struct arena *a,
    struct account_found *out, struct err *e)
{
	if (read_account(l, q, a, &out->account, e) != 0)
		return -1;
	out->session = (struct store_session){
	    .account = out->account.id,
	    .revision = out->account.revision,
	    .created_at_ms = sqlite3_column_int64(q, SESSION_CREATED_AT),
	    .seen_at_ms = sqlite3_column_int64(q, SESSION_SEEN_AT),
	    .by_link = sqlite3_column_int(q, SESSION_BY_LINK) != 0,
	};
	return 0;
}

int
sqlite_get_account(struct store_reader *r, const struct account_query *by,
    struct arena *a, struct account_found *out, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	sqlite3_stmt *q = sqlite_link_once(l, selects[by->by], e);
	int code, result;

	if (q == NULL)
		return -1;
	if (by->by == ACCOUNT_BY_NAME)
		sqlite_bind_span(q, 1, by->key);
	else
		sqlite3_bind_blob(
		    q, 1, by->key.p, (int)by->key.n, SQLITE_STATIC);
	code = sqlite3_step(q);
	if (code == SQLITE_ROW)
		result = read_found(l, q, a, out, e);
	else if (code == SQLITE_DONE)
		result = err_set(e, ERR_MISSING, "there is no such user");
	else
		result = sqlite_link_fault(l, e);
	sqlite3_finalize(q);
	if (result == 0 && by->by == ACCOUNT_BY_SESSION)
		memcpy(out->session.hash, by->key.p, STORE_HASH_BYTES);
	return result;
}

int
sqlite_each_account(
    struct store_reader *r, const struct account_visit *visit, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	sqlite3_stmt *q = sqlite_link_once(l, select_all, e);
	size_t used = visit->arena->used;
	struct store_account account;
	int code = SQLITE_ROW, result = q == NULL ? -1 : 0;

	while (result == 0 && (code = sqlite3_step(q)) == SQLITE_ROW) {
		result = read_account(l, q, visit->arena, &account, e);
		if (result == 0)
			visit->each(visit->arg, &account);
		arena_rewind(visit->arena, used);
	}
	return sqlite_link_end(l, q, code, e) == 0 ? result : -1;
}

static void
bind_blob(sqlite3_stmt *q, int at, struct span s)
{
	sqlite3_bind_blob(q, at, s.n == 0 ? "" : s.p, (int)s.n, SQLITE_STATIC);
}

void
sqlite_account_bind(sqlite3_stmt *q, const struct store_change *c)
{
	const struct store_account *a = &c->account;
	struct span prefs = a->prefs.n > 0 ? a->prefs : span_of("{}");

	sqlite_bind_span(q, 1, span_of_any(a->name));
	sqlite3_bind_int(q, 2, a->is_operator);
	sqlite_bind_span(q, 3, a->password);
	sqlite_bind_span(q, 4, a->totp);
	sqlite3_bind_int64(q, 5, a->totp_step);
	bind_blob(q, 6, a->recovery);
	sqlite_bind_span(q, 7, prefs);
	sqlite3_bind_blob(q, 8, a->link, STORE_HASH_BYTES, SQLITE_STATIC);
	sqlite3_bind_int64(q, 9, a->link_until_ms);
	sqlite3_bind_int64(q, 10, a->created_at_ms);
	sqlite3_bind_int64(q, 11, a->id);
	sqlite3_bind_int64(q, 12, a->revision);
}

void
sqlite_grant_bind(sqlite3_stmt *q, const struct store_change *c)
{
	sqlite3_bind_int64(q, 1, c->grant.account);
	sqlite3_bind_int64(q, 2, c->grant.site);
	sqlite3_bind_int(q, 3, (int)c->grant.role);
}

void
sqlite_session_bind(sqlite3_stmt *q, const struct store_change *c)
{
	const struct store_session *s = &c->session;

	sqlite3_bind_blob(q, 1, s->hash, STORE_HASH_BYTES, SQLITE_STATIC);
	sqlite3_bind_int64(q, 2, s->account);
	sqlite3_bind_int64(q, 3, s->revision);
	sqlite3_bind_int64(q, 4, s->created_at_ms);
	sqlite3_bind_int64(q, 5, s->seen_at_ms);
	sqlite3_bind_int(q, 6, s->by_link);
}
