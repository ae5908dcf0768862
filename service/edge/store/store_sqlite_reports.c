#include "store_sqlite_outbox.h"
#include "store_sqlite_queue.h"
#include "store_sqlite_settle.h"

/* What it does to the comment's counts is done by a trigger. */
static const char insert_report[] =
    "INSERT INTO report (site, comment, reporter, reason, note, created_at)"
    " SELECT site, id, ?3, ?4, ?5, ?6 FROM comment AS c"
    " WHERE site = ?1 AND id = ?2 AND ifnull((SELECT n FROM reported"
    "  WHERE number = c.rowid), 0) < ?7 ON CONFLICT DO NOTHING";

static const char select_outcome[] =
    "SELECT c.state, ifnull(p.n, 0), (SELECT count(*) FROM report AS r"
    "  WHERE r.site = c.site AND r.comment = c.id"
    "  AND r.created_at > c.decided_at), c.decided_at"
    " FROM comment AS c LEFT JOIN reported AS p ON p.number = c.rowid"
    " WHERE c.site = ?1 AND c.id = ?2";

static const char select_reports[] =
    "SELECT reporter, reason, note, created_at FROM report"
    " WHERE site = ?1 AND comment = ?2 ORDER BY created_at DESC, rowid DESC";

/* Writes the report. 0 or -1. */
static int
insert(struct store_sqlite *s, const struct report *r, struct err *e)
{
	sqlite3_stmt *q = sqlite_prepare_once(s, insert_report, e);

	if (q != NULL) {
		sqlite3_bind_int64(q, 1, r->site);
		sqlite_bind_span(q, 2, r->comment);
		sqlite_bind_span(q, 3, r->reporter);
		sqlite_bind_span(q, 4, span_of(report_reason_name(r->reason)));
		sqlite_bind_span(q, 5, r->note);
		sqlite3_bind_int64(q, 6, r->created_at_ms);
		sqlite3_bind_int(q, 7, REPORTS_MAX);
	}
	return sqlite_finish(s, q, NULL, e);
}

/* Looks how the comment stands now. 0 or -1. */
static int
look(struct store_sqlite *s, const struct report *r, struct report_outcome *out,
    struct err *e)
{
	sqlite3_stmt *q = sqlite_prepare_once(s, select_outcome, e);
	int code, state = -1;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, r->site);
	sqlite_bind_span(q, 2, r->comment);
	code = sqlite3_step(q);
	if (code == SQLITE_ROW) {
		state = comment_state_named(sqlite_span(q, 0));
		out->n = (uint32_t)sqlite3_column_int64(q, 1);
		out->fresh = (uint32_t)sqlite3_column_int64(q, 2);
		out->decided_at_ms = sqlite3_column_int64(q, 3);
	}
	if (sqlite_link_end(&s->link, q, code, e) != 0)
		return -1;
	if (state < 0)
		return err_set(e, ERR_MISSING, "there is no such comment");
	out->state = (enum comment_state)state;
	return 0;
}

struct adding {
	const struct report *report;
	struct report_outcome *out;
};

static int
add(struct store_sqlite *s, void *arg, struct err *e)
{
	struct adding *a = arg;

	if (sqlite_settle_comment(s, a->report->site, a->report->comment) !=
	    SQLITE_DONE)
		return sqlite_link_fault(&s->link, e);
	if (insert(s, a->report, e) != 0)
		return -1;
	a->out->counted = sqlite3_changes(s->link.db) > 0;
	return look(s, a->report, a->out, e);
}

int
sqlite_add_report(struct store *s, const struct report *r,
    struct report_outcome *out, struct err *e)
{
	return sqlite_in_turn(s, add, &(struct adding){r, out}, e);
}

int
sqlite_each_report(struct store_reader *r, struct store_ref ref,
    const struct report_visit *visit, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	sqlite3_stmt *q = sqlite_link_once(l, select_reports, e);
	struct report one = {.site = ref.site, .comment = ref.id};
	int code, reason;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, ref.site);
	sqlite_bind_span(q, 2, ref.id);
	while ((code = sqlite3_step(q)) == SQLITE_ROW) {
		reason = report_reason_named(sqlite_span(q, 1));
		one.reason =
		    reason < 0 ? REPORT_OTHER : (enum report_reason)reason;
		one.reporter = sqlite_span(q, 0);
		one.note = sqlite_span(q, 2);
		one.created_at_ms = sqlite3_column_int64(q, 3);
		visit->each(visit->arg, &one);
	}
	return sqlite_link_end(l, q, code, e);
}
