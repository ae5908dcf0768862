#include "store_sqlite.h"

#include "store_sqlite_verbs.h"

enum {
	SITE,
	ID,
	COMMENT,
	KIND,
	LEARN,
	ACTOR,
	API_KEY,
	REASON,
	NOTE,
	CREATED_AT,
	UNDONE_AT,
	UNDONE_BY,
	AUTHOR,
	FINGERPRINT,
	BAND,
	CONTENT = BAND + FINGERPRINT_BANDS,
	BATCH,
	AUTHOR_EMAIL,
	LEADS,
	ORDER /* which only a select has */
};

const char sqlite_insert_decision[] =
    "INSERT INTO decision (" SQLITE_DECISION_COLUMNS ") VALUES"
    " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

const char sqlite_select_decision[] =
    "SELECT " SQLITE_DECISION_COLUMNS ", rowid FROM decision"
    " WHERE site = ? AND comment = ? AND undone_at = 0"
    " ORDER BY rowid DESC LIMIT 1";

const char sqlite_select_of_comment[] =
    "SELECT * FROM (SELECT " SQLITE_DECISION_COLUMNS
    ", rowid AS at FROM decision"
    " WHERE site = ? AND comment = ? ORDER BY rowid DESC LIMIT ?)"
    " ORDER BY at";

const char sqlite_select_of_batch[] =
    "SELECT " SQLITE_DECISION_COLUMNS ", rowid FROM decision"
    " WHERE batch = ? AND batch <> '' AND site = ? AND id < ?"
    " ORDER BY id DESC LIMIT ?";

/* What the three give. */
enum { FOUND_KIND, FOUND_ID, FOUND_ORDER, FOUND_AUTHOR, FOUND_LEADS };
#define FOUND "SELECT d.kind, d.id, d.rowid, d.author, d.leads FROM "

const char sqlite_find_label_of_text[] =
    FOUND "decision AS d WHERE site = ? AND fingerprint = ?"
	  " AND learn = 1 AND undone_at = 0"
	  " AND kind IN ('approve', 'spam', 'abuse')"
	  " ORDER BY d.rowid DESC LIMIT 1";

/* The few records of the id first: not all that was decided, nor all of a
 * text that floods. */
const char sqlite_find_by_engine_id[] =
    FOUND "comment AS c INDEXED BY comment_engine CROSS JOIN decision AS d"
	  " ON d.site = c.site AND d.comment = c.id"
	  " WHERE c.site = ? AND c.engine_id = ? AND c.engine_id <> ''"
	  " AND c.fingerprint = ? AND d.undone_at = 0"
	  " ORDER BY d.rowid DESC LIMIT 1";

const char sqlite_find_by_comment[] =
    FOUND "decision AS d WHERE d.site = ? AND d.comment = ?"
	  " AND d.undone_at = 0 ORDER BY d.rowid DESC LIMIT 1";

/* Of each text the last one that is not undone, as in trust.h. */
const char sqlite_count_approved_texts[] =
    "SELECT count(*) FROM (SELECT kind, learn, max(number) FROM"
    " (SELECT kind, learn, fingerprint, rowid AS number FROM decision"
    "  WHERE site = ? AND author = ? AND author <> 0 AND undone_at = 0"
    "  ORDER BY rowid DESC LIMIT ?)"
    " GROUP BY fingerprint) WHERE learn = 1 AND kind = 'approve'";

#define TEACHES(d)                                                             \
	d ".learn = 1 AND " d ".undone_at = 0 AND " d                          \
	  ".kind IN ('approve', 'spam', 'abuse')"

enum {
	LABEL_ORDER,
	LABEL_ID,
	LABEL_KIND,
	LABEL_ACTOR,
	LABEL_CONTENT,
	LABEL_HTML,
	LABEL_NAME,
	LABEL_AUTHOR_ID,
	LABEL_THREAD,
	LABEL_AT,
	LABEL_BY,
	LABEL_DECIDED_AT,
	LABEL_AGREED,
	LABEL_DISAGREED,
	LABEL_URL,
	LABEL_BASIS,
	LABEL_EMAIL,
	LABEL_TYPE
};

/* How many others said something of the same text that teaches. */
#define OTHERS(kind)                                                           \
	"(SELECT count(DISTINCT other.api_key) FROM decision AS other"         \
	" WHERE other.site = d.site AND other.fingerprint = d.fingerprint"     \
	" AND " TEACHES("other") " AND other.api_key <> d.api_key"             \
				 " AND other.kind " kind " d.kind)"

/* Of what was decided long ago the text is gone. */
#define LABELS(agreed, disagreed)                                              \
	"SELECT d.rowid, d.id, d.kind, d.actor,"                               \
	" ifnull(c.content, d.content), ifnull(c.html, 0), c.author_name,"     \
	" c.author_id, c.thread,"                                              \
	" coalesce(nullif(c.created_at, 0), c.received_at, d.created_at),"     \
	" d.api_key, d.created_at, " agreed ", " disagreed ", c.author_url,"   \
	" c.basis, c.author_email, c.type"                                     \
	" FROM decision AS d INDEXED BY decision_teaches"                      \
	" LEFT JOIN comment AS c ON c.site = d.site AND c.id = d.comment"      \
	" WHERE d.site = ?1 AND " TEACHES(                                     \
	    "d") " AND NOT EXISTS (SELECT 1 FROM decision AS later"            \
		 "  WHERE later.site = d.site"                                 \
		 "  AND later.fingerprint = d.fingerprint AND " TEACHES(       \
		     "later") "  AND later.rowid > d.rowid)"                   \
			      " AND (c.id IS NOT NULL OR d.content <> '')"

/* By rowid, not by text: a page is where the one before ended. */
const char sqlite_select_labels[] = LABELS(
    OTHERS("="), OTHERS("<>")) " AND d.rowid > ?2 ORDER BY d.rowid LIMIT ?3";

const char sqlite_select_newest_labels[] =
    LABELS("0", "0") " AND d.rowid < ?2 ORDER BY d.rowid DESC LIMIT ?3";

enum {
	NEWEST_SITE,
	NEWEST_KIND,
	NEWEST_LEARN,
	NEWEST_AUTHOR,
	NEWEST_TEXT,
	NEWEST_BAND,
	NEWEST_ORDER = NEWEST_BAND + FINGERPRINT_BANDS
};

static const char newest_decisions[] =
    "SELECT * FROM (SELECT site, kind, learn, author, fingerprint,"
    " band_0, band_1, band_2, band_3, rowid AS at FROM decision"
    " WHERE undone_at = 0 ORDER BY rowid DESC LIMIT ?) ORDER BY at";

static const char *const kinds[DECISION_KINDS] = {
    [DECISION_APPROVE] = "approve",
    [DECISION_SPAM] = "spam",
    [DECISION_ABUSE] = "abuse",
    [DECISION_TRASH] = "trash",
    [DECISION_HOLD] = "hold",
};

const char *
decision_name(enum decision_kind k)
{
	return kinds[k];
}

int
decision_named(struct span name)
{
	return span_index(name, kinds, DECISION_KINDS);
}

enum comment_state
decision_state(enum decision_kind k)
{
	static const enum comment_state states[DECISION_KINDS] = {
	    [DECISION_APPROVE] = COMMENT_PUBLISHED,
	    [DECISION_SPAM] = COMMENT_REJECTED,
	    [DECISION_ABUSE] = COMMENT_REJECTED,
	    [DECISION_TRASH] = COMMENT_TRASHED,
	    [DECISION_HOLD] = COMMENT_HELD,
	};

	return states[k];
}

bool
decision_teaches(const struct decision *d)
{
	return d->learn && d->undone_at_ms == 0 && d->kind != DECISION_TRASH &&
	       d->kind != DECISION_HOLD;
}

void
sqlite_decision_bind(sqlite3_stmt *s, const struct decision *d)
{
	/* parameters count from 1 */
	sqlite3_bind_int64(s, SITE + 1, d->site);
	sqlite_bind_span(s, ID + 1, span_of(d->id));
	if (d->comment.n > 0)
		sqlite_bind_span(s, COMMENT + 1, d->comment);
	else
		sqlite3_bind_null(s, COMMENT + 1);
	sqlite_bind_span(s, KIND + 1, span_of(kinds[d->kind]));
	sqlite3_bind_int(s, LEARN + 1, d->learn);
	sqlite_bind_span(s, ACTOR + 1, d->actor);
	sqlite_bind_span(s, API_KEY + 1, d->api_key);
	sqlite_bind_span(s, REASON + 1, d->reason);
	sqlite_bind_span(s, NOTE + 1, d->note);
	sqlite3_bind_int64(s, CREATED_AT + 1, d->created_at_ms);
	sqlite3_bind_int64(s, UNDONE_AT + 1, d->undone_at_ms);
	sqlite_bind_span(s, UNDONE_BY + 1, d->undone_by);
	sqlite3_bind_int64(s, AUTHOR + 1, (int64_t)d->author);
	sqlite3_bind_int64(s, FINGERPRINT + 1, (int64_t)d->fingerprint.text);
	for (int i = 0; i < FINGERPRINT_BANDS; i++)
		sqlite3_bind_int64(
		    s, BAND + i + 1, (int64_t)d->fingerprint.band[i]);
	sqlite_bind_span(s, CONTENT + 1, d->content);
	sqlite_bind_span(s, BATCH + 1, d->batch);
	sqlite_bind_span(s, AUTHOR_EMAIL + 1, d->author_email);
	sqlite3_bind_int64(s, LEADS + 1, (int64_t)d->leads);
}

/* What it is when the name is none of ours: as nobody had decided. */
static enum decision_kind
kind_of(sqlite3_stmt *s, int column)
{
	int kind = decision_named(sqlite_span(s, column));

	return kind < 0 ? DECISION_HOLD : (enum decision_kind)kind;
}

static void
copy_id(char out[STORE_ID_BYTES + 1], struct span id)
{
	size_t n = id.n < STORE_ID_BYTES ? id.n : STORE_ID_BYTES;

	memcpy(out, id.p, n);
	out[n] = '\0';
}

void
sqlite_found_read(sqlite3_stmt *s, struct decision *out)
{
	*out = (struct decision){
	    .kind = kind_of(s, FOUND_KIND),
	    .order = sqlite3_column_int64(s, FOUND_ORDER),
	    .author = (uint64_t)sqlite3_column_int64(s, FOUND_AUTHOR),
	    .leads = (uint64_t)sqlite3_column_int64(s, FOUND_LEADS),
	};
	copy_id(out->id, sqlite_span(s, FOUND_ID));
}

void
sqlite_decision_read(sqlite3_stmt *s, struct decision *out)
{
	*out = (struct decision){
	    .site = sqlite3_column_int64(s, SITE),
	    .created_at_ms = sqlite3_column_int64(s, CREATED_AT),
	    .kind = kind_of(s, KIND),
	    .learn = sqlite3_column_int(s, LEARN) != 0,
	    .comment = sqlite_span(s, COMMENT),
	    .actor = sqlite_span(s, ACTOR),
	    .api_key = sqlite_span(s, API_KEY),
	    .reason = sqlite_span(s, REASON),
	    .note = sqlite_span(s, NOTE),
	    .author = (uint64_t)sqlite3_column_int64(s, AUTHOR),
	    .fingerprint.text = (uint64_t)sqlite3_column_int64(s, FINGERPRINT),
	    .content = sqlite_span(s, CONTENT),
	    .batch = sqlite_span(s, BATCH),
	    .author_email = sqlite_span(s, AUTHOR_EMAIL),
	    .leads = (uint64_t)sqlite3_column_int64(s, LEADS),
	    .undone_at_ms = sqlite3_column_int64(s, UNDONE_AT),
	    .undone_by = sqlite_span(s, UNDONE_BY),
	    .order = sqlite3_column_int64(s, ORDER),
	};
	for (int i = 0; i < FINGERPRINT_BANDS; i++)
		out->fingerprint.band[i] =
		    (uint64_t)sqlite3_column_int64(s, BAND + i);
	copy_id(out->id, sqlite_span(s, ID));
}

int
sqlite_decision_own(struct decision *d, struct arena *a)
{
	struct span *texts[] = {&d->comment, &d->actor, &d->api_key, &d->reason,
	    &d->note, &d->content, &d->batch, &d->author_email, &d->undone_by};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		*texts[i] = arena_copy(a, *texts[i]);
		if (texts[i]->p == NULL)
			return -1;
	}
	return 0;
}

void
sqlite_label_read(sqlite3_stmt *s, struct label *out)
{
	*out = (struct label){
	    .order = sqlite3_column_int64(s, LABEL_ORDER),
	    .kind = kind_of(s, LABEL_KIND),
	    .actor = sqlite_span(s, LABEL_ACTOR),
	    .content = sqlite_span(s, LABEL_CONTENT),
	    .html = sqlite3_column_int(s, LABEL_HTML) != 0,
	    .author_name = sqlite_span(s, LABEL_NAME),
	    .author_id = sqlite_span(s, LABEL_AUTHOR_ID),
	    .author_email = sqlite_span(s, LABEL_EMAIL),
	    .thread = sqlite_span(s, LABEL_THREAD),
	    .at_ms = sqlite3_column_int64(s, LABEL_AT),
	    .by = sqlite_span(s, LABEL_BY),
	    .decided_at_ms = sqlite3_column_int64(s, LABEL_DECIDED_AT),
	    .agreed = sqlite3_column_int64(s, LABEL_AGREED),
	    .disagreed = sqlite3_column_int64(s, LABEL_DISAGREED),
	    .author_url = sqlite_span(s, LABEL_URL),
	    .basis = sqlite_span(s, LABEL_BASIS),
	    .type = sqlite_span(s, LABEL_TYPE),
	};
	copy_id(out->id, sqlite_span(s, LABEL_ID));
}

static struct decision
read_newest(sqlite3_stmt *s)
{
	struct decision d = {
	    .site = sqlite3_column_int64(s, NEWEST_SITE),
	    .kind = kind_of(s, NEWEST_KIND),
	    .learn = sqlite3_column_int(s, NEWEST_LEARN) != 0,
	    .author = (uint64_t)sqlite3_column_int64(s, NEWEST_AUTHOR),
	    .order = sqlite3_column_int64(s, NEWEST_ORDER),
	};

	d.fingerprint.text = (uint64_t)sqlite3_column_int64(s, NEWEST_TEXT);
	for (int i = 0; i < FINGERPRINT_BANDS; i++)
		d.fingerprint.band[i] =
		    (uint64_t)sqlite3_column_int64(s, NEWEST_BAND + i);
	return d;
}

static int
visit_newest(
    struct sqlite_link *l, const struct decision_visit *visit, struct err *e)
{
	sqlite3_stmt *q = sqlite_link_kept(l, 0, newest_decisions, e);
	struct decision d;
	int code;

	if (q == NULL)
		return -1;
	sqlite3_bind_int64(q, 1, visit->most);
	while ((code = sqlite3_step(q)) == SQLITE_ROW) {
		d = read_newest(q);
		visit->each(visit->arg, &d);
	}
	return code == SQLITE_DONE ? 0 : sqlite_link_fault(l, e);
}

/* On a connection of its own: it takes a while, and nobody's turn. */
int
sqlite_each_decision(
    struct store *s, const struct decision_visit *visit, struct err *e)
{
	struct sqlite_link l;
	int result;

	if (sqlite_link_open(
		&l, ((struct store_sqlite *)s)->path, SQLITE_READS, e) != 0)
		return -1;
	result = visit_newest(&l, visit, e);
	sqlite_link_close(&l);
	return result;
}
