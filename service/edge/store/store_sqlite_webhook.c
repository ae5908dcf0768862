#include "store_sqlite_audit.h"
#include "store_sqlite_outbox.h"

#include <stddef.h>

static const char *const types[NOTICE_TYPES] = {
    [NOTICE_HELD] = "comment.held",
    [NOTICE_DECIDED] = "comment.decided",
    [NOTICE_UNDONE] = "comment.undone",
    [NOTICE_PING] = "ping",
};

const char *
notice_name(enum notice_type t)
{
	return types[t];
}

int
notice_named(struct span name)
{
	return span_index(name, types, NOTICE_TYPES);
}

#define INSERT                                                                 \
	"INSERT INTO delivery (id, site, webhook, type, comment, decision, "   \
	"before, after, created_at, due_at) SELECT ?1 || "

/* Unless it takes back what was not told yet: then neither is. */
#define UNLESS_UNTOLD(of)                                                      \
	" AND NOT (?3 = 'comment.undone' AND EXISTS (SELECT 1 FROM delivery "  \
	"AS d WHERE d.decision = ?5 AND d.webhook = " of                       \
	" AND d.state = 'due' AND d.attempts = 0))"

const char sqlite_put_notice[] =
    INSERT "'-' || number, ?2, id, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM webhook"
	   " WHERE site = ?2 AND active = 1 AND types & ?10 <> 0" UNLESS_UNTOLD(
	       "webhook.id");

/* Only what makes ham of spam or spam of ham, or either of what was held. */
const char sqlite_put_callback[] = INSERT
    "'-0', ?2, '', ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM comment"
    " WHERE site = ?2 AND id = ?4 AND callback <> '' AND ?7 <> 'held'"
    " AND (?6 = 'held' OR (?6 = 'published') <> (?7 = 'published'))"
    " AND ?10 <> 0 AND NOT EXISTS (SELECT 1 FROM decision AS said"
    "  WHERE said.site = ?2 AND said.id = ?5"
    "  AND said.actor = 'engine' AND said.undone_at = 0)" UNLESS_UNTOLD("''");

const char sqlite_withdraw[] =
    "UPDATE delivery SET state = 'withdrawn', ended_at = ?8"
    " WHERE decision = ?5 AND type = 'comment.decided'"
    " AND state = 'due' AND attempts = 0";

void
sqlite_notice_bind(sqlite3_stmt *q, const struct sqlite_notice *n)
{
	sqlite_bind_span(q, 1, n->about);
	sqlite3_bind_int64(q, 2, n->site);
	sqlite_bind_span(q, 3, span_of(types[n->type]));
	sqlite_bind_span(q, 4, n->comment);
	sqlite_bind_span(q, 5, n->decision);
	sqlite_bind_span(q, 6, span_of(n->before));
	sqlite_bind_span(q, 7, span_of(n->after));
	sqlite3_bind_int64(q, 8, n->created_at_ms);
	sqlite3_bind_int64(q, 9, n->due_at_ms);
	sqlite3_bind_int64(q, 10, 1 << n->type);
}

#define COLUMNS                                                                \
	"id, site, created_at, url, secret, old_secret, old_until, types, "    \
	"active, why, failures, paused_until, revision"

enum {
	ID,
	SITE,
	CREATED_AT,
	URL,
	SECRET,
	OLD_SECRET,
	OLD_UNTIL,
	TYPES,
	ACTIVE,
	WHY,
	FAILURES,
	PAUSED_UNTIL,
	REVISION
};

/* As it was read, or new; what is set starts anew: it may work now. */
static const char set_webhook[] =
    "INSERT INTO webhook (" COLUMNS ") SELECT"
    " ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, 0, ?13 + 1 WHERE ?13 = 0"
    " OR EXISTS (SELECT 1 FROM webhook WHERE site = ?2 AND id = ?1)"
    " ON CONFLICT (id) DO UPDATE SET"
    " url = excluded.url, secret = excluded.secret,"
    " old_secret = excluded.old_secret, old_until = excluded.old_until,"
    " types = excluded.types, active = excluded.active, why = excluded.why,"
    " failures = 0, paused_until = 0, revision = excluded.revision"
    " WHERE site = excluded.site AND revision = excluded.revision - 1";

static void
bind_webhook(sqlite3_stmt *q, const struct webhook *w)
{
	/* parameters count from 1 */
	sqlite_bind_span(q, ID + 1, span_of(w->id));
	sqlite3_bind_int64(q, SITE + 1, w->site);
	sqlite3_bind_int64(q, CREATED_AT + 1, w->created_at_ms);
	sqlite_bind_span(q, URL + 1, w->url);
	sqlite_bind_span(q, SECRET + 1, w->secret);
	sqlite_bind_span(q, OLD_SECRET + 1, w->old_secret);
	sqlite3_bind_int64(q, OLD_UNTIL + 1, w->old_until_ms);
	sqlite3_bind_int64(q, TYPES + 1, w->types);
	sqlite3_bind_int(q, ACTIVE + 1, w->active);
	sqlite_bind_span(q, WHY + 1, w->why);
	sqlite3_bind_int64(q, REVISION + 1, w->revision);
}

/* What is written down of a webhook; no secret of it. */
static struct sqlite_act
act_on(struct store_sqlite *s, const char *action, struct store_ref ref)
{
	static const char look[] =
	    "SELECT json_object('url', url, 'types', types, 'active', active),"
	    " id, site FROM webhook WHERE site = ?1 AND id = ?2";
	struct err ignored;
	struct sqlite_act act = {
	    .action = action,
	    .actor = ref.by.n > 0 ? ref.by : span_of("moderatod"),
	    .look = sqlite_look_at(s, look, ref, &ignored),
	};

	sqlite_act_begin(&act);
	return act;
}

/* Writes it down if it was done. 0 or -1. */
static int
end_act(
    struct store_sqlite *s, struct sqlite_act *act, int result, struct err *e)
{
	if (result != 0)
		sqlite_act_drop(act);
	else if (sqlite_act_done(s, act) != SQLITE_DONE)
		return sqlite_link_fault(&s->link, e);
	return result;
}

static int
write_webhook(struct store_sqlite *s, void *arg, struct err *e)
{
	const struct webhook *w = arg;
	sqlite3_stmt *q = sqlite_prepare_once(s, set_webhook, e);
	struct sqlite_act act = act_on(s, "webhook.set",
	    (struct store_ref){w->site, span_of(w->id), w->by});
	int result;

	if (q != NULL)
		bind_webhook(q, w);
	result = sqlite_finish(s, q, "webhook", e);
	if (result != 0 && e->code == ERR_MISSING)
		err_set(
		    e, ERR_TAKEN, "the webhook changed meanwhile: try again");
	return end_act(s, &act, result, e);
}

int
sqlite_set_webhook(struct store *store, const struct webhook *w, struct err *e)
{
	struct webhook copy = *w;

	return sqlite_in_turn(store, write_webhook, &copy, e);
}

/* A statement about what `ref` names; NULL and `e`. */
static sqlite3_stmt *
prepare_for(struct store_sqlite *s, const char *sql,
    const struct store_ref *ref, struct err *e)
{
	sqlite3_stmt *q = sqlite_prepare_once(s, sql, e);

	if (q != NULL) {
		sqlite3_bind_int64(q, 1, ref->site);
		sqlite_bind_span(q, 2, ref->id);
	}
	return q;
}

static int
drop_webhook(struct store_sqlite *s, void *ref, struct err *e)
{
	struct sqlite_act act =
	    act_on(s, "webhook.deleted", *(const struct store_ref *)ref);
	sqlite3_stmt *q = prepare_for(
	    s, "DELETE FROM delivery WHERE site = ? AND webhook = ?", ref, e);
	int result = sqlite_finish(s, q, NULL, e);

	if (result == 0) {
		q = prepare_for(
		    s, "DELETE FROM webhook WHERE site = ? AND id = ?", ref, e);
		result = sqlite_finish(s, q, "webhook", e);
	}
	return end_act(s, &act, result, e);
}

int
sqlite_drop_webhook(struct store *store, struct store_ref ref, struct err *e)
{
	return sqlite_in_turn(store, drop_webhook, &ref, e);
}

static struct webhook
read_webhook(sqlite3_stmt *q)
{
	struct webhook w = {
	    .site = sqlite3_column_int64(q, SITE),
	    .created_at_ms = sqlite3_column_int64(q, CREATED_AT),
	    .url = sqlite_span(q, URL),
	    .secret = sqlite_span(q, SECRET),
	    .old_secret = sqlite_span(q, OLD_SECRET),
	    .old_until_ms = sqlite3_column_int64(q, OLD_UNTIL),
	    .types = (unsigned)sqlite3_column_int64(q, TYPES),
	    .active = sqlite3_column_int(q, ACTIVE) != 0,
	    .why = sqlite_span(q, WHY),
	    .failures = (uint32_t)sqlite3_column_int64(q, FAILURES),
	    .paused_until_ms = sqlite3_column_int64(q, PAUSED_UNTIL),
	    .revision = sqlite3_column_int64(q, REVISION),
	};
	struct span id = sqlite_span(q, ID);

	if (id.n == STORE_ID_BYTES)
		memcpy(w.id, id.p, id.n);
	return w;
}

int
sqlite_each_webhook(struct store_reader *r, struct store_ref ref,
    const struct webhook_visit *visit, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	sqlite3_stmt *q = sqlite_link_once(l,
	    "SELECT " COLUMNS " FROM webhook WHERE site = ?1"
	    " AND (?2 = '' OR id = ?2) ORDER BY number",
	    e);
	struct webhook w;
	int code;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, ref.site);
	sqlite_bind_span(q, 2, ref.id);
	while ((code = sqlite3_step(q)) == SQLITE_ROW) {
		w = read_webhook(q);
		visit->each(visit->arg, &w);
	}
	return sqlite_link_end(l, q, code, e);
}
