#include "store_sqlite_audit.h"
#include "store_sqlite_outbox.h"
#include "store_sqlite_verbs.h"

static const char put_sql[] =
    "INSERT INTO list_entry (site, id, kind, value, effect, note,"
    " expires_at, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char delete_sql[] =
    "DELETE FROM list_entry WHERE site = ?1 AND"
    " (id = ?2 OR (expires_at <> 0 AND expires_at <= ?3))";
static const char select_sql[] =
    "SELECT site, id, kind, value, effect, note, expires_at, created_at,"
    " created_by FROM list_entry ORDER BY site, id";

static void
bind_entry(sqlite3_stmt *q, int64_t site, const struct list_entry *l)
{
	sqlite3_bind_int64(q, 1, site);
	sqlite_bind_span(q, 2, span_of(l->id));
	sqlite_bind_span(q, 3, span_of(rule_kind_name(l->kind)));
	sqlite_bind_span(q, 4, l->value);
	sqlite_bind_span(q, 5, span_of(rule_effect_name(l->effect)));
	sqlite_bind_span(q, 6, l->note);
	sqlite3_bind_int64(q, 7, l->expires_at_ms);
	sqlite3_bind_int64(q, 8, l->created_at_ms);
	sqlite_bind_span(q, 9, l->created_by);
}

/* What is written down of an entry: whom it is about, and what somebody wrote
 * of him, is erased with it. */
static struct sqlite_act
act_on(struct store_sqlite *s, const char *action, const struct list_change *c,
    struct span id)
{
	static const char look[] =
	    "SELECT json_object('kind', kind, 'value', iif(kind IN ('author',"
	    " 'email', 'ip'), NULL, value), 'effect', effect,"
	    " 'expires_at', expires_at), id, site"
	    " FROM list_entry WHERE site = ?1 AND id = ?2";
	struct err ignored;

	return (struct sqlite_act){
	    .action = action,
	    .actor = c->by.n > 0 ? c->by : span_of("moderatod"),
	    .look = sqlite_look_at(
		s, look, (struct store_ref){c->site, id, {NULL, 0}}, &ignored),
	};
}

/* The one that is put for c->gone is written down as its change. */
static int
put_entry(struct store_sqlite *s, sqlite3_stmt *put,
    const struct list_change *c, const struct list_entry *l)
{
	struct span id = span_of(l->id);
	struct sqlite_act act;
	int code;

	bind_entry(put, c->site, l);
	if (span_equal(id, c->gone))
		return sqlite_run(put);
	act = act_on(s, "list.added", c, id);
	code = sqlite_run(put);
	if (code == SQLITE_DONE)
		return sqlite_act_done(s, &act);
	sqlite_act_drop(&act);
	return code;
}

static int
write_entries(struct store_sqlite *s, sqlite3_stmt *put, sqlite3_stmt *gone,
    const struct list_change *c)
{
	struct sqlite_act act = act_on(
	    s, c->n_puts > 0 ? "list.changed" : "list.removed", c, c->gone);
	int code;

	sqlite_act_begin(&act);
	sqlite3_bind_int64(gone, 1, c->site);
	sqlite_bind_span(gone, 2, c->gone);
	sqlite3_bind_int64(gone, 3, c->now_ms);
	code = sqlite_run(gone);
	for (uint32_t i = 0; i < c->n_puts && code == SQLITE_DONE; i++)
		code = put_entry(s, put, c, &c->puts[i]);
	if (code == SQLITE_DONE)
		return sqlite_act_done(s, &act);
	sqlite_act_drop(&act);
	return code;
}

/* 0, or -1; then nothing of the transaction may stay. */
static int
write_change(struct store_sqlite *s, void *arg, struct err *e)
{
	const struct list_change *c = arg;
	sqlite3_stmt *put = sqlite_prepare_once(s, put_sql, e);
	sqlite3_stmt *gone = sqlite_prepare_once(s, delete_sql, e);
	int code = put == NULL || gone == NULL ? SQLITE_ERROR
					       : write_entries(s, put, gone, c);

	if (code == SQLITE_CONSTRAINT_FOREIGNKEY)
		err_set(e, ERR_MISSING, "there is no such site");
	else if (code != SQLITE_DONE)
		sqlite_link_fault(&s->link, e);
	sqlite3_finalize(put);
	sqlite3_finalize(gone);
	return code == SQLITE_DONE ? 0 : -1;
}

int
sqlite_change_list(
    struct store *store, const struct list_change *c, struct err *e)
{
	struct list_change copy = *c;

	return sqlite_in_turn(store, write_change, &copy, e);
}

static void
visit_row(sqlite3_stmt *q, const struct list_visit *visit)
{
	struct list_entry l = {
	    .site = sqlite3_column_int64(q, 0),
	    .kind = rule_kind_named(sqlite_span(q, 2)),
	    .effect = rule_effect_named(sqlite_span(q, 4)),
	    .value = sqlite_span(q, 3),
	    .note = sqlite_span(q, 5),
	    .expires_at_ms = sqlite3_column_int64(q, 6),
	    .created_at_ms = sqlite3_column_int64(q, 7),
	    .created_by = sqlite_span(q, 8),
	};

	sqlite_copy_text(q, 1, l.id, sizeof(l.id));
	if (l.kind != RULE_KINDS && l.effect != RULE_EFFECTS)
		visit->each(visit->arg, &l);
}

int
sqlite_each_list_entry(
    struct store *store, const struct list_visit *visit, struct err *e)
{
	struct store_sqlite *s = (struct store_sqlite *)store;
	sqlite3_stmt *q;
	int code, result = -1;

	sqlite_turn_take(s);
	q = sqlite_prepare_once(s, select_sql, e);
	if (q != NULL) {
		while ((code = sqlite3_step(q)) == SQLITE_ROW)
			visit_row(q, visit);
		result = sqlite_link_end(&s->link, q, code, e);
	}
	sqlite_turn_give(s);
	return result;
}
