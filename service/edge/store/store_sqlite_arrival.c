#include "store_sqlite_arrival.h"

#include <stdlib.h>

#include "store_sqlite_places.h"

enum {
	PUT,
	FIRST,
	LAST,
	GET,
	DROP,
	SET_ASIDE,
	KEYS,
	PUT_SUMMARY,
	SUMMARIES,
	FORGET,
	BEGIN,
	END,
	STATEMENTS
};
SQLITE_PLACES(PLACE_ARRIVAL, STATEMENTS, SQLITE_STATEMENTS_MAX);

static const char *const sql[STATEMENTS] = {
    [PUT] = "INSERT INTO arrival VALUES (?, ?, ?, ?, ?, ?)",
    [FIRST] = "SELECT min(number) FROM arrival",
    [LAST] = "SELECT last FROM arrival ORDER BY number DESC LIMIT 1",
    [GET] = "SELECT records, bytes FROM arrival WHERE number = ?",
    [DROP] = "DELETE FROM arrival WHERE number = ?",
    [SET_ASIDE] = ("INSERT INTO arrival_damaged SELECT number, ?2, n, keys,"
		   " records, bytes FROM arrival WHERE number = ?1"
		   " RETURNING n"),
    [KEYS] = ("SELECT number, keys FROM arrival WHERE number > ? AND number < ?"
	      " ORDER BY number DESC"),
    [PUT_SUMMARY] = "INSERT INTO arrival_summary VALUES (?, ?, ?, ?)",
    [SUMMARIES] = ("SELECT first, last, hashes FROM arrival_summary"
		   " WHERE kind = ? ORDER BY last DESC"),
    [FORGET] = "DELETE FROM arrival_summary WHERE last < ?",
    [BEGIN] = "BEGIN",
    [END] = "COMMIT",
};

/* NULL: the link says why. */
static sqlite3_stmt *
statement(struct sqlite_link *l, unsigned which)
{
	return sqlite_link_kept(l, PLACE_ARRIVAL + which, sql[which], NULL);
}

static int
put_summary(struct sqlite_link *l, struct arrival_summary *sum)
{
	sqlite3_stmt *q = statement(l, PUT_SUMMARY);
	int code = q == NULL ? sqlite3_errcode(l->db) : SQLITE_DONE;

	for (int by = 0; by < ARRIVED_KEYS && code == SQLITE_DONE; by++) {
		sqlite3_bind_int64(q, 1, sum->last);
		sqlite3_bind_int(q, 2, by);
		sqlite3_bind_int64(q, 3, sum->first);
		sqlite3_bind_blob(q, 4, sum->of[by].bytes, BLOOM_BYTES, NULL);
		code = sqlite_run(q);
	}
	*sum = (struct arrival_summary){.n = 0};
	return code;
}

/* Adds a pack; writes the summary first when there is no room for it. */
static int
sum_up(struct sqlite_link *l, const struct sqlite_pack *p,
    struct arrival_summary *sum)
{
	int code = SQLITE_DONE;

	if (sum->n + p->n > BLOOM_HASHES_MAX)
		code = put_summary(l, sum);
	if (sum->n == 0)
		sum->first = p->first;
	sum->last = p->last;
	sum->n += p->n;
	for (uint32_t i = 0; i < p->n; i++)
		for (int by = 0; by < ARRIVED_KEYS; by++)
			bloom_add(&sum->of[by], p->keys[i][by]);
	return code;
}

int
sqlite_arrival_put(
    struct sqlite_link *l, struct sqlite_pack *p, struct arrival_summary *sum)
{
	struct span block;
	sqlite3_stmt *q;
	int code;

	if (p->n == 0)
		return SQLITE_DONE;
	code = sum_up(l, p, sum);
	if (code != SQLITE_DONE)
		return code;
	q = statement(l, PUT);
	if (q == NULL)
		return sqlite3_errcode(l->db);
	sqlite3_bind_int64(q, 1, p->first);
	sqlite3_bind_int64(q, 2, p->last);
	sqlite3_bind_int64(q, 3, p->n);
	sqlite3_bind_blob(
	    q, 4, p->keys, (int)(p->n * sizeof(p->keys[0])), SQLITE_STATIC);
	block = sqlite_pack_compress(p);
	sqlite3_bind_blob(q, 5, block.p, (int)block.n, SQLITE_STATIC);
	sqlite3_bind_int64(q, 6, (int64_t)p->used);
	p->n = 0;
	p->used = 0;
	return sqlite_run(q);
}

/* The number that a statement finds, else 0. */
static int
ask(struct sqlite_link *l, unsigned which, int64_t *number)
{
	sqlite3_stmt *q = statement(l, which);
	int code;

	*number = 0;
	if (q == NULL)
		return sqlite3_errcode(l->db);
	code = sqlite3_step(q);
	if (code == SQLITE_ROW)
		*number = sqlite3_column_int64(q, 0);
	sqlite3_reset(q);
	return code == SQLITE_ROW ? SQLITE_DONE : code;
}

int
sqlite_arrival_first(struct sqlite_link *l, int64_t *number)
{
	return ask(l, FIRST, number);
}

int
sqlite_arrival_last(struct sqlite_link *l, int64_t *number)
{
	return ask(l, LAST, number);
}

/* Puts the records that a row has into `out`, of `n` bytes. Whether it can. */
static bool
expand(sqlite3_stmt *row, char *out, size_t n)
{
	struct span block = {
	    sqlite3_column_blob(row, 0), (size_t)sqlite3_column_bytes(row, 0)};

	if (sqlite3_column_int64(row, 1) != 0)
		return sqlite_pack_expand(block, out, n) == 0;
	memcpy(out, block.p, n); /* an older version does not compress */
	return true;
}

/* What a row has, in memory of its own; nothing if it is damaged. */
static int
take(sqlite3_stmt *row, char **own, struct span *bytes)
{
	int64_t expanded = sqlite3_column_int64(row, 1);
	int64_t n = expanded != 0 ? expanded : sqlite3_column_bytes(row, 0);

	if (n <= 0 || n > PACK_BYTES)
		return SQLITE_DONE;
	*own = malloc((size_t)n);
	if (*own == NULL)
		return SQLITE_NOMEM;
	*bytes = (struct span){*own, (size_t)n};
	if (!expand(row, *own, bytes->n) || !sqlite_pack_is_whole(*bytes))
		*bytes = (struct span){NULL, 0};
	return SQLITE_DONE;
}

int
sqlite_arrival_get(
    struct sqlite_link *l, int64_t first, char **own, struct span *bytes)
{
	sqlite3_stmt *q = statement(l, GET);
	int code;

	*own = NULL;
	*bytes = (struct span){NULL, 0};
	if (q == NULL)
		return sqlite3_errcode(l->db);
	sqlite3_bind_int64(q, 1, first);
	code = sqlite3_step(q);
	if (code == SQLITE_ROW)
		code = take(q, own, bytes);
	sqlite3_reset(q);
	return code;
}

static int
run_with(struct sqlite_link *l, unsigned which, int64_t number)
{
	sqlite3_stmt *q = statement(l, which);

	if (q == NULL)
		return sqlite3_errcode(l->db);
	sqlite3_bind_int64(q, 1, number);
	return sqlite_run(q);
}

int
sqlite_arrival_drop(struct sqlite_link *l, int64_t first)
{
	return run_with(l, DROP, first);
}

int
sqlite_arrival_set_aside(
    struct sqlite_link *l, int64_t first, int64_t now_ms, int64_t *n)
{
	sqlite3_stmt *q = statement(l, SET_ASIDE);
	int code;

	*n = 0;
	if (q == NULL)
		return sqlite3_errcode(l->db);
	sqlite3_bind_int64(q, 1, first);
	sqlite3_bind_int64(q, 2, now_ms);
	while ((code = sqlite3_step(q)) == SQLITE_ROW)
		*n = sqlite3_column_int64(q, 0);
	sqlite3_reset(q);
	return code == SQLITE_DONE ? sqlite_arrival_drop(l, first) : code;
}

int
sqlite_arrival_forget(struct sqlite_link *l, int64_t first)
{
	return run_with(l, FORGET, first);
}

/* Shows the record at `at` of a pack if it is like the one. */
static int
show(struct sqlite_link *l, const struct arrived_visit *v, int64_t pack,
    uint32_t at, bool *on)
{
	struct sqlite_arrived it;
	struct span bytes;
	char *own;
	int code = sqlite_arrival_get(l, pack, &own, &bytes), got = 1;

	for (uint32_t i = 0; i <= at && got == 1; i++)
		got = sqlite_pack_next(&bytes, &it);
	if (code == SQLITE_DONE && got == 1 &&
	    sqlite_pack_alike(v->by, &it.record, v->like))
		*on = v->each(v->arg, &it, pack);
	free(own);
	return code;
}

/* Looks through the keys of a pack, from the last on. */
static int
search(struct sqlite_link *l, const struct arrived_visit *v, sqlite3_stmt *keys,
    uint64_t wanted, bool *on)
{
	const unsigned char *bytes = sqlite3_column_blob(keys, 1);
	uint64_t of_one[ARRIVED_KEYS];
	uint32_t n =
	    (uint32_t)sqlite3_column_bytes(keys, 1) / (uint32_t)sizeof(of_one);
	int code = SQLITE_DONE;

	while (n > 0 && *on && code == SQLITE_DONE) {
		n--;
		memcpy(of_one, bytes + n * sizeof(of_one), sizeof(of_one));
		if (of_one[v->by] == wanted)
			code = show(l, v, sqlite3_column_int64(keys, 0), n, on);
	}
	return code;
}

/* What is looked for, in packs of which numbers, and whether it goes on. */
struct hunt {
	const struct arrived_visit *visit;
	uint64_t wanted;
	int64_t after, before;
	bool on;
};

static int
search_packs(struct sqlite_link *l, struct hunt *h)
{
	sqlite3_stmt *keys = statement(l, KEYS);
	int code = SQLITE_DONE, done = SQLITE_DONE;

	if (keys == NULL)
		return sqlite3_errcode(l->db);
	sqlite3_bind_int64(keys, 1, h->after);
	sqlite3_bind_int64(keys, 2, h->before);
	while (h->on && done == SQLITE_DONE &&
	       (code = sqlite3_step(keys)) == SQLITE_ROW)
		done = search(l, h->visit, keys, h->wanted, &h->on);
	sqlite3_reset(keys);
	if (done != SQLITE_DONE)
		return done;
	return h->on ? code : SQLITE_DONE;
}

static bool
may_be_in(sqlite3_stmt *summary, uint64_t hash)
{
	const struct bloom *b = sqlite3_column_blob(summary, 2);

	return sqlite3_column_bytes(summary, 2) != BLOOM_BYTES ||
	       bloom_may_have(b, hash);
}

/* Looks through what is newer than the packs of a summary and older than those
 * of the one before, then through these if it may be there. */
static int
search_down_to(struct sqlite_link *l, struct hunt *h, sqlite3_stmt *summary)
{
	int64_t first = sqlite3_column_int64(summary, 0);
	int64_t last = sqlite3_column_int64(summary, 1);
	int code;

	h->after = last;
	code = search_packs(l, h);
	if (h->on && code == SQLITE_DONE && may_be_in(summary, h->wanted)) {
		h->after = first - 1;
		h->before = last + 1;
		code = search_packs(l, h);
	}
	h->before = first;
	return code;
}

int
sqlite_each_arrived(struct sqlite_link *l, const struct arrived_visit *v)
{
	struct hunt h = {.visit = v,
	    .wanted = sqlite_pack_key(v->by, v->like),
	    .before = INT64_MAX,
	    .on = true};
	sqlite3_stmt *summaries = statement(l, SUMMARIES);
	int code = SQLITE_DONE, step = SQLITE_DONE;

	if (summaries == NULL)
		return sqlite3_errcode(l->db);
	sqlite3_bind_int(summaries, 1, (int)v->by);
	while (h.on && code == SQLITE_DONE &&
	       (step = sqlite3_step(summaries)) == SQLITE_ROW)
		code = search_down_to(l, &h, summaries);
	h.after = INT64_MIN;
	if (h.on && code == SQLITE_DONE && step == SQLITE_DONE)
		code = search_packs(l, &h);
	sqlite3_reset(summaries);
	return code == SQLITE_DONE && step != SQLITE_ROW ? step : code;
}

int
sqlite_get_arrived(
    struct sqlite_link *l, struct store_ref ref, arrived_each *each, void *arg)
{
	struct record like = {.site = ref.site};
	const struct arrived_visit v = {ARRIVED_ID, &like, each, arg};

	if (ref.id.n != STORE_ID_BYTES)
		return SQLITE_DONE;
	memcpy(like.id, ref.id.p, STORE_ID_BYTES);
	return sqlite_each_arrived(l, &v);
}

int
sqlite_begin_look(struct sqlite_link *l)
{
	sqlite3_stmt *q = statement(l, BEGIN);

	return q == NULL ? sqlite3_errcode(l->db) : sqlite_run(q);
}

void
sqlite_end_look(struct sqlite_link *l)
{
	sqlite3_stmt *q = statement(l, END);

	if (q != NULL)
		sqlite_run(q);
}
