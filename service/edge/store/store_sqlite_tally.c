#include <math.h>

#include "store_sqlite_places.h"
#include "store_sqlite_queue.h"

SQLITE_PLACES(WRITER_PLACE_TALLY, 1, WRITER_PLACE_DRIFT);
static const char add_sql[] = "INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?, ?)"
			      " ON CONFLICT DO UPDATE SET n = n + excluded.n";

static bool
is_same(const struct tally *a, const struct tally *b)
{
	return a->site == b->site && a->day == b->day && a->bin == b->bin &&
	       span_equal(a->name, b->name) && span_equal(a->head, b->head) &&
	       span_equal(a->kind, b->kind);
}

static int
write_tallies(struct sqlite_tallies *t, struct sqlite_link *l)
{
	sqlite3_stmt *q =
	    sqlite_link_kept(l, WRITER_PLACE_TALLY, add_sql, NULL);
	int code = q != NULL ? SQLITE_DONE : sqlite3_errcode(l->db);

	for (uint32_t i = 0; i < t->n && code == SQLITE_DONE; i++) {
		const struct tally *one = &t->rows[i];

		sqlite3_bind_int64(q, 1, one->site);
		sqlite_bind_span(q, 2, one->kind);
		sqlite3_bind_int64(q, 3, one->day);
		sqlite_bind_span(q, 4, one->name);
		sqlite_bind_span(q, 5, one->head);
		sqlite3_bind_int(q, 6, one->bin);
		sqlite3_bind_int64(q, 7, one->n);
		code = sqlite_run(q);
	}
	t->n = 0;
	return code;
}

static int
add(struct sqlite_tallies *t, struct sqlite_link *l, const struct tally *one)
{
	int code;

	for (uint32_t i = 0; i < t->n; i++) {
		if (is_same(&t->rows[i], one)) {
			t->rows[i].n++;
			return SQLITE_DONE;
		}
	}
	code = t->n == TALLIES_MAX ? write_tallies(t, l) : SQLITE_DONE;
	t->rows[t->n++] = *one;
	return code;
}

static int
bin_of(double score)
{
	int bin = isnan(score) ? -1 : (int)(score * SCORE_BINS);

	return bin < SCORE_BINS ? bin : SCORE_BINS - 1;
}

int
sqlite_tally_record(
    struct sqlite_tallies *t, struct sqlite_link *l, const struct record *r)
{
	const struct tally state = {
	    .site = r->site,
	    .kind = span_of("state"),
	    .name = span_of(comment_state_name(sqlite_state_of(r->action))),
	    .n = 1,
	};
	const struct tally action = {
	    .site = r->site,
	    .day = r->received_at_ms / DAY_MS,
	    .kind = span_of("action"),
	    .name = r->action,
	    .head = r->head,
	    .bin = bin_of(r->score),
	    .n = 1,
	};
	int code = add(t, l, &state);

	if (code == SQLITE_DONE)
		code = add(t, l, &action);
	return code == SQLITE_DONE ? sqlite_drift_record(&t->drift, l, r)
				   : code;
}

int
sqlite_tally_write(struct sqlite_tallies *t, struct sqlite_link *l)
{
	int code = write_tallies(t, l);

	return code == SQLITE_DONE ? sqlite_drift_write(&t->drift, l) : code;
}
