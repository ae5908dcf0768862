/*
 * Rows through the same reading, counting and signals as comments take in
 * the service. Owns the counters and one arena, as big as the largest row
 * needs; a row's results live until the next row.
 */
#ifndef TRAINING_REPLAY_H
#define TRAINING_REPLAY_H

#include "../service/core/features.h"
#include "../service/core/moderate.h"
#include "../service/edge/format/basis_json.h"
#include "corpus.h"

struct replay;

/* A row as the service would see it. */
struct replayed {
	struct comment comment; /* without author and place if text_only */
	struct reading reading;
	struct signals signals;
	struct basis basis;  /* what it was judged by, if the row knows */
	struct arena *arena; /* for what comes next; its holder is replay */
};

struct replay *replay_open(void);
void replay_close(struct replay *r);

/*
 * Reads and counts `row`: 0, or -1 and `e` when it is too large. A row that
 * is text only or has no time is not counted: its signals are not known. One
 * with a basis has the signals that it had in the service.
 */
int replay_row(struct replay *r, struct replayed *out, const struct row *row,
    struct err *e);

/* Says which row no arena holds, by its id, or else where it was read: -1. */
int replay_too_large(const struct row *row, struct err *e);

/* Whether replay_row counts it. */
bool replay_counts(const struct row *row);

/*
 * The same without counting, so that rows may come in any order: what is
 * counted has no signals but trust.
 */
int replay_read(struct replay *r, struct replayed *out, const struct row *row,
    struct err *e);

/* The numbers of the rows of `c` by time, then as in the files. Free it. */
size_t *replay_order(const struct corpus *c);

#endif
