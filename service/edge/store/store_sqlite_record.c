#include "store_sqlite.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

#define COLUMNS                                                                \
	"site, id, received_at, created_at, html, fingerprint, score, "        \
	"engine_id, thread, parent, type, author_id, author_name, "            \
	"author_url, author_email, author_ip, author_net, content, action, "   \
	"head, verdict, callback, basis"

const char sqlite_insert_record[] =
    "INSERT INTO comment (" COLUMNS ", state, rowid) VALUES "
    "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";

#define SELECT_AND(more)                                                       \
	"SELECT " COLUMNS ", state, decided_at" more " FROM comment WHERE "
#define SELECT SELECT_AND("")

const char sqlite_select_record[] = SELECT "site = ? AND id = ?";

const char sqlite_select_numbered[] = SELECT "rowid = ?";

const char sqlite_select_by_engine_id[] =
    SELECT "site = ? AND engine_id = ? AND engine_id <> ''"
	   " ORDER BY rowid DESC LIMIT ?";

/* The kind of the decision that holds. */
#define DECIDED                                                                \
	", iif(decided_at > 0, (SELECT kind FROM decision AS d WHERE"          \
	" d.site = comment.site AND d.comment = comment.id"                    \
	" AND d.undone_at = 0 ORDER BY d.rowid DESC LIMIT 1), NULL)"

const char sqlite_select_judged[] = SELECT_AND(
    DECIDED) "site = ? AND id > ? AND id < ? ORDER BY id DESC LIMIT ?";

/* The columns before the texts. */
enum { SITE, ID, RECEIVED_AT, CREATED_AT, HTML, FINGERPRINT, SCORE, TEXTS };

const size_t sqlite_record_texts[RECORD_TEXTS] = {
    offsetof(struct record, engine_id),
    offsetof(struct record, thread),
    offsetof(struct record, parent),
    offsetof(struct record, type),
    offsetof(struct record, author_id),
    offsetof(struct record, author_name),
    offsetof(struct record, author_url),
    offsetof(struct record, author_email),
    offsetof(struct record, author_ip),
    offsetof(struct record, author_net),
    offsetof(struct record, content),
    offsetof(struct record, action),
    offsetof(struct record, head),
    offsetof(struct record, verdict),
    offsetof(struct record, callback),
    offsetof(struct record, basis),
};

/* The columns after the texts, which only a select has. */
enum { STATE = TEXTS + RECORD_TEXTS, DECIDED_AT, SELECTED };

static const char *const states[COMMENT_STATES] = {
    [COMMENT_PUBLISHED] = "published",
    [COMMENT_HELD] = "held",
    [COMMENT_REJECTED] = "rejected",
    [COMMENT_TRASHED] = "trashed",
};

const char *
comment_state_name(enum comment_state s)
{
	return states[s];
}

int
comment_state_named(struct span name)
{
	return span_index(name, states, COMMENT_STATES);
}

enum comment_state
sqlite_state_of(struct span action)
{
	if (span_equal(action, span_of("publish")))
		return COMMENT_PUBLISHED;
	return span_equal(action, span_of("hold")) ? COMMENT_HELD
						   : COMMENT_REJECTED;
}

void
sqlite_record_bind(sqlite3_stmt *s, const struct record *r, int64_t number)
{
	int i;

	/* parameters count from 1 */
	sqlite3_bind_int64(s, SITE + 1, r->site);
	sqlite_bind_span(s, ID + 1, span_of(r->id));
	sqlite3_bind_int64(s, RECEIVED_AT + 1, r->received_at_ms);
	sqlite3_bind_int64(s, CREATED_AT + 1, r->created_at_ms);
	sqlite3_bind_int(s, HTML + 1, r->html);
	sqlite3_bind_int64(s, FINGERPRINT + 1, (int64_t)r->fingerprint);
	sqlite3_bind_double(s, SCORE + 1, r->score); /* NAN: NULL */
	for (i = 0; i < RECORD_TEXTS; i++)
		sqlite_bind_span(s, TEXTS + i + 1,
		    *(const struct span *)((const char *)r +
					   sqlite_record_texts[i]));
	sqlite_bind_span(s, STATE + 1,
	    span_of(comment_state_name(sqlite_state_of(r->action))));
	sqlite3_bind_int64(s, STATE + 2, number);
}

static double
score_of(sqlite3_stmt *s)
{
	if (sqlite3_column_type(s, SCORE) == SQLITE_NULL)
		return NAN;
	return sqlite3_column_double(s, SCORE);
}

int
sqlite_record_read(sqlite3_stmt *s, struct arena *a, struct record *out)
{
	struct span *text, id = sqlite_span(s, ID);
	int i;
	int state = comment_state_named(sqlite_span(s, STATE));

	assert(sqlite3_column_count(s) >= SELECTED);
	*out = (struct record){
	    .site = sqlite3_column_int64(s, SITE),
	    .received_at_ms = sqlite3_column_int64(s, RECEIVED_AT),
	    .created_at_ms = sqlite3_column_int64(s, CREATED_AT),
	    .html = sqlite3_column_int(s, HTML) != 0,
	    .fingerprint = (uint64_t)sqlite3_column_int64(s, FINGERPRINT),
	    .score = score_of(s),
	    .state = state < 0 ? COMMENT_HELD : (enum comment_state)state,
	    .decided_at_ms = sqlite3_column_int64(s, DECIDED_AT),
	};
	memcpy(out->id, id.p, id.n < STORE_ID_BYTES ? id.n : STORE_ID_BYTES);
	for (i = 0; i < RECORD_TEXTS; i++) {
		text = (struct span *)((char *)out + sqlite_record_texts[i]);
		*text = arena_copy(a, sqlite_span(s, TEXTS + i));
		if (text->p == NULL)
			return -1;
	}
	return 0;
}

int
sqlite_too_large(struct err *e)
{
	return err_set(e, ERR_TOO_LARGE, "the record does not fit in memory");
}
