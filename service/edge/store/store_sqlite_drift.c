#include "store_sqlite_drift.h"

#include "store_sqlite_outbox.h"
#include "store_sqlite_places.h"

enum { GET, PUT, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [GET] = "SELECT counts FROM drift WHERE site = ? AND model = ? AND day = ?",
    [PUT] = "INSERT OR REPLACE INTO drift VALUES (?, ?, ?, ?)",
};
SQLITE_PLACES(WRITER_PLACE_DRIFT, STATEMENTS, WRITER_PLACE_CROWD);

static sqlite3_stmt *
ask(struct sqlite_link *l, int which, const struct drift_row *row)
{
	sqlite3_stmt *q = sqlite_link_kept(
	    l, WRITER_PLACE_DRIFT + (unsigned)which, sql[which], NULL);

	if (q == NULL)
		return NULL;
	sqlite3_bind_int64(q, 1, row->site);
	sqlite3_bind_int64(q, 2, (int64_t)row->model);
	sqlite3_bind_int64(q, 3, row->day);
	return q;
}

/* Numbers as a column has them; false: other ones, of another version. */
static bool
read_counts(sqlite3_stmt *q, int column, struct drift_counts *out)
{
	const void *bytes = sqlite3_column_blob(q, column);

	if (sqlite3_column_bytes(q, column) != sizeof(*out))
		return false;
	memcpy(out, bytes, sizeof(*out));
	return true;
}

/* Adds what was there, then puts the row in its place. */
static int
write_row(struct sqlite_link *l, struct drift_row *row)
{
	sqlite3_stmt *get = ask(l, GET, row), *put = ask(l, PUT, row);
	struct drift_counts before;
	int code;

	if (get == NULL || put == NULL)
		return sqlite3_errcode(l->db);
	code = sqlite3_step(get);
	if (code == SQLITE_ROW && read_counts(get, 0, &before))
		drift_add_all(&row->counts, &before);
	sqlite3_reset(get);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return code;
	sqlite3_bind_blob(
	    put, 4, &row->counts, sizeof(row->counts), SQLITE_STATIC);
	return sqlite_run(put);
}

int
sqlite_drift_write(struct sqlite_drift *d, struct sqlite_link *l)
{
	int code = SQLITE_DONE;

	for (uint32_t i = 0; i < d->n && code == SQLITE_DONE; i++)
		code = write_row(l, &d->rows[i]);
	d->n = 0;
	return code;
}

int
sqlite_drift_record(
    struct sqlite_drift *d, struct sqlite_link *l, const struct record *r)
{
	int64_t day = r->received_at_ms / DAY_MS;
	int code = SQLITE_DONE;
	uint32_t i = 0;

	if (r->drift == NULL)
		return SQLITE_DONE;
	while (i < d->n && (d->rows[i].site != r->site ||
			       d->rows[i].model != r->drift->model ||
			       d->rows[i].day != day))
		i++;
	if (i == DRIFT_ROWS_MAX) {
		code = sqlite_drift_write(d, l);
		i = 0;
	}
	if (i == d->n)
		d->rows[d->n++] = (struct drift_row){
		    .site = r->site, .day = day, .model = r->drift->model};
	drift_add(&d->rows[i].counts, r->drift);
	return code;
}

int
sqlite_each_drift(
    struct store_reader *r, const struct drift_visit *visit, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	sqlite3_stmt *q = sqlite_link_once(l,
	    "SELECT day, counts FROM drift WHERE site = ? AND model = ?"
	    " AND day >= ? AND day < ? ORDER BY day",
	    e);
	struct drift_counts counts;
	int code;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, visit->site);
	sqlite3_bind_int64(q, 2, (int64_t)visit->model);
	sqlite3_bind_int64(q, 3, visit->from);
	sqlite3_bind_int64(q, 4, visit->end);
	while ((code = sqlite3_step(q)) == SQLITE_ROW)
		if (read_counts(q, 1, &counts))
			visit->each(
			    visit->arg, sqlite3_column_int64(q, 0), &counts);
	return sqlite_link_end(l, q, code, e);
}
