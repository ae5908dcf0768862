#include <stdio.h>

#include "store_sqlite_outbox.h"

static const char *const roles[MODEL_ROLES] = {
    [MODEL_ACTIVE] = "active",
    [MODEL_CHALLENGER] = "challenger",
};

const char *
model_role_name(enum model_role r)
{
	return roles[r];
}

/* Copies a column into a NUL-terminated field, cut to its size. */
static void
copy_text(sqlite3_stmt *q, int column, char *out, size_t size)
{
	struct span text = sqlite_span(q, column);

	snprintf(out, size, "%.*s", (int)text.n, text.p);
}

enum { NUMBER, ROLE, NAME, BY, AT, ENDED_AT };

static struct store_model_use
read_use(sqlite3_stmt *q)
{
	bool active =
	    span_equal(sqlite_span(q, ROLE), span_of(roles[MODEL_ACTIVE]));
	struct store_model_use u = {
	    .number = sqlite3_column_int64(q, NUMBER),
	    .role = active ? MODEL_ACTIVE : MODEL_CHALLENGER,
	    .at_ms = sqlite3_column_int64(q, AT),
	    .ended_at_ms = sqlite3_column_int64(q, ENDED_AT),
	};

	copy_text(q, NAME, u.name, sizeof u.name);
	copy_text(q, BY, u.by, sizeof u.by);
	return u;
}

int
sqlite_each_model_use(
    struct store_reader *r, const struct model_use_visit *visit, struct err *e)
{
	struct sqlite_link *l = sqlite_reader_link(r);
	sqlite3_stmt *q = NULL;
	struct store_model_use u;
	int code = sqlite3_prepare_v2(l->db,
	    "SELECT number, role, name, started_by, started_at, ended_at"
	    " FROM model_use ORDER BY number",
	    -1, &q, NULL);

	while (code == SQLITE_OK || code == SQLITE_ROW) {
		code = sqlite3_step(q);
		if (code != SQLITE_ROW)
			break;
		u = read_use(q);
		visit->each(visit->arg, &u);
	}
	if (code != SQLITE_DONE)
		sqlite_link_fault(l, e);
	sqlite3_finalize(q);
	return code == SQLITE_DONE ? 0 : -1;
}
