/*
 * The review queue in SQLite: _index makes what comments are found by,
 * _queue finds them, _aside shows one, _figures counts, _tally is written with
 * a group, _notes keeps notes, _reports what readers report.
 */
#ifndef EDGE_STORE_SQLITE_QUEUE_H
#define EDGE_STORE_SQLITE_QUEUE_H

#include "store_figures.h"
#include "store_notes.h"
#include "store_queue.h"
#include "store_reports.h"
#include "store_sqlite_bite.h"
#include "store_sqlite_drift.h"

/*
 * Does some of what the index is behind by: comments, what has left, a merge
 * of segments. An SQLite code, with which the transaction may still be open;
 * sets `more` when there may be more, else leaves it. The caller has the turn.
 */
int sqlite_index(struct store_sqlite *s, struct sqlite_bite *b, bool *more);

/*
 * Reads a comment, and what it is found by, which the describer's arena has:
 * SQLITE_ROW; SQLITE_DONE: it is not there, or too large; or another code. The
 * caller has the turn.
 */
int sqlite_describe(struct store_sqlite *s, int64_t number, struct record *r,
    struct store_facets *f);

/*
 * What a group of puts counts, a row each; written at its end, or when there
 * are too many.
 */
enum { TALLIES_MAX = 64 };
struct sqlite_tallies {
	struct tally rows[TALLIES_MAX];
	uint32_t n;
	struct sqlite_drift drift;
};

/* The challenger in use, if there is one. */
#define SQLITE_CHALLENGER                                                      \
	"(SELECT max(number) FROM model_use WHERE role = 'challenger'"         \
	" AND ended_at = 0)"

/*
 * Of a site's comment: its number, notes, cluster, how many are in that on
 * the site, at most ?3, decisions with their undos. Kept by readers, with the
 * record by its number, as each item of a page asks for both.
 */
extern const char sqlite_select_aside[];
sqlite3_stmt *sqlite_reader_aside(struct store_reader *r);
sqlite3_stmt *sqlite_reader_numbered(struct store_reader *r);

/* Counts a record that was written; SQLITE_DONE, or what went wrong. */
int sqlite_tally_record(
    struct sqlite_tallies *t, struct sqlite_link *l, const struct record *r);
int sqlite_tally_write(struct sqlite_tallies *t, struct sqlite_link *l);

/* The verbs of store_queue.h, store_figures.h, store_notes.h and
 * store_reports.h. */
void sqlite_describe_by(struct store *s, const struct store_describer *d);
int sqlite_find_page(struct store_reader *r, const struct queue_query *q,
    struct queue_page *out, struct err *e);
int sqlite_get_number(struct store_reader *r, int64_t number, struct arena *a,
    struct record *out, struct err *e);
int sqlite_get_aside(struct store_reader *r, struct store_ref ref,
    struct queue_aside *out, struct err *e);
int sqlite_arrived_aside(struct store_reader *r, struct store_ref ref,
    struct queue_aside *out, struct err *e);
int sqlite_each_tally(
    struct store_reader *r, const struct tally_visit *visit, struct err *e);
int sqlite_get_held(
    struct store_reader *r, int64_t site, struct queue_held *h, struct err *e);
int sqlite_get_delays(
    struct store_reader *r, struct queue_delays *d, struct err *e);
int sqlite_count_reasons(
    struct store_reader *r, struct queue_reasons *out, struct err *e);
int sqlite_get_author(
    struct store_reader *r, struct queue_author *a, struct err *e);
int sqlite_count_facet(struct store_reader *r, enum facet_kind kind,
    const struct store_facet *f, int64_t *n, struct err *e);
int sqlite_add_note(struct store *s, const struct note *n, struct err *e);
int sqlite_each_note(struct store_reader *r, struct store_ref ref,
    const struct note_visit *visit, struct err *e);
int sqlite_add_report(struct store *s, const struct report *r,
    struct report_outcome *out, struct err *e);
int sqlite_each_report(struct store_reader *r, struct store_ref ref,
    const struct report_visit *visit, struct err *e);

#endif
