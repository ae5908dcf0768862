#include "store_sqlite_audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../process/secrets.h"
#include "store_sqlite_outbox.h"

#define SITE                                                                   \
	"SELECT json_object('name', name, 'settings', json(settings)), name,"  \
	" id FROM site WHERE deleted_at = 0 AND "
#define KEY                                                                    \
	"SELECT json_object('scopes', scopes, 'label', label, 'expires_at',"   \
	" expires_at, 'revoked_at', revoked_at), id, site FROM api_key"        \
	" WHERE id = ?1"
#define ACCOUNT                                                                \
	"SELECT json_object('name', name, 'operator', operator, 'password',"   \
	" password <> '', 'password_at', password_at, 'totp', totp <> '',"     \
	" 'link_until', link_until, 'revision', revision), name, 0"            \
	" FROM account WHERE "
#define GRANT                                                                  \
	"SELECT json_object('role', CASE g.role WHEN 1 THEN 'viewer'"          \
	" WHEN 2 THEN 'moderator' ELSE 'admin' END), a.name, g.site"           \
	" FROM account_site AS g JOIN account AS a ON a.id = g.account"        \
	" WHERE g.account = ?1 AND g.site = ?2"
#define SESSION                                                                \
	"SELECT json_object('by_link', s.by_link), a.name, 0 FROM session"     \
	" AS s JOIN account AS a ON a.id = s.account WHERE s.hash = ?1"
/* Which of them there are; what they say is the page's own. */
#define PREFS                                                                  \
	"SELECT json_object('prefs', (SELECT json_group_array(key)"            \
	" FROM json_each(prefs))), name, 0 FROM account WHERE id = ?11"
#define OTHERS                                                                 \
	"SELECT json_object('sessions', count(*)), a.name, 0 FROM session"     \
	" AS s JOIN account AS a ON a.id = s.account WHERE s.account = ?2"     \
	" AND s.hash <> ?1 GROUP BY a.id"
#define MODEL                                                                  \
	"SELECT json_object('role', role, 'name', name, 'forced', json(iif("   \
	"forced, 'true', 'false'))), name, 0"                                  \
	" FROM model_use WHERE "

static const struct {
	const char *action, *look;
} acts[CHANGES] = {
    [CHANGE_ADD_SITE] = {"site.added", SITE "name = ?1"},
    [CHANGE_SET_SITE] = {"site.changed", SITE "id = ?4"},
    [CHANGE_DROP_SITE] = {"site.deleted", SITE "id = ?4"},
    [CHANGE_ADD_KEY] = {"key.added", KEY},
    [CHANGE_END_KEY] = {"key.rotated", KEY},
    [CHANGE_REVOKE_KEY] = {"key.revoked", KEY},
    [CHANGE_ADD_ACCOUNT] = {"user.added", ACCOUNT "name = ?1"},
    [CHANGE_SET_ACCOUNT] = {"user.changed", ACCOUNT "id = ?11"},
    [CHANGE_SET_PREFS] = {"user.prefs", PREFS},
    [CHANGE_DROP_ACCOUNT] = {"user.deleted", ACCOUNT "id = ?11"},
    [CHANGE_GRANT] = {"user.role", GRANT},
    [CHANGE_UNGRANT] = {"user.role", GRANT},
    [CHANGE_ADD_SESSION] = {"session.begun", SESSION},
    [CHANGE_END_SESSION] = {"session.ended", SESSION},
    [CHANGE_END_OTHERS] = {"sessions.ended", OTHERS},
    [CHANGE_USE_MODEL] = {"model.used",
	MODEL "role = ?2 AND ended_at = 0 ORDER BY number DESC LIMIT 1"},
    [CHANGE_END_MODEL] = {"model.ended", MODEL "number = ?1 AND ended_at = 0"},
};

const char *
sqlite_change_action(enum store_change_kind kind)
{
	return acts[kind].action;
}

const char *
sqlite_change_look(enum store_change_kind kind)
{
	return acts[kind].look;
}

/* Each field with its length before it, so that none can pass for another. */
static size_t
put_field(char *out, struct span field)
{
	uint64_t n = field.n;

	memcpy(out, &n, sizeof(n));
	if (field.n > 0)
		memcpy(out + sizeof(n), field.p, field.n);
	return sizeof(n) + field.n;
}

/* The hash of an entry that follows one with the hash `chain`. */
static int
hash(const struct audit_entry *a, const unsigned char chain[STORE_HASH_BYTES],
    unsigned char out[STORE_HASH_BYTES])
{
	char numbers[80];
	const struct span fields[] = {
	    {(const char *)chain, STORE_HASH_BYTES},
	    {numbers, (size_t)snprintf(numbers, sizeof(numbers),
			  "%" PRId64 " %" PRId64 " %" PRId64, a->number,
			  a->at_ms, a->site)},
	    a->actor,
	    a->action,
	    a->subject,
	    a->before,
	    a->after,
	};
	size_t count = sizeof(fields) / sizeof(fields[0]), n = 0, at = 0;
	char *all;

	for (size_t i = 0; i < count; i++)
		n += sizeof(uint64_t) + fields[i].n;
	all = malloc(n);
	if (all == NULL)
		return -1;
	for (size_t i = 0; i < count; i++)
		at += put_field(all + at, fields[i]);
	secrets_hash((struct span){all, n}, out);
	free(all);
	return 0;
}

/* The number and hash of the last entry; all zero when there is none. */
static int
find_last(struct store_sqlite *s, int64_t *number,
    unsigned char chain[STORE_HASH_BYTES])
{
	struct err ignored;
	sqlite3_stmt *q = sqlite_prepare_once(s,
	    "SELECT number, chain FROM audit ORDER BY number DESC LIMIT 1",
	    &ignored);
	int code = q == NULL ? sqlite3_errcode(s->link.db) : sqlite3_step(q);

	memset(chain, 0, STORE_HASH_BYTES);
	*number = 0;
	if (code == SQLITE_ROW) {
		*number = sqlite3_column_int64(q, 0);
		if (sqlite3_column_bytes(q, 1) == STORE_HASH_BYTES)
			memcpy(
			    chain, sqlite3_column_blob(q, 1), STORE_HASH_BYTES);
		code = SQLITE_DONE;
	}
	sqlite3_finalize(q);
	return code;
}

static int
insert(struct store_sqlite *s, const struct audit_entry *a,
    const unsigned char chain[STORE_HASH_BYTES])
{
	struct err ignored;
	sqlite3_stmt *q = sqlite_prepare_once(s,
	    "INSERT INTO audit (number, at, place, actor, action, subject,"
	    " before, after, chain) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    &ignored);
	int code;

	if (q == NULL)
		return sqlite3_errcode(s->link.db);
	sqlite3_bind_int64(q, 1, a->number);
	sqlite3_bind_int64(q, 2, a->at_ms);
	sqlite3_bind_int64(q, 3, a->site);
	sqlite_bind_span(q, 4, a->actor);
	sqlite_bind_span(q, 5, a->action);
	sqlite_bind_span(q, 6, a->subject);
	sqlite_bind_span(q, 7, a->before);
	sqlite_bind_span(q, 8, a->after);
	sqlite3_bind_blob(q, 9, chain, STORE_HASH_BYTES, SQLITE_STATIC);
	code = sqlite3_step(q);
	sqlite3_finalize(q);
	return code;
}

int
sqlite_audit_put(struct store_sqlite *s, const struct audit_entry *a)
{
	struct audit_entry next = *a;
	unsigned char chain[STORE_HASH_BYTES];
	int code = find_last(s, &next.number, chain);

	if (code != SQLITE_DONE)
		return code;
	next.number++;
	if (next.at_ms == 0)
		next.at_ms = clock_unix_ms();
	if (hash(&next, chain, chain) != 0)
		return SQLITE_NOMEM;
	return insert(s, &next, chain);
}

enum { STATE_BYTES = 96 };

/* A state as JSON, with what was decided; names of ours need no escaping. */
static struct span
write_state(const char *state, const struct decision *d, char out[STATE_BYTES])
{
	size_t n = 0;

	if (state[0] == '\0')
		n = (size_t)snprintf(out, STATE_BYTES, "{\"state\":null");
	else
		n = (size_t)snprintf(
		    out, STATE_BYTES, "{\"state\":\"%s\"", state);
	if (d != NULL)
		n += (size_t)snprintf(out + n, STATE_BYTES - n,
		    ",\"decision\":\"%s\",\"learn\":%s", decision_name(d->kind),
		    d->learn ? "true" : "false");
	n += (size_t)snprintf(out + n, STATE_BYTES - n, "}");
	return (struct span){out, n};
}

int
sqlite_audit_decision(struct store_sqlite *s, const struct decision *d,
    const char *before, const char *after)
{
	char was[STATE_BYTES], is[STATE_BYTES];

	return sqlite_audit_put(
	    s, &(struct audit_entry){
		   .at_ms = d->created_at_ms,
		   .site = d->site,
		   .actor = d->api_key.n > 0 ? d->api_key : d->actor,
		   .action = span_of("comment.decided"),
		   .subject = d->comment.n > 0 ? d->comment : span_of(d->id),
		   .before = write_state(before, NULL, was),
		   .after = write_state(after, d, is),
	       });
}

int
sqlite_audit_undo(struct store_sqlite *s, const struct undo *u,
    const char *before, const char *after)
{
	char was[STATE_BYTES], is[STATE_BYTES];

	return sqlite_audit_put(
	    s, &(struct audit_entry){
		   .at_ms = u->at_ms,
		   .site = u->site,
		   .actor = u->by,
		   .action = span_of("comment.undone"),
		   .subject = u->comment.n > 0 ? u->comment : u->decision,
		   .before = write_state(before, NULL, was),
		   .after = write_state(after, NULL, is),
	       });
}

sqlite3_stmt *
sqlite_look_at(struct store_sqlite *s, const char *sql, struct store_ref ref,
    struct err *e)
{
	sqlite3_stmt *q = sqlite_prepare_once(s, sql, e);

	if (q != NULL) {
		sqlite3_bind_int64(q, 1, ref.site);
		sqlite_bind_span(q, 2, ref.id);
	}
	return q;
}

static char *
copy(struct sqlite_act *a, int column)
{
	struct span s = sqlite_span(a->look, column);
	char *own = strndup(s.n == 0 ? "" : s.p, s.n);

	if (own == NULL)
		a->fault = SQLITE_NOMEM;
	return own;
}

/* What there is now; NULL: nothing, or a fault. */
static char *
look(struct sqlite_act *a)
{
	char *json = NULL;
	int code = a->look == NULL ? SQLITE_NOMEM : sqlite3_step(a->look);

	if (code == SQLITE_ROW) {
		json = copy(a, 0);
		if (a->subject == NULL) {
			a->subject = copy(a, 1);
			a->site = sqlite3_column_int64(a->look, 2);
		}
	} else if (code != SQLITE_DONE) {
		a->fault = code;
	}
	sqlite3_reset(a->look);
	return json;
}

void
sqlite_act_begin(struct sqlite_act *a)
{
	if (a->action != NULL)
		a->before = look(a);
}

void
sqlite_act_drop(struct sqlite_act *a)
{
	sqlite3_finalize(a->look);
	free(a->before);
	free(a->subject);
	a->look = NULL;
	a->before = a->subject = NULL;
}

int
sqlite_act_done(struct store_sqlite *s, struct sqlite_act *a)
{
	char *after;
	int code = SQLITE_DONE;

	if (a->action != NULL) {
		after = look(a);
		if (a->fault != 0)
			code = a->fault;
		else if (a->before != NULL || after != NULL)
			code = sqlite_audit_put(
			    s, &(struct audit_entry){
				   .site = a->site,
				   .actor = a->actor,
				   .action = span_of(a->action),
				   .subject = span_of_any(a->subject),
				   .before = span_of_any(a->before),
				   .after = span_of_any(after),
			       });
		free(after);
	}
	sqlite_act_drop(a);
	return code;
}

static struct audit_entry
read_entry(sqlite3_stmt *q)
{
	return (struct audit_entry){
	    .number = sqlite3_column_int64(q, 0),
	    .at_ms = sqlite3_column_int64(q, 1),
	    .site = sqlite3_column_int64(q, 2),
	    .actor = sqlite_span(q, 3),
	    .action = sqlite_span(q, 4),
	    .subject = sqlite_span(q, 5),
	    .before = sqlite_span(q, 6),
	    .after = sqlite_span(q, 7),
	};
}

#define COLUMNS "number, at, place, actor, action, subject, before, after"

int
sqlite_each_audit(
    struct store_reader *r, const struct audit_visit *visit, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	sqlite3_stmt *q = sqlite_link_once(l,
	    visit->site == 0
		? "SELECT " COLUMNS " FROM audit"
		  " WHERE number < ?1 ORDER BY number DESC"
		: "SELECT " COLUMNS " FROM audit WHERE"
		  " number < ?1 AND place = ?2 ORDER BY number DESC",
	    e);
	struct audit_entry entry;
	bool more = true;
	int code;

	if (q == NULL)
		return -1;
	sqlite_bind_before(q, 1, visit->before);
	if (visit->site != 0)
		sqlite3_bind_int64(q, 2, visit->site);
	while (more && (code = sqlite3_step(q)) == SQLITE_ROW) {
		entry = read_entry(q);
		more = visit->each(visit->arg, &entry);
	}
	return sqlite_link_end(l, q, code, e);
}

/* Takes the row if it is the entry that follows those so far: SQLITE_OK. */
static int
take_next(sqlite3_stmt *q, struct audit_check *so_far)
{
	struct audit_entry entry = read_entry(q);
	unsigned char chain[STORE_HASH_BYTES];
	int64_t number = so_far->gone + so_far->n + 1;

	if (hash(&entry, so_far->head, chain) != 0)
		return SQLITE_NOMEM;
	if (entry.number != number ||
	    sqlite3_column_bytes(q, 8) != STORE_HASH_BYTES ||
	    memcmp(sqlite3_column_blob(q, 8), chain, STORE_HASH_BYTES) != 0) {
		so_far->broken = number;
		return SQLITE_DONE;
	}
	memcpy(so_far->head, chain, sizeof(chain));
	so_far->n++;
	return SQLITE_OK;
}

/* Where the log begins: after what is not kept. 0 or -1. */
static int
find_start(struct sqlite_link *l, struct audit_check *out, struct err *e)
{
	sqlite3_stmt *q =
	    sqlite_link_once(l, "SELECT number, chain FROM audit_start", e);
	int code;

	*out = (struct audit_check){0};
	if (q == NULL)
		return -1;
	code = sqlite3_step(q);
	if (code == SQLITE_ROW &&
	    sqlite3_column_bytes(q, 1) == STORE_HASH_BYTES) {
		out->gone = sqlite3_column_int64(q, 0);
		memcpy(out->head, sqlite3_column_blob(q, 1), STORE_HASH_BYTES);
	}
	return sqlite_link_end(l, q, code, e);
}

int
sqlite_check_audit(
    struct store_reader *r, struct audit_check *out, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	sqlite3_stmt *q;
	int code = SQLITE_OK;

	if (find_start(l, out, e) != 0)
		return -1;
	q = sqlite_link_once(l,
	    "SELECT " COLUMNS ", chain FROM audit WHERE number > ?"
	    " ORDER BY number",
	    e);
	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, out->gone);
	while (code == SQLITE_OK && (code = sqlite3_step(q)) == SQLITE_ROW)
		code = take_next(q, out);
	return sqlite_link_end(l, q, code, e);
}
