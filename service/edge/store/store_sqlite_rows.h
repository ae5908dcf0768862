/*
 * Rows of the SQLite store: the statements that give and take them, and how
 * they become structs and back. What is read is borrowed until the next step.
 */
#ifndef EDGE_STORE_SQLITE_ROWS_H
#define EDGE_STORE_SQLITE_ROWS_H

#include <sqlite3.h>

#include "store_decision.h"
#include "store_usage.h"

/* What state an action or the name of a decision's kind leads to, in SQL. */
#define SQLITE_STATE_OF(x)                                                     \
	"CASE " x " WHEN 'publish' THEN 'published'"                           \
	" WHEN 'approve' THEN 'published' WHEN 'hold' THEN 'held'"             \
	" WHEN 'trash' THEN 'trashed' ELSE 'rejected' END"

/* A comment: by site and id; by site and engine's id, so many of the newest. */
extern const char sqlite_insert_record[], sqlite_select_record[],
    sqlite_select_by_engine_id[];
extern const char sqlite_select_numbered[]; /* by rowid */
/* of a site, between two ids, the last first, so many; then its decision */
extern const char sqlite_select_judged[];
void sqlite_record_bind(
    sqlite3_stmt *s, const struct record *r, int64_t number);

/* Where a record has its texts, in the order of the columns. */
enum { RECORD_TEXTS = 16 };
extern const size_t sqlite_record_texts[RECORD_TEXTS];

/* The state that an action leads to. */
enum comment_state sqlite_state_of(struct span action);

/* The row into `a`: 0, or -1 when the arena is full. */
int sqlite_record_read(sqlite3_stmt *s, struct arena *a, struct record *out);

/* Says so: -1. */
int sqlite_too_large(struct err *e);

/* What a challenger made of a comment: counted, and kept where it differs.
 * Runs both statements: an SQLite code. */
extern const char sqlite_count_shadow[], sqlite_insert_shadow[];
int sqlite_write_shadow(
    sqlite3_stmt *count, sqlite3_stmt *insert, const struct record *r);

/* A decision, whole: of a site's comment the last that is not undone; so many
 * of the newest; of a batch and site before an id, so many. */
extern const char sqlite_insert_decision[], sqlite_select_decision[],
    sqlite_select_of_comment[], sqlite_select_of_batch[];
/* What a decision is read and written by, in this order. */
#define SQLITE_DECISION_COLUMNS                                                \
	"site, id, comment, kind, learn, actor, api_key, reason, note, "       \
	"created_at, undone_at, undone_by, author, fingerprint, band_0, "      \
	"band_1, band_2, band_3, content, batch, author_email, leads"

void sqlite_decision_bind(sqlite3_stmt *s, const struct decision *d);
void sqlite_decision_read(sqlite3_stmt *s, struct decision *out);

/* Has `d` own its texts, in `a`: 0, or -1 when the arena is full. */
int sqlite_decision_own(struct decision *d, struct arena *a);

/*
 * What holds, as store_find_label says: of a site's text; of a site's engine
 * id and text; of a site's comment.
 */
extern const char sqlite_find_label_of_text[], sqlite_find_by_engine_id[],
    sqlite_find_by_comment[];
extern const char sqlite_count_approved_texts[]; /* of a site's author; of
						  * so many decisions */
void sqlite_found_read(sqlite3_stmt *s, struct decision *out);

/* Labels: of a site, after an order, so many. */
extern const char sqlite_select_labels[], sqlite_select_newest_labels[];
void sqlite_label_read(sqlite3_stmt *s, struct label *out);

/*
 * Counts, added to those that are there. _count adds `u` to `sum`, or writes
 * that and begins anew when `u` counts something else, so that the puts of
 * one blog, which come together, write their row once. SQLite codes; `sum` of
 * site 0 is nothing.
 */
extern const char sqlite_add_usage[];
int sqlite_usage_write(sqlite3_stmt *add, const struct usage *sum);
int sqlite_usage_count(
    sqlite3_stmt *add, struct usage *sum, const struct usage *u);

#endif
