#include <stdio.h>

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

void
sqlite_usage_bind(sqlite3_stmt *s, const struct usage *u)
{
	sqlite3_bind_int64(s, 1, u->site);
	sqlite_bind_span(s, 2, span_of(u->month));
	sqlite_bind_span(s, 3, u->blog);
	for (int i = 0; i < USAGE_COUNTS; i++)
		sqlite3_bind_int64(s, 4 + i, u->of[i]);
}
