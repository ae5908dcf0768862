/*
 * One comment of the queue: its record, and what is shown beside that.
 */
#include <math.h>
#include <stdio.h>

#include "store_sqlite_arrival.h"
#include "store_sqlite_outbox.h"
#include "store_sqlite_queue.h"

int
sqlite_get_number(struct store_reader *r, int64_t number, struct arena *a,
    struct record *out, struct err *e)
{
	sqlite3_stmt *s = sqlite_reader_numbered(r);
	size_t used = a->used;
	int code, result = 0;

	sqlite3_bind_int64(s, 1, number);
	code = sqlite3_step(s);
	if (code == SQLITE_DONE) {
		result = err_set(e, ERR_MISSING, "there is no such comment");
	} else if (code != SQLITE_ROW) {
		result = sqlite_link_fault(sqlite_reader_link(r), e);
	} else if (sqlite_record_read(s, a, out) != 0) {
		arena_rewind(a, used);
		result = sqlite_too_large(e);
	}
	sqlite3_reset(s);
	return result;
}

const char sqlite_select_aside[] =
    "SELECT k.rowid, (SELECT count(*) FROM note WHERE site = ?1"
    " AND comment = ?2), ifnull(c.cluster, 0),"
    " (SELECT count(*) FROM (SELECT 1 FROM card AS o WHERE o.cluster ="
    "  c.cluster AND o.site = ?1 LIMIT ?3)),"
    " (SELECT ifnull(sum(1 + (undone_at > 0)), 0) FROM decision"
    "  WHERE site = ?1 AND comment = ?2), ifnull(c.lang, ''),"
    " p.spam, p.abuse, p.off_topic, p.other, p.last_at, p.open,"
    " u.name, s.after, s.after_score"
    " FROM comment AS k LEFT JOIN card AS c ON c.number = k.rowid"
    " LEFT JOIN shadow AS s ON s.number = k.rowid AND s.use "
    "= " SQLITE_CHALLENGER " LEFT JOIN model_use AS u ON u.number = s.use"
    " LEFT JOIN reported AS p ON p.number = k.rowid"
    " WHERE k.site = ?1 AND k.id = ?2";

/* Those of none are NULL. */
static struct queue_shadow
read_shadow(sqlite3_stmt *s, int column)
{
	struct queue_shadow w = {.score = NAN};
	const char *model = (const char *)sqlite3_column_text(s, column);

	if (model == NULL)
		return w;
	snprintf(w.model, sizeof(w.model), "%s", model);
	snprintf(w.action, sizeof(w.action), "%s",
	    (const char *)sqlite3_column_text(s, column + 1));
	if (sqlite3_column_type(s, column + 2) != SQLITE_NULL)
		w.score = sqlite3_column_double(s, column + 2);
	return w;
}

/* From the column on in which the first reason is; those of none are NULL. */
static struct report_counts
read_reports(sqlite3_stmt *s, int column)
{
	struct report_counts c;

	for (int i = 0; i < REPORT_REASONS; i++)
		c.by_reason[i] = (uint32_t)sqlite3_column_int64(s, column++);
	c.last_at_ms = sqlite3_column_int64(s, column++);
	c.open = sqlite3_column_int(s, column) != 0;
	return c;
}

int
sqlite_get_aside(struct store_reader *r, struct store_ref ref,
    struct queue_aside *out, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	sqlite3_stmt *s = sqlite_reader_aside(r);
	int code, result = 0;

	if (sqlite_begin_look(l) != SQLITE_DONE)
		return sqlite_link_fault(l, e);
	sqlite3_bind_int64(s, 1, ref.site);
	sqlite_bind_span(s, 2, ref.id);
	sqlite3_bind_int(s, 3, QUEUE_LIKE_MAX);
	code = sqlite3_step(s);
	if (code == SQLITE_ROW) {
		*out = (struct queue_aside){
		    .number = sqlite3_column_int64(s, 0),
		    .notes = (uint32_t)sqlite3_column_int64(s, 1),
		    .cluster = sqlite3_column_int64(s, 2),
		    .like_it = (uint32_t)sqlite3_column_int64(s, 3),
		    .version = (uint32_t)sqlite3_column_int64(s, 4),
		    .reports = read_reports(s, 6),
		    .shadow = read_shadow(s, 6 + REPORT_REASONS + 2),
		};
		snprintf(out->lang, sizeof(out->lang), "%s",
		    (const char *)sqlite3_column_text(s, 5));
	} else if (code == SQLITE_DONE) {
		result = sqlite_arrived_aside(r, ref, out, e);
	} else {
		result = sqlite_link_fault(l, e);
	}
	sqlite3_reset(s);
	sqlite_end_look(l);
	return result;
}
