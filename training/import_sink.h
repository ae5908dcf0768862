/*
 * Where imported rows end up: written as lines of a corpus, counted, and
 * compared by the fingerprint of their normalised text. Owns the counts; the
 * file is the caller's.
 */
#ifndef TRAINING_IMPORT_SINK_H
#define TRAINING_IMPORT_SINK_H

#include <stdio.h>

#include "corpus.h"

/* The service takes no comment as large. */
enum { IMPORT_TEXT_BYTES_MAX = 256 << 10 };

enum import_skip {
	IMPORT_SKIP_DELETED,   /* gone, only its place is kept */
	IMPORT_SKIP_TYPE,      /* no reader wrote it */
	IMPORT_SKIP_TOO_LARGE, /* over IMPORT_TEXT_BYTES_MAX */
	IMPORT_SKIP_BAD,       /* cannot be read */
	IMPORT_SKIPS
};

/* A text that came at least once, and under which labels. */
struct import_text {
	size_t line; /* of the output, where it came first; from 1 */
	uint32_t labels[LABELS];
};

struct import_counts {
	size_t rows;
	size_t labels[LABELS];
	size_t skipped[IMPORT_SKIPS];
	size_t duplicates; /* rows whose text had come before */
	size_t repaired;   /* rows that were not valid UTF-8 */
	struct import_text *texts;
	size_t n_texts;
	char first_bad[256]; /* why the first one could not be read */
};

struct import_sink;

struct import_sink *import_sink_open(FILE *to);
void import_sink_close(struct import_sink *s);

/*
 * Writes `row`, bad UTF-8 replaced by U+FFFD; one that is too large is only
 * counted. 0, or -1 and `e` when nothing more can be written.
 */
int import_sink_put(
    struct import_sink *s, const struct row *row, struct err *e);

/* Counts what is no row, and for bad ones why the first one is. */
void import_sink_skip(struct import_sink *s, enum import_skip why);
void import_sink_bad(struct import_sink *s, const char *why);

/* What was counted so far; until import_sink_close. */
const struct import_counts *import_sink_counts(const struct import_sink *s);

/* Whether a text came under a good and a bad label of the same head. */
bool import_text_contradicts(const struct import_text *t);

#endif
