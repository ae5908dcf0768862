#include "store_sqlite_admin.h"
#include "store_sqlite_outbox.h"
#include "store_sqlite_places.h"
#include "store_sqlite_queue.h"
#include "store_sqlite_verbs.h"

#include <stdlib.h>

enum {
	GET_LABELS,
	GET_NEWEST_LABELS,
	GET_ANSWER,
	FIND_LABEL,
	FIND_BY_ENGINE_ID,
	FIND_BY_COMMENT,
	COUNT_APPROVED,
	GET_DECISION,
	OF_COMMENT,
	OF_BATCH,
	GET_NUMBERED,
	GET_ASIDE,
	GET_USAGE,
	GET_SITES,
	GET_KEYS,
	STATEMENTS
};
SQLITE_PLACES(READER_PLACE, STATEMENTS, READER_PLACE_CAMPAIGNS);

static const char *const sql[STATEMENTS] = {
    [GET_LABELS] = sqlite_select_labels,
    [GET_NEWEST_LABELS] = sqlite_select_newest_labels,
    [GET_ANSWER] = ("SELECT answer, request, created_at, begun FROM answer"
		    " WHERE site = ? AND key = ?"),
    [FIND_LABEL] = sqlite_find_label_of_text,
    [FIND_BY_ENGINE_ID] = sqlite_find_by_engine_id,
    [FIND_BY_COMMENT] = sqlite_find_by_comment,
    [COUNT_APPROVED] = sqlite_count_approved_texts,
    [GET_DECISION] = sqlite_select_decision,
    [OF_COMMENT] = sqlite_select_of_comment,
    [OF_BATCH] = sqlite_select_of_batch,
    [GET_NUMBERED] = sqlite_select_numbered,
    [GET_ASIDE] = sqlite_select_aside,
    [GET_USAGE] =
	("SELECT month, blog, calls, spam, ham, missed_spam, false_positives"
	 " FROM usage WHERE site = ? AND month BETWEEN ? AND ?"
	 " ORDER BY month, blog"),
    [GET_SITES] = sqlite_select_sites,
    [GET_KEYS] = sqlite_select_keys,
};

struct sqlite_reader {
	struct store_reader reader; /* first */
	struct sqlite_link link;
};

struct store_reader *
sqlite_reader_open(struct store *s, struct err *e)
{
	const struct store_sqlite *store = (const struct store_sqlite *)s;
	struct sqlite_reader *r = malloc(sizeof *r);

	if (r == NULL) {
		err_set(e, ERR_DOWN, "store: out of memory");
		return NULL;
	}
	r->reader.ops = s->ops;
	if (sqlite_link_open(&r->link, store->path, SQLITE_READS, e) == 0 &&
	    sqlite_link_prepare(&r->link, sql, STATEMENTS, e) == 0)
		return &r->reader;
	sqlite_reader_close(&r->reader);
	return NULL;
}

void
sqlite_reader_close(struct store_reader *r)
{
	struct sqlite_reader *reader = (struct sqlite_reader *)r;

	sqlite_link_close(&reader->link);
	free(reader);
}

struct sqlite_link *
sqlite_reader_link(struct store_reader *r)
{
	return &((struct sqlite_reader *)r)->link;
}

sqlite3_stmt *
sqlite_reader_aside(struct store_reader *r)
{
	return sqlite_reader_link(r)->statements[GET_ASIDE];
}

sqlite3_stmt *
sqlite_reader_numbered(struct store_reader *r)
{
	return sqlite_reader_link(r)->statements[GET_NUMBERED];
}

int
sqlite_each_label(struct store_reader *r, const struct label_page *page,
    const struct label_visit *visit, struct err *e)
{
	struct sqlite_reader *reader = (struct sqlite_reader *)r;
	bool newest = page->newest_first;
	sqlite3_stmt *s =
	    reader->link.statements[newest ? GET_NEWEST_LABELS : GET_LABELS];
	int64_t from = newest && page->after == 0 ? INT64_MAX : page->after;
	struct label label;
	int code;

	sqlite3_bind_int64(s, 1, page->site);
	sqlite3_bind_int64(s, 2, from);
	sqlite3_bind_int64(s, 3, page->most);
	while ((code = sqlite3_step(s)) == SQLITE_ROW) {
		sqlite_label_read(s, &label);
		visit->each(visit->arg, &label);
	}
	return sqlite_link_reset(&reader->link, s, code, e);
}

/* What the row says to `once`: as store_get_answer. */
static int
read_answer(sqlite3_stmt *s, const struct store_once *once, struct arena *a,
    struct span *answer, struct err *e)
{
	if (llabs(sqlite_asked_at(once) - sqlite3_column_int64(s, 2)) >=
	    ANSWER_LIFE_MS)
		return 1;
	if (!span_equal(sqlite_span(s, 1),
		(struct span){(const char *)once->request, STORE_HASH_BYTES}))
		return err_set(
		    e, ERR_CONFLICT, "the key was used for another request");
	*answer = arena_copy(a, sqlite_span(s, 0));
	return answer->p != NULL ? sqlite3_column_int(s, 3)
				 : sqlite_too_large(e);
}

int
sqlite_get_answer(struct store_reader *r, const struct store_once *once,
    struct arena *a, struct span *answer, struct err *e)
{
	struct sqlite_reader *reader = (struct sqlite_reader *)r;
	sqlite3_stmt *s = reader->link.statements[GET_ANSWER];
	int code, result;

	sqlite3_bind_int64(s, 1, once->site);
	sqlite_bind_span(s, 2, once->key);
	code = sqlite3_step(s);
	*answer = (struct span){NULL, 0};
	if (code == SQLITE_ROW)
		result = read_answer(s, once, a, answer, e);
	else
		result = code == SQLITE_DONE
			     ? 1
			     : sqlite_link_fault(&reader->link, e);
	sqlite3_reset(s);
	return result;
}

/* There was no row: fills `e` and returns -1. */
static int
nothing_found(const struct sqlite_reader *reader, int code, struct err *e)
{
	return code == SQLITE_DONE
		   ? err_set(e, ERR_MISSING, "nobody decided about it")
		   : sqlite_link_fault(&reader->link, e);
}

/* The one decision that `q` asks for, read and reset: as store_find_label. */
static int
find_one(const struct sqlite_reader *reader, sqlite3_stmt *q,
    struct decision *out, struct err *e)
{
	int code = sqlite3_step(q), result = 0;

	if (code == SQLITE_ROW)
		sqlite_found_read(q, out);
	else
		result = nothing_found(reader, code, e);
	sqlite3_reset(q);
	return result;
}

int
sqlite_find_label(struct store_reader *r, int64_t site, uint64_t text,
    struct decision *out, struct err *e)
{
	struct sqlite_reader *reader = (struct sqlite_reader *)r;
	sqlite3_stmt *q = reader->link.statements[FIND_LABEL];

	sqlite3_bind_int64(q, 1, site);
	sqlite3_bind_int64(q, 2, (int64_t)text);
	return find_one(reader, q, out, e);
}

int
sqlite_find_decision(struct store_reader *r, const struct record *like,
    struct decision *out, struct err *e)
{
	struct sqlite_reader *reader = (struct sqlite_reader *)r;
	sqlite3_stmt *q = reader->link.statements[FIND_BY_ENGINE_ID];
	char id[STORE_ID_BYTES + 1];

	if (like->engine_id.n > 0) {
		sqlite_bind_span(q, 2, like->engine_id);
		sqlite3_bind_int64(q, 3, (int64_t)like->fingerprint);
	} else {
		if (sqlite_find_record(r, like, id, e) != 0)
			return -1;
		q = reader->link.statements[FIND_BY_COMMENT];
		sqlite_bind_span(q, 2, span_of(id));
	}
	sqlite3_bind_int64(q, 1, like->site);
	return find_one(reader, q, out, e);
}

int
sqlite_count_approved(struct store_reader *r, int64_t site, uint64_t author,
    uint32_t *n, struct err *e)
{
	struct sqlite_reader *reader = (struct sqlite_reader *)r;
	sqlite3_stmt *q = reader->link.statements[COUNT_APPROVED];
	int result = 0;

	sqlite3_bind_int64(q, 1, site);
	sqlite3_bind_int64(q, 2, (int64_t)author);
	sqlite3_bind_int64(q, 3, APPROVED_OF);
	if (sqlite3_step(q) == SQLITE_ROW)
		*n = (uint32_t)sqlite3_column_int64(q, 0);
	else
		result = sqlite_link_fault(&reader->link, e);
	sqlite3_reset(q);
	return result;
}

int
sqlite_get_decision(struct store_reader *r, struct store_ref ref,
    struct arena *a, struct decision *out, struct err *e)
{
	struct sqlite_reader *reader = (struct sqlite_reader *)r;
	sqlite3_stmt *q = reader->link.statements[GET_DECISION];
	size_t used = a->used;
	int code, result = 0;

	sqlite3_bind_int64(q, 1, ref.site);
	sqlite_bind_span(q, 2, ref.id);
	code = sqlite3_step(q);
	if (code == SQLITE_ROW) {
		sqlite_decision_read(q, out);
		result = sqlite_decision_own(out, a);
	} else {
		result = nothing_found(reader, code, e);
	}
	sqlite3_reset(q);
	if (code == SQLITE_ROW && result != 0) {
		arena_rewind(a, used);
		return sqlite_too_large(e);
	}
	return result;
}

int
sqlite_each_of_comment(struct store_reader *r, struct store_ref ref,
    const struct decision_visit *visit, struct err *e)
{
	struct sqlite_reader *reader = (struct sqlite_reader *)r;
	sqlite3_stmt *q = reader->link.statements[OF_COMMENT];
	struct decision d;
	int code;

	sqlite3_bind_int64(q, 1, ref.site);
	sqlite_bind_span(q, 2, ref.id);
	sqlite3_bind_int64(q, 3, visit->most);
	while ((code = sqlite3_step(q)) == SQLITE_ROW) {
		sqlite_decision_read(q, &d);
		visit->each(visit->arg, &d);
	}
	return sqlite_link_reset(&reader->link, q, code, e);
}

static void
visit_usage(sqlite3_stmt *s, int64_t site, const struct usage_visit *visit)
{
	struct usage u = {.site = site, .blog = sqlite_span(s, 1)};

	sqlite_copy_text(s, 0, u.month, sizeof u.month);
	for (int i = 0; i < USAGE_COUNTS; i++)
		u.of[i] = sqlite3_column_int64(s, 2 + i);
	visit->each(visit->arg, &u);
}

int
sqlite_each_usage(struct store_reader *r, int64_t site,
    const struct usage_visit *visit, struct err *e)
{
	struct sqlite_reader *reader = (struct sqlite_reader *)r;
	sqlite3_stmt *s = reader->link.statements[GET_USAGE];
	int code;

	sqlite3_bind_int64(s, 1, site);
	sqlite_bind_span(s, 2, span_of(visit->from));
	sqlite_bind_span(s, 3, span_of(visit->to));
	while ((code = sqlite3_step(s)) == SQLITE_ROW)
		visit_usage(s, site, visit);
	return sqlite_link_reset(&reader->link, s, code, e);
}

int
sqlite_each_site(struct store_reader *r,
    void (*each)(void *arg, const struct store_site *site), void *arg,
    struct err *e)
{
	struct sqlite_reader *reader = (struct sqlite_reader *)r;
	sqlite3_stmt *q = reader->link.statements[GET_SITES];
	struct store_site site;
	int code;

	while ((code = sqlite3_step(q)) == SQLITE_ROW) {
		site = sqlite_site_read(q);
		each(arg, &site);
	}
	return sqlite_link_reset(&reader->link, q, code, e);
}

int
sqlite_each_key(struct store_reader *r,
    void (*each)(void *arg, const struct store_key *k), void *arg,
    struct err *e)
{
	struct sqlite_reader *reader = (struct sqlite_reader *)r;
	sqlite3_stmt *q = reader->link.statements[GET_KEYS];
	struct store_key k;
	int code;

	while ((code = sqlite3_step(q)) == SQLITE_ROW) {
		k = sqlite_key_read(q);
		each(arg, &k);
	}
	return sqlite_link_reset(&reader->link, q, code, e);
}

int
sqlite_each_of_batch(struct store_reader *r, const struct batch_ref *ref,
    const struct decision_visit *visit, struct err *e)
{
	struct sqlite_reader *reader = (struct sqlite_reader *)r;
	sqlite3_stmt *q = reader->link.statements[OF_BATCH];
	struct decision d;
	int code;

	sqlite_bind_span(q, 1, ref->batch);
	sqlite3_bind_int64(q, 2, ref->site);
	sqlite_bind_span(q, 3, ref->before);
	sqlite3_bind_int64(q, 4, visit->most);
	while ((code = sqlite3_step(q)) == SQLITE_ROW) {
		sqlite_decision_read(q, &d);
		visit->each(visit->arg, &d);
	}
	return sqlite_link_reset(&reader->link, q, code, e);
}
