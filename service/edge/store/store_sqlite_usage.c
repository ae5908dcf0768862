
#include "../format/rfc3339.h"
#include "store_sqlite.h"

const char sqlite_add_usage[] =
    "INSERT INTO usage (site, month, blog, calls, spam, ham, missed_spam,"
    " false_positives) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET calls = calls + excluded.calls,"
    " spam = spam + excluded.spam, ham = ham + excluded.ham,"
    " missed_spam = missed_spam + excluded.missed_spam,"
    " false_positives = false_positives + excluded.false_positives";

void
usage_set_month(struct usage *u, int64_t at_ms)
{
	char text[RFC3339_BYTES];

	rfc3339_write(at_ms, text);
	memcpy(u->month, text, sizeof u->month - 1);
	u->month[sizeof u->month - 1] = '\0';
}

int
sqlite_usage_write(sqlite3_stmt *add, const struct usage *sum)
{
	int code;

	if (sum->site == 0)
		return SQLITE_DONE;
	sqlite3_bind_int64(add, 1, sum->site);
	sqlite_bind_span(add, 2, span_of(sum->month));
	sqlite_bind_span(add, 3, sum->blog);
	for (int i = 0; i < USAGE_COUNTS; i++)
		sqlite3_bind_int64(add, 4 + i, sum->of[i]);
	code = sqlite_run(add);
	/* a site that is gone needs no counts */
	return (code & 0xff) == SQLITE_CONSTRAINT ? SQLITE_DONE : code;
}

int
sqlite_usage_count(sqlite3_stmt *add, struct usage *sum, const struct usage *u)
{
	int code;

	if (sum->site == u->site && span_equal(sum->blog, u->blog) &&
	    strcmp(sum->month, u->month) == 0) {
		for (int i = 0; i < USAGE_COUNTS; i++)
			sum->of[i] += u->of[i];
		return SQLITE_DONE;
	}
	code = sqlite_usage_write(add, sum);
	*sum = *u;
	return code;
}
