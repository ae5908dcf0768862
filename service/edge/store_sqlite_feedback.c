#include "rfc3339.h"
#include "store_sqlite.h"

const char sqlite_insert_label[] =
    "INSERT INTO label (site, id, comment, kind, provenance, api_key,"
    " created_at, fingerprint, band_0, band_1, band_2, band_3, content)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

const char sqlite_add_usage[] =
    "INSERT INTO usage (site, month, blog, calls, spam, ham, missed_spam,"
    " false_positives) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET calls = calls + excluded.calls,"
    " spam = spam + excluded.spam, ham = ham + excluded.ham,"
    " missed_spam = missed_spam + excluded.missed_spam,"
    " false_positives = false_positives + excluded.false_positives";

static const char newest_labels[] =
    "SELECT site, kind, fingerprint, band_0, band_1, band_2, band_3,"
    " created_at FROM"
    " (SELECT rowid AS at, * FROM label ORDER BY rowid DESC LIMIT ?)"
    " ORDER BY at";

static const char *const kinds[LABEL_KINDS] = {
    [LABEL_SPAM] = "spam",
    [LABEL_HAM] = "ham",
};

void
usage_set_month(struct usage *u, int64_t at_ms)
{
	char text[RFC3339_BYTES];

	rfc3339_write(at_ms, text);
	memcpy(u->month, text, sizeof u->month - 1);
	u->month[sizeof u->month - 1] = '\0';
}

void
sqlite_label_bind(sqlite3_stmt *s, const struct label *l)
{
	sqlite3_bind_int64(s, 1, l->site);
	sqlite_bind_span(s, 2, span_of(l->id));
	if (l->comment.n > 0)
		sqlite_bind_span(s, 3, l->comment);
	else
		sqlite3_bind_null(s, 3);
	sqlite_bind_span(s, 4, span_of(kinds[l->kind]));
	sqlite_bind_span(s, 5, l->provenance);
	sqlite_bind_span(s, 6, l->api_key);
	sqlite3_bind_int64(s, 7, l->created_at_ms);
	sqlite3_bind_int64(s, 8, (int64_t)l->fingerprint.text);
	for (int i = 0; i < FINGERPRINT_BANDS; i++)
		sqlite3_bind_int64(s, 9 + i, (int64_t)l->fingerprint.band[i]);
	sqlite_bind_span(s, 9 + FINGERPRINT_BANDS, l->content);
}

void
sqlite_usage_bind(sqlite3_stmt *s, const struct usage *u)
{
	sqlite3_bind_int64(s, 1, u->site);
	sqlite_bind_span(s, 2, span_of(u->month));
	sqlite_bind_span(s, 3, u->blog);
	for (int i = 0; i < USAGE_COUNTS; i++)
		sqlite3_bind_int64(s, 4 + i, u->of[i]);
}

static void
visit_label(sqlite3_stmt *q, const struct label_visit *visit)
{
	struct label l = {
	    .site = sqlite3_column_int64(q, 0),
	    .created_at_ms = sqlite3_column_int64(q, 7),
	};
	bool ham = span_equal(sqlite_span(q, 1), span_of(kinds[LABEL_HAM]));

	l.kind = ham ? LABEL_HAM : LABEL_SPAM;
	l.fingerprint.text = (uint64_t)sqlite3_column_int64(q, 2);
	for (int i = 0; i < FINGERPRINT_BANDS; i++)
		l.fingerprint.band[i] =
		    (uint64_t)sqlite3_column_int64(q, 3 + i);
	visit->each(visit->arg, &l);
}

int
sqlite_each_label(
    struct store *store, const struct label_visit *visit, struct err *e)
{
	struct store_sqlite *s = (struct store_sqlite *)store;
	sqlite3_stmt *q;
	int code, result = -1;

	pthread_mutex_lock(&s->turn);
	q = sqlite_prepare_once(s, newest_labels, e);
	if (q != NULL) {
		sqlite3_bind_int64(q, 1, visit->most);
		while ((code = sqlite3_step(q)) == SQLITE_ROW)
			visit_label(q, visit);
		result =
		    code == SQLITE_DONE ? 0 : sqlite_link_fault(&s->link, e);
		sqlite3_finalize(q);
	}
	pthread_mutex_unlock(&s->turn);
	return result;
}
